"""Results of target comparisons as text, data and tables; unmet targets come first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from redbead.analysis.estimates import Estimate
from redbead.studies.targets.results import TargetResult, TargetVerdict
from redbead.studies.targets.spec import Target, TargetSet

LABELS = {TargetVerdict.INSIDE: "inside", TargetVerdict.OUTSIDE: "outside", TargetVerdict.UNSEEN: "no data"}


def number(value: float, unit: str) -> str:
    """Format a level; shares are percentages.

    Examples
    --------
    >>> number(0.1452, "share"), number(16.42, "cases/worker"), number(2.6, "incidents/year")
    ('14.5 %', '16.4', '2.60')
    """
    if not math.isfinite(value):
        return "?"
    if unit == "share":
        return f"{100.0 * value:.1f} %"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def unit_label(unit: str) -> str:
    """Return the unit to print after a value; '' for shares and ratios."""
    return "" if unit in ("share", "ratio") else unit


def interval(estimate: Estimate, unit: str) -> str:
    """Format a level with its interval."""
    return f"{number(estimate.value, unit)} ({number(estimate.low, unit)} to {number(estimate.high, unit)})"


def band(target: Target) -> str:
    """Format the band of a target."""
    return f"{number(target.low, target.unit)} to {number(target.high, target.unit)}"


def ordered(results: Sequence[TargetResult]) -> list[TargetResult]:
    """Sort results: unmet targets first, then met targets, then targets excluded from calibration."""
    rank = {TargetVerdict.OUTSIDE: 0, TargetVerdict.UNSEEN: 1, TargetVerdict.INSIDE: 2}
    return sorted(results, key=lambda item: (not item.target.fitted, rank[item.verdict]))


def rows(results: Iterable[TargetResult]) -> list[tuple[str, str, str, str]]:
    """Return the terminal table: verdict, target, level with interval, band and published figure."""
    return [
        (
            LABELS[item.verdict] + ("" if item.target.fitted else " *"),
            _name_with_unit(item.target),
            interval(item.estimate, item.target.unit),
            f"{band(item.target)}; published {number(item.target.value, item.target.unit)}",
        )
        for item in results
    ]


def page_rows(results: Iterable[TargetResult]) -> list[tuple[str, str, str, str]]:
    """Return the rows for a page, whose narrow tables have the first column as the heading of each row: the target."""
    return [(level, verdict, estimate, band) for verdict, level, estimate, band in rows(results)]


def _name_with_unit(target: Target) -> str:
    unit = unit_label(target.unit)
    return f"{target.name} [{unit}]" if unit else target.name


def summary(results: Sequence[TargetResult], runs: int) -> str:
    """Summarise how many targets are met, and explain the star."""
    fitted = [item for item in results if item.target.fitted]
    inside = sum(item.verdict is TargetVerdict.INSIDE for item in fitted)
    text = f"In {runs} runs, {inside} of {len(fitted)} levels lie inside the bands of published figures."
    if inconclusive := [item for item in fitted if not item.conclusive]:
        text += f" For {len(inconclusive)} of them the interval includes an end of the band, so more runs are needed."
    if len(fitted) < len(results):
        text += (
            " Levels with a star (*) are reported only, not used for calibration; the file of targets gives the reason."
        )
    return text


def as_data(item: TargetResult) -> dict[str, Any]:
    """Return one result as JSON data."""
    t = item.target
    figures = {name: _finite_or_none(getattr(item.estimate, name)) for name in ("value", "low", "high")}
    return {
        "name": t.name, "level": t.level, "unit": t.unit, "verdict": str(item.verdict), **figures,
        "observations": item.estimate.observations, "published": t.value, "band": [t.low, t.high], "years": t.years,
        "basis": t.basis, "key": t.key, "definition": t.definition, "fitted": t.fitted, "because": t.because,
    }  # fmt: skip


def _finite_or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def frame(results: Iterable[TargetResult]) -> pd.DataFrame:
    """Return all results as a table, one row per target."""
    table = pd.DataFrame([as_data(item) for item in results])
    table[["band_low", "band_high"]] = pd.DataFrame(table.pop("band").tolist(), index=table.index)
    return table


def markdown(results: Sequence[TargetResult], targets: TargetSet, runs: int) -> str:
    """Return the documentation page: unmet targets, excluded and unmodelled figures, then every target."""
    missed = [item for item in results if item.target.fitted and item.verdict is not TargetVerdict.INSIDE]
    first = [f"- **{i.target.name}**: {interval(i.estimate, i.target.unit)}, band {band(i.target)}." for i in missed]
    excluded = [i for i in results if not i.target.fitted]
    lines = [
        "## Unmet targets", "",
        *(first or ["Every level used for calibration lies inside its band."]), "",
        "Reported, but not used for calibration:", "",
        *(f"- **{i.target.name}**: {interval(i.estimate, i.target.unit)}, published "
          f"{number(i.target.value, i.target.unit)}. {_as_sentence(i.target.because)}" for i in excluded), "",
        "Published, but not represented in the model:", "",
        *(f"- **{a.name}** ({a.value}; {a.band}): {a.because}." for a in targets.not_modelled), "",
        "## Calibration targets", "",
        summary([i for i in results if i.target.fitted], runs), "",
        "| | level | model, 95 % interval | band | published | years | evidence | source |",
        "|---|---|---|---|---|---|---|---|",
        *(_table_line(item) for item in results if item.target.fitted), "",
        "## Definitions", "",
        *(f"- **{t.name}** (`{t.level}`): {t.definition}." for t in targets.targets), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _table_line(item: TargetResult) -> str:
    t = item.target
    cells = (
        LABELS[item.verdict], _name_with_unit(t), interval(item.estimate, t.unit), band(t), number(t.value, t.unit),
        t.years, t.basis, f"`{t.key}`",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _as_sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
