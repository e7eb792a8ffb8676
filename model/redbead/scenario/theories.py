"""Rival theories of how people and services respond, one per side of the debate.

A theory sets the parameters that any side disputes. It differs from the balanced theory only in the feedback loops that
it denies or emphasises; parameters on which it takes no position keep their defaults. Every value lies within the range
of its parameter. Sections 0, 2 and 5 of the science notes state what each theory must be able to reproduce.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from redbead import parameters

BALANCED: Final = "balanced"
"""Name of the theory that consists of the defaults."""


class TheoryPosition(NamedTuple):
    """Value of one parameter under a theory, with its reason: a source, or "assumed" and an explanation."""

    value: float
    why: str


class Theory(NamedTuple):
    """One side of the debate.

    Attributes
    ----------
    title : str
        Short name for headings.
    sentence : str
        The claim of the theory, in one sentence.
    proponents : str
        Who holds the theory.
    shows : str
        The result that the theory must be able to produce, as a clause.
    stances : Mapping[str, TheoryPosition]
        Positions by parameter path; parameters without a position keep their defaults.
    """

    title: str
    sentence: str
    proponents: str
    shows: str
    stances: Mapping[str, TheoryPosition]


THEORIES: Final[Mapping[str, Theory]] = {
    "blame-deters": Theory(
        "Blame deters",
        "People are careful because carelessness is punished; fear costs less than its critics claim.",
        "councils and newspapers that demand dismissals; economists of moral hazard and deterrence",
        "a policy of punishment, such as two strikes, reduces the number of errors made",
        {
            "practice.deterrence": TheoryPosition(
                0.8, "assumed; above about 0.5, where the effect of a just culture changes its sign"
            ),
            "practice.strike_deterrence": TheoryPosition(1.0, "assumed: a certain sanction deters"),
            "practice.fear": TheoryPosition(
                -0.3, "assumed: a fearful team may be careful; fear improves attention instead of impeding it"
            ),
            "practice.accountability": TheoryPosition(
                0.3, "improvement under pressure in schools and hospitals: Allen and Burgess 2012"
            ),
            "practice.exhaustion": TheoryPosition(
                0.0, "assumed: tired staff do not make more errors; cuts the loop from fear to burnout"
            ),
            "burnout.fear": TheoryPosition(0.0, "assumed: pressure does not exhaust workers who perform well"),
            "staffing.fear": TheoryPosition(
                0.0, "assumed: workers who perform well do not leave because colleagues are sanctioned"
            ),
            "reporting.fear": TheoryPosition(
                1.5, "feedback explains more of the variation in reporting than punishment does: Burlison et al."
            ),
            "lessons.blame_blindness": TheoryPosition(
                0.35, "assumed: finding who made the error is half of finding its cause"
            ),
        },
    ),
    "just-culture": Theory(
        "Just culture",
        "Fear impedes thinking and silences staff; without fear they report errors, and reports make services safer.",
        "the Safer Safeguarding Group (2015), Chris Mills (2014 to 2017), James Reason, Sidney Dekker",
        "a just culture that is kept reduces hidden errors and the number of errors made",
        {
            "practice.deterrence": TheoryPosition(
                0.0, "most errors are made in good faith, so there is nothing to deter (Reason)"
            ),
            "practice.accountability": TheoryPosition(0.0, "quality cannot be inspected into a service (Deming)"),
            "practice.fear": TheoryPosition(
                0.5, "assumed; bullying and threats impede thinking: Safer Safeguarding Group 2015"
            ),
            "reporting.fear": TheoryPosition(4.5, "assumed; a blame culture deters reports strongly: SCIE report 6"),
            "reporting.usefulness": TheoryPosition(
                4.5, "feedback is the strongest predictor of reporting: Burlison et al."
            ),
            "lessons.per_report": TheoryPosition(0.003, "assumed; 45 % of reports to CIRAS led to a change"),
            "lessons.blame_blindness": TheoryPosition(
                0.9, "assumed: a search for a culprit does not find causes (Reason)"
            ),
        },
    ),
    "workload-only": Theory(
        "Workload only",
        "There are too few staff for the work; compared with this, culture, grades and lessons do not matter.",
        "unions and critics of austerity; Chris Mills on surges of demand (2014): only resources help",
        "funding for posts changes the number of errors made, while policies of blame or learning hardly do",
        {
            "practice.deterrence": TheoryPosition(0.0, "assumed: overloaded staff cannot be deterred"),
            "practice.accountability": TheoryPosition(
                0.0, "no average effect of inspections on hospitals: Castro-Avila et al. 2019"
            ),
            "practice.defences": TheoryPosition(
                0.0, "assumed: lessons do not help staff who have no time to apply them"
            ),
            "practice.haste": TheoryPosition(1.5, "assumed: lack of time is the main cause of errors; range 0 to 2"),
            "burnout.pressure": TheoryPosition(2.2, "assumed: workload is the main cause of burnout; range 0 to 3"),
            "burnout.fear": TheoryPosition(0.0, "assumed: workload exhausts staff, fear of managers does not"),
            "burnout.support_lost": TheoryPosition(0.0, "assumed: support from a manager does not reduce a caseload"),
            "staffing.fear": TheoryPosition(0.0, "assumed: people leave because of exhaustion"),
            "reporting.fear": TheoryPosition(1.0, "assumed: staff without time do not report, with or without fear"),
            "reporting.pressure": TheoryPosition(2.0, "assumed: staff report only after other work is done"),
        },
    ),
    "inspection-works": Theory(
        "Inspection works",
        "External scrutiny is necessary: visits detect errors that a service overlooks, teach, and make staff careful.",
        "the inspectorate and the Department for Education; Bevan and Hood on targets, Allen and Burgess on schools",
        "an inspected service makes fewer errors than the same service without inspection",
        {
            "inspection.information": TheoryPosition(
                0.2, "section 5 of the science notes; services that had not improved gained most: Castro-Avila 2019"
            ),
            "inspection.weight_of_records": TheoryPosition(
                0.1, "assumed: inspectors observe visits and talk to families"
            ),
            "inspection.discovery": TheoryPosition(0.03, "assumed: visits detect hidden errors"),
            "practice.accountability": TheoryPosition(
                0.5, "failing grades improved the results of schools: Allen and Burgess 2012"
            ),
            "workload.compliance_hours": TheoryPosition(
                0.0, "assumed: inspectors require only records that good work needs"
            ),
            "quality.gaming_gain": TheoryPosition(0.0, "assumed: inspectors recognise gaming"),
            "fear.threat": TheoryPosition(0.05, "assumed: staff of a good service need not fear a visit"),
        },
    ),
    BALANCED: Theory(
        "Balanced",
        "Every side is partly right: all feedback loops are active, and none is stronger than the evidence supports.",
        "no particular side: these are the defaults of the model, each with its source",
        "effects of either sign, depending on the policy and the state of the service",
        {},
    ),
}
"""All theories by their names in scenario files."""


def disputed() -> tuple[str, ...]:
    """Return the paths of all parameters on which any theory takes a position, sorted."""
    return tuple(sorted({path for theory in THEORIES.values() for path in theory.stances}))


def position(name: str) -> dict[str, float]:
    """Return the values of all disputed parameters under a theory.

    The result includes defaults for parameters on which the theory takes no position, so that selecting another theory
    overwrites every value of the previous one.

    Parameters
    ----------
    name : str
        Key of ``THEORIES``, such as ``"just-culture"``.

    Returns
    -------
    dict of str to float
        Value by parameter path, in the unit of the parameter.

    Examples
    --------
    >>> position("just-culture")["practice.deterrence"], position("balanced")["practice.deterrence"]
    (0.0, 0.25)
    """
    stances = THEORIES[name].stances
    register = parameters.register()
    return {path: stances[path].value if path in stances else register[path].default for path in disputed()}
