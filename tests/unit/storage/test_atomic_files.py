"""Files and folders are written completely or not at all, whenever the process is killed."""

import errno
import json
import os
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.exceptions import EnvironmentProblemError
from redbead.storage.atomic_files import (
    atomic_folder,
    beside,
    csv_text,
    escape_formula,
    json_text,
    os_errors_as_problems,
    replace_files,
    replace_text,
    sha256,
    write_text,
)

EMPTY_FILE = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of no bytes (FIPS 180-4)."""


def texts_in(folder):
    """Texts of all files of a folder by relative path, without hidden files."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in paths
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def hidden_in(folder):
    """Names of hidden files and folders, which are temporary."""
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


# texts and hashes


def test_text_is_written_as_utf_8_with_line_feeds_in_new_folders(tmp_path):
    path = tmp_path / "a" / "b" / "c.txt"
    write_text(path, "Ynys Môn\n")
    assert path.read_bytes() == b"Ynys M\xc3\xb4n\n"


def test_sha256_of_known_contents(tmp_path):
    """The empty message and "abc", from the examples of FIPS 180-4."""
    (tmp_path / "empty").touch()
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256(tmp_path / "empty") == EMPTY_FILE
    assert sha256(tmp_path / "abc").startswith("ba7816bf8f01cfea414140de5dae2223")


def test_json_has_sorted_keys_and_refuses_what_json_does_not_allow():
    assert json_text({"b": 1, "a": "ô"}) == '{\n  "a": "ô",\n  "b": 1\n}\n'
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="not JSON compliant"):
            json_text({"value": value})


@given(st.text())
def test_no_escaped_text_starts_a_formula_or_breaks_a_line(text):
    """A spreadsheet runs a cell that starts with = + - @; the apostrophe makes it text."""
    escaped = escape_formula(text)
    assert not escaped.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not set(escaped) & {"\n", "\r", "\0"}


@given(st.one_of(st.integers(), st.floats(allow_nan=False), st.booleans(), st.none()))
def test_numbers_are_not_escaped(value):
    assert escape_formula(value) is value


def test_csv_escapes_texts_and_names_of_columns_but_no_number():
    frame = pd.DataFrame({"=name": ["+1", "Leeds"], "value": [-3.0, 1 / 3]})
    assert csv_text(frame) == "'=name,value\n'+1,-3\nLeeds,0.3333333333\n"
    assert list(frame.columns) == ["=name", "value"], "the frame itself is not changed"


# problems of the file system


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "The disk is full. Free some space"),
        (errno.EDQUOT, "The disk quota is used up"),
        (errno.EACCES, "Choose another folder with --to"),
        (errno.EROFS, "The disk is read-only"),
        (errno.ENOTDIR, "Part of the path is a file"),
        (errno.ENAMETOOLONG, "The name is too long"),
        (errno.EIO, "Solve this problem, then run the same command again"),
    ],
)
def test_errors_of_the_file_system_name_the_file_and_give_advice(tmp_path, code, advice):
    with pytest.raises(EnvironmentProblemError) as caught, os_errors_as_problems(tmp_path / "x", "--to"):
        raise OSError(code, os.strerror(code), str(tmp_path / "inner"))
    assert str(tmp_path / "inner") in str(caught.value)
    assert advice in str(caught.value)


def test_an_error_without_a_file_name_reports_the_given_path(tmp_path):
    with pytest.raises(EnvironmentProblemError, match="here: No space left"), os_errors_as_problems(tmp_path / "here"):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_other_errors_are_not_converted(tmp_path):
    with pytest.raises(ZeroDivisionError), os_errors_as_problems(tmp_path):
        _ = 1 / 0


# one file


def test_a_killed_replacement_leaves_the_old_or_the_new_text(changes_of):
    """Three changes: the new text is forced to the disk, takes the place of the old one, and the folder is forced."""
    observed = []

    def check(folder):
        text = (folder / "a.json").read_text(encoding="utf-8")
        observed.append(text)
        assert json.loads(text) in ({"version": 1}, {"version": 2})
        replace_text(folder / "a.json", '{"version": 3}')  # the next command succeeds
        assert texts_in(folder) == {"a.json": '{"version": 3}'}
        assert hidden_in(folder) == []

    kills = changes_of(
        lambda folder: write_text(folder / "a.json", '{"version": 1}'),
        lambda folder: replace_text(folder / "a.json", '{"version": 2}'),
        check,
    )
    assert kills >= 3
    assert observed[0] == '{"version": 1}'
    assert observed[-1] == '{"version": 2}'


# the files of a folder, beside a subfolder that stays


def write_version(folder, version):
    """Files of one version: two tables, a page in a subfolder and the manifest that names the version."""
    for name in ("a.csv", "b.csv", "pages/c.html", "manifest.json"):
        write_text(folder / name, version)


def test_a_killed_replacement_of_files_never_leaves_a_manifest_beside_other_files(changes_of):
    """A folder with a manifest is complete and of one version, and the store is untouched at every moment."""
    states = set()

    def prepare(folder):
        write_version(folder, "old")
        write_text(folder / "only-old.csv", "old")
        write_text(folder / "store" / "journal", "runs")

    def change(folder):
        with replace_files(folder, "store") as partial:
            write_version(partial, "new")

    def check(folder):
        files = texts_in(folder)
        assert files.pop("store/journal") == "runs"
        if "manifest.json" in files:
            version = files["manifest.json"]
            states.add(version)
            assert set(files.values()) == {version}
            assert ("only-old.csv" in files) == (version == "old")
            assert len(files) == (5 if version == "old" else 4)
        else:
            states.add("incomplete")
        change(folder)  # the next command writes the files again and leaves nothing behind
        assert set(texts_in(folder)) == {"a.csv", "b.csv", "pages/c.html", "manifest.json", "store/journal"}
        assert hidden_in(folder) == []

    assert changes_of(prepare, change, check) > 10
    assert states == {"old", "incomplete", "new"}


def test_an_error_while_files_are_written_leaves_the_old_files(tmp_path):
    write_version(tmp_path, "old")
    with pytest.raises(EnvironmentProblemError), replace_files(tmp_path, "store") as partial:
        (partial / "missing.csv").unlink()
    assert set(texts_in(tmp_path).values()) == {"old"}
    assert hidden_in(tmp_path) == []


def test_a_link_to_a_folder_is_removed_without_its_target(tmp_path):
    folder, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    write_text(elsewhere / "mine.txt", "mine")
    folder.mkdir()
    (folder / "pages").symlink_to(elsewhere)
    with replace_files(folder, "store") as partial:
        write_version(partial, "new")
    assert (elsewhere / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert set(texts_in(folder).values()) == {"new"}


# a whole folder


def test_a_killed_replacement_of_a_folder_can_be_completed_or_undone(changes_of):
    """After any kill, the next command finds the complete old or the complete new folder."""
    states = []

    def check(folder):
        target = folder / "study"
        with pytest.raises(LookupError), atomic_folder(target):
            raise LookupError  # only repairs what the killed command left
        files = texts_in(target)
        states.append(files["a.csv"])
        assert files in ({"a.csv": "old", "b.csv": "old"}, {"a.csv": "new", "c.csv": "new"})
        old_partials = [name for name in hidden_in(folder) if ".partial-" not in name]
        assert old_partials == []

    def prepare(folder):
        for name in ("a.csv", "b.csv"):
            write_text(folder / "study" / name, "old")

    def change(folder):
        with atomic_folder(folder / "study") as partial:
            for name in ("a.csv", "c.csv"):
                write_text(partial / name, "new")

    assert changes_of(prepare, change, check) > 5
    assert states[0] == "old"
    assert states[-1] == "new"


def test_partial_folders_are_removed_after_a_day_and_not_before(tmp_path):
    """A younger one may belong to a command that is still writing."""
    old, young = (tmp_path / f".study.partial-{name}" for name in ("aaaa", "bbbb"))
    for folder in (old, young):
        folder.mkdir()
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    with atomic_folder(tmp_path / "study") as partial:
        write_text(partial / "a.csv", "new")
    assert hidden_in(tmp_path) == [young.name]


def test_an_error_discards_the_new_folder(tmp_path):
    with pytest.raises(EnvironmentProblemError), atomic_folder(tmp_path / "study") as partial:
        (partial / "missing.csv").unlink()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_reported(tmp_path):
    (tmp_path / "file").touch()
    study = atomic_folder(tmp_path / "file" / "study")
    with pytest.raises(EnvironmentProblemError, match="Choose another folder with --out"):
        study.__enter__()


@pytest.mark.parametrize("text", [".", "..", "inner/..", "a/", "/b/"])
def test_a_path_beside_any_form_of_a_folder_has_its_name(tmp_path, monkeypatch, text):
    folder = tmp_path / "a" / "inner"
    folder.mkdir(parents=True)
    (folder / "inner").mkdir()
    monkeypatch.chdir(folder)
    given = Path(text)
    assert beside(given, "-csv").name == f"{given.resolve().name}-csv"
    assert beside(given, "-csv").parent.resolve() == given.resolve().parent
