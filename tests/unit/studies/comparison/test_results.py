"""Results of a comparison: paired values, summary and intervals, against NumPy and SciPy."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import binomtest, t

from redbead.analysis.outcomes import OUTCOMES, PERIODS
from redbead.execution.runs import measure_index
from redbead.levers import LEVERS
from redbead.measures import MEASURES
from redbead.scenario.scenario import Scenario
from redbead.storage.run_store import RunStatus
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.results import (
    ComparisonRuns,
    PairedValues,
    _row,
    interval_of,
    outcomes_of_runs,
    results_of,
    share_better,
    sign,
    summary,
)
from redbead.studies.comparison.spec import Comparison, Package, Policy, Uncertainty

BASE = Scenario(name="today", years=3.0)
POSITION = {name: place for place, name in enumerate(OUTCOMES)}


def results_with_outcomes(turnover, **fields):
    """Results of policies with one value of turnover per run (NaN: failed); all other outcomes are 0.5."""
    policies = tuple(
        Policy(name, BASE.set({"fear.blame": 0.01 * place}) if place else BASE) for place, name in enumerate(turnover)
    )
    comparison = Comparison("test", policies, next(iter(turnover)), **fields)
    arms = arms_of(comparison)
    runs = len(next(iter(turnover.values())))
    outcomes = np.full((len(arms.arms), runs, len(PERIODS), len(OUTCOMES)), 0.5)
    for role in arms.main():
        values = np.asarray(turnover[role.policy], dtype=float)
        outcomes[role.arm, :, :, POSITION["turnover"]] = values[:, None]
        outcomes[role.arm, np.isnan(values)] = np.nan
    return ComparisonRuns(comparison, arms, None, None, runs, outcomes)


TWO = {"today": [1.0, 2.0, 3.0, 4.0], "other": [2.0, np.nan, 2.0, 8.0]}


# pairs


def test_pairs_are_the_runs_that_finished_in_both():
    results = results_with_outcomes(TWO)
    pair = results.pair(results.role("other"), results.role("today"), "turnover")
    assert pair.runs.tolist() == [0, 2, 3]
    assert pair.difference.tolist() == [1.0, -1.0, 4.0]
    back = results.pair(results.role("today"), results.role("other"), "turnover")
    assert back.difference.tolist() == [-1.0, 1.0, -4.0]


def test_pairs_of_roles_with_different_numbers_of_runs_use_the_smaller_number():
    results = results_with_outcomes(TWO)
    few = results.role("other")._replace(runs=1)
    assert results.pair(few, results.role("today"), "turnover").runs.tolist() == [0]
    assert len(results.values(few, "turnover")) == 1


def test_a_table_has_only_the_runs_that_finished_in_all_roles():
    results = results_with_outcomes(TWO | {"third": [np.nan, 1.0, 1.0, 1.0]})
    table, runs = results.table(results.arms.main(), "turnover")
    assert runs.tolist() == [2, 3]
    assert table.tolist() == [[3.0, 4.0], [2.0, 8.0], [1.0, 1.0]]


def test_the_difference_of_paired_values_is_policy_minus_comparator():
    assert PairedValues(np.array([3.0]), np.array([1.0]), np.array([0])).difference.tolist() == [2.0]


def test_an_unknown_role_is_a_key_error():
    results = results_with_outcomes(TWO)
    assert results.role("other").policy == "other"
    for arguments in (("third",), ("other", "blame-deters"), ("other", "", "package", "1")):
        with pytest.raises(KeyError):
            results.role(*arguments)


def test_runs_without_draws_are_their_own_draws():
    runs = np.arange(5)
    assert results_with_outcomes(TWO).draw(runs).tolist() == [0, 1, 2, 3, 4]
    drawn = results_with_outcomes(TWO, uncertainty=Uncertainty(("fear.floor",), draws=2))
    assert drawn.draw(runs).tolist() == [0, 1, 0, 1, 0]


# summary


def row_of(results, policy, measure="turnover", period="whole run"):
    table = summary(results)
    rows = table[(table.policy == policy) & (table.measure == measure) & (table.period == period)]
    assert len(rows) == 1
    return rows.iloc[0]


def one_row(results, policy, measure="turnover"):
    """The row of the whole run without the rest of the table, for properties that are tested with many examples."""
    return _row(results, results.role(policy), OUTCOMES[measure], "whole run")


def test_one_row_is_the_row_of_the_table():
    results = results_with_outcomes(TWO)
    for policy in TWO:
        expected = row_of(results, policy).to_dict()
        pd.testing.assert_series_equal(pd.Series(one_row(results, policy)), pd.Series(expected))


values_of_runs = st.lists(st.floats(0.0, 1e3), min_size=2, max_size=12)


@given(values_of_runs)
def test_rows_contain_mean_interval_and_percentiles(values):
    assume(np.std(values) > 1e-6)
    row = one_row(results_with_outcomes({"today": values, "other": values[::-1]}), "today")
    half = t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / math.sqrt(len(values))
    assert row["runs"] == len(values)
    assert row["mean"] == pytest.approx(np.mean(values))
    assert (row["mean_low"], row["mean_high"]) == pytest.approx((np.mean(values) - half, np.mean(values) + half))
    assert (row["p05"], row["p95"]) == pytest.approx(tuple(np.percentile(values, [5, 95])))


@given(st.lists(st.tuples(st.floats(0.0, 50.0), st.floats(0.0, 50.0)), min_size=3, max_size=10))
def test_rows_contain_the_paired_difference_and_its_probabilities(pairs):
    base, policy = (np.array(values) for values in zip(*pairs, strict=True))
    row = one_row(results_with_outcomes({"today": base, "other": policy}), "other")
    difference = policy - base
    assume(np.std(difference) > 1e-6)
    error = np.std(difference, ddof=1) / math.sqrt(len(pairs))
    half = t.ppf(0.975, len(pairs) - 1) * error
    assert row["difference"] == pytest.approx(difference.mean(), abs=1e-12)
    assert row["difference_high"] - row["difference_low"] == pytest.approx(2 * half, abs=1e-12)
    better = (np.sum(difference < 0) + np.sum(difference == 0) / 2) / len(pairs)
    assert row["share_better"] == pytest.approx(better), "less turnover is better"
    assert row["p_better"] == pytest.approx(t.cdf(-difference.mean() / error, len(pairs) - 1), abs=1e-9)


def test_a_difference_that_is_the_same_in_all_runs_has_no_interval_and_says_so():
    row = one_row(results_with_outcomes({"today": np.arange(5.0), "other": np.arange(5.0) - 1.0}), "other")
    assert row["difference"] == -1.0
    assert np.isnan([row["difference_low"], row["difference_high"]]).all()
    assert row["difference_interval"] == "equal in all 5 runs; up to 45 % of runs may differ"
    assert row["p_better"] == 31 / 32, "the sign test: less turnover is better in all of five runs"


def test_the_baseline_has_no_difference():
    row = row_of(results_with_outcomes(TWO), "today")
    assert np.isnan([row[name] for name in ("difference", "difference_low", "share_better", "p_better")]).all()
    assert row["difference_interval"] == ""


def test_an_outcome_without_a_better_direction_has_a_difference_but_no_share():
    row = row_of(results_with_outcomes(TWO), "other", "blame")
    assert row["better"] == "neither"
    assert row["difference"] == 0.0
    assert math.isnan(row["share_better"])
    assert math.isnan(row["p_better"])


@given(st.integers(0, 12), st.integers(2, 12))
def test_shares_of_runs_have_wilsons_interval(successes, runs):
    successes = min(successes, runs)
    results = results_with_outcomes({"today": [1.0] * runs, "other": [1.0] * runs})
    results.outcomes[0, :, :, POSITION["taken_over"]] = (np.arange(runs) < successes)[:, None]
    row = one_row(results, "today", "taken_over")
    expected = binomtest(successes, runs).proportion_ci(method="wilson")
    assert row["mean"] == pytest.approx(successes / runs)
    assert (row["mean_low"], row["mean_high"]) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert "Wilson" in row["interval"]


def test_failed_runs_are_left_out_of_the_mean():
    row = row_of(results_with_outcomes(TWO), "other")
    assert row["runs"] == 3
    assert row["mean"] == 4.0


def test_policies_without_finished_runs_have_no_mean():
    row = row_of(results_with_outcomes({"today": [1.0, 2.0], "other": [np.nan, np.nan]}), "other")
    assert row["runs"] == 0
    assert np.isnan([row[name] for name in ("mean", "mean_low", "p05", "difference", "share_better")]).all()
    assert row["interval"] == "no run finished"


def test_rows_are_in_order_of_period_outcome_theory_and_policy():
    table = summary(results_with_outcomes(TWO))
    expected = [(period, name, policy) for period in PERIODS for name in OUTCOMES for policy in TWO]
    assert list(zip(table.period, table.measure, table.policy, strict=True)) == expected


# intervals


@given(st.lists(st.floats(-10.0, 10.0), min_size=4, max_size=16))
def test_intervals_are_over_draws_if_runs_share_draws(values):
    results = results_with_outcomes(
        {"today": values, "other": values}, uncertainty=Uncertainty(("fear.floor",), draws=2)
    )
    interval = interval_of(results, np.array(values), np.arange(len(values)))
    means = np.mean(values[::2]), np.mean(values[1::2])
    assume(abs(means[0] - means[1]) > 1e-6)
    half = t.ppf(0.975, 1) * abs(means[0] - means[1]) / 2
    assert interval.mean == pytest.approx(np.mean(means), abs=1e-9)
    assert interval.high - interval.low == pytest.approx(2 * half, abs=1e-9)


def test_bootstrap_intervals_are_used_on_request_and_follow_skewness():
    values = np.array([0.0] * 25 + [10.0, 20.0, 30.0])
    skewed = results_with_outcomes({"today": values, "other": values}, intervals="bootstrap")
    interval = interval_of(skewed, values, np.arange(values.size))
    assert "bootstrap" in interval.kind
    assert interval.high - interval.mean > interval.mean - interval.low
    assert 0.0 <= interval.low < values.mean() < interval.high


@given(st.lists(st.floats(-5.0, 5.0).map(lambda x: round(x, 1)), min_size=1, max_size=30))
def test_shares_of_gains_and_losses_add_up_to_1(gains):
    gain = np.array(gains)
    assert share_better(gain) + share_better(-gain) == pytest.approx(1.0)
    assert 0.0 <= share_better(gain) <= 1.0


def test_no_run_has_no_share():
    assert math.isnan(share_better(np.array([])))
    assert (sign("up"), sign("down"), sign("neither")) == (1.0, -1.0, -1.0)


# outcomes of stored runs


@given(st.integers(1, 5), st.integers(1, 3), st.sampled_from([1, 103, 104, 105, 156]), st.integers(0, 99))
def test_outcomes_are_means_over_authorities_and_weeks(runs, authorities, weeks, seed):
    block = np.random.default_rng(seed).uniform(0.0, 3.0, (len(MEASURES), runs, authorities, weeks))
    outcomes = outcomes_of_runs(block)
    assert outcomes.shape == (runs, len(PERIODS), len(OUTCOMES))
    for period, first in (("whole run", 0), ("last 2 years", max(0, weeks - 104))):
        mean = block[..., first:].mean(axis=(2, 3))
        got = outcomes[:, PERIODS.index(period)]
        np.testing.assert_allclose(got[:, POSITION["turnover"]], mean[measure_index("turnover")])
        np.testing.assert_allclose(got[:, POSITION["errors_generated"]], 52 * mean[measure_index("errors_generated")])
        gap = mean[measure_index("visible_quality")] - mean[measure_index("service_quality")]
        np.testing.assert_allclose(got[:, POSITION["illusion_gap"]], gap, atol=1e-12)


class StoreOfChunks:
    """A store with chunks of given runs, whose turnover is 100 times the arm plus the run."""

    def __init__(self, chunks, weeks):
        self._chunks, self._weeks = chunks, weeks
        self.done = {key for keys in chunks for key in keys}
        self.failed = {}
        self.runs = {key: RunStatus(0.1, 1, 0) for key in self.done}

    def by_chunk(self, keys):
        for chunk in self._chunks:
            if wanted := [key for key in chunk if key in keys]:
                block = np.zeros((len(MEASURES), len(wanted), 1, self._weeks))
                block[measure_index("turnover")] = np.array([100.0 * arm + run for arm, run in wanted])[:, None, None]
                yield wanted, block


def comparison_with_package():
    both = dataclasses.replace(BASE, levers=(LEVERS["just-culture"](), LEVERS["participation"]()))
    return Comparison("test", (Policy("today", BASE), Policy("both", both)), "today", package=Package("both", runs=5))


def test_outcomes_are_placed_by_arm_and_run_in_any_order_of_chunks():
    comparison = comparison_with_package()
    arms = arms_of(comparison)
    assert len(arms.arms) == 4
    keys = [(arm, run) for arm in range(4) for run in range(5)]
    order = np.random.default_rng(1).permutation(len(keys))
    store = StoreOfChunks([[keys[k] for k in order[:9]], [keys[k] for k in order[9:]]], comparison.weeks)
    results = results_of(comparison, arms, store, None, runs=3)
    turnover = results.outcomes[:, :, 0, POSITION["turnover"]]
    for role in arms.roles:
        count = role.runs or 3
        assert results.values(role, "turnover").tolist() == [100.0 * role.arm + run for run in range(count)]
    assert turnover.shape == (4, 5)
    assert results.failed() == []


def test_runs_that_are_not_stored_are_nan_and_runs_beyond_the_request_are_ignored():
    comparison = Comparison("test", (Policy("today", BASE), Policy("other", BASE.set({"fear.blame": 0.1}))), "today")
    store = StoreOfChunks([[(0, 0), (0, 1), (1, 1), (0, 9), (7, 0)]], comparison.weeks)
    store.failed = {(1, 0): RunStatus(0.1, 0, 0, "stopped"), (0, 9): RunStatus(0.1, 0, 0, "stopped")}
    results = results_of(comparison, arms_of(comparison), store, None, runs=2)
    np.testing.assert_array_equal(results.outcomes[:, :, 0, POSITION["turnover"]], [[0.0, 1.0], [np.nan, 101.0]])
    assert results.finished(results.role("other")) == [1]
    assert results.failed() == [(1, 0)], "run 9 was not requested"
