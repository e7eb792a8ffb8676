"""What a comparison finds, on an engine whose numbers are known."""

import dataclasses

import numpy as np
import pytest

from redbead.engine.simulate import RunOutput
from redbead.execution import executors as timeouts
from redbead.execution import jobs
from redbead.execution.executors import ExecutionTarget
from redbead.execution.runs import measure_index
from redbead.measures import MEASURES
from redbead.report.comparison import tables, text
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.findings import EffectVerdict
from redbead.studies.comparison.inputs import gather, with_runs
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import summary
from redbead.studies.comparison.spec import DecidingOutcome
from redbead.studies.comparison.study import PrecisionMonitor, RunOptions, run_only

WEEKS = 156


@pytest.fixture
def effect(monkeypatch):
    """An engine in which inspection.stakes shifts errors made, by 100 a year at full stakes, on common dice."""

    def make(bench, row):
        scenario = bench.order.scenarios[row.scenario]
        dice = np.random.default_rng(row.seed)
        table = np.full((WEEKS, 1, len(MEASURES)), 0.5)
        world = dice.normal(20.0, 3.0)
        own = np.random.default_rng((row.seed, int(1e6 * scenario.value("inspection.stakes")))).normal(0.0, 0.2)
        table[:, 0, measure_index("errors_generated")] = (
            world + own + 100 / 52 * (scenario.value("inspection.stakes") - 0.5)
        )
        return RunOutput(table, None)

    monkeypatch.setattr(jobs.Worker, "make", make)
    monkeypatch.setattr(timeouts, "compile_first", lambda: None)


def found_of(tmp_path, stakes, runs="30", **rest):
    base = Scenario(name="base", years=WEEKS / 52, warm_up_years=0)
    policies = {
        name: dataclasses.replace(base.set({"inspection.stakes": value}), name=name) for name, value in stakes.items()
    }
    rest = {"targets": (DecidingOutcome("errors_generated", 5.0),)} | rest
    comparison = with_runs(gather(policies, **rest), runs)
    return ReportData(run_only(comparison, tmp_path / "batch", RunOptions(ExecutionTarget(2))))


def test_the_effect_that_was_put_in_is_found_within_its_interval(effect, tmp_path):
    found = found_of(tmp_path, {"today": 0.5, "lower": 0.2, "higher": 0.7})
    lower, higher = (found.effects["", name, "errors_generated"] for name in ("lower", "higher"))
    assert lower.difference.low < -30.0 < lower.difference.high
    assert higher.difference.low < 20.0 < higher.difference.high
    assert (lower.verdict, higher.verdict) == (EffectVerdict.MUCH_BETTER, EffectVerdict.MUCH_WORSE)
    assert found.standings["", "errors_generated"].winner == "lower"
    assert "'lower' is best on errors made" in text.answer(found)[0]


def test_pairing_takes_the_world_out(effect, tmp_path):
    """The world has sd 156 errors a year, what is left of a difference 15: the interval must know only the latter."""
    found = found_of(tmp_path, {"today": 0.5, "lower": 0.2})
    half = (
        found.effects["", "lower", "errors_generated"].difference.high
        - found.effects["", "lower", "errors_generated"].difference.low
    ) / 2
    assert half < 3 * 15 / np.sqrt(30)


def test_identical_policies_differ_by_exactly_0_and_nobody_wins(effect, tmp_path):
    found = found_of(tmp_path, {"today": 0.5, "same": 0.5})
    one = found.effects["", "same", "errors_generated"]
    assert one.difference[:3] == (0.0, 0.0, 0.0)
    assert one.verdict is EffectVerdict.EQUAL
    assert found.standings["", "errors_generated"].winner == ""
    assert "equal in every run" in text.answer(found)[0]
    assert len(found.results.arms.arms) == 1, "and are run once"


def test_no_ranking_where_the_runs_cannot_tell_and_how_many_more_would(effect, tmp_path):
    found = found_of(tmp_path, {"today": 0.5, "nearly": 0.499}, runs="12")
    assert found.standings["", "errors_generated"].winner == ""
    told = text.cannot_tell(found)
    one = found.effects["", "nearly", "errors_generated"]
    if one.verdict is EffectVerdict.OPEN:
        assert told[0].startswith(f"12 runs cannot tell 'nearly' from 'today' on errors made; {one.more_runs:,} more")
    assert "cannot tell" in text.answer(found)[0]


def test_auto_stops_when_the_interval_is_narrow_enough_and_not_before(effect, tmp_path):
    found = found_of(
        tmp_path, {"today": 0.5, "lower": 0.2}, runs="auto", targets=(DecidingOutcome("errors_generated", 2.5),)
    )
    one = found.effects["", "lower", "errors_generated"].difference
    assert (one.high - one.low) / 2 <= 2.5
    assert 60 < found.results.runs <= 300, "sd 15 asks for about (1.96 * 15 / 2.5)^2 = 138"
    again = found_of(
        tmp_path, {"today": 0.5, "lower": 0.2}, runs="auto", targets=(DecidingOutcome("errors_generated", 2.5),)
    )
    assert again.results.runs == found.results.runs


def test_auto_ends_at_its_limit(effect, tmp_path):
    from redbead.studies.comparison.spec import Limits

    found = found_of(tmp_path, {"today": 0.5, "lower": 0.2}, runs="auto", targets=(DecidingOutcome("errors_generated", 0.01),),
                     limits=Limits(runs=50))  # fmt: skip
    assert found.results.runs == 50


def test_a_watch_looks_only_at_as_many_runs_as_are_asked_for(effect, tmp_path):
    """So that an interrupted batch comes to the same number of runs."""
    found = found_of(tmp_path, {"today": 0.5, "lower": 0.2}, runs="60")
    few = PrecisionMonitor(found.results.comparison, found.results.arms)
    many = PrecisionMonitor(found.results.comparison, found.results.arms)
    for keys, block in found.results.store.by_chunk(found.results.store.done):
        for place, key in enumerate(keys):
            many.look(*key, block[:, place])
            if key[1] < 25:
                few.look(*key, block[:, place])
    assert [w.half for w in few.widths(25)] == [w.half for w in many.widths(25)]


def test_the_summary_holds_means_differences_and_both_chances(effect, tmp_path):
    found = found_of(tmp_path, {"today": 0.5, "lower": 0.2})
    frame = summary(found.results).set_index(["measure", "period", "policy"])
    row = frame.loc["errors_generated", "last 2 years", "lower"]
    one = found.effects["", "lower", "errors_generated"]
    assert row["difference"] == one.difference.mean
    assert row["share_better"] > 0.9, "30 errors a year are two sd of a single difference"
    assert row["p_better"] > 0.999
    assert np.isnan(frame.loc["errors_generated", "last 2 years", "today"]["difference"])
    assert frame.loc["turnover", "whole run", "lower"]["difference"] == 0.0
    assert frame.loc["turnover", "whole run", "lower"]["share_better"] == 0.5


def test_bootstrap_is_said_where_it_is_used(effect, tmp_path):
    found = found_of(tmp_path, {"today": 0.5, "lower": 0.2}, intervals="bootstrap")
    one = found.effects["", "lower", "errors_generated"].difference
    assert "bootstrap" in one.kind
    assert one.low < -30.0 < one.high


def test_a_failed_run_is_left_out_of_every_pair(effect, tmp_path, monkeypatch):
    make = jobs.Worker.make

    def sick(bench, row):
        if row.seed == 4 and bench.order.scenarios[row.scenario].value("inspection.stakes") == 0.2:
            msg = "seed 4 is sick"
            raise ArithmeticError(msg)
        return make(bench, row)

    monkeypatch.setattr(jobs.Worker, "make", sick)
    found = found_of(tmp_path, {"today": 0.5, "lower": 0.2})
    side = found.results.side(found.results.view("lower"), found.results.view("today"), "errors_generated")
    assert 3 not in side.runs
    assert side.runs.size == 29
    assert found.standings["", "errors_generated"].runs == 29
    assert len(found.results.failed()) == 1


def test_all_runs_may_fail(effect, tmp_path, monkeypatch):
    def sick(bench, row):
        raise ArithmeticError

    monkeypatch.setattr(jobs.Worker, "make", sick)
    found = found_of(tmp_path, {"today": 0.5, "lower": 0.2}, runs="3")
    assert not found.complete
    assert text.answer(found)[0].startswith("No run finished")


def test_every_table_of_answers_can_be_made(effect, tmp_path):
    found = found_of(tmp_path, {"today": 0.5, "lower": 0.2, "higher": 0.7})
    made = {name: make(found) for name, make in tables.FRAMES.items()}
    assert set(made["ranking"]["policy"]) == {"today", "lower", "higher"}
    regret = made["ranking"].set_index("policy")["mean_regret"]
    assert regret["lower"] < 5.0 < 25.0 < regret["today"] < regret["higher"]
    assert len(made["pairs"]) == 3
    assert made["crossover"].set_index("policy").loc["lower", "overtakes"] == 0
    assert [line.policy for line in tables.headline(found)] == ["today", "lower", "higher"]


def test_parts_may_have_more_runs_or_fewer_than_policies(effect, tmp_path):
    """A package of 12 runs and switching values of 8, with 5 runs of each policy: each part has its own number."""
    from redbead.levers import LEVERS
    from redbead.studies.comparison.spec import Package, SwitchingSearch

    base = Scenario(name="base", years=WEEKS / 52, warm_up_years=0)
    both = dataclasses.replace(base, levers=(LEVERS["just-culture"](), LEVERS["improvement-time"]()))
    comparison = with_runs(
        gather(
            {"today": base, "both": both},
            targets=(DecidingOutcome("errors_generated", 5.0),),
            package=Package("both", 12),
            switching=SwitchingSearch("both", "today", "errors_generated", ("inspection.stakes",), 3, 8),
        ),
        "5",
    )
    found = ReportData(run_only(comparison, tmp_path / "batch", RunOptions(ExecutionTarget(2))))
    assert found.standings["", "errors_generated"].runs == 5
    assert found.packaged[0].shares.total.kind.endswith("n = 12")
    assert len(found.switches) == 1
    assert found.results.store.runs.keys() == set(found.results.store.done)
