"""The lottery as a picture: the operating curve, identical authorities, and the next visit when nothing has changed."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, PercentFormatter

from redbead.report import lottery as telling
from redbead.report.drawing import Drawing, dress
from redbead.report.style import GRADES, INK, look, sheet
from redbead.state.authority import GRADE_NAMES, INADEQUATE
from redbead.study.chance import grade_masks
from redbead.study.lottery import Lottery

_NOTE: Final = f"{telling.LEFT_OUT} In brackets: 90 % of replications."
_NARROW: Final = 0.06
"""A part of a bar that is narrower than this has no room for its number. [share]"""


def lottery_figure(found: Lottery) -> Drawing:
    """Three panels: chance of each grade by true share; shares seen at identical authorities; the next visit."""
    title = telling.title(found)
    with look():
        figure = sheet(10, 7.6)
        grid = figure.add_gridspec(2, 1, height_ratios=(1.2, 1))
        left, right = figure.add_subfigure(grid[0]).subplots(1, 2)
        _curve(left, found)
        _identical(right, found)
        _next(figure.add_subfigure(grid[1]).subplots(), found)
        dress(figure, title, _NOTE, f"Red Bead, exact sums, no simulated runs: {telling.command(found)}")
    return Drawing("lottery", title, figure, " ".join(telling.sentences(found)), found.curve_frame())


def _curve(axes: Axes, found: Lottery) -> None:
    axes.set_title("The grade, by the true share of poor cases")
    axes.stackplot(found.at, *(100 * found.curve.T[::-1]), colors=GRADES[::-1], linewidth=0)
    poor = found.regime.poor_share
    if poor <= found.at[-1]:
        axes.axvline(poor, color=INK, linewidth=1.1, linestyle=(0, (4, 3)))
        axes.annotate(
            f"{telling.percent(poor)}: the median authority", (poor, 97), xytext=(5, 0), textcoords="offset points",
            va="top", fontsize=8, style="italic", bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none"},
        )  # fmt: skip
    axes.set(xlim=(found.at[0], found.at[-1]), ylim=(0, 100))
    axes.set_xlabel("True share of poor cases")
    axes.set_ylabel("Chance of each grade, %")
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(visible=False)


def _identical(axes: Axes, found: Lottery) -> None:
    law, many = found.identical.law, found.nation.authorities
    n = law.size - 1
    masks = grade_masks(found.regime)
    axes.set_title(f"{many:g} identical authorities, one visit each")
    for code, colour in enumerate(GRADES):
        axes.bar(np.arange(n + 1) / n, many * law * masks[:, code], width=0.86 / n, color=colour)
    last = int(np.argmax(np.cumsum(law) > 1 - 0.1 / many)) if many * law[-1] < 0.1 else n
    axes.set_xlim(-0.7 / n, (last + 1) / n)
    axes.set_xlabel(f"Share of poor cases seen among {n}")
    axes.set_ylabel("Authorities expected")
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    inadequate = telling.span(found.inadequate(found.identical))
    text = f"All have {telling.percent(found.regime.poor_share)} poor cases.\nInadequate: {inadequate}"
    axes.annotate(text, (0.98, 0.97), xycoords="axes fraction", ha="right", va="top", fontsize=9)


def _next(axes: Axes, found: Lottery) -> None:
    chances = found.differing.next_time()
    who = "nine in ten authorities truly have" if found.nation.spread > 0.0 else "all authorities have"
    axes.set_title(f"Next visit, nothing changed; {who} {telling.true_range(found)} poor cases")
    labels = []
    for code in range(INADEQUATE, -1, -1):
        count = found.expected(float(found.differing.grades[code])).mean
        labels.append(f"{GRADE_NAMES[code]}\nnow ({count:.0f} of {found.nation.authorities:g})")
        left = 0.0
        for after, share in enumerate(np.nan_to_num(chances[code])):
            axes.barh(INADEQUATE - code, 100 * share, left=100 * left, color=GRADES[after], height=0.72)
            if share >= _NARROW:
                _number(axes, 100 * (left + share / 2), INADEQUATE - code, share, after)
            left += share
    axes.set_yticks(range(INADEQUATE + 1), labels)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("Grade next time, %")
    axes.grid(visible=False)
    handles = [Patch(color=colour, label=name) for colour, name in zip(GRADES, GRADE_NAMES, strict=True)]
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=4, handlelength=1.2)


def _number(axes: Axes, x: float, y: float, share: float, code: int) -> None:
    colour = "white" if code in (0, INADEQUATE) else INK
    axes.annotate(f"{100 * share:.0f}", (x, y), ha="center", va="center", fontsize=9, color=colour)
