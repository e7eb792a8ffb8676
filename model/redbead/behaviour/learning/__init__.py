"""Organisational learning: analysis of reports, defences, usefulness of reporting and forgetting.

Escalated reports wait for analysis until hours are available. Analysed reports, reviewed incidents, improvement time,
family feedback, pooled lessons and inspections build defences, which decay over time and when staff leave. The
share of reports that are analysed determines how useful staff consider reporting. Teams with autonomy also develop
local improvements.
"""

from redbead.behaviour.learning.parameters import Lessons
from redbead.behaviour.learning.rules import (
    analysis_quality,
    forgetting_rate,
    learning_rate,
    step_local_improvement,
    usefulness_target,
)
from redbead.behaviour.learning.weekly_learning import analyse_reports, update_learning, update_local_improvement

__all__ = [
    "Lessons",
    "analyse_reports",
    "analysis_quality",
    "forgetting_rate",
    "learning_rate",
    "step_local_improvement",
    "update_learning",
    "update_local_improvement",
    "usefulness_target",
]
