"""Folder of runs: written atomically and reproducibly; all damage is detected; it is resumed and extended."""

import csv
import errno
import json
import os
import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest

from redbead.analysis.digest import digest
from redbead.exceptions import BadInputError, EnvironmentProblemError, IntegrityError
from redbead.execution.runs import run_options
from redbead.report import run_page
from redbead.report.comparison.page import write_pages
from redbead.scenario.loader import load
from redbead.storage import atomic_files, manifest, parquet
from redbead.storage.manifest import verify
from redbead.studies.comparison import folder
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.inputs import single
from redbead.studies.comparison.study import compare
from redbead.studies.replay import rerun
from redbead.studies.stored_runs import load_results

COMMAND = ["redbead", "run", "two-strikes", "--runs", "6"]


def run_in(target, scenario, *, runs=6, seed=11, jobs=2, events=False, pages=None, progress=None):
    """Runs of a scenario in a folder, as ``redbead run`` makes them."""
    options = run_options(jobs=jobs, events=events, progress=progress)
    return compare(single(scenario, runs=runs, seed=seed), target, options, command=COMMAND, pages=pages)


def place(scenario, seed, out=None):
    comparison = single(scenario, runs=2, seed=seed)
    return folder.place(comparison, arms_of(comparison), None, out)


@pytest.fixture(scope="module")
def original(synthetic_engine, scenario, tmp_path_factory):
    """Six runs with events in a folder, made once for all tests."""
    target = tmp_path_factory.mktemp("folder") / "made"
    with synthetic_engine():
        run_in(target, scenario, events=True)
    return target


@pytest.fixture
def run_folder(engine, original, tmp_path):
    """A copy of this folder, which a test may change."""
    return Path(shutil.copytree(original, tmp_path / "made"))


def test_a_folder_contains_all_files_and_matches_its_manifest(engine, scenario, results, tmp_path, monkeypatch):
    """One figure stands for all, which ``test_report.py`` draws."""
    monkeypatch.setattr(run_page, "FIGURES", run_page.FIGURES[-1:])
    target = tmp_path / "full"
    run_in(target, scenario, events=True, pages=write_pages)
    names = {p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()} - {"store/lock"}
    assert {"report.html", "summary.csv", "weekly.parquet", "runs.parquet", "events.parquet", "columns.csv"} <= names
    assert {"batch.resolved.yaml", "policies/two-strikes.yaml", "manifest.json"} <= names
    figures = {name for name in names if name.startswith("figures/")}
    assert figures == {f"figures/grade.{ending}" for ending in ("png", "svg", "txt", "csv")}
    assert digest(target) == results.digest()
    assert verify(target) == []
    record = json.loads((target / "manifest.json").read_text())
    assert record["command"] == COMMAND
    assert record["results_digest"] == results.digest()
    assert set(record["files"]) == names - {"manifest.json"}


def test_duckdb_reads_identical_values(results, run_folder):
    with duckdb.connect() as connection:
        table = connection.execute(
            f"SELECT * FROM '{run_folder / 'weekly.parquet'}' ORDER BY run, authority, week"
        ).df()
        seeds = connection.execute(f"SELECT seed FROM '{run_folder / 'runs.parquet'}' ORDER BY run").fetchall()
        kinds = connection.execute(f"SELECT DISTINCT kind FROM '{run_folder / 'events.parquet'}' ORDER BY 1").fetchall()
    ours = results.weekly
    assert table.columns.tolist() == ours.columns.tolist()
    for name in ours.columns[1:]:
        np.testing.assert_array_equal(table[name].to_numpy(), ours[name].to_numpy())
        assert table[name].dtype == ours[name].dtype
    assert [s for (s,) in seeds] == [11, 12, 13, 14, 15, 16]
    assert kinds == [("error made",), ("grade published",)]


def test_the_same_runs_give_the_same_bytes(results, tmp_path, no_report):
    """Reports are compared in the next test."""
    hashes = [manifest.read(results.save(tmp_path / name))["files"] for name in ("a", "b")]
    assert hashes[0] == hashes[1]


@pytest.mark.slow  # two folders with reports
def test_the_number_of_jobs_changes_only_durations(engine, scenario, tmp_path):
    for name, jobs in (("a", 1), ("b", 3)):
        run_in(tmp_path / name, scenario, runs=5, seed=1, jobs=jobs, pages=write_pages)
    a, b = (manifest.read(tmp_path / name)["files"] for name in ("a", "b"))
    different = {name for name in a if a[name] != b[name]}
    assert {name for name in different if not name.startswith("store/")} <= {"runs.parquet"}
    assert digest(tmp_path / "a") == digest(tmp_path / "b")


def test_every_flipped_bit_is_detected(run_folder):
    for path in sorted(p for p in run_folder.rglob("*") if p.is_file() and p.name != "lock"):
        content = path.read_bytes()
        for position in {0, len(content) // 3, len(content) // 2, len(content) - 1}:
            path.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
            if path.name == "manifest.json":
                with pytest.raises(IntegrityError):
                    verify(run_folder)
            else:
                assert [p.file for p in verify(run_folder)] == [path.relative_to(run_folder).as_posix()]
        path.write_bytes(content)
    assert verify(run_folder) == []


def test_missing_extra_renamed_and_linked_files_are_detected(run_folder):
    (run_folder / "notes.txt").write_text("mine")
    assert "not part of this run" in str(verify(run_folder)[0])
    (run_folder / "notes.txt").unlink()
    (run_folder / "summary.csv").rename(run_folder / "other.csv")
    assert [p.what for p in verify(run_folder)] == ["the file was renamed to other.csv"]
    (run_folder / "other.csv").unlink()
    assert [p.what for p in verify(run_folder)] == ["the file is missing"]
    shutil.copy(run_folder / "columns.csv", run_folder / "summary.csv")
    assert [p.file for p in verify(run_folder)] == ["summary.csv"]
    (run_folder / "summary.csv").unlink()
    (run_folder / "summary.csv").symlink_to(run_folder / "columns.csv")
    assert [p.what for p in verify(run_folder)] == ["the file is a link, not a file of this run"]


def test_swapped_files_are_detected(run_folder):
    a, b = run_folder / "summary.csv", run_folder / "columns.csv"
    first, second = a.read_bytes(), b.read_bytes()
    a.write_bytes(second)
    b.write_bytes(first)
    assert sorted(p.file for p in verify(run_folder)) == ["columns.csv", "summary.csv"]


def test_a_folder_without_manifest_or_of_another_format_is_refused(run_folder, tmp_path):
    record = manifest.read(run_folder)
    (run_folder / "manifest.json").write_text(atomic_files.json_text(manifest.with_hash(record | {"format": 99})))
    with pytest.raises(IntegrityError, match="format 99"):
        verify(run_folder)
    (run_folder / "manifest.json").unlink()
    with pytest.raises(IntegrityError, match="manifest"):
        verify(run_folder)
    with pytest.raises(IntegrityError):
        digest(tmp_path)


def test_repeated_runs_are_compared_exactly(run_folder):
    assert rerun(run_folder, 3) == []
    table = parquet.read_parquet(run_folder / "weekly.parquet", ("run", "week"))
    table["turnover"] = np.nextafter(table["turnover"], 2)
    parquet.write_parquet(run_folder / "weekly.parquet", table)
    problems = rerun(run_folder, 2)
    assert [p.file for p in problems] == ["two-strikes-11", "two-strikes-14"]
    assert "differ" in problems[0].what


def test_the_resolved_scenario_equals_the_original(scenario, run_folder):
    assert load(run_folder / "policies" / "two-strikes.yaml").digest() == scenario.digest()
    assert load_results(run_folder).comparison == single(scenario, runs=6, seed=11)


def test_a_failed_run_is_reported_with_cause_and_command(engine, scenario, tmp_path, monkeypatch):
    monkeypatch.setattr(run_page, "FIGURES", ())
    engine.add(2)
    run_in(tmp_path / "f", scenario, runs=3, seed=1, pages=write_pages)
    report = (tmp_path / "f" / "failures" / "two-strikes-2.txt").read_text()
    assert "ArithmeticError: seed 2 fails" in report
    assert f"redbead replay {tmp_path / 'f'} two-strikes-2" in report
    assert manifest.read(tmp_path / "f")["status"] == "complete, some runs failed"
    assert "two-strikes-2" in (tmp_path / "f" / "report.html").read_text()
    assert verify(tmp_path / "f") == []


def test_a_failed_write_keeps_the_older_files_and_the_runs(scenario, tmp_path, run_folder):
    record = manifest.read(run_folder)

    def fail_with_full_disk(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for target in (run_folder, tmp_path / "new"):
        with pytest.raises(EnvironmentProblemError, match="disk is full"):
            run_in(target, scenario, runs=7, events=True, pages=fail_with_full_disk)
    assert {name: manifest.read(run_folder)["files"][name] for name in ("weekly.parquet", "summary.csv")} == {
        name: record["files"][name] for name in ("weekly.parquet", "summary.csv")
    }
    inputs = {"store", "policies", "batch.resolved.yaml"}
    assert {p.name for p in (tmp_path / "new").iterdir()} == inputs, "what is compared is written before the first run"
    repeated = []
    run_in(tmp_path / "new", scenario, runs=7, progress=repeated.append)
    assert repeated == [], "the runs were stored before the disk was full"
    assert verify(tmp_path / "new") == []


def test_a_folder_is_resumed_and_extended(engine, scenario, tmp_path):
    """Ten runs at once, and ten runs in three commands of which one failed, give the same results."""
    engine.add(13)
    run_in(tmp_path / "parts", scenario, runs=4)
    engine.clear()
    progress = []
    run_in(tmp_path / "parts", scenario, runs=4, progress=progress.append)
    assert [p.total for p in progress] == [1], "only the failed run is repeated"
    progress.clear()
    run_in(tmp_path / "parts", scenario, runs=10, progress=progress.append)
    assert progress[-1].total == 6
    run_in(tmp_path / "whole", scenario, runs=10)
    assert digest(tmp_path / "parts") == digest(tmp_path / "whole")
    assert verify(tmp_path / "parts") == []
    run_in(tmp_path / "parts", scenario, runs=4)
    run_in(tmp_path / "four", scenario, runs=4)
    assert digest(tmp_path / "parts") == digest(tmp_path / "four"), "fewer runs are a part of more"


def test_events_are_added_to_runs_that_have_none(scenario, run_folder, tmp_path, engine):
    run_in(tmp_path / "a", scenario)
    assert not (tmp_path / "a" / "events.parquet").exists()
    before = digest(tmp_path / "a")
    run_in(tmp_path / "a", scenario, events=True)
    assert (tmp_path / "a" / "events.parquet").read_bytes() == (run_folder / "events.parquet").read_bytes()
    assert digest(tmp_path / "a") == before
    assert verify(tmp_path / "a") == []
    run_in(tmp_path / "a", scenario)
    assert (tmp_path / "a" / "events.parquet").exists(), "events that are stored stay"


def test_folder_names_depend_on_inputs_only(engine, scenario, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = place(scenario, 1)
    assert first.name[10:].startswith("-two-strikes-")
    assert place(scenario, 2).name[11:] != first.name[11:]
    assert place(scenario.set({"inspection.stakes": 0.2}), 1).name[11:] != first.name[11:]
    yesterday = first.with_name(f"2020-01-01{first.name[10:]}")
    yesterday.mkdir(parents=True)
    assert place(scenario, 1) == yesterday


def test_a_folder_with_other_contents_is_never_overwritten(run_folder, scenario, tmp_path):
    assert place(scenario, 11, run_folder) == run_folder
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.doc").write_text("years of work")
    with pytest.raises(BadInputError, match="--out"):
        place(scenario, 11, tmp_path / "thesis")
    message = r"(?s)other inputs.*To start anew: redbead run two-strikes --runs 6 --out"
    with pytest.raises(IntegrityError, match=message):
        run_in(place(scenario, 12, run_folder), scenario, seed=12)


def test_a_finished_folder_is_not_written_again(run_folder, scenario):
    times = {path: path.stat().st_mtime_ns for path in run_folder.rglob("*") if path.name != "lock"}
    run_in(run_folder, scenario, events=True)
    assert times == {path: path.stat().st_mtime_ns for path in run_folder.rglob("*") if path.name != "lock"}
    (run_folder / "summary.csv").write_text("")
    run_in(run_folder, scenario, events=True)
    assert verify(run_folder) == []


def test_text_cells_are_never_formulas_and_numbers_stay_numbers(batch, tmp_path):
    import pandas as pd

    names = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "plain", "'quoted"]
    frame = pd.DataFrame({"=name": names, "value": [-1.5, 2, 3, 4, 5, 6, 7, 8]})
    (tmp_path / "x.csv").write_text(atomic_files.csv_text(frame), newline="")
    with (tmp_path / "x.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["'=name", "value"]
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "' x", "plain", "'quoted"]
    assert rows[1][1] == "-1.5"


def test_nan_is_not_valid_json():
    with pytest.raises(ValueError, match="JSON"):
        atomic_files.json_text({"x": float("nan")})
