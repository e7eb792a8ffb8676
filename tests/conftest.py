"""What all tests share: a hypothesis profile that does not mind compilation and finds the same examples every time."""

from hypothesis import settings

settings.register_profile("redbead", deadline=None, derandomize=True)
settings.load_profile("redbead")


# --- runs of the model, for the tests of its science (verification, behaviour, properties) ---

from concurrent.futures import ThreadPoolExecutor  # noqa: E402

import numpy as np  # noqa: E402
import pytest  # noqa: E402


@pytest.fixture(scope="session")
def plan_of():
    """A plan with some parameters overwritten in every week: ``plan_of(scenario, {"practice.errors_per_case": 0})``.

    The rows of the schedule are edited directly, after levers and spikes, so that an extreme-condition test may leave
    the declared ranges. The size of the authority is laid out before, so it must come from the scenario itself.
    """
    from redbead.engine.simulate import prepare
    from redbead.parameters import index_of

    def edited(scenario, values=()):
        plan = prepare(scenario)
        rows = plan.schedule.rows.copy()
        for path, value in dict(values).items():
            rows[:, index_of(path)] = value
        return plan._replace(schedule=plan.schedule._replace(rows=rows))

    return edited


@pytest.fixture(scope="session")
def recorded(plan_of):
    """Recorded weeks of many runs: ``recorded(scenario, runs, {path: value})[measure]`` is [runs, weeks].

    Run k has seed k + 1. The same question asked twice in a session is answered from memory.
    """
    from redbead.engine.simulate import simulate
    from redbead.measures import MEASURES

    memory = {}

    def of(scenario, runs=30, values=()):
        key = (scenario.digest(), runs, tuple(sorted(dict(values).items())))
        if key not in memory:
            plan = plan_of(scenario, values)
            with ThreadPoolExecutor(2) as threads:
                outcomes = list(threads.map(lambda seed: simulate(plan, seed), range(1, runs + 1)))
            table = np.stack([outcome.weekly[:, 0] for outcome in outcomes])
            memory[key] = {m.name: table[:, :, k] for k, m in enumerate(MEASURES)}
        return memory[key]

    return of


@pytest.fixture(scope="session")
def paired(recorded):
    """Two scenarios under the same seeds, so that they differ by the policy alone: ``base, policy = paired(a, b)``."""
    return lambda base, policy, runs=30: (recorded(base, runs), recorded(policy, runs))
