"""Figure of the inspection lottery."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, PercentFormatter

from redbead.report.lottery import LEFT_OUT, command, percent, sentences, span, title, true_range
from redbead.report.plotting import GRADES, INK, Drawing, dress, look, sheet
from redbead.state.constants import GRADE_NAMES, INADEQUATE
from redbead.studies.lottery.grade_distribution import grade_masks
from redbead.studies.lottery.study import Lottery

_NOTE: Final = f"{LEFT_OUT} Brackets: 90 % of replications."
_NARROW: Final = 0.06
"""Narrower parts of a bar have no label. [share]"""


def lottery_figure(lottery: Lottery) -> Drawing:
    """Draw three panels: grade by true share, observed shares of identical authorities, and the next visit."""
    headline = title(lottery)
    with look():
        figure = sheet(10, 7.6)
        grid = figure.add_gridspec(2, 1, height_ratios=(1.2, 1))
        left, right = figure.add_subfigure(grid[0]).subplots(1, 2)
        _plot_curve(left, lottery)
        _plot_identical(right, lottery)
        _plot_next_visit(figure.add_subfigure(grid[1]).subplots(), lottery)
        dress(figure, headline, _NOTE, f"Red Bead, exact sums, no simulated runs: {command(lottery)}")
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
