"""Figures of paired differences, differences by theory, ranks and trade-offs, all with intervals."""

from __future__ import annotations

import math
import textwrap
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from redbead.analysis.intervals import Interval
from redbead.analysis.outcomes import OUTCOMES
from redbead.report.comparison.text import (
    ABSOLUTE,
    MINUS,
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
    new_figure,
)
from redbead.report.text import PERCENT, unit_words
from redbead.studies.comparison.findings import Effect, Ranking
from redbead.studies.comparison.report_data import ReportData

COLOURS: Final = (ORANGE, BLUE, GREEN, PURPLE, SKY, AMBER, "#7A5C00", "#4B4B9B")
"""Colours of policies, distinguishable with colour vision deficiency; the baseline is grey."""

MAX_POLICIES: Final = len(COLOURS)
"""Largest number of policies per figure besides the baseline."""


def policies_shown(data: ReportData) -> list[str]:
    """Policies of a figure besides the baseline: all, or those with the best mean rank on the main outcome."""
    others = list(data.results.comparison.others)
    if len(others) <= MAX_POLICIES:
        return others
    ranking = data.rankings[data.theory, data.outcomes[0]]
    mean_rank = {name: ranking.ranks[k].mean for k, name in enumerate(ranking.policies)}
    best = set(sorted(others, key=lambda name: mean_rank[name])[:MAX_POLICIES])
    return [name for name in others if name in best]


def omission_note(data: ReportData) -> str:
    """Note on policies that a figure leaves out; empty if it shows all."""
    others = len(data.results.comparison.others)
    return (
        f" Only the best {MAX_POLICIES} of {others} policies are shown; ranking.csv lists all."
        if others > MAX_POLICIES
        else ""
    )


def policy_colours(data: ReportData) -> dict[str, str]:
    """Colour of every policy shown."""
    return {data.results.comparison.baseline: GREY, **dict(zip(policies_shown(data), COLOURS, strict=False))}


def legend(axes: Axes, data: ReportData, names: list[str]) -> None:
    """Draw a legend beside the panel."""
    colours = policy_colours(data)
    handles = [axes.plot([], [], color=colours[name], linewidth=2.2, label=name)[0] for name in names]
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)


def add_title_and_note(figure: Figure, data: ReportData, title: str, note: str) -> None:
    """Add title, note, source and disclaimer."""
    add_captions(figure, title, note + omission_note(data), source(data.results))


def draw_zero_line(axes: Axes, *, vertical: bool) -> None:
    """Draw the line of no difference."""
    (axes.axvline if vertical else axes.axhline)(0, color=INK, linewidth=1)


_COLUMNS: Final = 3
_LABEL_DISTANCE: Final = 0.08
"""Points closer than this share of the axes have overlapping labels."""


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


def differences(data: ReportData) -> Drawing:
    """Paired difference of every policy from the baseline, one panel per outcome."""
    base, policies = data.results.comparison.baseline, policies_shown(data)
    title = f"Difference of each policy from '{base}'"
    rows = math.ceil(len(data.outcomes) / _COLUMNS)
    tables = []
    with figure_style():
        figure = new_figure(10.5, 1.1 + rows * (0.8 + 0.27 * len(policies)) + 0.8)
        grid = np.atleast_2d(figure.subplots(rows, min(_COLUMNS, len(data.outcomes)), squeeze=False))
        for position, axes in enumerate(grid.flat):
            if position >= len(data.outcomes):
                axes.set_axis_off()
                continue
            outcome = data.outcomes[position]
            effects = [data.effects[data.theory, name, outcome] for name in policies]
            tables.append(_draw_panel(axes, effects, policy_colours(data), labels=position % _COLUMNS == 0))
            axes.set_title(label(outcome), fontsize=10)
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
    axes.set_yticks(range(len(effects)), [effect.policy for effect in effects] if labels else [""] * len(effects))
    axes.set_ylim(len(effects) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    better = "less" if OUTCOMES[effects[0].outcome].better == "down" else "more"
    axes.set_xlabel(f"{rows[0]['unit']}; {better} is better")
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
        figure = new_figure(10.0, 1.6 + 0.95 * len(data.results.theories))
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
        handles = [axes.plot([], [], "o-", color=colours[name], label=name)[0] for name in names]
        axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
        better = "left" if OUTCOMES[outcome].better == "down" else "right"
        add_title_and_note(
            figure, data, title, f"Dots: mean paired differences. Lines: 95 % intervals. Further {better} is better."
        )
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
        figure = new_figure(10.5, 1.5 + 0.34 * len(names) * 1.0 + 0.6)
        grid = np.atleast_1d(figure.subplots(1, len(data.outcomes), sharey=True))
        for axes, outcome in zip(grid, data.outcomes, strict=True):
            ranking = data.rankings[data.theory, outcome]
            for row, name in enumerate(names):
                rank = ranking.rank(name)
                axes.plot([rank.low, rank.high], [row, row], color=colours[name], linewidth=2.4)
                axes.plot(rank.mean, row, "o", color=colours[name], markersize=6)
                position = place(ranking, name)
                text = position.removesuffix(" for best")
                axes.annotate(text, (1, row), xycoords=("axes fraction", "data"), xytext=(-2, 0),
                              textcoords="offset points", ha="right", va="center", fontsize=8, color=GREY)  # fmt: skip
                rows.append({"measure": outcome, "policy": name, "rank": rank.mean, "low": rank.low,
                               "high": rank.high, "place": position})  # fmt: skip
            axes.set_title(textwrap.fill(label(outcome), 18), fontsize=9)
            axes.set_xlim(0.5, len(ranking.policies) * 1.45 + 0.5)
            axes.set_xticks(range(1, len(ranking.policies) + 1, max(1, len(ranking.policies) // 4)))
            axes.set_xlabel("rank")
        grid[0].set_yticks(range(len(names)), names)
        grid[0].set_ylim(len(names) - 0.5, -0.5)
        add_title_and_note(
            figure,
            data,
            title,
            "Dots: mean rank (1 is best). Lines: middle 90 % of ranks given the runs. Right: best, or tied for best.",
        )
    alt = ". ".join(
        f"{label(outcome)}: " + "; ".join(_describe_rank(data.rankings[data.theory, outcome], name) for name in names)
        for outcome in data.outcomes
    )
    return Drawing("ranks", title, figure, f"{title}. {alt}.", pd.DataFrame(rows))


def _describe_rank(ranking: Ranking, policy: str) -> str:
    """Mean rank and place, for the alternative text."""
    position = place(ranking, policy)
    return f"'{policy}' mean rank {ranking.rank(policy).mean:.1f}{', ' * bool(position)}{position}"


def trade_off(data: ReportData) -> Drawing | None:
    """The main outcome against cost (or the second outcome); None for a single outcome."""
    if len(data.outcomes) < 2:
        return None
    first = data.outcomes[0]
    second = "cost" if "cost" in data.outcomes[1:] else data.outcomes[1]
    names, colours = policies_shown(data), policy_colours(data)
    dominated = {item.policy: item for item in data.dominance}
    title = f"Trade-off between {lower_label(first)} and {lower_label(second)}"
    rows: list[dict[str, Any]] = []
    with figure_style():
        figure = new_figure(9.5, 5.4)
        axes = figure.subplots()
        for name in names:
            x, _, x_unit = scaled_difference(data.effects[data.theory, name, second])
            y, _, y_unit = scaled_difference(data.effects[data.theory, name, first])
            hollow = dominated[name].stated
            axes.plot([x.low, x.high], [y.mean, y.mean], color=colours[name], linewidth=1.4)
            axes.plot([x.mean, x.mean], [y.low, y.high], color=colours[name], linewidth=1.4)
            axes.plot(x.mean, y.mean, "o", color=colours[name], markersize=9,
                      markerfacecolor="white" if hollow else colours[name], markeredgewidth=1.8)  # fmt: skip
            rows.append({"policy": name, "x": x.mean, "x_low": x.low, "x_high": x.high, "y": y.mean, "y_low": y.low,
                         "y_high": y.high,
                         "dominated_by": ", ".join(dominated[name].dominated_by) if hollow else ""})  # fmt: skip
        _label_points(axes, rows, colours)
        base = data.results.comparison.baseline
        hollow = base in dominated and dominated[base].stated
        axes.plot(0, 0, "s", color=GREY, markersize=8, markerfacecolor="white" if hollow else GREY)
        axes.annotate(base, (0, 0), xytext=(8, 6), textcoords="offset points", color=INK, fontsize=9.5)
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.margins(0.16)
        axes.set_xlabel(f"{label(second)}, difference, {x_unit}")
        axes.set_ylabel(f"{label(first)}, difference, {y_unit}")
        hollow_note = "Hollow: dominated by a policy that is as good on every outcome and better on at least one."
        add_title_and_note(figure, data, title, f"Paired differences from '{base}' with 95 % intervals. {hollow_note}")
    units = f"{lower_label(first)} in {y_unit}, {lower_label(second)} in {x_unit}"
    alt = f"{units}. " + "; ".join(_describe_trade_off(row) for row in rows)
    return Drawing("trade-off", title, figure, f"{title}: {alt}.", pd.DataFrame(rows))


def _describe_trade_off(row: dict[str, Any]) -> str:
    """Both differences of a policy, for the alternative text."""
    dominated = f", dominated by {row['dominated_by']}" if row["dominated_by"] else ""
    y, x = (f"{row[key]:+.1f}".replace("-", MINUS) for key in "yx")
    return f"'{row['policy']}' {y} and {x}{dominated}"


def _label_points(axes: Axes, rows: list[dict[str, Any]], colours: dict[str, str]) -> None:
    """Write the name of each policy beside its point, one below the other if points are close."""
    ranges = [float(np.ptp([row[key] for row in rows])) if rows else 0.0 for key in "xy"]
    labelled: list[dict[str, Any]] = []
    for row in rows:
        distances = [[abs(row[key] - other[key]) for key in "xy"] for other in labelled]
        nearby = [
            distance
            for distance in distances
            if distance[0] <= _LABEL_DISTANCE * ranges[0] and distance[1] <= _LABEL_DISTANCE * ranges[1]
        ]
        axes.annotate(
            row["policy"], (row["x"], row["y"]), xytext=(8, 6 - 13 * len(nearby)), textcoords="offset points",
            color=colours[row["policy"]], fontsize=9.5, fontweight="bold",
        )  # fmt: skip
        labelled.append(row)
