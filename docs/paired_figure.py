"""Figures that compare policies: paired differences, levels with and without a policy, single pairs, and grades.

A `Line` is one quantity of one pair of batches, a `Panel` contains lines of one kind, and `paired` draws panels side by
side. Bands are 95 % intervals of the difference within pairs of runs with common random numbers, which cancel most of
the chance variation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from redbead.analysis.pairs import PairedRuns, band, by_quarter, display_unit, estimate
from redbead.report.plotting import (
    AMBER,
    BLUE,
    GRADES,
    GREY,
    INK,
    ORANGE,
    Drawing,
    add_captions,
    draw_event_lines,
    event_times,
    figure_style,
    new_figure,
    years_axis,
)
from redbead.state.constants import GRADE_NAMES, Reals
from redbead.storage.scenario_runs import ScenarioRuns

Kind = Literal["difference", "levels", "pairs", "grades"]

Edges: TypeAlias = tuple[Reals, Reals, Reals]
"""Lower end, mean and upper end of a band."""

_LABEL_HEIGHT: Final = 0.09
"""Height of a label relative to its panel. [share]"""
_COMPARATOR_COLOUR: Final = "#7B8494"
_LABEL_COLOURS: Final = {AMBER: "#946200"}
"""Colours of labels whose line colour is too pale for text."""
_NARROW: Final = 7.0
"""Narrower parts of a bar have no label. [%]"""


@dataclass(frozen=True)
class Line:
    """A measure or derived quantity of one pair of batches, with its label and colour."""

    pair: PairedRuns
    series: str
    label: str
    colour: str = ORANGE


@dataclass(frozen=True)
class Panel:
    """Lines that share an axis: title, kind of panel, and label of the comparator."""

    title: str
    lines: tuple[Line, ...]
    kind: Kind = "difference"
    without: str = "without"
    zero: bool = False


def paired(name: str, title: str, panels: Sequence[Panel], *, width: float = 11.0, height: float = 4.3) -> Drawing:
    """Draw panels side by side.

    Parameters
    ----------
    name : str
        File name of the figure.
    title : str
        Sentence that states what the figure shows.
    panels : sequence of Panel
        Panels from left to right; dashed lines mark events of the scenario of the first line.
    width, height : float
        Size of the figure. [inches]

    Returns
    -------
    Drawing
        The figure, its description and its data.
    """
    with figure_style():
        figure = new_figure(width, height)
        axes_of = np.atleast_1d(figure.subplots(1, len(panels)))
        for axes, panel in zip(axes_of, panels, strict=True):
            axes.set_title(panel.title, fontsize=10.5)
            _DRAW[panel.kind](axes, panel)
        marked = [k for k, panel in enumerate(panels) if panel.kind in ("difference", "levels")]
        for k in marked:
            scenario = panels[k].lines[0].pair.policy.scenario
            low, high = axes_of[k].get_ylim()
            space = 0.07 * len(event_times(scenario)) * (k == marked[0])  # space for the labels of events
            axes_of[k].set_ylim(low, high + space * (high - low))
            draw_event_lines(axes_of[k], scenario, labels=k == marked[0])
            years_axis(axes_of[k], scenario)
        add_captions(figure, title, note(panels), source(panels))
        for axes in axes_of:
            _separate(axes)
    return Drawing(name, title, figure, description(panels), pd.concat([numbers(panel) for panel in panels]))


def comparison(pair: PairedRuns, measures: Sequence[str], title: str) -> Drawing:
    """Compare two batches: one panel with the paired difference per measure.

    Raises
    ------
    BadInputError
        No seed finished in both batches, or there is no such measure.
    """
    panels = [Panel(_name(m), (Line(pair, m, "", (ORANGE, BLUE)[k % 2]),)) for k, m in enumerate(measures)]
    return paired(f"{pair.policy.policy}-against-{pair.other.policy}", title, panels)


def note(panels: Sequence[Panel]) -> str:
    """Explain how to read the panels."""
    others = {line.pair.other.scenario.name for panel in panels for line in panel.lines}
    other = f"'{others.pop()}'" if len(others) == 1 else "the same service without the policy"
    text = f"Difference from {other} in pairs of runs with the same seeds: lines are means, bands 95 % intervals"
    return text + ("; each dot is one pair." if any(panel.kind == "pairs" for panel in panels) else ".")


def source(panels: Sequence[Panel]) -> str:
    """Return scenarios, comparators, number of pairs and seeds."""
    lines = [line for panel in panels for line in panel.lines]
    sides: dict[str, list[str]] = {}
    for policy, other in dict.fromkeys((x.pair.policy.scenario.name, x.pair.other.scenario.name) for x in lines):
        sides.setdefault(other, []).append(f"'{policy}'")
    contrasts = "; ".join(f"{' and '.join(policies)} against '{other}'" for other, policies in sides.items())
    seeds = lines[0].pair.seeds
    return (
        f"Red Bead, {contrasts}; {len(seeds)} pair{'s' * (len(seeds) != 1)} of runs, seeds {seeds[0]} to {seeds[-1]}."
    )


def description(panels: Sequence[Panel]) -> str:
    """Describe the panels, with differences in the last two years."""
    texts = [f"{panel.title}: {', '.join(_describe(line) for line in panel.lines)}." for panel in panels]
    return f"{len(panels)} charts of paired runs; differences in the last two years. {' '.join(texts)}"


def numbers(panel: Panel) -> pd.DataFrame:
    """Return the data of a panel: both means and the difference with its interval, per line and quarter."""
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
    """Draw the mean difference with bands, and a line at 0."""
    axes.axhline(0, color=INK, linewidth=1)
    ends = []
    for line in panel.lines:
        means, at = by_quarter(line.pair.difference(line.series))
        ends.append((line, _banded(axes, line, at, *band(means))))
    _name_ends(axes, ends)
    axes.set_ylabel(f"Difference, {display_unit(panel.lines[0].series).difference_unit}")


def _levels(axes: Axes, panel: Panel) -> None:
    """Draw levels with the policy, and grey levels without it."""
    ends: list[tuple[Line, Edges]] = []
    others: dict[bytes, Reals] = {}
    for line in panel.lines:
        without, at = by_quarter(line.pair.sides(line.series)[1])
        base = without.mean(axis=0)
        others[base.tobytes()] = base
        parts = band(by_quarter(line.pair.difference(line.series))[0])
        ends.append((line, _banded(axes, line, at, *(base + part for part in parts))))
    for base in others.values():
        axes.plot(at, base, color=_COMPARATOR_COLOUR, linewidth=1.8)
        ends.append((Line(panel.lines[0].pair, panel.lines[0].series, panel.without, GREY), (base, base, base)))
    axes.margins(y=0.16)
    if panel.zero:
        axes.set_ylim(0, 1.14 * axes.dataLim.y1)
    _name_ends(axes, ends)
    unit = display_unit(panel.lines[0].series).unit
    axes.set_ylabel(unit[:1].upper() + unit[1:])


def _banded(axes: Axes, line: Line, at: Reals, middle: Reals, low: Reals, high: Reals) -> Edges:
    """Draw a line with its band; return lower end, line and upper end."""
    axes.fill_between(at, low, high, color=line.colour, alpha=0.25, linewidth=0)
    axes.plot(at, middle, color=line.colour, linewidth=1.9)
    return np.where(np.isnan(low), middle, low), middle, np.where(np.isnan(high), middle, high)


def _name_ends(axes: Axes, ends: list[tuple[Line, Edges]]) -> None:
    """Label each line at its right end: above the line, or below the lowest line if there is space."""
    axes.margins(y=0.16)
    tail = slice(-max(1, ends[0][1][0].size // 2), None)
    order = sorted(ends, key=lambda end: -float(end[1][1][tail].mean()))
    bottom, top = axes.get_ylim()
    for place, (line, (low, middle, high)) in enumerate(order):
        lowest = place == len(order) - 1 and len(order) > 1
        under = lowest and low[tail].min() - bottom > _LABEL_HEIGHT * (top - bottom)
        inside = lowest and not under
        y = float(low[tail].min() if under else middle[tail].max() if inside else high[tail].max())
        axes.annotate(
            line.label, (1, y), xycoords=("axes fraction", "data"), xytext=(-3, -3 if under else 3),
            textcoords="offset points", ha="right", va="top" if under else "bottom", fontsize=9.5,
            color=_LABEL_COLOURS.get(line.colour, line.colour), fontweight="bold",
        )  # fmt: skip


def _separate(axes: Axes) -> None:
    """Move labels that overlap one above them down, and all of them up if the last would leave the panel."""
    labels = [text for text in axes.texts if isinstance(text, Annotation)]
    renderer = axes.figure.canvas.get_renderer()
    for text in labels:
        text.update_positions(renderer)
    boxes = [Text.get_window_extent(text, renderer) for text in labels]
    order = sorted(range(len(labels)), key=lambda k: -boxes[k].y1)
    placed: list[Bbox] = []
    for k in order:
        box = boxes[k]
        while hit := next((other for other in placed if box.overlaps(other)), None):
            box = box.translated(0, hit.y0 - box.y1 - 1)
        placed.append(box)
    low = axes.get_window_extent().y0
    for k, box in zip(order, placed, strict=True):
        x, y = labels[k].xyann
        shift = box.y0 - boxes[k].y0 + max(0.0, low - min(other.y0 for other in placed))
        labels[k].xyann = (x, y + shift * 72 / axes.figure.dpi)


def _pairs(axes: Axes, panel: Panel) -> None:
    """Draw the differences of single pairs in the last two years, in increasing order."""
    axes.axhline(0, color=INK, linewidth=1)
    top = 0.97
    for line in panel.lines:
        values = np.sort(line.pair.difference(line.series)[:, line.pair.windows()[1]].mean(axis=1))
        axes.plot(np.arange(1, values.size + 1), values, "o", color=line.colour, markersize=3.5)
        below = int((values < 0).sum())
        label = f"{line.label}: below 0 in {below} of {values.size}"
        axes.text(
            0.03, top, label, transform=axes.transAxes, va="top", fontsize=9.5, color=line.colour, fontweight="bold"
        )  # fmt: skip
        top -= 0.075
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.12 * (high - low))
    axes.set_xlabel("Pairs of runs, from lowest to highest")
    axes.set_ylabel(f"Difference in the last two years,\n{display_unit(panel.lines[0].series).difference_unit}")


def _grades(axes: Axes, panel: Panel) -> None:
    """Draw the share of time in each grade: one bar for the comparator and one per line."""
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
    handles = [Patch(color=colour, label=name) for colour, name in zip(GRADES, GRADE_NAMES, strict=True)]
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2, handlelength=1.2)
    axes.set_yticks(range(len(rows)), [label for label, _ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    axes.grid(visible=False)
    axes.set_xlabel("Share of the time of all runs, %")


def grade_shares(batch: ScenarioRuns) -> Reals:
    """Share of time of all finished runs in each grade, best first, of the time with a grade. [%]"""
    grade = batch.values("grade")
    counts = np.array([(grade == code).sum() for code in range(len(GRADE_NAMES))], dtype=np.float64)
    return np.asarray(100 * counts / max(1.0, float(counts.sum())))


def _describe(line: Line) -> str:
    """Describe the difference of a line in the last two years."""
    how = display_unit(line.series)
    late = estimate(line.pair.difference(line.series), line.pair.windows()[1])
    ends = f" ({how.number(late.low, sign=True)} to {how.number(late.high, sign=True)})" if late.low == late.low else ""
    label = line.label.replace("\n", " ")
    return f"{label or _name(line.series).lower()} {how.number(late.mean, sign=True)}{ends} {how.difference_unit}"


def _name(measure: str) -> str:
    return measure.replace("_", " ").capitalize()


_DRAW: Final = {"difference": _differences, "levels": _levels, "pairs": _pairs, "grades": _grades}
