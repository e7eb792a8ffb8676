"""D0 to D3 of trust.md: one seed, one result; in whatever process, environment, company, thread, with compiler or
without."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import redbead
from redbead.engine.simulate import prepare, simulate
from redbead.execution.runs import run_many
from redbead.scenario.loader import load

MODEL = Path(redbead.__file__).parents[1]

ELSEWHERE = """
import hashlib, sys
from redbead.engine.simulate import prepare, simulate
from redbead.scenario.loader import load
changes = dict(pair.split("=") for pair in sys.argv[1:])
outcome = simulate(prepare(load("baseline").set({k: float(v) for k, v in changes.items()})), 1, events=True)
print(hashlib.sha256(outcome.weekly.tobytes() + outcome.events.tobytes()).hexdigest())
"""


def elsewhere(scenario, cwd=None, **environment):
    """The digest of the same run in a process of its own."""
    changes = [f"time.years={scenario.years}", f"time.warm_up_years={scenario.warm_up_years}"]
    changes += [f"{path}={value}" for path, value in scenario.values]
    return subprocess.run(
        [sys.executable, "-c", ELSEWHERE, *changes], capture_output=True, text=True, check=True, cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(MODEL)} | environment,
    ).stdout.strip()  # fmt: skip


def test_twice_in_one_process(short, fingerprint):
    assert fingerprint(short) == fingerprint(short)


def test_another_seed_gives_another_digest(short, fingerprint):
    """The digest must be able to differ."""
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
def test_in_another_process_under_another_environment_and_folder(short, fingerprint, tmp_path, environment):
    assert elsewhere(short, tmp_path, **environment) == fingerprint(short)


@pytest.mark.slow
def test_with_the_compiler_or_without(fingerprint):
    """D3, the 52-week case: twelve posts, every event."""
    mini = load("baseline").set(
        {"authority.posts": 12, "time.years": 1, "time.warm_up_years": 0, "inspection.cycle_weeks": 26}
    )
    assert elsewhere(mini, REDBEAD_JIT="0") == fingerprint(mini)


def test_alone_or_as_one_of_thirty_on_one_thread_or_two(short):
    """Each of 30 runs of a batch is the run that its seed gives alone; threads change nothing."""
    one = run_many(short, runs=30, seed=5, jobs=1, events=True)
    two = run_many(short, runs=30, seed=5, jobs=2, events=True)
    assert one.weekly.tobytes() == two.weekly.tobytes()
    plan = prepare(short)
    for k in (0, 7, 29):
        alone = simulate(plan, one.runs[k].seed, events=True)
        assert alone.weekly.tobytes() == one.weekly[k].tobytes()
        assert alone.events.tobytes() == one.events[k].tobytes() == two.events[k].tobytes()


def test_a_longer_batch_begins_with_the_shorter(short):
    few, many = run_many(short, runs=3, seed=5, jobs=2), run_many(short, runs=6, seed=5, jobs=2)
    assert many.weekly[:3].tobytes() == few.weekly.tobytes()


def test_runs_of_one_plan_do_not_touch_the_plan(short):
    """The template is copied: a second run of the same plan starts from the same first Monday."""
    plan = prepare(short)
    before = hashlib.sha256(b"".join(column.tobytes() for table in plan.template for column in table)).hexdigest()
    simulate(plan, 1, events=True)
    after = hashlib.sha256(b"".join(column.tobytes() for table in plan.template for column in table)).hexdigest()
    assert before == after


# the observer changes nothing


def test_keeping_a_diary_changes_nothing(short):
    plan = prepare(short)
    assert simulate(plan, 1, events=True).weekly.tobytes() == simulate(plan, 1).weekly.tobytes()


def test_recording_changes_nothing(short):
    plan = prepare(short)
    silent, loud = (simulate(plan, 1, events=True, recording=on) for on in (False, True))
    assert silent.events.tobytes() == loud.events.tobytes()
    assert simulate(plan, 1, recording=False).weekly.size == 0


@pytest.mark.parametrize("rows", [15, 16, 200])
def test_tables_that_grow_in_the_middle_change_nothing(short, fingerprint, monkeypatch, rows):
    """With 15 rows a post the table is full as soon as one error is alive; with 200 it never is."""
    from redbead.engine import initial_state, simulate

    usual = fingerprint(short)
    grown = []
    more_room = simulate.extend_tables
    monkeypatch.setattr(initial_state, "ERROR_ROWS", rows)
    monkeypatch.setattr(simulate, "extend_tables", lambda world: grown.append(1) or more_room(world))
    assert fingerprint(short) == usual
    assert bool(grown) or rows == 200


def test_the_diary_grows_in_the_middle_too(short, monkeypatch):
    """Many weeks of events need more room than two weeks' worst case, which is what a run starts with."""
    from redbead.engine import simulate

    grown = []
    more_room = simulate.extend_tables
    monkeypatch.setattr(simulate, "extend_tables", lambda world: grown.append(1) or more_room(world))
    log = simulate.simulate(prepare(short.set({"time.years": 12})), 1, events=True).events
    assert grown
    assert (np.diff(log[:, 0]) >= 0).all(), "in the order of the weeks, without a gap of zeros"
    assert not (log == 0).all(axis=1).any()
