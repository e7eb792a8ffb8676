"""Export of the tables of a finished folder to CSV, Excel or Parquet, each with a note on its limits.

The default export contains the small tables and yearly means, so that its size does not depend on the number of runs.
Weekly values and events, which have rows for every run, are exported on request to CSV or Parquet.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import isfinite, isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from redbead.analysis.outcomes import policies_of, yearly_means
from redbead.exceptions import BadInputError, EnvironmentProblemError, Problem
from redbead.execution.runs import Counter, Progress
from redbead.scenario.messages import suggest_name
from redbead.scenario.scenario import BANNER
from redbead.storage import manifest
from redbead.storage.atomic_files import atomic_folder, beside, csv_text, escape_formula, write_text
from redbead.storage.manifest import Manifest
from redbead.storage.parquet import columns_of_parquet, count_rows, csv_bytes, rows_of, write_csv, write_parquet

if TYPE_CHECKING:
    import pandas as pd

EXCEL_ROWS: Final = 1_048_576
"""Rows of an Excel sheet, including its header."""

YEARLY: Final = "yearly_means"
FORMATS: Final = ("csv", "xlsx", "parquet")
"""Export formats."""

_LARGE: Final = ("weekly.parquet", "events.parquet")
"""Tables with rows for every week of every run, which are exported on request."""
_FIRST: Final = ("summary", "differences", "ranking", "pairs", YEARLY)
"""First tables, in order; the others follow by name."""

Tables = Mapping[str, "pd.DataFrame"]
ReportProgress = Callable[[Progress], None]


def export(
    folder: Path, to: str, out: Path | None = None, *, weekly: bool = False, report: ReportProgress | None = None,
    tables: Tables | None = None,
) -> Path:  # fmt: skip
    """Export the tables of a folder to another format.

    Parameters
    ----------
    folder : Path
        Folder of a study.
    to : str
        ``csv``, ``xlsx`` or ``parquet``.
    out : Path, optional
        Destination; by default beside the folder, so that the folder still matches its manifest.
    weekly : bool
        Whether to export weekly values and events, too; not for ``xlsx``.
    report : callable, optional
        Called with the progress of the weekly values, first with their number of rows and their size as a note.
    tables : mapping, optional
        Further tables by name.

    Returns
    -------
    Path
        The destination.

    Raises
    ------
    BadInputError
        The format is unknown or has no weekly values, or `out` exists and is not an export.
    IntegrityError
        The folder is damaged.
    EnvironmentProblemError
        The disk cannot be used, or the extra for Excel is not installed.
    """
    _check_format(to, weekly=weekly)
    record = manifest.require_intact(folder, "nothing was exported")
    large = [folder / name for name in _LARGE if (folder / name).is_file()]
    if weekly and not large:
        what, hint = "has no weekly values of runs", "Repeat the command without --weekly."
        raise BadInputError([Problem("--weekly", key=str(folder), what=what, hint=hint)])
    target = out or beside(folder, f"-{to}")
    manifest.require_outside(target)
    if target.exists() and not (target / "README.txt").is_file():
        what = f"{target} exists and is not an export"
        raise BadInputError([Problem("--out", what=what, hint="Choose another path.")])
    with atomic_folder(target) as destination:
        write_text(destination / "README.txt", describe(record))
        if to == "xlsx":
            _write_workbook(folder, destination / "tables.xlsx", record, tables or {})
        else:
            _write_tables(folder, destination, record, to, tables or {})
        if weekly:
            _write_large(large, destination, to, report)
    return target


def _check_format(to: str, *, weekly: bool) -> None:
    """Refuse an unknown format, and weekly values in a workbook."""
    if to not in FORMATS:
        raise BadInputError([Problem("--to", key=to, what="is not a known format", hint=suggest_name(to, FORMATS))])
    if weekly and to == "xlsx":
        what = "weekly values are not written to a workbook, which contains yearly means"
        hint = "Use --to csv or --to parquet for weekly values."
        raise BadInputError([Problem("--weekly", what=what, hint=hint)])


def describe(record: Manifest) -> str:
    """Describe the files, their origin and their limits."""
    columns = (
        "columns: meaning and unit of each measure.\n"
        f"{YEARLY}: mean of each measure over the weeks of a year, all authorities and all finished runs.\n"
    )
    return (
        f"{BANNER}\n\n'{_entry(record)['name']}', written by redbead {record['program']['version']}.\n"
        f"Command: {' '.join(record['command'])}\nDigest of the results: {record['results_digest']}\n"
        + columns
        * ("batch" in record or "scenario" in record)
    )


def _entry(record: Manifest) -> Mapping[str, Any]:
    """Entry of the manifest with the name of the study."""
    entry: Mapping[str, Any] = record.get("batch") or record.get("scenario") or {"name": record.get("kind", "study")}
    return entry


def list_tables(folder: Path) -> list[Path]:
    """Return the tables of a folder without the large ones, in the order of the sheets."""
    paths = [path for path in sorted((*folder.glob("*.csv"), *folder.glob("*.parquet"))) if path.name not in _LARGE]
    return sorted(paths, key=lambda path: _order(path.stem))


def _order(name: str) -> int:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)


def _write_tables(folder: Path, destination: Path, record: Manifest, to: str, tables: Tables) -> None:
    """Write the small tables, the yearly means and further tables as CSV or Parquet files."""
    policies = policies_of(folder, record)
    for path in list_tables(folder):
        target = destination / f"{path.stem}.{to}"
        if path.suffix == target.suffix:
            shutil.copyfile(path, target)
        elif to == "csv":
            with target.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(columns_of_parquet(path))
                writer.writerows([escape_formula(cell) for cell in row] for row in rows_of(path))
        else:
            write_parquet(target, _frame_of(_read_sheet(path, _escaped(policies))))
    for name, frame in {YEARLY: yearly_means(folder, policies), **tables}.items():
        target = destination / f"{name}.{to}"
        if frame is not None:
            write_text(target, csv_text(frame)) if to == "csv" else write_parquet(target, frame)


def _escaped(policies: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Names of policies by the text that a CSV table has in their place."""
    return {str(escape_formula(name)): name for name, _ in policies.values()}


def _frame_of(sheet: Sheet) -> pd.DataFrame:
    """Table with columns of text, of whole numbers, or of numbers with NaN for empty cells."""
    import pandas as pd

    frame = pd.DataFrame(list(sheet.rows), columns=list(sheet.columns), dtype=object)
    for name in frame.columns:
        cells = frame[name]
        if name in _NAMES or any(isinstance(cell, str) for cell in cells):
            frame[name] = cells.astype("str")
        else:
            frame[name] = cells.astype("int64" if all(isinstance(cell, int) for cell in cells) else "float64")
    return frame


# weekly values


def _write_large(paths: Sequence[Path], destination: Path, to: str, report: ReportProgress | None) -> None:
    """Write the tables with weekly values and events, in blocks of runs, and report the progress."""
    rows = sum(map(count_rows, paths))
    if report:
        size = sum(csv_bytes(path) if to == "csv" else path.stat().st_size for path in paths) / 1e6
        report(Progress(0, rows, 0, 0.0, 0.0, f"about {max(size, 0.1):.1f} MB", "rows"))
    counter = Counter(rows, report, "rows")
    for path in paths:
        target = destination / f"{path.stem}.{to}"
        if to == "parquet":
            shutil.copyfile(path, target)
            counter.add(count_rows(path))
        else:
            write_csv(path, target, counter.add)


# workbook


class Sheet(NamedTuple):
    """Sheet of a workbook: its name, the names of its columns and its rows, whose cells are text, numbers or None."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def _write_workbook(folder: Path, target: Path, record: Manifest, tables: Tables) -> None:
    """Write the small tables, yearly means, further tables and provenance as a workbook."""
    try:
        from openpyxl import Workbook
    except ModuleNotFoundError as error:
        msg = "--to xlsx needs an extra: run pip install 'redbead[excel]', then repeat the command"
        raise EnvironmentProblemError(msg) from error
    sheets = _sheets(folder, record, tables)
    too_long = [sheet.name for sheet in sheets if len(sheet.rows) >= EXCEL_ROWS]
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.created, book.properties.modified = "redbead", _FIXED_TIME, _FIXED_TIME
    for sheet in (*sheets, _provenance(folder, record, too_long)):
        if sheet.name not in too_long:
            _add_sheet(book, sheet)
    book.save(target)


_FIXED_TIME: Final = datetime(2000, 1, 1)


def _sheets(folder: Path, record: Manifest, tables: Tables) -> list[Sheet]:
    """Sheets of all tables that do not have one row per run, in order."""
    policies = policies_of(folder, record)
    names = _escaped(policies)
    sheets = [_read_sheet(path, names) for path in list_tables(folder) if path.suffix == ".csv"]
    for name, frame in {YEARLY: yearly_means(folder, policies), **tables}.items():
        if frame is not None:
            sheets.append(Sheet(name, list(frame.columns), frame.astype(object).to_numpy().tolist()))
    return sorted(sheets, key=lambda sheet: (_order(sheet.name), sheet.name == "columns"))


_NAMES: Final = frozenset(
    {"check", "dominated_by", "first", "name", "parameter", "policy", "rival", "second", "theory"}
)
"""Columns with names, which are text even if each of them could be read as a number."""
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?|[+-]?inf|nan", re.IGNORECASE)


def _read_sheet(path: Path, names: Mapping[str, str]) -> Sheet:
    """Read a CSV table. A column has only numbers or only text; `names` undoes the escape of formulas in names."""
    with path.open(encoding="utf-8", newline="") as file:
        columns, *rows = csv.reader(file)
    numeric = [
        name not in _NAMES and all(not row[place] or _NUMBER.fullmatch(row[place]) for row in rows)
        for place, name in enumerate(columns)
    ]

    def value(text: str, *, is_number: bool) -> object:
        if not text:
            return None
        if not is_number:
            return names.get(text, text)
        return int(text) if re.fullmatch("-?[0-9]{1,15}", text) else float(text)

    table = [[value(text, is_number=kind) for text, kind in zip(row, numeric, strict=True)] for row in rows]
    return Sheet(path.stem, columns, table)


def _provenance(folder: Path, record: Manifest, too_long: Sequence[str]) -> Sheet:
    """Sheet with the origin of the results and their limits."""
    entry, runs, program = _entry(record), record["runs"], record["program"]
    asked, first = runs.get("asked"), runs.get("first_seed")
    seeds = "" if asked is None or first is None else f"{first} to {first + asked - 1}"
    rows = {
        "limits": BANNER,
        "title": entry.get("title") or entry["name"],
        "question": _question(folder),
        "command": " ".join(record["command"]),
        "version": f"redbead {program['version']}",
        "digest of the results": record["results_digest"],
        "seeds": seeds,
        "runs per policy": asked,
        "runs that failed": len(runs.get("failed", [])),
        YEARLY: "mean over the weeks of a year (year 1 follows the warm-up), all authorities and all finished runs",
        "other tables": "'redbead export DIR --to csv' writes one row per run; --weekly adds weekly values",
        **dict.fromkeys(too_long, "too long for a sheet; use --to csv"),
    }
    known = [(name, value) for name, value in rows.items() if value not in ("", None)]
    return Sheet("provenance", ("item", "value"), known)


def _question(folder: Path) -> str:
    """Question of a comparison, or that of its only scenario."""
    import yaml

    policies = sorted((folder / "policies").glob("*.yaml"))
    resolved = [folder / "batch.resolved.yaml", folder / "scenario.resolved.yaml"]
    for path in (*resolved, *policies) if len(policies) == 1 else resolved:
        if path.is_file():
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            if isinstance(content, dict) and content.get("question"):
                return str(content["question"])
    return ""


def _add_sheet(book: Any, sheet: Sheet) -> None:  # noqa: ANN401 - openpyxl
    """Add a sheet with a frozen header, a filter, and columns as wide as their content."""
    from openpyxl.utils import get_column_letter

    page = book.create_sheet(sheet.name.replace("_", " ")[:31])
    page.freeze_panes = "A2"
    last = get_column_letter(max(len(sheet.columns), 1))
    page.auto_filter.ref = f"A1:{last}{len(sheet.rows) + 1}"
    for place, name in enumerate(sheet.columns):
        longest = max((_length(row[place]) for row in sheet.rows[:_WIDTH_ROWS]), default=0)
        width = min(max(longest, len(name)) + _MARGIN, _WIDEST)
        page.column_dimensions[get_column_letter(place + 1)].width = width
    cells = _Cells(page)
    page.append([cells.header(name) for name in sheet.columns])
    for row in sheet.rows:
        page.append([cells.cell(place, value) for place, value in enumerate(row)])


_WIDTH_ROWS: Final = 500
"""Rows from which the width of a column is derived."""
_MARGIN, _WIDEST = 3, 80
"""Margin and largest width of a column. [characters]"""


def _length(value: object) -> int:
    return len(value) if isinstance(value, str) else 0 if value is None else 8


def _number_format(value: float) -> str:
    """Number format with about three significant digits.

    Examples
    --------
    >>> [_number_format(value) for value in (2020.0, 1234.5, 12.5, 0.25, 1e-9)]
    ['0', '#,##0', '0.0', '0.000', '0.0E+00']
    """
    size = abs(value)
    if value == int(value):
        return "0"
    for limit, number_format in ((100.0, "#,##0"), (10.0, "0.0"), (1.0, "0.00"), (0.001, "0.000")):
        if size >= limit:
            return number_format
    return "0.0E+00"


class _Cells:
    """Cells of a sheet. A row is written when it is appended, so that one cell per column and style is enough.

    Text is never a formula or a number; NaN is an empty cell; an infinite number is text.
    """

    def __init__(self, page: Any) -> None:  # noqa: ANN401 - openpyxl
        self._page = page
        self._cells: dict[tuple[int, str], Any] = {}

    def header(self, name: str) -> object:
        """Cell of the header."""
        from openpyxl.styles import Alignment, Font, PatternFill

        cell = self._text(-1 - len(self._cells), name)
        cell.font, cell.alignment = Font(bold=True, color="FFFFFF"), Alignment(vertical="top")
        cell.fill = PatternFill("solid", start_color="1F3A5F")
        return cell

    def cell(self, column: int, value: object) -> object:
        """Cell of a row, None if it is empty."""
        if value is None or isinstance(value, str):
            return self._text(column, value) if value else None
        number = float(value)  # type: ignore[arg-type]
        if isnan(number):
            return None
        if not isfinite(number):
            return self._text(column, str(number))
        cell = self._styled(column, _number_format(number))
        cell.value = value
        return cell

    def _text(self, column: int, text: str) -> Any:  # noqa: ANN401 - openpyxl
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        cell = self._styled(column, "@")
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        cell.data_type = "s"
        return cell

    def _styled(self, column: int, number_format: str) -> Any:  # noqa: ANN401 - openpyxl
        from openpyxl.cell import WriteOnlyCell

        key = column, number_format
        if key not in self._cells:
            self._cells[key] = WriteOnlyCell(self._page)
            self._cells[key].number_format = number_format
        return self._cells[key]
