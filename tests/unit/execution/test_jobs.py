"""Orders: shared warm-ups change no bit, failures are records, other sources are refused."""

import dataclasses

import numpy as np
import pytest

from redbead.engine.simulate import prepare, simulate, warm_up_key
from redbead.exceptions import EnvironmentProblemError
from redbead.execution.jobs import Job, RunSpec, execute, with_source_digest
from redbead.levers import LEVERS
from redbead.scenario.loader import load


@pytest.fixture(scope="module")
def policies():
    """Two policies that differ after the warm-up only, and one that differs from the start."""
    short = {"authority.posts": 12, "time.years": 1, "time.warm_up_years": 1}
    strikes = load("two-strikes").set(short)
    return load("baseline").set(short), strikes, load("no-inspection").set(short)


def rows(seeds, scenarios):
    return tuple(RunSpec(s, k, seed, s) for k, seed in enumerate(seeds) for s in range(scenarios))


def test_policies_that_share_a_warm_up_get_what_each_would_get_alone(policies):
    """Byte for byte, whichever of them comes first."""
    order = Job(policies, rows((3, 4), 3))
    for found in (list(execute(order)), list(execute(order.only(order.rows[::-1])))):
        assert len(found) == 6
        for item in found:
            alone = simulate(prepare(policies[item.row.scenario]), item.row.seed).weekly
            assert item.weekly.tobytes() == np.ascontiguousarray(alone.transpose(2, 1, 0)).tobytes()


def test_a_start_knows_what_the_warm_up_depends_on_and_nothing_else(policies):
    today, strikes, uninspected = (warm_up_key(prepare(policy)) for policy in policies)
    assert today == strikes
    assert today != uninspected
    assert today != warm_up_key(prepare(policies[0].set({"time.warm_up_years": 2})))
    assert today == warm_up_key(prepare(policies[0].set({"time.years": 2})))
    assert today != warm_up_key(prepare(policies[0].set({"authority.posts": 18})))


def test_without_a_warm_up_the_first_week_founds_the_world():
    """A lever in force from week 0 bends the parameters with which the world is founded: it shares nothing then."""
    none = {"authority.posts": 12, "time.years": 0.1, "time.warm_up_years": 0}
    today = load("baseline").set(none)
    funded = dataclasses.replace(today, levers=(LEVERS["funding"](from_week=0),))
    assert warm_up_key(prepare(today)) != warm_up_key(prepare(funded))


def test_a_failed_run_is_a_record_and_the_next_one_is_made(engine, scenario):
    engine.add(8)
    found = list(execute(Job((scenario,), (RunSpec(0, 0, 7, 0), RunSpec(0, 1, 8, 0), RunSpec(0, 2, 9, 0)))))
    assert [item.weekly is None for item in found] == [False, True, False]
    assert found[1].cause == "ArithmeticError: seed 8 is sick"
    assert "Traceback" in found[1].trace


def test_an_order_of_other_sources_is_refused(engine, scenario):
    order = with_source_digest(Job((scenario,), (RunSpec(0, 0, 1, 0),)))
    assert len(list(execute(order))) == 1
    foreign = Job(order.scenarios, order.rows, sources="0" * 64)
    with pytest.raises(EnvironmentProblemError, match="another version of redbead"):
        list(execute(foreign))
