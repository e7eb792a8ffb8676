"""Comparing policies: panels of paired differences, of levels with and without, of single pairs, and of grades.

A `Line` is one quantity of one pair of batches, a `Panel` a few lines of one kind, and `paired` draws panels side by
side. Bands are 95 % intervals of the difference within pairs: runs of the same seed live in the same world, so that
most of chance cancels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from redbead.analysis.pairs import PairedRuns, band, by_quarter, display_unit, estimate
from redbead.execution.runs import ScenarioRuns
from redbead.report.plotting import (
    AMBER,
    BLUE,
    GRADES,
    GREY,
    INK,
    ORANGE,
    Drawing,
    dress,
    look,
    mark,
    marks,
    sheet,
    years_axis,
)
from redbead.state.constants import GRADE_NAMES
from redbead.state.types import Reals

Kind = Literal["difference", "levels", "pairs", "grades"]

Edges: TypeAlias = tuple[Reals, Reals, Reals]
"""Lower edge, middle and upper edge of a band."""

_ROOM: Final = 0.09
"""Height of a label, of the height of its panel. [share]"""
_FADED: Final = "#7B8494"
_INKS: Final = {AMBER: "#946200"}
"""Colours of labels, where that of the line is too pale to read."""
_NARROW: Final = 7.0
"""A part of a bar that is narrower than this has no room for its number. [%]"""


@dataclass(frozen=True)
class Line:
    """One quantity of one pair: a measure or a quantity made from measures, its label, its colour."""

    pair: PairedRuns
    series: str
    label: str
    colour: str = ORANGE


@dataclass(frozen=True)
class Panel:
    """Lines that share an axis: what the panel shows, how, and what the lines of the other side are called."""

    title: str
    lines: tuple[Line, ...]
    kind: Kind = "difference"
    without: str = "without"
    zero: bool = False


def paired(name: str, title: str, panels: Sequence[Panel], *, width: float = 11.0, height: float = 4.3) -> Drawing:
    """Draw panels side by side.

    Parameters
    ----------
    name
        The name of the file.
    title
        A sentence that says what the picture shows.
    panels
        The panels, from left to right; the dashed lines are those of the first line's scenario.
    width, height
        Size of the figure. [inches]
    """
    with look():
        figure = sheet(width, height)
        axes_of = np.atleast_1d(figure.subplots(1, len(panels)))
        for axes, panel in zip(axes_of, panels, strict=True):
            axes.set_title(panel.title, fontsize=10.5)
            _DRAW[panel.kind](axes, panel)
        marked = [k for k, panel in enumerate(panels) if panel.kind in ("difference", "levels")]
        for k in marked:
            scenario = panels[k].lines[0].pair.policy.scenario
            low, high = axes_of[k].get_ylim()
            room = 0.07 * len(marks(scenario)) * (k == marked[0])  # for the labels of the marks
            axes_of[k].set_ylim(low, high + room * (high - low))
            mark(axes_of[k], scenario, labels=k == marked[0])
            years_axis(axes_of[k], scenario)
        dress(figure, title, note(panels), source(panels))
    return Drawing(name, title, figure, words(panels), pd.concat([numbers(panel) for panel in panels]))


def comparison(pair: PairedRuns, measures: Sequence[str], title: str) -> Drawing:
    """The plain comparison of two batches: a panel of the paired difference for each measure.

    Raises
    ------
    BadInputError
        No seed finished on both sides, or there is no such measure.
    """
    panels = [Panel(_name(m), (Line(pair, m, "", (ORANGE, BLUE)[k % 2]),)) for k, m in enumerate(measures)]
    return paired(f"{pair.policy.policy}-against-{pair.other.policy}", title, panels)


def note(panels: Sequence[Panel]) -> str:
    """How to read the panels: what the difference is from, and what lines, bands and dots are."""
    others = {line.pair.other.scenario.name for panel in panels for line in panel.lines}
    other = f"'{others.pop()}'" if len(others) == 1 else "the same service without it"
    text = f"Difference from {other} in pairs of runs on the same seeds: lines are means, bands 95 % intervals"
    return text + ("; each dot is one pair." if any(panel.kind == "pairs" for panel in panels) else ".")


def source(panels: Sequence[Panel]) -> str:
    """Which scenarios, against which, how many pairs, which seeds."""
    lines = [line for panel in panels for line in panel.lines]
    sides: dict[str, list[str]] = {}
    for policy, other in dict.fromkeys((x.pair.policy.scenario.name, x.pair.other.scenario.name) for x in lines):
        sides.setdefault(other, []).append(f"'{policy}'")
    told = "; ".join(f"{' and '.join(policies)} against '{other}'" for other, policies in sides.items())
    seeds = lines[0].pair.seeds
    return f"Red Bead, {told}; {len(seeds)} pair{'s' * (len(seeds) != 1)} of runs, seeds {seeds[0]} to {seeds[-1]}."


def words(panels: Sequence[Panel]) -> str:
    """What the panels show, in sentences with figures of the last two years."""
    told = [f"{panel.title}: {', '.join(_told(line) for line in panel.lines)}." for panel in panels]
    return f"{len(panels)} charts of paired runs; differences in the last two years. {' '.join(told)}"


def numbers(panel: Panel) -> pd.DataFrame:
    """The numbers behind a panel: for each line and quarter, both means and the difference with its interval."""
    frames = []
    for line in panel.lines:
        first, second = (by_quarter(side)[0].mean(axis=0) for side in line.pair.sides(line.series))
        means, at = by_quarter(line.pair.difference(line.series))
        middle, low, high = band(means)
        columns = {"year": at, "with": first, "without": second, "difference": middle, "low": low, "high": high}
        head = {"panel": panel.title, "series": line.label, "unit": display_unit(line.series).unit}
        frames.append(pd.DataFrame(head | columns))
    return pd.concat(frames)


def _differences(axes: Axes, panel: Panel) -> None:
    """Lines of the mean difference with bands, about a line of no difference."""
    axes.axhline(0, color=INK, linewidth=1)
    ends = []
    for line in panel.lines:
        means, at = by_quarter(line.pair.difference(line.series))
        ends.append((line, _banded(axes, line, at, *band(means))))
    _name_ends(axes, ends)
    axes.set_ylabel(f"Difference, {display_unit(panel.lines[0].series).difference_unit}")


def _levels(axes: Axes, panel: Panel) -> None:
    """Lines with the policy above grey lines without it."""
    ends: list[tuple[Line, Edges]] = []
    others: dict[bytes, Reals] = {}
    for line in panel.lines:
        without, at = by_quarter(line.pair.sides(line.series)[1])
        base = without.mean(axis=0)
        others[base.tobytes()] = base
        parts = band(by_quarter(line.pair.difference(line.series))[0])
        ends.append((line, _banded(axes, line, at, *(base + part for part in parts))))
    for base in others.values():
        axes.plot(at, base, color=_FADED, linewidth=1.8)
        ends.append((Line(panel.lines[0].pair, panel.lines[0].series, panel.without, GREY), (base, base, base)))
    axes.margins(y=0.16)
    if panel.zero:
        axes.set_ylim(0, 1.14 * axes.dataLim.y1)
    _name_ends(axes, ends)
    unit = display_unit(panel.lines[0].series).unit
    axes.set_ylabel(unit[:1].upper() + unit[1:])


def _banded(axes: Axes, line: Line, at: Reals, middle: Reals, low: Reals, high: Reals) -> Edges:
    """A line in its band; gives the lower edge, the line, and the upper edge."""
    axes.fill_between(at, low, high, color=line.colour, alpha=0.25, linewidth=0)
    axes.plot(at, middle, color=line.colour, linewidth=1.9)
    return np.where(np.isnan(low), middle, low), middle, np.where(np.isnan(high), middle, high)


def _name_ends(axes: Axes, ends: list[tuple[Line, Edges]]) -> None:
    """Write each line's label at its right end: above the upper ones, below the lowest one if there is room."""
    axes.margins(y=0.16)
    tail = slice(-max(1, ends[0][1][0].size // 2), None)
    order = sorted(ends, key=lambda end: -float(end[1][1][tail].mean()))
    bottom, top = axes.get_ylim()
    for place, (line, (low, middle, high)) in enumerate(order):
        lowest = place == len(order) - 1 and len(order) > 1
        under = lowest and low[tail].min() - bottom > _ROOM * (top - bottom)
        inside = lowest and not under
        y = float(low[tail].min() if under else middle[tail].max() if inside else high[tail].max())
        axes.annotate(
            line.label, (1, y), xycoords=("axes fraction", "data"), xytext=(-3, -3 if under else 3),
            textcoords="offset points", ha="right", va="top" if under else "bottom", fontsize=9.5,
            color=_INKS.get(line.colour, line.colour), fontweight="bold",
        )  # fmt: skip


def _pairs(axes: Axes, panel: Panel) -> None:
    """The differences of single pairs in the last two years, from the lowest to the highest."""
    axes.axhline(0, color=INK, linewidth=1)
    top = 0.97
    for line in panel.lines:
        values = np.sort(line.pair.difference(line.series)[:, line.pair.windows()[1]].mean(axis=1))
        axes.plot(np.arange(1, values.size + 1), values, "o", color=line.colour, markersize=3.5)
        below = int((values < 0).sum())
        told = f"{line.label}: below 0 in {below} of {values.size}"
        axes.text(
            0.03, top, told, transform=axes.transAxes, va="top", fontsize=9.5, color=line.colour, fontweight="bold"
        )  # fmt: skip
        top -= 0.075
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.12 * (high - low))
    axes.set_xlabel("Pairs of runs, from lowest to highest")
    axes.set_ylabel(f"Difference in the last two years,\n{display_unit(panel.lines[0].series).difference_unit}")


def _grades(axes: Axes, panel: Panel) -> None:
    """How the time of all runs is shared out among the grades: a bar for the other side, and one for each line."""
    rows = [(panel.without, panel.lines[0].pair.other), *((line.label, line.pair.policy) for line in panel.lines)]
    for k, (_, batch) in enumerate(rows):
        left = 0.0
        for share, colour, dark in zip(grade_shares(batch), GRADES, (True, False, False, True), strict=True):
            axes.barh(k, share, left=left, color=colour, height=0.62)
            if share >= _NARROW:
                axes.text(
                    left + share / 2, k, f"{share:.0f}", ha="center", va="center", color="white" if dark else INK
                )  # fmt: skip
            left += share
    left = 0.0
    for name, share in zip(GRADE_NAMES, grade_shares(rows[0][1]), strict=True):
        short = name.replace("requires improvement", "requires\nimprovement")
        edge = "left" if left == 0 and share < 2 * _NARROW else "center"  # a narrow first part has no room to its left
        place = left if edge == "left" else left + share / 2
        axes.text(place, -0.4, short, ha=edge, va="bottom", fontsize=8.5)
        left += share
    axes.set_yticks(range(len(rows)), [label for label, _ in rows])
    axes.set_ylim(len(rows) - 0.5, -1.0)
    axes.set_xlim(0, 100)
    axes.grid(visible=False)
    axes.set_xlabel("Share of the time of all runs, %")


def grade_shares(batch: ScenarioRuns) -> Reals:
    """The time of all finished runs in each grade, best first, of the time with any grade at all. [%]"""
    grade = batch.values("grade")
    counts = np.array([(grade == code).sum() for code in range(len(GRADE_NAMES))], dtype=np.float64)
    return np.asarray(100 * counts / max(1.0, float(counts.sum())))


def _told(line: Line) -> str:
    """The difference of a line in the last two years, in words."""
    how = display_unit(line.series)
    late = estimate(line.pair.difference(line.series), line.pair.windows()[1])
    ends = f" ({how.number(late.low, sign=True)} to {how.number(late.high, sign=True)})" if late.low == late.low else ""
    label = line.label.replace("\n", " ")
    return f"{label or _name(line.series).lower()} {how.number(late.mean, sign=True)}{ends} {how.difference_unit}"


def _name(measure: str) -> str:
    return measure.replace("_", " ").capitalize()


_DRAW: Final = {"difference": _differences, "levels": _levels, "pairs": _pairs, "grades": _grades}
