"""A stand-in for the engine: plausible numbers at once, a pure function of the seed, so that tests need no compiler."""

import dataclasses
import time

import numpy as np
import pytest

from redbead.engine.run import Outcome
from redbead.levers.two_strikes import TwoStrikes
from redbead.measures import MEASURES
from redbead.scenario.spec import Scenario, Spike
from redbead.state.world import GRADED, MADE
from redbead.study import runs as study_runs

WEEKS = 156


def invented(seed: int, weeks: int, *, events: bool) -> Outcome:
    """Numbers of the right kind: whole counts, shares, grades."""
    random = np.random.default_rng(seed)
    table = np.empty((weeks, 1, len(MEASURES)))
    for i, measure in enumerate(MEASURES):
        level = 60.0 if measure.unit == "errors" else 12.0 if measure.whole else 0.5
        table[:, 0, i] = random.poisson(level, weeks) if measure.whole else random.uniform(0.2, 1.0, weeks)
        if measure.name == "grade":
            table[:, 0, i] = np.repeat(random.integers(-1, 4, 3), weeks // 3 + 1)[:weeks]
        if measure.name in ("inspections", "takeovers"):
            table[:, 0, i] = random.random(weeks) < 0.02
    log = np.array([[-3, MADE, 0, 1, 7, 0, 99, 2], [5, GRADED, 0, -1, -1, -1, -1, 3]]) if events else None
    return Outcome(table, log)


@pytest.fixture
def engine(monkeypatch):
    """Replace the engine; gives a set of seeds whose runs fail, to be filled by the test."""
    sick = set()

    def simulate(scenario, seed, *, events=False):
        if seed in sick:
            msg = f"seed {seed} is sick"
            raise ArithmeticError(msg)
        time.sleep(0.004 * (seed % 3))  # finish in another order than they started
        return invented(seed, scenario.weeks, events=events)

    monkeypatch.setattr(study_runs, "prepare", lambda scenario: scenario)
    monkeypatch.setattr(study_runs, "simulate", simulate)
    return sick


@pytest.fixture
def scenario():
    """A short scenario with everything that figures mark."""
    return Scenario(
        name="two-strikes",
        title="Two strikes after a tragedy",
        question="What happens to hidden errors?",
        years=WEEKS / 52,
        spikes=(Spike(at_week=52),),
        levers=(TwoStrikes(from_week=60),),
    )


@pytest.fixture
def batch(engine, scenario):
    """Six runs with events."""
    return study_runs.run_many(scenario, runs=6, seed=11, jobs=2, events=True)


@pytest.fixture
def renamed(batch):
    """The batch under other texts."""
    return lambda **texts: dataclasses.replace(batch, scenario=dataclasses.replace(batch.scenario, **texts))
