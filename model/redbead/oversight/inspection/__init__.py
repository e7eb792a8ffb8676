"""Inspection: when visits come, what sample they draw, which grade falls, how hard the report bites (E30 to E33)."""

from __future__ import annotations

from redbead.oversight.inspection.regime import Inspection
from redbead.oversight.inspection.rules import (
    correlation,
    grade_of,
    in_words,
    lowest_share,
    near_a_limit,
    noise_left,
    pooled,
    poor_share,
    sampled_share,
    stakes_in_force,
    sting_of,
    threat,
)
from redbead.oversight.inspection.visit import (
    feel_threat,
    hear_appeal,
    inspect,
    judge,
    look_at_cases,
    monitor,
    publish,
)

__all__ = [
    "Inspection",
    "correlation",
    "feel_threat",
    "grade_of",
    "hear_appeal",
    "in_words",
    "inspect",
    "judge",
    "look_at_cases",
    "lowest_share",
    "monitor",
    "near_a_limit",
    "noise_left",
    "pooled",
    "poor_share",
    "publish",
    "sampled_share",
    "stakes_in_force",
    "sting_of",
    "threat",
]
