"""Leaving, hiring, agency cover and experience of workers; managers who move on (E9 to E12)."""

from redbead.behaviour.staffing.hiring import (
    grade_effect_on_applications,
    hire,
    report_effect_on_applications,
    initialise_starter,
    agency_recruitment_target,
)
from redbead.behaviour.staffing.leaving import (
    chance_of_leaving,
    compute_leaving,
    initial_filled_share,
    gain_experience,
    apply_manager_turnover,
    separate,
    skill,
    steady_state_turnover,
    initial_tenure,
    vacate_post,
)
from redbead.behaviour.staffing.parameters import EARLY_LEAVER_TENURE, Staffing

__all__ = [
    "EARLY_LEAVER_TENURE",
    "Staffing",
    "grade_effect_on_applications",
    "chance_of_leaving",
    "initial_filled_share",
    "gain_experience",
    "apply_manager_turnover",
    "hire",
    "separate",
    "report_effect_on_applications",
    "skill",
    "initialise_starter",
    "steady_state_turnover",
    "initial_tenure",
    "vacate_post",
    "agency_recruitment_target",
    "compute_leaving",
]
