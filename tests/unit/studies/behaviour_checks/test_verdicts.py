"""Verdicts compared with hand calculations: estimates, intervals, directions, bands, known shortfalls, further runs."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from redbead.analysis.intervals import Interval, t_critical_value
from redbead.analysis.power import MOST_UNITS
from redbead.studies.behaviour_checks import effects, verdicts
from redbead.studies.behaviour_checks.spec import Expectation
from redbead.studies.behaviour_checks.verdicts import CheckVerdict, judge


def expect(**more):
    return Expectation(**{"measure": "fear", "first": 0, "last": 2, "statistic": "ratio", **more})


def lookup(**series):
    """Return a function from names to series. [runs, weeks]"""
    return lambda name: np.array(series[name], dtype=float)


def constant(*values, weeks=2):
    return [[value] * weeks for value in values]


def test_a_level_is_the_mean_with_students_interval():
    """1, 2, 3: mean 2, standard error 1 / sqrt(3), t = 4.3027."""
    finding = judge(expect(statistic="level", band=(-3.0, 5.0)), [(lookup(fear=constant(1, 2, 3)), None)])
    assert finding.interval.mean == pytest.approx(2.0)
    assert finding.interval.high - 2.0 == pytest.approx(4.302653 / math.sqrt(3), abs=1e-5)
    assert finding.verdict is CheckVerdict.HOLDS


def test_a_flow_is_estimated_per_year():
    finding = judge(
        expect(measure="leavers", statistic="level", band=(0, 1000)), [(lookup(leavers=constant(1, 3)), None)]
    )
    assert finding.interval.mean == pytest.approx(104.0)


def test_a_difference_is_paired():
    """Runs differ by 10, the policy by 1 ± 0.1: differences 0.9, 1 and 1.1, standard error 0.1 / sqrt(3)."""
    pair = (lookup(fear=constant(0.9, 11, 21.1)), lookup(fear=constant(0, 10, 20)))
    finding = judge(expect(statistic="difference", direction="up"), [pair])
    assert finding.interval.high - finding.interval.mean == pytest.approx(t_critical_value(2) * 0.1 / math.sqrt(3))
    assert finding.verdict is CheckVerdict.HOLDS


@pytest.mark.parametrize(("runs", "verdict"), [(58, CheckVerdict.OPEN), (59, CheckVerdict.HOLDS)])
def test_equal_runs_hold_if_at_most_one_in_twenty_may_differ(runs, verdict):
    """0.95^59 = 0.0485 is at most 5 %, and 0.95^58 is not."""
    pair = (lookup(errors_generated=constant(*[6.0] * runs)), lookup(errors_generated=constant(*[4.0] * runs)))
    finding = judge(expect(measure="errors_generated", direction="up"), [pair])
    assert (finding.verdict, finding.interval.mean) == (verdict, 0.5)
    assert finding.note.startswith(f"equal in all {runs} runs: up to 5")


def test_a_share_of_0_in_all_runs_may_be_as_large_as_clopper_and_pearson_state():
    """0 of 10: the exact one-sided limit is 1 - 0.05^(1/10) = 0.2589 (table of Clopper and Pearson)."""
    e = expect(measure="vacancy_rate", statistic="level", band=(0.0, 0.25))
    finding = judge(e, [(lookup(vacancy_rate=constant(*[0.0] * 10)), None)])
    assert finding.interval[:3] == pytest.approx((0.0, 0.0, 0.2589), abs=1e-4)
    assert finding.verdict is CheckVerdict.OPEN
    assert judge(expect(measure="vacancy_rate", statistic="level", band=(0.0, 0.26)),
                 [(lookup(vacancy_rate=constant(*[0.0] * 10)), None)]).verdict is CheckVerdict.HOLDS  # fmt: skip


def test_the_difference_of_two_effects_on_shares_lies_between_minus_2_and_2():
    """0 in all of 10 runs: up to 26 % may differ, by 2 at most."""
    same = lookup(vacancy_rate=constant(*[0.1] * 10))
    e = expect(measure="vacancy_rate", statistic="difference", band=(-0.1, 0.1))
    assert judge(e, [(same, same), (same, same)]).interval.high == pytest.approx(2 * 0.2589, abs=1e-4)
    assert judge(e, [(same, same)]).interval.high == pytest.approx(0.2589, abs=1e-4)


def test_a_ratio_of_means_by_the_delta_method():
    """Policy 3, 6, 9 against 2, 4, 6: 50 % more in every run, without spread; then one run deviates by 1.5."""
    base = lookup(fear=constant(2, 4, 6))
    exact = judge(expect(band=(0.49, 0.51)), [(lookup(fear=constant(3, 6, 9)), base)])
    assert (exact.interval.mean, exact.verdict) == (pytest.approx(0.5), CheckVerdict.OPEN), "three equal runs"
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
    flat = lookup(turnover=constant(1, 2, 3, 4), caseload=constant(0.1, 0.1, 0.1, 0.1))
    finding = judge(e, [(flat, None)])
    assert (finding.verdict, finding.note) == (CheckVerdict.OPEN, "no estimate: a variable is equal in all runs")


def test_a_correlation_without_runs_has_no_value_and_warns_of_nothing(recwarn):
    assert math.isnan(effects.correlation_of(np.empty(0), np.empty(0)).value)
    assert not recwarn.list


@pytest.mark.parametrize("reverse", [False, True])
def test_quarters_without_an_estimate_do_not_change_the_peak(reverse):
    """Quarters of +50 %, none (0 of 0) and +20 %, in either order: the peak is +50 %, and the gap is stated."""
    tested, against = [1.5, 0.0, 1.2], [1.0, 0.0, 1.0]

    def weeks(values):
        return np.repeat(values[::-1] if reverse else values, 13)

    runs = np.array([[0.9], [1.1], [1.0]])
    pair = (
        lookup(fear=runs * weeks(tested) + (runs - 1.0) * weeks(against)),
        lookup(fear=(runs * 0 + 1) * weeks(against)),
    )
    finding = judge(expect(over="peak", direction="up", last=39), [pair])
    assert finding.interval.mean == pytest.approx(0.5)
    assert finding.note == "no estimate in 1 of 3 quarters"


def test_a_correlation_has_the_large_sample_interval():
    """The standard error of r among normal pairs is (1 - r^2) / sqrt(n)."""
    x, y = np.random.default_rng(7).multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 4000).T
    finding = effects.correlation_of(x, y).interval()
    assert finding.high - finding.mean == pytest.approx(1.96 * (1 - 0.36) / math.sqrt(4000), rel=0.05)


def test_dispersion_of_yearly_totals():
    """Totals 1 and 3: mean 2, variance 2, so 1; totals 0 and 4: 8 / 2 = 4; without events 1."""
    weeks = np.zeros((3, 104))
    weeks[0, 0], weeks[0, 60], weeks[1, 60] = 1, 3, 4
    assert effects.dispersion_of(weeks).tolist() == [1.0, 4.0, 1.0]


def test_pairs_without_the_event_are_excluded():
    """The second run has no takeover; in the others the effects are 1 and 3."""
    tested = lookup(fear=constant(1, 50, 3), takeovers=[[0, 1], [0, 0], [1, 0]])
    e = expect(statistic="difference", where="takeovers", direction="up")
    finding = judge(e, [(tested, lookup(fear=constant(0, 0, 0)))])
    assert finding.interval.mean == pytest.approx(2.0)
    assert finding.note == "2 runs with takeovers"


@pytest.mark.cases(
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


@pytest.mark.cases(
    ("mean", "half", "verdict"),
    [
        (0.2, 0.5, CheckVerdict.OPEN),
        (0.2, 0.05, CheckVerdict.HOLDS),
        (0.1, 0.01, CheckVerdict.OPEN),
        (0.08, 0.03, CheckVerdict.OPEN),
        (0.08, 0.01, CheckVerdict.FAILS),
        (0.45, 0.06, CheckVerdict.OPEN),
        (0.45, 0.04, CheckVerdict.FAILS),
    ],
)
def test_a_band_holds_if_it_contains_the_interval_and_fails_outside_it(mean, half, verdict):
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


def test_more_runs_are_those_with_a_power_of_80_percent_at_the_estimate():
    """A half-width of 0.3 in 2 runs is a spread of 0.3 sqrt(2) / 12.71 = 0.033; three runs show 0.2 (SciPy: nct)."""
    finding = judge(expect(statistic="level", direction="up"), [(with_half_width(0.2, 0.3), None)])
    ratio = 0.2 / (0.3 * math.sqrt(2) / stats.t.ppf(0.975, 1))
    total = next(n for n in range(2, 99) if stats.nct.sf(stats.t.ppf(0.975, n - 1), n - 1, ratio * n**0.5) >= 0.8)
    assert (finding.verdict, finding.more_runs) == (CheckVerdict.OPEN, total - 2)
    assert judge(expect(statistic="level", direction="up"), [(with_half_width(0.2, 0.1), None)]).more_runs == 0


def test_one_run_is_undecided_and_needs_another():
    finding = judge(expect(statistic="level", direction="up"), [(lookup(fear=constant(1)), None)])
    assert (finding.verdict, finding.more_runs) == (CheckVerdict.OPEN, 1)


@pytest.mark.parametrize(
    ("mean", "verdict"), [(0.2, CheckVerdict.RESOLVED), (0.9, CheckVerdict.KNOWN), (0.45, CheckVerdict.STATED)]
)
def test_a_known_shortfall_has_its_own_verdict_until_it_holds(mean, verdict):
    e = expect(statistic="level", band=(0.1, 0.4), known="0.9; see there")
    assert judge(e, [(with_half_width(mean, 0.1), None)]).verdict is verdict


@pytest.mark.parametrize(
    ("mean", "verdict"), [(0.25, CheckVerdict.HOLDS), (0.9, CheckVerdict.FAILS), (0.45, CheckVerdict.STATED)]
)
def test_a_stated_doubt_excuses_an_undecided_expectation_only(mean, verdict):
    e = expect(statistic="level", band=(0.1, 0.4), undecided="near the edge")
    assert judge(e, [(with_half_width(mean, 0.1), None)]).verdict is verdict


def test_an_estimate_minus_itself_is_0_and_over_itself_is_1():
    series = effects.InfluenceEstimate(3.0, np.array([1.0, -1.0]))
    for estimate, value in ((effects.difference_of(series, series), 0.0), (effects.ratio_of(series, series), 1.0)):
        assert estimate.value == value
        assert estimate.influence.tolist() == [0.0, 0.0]
        assert math.isnan(estimate.interval().low), "two equal runs say little about others"


# properties of verdicts

MEANS, HALVES = st.floats(-2, 2), st.floats(0.001, 1)


def around(mean, half):
    return Interval(mean, mean - half, mean + half, "")


@given(MEANS, HALVES)
def test_up_and_down_are_mirror_images(mean, half):
    up = verdicts.direction_verdict("up", around(mean, half))
    down = verdicts.direction_verdict("down", around(-mean, half))
    assert up == down


@given(MEANS, HALVES)
def test_up_and_down_never_both_hold(mean, half):
    both = {verdicts.direction_verdict(direction, around(mean, half))[0] for direction in ("up", "down")}
    assert both in ({CheckVerdict.HOLDS, CheckVerdict.FAILS}, {CheckVerdict.OPEN})


@given(MEANS, HALVES, MEANS, HALVES)
def test_a_band_holds_exactly_if_it_contains_the_interval(mean, half, centre, width):
    low, high = centre - width, centre + width
    verdict, distance = verdicts.band_verdict(low, high, around(mean, half))
    assert (verdict is CheckVerdict.HOLDS) is (low <= mean - half and mean + half <= high)
    if verdict is CheckVerdict.OPEN:
        assert 0.0 <= distance <= half + 1e-12, "the interval reaches across an edge"
    if verdict is CheckVerdict.FAILS:
        assert mean + half < low or mean - half > high


@given(MEANS, HALVES, MEANS, HALVES, st.floats(0, 1))
def test_a_wider_band_never_turns_a_verdict_for_the_worse(mean, half, centre, width, wider):
    rank = {CheckVerdict.FAILS: 0, CheckVerdict.OPEN: 1, CheckVerdict.HOLDS: 2}
    narrow, wide = (
        verdicts.band_verdict(centre - w, centre + w, around(mean, half))[0] for w in (width, width + wider)
    )
    assert rank[wide] >= rank[narrow]


@pytest.mark.parametrize(("mean", "distance"), [(0.05, 0.05), (0.45, 0.05), (0.3, 0.1)])
def test_the_distance_is_that_to_the_nearer_end_of_the_band(mean, distance):
    assert verdicts.band_verdict(0.1, 0.4, around(mean, 0.2))[1] == pytest.approx(distance)


def test_a_failed_part_outweighs_an_undecided_one():
    """The direction is undecided and the band excluded."""
    e = expect(statistic="level", direction="up", band=(0.5, 0.9))
    assert judge(e, [(with_half_width(0.01, 0.1), None)]).verdict is CheckVerdict.FAILS


def test_the_nearest_edge_decides_how_many_runs_are_needed():
    """Half-width 0.3: the direction is 0.2 from no effect, the band 0.1 away. The nearer edge needs more runs."""
    e = expect(statistic="level", direction="up", band=(0.3, 0.9))
    finding = judge(e, [(with_half_width(0.2, 0.3), None)])
    assert finding.verdict is CheckVerdict.OPEN
    assert (
        finding.more_runs == verdicts.more_runs(finding.interval, 0.1, 2) > verdicts.more_runs(finding.interval, 0.2, 2)
    )


@given(HALVES, HALVES, st.integers(20, 500))
def test_runs_with_a_power_of_80_percent_are_more_than_those_that_reach_the_edge(half, distance, runs):
    """Reaching the edge with the half-width gives a power of one half only; 80 % take about twice as many runs."""
    more = verdicts.more_runs(around(0.0, half), distance, runs)
    assert more >= 1
    assert runs + more >= min(MOST_UNITS, runs * (half / distance) ** 2 * 0.99)


@pytest.mark.parametrize(("runs", "more"), [(0, 2), (1, 1), (2, 0), (9, 0)])
def test_without_an_interval_the_first_two_runs_are_needed(runs, more):
    assert verdicts.more_runs(Interval(1.0, math.nan, math.nan, ""), math.nan, runs) == more


# properties of estimates

VALUES = arrays(np.float64, 12, elements=st.floats(0.5, 5.0))


@given(VALUES, VALUES)
def test_influences_sum_to_0(x, y):
    """Each influence is a deviation from the estimate, so that their mean is 0."""
    top, bottom = effects.mean_of(x), effects.mean_of(y)
    for item in (top, effects.ratio_of(top, bottom), effects.difference_of(top, bottom)):
        assert item.influence.sum() == pytest.approx(0.0, abs=1e-9)


@given(VALUES, VALUES)
def test_the_influence_on_a_ratio_is_its_derivative(x, y):
    """A run with a small additional weight w moves the ratio of means by w times its influence, divided by n."""
    observed = effects.ratio_of(effects.mean_of(x), effects.mean_of(y))
    for k in (0, 5):
        weight = np.ones(12)
        weight[k] += 1e-6
        moved = (weight @ x) / (weight @ y) - observed.value
        assert moved == pytest.approx(1e-6 * observed.influence[k] / 12, abs=1e-10)


def test_the_influence_on_a_correlation_is_its_derivative():
    x, y = np.random.Generator(np.random.Philox(2)).multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 30).T
    observed = effects.correlation_of(x, y)
    assert observed.value == pytest.approx(np.corrcoef(x, y)[0, 1])
    for k in range(30):
        weight = np.ones(30)
        weight[k] += 1e-6
        covariance = np.cov(x, y, aweights=weight, ddof=0)
        moved = covariance[0, 1] / math.sqrt(covariance[0, 0] * covariance[1, 1]) - observed.value
        assert moved == pytest.approx(1e-6 * observed.influence[k] / 30, abs=1e-9)


@given(VALUES)
def test_a_correlation_of_a_quantity_with_itself_is_1_without_error(x):
    if x.std() > 0.01:
        observed = effects.correlation_of(x, 3.0 * x - 7.0)
        assert observed.value == pytest.approx(1.0)
        assert observed.influence == pytest.approx(np.zeros(12), abs=1e-9)


@given(VALUES.filter(lambda values: values.std() > 0.01), st.floats(0.1, 10))
def test_a_relative_difference_does_not_depend_on_the_unit(x, unit):
    def estimate(scale):
        pair = (lookup(fear=[[scale * v] * 2 for v in x]), lookup(fear=constant(*[scale * 2.0] * 12)))
        return judge(expect(direction="up"), [pair]).interval[:3]

    assert estimate(unit) == pytest.approx(estimate(1.0), rel=1e-9, abs=1e-9)


def test_the_interval_of_a_ratio_covers_the_truth_in_95_of_100_samples():
    """1,000 samples of 60 runs with ratio 1.5: 95 % coverage, within 3 standard errors (2.1 percentage points)."""
    generator = np.random.Generator(np.random.Philox(6))
    covered = []
    for _ in range(1000):
        base = generator.normal(10.0, 1.0, 60)
        policy = 1.5 * base + generator.normal(0.0, 2.0, 60)
        _, low, high, _ = effects.ratio_of(effects.mean_of(policy), effects.mean_of(base)).interval()
        covered.append(low <= 1.5 <= high)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.025)


def test_dispersion_of_poisson_events_is_1_and_that_of_regular_events_is_0():
    generator = np.random.Generator(np.random.Philox(4))
    events = generator.poisson(0.2, (4000, 260)).astype(float)
    assert effects.dispersion_of(events).mean() == pytest.approx(1.0, abs=0.04)
    assert effects.dispersion_of(np.ones((3, 260))).tolist() == [0.0] * 3


def test_weeks_beyond_the_last_whole_year_do_not_change_the_dispersion():
    weeks = np.zeros((1, 110))
    weeks[0, [0, 60, 61, 62, 109]] = 1.0
    assert effects.dispersion_of(weeks) == pytest.approx(effects.dispersion_of(weeks[:, :104]))


def test_estimates_use_the_weeks_of_the_window_only():
    series = lookup(fear=[[9, 1, 1, 9], [9, 3, 3, 9]])
    e = expect(statistic="level", first=1, last=3, band=(0, 5))
    assert judge(e, [(series, None)]).interval.mean == pytest.approx(2.0)


def test_an_event_after_the_window_does_not_select_a_run():
    tested = lookup(fear=constant(1, 50, weeks=3), takeovers=[[1, 0, 0], [0, 0, 1]])
    e = expect(statistic="level", where="takeovers", band=(0, 5))
    finding = judge(e, [(tested, None)])
    assert (finding.interval.mean, finding.note) == (1.0, "1 run with takeovers")


def test_without_any_event_there_is_no_estimate():
    e = expect(statistic="level", where="takeovers", band=(0, 5))
    finding = judge(e, [(lookup(fear=constant(1, 2), takeovers=constant(0, 0)), None)])
    assert (finding.verdict, finding.more_runs) == (CheckVerdict.OPEN, 2)
    assert finding.note == "0 runs with takeovers"


def test_all_expectations_of_a_second_pair_use_differences_of_effects():
    """Levels of 5 and 7 minus levels of 3 and 4: differences 2 and 3."""
    pairs = [(lookup(fear=constant(5, 7)), None), (lookup(fear=constant(3, 4)), None)]
    assert judge(expect(statistic="level", band=(0, 5)), pairs).interval.mean == 2.5


def test_both_pairs_keep_the_runs_in_which_both_have_the_event():
    """Runs 0 and 1 have the event in the first pair, runs 1 and 2 in the second: only run 1 is compared.

    Its effects are 5 - 1 = 4 and 3 - 2 = 1, so that the difference of effects is 3.
    """
    first = lookup(fear=constant(9, 5, 9, weeks=2), takeovers=[[1, 0], [1, 0], [0, 0]])
    second = lookup(fear=constant(9, 3, 9, weeks=2), takeovers=[[0, 0], [1, 0], [0, 1]])
    against = [lookup(fear=constant(value, value, value, weeks=2), takeovers=[[0, 0]] * 3) for value in (1, 2)]
    e = expect(statistic="difference", where="takeovers", band=(0, 5))
    finding = judge(e, [(first, against[0]), (second, against[1])])
    assert (finding.interval.mean, finding.note) == (3.0, "1 run with takeovers")
