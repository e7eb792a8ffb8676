"""The digest of results changes with every value, and with nothing else."""

import hashlib
import struct
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redbead.analysis.digest import RUNS_AT_ONCE, Digest, digest, run_bytes, table_of
from redbead.exceptions import IntegrityError
from redbead.storage.parquet import write_parquet
from redbead.studies.comparison.run_tables import results_digest, runs_frame, weekly_frame


def digest_of_tables(weekly, runs):
    """Digest of a folder with these tables."""
    with tempfile.TemporaryDirectory() as folder:
        write_parquet(Path(folder) / "weekly.parquet", weekly)
        write_parquet(Path(folder) / "runs.parquet", runs)
        return digest(Path(folder))


def frames(runs=2, weeks=2, authorities=2, seed=0):
    """Frames of ``runs.parquet`` and ``weekly.parquet`` with two random measures."""
    random = np.random.default_rng(seed)
    keys = [(run, authority, week) for run in range(runs) for authority in range(authorities) for week in range(weeks)]
    weekly = pd.DataFrame(keys, columns=["run", "authority", "week"]).assign(
        policy="today", fear=random.random(len(keys)), turnover=random.random(len(keys))
    )
    table = pd.DataFrame({"policy": "today", "run": range(runs), "seed": range(5, 5 + runs), "status": "done"})
    return weekly, table


def test_the_digest_is_the_documented_sha_256():
    """One run of one authority, two weeks and one measure: names, key of the run, then numbers of 64 bits."""
    weekly = pd.DataFrame({"policy": "a", "run": 0, "authority": 0, "week": [0, 1], "fear": [0.25, 0.5]})
    runs = pd.DataFrame({"policy": ["a"], "run": [0], "seed": [9], "status": ["done"]})
    content = b"redbead results 1\nfear" + b"\na 0 9 done\n"
    content += struct.pack("<2d", 0, 0) + struct.pack("<2d", 0, 1) + struct.pack("<2d", 0.25, 0.5)
    assert digest_of_tables(weekly, runs) == hashlib.sha256(content).hexdigest()


def test_bytes_of_a_run_are_authority_week_and_measures_column_by_column():
    table = np.array([[[1.0, 2.0], [3.0, 4.0]]])  # one measure, two authorities, two weeks
    assert run_bytes(table) == struct.pack("<12d", 0, 0, 1, 1, 0, 1, 0, 1, 1, 2, 3, 4)


@pytest.fixture(scope="module")
def before():
    """The digest of two runs whose tables are not changed."""
    return digest_of_tables(*frames())


def test_the_smallest_change_of_any_value_changes_the_digest(before):
    """Every row, each measure in four of the eight: in both runs, authorities and weeks."""
    weekly, runs = frames()
    digests = [before]
    for row, column in enumerate(("fear", "turnover", "turnover", "fear", "turnover", "fear", "fear", "turnover")):
        changed = weekly.copy()
        changed.loc[row, column] = np.nextafter(weekly.loc[row, column], 2.0)
        digests.append(digest_of_tables(changed, runs))
    assert len(set(digests)) == 1 + len(weekly)


@pytest.mark.parametrize(
    ("column", "value"), [("seed", 77), ("status", "failed"), ("run", 7)], ids=["seed", "status", "number"]
)
def test_every_part_of_a_record_changes_the_digest(before, column, value):
    weekly, runs = frames()
    runs.loc[1, column] = value
    assert digest_of_tables(weekly, runs) != before


def test_names_of_measures_and_policies_change_the_digest(before):
    weekly, runs = frames()
    assert digest_of_tables(weekly.rename(columns={"fear": "burnout"}), runs) != before
    assert digest_of_tables(weekly.assign(policy="other"), runs.assign(policy="other")) != before


@given(st.randoms())
@settings(max_examples=4)
def test_the_order_of_rows_and_further_columns_do_not_change_the_digest(before, random):
    weekly, runs = frames()
    rows, numbers = list(weekly.index), list(runs.index)
    random.shuffle(rows)
    random.shuffle(numbers)
    assert digest_of_tables(weekly.loc[rows], runs.loc[numbers].assign(seconds=3.0)) == before


def test_digests_of_more_runs_than_one_block_do_not_depend_on_the_blocks():
    """Runs are read 50 at a time. The digest of 120 runs equals that of the same runs added one by one."""
    count = 2 * RUNS_AT_ONCE + 20
    weekly, runs = frames(count, weeks=1, authorities=1)
    total = Digest(["fear", "turnover"])
    for k in range(count):
        total.run("today", k, 5 + k, "done")
        total.values(weekly.loc[weekly["run"] == k, ["fear", "turnover"]].to_numpy().T.reshape(2, 1, 1))
    assert digest_of_tables(weekly, runs) == total.hexdigest()


def test_policies_are_added_in_alphabetical_order_whatever_the_order_of_rows():
    weekly, runs = frames()
    weekly = pd.concat([weekly.assign(policy=name) for name in ("b", "a")])
    runs = pd.concat([runs.assign(policy=name) for name in ("b", "a")])
    ordered = digest_of_tables(weekly.sort_values("policy"), runs.sort_values("policy"))
    assert digest_of_tables(weekly, runs) == ordered


def test_a_failed_run_counts_by_its_record_only(results_with):
    """Its values are not in the table; its number, seed and status are in the digest."""
    values = {"fear": [[0.1, 0.2], [0.3, 0.4]]}
    failed = results_digest(results_with(values, failed=[1]))
    assert failed != results_digest(results_with(values))
    assert failed == results_digest(results_with({"fear": [[0.1, 0.2], [0.9, 0.9]]}, failed=[1]))


def test_the_digest_of_stored_runs_equals_that_of_the_folder(results_with, tmp_path):
    batch = results_with({"fear": np.random.default_rng(1).random((3, 4, 2))}, failed=[1])
    write_parquet(tmp_path / "weekly.parquet", weekly_frame(batch))
    write_parquet(tmp_path / "runs.parquet", runs_frame(batch))
    assert digest(tmp_path) == results_digest(batch)


def test_a_folder_without_results_is_refused(tmp_path):
    (tmp_path / "weekly.parquet").touch()
    with pytest.raises(IntegrityError, match="contains no results: its tables are missing"):
        digest(tmp_path)


def test_rows_of_a_run_are_reshaped_to_measures_authorities_and_weeks():
    """fear = 10 x authority + week, in shuffled order."""
    block = pd.DataFrame({"authority": [1, 0, 1, 0], "week": [0, 1, 1, 0], "fear": [10.0, 1.0, 11.0, 0.0]})
    assert table_of(block.assign(policy="a", run=0)).tolist() == [[[0.0, 1.0], [10.0, 11.0]]]
