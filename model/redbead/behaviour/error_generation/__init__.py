"""Generation and recognition of practice errors.

Workers make errors at a rate that depends on time per case, burnout, skill, commitment and on conditions that all staff
share. A part of the errors is recognised at once, another part in later weeks; the rest stays unrecognised.
"""

from redbead.behaviour.error_generation.parameters import Practice
from redbead.behaviour.error_generation.rules import error_climate, error_rate, recognised_share, strike_deterrence
from redbead.behaviour.error_generation.weekly_errors import make_errors, recognise_later, shared_error_climate

__all__ = [
    "Practice",
    "error_climate",
    "error_rate",
    "make_errors",
    "recognise_later",
    "recognised_share",
    "shared_error_climate",
    "strike_deterrence",
]
