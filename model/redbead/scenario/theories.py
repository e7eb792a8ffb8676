"""Rival theories: how people and services work, as each side of the debate sees it. None of them is a straw man.

A theory takes a position on every parameter that any side disputes: what it says nothing about stays as in the
balanced model. It differs from the balanced model in the loops that it denies or stresses, and in nothing else; every
value lies in the range of its parameter. Sections 0, 2 and 5 of the science notes say what each must be able to show.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from redbead import parameters

BALANCED: Final = "balanced"
"""The theory of the defaults."""


class TheoryPosition(NamedTuple):
    """The value that a theory gives to one parameter, and why: a source, or "assumed" with the reason."""

    value: float
    why: str


class Theory(NamedTuple):
    """One side of the debate."""

    title: str
    sentence: str
    proponents: str
    shows: str
    stances: Mapping[str, TheoryPosition]


THEORIES: Final[Mapping[str, Theory]] = {
    "blame-deters": Theory(
        "Blame deters",
        "People are careful because carelessness is punished; fear costs less than its critics say.",
        "councils and newspapers that ask for heads to roll; economists of moral hazard and deterrence",
        "a policy of punishment, such as two strikes, lowers the errors that are made",
        {
            "practice.deterrence": TheoryPosition(
                0.8, "assumed; above the 0.5 near which the sign of a just culture changes"
            ),
            "practice.strike_deterrence": TheoryPosition(1.0, "assumed: the certainty of a sanction is what deters"),
            "practice.fear": TheoryPosition(
                -0.3, "assumed: a fearful team may be careful; fear sharpens instead of impeding"
            ),
            "practice.accountability": TheoryPosition(
                0.3, "gains under pressure in schools and hospitals: Allen and Burgess 2012"
            ),
            "practice.exhaustion": TheoryPosition(
                0.0, "assumed: the tired make no more errors; cuts the loop fear to burnout"
            ),
            "burnout.fear": TheoryPosition(0.0, "assumed: pressure does not exhaust whoever does her work well"),
            "staffing.fear": TheoryPosition(
                0.0, "assumed: whoever does her work well does not leave over other people's sanctions"
            ),
            "reporting.fear": TheoryPosition(
                1.5, "feedback explains more of reporting than punishment does: Burlison et al."
            ),
            "lessons.blame_blindness": TheoryPosition(
                0.35, "assumed: finding who did it is half of finding what happened"
            ),
        },
    ),
    "just-culture": Theory(
        "Just culture",
        "Fear impedes thinking and silences; whoever need not fear tells, and what is told makes the service safer.",
        "the Safer Safeguarding Group (2015), Chris Mills (2014 to 2017), James Reason, Sidney Dekker",
        "a just culture that is kept lowers hidden errors and the errors that are made",
        {
            "practice.deterrence": TheoryPosition(0.0, "most errors are made in good faith: nothing to deter (Reason)"),
            "practice.accountability": TheoryPosition(0.0, "quality cannot be inspected into a service (Deming)"),
            "practice.fear": TheoryPosition(
                0.5, "assumed; bullying and threats impede thinking: Safer Safeguarding Group 2015"
            ),
            "reporting.fear": TheoryPosition(4.5, "assumed; a blame culture deters reports strongly: SCIE report 6"),
            "reporting.usefulness": TheoryPosition(
                4.5, "feedback is the strongest predictor of reporting: Burlison et al."
            ),
            "lessons.per_report": TheoryPosition(0.003, "assumed; 45 % of reports to CIRAS led to a change"),
            "lessons.blame_blindness": TheoryPosition(0.9, "assumed: who looks for a culprit finds no cause (Reason)"),
        },
    ),
    "workload-only": Theory(
        "Workload only",
        "There are too few people for the work; cultures, grades and lessons are noise beside that.",
        "unions and treasurers' critics; Chris Mills on surges of demand (2014): only resources help",
        "money for posts moves the errors that are made, while policies of blame or of learning hardly do",
        {
            "practice.deterrence": TheoryPosition(0.0, "assumed: nobody who is overloaded can be deterred"),
            "practice.accountability": TheoryPosition(
                0.0, "no average effect of inspections on hospitals: Castro-Avila et al. 2019"
            ),
            "practice.defences": TheoryPosition(0.0, "assumed: lessons do not help whoever has no time to apply them"),
            "practice.haste": TheoryPosition(1.5, "assumed: time is what errors are made of; range 0 to 2"),
            "burnout.pressure": TheoryPosition(2.2, "assumed: the load exhausts; range 0 to 3"),
            "burnout.fear": TheoryPosition(0.0, "assumed: it is the load that exhausts, not the boss"),
            "burnout.support_lost": TheoryPosition(0.0, "assumed: a manager's words do not lighten a caseload"),
            "staffing.fear": TheoryPosition(0.0, "assumed: people leave because they are worn out"),
            "reporting.fear": TheoryPosition(
                1.0, "assumed: a form that nobody has time for stays empty without any fear"
            ),
            "reporting.pressure": TheoryPosition(2.0, "assumed: reports wait until the work is done"),
        },
    ),
    "inspection-works": Theory(
        "Inspection works",
        "Somebody has to look: visits find what a service does not see, teach, and keep everybody on their toes.",
        "the inspectorate and the Department for Education; Bevan and Hood on targets, Allen and Burgess on schools",
        "a service that is inspected makes fewer errors than the same service without inspection",
        {
            "inspection.information": TheoryPosition(
                0.2, "section 5 of the science notes; non-improvers gained most: Castro-Avila 2019"
            ),
            "inspection.weight_of_records": TheoryPosition(
                0.1, "assumed: inspectors sit in on visits and talk to families"
            ),
            "inspection.discovery": TheoryPosition(0.03, "assumed: visits find hidden errors"),
            "practice.accountability": TheoryPosition(
                0.5, "failing grades raised results of schools: Allen and Burgess 2012"
            ),
            "workload.compliance_hours": TheoryPosition(
                0.0, "assumed: the records asked for are those that good work needs"
            ),
            "quality.gaming_gain": TheoryPosition(0.0, "assumed: inspectors see through dressing up"),
            "fear.threat": TheoryPosition(0.05, "assumed: staff of a sound service need not fear a visit"),
        },
    ),
    BALANCED: Theory(
        "Balanced",
        "Every side is right about something: all loops are there, none is stronger than the evidence allows.",
        "nobody in particular: the defaults of the model, each with its source",
        "either sign, depending on the policy and on the state of the service",
        {},
    ),
}
"""Every theory by its name in scenario files."""


def disputed() -> tuple[str, ...]:
    """The parameters on which any theory takes a stance, sorted by path."""
    return tuple(sorted({path for theory in THEORIES.values() for path in theory.stances}))


def position(name: str) -> dict[str, float]:
    """All disputed parameters as a theory sees them: its own values, and the defaults where it has none.

    A theory sets all of them, so that taking another one leaves nothing of the first behind.

    >>> position("just-culture")["practice.deterrence"], position("balanced")["practice.deterrence"]
    (0.0, 0.25)
    """
    stances = THEORIES[name].stances
    register = parameters.register()
    return {path: stances[path].value if path in stances else register[path].default for path in disputed()}
