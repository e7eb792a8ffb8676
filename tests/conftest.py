"""Fixtures of all tests, and a hypothesis profile that is deterministic and has no deadlines."""

from hypothesis import settings

settings.register_profile("redbead", deadline=None, derandomize=True)
settings.load_profile("redbead")


# --- runs of the model, for verification, behaviour and property tests ---

from concurrent.futures import ThreadPoolExecutor  # noqa: E402

import numpy as np  # noqa: E402
import pytest  # noqa: E402


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
    """A store in memory, from tables [runs, measures, authorities, weeks] of one scenario."""

    def __init__(self, tables):
        from redbead.storage.run_store import RunStatus

        self.by_key = {(0, run): table for run, table in enumerate(tables)}
        self.runs = dict.fromkeys(self.by_key, RunStatus(0.0, 1, 0))

    def tables(self, keys):
        return iter([self.by_key[key] for key in keys])

    def measure(self, keys, name):
        from redbead.execution.runs import measure_index

        return iter([self.by_key[key][measure_index(name)] for key in keys])


@pytest.fixture(scope="session")
def runs_by_hand():
    """Runs of a scenario whose measures are given: ``runs_by_hand(scenario, {"fear": values}, seed=1)``.

    Values have the shape [runs, weeks], or one that NumPy extends to it; measures that are not given are 0.
    """
    from redbead.execution.runs import measure_index
    from redbead.measures import MEASURES
    from redbead.storage.scenario_runs import ScenarioRuns
    from redbead.studies.comparison.results import outcomes_of_runs

    def by_hand(scenario, values, seed=1):
        runs = max(np.shape(value)[0] for value in values.values())
        tables = np.zeros((runs, len(MEASURES), 1, scenario.weeks))
        for name, value in values.items():
            tables[:, measure_index(name), 0] = value
        outcomes = outcomes_of_runs(tables.swapaxes(0, 1))
        return ScenarioRuns(scenario, scenario.name, seed, runs, StoreByHand(tables), 0, outcomes)

    return by_hand


@pytest.fixture(scope="session")
def with_values(runs_by_hand):
    """The same runs with other values of some measures: ``with_values(batch, {"fear": values})``."""
    from redbead.measures import MEASURES

    def change(batch, values):
        kept = {measure.name: batch.values(measure.name) for measure in MEASURES}
        return runs_by_hand(batch.scenario, kept | values, batch.seed)

    return change
