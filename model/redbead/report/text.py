"""Report text: the answer, actual and recorded errors, the headline table and the limits of the model."""

from __future__ import annotations

import math
import platform
import re
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval
from redbead.analysis.outcomes import LAST_YEARS, LATE, OUTCOMES, WHOLE_RUN, RunOutcome, outcomes_of
from redbead.report.plotting import runs_words
from redbead.scenario.library import version
from redbead.scenario.scenario import years_text
from redbead.state.constants import YEAR
from redbead.storage.scenario_runs import ScenarioRuns

OF_RUNS: Final = "share of runs"
PERCENT: Final = {"share", OF_RUNS, "1/year"}
"""Units that are shown in per cent."""
_LARGE: Final = 100
MONEY: Final = ("pounds", "pounds/week", "pounds/year")
"""Units of amounts that are shown in millions."""


def number(unit: str, mean: float, value: float) -> str:
    """Format a value of an outcome, with a precision that suits the mean.

    Parameters
    ----------
    unit : str
        Unit of the outcome.
    mean : float
        Mean of the outcome, which determines the number of decimals.
    value : float
        Value to format.

    Returns
    -------
    str
        The value without its unit; shares are in per cent and money in millions.
    """
    if math.isnan(value):
        return "-"
    if unit in PERCENT:
        return f"{100 * value:.0f}" if unit == OF_RUNS else f"{100 * value:.1f}"
    if unit in MONEY:
        return f"{value / 1e6:.2f}"
    digits = 3 if unit == "ratio" else 0 if abs(mean) >= _LARGE else 1 if abs(mean) >= 10 else 2
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def unit_words(unit: str) -> str:
    """Return a unit in words.

    >>> unit_words("1/year"), unit_words("errors/year"), unit_words("ratio")
    ('% per year', 'errors per year', '(reference 1)')
    """
    if unit in MONEY:
        return "£ million per year"
    words = {"share": "%", OF_RUNS: "% of runs", "1/year": "% per year", "0-1": "(0 to 1)", "ratio": "(reference 1)"}
    return words.get(unit, unit.replace("/year", " per year"))


def display_scale(unit: str) -> float:
    """Return the factor from values in `unit` to values in the unit that :func:`unit_words` names."""
    return 100.0 if unit in PERCENT else 1e-6 if unit in MONEY else 1.0


def with_unit(name: str, unit: str) -> str:
    """Return a name with its unit in words in brackets.

    >>> with_unit("Cost", "£ million per year"), with_unit("Fear of workers", "(0 to 1)")
    ('Cost (£ million per year)', 'Fear of workers (0 to 1)')
    """
    return f"{name} {unit}" if unit.startswith("(") else f"{name} ({unit})"


OutcomesByName = dict[tuple[str, str], RunOutcome]


class HeadlineRow(NamedTuple):
    """A row of the headline table: outcome, mean, interval, median run, range of runs and unit."""

    label: str
    value: str
    interval: str
    middle: str
    range: str
    unit: str


class ActualRecordedRow(NamedTuple):
    """An actual value, the recorded value, and their difference."""

    label: str
    happened: str
    recorded: str
    gap: str


HEADLINE: Final = (
    ("turnover", "Turnover of social workers"),
    ("vacancy_rate", "Posts without a permanent worker"),
    ("errors_generated", "Errors made"),
    ("hidden_errors", "Hidden errors at any time"),
    ("reported_share", "Share of errors reported"),
    ("willingness_to_report", "Probability that a worker reports"),
    ("fear", "Fear of workers"),
    ("serious_incidents", "Serious incidents"),
    ("service_quality", "True quality"),
    ("visible_quality", "Visible quality"),
    ("illusion_gap", "Visible minus true quality"),
    ("ever_inadequate", "Runs with an inadequate grade"),
    ("taken_over", "Runs with a takeover"),
    ("cost", "Cost"),
)

LIMITS: Final = (
    "The model describes a stylised service with simulated people. It does not predict events in any real authority.",
    "It describes no real child, family, worker, manager or inspector, and must not be used to judge one.",
    "Many parameters are assumed or come from other services; 'redbead parameters' shows the evidence for each.",
    "Intervals measure chance variation between runs of this model, not the difference between model and reality.",
    "A single scenario illustrates possible developments. The effect of a policy requires a comparison with another.",
    "Courts, health, police and schools affect the service only through demand; other factors are not modelled.",
)  # fmt: skip


def period_text(period: str, weeks: int) -> str:
    """Name the part of a run to which results refer: the whole run if it is shorter than the period.

    >>> period_text("last 2 years", 520), period_text("last 2 years", 52)
    ('last 2 years', 'whole run')
    """
    return WHOLE_RUN if weeks < LAST_YEARS * YEAR else period


def outcomes_by_name(batch: ScenarioRuns) -> OutcomesByName:
    """Return all outcomes by name and period."""
    return {(item.name, item.period): item for item in outcomes_of(batch)}


def answer(batch: ScenarioRuns, outcomes: OutcomesByName) -> tuple[str, str]:
    """Summarise the runs in two sentences: errors made and recorded; visible and true quality."""
    if not batch.good:
        return ("No run finished.", "The folder failures/ contains the cause of each failure.")
    generated, share = outcomes["errors_generated", WHOLE_RUN], outcomes["recorded_share", WHOLE_RUN]
    hidden, turnover = outcomes["hidden_errors", LATE], outcomes["turnover", LATE]
    late = period_text(LATE, batch.weeks)
    run, mean = ("the median run", f" (mean {with_interval(hidden)})") if len(batch.good) > 1 else ("the run", "")
    errors = (
        f"In {runs_words(batch)} of {years_text(batch.scenario.years)}, {with_interval(share)} of errors were recorded "
        f"({with_interval(generated)} were made per year). In the {late}, {run} had {middle_of(hidden)} hidden errors "
        f"at any time{mean}."
    )
    when = "In those years" if late == LATE else "In that time"
    visible = _describe_visible_quality(outcomes, when)
    quality = f"{visible}, and {with_interval(turnover)} of social workers left each year."
    return errors, quality


def _describe_visible_quality(outcomes: OutcomesByName, when: str) -> str:
    """Compare visible with true quality; the direction is given only if the interval excludes 0."""
    gap = outcomes["illusion_gap", LATE]
    mean, low, high, _ = gap.interval()
    text = f"visible minus true quality: {with_interval(gap)}"
    if low <= 0 <= high:
        return f"The runs are inconclusive on whether the service looked better than it was ({text})"
    word = "better than it was" if mean > 0 else "worse than it was" if mean < 0 else "as good as it was"
    return f"{when} the service looked {word} ({text})"


def warn_of_outliers(batch: ScenarioRuns, outcomes: OutcomesByName) -> str:
    """Return a warning if a few runs raise the mean of hidden errors far above the median; otherwise ''."""
    values = outcomes["hidden_errors", LATE].values
    if values.size < 2 or values.mean() < 1.5 * np.median(values):
        return ""
    count = int((values > 2 * np.median(values)).sum())
    return (
        f"In {count} of {len(batch.good)} runs, hidden errors are more than twice those of the median run. Such runs "
        "raise the means; compare each mean with the median run."
    )


def named_measures(looks: str) -> list[tuple[str, str]]:
    """Return measures outside the headline table that the text of a scenario names, with their labels.

    Words between the parts of a name, such as an article, and capital letters make no difference.

    >>> named_measures("Violations, fear, and harm after a report")
    [('violations', 'Violations'), ('harm_after_report', 'Harm after report')]
    """
    shown = dict(HEADLINE)
    others = [outcome for outcome in OUTCOMES.values() if outcome.name not in shown and outcome.unit != "code"]
    patterns = {item.name: item.name.replace("_", "[ _-](?:(?:an?|the) )?") for item in others}
    named = [name for name, pattern in patterns.items() if re.search(rf"\b{pattern}\b", looks, re.IGNORECASE)]
    return [(name, name.replace("_", " ").capitalize()) for name in named]


def headline(outcomes: OutcomesByName, looks: str = "") -> list[HeadlineRow]:
    """Return the headline table: the last two years, or the whole run for shares of runs.

    Parameters
    ----------
    outcomes : dict
        Outcomes by name and period.
    looks : str
        Text of the scenario on what to compare; measures that it names follow the others.
    """
    rows = []
    for name, label in (*HEADLINE, *named_measures(looks)):
        item = outcomes[name, WHOLE_RUN if outcomes[name, LATE].share else LATE]
        texts = (mean_of(item), interval_of(item), middle_of(item), range_of(item))
        rows.append(HeadlineRow(label, *texts, unit_words(item.unit)))
    return rows


def actual_and_recorded(outcomes: OutcomesByName) -> list[ActualRecordedRow]:
    """Return the table of actual and recorded values over the whole run."""
    generated, recorded = outcomes["errors_generated", WHOLE_RUN], outcomes["recorded_incidents", WHOLE_RUN]
    known, reported = outcomes["errors_recognised", WHOLE_RUN], outcomes["errors_reported", WHOLE_RUN]
    true, visible = outcomes["service_quality", WHOLE_RUN], outcomes["visible_quality", WHOLE_RUN]
    gap = outcomes["illusion_gap", WHOLE_RUN]
    unrecorded = _missing_share(generated, recorded, "not recorded")
    unreported = _missing_share(known, reported, "not reported")
    return [
        ActualRecordedRow("Errors per year", mean_of(generated), mean_of(recorded), unrecorded),
        ActualRecordedRow("Errors per year that staff knew of", mean_of(known), mean_of(reported), unreported),
        ActualRecordedRow(
            "Quality (reference 1)", mean_of(true), mean_of(visible), f"{_signed(gap)} visible minus true"
        ),
    ]


def with_interval(item: RunOutcome) -> str:
    """Format the mean across runs with its interval, such as "12.3 % [11.9 to 12.8]"."""
    inside = interval_of(item)
    return f"{mean_of(item)}{' %' if item.unit in PERCENT else ''}" + (f" [{inside}]" if inside else "")


def mean_of(item: RunOutcome) -> str:
    """Format the mean across runs."""
    return _format_outcome(item, item.interval().mean)


def interval_of(item: RunOutcome) -> str:
    """Format the interval of the mean; '' for a single run."""
    _, low, high, _ = item.interval()
    return "" if math.isnan(low) else f"{_format_outcome(item, low)} to {_format_outcome(item, high)}"


def middle_of(item: RunOutcome) -> str:
    """Format the value of the median run; '' for a share of runs."""
    return "" if item.share or not item.values.size else _format_outcome(item, float(np.median(item.values)))


def range_of(item: RunOutcome) -> str:
    """Format the range that contains 90 % of runs; '' for a single run or a share of runs."""
    if item.values.size < 2 or item.share:
        return ""
    low, high = np.quantile(item.values, (0.05, 0.95))
    return f"{_format_outcome(item, float(low))} to {_format_outcome(item, float(high))}"


def table_rows(rows: list[HeadlineRow], period: str) -> list[tuple[str, str, str]]:
    """Return the headline table of a period for the terminal: outcome, mean with unit, and interval."""
    heading = (f"Mean of the {period}", "", "95 % interval")
    return [heading, *((row.label, f"{row.value} {row.unit}", row.interval) for row in rows)]


def _format_outcome(item: RunOutcome, value: float) -> str:
    return number(item.unit, float(item.values.mean()) if item.values.size else 0.0, value)


def _missing_share(total: RunOutcome, part: RunOutcome, words: str) -> str:
    mean = total.interval().mean
    return "-" if math.isnan(mean) or mean <= 0 else f"{100 * (1 - part.interval().mean / mean):.0f} % {words}"


def _signed(item: RunOutcome) -> str:
    mean = item.interval().mean
    return "-" if math.isnan(mean) else f"{mean:+.3f}"


PROBABILITY_SCALE: Final = (
    ("a remote chance", 0.0, 0.05),
    ("highly unlikely", 0.10, 0.20),
    ("unlikely", 0.25, 0.35),
    ("a realistic possibility", 0.40, 0.50),
    ("likely", 0.55, 0.75),
    ("highly likely", 0.80, 0.90),
    ("almost certain", 0.95, 1.0),
)
"""Word and both ends of its band. The gaps between bands are part of the standard.

Source: PHIA, Professional Head of Intelligence Assessment, 2018."""


def word(p: float) -> str:
    """Word for a probability. In a gap the nearer band applies; at its midpoint, the band nearer to one half.

    >>> word(0.6), word(0.93), word(0.075), word(0.925)
    ('likely', 'almost certain', 'highly unlikely', 'highly likely')
    """

    def distance(band: tuple[str, float, float]) -> tuple[float, float]:
        """Distance from the band, then distance of the band from one half."""
        _, low, high = band
        gap = max(low - p, p - high, 0.0)
        return round(gap, 12), abs((low + high) / 2 - 0.5)

    return min(PROBABILITY_SCALE, key=distance)[0]


def percent(p: float) -> str:
    """Format a probability in per cent without rounding it to 0 % or 100 %.

    >>> percent(0.999), percent(1.0), percent(0.86), percent(0.001)
    ('more than 99 %', '100 %', '86 %', 'less than 1 %')
    """
    if 0.0 < p < 0.01:
        return "less than 1 %"
    if 0.99 < p < 1.0:
        return "more than 99 %"
    return f"{100 * p:.0f} %"


def format_share(share: Interval) -> str:
    """Format a share with its interval, in per cent.

    >>> format_share(Interval(0.25, 0.112, 0.469, ""))
    '25 % (11 to 47 %)'
    >>> format_share(Interval(math.nan, math.nan, math.nan, "equal in all runs"))
    'unknown'
    """
    if math.isnan(share.mean):
        return "unknown"
    if math.isnan(share.low):
        return percent(share.mean)
    return f"{percent(share.mean)} ({100 * share.low:.0f} to {100 * share.high:.0f} %)"


def resampled_probability(p: float, resamples: int) -> float:
    """Limit a share of resamples to what so few of them can show: never 0 and never 1.

    >>> resampled_probability(1.0, 2000), resampled_probability(0.5, 2000)
    (0.99975, 0.5)
    """
    return min(max(p, 0.5 / resamples), 1.0 - 0.5 / resamples)


class Citation(NamedTuple):
    """Paragraph for the methods section of a paper, and an entry for a BibTeX file."""

    paragraph: str
    bibtex: str


def citation(design: str, digest: str) -> Citation:
    """Describe how results were made, for a paper.

    Parameters
    ----------
    design : str
        Sentences on policies, runs, seeds and intervals.
    digest : str
        Digest of the results.
    """
    release = version()
    paragraph = (
        f"{design} We used Red Bead {release} (Python {platform.python_version()}); the SHA-256 digest of the results "
        f"is {digest}. The model is stylised: it does not predict events in any real authority."
    )
    bibtex = (
        "@software{redbead,\n"
        "  author  = {{The Red Bead founders}},\n"
        "  title   = {Red Bead: a simulator of blame and learning cultures in English children's services},\n"
        f"  version = {{{release}}},\n"
        f"  note    = {{Results digest {digest[:12]}}}\n"
        "}"
    )
    return Citation(paragraph, bibtex)
