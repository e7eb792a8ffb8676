"""When a lever acts: to the week."""

import math

import pytest

from redbead.exceptions import BadInputError
from redbead.levers import LEVERS, Lever, ParameterEffect
from redbead.levers.base import KINDS

Lever_ = LEVERS["improvement-time"]


def doses(lever, weeks):
    return [lever.in_force(week) for week in weeks]


def test_nothing_before_the_start_everything_from_it_on():
    assert doses(Lever_(from_week=52), (-156, 0, 51, 52, 10_000)) == [0.0, 0.0, 0.0, 1.0, 1.0]


def test_a_ramp_is_linear_and_its_last_week_is_full():
    assert doses(Lever_(from_week=10, ramp_weeks=4), range(9, 15)) == [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]


def test_the_end_is_the_first_week_without():
    assert doses(Lever_(from_week=5, until_week=7), range(4, 9)) == [0.0, 1.0, 1.0, 0.0, 0.0]


def test_fidelity_multiplies():
    assert doses(Lever_(ramp_weeks=2, fidelity=0.5), (0, 1, 2)) == [0.25, 0.5, 0.5]


def test_fading_starts_after_the_ramp():
    lever = Lever_(from_week=10, ramp_weeks=4, decay_weeks=26)
    assert lever.in_force(13) == 1.0
    assert lever.in_force(13 + 26) == pytest.approx(math.exp(-1))
    assert Lever_(decay_weeks=26).in_force(0) == 1.0


@pytest.mark.parametrize(
    "wrong", [{"from_week": -1}, {"fidelity": 1.1}, {"ramp_weeks": 1.5}, {"share": float("nan")}, {"share": "no"},
              {"share": True}, {"from_week": 9, "until_week": 9}, {"from_week": 9, "until_week": 3}]
)  # fmt: skip
def test_a_lever_refuses_numbers_that_make_no_sense(wrong):
    with pytest.raises(BadInputError):
        Lever_(**wrong)


def test_a_lever_is_one_class_and_is_there_at_once():
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


def test_two_levers_cannot_share_a_kind():
    with pytest.raises(TypeError, match="needs a unique kind"):
        type("Other", (Lever,), {"__module__": "elsewhere"}, kind="two-strikes")
    with pytest.raises(TypeError, match="needs a unique kind"):
        type("Nameless", (Lever,), {})
