"""Staffing: leaving, hiring, agency cover, skill and turnover of managers."""

from redbead.behaviour.staffing.hiring import (
    agency_recruitment_target,
    chance_of_hiring,
    compute_hiring,
    grade_effect_on_applications,
    hire,
    initialise_starter,
    report_effect_on_applications,
)
from redbead.behaviour.staffing.leaving import (
    chance_of_leaving,
    compute_leaving,
    gain_experience,
    initial_filled_share,
    initial_tenure,
    separate,
    skill,
    steady_state_turnover,
    vacate_post,
)
from redbead.behaviour.staffing.parameters import EARLY_LEAVER_TENURE, Staffing

__all__ = [
    "EARLY_LEAVER_TENURE",
    "Staffing",
    "agency_recruitment_target",
    "chance_of_hiring",
    "chance_of_leaving",
    "compute_hiring",
    "compute_leaving",
    "gain_experience",
    "grade_effect_on_applications",
    "hire",
    "initial_filled_share",
    "initial_tenure",
    "initialise_starter",
    "report_effect_on_applications",
    "separate",
    "skill",
    "steady_state_turnover",
    "vacate_post",
]
