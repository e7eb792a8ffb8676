"""One seed gives one result in any process, environment, thread and batch, with and without compilation."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import redbead
from redbead.api import run
from redbead.engine.simulate import prepare, simulate
from redbead.scenario.loader import load

MODEL = Path(redbead.__file__).parents[1]

SEPARATE_PROCESS = """
import hashlib, sys
from redbead.engine.simulate import prepare, simulate
from redbead.scenario.loader import load
changes = dict(pair.split("=") for pair in sys.argv[1:])
outcome = simulate(prepare(load("baseline").set({k: float(v) for k, v in changes.items()})), 1, events=True)
print(hashlib.sha256(outcome.weekly.tobytes() + outcome.events.tobytes()).hexdigest())
"""


def digest_in_new_process(scenario, cwd=None, **environment):
    """Return the digest of the same run in a new process."""
    changes = [f"time.years={scenario.years}", f"time.warm_up_years={scenario.warm_up_years}"]
    changes += [f"{path}={value}" for path, value in scenario.values]
    return subprocess.run(
        [sys.executable, "-c", SEPARATE_PROCESS, *changes], capture_output=True, text=True, check=True, cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(MODEL)} | environment,
    ).stdout.strip()  # fmt: skip


def test_results_are_identical_in_one_process(short, fingerprint):
    assert fingerprint(short) == fingerprint(short)


def test_different_seeds_give_different_digests(short, fingerprint):
    """Digests must be able to differ."""
    assert len({fingerprint(short, seed) for seed in (0, 1, 2, 2**64 - 1)}) == 4


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"},
        {"PYTHONHASHSEED": "4242", "LANG": "tr_TR.UTF-8", "LC_ALL": "C"},
        {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "TZ": "America/St_Johns"},
    ],
    ids=["hash seed and zone", "language", "threads of libraries"],
)
def test_results_are_identical_in_other_processes_and_environments(short, fingerprint, tmp_path, environment):
    assert digest_in_new_process(short, tmp_path, **environment) == fingerprint(short)


@pytest.mark.slow
def test_results_are_identical_without_compilation(fingerprint):
    """52 weeks of twelve posts, with all events."""
    mini = load("baseline").set(
        {"authority.posts": 12, "time.years": 1, "time.warm_up_years": 0, "inspection.cycle_weeks": 26}
    )
    assert digest_in_new_process(mini, REDBEAD_JIT="0") == fingerprint(mini)


def test_run_is_identical_alone_and_within_a_batch(short):
    """Each of 30 runs of a batch equals a single run with its seed, on one thread and on two."""
    one = run(short, runs=30, seed=5, jobs=1, events=True).batch
    two = run(short, runs=30, seed=5, jobs=2, events=True).batch
    assert one.weekly.tobytes() == two.weekly.tobytes()
    plan = prepare(short)
    for k in (0, 7, 29):
        alone = simulate(plan, one.runs[k].seed, events=True)
        assert alone.weekly.tobytes() == one.weekly[k].tobytes()
        assert alone.events.tobytes() == one.events(k).tobytes() == two.events(k).tobytes()


def test_longer_batch_starts_with_the_shorter_batch(short):
    few, many = (run(short, runs=runs, seed=5, jobs=2).batch for runs in (3, 6))
    assert many.weekly[:3].tobytes() == few.weekly.tobytes()


def test_runs_do_not_modify_the_plan(short):
    """A second run of the same plan starts from the same state."""
    plan = prepare(short)
    before = hashlib.sha256(b"".join(column.tobytes() for table in plan.template for column in table)).hexdigest()
    simulate(plan, 1, events=True)
    after = hashlib.sha256(b"".join(column.tobytes() for table in plan.template for column in table)).hexdigest()
    assert before == after


# Recording


def test_event_log_does_not_change_results(short):
    plan = prepare(short)
    assert simulate(plan, 1, events=True).weekly.tobytes() == simulate(plan, 1).weekly.tobytes()


def test_recording_does_not_change_results(short):
    plan = prepare(short)
    silent, loud = (simulate(plan, 1, events=True, recording=on) for on in (False, True))
    assert silent.events.tobytes() == loud.events.tobytes()
    assert simulate(plan, 1, recording=False).weekly.size == 0


@pytest.mark.parametrize("rows", [15, 16, 200])
def test_extending_tables_does_not_change_results(short, fingerprint, monkeypatch, rows):
    """With 15 rows per post the table is full as soon as one error is live; with 200 it never is."""
    from redbead.engine import initial_state, simulate

    expected = fingerprint(short)
    calls = []
    extend_tables = simulate.extend_tables
    monkeypatch.setattr(initial_state, "ERROR_ROWS", rows)
    monkeypatch.setattr(simulate, "extend_tables", lambda world: calls.append(1) or extend_tables(world))
    assert fingerprint(short) == expected
    assert bool(calls) or rows == 200


def test_event_log_is_extended_during_a_run(short, monkeypatch):
    """Twelve years of events need more rows than the initial event log, which has rows for two weeks."""
    from redbead.engine import simulate

    calls = []
    extend_tables = simulate.extend_tables
    monkeypatch.setattr(simulate, "extend_tables", lambda world: calls.append(1) or extend_tables(world))
    log = simulate.simulate(prepare(short.set({"time.years": 12})), 1, events=True).events
    assert calls
    assert (np.diff(log[:, 0]) >= 0).all(), "events must be in the order of weeks, without rows of zeros"
    assert not (log == 0).all(axis=1).any()
