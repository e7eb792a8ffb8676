"""Figure of grades over time: share of runs in each grade, and one run with its inspections and takeovers."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from redbead.execution.runs import ScenarioRuns
from redbead.report.plotting import GRADES, INK, RULE, Drawing, finish, look, mark, runs_words, sheet, years_axis
from redbead.state.constants import GRADE_NAMES, INADEQUATE, NONE_YET, YEAR
from redbead.state.types import Reals

TITLE = "Published grade over time, with inspections and takeovers"
_CODES = (NONE_YET, *range(INADEQUATE + 1))
_NAMES = ("none", *GRADE_NAMES)
_COLOURS = (RULE, *GRADES)


def grades(batch: ScenarioRuns) -> Drawing:
    """Draw two panels: share of runs in each grade, and the grades of one run."""
    shares = np.stack([(batch.values("grade") == code).mean(axis=0) for code in _CODES])
    k = median_run(batch)
    with look():
        figure = sheet(10, 5.6)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1.1))
        _draw_shares(above, shares)
        above.set_ylabel("Share of runs, %")
        above.set_title(f"All {len(batch.good)} runs" if len(batch.good) > 1 else "Single run")
        _draw_one_run(below, batch, k)
        seed = batch.runs[batch.good[k]].seed
        single = len(batch.good) == 1
        below.set_title("Its inspections" if single else f"Median run by hidden errors (seed {seed})")
        for axes in (above, below):
            mark(axes, batch.scenario, labels=axes is above)
            years_axis(axes, batch.scenario, label=axes is below)
        finish(figure, batch, TITLE, "Triangle: end of an inspection. Cross: takeover.")
        _add_legend(figure, shares)
    return Drawing("grade", TITLE, figure, _alt(batch, shares), _numbers(shares))


def median_run(batch: ScenarioRuns) -> int:
    """Position, among the finished runs, of the run with the median of hidden errors."""
    means = batch.values("hidden_errors").mean(axis=1)
    return int(np.argsort(means, kind="stable")[(means.size - 1) // 2])


def _draw_shares(axes: Axes, shares: Reals) -> None:
    at = np.arange(1, shares.shape[1] + 1) / YEAR
    axes.stackplot(at, *(100 * shares[::-1]), colors=_COLOURS[::-1], linewidth=0)
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
