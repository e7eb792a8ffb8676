"""Effective dose of a lever, week by week."""

import math

import pytest

from redbead.exceptions import BadInputError
from redbead.levers import LEVERS, Lever, ParameterEffect
from redbead.levers.base import KINDS

ImprovementTime = LEVERS["improvement-time"]


def doses(lever, weeks):
    return [lever.in_force(week) for week in weeks]


def test_lever_is_in_force_from_its_first_week():
    assert doses(ImprovementTime(from_week=52), (-156, 0, 51, 52, 10_000)) == [0.0, 0.0, 0.0, 1.0, 1.0]


def test_ramp_is_linear_and_full_in_its_last_week():
    assert doses(ImprovementTime(from_week=10, ramp_weeks=4), range(9, 15)) == [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]


def test_lever_is_not_in_force_from_its_until_week():
    assert doses(ImprovementTime(from_week=5, until_week=7), range(4, 9)) == [0.0, 1.0, 1.0, 0.0, 0.0]


def test_fidelity_multiplies_the_dose():
    assert doses(ImprovementTime(ramp_weeks=2, fidelity=0.5), (0, 1, 2)) == [0.25, 0.5, 0.5]


def test_decay_starts_after_the_ramp():
    lever = ImprovementTime(from_week=10, ramp_weeks=4, decay_weeks=26)
    assert lever.in_force(13) == 1.0
    assert lever.in_force(13 + 26) == pytest.approx(math.exp(-1))
    assert ImprovementTime(decay_weeks=26).in_force(0) == 1.0


@pytest.mark.cases(
    "values", [{"from_week": -1}, {"fidelity": 1.1}, {"ramp_weeks": 1.5}, {"share": float("nan")}, {"share": "no"},
              {"share": True}, {"from_week": 9, "until_week": 9}, {"from_week": 9, "until_week": 3}]
)  # fmt: skip
def test_invalid_lever_values_are_refused(values):
    with pytest.raises(BadInputError):
        ImprovementTime(**values)


def test_new_lever_class_is_registered_when_defined():
    try:

        class Prayer(Lever, kind="prayer"):
            """Hope for the best."""

            def effects(self) -> tuple[ParameterEffect, ...]:
                return ()

        assert LEVERS["prayer"] is Prayer
        assert Prayer.summary() == "Hope for the best."
    finally:
        KINDS.pop("prayer", None)
    assert "prayer" not in LEVERS


def test_lever_kinds_must_be_unique():
    with pytest.raises(TypeError, match="needs a unique kind"):
        type("Other", (Lever,), {"__module__": "elsewhere"}, kind="two-strikes")
    with pytest.raises(TypeError, match="needs a unique kind"):
        type("Nameless", (Lever,), {})
