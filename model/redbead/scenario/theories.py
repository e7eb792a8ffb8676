"""Rival theories of how blame, learning, workload and inspection affect a service.

A theory sets every parameter on which at least one theory disagrees with the balanced model. Where a theory has no
position, the parameter keeps the balanced value. Theories therefore differ only in the causal links that
they deny or emphasise, and every value lies in the range of its parameter. Each theory is stated as its proponents
would state it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from redbead import parameters

BALANCED: Final = "balanced"
"""Name of the theory with default values."""


class TheoryPosition(NamedTuple):
    """Value that a theory gives to one parameter, and its source, or "assumed" with the reason."""

    value: float
    why: str


class Theory(NamedTuple):
    """One theory: title, summary sentence, proponents, the result it must be able to show, and its positions."""

    title: str
    sentence: str
    proponents: str
    shows: str
    stances: Mapping[str, TheoryPosition]


THEORIES: Final[Mapping[str, Theory]] = {
    "blame-deters": Theory(
        "Blame deters",
        "People are careful because carelessness is punished; fear costs less than its critics say.",
        "councils and newspapers that demand dismissals; economists of moral hazard and deterrence",
        "a policy of punishment, such as two strikes, reduces errors made",
        {
            "conduct.violations": TheoryPosition(0.3, "assumed: much of what is called error is a rule left out"),
            "conduct.deter_violations": TheoryPosition(3.0, "assumed; certainty deters: Nagin 2017"),
            "conduct.deter_slips": TheoryPosition(1.0, "assumed: people who may be sanctioned pay attention"),
            "conduct.certainty_weight": TheoryPosition(0.3, "assumed: even a small chance of a sanction deters"),
            "conduct.unanswered": TheoryPosition(1.0, "assumed: a rule that no one enforces is broken more often"),
            "practice.errors_per_case": TheoryPosition(
                0.015, "matched: as many errors as in the balanced baseline, where nothing deters slips"
            ),
            "practice.fear": TheoryPosition(
                -0.3, "assumed: a fearful team may be careful; fear sharpens attention instead of impairing it"
            ),
            "practice.accountability": TheoryPosition(
                0.3, "schools and hospitals improved under pressure: Allen and Burgess 2012"
            ),
            "practice.exhaustion": TheoryPosition(
                0.0, "assumed: exhausted workers make no more errors; cuts the link from fear through burnout"
            ),
            "burnout.fear": TheoryPosition(0.0, "assumed: pressure does not exhaust workers who do their work well"),
            "staffing.fear": TheoryPosition(
                0.0, "assumed: workers who do their work well do not leave over the sanctions of others"
            ),
            "reporting.fear": TheoryPosition(
                1.5, "feedback explains more of the variation in reporting than punishment does: Burlison et al."
            ),
            "lessons.blame_blindness": TheoryPosition(
                0.0, "assumed: identifying who made an error is finding its cause"
            ),
        },
    ),
    "just-culture": Theory(
        "Just culture",
        "Fear impairs thinking and silences workers; workers without fear report errors, and reports make the service "
        "safer.",
        "the Safer Safeguarding Group (2015), Chris Mills (2014 to 2017), James Reason, Sidney Dekker",
        "a sustained just culture reduces hidden errors and errors made",
        {
            "conduct.deter_violations": TheoryPosition(
                0.0, "assumed: violations are how the work gets done (after Reason)"
            ),
            "conduct.unanswered": TheoryPosition(0.0, "assumed: violations follow from the work, not from impunity"),
            "practice.accountability": TheoryPosition(0.0, "quality cannot be inspected into a service (Deming)"),
            "practice.fear": TheoryPosition(
                0.5, "assumed; bullying and threats impair thinking: Safer Safeguarding Group 2015"
            ),
            "reporting.fear": TheoryPosition(4.5, "assumed; a blame culture deters reports strongly: SCIE report 6"),
            "reporting.usefulness": TheoryPosition(
                4.5, "feedback is the strongest predictor of reporting: Burlison et al."
            ),
            "lessons.per_report": TheoryPosition(0.003, "assumed; 45 % of reports to CIRAS led to a change"),
            "lessons.blame_blindness": TheoryPosition(0.9, "assumed: a search for culprits finds no causes (Reason)"),
        },
    ),
    "workload-only": Theory(
        "Workload only",
        "There are too few workers for the work; compared with that, culture, grades and lessons hardly matter.",
        "unions and critics of spending cuts; Chris Mills on surges of demand (2014): only resources help",
        "funding for posts changes errors made, while policies of blame or learning hardly do",
        {
            "conduct.deter_violations": TheoryPosition(0.0, "assumed: overloaded workers cannot be deterred"),
            "practice.accountability": TheoryPosition(
                0.0, "no average effect of inspections on hospitals: Castro-Avila et al. 2019"
            ),
            "practice.defences": TheoryPosition(0.0, "assumed: lessons do not help workers without time to apply them"),
            "practice.haste": TheoryPosition(1.5, "assumed: lack of time causes errors; range 0 to 2"),
            "burnout.pressure": TheoryPosition(2.2, "assumed: workload exhausts; range 0 to 3"),
            "burnout.fear": TheoryPosition(0.0, "assumed: workload exhausts, managers do not"),
            "burnout.support_lost": TheoryPosition(0.0, "assumed: support by a manager does not reduce a caseload"),
            "staffing.fear": TheoryPosition(0.0, "assumed: people leave because they are exhausted"),
            "reporting.fear": TheoryPosition(1.0, "assumed: workers without time do not report, even without fear"),
            "reporting.pressure": TheoryPosition(2.0, "assumed: reports wait until the work is done"),
        },
    ),
    "inspection-works": Theory(
        "Inspection works",
        "Visits reveal problems that a service does not see, teach staff, and keep them alert.",
        "the inspectorate and the Department for Education; Bevan and Hood on targets, Allen and Burgess on schools",
        "an inspected service makes fewer errors than the same service without inspection",
        {
            "inspection.information": TheoryPosition(
                0.2, "assumed; services that had not improved gained most: Castro-Avila 2019"
            ),
            "inspection.weight_of_records": TheoryPosition(
                0.1, "assumed: inspectors observe visits and talk to families"
            ),
            "inspection.discovery": TheoryPosition(0.03, "assumed: visits find hidden errors"),
            "practice.accountability": TheoryPosition(
                0.5, "failing grades raised the results of schools: Allen and Burgess 2012"
            ),
            "workload.compliance_hours": TheoryPosition(
                0.0, "assumed: inspectors require only the records that good work needs"
            ),
            "quality.gaming_gain": TheoryPosition(0.0, "assumed: inspectors recognise gaming"),
            "fear.threat": TheoryPosition(0.05, "assumed: staff of a good service need not fear a visit"),
        },
    ),
    BALANCED: Theory(
        "Balanced",
        "Every side is partly right: all causal links are present, and none is stronger than the evidence allows.",
        "no particular group: the defaults of the model, each with its source",
        "either result, depending on the policy and the state of the service",
        {},
    ),
}
"""Every theory by its name in scenario files."""


def disputed() -> tuple[str, ...]:
    """Paths of the parameters on which at least one theory has a position, sorted."""
    return tuple(sorted({path for theory in THEORIES.values() for path in theory.stances}))


def theory_values(name: str) -> dict[str, float]:
    """Values of all disputed parameters under a theory.

    A theory sets all disputed parameters, to the default where it has no position, so that switching from one theory
    to another resets every position of the first.

    Parameters
    ----------
    name : str
        Name of the theory, a key of ``THEORIES``.

    Examples
    --------
    >>> theory_values("just-culture")["practice.fear"], theory_values("balanced")["practice.fear"]
    (0.5, 0.0)
    """
    stances = THEORIES[name].stances
    register = parameters.register()
    return {path: stances[path].value if path in stances else register[path].default for path in disputed()}
