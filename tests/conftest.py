"""Fixtures of all tests, tests of many cases, and a hypothesis profile that is deterministic and has no deadlines."""

import gc
import os
import sys

# Matrices are small: threads that wait for each other take more time than they save. numpy reads the variable once.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Compiling all tests takes half of their collection, so that their code is stored even where Python stores none.
sys.dont_write_bytecode = False
# Modules and tests stay until the end: searching them for garbage takes a tenth of the time of all tests.
gc.disable()

from concurrent.futures import ThreadPoolExecutor  # noqa: E402

import numpy as np  # noqa: E402
import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

settings.register_profile("redbead", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("redbead")


def pytest_collection_finish():
    """Leave imported modules and collected tests out of all garbage collections, and search all else less often."""
    gc.freeze()
    gc.set_threshold(700, 10, 50)
    gc.enable()


def pytest_unconfigure():
    """Let Python remove them when it ends."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk():
    """Do not wait until files are on the disk, which makes a difference only if the computer fails."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


# --- many cases in one test ---

MOST_REPORTED = 20
"""Failing cases that a message describes; the others are counted."""


def pytest_generate_tests(metafunc):
    """Make one test of all values of the marker ``cases``; ``parametrize`` makes one of each, at 3 ms of overhead."""
    for mark in metafunc.definition.iter_markers("cases"):
        names, cases = named_cases(*mark.args, **mark.kwargs)
        metafunc.parametrize(names, [(None,) * len(names)], ids=[f"{len(cases)} cases"])


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Call a test with the marker ``cases`` for all values, and report all failures together."""
    mark = pyfuncitem.get_closest_marker("cases")
    if mark is None:
        return None
    _, cases = named_cases(*mark.args, **mark.kwargs)
    given = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    failures = failures_of(lambda **values: pyfuncitem.obj(**{**given, **values}), cases, pyfuncitem.path)
    if failures:
        more = [f"... and {len(failures) - MOST_REPORTED} more."] * (len(failures) > MOST_REPORTED)
        head = f"{len(failures)} of {len(cases)} cases failed."
        pytest.fail("\n\n".join([head, *failures[:MOST_REPORTED], *more]), pytrace=False)
    return True


def named_cases(names, values, ids=()):
    """Names of arguments, and the label and arguments of each case, from the arguments of ``parametrize``."""
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    rows = [dict(zip(names, (row,) if len(names) == 1 else row, strict=True)) for row in values]
    assert rows, f"no case of {', '.join(names)}"
    return names, list(zip(list(ids) or [None] * len(rows), rows, strict=True))


def failures_of(function, cases, path):
    """Label or values, and traceback from the file at the path on, of every case in which a function fails."""
    failures = []
    for label, values in cases:
        try:
            function(**values)
        except (Exception, pytest.fail.Exception) as error:
            info = pytest.ExceptionInfo.from_exception(error)
            shown = info.getrepr(style="short", tbfilter=lambda raised: raised.traceback.cut(path=path))
            label = label or ", ".join(getattr(item, "__name__", str(item))[:60] for item in values.values())
            failures.append(f"--- case: {label}\n{shown}")
    return failures


# --- runs of the model, for verification, behaviour and property tests ---


@pytest.fixture(scope="session")
def plan_of():
    """Plan with parameters overwritten in every week: ``plan_of(scenario, {"practice.errors_per_case": 0})``.

    The rows of the schedule are edited after levers and spikes, so that a test of extreme conditions may leave the
    declared ranges. The size of the authority is determined before, so it must be set in the scenario.
    """
    from redbead.engine.simulate import prepare
    from redbead.parameters import index_of

    def prepare_with(scenario, values=()):
        plan = prepare(scenario)
        rows = plan.schedule.rows.copy()
        for path, value in dict(values).items():
            rows[:, index_of(path)] = value
        return plan._replace(schedule=plan.schedule._replace(rows=rows))

    return prepare_with


@pytest.fixture(scope="session")
def recorded(plan_of):
    """Weekly measures of several runs: ``recorded(scenario, runs, {path: value})[measure]`` is [runs, weeks].

    Run k has seed k + 1. Results are cached for the session.
    """
    from redbead.engine.simulate import simulate
    from redbead.measures import MEASURES

    cache = {}

    def measures_of(scenario, runs=30, values=()):
        key = (scenario.digest(), runs, tuple(sorted(dict(values).items())))
        if key not in cache:
            plan = plan_of(scenario, values)
            with ThreadPoolExecutor(2) as threads:
                outcomes = list(threads.map(lambda seed: simulate(plan, seed), range(1, runs + 1)))
            table = np.stack([outcome.weekly[:, 0] for outcome in outcomes])
            cache[key] = {m.name: table[:, :, k] for k, m in enumerate(MEASURES)}
        return cache[key]

    return measures_of


@pytest.fixture(scope="session")
def paired(recorded):
    """Weekly measures of two scenarios on common random numbers: ``base, policy = paired(a, b)``."""
    return lambda base, policy, runs=30: (recorded(base, runs), recorded(policy, runs))


# --- runs with values set by hand, for tests of tables, figures and sentences ---


class StoreByHand:
    """A store in memory of the runs of one scenario: tables [measures, authorities, weeks], None for a failed run."""

    def __init__(self, tables, events):
        from redbead.storage.run_store import RunStatus

        self._tables, self._events = tables, events
        self.header = {"inputs": "by hand", "agents": []}
        self.runs = {
            (0, run): RunStatus(0.5, int(table is not None), 0, "stopped" * (table is None))
            for run, table in enumerate(tables)
        }
        self.done = {key for key, status in self.runs.items() if status.chunk}
        self.failed = {key: status for key, status in self.runs.items() if not status.chunk}

    def tables(self, keys):
        return iter([self._tables[run] for _, run in keys])

    def measure(self, keys, name):
        from redbead.execution.runs import measure_index

        return iter([self._tables[run][measure_index(name)] for _, run in keys])

    def events(self, key):
        return self._events[key[1]]


@pytest.fixture(scope="session")
def results_with():
    """Results with given values: ``results_with({"fear": [[0.1, 0.2], [0.3, 0.4]]})`` has two runs of two weeks.

    Values have shape [runs, weeks] or [runs, weeks, authorities]; all other measures are 0. Runs have the seeds
    ``seed``, ``seed + 1``, ...; those at the positions in ``failed`` failed.
    """
    import dataclasses
    from pathlib import Path

    from redbead.execution.runs import measure_index
    from redbead.measures import MEASURES
    from redbead.scenario.scenario import Scenario
    from redbead.state.world import EVENT_COLUMNS
    from redbead.studies.comparison.arms import arms_of
    from redbead.studies.comparison.inputs import single
    from redbead.studies.comparison.results import ComparisonRuns, outcomes_of_runs

    no_events = np.empty((0, len(EVENT_COLUMNS)), dtype=np.int64)

    def make(values, *, seed=1, failed=(), events=None, scenario=None):
        given = {name: np.atleast_3d(np.asarray(table, dtype=float)) for name, table in values.items()}
        runs, weeks, authorities = next(iter(given.values())).shape
        tables = np.zeros((len(MEASURES), runs, authorities, weeks))
        for name, table in given.items():
            tables[measure_index(name)] = table.transpose(0, 2, 1)
        outcomes = outcomes_of_runs(tables)
        outcomes[list(failed)] = np.nan
        sized = dataclasses.replace(scenario or Scenario(name="today"), years=max(0.02, weeks / 52))
        logs = [no_events if log is None else log for log in events or (None,) * runs]
        store = StoreByHand([None if run in failed else tables[:, run] for run in range(runs)], logs)
        comparison = single(sized, runs=runs, seed=seed)
        return ComparisonRuns(comparison, arms_of(comparison), store, Path("by-hand"), runs, outcomes[None])

    return make


@pytest.fixture(scope="session")
def runs_with(results_with):
    """Runs of one scenario with given values, as for ``results_with``; optionally with given seeds."""

    import dataclasses

    from redbead.execution.runs import slug
    from redbead.storage.scenario_runs import ScenarioRuns

    class RunsByHand(ScenarioRuns):
        """Runs whose length does not follow from their scenario."""

        weeks = None

    def make(values, *, seeds=None, scenario=None, **options):
        results = results_with(values, **options)
        batch = results.scenario_runs(results.arms.main()[0])
        fields = {field.name: getattr(batch, field.name) for field in dataclasses.fields(batch)}
        if scenario is not None:
            fields |= {"scenario": scenario, "policy": slug(scenario.name)}
        by_hand = RunsByHand(**fields)
        by_hand.__dict__["weeks"] = results.comparison.weeks
        if seeds is not None:
            numbered = zip(by_hand.runs, seeds, strict=True)
            by_hand.__dict__["runs"] = tuple(record._replace(seed=seed) for record, seed in numbered)
        return by_hand

    return make


@pytest.fixture(scope="session")
def with_values(runs_with):
    """The same runs with other values of some measures: ``with_values(batch, {"fear": values})``."""
    from redbead.measures import MEASURES

    def change(batch, values):
        kept = {measure.name: batch.values(measure.name) for measure in MEASURES}
        changed = {name: np.broadcast_to(table, kept[name].shape) for name, table in values.items()}
        return runs_with(kept | changed, scenario=batch.scenario, seed=batch.seed)

    return change
