"""Matrix of policies by outcomes: one row per policy, one cell per outcome, for comparisons of many policies.

Verdicts and differences are those of the other tables. A cell has a mark for its verdict besides its colour.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import pandas as pd

from redbead.analysis.outcomes import OUTCOMES
from redbead.quantities import MINUS
from redbead.report.comparison.forest import scaled_difference
from redbead.report.comparison.text import format_signed, label, lower_label
from redbead.report.text import PERCENT
from redbead.studies.comparison.findings import Effect, EffectVerdict
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import sign

MOST_IN_TABLES: Final = 12
"""Most policies besides the baseline for which the page has a row per policy and outcome. With more it has a matrix."""

_SMALLEST: Final = 0.05
"""Smallest difference in per cent that is not shown as 0.0."""

MARKS: Final = {
    EffectVerdict.BETTER_AND_MATTERS: ("▲▲", "better matters"),
    EffectVerdict.BETTER: ("▲", "better"),
    EffectVerdict.TOO_SMALL: ("≈", ""),
    EffectVerdict.WORSE: ("▼", "worse"),
    EffectVerdict.WORSE_AND_MATTERS: ("▼▼", "worse matters"),
    EffectVerdict.HIGHER_AND_MATTERS: ("▲▲", ""),
    EffectVerdict.HIGHER: ("▲", ""),
    EffectVerdict.LOWER: ("▼", ""),
    EffectVerdict.LOWER_AND_MATTERS: ("▼▼", ""),
    EffectVerdict.EQUAL: ("=", ""),
    EffectVerdict.INCONCLUSIVE: ("?", ""),
}
"""Mark of each verdict, and the classes of its cell in the page."""


class MatrixCell(NamedTuple):
    """Cell of one policy and outcome: mark, verdict, difference with its sign, and classes of the page."""

    mark: str
    verdict: str
    difference: str
    style: str


class MatrixGroup(NamedTuple):
    """Policies with the same direction on the main outcome: heading, and the cells of each policy."""

    heading: str
    rows: list[tuple[str, list[MatrixCell]]]


class Matrix(NamedTuple):
    """Head of each column, groups of policies, and the marks with their verdicts."""

    head: list[str]
    groups: list[MatrixGroup]
    legend: list[tuple[str, str, str]]


def has_many_policies(data: ReportData) -> bool:
    """Whether the page has a matrix in place of a row per policy and outcome."""
    return data.complete and len(data.results.comparison.others) > MOST_IN_TABLES


def ordered_policies(data: ReportData) -> list[str]:
    """Policies besides the baseline: better, not distinguishable, worse on the main outcome; the best mean first."""
    effects = {name: data.effects[data.theory, name, data.outcomes[0]] for name in data.results.comparison.others}
    better = sign(OUTCOMES[data.outcomes[0]].better)
    return sorted(effects, key=lambda name: (-effects[name].direction, -better * effects[name].difference.mean))


def matrix_frame(data: ReportData) -> pd.DataFrame:
    """One row per policy; for each outcome the difference from the baseline and the verdict, under the first theory.

    Differences are in per cent of the baseline, in percentage points, or in the unit of the outcome, as
    ``attrs["units"]`` states. There are no rows if no run finished in every policy.
    """
    names, outcomes = (ordered_policies(data), _outcomes(data)) if data.complete else ([], [])
    columns: dict[tuple[str, str], list[Any]] = {}
    units = {}
    for outcome in outcomes:
        effects = [data.effects[data.theory, name, outcome] for name in names]
        scaled = [scaled_difference(effect) for effect in effects]
        columns[outcome, "difference"] = [interval.mean for interval, _, _ in scaled]
        columns[outcome, "verdict"] = [str(data.verdict(effect)) for effect in effects]
        units[outcome] = scaled[0][2]
    frame = pd.DataFrame(columns, index=pd.Index(names, name="policy"))
    frame.attrs["units"] = units
    return frame


def matrix(data: ReportData) -> Matrix:
    """The matrix for the page."""
    outcomes, names = _outcomes(data), ordered_policies(data)
    head = [f"{label(outcome)} ({_unit(data, outcome)})" for outcome in outcomes]
    main = lower_label(data.outcomes[0])
    headings = {1: f"Better on {main}", 0: f"Not shown to be better or worse on {main}", -1: f"Worse on {main}"}
    if data.only_assumptions_differ:
        up = "Higher" if sign(OUTCOMES[data.outcomes[0]].better) > 0.0 else "Lower"
        down = "Lower" if up == "Higher" else "Higher"
        headings = {1: f"{up}: {main}", 0: f"Not shown to differ: {main}", -1: f"{down}: {main}"}
    groups = []
    for direction, heading in headings.items():
        members = [n for n in names if data.effects[data.theory, n, data.outcomes[0]].direction == direction]
        rows = [(n, [_cell(data, data.effects[data.theory, n, outcome]) for outcome in outcomes]) for n in members]
        if rows:
            groups.append(MatrixGroup(heading, rows))
    shown = {cell.verdict for group in groups for _, cells in group.rows for cell in cells}
    legend = [(mark, str(verdict), style) for verdict, (mark, style) in MARKS.items() if verdict in shown]
    return Matrix(head, groups, legend)


def _outcomes(data: ReportData) -> list[str]:
    """Deciding outcomes with finished runs in all policies, the main outcome first."""
    return [outcome for outcome in data.outcomes if (data.theory, outcome) in data.rankings]


def _unit(data: ReportData, outcome: str) -> str:
    """Unit of the differences of an outcome."""
    unit = scaled_difference(data.effects[data.theory, data.results.comparison.others[0], outcome])[2]
    return {"percentage points": "points", "% of the baseline": "%"}.get(unit, unit.strip("()"))


def _cell(data: ReportData, effect: Effect) -> MatrixCell:
    """Cell of one difference."""
    verdict = data.verdict(effect)
    mark, style = MARKS[verdict]
    interval, _, unit = scaled_difference(effect)
    if math.isnan(interval.mean):
        text = ""
    elif unit.startswith("%") or OUTCOMES[effect.outcome].unit in PERCENT:
        text = "0.0" if abs(interval.mean) < _SMALLEST else f"{interval.mean:+.1f}".replace("-", MINUS)
    else:
        text = format_signed(interval.mean, OUTCOMES[effect.outcome].unit, effect.base)
    return MatrixCell(mark, str(verdict), text, style)
