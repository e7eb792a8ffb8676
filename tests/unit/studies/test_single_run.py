"""The run folder: whole or not there, the same bytes twice, and every kind of tampering found."""

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
from redbead.report.page import write_pages
from redbead.scenario.loader import load
from redbead.storage import atomic_files, manifest, study_folder
from redbead.storage.manifest import verify
from redbead.studies import single_run
from redbead.studies.replay import rerun

COMMAND = ["redbead", "run", "two-strikes", "--runs", "6"]


@pytest.fixture
def made(batch, tmp_path):
    target = tmp_path / "made"
    single_run.write(batch, target, command=COMMAND, events=True)
    return target


def test_a_folder_holds_what_was_promised(batch, tmp_path):
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


def test_duckdb_reads_the_tables_and_the_values_are_equal_to_the_bit(batch, made):
    with duckdb.connect() as connection:
        table = connection.execute(f"SELECT * FROM '{made / 'weekly.parquet'}' ORDER BY run, authority, week").df()
        seeds = connection.execute(f"SELECT seed FROM '{made / 'runs.parquet'}' ORDER BY run").fetchall()
        kinds = connection.execute(f"SELECT DISTINCT kind FROM '{made / 'events.parquet'}' ORDER BY 1").fetchall()
    ours = weekly_frame(batch)
    assert table.columns.tolist() == ours.columns.tolist()
    for name in ours.columns[1:]:
        np.testing.assert_array_equal(table[name].to_numpy(), ours[name].to_numpy())
        assert table[name].dtype == ours[name].dtype
    assert [s for (s,) in seeds] == [11, 12, 13, 14, 15, 16]
    assert kinds == [("error made",), ("grade published",)]


def test_the_same_batch_gives_the_same_bytes(batch, tmp_path):
    for name in ("a", "b"):
        single_run.write(batch, tmp_path / name, command=COMMAND, events=True, pages=write_pages)
    hashes = [manifest.read(tmp_path / name)["files"] for name in ("a", "b")]
    assert hashes[0] == hashes[1]


def test_another_computation_changes_only_seconds(engine, scenario, tmp_path):
    for name, jobs in (("a", 1), ("b", 3)):
        again = run_many(scenario, runs=5, seed=1, jobs=jobs)
        single_run.write(again, tmp_path / name, command=COMMAND, pages=write_pages)
    a, b = (manifest.read(tmp_path / name)["files"] for name in ("a", "b"))
    assert {name for name in a if a[name] != b[name]} <= {"runs.parquet"}
    assert digest(tmp_path / "a") == digest(tmp_path / "b")


def test_every_flipped_bit_is_found(made):
    for path in sorted(p for p in made.rglob("*") if p.is_file()):
        whole = path.read_bytes()
        for at in {0, len(whole) // 3, len(whole) // 2, len(whole) - 1}:
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            if path.name == "manifest.json":
                with pytest.raises(IntegrityError):
                    verify(made)
            else:
                assert [p.file for p in verify(made)] == [path.relative_to(made).as_posix()]
        path.write_bytes(whole)
    assert verify(made) == []


def test_missing_extra_renamed_swapped_and_linked_files_are_found(made):
    (made / "notes.txt").write_text("mine")
    assert "not part of this run" in str(verify(made)[0])
    (made / "notes.txt").unlink()
    (made / "summary.csv").rename(made / "other.csv")
    assert [p.what for p in verify(made)] == ["renamed to other.csv"]
    (made / "other.csv").unlink()
    assert [p.what for p in verify(made)] == ["missing"]
    shutil.copy(made / "columns.csv", made / "summary.csv")
    assert [p.file for p in verify(made)] == ["summary.csv"]
    (made / "summary.csv").unlink()
    (made / "summary.csv").symlink_to(made / "columns.csv")
    assert [p.what for p in verify(made)] == ["a link, not a file of this run"]


def test_swapped_files_are_found(made):
    a, b = made / "summary.csv", made / "columns.csv"
    one, two = a.read_bytes(), b.read_bytes()
    a.write_bytes(two)
    b.write_bytes(one)
    assert sorted(p.file for p in verify(made)) == ["columns.csv", "summary.csv"]


def test_a_folder_without_manifest_or_of_another_format_is_refused(made, tmp_path):
    record = manifest.read(made)
    (made / "manifest.json").write_text(atomic_files.json_text(manifest.with_hash(record | {"format": 99})))
    with pytest.raises(IntegrityError, match="format 99"):
        verify(made)
    (made / "manifest.json").unlink()
    with pytest.raises(IntegrityError, match="manifest"):
        verify(made)
    with pytest.raises(IntegrityError):
        digest(tmp_path)


def test_runs_made_again_are_compared_to_the_bit(made):
    assert rerun(made, 3) == []
    table = atomic_files.read_parquet(made / "weekly.parquet", ("run", "week"))
    table["turnover"] = np.nextafter(table["turnover"], 2)
    atomic_files.write_parquet(made / "weekly.parquet", table)
    found = rerun(made, 2)
    assert [p.file for p in found] == ["two-strikes-11", "two-strikes-14"]
    assert "differ" in found[0].what


def test_the_resolved_scenario_can_be_loaded_and_is_equal(batch, made):
    assert load(made / "scenario.resolved.yaml").digest() == batch.scenario.digest()


def test_a_failed_run_leaves_its_story(engine, scenario, tmp_path):
    engine.add(2)
    failed = run_many(scenario, runs=3, seed=1)
    single_run.write(failed, tmp_path / "f", command=COMMAND, pages=write_pages)
    story = (tmp_path / "f" / "failures" / "two-strikes-2.txt").read_text()
    assert "ArithmeticError: seed 2 fails" in story
    assert "--seed 2" in story
    assert manifest.read(tmp_path / "f")["status"] == "complete, some runs failed"
    assert "two-strikes-2" in (tmp_path / "f" / "report.html").read_text()
    assert verify(tmp_path / "f") == []


def test_nothing_is_left_of_a_folder_that_could_not_be_finished(batch, tmp_path, made):
    before = manifest.read(made)

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for target in (made, tmp_path / "new"):
        with pytest.raises(EnvironmentProblemError, match="disk is full"):
            single_run.write(batch, target, command=COMMAND, pages=full)
    assert manifest.read(made) == before
    assert verify(made) == []
    assert [p.name for p in tmp_path.iterdir()] == ["made"]


def test_an_older_folder_that_was_set_aside_comes_back(batch, made):
    made.rename(made.with_name(".made.old"))
    with pytest.raises(ZeroDivisionError), atomic_files.atomic_folder(made):
        raise ZeroDivisionError
    assert verify(made) == []


def test_a_file_in_the_way_is_explained(batch, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentProblemError, match="--out"):
        study_folder.require_writable(tmp_path / "file" / "deeper")


def test_checking_a_place_leaves_nothing(tmp_path):
    study_folder.require_writable(tmp_path / "a" / "b" / "c")
    assert list(tmp_path.iterdir()) == []


def test_names_follow_inputs_not_time_or_number_of_runs(scenario, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = single_run.place(scenario, 1)
    assert first.name.endswith(f"-two-strikes-{manifest.inputs_hash(scenario, 1)[:8]}")
    assert single_run.place(scenario, 2).name[11:] != first.name[11:]
    assert single_run.place(scenario.set({"inspection.stakes": 0.2}), 1).name[11:] != first.name[11:]
    yesterday = first.with_name(f"2020-01-01{first.name[10:]}")
    yesterday.mkdir(parents=True)
    assert single_run.place(scenario, 1) == yesterday


def test_another_study_is_never_overwritten(batch, made, scenario, tmp_path):
    assert single_run.place(scenario, 11, made) == made
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.doc").write_text("years of work")
    for seed, out in ((12, made), (11, tmp_path / "thesis")):
        with pytest.raises(BadInputError, match="--out"):
            single_run.place(scenario, seed, out)


def test_finished_work_is_recognised(made, scenario):
    def done(**other):
        return single_run.finished(made, scenario, **({"seed": 11, "runs": 6, "events": True} | other))

    assert done()
    assert done(runs=2, events=False)
    assert not done(runs=7)
    assert not done(seed=12)
    (made / "summary.csv").write_text("")
    assert not done()


def test_no_cell_is_a_formula_and_numbers_stay_numbers(batch, tmp_path):
    import pandas as pd

    names = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "plain", "'quoted"]
    frame = pd.DataFrame({"=name": names, "value": [-1.5, 2, 3, 4, 5, 6, 7, 8]})
    (tmp_path / "x.csv").write_text(atomic_files.csv_text(frame), newline="")
    with (tmp_path / "x.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["'=name", "value"]
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "' x", "plain", "'quoted"]
    assert rows[1][1] == "-1.5"


def test_json_has_no_nan():
    with pytest.raises(ValueError, match="JSON"):
        atomic_files.json_text({"x": float("nan")})
