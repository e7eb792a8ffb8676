"""Verdicts in words, as data and as tables: what is outside its band comes first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from redbead.analysis.estimates import Estimate
from redbead.studies.targets.results import TargetResult, TargetVerdict
from redbead.studies.targets.spec import Target, TargetSet

SAID = {TargetVerdict.INSIDE: "in", TargetVerdict.OUTSIDE: "OUT", TargetVerdict.UNSEEN: "not seen"}


def number(value: float, unit: str) -> str:
    """A figure as the tables show it: shares in percent.

    >>> number(0.1452, "share"), number(16.42, "cases/worker"), number(2.6, "incidents/year")
    ('14.5 %', '16.4', '2.60')
    """
    if not math.isfinite(value):
        return "?"
    if unit == "share":
        return f"{100.0 * value:.1f} %"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def spelt(unit: str) -> str:
    """The unit behind a figure; shares carry theirs with them."""
    return "" if unit in ("share", "ratio") else unit


def interval(found: Estimate, unit: str) -> str:
    """The level with its interval."""
    return f"{number(found.value, unit)} ({number(found.low, unit)} to {number(found.high, unit)})"


def band(target: Target) -> str:
    """The band of a target."""
    return f"{number(target.low, target.unit)} to {number(target.high, target.unit)}"


def ordered(held: Sequence[TargetResult]) -> list[TargetResult]:
    """What is outside first, then what is inside, then what is only told."""
    rank = {TargetVerdict.OUTSIDE: 0, TargetVerdict.UNSEEN: 1, TargetVerdict.INSIDE: 2}
    return sorted(held, key=lambda item: (not item.target.fitted, rank[item.verdict]))


def rows(held: Iterable[TargetResult]) -> list[tuple[str, str, str, str]]:
    """Verdict, target, level with interval, and band, as the terminal shows them."""
    return [
        (
            SAID[item.verdict] + ("" if item.target.fitted else " *"),
            f"{item.target.name} {f'[{spelt(item.target.unit)}]' if spelt(item.target.unit) else ''}".rstrip(),
            interval(item.found, item.target.unit),
            f"{band(item.target)}; published {number(item.target.value, item.target.unit)}",
        )
        for item in held
    ]


def summary(held: Sequence[TargetResult], runs: int) -> str:
    """How many are inside, in a sentence, and what the star means."""
    fitted = [item for item in held if item.target.fitted]
    inside = sum(item.verdict is TargetVerdict.INSIDE for item in fitted)
    text = f"{inside} of {len(fitted)} published levels inside their bands, in {runs} runs."
    if unsure := [item for item in fitted if not item.sure]:
        text += f" For {len(unsure)} of them the interval reaches over an end of the band: more runs would tell."
    if len(fitted) < len(held):
        text += " * told, not aimed at: the file says why."
    return text


def as_data(item: TargetResult) -> dict[str, Any]:
    """One verdict as data."""
    t = item.target
    figures = {name: _plain(getattr(item.found, name)) for name in ("value", "low", "high")}
    return {
        "name": t.name, "level": t.level, "unit": t.unit, "verdict": str(item.verdict), **figures,
        "observations": item.found.observations, "published": t.value, "band": [t.low, t.high], "years": t.years,
        "basis": t.basis, "key": t.key, "definition": t.definition, "fitted": t.fitted, "because": t.because,
    }  # fmt: skip


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None


def frame(held: Iterable[TargetResult]) -> pd.DataFrame:
    """All verdicts as a table."""
    table = pd.DataFrame([as_data(item) for item in held])
    table[["band_low", "band_high"]] = pd.DataFrame(table.pop("band").tolist(), index=table.index)
    return table


def markdown(held: Sequence[TargetResult], targets: TargetSet, runs: int) -> str:
    """The page of the documentation: what is not reached first, then every target, then what is not modelled."""
    out = [item for item in held if item.target.fitted and item.verdict is not TargetVerdict.INSIDE]
    first = [f"- **{i.target.name}**: {interval(i.found, i.target.unit)}, band {band(i.target)}." for i in out]
    told = [i for i in held if not i.target.fitted]
    lines = [
        "## What is not reached", "",
        *(first or ["Every level that is aimed at lies inside its band."]), "",
        "Told and not aimed at:", "",
        *(f"- **{i.target.name}**: {interval(i.found, i.target.unit)}, published "
          f"{number(i.target.value, i.target.unit)}. {_sentence(i.target.because)}" for i in told), "",
        "Published, and not in the model:", "",
        *(f"- **{a.name}** ({a.value}; {a.band}): {a.because}." for a in targets.absent), "",
        "## What is aimed at", "",
        summary([i for i in held if i.target.fitted], runs), "",
        "| | level | model, 95 % interval | band | published | years | how known | source |",
        "|---|---|---|---|---|---|---|---|",
        *(_line(item) for item in held if item.target.fitted), "",
        "## Definitions", "",
        *(f"- **{t.name}** (`{t.level}`): {t.definition}." for t in targets.targets), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _line(item: TargetResult) -> str:
    t = item.target
    name = f"{t.name} [{spelt(t.unit)}]" if spelt(t.unit) else t.name
    cells = (
        SAID[item.verdict], name, interval(item.found, t.unit), band(t), number(t.value, t.unit), t.years, t.basis,
        f"`{t.key}`",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
