"""Verdicts by hand: estimates, intervals, directions, bands, known shortfalls, and how many more runs."""

import math

import numpy as np
import pytest

from redbead.analysis.intervals import Interval, t_critical_value
from redbead.studies.behaviour_checks import verdicts
from redbead.studies.behaviour_checks.spec import Expectation
from redbead.studies.behaviour_checks.verdicts import CheckVerdict, InfluenceEstimate, judge


def expect(**more):
    return Expectation(**{"measure": "fear", "first": 0, "last": 2, "statistic": "ratio", **more})


def side(**series):
    """A lookup from names to [runs, weeks]."""
    return lambda name: np.array(series[name], dtype=float)


def steady(*values, weeks=2):
    return [[value] * weeks for value in values]


def test_a_level_is_the_mean_with_students_interval():
    """1, 2, 3: mean 2, standard error 1 / sqrt(3), t = 4.3027."""
    found = judge(expect(statistic="level", band=(1.5, 2.5)), [(side(fear=steady(1, 2, 3)), None)])
    assert found.interval.mean == pytest.approx(2.0)
    assert found.interval.high - 2.0 == pytest.approx(4.302653 / math.sqrt(3), abs=1e-5)
    assert found.verdict is CheckVerdict.HOLDS


def test_a_flow_is_told_by_the_year():
    found = judge(expect(measure="leavers", statistic="level", band=(0, 1000)), [(side(leavers=steady(1, 3)), None)])
    assert found.interval.mean == pytest.approx(104.0)


def test_a_difference_is_paired():
    """Runs differ by 10, the policy by exactly 1 in each: no spread is left."""
    sides = (side(fear=steady(1, 11, 21)), side(fear=steady(0, 10, 20)))
    found = judge(expect(statistic="difference", direction="up"), [sides])
    assert found.interval[:3] == pytest.approx((1.0, 1.0, 1.0))
    assert found.verdict is CheckVerdict.HOLDS


def test_a_ratio_of_means_by_the_delta_method():
    """Policy 3, 6, 9 against 2, 4, 6: half as much again in every run, without spread; then one run off by 1."""
    base = side(fear=steady(2, 4, 6))
    exact = judge(expect(band=(0.49, 0.51)), [(side(fear=steady(3, 6, 9)), base)])
    assert exact.interval[:3] == pytest.approx((0.5, 0.5, 0.5))
    # means 6.5 and 4: R = 1.625, residuals 3 - 3.25, 6 - 6.5, 10.5 - 9.75 over 4: -0.0625, -0.125, 0.1875
    off = judge(expect(band=(0, 1)), [(side(fear=steady(3, 6, 10.5)), base)])
    assert off.interval.mean == pytest.approx(0.625)
    spread = math.sqrt((0.0625**2 + 0.125**2 + 0.1875**2) / 2)
    assert off.interval.high - 0.625 == pytest.approx(t_critical_value(2) * spread / math.sqrt(3))


def test_a_ratio_of_sums_pools_the_weeks():
    """Errors reported 1 + 3 of 10 + 10 made, and 2 + 2 of 5 + 15: 8 of 40."""
    one = side(errors_reported=[[1, 3], [2, 2]], errors_generated=[[10, 10], [5, 15]])
    e = expect(measure="errors_reported", per="errors_generated", statistic="level", band=(0.1, 0.3))
    assert judge(e, [(one, None)]).interval.mean == pytest.approx(0.2)


def test_nothing_to_divide_by_cannot_be_told():
    found = judge(expect(direction="up"), [(side(fear=steady(1, 1)), side(fear=steady(0, 0)))])
    assert (found.verdict, found.note) == (CheckVerdict.OPEN, "no figure: nothing to divide by")


def test_one_effect_beyond_another():
    """+50 % beyond +20 % is 30 points."""
    base = side(fear=steady(2, 4, 6))
    pairs = [(side(fear=steady(3, 6, 9)), base), (side(fear=steady(2.4, 4.8, 7.2)), base)]
    assert judge(expect(direction="up"), pairs).interval.mean == pytest.approx(0.3)


@pytest.mark.parametrize(("over", "expected"), [("peak", 2.0), ("dip", -1.0), ("mean", 0.5)])
def test_the_quarter_of_the_greatest_effect(over, expected):
    """Three quarters with effects 0.5, 2 and -1."""
    weeks = np.repeat([0.5, 2.0, -1.0], 13)
    sides = (side(fear=[weeks + 5, weeks + 7]), side(fear=[weeks * 0 + 5, weeks * 0 + 7]))
    e = expect(statistic="difference", over=over, direction="up", last=39)
    assert judge(e, [sides]).interval.mean == pytest.approx(expected)


def test_correlation_across_runs():
    """1, 2, 3, 4 with 1, 3, 2, 4: covariance 1, variances 1.25: 0.8."""
    one = side(turnover=steady(1, 2, 3, 4), caseload=steady(1, 3, 2, 4))
    e = expect(measure="turnover", partner="caseload", statistic="level", direction="up")
    assert judge(e, [(one, None)]).interval.mean == pytest.approx(0.8)
    flat = side(turnover=steady(1, 2, 3, 4), caseload=steady(1, 1, 1, 1))
    assert judge(e, [(flat, None)]).verdict is CheckVerdict.OPEN


def test_the_interval_of_a_correlation_is_that_of_large_samples():
    """The standard error of r among normal pairs is (1 - r^2) / sqrt(n)."""
    x, y = np.random.default_rng(7).multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 4000).T
    found = verdicts.correlation(x, y).interval()
    assert found.high - found.mean == pytest.approx(1.96 * (1 - 0.36) / math.sqrt(4000), rel=0.05)


def test_dispersion_of_yearly_totals():
    """Totals 1 and 3: mean 2, variance 2, so 1; totals 0 and 4: 8 / 2 = 4; without events 1."""
    weeks = np.zeros((3, 104))
    weeks[0, 0], weeks[0, 60], weeks[1, 60] = 1, 3, 4
    assert verdicts.dispersion(weeks).tolist() == [1.0, 4.0, 1.0]


def test_only_pairs_in_which_it_happened():
    """The second run has no takeover; of the others the effects are 1 and 3."""
    setup = side(fear=steady(1, 50, 3), takeovers=[[0, 1], [0, 0], [1, 0]])
    e = expect(statistic="difference", where="takeovers", direction="up")
    found = judge(e, [(setup, side(fear=steady(0, 0, 0)))])
    assert found.interval.mean == pytest.approx(2.0)
    assert found.note == "2 runs with takeovers"


@pytest.mark.parametrize(
    ("direction", "low", "high", "verdict"),
    [
        ("up", 0.1, 0.3, CheckVerdict.HOLDS),
        ("up", -0.1, 0.3, CheckVerdict.OPEN),
        ("up", -0.3, -0.1, CheckVerdict.FAILS),
        ("up", 0.0, 0.3, CheckVerdict.OPEN),
        ("down", -0.3, -0.1, CheckVerdict.HOLDS),
        ("down", -0.3, 0.1, CheckVerdict.OPEN),
        ("down", 0.1, 0.3, CheckVerdict.FAILS),
    ],
)
def test_a_direction_needs_an_interval_that_excludes_no_effect(direction, low, high, verdict):
    assert verdicts.direction_verdict(direction, Interval((low + high) / 2, low, high, ""))[0] is verdict


@pytest.mark.parametrize(
    ("mean", "half", "verdict"),
    [
        (0.2, 0.5, CheckVerdict.HOLDS),
        (0.1, 0.01, CheckVerdict.HOLDS),
        (0.08, 0.03, CheckVerdict.OPEN),
        (0.08, 0.01, CheckVerdict.FAILS),
        (0.45, 0.06, CheckVerdict.OPEN),
        (0.45, 0.04, CheckVerdict.FAILS),
    ],
)
def test_a_size_holds_inside_its_band_and_fails_where_the_interval_no_longer_reaches_it(mean, half, verdict):
    assert verdicts.band_verdict(0.1, 0.4, Interval(mean, mean - half, mean + half, ""))[0] is verdict


def noisy(mean, half):
    """Two runs whose interval is mean +- half: t = 12.706, so they lie half / 12.706 either side."""
    return side(fear=steady(mean - half / t_critical_value(1), mean + half / t_critical_value(1)))


def test_tolerance_widens_the_band_and_both_parts_must_hold():
    e = {"statistic": "level", "band": (0.1, 0.4)}
    assert judge(expect(**e), [(noisy(0.42, 0.01), None)]).verdict is CheckVerdict.FAILS
    assert judge(expect(**e, tolerance=0.03), [(noisy(0.42, 0.01), None)]).verdict is CheckVerdict.HOLDS
    assert judge(expect(**e, direction="up"), [(noisy(0.2, 0.3), None)]).verdict is CheckVerdict.OPEN
    assert judge(expect(**e, direction="down"), [(noisy(0.2, 0.1), None)]).verdict is CheckVerdict.FAILS


def test_flat_is_a_matter_of_the_band_alone():
    e = expect(statistic="level", direction="flat", band=(-0.03, 0.03))
    assert judge(e, [(noisy(0.01, 0.005), None)]).verdict is CheckVerdict.HOLDS
    assert judge(e, [(noisy(0.05, 0.005), None)]).verdict is CheckVerdict.FAILS


def test_how_many_more_runs():
    """A half-width of 0.3 on 2 runs shrinks to 0.2 on 2 (0.3 / 0.2)^2 = 4.5 runs: three more."""
    found = judge(expect(statistic="level", direction="up"), [(noisy(0.2, 0.3), None)])
    assert (found.verdict, found.more_runs) == (CheckVerdict.OPEN, 3)
    assert judge(expect(statistic="level", direction="up"), [(noisy(0.2, 0.1), None)]).more_runs == 0


def test_one_run_cannot_tell_and_asks_for_another():
    found = judge(expect(statistic="level", direction="up"), [(side(fear=steady(1)), None)])
    assert (found.verdict, found.more_runs) == (CheckVerdict.OPEN, 1)


@pytest.mark.parametrize(
    ("mean", "verdict"), [(0.2, CheckVerdict.MENDED), (0.9, CheckVerdict.KNOWN), (0.45, CheckVerdict.OPEN)]
)
def test_a_known_shortfall_is_told_apart_and_says_when_it_holds(mean, verdict):
    e = expect(statistic="level", band=(0.1, 0.4), known="0.9; see there")
    assert judge(e, [(noisy(mean, 0.1), None)]).verdict is verdict


def test_estimates_add_up():
    one = InfluenceEstimate(3.0, np.array([1.0, -1.0]))
    assert verdicts.minus(one, one).interval()[:3] == (0.0, 0.0, 0.0)
    assert verdicts.over(one, one).interval()[:3] == pytest.approx((1.0, 1.0, 1.0))
