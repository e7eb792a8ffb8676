"""The tables of a comparison on disk: weekly values and runs as Parquet, streamed, so that memory stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from redbead.measures import MEASURES
from redbead.study.comparing.arms import View
from redbead.study.comparing.results import BLOCK, Results
from redbead.study.digest import Digest
from redbead.study.files import explained, quiet, quoted
from redbead.study.outcomes import OUTCOMES, PERIODS, column_of
from redbead.study.runs import slug


def key_of(view: View, seed: int) -> str:
    """The key of one run, under which it can be replayed.

    >>> key_of(View("Two strikes", "blame-deters", "policy", "", 3), 17)
    'two-strikes.blame-deters-17'
    """
    return f"{view.key}-{seed}"


def write_weekly(results: Results, path: Path) -> str:
    """Write one row a policy, run, authority and week; gives the digest of all results.

    Blocks of runs go to files of their own first, which one query then joins in order: neither holds more than a block.
    """
    digest = Digest([m.name for m in MEASURES])
    parts: list[Path] = []
    parts_folder = path.with_name(f".{path.name}.parts")
    with explained(path):
        parts_folder.mkdir()
        try:
            with duckdb.connect(config=quiet()) as connection:
                for number, frame in enumerate(weekly_blocks(results, digest)):
                    connection.register("frame", frame)
                    parts.append(parts_folder / f"{number:06d}.parquet")
                    connection.execute(f"COPY frame TO {quoted(parts[-1])} (FORMAT parquet, COMPRESSION lz4)")
                    connection.unregister("frame")
                connection.execute("SET preserve_insertion_order = true")
                listed = ", ".join(quoted(part) for part in parts)
                connection.execute(
                    f"COPY (SELECT * FROM read_parquet([{listed}])) TO {quoted(path)} "  # noqa: S608 - our own paths
                    "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)"
                )
        finally:
            for part in parts:
                part.unlink(missing_ok=True)
            parts_folder.rmdir()
    return digest.hexdigest()


def weekly_blocks(results: Results, digest: Digest) -> Iterator[pd.DataFrame]:
    """The weekly values of all policies, some runs at a time, in the order of policies and runs."""
    for view in in_order(results):
        finished = set(results.finished(view))
        for first in range(0, results.runs, BLOCK):
            block = [run for run in range(first, min(first + BLOCK, results.runs)) if run in finished]
            keys = [(view.arm, run) for run in block]
            tables = iter(results.store.tables(keys))
            held = []
            for run in range(first, min(first + BLOCK, results.runs)):
                good = run in finished
                digest.run(view.key, run, results.comparison.seed + run, "done" if good else "failed")
                if good:
                    held.append(np.asarray(next(tables)))
                    digest.values(held[-1])
            if held:
                yield _frame(view.key, block, np.stack(held))


def in_order(results: Results) -> list[View]:
    """The views of policies by key: the order of all tables and of the digest."""
    return sorted(results.arms.main(), key=lambda view: view.key)


def weekly_frame(results: Results) -> pd.DataFrame:
    """The weekly values of all policies as one frame, in memory; units in ``attrs["units"]``."""
    blocks = list(weekly_blocks(results, Digest([])))
    frame = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
    frame.attrs["units"] = {m.name: m.unit for m in MEASURES}
    return frame


def _frame(policy: str, runs: list[int], block: np.ndarray[Any, Any]) -> pd.DataFrame:
    """Weekly values of some runs, [runs, measures, authorities, weeks], as rows."""
    _, measures, places, weeks = block.shape
    columns: dict[str, object] = {
        "policy": pd.array([policy] * (len(runs) * places * weeks), dtype="str"),
        "run": np.repeat(np.array(runs, dtype=np.int64), places * weeks),
        "authority": np.tile(np.repeat(np.arange(places), weeks), len(runs)),
        "week": np.tile(np.arange(weeks), len(runs) * places),
    }
    for place in range(measures):
        values = block[:, place].reshape(-1)
        columns[MEASURES[place].name] = values.astype(np.int64) if MEASURES[place].whole else values
    return pd.DataFrame(columns)


def runs_frame(results: Results) -> pd.DataFrame:
    """One row a policy and run, failed ones too: key, policy, run, seed, status, seconds, cause, then its outcomes.

    `name`, `theory` and `draw` say which policy, under which theory, in which draw of uncertain parameters.
    """
    frames = [_runs_of(results, view) for view in in_order(results)]
    frame = pd.concat(frames, ignore_index=True)
    frame.attrs["units"] = {"seconds": "s"} | {column_of(o.name, p): o.unit for p in PERIODS for o in OUTCOMES.values()}
    return frame


def _runs_of(results: Results, view: View) -> pd.DataFrame:
    runs = np.arange(results.runs)
    seeds = [results.comparison.seed + int(run) for run in runs]
    kept = [results.store.runs.get((view.arm, int(run))) for run in runs]
    head = pd.DataFrame(
        {
            "key": [key_of(view, seed) for seed in seeds],
            "policy": view.key,
            "run": runs,
            "seed": np.array(seeds, dtype=np.uint64),
            "status": ["done" if k and k.chunk else "failed" for k in kept],
            "seconds": [k.seconds if k else np.nan for k in kept],
            "cause": [k.cause if k else "not run" for k in kept],
            "name": view.policy,
            "theory": view.theory,
            "draw": results.draw(runs) if results.arms.draws else -1,
        }
    )
    found = results.outcomes[view.arm, : results.runs]
    columns = {
        column_of(name, period): found[:, p, o] for p, period in enumerate(PERIODS) for o, name in enumerate(OUTCOMES)
    }
    return pd.concat([head, pd.DataFrame(columns)], axis=1)


def draws_frame(results: Results) -> pd.DataFrame:
    """One row a draw of the uncertain parameters, one column a parameter."""
    frame = pd.DataFrame([dict(draw) for draw in results.arms.draws])
    frame.insert(0, "draw", np.arange(len(frame)))
    return frame


def file_of(policy: str) -> str:
    """Where the resolved scenario of a policy lies in the folder.

    >>> file_of("Two strikes")
    'policies/two-strikes.yaml'
    """
    return f"policies/{slug(policy)}.yaml"
