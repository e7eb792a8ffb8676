"""The tables of a finished folder for other programs: CSV, Excel, Parquet; each with what it cannot say."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from redbead.exceptions import BadInputError, EnvironmentProblemError, IntegrityError, Problem
from redbead.scenario.disclaimer import BANNER
from redbead.scenario.messages import meant
from redbead.storage import manifest
from redbead.storage.atomic_files import (
    atomic_folder,
    columns_of_parquet,
    duckdb_config,
    escape_formula,
    os_errors_as_problems,
    quoted,
    write_text,
)
from redbead.storage.manifest import verify

MOST_ROWS: Final = 1_048_576
"""Rows of a sheet of Excel, its head included."""

_ROWS_AT_ONCE: Final = 50_000
_FIRST: Final = ("summary", "differences", "ranking", "pairs", "runs", "columns")
"""The order of sheets; the rest by name, the weekly values last."""

_NO_CLOCK: Final = datetime(2000, 1, 1)


def export(folder: Path, to: str, out: Path | None = None) -> Path:
    """Write the tables of a folder in another form, beside it; gives where.

    Parameters
    ----------
    folder
        A run folder, or that of a batch.
    to
        ``csv``, ``xlsx`` or ``parquet``.
    out
        Where; else beside the folder, so that the folder stays what its manifest says.

    Raises
    ------
    BadInputError
        There is no such form, or `out` is there already and is no export.
    IntegrityError
        The folder is damaged: nothing is taken from it.
    EnvironmentProblemError
        The disk is in the way, or the extra for Excel is not installed.
    """
    if to not in FORMS:
        raise BadInputError([Problem("--to", key=to, what="no such form", hint=meant(to, FORMS))])
    record = manifest.read(folder)
    if problems := verify(folder):
        msg = f"{folder}: {problems[0]}: nothing is taken from a folder that is not what its manifest says"
        raise IntegrityError(msg)
    target = out or folder.with_name(f"{folder.name}-{to}")
    if target.exists() and not (target / "README.txt").is_file():
        raise BadInputError([Problem("--out", what=f"{target} is there and is no export", hint="give another name")])
    with atomic_folder(target) as place:
        write_text(place / "README.txt", about(record))
        FORMS[to](folder, place, record)
    return target


def about(record: manifest.Manifest) -> str:
    """What the files are, where they come from, and what they cannot say."""
    name = (record.get("batch") or record["scenario"])["name"]
    return (
        f"{BANNER}\n\n'{name}', made by redbead {record['program']['version']}.\n"
        f"Command: {' '.join(record['command'])}\nDigest of the results: {record['results_digest']}\n"
        "columns: what each column of the weekly values means, and its unit.\n"
    )


def tables(folder: Path) -> list[Path]:
    """The tables of a folder, in the order of sheets."""
    found = {path.stem: path for path in sorted((*folder.glob("*.csv"), *folder.glob("*.parquet")))}
    weekly = [found.pop("weekly")] if "weekly" in found else []
    first = [found.pop(name) for name in _FIRST if name in found]
    return [*first, *found.values(), *weekly]


def _to_csv(folder: Path, place: Path, _: manifest.Manifest) -> None:
    for path in tables(folder):
        if path.suffix == ".csv":
            shutil.copyfile(path, place / path.name)
            continue
        with (place / f"{path.stem}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns_of_parquet(path))
            writer.writerows([escape_formula(cell) for cell in row] for row in rows_of(path))


def _to_parquet(folder: Path, place: Path, _: manifest.Manifest) -> None:
    for path in tables(folder):
        target = place / f"{path.stem}.parquet"
        if path.suffix == ".parquet":
            shutil.copyfile(path, target)
            continue
        with os_errors_as_problems(path), duckdb.connect(config=duckdb_config()) as connection:
            query = f"SELECT * FROM read_csv({quoted(path)}, header = true)"  # noqa: S608 - our own path
            form = "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)"
            connection.execute(f"COPY ({query}) TO {quoted(target)} {form}")


def _to_xlsx(folder: Path, place: Path, record: manifest.Manifest) -> None:
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
    except ModuleNotFoundError as error:
        msg = "--to xlsx needs an extra: pip install 'redbead[excel]', then give the same command again"
        raise EnvironmentProblemError(msg) from error
    book = Workbook(write_only=True)
    book.properties.creator, book.properties.created, book.properties.modified = "redbead", _NO_CLOCK, _NO_CLOCK
    sheet = book.create_sheet("Read me")
    left_out = [path.stem for path in tables(folder) if length_of(path) >= MOST_ROWS]
    told = about(record) + "".join(f"\n{name}: too long for a sheet; --to csv has it.\n" for name in left_out)
    for line in told.splitlines():
        sheet.append([line])
    for path in tables(folder):
        if path.stem in left_out:
            continue
        sheet = book.create_sheet(path.stem[:31])
        for row in _with_head(path):
            sheet.append([_cell(WriteOnlyCell, sheet, value) for value in row])
    book.save(place / "tables.xlsx")


def _cell(make: Callable[..., Any], sheet: Any, value: object) -> object:  # noqa: ANN401 - openpyxl
    """A cell; text is text, whatever it begins with, and what is no number is empty."""
    if isinstance(value, str):
        cell = make(sheet, value=escape_formula(value))
        cell.data_type = "s"
        return cell
    return None if isinstance(value, float) and value != value else value


def _with_head(path: Path) -> Iterator[tuple[object, ...]]:
    if path.suffix == ".parquet":
        yield tuple(columns_of_parquet(path))
        yield from rows_of(path)
        return
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file)):
            yield tuple(row if number == 0 else (_number(cell) for cell in row))


def _number(text: str) -> object:
    """A cell of a CSV file as a number if it is one; nothing where it is empty."""
    try:
        return float(text) if text else None
    except ValueError:
        return text


def rows_of(path: Path) -> Iterator[tuple[object, ...]]:
    """The rows of a Parquet file, some at a time."""
    with os_errors_as_problems(path), duckdb.connect(config=duckdb_config()) as connection:
        cursor = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield from rows


def length_of(path: Path) -> int:
    """How many rows a table has, without its head."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return sum(1 for _ in csv.reader(file)) - 1
    with os_errors_as_problems(path), duckdb.connect(config=duckdb_config()) as connection:
        found = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
        return int(found[0]) if found else 0


FORMS: Final[dict[str, Callable[[Path, Path, manifest.Manifest], None]]] = {
    "csv": _to_csv, "xlsx": _to_xlsx, "parquet": _to_parquet,
}  # fmt: skip
"""What a folder can be exported to."""
