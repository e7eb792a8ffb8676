"""Fixtures of unit tests: an engine with synthetic results that needs no compiler, and a small hand-made authority."""

import dataclasses
import sys
import time
from contextlib import contextmanager

import numpy as np
import pytest

from redbead.api import run
from redbead.engine.initial_state import allocate_tables
from redbead.engine.simulate import RunOutput
from redbead.execution import executors, jobs
from redbead.levers.culture import TwoStrikes
from redbead.measures import MEASURES
from redbead.parameters import Authority, coefficients, default_row
from redbead.scenario import plugins
from redbead.scenario.scenario import Scenario, Spike
from redbead.state.constants import NEVER
from redbead.state.people import PERMANENT
from redbead.state.practice_errors import DISCOVERED, error_key
from redbead.state.world import GRADED, MADE, EventLog, WeekContext

WEEKS = 156


def synthetic_output(seed: int, weeks: int, *, events: bool) -> RunOutput:
    """Synthetic results of one run with plausible types: counts, shares and grades."""
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
    return RunOutput(table, log)


def replace_engine(patch):
    """Replace the engine by synthetic results. Returns a set to which a test adds seeds whose runs must fail."""
    failing = set()

    def simulate(scenario, seed, *, events=False):
        if seed in failing:
            msg = f"seed {seed} fails"
            raise ArithmeticError(msg)
        time.sleep(0.004 * (seed % 3))  # finish in another order than they started
        return synthetic_output(seed, scenario.weeks, events=events)

    def run(worker, spec):
        return simulate(worker.job.scenarios[spec.scenario], spec.seed, events=worker.job.events)

    patch.setattr(jobs.Worker, "run", run)
    patch.setattr(executors, "compile_kernels", lambda: None)
    return failing


@pytest.fixture
def engine(monkeypatch):
    """Synthetic results instead of the engine, for one test: a set to which it adds seeds whose runs must fail.

    The patches are those of `monkeypatch`, so that they are undone in the right order if the test replaces more.
    """
    return replace_engine(monkeypatch)


@contextmanager
def synthetic_engine_in_place():
    with pytest.MonkeyPatch.context() as patch:
        yield replace_engine(patch)


@pytest.fixture(scope="session")
def synthetic_engine():
    """Synthetic results instead of the engine, as a context for fixtures of a module."""
    return synthetic_engine_in_place


@pytest.fixture
def no_report(monkeypatch):
    """Skip reports and figures, for tests of anything else in a folder."""
    monkeypatch.setattr("redbead.report.comparison.page.write_pages", lambda *_: None)


@pytest.fixture(scope="session")
def scenario():
    """A short scenario with a spike and a lever, which figures mark."""
    return Scenario(
        name="two-strikes",
        title="Two strikes after a tragedy",
        question="What happens to hidden errors?",
        years=WEEKS / 52,
        spikes=(Spike(at_week=52),),
        levers=(TwoStrikes(from_week=60),),
    )


@pytest.fixture(scope="session")
def six_runs(scenario):
    """Results of six runs with events, made once for all tests."""
    with synthetic_engine_in_place():
        return run(scenario, runs=6, seed=11, jobs=2, events=True)


@pytest.fixture
def results(engine, six_runs):
    """The results of six runs with events, and the synthetic engine for more. Tests do not change these results."""
    return six_runs


@pytest.fixture
def batch(results):
    """The same six runs as arrays."""
    return results.batch


@pytest.fixture
def renamed(batch):
    """Return a function that changes texts of the batch's scenario."""
    return lambda **texts: dataclasses.replace(batch, scenario=dataclasses.replace(batch.scenario, **texts))


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """A function that writes a module into the current folder, which is empty. Plug-ins are forgotten after."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(source, name="my_module"):
        (tmp_path / f"{name}.py").write_text(source)

    yield write
    plugins.LOADED.clear()
    plugins.OWN_MEASURES.clear()


@pytest.fixture(autouse=True)
def _forget_modules_of_tests():
    """Forget modules that a test wrote and imported, since other tests write different ones of the same names."""
    yield
    plugins._forget({name for name in sys.modules if name.startswith("my_")})


# --- an authority small enough for calculations by hand: six posts in two teams of three, in week 60 ---


@pytest.fixture(autouse=True)
def _ignore_overflow():
    """Ignore overflow warnings, since the random number generator relies on overflow."""
    with np.errstate(over="ignore"):
        yield


@pytest.fixture
def world():
    """Six permanent workers in two teams, without informal contacts or violations; all other columns are 0."""
    empty = allocate_tables(Authority(posts=6.0, team_size=3.0, friends=0.0), 6)
    empty.workers.status[:] = PERMANENT
    empty.workers.conduct_ratio[:] = 1.0
    empty.managers.sanction_ratio[:] = 1.0
    empty.managers.recognition_kept[:] = 1.0
    empty.workers.trust[:] = 1.0
    last = "last_strike", "last_sanction", "last_just_sanction", "last_withheld", "last_incident"
    for column in (*last, "accused", "witnessed"):
        getattr(empty.workers, column)[:] = NEVER
    empty.managers.last_sanction[:] = NEVER
    empty.cases.established[:] = 6
    return empty


@pytest.fixture
def recorded_world(world):
    """The same authority with an event log for 200 events, and a function that returns the events so far.

    An event is week, kind, authority, team, worker, spell, error and value, with -1 for what does not apply.
    """
    log = EventLog(np.zeros(1, dtype=np.int64), np.zeros((200, 8), dtype=np.int64))
    return world._replace(event_log=log), lambda: log.event[: log.written[0]].tolist()


@pytest.fixture
def now():
    """Week 60 of seed 1, for the whole authority."""
    return WeekContext(60, np.uint64(1), 0, 0, 6, 0, 2)


@pytest.fixture
def c():
    """The default coefficients."""
    return coefficients(default_row())


@pytest.fixture
def error(world):
    """Add an error to the table: ``error(author, state)`` returns its row."""
    in_use = world.errors[0]  # the number of live errors comes first

    def make(author, state, *, born=59, severity=1, conduct=0, number=0, at_risk=None):
        row = int(in_use[0])
        in_use[0] += 1
        world.errors.author[row] = author
        world.errors.spell[row] = world.workers.spell[author]
        world.errors.born[row] = world.errors.since[row] = born
        world.errors.key[row] = error_key(author, born, number)
        world.errors.severity[row], world.errors.conduct[row], world.errors.state[row] = severity, conduct, state
        world.errors.at_risk[row] = state <= DISCOVERED if at_risk is None else at_risk
        return row

    return make
