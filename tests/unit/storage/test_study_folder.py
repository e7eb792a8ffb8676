"""Folders of studies: default names, refusal of folders that contain anything else, and how to start anew."""

import os
import re
from pathlib import Path

import pytest

from redbead.exceptions import BadInputError, EnvironmentProblemError, IntegrityError
from redbead.storage import journal, manifest
from redbead.storage.atomic_files import json_text, write_text
from redbead.storage.study_folder import (
    STORE,
    StudyFiles,
    header_of,
    inputs_digest,
    is_current,
    locked,
    named_folder,
    open_journal,
    place,
    requested_inputs,
    stored_header,
    tables_digest,
    write_files,
)

HEADER = header_of("calibration", "0123456789abcdef" * 4)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def start(folder, header=HEADER):
    """Start a study in a folder, without results."""
    with locked(folder):
        return open_journal(folder, header)


def test_the_digest_of_inputs_depends_on_every_value():
    assert inputs_digest({"seed": 1, "runs": 2}) == inputs_digest({"runs": 2, "seed": 1})
    assert inputs_digest({"seed": 1}) != inputs_digest({"seed": 2})


def test_a_new_study_has_the_date_its_name_and_its_inputs_in_its_folder(here):
    assert re.fullmatch(r"runs/\d{4}-\d\d-\d\d-two-strikes-01234567", place("Two strikes", HEADER, None).as_posix())


def test_an_older_folder_of_the_same_inputs_is_used_again_and_one_of_another_model_is_not(here):
    older = here / "runs" / "2020-02-29-two-strikes-01234567"
    start(older)
    assert place("Two strikes", HEADER, None).name == older.name
    newer = HEADER | {"model": "f" * 64}
    assert place("Two strikes", newer, None).name == f"{older.name}-ffffff"


def test_a_new_or_empty_folder_or_one_of_the_same_kind_is_accepted(tmp_path):
    (tmp_path / "empty").mkdir()
    start(tmp_path / "same")
    (tmp_path / "locked").mkdir()
    with locked(tmp_path / "locked"):
        pass
    for name in ("new", "empty", "same", "locked"):
        assert place("x", HEADER, tmp_path / name) == tmp_path / name


@pytest.mark.parametrize("kind", ["other files", "a file", "another kind"])
def test_a_folder_with_anything_else_is_refused_and_kept(tmp_path, kind):
    out = tmp_path / "out"
    if kind == "another kind":
        start(out, header_of("audit", "x"))
    else:
        write_text(out / "thesis.tex" if kind == "other files" else out, "years of work")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(BadInputError, match="not a calibration") as caught:
        place("x", HEADER, out)
    assert caught.value.problems[0].hint.startswith("Choose a new folder with --out, or remove this one.")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def write_manifest(folder, **content):
    record = manifest.compose(folder, {"runs": {"failed": []}, **content})
    write_text(folder / manifest.NAME, json_text(record))


@pytest.mark.parametrize(
    ("out", "error"),
    [
        ("n" * 300, EnvironmentProblemError), ("d/" * 3000, EnvironmentProblemError),
        ("a\0b", BadInputError), (os.fsdecode(b"\xff\xfe"), BadInputError), (os.fsdecode(b"ok/\xe9/r"), BadInputError),
    ],
)  # fmt: skip
@pytest.mark.parametrize("choose", [lambda header, out: place("mine", header, out), named_folder])
def test_a_folder_that_cannot_be_used_is_refused_before_anything_runs(here, out, error, choose):
    with pytest.raises(error, match="--out"):
        choose(header_of("comparison", "ab12"), Path(out))
    assert not list(here.iterdir())


@pytest.mark.parametrize(("taken", "offered"), [((), "-new"), (("-new",), "-new-2"), (("-new", "-new-2"), "-new-3")])
def test_the_folder_to_start_anew_is_the_first_free_one(tmp_path, taken, offered):
    start(tmp_path / "out", HEADER | {"model": "old", "version": "0.0.1"})
    write_manifest(tmp_path / "out", command=["redbead", "run", "x"])
    for ending in taken:
        (tmp_path / f"out{ending}").mkdir()
    with pytest.raises(IntegrityError) as caught:
        start(tmp_path / "out")
    assert f"--out {tmp_path / 'out'}{offered}." in str(caught.value)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["redbead", "calibrate", "a b.yaml"], "To start anew: redbead calibrate 'a b.yaml' --out {out}-new."),
        (["redbead", "run", "x", "--out", "old", "--json"], "To start anew: redbead run x --json --out {out}-new."),
        (["notebook.py"], "Choose another folder."),
        (None, "Choose another folder with --out."),
    ],
)
def test_results_of_another_version_are_kept_with_the_command_that_starts_anew(tmp_path, command, sentence):
    start(tmp_path / "out", HEADER | {"model": "old", "version": "0.0.1"})
    if command:
        write_manifest(tmp_path / "out", command=command)
    with pytest.raises(IntegrityError) as caught:
        start(tmp_path / "out")
    assert "another version of the model (0.0.1, sources old)" in str(caught.value)
    assert sentence.format(out=tmp_path / "out") in str(caught.value)


def test_a_folder_of_the_first_format_is_refused_with_its_version(tmp_path):
    write_text(tmp_path / "out" / "summary.csv", "x")
    write_manifest(tmp_path / "out", command=["redbead", "run", "baseline"])
    with pytest.raises(IntegrityError, match=r"(?s)earlier version of redbead .*To start anew: redbead run baseline"):
        place("x", HEADER, tmp_path / "out")


def test_an_interrupted_first_line_is_started_anew(tmp_path):
    start(tmp_path)
    path = tmp_path / STORE / journal.NAME
    path.write_bytes(path.read_bytes()[:20])
    assert stored_header(tmp_path) == {}
    assert start(tmp_path) == [HEADER]


def test_a_folder_that_cannot_be_written_is_reported_before_the_first_run(tmp_path):
    write_text(tmp_path / "file", "x")
    with pytest.raises(EnvironmentProblemError, match="Choose another folder with --out"):
        start(tmp_path / "file" / "study")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_digest_of_tables_depends_on_their_texts_in_the_order_of_their_names():
    digest = tables_digest({"a.csv": "1\n", "b.csv": "2\n"})
    assert digest == tables_digest({"b.csv": "2\n", "a.csv": "1\n"})
    assert digest != tables_digest({"a.csv": "2\n", "b.csv": "1\n"})


def test_a_study_writes_tables_texts_pages_and_a_manifest_that_verifies(tmp_path):
    def write_pages(folder, digest):
        write_text(folder / "report.html", digest)

    start(tmp_path)
    files = StudyFiles({"a.csv": "1\n"}, {"notes.txt": "n"}, {"plausible": 3}, write_pages)
    digest = write_files(tmp_path, HEADER, files, {"command": ["redbead"]})
    assert digest == tables_digest({"a.csv": "1\n"}) == (tmp_path / "report.html").read_text()
    assert manifest.verify(tmp_path) == []
    record = manifest.read(tmp_path)
    assert set(record["files"]) == {"a.csv", "notes.txt", "report.html", f"{STORE}/{journal.NAME}"}
    assert (record["kind"], record["plausible"], record["tables"]) == ("calibration", 3, ["a.csv"])
    assert is_current(tmp_path, requested_inputs({"inputs": HEADER["inputs"]}))
    assert not is_current(tmp_path, requested_inputs({"inputs": "other"}))
    write_files(tmp_path, HEADER, StudyFiles({"b.csv": "2\n"}), {"command": ["redbead"]})
    assert not (tmp_path / "a.csv").exists(), "older files are removed"
