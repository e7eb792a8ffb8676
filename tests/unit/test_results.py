"""Results read from folders, also of interrupted commands, and results that are pickled or copied."""

import copy
import gc
import pickle
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import redbead as rb
from redbead.execution.runs import run_options
from redbead.levers.culture import TwoStrikes
from redbead.storage import run_store
from redbead.storage.study_folder import header_of, locked, open_journal
from redbead.studies.comparison.inputs import gather, single, with_runs
from redbead.studies.comparison.study import compare

RUNS = 8


@pytest.fixture
def today():
    return rb.Scenario(name="today", years=2.0, warm_up_years=0.0)


@pytest.fixture
def strict(today):
    """A policy that starts after the warm-up, so that its runs alternate with those of the baseline."""
    return replace(today, name="strict", levers=(TwoStrikes(from_week=10),))


@pytest.fixture
def interrupted(engine, no_report, tmp_path):
    """Folder of a comparison that is interrupted after some progress reports: ``interrupted(comparison, reports)``."""

    def make(comparison, reports, folder=tmp_path / "parts"):
        seen = []

        def interrupt(progress):
            seen.append(progress)
            if len(seen) == reports:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            compare(comparison, folder, run_options(jobs=1, progress=interrupt), command=["redbead"])
        return folder

    return make


# folders of interrupted commands


@pytest.mark.parametrize("reports", [1, *(pytest.param(reports, marks=pytest.mark.slow) for reports in (2, 3))])
def test_the_stored_runs_of_an_interrupted_command_are_read(interrupted, today, reports):
    run = rb.read_results(interrupted(single(today, runs=RUNS, seed=3), reports))
    stored = sum(run.runs["status"] == "done")
    assert 0 < stored < RUNS
    assert set(run.runs["status"]) == {"done", "not run"}
    assert f"{stored} of {RUNS} runs are stored" in run.interim
    assert run.interim in repr(run)
    assert run.interim in run._repr_html_()
    assert len(run.weekly) == stored * 104
    assert set(run.summary()["runs"]) == {stored}
    assert len(run.plot(["fear", "burnout"]).axes) == 2


@pytest.mark.parametrize(("runs", "reports"), [pytest.param(40, 1, marks=pytest.mark.slow), (40, 3), (4, 1)])
def test_an_interrupted_comparison_reports_its_stored_runs(interrupted, today, strict, runs, reports):
    batch = rb.read_results(interrupted(gather([today, strict], runs=runs, seed=1), reports))
    done, total = batch.results.progress
    assert 0 < done < total == 2 * runs
    assert batch.answer().startswith(f"Interim results: {done} of {total} runs are stored")
    assert not batch.table().empty
    assert not batch.differences().empty
    assert not batch.ranking().empty
    assert len(batch.runs.query("status == 'done'")) == done
    assert set(batch.summary().query("policy == 'strict'")["runs"]) == {done // 2}
    assert batch.crossover() is not None
    assert batch.plot().axes
    assert batch.plot("fear").axes


def test_a_policy_without_a_stored_run_has_no_row_but_no_traceback(interrupted, today):
    """Runs of policies that differ in the warm-up are not alternated: the baseline comes first."""
    batch = rb.read_results(
        interrupted(gather({"a": today, "b": today.set({"fear.blame": 0.1})}, runs=RUNS, seed=1), 1)
    )
    assert set(batch.runs.query("status == 'done'")["name"]) == {"a"}
    assert "Interim results" in batch.answer()
    assert "Interim results" in batch._repr_html_()
    assert batch.table() is not None
    assert batch.summary().query("policy == 'b'")["runs"].eq(0).all()


def test_a_resumed_command_has_the_digest_of_one_that_was_not_interrupted(interrupted, today, tmp_path):
    comparison = single(today, runs=RUNS, seed=3)
    folder = interrupted(comparison, 2)
    for target in (folder, tmp_path / "whole"):
        compare(comparison, target, run_options(jobs=1), command=["redbead"])
    parts, whole = rb.read_results(folder), rb.read_results(str(tmp_path / "whole"))
    assert (parts.interim, parts.digest()) == ("", whole.digest())


def test_an_interrupted_auto_comparison_does_not_state_how_many_runs_follow(interrupted, today, strict):
    comparison = with_runs(gather([today, strict], seed=1), "auto")
    with pytest.raises(rb.IntegrityError, match="before a run was stored"):  # only runs of the pilot are stored
        rb.read_results(interrupted(comparison, 1))
    batch = rb.read_results(interrupted(comparison, 6))
    assert f"Interim results: {batch.results.progress[0]} runs are stored" in batch.interim
    assert len(batch.runs.query("status == 'done'")) > 0


def test_interim_results_cannot_be_saved_as_if_they_were_complete(interrupted, today, tmp_path):
    run = rb.read_results(interrupted(single(today, runs=RUNS, seed=3), 1))
    with pytest.raises(rb.BadInputError, match="is not complete"):
        run.save(tmp_path / "other")


def test_edited_inputs_of_an_interrupted_folder_are_refused(interrupted, today):
    folder = interrupted(single(today, runs=RUNS, seed=3), 1)
    path = folder / "policies" / "today.yaml"
    path.write_text(path.read_text().replace("stakes: 0.", "stakes: 0.1"))
    with pytest.raises(rb.IntegrityError, match="was edited"):
        rb.read_results(folder)


def test_interrupted_folders_that_cannot_be_read_are_refused_with_a_reason(interrupted, today, tmp_path):
    folder = interrupted(single(today, runs=RUNS, seed=3), 1)
    (folder / "batch.resolved.yaml").unlink()
    with pytest.raises(rb.IntegrityError, match=r"batch\.resolved\.yaml is missing"):
        rb.read_results(folder)
    with locked(tmp_path / "empty"):
        pass
    with pytest.raises(rb.IntegrityError, match="interrupted or is still running"):
        rb.read_results(tmp_path / "empty")


def test_a_folder_without_a_stored_run_is_refused(interrupted, today):
    folder = interrupted(single(today, runs=RUNS, seed=3), 1)
    for path in (folder / "store").glob("chunk-*"):
        path.unlink()
    with pytest.raises(rb.IntegrityError, match="before a run was stored"):
        rb.read_results(folder)


@pytest.mark.parametrize(
    ("kind", "words"), [("calibration", "a calibration"), ("sensitivity study", "a sensitivity"), ("audit", "an audit")]
)
def test_an_interrupted_study_of_another_kind_is_named(tmp_path, kind, words):
    with locked(tmp_path):
        open_journal(tmp_path, header_of(kind, "0" * 64))
    with pytest.raises(rb.IntegrityError, match=f"(?s)contains {words}.*It was interrupted"):
        rb.read_results(tmp_path)


def test_a_finished_study_of_another_kind_is_named_with_its_tables(tmp_path):
    from redbead.cli import main

    assert main(["lottery", "--cases", "40", "--out", str(tmp_path / "lottery")]) == 0
    with pytest.raises(rb.IntegrityError, match=r"(?s)contains a lottery.*pandas\.read_csv: .*\.csv") as caught:
        rb.read_results(tmp_path / "lottery")
    names = str(caught.value).partition("read_csv: ")[2].partition(". '")[0].split(", ")
    assert all(not pd.read_csv(tmp_path / "lottery" / name).empty for name in names)


@pytest.mark.parametrize("name", ["missing", "", "text.txt", "a\0b"])
def test_paths_that_are_no_run_folders_are_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("text")
    with pytest.raises(rb.IntegrityError, match="is not a run folder"):
        rb.read_results(name)


# pickled and copied results


def results_of(kind, today, strict, **options):
    return rb.run(today, runs=3, seed=5, **options) if kind == "run" else rb.compare([today, strict], runs=3, **options)


def copies(results):
    return {"pickle": pickle.loads(pickle.dumps(results)), "deepcopy": copy.deepcopy(results)}


@pytest.mark.parametrize(  # each pair of values occurs once
    ("out", "kind", "way"),
    [
        (None, "run", "pickle"),
        (None, "compare", "deepcopy"),
        ("kept", "compare", "pickle"),
        ("kept", "run", "deepcopy"),
    ],
)
def test_a_copy_outlives_the_original_and_its_folder(
    engine, no_report, monkeypatch, tmp_path, today, strict, out, kind, way
):
    monkeypatch.chdir(tmp_path)
    original = results_of(kind, today, strict, out=out)
    expected = repr(original), original.digest(), original.weekly, original.runs
    folder = original.folder
    copied = copies(original)[way]
    del original
    gc.collect()
    shutil.rmtree(folder, ignore_errors=True)
    assert not folder.exists()
    assert copied.folder.exists()
    assert (repr(copied), copied.digest()) == expected[:2]
    pd.testing.assert_frame_equal(copied.weekly, expected[2])
    pd.testing.assert_frame_equal(copied.runs, expected[3])


def test_a_copy_contains_events_and_can_be_copied_and_saved(engine, no_report, tmp_path, today):
    original = rb.run(today, runs=2, events=True)
    events = len(original.events)
    second = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(original))))
    assert len(second.events) == events > 0
    assert rb.read_results(second.save(tmp_path / "saved")).digest() == original.digest()


def test_the_folder_of_a_copy_is_removed_with_it(engine, today):
    original = rb.run(today, runs=2)
    copied = copy.deepcopy(original)
    folder = copied.folder
    assert folder != original.folder
    del copied
    gc.collect()
    assert not folder.exists()
    assert original.folder.exists()


def test_a_pickle_is_read_by_another_process(engine, tmp_path, today):
    original = rb.run(today, runs=2)
    (tmp_path / "run.pickle").write_bytes(pickle.dumps(original))
    digest = original.digest()
    del original
    gc.collect()
    code = "import pickle, sys; r = pickle.load(open(sys.argv[1], 'rb')); print(r.digest(), len(r.weekly))"
    command = [sys.executable, "-c", code, str(tmp_path / "run.pickle")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [digest, str(2 * 104)]


def test_tables_that_were_computed_are_not_pickled(engine, today):
    run = rb.run(today, runs=3)
    before = len(pickle.dumps(run))
    assert len(run.weekly) == 3 * 104
    assert len(run.batch.good) == 3
    assert len(pickle.dumps(run)) == pytest.approx(before, rel=0.01)


@pytest.mark.parametrize("way", [pickle.dumps, copy.deepcopy])
def test_results_that_are_too_large_are_refused_with_their_folder(engine, monkeypatch, today, way):
    run = rb.run(today, runs=2)
    size = sum(path.stat().st_size for path in run.folder.rglob("*") if path.is_file())
    monkeypatch.setattr(run_store, "LARGEST_PICKLE", size)
    assert way(run)
    monkeypatch.setattr(run_store, "LARGEST_PICKLE", size - 1)
    with pytest.raises(rb.BadInputError) as caught:
        way(run)
    assert str(run.folder) in str(caught.value)
    assert "rb.read_results(path)" in str(caught.value)


def test_results_whose_folder_was_removed_are_refused(engine, today):
    run = rb.run(today, runs=2)
    shutil.rmtree(run.folder)
    with pytest.raises(rb.EnvironmentProblemError, match=r"redbead-"):
        pickle.dumps(run)


def test_interim_results_stay_interim_in_a_copy(interrupted, today):
    run = rb.read_results(interrupted(single(today, runs=RUNS, seed=3), 2))
    for copied in copies(run).values():
        assert copied.interim == run.interim
        np.testing.assert_array_equal(copied.results.outcomes, run.results.outcomes)


def test_parts_of_results_are_pickled_too(engine, today, strict):
    batch = rb.compare([today, strict], runs=3, measures=["turnover"])
    run = rb.run(today, runs=2)
    assert pickle.loads(pickle.dumps(batch.report_data)).effects.keys() == batch.report_data.effects.keys()
    assert pickle.loads(pickle.dumps(run.batch)).good == run.batch.good
    assert Path(pickle.loads(pickle.dumps(run.results)).folder).exists()


@pytest.mark.parametrize(
    "make",
    [
        lambda: rb.lottery(cases=40),
        lambda: rb.load("two-strikes"),
        lambda: rb.authorities(),
        lambda: rb.to_salib("baseline", ["fear.blame"], runs=1),
    ],
)
def test_other_results_are_pickled_and_copied(make):
    for copied in copies(make()).values():
        assert repr(copied) == repr(make())
