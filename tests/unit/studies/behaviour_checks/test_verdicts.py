"""Verdicts compared with hand calculations: estimates, intervals, directions, bands, known shortfalls, further runs."""

import math

import numpy as np
import pytest

from redbead.analysis.intervals import Interval, t_critical_value
from redbead.studies.behaviour_checks import verdicts
from redbead.studies.behaviour_checks.spec import Expectation
from redbead.studies.behaviour_checks.verdicts import CheckVerdict, InfluenceEstimate, judge


def expect(**more):
    return Expectation(**{"measure": "fear", "first": 0, "last": 2, "statistic": "ratio", **more})


def lookup(**series):
    """Return a function from names to series. [runs, weeks]"""
    return lambda name: np.array(series[name], dtype=float)


def constant(*values, weeks=2):
    return [[value] * weeks for value in values]


def test_a_level_is_the_mean_with_students_interval():
    """1, 2, 3: mean 2, standard error 1 / sqrt(3), t = 4.3027."""
    finding = judge(expect(statistic="level", band=(1.5, 2.5)), [(lookup(fear=constant(1, 2, 3)), None)])
    assert finding.interval.mean == pytest.approx(2.0)
    assert finding.interval.high - 2.0 == pytest.approx(4.302653 / math.sqrt(3), abs=1e-5)
    assert finding.verdict is CheckVerdict.HOLDS


def test_a_flow_is_estimated_per_year():
    finding = judge(
        expect(measure="leavers", statistic="level", band=(0, 1000)), [(lookup(leavers=constant(1, 3)), None)]
    )
    assert finding.interval.mean == pytest.approx(104.0)


def test_a_difference_is_paired():
    """Runs differ by 10, the policy by exactly 1 in each run: the differences do not vary."""
    pair = (lookup(fear=constant(1, 11, 21)), lookup(fear=constant(0, 10, 20)))
    finding = judge(expect(statistic="difference", direction="up"), [pair])
    assert finding.interval[:3] == pytest.approx((1.0, 1.0, 1.0))
    assert finding.verdict is CheckVerdict.HOLDS


def test_a_ratio_of_means_by_the_delta_method():
    """Policy 3, 6, 9 against 2, 4, 6: 50 % more in every run, without spread; then one run deviates by 1.5."""
    base = lookup(fear=constant(2, 4, 6))
    exact = judge(expect(band=(0.49, 0.51)), [(lookup(fear=constant(3, 6, 9)), base)])
    assert exact.interval[:3] == pytest.approx((0.5, 0.5, 0.5))
    # means 6.5 and 4: R = 1.625, residuals 3 - 3.25, 6 - 6.5, 10.5 - 9.75 over 4: -0.0625, -0.125, 0.1875
    noisy = judge(expect(band=(0, 1)), [(lookup(fear=constant(3, 6, 10.5)), base)])
    assert noisy.interval.mean == pytest.approx(0.625)
    spread = math.sqrt((0.0625**2 + 0.125**2 + 0.1875**2) / 2)
    assert noisy.interval.high - 0.625 == pytest.approx(t_critical_value(2) * spread / math.sqrt(3))


def test_a_ratio_of_sums_pools_the_weeks():
    """Errors reported 1 + 3 of 10 + 10 made, and 2 + 2 of 5 + 15: 8 of 40."""
    series = lookup(errors_reported=[[1, 3], [2, 2]], errors_generated=[[10, 10], [5, 15]])
    e = expect(measure="errors_reported", per="errors_generated", statistic="level", band=(0.1, 0.3))
    assert judge(e, [(series, None)]).interval.mean == pytest.approx(0.2)


def test_a_zero_denominator_is_undecided():
    finding = judge(expect(direction="up"), [(lookup(fear=constant(1, 1)), lookup(fear=constant(0, 0)))])
    assert (finding.verdict, finding.note) == (CheckVerdict.OPEN, "no estimate: the denominator is 0")


def test_the_effect_of_the_second_pair_is_subtracted():
    """+50 % minus +20 % is 30 percentage points."""
    base = lookup(fear=constant(2, 4, 6))
    pairs = [(lookup(fear=constant(3, 6, 9)), base), (lookup(fear=constant(2.4, 4.8, 7.2)), base)]
    assert judge(expect(direction="up"), pairs).interval.mean == pytest.approx(0.3)


@pytest.mark.parametrize(("over", "expected"), [("peak", 2.0), ("dip", -1.0), ("mean", 0.5)])
def test_peak_and_dip_are_the_extreme_quarters(over, expected):
    """Three quarters with effects 0.5, 2 and -1."""
    weeks = np.repeat([0.5, 2.0, -1.0], 13)
    pair = (lookup(fear=[weeks + 5, weeks + 7]), lookup(fear=[weeks * 0 + 5, weeks * 0 + 7]))
    e = expect(statistic="difference", over=over, direction="up", last=39)
    assert judge(e, [pair]).interval.mean == pytest.approx(expected)


def test_correlation_across_runs():
    """1, 2, 3, 4 with 1, 3, 2, 4: covariance 1, variances 1.25: 0.8."""
    series = lookup(turnover=constant(1, 2, 3, 4), caseload=constant(1, 3, 2, 4))
    e = expect(measure="turnover", partner="caseload", statistic="level", direction="up")
    assert judge(e, [(series, None)]).interval.mean == pytest.approx(0.8)
    flat = lookup(turnover=constant(1, 2, 3, 4), caseload=constant(1, 1, 1, 1))
    assert judge(e, [(flat, None)]).verdict is CheckVerdict.OPEN


def test_a_correlation_has_the_large_sample_interval():
    """The standard error of r among normal pairs is (1 - r^2) / sqrt(n)."""
    x, y = np.random.default_rng(7).multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 4000).T
    finding = verdicts.correlation_of(x, y).interval()
    assert finding.high - finding.mean == pytest.approx(1.96 * (1 - 0.36) / math.sqrt(4000), rel=0.05)


def test_dispersion_of_yearly_totals():
    """Totals 1 and 3: mean 2, variance 2, so 1; totals 0 and 4: 8 / 2 = 4; without events 1."""
    weeks = np.zeros((3, 104))
    weeks[0, 0], weeks[0, 60], weeks[1, 60] = 1, 3, 4
    assert verdicts.dispersion_of(weeks).tolist() == [1.0, 4.0, 1.0]


def test_pairs_without_the_event_are_excluded():
    """The second run has no takeover; in the others the effects are 1 and 3."""
    tested = lookup(fear=constant(1, 50, 3), takeovers=[[0, 1], [0, 0], [1, 0]])
    e = expect(statistic="difference", where="takeovers", direction="up")
    finding = judge(e, [(tested, lookup(fear=constant(0, 0, 0)))])
    assert finding.interval.mean == pytest.approx(2.0)
    assert finding.note == "2 runs with takeovers"


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
def test_a_band_holds_if_it_contains_the_estimate_and_fails_outside_the_interval(mean, half, verdict):
    assert verdicts.band_verdict(0.1, 0.4, Interval(mean, mean - half, mean + half, ""))[0] is verdict


def with_half_width(mean, half):
    """Two runs whose interval is mean ± half: t = 12.706, so they lie half / 12.706 on either side."""
    return lookup(fear=constant(mean - half / t_critical_value(1), mean + half / t_critical_value(1)))


def test_tolerance_widens_the_band_and_both_parts_must_hold():
    e = {"statistic": "level", "band": (0.1, 0.4)}
    assert judge(expect(**e), [(with_half_width(0.42, 0.01), None)]).verdict is CheckVerdict.FAILS
    assert judge(expect(**e, tolerance=0.03), [(with_half_width(0.42, 0.01), None)]).verdict is CheckVerdict.HOLDS
    assert judge(expect(**e, direction="up"), [(with_half_width(0.2, 0.3), None)]).verdict is CheckVerdict.OPEN
    assert judge(expect(**e, direction="down"), [(with_half_width(0.2, 0.1), None)]).verdict is CheckVerdict.FAILS


def test_flat_depends_only_on_the_band():
    e = expect(statistic="level", direction="flat", band=(-0.03, 0.03))
    assert judge(e, [(with_half_width(0.01, 0.005), None)]).verdict is CheckVerdict.HOLDS
    assert judge(e, [(with_half_width(0.05, 0.005), None)]).verdict is CheckVerdict.FAILS


def test_more_runs_shrink_the_interval_by_the_square_root():
    """A half-width of 0.3 in 2 runs shrinks to 0.2 in 2 (0.3 / 0.2)^2 = 4.5 runs: three more."""
    finding = judge(expect(statistic="level", direction="up"), [(with_half_width(0.2, 0.3), None)])
    assert (finding.verdict, finding.more_runs) == (CheckVerdict.OPEN, 3)
    assert judge(expect(statistic="level", direction="up"), [(with_half_width(0.2, 0.1), None)]).more_runs == 0


def test_one_run_is_undecided_and_needs_another():
    finding = judge(expect(statistic="level", direction="up"), [(lookup(fear=constant(1)), None)])
    assert (finding.verdict, finding.more_runs) == (CheckVerdict.OPEN, 1)


@pytest.mark.parametrize(
    ("mean", "verdict"), [(0.2, CheckVerdict.RESOLVED), (0.9, CheckVerdict.KNOWN), (0.45, CheckVerdict.OPEN)]
)
def test_a_known_shortfall_has_its_own_verdict_until_it_holds(mean, verdict):
    e = expect(statistic="level", band=(0.1, 0.4), known="0.9; see there")
    assert judge(e, [(with_half_width(mean, 0.1), None)]).verdict is verdict


def test_an_estimate_minus_itself_is_0_and_over_itself_is_1():
    series = InfluenceEstimate(3.0, np.array([1.0, -1.0]))
    assert verdicts.difference_of(series, series).interval()[:3] == (0.0, 0.0, 0.0)
    assert verdicts.ratio_of(series, series).interval()[:3] == pytest.approx((1.0, 1.0, 1.0))
