"""Exports: equal values, the disclaimer, and no text that becomes a formula."""

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest

from redbead.api import compare, run
from redbead.exceptions import BadInputError, EnvironmentProblemError, IntegrityError
from redbead.scenario.scenario import BANNER
from redbead.storage.atomic_files import atomic_folder, csv_text
from redbead.storage.parquet import read_parquet, write_parquet
from redbead.studies.export import count_rows, describe, export, list_tables, rows_of

openpyxl = pytest.importorskip("openpyxl")


pytestmark = pytest.mark.usefixtures("no_report")  # exports contain tables only


@pytest.fixture(scope="module")
def short(scenario):
    """A scenario of half a year: its tables have all columns and few rows."""
    return scenario.set({"time.years": 0.5})


@pytest.fixture(scope="module")
def original(synthetic_engine, short, tmp_path_factory):
    """Six runs with events, saved once for all tests."""
    with synthetic_engine(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("redbead.report.comparison.page.write_pages", lambda *_: None)
        return run(short, runs=6, seed=11, events=True).save(tmp_path_factory.mktemp("export") / "run")


@pytest.fixture
def run_folder(original, tmp_path):
    """A copy of these runs, which a test may change."""
    return Path(shutil.copytree(original, tmp_path / "run"))


def test_an_export_leaves_the_folder_unchanged(run_folder):
    before = {path: path.read_bytes() for path in run_folder.rglob("*") if path.is_file()}
    for to in ("csv", "parquet", "xlsx"):
        destination = export(run_folder, to)
        assert destination == run_folder.with_name(f"run-{to}")
        assert (destination / "README.txt").read_text().startswith(BANNER)
    assert {path: path.read_bytes() for path in run_folder.rglob("*") if path.is_file()} == before


def test_csv_contains_the_values_of_the_parquet_file(run_folder):
    destination = export(run_folder, "csv")
    weekly = read_parquet(run_folder / "weekly.parquet", ("policy", "run", "authority", "week"))
    with (destination / "weekly.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(weekly)
    assert [float(row["turnover"]) for row in rows[:50]] == weekly["turnover"][:50].tolist()


def test_a_workbook_has_one_sheet_per_table_and_starts_with_the_disclaimer(run_folder):
    book = openpyxl.load_workbook(export(run_folder, "xlsx") / "tables.xlsx")
    assert book.sheetnames[0] == "Read me"
    assert book["Read me"]["A1"].value == BANNER
    assert set(book.sheetnames[1:]) == {path.stem for path in list_tables(run_folder)}
    runs = read_parquet(run_folder / "runs.parquet", ("policy", "run"))
    head = [cell.value for cell in book["runs"][1]]
    column = head.index("turnover") + 1
    assert [book["runs"].cell(row, column).value for row in range(2, 8)] == runs["turnover"].tolist()


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)"])
def test_no_name_becomes_a_formula(engine, short, tmp_path, name):
    compare({name: short, "other": short.set({"fear.floor": 0.1})}, runs=2).save(tmp_path / "run")
    book = openpyxl.load_workbook(export(tmp_path / "run", "xlsx") / "tables.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    with (export(tmp_path / "run", "csv") / "runs.csv").open(newline="") as file:
        policy = next(csv.DictReader(file))["name"]
    assert not policy.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_damaged_folder_is_refused(run_folder):
    (run_folder / "summary.csv").write_text("edited")
    with pytest.raises(IntegrityError, match="nothing was exported"):
        export(run_folder, "csv")


def test_an_unknown_format_or_an_occupied_path_is_refused(run_folder, tmp_path):
    with pytest.raises(BadInputError, match="Did you mean xlsx"):
        export(run_folder, "xls")
    (tmp_path / "mine").mkdir()
    with pytest.raises(BadInputError, match="is not an export"):
        export(run_folder, "csv", tmp_path / "mine")
    export(run_folder, "csv", tmp_path / "new")
    export(run_folder, "csv", tmp_path / "new")


def test_a_missing_extra_is_reported_with_the_command_that_installs_it(run_folder, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(EnvironmentProblemError, match=r"pip install 'redbead\[excel\]'"):
        export(run_folder, "xlsx")


def test_two_exports_to_one_folder_at_once_are_refused(run_folder, tmp_path):
    with atomic_folder(tmp_path / "new"), pytest.raises(EnvironmentProblemError, match="another command is writing"):
        export(run_folder, "csv", tmp_path / "new")
    (tmp_path / "new" / "README.txt").write_text("an export")
    export(run_folder, "csv", tmp_path / "new")
    assert not list(tmp_path.glob(".*")), "no lock and no partial folder is left"


# tables by hand


def names_of(folder):
    return [path.name for path in list_tables(folder)]


def test_tables_start_with_the_summary_and_end_with_the_weekly_values(tmp_path):
    for name in ("weekly.parquet", "zebra.csv", "runs.parquet", "alpha.csv", "summary.csv", "report.html", "pairs.csv"):
        (tmp_path / name).write_text("")
    assert names_of(tmp_path) == [
        "summary.csv",
        "pairs.csv",
        "runs.parquet",
        "alpha.csv",
        "zebra.csv",
        "weekly.parquet",
    ]


@pytest.mark.parametrize("rows", [0, 1, 70_000])
def test_rows_are_counted_and_read_in_every_format(tmp_path, rows):
    frame = pd.DataFrame({"number": range(rows), "text": [f"line {k}" for k in range(rows)]})
    write_parquet(tmp_path / "a.parquet", frame.astype({"number": "int64"}))
    (tmp_path / "a.csv").write_text(csv_text(frame), newline="")
    assert count_rows(tmp_path / "a.parquet") == count_rows(tmp_path / "a.csv") == rows
    assert list(rows_of(tmp_path / "a.parquet")) == [(k, f"line {k}") for k in range(rows)]


def test_a_line_break_within_a_cell_does_not_count_as_a_row(tmp_path):
    (tmp_path / "a.csv").write_text('name,value\n"first\nsecond",1\n', newline="")
    assert count_rows(tmp_path / "a.csv") == 1


def test_a_description_contains_name_version_command_and_digest():
    record = {"program": {"version": "1.2.3"}, "command": ["redbead", "run", "x"], "results_digest": "abc"}
    for name, entry in (("mine", {"batch": {"name": "mine"}}), ("old", {"scenario": {"name": "old"}}),
                        ("lottery", {"kind": "lottery"}), ("study", {})):  # fmt: skip
        text = describe(record | entry)
        assert text.startswith(BANNER)
        assert f"'{name}', written by redbead 1.2.3." in text
        assert "Command: redbead run x\nDigest of the results: abc\n" in text


@pytest.mark.parametrize("to", ["csv", "parquet"])
def test_an_export_contains_every_table_once(run_folder, to):
    destination = export(run_folder, to)
    stems = [path.stem for path in list_tables(run_folder)]
    assert sorted(path.name for path in destination.iterdir()) == sorted(["README.txt", *(f"{s}.{to}" for s in stems)])


def test_parquet_files_contain_the_values_of_the_tables(run_folder):
    destination = export(run_folder, "parquet")
    for name, order in (("weekly", ("policy", "run", "authority", "week")), ("runs", ("policy", "run"))):
        original = read_parquet(run_folder / f"{name}.parquet", order)
        pd.testing.assert_frame_equal(read_parquet(destination / f"{name}.parquet", order), original)
    with (run_folder / "summary.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    exported = list(rows_of(destination / "summary.parquet"))
    assert len(exported) == len(rows)
    position = list(rows[0]).index("mean")
    assert [row[position] for row in exported] == [float(row["mean"]) for row in rows]


def test_a_table_too_long_for_a_sheet_is_left_out_and_named(run_folder, monkeypatch):
    longest = count_rows(run_folder / "weekly.parquet")
    monkeypatch.setattr("redbead.studies.export.EXCEL_ROWS", longest)
    book = openpyxl.load_workbook(export(run_folder, "xlsx") / "tables.xlsx")
    assert "weekly" not in book.sheetnames
    assert "runs" in book.sheetnames
    lines = [row[0].value for row in book["Read me"].iter_rows()]
    assert "weekly: too long for a sheet; use --to csv." in lines


def test_the_longest_table_that_fits_has_a_sheet(run_folder, monkeypatch):
    """A sheet of n rows has a header and n - 1 rows of values."""
    longest = count_rows(run_folder / "weekly.parquet")
    monkeypatch.setattr("redbead.studies.export.EXCEL_ROWS", longest + 1)
    book = openpyxl.load_workbook(export(run_folder, "xlsx") / "tables.xlsx")
    assert book["weekly"].max_row == longest + 1


def test_workbooks_contain_numbers_as_numbers_and_no_value_as_an_empty_cell(run_folder):
    book = openpyxl.load_workbook(export(run_folder, "xlsx") / "tables.xlsx")
    with (run_folder / "summary.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    sheet = list(book["summary"].iter_rows(values_only=True))
    mean, difference = rows[0].index("mean"), rows[0].index("difference")
    assert [row[mean] for row in sheet[1:]] == [float(row[mean]) for row in rows[1:]]
    assert {row[difference] for row in sheet[1:]} == {None}, "a single scenario has no differences"


def test_an_export_replaces_an_older_export_completely(run_folder, tmp_path):
    destination = export(run_folder, "csv", tmp_path / "out")
    (destination / "left-over.csv").write_text("old")
    export(run_folder, "parquet", tmp_path / "out")
    assert not list(destination.glob("*.csv"))


def test_the_same_folder_gives_the_same_bytes(run_folder, tmp_path):
    for to in ("csv", "parquet"):
        first, second = export(run_folder, to, tmp_path / f"a-{to}"), export(run_folder, to, tmp_path / f"b-{to}")
        for path in first.iterdir():
            assert path.read_bytes() == (second / path.name).read_bytes()


@pytest.mark.parametrize("name", ["q[1]", "r*", "~", "it's"])
def test_rows_of_a_table_are_those_of_its_own_folder(tmp_path, monkeypatch, name):
    """The neighbours match the name if it is taken as a pattern."""
    monkeypatch.chdir(tmp_path)
    for number, folder in enumerate(("q1", "r1", name)):
        Path(folder).mkdir()
        write_parquet(Path(folder) / "t.parquet", pd.DataFrame({"k": [number] * (number + 1)}))
    assert [*rows_of(Path(name) / "t.parquet")] == [(2,)] * 3
    assert count_rows(Path(name) / "t.parquet") == 3
