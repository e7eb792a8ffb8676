"""Runs of a scenario as pandas data frames, with units in ``frame.attrs["units"]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redbead.analysis.outcomes import outcomes_of
from redbead.measures import MEASURES
from redbead.state.constants import GRADE_NAMES
from redbead.state.types import Reals
from redbead.state.world import EVENT_COLUMNS, EVENT_NAMES, GRADED

if TYPE_CHECKING:
    import pandas as pd

    from redbead.execution.runs import ScenarioRuns

KEYS = {"policy": "name", "run": "number", "authority": "number", "week": "weeks after the warm-up, from 0"}


def weekly_frame(batch: ScenarioRuns) -> pd.DataFrame:
    """One row per finished run, authority and week.

    Returns
    -------
    DataFrame
        Columns policy, run, authority, week, then one column per measure.
    """
    import pandas as pd

    block = batch.weekly[batch.good].swapaxes(1, 2)
    runs, authorities, weeks, _ = block.shape
    columns: dict[str, object] = {
        "policy": pd.array([batch.policy] * (runs * authorities * weeks), dtype="str"),
        "run": np.repeat(np.array(batch.good, dtype=np.int64), authorities * weeks),
        "authority": np.tile(np.repeat(np.arange(authorities), weeks), runs),
        "week": np.tile(np.arange(weeks), runs * authorities),
    }
    for m, measure in enumerate(MEASURES):
        values = block[..., m].reshape(-1)
        columns[measure.name] = values.astype(np.int64) if measure.whole else values
    frame = pd.DataFrame(columns)
    frame.attrs["units"] = KEYS | {m.name: m.unit for m in MEASURES}
    return frame


def runs_frame(batch: ScenarioRuns) -> pd.DataFrame:
    """One row per run, including failed runs.

    Returns
    -------
    DataFrame
        Columns key, policy, run, seed, status, seconds, cause, then one column per outcome and period; NaN if the run
        failed.
    """
    import pandas as pd

    head = pd.DataFrame(
        {
            "key": [r.key for r in batch.runs],
            "policy": batch.policy,
            "run": [r.run for r in batch.runs],
            "seed": np.array([r.seed for r in batch.runs], dtype=np.uint64),
            "status": [r.status for r in batch.runs],
            "seconds": [r.seconds for r in batch.runs],
            "cause": [r.cause for r in batch.runs],
        }
    )
    outcomes = outcomes_of(batch)
    columns = {item.column: np.full(len(batch.runs), np.nan) for item in outcomes}
    for item in outcomes:
        columns[item.column][batch.good] = item.values
    frame = pd.concat([head, pd.DataFrame(columns)], axis=1)
    frame.attrs["units"] = {"seconds": "s"} | {item.column: item.unit for item in outcomes}
    return frame


def events_frame(batch: ScenarioRuns) -> pd.DataFrame:
    """One row per event.

    Returns
    -------
    DataFrame
        Policy, run, week (negative during the warm-up), kind, the team, post and worker concerned, the number of the
        error, `value` and the grade in words. `value` is the severity of an error (0 near miss, 1 ordinary, 2 serious)
        or the code of a published grade.
    """
    import pandas as pd

    logs = [(k, batch.events[k]) for k in batch.good if batch.events[k] is not None]
    rows = np.concatenate([log for _, log in logs if log is not None] or [np.empty((0, 8), dtype=np.int64)])
    data = dict(zip(EVENT_COLUMNS, rows.T, strict=True))
    kind, value = data.pop("kind"), data["value"]
    grades = np.where(kind == GRADED, np.array([*GRADE_NAMES, "none yet"], dtype=object)[value.clip(-1, 3)], "")
    frame = pd.DataFrame(
        {
            "policy": pd.array([batch.policy] * len(rows), dtype="str"),
            "run": np.repeat([k for k, _ in logs], [len(log) for _, log in logs if log is not None]).astype(np.int64),
            "week": data.pop("week"),
            "kind": pd.array(np.array(EVENT_NAMES, dtype=object)[kind], dtype="str"),
            **data,
            "grade": pd.array(grades, dtype="str"),
        }
    )
    frame.attrs["units"] = {"week": "weeks after the warm-up, negative before its end"}
    return frame


def columns_frame() -> pd.DataFrame:
    """One row per column of the weekly table: name, meaning, unit, better direction, whether it can be observed."""
    import pandas as pd

    rows = [(name, "key of the row", unit, "neither", "yes") for name, unit in KEYS.items()]
    rows += [(m.name, m.meaning, m.unit, str(m.better), "yes" if m.observable else "no") for m in MEASURES]
    return pd.DataFrame(rows, columns=["name", "meaning", "unit", "better", "observable"])


def quantiles(values: Reals, levels: tuple[float, ...]) -> Reals:
    """Quantiles across runs per week, shape [levels, weeks], of values with shape [runs, weeks]."""
    return np.asarray(np.quantile(values, levels, axis=0))
