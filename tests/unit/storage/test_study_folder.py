"""Folders of studies: default names, and refusal of folders that contain anything else."""

import re

import pytest

from redbead.exceptions import BadInputError, EnvironmentProblemError
from redbead.storage import manifest
from redbead.storage.atomic_files import json_text, write_text
from redbead.storage.study_folder import (
    dated_folder,
    require_folder_of,
    require_same_inputs,
    require_writable,
    tables_digest,
    write_study,
)

INPUTS = "0123456789abcdef" * 4


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_study_has_the_date_its_name_and_its_inputs_in_its_folder(here):
    assert re.fullmatch(r"runs/\d{4}-\d\d-\d\d-two-strikes-01234567", dated_folder("Two strikes", INPUTS).as_posix())


def test_an_older_folder_of_the_same_inputs_is_used_again(here):
    older = here / "runs" / "2020-02-29-two-strikes-01234567"
    older.mkdir(parents=True)
    (here / "runs" / "2020-02-29-two-strikes-ffffffff").mkdir()
    assert dated_folder("Two strikes", INPUTS).name == older.name
    assert dated_folder("Two strikes", "f" * 64).name == "2020-02-29-two-strikes-ffffffff"


def with_manifest(folder, **content):
    write_text(folder / "summary.csv", "x")
    full = {"runs": {"failed": []}, **content}
    write_text(folder / manifest.NAME, json_text(manifest.compose(folder, full)))
    return folder


def test_a_new_or_empty_folder_or_one_of_the_same_inputs_is_accepted(tmp_path):
    assert require_same_inputs(tmp_path / "new", INPUTS) == tmp_path / "new"
    (tmp_path / "empty").mkdir()
    assert require_same_inputs(tmp_path / "empty", INPUTS) == tmp_path / "empty"
    same = with_manifest(tmp_path / "same", inputs_hash=INPUTS)
    assert require_same_inputs(same, INPUTS) == same


@pytest.mark.parametrize("kind", ["other inputs", "damaged manifest", "other files", "a file"])
def test_a_folder_with_anything_else_is_refused_and_kept(tmp_path, kind):
    out = tmp_path / "out"
    if kind == "other inputs":
        with_manifest(out, inputs_hash="f" * 64)
    elif kind == "damaged manifest":
        with_manifest(out, inputs_hash=INPUTS)
        write_text(out / manifest.NAME, "{}")
    elif kind == "other files":
        write_text(out / "thesis.tex", "x")
    else:
        write_text(out, "x")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(BadInputError, match="exists and is not a run of these inputs") as caught:
        require_same_inputs(out, INPUTS)
    assert caught.value.problems[0].hint == "Choose a new folder with --out, or remove this one."
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_study_may_be_continued_in_a_folder_with_its_marker(tmp_path):
    write_text(tmp_path / "mine" / "points.jsonl", "")
    assert require_folder_of(tmp_path / "mine", "points.jsonl", "a calibration") == tmp_path / "mine"
    assert require_folder_of(tmp_path / "new", "points.jsonl", "a calibration") == tmp_path / "new"
    write_text(tmp_path / "other" / "thesis.tex", "x")
    for out in (tmp_path / "other", tmp_path / "other" / "thesis.tex"):
        with pytest.raises(BadInputError, match="exists and is not a calibration"):
            require_folder_of(out, "points.jsonl", "a calibration")


def test_the_check_for_writing_leaves_no_folder_behind(tmp_path):
    require_writable(tmp_path / "a" / "b" / "study")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_reported_before_the_first_run(tmp_path):
    write_text(tmp_path / "file", "x")
    with pytest.raises(EnvironmentProblemError, match="Choose another folder with --out"):
        require_writable(tmp_path / "file" / "study")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_digest_of_tables_depends_on_their_texts_in_the_order_of_their_names():
    digest = tables_digest({"a.csv": "1\n", "b.csv": "2\n"})
    assert digest == tables_digest({"b.csv": "2\n", "a.csv": "1\n"})
    assert digest != tables_digest({"a.csv": "2\n", "b.csv": "1\n"})


def test_a_study_writes_tables_pages_and_a_manifest_that_verifies(tmp_path):
    def write_pages():
        write_text(tmp_path / "report.html", "<p>")

    write_study(tmp_path, {"summary.csv": "x\n"}, {"runs": {"failed": []}}, write_pages)
    assert manifest.verify(tmp_path) == []
    assert set(manifest.read(tmp_path)["files"]) == {"summary.csv", "report.html"}
