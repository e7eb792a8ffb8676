"""Runs written by hand, for tests of functions that read whole runs."""

from datetime import UTC, datetime

import numpy as np
import pytest

from redbead.execution.runs import RunRecord, ScenarioRuns, measure_index
from redbead.measures import MEASURES
from redbead.scenario.scenario import Scenario

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def runs_with():
    """Runs with given values: ``runs_with({"fear": [[0.1, 0.2], [0.3, 0.4]]})`` has two runs of two weeks.

    Values have shape [runs, weeks] or [runs, weeks, authorities]; all other measures are 0. The runs have seeds 1, 2,
    ... unless given; those at the positions in ``failed`` failed.
    """

    def make(values, *, seeds=None, failed=(), events=None, scenario=None, policy="today"):
        tables = {name: np.atleast_3d(np.asarray(table, dtype=float)) for name, table in values.items()}
        runs, weeks, authorities = next(iter(tables.values())).shape
        weekly = np.zeros((runs, weeks, authorities, len(MEASURES)))
        for name, table in tables.items():
            weekly[..., measure_index(name)] = table
        weekly[list(failed)] = np.nan
        records = tuple(
            RunRecord(f"{policy}-{seed}", k, seed, "failed" if k in failed else "done", 0.5, "stopped" * (k in failed))
            for k, seed in enumerate(seeds or range(1, runs + 1))
        )
        return ScenarioRuns(
            scenario or Scenario(), 1, records, weekly, tuple(events or (None,) * runs), NOON, 1.0, 1,
            policy=policy,
        )  # fmt: skip

    return make
