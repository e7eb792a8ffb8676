"""Runs of a scenario as pandas data frames, with units in ``frame.attrs["units"]``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from redbead.measures import MEASURES
from redbead.state.constants import GRADE_NAMES
from redbead.state.types import Reals
from redbead.state.world import EVENT_COLUMNS, EVENT_NAMES, GRADED

if TYPE_CHECKING:
    import pandas as pd

    from redbead.storage.scenario_runs import ScenarioRuns

KEYS = {"policy": "name", "run": "number", "authority": "number", "week": "weeks after the warm-up, from 0"}


def with_units(frame: pd.DataFrame, units: Mapping[str, str]) -> pd.DataFrame:
    """Set ``frame.attrs["units"]``, besides the units of the key columns, and return the frame."""
    frame.attrs["units"] = {name: unit for name, unit in KEYS.items() if name in frame} | dict(units)
    return frame


def events_frame(batch: ScenarioRuns, runs: range | None = None) -> pd.DataFrame:
    """One row per event.

    Parameters
    ----------
    batch : ScenarioRuns
        The runs.
    runs : range, optional
        Numbers of the runs; by default all.

    Returns
    -------
    DataFrame
        Policy, run, week (negative during the warm-up), kind, the team, post and worker concerned, the number of the
        error, `value` and the grade in words. `value` is the severity of an error (0 near miss, 1 ordinary, 2 serious)
        or the code of a published grade.
    """
    import pandas as pd

    logs = [(k, batch.events(k)) for k in batch.good if runs is None or k in runs]
    rows = np.concatenate([log for _, log in logs] or [np.empty((0, len(EVENT_COLUMNS)), dtype=np.int64)])
    data = dict(zip(EVENT_COLUMNS, rows.T, strict=True))
    kind, value = data.pop("kind"), data["value"]
    grades = np.where(kind == GRADED, np.array([*GRADE_NAMES, "none yet"], dtype=object)[value.clip(-1, 3)], "")
    frame = pd.DataFrame(
        {
            "policy": pd.array([batch.policy] * len(rows), dtype="str"),
            "run": np.repeat([k for k, _ in logs], [len(log) for _, log in logs]).astype(np.int64),
            "week": data.pop("week"),
            "kind": pd.array(np.array(EVENT_NAMES, dtype=object)[kind], dtype="str"),
            **data,
            "grade": pd.array(grades, dtype="str"),
        }
    )
    return with_units(frame, {"week": "weeks after the warm-up, negative before its end"})


def columns_frame() -> pd.DataFrame:
    """One row per column of the weekly table: name, meaning, unit, better direction, whether it can be observed."""
    import pandas as pd

    rows = [(name, "key of the row", unit, "neither", "yes") for name, unit in KEYS.items()]
    rows += [(m.name, m.meaning, m.unit, str(m.better), "yes" if m.observable else "no") for m in MEASURES]
    return pd.DataFrame(rows, columns=["name", "meaning", "unit", "better", "observable"])


def quantiles(values: Reals, levels: tuple[float, ...]) -> Reals:
    """Quantiles across runs per week, shape [levels, weeks], of values with shape [runs, weeks]."""
    return np.asarray(np.quantile(values, levels, axis=0))
