"""Working hours, work pressure, overtime and time per case.

Work pressure is the ratio of hours needed to hours available. Staff respond with overtime up to a ceiling; the
remaining shortfall is met by less time per case and by lower throughput. Optionally, the working standard erodes
towards current practice.
"""

from redbead.behaviour.workload.parameters import Workload
from redbead.behaviour.workload.rules import (
    MOST_PRESSURE,
    improvement_share,
    output,
    share_for_families,
    shortfall,
    step_standard,
    throughput,
    time_per_case,
    work_pressure,
)
from redbead.behaviour.workload.weekly_work import update_standard, work

__all__ = [
    "MOST_PRESSURE",
    "Workload",
    "improvement_share",
    "output",
    "share_for_families",
    "shortfall",
    "step_standard",
    "throughput",
    "time_per_case",
    "update_standard",
    "work",
    "work_pressure",
]
