"""What a comparison would take: runs, minutes, megabytes; what of it is done already, and why anything runs again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from redbead.execution.executors import compile_first, submit_all
from redbead.execution.runs import Agents, default_jobs, execution_target
from redbead.jit import is_cached
from redbead.measures import MEASURES
from redbead.storage.run_store import Key, Store, open_read_only
from redbead.studies.comparison.arms import Arms
from redbead.studies.comparison.spec import Comparison
from redbead.studies.comparison.study import FEWEST, RunOptions, header_of, orders, wanted

TRIAL: Final = 24
"""So many runs are made to find out how long one takes. [runs]"""

_MEGABYTE: Final = 1e6
_TABLES: Final = 0.25
"""Tables and report of a policy's runs, as a share of their part of the store: 0.24 on `blame-or-learning`."""


class Forecast(NamedTuple):
    """What a comparison would take. `seconds` is what is left to do, `rate` runs a second as just measured."""

    target: Path
    policies: int
    scenarios: int
    runs: int
    done: int
    seconds: float
    rate: float
    megabytes: float
    auto: bool
    reasons: tuple[str, ...]


def forecast(comparison: Comparison, arms: Arms, target: Path, agents: Agents | None = None) -> Forecast:
    """What a comparison would take in this folder; a few runs are made to find out how fast this machine is."""
    keys = wanted(arms, comparison.runs or FEWEST)
    held = open_read_only(target)
    header = header_of(comparison, arms, agents)
    reasons = tuple(_reasons(held, header, keys, target))
    usable = held.done if _same(held, header) else set()
    missing = [key for key in keys if key not in usable]
    rate = _rate(missing, comparison, arms, agents) if missing else 0.0
    main = {view.arm for view in arms.main()}
    counted = len(keys) + _TABLES * sum(arm in main for arm, _ in keys)
    bytes_ = counted * comparison.weeks * len(MEASURES) * 8
    return Forecast(
        target, len(comparison.policies), len(arms.arms), len(keys), len(keys) - len(missing),
        len(missing) / rate if rate else 0.0, rate, bytes_ / _MEGABYTE, comparison.runs is None, reasons,
    )  # fmt: skip


def _same(held: Store, header: dict[str, Any]) -> bool:
    return all(held.header.get(key) == header[key] for key in ("inputs", "model"))


def _rate(missing: Sequence[Key], comparison: Comparison, arms: Arms, agents: Agents | None) -> float:
    """Runs a second, measured on some of those that are missing."""
    place = execution_target(agents, jobs=default_jobs())
    compile_first()
    few = 2 * place.jobs if agents else TRIAL
    trial = _evenly(missing, few)
    clock = time.perf_counter()
    lots = orders(trial, comparison, arms, RunOptions(place, agents))
    made = sum(len(finished) for finished in submit_all(lots, place))
    return made / (time.perf_counter() - clock)


def _evenly(keys: Sequence[Key], few: int) -> list[Key]:
    """Some keys, spread evenly over all."""
    many = min(few, len(keys))
    return [keys[k * len(keys) // many] for k in range(many)]


def _reasons(held: Store, header: dict[str, Any], keys: Sequence[Key], target: Path) -> list[str]:
    """Why runs are made, or made again."""
    if not held.header:
        return [f"Nothing is done yet: {target} is not there."]
    if held.header.get("inputs") != header["inputs"]:
        return [f"{target} holds runs of other inputs: give --out another name."]
    if held.header.get("model") != header["model"]:
        made, here = str(held.header.get("model"))[:12], header["model"][:12]
        return [f"{target} holds runs of another version of the model ({made}, here {here}): give --out another name."]
    found = []
    if failed := len(held.failed.keys() & set(keys)):
        found.append(f"{failed} runs failed and are tried again: {target / 'failures'} says why.")
    if lost := held.lost:
        found.append(f"{lost} runs are made again: the files that held them were removed from {held.folder}.")
    return found


def rows(found: Forecast) -> list[tuple[str, str]]:
    """The forecast as lines of a table."""
    left = found.runs - found.done
    least = " at least: 'auto' asks for more until it is sure" if found.auto else ""
    compiling = "" if is_cached("advance") else ", and once under a minute to compile the model"
    spent = f"{_time(found.seconds)} at {found.rate:.3g} runs/s{compiling}" if left else "nothing left to run"
    return [
        ("folder", str(found.target)),
        ("policies", str(found.policies)),
        ("scenarios", f"{found.scenarios} (theories, parts of a package and values of parameters counted one by one)"),
        ("runs", f"{found.runs:,}{least}"),
        ("done", f"{found.done:,}"),
        ("time", f"{spent}; tables and report besides" if left else spent),
        ("disk", f"{found.megabytes:,.0f} MB"),
    ]


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def as_data(found: Forecast) -> dict[str, Any]:
    """The forecast as data."""
    return found._asdict() | {"target": str(found.target), "reasons": list(found.reasons)}
