"""Exports: equal values, independent yearly means, the disclaimer, and no text that becomes a formula or a number."""

import csv
import dataclasses
import math
import shutil
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from redbead.api import compare, run
from redbead.cli import main
from redbead.exceptions import BadInputError, EnvironmentProblemError, Exit, IntegrityError
from redbead.measures import MEASURES
from redbead.scenario.scenario import BANNER
from redbead.storage import manifest
from redbead.storage.atomic_files import atomic_folder, json_text, sha256
from redbead.storage.parquet import count_rows, csv_bytes, read_parquet, rows_of, write_parquet
from redbead.studies.export import YEARLY, Sheet, describe, export, list_tables

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


def weekly_of(folder):
    return read_parquet(folder / "weekly.parquet", ("policy", "run", "authority", "week"))


def rows_in(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def sheet_of(book, name):
    """Rows of a sheet by the names of its columns."""
    header, *rows = book[name].iter_rows(values_only=True)
    return pd.DataFrame(rows, columns=header)


def workbook_of(folder, out=None):
    return openpyxl.load_workbook(export(folder, "xlsx", out) / "tables.xlsx")


def test_csv_contains_the_values_of_the_parquet_file(run_folder):
    destination = export(run_folder, "csv", weekly=True)
    weekly, rows = weekly_of(run_folder), rows_in(destination / "weekly.csv")
    assert list(rows[0]) == list(weekly.columns)
    assert len(rows) == len(weekly)
    for name in ("turnover", "cost", "week", "run"):
        assert [float(row[name]) for row in rows] == weekly[name].tolist()
    events = [tuple(row.values()) for row in rows_in(destination / "events.csv")]
    assert events == [tuple(map(str, row)) for row in rows_of(run_folder / "events.parquet")]


def test_a_workbook_has_the_small_tables_yearly_means_and_provenance(run_folder):
    book = workbook_of(run_folder)
    assert book.sheetnames == ["summary", "yearly means", "columns", "provenance"]
    facts = dict(book["provenance"].iter_rows(values_only=True))
    record = manifest.read(run_folder)
    assert facts["limits"] == BANNER
    assert facts["title"] == "Two strikes after a tragedy"
    assert facts["question"] == "What happens to hidden errors?"
    assert facts["command"] == " ".join(record["command"])
    assert facts["version"] == f"redbead {record['program']['version']}"
    assert facts["digest of the results"] == record["results_digest"]
    assert facts["seeds"] == "11 to 16"
    assert (facts["runs per policy"], facts["runs that failed"]) == (6, 0)


def test_sheets_can_be_read_and_filtered_without_more_work(run_folder):
    """A frozen and marked header, a filter over all rows, readable widths, and numbers with about three digits."""
    book = workbook_of(run_folder)
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(cell.font.bold and cell.fill.fgColor.rgb.endswith("1F3A5F") for cell in sheet[1])
        widths = [sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]]
        assert all(width >= min(80, len(cell.value) + 2) for width, cell in zip(widths, sheet[1], strict=True))
        assert max(widths) <= 80
        assert all(row[0].number_format == "@" for row in sheet.iter_rows(min_row=2))
    formats = {row[-1].number_format for row in book["yearly means"].iter_rows(min_row=2)}
    assert formats <= {"0", "#,##0", "0.0", "0.00", "0.000", "0.0E+00"}
    assert len(formats) > 2
    units = sheet_of(book, "yearly means").groupby("measure")["unit"].unique()
    assert {name: unit.tolist() for name, unit in units.items()} == {m.name: [m.unit] for m in MEASURES}


def expected_means(folder, weeks_per_year=52):
    """Means computed by pandas: one per policy, measure and year over all weeks, authorities and runs."""
    weekly = weekly_of(folder)
    weekly["year"] = weekly["week"] // weeks_per_year + 1
    keys = ["policy", "run", "authority", "week"]
    long = weekly.drop(columns=keys[1:]).melt(["policy", "year"], var_name="measure", value_name="mean")
    return long.groupby(["policy", "measure", "year"])["mean"].mean().to_dict()


@pytest.mark.parametrize("years", [0.5, 2.5])
def test_yearly_means_equal_those_of_pandas(engine, scenario, tmp_path, years):
    policies = {"b": scenario.set({"time.years": years}), "a": scenario.set({"time.years": years, "fear.floor": 0.1})}
    compare(policies, runs=3).save(tmp_path / "run")
    means = expected_means(tmp_path / "run")
    table = sheet_of(workbook_of(tmp_path / "run"), "yearly means")
    assert table["policy"].unique().tolist() == ["b", "a"], "the order of the comparison"
    assert len(table) == 2 * len(MEASURES) * math.ceil(years)
    for row in table.itertuples():
        assert row.mean == pytest.approx(means[row.policy, row.measure, row.year], rel=1e-12, abs=1e-12)
    assert set(table["runs"]) == {3}
    last = table[table["year"] == math.ceil(years)]
    assert set(last["weeks"]) == {round((years - math.ceil(years) + 1) * 52)}


@pytest.mark.parametrize("to", ["csv", "parquet"])
def test_yearly_means_are_equal_in_every_format(run_folder, to):
    destination = export(run_folder, to)
    path = destination / f"{YEARLY}.{to}"
    table = pd.read_csv(path) if to == "csv" else read_parquet(path, ("policy", "measure", "year"))
    book = sheet_of(workbook_of(run_folder), "yearly means").sort_values(["policy", "measure", "year"])
    table = table.sort_values(["policy", "measure", "year"])
    np.testing.assert_allclose(table["mean"].to_numpy(), book["mean"].to_numpy(float), rtol=1e-9)


def test_theories_and_failed_runs_are_counted(engine, scenario, tmp_path):
    """Seed 2 fails for all policies: its means are those of the other two runs, as the number of runs states."""
    engine.add(2)
    short = scenario.set({"time.years": 1})
    compare(
        {"a": short, "b": short.set({"inspection.stakes": 0.2})}, runs=3, theories=["blame-deters", "just-culture"]
    ).save(tmp_path / "run")
    book = workbook_of(tmp_path / "run")
    table = sheet_of(book, "yearly means")
    assert set(table[["policy", "theory"]].itertuples(index=False, name=None)) == {
        (policy, theory) for policy in "ab" for theory in ("blame-deters", "just-culture")
    }
    assert set(table["runs"]) == {2}
    facts = dict(book["provenance"].iter_rows(values_only=True))
    assert (facts["runs per policy"], facts["seeds"]) == (3, "1 to 3")
    assert facts["runs that failed"] == 4


def test_an_interrupted_folder_is_refused(run_folder):
    (run_folder / "manifest.json").unlink()
    for to in ("csv", "parquet", "xlsx"):
        with pytest.raises(IntegrityError, match=r"has no manifest\.json, since its command was interrupted"):
            export(run_folder, to)
        assert not run_folder.with_name(f"run-{to}").exists()


NAMES = ["2020", "1e5", "=SUM(A1)", "=cmd|' /C calc'!A0", "-2+3", "+4", "@x", "007", "inf", "nan", "1_000", "TRUE"]


@pytest.mark.parametrize("names", [("2020", "=SUM(A1)", "nan", "TRUE"), pytest.param(NAMES, marks=pytest.mark.slow)])
def test_names_stay_text(engine, short, tmp_path, names):
    """No name becomes a number, a truth value, a date or a formula, and each is read back as it was written."""
    policies = {name: short.set({"fear.floor": 0.01 * place}) for place, name in enumerate(names)}
    compare(policies, runs=2).save(tmp_path / "run")
    book = workbook_of(tmp_path / "run")
    for name in ("summary", "yearly means"):
        column = next(cell.column for cell in book[name][1] if cell.value == "policy")
        cells = [row[column - 1] for row in book[name].iter_rows(min_row=2)]
        assert {cell.value for cell in cells} == set(names)
        assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    parquet = export(tmp_path / "run", "parquet")
    for name in ("summary", YEARLY):
        assert set(read_parquet(parquet / f"{name}.parquet", ("policy",))["policy"]) == set(names)
    written = {row["name"] for row in rows_in(export(tmp_path / "run", "csv") / "runs.csv")}
    assert not [name for name in written if name.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("name", ["007", "nan"])
def test_a_single_policy_with_the_name_of_a_number_stays_text(engine, short, tmp_path, name):
    """All cells of the column could be read as numbers."""
    run(dataclasses.replace(short, name=name), runs=2).save(tmp_path / "run")
    table = sheet_of(workbook_of(tmp_path / "run"), "summary")
    assert table["policy"].unique().tolist() == [name]
    frame = read_parquet(export(tmp_path / "run", "parquet") / "summary.parquet", ("policy",))
    assert frame["policy"].unique().tolist() == [name]
    assert (frame["runs"].dtype, frame["mean"].dtype, frame["difference"].dtype) == ("int64", "float64", "float64")


def as_format_1(folder, weekly, runs):
    """Turn a folder into one of format 1 with other tables: it had no store and other facts in the manifest."""
    write_parquet(folder / "weekly.parquet", weekly)
    write_parquet(folder / "runs.parquet", runs)
    shutil.rmtree(folder / "store")
    record = manifest.read(folder)
    del record["batch"], record["kind"]
    files = {name: entry for name, entry in record["files"].items() if not name.startswith("store/")}
    for name in ("weekly.parquet", "runs.parquet"):
        files[name]["sha256"] = sha256(folder / name)
    record |= {"format": 1, "scenario": {"name": "old"}, "files": files}
    (folder / "manifest.json").write_text(json_text(manifest.with_hash(record)))


def test_two_hundred_policies_with_names_of_numbers_are_exported(run_folder):
    names = [f"{2000 + k}" for k in range(200)]
    weeks = np.arange(104)
    blocks = [pd.DataFrame({"policy": f"p{name}", "run": 0, "authority": 0, "week": weeks, "fear": float(k) + weeks,
                            "leavers": weeks}) for k, name in enumerate(names)]  # fmt: skip
    runs = pd.DataFrame({"policy": [f"p{name}" for name in names], "run": 0, "name": names, "theory": ""})
    as_format_1(run_folder, pd.concat(blocks), runs)
    table = sheet_of(workbook_of(run_folder), "yearly means")
    assert table["policy"].unique().tolist() == names
    assert len(table) == 200 * 2 * 2
    fear = table[(table["measure"] == "fear") & (table["year"] == 2)]
    assert fear["mean"].tolist() == [k + 77.5 for k in range(200)]


def test_size_and_memory_do_not_depend_on_the_number_of_runs(engine, short, tmp_path):
    """The weekly values of forty runs are twenty times as many as those of two."""
    sizes, peaks = [], []
    for runs in (2, 40):
        run(short, runs=runs).save(tmp_path / f"{runs}")
        tracemalloc.start()
        destination = export(tmp_path / f"{runs}", "xlsx")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        sizes.append((destination / "tables.xlsx").stat().st_size)
    assert sizes[1] < 1.1 * sizes[0]
    assert max(sizes) < 200_000
    assert peaks[1] < 1.2 * peaks[0]


# weekly values, on request


@pytest.mark.parametrize("to", ["csv", "parquet"])
def test_weekly_values_are_exported_on_request_only(run_folder, to):
    assert not {f"weekly.{to}", f"events.{to}"} & {path.name for path in export(run_folder, to).iterdir()}
    names = {path.name for path in export(run_folder, to, weekly=True).iterdir()}
    assert {f"weekly.{to}", f"events.{to}", f"summary.{to}"} <= names
    assert all(name == "README.txt" or name.endswith(f".{to}") for name in names)


@pytest.mark.parametrize("to", ["csv", "parquet"])
def test_the_size_is_forecast_before_weekly_values_are_written(run_folder, tmp_path, to):
    reports = []

    def report(now):
        assert reports or not (tmp_path / "out").exists()
        reports.append(now)

    destination = export(run_folder, to, tmp_path / "out", weekly=True, report=report)
    rows = count_rows(run_folder / "weekly.parquet") + count_rows(run_folder / "events.parquet")
    assert (reports[0].done, reports[0].total, reports[0].unit) == (0, rows, "rows")
    assert (reports[-1].done, reports[-1].total) == (rows, rows)
    assert [now.done for now in reports] == sorted(now.done for now in reports)
    size = sum((destination / f"{name}.{to}").stat().st_size for name in ("weekly", "events"))
    assert float(reports[0].note.removeprefix("about ").removesuffix(" MB")) == pytest.approx(size / 1e6, abs=0.1)
    if to == "csv":
        expected = csv_bytes(run_folder / "weekly.parquet")
        assert expected == pytest.approx((destination / "weekly.csv").stat().st_size, rel=0.05)


def test_weekly_values_are_not_written_to_a_workbook(run_folder, capsys):
    assert main(["export", str(run_folder), "--to", "xlsx", "--weekly"]) == Exit.BAD_INPUT
    message = capsys.readouterr().err
    assert "weekly values are not written to a workbook" in message
    assert "--to csv" in message
    assert "--to parquet" in message
    assert not run_folder.with_name("run-xlsx").exists()


def test_the_command_prints_the_forecast_on_standard_error_and_the_size_at_the_end(run_folder, capsys):
    assert main(["export", str(run_folder), "--to", "csv", "--weekly"]) == Exit.GOOD
    output = capsys.readouterr()
    assert output.err.startswith("Writing ")
    assert "weekly rows, about 0." in output.err
    assert "Exported to " in output.out
    assert "MB)" in output.out


def test_a_folder_without_runs_has_no_weekly_values(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("redbead.report.grades.write_lottery_pages", lambda *_: None)
    assert main(["lottery", "--cases", "40", "--out", str(tmp_path / "a")]) == Exit.GOOD
    assert main(["export", str(tmp_path / "a"), "--to", "csv", "--weekly"]) == Exit.BAD_INPUT
    assert "has no weekly values of runs" in capsys.readouterr().err
    book = workbook_of(tmp_path / "a")
    assert set(book.sheetnames) == {*(path.stem.replace("_", " ")[:31] for path in list_tables(tmp_path / "a")),
                                    "provenance"}  # fmt: skip


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


def test_tables_start_with_the_summary_and_exclude_large_tables(tmp_path):
    for name in ("weekly.parquet", "events.parquet", "zebra.csv", "runs.parquet", "alpha.csv", "summary.csv",
                 "report.html", "pairs.csv", "weekly.csv"):  # fmt: skip
        (tmp_path / name).write_text("")
    assert names_of(tmp_path) == ["summary.csv", "pairs.csv", "alpha.csv", "runs.parquet", "weekly.csv", "zebra.csv"]


@pytest.mark.parametrize("rows", [0, 1, 70_000])
def test_rows_are_counted_and_read(tmp_path, rows):
    frame = pd.DataFrame({"number": range(rows), "text": [f"line {k}" for k in range(rows)]})
    write_parquet(tmp_path / "a.parquet", frame.astype({"number": "int64"}))
    assert count_rows(tmp_path / "a.parquet") == rows
    assert list(rows_of(tmp_path / "a.parquet")) == [(k, f"line {k}") for k in range(rows)]


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
    stems = [*(path.stem for path in list_tables(run_folder)), YEARLY]
    assert sorted(path.name for path in destination.iterdir()) == sorted(["README.txt", *(f"{s}.{to}" for s in stems)])


def test_parquet_files_contain_the_values_of_the_tables(run_folder):
    destination = export(run_folder, "parquet", weekly=True)
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
    """A sheet of n rows has a header and n - 1 rows of values."""
    rows = len(rows_in(export(run_folder, "csv") / f"{YEARLY}.csv"))
    monkeypatch.setattr("redbead.studies.export.EXCEL_ROWS", rows + 1)
    assert workbook_of(run_folder)["yearly means"].max_row == rows + 1
    monkeypatch.setattr("redbead.studies.export.EXCEL_ROWS", rows)
    book = workbook_of(run_folder)
    assert "yearly means" not in book.sheetnames
    assert "too long for a sheet; use --to csv" in [row[1].value for row in book["provenance"].iter_rows()]


def test_no_value_is_an_empty_cell_and_an_infinite_number_is_text(tmp_path):
    from openpyxl import Workbook

    from redbead.studies.export import _add_sheet, _read_sheet

    table = "name,baseline,b,c\n1,nan,inf,1e5\n2,,-inf,-3\n3,0.25,1_0,x\n"
    (tmp_path / "t.csv").write_text(table)
    sheet = _read_sheet(tmp_path / "t.csv", {})
    book = Workbook(write_only=True)
    _add_sheet(book, sheet)
    _add_sheet(book, Sheet("numbers", ("x",), [(math.nan,), (math.inf,), (-math.inf,), (0.0,), (None,), ("",)]))
    book.save(tmp_path / "t.xlsx")
    read = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert list(read["t"].iter_rows(min_row=2, values_only=True)) == [
        ("1", None, "inf", "1e5"), ("2", None, "-inf", "-3"), ("3", 0.25, "1_0", "x"),
    ]  # fmt: skip
    cells = [row[0] for row in read["numbers"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells[:4]] == [None, "inf", "-inf", 0]
    assert [cell.data_type for cell in cells[1:4]] == ["s", "s", "n"]
    assert all(cell.value is None for cell in cells[4:])


def test_a_folder_of_an_earlier_version_is_exported(run_folder):
    """It has no names of policies in the table of runs."""
    runs = read_parquet(run_folder / "runs.parquet", ("policy", "run"))
    as_format_1(run_folder, weekly_of(run_folder), runs.drop(columns=["name", "theory", "draw"]))
    book = workbook_of(run_folder)
    table = sheet_of(book, "yearly means")
    assert table["policy"].unique().tolist() == ["two-strikes"]
    means = expected_means(run_folder)
    assert table["mean"].tolist() == pytest.approx(
        [means[k] for k in zip(table.policy, table.measure, table.year, strict=True)]
    )
    assert dict(book["provenance"].iter_rows(values_only=True))["title"] == "old"
    assert (export(run_folder, "csv", weekly=True) / "weekly.csv").is_file()


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
