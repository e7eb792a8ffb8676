"""Findings of a comparison, on a substitute engine with known effects."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from redbead.analysis.outcomes import OUTCOMES, PERIODS
from redbead.analysis.pairwise import FAMILY
from redbead.analysis.power import units_for_power
from redbead.engine.simulate import RunOutput
from redbead.execution import executors, jobs
from redbead.execution.runs import measure_index, run_options
from redbead.measures import MEASURES
from redbead.report.comparison import forest, headline, tables, text
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.findings import (
    EffectVerdict,
    dominated_policies,
    effects,
    gains,
    rank_all,
    regrets,
)
from redbead.studies.comparison.inputs import gather, with_runs
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import ComparisonRuns, summary
from redbead.studies.comparison.spec import Comparison, DecidingOutcome, Policy, Uncertainty
from redbead.studies.comparison.study import run_only

WEEKS = 156


@pytest.fixture
def stakes_engine(monkeypatch):
    """A substitute engine with common random numbers in which full inspection.stakes adds 100 errors per year."""

    def run_with_known_effect(worker, row):
        scenario = worker.job.scenarios[row.scenario]
        random = np.random.default_rng(row.seed)
        values = np.full((WEEKS, 1, len(MEASURES)), 0.5)
        shared_noise = random.normal(20.0, 3.0)
        own_noise = np.random.default_rng((row.seed, int(1e6 * scenario.value("inspection.stakes")))).normal(0.0, 0.2)
        values[:, 0, measure_index("errors_generated")] = (
            shared_noise + own_noise + 100 / 52 * (scenario.value("inspection.stakes") - 0.5)
        )
        return RunOutput(values, None)

    monkeypatch.setattr(jobs.Worker, "run", run_with_known_effect)
    monkeypatch.setattr(executors, "compile_kernels", lambda: None)


def run_policies(tmp_path, stakes, runs="30", **fields):
    base = Scenario(name="base", years=WEEKS / 52, warm_up_years=0)
    policies = {
        name: dataclasses.replace(base.set({"inspection.stakes": value}), name=name) for name, value in stakes.items()
    }
    fields = {"deciding_outcomes": (DecidingOutcome("errors_generated", 5.0),)} | fields
    comparison = with_runs(gather(policies, **fields), runs)
    return ReportData(run_only(comparison, tmp_path / "batch", run_options(jobs=2)))


def test_the_known_effect_is_within_the_interval(stakes_engine, tmp_path):
    data = run_policies(tmp_path, {"today": 0.5, "lower": 0.2, "higher": 0.7})
    lower, higher = (data.effects["", name, "errors_generated"] for name in ("lower", "higher"))
    assert lower.difference.low < -30.0 < lower.difference.high
    assert higher.difference.low < 20.0 < higher.difference.high
    assert (lower.verdict, higher.verdict) == (EffectVerdict.BETTER_AND_MATTERS, EffectVerdict.WORSE_AND_MATTERS)
    assert data.rankings["", "errors_generated"].winner == "lower"
    assert any(s.startswith("'lower' is best of 3 policies on errors made") for s in headline.answer(data))


def test_pairing_removes_variation_shared_by_policies(stakes_engine, tmp_path):
    """Shared noise has sd 156 errors per year and the difference 15: the interval must reflect only the latter."""
    data = run_policies(tmp_path, {"today": 0.5, "lower": 0.2})
    half_width = (
        data.effects["", "lower", "errors_generated"].difference.high
        - data.effects["", "lower", "errors_generated"].difference.low
    ) / 2
    assert half_width < 3 * 15 / np.sqrt(30)


def test_identical_policies_differ_by_exactly_0_and_none_wins(stakes_engine, tmp_path):
    data = run_policies(tmp_path, {"today": 0.5, "same": 0.5})
    effect = data.effects["", "same", "errors_generated"]
    assert effect.difference.mean == 0.0
    assert math.isnan(effect.difference.low), "nothing is known of the spread"
    assert effect.verdict is EffectVerdict.EQUAL
    assert data.rankings["", "errors_generated"].winner == ""
    assert "equal in every run" in headline.answer(data)[0]
    assert len(data.results.arms.arms) == 1, "equal scenarios are run once"


def test_inconclusive_policies_are_not_ranked_and_runs_for_a_stated_power_are_given(stakes_engine, tmp_path):
    data = run_policies(tmp_path, {"today": 0.5, "nearly": 0.499}, runs="12")
    assert data.rankings["", "errors_generated"].winner == ""
    effect = data.effects["", "nearly", "errors_generated"]
    assert effect.verdict is EffectVerdict.INCONCLUSIVE
    (sentence,) = text.inconclusive_comparisons(data)
    assert sentence.startswith(
        "'nearly' cannot be distinguished from 'today' on errors made with 12 runs. To show a difference that matters "
        f"(5 errors per year) with a probability of 80 %, about {effect.further.number:,} more runs are needed"
    )
    assert f"{effect.further.low:,} to {effect.further.high:,} given the uncertain spread" in sentence
    assert "showed no clear change with 'nearly'" in headline.answer(data)[0]
    command = ["redbead", "compare", "a b.yaml", "--runs", "12"]
    assert tables.next_commands(data, command)[0] == f"redbead compare 'a b.yaml' --runs {effect.further.total}"


def test_auto_stops_at_the_number_of_runs_that_the_pilot_asks_for(stakes_engine, tmp_path):
    def run_auto():
        outcomes = (DecidingOutcome("errors_generated", 2.5),)
        return run_policies(tmp_path, {"today": 0.5, "lower": 0.2}, runs="auto", deciding_outcomes=outcomes)

    data = run_auto()
    assert 70 < data.results.runs <= 300, "a standard deviation of 15 needs about (1.96 * 15 / 2.5)^2 = 138 runs"
    assert run_auto().results.runs == data.results.runs


def test_auto_stops_at_its_limit_of_runs(stakes_engine, tmp_path):
    from redbead.studies.comparison.spec import Limits

    outcomes = (DecidingOutcome("errors_generated", 0.01),)
    data = run_policies(
        tmp_path, {"today": 0.5, "lower": 0.2}, runs="auto", deciding_outcomes=outcomes, limits=Limits(runs=50)
    )
    assert data.results.runs == 50


def test_the_summary_has_means_differences_and_probabilities(stakes_engine, tmp_path):
    data = run_policies(tmp_path, {"today": 0.5, "lower": 0.2})
    frame = summary(data.results).set_index(["measure", "period", "policy"])
    row = frame.loc["errors_generated", "last 2 years", "lower"]
    effect = data.effects["", "lower", "errors_generated"]
    assert row["difference"] == effect.difference.mean
    assert row["share_better"] > 0.9, "30 errors per year are two standard deviations of a single difference"
    assert row["p_better"] > 0.999
    assert np.isnan(frame.loc["errors_generated", "last 2 years", "today"]["difference"])
    assert frame.loc["turnover", "whole run", "lower"]["difference"] == 0.0
    assert frame.loc["turnover", "whole run", "lower"]["share_better"] == 0.5


def test_intervals_name_the_bootstrap_if_it_is_used(stakes_engine, tmp_path):
    data = run_policies(tmp_path, {"today": 0.5, "lower": 0.2}, intervals="bootstrap")
    effect = data.effects["", "lower", "errors_generated"].difference
    assert "bootstrap" in effect.kind
    assert effect.low < -30.0 < effect.high


def test_a_failed_run_is_left_out_of_every_pair(stakes_engine, tmp_path, monkeypatch):
    run_worker = jobs.Worker.run

    def fail_on_purpose(worker, row):
        if row.seed == 4 and worker.job.scenarios[row.scenario].value("inspection.stakes") == 0.2:
            msg = "seed 4 fails on purpose"
            raise ArithmeticError(msg)
        return run_worker(worker, row)

    monkeypatch.setattr(jobs.Worker, "run", fail_on_purpose)
    data = run_policies(tmp_path, {"today": 0.5, "lower": 0.2})
    pair = data.results.pair(data.results.role("lower"), data.results.role("today"), "errors_generated")
    assert 3 not in pair.runs
    assert pair.runs.size == 29
    assert data.rankings["", "errors_generated"].runs == 29
    assert len(data.results.failed()) == 1


def test_a_comparison_without_finished_runs_says_so(stakes_engine, tmp_path, monkeypatch):
    def fail_on_purpose(worker, row):
        raise ArithmeticError

    monkeypatch.setattr(jobs.Worker, "run", fail_on_purpose)
    data = run_policies(tmp_path, {"today": 0.5, "lower": 0.2}, runs="3")
    assert not data.complete
    assert headline.answer(data)[0].startswith("No run finished")


def test_every_table_is_written_with_its_policies(stakes_engine, tmp_path):
    data = run_policies(tmp_path, {"today": 0.5, "lower": 0.2, "higher": 0.7})
    frames = {name: build(data) for name, build in tables.FRAMES.items()}
    assert set(frames["ranking"]["policy"]) == {"today", "lower", "higher"}
    assert frames["ranking"]["mean_regret"].isna().all(), "one theory and no draws: there is one future"
    assert len(frames["pairs"]) == 3
    assert frames["crossover"].set_index("policy").loc["lower", "overtakes"] == 0
    assert [row.policy for row in tables.headline(data)] == ["today", "lower", "higher"]


def test_the_crossovers_of_a_page_share_one_error_rate(stakes_engine, tmp_path, monkeypatch):
    """Two policies beside the baseline and one deciding outcome: 1 % / 2 each (Bonferroni)."""
    from redbead.analysis import crossover

    levels, original = [], crossover.crossover

    def record(advantage, start, level, cluster):
        levels.append(level)
        return original(advantage, start, level, cluster)

    monkeypatch.setattr(crossover, "crossover", record)
    assert len(run_policies(tmp_path, {"today": 0.5, "lower": 0.2, "higher": 0.7}).crossovers) == 2
    assert levels == [0.005, 0.005]


def test_alternative_text_of_ranks_names_the_best_and_states_no_probability(stakes_engine, tmp_path):
    data = run_policies(tmp_path, {"today": 0.5, "lower": 0.2, "higher": 0.7})
    alt = forest.ranks(data).alt
    assert "'lower' mean rank 1.0, best; 'higher' mean rank 3.0." in alt
    assert "%" not in alt


def test_packages_and_switching_searches_have_their_own_number_of_runs(stakes_engine, tmp_path):
    """A package with 12 runs and a switching search with 8 beside policies with 5 runs."""
    from redbead.levers import LEVERS
    from redbead.studies.comparison.spec import Package, SwitchingSearch

    base = Scenario(name="base", years=WEEKS / 52, warm_up_years=0)
    both = dataclasses.replace(base, levers=(LEVERS["just-culture"](), LEVERS["improvement-time"]()))
    comparison = with_runs(
        gather(
            {"today": base, "both": both},
            deciding_outcomes=(DecidingOutcome("errors_generated", 5.0),),
            package=Package("both", 12),
            switching=SwitchingSearch("both", "today", "errors_generated", ("inspection.stakes",), 3, 8),
        ),
        "5",
    )
    data = ReportData(run_only(comparison, tmp_path / "batch", run_options(jobs=2)))
    assert data.rankings["", "errors_generated"].runs == 5
    assert data.shapley_shares[0].shares.total.kind.endswith("n = 12")
    assert len(data.switching_values) == 1
    assert data.results.store.runs.keys() == set(data.results.store.done)


# findings from outcomes written by hand


def results_by_hand(turnover, *, smallest=0.5, relative=False, others=None, **fields):
    """Results with one turnover per policy and run; `others` are further deciding outcomes by name and policy."""
    base = Scenario(name="today", years=3.0)
    policies = tuple(
        Policy(name, base.set({"inspection.stakes": 0.01 * place}) if place else base)
        for place, name in enumerate(name for name in turnover if isinstance(name, str))
    )
    deciding = (DecidingOutcome("turnover", smallest, relative), *(DecidingOutcome(name, 0.5) for name in others or {}))
    comparison = Comparison("test", policies, "today", deciding_outcomes=deciding, **fields)
    arms = arms_of(comparison)
    runs = len(turnover["today"])
    outcomes = np.zeros((len(arms.arms), runs, len(PERIODS), len(OUTCOMES)))
    for role in arms.main():
        for name, values in {"turnover": turnover, **(others or {})}.items():
            row = values[role.theory, role.policy] if (role.theory, role.policy) in values else values[role.policy]
            outcomes[role.arm, :, :, list(OUTCOMES).index(name)] = np.asarray(row, dtype=float)[:, None]
    return ComparisonRuns(comparison, arms, None, None, runs, outcomes)


NOISE = np.tile([-1.0, 1.0], 10) * math.sqrt(19 / 20)
"""Twenty values with a mean of 0 and a standard deviation of 1."""
HALF_WIDTH = t.ppf(0.975, 19) / math.sqrt(20)
"""Half-width of the 95 % interval of their mean, about 0.468."""
CORRECTED = t.ppf(1.0 - FAMILY / 2.0, 19) / math.sqrt(20)
"""Half-width of the corrected interval; with one test on the page its level is 96 %."""


def effect_of(gain, spread, smallest=0.5, *, relative=False, level=10.0):
    """Effect of a policy that lowers turnover, where less is better, by `gain` on average."""
    base = np.full(20, level)
    results = results_by_hand(
        {"today": base, "other": base - gain - spread * NOISE}, smallest=smallest, relative=relative
    )
    (effect,) = effects(results, "", rank_all(results))
    return effect


@pytest.mark.cases(
    ("gain", "spread", "verdict"),
    [
        (0.0, 0.0, EffectVerdict.EQUAL),
        (0.5, 0.0, EffectVerdict.BETTER_AND_MATTERS),
        (-0.5, 0.0, EffectVerdict.WORSE_AND_MATTERS),
        (0.49, 0.0, EffectVerdict.TOO_SMALL),
        (-0.49, 0.0, EffectVerdict.TOO_SMALL),
        (0.5 + CORRECTED + 0.01, 1.0, EffectVerdict.BETTER_AND_MATTERS),
        (0.5 + CORRECTED - 0.01, 1.0, EffectVerdict.BETTER),
        (CORRECTED + 0.01, 1.0, EffectVerdict.BETTER),
        (CORRECTED - 0.01, 1.0, EffectVerdict.INCONCLUSIVE),
        (0.01, 0.9, EffectVerdict.TOO_SMALL),
        (-CORRECTED + 0.01, 1.0, EffectVerdict.INCONCLUSIVE),
        (-CORRECTED - 0.01, 1.0, EffectVerdict.WORSE),
        (-0.5 - CORRECTED - 0.01, 1.0, EffectVerdict.WORSE_AND_MATTERS),
        (0.0, 9.0, EffectVerdict.INCONCLUSIVE),
    ],
)
def test_the_verdict_compares_the_interval_with_zero_and_the_smallest_important_difference(gain, spread, verdict):
    assert effect_of(gain, spread).verdict is verdict


@given(st.floats(-3.0, 3.0), st.floats(0.0, 3.0))
def test_a_gain_and_an_equal_loss_have_mirrored_verdicts(gain, spread):
    mirrored = {
        EffectVerdict.BETTER: EffectVerdict.WORSE, EffectVerdict.BETTER_AND_MATTERS: EffectVerdict.WORSE_AND_MATTERS
    }  # fmt: skip
    mirrored |= {worse: better for better, worse in mirrored.items()}
    verdict = effect_of(gain, spread).verdict
    assert effect_of(-gain, spread).verdict is mirrored.get(verdict, verdict)


def test_an_effect_has_means_difference_and_probabilities():
    effect = effect_of(0.3, 1.0)
    assert (effect.policy, effect.theory, effect.outcome, effect.base) == ("other", "", "turnover", 10.0)
    assert effect.mean.mean == pytest.approx(9.7)
    assert effect.difference[:3] == pytest.approx((-0.3, -0.3 - HALF_WIDTH, -0.3 + HALF_WIDTH))
    assert effect.share_better == 0.5
    assert effect.p_better == pytest.approx(t.cdf(0.3 * math.sqrt(20), 19))


def test_further_runs_are_given_for_an_inconclusive_effect_only():
    """A spread of 2 and a difference of 0.5 that matters: 80 % power at the corrected level of 4 %."""
    effect = effect_of(0.1, 2.0)
    assert effect.verdict is EffectVerdict.INCONCLUSIVE
    assert effect.further.total == units_for_power(0.25, FAMILY)
    assert effect.further.number == effect.further.total - 20
    assert (effect.further.noun, effect.further.difference) == ("runs", 0.5)
    assert effect_of(3.0, 1.0).further is None


def test_the_verdict_is_that_of_the_corrected_interval_and_the_probability_that_of_its_own():
    """Clear of 0 at 95 % but not at 96 %: the probability is beyond 97.5 %, and the verdict is inconclusive."""
    effect = effect_of((HALF_WIDTH + CORRECTED) / 2.0, 1.0)
    assert effect.difference.high < 0.0 < effect.corrected.high
    assert effect.p_better > 0.975
    assert effect.verdict is EffectVerdict.INCONCLUSIVE


def test_with_draws_further_draws_are_needed_and_runs_of_one_draw_are_one_unit():
    """Five draws of four runs with differences -2, -1, 0, 1 and 2: the spread between draws is sqrt(2.5)."""
    gains_of_draws = np.tile([-2.0, -1.0, 0.0, 1.0, 2.0], 4)
    results = results_by_hand(
        {"today": np.full(20, 9.0), "other": 9.0 - gains_of_draws}, uncertainty=Uncertainty(("fear.floor",), draws=5)
    )
    (effect,) = effects(results, "", rank_all(results))
    assert effect.p_better == pytest.approx(0.5)
    assert effect.difference.kind == "95 % t-interval, n = 5 draws"
    assert (effect.further.noun, effect.further.total) == ("draws", units_for_power(0.5 / math.sqrt(2.5), FAMILY))


def test_relative_smallest_differences_refer_to_the_mean_of_the_baseline():
    assert effect_of(0.3, 0.0, 0.05, relative=True, level=-40.0).smallest_important == pytest.approx(2.0)
    assert effect_of(2.1, 0.0, 0.05, relative=True, level=40.0).verdict is EffectVerdict.BETTER_AND_MATTERS


def test_effects_are_in_order_of_outcomes_and_policies():
    turnover = {name: np.full(12, level) for name, level in (("today", 1.0), ("a", 2.0), ("b", 3.0))}
    results = results_by_hand(turnover, others={"service_quality": turnover})
    rows = effects(results, "", rank_all(results))
    assert [(row.outcome, row.policy) for row in rows] == [
        (outcome, policy) for outcome in ("turnover", "service_quality") for policy in ("a", "b")
    ]
    assert [row.verdict for row in rows] == 2 * [EffectVerdict.WORSE_AND_MATTERS] + 2 * [
        EffectVerdict.BETTER_AND_MATTERS
    ]


# ranking, regret and dominance


def test_a_ranking_orders_policies_and_keeps_means_in_the_unit_of_the_outcome():
    results = results_by_hand({"today": 10.0 + 0.01 * NOISE, "a": 9.0 - 0.01 * NOISE, "b": np.full(20, 12.0)})
    ranking = rank_all(results)["", "turnover"]
    assert (ranking.policies, ranking.runs, ranking.winner, ranking.best) == (("today", "a", "b"), 20, "a", "a")
    assert ranking.means == pytest.approx([10.0, 9.0, 12.0])
    assert [rank.mean for rank in ranking.ranks] == [2.0, 1.0, 3.0]
    assert [rank.p_best for rank in ranking.ranks] == [0.0, 1.0, 0.0]


def test_policies_that_cannot_be_distinguished_have_no_winner_but_a_best_mean():
    results = results_by_hand({"today": 10.0 + 9.0 * NOISE, "a": 9.9 - 9.0 * NOISE})
    ranking = rank_all(results)["", "turnover"]
    assert ranking.winner == ""
    assert ranking.best == "a"
    assert set(ranking.tied) == {"today", "a"}


def test_there_is_no_ranking_regret_or_dominance_without_a_run_that_finished_in_all_policies():
    results = results_by_hand({"today": [1.0, math.nan], "a": [math.nan, 1.0]})
    assert rank_all(results) == {}
    assert regrets(results, "turnover") == []
    assert dominated_policies(results, "") == []
    table, runs = gains(results, "turnover", "")
    assert table.shape == (2, 0)
    assert runs.size == 0


def test_gains_are_signed_so_that_more_is_better():
    results = results_by_hand(
        {"today": [1.0, 2.0], "a": [3.0, math.nan]}, others={"staff": {"today": [5, 6], "a": [7, 8]}}
    )
    table, runs = gains(results, "turnover", "")
    assert (table.tolist(), runs.tolist()) == ([[-1.0], [-3.0]], [0])
    assert gains(results, "staff", "")[0].tolist() == [[5.0, 6.0], [7.0, 8.0]]


def test_single_runs_are_no_futures_so_there_is_no_regret():
    """The largest difference of single runs would grow with their number."""
    assert regrets(results_by_hand({"today": [1.0, 5.0], "a": [3.0, 2.0]}), "turnover") == []


def test_regret_over_theories_and_draws_compares_the_means_of_each_future():
    """Two theories with two draws of two runs: four futures, whose means decide."""
    theories = ("balanced", "blame-deters")
    turnover = {
        ("balanced", "today"): [1.0, 4.0, 3.0, 4.0], ("balanced", "a"): [2.0, 2.0, 4.0, 2.0],
        ("blame-deters", "today"): [5.0, 5.0, 5.0, 5.0], ("blame-deters", "a"): [1.0, 5.0, 1.0, 5.0],
        "today": [0.0] * 4, "a": [0.0] * 4,
    }  # fmt: skip
    results = results_by_hand(turnover, theories=theories, uncertainty=Uncertainty(("fear.floor",), draws=2))
    first, second = regrets(results, "turnover")
    # Draw 0 has runs 0 and 2: balanced 2 against 3, blame-deters 5 against 1. Draw 1: 4 against 2, and 5 against 5.
    assert (first.maximum, first.mean) == (4.0, (0.0 + 4.0 + 2.0 + 0.0) / 4)
    assert (second.maximum, second.mean) == (1.0, (1.0 + 0.0 + 0.0 + 0.0) / 4)
    assert first.futures == "2 theories and 2 draws of the uncertain parameters"


def test_a_policy_is_dominated_if_another_is_as_good_everywhere_and_better_somewhere():
    turnover = {"today": [2.0] * 5, "a": [1.0] * 5, "b": [3.0] * 5}
    quality = {"today": [0.5] * 5, "a": [0.5] * 5, "b": [0.9] * 5}
    rows = dominated_policies(results_by_hand(turnover, others={"service_quality": quality}), "")
    assert [(row.policy, row.dominated_by, row.probability) for row in rows] == [
        ("today", ("a",), 1.0), ("a", (), 0.0), ("b", (), 0.0)
    ]  # fmt: skip


# all findings together


def test_findings_are_indexed_by_theory_policy_and_outcome():
    turnover = {"today": 3.0 + 0.1 * NOISE, "a": np.full(20, 1.0)}
    turnover |= {("blame-deters", "a"): np.full(20, 9.0)}
    results = results_by_hand(
        {name: turnover[name] for name in ("today", "a")},
        theories=("balanced", "blame-deters"),
        others={"cost": turnover},
    )
    data = ReportData(results)
    assert (data.theory, data.outcomes, data.complete) == ("balanced", ("turnover", "cost"), True)
    assert set(data.effects) == {(theory, "a", name) for theory in results.theories for name in data.outcomes}
    assert set(data.rankings) == {(theory, name) for theory in results.theories for name in data.outcomes}
    assert set(data.regrets) == {(policy, name) for policy in ("today", "a") for name in data.outcomes}
    assert [row.policy for row in data.dominance] == ["today", "a"]
    assert data.rankings["blame-deters", "cost"].winner == "today"
    assert data.effects is data.effects, "findings are computed once"
    assert (data.shapley_shares, data.switching_values, data.parametric_uncertainty) == ([], [], [])


def test_theories_that_disagree_on_the_best_policy_are_listed_with_theirs():
    theories = ("balanced", "blame-deters", "just-culture")
    turnover = {"today": 3.0 + 0.1 * NOISE, "a": np.full(20, 1.0), ("blame-deters", "a"): np.full(20, 9.0)}
    results = results_by_hand({"today": turnover["today"], "a": turnover["a"]}, theories=theories)
    role = results.role("a", "blame-deters")
    results.outcomes[role.arm, :, :, list(OUTCOMES).index("turnover")] = 9.0
    assert ReportData(results).theory_agreement() == (["balanced", "just-culture"], {"blame-deters": "today"})


def test_a_mean_leaves_out_failed_runs():
    data = ReportData(results_by_hand({"today": [1.0, 2.0, math.nan, 3.0], "a": [1.0] * 4}))
    interval = data.mean("today", "turnover")
    half = t.ppf(0.975, 2) / math.sqrt(3)
    assert interval[:3] == pytest.approx((2.0, 2.0 - half, 2.0 + half))


def test_a_comparison_in_which_no_run_finished_everywhere_is_incomplete():
    assert not ReportData(results_by_hand({"today": [1.0, math.nan], "a": [math.nan, 1.0]})).complete
