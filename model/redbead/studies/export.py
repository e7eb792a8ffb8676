"""Export of the tables of a finished folder to CSV, Excel or Parquet, each with a note on its limits."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from redbead.exceptions import BadInputError, EnvironmentProblemError, IntegrityError, Problem
from redbead.scenario.messages import suggest_name
from redbead.scenario.scenario import BANNER
from redbead.storage import manifest
from redbead.storage.atomic_files import atomic_folder, escape_formula, write_text
from redbead.storage.manifest import verify
from redbead.storage.parquet import OPTIONS, columns_of_parquet, open_database, pattern_of, quoted, quoted_pattern

EXCEL_ROWS: Final = 1_048_576
"""Rows of an Excel sheet, including its header."""

_BATCH_ROWS: Final = 50_000
_FIRST_SHEETS: Final = ("summary", "differences", "ranking", "pairs", "runs", "columns")
"""First sheets, in order; the others follow by name, and the weekly values come last."""

_FIXED_TIME: Final = datetime(2000, 1, 1)


def export(folder: Path, to: str, out: Path | None = None) -> Path:
    """Export the tables of a folder to another format.

    Parameters
    ----------
    folder : Path
        Folder of a scenario or batch.
    to : str
        ``csv``, ``xlsx`` or ``parquet``.
    out : Path, optional
        Destination; by default beside the folder, so that the folder still matches its manifest.

    Returns
    -------
    Path
        The destination.

    Raises
    ------
    BadInputError
        The format is unknown, or `out` exists and is not an export.
    IntegrityError
        The folder is damaged.
    EnvironmentProblemError
        The disk cannot be used, or the extra for Excel is not installed.
    """
    if to not in FORMATS:
        raise BadInputError([Problem("--to", key=to, what="is not a known format", hint=suggest_name(to, FORMATS))])
    record = manifest.read(folder)
    if problems := verify(folder):
        msg = f"{folder}: {problems[0]}; nothing was exported, because the folder does not match its manifest"
        raise IntegrityError(msg)
    target = out or folder.with_name(f"{folder.name}-{to}")
    if target.exists() and not (target / "README.txt").is_file():
        what, hint = f"{target} exists and is not an export", "Choose another path."
        raise BadInputError([Problem("--out", what=what, hint=hint)])
    with atomic_folder(target) as destination:
        write_text(destination / "README.txt", describe(record))
        FORMATS[to](folder, destination, record)
    return target


def describe(record: manifest.Manifest) -> str:
    """Describe the files, their origin and their limits."""
    name = (record.get("batch") or record.get("scenario") or {"name": record.get("kind", "study")})["name"]
    return (
        f"{BANNER}\n\n'{name}', written by redbead {record['program']['version']}.\n"
        f"Command: {' '.join(record['command'])}\nDigest of the results: {record['results_digest']}\n"
        "columns: meaning and unit of each column of the weekly values.\n"
    )


def list_tables(folder: Path) -> list[Path]:
    """Return the tables of a folder, in sheet order."""
    by_name = {path.stem: path for path in sorted((*folder.glob("*.csv"), *folder.glob("*.parquet")))}
    weekly = [by_name.pop("weekly")] if "weekly" in by_name else []
    in_order = [by_name.pop(name) for name in _FIRST_SHEETS if name in by_name]
    return [*in_order, *by_name.values(), *weekly]


def _to_csv(folder: Path, destination: Path, _: manifest.Manifest) -> None:
    for path in list_tables(folder):
        if path.suffix == ".csv":
            shutil.copyfile(path, destination / path.name)
            continue
        with (destination / f"{path.stem}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns_of_parquet(path))
            writer.writerows([escape_formula(cell) for cell in row] for row in rows_of(path))


def _to_parquet(folder: Path, destination: Path, _: manifest.Manifest) -> None:
    for path in list_tables(folder):
        target = destination / f"{path.stem}.parquet"
        if path.suffix == ".parquet":
            shutil.copyfile(path, target)
            continue
        with open_database(path) as connection:
            query = f"SELECT * FROM read_csv({quoted_pattern(path)}, header = true)"  # noqa: S608 - a quoted path
            connection.execute(f"COPY ({query}) TO {quoted(target)} {OPTIONS}")


def _to_xlsx(folder: Path, destination: Path, record: manifest.Manifest) -> None:
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
    except ModuleNotFoundError as error:
        msg = "--to xlsx needs an extra: run pip install 'redbead[excel]', then repeat the command"
        raise EnvironmentProblemError(msg) from error
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.created, book.properties.modified = "redbead", _FIXED_TIME, _FIXED_TIME
    sheet = book.create_sheet("Read me")
    too_long = [path.stem for path in list_tables(folder) if count_rows(path) >= EXCEL_ROWS]
    text = describe(record) + "".join(f"\n{name}: too long for a sheet; use --to csv.\n" for name in too_long)
    for line in text.splitlines():
        sheet.append([line])
    for path in list_tables(folder):
        if path.stem in too_long:
            continue
        sheet = book.create_sheet(path.stem[:31])
        for row in _rows_with_header(path):
            sheet.append([_cell(WriteOnlyCell, sheet, value) for value in row])
    book.save(destination / "tables.xlsx")


def _cell(cell_class: Callable[..., Any], sheet: Any, value: object) -> object:  # noqa: ANN401 - openpyxl
    """Cell of a sheet: text never becomes a formula, and NaN becomes an empty cell."""
    if isinstance(value, str):
        cell = cell_class(sheet, value=escape_formula(value))
        cell.data_type = "s"
        return cell
    return None if isinstance(value, float) and value != value else value


def _rows_with_header(path: Path) -> Iterator[tuple[object, ...]]:
    if path.suffix == ".parquet":
        yield tuple(columns_of_parquet(path))
        yield from rows_of(path)
        return
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file)):
            yield tuple(row if number == 0 else (_parse_number(cell) for cell in row))


def _parse_number(text: str) -> object:
    """Parse a cell of a CSV file: a number if possible, None if empty."""
    try:
        return float(text) if text else None
    except ValueError:
        return text


def rows_of(path: Path) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a Parquet file, read in batches."""
    with open_database(path) as connection:
        cursor = connection.execute("SELECT * FROM read_parquet(?)", [pattern_of(path)])
        while rows := cursor.fetchmany(_BATCH_ROWS):
            yield from rows


def count_rows(path: Path) -> int:
    """Return the number of rows of a table, without its header."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return sum(1 for _ in csv.reader(file)) - 1
    with open_database(path) as connection:
        row = connection.execute("SELECT count(*) FROM read_parquet(?)", [pattern_of(path)]).fetchone()
        return int(row[0]) if row else 0


FORMATS: Final[dict[str, Callable[[Path, Path, manifest.Manifest], None]]] = {
    "csv": _to_csv, "xlsx": _to_xlsx, "parquet": _to_parquet,
}  # fmt: skip
"""Export formats."""
