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
