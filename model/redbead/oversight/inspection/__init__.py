"""Inspection: schedule of visits, samples of cases, grades, and the severity of published reports (E30 to E33)."""

from __future__ import annotations

from redbead.oversight.inspection.judgement import (
    effective_stakes,
    grade_of,
    lowest_share,
    narrative_severity,
    near_grade_limit,
    report_severity,
    threat,
)
from redbead.oversight.inspection.parameters import Inspection
from redbead.oversight.inspection.sampling import (
    averaging_factor,
    pooled_share,
    poor_share,
    sample_correlation,
    sampled_share,
)
from redbead.oversight.inspection.visit import (
    apply_appeal,
    inspect,
    judge,
    monitor,
    publish,
    sample_cases,
    update_threat,
)

__all__ = [
    "Inspection",
    "apply_appeal",
    "averaging_factor",
    "effective_stakes",
    "grade_of",
    "inspect",
    "judge",
    "lowest_share",
    "monitor",
    "narrative_severity",
    "near_grade_limit",
    "pooled_share",
    "poor_share",
    "publish",
    "report_severity",
    "sample_cases",
    "sample_correlation",
    "sampled_share",
    "threat",
    "update_threat",
]
