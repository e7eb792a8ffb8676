"""Tables of a comparison: weekly values, runs, events and draws, in blocks of runs so that memory use is limited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from redbead.analysis.digest import Digest
from redbead.analysis.outcomes import OUTCOMES, PERIODS, column_of
from redbead.measures import MEASURES
from redbead.scenario.plugins import OWN_MEASURES
from redbead.state.constants import GRADE_NAMES
from redbead.state.world import EVENT_COLUMNS, EVENT_NAMES, GRADED
from redbead.storage.parquet import write_parquet_blocks
from redbead.studies.comparison.arms import ArmRole
from redbead.studies.comparison.results import BLOCK, ComparisonRuns

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


def key_of(role: ArmRole, seed: int) -> str:
    """Key of one run, as used by ``redbead replay``.

    >>> key_of(ArmRole("Two strikes", "blame-deters", "policy", "", 3), 17)
    'two-strikes.blame-deters-17'
    """
    return f"{role.key}-{seed}"


def write_weekly(results: ComparisonRuns, path: Path) -> str:
    """Write ``weekly.parquet`` with one row per policy, run, authority and week; return the digest of all results."""
    digest = Digest([m.name for m in MEASURES])
    write_parquet_blocks(path, weekly_blocks(results, digest))
    return digest.hexdigest()


def weekly_blocks(results: ComparisonRuns, digest: Digest) -> Iterator[pd.DataFrame]:
    """Yield the weekly values of all policies in blocks of runs, in order of policies and runs.

    Every run is also added to `digest`. Without a finished run, there is one block without rows.
    """
    empty = True
    for role in ordered_roles(results):
        finished = set(results.finished(role))
        for start in range(0, results.runs, BLOCK):
            finished_runs = [run for run in range(start, min(start + BLOCK, results.runs)) if run in finished]
            keys = [(role.arm, run) for run in finished_runs]
            tables = iter(results.store.tables(keys))
            values = []
            for run in range(start, min(start + BLOCK, results.runs)):
                is_finished = run in finished
                digest.run(role.key, run, results.comparison.seed + run, "done" if is_finished else "failed")
                if is_finished:
                    values.append(np.asarray(next(tables)))
                    digest.values(values[-1])
            if values:
                empty = False
                yield _frame(role.key, finished_runs, np.stack(values))
    if empty:
        yield _frame("", [], np.empty((0, len(MEASURES), 0, 0)))


def ordered_roles(results: ComparisonRuns) -> list[ArmRole]:
    """Roles of policies sorted by key: the order of all tables and of the digest."""
    return sorted(results.arms.main(), key=lambda role: role.key)


def weekly_frame(results: ComparisonRuns) -> pd.DataFrame:
    """Weekly values of all policies as one data frame in memory; units in ``attrs["units"]``."""
    import pandas as pd

    frame = pd.concat(list(weekly_blocks(results, Digest([]))), ignore_index=True)
    own = {name: item.of(lambda name: frame[name].to_numpy(np.float64)) for name, item in OWN_MEASURES.items()}
    units = {m.name: m.unit for m in (*MEASURES, *(own.measure for own in OWN_MEASURES.values()))}
    return with_units(frame.assign(**own), units)


def results_digest(results: ComparisonRuns) -> str:
    """SHA-256 of all results in their fixed order. [hexadecimal]"""
    digest = Digest([m.name for m in MEASURES])
    for _ in weekly_blocks(results, digest):
        pass
    return digest.hexdigest()


def event_blocks(results: ComparisonRuns) -> Iterator[pd.DataFrame]:
    """Yield the event logs of all policies in blocks of runs, in order of policies and runs."""
    for role in ordered_roles(results):
        batch = results.scenario_runs(role)
        for start in range(0, results.runs, BLOCK):
            yield events_frame(batch, range(start, min(start + BLOCK, results.runs)))


def _frame(policy: str, runs: list[int], block: np.ndarray[Any, Any]) -> pd.DataFrame:
    """Weekly values of shape [runs, measures, authorities, weeks] as rows."""
    import pandas as pd

    _, measures, authorities, weeks = block.shape
    columns: dict[str, object] = {
        "policy": pd.array([policy] * (len(runs) * authorities * weeks), dtype="str"),
        "run": np.repeat(np.array(runs, dtype=np.int64), authorities * weeks),
        "authority": np.tile(np.repeat(np.arange(authorities), weeks), len(runs)),
        "week": np.tile(np.arange(weeks), len(runs) * authorities),
    }
    for position in range(measures):
        values = block[:, position].reshape(-1)
        columns[MEASURES[position].name] = values.astype(np.int64) if MEASURES[position].whole else values
    return pd.DataFrame(columns)


def runs_frame(results: ComparisonRuns) -> pd.DataFrame:
    """One row per policy and run, including failed runs.

    Returns
    -------
    DataFrame
        Columns key, policy, run, seed, status, seconds and cause; `name`, `theory` and `draw` (policy, theory, and draw
        of the uncertain parameters); then all outcomes.
    """
    import pandas as pd

    frames = [_runs_of(results, role) for role in ordered_roles(results)]
    frame = pd.concat(frames, ignore_index=True)
    return with_units(
        frame, {"seconds": "s"} | {column_of(o.name, p): o.unit for p in PERIODS for o in OUTCOMES.values()}
    )


def _runs_of(results: ComparisonRuns, role: ArmRole) -> pd.DataFrame:
    """Rows of one policy under one theory."""
    import pandas as pd

    runs = np.arange(results.runs)
    seeds = [results.comparison.seed + int(run) for run in runs]
    records = [results.store.runs.get((role.arm, int(run))) for run in runs]
    head = pd.DataFrame(
        {
            "key": [key_of(role, seed) for seed in seeds],
            "policy": role.key,
            "run": runs,
            "seed": np.array(seeds, dtype=np.uint64),
            "status": ["done" if record and record.chunk else "failed" if record else "not run" for record in records],
            "seconds": [record.seconds if record else np.nan for record in records],
            "cause": [record.cause if record else "not run" for record in records],
            "name": role.policy,
            "theory": role.theory,
            "draw": results.draw(runs) if results.arms.draws else -1,
        }
    )
    outcomes = results.outcomes[role.arm, : results.runs]
    columns = {
        column_of(name, period): outcomes[:, p, o]
        for p, period in enumerate(PERIODS)
        for o, name in enumerate(OUTCOMES)
    }
    return pd.concat([head, pd.DataFrame(columns)], axis=1)


def draws_frame(results: ComparisonRuns) -> pd.DataFrame:
    """One row per draw of the uncertain parameters, one column per parameter."""
    import pandas as pd

    frame = pd.DataFrame([dict(draw) for draw in results.arms.draws])
    frame.insert(0, "draw", np.arange(len(frame)))
    return frame
