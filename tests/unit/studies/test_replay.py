"""Repetition of stored runs: runs are found by key, and every difference is noticed."""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from redbead.engine.mesa_agents import SocialWorker
from redbead.exceptions import BadInputError, IntegrityError
from redbead.execution.runs import run_options
from redbead.levers import LEVERS
from redbead.measures import MEASURES
from redbead.scenario.scenario import Scenario
from redbead.storage import manifest
from redbead.storage.atomic_files import json_text
from redbead.storage.parquet import read_parquet, write_parquet
from redbead.studies.comparison.arms import agent_names
from redbead.studies.comparison.inputs import gather
from redbead.studies.comparison.spec import Package, SwitchingSearch, Uncertainty
from redbead.studies.comparison.study import compare
from redbead.studies.replay import check_agents, check_trace, find_run, is_identical, repeat_run, rerun, weekly_of

BASE = Scenario(name="base", years=1.0, warm_up_years=0.0)
BOTH = dataclasses.replace(BASE, levers=(LEVERS["just-culture"](), LEVERS["participation"]()))
WEEKLY_KEYS = ("policy", "run", "authority", "week")


@pytest.fixture(scope="module")
def original(synthetic_engine, tmp_path_factory):
    """Two policies with three runs, of which one failed; a package with two and a search with two runs."""
    target = tmp_path_factory.mktemp("replay") / "made"
    comparison = gather(
        {"today": BASE, "both levers": BOTH}, runs=3, seed=11, package=Package("both levers", 2),
        uncertainty=Uncertainty(("fear.floor",), draws=2),
        switching=SwitchingSearch("both levers", "today", "turnover", ("fear.blame",), 2, 2),
    )  # fmt: skip
    with synthetic_engine() as failing:
        failing.add(12)
        compare(comparison, target, run_options(jobs=1), command=["redbead", "compare", "x.yaml"])
    return target


@pytest.fixture
def folder(engine, original, tmp_path):
    """A copy of these runs, which a test may change."""
    return Path(shutil.copytree(original, tmp_path / "made"))


def change_weekly(folder, change):
    """Change the weekly table of a folder."""
    table = read_parquet(folder / "weekly.parquet", WEEKLY_KEYS)
    write_parquet(folder / "weekly.parquet", change(table))


def change_manifest(folder, change):
    """Change the manifest of a folder."""
    record = change(manifest.read(folder))
    (folder / "manifest.json").write_text(json_text(manifest.with_hash(record)))


# finding runs


def test_every_key_of_the_table_of_runs_is_found(folder):
    runs = read_parquet(folder / "runs.parquet", ("policy", "run"))
    assert len(runs) == 6
    for _, row in runs.iterrows():
        run = find_run(folder, row["key"])
        assert (run.policy, run.run, run.seed, run.status) == (row["policy"], row["run"], row["seed"], row["status"])
        assert run.seed == 11 + run.run
        assert len(run.scenario.levers) == (2 if run.policy == "both-levers" else 0)


def test_a_run_has_the_scenario_of_its_draw(folder):
    draws = np.loadtxt(folder / "draws.csv", delimiter=",", skiprows=1)[:, 1]
    assert [find_run(folder, f"today-{11 + run}").scenario.value("fear.floor") for run in range(3)] == pytest.approx(
        [draws[0], draws[1], draws[0]]
    )


def test_a_failed_run_states_its_cause(folder):
    run = find_run(folder, "today-12")
    assert run.status == "failed"
    assert "seed 12 fails" in run.cause


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("today-1l", "For example, today-1"),
        ("today-14", "For example, today-1"),
        ("x\ny", "is not the key of a stored run"),
    ],
)
def test_an_unknown_key_is_refused_with_an_example(folder, key, message):
    with pytest.raises(BadInputError, match=message):
        find_run(folder, key)


def test_runs_of_a_package_are_found_although_they_have_no_row(folder):
    run = find_run(folder, "both-levers.1-11")
    assert [lever.kind for lever in run.scenario.levers] == ["just-culture"]
    assert (run.status, run.run) == ("done", 0)
    assert run.table.shape == (len(MEASURES), 1, 52)
    assert weekly_of(folder, run) is run.table
    assert find_run(folder, "both-levers.1-12").status == "failed"
    with pytest.raises(BadInputError, match="is not the key"):
        find_run(folder, "both-levers.1-13")


def test_runs_of_a_search_have_the_value_of_their_key(folder):
    run = find_run(folder, "today.fear-blame-0-0-11")
    assert run.scenario.value("fear.blame") == 0.0
    assert run.status == "done"


def test_a_policy_that_the_folder_does_not_describe_is_an_integrity_error(folder):
    runs = read_parquet(folder / "runs.parquet", ("policy", "run"))
    write_parquet(folder / "runs.parquet", runs.assign(policy=runs["policy"].replace("today", "yesterday")))
    with pytest.raises(IntegrityError, match=r"contains the policy yesterday, but batch\.resolved\.yaml does not"):
        find_run(folder, "today-11")


# comparing


@pytest.mark.parametrize("key", ["today-11", "both-levers-13", "both-levers.2-11"])
def test_a_repeated_run_is_identical(folder, key):
    run = find_run(folder, key)
    repeated = repeat_run(run)
    assert repeated.weekly is not None
    assert is_identical(folder, run, repeated.weekly)


@pytest.mark.parametrize("place", [(0, 0, 0), (len(MEASURES) - 1, 0, 51), (20, 0, 30)])
def test_a_change_of_the_last_bit_of_any_value_is_noticed(folder, place):
    run = find_run(folder, "today-11")
    table = repeat_run(run).weekly.copy()
    table[place] = np.nextafter(table[place], np.inf)
    assert not is_identical(folder, run, table)


def test_a_failed_run_has_no_stored_values_to_compare_with(folder):
    run = find_run(folder, "today-12")
    assert weekly_of(folder, run) is None
    assert not is_identical(folder, run, repeat_run(run).weekly)


def test_a_failure_of_a_repetition_is_returned_with_its_cause(folder, engine):
    engine.add(11)
    repeated = repeat_run(find_run(folder, "today-11"))
    assert repeated.weekly is None
    assert "seed 11 fails" in repeated.cause


def test_events_are_recorded_on_request(folder):
    run = find_run(folder, "today-11")
    assert repeat_run(run, events=True).events is not None
    assert repeat_run(run).events is None


# repeating a share of the runs


def test_repetitions_are_spread_over_the_finished_runs_and_reported(folder):
    progress = []
    assert rerun(folder, 4, lambda done, total: progress.append((done, total))) == []
    assert progress == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert rerun(folder, 100, lambda done, total: progress.append((done, total))) == []
    assert progress[-1] == (4, 4), "four of six runs finished"


@pytest.mark.parametrize("column", ["turnover", "errors_generated"])
def test_one_changed_value_is_reported_with_the_key_and_seed_of_its_run(folder, column):
    def change(table):
        row = table[(table.policy == "today") & (table.run == 2) & (table.week == 17)].index[0]
        table.loc[row, column] += 1
        return table

    change_weekly(folder, change)
    (problem,) = rerun(folder, 4)
    assert problem.file == "today-13"
    assert problem.what == "the results of a repetition with seed 13 differ"
    assert "The program is the same" in problem.hint


def test_a_run_that_fails_when_repeated_differs(folder, engine):
    engine.add(13)
    assert [problem.file for problem in rerun(folder, 4)] == ["both-levers-13", "today-13"]


def test_missing_rows_are_a_difference(folder):
    change_weekly(folder, lambda table: table[~((table.policy == "today") & (table.run == 0))])
    assert [problem.file for problem in rerun(folder, 4)] == ["today-11"]


def test_a_difference_from_another_version_of_the_program_is_explained(folder):
    change_weekly(folder, lambda table: table.assign(turnover=table["turnover"] + 1.0))
    change_manifest(folder, lambda record: record | {"program": {"version": "0.0.9", "model_digest": "x"}})
    (problem,) = rerun(folder, 1)
    assert "Another version of the program wrote the folder (0.0.9)" in problem.hint


@pytest.mark.parametrize("count", [0, -1])
def test_there_is_nothing_to_repeat_without_a_number_or_a_finished_run(folder, count):
    with pytest.raises(IntegrityError, match="no finished run to repeat"):
        rerun(folder, count)
    runs = read_parquet(folder / "runs.parquet", ("policy", "run"))
    write_parquet(folder / "runs.parquet", runs.assign(status="failed"))
    with pytest.raises(IntegrityError, match="no finished run to repeat"):
        rerun(folder, 3)


def test_runs_of_custom_agents_are_refused_with_the_command_for_them(folder):
    change_manifest(folder, lambda record: record | {"batch": record["batch"] | {"agents": ["Worker=mine:Worker"]}})
    with pytest.raises(IntegrityError, match=r"Worker=mine:Worker.*redbead replay --agents"):
        rerun(folder, 1)


def test_a_study_without_runs_is_refused_with_its_command(folder):
    (folder / "runs.parquet").unlink()
    change_manifest(folder, lambda record: record | {"kind": "calibration", "command": ["redbead", "fit", "a b"]})
    for repeat in (lambda: rerun(folder, 1), lambda: find_run(folder, "today-11")):
        with pytest.raises(IntegrityError, match="contains a calibration, which does not keep its runs") as caught:
            repeat()
        assert "redbead fit 'a b'" in str(caught.value)


@pytest.mark.parametrize(
    ("original", "given", "hint"),
    [
        ([], {}, ""),
        (["SocialWorker=my_agents:Open"], None, "Use --agents my_agents:Open."),
        (["Leader=a:B", "Manager=a:C"], {}, "Use --agents a:B --agents a:C."),
        ([], {SocialWorker: SocialWorker}, "Use no --agents."),
        (agent_names({SocialWorker: SocialWorker}), {SocialWorker: SocialWorker}, ""),
        (["SocialWorker=redbead.engine.mesa_agents:SocialWorker@0123"], {SocialWorker: SocialWorker}, "were edited"),
        (["SocialWorker=my_agents:Open"], {SocialWorker: SocialWorker}, "Use --agents my_agents:Open."),
    ],
)
def test_runs_are_repeated_with_the_agents_of_the_original_runs_only(tmp_path, monkeypatch, original, given, hint):
    monkeypatch.setattr(manifest, "read", lambda _: {"batch": {"agents": original}})
    if not hint:
        check_agents(tmp_path, given)
        return
    with pytest.raises(BadInputError) as caught:
        check_agents(tmp_path, given)
    assert hint in str(caught.value)


def test_a_trace_of_custom_agents_is_refused(tmp_path, monkeypatch):
    """It would follow the rules of the package, not those of the runs."""
    monkeypatch.setattr(manifest, "read", lambda _: {"batch": {"agents": ["SocialWorker=my_agents:Open@0123"]}})
    with pytest.raises(BadInputError, match=r"cannot follow custom agents \(my_agents:Open\)"):
        check_trace(tmp_path)
    monkeypatch.setattr(manifest, "read", lambda _: {"batch": {"agents": []}})
    check_trace(tmp_path)
