"""Outcomes and intervals, against their definitions and scipy."""

import numpy as np
import pytest
from scipy import stats

from redbead.analysis.intervals import t_critical_value, t_interval, wilson_interval
from redbead.analysis.outcomes import LATE, WHOLE_RUN, find_outcome, outcomes_of
from redbead.measures import MEASURES


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 10, 29, 30, 199, 999, 10_000])
def test_t_critical_value_agrees_with_scipy(degrees):
    assert t_critical_value(degrees) == pytest.approx(stats.t.ppf(0.975, degrees), rel=1e-9)


@pytest.mark.parametrize("n", [2, 3, 30, 200])
def test_t_interval_agrees_with_scipy(n):
    values = np.random.default_rng(n).lognormal(size=n)
    result = t_interval(values)
    low, high = stats.t.interval(0.95, n - 1, loc=values.mean(), scale=stats.sem(values))
    assert (result.low, result.high) == pytest.approx((low, high), rel=1e-9)
    assert result.kind == f"95 % t-interval, n = {n}"


@pytest.mark.parametrize(("k", "n"), [(0, 10), (3, 10), (10, 10), (1, 200)])
def test_wilson_interval_agrees_with_scipy(k, n):
    values = np.repeat([1.0, 0.0], [k, n - k])
    reference = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    result = wilson_interval(values)
    assert (result.low, result.high) == pytest.approx((reference.low, reference.high), abs=1e-12)


def test_one_run_has_no_interval():
    assert np.isnan(t_interval(np.array([3.0])).low)
    assert np.isnan(wilson_interval(np.array([1.0])).high)
    assert t_interval(np.array([])).kind == "no run finished"


def test_t_intervals_have_their_nominal_coverage():
    random = np.random.default_rng(7)
    sets = random.normal(size=(2000, 12))
    covered = sum(i.low <= 0 <= i.high for i in map(t_interval, sets)) / 2000
    assert covered == pytest.approx(0.95, abs=6 * np.sqrt(0.95 * 0.05 / 2000))


def test_flows_become_yearly_totals_and_other_measures_means(batch):
    leavers, turnover = batch.values("leavers"), batch.values("turnover")
    assert find_outcome(batch, "leavers").unit == "people/year"
    np.testing.assert_allclose(find_outcome(batch, "leavers").values, leavers.sum(axis=1) / 3)
    np.testing.assert_allclose(find_outcome(batch, "turnover", LATE).values, turnover[:, -104:].mean(axis=1))


def test_derived_outcomes_match_their_definitions(batch):
    gap = batch.values("visible_quality") - batch.values("service_quality")
    np.testing.assert_allclose(find_outcome(batch, "illusion_gap").values, gap.mean(axis=1))
    assert set(find_outcome(batch, "taken_over").values) <= {0.0, 1.0}
    with pytest.raises(KeyError):
        find_outcome(batch, "nonsense")


def test_the_summary_lists_every_measure_in_both_periods(results):
    table = results.summary()
    for period in (WHOLE_RUN, LATE):
        names = table.loc[table["period"] == period, "measure"].tolist()
        assert names[: len(MEASURES)] == [m.name for m in MEASURES]
    assert table["difference"].isna().all()
    assert (table["p05"] <= table["p95"]).all()
    columns = [item.column for item in outcomes_of(results.batch)]
    assert len(columns) == len(set(columns))
