"""Rates that are the same for all agents in a week: smoothing, probabilities and hazards."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.mesa_reference import rules
from redbead.parameters import Coefficients


@dataclass(slots=True)
class Rates:
    """Rates computed once per week instead of once per agent."""

    learning: float
    burnout: float
    blame: float
    fear_up: float
    fear_down: float
    fear_added: float
    believed: float
    recognised_later: float
    agency_leaving: float
    extra_discovery: float
    serious_share: float
    own_case: float
    kept_experience: float
    formal_end: float


def weekly_rates(c: Coefficients, *, broken_promise: bool, embedded: float, defences: float, preparing: bool) -> Rates:
    """Return the rates of a week under the coefficients ``c``."""
    return Rates(
        learning=rules.approach(c.staffing.learning_time),
        burnout=rules.approach(c.burnout.pace),
        blame=rules.approach(c.blame.pace),
        fear_up=rules.approach(c.fear.rise),
        fear_down=rules.approach(c.fear.fall),
        fear_added=c.fear.rhetoric + (c.fear.broken_promise if broken_promise else 0.0),
        believed=1.0 if broken_promise else 1.0 - c.fear.belief * c.blame.just * embedded,
        recognised_later=rules.chance(c.practice.later),
        agency_leaving=rules.chance(c.staffing.agency_leaving),
        extra_discovery=c.inspection.discovery if preparing else 0.0,
        serious_share=rules.serious_share(defences - c.lessons.defences_ref, c.practice),
        own_case=rules.share_learnt(c.conduct.own, c.conduct),
        kept_experience=1.0 - rules.approach(c.experience.memory),
        formal_end=rules.chance(1.0 / c.formal.duration) if c.formal.duration > 0.0 else 1.0,
    )
