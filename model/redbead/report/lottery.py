"""The lottery in words: what chance alone does to grades, a sentence each. Needs no drawing."""

from __future__ import annotations

import shlex
from html import escape
from typing import Final

from redbead.state.authority import GRADE_NAMES
from redbead.study.lottery import Expected, Lottery

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
    from redbead.report.style import BANNER

    head, *body = rows(found)
    cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in body)
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    text = escape(" ".join(sentences(found)))
    return (
        f"<b>{escape(title(found))}</b><p>{text}</p><table><tr>{top}</tr>{cells}</table><p><small>{BANNER}</small></p>"
    )
