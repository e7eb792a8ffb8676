"""Figures of paired differences, differences by theory, ranks and trade-offs, all with intervals."""

from __future__ import annotations

import math
import textwrap
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from redbead.analysis.intervals import Interval
from redbead.analysis.outcomes import OUTCOMES
from redbead.quantities import MINUS
from redbead.report.comparison.text import (
    ABSOLUTE,
    format_difference,
    label,
    lower_label,
    place,
    source,
)
from redbead.report.plotting import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    RULE,
    SKY,
    Drawing,
    add_captions,
    figure_style,
    names_height,
    new_figure,
    wrapped,
)
from redbead.report.text import PERCENT, unit_words
from redbead.studies.comparison.findings import Effect, Ranking
from redbead.studies.comparison.report_data import ReportData

COLOURS: Final = (ORANGE, BLUE, GREEN, PURPLE, SKY, AMBER, "#7A5C00", "#4B4B9B")
"""Colours of policies, distinguishable with colour vision deficiency; the baseline is grey."""

MAX_POLICIES: Final = len(COLOURS)
"""Largest number of policies per figure besides the baseline."""


def policies_shown(data: ReportData) -> list[str]:
    """Policies of a figure besides the baseline: all, or those with the best mean rank on the main outcome.

    Where only assumptions differ, the first of them, since none is better than another.
    """
    others = list(data.results.comparison.others)
    if len(others) <= MAX_POLICIES or data.only_assumptions_differ:
        return others[:MAX_POLICIES]
    ranking = data.rankings[data.theory, data.outcomes[0]]
    mean_rank = {name: ranking.ranks[k].mean for k, name in enumerate(ranking.policies)}
    best = set(sorted(others, key=lambda name: mean_rank[name])[:MAX_POLICIES])
    return [name for name in others if name in best]


def omission_note(data: ReportData) -> str:
    """Note on policies that a figure leaves out; empty if it shows all."""
    others = len(data.results.comparison.others)
    which = "first" if data.only_assumptions_differ else "best"
    note = f" Only the {which} {MAX_POLICIES} of {others} policies are shown; ranking.csv lists all."
    return note if others > MAX_POLICIES else ""


def policy_colours(data: ReportData) -> dict[str, str]:
    """Colour of every policy shown."""
    return {data.results.comparison.baseline: GREY, **dict(zip(policies_shown(data), COLOURS, strict=False))}


def legend(axes: Axes, data: ReportData, names: list[str]) -> None:
    """Draw a legend beside the panel."""
    colours = policy_colours(data)
    handles = [axes.plot([], [], color=colours[name], linewidth=2.2, label=wrapped(name))[0] for name in names]
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)


def add_title_and_note(figure: Figure, data: ReportData, title: str, note: str) -> None:
    """Add title, note, source and disclaimer."""
    add_captions(figure, title, note + omission_note(data), source(data.results))


def draw_zero_line(axes: Axes, *, vertical: bool) -> None:
    """Draw the line of no difference."""
    (axes.axvline if vertical else axes.axhline)(0, color=INK, linewidth=1)


_COLUMNS: Final = 3
COLUMNS_OF_BRIEF: Final = 5  # a figure with one row of panels is low, so its text is legible on a single page


def scaled_difference(effect: Effect) -> tuple[Interval, float, str]:
    """Scale a difference for display.

    Returns
    -------
    tuple
        Interval of the difference, smallest difference that matters, and unit: percentage points for shares, per cent
        of the baseline otherwise, or the unit of the outcome if neither applies.
    """
    unit = OUTCOMES[effect.outcome].unit
    if unit in PERCENT:
        scale, unit_text = 100.0, "percentage points"
    elif unit in ABSOLUTE or not effect.base:
        scale, unit_text = 1.0, unit_words(unit)
    else:
        scale, unit_text = 100.0 / abs(effect.base), "% of the baseline"
    mean, low_end, high_end, kind = effect.difference
    return Interval(scale * mean, scale * low_end, scale * high_end, kind), scale * effect.smallest_important, unit_text


def differences(data: ReportData, columns: int = _COLUMNS) -> Drawing:
    """Paired difference of every policy from the baseline, one panel per outcome, with some panels per row."""
    base, policies = data.results.comparison.baseline, policies_shown(data)
    subject = f"'{policies[0]}'" if len(policies) == 1 else "each policy"
    title = f"Difference of {subject} from '{base}'"
    rows = math.ceil(len(data.outcomes) / columns)
    tables = []
    with figure_style():
        figure = new_figure(10.5, 1.5 + rows * (0.95 + 0.27 * names_height(policies)))
        grid = np.atleast_2d(figure.subplots(rows, min(columns, len(data.outcomes)), squeeze=False))
        for position, axes in enumerate(grid.flat):
            if position >= len(data.outcomes):
                axes.set_axis_off()
                continue
            outcome = data.outcomes[position]
            effects = [data.effects[data.theory, name, outcome] for name in policies]
            tables.append(_draw_panel(axes, effects, policy_colours(data), labels=position % columns == 0))
            if not data.only_assumptions_differ:
                better = "less" if OUTCOMES[outcome].better == "down" else "more"
                axes.set_xlabel(f"{axes.get_xlabel()};\n{better} is better")
            axes.locator_params(axis="x", nbins=20 // columns)
            axes.set_title(textwrap.fill(label(outcome), 90 // columns), fontsize=10)
        note = "Dots: mean paired differences. Lines: 95 % intervals. Grey band: differences too small to matter."
        add_title_and_note(figure, data, title, note)
    alt = ". ".join(
        f"{label(outcome)}: "
        + ", ".join(f"'{name}' {format_difference(data.effects[data.theory, name, outcome])}" for name in policies)
        for outcome in data.outcomes
    )
    return Drawing("differences", title, figure, f"{title}. {alt}.", pd.concat(tables))


def _draw_panel(axes: Axes, effects: list[Effect], colours: dict[str, str], *, labels: bool) -> pd.DataFrame:
    """Draw one outcome with one row per policy, and return its numbers."""
    rows = []
    smallest_important = 0.0
    for row, effect in enumerate(effects):
        interval, smallest_important, unit = scaled_difference(effect)
        _draw_interval(axes, interval, row, colours[effect.policy])
        rows.append({"measure": effect.outcome, "policy": effect.policy, "unit": unit, "difference": interval.mean,
                        "low": interval.low, "high": interval.high, "matters_from": smallest_important})  # fmt: skip
    axes.axvspan(-smallest_important, smallest_important, color=RULE, alpha=0.55, linewidth=0, zorder=0)
    draw_zero_line(axes, vertical=True)
    axes.set_yticks(range(len(effects)), [wrapped(effect.policy) if labels else "" for effect in effects])
    axes.set_ylim(len(effects) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(str(rows[0]["unit"]))
    return pd.DataFrame(rows)


def _draw_interval(axes: Axes, interval: Interval, row: float, colour: str) -> None:
    """Draw a mean with its interval."""
    if not math.isnan(interval.low):
        axes.plot([interval.low, interval.high], [row, row], color=colour, linewidth=2.4, solid_capstyle="butt")
    axes.plot(interval.mean, row, "o", color=colour, markersize=6)


def differences_by_theory(data: ReportData) -> Drawing:
    """Paired differences on the main outcome under every theory."""
    outcome, names = data.outcomes[0], policies_shown(data)
    base = data.results.comparison.baseline
    title = f"{label(outcome)}: difference from '{base}' under every theory"
    colours = policy_colours(data)
    rows: list[dict[str, Any]] = []
    with figure_style():
        figure = new_figure(10.0, 1.6 + max(0.95 * len(data.results.theories), 0.25 * names_height(names)))
        axes = figure.subplots()
        step = 0.8 / max(1, len(names))
        for row, theory in enumerate(data.results.theories):
            for k, name in enumerate(names):
                interval, _, unit = scaled_difference(data.effects[theory, name, outcome])
                _draw_interval(axes, interval, row - 0.4 + step * (k + 0.5), colours[name])
                rows.append({"theory": theory, "policy": name, "unit": unit, "difference": interval.mean,
                               "low": interval.low, "high": interval.high})  # fmt: skip
        draw_zero_line(axes, vertical=True)
        axes.set_yticks(range(len(data.results.theories)), data.results.theories)
        axes.set_ylim(len(data.results.theories) - 0.5, -0.5)
        axes.set_xlabel(str(rows[0]["unit"]))
        handles = [axes.plot([], [], "o-", color=colours[name], label=wrapped(name))[0] for name in names]
        axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
        better = "left" if OUTCOMES[outcome].better == "down" else "right"
        valued = "" if data.only_assumptions_differ else f" Further {better} is better."
        add_title_and_note(figure, data, title, f"Dots: mean paired differences. Lines: 95 % intervals.{valued}")
    alt = "; ".join(f"under {t}: " + ", ".join(f"'{n}' {format_difference(data.effects[t, n, outcome])}" for n in names)
                    for t in data.results.theories)  # fmt: skip
    return Drawing("theories", title, figure, f"{title}: {alt}.", pd.DataFrame(rows))


def ranks(data: ReportData) -> Drawing:
    """Mean rank of every policy on every outcome, its middle 90 %, and the policies that are best or tied for best."""
    names = [data.results.comparison.baseline, *policies_shown(data)]
    colours = policy_colours(data)
    rows: list[dict[str, Any]] = []
    title = "Ranks of all policies"
    with figure_style():
        figure = new_figure(10.5, 2.1 + 0.34 * names_height(names))
        grid = np.atleast_1d(figure.subplots(1, len(data.outcomes), sharey=True))
        for axes, outcome in zip(grid, data.outcomes, strict=True):
            ranking = data.rankings[data.theory, outcome]
            for row, name in enumerate(names):
                rank = ranking.rank(name)
                axes.plot([rank.low, rank.high], [row, row], color=colours[name], linewidth=2.4)
                axes.plot(rank.mean, row, "o", color=colours[name], markersize=6)
                position = place(ranking, name)
                axes.annotate(position.removesuffix(" for best"), (1, row), xycoords=("axes fraction", "data"),
                              xytext=(-2, 0), textcoords="offset points", ha="right", va="center",
                              fontsize=8, color=GREY)  # fmt: skip
                rows.append({"measure": outcome, "policy": name, "rank": rank.mean, "low": rank.low,
                               "high": rank.high, "place": position})  # fmt: skip
            axes.set_title(textwrap.fill(label(outcome), 18), fontsize=9)
            axes.set_xlim(0.5, len(ranking.policies) * 1.45 + 0.5)
            axes.set_xticks(range(1, len(ranking.policies) + 1, max(1, len(ranking.policies) // 4)))
            axes.set_xlabel("rank")
        grid[0].set_yticks(range(len(names)), [wrapped(name) for name in names])
        grid[0].set_ylim(len(names) - 0.5, -0.5)
        note = "Dots: mean rank (1 is best). Lines: middle 90 % of ranks given the runs. Right: best, or tied for best."
        add_title_and_note(figure, data, title, note)
    alt = ". ".join(
        f"{label(outcome)}: " + "; ".join(_describe_rank(data.rankings[data.theory, outcome], name) for name in names)
        for outcome in data.outcomes
    )
    return Drawing("ranks", title, figure, f"{title}. {alt}.", pd.DataFrame(rows))


def _describe_rank(ranking: Ranking, policy: str) -> str:
    """Mean rank and place, for the alternative text."""
    position = place(ranking, policy)
    return f"'{policy}' mean rank {ranking.rank(policy).mean:.1f}{', ' * bool(position)}{position}"


class _Point(NamedTuple):
    """A policy in the trade-off: differences on both axes, colour, and the policies that dominate it."""

    name: str
    x: Interval
    y: Interval
    colour: str
    dominated_by: tuple[str, ...]
    marker: str = "o"


def trade_off(data: ReportData) -> Drawing | None:
    """The main outcome against cost (or the second outcome); None for a single outcome."""
    if len(data.outcomes) < 2:
        return None
    first = data.outcomes[0]
    second = "cost" if "cost" in data.outcomes[1:] else data.outcomes[1]
    points = [_point(data, name, second, first) for name in policies_shown(data)]
    x_unit, y_unit = (scaled_difference(data.effects[data.theory, points[0].name, axis])[2] for axis in (second, first))
    title = f"Trade-off between {lower_label(first)} and {lower_label(second)}"
    axis_labels = (f"{label(second)}, difference, {x_unit}", f"{label(first)}, difference, {y_unit}")
    with figure_style():
        named = [*points, _origin(data)]
        figure, fitted = _draw_trade_off(data, named, title, axis_labels)
        if not fitted:
            figure, _ = _draw_trade_off(data, named, title, axis_labels, numbered=True)
    units = f"{lower_label(first)} in {y_unit}, {lower_label(second)} in {x_unit}"
    alt = f"{units}. " + "; ".join(_describe_trade_off(point) for point in points)
    return Drawing("trade-off", title, figure, f"{title}: {alt}.", _trade_off_numbers(points))


def _point(data: ReportData, name: str, second: str, first: str) -> _Point:
    """A policy with its differences from the baseline."""
    dominance = next(item for item in data.dominance if item.policy == name)
    x, y = (scaled_difference(data.effects[data.theory, name, axis])[0] for axis in (second, first))
    return _Point(name, x, y, policy_colours(data)[name], dominance.dominated_by if dominance.stated else ())


def _origin(data: ReportData) -> _Point:
    """The baseline, whose differences are 0."""
    base, zero = data.results.comparison.baseline, Interval(0.0, math.nan, math.nan, "")
    dominators = (item.dominated_by for item in data.dominance if item.policy == base and item.stated)
    return _Point(base, zero, zero, GREY, next(dominators, ()), "s")


def _draw_trade_off(
    data: ReportData, points: list[_Point], title: str, axis_labels: tuple[str, str], *, numbered: bool = False
) -> tuple[Figure, bool]:
    """Draw the points with their names, or with numbers and a key; return also whether all of them fit."""
    figure = new_figure(9.5, 5.4)
    axes = figure.subplots()
    for point in points:
        _draw_point(axes, point)
    axes.axhline(0, color=GREY, linewidth=0.8, zorder=1)
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=1)
    axes.margins(0.16)
    axes.set_xlabel(axis_labels[0])
    axes.set_ylabel(axis_labels[1])
    if numbered:
        keys = [(point, wrapped(f"{k}  {point.name}")) for k, point in enumerate(points, 1)]
        handles = [axes.plot([], [], point.marker, color=point.colour, label=key)[0] for point, key in keys]
        axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
    hollow = "Hollow: dominated by a policy that is as good on every outcome and better on at least one."
    note = f"Paired differences from '{points[-1].name}' with 95 % intervals. {hollow}"
    add_title_and_note(figure, data, title, note)
    return figure, _label_points(axes, points, numbered=numbered)


def _draw_point(axes: Axes, point: _Point) -> None:
    """Draw a policy with the intervals of both differences."""
    axes.plot([point.x.low, point.x.high], [point.y.mean, point.y.mean], color=point.colour, linewidth=1.4)
    axes.plot([point.x.mean, point.x.mean], [point.y.low, point.y.high], color=point.colour, linewidth=1.4)
    axes.plot(point.x.mean, point.y.mean, point.marker, color=point.colour, markersize=9, markeredgewidth=1.8,
              markerfacecolor="white" if point.dominated_by else point.colour)  # fmt: skip


def _trade_off_numbers(points: list[_Point]) -> pd.DataFrame:
    """Both differences of each policy, and the policies that dominate it."""
    return pd.DataFrame([
        {"policy": point.name, "x": point.x.mean, "x_low": point.x.low, "x_high": point.x.high, "y": point.y.mean,
         "y_low": point.y.low, "y_high": point.y.high, "dominated_by": ", ".join(point.dominated_by)}
        for point in points
    ])  # fmt: skip


def _describe_trade_off(point: _Point) -> str:
    """Both differences of a policy, for the alternative text."""
    dominated = f", dominated by {', '.join(point.dominated_by)}" if point.dominated_by else ""
    y, x = (f"{value:+.1f}".replace("-", MINUS) for value in (point.y.mean, point.x.mean))
    return f"'{point.name}' {y} and {x}{dominated}"


_SIDES: Final = ((1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1))
"""Places of a label around its point, in order of preference."""
_DISTANCES: Final = (8, 20, 33, 46)
"""Distances of a number from its point; beyond the first, a line connects them. Names have only the first. [points]"""
_MARKER: Final = 8.0
"""Half the width of a marker; points closer than this share their numbers. [pixels]"""


def _label_points(axes: Axes, points: list[_Point], *, numbered: bool) -> bool:
    """Write its name or number beside each point, in the first place that is free; return whether all of them fit.

    Places that cover no interval come first. A text that fits nowhere is left out.
    """
    pixels = [axes.transData.transform((p.x.mean, p.y.mean)) for p in points]
    texts = _shared_numbers(pixels) if numbered else {k: wrapped(point.name) for k, point in enumerate(points)}
    taken = [Bbox.from_bounds(x - _MARKER, y - _MARKER, 2 * _MARKER, 2 * _MARKER) for x, y in pixels]
    # The baseline has no interval; the box of an empty line would cover everything.
    bars = [line.get_window_extent() for line in axes.lines if np.isfinite(line.get_xydata()).sum() == 4]
    places = [(distance, *side) for distance in _DISTANCES[: None if numbered else 1] for side in _SIDES]
    for k, text in texts.items():
        tries = [(place, [*taken, *others]) for others in (bars, []) for place in places]
        box = next(filter(None, (_try_label(axes, points[k], text, place, avoided) for place, avoided in tries)), None)
        if box is None:
            return False
        taken.append(box)
    return True


def _shared_numbers(pixels: list[Any]) -> dict[int, str]:
    """Numbers of the points, such as "1, 3" for two points at the same place, by the first point of each place."""
    numbers: dict[int, list[str]] = {}
    for k, pixel in enumerate(pixels):
        first = next((i for i in numbers if np.abs(pixels[i] - pixel).max() < _MARKER), k)
        numbers.setdefault(first, []).append(str(k + 1))
    return {k: ", ".join(items) for k, items in numbers.items()}


def _try_label(axes: Axes, point: _Point, text: str, place: tuple[int, int, int], taken: list[Bbox]) -> Bbox | None:
    """Write a text at a place around a point, if it fits into the axes and covers nothing; return its box."""
    distance, right, up = place
    note = axes.annotate(
        text, (point.x.mean, point.y.mean), xytext=(distance * right, distance * up), textcoords="offset points",
        ha={1: "left", 0: "center", -1: "right"}[right], va="bottom" if up > 0 else "top",
        color=INK if point.marker == "s" or "," in text else point.colour, fontsize=9.5, fontweight="bold",
        bbox={"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.5},
        arrowprops={"arrowstyle": "-", "color": point.colour, "linewidth": 0.7} if distance > _DISTANCES[0] else None,
    )  # fmt: skip
    renderer = axes.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    note.update_positions(renderer)
    box, panel = Text.get_window_extent(note, renderer).padded(2), axes.get_window_extent()
    inside = panel.x0 <= box.x0 and box.x1 <= panel.x1 and panel.y0 <= box.y0 and box.y1 <= panel.y1
    if inside and not box.count_overlaps(taken):
        return box
    note.remove()
    return None
