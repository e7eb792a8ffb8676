"""The lottery in words: what chance alone does to grades, a sentence each. Needs no drawing."""

from __future__ import annotations

import shlex
from html import escape
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, PercentFormatter

from redbead.report.plotting import GRADES, INK, Drawing, dress, look, sheet
from redbead.state.constants import GRADE_NAMES, INADEQUATE
from redbead.studies.lottery.grade_distribution import grade_masks
from redbead.studies.lottery.study import Expected, Lottery

_LARGE: Final = 9.95
_RARE: Final = 0.05
LEFT_OUT: Final = "Chance alone: no quality changes, and nothing is dressed up, disclosed or exposed."


def title(found: Lottery) -> str:
    """What the answer comes to, in a sentence."""
    told = number(found.inadequate(found.identical).mean)
    start = f"Of {found.nation.authorities:g} identical authorities, chance alone finds {told} inadequate"
    if not ever_inadequate(found):
        return start
    better = found.differing.better_next()
    where = "where they differ, " if found.nation.spread > 0.0 else ""
    return f"{start}; {where}{percent(better)} of the inadequate get a better grade next time, with nothing changed"


def sentences(found: Lottery) -> list[str]:
    """The answer: one visit, identical authorities, differing ones, the next visit."""
    return [_one(found), _identical(found), _differing(found), *_next(found)]


def _one(found: Lottery) -> str:
    grades = found.identical.grades
    chances = ", ".join(f"{name} {percent(float(p))}" for name, p in zip(GRADE_NAMES, grades, strict=True))
    poor, cases = found.regime.poor_share, found.regime.cases_tracked
    return f"One authority with {percent(poor)} poor cases, seen through {cases:g} of them: {chances}."


def _identical(found: Lottery) -> str:
    best, worst = found.extremes()
    return (
        f"{found.nation.authorities:g} such authorities, all the same: {span(found.inadequate(found.identical))} are "
        f"found inadequate. The luckiest shows {percent(best)} poor cases, the unluckiest {percent(worst)}."
    )


def _differing(found: Lottery) -> str:
    if found.nation.spread <= 0.0:
        return "With no true differences, grades say nothing about quality: reliability 0."
    group = found.differing
    all_found, wronged = span(found.inadequate(group)), span(found.expected(group.mistaken))
    return (
        f"Where true quality differs (nine in ten have {true_range(found)} poor cases): {all_found} are found "
        f"inadequate; {wronged} of them are truly better than the median authority. Reliability, the correlation of "
        f"two visits: {group.reliability:.2f} (1 is no lottery)."
    )


def _next(found: Lottery) -> list[str]:
    group = found.differing
    if not ever_inadequate(found):
        return ["Hardly anybody is ever found inadequate, so nobody can be seen to recover."]
    return [
        f"At the next visit, nothing having changed: of those inadequate {percent(group.better_next())} get a better "
        f"grade, {percent(group.good_next())} are good or better.",
        f"Of all authorities {percent(group.rise())} rise and as many fall: only a difference between the two would "
        "tell of change.",
    ]


def span(count: Expected) -> str:
    """A number of authorities with its 90 % interval. "29 (22 to 38)"."""
    return f"{number(count.mean)} ({count.low} to {count.high})"


def number(mean: float) -> str:
    """An expected number, with a digit after the point where it is small.

    >>> number(38.35), number(6.99), number(0.0)
    ('38', '7.0', '0.0')
    """
    return f"{mean:.{0 if mean >= _LARGE else 1}f}"


def ever_inadequate(found: Lottery) -> bool:
    """Whether inadequate grades are more than a curiosity among the differing authorities: one in twenty nations."""
    return found.inadequate(found.differing).mean >= _RARE


def true_range(found: Lottery) -> str:
    """The true shares of poor cases of the middle nine in ten authorities. "9 to 40 %"."""
    low, high = found.true_range()
    return f"{percent(low).removesuffix(' %')} to {percent(high)}" if low < high else percent(low)


def percent(share: float) -> str:
    """A share in per cent, with a digit more where it is small.

    >>> percent(0.5736), percent(0.0042), percent(0.00001)
    ('57 %', '0.4 %', 'below 0.1 %')
    """
    if 0.0 < share < 0.0005:
        return "below 0.1 %"
    return f"{100 * share:.{1 if 0.0 < share < 0.0095 else 0}f} %"


def rows(found: Lottery) -> list[tuple[str, str, str]]:
    """The table of grades: identical authorities, and where they differ."""
    same, other = (
        [span(found.expected(float(p))) for p in these.grades] for these in (found.identical, found.differing)
    )
    return [("grade", "all the same", "truly different"), *zip(GRADE_NAMES, same, other, strict=True)]


def command(found: Lottery) -> str:
    """The command line that gives the same answer again."""
    return shlex.join(
        ["redbead", "lottery"]
        + [word for name, value in found.settings().items() for word in (f"--{name.replace('_', '-')}", f"{value:g}")]
    )


def snippet(found: Lottery) -> str:
    """The answer and the table of grades, for a notebook."""
    from redbead.report.plotting import BANNER

    head, *body = rows(found)
    cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in body)
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    text = escape(" ".join(sentences(found)))
    return (
        f"<b>{escape(title(found))}</b><p>{text}</p><table><tr>{top}</tr>{cells}</table><p><small>{BANNER}</small></p>"
    )


_NOTE: Final = f"{LEFT_OUT} In brackets: 90 % of replications."
_NARROW: Final = 0.06
"""A part of a bar that is narrower than this has no room for its number. [share]"""


def lottery_figure(found: Lottery) -> Drawing:
    """Three panels: chance of each grade by true share; shares seen at identical authorities; the next visit."""
    headline = title(found)
    with look():
        figure = sheet(10, 7.6)
        grid = figure.add_gridspec(2, 1, height_ratios=(1.2, 1))
        left, right = figure.add_subfigure(grid[0]).subplots(1, 2)
        _curve(left, found)
        _plot_identical(right, found)
        _plot_next_visit(figure.add_subfigure(grid[1]).subplots(), found)
        dress(figure, headline, _NOTE, f"Red Bead, exact sums, no simulated runs: {command(found)}")
    return Drawing("lottery", headline, figure, " ".join(sentences(found)), found.curve_frame())


def _curve(axes: Axes, found: Lottery) -> None:
    axes.set_title("The grade, by the true share of poor cases")
    axes.stackplot(found.at, *(100 * found.curve.T[::-1]), colors=GRADES[::-1], linewidth=0)
    poor = found.regime.poor_share
    if poor <= found.at[-1]:
        axes.axvline(poor, color=INK, linewidth=1.1, linestyle=(0, (4, 3)))
        axes.annotate(
            f"{percent(poor)}: the median authority", (poor, 97), xytext=(5, 0), textcoords="offset points",
            va="top", fontsize=8, style="italic", bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none"},
        )  # fmt: skip
    axes.set(xlim=(found.at[0], found.at[-1]), ylim=(0, 100))
    axes.set_xlabel("True share of poor cases")
    axes.set_ylabel("Chance of each grade, %")
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(visible=False)


def _plot_identical(axes: Axes, found: Lottery) -> None:
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
    inadequate = span(found.inadequate(found.identical))
    text = f"All have {percent(found.regime.poor_share)} poor cases.\nInadequate: {inadequate}"
    axes.annotate(text, (0.98, 0.97), xycoords="axes fraction", ha="right", va="top", fontsize=9)


def _plot_next_visit(axes: Axes, found: Lottery) -> None:
    chances = found.differing.next_time()
    who = "nine in ten authorities truly have" if found.nation.spread > 0.0 else "all authorities have"
    axes.set_title(f"Next visit, nothing changed; {who} {true_range(found)} poor cases")
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
