"""Tables of a comparison: order of rows, failed runs, draws, events and the digest."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from redbead.analysis.digest import Digest
from redbead.analysis.outcomes import OUTCOMES, PERIODS, column_of
from redbead.measures import MEASURES
from redbead.scenario.scenario import Scenario
from redbead.state.world import EVENT_COLUMNS, GRADED, MADE
from redbead.storage.parquet import read_parquet
from redbead.storage.run_store import RunStatus
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.results import BLOCK, ComparisonRuns, outcomes_of_runs
from redbead.studies.comparison.run_tables import (
    KEYS,
    columns_frame,
    draws_frame,
    event_blocks,
    events_frame,
    key_of,
    ordered_roles,
    results_digest,
    runs_frame,
    weekly_blocks,
    weekly_frame,
    write_weekly,
)
from redbead.studies.comparison.spec import Comparison, Policy, Uncertainty

WEEKS, AUTHORITIES, SEED = 4, 2, 30
BASE = Scenario(name="b", years=WEEKS / 52)
POLICIES = (Policy("b", BASE), Policy("a", BASE.set({"fear.blame": 0.1})), Policy("same as b", BASE))
NAMES = [measure.name for measure in MEASURES]


def value(arm, run, authority, week):
    """A value that identifies its place."""
    return 1000 * arm + 100 * run + 10 * authority + week


class MemoryStore:
    """A store in memory in which every measure has the same values."""

    def __init__(self, runs, failed=(), absent=()):
        keys = {(arm, run) for arm in range(2) for run in range(runs)} - set(absent)
        self.runs = {key: RunStatus(0.25, int(key not in failed), 0, "stopped" * (key in failed)) for key in keys}

    def tables(self, keys):
        return (self.table(*key) for key in keys)

    def table(self, arm, run):
        one = [[value(arm, run, authority, week) for week in range(WEEKS)] for authority in range(AUTHORITIES)]
        return np.broadcast_to(np.array(one, dtype=float), (len(MEASURES), AUTHORITIES, WEEKS))

    def events(self, key):
        log = np.full((1, len(EVENT_COLUMNS)), -1, dtype=np.int64)
        log[0, :2] = key[1], MADE
        return log


def results_in_memory(runs=3, failed=(), absent=(), **fields):
    comparison = Comparison("test", POLICIES, "b", seed=SEED, over="whole run", **fields)
    arms, store = arms_of(comparison), MemoryStore(runs, failed, absent)
    outcomes = np.full((2, runs, len(PERIODS), len(OUTCOMES)), np.nan)
    for (arm, run), status in store.runs.items():
        if status.chunk:
            outcomes[arm, run] = outcomes_of_runs(store.table(arm, run)[:, None])[0]
    return ComparisonRuns(comparison, arms, store, Path("memory"), runs, outcomes)


# order


def test_roles_are_sorted_by_their_keys_whatever_the_order_of_policies():
    assert [role.key for role in ordered_roles(results_in_memory())] == ["a", "b", "same-as-b"]


def test_weekly_rows_are_in_order_of_policy_run_authority_and_week():
    frame = weekly_frame(results_in_memory(runs=3, failed={(1, 1)}))
    expected = [
        (policy, run, authority, week)
        for policy in ("a", "b", "same-as-b")
        for run in range(3)
        if (policy, run) != ("a", 1)
        for authority in range(AUTHORITIES)
        for week in range(WEEKS)
    ]
    assert list(zip(frame.policy, frame.run, frame.authority, frame.week, strict=True)) == expected
    arm_of = {"a": 1, "b": 0, "same-as-b": 0}
    values = [value(arm_of[policy], run, authority, week) for policy, run, authority, week in expected]
    for name in ("turnover", "errors_generated", NAMES[-1]):
        assert frame[name].tolist() == values


def test_whole_numbers_are_stored_as_whole_numbers_and_units_are_attached():
    frame = weekly_frame(results_in_memory())
    assert list(frame.columns) == ["policy", "run", "authority", "week", *NAMES]
    for measure in MEASURES:
        assert frame[measure.name].dtype == (np.int64 if measure.whole else np.float64)
    assert frame.attrs["units"]["errors_generated"] == "errors/week"


def test_a_frame_without_finished_runs_has_columns_and_no_rows():
    frame = weekly_frame(results_in_memory(runs=1, failed={(0, 0), (1, 0)}))
    assert list(frame.columns) == ["policy", "run", "authority", "week", *NAMES]
    assert len(frame) == 0


@pytest.mark.cases("runs", [1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 3])
def test_blocks_have_at_most_50_runs_and_contain_each_run_once(runs):
    blocks = list(weekly_blocks(results_in_memory(runs), Digest([])))
    assert max(block["run"].nunique() for block in blocks) <= BLOCK
    assert all(block["policy"].nunique() == 1 for block in blocks)
    seen = [(block["policy"].iloc[0], run) for block in blocks for run in block["run"].unique()]
    assert seen == [(policy, run) for policy in ("a", "b", "same-as-b") for run in range(runs)]


def test_the_file_contains_the_frame_and_its_digest_is_that_of_the_results(tmp_path):
    results = results_in_memory(runs=BLOCK + 2, failed={(0, 1)})
    digest = write_weekly(results, tmp_path / "weekly.parquet")
    written = read_parquet(tmp_path / "weekly.parquet", ("policy", "run", "authority", "week"))
    frame = weekly_frame(results)
    assert written.columns.tolist() == frame.columns.tolist()
    np.testing.assert_array_equal(written[NAMES].to_numpy(), frame[NAMES].to_numpy())
    assert digest == results_digest(results)


# digest


def test_the_digest_is_the_hash_of_names_runs_and_values_in_their_order():
    """SHA-256 by hand: names of measures; then per run its key, seed, status and columns of little-endian numbers."""
    results = results_in_memory(runs=2, failed={(0, 1)})
    total = hashlib.sha256("\n".join(["redbead results 1", *NAMES]).encode())
    for policy, arm in (("a", 1), ("b", 0), ("same-as-b", 0)):
        for run in range(2):
            failed = (arm, run) == (0, 1)
            total.update(f"\n{policy} {run} {SEED + run} {'failed' if failed else 'done'}\n".encode())
            if not failed:
                authority, week = np.repeat(range(AUTHORITIES), WEEKS), np.tile(range(WEEKS), AUTHORITIES)
                table = results.store.table(arm, run).reshape(len(MEASURES), -1)
                for column in (authority, week, *table):
                    total.update(np.asarray(column, dtype="<f8").tobytes())
    assert results_digest(results) == total.hexdigest()


def test_the_digest_changes_with_a_failed_run_and_the_number_of_runs():
    digests = {
        results_digest(results)
        for results in (results_in_memory(3), results_in_memory(2), results_in_memory(3, failed={(1, 2)}))
    }
    assert len(digests) == 3


# runs


def test_there_is_one_row_per_policy_and_run_including_failed_ones():
    frame = runs_frame(results_in_memory(runs=3, failed={(1, 1)}, absent={(0, 2)}))
    assert frame["key"].tolist() == [f"{policy}-{SEED + run}" for policy in ("a", "b", "same-as-b") for run in range(3)]
    assert frame["status"].tolist() == ["done", "failed", "done", *2 * ["done", "done", "not run"]]
    assert frame["cause"].tolist() == ["", "stopped", "", *2 * ["", "", "not run"]]
    assert frame["name"].tolist() == 3 * ["a"] + 3 * ["b"] + 3 * ["same as b"]
    assert np.isnan(frame["seconds"]).tolist() == [False, False, False, *2 * [False, False, True]]
    assert set(frame["draw"]) == {-1}


def test_rows_contain_all_outcomes_of_both_periods():
    results = results_in_memory(runs=3, failed={(1, 1)})
    frame = runs_frame(results).set_index("key")
    for period in PERIODS:
        for name in OUTCOMES:
            column = column_of(name, period)
            expected = results.values(results.role("b"), name, period)
            np.testing.assert_array_equal(frame.loc[[f"b-{SEED + run}" for run in range(3)], column], expected)
    assert np.isnan(frame.loc[f"a-{SEED + 1}", "turnover"])
    mean = value(1, 2, 0, 0) + 5.0 + (WEEKS - 1) / 2
    assert frame.loc[f"a-{SEED + 2}", "turnover"] == mean
    assert frame.loc[f"a-{SEED + 2}", "errors_generated"] == pytest.approx(52 * mean)


def test_units_of_outcomes_are_attached():
    units = runs_frame(results_in_memory()).attrs["units"]
    assert units["seconds"] == "s"
    assert units["errors_generated"] == "errors/year"
    assert units["turnover_last_2_years"] == "1/year"


@pytest.mark.parametrize("seed", [0, 2**63, 2**64 - 3])
def test_seeds_of_64_bits_are_exact(seed):
    results = results_in_memory()
    comparison = Comparison("test", POLICIES, "b", seed=seed)
    other = ComparisonRuns(comparison, results.arms, results.store, results.folder, 3, results.outcomes)
    assert [int(number) for number in runs_frame(other)["seed"][:3]] == [seed, seed + 1, seed + 2]
    assert key_of(other.role("a"), seed + 2) == f"a-{seed + 2}"


# draws and events


def test_every_draw_has_a_row_and_every_run_the_number_of_its_draw():
    results = results_in_memory(runs=5, uncertainty=Uncertainty(("fear.floor", "reporting.fear"), draws=2))
    draws = draws_frame(results)
    assert draws.columns.tolist() == ["draw", "fear.floor", "reporting.fear"]
    assert draws["draw"].tolist() == [0, 1]
    assert draws["fear.floor"].tolist() == [draw["fear.floor"] for draw in results.arms.draws]
    assert runs_frame(results)["draw"].tolist() == 3 * [0, 1, 0, 1, 0]


def test_events_are_in_order_of_policies_and_runs():
    results = results_in_memory(runs=BLOCK + 1)
    blocks = list(event_blocks(results))
    assert len(blocks) == 3 * 2
    rows = [(policy, run) for block in blocks for policy, run in zip(block["policy"], block["run"], strict=True)]
    assert rows == [(policy, run) for policy in ("a", "b", "same-as-b") for run in range(BLOCK + 1)]
    assert [week for block in blocks for week in block["week"]] == 3 * list(range(BLOCK + 1)), (
        "week = run in these logs"
    )


def test_a_weekly_row_is_one_authority_in_one_week_of_one_run(results_with):
    """Two runs, two weeks, two authorities: fear is 100 x run + 10 x week + authority, so every cell is known."""
    fear = [[[100 * run + 10 * week + authority for authority in (0, 1)] for week in (0, 1)] for run in (0, 1)]
    frame = weekly_frame(results_with({"fear": fear}, scenario=Scenario(name="two-strikes")))
    assert frame[["run", "authority", "week", "fear"]].to_numpy().tolist() == [
        [0, 0, 0, 0], [0, 0, 1, 10], [0, 1, 0, 1], [0, 1, 1, 11],
        [1, 0, 0, 100], [1, 0, 1, 110], [1, 1, 0, 101], [1, 1, 1, 111],
    ]  # fmt: skip
    assert set(frame["policy"]) == {"two-strikes"}


def test_columns_are_the_keys_and_all_measures_with_their_units(results_with):
    frame = weekly_frame(results_with({"fear": [[0.5, 0.5]]}))
    assert list(frame.columns) == [*KEYS, *(m.name for m in MEASURES)]
    assert frame.attrs["units"] == KEYS | {m.name: m.unit for m in MEASURES}
    for m in MEASURES:
        assert frame[m.name].dtype == (np.int64 if m.whole else np.float64), m.name


def test_a_failed_run_has_no_weekly_row_and_keeps_its_number(results_with):
    frame = weekly_frame(results_with({"fear": [[0.1], [0.2], [0.3]]}, failed=[1]))
    assert frame["run"].tolist() == [0, 2]
    assert frame["fear"].tolist() == [0.1, 0.3]


def test_a_row_of_runs_has_the_record_and_the_outcomes_of_the_run(results_with):
    """Fear of 0.2 and 0.4 in two weeks: the mean over the run is 0.3. The failed run has a cause and no outcome."""
    frame = runs_frame(results_with({"fear": [[0.2, 0.4], [0.9, 0.9]]}, seed=2**64 - 2, failed=[1]))
    assert frame["key"].tolist() == [f"today-{2**64 - 2}", f"today-{2**64 - 1}"]
    assert frame["seed"].tolist() == [2**64 - 2, 2**64 - 1]
    assert frame["seed"].dtype == np.uint64
    assert frame["status"].tolist() == ["done", "failed"]
    assert frame["cause"].tolist() == ["", "stopped"]
    assert frame["fear"][0] == pytest.approx(0.3)
    assert np.isnan(frame["fear"][1])
    assert np.isnan(frame["fear_last_2_years"][1])
    assert frame.attrs["units"]["seconds"] == "s"


def test_events_of_all_runs_are_named_and_numbered_by_run(runs_with):
    """An event is week, kind, team, post, worker, error number and value. Grade -1 is none yet, 0 is outstanding."""
    first = np.array([[-3, MADE, 0, 1, 7, 0, 99, 2]])
    second = np.array([[5, GRADED, -1, -1, -1, -1, -1, 0], [9, GRADED, -1, -1, -1, -1, -1, -1]])
    frame = events_frame(runs_with({"fear": np.zeros((3, 2))}, failed=[1], events=[first, None, second]))
    assert frame["run"].tolist() == [0, 2, 2]
    assert frame["week"].tolist() == [-3, 5, 9]
    assert frame["kind"].tolist() == ["error made", "grade published", "grade published"]
    assert frame["grade"].tolist() == ["", "outstanding", "none yet"]
    assert frame["value"].tolist() == [2, 0, -1]


def test_runs_without_events_give_an_empty_frame_with_all_columns(runs_with):
    empty = events_frame(runs_with({"fear": [[0.5]]}))
    assert empty.empty
    filled = events_frame(runs_with({"fear": [[0.5]]}, events=[np.array([[0, MADE, 0, 0, 0, 0, 0, 1]])]))
    assert list(empty.columns) == list(filled.columns)


def test_the_table_of_columns_describes_every_column_of_the_weekly_table(results_with):
    frame = columns_frame()
    assert frame["name"].tolist() == list(weekly_frame(results_with({"fear": [[0.5]]})).columns)
    by_name = frame.set_index("name")
    for m in MEASURES:
        row = by_name.loc[m.name]
        assert (row["meaning"], row["unit"], row["better"]) == (m.meaning, m.unit, m.better)
        assert row["observable"] == ("yes" if m.observable else "no")
