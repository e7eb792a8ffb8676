"""Policies side by side, always with intervals: differences, differences under every theory, ranks, trade-offs."""

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
from redbead.analysis.probability_words import percent
from redbead.report.comparison.text import ABSOLUTE, chance_of_best, difference, label, low, short, source
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
    dress,
    look,
    sheet,
)
from redbead.report.text import PERCENT, unit_words
from redbead.studies.comparison.findings import Effect
from redbead.studies.comparison.report_data import ReportData

COLOURS: Final = (ORANGE, BLUE, GREEN, PURPLE, SKY, AMBER, "#7A5C00", "#4B4B9B")
"""Colours of policies that the colour-blind can tell apart; the baseline is grey."""

MOST: Final = len(COLOURS)
"""So many policies besides the baseline can be told apart in one picture."""


def shown(found: ReportData) -> list[str]:
    """The policies of a picture besides the baseline: all, or the best of them on the first outcome."""
    others = list(found.results.comparison.others)
    if len(others) <= MOST:
        return others
    standing = found.standings[found.theory, found.outcomes[0]]
    rank = {name: standing.ranks[k].mean for k, name in enumerate(standing.policies)}
    best = set(sorted(others, key=lambda name: rank[name])[:MOST])
    return [name for name in others if name in best]


def left_out(found: ReportData) -> str:
    """What a picture leaves out, for its note; nothing where it shows all."""
    others = len(found.results.comparison.others)
    return f" The best {MOST} of {others} are shown; ranking.csv has all." if others > MOST else ""


def colour_of(found: ReportData) -> dict[str, str]:
    """The colour of every policy that is shown."""
    return {found.results.comparison.baseline: GREY, **dict(zip(shown(found), COLOURS, strict=False))}


def legend(axes: Axes, found: ReportData, names: list[str]) -> None:
    """A legend beside the panel."""
    colours = colour_of(found)
    handles = [axes.plot([], [], color=colours[name], linewidth=2.2, label=name)[0] for name in names]
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)


def finish(figure: Figure, found: ReportData, title: str, note: str) -> None:
    """Title, note, source and banner."""
    dress(figure, title, note + left_out(found), source(found.results))


def zero(axes: Axes, *, vertical: bool) -> None:
    """The line of no difference."""
    (axes.axvline if vertical else axes.axhline)(0, color=INK, linewidth=1)


_ACROSS: Final = 3
_NEAR: Final = 0.08
"""Points nearer than this share of the picture have names that would lie on each other. [share]"""


def in_scale(effect: Effect) -> tuple[Interval, float, str]:
    """A difference as a picture shows it: its interval, the smallest that matters, the unit."""
    unit = OUTCOMES[effect.outcome].unit
    if unit in PERCENT:
        scale, words = 100.0, "percentage points"
    elif unit in ABSOLUTE or not effect.base:
        scale, words = 1.0, unit_words(unit)
    else:
        scale, words = 100.0 / abs(effect.base), "% of the baseline"
    mean, low_end, high_end, kind = effect.difference
    return Interval(scale * mean, scale * low_end, scale * high_end, kind), scale * effect.enough, words


def differences(found: ReportData) -> Drawing:
    """The paired difference of every policy from the baseline, a panel an outcome; grey is what hardly matters."""
    base, names = found.results.comparison.baseline, shown(found)
    title = f"What each policy changes against '{base}'"
    rows = math.ceil(len(found.outcomes) / _ACROSS)
    frames = []
    with look():
        figure = sheet(10.5, 1.1 + rows * (0.8 + 0.27 * len(names)) + 0.8)
        grid = np.atleast_2d(figure.subplots(rows, min(_ACROSS, len(found.outcomes)), squeeze=False))
        for place, axes in enumerate(grid.flat):
            if place >= len(found.outcomes):
                axes.set_axis_off()
                continue
            outcome = found.outcomes[place]
            effects = [found.effects[found.theory, name, outcome] for name in names]
            frames.append(_forest(axes, effects, colour_of(found), labels=place % _ACROSS == 0))
            axes.set_title(label(outcome), fontsize=10)
        note = "Dots: mean difference in the same runs. Lines: 95 % intervals. Grey: too small to matter."
        finish(figure, found, title, note)
    alt = ". ".join(
        f"{label(o)}: " + ", ".join(f"'{n}' {difference(found.effects[found.theory, n, o])}" for n in names)
        for o in found.outcomes
    )
    return Drawing("differences", title, figure, f"{title}. {alt}.", pd.concat(frames))


def _forest(axes: Axes, effects: list[Effect], colours: dict[str, str], *, labels: bool) -> pd.DataFrame:
    """One panel: a row a policy."""
    numbers = []
    enough = 0.0
    for row, effect in enumerate(effects):
        found, enough, words = in_scale(effect)
        _whisker(axes, found, row, colours[effect.policy])
        numbers.append({"measure": effect.outcome, "policy": effect.policy, "unit": words, "difference": found.mean,
                        "low": found.low, "high": found.high, "matters_from": enough})  # fmt: skip
    axes.axvspan(-enough, enough, color=RULE, alpha=0.55, linewidth=0, zorder=0)
    zero(axes, vertical=True)
    axes.set_yticks(range(len(effects)), [effect.policy for effect in effects] if labels else [""] * len(effects))
    axes.set_ylim(len(effects) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    better = "less" if OUTCOMES[effects[0].outcome].better == "down" else "more"
    axes.set_xlabel(f"{numbers[0]['unit']}; {better} is better")
    return pd.DataFrame(numbers)


def _whisker(axes: Axes, found: Interval, row: float, colour: str) -> None:
    if not math.isnan(found.low):
        axes.plot([found.low, found.high], [row, row], color=colour, linewidth=2.4, solid_capstyle="butt")
    axes.plot(found.mean, row, "o", color=colour, markersize=6)


def theories(found: ReportData) -> Drawing:
    """The paired difference on the first outcome under every theory: does the answer depend on how people work?"""
    outcome, names = found.outcomes[0], shown(found)
    base = found.results.comparison.baseline
    title = f"{label(outcome)} against '{base}' under every theory"
    colours = colour_of(found)
    frames: list[dict[str, Any]] = []
    with look():
        figure = sheet(10.0, 1.6 + 0.95 * len(found.results.theories))
        axes = figure.subplots()
        step = 0.8 / max(1, len(names))
        for row, theory in enumerate(found.results.theories):
            for k, name in enumerate(names):
                interval, _, words = in_scale(found.effects[theory, name, outcome])
                _whisker(axes, interval, row - 0.4 + step * (k + 0.5), colours[name])
                frames.append({"theory": theory, "policy": name, "unit": words, "difference": interval.mean,
                               "low": interval.low, "high": interval.high})  # fmt: skip
        zero(axes, vertical=True)
        axes.set_yticks(range(len(found.results.theories)), found.results.theories)
        axes.set_ylim(len(found.results.theories) - 0.5, -0.5)
        axes.set_xlabel(str(frames[0]["unit"]))
        handles = [axes.plot([], [], "o-", color=colours[name], label=name)[0] for name in names]
        axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
        better = "left" if OUTCOMES[outcome].better == "down" else "right"
        finish(figure, found, title, f"Dots: means. Lines: 95 % intervals. Further to the {better} is better.")
    alt = "; ".join(f"under {t}: " + ", ".join(f"'{n}' {difference(found.effects[t, n, outcome])}" for n in names)
                    for t in found.results.theories)  # fmt: skip
    return Drawing("theories", title, figure, f"{title}: {alt}.", pd.DataFrame(frames))


def ranks(found: ReportData) -> Drawing:
    """Where every policy ranks on every outcome, with the middle 90 % of its rank and its chance to be the best."""
    names = [found.results.comparison.baseline, *shown(found)]
    colours = colour_of(found)
    frames: list[dict[str, Any]] = []
    title = "Who comes first, and how sure that is"
    with look():
        figure = sheet(10.5, 1.5 + 0.34 * len(names) * 1.0 + 0.6)
        grid = np.atleast_1d(figure.subplots(1, len(found.outcomes), sharey=True))
        for axes, outcome in zip(grid, found.outcomes, strict=True):
            standing = found.standings[found.theory, outcome]
            for row, name in enumerate(names):
                rank = standing.ranks[standing.policies.index(name)]
                axes.plot([rank.low, rank.high], [row, row], color=colours[name], linewidth=2.4)
                axes.plot(rank.mean, row, "o", color=colours[name], markersize=6)
                best = short(chance_of_best(standing, name))
                axes.annotate(best, (1, row), xycoords=("axes fraction", "data"), xytext=(-2, 0),
                              textcoords="offset points", ha="right", va="center", fontsize=8, color=GREY)  # fmt: skip
                frames.append({"measure": outcome, "policy": name, "rank": rank.mean, "low": rank.low,
                               "high": rank.high, "p_best": rank.p_best})  # fmt: skip
            axes.set_title(textwrap.fill(label(outcome), 18), fontsize=9)
            axes.set_xlim(0.5, len(standing.policies) * 1.45 + 0.5)
            axes.set_xticks(range(1, len(standing.policies) + 1, max(1, len(standing.policies) // 4)))
            axes.set_xlabel("rank")
        grid[0].set_yticks(range(len(names)), names)
        grid[0].set_ylim(len(names) - 0.5, -0.5)
        finish(
            figure,
            found,
            title,
            "Dots: mean rank, 1 is best. Lines: middle 90 % of resampled batches. At the right: P(best).",
        )
    alt = ". ".join(
        f"{label(o)}: " + ", ".join(f"'{r['policy']}' rank {r['rank']:.1f}, best with {percent(float(r['p_best']))}"
                                    for r in frames if r["measure"] == o) for o in found.outcomes
    )  # fmt: skip
    return Drawing("ranks", title, figure, f"{title}. {alt}.", pd.DataFrame(frames))


def trade_off(found: ReportData) -> Drawing | None:
    """The first outcome against cost (or the second): what is bought with what; dominated policies are hollow."""
    if len(found.outcomes) < 2:
        return None
    first = found.outcomes[0]
    second = "cost" if "cost" in found.outcomes[1:] else found.outcomes[1]
    names, colours = shown(found), colour_of(found)
    dominated = {trade.policy: trade for trade in found.trades}
    title = f"What is bought with what: {low(first)} and {low(second)}"
    rows: list[dict[str, Any]] = []
    with look():
        figure = sheet(9.5, 5.4)
        axes = figure.subplots()
        for name in names:
            x, _, x_words = in_scale(found.effects[found.theory, name, second])
            y, _, y_words = in_scale(found.effects[found.theory, name, first])
            hollow = bool(dominated[name].by)
            axes.plot([x.low, x.high], [y.mean, y.mean], color=colours[name], linewidth=1.4)
            axes.plot([x.mean, x.mean], [y.low, y.high], color=colours[name], linewidth=1.4)
            axes.plot(x.mean, y.mean, "o", color=colours[name], markersize=9,
                      markerfacecolor="white" if hollow else colours[name], markeredgewidth=1.8)  # fmt: skip
            rows.append({"policy": name, "x": x.mean, "x_low": x.low, "x_high": x.high, "y": y.mean, "y_low": y.low,
                         "y_high": y.high, "dominated_by": ", ".join(dominated[name].by)})  # fmt: skip
        _name_points(axes, rows, colours)
        base = found.results.comparison.baseline
        hollow = bool(dominated[base].by) if base in dominated else False
        axes.plot(0, 0, "s", color=GREY, markersize=8, markerfacecolor="white" if hollow else GREY)
        axes.annotate(base, (0, 0), xytext=(8, 6), textcoords="offset points", color=INK, fontsize=9.5)
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.margins(0.16)
        axes.set_xlabel(f"{label(second)}, difference, {x_words}")
        axes.set_ylabel(f"{label(first)}, difference, {y_words}")
        hollow_means = "Hollow: dominated, another policy is as good on every outcome and better on one."
        finish(figure, found, title, f"Differences from '{base}' with 95 % intervals. {hollow_means}")
    alt = "; ".join(_trade_words(row) for row in rows)
    return Drawing("trade-off", title, figure, f"{title}: {alt}.", pd.DataFrame(rows))


def _trade_words(row: dict[str, Any]) -> str:
    by = f", dominated by {row['dominated_by']}" if row["dominated_by"] else ""
    return f"'{row['policy']}' {row['y']:.1f} and {row['x']:.1f}{by}"


def _name_points(axes: Axes, rows: list[dict[str, Any]], colours: dict[str, str]) -> None:
    """Write each policy's name beside its point; those of points that lie together one below the other."""
    spans = [float(np.ptp([row[key] for row in rows])) if rows else 0.0 for key in "xy"]
    named: list[dict[str, Any]] = []
    for row in rows:
        apart = [[abs(row[key] - other[key]) for key in "xy"] for other in named]
        near = [gap for gap in apart if gap[0] <= _NEAR * spans[0] and gap[1] <= _NEAR * spans[1]]
        axes.annotate(
            row["policy"], (row["x"], row["y"]), xytext=(8, 6 - 13 * len(near)), textcoords="offset points",
            color=colours[row["policy"]], fontsize=9.5, fontweight="bold",
        )  # fmt: skip
        named.append(row)
