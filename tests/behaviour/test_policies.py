"""T29, T30, T34: what a just culture and a two-strikes policy do to errors that are made, told and hidden. 40 pairs."""

import dataclasses

import numpy as np
import pytest

from redbead.levers import LEVERS
from redbead.scenario.load import load

RUNS = 40
START = 52


@pytest.fixture(scope="module")
def just(paired, just_culture_80):
    """Baseline and just culture (0.8, kept, from week 52)."""
    return paired(load("baseline"), just_culture_80, RUNS)


@pytest.fixture(scope="module")
def strikes(paired):
    """Baseline and two strikes, in full from week 52."""
    policy = dataclasses.replace(load("baseline"), levers=(LEVERS["two-strikes"](from_week=START),))
    return paired(load("baseline"), policy, RUNS)


def effect(pair, measure, first, last):
    """Relative difference of means over the weeks `first` to `last` after the start, and its paired standard error."""
    base, policy = (runs[measure][:, START + first : START + last].mean(axis=1) for runs in pair)
    difference = (policy - base) / base.mean()
    return difference.mean(), difference.std(ddof=1) / np.sqrt(difference.size)


def inside(pair, measure, first, last, low, high):
    """Whether the effect lies in its band, with two standard errors for chance at the edges."""
    mean, error = effect(pair, measure, first, last)
    return low - 2 * error <= mean <= high + 2 * error


@pytest.mark.parametrize(
    ("measure", "first", "last", "low", "high"),
    [
        ("errors_reported", 13, 26, 0.10, 0.40),
        ("errors_reported", 52, 104, 0.80, 1.50),
        ("errors_generated", 0, 26, -0.04, 0.04),
        ("errors_generated", 52, 156, -0.25, -0.05),
        ("hidden_errors", 52, 104, -0.25, -0.10),
        ("hidden_errors", 104, 156, -0.50, -0.25),
    ],
)
def test_t29_just_culture_lies_in_the_bands_of_the_prototype(just, measure, first, last, low, high):
    assert inside(just, measure, first, last, low, high), effect(just, measure, first, last)


@pytest.mark.parametrize("quarter", range(4))
def test_t30_worse_before_better_the_record_looks_worse_in_every_quarter_of_the_first_year(just, quarter):
    mean, error = effect(just, "errors_reported", 13 * quarter, 13 * quarter + 13)
    assert mean > 3 * error
    mean, error = effect(just, "recorded_incidents", 13 * quarter, 13 * quarter + 13)
    assert mean > error


def test_t30_while_hidden_errors_already_fall_by_the_end_of_that_year(just):
    """The prototype let them fall at once. Here the end of blame lets a few per cent more errors happen first (moral
    hazard, eta_det), so hidden errors stay within 2 % of the baseline for three quarters and are lower in the fourth.
    """
    for quarter in range(3):
        assert abs(effect(just, "hidden_errors", 13 * quarter, 13 * quarter + 13)[0]) < 0.02
    mean, error = effect(just, "hidden_errors", 39, 52)
    assert mean < -3 * error


def test_t29_without_moral_hazard_hidden_errors_fall_in_the_first_year(recorded, just_culture_80):
    """The reason given above, tested: with practice.deterrence = 0 no error is added and the hidden ones fall
    sooner."""
    cut = {"practice.deterrence": 0.0}
    pair = recorded(load("baseline"), RUNS, cut), recorded(just_culture_80, RUNS, cut)
    assert effect(pair, "errors_generated", 0, 26)[0] < 0.005
    mean, error = effect(pair, "hidden_errors", 13, 52)
    assert mean < -2 * error


def test_just_culture_lowers_fear_and_turnover(just):
    for measure, least in (("fear", -0.25), ("turnover", -0.05), ("blame", -0.50)):
        assert effect(just, measure, 104, 208)[0] < least
    assert effect(just, "willingness_to_report", 104, 208)[0] > 0.5


def test_t33_a_just_culture_announced_and_not_kept_ends_in_more_fear(recorded):
    """Adherence 0.2: a promise broken by the first sanction adds fear; what is reported falls back below a kept
    one's."""
    lever = LEVERS["just-culture"]
    hollow = dataclasses.replace(load("baseline"), levers=(lever(from_week=START, strength=0.8, adherence=0.2),))
    pair = recorded(load("baseline"), RUNS), recorded(hollow, RUNS)
    assert effect(pair, "fear", 104, 208)[0] > 0


@pytest.mark.parametrize(
    ("measure", "first", "last", "sign"),
    [
        ("errors_reported", 26, 156, -1),
        ("willingness_to_report", 26, 156, -1),
        ("hidden_errors", 26, 156, 1),
        ("errors_generated", 52, 156, 1),
        ("errors_harmful", 52, 156, 1),
        ("turnover", 26, 156, 1),
        ("fear", 13, 156, 1),
        ("sanctions", 0, 156, 1),
        ("burnout", 26, 156, 1),
        ("service_quality", 52, 156, -1),
    ],
)
def test_t34_two_strikes_moves_everything_in_the_direction_of_its_critics(strikes, measure, first, last, sign):
    mean, error = effect(strikes, measure, first, last)
    assert sign * mean > 2 * error


@pytest.mark.parametrize(("measure", "low", "high"), [("hidden_errors", 0.10, 0.35), ("turnover", 0.20, 0.45)])
def test_t34_by_year_three_hidden_errors_and_turnover_lie_in_the_bands_of_the_prototype(strikes, measure, low, high):
    assert inside(strikes, measure, 104, 156, low, high), effect(strikes, measure, 104, 156)


def test_t34_reports_fall_by_less_than_in_the_prototype(strikes):
    """The prototype's band is -40 to -65 %; this model gives about -21 %, and a decision record says why."""
    mean, _ = effect(strikes, "errors_reported", 104, 156)
    assert -0.65 < mean <= -0.10


def test_the_shipped_two_strikes_looks_better_in_its_first_year_and_hides_more(paired):
    """Recorded incidents fall while hidden errors rise: the picture is better than the service."""
    pair = paired(load("baseline"), load("two-strikes"), RUNS)
    recorded_, error = effect(pair, "recorded_incidents", 0, 52)
    assert recorded_ < -2 * error
    hidden, error = effect(pair, "hidden_errors", 0, 52)
    assert hidden > 2 * error
    hidden, error = effect(pair, "hidden_errors", 416, 468)
    assert hidden > 0.10
    assert effect(pair, "errors_harmful", 104, 468)[0] > 0
