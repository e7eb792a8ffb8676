"""Folder of the runs of one scenario: written atomically and reproducibly; all damage is detected."""

import csv
import errno
import json
import os
import shutil

import duckdb
import numpy as np
import pytest

from redbead.analysis.digest import digest, digest_of
from redbead.analysis.frames import weekly_frame
from redbead.exceptions import BadInputError, EnvironmentProblemError, IntegrityError
from redbead.execution.runs import run_many
from redbead.report.run_page import write_pages
from redbead.scenario.loader import load
from redbead.storage import atomic_files, manifest, study_folder
from redbead.storage.manifest import verify
from redbead.studies import single_run
from redbead.studies.replay import rerun

COMMAND = ["redbead", "run", "two-strikes", "--runs", "6"]


@pytest.fixture
def run_folder(batch, tmp_path):
    target = tmp_path / "made"
    single_run.write(batch, target, command=COMMAND, events=True)
    return target


def test_a_folder_contains_all_files_and_matches_its_manifest(batch, tmp_path):
    target = tmp_path / "full"
    results = single_run.write(batch, target, command=COMMAND, events=True, pages=write_pages)
    names = {p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()}
    assert {"report.html", "summary.csv", "weekly.parquet", "runs.parquet", "events.parquet", "columns.csv"} <= names
    assert {"scenario.resolved.yaml", "manifest.json"} <= names
    for stem in ("overview", "errors", "fear", "grade"):
        assert {f"figures/{stem}.{ending}" for ending in ("png", "svg", "txt", "csv")} <= names
    assert digest(target) == results == digest_of(batch)
    assert verify(target) == []
    record = json.loads((target / "manifest.json").read_text())
    assert record["command"] == COMMAND
    assert record["results_digest"] == results
    assert set(record["files"]) == names - {"manifest.json"}


def test_duckdb_reads_identical_values(batch, run_folder):
    with duckdb.connect() as connection:
        table = connection.execute(
            f"SELECT * FROM '{run_folder / 'weekly.parquet'}' ORDER BY run, authority, week"
        ).df()
        seeds = connection.execute(f"SELECT seed FROM '{run_folder / 'runs.parquet'}' ORDER BY run").fetchall()
        kinds = connection.execute(f"SELECT DISTINCT kind FROM '{run_folder / 'events.parquet'}' ORDER BY 1").fetchall()
    ours = weekly_frame(batch)
    assert table.columns.tolist() == ours.columns.tolist()
    for name in ours.columns[1:]:
        np.testing.assert_array_equal(table[name].to_numpy(), ours[name].to_numpy())
        assert table[name].dtype == ours[name].dtype
    assert [s for (s,) in seeds] == [11, 12, 13, 14, 15, 16]
    assert kinds == [("error made",), ("grade published",)]


def test_the_same_runs_give_the_same_bytes(batch, tmp_path):
    for name in ("a", "b"):
        single_run.write(batch, tmp_path / name, command=COMMAND, events=True, pages=write_pages)
    hashes = [manifest.read(tmp_path / name)["files"] for name in ("a", "b")]
    assert hashes[0] == hashes[1]


def test_the_number_of_jobs_changes_only_durations(engine, scenario, tmp_path):
    for name, jobs in (("a", 1), ("b", 3)):
        repeated = run_many(scenario, runs=5, seed=1, jobs=jobs)
        single_run.write(repeated, tmp_path / name, command=COMMAND, pages=write_pages)
    a, b = (manifest.read(tmp_path / name)["files"] for name in ("a", "b"))
    assert {name for name in a if a[name] != b[name]} <= {"runs.parquet"}
    assert digest(tmp_path / "a") == digest(tmp_path / "b")


def test_every_flipped_bit_is_detected(run_folder):
    for path in sorted(p for p in run_folder.rglob("*") if p.is_file()):
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
    table = atomic_files.read_parquet(run_folder / "weekly.parquet", ("run", "week"))
    table["turnover"] = np.nextafter(table["turnover"], 2)
    atomic_files.write_parquet(run_folder / "weekly.parquet", table)
    problems = rerun(run_folder, 2)
    assert [p.file for p in problems] == ["two-strikes-11", "two-strikes-14"]
    assert "differ" in problems[0].what


def test_the_resolved_scenario_equals_the_original(batch, run_folder):
    assert load(run_folder / "scenario.resolved.yaml").digest() == batch.scenario.digest()


def test_a_failed_run_is_reported_with_cause_and_command(engine, scenario, tmp_path):
    engine.add(2)
    failed = run_many(scenario, runs=3, seed=1)
    single_run.write(failed, tmp_path / "f", command=COMMAND, pages=write_pages)
    report = (tmp_path / "f" / "failures" / "two-strikes-2.txt").read_text()
    assert "ArithmeticError: seed 2 fails" in report
    assert "--seed 2" in report
    assert manifest.read(tmp_path / "f")["status"] == "complete, some runs failed"
    assert "two-strikes-2" in (tmp_path / "f" / "report.html").read_text()
    assert verify(tmp_path / "f") == []


def test_a_failed_write_leaves_no_partial_folder(batch, tmp_path, run_folder):
    record = manifest.read(run_folder)

    def fail_with_full_disk(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for target in (run_folder, tmp_path / "new"):
        with pytest.raises(EnvironmentProblemError, match="disk is full"):
            single_run.write(batch, target, command=COMMAND, pages=fail_with_full_disk)
    assert manifest.read(run_folder) == record
    assert verify(run_folder) == []
    assert [p.name for p in tmp_path.iterdir()] == ["made"]


def test_an_older_folder_is_restored_after_a_failure(batch, run_folder):
    run_folder.rename(run_folder.with_name(".made.old"))
    with pytest.raises(ZeroDivisionError), atomic_files.atomic_folder(run_folder):
        raise ZeroDivisionError
    assert verify(run_folder) == []


def test_a_file_in_place_of_a_folder_is_reported(batch, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentProblemError, match="--out"):
        study_folder.require_writable(tmp_path / "file" / "deeper")


def test_checking_a_path_creates_nothing(tmp_path):
    study_folder.require_writable(tmp_path / "a" / "b" / "c")
    assert list(tmp_path.iterdir()) == []


def test_folder_names_depend_on_inputs_only(scenario, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = single_run.place(scenario, 1)
    assert first.name.endswith(f"-two-strikes-{manifest.inputs_hash(scenario, 1)[:8]}")
    assert single_run.place(scenario, 2).name[11:] != first.name[11:]
    assert single_run.place(scenario.set({"inspection.stakes": 0.2}), 1).name[11:] != first.name[11:]
    yesterday = first.with_name(f"2020-01-01{first.name[10:]}")
    yesterday.mkdir(parents=True)
    assert single_run.place(scenario, 1) == yesterday


def test_a_folder_with_other_contents_is_never_overwritten(batch, run_folder, scenario, tmp_path):
    assert single_run.place(scenario, 11, run_folder) == run_folder
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.doc").write_text("years of work")
    for seed, out in ((12, run_folder), (11, tmp_path / "thesis")):
        with pytest.raises(BadInputError, match="--out"):
            single_run.place(scenario, seed, out)


def test_a_finished_folder_is_recognised(run_folder, scenario):
    def is_done(**other):
        return single_run.is_finished(run_folder, scenario, **({"seed": 11, "runs": 6, "events": True} | other))

    assert is_done()
    assert is_done(runs=2, events=False)
    assert not is_done(runs=7)
    assert not is_done(seed=12)
    (run_folder / "summary.csv").write_text("")
    assert not is_done()


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
