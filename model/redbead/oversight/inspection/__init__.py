"""Inspection: when visits come, what sample they draw, which grade falls, how hard the report bites (E30 to E33)."""

from __future__ import annotations

from redbead.oversight.inspection.parameters import Inspection
from redbead.oversight.inspection.rules import (
    correlation,
    effective_stakes,
    grade_of,
    lowest_share,
    narrative_severity,
    near_a_limit,
    noise_left,
    pooled,
    poor_share,
    report_severity,
    sampled_share,
    threat,
)
from redbead.oversight.inspection.visit import (
    hear_appeal,
    inspect,
    judge,
    look_at_cases,
    monitor,
    publish,
    update_threat,
)

__all__ = [
    "Inspection",
    "correlation",
    "update_threat",
    "grade_of",
    "hear_appeal",
    "narrative_severity",
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
    "effective_stakes",
    "report_severity",
    "threat",
]
