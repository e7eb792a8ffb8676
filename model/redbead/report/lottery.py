"""Report of the inspection lottery as sentences and a table; imports no drawing library, for a fast start."""

from __future__ import annotations

import shlex
from html import escape
from typing import Final

from redbead.scenario.scenario import BANNER
from redbead.state.constants import GRADE_NAMES
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
    identical, differing = (
        [span(lottery.expected(float(p))) for p in group.grades] for group in (lottery.identical, lottery.differing)
    )
    return [("grade", "identical", "differing"), *zip(GRADE_NAMES, identical, differing, strict=True)]


def command(lottery: Lottery) -> str:
    """Return the command line that reproduces the results."""
    return shlex.join(
        ["redbead", "lottery"]
        + [word for name, value in lottery.settings().items() for word in (f"--{name.replace('_', '-')}", f"{value:g}")]
    )


def snippet(lottery: Lottery) -> str:
    """Return the title, sentences and table of grades as HTML for a notebook."""
    head, *body = rows(lottery)
    cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in body)
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    text = escape(" ".join(sentences(lottery)))
    table = f"<table><tr>{top}</tr>{cells}</table>"
    return f"<b>{escape(title(lottery))}</b><p>{text}</p>{table}<p><small>{BANNER}</small></p>"
