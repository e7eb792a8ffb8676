"""What is the same for everybody in a week: shares of gaps closed, chances, hazards."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.mesa_twin import rules
from redbead.parameters import Coefficients


@dataclass(slots=True)
class Rates:
    """Worked out once a week, so that no agent has to."""

    learning: float
    burnout: float
    blame: float
    fear_up: float
    fear_down: float
    fear_added: float
    believed: float
    recognised_later: float
    agency_leaving: float
    manager_leaving: float
    extra_found: float
    hazard_unseen: float
    hazard_known: float
    fate_unseen: float
    fate_known: float


def rates_of(c: Coefficients, *, broken_promise: bool, embedded: float, preparing: bool) -> Rates:
    """The rates of a week under the coefficients `c`."""
    extra = c.inspection.discovery if preparing else 0.0
    unseen = c.aftermath.harm + c.aftermath.found + extra + c.aftermath.expires
    known = unseen + c.aftermath.repaired
    return Rates(
        learning=rules.approach(c.staffing.learning_time),
        burnout=rules.approach(c.burnout.pace),
        blame=rules.approach(c.blame.pace),
        fear_up=rules.approach(c.fear.rise),
        fear_down=rules.approach(c.fear.fall),
        fear_added=c.fear.rhetoric + c.fear.accusation + (c.fear.broken_promise if broken_promise else 0.0),
        believed=1.0 if broken_promise else 1.0 - c.fear.belief * c.blame.just * embedded,
        recognised_later=rules.chance(c.practice.later),
        agency_leaving=rules.chance(c.staffing.agency_leaving),
        manager_leaving=rules.chance(c.staffing.manager_leaving / 52.0),
        extra_found=extra,
        hazard_unseen=unseen,
        hazard_known=known,
        fate_unseen=rules.chance(unseen),
        fate_known=rules.chance(known),
    )
