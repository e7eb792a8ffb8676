"""Runs of one scenario: order, failures, seeds, progress and data frames."""

import threading

import numpy as np
import pytest

from redbead.api import run
from redbead.exceptions import BadInputError
from redbead.execution.runs import run_options
from redbead.rng import MAX_SEED
from redbead.storage import chunks
from redbead.studies.comparison.inputs import single
from redbead.studies.comparison.study import run_only


def run_with_progress(folder, scenario, progress, *, runs):
    """Runs of a scenario from seed 1 in a folder, with progress reports."""
    return run_only(single(scenario, runs=runs, seed=1), folder, run_options(jobs=2, progress=progress))


def test_results_are_in_the_order_of_their_seeds(engine, scenario):
    one, many = (run(scenario, runs=9, seed=5, jobs=jobs).batch for jobs in (1, 4))
    assert [run.seed for run in many.runs] == list(range(5, 14))
    np.testing.assert_array_equal(one.weekly, many.weekly)


def test_a_single_run_equals_the_same_run_in_a_batch(engine, scenario):
    several = run(scenario, runs=4, seed=1, jobs=2).batch
    alone = run(scenario, runs=1, seed=3).batch
    np.testing.assert_array_equal(several.weekly[2], alone.weekly[0])


def test_the_digest_depends_on_every_value_but_not_on_jobs_order_or_events(engine, scenario):
    digests = {run(scenario, runs=5, seed=2, jobs=j, events=e).digest() for j in (1, 2, 5) for e in (True, False)}
    assert len(digests) == 1
    changed = run(scenario, runs=5, seed=2, jobs=1)
    path = changed.batch.store.folder / chunks.name_of(1)
    table = np.load(path)
    table[1, 4, 0, 100] = np.nextafter(table[1, 4, 0, 100], 2)
    np.save(path, table)
    assert changed.digest() not in digests
    assert run(scenario, runs=4, seed=2).digest() not in digests
    assert run(scenario, runs=5, seed=3).digest() not in digests


def test_a_failed_run_is_recorded_with_its_cause_and_excluded_from_tables(engine, scenario):
    engine.add(3)
    results = run(scenario, runs=5, seed=1, jobs=2, events=True)
    batch = results.batch
    assert [run.status for run in batch.runs] == ["done", "done", "failed", "done", "done"]
    assert batch.failed[0].cause == "ArithmeticError: seed 3 fails"
    assert "Traceback" in batch.failed[0].trace
    assert set(results.weekly["run"]) == {0, 1, 3, 4}
    assert set(results.events["run"]) == {0, 1, 3, 4}
    runs = results.runs
    assert runs["status"].tolist()[2] == "failed"
    assert np.isnan(runs["turnover"][2])
    assert (results.summary()["runs"] == 4).all()


def test_a_batch_in_which_every_run_fails_has_empty_tables(engine, scenario):
    engine.update(range(10))
    results = run(scenario, runs=3, seed=1)
    assert len(results.batch.failed) == 3
    assert results.weekly.empty
    assert results.summary()["mean"].isna().all()


@pytest.mark.parametrize(
    "invalid", [{"runs": 0}, {"runs": 1_000_001}, {"seed": -1}, {"seed": 2**64}, {"jobs": 0}, {"jobs": -1}]
)
def test_numbers_out_of_range_are_refused(engine, scenario, invalid):
    with pytest.raises(BadInputError, match=f"--{next(iter(invalid))}: .* is outside the range"):
        run(scenario, **({"runs": 2} | invalid))


def test_seeds_do_not_wrap_around(engine, scenario):
    assert run(scenario, runs=1, seed=MAX_SEED).batch.runs[0].seed == MAX_SEED
    with pytest.raises(BadInputError, match="is too large for 2 runs"):
        run(scenario, runs=2, seed=MAX_SEED)


def test_progress_counts_to_the_end_and_counts_failures(engine, scenario, tmp_path):
    engine.add(2)
    reports = []
    run_with_progress(tmp_path, scenario, reports.append, runs=4)
    assert [p.done for p in reports] == [1, 2, 3, 4]
    assert reports[-1].failed == 1
    assert reports[-1].seconds_left == 0


def test_an_interrupt_stops_the_batch_and_its_threads(engine, scenario, tmp_path):
    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_with_progress(tmp_path, scenario, stop, runs=50)
    assert not [t for t in threading.enumerate() if t.name.startswith("redbead")]


def test_data_frames_have_units_and_integer_counts(results):
    weekly = results.weekly
    assert weekly.columns.tolist()[:4] == ["policy", "run", "authority", "week"]
    assert weekly.attrs["units"]["turnover"] == "1/year"
    assert weekly["leavers"].dtype == np.int64
    assert weekly["turnover"].dtype == np.float64
    assert len(weekly) == 6 * 156


def test_events_have_names_for_kinds_and_grades(results):
    events = results.events
    assert events["kind"].tolist()[:2] == ["error made", "grade published"]
    assert events["grade"].tolist()[:2] == ["", "inadequate"]
    assert events["week"].min() == -3
