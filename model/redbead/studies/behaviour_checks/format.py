"""Findings in words and as data: one line an expectation, with figure, interval and what was expected."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

from redbead.analysis.outcomes import is_flow
from redbead.analysis.series import unit_of
from redbead.state.constants import YEAR
from redbead.studies.behaviour_checks.spec import Expectation
from redbead.studies.behaviour_checks.study import CheckResult
from redbead.studies.behaviour_checks.verdicts import CheckVerdict, Finding

FAILING = (CheckVerdict.FAILS, CheckVerdict.OPEN)


def unit(e: Expectation) -> str:
    """The unit of the estimate; '' where it has none or is a relative change."""
    if e.statistic == "ratio" or e.partner or e.over == "dispersion":
        return ""
    found = unit_of(e.measure)
    if e.per:
        return "" if unit_of(e.per) == found else f"{found} per {unit_of(e.per)}"
    plain = found.removesuffix("/week") + "/year" if is_flow(found) else found
    return "" if plain in ("ratio", "share", "0-1", "code", "index") else plain


def number(e: Expectation, value: float) -> str:
    """A figure as the table shows it: relative changes in percent with their sign."""
    if math.isnan(value):
        return "?"
    if e.statistic == "ratio":
        return f"{100 * value:+.1f}".removesuffix(".0") + " %"
    return f"{value:+.3g}" if e.statistic == "difference" else f"{value:.3g}"


def looked_at(e: Expectation) -> str:
    """What is looked at, and when.

    >>> looked_at(Expectation(measure="hidden_errors", first=52, last=104, statistic="ratio"))
    'hidden_errors, year 2'
    """
    what = e.measure + (f" per {e.per}" if e.per else "") + (f" with {e.partner} (correlation)" if e.partner else "")
    how = {"peak": ", peak", "dip": ", dip", "dispersion": ", variance over mean"}.get(e.over, "")
    if e.first % YEAR or e.last % YEAR:
        return f"{what}{how}, weeks {e.first} to {e.last}"
    years = (e.first // YEAR + 1, e.last // YEAR)
    return f"{what}{how}, " + (f"year {years[0]}" if years[0] == years[1] else f"years {years[0]} to {years[1]}")


def expected(e: Expectation) -> str:
    """What is expected.

    >>> expected(Expectation(measure="fear", first=0, last=52, statistic="ratio", direction="down", band=(-0.2, -0.1)))
    'down, -20 % to -10 %'
    """
    band = f"{number(e, e.band[0])} to {number(e, e.band[1])}" if e.band else ""
    wider = f" (give or take {number(e, e.tolerance).lstrip('+')})" if e.band and e.tolerance else ""
    return ", ".join(part for part in (e.direction, band + wider) if part)


def figures(finding: Finding) -> str:
    """The line of a finding: what was looked at, the figure with its interval, what was expected, what else to know."""
    e, found = finding.expectation, finding.interval
    wanted = f"expected {expected(e)}"
    value = f"{number(e, found.mean)} ({number(e, found.low)} to {number(e, found.high)}) {unit(e)}".rstrip()
    parts = [f"{looked_at(e)}: {value}", wanted]
    if finding.more_runs:
        parts.append(f"about {finding.more_runs:,} more runs would settle it")
    parts += [text for text in (finding.note, e.known) if text]
    return "; ".join(parts)


def count(results: Iterable[CheckResult]) -> Counter[CheckVerdict]:
    """How many expectations have which verdict; what is known and open counts as known."""
    return Counter(
        CheckVerdict.KNOWN if item.expectation.known and item.verdict is CheckVerdict.OPEN else item.verdict
        for result in results
        for item in result.findings
    )


def summary(results: list[CheckResult]) -> str:
    """All in one sentence."""
    found = count(results)
    total = sum(found.values())
    parts = ", ".join(
        f"{found[verdict]} {_plural(verdict, found[verdict])}" for verdict in CheckVerdict if found[verdict]
    )
    return f"{total} expectation{'s' * (total != 1)} of {len(results)} check{'s' * (len(results) != 1)}: {parts}"


def _plural(verdict: CheckVerdict, n: int) -> str:
    """A verdict after a number.

    >>> _plural(Verdict.HOLDS, 2), _plural(Verdict.FAILS, 1), _plural(Verdict.FAILS, 3)
    ('hold', 'does not hold', 'do not hold')
    """
    if n == 1:
        return str(verdict)
    return {"holds": "hold", "holds by now": "hold by now", "does not hold": "do not hold",
            "falls short (known)": "fall short (known)"}.get(verdict, str(verdict))  # fmt: skip


def as_data(result: CheckResult) -> dict[str, Any]:
    """A result as JSON holds it; figures that do not exist are null."""
    check = result.check
    return {
        "name": check.name,
        "claim": check.claim,
        "source": check.source,
        "tests": check.tests,
        "systems": check.systems,
        "theory": check.theory,
        "run_under": result.theory,
        "runs": result.runs,
        "expectations": [_finding(item) for item in result.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    e = finding.expectation
    mean, low, high, kind = finding.interval
    return {
        "measure": e.measure,
        "per": e.per or None,
        "with": e.partner or None,
        "where": e.where or None,
        "over": e.over,
        "first_week": e.first,
        "end_week": e.last,
        "statistic": e.statistic,
        "unit": unit(e),
        "direction": e.direction or None,
        "between": e.band,
        "tolerance": e.tolerance,
        "source": e.source or None,
        "known": e.known or None,
        "verdict": str(finding.verdict),
        "estimate": _real(mean),
        "low": _real(low),
        "high": _real(high),
        "interval": kind,
        "more_runs": finding.more_runs,
        "note": finding.note or None,
    }


def _real(value: float) -> float | None:
    return value if math.isfinite(value) else None
