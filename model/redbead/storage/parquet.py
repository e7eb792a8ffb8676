"""Parquet files, written and read by DuckDB: equal tables give equal bytes, and a path is never taken as a pattern."""

from __future__ import annotations

import atexit
import csv
import functools
import io
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from redbead.exceptions import EnvironmentProblemError
from redbead.storage.atomic_files import os_errors_as_problems

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


OPTIONS: Final = "(FORMAT parquet, PARQUET_VERSION v1, COMPRESSION zstd)"
"""Options of COPY. All readers know version 1; fastparquet, with which pandas reads the files, knows parts of 2."""
_BATCH_ROWS: Final = 50_000
_RUNS_PER_BLOCK: Final = 50
_SAMPLE_ROWS: Final = 1_000


@contextmanager
def open_database(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Connect to DuckDB, in memory; it is imported on first use.

    Parameters
    ----------
    path : Path
        File that is read or written, for the message.

    Raises
    ------
    EnvironmentProblemError
        If the block raises an ``OSError`` or an error of DuckDB.
    """
    import duckdb

    try:
        with os_errors_as_problems(path), _database(os.getpid()).cursor() as connection:
            yield connection
    except duckdb.Error as error:
        _database.cache_clear()  # after some errors, a database refuses everything else
        advice = "Check the free space and permissions of the disk, then run the same command again."
        msg = f"{path}: {str(error).splitlines()[0]}\n    {advice}"
        raise EnvironmentProblemError(msg) from error


@functools.cache
def _database(_process: int) -> duckdb.DuckDBPyConnection:
    """The empty database of a process, with one thread and without downloads of extensions.

    To create one takes far longer than to read a small file. Its connections share no tables. A forked process creates
    its own.
    """
    import duckdb

    config: dict[str, bool | str | int | float | list[str]] = {
        "threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False,
    }  # fmt: skip
    atexit.register(_database.cache_clear)  # DuckDB complains about connections that outlive it
    return duckdb.connect(config=config)


def write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """Write a data frame as Parquet on one thread, so that equal frames give equal bytes."""
    with open_database(path) as connection:
        connection.register("frame", _without_attributes(frame))
        connection.execute(f"COPY frame TO {quoted(path)} {OPTIONS}")


def _without_attributes(frame: pd.DataFrame) -> pd.DataFrame:
    """The same columns without ``attrs``, of which pandas makes a deep copy each time a column is read."""
    view = frame.copy(deep=False)
    view.attrs = {}
    return view


def write_parquet_blocks(path: Path, frames: Iterable[pd.DataFrame]) -> None:
    """Write data frames as one Parquet file. Memory use is limited to one frame; equal frames give equal bytes.

    The frames are written to temporary files, which one query then joins in order.
    """
    parts: list[Path] = []
    folder = path.with_name(f".{path.name}.parts")
    with os_errors_as_problems(path):
        folder.mkdir()
        try:
            with open_database(path) as connection:
                for number, frame in enumerate(frames):
                    connection.register("frame", _without_attributes(frame))
                    parts.append(folder / f"{number:06d}.parquet")
                    connection.execute(f"COPY frame TO {quoted(parts[-1])} (FORMAT parquet, COMPRESSION lz4)")
                    connection.unregister("frame")
                connection.execute("SET preserve_insertion_order = true")
                connection.execute(
                    f"COPY (SELECT * FROM read_parquet([{', '.join(map(quoted_pattern, parts))}])) TO {quoted(path)} "  # noqa: S608 - paths of this package
                    f"{OPTIONS}"
                )
        finally:
            shutil.rmtree(folder)


def quoted(path: Path) -> str:
    """Quote the absolute path of a file that DuckDB writes as an SQL string. It would replace a leading tilde."""
    return _sql_string(str(path.absolute()))


def quoted_pattern(path: Path) -> str:
    """Quote the path of a file that DuckDB reads as an SQL string; see :func:`pattern_of`."""
    return _sql_string(pattern_of(path))


def pattern_of(path: Path) -> str:
    """Return the pattern by which DuckDB finds this file only. It reads every path as a pattern.

    Examples
    --------
    >>> pattern_of(Path("/runs/q[1]/*.parquet"))
    '/runs/q[[]1]/[*].parquet'
    """
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path.absolute()))


def _sql_string(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def read_parquet(
    path: Path, order: tuple[str, ...], where: str = "true", values: Sequence[str | int] = ()
) -> pd.DataFrame:
    """Read rows of a Parquet file in a fixed order.

    Parameters
    ----------
    path : Path
        The file.
    order : tuple of str
        Columns to sort by.
    where : str
        SQL condition on the rows, with one question mark per value. Never pass text from a user.
    values : sequence of str or int
        Values for the question marks.

    Raises
    ------
    EnvironmentProblemError
        If the file is missing or is not a Parquet file.
    """
    with open_database(path) as connection:
        query = f"SELECT * FROM read_parquet(?) WHERE {where} ORDER BY {', '.join(order)}"  # noqa: S608 - see above
        return connection.execute(query, [pattern_of(path), *values]).df()


def columns_of_parquet(path: Path) -> list[str]:
    """Names of the columns of a Parquet file, in order.

    Raises
    ------
    EnvironmentProblemError
        If the file is missing or is not a Parquet file.
    """
    with open_database(path) as connection:
        return [
            str(row[0])
            for row in connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [pattern_of(path)]).fetchall()
        ]


def rows_of(path: Path) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a Parquet file, read in batches."""
    with open_database(path) as connection:
        cursor = connection.execute("SELECT * FROM read_parquet(?)", [pattern_of(path)])
        while rows := cursor.fetchmany(_BATCH_ROWS):
            yield from rows


def count_rows(path: Path) -> int:
    """Return the number of rows of a Parquet file."""
    with open_database(path) as connection:
        row = connection.execute("SELECT count(*) FROM read_parquet(?)", [pattern_of(path)]).fetchone()
        return int(row[0]) if row else 0


def yearly_rows(path: Path, measures: Sequence[str], weeks: int) -> list[tuple[Any, ...]]:
    """Mean of each measure in each year of each policy, over all weeks, authorities and runs.

    DuckDB reads the table in blocks, so that memory use does not depend on the number of runs.

    Parameters
    ----------
    path : Path
        Parquet file with the columns policy, run and week.
    measures : sequence of str
        Columns to average.
    weeks : int
        Weeks per year.

    Returns
    -------
    list of tuple
        Policy, year from 1, number of runs, number of weeks, and the means in order, sorted by policy and year.
    """
    means = "".join(f", avg({_sql_name(name)})" for name in measures)
    query = (
        f"SELECT policy, week // {weeks} + 1 AS year, count(DISTINCT run), max(week) - min(week) + 1{means} "  # noqa: S608 - quoted names
        "FROM read_parquet(?) GROUP BY policy, year ORDER BY policy, year"
    )
    with open_database(path) as connection:
        return connection.execute(query, [pattern_of(path)]).fetchall()


def _sql_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def csv_bytes(path: Path) -> float:
    """Expected size of a Parquet file as CSV, from its first rows. [bytes]"""
    with open_database(path) as connection:
        query = "SELECT * FROM read_parquet(?) LIMIT ?"
        sample = connection.execute(query, [pattern_of(path), _SAMPLE_ROWS]).fetchall()
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(sample)
    return len(text.getvalue().encode()) / max(len(sample), 1) * count_rows(path)


def write_csv(path: Path, target: Path, wrote: Callable[[int], None]) -> None:
    """Write a Parquet file with the columns policy and run as CSV.

    DuckDB writes blocks of runs, which are joined. This is ten times as fast as writing rows in Python.

    Parameters
    ----------
    path : Path
        The Parquet file.
    target : Path
        The CSV file.
    wrote : callable
        Called with the number of rows of each block.
    """
    part = target.with_name(f".{target.name}.part")
    with open_database(path) as connection, target.open("wb") as file:
        file.write(",".join(columns_of_parquet(path)).encode() + b"\n")
        blocks = connection.execute(
            f"SELECT policy, run // {_RUNS_PER_BLOCK} AS block, count(*) FROM read_parquet(?) "  # noqa: S608 - a number
            "GROUP BY policy, block ORDER BY policy, block",
            [pattern_of(path)],
        ).fetchall()
        for policy, block, rows in blocks:
            connection.execute(
                f"COPY (SELECT * FROM read_parquet({quoted_pattern(path)}) WHERE policy = $policy "  # noqa: S608 - a quoted path
                f"AND run // {_RUNS_PER_BLOCK} = $block) TO {quoted(part)} (FORMAT csv, HEADER false)",
                {"policy": policy, "block": block},
            )
            with part.open("rb") as written:
                shutil.copyfileobj(written, file)
            wrote(rows)
    part.unlink(missing_ok=True)
