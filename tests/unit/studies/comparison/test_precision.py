"""'auto': paired differences of the pilot, and the number of runs that follows from them."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import t

from redbead.engine.simulate import RunOutput
from redbead.execution import executors, jobs
from redbead.execution.jobs import RunResult, RunSpec
from redbead.execution.runs import measure_index, run_options
from redbead.measures import MEASURES
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.arms import arms_of, pilot_of, pilot_runs
from redbead.studies.comparison.precision import RUN_STEP, PairedDifferences, PrecisionMonitor, runs_for_width
from redbead.studies.comparison.spec import (
    PILOT_RUNS,
    Comparison,
    DecidingOutcome,
    Limits,
    Policy,
    Uncertainty,
)
from redbead.studies.comparison.study import FIRST_BLOCK, run_only

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


# paired differences


@given(differences_of_runs.filter(lambda values: np.std(values) > 1e-6))
def test_half_widths_are_those_of_students_interval_of_paired_differences(differences):
    (item,) = monitor_of(differences).differences(range(len(differences)))
    assert item.half_width == pytest.approx(half_width(differences), rel=1e-6, abs=1e-9)
    assert (item.role.policy, item.criterion, item.values.size) == ("other", TURNOVER, len(differences))


@given(differences_of_runs, st.integers(0, 20), st.integers(2, 20))
def test_only_the_given_runs_are_used(differences, start, count):
    used = differences[start : start + count]
    items = list(monitor_of(differences).differences(range(start, start + count)))
    assert len(items) == bool(used)
    for item in items:
        np.testing.assert_allclose(item.values, used, atol=1e-9)


def test_flows_are_compared_per_year():
    """Errors per week differ by 1, 2 and 3: per year by 52, 104 and 156, with a standard deviation of 52."""
    (width,) = monitor_of([1.0, 2.0, 3.0], outcomes=(DecidingOutcome("errors_generated", 5.0),)).differences(range(3))
    assert width.half_width == pytest.approx(t.ppf(0.975, 2) * 52 / math.sqrt(3))


def test_relative_differences_are_shares_of_the_mean_of_the_baseline():
    outcomes = (DecidingOutcome("turnover", 0.05, relative=True), DecidingOutcome("turnover", 0.05))
    relative, absolute = monitor_of([1.0, 2.0], outcomes=outcomes, level=-40.0).differences(range(2))
    assert (relative.smallest_important, absolute.smallest_important) == pytest.approx((2.0, 0.05))
    assert relative.half_width == absolute.half_width


def test_without_pairs_there_is_no_difference_and_one_pair_has_no_width():
    assert list(monitor_of([]).differences(range(100))) == []
    (item,) = monitor_of([1.0]).differences(range(100))
    assert math.isnan(item.half_width)


def test_policies_equal_to_the_baseline_need_no_interval():
    monitor = monitor_of([1.0, 5.0], policies={"today": BASE, "other": OTHER, "same": BASE})
    assert {width.role.policy for width in monitor.differences(range(2))} == {"other"}


def test_runs_without_a_partner_are_left_out():
    monitor = monitor_of([1.0, 2.0, 4.0])
    monitor.add_run(0, 3, weekly(1.0))
    (width,) = monitor.differences(range(10))
    assert width.values.size == 3
    monitor.add_run(1, 3, weekly(8.0))
    (width,) = monitor.differences(range(10))
    assert width.half_width == pytest.approx(half_width([1.0, 2.0, 4.0, 7.0]))


def test_failed_runs_are_ignored():
    monitor = monitor_of([1.0, 2.0])
    for arm in (0, 1):
        monitor.add_result(RunResult(RunSpec(arm, 2, 3, 0), 0.1, None, cause="stopped"))
    (width,) = monitor.differences(range(10))
    assert width.values.size == 2


@given(st.permutations(range(6)))
def test_the_order_in_which_runs_finish_does_not_change_the_widths(order):
    differences = np.array([1.0, 5.0, 2.0, 8.0, 0.0, 3.0])
    monitor = monitor_of([])
    for run in order:
        monitor.add_run(1, run, weekly(1.0 + differences[run]))
        monitor.add_run(0, run, weekly(1.0))
    (width,) = monitor.differences(range(6))
    np.testing.assert_array_equal(width.values, next(monitor_of(differences).differences(range(6))).values)


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
    (width,) = monitor.differences(range(3))
    assert width.half_width == pytest.approx(half_width([1.0, 3.0, 8.0]))


# draws of uncertain parameters


@given(st.lists(st.floats(-50.0, 50.0), min_size=3, max_size=24))
def test_runs_that_share_a_draw_count_once(differences):
    """Three draws: the interval is that of three means, with two degrees of freedom."""
    monitor = monitor_of(differences, uncertainty=Uncertainty(("fear.blame",), draws=3))
    means = [np.mean(differences[draw::3]) for draw in range(3)]
    assume(np.std(means) > 1e-6)
    (width,) = monitor.differences(range(len(differences)))
    assert width.half_width == pytest.approx(half_width(means), rel=1e-6, abs=1e-9)
    assert width.values.size == len(differences)


def test_a_single_draw_gives_no_finite_interval():
    (width,) = monitor_of([1.0, 2.0, 3.0], uncertainty=Uncertainty(("fear.blame",), draws=1)).differences(range(3))
    assert math.isnan(width.half_width)


# number of runs after the pilot


def needed_after(differences, *, limit=1000, **fields):
    """Number of runs after a pilot with these differences."""
    monitor = monitor_of(differences, limits=Limits(runs=limit), **fields)
    return monitor.runs_needed(range(len(differences)))


def test_the_pilot_has_seeds_of_its_own_after_those_of_the_results():
    comparison = Comparison("test", (Policy("today", BASE), Policy("other", OTHER)), "today", runs=None)
    arms = arms_of(comparison)
    pilot = pilot_of(comparison, arms)
    assert pilot == range(comparison.limits.runs, comparison.limits.runs + PILOT_RUNS)
    assert pilot_runs(comparison, arms) == [(arm, run) for arm in (0, 1) for run in pilot]


@pytest.mark.parametrize(("draws", "first", "size"), [(3, 1002, 42), (50, 1000, 100), (7, 1001, 42)])
def test_the_pilot_begins_with_the_first_draw_and_has_at_least_two_runs_of_each(draws, first, size):
    uncertainty = Uncertainty(("fear.blame",), draws=draws)
    comparison = Comparison(
        "test", (Policy("today", BASE), Policy("other", OTHER)), "today", runs=None, uncertainty=uncertainty
    )
    assert pilot_of(comparison, arms_of(comparison)) == range(first, first + size)


def test_a_fixed_number_of_runs_has_no_pilot():
    comparison = Comparison("test", (Policy("today", BASE), Policy("other", OTHER)), "today", runs=5)
    assert pilot_runs(comparison, arms_of(comparison)) == []


@given(st.floats(0.01, 50.0), st.integers(PILOT_RUNS, 500))
def test_the_number_of_runs_follows_from_the_square_of_the_width(spread, limit):
    """Alternating differences: n (h / d)^2 runs, rounded up to tens, at least as many as in the pilot."""
    differences = [spread * (-1) ** run for run in range(PILOT_RUNS)]
    exact = PILOT_RUNS * (half_width(differences) / TURNOVER.smallest_important) ** 2
    needed = needed_after(differences, limit=limit)
    assert needed <= limit
    if needed < limit:
        assert needed % RUN_STEP == 0
        assert exact <= needed * (1 + 1e-9)
        assert needed in (PILOT_RUNS, limit) or needed < exact + RUN_STEP


@given(st.lists(st.floats(0.0, 20.0), min_size=2, max_size=2).map(sorted))
def test_a_larger_spread_never_needs_fewer_runs(spreads):
    small, large = (max(spread, 1e-3) for spread in spreads)
    needed = [needed_after([spread * (-1) ** run for run in range(40)]) for spread in (small, large)]
    assert needed == sorted(needed)


def test_a_pilot_without_any_variation_asks_for_runs_that_exclude_1_percent():
    """If 299 runs are equal, at most 1 % of runs differ: 0.99^299 = 5 %."""
    assert 0.99**299 <= 0.05 < 0.99**298
    assert needed_after([3.0] * 40) == 300
    assert needed_after([0.0] * 40, limit=100) == 100


def test_policies_equal_to_the_baseline_need_no_more_than_the_pilot():
    assert needed_after([], policies={"today": BASE, "same": BASE}) == PILOT_RUNS


def test_a_target_of_zero_is_never_reached():
    """The mean of the baseline is 0, so a relative difference can never be narrow enough."""
    item = PairedDifferences(None, TURNOVER, np.array([1.0, 2.0]), None, 0.0)
    assert runs_for_width(item, 700) == 700


def test_events_without_any_in_the_pilot_have_the_width_of_the_score_interval():
    """Half-width z^2 / (40 + z^2) = 0.088 against 0.05: 40 (0.088 / 0.05)^2 = 123 runs."""
    item = PairedDifferences(None, DecidingOutcome("taken_over", 0.05), np.zeros(40), None, 0.05)
    half = 1.959964**2 / (40 + 1.959964**2)
    assert item.half_width == pytest.approx(half)
    assert runs_for_width(item, 1000) == math.ceil(40 * (half / 0.05) ** 2) == 123


# number of runs with draws


def over_draws(between, within, target, draws=20, per_draw=2, most=10_000):
    """Number of runs for draws whose means vary by `between`, with runs that vary by `within` about them."""
    centre = between * stats_of_draws(draws)
    noise = within * np.repeat([1.0, -1.0], draws) / math.sqrt(2.0)
    item = PairedDifferences(
        None, TURNOVER, np.tile(centre, per_draw) + noise, np.tile(np.arange(draws), per_draw), target
    )
    return runs_for_width(item, most)


def stats_of_draws(draws):
    """Values with a mean of 0 and a standard deviation of 1."""
    values = np.linspace(-1.0, 1.0, draws)
    return values / values.std(ddof=1)


def test_without_variation_between_draws_more_runs_narrow_the_interval():
    """Within variance 1 and a target of 0.1: t(19)^2 / (20 r) <= 0.01, so 22 runs of each of the 20 draws."""
    per_draw = math.ceil(t.ppf(0.975, 19) ** 2 / (20 * 0.01))
    assert over_draws(0.0, 1.0, 0.1) == 20 * per_draw == 440


def test_runs_stop_where_variation_within_draws_no_longer_matters():
    """A tenth of the variance of a mean lies within draws if each draw has 9 within/between runs.

    The means of two runs have the variance 1, of which a half comes from the variance 1 within draws: 9 x 1 / 0.5 = 18
    runs per draw, though the interval is then still wider than the target.
    """
    assert over_draws(1.0, 1.0, 0.1) == 20 * 18
    assert over_draws(1.0, 0.01, 0.1) == 20, "one run of each draw"


def test_a_single_draw_gives_no_finite_number():
    item = PairedDifferences(None, TURNOVER, np.array([1.0, 2.0, 4.0]), np.zeros(3, dtype=int), 0.1)
    assert runs_for_width(item, 500) == 500


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
    assert len(list(monitor.differences(range(2)))) == 1
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


def test_auto_makes_a_pilot_and_the_number_of_runs_that_it_asks_for(noisy_engine, tmp_path):
    """The rule by hand: run k has the seed 1 + k, and the pilot begins at run 1,000."""
    results = compare_with(tmp_path / "auto", target=0.3)
    pilot = np.array([np.random.default_rng(1001 + k).normal() for k in range(PILOT_RUNS)])
    exact = PILOT_RUNS * (half_width(pilot) / 0.3) ** 2
    assert results.runs == max(PILOT_RUNS, RUN_STEP * math.ceil(exact / RUN_STEP))
    assert results.runs > PILOT_RUNS, "the example asks for more runs than the pilot has"
    assert len(results.store.done) == 2 * (results.runs + PILOT_RUNS)


def test_the_runs_of_the_pilot_are_not_part_of_the_results(noisy_engine, tmp_path):
    """Regardless of the pilot, the results are those of the same number of runs that was fixed in advance."""
    auto = compare_with(tmp_path / "auto", target=0.3)
    fixed = Comparison(
        "test", (Policy("today", BASE), Policy("other", OTHER)), "today", runs=auto.runs, over="whole run",
        deciding_outcomes=(DecidingOutcome("turnover", 0.3),),
    )  # fmt: skip
    expected = run_only(fixed, tmp_path / "fixed", run_options(jobs=2))
    np.testing.assert_array_equal(auto.outcomes, expected.outcomes)


@pytest.mark.parametrize("backwards", [False, True])
def test_the_order_of_execution_does_not_change_the_number_of_runs(noisy_engine, tmp_path, backwards):
    results = compare_with(tmp_path / "auto", target=0.3, threads=1, backwards=backwards)
    assert results.runs == compare_with(tmp_path / "two", target=0.3, threads=2).runs


@pytest.mark.parametrize(("limit", "minutes", "expected"), [(25, 60.0, 25), (1000, -1.0, FIRST_BLOCK)])
def test_auto_ends_at_its_limits_of_runs_and_time(noisy_engine, tmp_path, limit, minutes, expected):
    results = compare_with(tmp_path / "auto", target=1e-6, limit=limit, minutes=minutes)
    assert results.runs == expected


def test_an_interrupted_comparison_ends_with_the_same_number_of_runs(noisy_engine, tmp_path):
    """The folder already has 70 runs of each policy, more than the first step of 20."""
    policies = (Policy("today", BASE), Policy("other", OTHER))
    run_only(Comparison("test", policies, "today", runs=70, over="whole run"), tmp_path / "auto", run_options(jobs=1))
    results = compare_with(tmp_path / "auto", target=0.3)
    assert results.runs == compare_with(tmp_path / "new", target=0.3).runs
