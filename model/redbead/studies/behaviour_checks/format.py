"""Results of behaviour checks as text and as data: one line per expectation, with its estimate and interval."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pandas as pd

from redbead.analysis.outcomes import is_flow
from redbead.analysis.pairs import unit_of
from redbead.quantities import three_digits
from redbead.state.constants import YEAR
from redbead.storage.atomic_files import csv_text, json_text
from redbead.storage.study_folder import StudyFiles
from redbead.studies.behaviour_checks.spec import Expectation
from redbead.studies.behaviour_checks.study import CheckResult
from redbead.studies.behaviour_checks.verdicts import CheckVerdict, Finding

FAILING = (CheckVerdict.FAILS, CheckVerdict.OPEN)


def estimate_unit(e: Expectation) -> str:
    """Return the unit of the estimate; '' if it has none or is a relative change."""
    if e.statistic == "ratio" or e.partner or e.over == "dispersion":
        return ""
    weekly = unit_of(e.measure)
    if e.per:
        return "" if unit_of(e.per) == weekly else f"{weekly} per {unit_of(e.per)}"
    unit = weekly.removesuffix("/week") + "/year" if is_flow(weekly) else weekly
    return "" if unit in ("ratio", "share", "0-1", "code", "index") else unit


def format_number(e: Expectation, value: float) -> str:
    """Format a value for the table; relative changes are signed percentages."""
    if math.isnan(value):
        return "?"
    if e.statistic == "ratio":
        return f"{100 * value:+.1f}".removesuffix(".0") + " %"
    return f"{'+' * (e.statistic == 'difference' and value >= 0.0)}{three_digits(value)}"


def describe_estimate(e: Expectation) -> str:
    """Describe the estimated quantity and its weeks.

    Examples
    --------
    >>> describe_estimate(Expectation(measure="hidden_errors", first=52, last=104, statistic="ratio"))
    'hidden_errors, year 2'
    """
    name = e.measure + (f" per {e.per}" if e.per else "") + (f" with {e.partner} (correlation)" if e.partner else "")
    name += {"peak": ", peak", "dip": ", dip", "dispersion": ", variance over mean"}.get(e.over, "")
    if e.first % YEAR or e.last % YEAR:
        return f"{name}, weeks {e.first} to {e.last}"
    years = (e.first // YEAR + 1, e.last // YEAR)
    return f"{name}, " + (f"year {years[0]}" if years[0] == years[1] else f"years {years[0]} to {years[1]}")


def describe_expectation(e: Expectation) -> str:
    """Describe the expected direction and band.

    Examples
    --------
    >>> e = Expectation(measure="fear", first=0, last=52, statistic="ratio", direction="down", band=(-0.2, -0.1))
    >>> describe_expectation(e)
    'down, -20 % to -10 %'
    """
    band = f"{format_number(e, e.band[0])} to {format_number(e, e.band[1])}" if e.band else ""
    tolerance = f" (± {format_number(e, e.tolerance).lstrip('+')})" if e.band and e.tolerance else ""
    return ", ".join(part for part in (e.direction, band + tolerance) if part)


def format_finding(finding: Finding) -> str:
    """Format a finding as a line: quantity, estimate with interval, expectation, and notes."""
    e = finding.expectation
    mean, low, high = (format_number(e, value) for value in finding.interval[:3])
    parts = [
        f"{describe_estimate(e)}: {mean} ({low} to {high}) {estimate_unit(e)}".rstrip(),
        f"expected {describe_expectation(e)}",
    ]
    if finding.more_runs:
        runs = "runs decide" if finding.more_runs != 1 else "run decides"
        parts.append(f"about {finding.more_runs:,} more {runs} it with a probability of 80 %, if the estimate is right")
    parts += [text for text in (finding.note, e.known, e.undecided) if text]
    return "; ".join(parts)


def count_verdicts(results: Iterable[CheckResult]) -> Counter[CheckVerdict]:
    """Count expectations by verdict."""
    return Counter(item.verdict for result in results for item in result.findings)


def summarise(results: list[CheckResult]) -> str:
    """Summarise all results in a sentence."""
    counts = count_verdicts(results)
    total = sum(counts.values())
    parts = ", ".join(
        f"{counts[verdict]} {_verdict_words(verdict, counts[verdict])}" for verdict in CheckVerdict if counts[verdict]
    )
    return f"{total} expectation{'s' * (total != 1)} of {len(results)} check{'s' * (len(results) != 1)}: {parts}"


def _verdict_words(verdict: CheckVerdict, n: int) -> str:
    """Return a verdict in the singular or plural.

    >>> [_verdict_words(CheckVerdict.FAILS, n) for n in (1, 3)]
    ['does not hold', 'do not hold']
    >>> _verdict_words(CheckVerdict.HOLDS, 2)
    'hold'
    """
    if n == 1:
        return str(verdict)
    return {"holds": "hold", "now holds": "now hold", "does not hold": "do not hold",
            "falls short (known)": "fall short (known)"}.get(verdict, str(verdict))  # fmt: skip


def as_data(result: CheckResult) -> dict[str, Any]:
    """Return a result as JSON data; undefined values are null."""
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
        "expectations": [_finding_data(item) for item in result.findings],
    }


def files_of(results: list[CheckResult]) -> StudyFiles:
    """Results as files: all data as JSON, and one row per expectation."""
    data = [as_data(result) for result in results]
    rows = [{"check": item["name"], **finding} for item in data for finding in item["expectations"]]
    return StudyFiles({"checks.json": json_text(data), "expectations.csv": csv_text(pd.DataFrame(rows))})


def _finding_data(finding: Finding) -> dict[str, Any]:
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
        "unit": estimate_unit(e),
        "direction": e.direction or None,
        "between": e.band,
        "tolerance": e.tolerance,
        "source": e.source or None,
        "known": e.known or None,
        "undecided": e.undecided or None,
        "verdict": str(finding.verdict),
        "estimate": _finite_or_none(mean),
        "low": _finite_or_none(low),
        "high": _finite_or_none(high),
        "interval": kind,
        "more_runs": finding.more_runs,
        "note": finding.note or None,
    }


def _finite_or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
