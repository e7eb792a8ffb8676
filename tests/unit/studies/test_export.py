"""Exports: the same numbers elsewhere, the banner with them, and no formula that came in as a name."""

import csv

import pytest

from redbead.exceptions import BadInputError, EnvironmentProblemError, IntegrityError
from redbead.scenario.disclaimer import BANNER
from redbead.storage.atomic_files import read_parquet
from redbead.studies.export import export, tables
from redbead.studies.single_run import write

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture
def made(batch, tmp_path):
    write(batch, tmp_path / "run", command=["redbead", "run"])
    return tmp_path / "run"


def test_every_table_goes_out_and_the_folder_stays_as_it_is(made):
    before = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}
    for to in ("csv", "parquet", "xlsx"):
        place = export(made, to)
        assert place == made.with_name(f"run-{to}")
        assert (place / "README.txt").read_text().startswith(BANNER)
    assert {path: path.read_bytes() for path in made.rglob("*") if path.is_file()} == before


def test_csv_holds_the_numbers_of_the_parquet_file(made):
    place = export(made, "csv")
    weekly = read_parquet(made / "weekly.parquet", ("policy", "run", "authority", "week"))
    with (place / "weekly.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(weekly)
    assert [float(row["turnover"]) for row in rows[:50]] == weekly["turnover"][:50].tolist()


def test_a_workbook_has_a_sheet_a_table_and_begins_with_what_it_cannot_say(made):
    book = openpyxl.load_workbook(export(made, "xlsx") / "tables.xlsx")
    assert book.sheetnames[0] == "Read me"
    assert book["Read me"]["A1"].value == BANNER
    assert set(book.sheetnames[1:]) == {path.stem for path in tables(made)}
    runs = read_parquet(made / "runs.parquet", ("policy", "run"))
    head = [cell.value for cell in book["runs"][1]]
    column = head.index("turnover") + 1
    assert [book["runs"].cell(row, column).value for row in range(2, 8)] == runs["turnover"].tolist()


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "a\rb"])
def test_no_name_becomes_a_formula(renamed, tmp_path, name, monkeypatch):
    import dataclasses

    batch = dataclasses.replace(renamed(), policy=name)
    write(batch, tmp_path / "run", command=["redbead", "run"])
    book = openpyxl.load_workbook(export(tmp_path / "run", "xlsx") / "tables.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    with (export(tmp_path / "run", "csv") / "runs.csv").open(newline="") as file:
        told = next(csv.DictReader(file))["policy"]
    assert not told.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_damage_is_refused(made):
    (made / "summary.csv").write_text("edited")
    with pytest.raises(IntegrityError, match="nothing is taken"):
        export(made, "csv")


def test_another_form_or_a_place_that_is_taken_is_told(made, tmp_path):
    with pytest.raises(BadInputError, match="did you mean 'xlsx'"):
        export(made, "xls")
    (tmp_path / "mine").mkdir()
    with pytest.raises(BadInputError, match="no export"):
        export(made, "csv", tmp_path / "mine")
    export(made, "csv", tmp_path / "new")
    export(made, "csv", tmp_path / "new")


def test_without_the_extra_the_command_that_installs_it_is_told(made, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(EnvironmentProblemError, match=r"pip install 'redbead\[excel\]'"):
        export(made, "xlsx")
