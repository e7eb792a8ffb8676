"""Precision monitoring of 'auto': widths of paired intervals, and the number of runs that follows from them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from redbead.engine.simulate import RunOutput
from redbead.execution import executors, jobs
from redbead.execution.jobs import RunResult, RunSpec
from redbead.execution.runs import measure_index, run_options
from redbead.measures import MEASURES
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.spec import (
    MIN_RUNS,
    Comparison,
    DecidingOutcome,
    Limits,
    Policy,
    Uncertainty,
)
from redbead.studies.comparison.study import RUN_STEP, IntervalWidth, PrecisionMonitor, run_only

WEEKS = 4
BASE = Scenario(name="today", years=WEEKS / 52)
OTHER = BASE.set({"inspection.stakes": 0.9})
TURNOVER = DecidingOutcome("turnover", 0.1)


def monitor_of(differences, *, outcomes=(TURNOVER,), level=1.0, policies=None, **fields):
    """A monitor after one pair of runs per difference; the baseline has the mean `level` in every run."""
    named = policies or {"today": BASE, "other": OTHER}
    comparison = Comparison(
        "test", tuple(Policy(name, scenario) for name, scenario in named.items()), "today", runs=None,
        deciding_outcomes=outcomes, over="whole run", **fields,
    )  # fmt: skip
    monitor = PrecisionMonitor(comparison, arms_of(comparison))
    for run, difference in enumerate(differences):
        monitor.add_run(0, run, weekly(level))
        monitor.add_run(1, run, weekly(level + difference))
    return monitor


def weekly(mean, authorities=2):
    """Weekly values of one run: every measure varies around `mean` over weeks and authorities."""
    pattern = np.linspace(-1.0, 1.0, WEEKS * authorities).reshape(authorities, WEEKS)
    return np.broadcast_to(mean + pattern, (len(MEASURES), authorities, WEEKS))


def half_width(differences):
    """Half-width of Student's interval, by scipy."""
    return t.ppf(0.975, len(differences) - 1) * np.std(differences, ddof=1) / math.sqrt(len(differences))


differences_of_runs = st.lists(st.floats(-100.0, 100.0), min_size=2, max_size=40)


# widths


@given(differences_of_runs)
def test_widths_are_those_of_students_interval_of_paired_differences(differences):
    (width,) = monitor_of(differences).widths(len(differences))
    assert width.half_width == pytest.approx(half_width(differences), rel=1e-6, abs=1e-9)
    assert (width.role.policy, width.criterion, width.pairs) == ("other", TURNOVER, len(differences))


@given(differences_of_runs, st.integers(2, 40))
def test_only_the_first_runs_are_used(differences, runs):
    used = differences[:runs]
    (width,) = monitor_of(differences).widths(runs)
    assert width.half_width == pytest.approx(half_width(used), rel=1e-6, abs=1e-9)
    assert width.pairs == len(used)


def test_flows_are_compared_per_year():
    """Errors per week differ by 1, 2 and 3: per year by 52, 104 and 156, with a standard deviation of 52."""
    (width,) = monitor_of([1.0, 2.0, 3.0], outcomes=(DecidingOutcome("errors_generated", 5.0),)).widths(3)
    assert width.half_width == pytest.approx(t.ppf(0.975, 2) * 52 / math.sqrt(3))


def test_relative_differences_are_shares_of_the_mean_of_the_baseline():
    outcomes = (DecidingOutcome("turnover", 0.05, relative=True), DecidingOutcome("turnover", 0.05))
    relative, absolute = monitor_of([1.0, 2.0], outcomes=outcomes, level=-40.0).widths(2)
    assert (relative.smallest_important, absolute.smallest_important) == pytest.approx((2.0, 0.05))
    assert relative.half_width == absolute.half_width


@pytest.mark.parametrize("pairs", [0, 1])
def test_fewer_than_two_pairs_have_no_width(pairs):
    assert list(monitor_of([1.0] * pairs).widths(100)) == []


def test_policies_equal_to_the_baseline_need_no_interval():
    monitor = monitor_of([1.0, 5.0], policies={"today": BASE, "other": OTHER, "same": BASE})
    assert {width.role.policy for width in monitor.widths(2)} == {"other"}


def test_runs_without_a_partner_are_left_out():
    monitor = monitor_of([1.0, 2.0, 4.0])
    monitor.add_run(0, 3, weekly(1.0))
    (width,) = monitor.widths(10)
    assert width.pairs == 3
    monitor.add_run(1, 3, weekly(8.0))
    (width,) = monitor.widths(10)
    assert width.half_width == pytest.approx(half_width([1.0, 2.0, 4.0, 7.0]))


def test_failed_runs_are_ignored():
    monitor = monitor_of([1.0, 2.0])
    for arm in (0, 1):
        monitor.add_result(RunResult(RunSpec(arm, 2, 3, 0), 0.1, None, cause="stopped"))
    (width,) = monitor.widths(10)
    assert width.pairs == 2


@given(st.permutations(range(6)))
def test_the_order_in_which_runs_finish_does_not_change_the_widths(order):
    differences = np.array([1.0, 5.0, 2.0, 8.0, 0.0, 3.0])
    monitor = monitor_of([])
    for run in order:
        monitor.add_run(1, run, weekly(1.0 + differences[run]))
        monitor.add_run(0, run, weekly(1.0))
    (width,) = monitor.widths(6)
    assert width == next(monitor_of(differences).widths(6))


def test_only_the_period_of_the_comparison_counts():
    """Three years, of which the last two decide: a difference in the first year has no effect."""
    long = Scenario(name="today", years=3.0)
    policies = (Policy("today", long), Policy("other", long.set({"inspection.stakes": 0.9})))
    comparison = Comparison("test", policies, "today", runs=None, deciding_outcomes=(TURNOVER,))
    monitor = PrecisionMonitor(comparison, arms_of(comparison))
    early, late = np.zeros((2, len(MEASURES), 1, 156))
    early[measure_index("turnover"), :, :52] = 1.0
    late[measure_index("turnover"), :, 52:] = 1.0
    for run, (first, last) in enumerate([(0.0, 1.0), (9.0, 3.0), (-9.0, 8.0)]):
        monitor.add_run(0, run, np.zeros((len(MEASURES), 1, 156)))
        monitor.add_run(1, run, first * early + last * late)
    (width,) = monitor.widths(3)
    assert width.half_width == pytest.approx(half_width([1.0, 3.0, 8.0]))


# draws of uncertain parameters


@given(st.lists(st.floats(-50.0, 50.0), min_size=3, max_size=24))
def test_runs_that_share_a_draw_count_once(differences):
    """Three draws: the interval is that of three means, with two degrees of freedom."""
    monitor = monitor_of(differences, uncertainty=Uncertainty(("fear.blame",), draws=3))
    means = [np.mean(differences[draw::3]) for draw in range(3)]
    (width,) = monitor.widths(len(differences))
    assert width.half_width == pytest.approx(half_width(means), rel=1e-6, abs=1e-9)
    assert width.pairs == len(differences)


def test_a_single_draw_gives_no_finite_interval():
    (width,) = monitor_of([1.0, 2.0, 3.0], uncertainty=Uncertainty(("fear.blame",), draws=1)).widths(3)
    assert width.half_width == math.inf


# next number of runs


@given(st.integers(MIN_RUNS, 80), st.floats(0.0, 50.0), st.integers(MIN_RUNS, 500))
def test_the_next_number_of_runs_is_larger_bounded_and_at_most_twice_as_large(runs, spread, limit):
    """Alternating differences of plus and minus `spread`."""
    differences = [spread * (-1) ** run for run in range(runs)]
    monitor = monitor_of(differences, limits=Limits(runs=limit))
    after = monitor.next_runs(runs)
    if half_width(differences) <= TURNOVER.smallest_important:
        assert after == runs
    elif limit <= runs:
        assert after == limit
    else:
        assert runs < after <= limit
        assert after <= max(2 * runs + RUN_STEP, runs + RUN_STEP)


@given(st.lists(st.floats(0.0, 20.0), min_size=2, max_size=2).map(sorted))
def test_a_larger_spread_never_needs_fewer_runs(spreads):
    needed = [monitor_of([spread * (-1) ** run for run in range(40)]).next_runs(40) for spread in spreads]
    assert needed == sorted(needed)


@given(st.integers(1, MIN_RUNS - 1))
def test_auto_starts_with_at_least_20_runs(runs):
    assert monitor_of([0.0] * runs).next_runs(runs) == MIN_RUNS


def test_equal_policies_stop_at_once():
    assert monitor_of([3.0] * 20).next_runs(20) == 20, "a constant difference has no spread"
    assert monitor_of([], policies={"today": BASE, "same": BASE}).next_runs(20) == 20


def test_the_number_of_runs_needed_follows_from_the_square_of_the_width():
    """With 100 pairs and a half-width 1.2 times the target, 144 pairs are needed, rounded up to 150."""
    sd = 1.2 * TURNOVER.smallest_important * math.sqrt(100) / t.ppf(0.975, 99)
    differences = sd * math.sqrt(99 / 100) * np.tile([1.0, -1.0], 50)
    monitor = monitor_of(differences)
    (width,) = monitor.widths(100)
    assert width.half_width == pytest.approx(0.12)
    assert width.pairs_needed == pytest.approx(144, abs=1)
    assert monitor.next_runs(100) == 150


@given(st.floats(0.01, 100.0), st.floats(0.01, 100.0), st.integers(2, 400))
def test_pairs_needed_make_the_interval_narrow_enough_at_the_same_spread(half, target, pairs):
    width = IntervalWidth(None, TURNOVER, half, target, pairs)
    needed = width.pairs_needed
    assert needed >= pairs
    assert half * math.sqrt(pairs / needed) <= target * (1 + 1e-9)
    assert needed == pairs or half * math.sqrt(pairs / (needed - 1)) > target * (1 - 1e-9)


def test_a_target_of_zero_asks_for_one_more_pair():
    """The mean of the baseline is 0, so a relative difference can never be narrow enough."""
    assert IntervalWidth(None, TURNOVER, 0.3, 0.0, 25).pairs_needed == 26
    assert IntervalWidth(None, TURNOVER, 0.0, 0.0, 25).pairs_needed == 25


# progress


def test_the_line_of_progress_states_the_outcome_farthest_from_its_target():
    outcomes = (DecidingOutcome("turnover", 2.0), DecidingOutcome("errors_generated", 200.0))
    note = monitor_of([0.0, 2.0], outcomes=outcomes).progress_note(2)
    half = t.ppf(0.975, 1)
    assert note == f"widest: turnover ±{half:.3g}, target ±2", "52 x 12.7 / 200 is less than 12.7 / 2"
    outcomes = (DecidingOutcome("turnover", 2.0), DecidingOutcome("errors_generated", 50.0))
    assert "errors_generated" in monitor_of([0.0, 2.0], outcomes=outcomes).progress_note(2)


def test_without_widths_or_targets_there_is_no_line_of_progress():
    assert monitor_of([1.0]).progress_note(1) == ""
    relative = (DecidingOutcome("turnover", 0.05, relative=True),)
    monitor = monitor_of([], outcomes=relative)
    for run in range(2):
        monitor.add_run(0, run, 0.0 * weekly(1.0))
        monitor.add_run(1, run, weekly(float(run)))
    assert len(list(monitor.widths(2))) == 1
    assert monitor.progress_note(2) == "", "the baseline has a mean of 0"


# runs until the intervals are narrow enough


def compare_with(folder, *, target=0.1, minutes=60.0, limit=1000, threads=2, backwards=False):
    """Run two policies with 'auto'."""
    policies = (Policy("today", BASE), Policy("other", OTHER))
    comparison = Comparison(
        "test", policies, "today", runs=None, deciding_outcomes=(DecidingOutcome("turnover", target),),
        over="whole run", limits=Limits(limit, minutes),
    )  # fmt: skip
    options = run_options(jobs=threads)._replace(backwards=backwards)
    return run_only(comparison, folder, options)


@pytest.fixture
def noisy_engine(monkeypatch):
    """An engine in which the policy differs from the baseline by a normal number of each seed."""

    def run(worker, spec):
        table = np.ones((WEEKS, 1, len(MEASURES)))
        if worker.job.scenarios[spec.scenario].value("inspection.stakes") == 0.9:
            table += np.random.default_rng(spec.seed).normal()
        return RunOutput(table, None)

    monkeypatch.setattr(jobs.Worker, "run", run)
    monkeypatch.setattr(executors, "compile_kernels", lambda: None)


def test_auto_ends_at_the_first_step_whose_interval_is_narrow_enough(noisy_engine, tmp_path):
    """The rule by hand on the differences of seeds 1, 2, ...; no run is executed that it does not need."""
    results = compare_with(tmp_path / "auto", target=0.3)
    gains = np.array([np.random.default_rng(seed).normal() for seed in range(1, 400)])
    runs = MIN_RUNS
    while half_width(gains[:runs]) > 0.3:
        needed = min(2 * runs, math.ceil(runs * (half_width(gains[:runs]) / 0.3) ** 2))
        runs = max(runs + RUN_STEP, RUN_STEP * math.ceil(needed / RUN_STEP))
    assert results.runs == runs > MIN_RUNS
    assert len(results.store.done) == 2 * runs


@pytest.mark.parametrize("backwards", [False, True])
def test_the_order_of_execution_does_not_change_the_number_of_runs(noisy_engine, tmp_path, backwards):
    results = compare_with(tmp_path / "auto", target=0.3, threads=1, backwards=backwards)
    assert results.runs == compare_with(tmp_path / "two", target=0.3, threads=2).runs


@pytest.mark.parametrize(("limit", "minutes", "expected"), [(25, 60.0, 25), (1000, -1.0, MIN_RUNS)])
def test_auto_ends_at_its_limits_of_runs_and_time(noisy_engine, tmp_path, limit, minutes, expected):
    results = compare_with(tmp_path / "auto", target=1e-6, limit=limit, minutes=minutes)
    assert results.runs == expected


def test_an_interrupted_comparison_ends_with_the_same_number_of_runs(noisy_engine, tmp_path):
    """The folder already has 70 runs of each policy, more than the first step of 20."""
    policies = (Policy("today", BASE), Policy("other", OTHER))
    run_only(Comparison("test", policies, "today", runs=70, over="whole run"), tmp_path / "auto", run_options(jobs=1))
    results = compare_with(tmp_path / "auto", target=0.3)
    assert results.runs == compare_with(tmp_path / "new", target=0.3).runs
