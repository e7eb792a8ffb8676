"""Report of the inspection lottery: sentences, tables and a figure."""

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
LEFT_OUT: Final = "Chance alone: quality is constant, without gaming, disclosure or exposure."


def title(lottery: Lottery) -> str:
    """Summarise the result in a sentence."""
    number_inadequate = number(lottery.inadequate(lottery.identical).mean)
    count = f"{lottery.population.authorities:g}"
    text = f"Of {count} identical authorities, {number_inadequate} are graded inadequate by chance alone"
    if not ever_inadequate(lottery):
        return text
    better = lottery.differing.better_next()
    condition = "if authorities differ, " if lottery.population.spread > 0.0 else ""
    return (
        f"{text}; {condition}{percent(better)} of inadequate authorities improve at the next visit without any change"
    )


def sentences(lottery: Lottery) -> list[str]:
    """Describe one visit, identical authorities, differing authorities and the next visit."""
    return [
        _describe_visit(lottery),
        _describe_identical(lottery),
        _describe_differing(lottery),
        *_describe_next_visit(lottery),
    ]


def _describe_visit(lottery: Lottery) -> str:
    grades = lottery.identical.grades
    chances = ", ".join(f"{name} {percent(float(p))}" for name, p in zip(GRADE_NAMES, grades, strict=True))
    poor, cases = lottery.regime.poor_share, lottery.regime.cases_tracked
    return f"Grade of an authority with {percent(poor)} poor cases, from a sample of {cases:g} cases: {chances}."


def _describe_identical(lottery: Lottery) -> str:
    best, worst = lottery.extremes()
    return (
        f"Of {lottery.population.authorities:g} identical authorities of this kind, "
        f"{span(lottery.inadequate(lottery.identical))} are graded inadequate. Inspectors see {percent(best)} poor "
        f"cases in the luckiest and {percent(worst)} in the unluckiest."
    )


def _describe_differing(lottery: Lottery) -> str:
    if lottery.population.spread <= 0.0:
        return "Without true differences, grades contain no information about quality: reliability 0."
    group = lottery.differing
    inadequate, wrongly = span(lottery.inadequate(group)), span(lottery.expected(group.wrongly_inadequate))
    return (
        f"If true quality differs (90 % of authorities have {true_range(lottery)} poor cases), {inadequate} are graded "
        f"inadequate, of which {wrongly} are truly better than the median. Reliability, the correlation between two "
        f"visits, is {group.reliability:.2f} (1 means no effect of chance)."
    )


def _describe_next_visit(lottery: Lottery) -> list[str]:
    group = lottery.differing
    if not ever_inadequate(lottery):
        return ["Inadequate grades are too rare to estimate recovery."]
    return [
        f"At the next visit, without any change, {percent(group.better_next())} of inadequate authorities get a better "
        f"grade, and {percent(group.good_next())} are good or better.",
        f"Of all authorities, {percent(group.share_rising())} rise and as many fall; only a difference between the two "
        "is evidence of change.",
    ]


def span(count: Expected) -> str:
    """Format a number of authorities with its 90 % interval, such as "29 (22 to 38)"."""
    return f"{number(count.mean)} ({count.low} to {count.high})"


def number(mean: float) -> str:
    """Format an expected number, with one decimal if it is small.

    >>> number(38.35), number(6.99), number(0.0)
    ('38', '7.0', '0.0')
    """
    return f"{mean:.{0 if mean >= _LARGE else 1}f}"


def ever_inadequate(lottery: Lottery) -> bool:
    """Whether more than one differing authority in twenty populations is graded inadequate."""
    return lottery.inadequate(lottery.differing).mean >= _RARE


def true_range(lottery: Lottery) -> str:
    """Format the true shares of poor cases of the middle 90 % of authorities, such as "9 to 40 %"."""
    low, high = lottery.true_range()
    return f"{percent(low).removesuffix(' %')} to {percent(high)}" if low < high else percent(low)


def percent(share: float) -> str:
    """Format a share in per cent, with one decimal if it is small.

    >>> percent(0.5736), percent(0.0042), percent(0.00001)
    ('57 %', '0.4 %', 'below 0.1 %')
    """
    if 0.0 < share < 0.0005:
        return "below 0.1 %"
    return f"{100 * share:.{1 if 0.0 < share < 0.0095 else 0}f} %"


def rows(lottery: Lottery) -> list[tuple[str, str, str]]:
    """Return the table of grades of identical and differing authorities."""
    same, other = (
        [span(lottery.expected(float(p))) for p in group.grades] for group in (lottery.identical, lottery.differing)
    )
    return [("grade", "identical", "differing"), *zip(GRADE_NAMES, same, other, strict=True)]


def command(lottery: Lottery) -> str:
    """Return the command line that reproduces the results."""
    return shlex.join(
        ["redbead", "lottery"]
        + [word for name, value in lottery.settings().items() for word in (f"--{name.replace('_', '-')}", f"{value:g}")]
    )


def snippet(lottery: Lottery) -> str:
    """Return the title, sentences and table of grades as HTML for a notebook."""
    from redbead.report.plotting import BANNER

    head, *body = rows(lottery)
    cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in body)
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    text = escape(" ".join(sentences(lottery)))
    table = f"<table><tr>{top}</tr>{cells}</table>"
    return f"<b>{escape(title(lottery))}</b><p>{text}</p>{table}<p><small>{BANNER}</small></p>"


_NOTE: Final = f"{LEFT_OUT} In brackets: 90 % of replications."
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
