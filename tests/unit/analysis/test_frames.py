"""Data frames of runs: which number stands in which row, on runs small enough to check every cell."""

import numpy as np
import pytest

from redbead.analysis.frames import KEYS, columns_frame, events_frame, quantiles
from redbead.measures import MEASURES
from redbead.scenario.scenario import Scenario
from redbead.state.world import GRADED, MADE
from redbead.studies.comparison.run_tables import runs_frame, weekly_frame


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


def test_quantiles_are_taken_across_runs_in_each_week():
    """Five runs with the values 0, 10, 20, 30, 40 in week 0 and 1 in week 1: the quartiles of week 0 are 10 and 30."""
    values = np.array([[10.0 * k, 1.0] for k in range(5)])
    assert quantiles(values, (0.25, 0.5, 0.75)).tolist() == [[10.0, 1.0], [20.0, 1.0], [30.0, 1.0]]
