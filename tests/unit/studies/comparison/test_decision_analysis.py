"""Further analysis of a comparison, on results written by hand."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.analysis.intervals import Interval
from redbead.levers import LEVERS
from redbead.studies.comparison import decision_analysis
from redbead.studies.comparison.decision_analysis import (
    _contradict,
    actual_and_recorded,
    crossovers,
    first_difference_week,
    parametric_uncertainty,
    shapley_shares,
    switching_searches,
)


class Results:
    """Results of a comparison of ``today`` with other policies: values per run of each policy and outcome."""

    def __init__(self, values, *, draws=(), draw_of_run=(), **fields):
        self._values = values
        self.arms = SimpleNamespace(draws=draws)
        self._draw_of_run = np.array(draw_of_run, dtype=int)
        names = [name for name in dict.fromkeys(policy for policy, _ in values) if name != "today"]
        self.comparison = SimpleNamespace(
            **{"baseline": "today", "others": names, "package": None, "switching": None, "clusters": False} | fields
        )

    def role(self, policy, theory="", kind="", detail=""):
        return SimpleNamespace(policy=policy + (f":{detail}" if detail else ""), theory=theory, kind=kind)

    def values(self, role, outcome):
        return np.array(self._values[role.policy, outcome], dtype=float)

    def finished(self, role):
        return list(range(len(self._values[role.policy, "errors_generated"])))

    def weekly(self, role, outcome, runs):
        return np.array(self._values[role.policy, outcome], dtype=float)[runs]

    def pair(self, role, base, outcome):
        difference = self.values(role, outcome) - self.values(base, outcome)
        return SimpleNamespace(difference=difference, runs=np.arange(difference.size))

    def draw(self, runs):
        return self._draw_of_run[runs]


@pytest.fixture(autouse=True)
def _intervals_over_runs(monkeypatch):
    """Use Student's interval over runs, without clusters of draws."""
    from redbead.analysis.intervals import t_interval

    monkeypatch.setattr(decision_analysis, "interval_of", lambda _results, values, _runs: t_interval(values))


# crossover


@given(st.integers(0, 19), st.integers(0, 2))
def test_the_first_difference_is_the_first_week_in_which_any_run_differs(week, run):
    advantage = np.zeros((3, 20))
    advantage[run, week] = -0.5
    assert first_difference_week(advantage) == week


def test_equal_runs_differ_from_week_0():
    assert first_difference_week(np.zeros((3, 20))) == 0


def test_crossover_counts_from_the_first_difference_in_the_better_direction():
    """Fewer errors are better: 26 weeks alike, 13 weeks with two more errors, 26 weeks with three less.

    Eight equal pairs: sign test 2^-7 = 0.008, below a third of 0.05.
    """
    base = np.full((8, 65), 10.0)
    policy = base + np.repeat([0.0, 0.0, 2.0, -3.0, -3.0], 13)
    results = Results({("today", "errors_generated"): base, ("strikes", "errors_generated"): policy})
    (row,) = crossovers(results, "errors_generated", "")
    assert (row.policy, row.rival, row.outcome) == ("strikes", "today", "errors_generated")
    assert (row.crossover.dip, row.crossover.dip_at, row.crossover.overtakes) == (-2.0, 26, 39)


def test_runs_that_share_a_draw_count_once():
    """Eight runs of two draws: two equal means show nothing, whereas eight equal runs would."""
    base = np.full((8, 26), 10.0)
    values = {("today", "errors_generated"): base, ("strikes", "errors_generated"): base - 1.0}
    (row,) = crossovers(Results(values, draws=({}, {}), draw_of_run=[0, 1] * 4), "errors_generated", "")
    assert row.crossover.at_end == 0
    (row,) = crossovers(Results(values), "errors_generated", "")
    assert row.crossover.at_end == 1


def test_a_smaller_level_demands_more():
    base = np.full((8, 26), 10.0)
    results = Results({("today", "errors_generated"): base, ("strikes", "errors_generated"): base - 1.0})
    (row,) = crossovers(results, "errors_generated", "", 0.01)
    assert row.crossover.at_end == 0, "sign test 0.008, above a third of 0.01"


def test_an_outcome_without_weekly_values_has_no_crossover():
    results = Results({("today", "errors_generated"): [[1.0]], ("strikes", "errors_generated"): [[1.0]]})
    assert crossovers(results, "ever_inadequate", "") == []


# actual and recorded


def interval(low, high):
    return Interval((low + high) / 2, low, high, "")


@pytest.mark.cases(
    ("a", "b", "contradicts"),
    [((1, 2), (-2, -1), True), ((-2, -1), (1, 2), True), ((1, 2), (1, 2), False), ((1, 2), (-1, 1), False),
     ((0, 2), (-2, -1), False), ((-1, 1), (-2, -1), False)],
)  # fmt: skip
def test_intervals_contradict_only_on_opposite_sides_of_zero(a, b, contradicts):
    assert _contradict(interval(*a), interval(*b)) is contradicts


def test_more_errors_with_fewer_records_contradict_each_other():
    """10 more errors in every run, 5 fewer in the records: the gap is -15."""
    noise = np.array([0.0, 1.0, -1.0, 0.5])
    today = {"errors_generated": 100 + noise, "recorded_incidents": 20 + noise, "service_quality": noise,
             "visible_quality": noise}  # fmt: skip
    changes = {"errors_generated": 10, "recorded_incidents": -5, "service_quality": 1, "visible_quality": 1}
    values = {("today", name): value for name, value in today.items()}
    values |= {("strikes", name): value + changes[name] for name, value in today.items()}
    errors, quality = actual_and_recorded(Results(values), "")
    assert (errors.policy, errors.what, errors.contradicts) == ("strikes", "errors made", True)
    assert (errors.happened.mean, errors.recorded.mean, errors.gap.mean) == pytest.approx((10.0, -5.0, -15.0))
    assert (quality.what, quality.contradicts, quality.gap.mean) == ("quality", False, 0.0)


# packages


def test_shares_of_a_package_are_those_of_its_subsets(monkeypatch):
    """Alone 1 and 2, together 5 in two runs; a third run failed in one subset and is left out."""
    subsets = {"0": [0.0, 0.0, 9.0], "1": [1.0, 1.0, np.nan], "2": [2.0, 2.0, 9.0], "3": [5.0, 5.0, 9.0]}
    values = {(f"both:{mask}", "turnover"): row for mask, row in subsets.items()}
    levers = [LEVERS["just-culture"](), LEVERS["two-strikes"]()]
    monkeypatch.setattr(decision_analysis, "added_levers", lambda _comparison: levers)
    results = Results(
        values, package=SimpleNamespace(policy="both"), deciding_outcomes=[SimpleNamespace(measure="turnover")]
    )
    (shares,) = shapley_shares(results)
    assert shares.levers == ("just-culture", "two-strikes")
    assert [share.mean for share in shares.shares.levers] == [2.0, 3.0]
    assert shares.shares.synergy.mean == 2.0


def test_a_comparison_without_package_search_or_draws_has_none_of_these_results():
    results = Results({("today", "turnover"): [0.0, 0.0], ("strikes", "turnover"): [0.0, 0.0]})
    assert shapley_shares(results) == []
    assert switching_searches(results) == []
    assert parametric_uncertainty(results, "turnover", "") == []


# switching values and uncertainty


def test_a_search_finds_the_value_at_which_the_better_policy_changes(monkeypatch):
    """Turnover, lower is better: the advantage of the policy is 2 x (value - 0.25) at the values 0, 0.5 and 1."""
    path, points = "fear.blame", (0.0, 0.5, 1.0)
    monkeypatch.setattr(decision_analysis, "search_points", lambda *_: points)
    scenario = SimpleNamespace(value=lambda _path: 0.5)
    search = SimpleNamespace(policy="strikes", rival="today", measure="turnover", parameters=[path], points=3)
    values = {}
    for value in points:
        values[f"strikes:{path}={value!r}", "turnover"] = [-2 * (value - 0.25)] * 3
        values[f"today:{path}={value!r}", "turnover"] = [0.0] * 3
    results = Results(values, switching=search, policy=lambda _name: SimpleNamespace(scenario=scenario))
    ((searched, switching),) = switching_searches(results)
    assert searched == path
    assert switching.below.value == pytest.approx(0.25)
    assert switching.above is None


def test_uncertainty_separates_draws_from_runs():
    """Three draws of two runs, whose gains are 2, 5 and -1; turnover, where lower is better."""
    change = np.array([-1.0, -3.0, -4.0, -6.0, 2.0, 0.0])
    values = {("today", "turnover"): np.zeros(6), ("strikes", "turnover"): change}
    draws = ({"fear.blame": 0.1}, {"fear.blame": 0.2}, {"fear.blame": 0.7})
    results = Results(values, draws=draws, draw_of_run=[0, 0, 1, 1, 2, 2])
    (result,) = parametric_uncertainty(results, "turnover", "")
    assert result.shares.draws == 3
    assert np.isnan(result.shares.positive.mean), "three draws are too few"
    assert result.components.stochastic == pytest.approx(2.0)
    assert result.components.parametric == pytest.approx((18.0 - 2.0) / 2), "gains 2, 5 and -1: MSB = 2 x 18 / 2"


def test_a_parameter_that_decides_over_failure_is_the_one_in_the_box():
    """Forty draws of two parameters; the policy fails exactly if the first exceeds 0.6."""
    random = np.random.default_rng(5)
    draws = tuple({"fear.blame": float(a), "fear.floor": float(b)} for a, b in random.uniform(0.0, 0.8, (40, 2)))
    change = np.array([1.0 if draw["fear.blame"] > 0.6 else -1.0 for draw in draws])
    values = {("today", "turnover"): np.zeros(40), ("strikes", "turnover"): change}
    results = Results(values, draws=draws, draw_of_run=np.arange(40))
    (result,) = parametric_uncertainty(results, "turnover", "")
    assert result.box.base == np.mean([draw["fear.blame"] > 0.6 for draw in draws])
    assert "fear.blame" in str(result.box)
    assert "fear.floor" not in str(result.box)


def test_one_run_per_draw_gives_no_share_of_draws():
    """One run per draw cannot separate draws from chance, so that nothing is printed about them."""
    draws = tuple({"fear.blame": 0.01 * k} for k in range(12))
    values = {("today", "turnover"): np.zeros(12), ("strikes", "turnover"): np.arange(12.0) - 5.0}
    results = Results(values, draws=draws, draw_of_run=np.arange(12))
    (result,) = parametric_uncertainty(results, "turnover", "")
    assert result.shares is None
    assert np.isnan(result.components.stochastic)


def test_draws_whose_sign_chance_explains_have_no_box():
    """Draws that differ by chance only have equal predictions, so that none of them fails and others do not."""
    random = np.random.default_rng(8)
    draws = tuple({"fear.blame": float(a)} for a in random.uniform(0.0, 0.8, 40))
    change = np.tile([-1.0, 0.9], 40)
    values = {("today", "turnover"): np.zeros(80), ("strikes", "turnover"): change}
    results = Results(values, draws=draws, draw_of_run=np.repeat(np.arange(40), 2))
    (result,) = parametric_uncertainty(results, "turnover", "")
    assert result.components.parametric == 0.0
    assert result.box is None


@given(st.integers(1, 60), st.floats(0.1, 5.0))
def test_a_policy_that_is_better_from_the_start_overtakes_in_the_first_whole_quarter(weeks, advantage):
    """Quarters of 13 weeks are counted from the end; a run of less than a quarter has none."""
    base = np.full((8, weeks), 10.0)
    results = Results({("today", "errors_generated"): base, ("strikes", "errors_generated"): base - advantage})
    (row,) = crossovers(results, "errors_generated", "")
    assert row.crossover.overtakes == (weeks % 13 if weeks >= 13 else None)
    assert (row.crossover.dip, row.crossover.dip_at) == (0.0, None)


def test_shares_of_a_package_with_one_finished_run_or_none_are_left_out(monkeypatch):
    values = {(f"both:{mask}", "turnover"): [1.0, np.nan] for mask in range(4)}
    levers = [LEVERS["just-culture"](), LEVERS["two-strikes"]()]
    monkeypatch.setattr(decision_analysis, "added_levers", lambda _comparison: levers)
    results = Results(
        values, package=SimpleNamespace(policy="both"), deciding_outcomes=[SimpleNamespace(measure="turnover")]
    )
    assert shapley_shares(results) == []


@given(st.lists(st.floats(-9.0, 9.0), min_size=4, max_size=4))
def test_shares_of_levers_add_up_to_the_effect_of_the_package(subsets):
    """Two runs, of which the second is twice the first."""
    values = {(f"both:{mask}", "turnover"): [value, 2 * value] for mask, value in enumerate(subsets)}
    levers = [LEVERS["just-culture"](), LEVERS["two-strikes"]()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decision_analysis, "added_levers", lambda _comparison: levers)
        results = Results(
            values, package=SimpleNamespace(policy="both"), deciding_outcomes=[SimpleNamespace(measure="turnover")]
        )
        (shares,) = shapley_shares(results)
    total = 1.5 * (subsets[3] - subsets[0])
    assert sum(share.mean for share in shares.shares.levers) == pytest.approx(total, abs=1e-9)
    assert shares.shares.total.mean == pytest.approx(total, abs=1e-9)
