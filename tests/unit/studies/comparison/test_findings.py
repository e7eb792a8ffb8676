"""Findings of a comparison, on a substitute engine with known effects."""

import dataclasses

import numpy as np
import pytest

from redbead.engine.simulate import RunOutput
from redbead.execution import executors, jobs
from redbead.execution.runs import measure_index, run_options
from redbead.measures import MEASURES
from redbead.report.comparison import forest, tables, text
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.findings import EffectVerdict
from redbead.studies.comparison.inputs import gather, with_runs
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import summary
from redbead.studies.comparison.spec import DecidingOutcome
from redbead.studies.comparison.study import PrecisionMonitor, run_only

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
    assert "'lower' is best on errors made" in text.answer(data)[0]


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
    assert effect.difference[:3] == (0.0, 0.0, 0.0)
    assert effect.verdict is EffectVerdict.EQUAL
    assert data.rankings["", "errors_generated"].winner == ""
    assert "equal in every run" in text.answer(data)[0]
    assert len(data.results.arms.arms) == 1, "equal scenarios are run once"


def test_inconclusive_policies_are_not_ranked_and_more_runs_are_estimated(stakes_engine, tmp_path):
    data = run_policies(tmp_path, {"today": 0.5, "nearly": 0.499}, runs="12")
    assert data.rankings["", "errors_generated"].winner == ""
    sentences = text.inconclusive_comparisons(data)
    effect = data.effects["", "nearly", "errors_generated"]
    if effect.verdict is EffectVerdict.INCONCLUSIVE:
        assert sentences[0].startswith(
            f"'nearly' cannot be distinguished from 'today' on errors made with 12 runs; {effect.more_runs:,} more run"
        )
    assert "cannot be distinguished" in text.answer(data)[0]


def test_auto_stops_as_soon_as_the_interval_is_narrow_enough(stakes_engine, tmp_path):
    data = run_policies(
        tmp_path,
        {"today": 0.5, "lower": 0.2},
        runs="auto",
        deciding_outcomes=(DecidingOutcome("errors_generated", 2.5),),
    )
    effect = data.effects["", "lower", "errors_generated"].difference
    assert (effect.high - effect.low) / 2 <= 2.5
    assert 60 < data.results.runs <= 300, "a standard deviation of 15 needs about (1.96 * 15 / 2.5)^2 = 138 runs"
    again = run_policies(
        tmp_path,
        {"today": 0.5, "lower": 0.2},
        runs="auto",
        deciding_outcomes=(DecidingOutcome("errors_generated", 2.5),),
    )
    assert again.results.runs == data.results.runs


def test_auto_stops_at_its_limit_of_runs(stakes_engine, tmp_path):
    from redbead.studies.comparison.spec import Limits

    outcomes = (DecidingOutcome("errors_generated", 0.01),)
    data = run_policies(
        tmp_path, {"today": 0.5, "lower": 0.2}, runs="auto", deciding_outcomes=outcomes, limits=Limits(runs=50)
    )
    assert data.results.runs == 50


def test_the_precision_monitor_uses_only_the_requested_runs(stakes_engine, tmp_path):
    """An interrupted batch therefore ends with the same number of runs."""
    data = run_policies(tmp_path, {"today": 0.5, "lower": 0.2}, runs="60")
    few = PrecisionMonitor(data.results.comparison, data.results.arms)
    many = PrecisionMonitor(data.results.comparison, data.results.arms)
    for keys, block in data.results.store.by_chunk(data.results.store.done):
        for position, key in enumerate(keys):
            many.add_run(*key, block[:, position])
            if key[1] < 25:
                few.add_run(*key, block[:, position])
    assert [width.half_width for width in few.widths(25)] == [width.half_width for width in many.widths(25)]


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
    assert text.answer(data)[0].startswith("No run finished")


def test_every_table_is_written_with_its_policies(stakes_engine, tmp_path):
    data = run_policies(tmp_path, {"today": 0.5, "lower": 0.2, "higher": 0.7})
    frames = {name: build(data) for name, build in tables.FRAMES.items()}
    assert set(frames["ranking"]["policy"]) == {"today", "lower", "higher"}
    regret = frames["ranking"].set_index("policy")["mean_regret"]
    assert regret["lower"] < 5.0 < 25.0 < regret["today"] < regret["higher"]
    assert len(frames["pairs"]) == 3
    assert frames["crossover"].set_index("policy").loc["lower", "overtakes"] == 0
    assert [row.policy for row in tables.headline(data)] == ["today", "lower", "higher"]


def test_alternative_text_of_ranks_never_states_0_or_100_percent(stakes_engine, tmp_path):
    """Resampled probabilities have the same bounds as in the tables (decision 0033)."""
    data = run_policies(tmp_path, {"today": 0.5, "lower": 0.2, "higher": 0.7})
    ranking = data.rankings["", "errors_generated"]
    assert {rank.p_best for rank in ranking.ranks} == {0.0, 1.0}, "the example needs resampled shares of 0 and 1"
    alt = forest.ranks(data).alt
    assert "'lower' mean rank 1.0, best with probability more than 99 %" in alt
    assert "'higher' mean rank 3.0, best with probability less than 1 %" in alt
    for policy in ranking.policies:
        assert f"best with probability {text.format_p_best(ranking, policy)}" in alt
    assert "probability 0 %" not in alt
    assert "probability 100 %" not in alt


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
