"""Leaving, hiring, agency cover and experience of workers; managers who move on (E9 to E12)."""

from redbead.behaviour.staffing.hiring import attraction, hire, pull, start_work, wanted_cover
from redbead.behaviour.staffing.leaving import (
    chance_of_leaving,
    compute_leaving,
    filled_at_start,
    gain_experience,
    managers_move_on,
    separate,
    skill,
    steady_turnover,
    tenure_at_start,
    vacate,
)
from redbead.behaviour.staffing.parameters import EARLY, Staffing

__all__ = [
    "EARLY",
    "Staffing",
    "attraction",
    "chance_of_leaving",
    "compute_leaving",
    "filled_at_start",
    "gain_experience",
    "hire",
    "managers_move_on",
    "pull",
    "separate",
    "skill",
    "start_work",
    "steady_turnover",
    "tenure_at_start",
    "vacate",
    "wanted_cover",
]
