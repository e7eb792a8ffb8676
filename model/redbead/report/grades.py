"""The grade on a time line: the share of runs in each grade, and one run with its visits and its takeover."""

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

TITLE = "The published grade over time, with visits and takeovers"
_CODES = (NONE_YET, *range(INADEQUATE + 1))
_NAMES = ("none", *GRADE_NAMES)
_COLOURS = (RULE, *GRADES)


def grades(batch: ScenarioRuns) -> Drawing:
    """Two panels: share of runs in each grade; the strip of one run."""
    shares = np.stack([(batch.values("grade") == code).mean(axis=0) for code in _CODES])
    k = example(batch)
    with look():
        figure = sheet(10, 5.6)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1.1))
        _areas(above, shares)
        above.set_ylabel("Share of runs, %")
        above.set_title(f"All {len(batch.good)} runs" if len(batch.good) > 1 else "The one run")
        _strip(below, batch, k)
        seed = batch.runs[batch.good[k]].seed
        alone = len(batch.good) == 1
        below.set_title("Its visits" if alone else f"One ordinary run (seed {seed}: the middle one by hidden errors)")
        for axes in (above, below):
            mark(axes, batch.scenario, labels=axes is above)
            years_axis(axes, batch.scenario, label=axes is below)
        finish(figure, batch, TITLE, "Triangle: end of a visit. Cross: takeover.")
        _legend(figure, shares)
    return Drawing("grade", TITLE, figure, _alt(batch, shares), _numbers(shares))


def example(batch: ScenarioRuns) -> int:
    """Position, among the finished runs, of the one with the median mean of hidden errors."""
    means = batch.values("hidden_errors").mean(axis=1)
    return int(np.argsort(means, kind="stable")[(means.size - 1) // 2])


def _areas(axes: Axes, shares: Reals) -> None:
    at = np.arange(1, shares.shape[1] + 1) / YEAR
    axes.stackplot(at, *(100 * shares[::-1]), colors=_COLOURS[::-1], linewidth=0)
    axes.set_ylim(0, 100)
    axes.grid(visible=False)


def _legend(figure: Figure, shares: Reals) -> None:
    here = [i for i in range(len(_CODES)) if shares[i].any()]
    handles = [Patch(color=_COLOURS[i], label=_NAMES[i]) for i in here]
    place = (0.995, 1 - 0.29 / figure.get_size_inches()[1])
    legend = figure.legend(handles=handles, loc="upper right", bbox_to_anchor=place, ncols=5, handlelength=1.2)
    legend.set_in_layout(False)


def _strip(axes: Axes, batch: ScenarioRuns, k: int) -> None:
    grade = batch.values("grade")[k]
    edges = [0, *(np.flatnonzero(np.diff(grade)) + 1).tolist(), grade.size]
    for start, end in itertools.pairwise(edges):
        code = int(grade[start])
        colour = _COLOURS[_CODES.index(code)] if code == grade[start] else RULE
        axes.axvspan(start / YEAR, end / YEAR, ymin=0, ymax=0.62, color=colour, linewidth=0)
    for name, sign, size in (("inspections", "v", 7), ("takeovers", "X", 10)):
        weeks = np.flatnonzero(batch.values(name)[k] > 0)
        signs = axes.plot((weeks + 1) / YEAR, np.full(weeks.size, 0.8), sign, color=INK, markersize=size, clip_on=False)
        signs[0].set_in_layout(False)  # an empty line that is not clipped upsets the layout
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)


def _alt(batch: ScenarioRuns, shares: Reals) -> str:
    end = "; ".join(f"{name} {100 * shares[i, -1]:.0f} %" for i, name in enumerate(_NAMES) if shares[i].any())
    visits = batch.values("inspections").sum(axis=1).mean()
    taken = (batch.values("takeovers").sum(axis=1) > 0).mean()
    return (
        f"Stacked areas from {runs_words(batch)}. Grades at the end: {end}. "
        f"On average {visits:.1f} visits a run; {100 * taken:.0f} % of runs see a takeover."
    )


def _numbers(shares: Reals) -> pd.DataFrame:
    data = {"year": np.arange(1, shares.shape[1] + 1) / YEAR}
    return pd.DataFrame(data | {f"share_of_runs_{name.replace(' ', '_')}": shares[i] for i, name in enumerate(_NAMES)})
