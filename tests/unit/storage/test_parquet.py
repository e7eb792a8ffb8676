"""Parquet files: equal tables give equal bytes, every value is kept, and a path is never taken as a pattern."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from redbead.exceptions import EnvironmentProblemError
from redbead.storage.parquet import (
    columns_of_parquet,
    count_rows,
    csv_bytes,
    open_database,
    read_parquet,
    rows_of,
    write_csv,
    write_parquet,
    write_parquet_blocks,
    yearly_rows,
)


def table():
    return pd.DataFrame({"run": [1, 0, 1], "week": [0, 0, 1], "fear": [0.5, 0.25, 0.125]})


def test_a_parquet_file_is_read_in_the_order_and_selection_requested(tmp_path):
    path = tmp_path / "it's.parquet"  # a quotation mark in the path is part of an SQL string
    write_parquet(path, table())
    assert columns_of_parquet(path) == ["run", "week", "fear"]
    assert read_parquet(path, ("run", "week"))["fear"].tolist() == [0.25, 0.5, 0.125]
    assert read_parquet(path, ("week",), "run = ? AND week > ?", (1, 0))["fear"].tolist() == [0.125]


@pytest.mark.parametrize("write", [write_parquet, lambda path, frame: write_parquet_blocks(path, [frame, frame])])
@pytest.mark.parametrize("rows", [0, 1, 50_000])
def test_pandas_reads_the_files_with_every_type_of_column(tmp_path, write, rows):
    """Text with few and many values, integers of 64 bits, and numbers with NaN: each has its own encoding."""
    numbers = np.arange(rows)
    frame = pd.DataFrame(
        {
            "policy": pd.array([("today", "naïve 学习")[k % 2] for k in numbers], dtype="str"),
            "key": pd.array([f"today-{k}" for k in numbers], dtype="str"),
            "seed": (2**64 - 1 - numbers.astype(np.uint64)).astype(np.uint64),
            "week": numbers // 7,
            "fear": np.where(numbers % 5 == 0, np.nan, np.sin(numbers)),
            "cost": np.float64(numbers) * 1e9,
        }
    )
    write(tmp_path / "weekly.parquet", frame)
    stored = pd.read_parquet(tmp_path / "weekly.parquet")
    assert len(stored) in (rows, 2 * rows)
    for name in frame:
        np.testing.assert_array_equal(stored[name].to_numpy()[:rows], frame[name].to_numpy())


ODD_NAMES = (
    "q[1]",
    "r*",
    "r?",
    "**",
    "[!a]",
    "[a-z]1",
    "{a,b}",
    "~",
    "~root",
    "it's",
    "a;b",
    "日本",
    "new\nline",
    "http:x",
)
"""Names that DuckDB, SQL or a shell could read as patterns, homes, ends of statements or addresses."""


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory):
    """Bytes of a file with other values; each test writes it to the neighbours of its folder."""
    path = tmp_path_factory.mktemp("neighbours") / "t.parquet"
    write_parquet(path, table().assign(fear=9.0))
    return path.read_bytes()


@pytest.mark.parametrize("name", ODD_NAMES)
@pytest.mark.parametrize("relative", [False, True])
def test_a_file_in_a_folder_of_any_name_is_written_and_only_it_is_read(
    tmp_path, monkeypatch, neighbours, name, relative
):
    """The neighbours match the name if it is taken as a pattern."""
    monkeypatch.chdir(tmp_path)
    for other in ("q1", "r1", "ra", "b", "z1", "a"):
        Path(other).mkdir()
        (Path(other) / "t.parquet").write_bytes(neighbours)
    path = (Path() if relative else tmp_path) / name / "t.parquet"
    path.parent.mkdir(exist_ok=True)
    write_parquet_blocks(path, [table()])
    assert path.is_file()
    assert sorted(read_parquet(path, ("run", "week"))["fear"]) == sorted(table()["fear"])
    assert columns_of_parquet(path) == list(table().columns)


def test_equal_frames_give_equal_parquet_bytes(tmp_path):
    for name in ("a", "b"):
        write_parquet(tmp_path / name, table())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_file_that_is_not_parquet_is_reported_with_its_path(tmp_path):
    (tmp_path / "weekly.parquet").write_bytes(b"PAR1 no table PAR1")
    for call in (lambda path: read_parquet(path, ("run",)), columns_of_parquet):
        with pytest.raises(EnvironmentProblemError, match=r"weekly\.parquet: "):
            call(tmp_path / "weekly.parquet")
        with pytest.raises(EnvironmentProblemError, match=r"missing\.parquet: "):
            call(tmp_path / "missing.parquet")


def test_threads_share_a_database_but_no_table(tmp_path):
    """Every file is written from a table with the same name in the same database."""

    def write(number):
        path = tmp_path / f"{number}.parquet"
        write_parquet_blocks(path, [pd.DataFrame({"k": [number] * 100})] * 3)
        return set(rows_of(path))

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(write, range(20))) == [{(number,)} for number in range(20)]
    with open_database(tmp_path) as first, open_database(tmp_path) as second:
        first.register("mine", table())
        assert second.execute("SELECT count(*) FROM duckdb_views() WHERE view_name = 'mine'").fetchall() == [(0,)]


def test_a_replaced_file_of_the_same_size_and_time_is_read_anew(tmp_path):
    path = tmp_path / "a.parquet"
    states = []
    for values in ([1, 2, 3], [4, 5, 6]):
        write_parquet(path, pd.DataFrame({"k": values}))
        os.utime(path, ns=(0, 0))
        states.append(path.stat().st_size)
        assert [*rows_of(path)] == [(value,) for value in values]
    assert states[0] == states[1]


def test_files_can_be_read_after_an_error_of_the_database(tmp_path):
    write_parquet(tmp_path / "a.parquet", table())
    unfinished = rows_of(tmp_path / "a.parquet")
    next(unfinished)
    with pytest.raises(EnvironmentProblemError):
        count_rows(tmp_path / "missing.parquet")
    assert count_rows(tmp_path / "a.parquet") == 3
    assert len([*unfinished]) == 2


def test_parquet_keeps_every_bit_of_a_number(tmp_path):
    """Minus zero, the smallest and largest numbers, numbers without a short decimal form, and 500 random ones."""
    values = np.array([-0.0, 5e-324, 2.2e-308, 1.7e308, 0.1, 1 / 3, *np.random.default_rng(1).normal(size=500)])
    write_parquet(tmp_path / "a", pd.DataFrame({"k": range(len(values)), "value": values}))
    assert read_parquet(tmp_path / "a", ("k",))["value"].to_numpy().tobytes() == values.tobytes()


def weekly_table():
    """Two policies with 60 runs, which are more than one block, of four weeks."""
    policies = ["=today", "strikes, two"]
    rows = [(policy, run, week) for policy in policies for run in range(60) for week in range(4)]
    frame = pd.DataFrame(rows, columns=["policy", "run", "week"]).astype({"policy": "str"})
    return frame.assign(fear=frame["week"] + 0.01 * frame["run"])


def test_a_csv_file_has_all_rows_of_the_parquet_file_in_the_order_of_policies_and_runs(tmp_path):
    write_parquet(tmp_path / "weekly.parquet", weekly_table())
    blocks = []
    write_csv(tmp_path / "weekly.parquet", tmp_path / "weekly.csv", blocks.append)
    copy = pd.read_csv(tmp_path / "weekly.csv", dtype={"policy": "str"})
    pd.testing.assert_frame_equal(copy, weekly_table().sort_values(["policy", "run", "week"]).reset_index(drop=True))
    assert blocks == [200, 40, 200, 40], "blocks of 50 runs of four weeks"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["weekly.csv", "weekly.parquet"], "no part is left"


def test_rows_are_counted_and_the_size_of_a_csv_file_is_forecast(tmp_path):
    path = tmp_path / "weekly.parquet"
    write_parquet(path, weekly_table())
    assert count_rows(path) == len(list(rows_of(path))) == 480
    write_csv(path, tmp_path / "weekly.csv", lambda _: None)
    assert csv_bytes(path) == pytest.approx((tmp_path / "weekly.csv").stat().st_size, rel=0.1)


def test_yearly_means_are_those_of_pandas(tmp_path):
    """Years of two weeks, so that four weeks make two years."""
    path = tmp_path / "weekly.parquet"
    write_parquet(path, weekly_table())
    means = weekly_table().assign(year=lambda frame: frame["week"] // 2 + 1).groupby(["policy", "year"])["fear"].mean()
    rows = yearly_rows(path, ["fear"], 2)
    assert [row[:4] for row in rows] == [(policy, year, 60, 2) for policy, year in means.index]
    assert [row[4] for row in rows] == pytest.approx(means.tolist())
