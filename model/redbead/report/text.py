"""What the numbers say, in sentences: the answer, the two ledgers, the headline table, the limits."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.outcomes import LATE, WHOLE_RUN, RunOutcome, outcomes_of
from redbead.execution.runs import ScenarioRuns
from redbead.report.plotting import runs_words

OF_RUNS: Final = "share of runs"
PERCENT: Final = {"share", OF_RUNS, "1/year"}
"""Units that are shown in per cent."""
_BIG: Final = 100


def number(unit: str, mean: float, value: float) -> str:
    """A value of an outcome with that unit and mean, with as many digits as suit the size of the mean."""
    if math.isnan(value):
        return "-"
    if unit in PERCENT:
        return f"{100 * value:.0f}" if unit == OF_RUNS else f"{100 * value:.1f}"
    if unit.startswith("pounds"):
        return f"{value / 1e6:.2f}"
    digits = 3 if unit == "ratio" else 0 if abs(mean) >= _BIG else 1 if abs(mean) >= 10 else 2
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def unit_words(unit: str) -> str:
    """A unit in words.

    >>> unit_words("1/year"), unit_words("errors/year")
    ('% a year', 'errors a year')
    """
    if unit.startswith("pounds"):
        return "£ million a year"
    words = {"share": "%", OF_RUNS: "% of runs", "1/year": "% a year", "ratio": "ratio", "0-1": "(0 to 1)"}
    return words.get(unit, unit.replace("/year", " a year"))


Found = dict[tuple[str, str], RunOutcome]


class HeadlineRow(NamedTuple):
    """One line of a table: what, how much with its interval, in what unit."""

    what: str
    value: str
    interval: str
    middle: str
    range: str
    unit: str


class ActualRecordedRow(NamedTuple):
    """What happened beside what was recorded, and the difference."""

    what: str
    happened: str
    recorded: str
    gap: str


HEADLINE: Final = (
    ("turnover", "Turnover of social workers"),
    ("vacancy_rate", "Posts without a permanent worker"),
    ("errors_generated", "Errors made"),
    ("hidden_errors", "Hidden errors at any time"),
    ("reported_share", "Errors reported, of those made"),
    ("willingness_to_report", "Chance that a worker reports"),
    ("fear", "Fear of workers"),
    ("serious_incidents", "Serious incidents"),
    ("service_quality", "True quality"),
    ("visible_quality", "Visible quality"),
    ("illusion_gap", "Illusion gap: visible minus true"),
    ("ever_inadequate", "Runs with an inadequate grade"),
    ("taken_over", "Runs with a takeover"),
    ("cost", "Cost"),
)

LIMITS: Final = (
    "It is a stylised service with simulated people. It does not predict what happens in any real authority.",
    "It says nothing about a real child, family, worker, manager or inspector, and it must not be used to judge one.",
    "Many of its numbers are assumed or come from other services; 'redbead parameters' shows the grade of each.",
    "An interval here tells how far runs of this model differ by chance, not how far the model is from the world.",
    "One scenario alone shows what such years look like. Whether a policy helps can only be seen beside another one.",
    "What it leaves out cannot matter in it: courts, health, police, schools and families act only as demand.",
)  # fmt: skip


def found(batch: ScenarioRuns) -> Found:
    """All outcomes by name and period."""
    return {(item.name, item.period): item for item in outcomes_of(batch)}


def answer(batch: ScenarioRuns, outcomes: Found) -> tuple[str, str]:
    """Two sentences: what went wrong and what was known of it; how it looked and how it was."""
    if not batch.good:
        return ("No run finished.", "The folder failures/ holds the cause of each.")
    made, share = outcomes["errors_generated", WHOLE_RUN], outcomes["recorded_share", WHOLE_RUN]
    hidden, turnover = outcomes["hidden_errors", LATE], outcomes["turnover", LATE]
    many, middle = runs_words(batch), "the middle run" if len(batch.good) > 1 else "it"
    mean = f" (mean {with_interval(hidden)})" if len(batch.good) > 1 else ""
    first = (
        f"In {many} of {batch.scenario.years:g} years, {with_interval(share)} of the errors made came on record "
        f"({with_interval(made)} were made in a year); in the {LATE}, {middle} held "
        f"{middle_of(hidden)} hidden errors at any time{mean}."
    )
    second = f"{_seen(outcomes)}, and {with_interval(turnover)} of its social workers left each year."
    return first, second


def _seen(outcomes: Found) -> str:
    """How the service looked beside how it was; no sign where the runs cannot tell."""
    gap = outcomes["illusion_gap", LATE]
    mean, low, high, _ = gap.interval()
    text = f"visible minus true quality: {with_interval(gap)}"
    if low <= 0 <= high:
        return f"Whether the service then looked better than it was, these runs cannot tell ({text})"
    word = "better than it was" if mean > 0 else "worse than it was" if mean < 0 else "just as good as it was"
    return f"In those years the service looked {word} ({text})"


def ran_away(batch: ScenarioRuns, outcomes: Found) -> str:
    """A warning where a few runs pull the mean of the hidden errors far above the middle run; else nothing."""
    values = outcomes["hidden_errors", LATE].values
    if values.size < 2 or values.mean() < 1.5 * np.median(values):
        return ""
    count = int((values > 2 * np.median(values)).sum())
    return (
        f"In {count} of {len(batch.good)} runs there are more than twice as many hidden errors as in the middle run; "
        "such runs pull the means up. Read the middle run beside the mean."
    )


def headline(outcomes: Found) -> list[HeadlineRow]:
    """The headline table for the last two years; whole run for shares of runs."""
    rows = []
    for name, what in HEADLINE:
        item = outcomes[name, WHOLE_RUN if outcomes[name, LATE].share else LATE]
        texts = (mean_of(item), interval_of(item), middle_of(item), range_of(item))
        rows.append(HeadlineRow(what, *texts, unit_words(item.unit)))
    return rows


def ledgers(outcomes: Found) -> list[ActualRecordedRow]:
    """The two ledgers over the whole run: what happened, what was recorded."""
    made, recorded = outcomes["errors_generated", WHOLE_RUN], outcomes["recorded_incidents", WHOLE_RUN]
    known, told = outcomes["errors_recognised", WHOLE_RUN], outcomes["errors_reported", WHOLE_RUN]
    true, visible = outcomes["service_quality", WHOLE_RUN], outcomes["visible_quality", WHOLE_RUN]
    gap = outcomes["illusion_gap", WHOLE_RUN]
    off, silent = _less(made, recorded, "off the record"), _less(known, told, "not reported")
    return [
        ActualRecordedRow("Errors a year", mean_of(made), mean_of(recorded), off),
        ActualRecordedRow("Errors that staff knew of, a year", mean_of(known), mean_of(told), silent),
        ActualRecordedRow(
            "Quality (1 is the reference)", mean_of(true), mean_of(visible), f"{_signed(gap)} illusion gap"
        ),
    ]


def with_interval(item: RunOutcome) -> str:
    """The mean across runs with its interval. "12.3 % [11.9 to 12.8]"."""
    inside = interval_of(item)
    return f"{mean_of(item)}{' %' if item.unit in PERCENT else ''}" + (f" [{inside}]" if inside else "")


def mean_of(item: RunOutcome) -> str:
    """The mean across runs, with as many digits as a reader can use."""
    return _number(item, item.interval().mean)


def interval_of(item: RunOutcome) -> str:
    """The interval of the mean; nothing where one run cannot tell."""
    _, low, high, _ = item.interval()
    return "" if math.isnan(low) else f"{_number(item, low)} to {_number(item, high)}"


def middle_of(item: RunOutcome) -> str:
    """The value of the middle run; nothing for a share of runs."""
    return "" if item.share or not item.values.size else _number(item, float(np.median(item.values)))


def range_of(item: RunOutcome) -> str:
    """Where nine of ten runs lie; nothing for one run, or for a share of runs."""
    if item.values.size < 2 or item.share:
        return ""
    low, high = np.quantile(item.values, (0.05, 0.95))
    return f"{_number(item, float(low))} to {_number(item, float(high))}"


def table_rows(summary: list[dict[str, str | float]]) -> list[tuple[str, str, str]]:
    """The headline table of a finished folder for a terminal: what, mean with unit, interval."""
    by_key = {(str(row["measure"]), str(row["period"])): row for row in summary}
    rows = [(f"Mean of the {LATE}", "", "95 % interval")]
    for name, what in HEADLINE:
        late = by_key[name, LATE]
        row = by_key[name, WHOLE_RUN] if late["unit"] == OF_RUNS else late
        mean, low, high = (_of(row, key) for key in ("mean", "mean_low", "mean_high"))
        rows.append((what, f"{mean} {unit_words(str(row['unit']))}", f"{low} to {high}" if low else ""))
    return rows


def _of(row: dict[str, str | float], key: str) -> str:
    return number(str(row["unit"]), float(row["mean"]), float(row[key])) if key in row and "mean" in row else ""


def _number(item: RunOutcome, value: float) -> str:
    return number(item.unit, float(item.values.mean()) if item.values.size else 0.0, value)


def _less(whole: RunOutcome, part: RunOutcome, words: str) -> str:
    mean = whole.interval().mean
    return "-" if math.isnan(mean) or mean <= 0 else f"{100 * (1 - part.interval().mean / mean):.0f} % {words}"


def _signed(item: RunOutcome) -> str:
    mean = item.interval().mean
    return "-" if math.isnan(mean) else f"{mean:+.3f}"
