"""Exports: equal values, the disclaimer, and no text that becomes a formula."""

import csv

import pytest

from redbead.api import compare
from redbead.exceptions import BadInputError, EnvironmentProblemError, IntegrityError
from redbead.scenario.scenario import BANNER
from redbead.storage.atomic_files import atomic_folder, read_parquet
from redbead.studies.export import export, list_tables

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture(autouse=True)
def _no_report(monkeypatch):
    """Exports contain tables only."""
    monkeypatch.setattr("redbead.report.comparison.page.write_pages", lambda *_: None)


@pytest.fixture
def run_folder(results, tmp_path):
    return results.save(tmp_path / "run")


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


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "a\rb"])
def test_no_name_becomes_a_formula(engine, scenario, tmp_path, name):
    compare({name: scenario, "other": scenario.set({"fear.floor": 0.1})}, runs=2).save(tmp_path / "run")
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
