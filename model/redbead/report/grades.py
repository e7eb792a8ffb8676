"""Figure of grades over time: share of runs in each grade, and one run with its inspections and takeovers."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, PercentFormatter

from redbead.report.lottery import LEFT_OUT, command, percent, sentences, span, title, true_range
from redbead.report.plotting import (
    GRADES,
    INK,
    RULE,
    Drawing,
    add_captions,
    add_run_captions,
    areas,
    draw_event_lines,
    figure_style,
    new_figure,
    runs_words,
    write_figures,
    years_axis,
)
from redbead.scenario.scenario import BANNER
from redbead.state.constants import GRADE_NAMES, INADEQUATE, NONE_YET, YEAR, Reals
from redbead.storage.atomic_files import write_text
from redbead.storage.scenario_runs import ScenarioRuns
from redbead.studies.lottery.grade_distribution import grade_masks
from redbead.studies.lottery.study import Lottery

TITLE = "Published grade over time, with inspections and takeovers"
_CODES = (NONE_YET, *range(INADEQUATE + 1))
_NAMES = ("none", *GRADE_NAMES)
_COLOURS = (RULE, *GRADES)


def grades(batch: ScenarioRuns) -> Drawing:
    """Draw two panels: share of runs in each grade, and the grades of one run."""
    shares = np.stack([(batch.values("grade") == code).mean(axis=0) for code in _CODES])
    k = median_run(batch)
    with figure_style():
        figure = new_figure(10, 5.6)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1.1))
        _draw_shares(above, shares)
        above.set_ylabel("Share of runs, %")
        above.set_title(f"All {len(batch.good)} runs" if len(batch.good) > 1 else "Single run")
        _draw_one_run(below, batch, k)
        seed = batch.runs[batch.good[k]].seed
        single = len(batch.good) == 1
        below.set_title("Its inspections" if single else f"Median run by hidden errors (seed {seed})")
        for axes in (above, below):
            draw_event_lines(axes, batch.scenario, labels=axes is above)
            years_axis(axes, batch.scenario, label=axes is below)
        add_run_captions(figure, batch, TITLE, "Triangle: end of an inspection. Cross: takeover.")
        _add_legend(figure, shares)
    return Drawing("grade", TITLE, figure, _alt(batch, shares), _numbers(shares))


def median_run(batch: ScenarioRuns) -> int:
    """Position, among the finished runs, of the run with the median of hidden errors."""
    means = batch.values("hidden_errors").mean(axis=1)
    return int(np.argsort(means, kind="stable")[(means.size - 1) // 2])


def _draw_shares(axes: Axes, shares: Reals) -> None:
    at, percentages = areas(100 * shares[::-1])
    axes.stackplot(at, *percentages, colors=_COLOURS[::-1], linewidth=0)
    axes.set_ylim(0, 100)
    axes.grid(visible=False)


def _add_legend(figure: Figure, shares: Reals) -> None:
    occurring = [i for i in range(len(_CODES)) if shares[i].any()]
    handles = [Patch(color=_COLOURS[i], label=_NAMES[i]) for i in occurring]
    anchor = (0.995, 1 - 0.29 / figure.get_size_inches()[1])
    legend = figure.legend(handles=handles, loc="upper right", bbox_to_anchor=anchor, ncols=5, handlelength=1.2)
    legend.set_in_layout(False)


def _draw_one_run(axes: Axes, batch: ScenarioRuns, k: int) -> None:
    grade = batch.values("grade")[k]
    edges = [0, *(np.flatnonzero(np.diff(grade)) + 1).tolist(), grade.size]
    for start, end in itertools.pairwise(edges):
        code = int(grade[start])
        colour = _COLOURS[_CODES.index(code)] if code == grade[start] else RULE
        axes.axvspan(start / YEAR, end / YEAR, ymin=0, ymax=0.62, color=colour, linewidth=0)
    for name, marker, size in (("inspections", "v", 7), ("takeovers", "X", 10)):
        weeks = np.flatnonzero(batch.values(name)[k] > 0)
        markers = axes.plot(
            (weeks + 1) / YEAR, np.full(weeks.size, 0.8), marker, color=INK, markersize=size, clip_on=False
        )
        markers[0].set_in_layout(False)  # an empty line without clipping breaks the layout
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)


def _alt(batch: ScenarioRuns, shares: Reals) -> str:
    end = "; ".join(f"{name} {100 * shares[i, -1]:.0f} %" for i, name in enumerate(_NAMES) if shares[i].any())
    visits = batch.values("inspections").sum(axis=1).mean()
    takeover_share = (batch.values("takeovers").sum(axis=1) > 0).mean()
    return (
        f"Stacked areas from {runs_words(batch)}. Grades at the end: {end}. "
        f"Mean number of inspections per run: {visits:.1f}. Runs with a takeover: {100 * takeover_share:.0f} %."
    )


def _numbers(shares: Reals) -> pd.DataFrame:
    data = {"year": np.arange(1, shares.shape[1] + 1) / YEAR}
    return pd.DataFrame(data | {f"share_of_runs_{name.replace(' ', '_')}": shares[i] for i, name in enumerate(_NAMES)})


_NOTE: Final = f"{LEFT_OUT} Brackets: 90 % of replications."
_NARROW: Final = 0.06
"""Narrower parts of a bar have no label. [share]"""


def lottery_figure(lottery: Lottery) -> Drawing:
    """Draw three panels: grade by true share, observed shares of identical authorities, and the next visit."""
    headline = title(lottery)
    with figure_style():
        figure = new_figure(10, 7.6)
        grid = figure.add_gridspec(2, 1, height_ratios=(1.2, 1))
        left, right = figure.add_subfigure(grid[0]).subplots(1, 2)
        _plot_curve(left, lottery)
        _plot_identical(right, lottery)
        _plot_next_visit(figure.add_subfigure(grid[1]).subplots(), lottery)
        add_captions(figure, headline, _NOTE, f"Red Bead, exact sums, no simulated runs: {command(lottery)}")
    return Drawing("lottery", headline, figure, " ".join(sentences(lottery)), lottery.curve_frame())


def _plot_curve(axes: Axes, lottery: Lottery) -> None:
    axes.set_title("Grade by true share of poor cases")
    axes.stackplot(lottery.poor_shares, *(100 * lottery.curve.T[::-1]), colors=GRADES[::-1], linewidth=0)
    poor = lottery.regime.poor_share
    if poor <= lottery.poor_shares[-1]:
        axes.axvline(poor, color=INK, linewidth=1.1, linestyle=(0, (4, 3)))
        axes.annotate(
            f"{percent(poor)}: the median authority", (poor, 97), xytext=(5, 0), textcoords="offset points",
            va="top", fontsize=8, style="italic", bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none"},
        )  # fmt: skip
    axes.set(xlim=(lottery.poor_shares[0], lottery.poor_shares[-1]), ylim=(0, 100))
    axes.set_xlabel("True share of poor cases")
    axes.set_ylabel("Probability of each grade, %")
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(visible=False)


def _plot_identical(axes: Axes, lottery: Lottery) -> None:
    poor_cases, count = lottery.identical.poor_cases, lottery.population.authorities
    n = poor_cases.size - 1
    masks = grade_masks(lottery.regime)
    axes.set_title(f"{count:g} identical authorities, one visit each")
    for code, colour in enumerate(GRADES):
        axes.bar(np.arange(n + 1) / n, count * poor_cases * masks[:, code], width=0.86 / n, color=colour)
    last = int(np.argmax(np.cumsum(poor_cases) > 1 - 0.1 / count)) if count * poor_cases[-1] < 0.1 else n
    axes.set_xlim(-0.7 / n, (last + 1) / n)
    axes.set_xlabel(f"Observed share of poor cases among {n}")
    axes.set_ylabel("Expected number of authorities")
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    inadequate = span(lottery.inadequate(lottery.identical))
    text = f"All have {percent(lottery.regime.poor_share)} poor cases.\nInadequate: {inadequate}"
    axes.annotate(text, (0.98, 0.97), xycoords="axes fraction", ha="right", va="top", fontsize=9)


def _plot_next_visit(axes: Axes, lottery: Lottery) -> None:
    chances = lottery.differing.next_grade()
    condition = "90 % of authorities have" if lottery.population.spread > 0.0 else "all authorities have"
    axes.set_title(f"Next visit without any change; {condition} {true_range(lottery)} poor cases")
    labels = []
    for code in range(INADEQUATE, -1, -1):
        count = lottery.expected(float(lottery.differing.grades[code])).mean
        labels.append(f"{GRADE_NAMES[code]}\nnow ({count:.0f} of {lottery.population.authorities:g})")
        left = 0.0
        for after, share in enumerate(np.nan_to_num(chances[code])):
            axes.barh(INADEQUATE - code, 100 * share, left=100 * left, color=GRADES[after], height=0.72)
            if share >= _NARROW:
                _annotate_share(axes, 100 * (left + share / 2), INADEQUATE - code, share, after)
            left += share
    axes.set_yticks(range(INADEQUATE + 1), labels)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("Grade at the next visit, %")
    axes.grid(visible=False)
    handles = [Patch(color=colour, label=name) for colour, name in zip(GRADES, GRADE_NAMES, strict=True)]
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=4, handlelength=1.2)


def _annotate_share(axes: Axes, x: float, y: float, share: float, code: int) -> None:
    colour = "white" if code in (0, INADEQUATE) else INK
    axes.annotate(f"{100 * share:.0f}", (x, y), ha="center", va="center", fontsize=9, color=colour)


def write_lottery_pages(folder: Path, lottery: Lottery) -> None:
    """Write ``lottery.txt`` with the sentences, and the figure."""
    write_text(folder / "lottery.txt", "\n".join([*sentences(lottery), "", LEFT_OUT, BANNER]) + "\n")
    write_figures(folder / "figures", [lottery_figure(lottery)])
