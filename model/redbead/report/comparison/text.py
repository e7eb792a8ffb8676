"""Sentences of the report of a comparison: the answer, inconclusive results, crossovers, switching values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from redbead.analysis.crossover import Crossover
from redbead.analysis.intervals import RUNS, Interval
from redbead.analysis.means import EQUAL
from redbead.analysis.outcomes import OUTCOMES
from redbead.analysis.pairwise import FAMILY
from redbead.analysis.power import MOST_UNITS, FurtherUnits
from redbead.analysis.shares import unseen_share
from redbead.analysis.simultaneous import REPETITIONS
from redbead.quantities import MINUS, three_digits
from redbead.report.text import (
    HEADLINE,
    MONEY,
    PERCENT,
    number,
    percent,
    resampled_probability,
    unit_words,
)
from redbead.scenario.diff import differences
from redbead.scenario.scenario import duration_text
from redbead.state.constants import YEAR
from redbead.studies.comparison.arms import agents_sentence
from redbead.studies.comparison.decision_analysis import (
    CrossoverResult,
    ShapleyShares,
)
from redbead.studies.comparison.findings import Effect, EffectVerdict, Ranking
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import ComparisonRuns

_LABELS: Final = dict(HEADLINE)
ABSOLUTE: Final = {"ratio", "0-1", "index", "sd", *PERCENT}
"""Units whose differences are reported as they are; other differences are relative to the mean of the baseline."""
_MINUTE: Final = 60.0
_MOST_NAMES: Final = 6
"""Most policies that a caution names."""
_MOST_CITED: Final = 13
"""Most policies that the citation names."""
_MOST_CHANGES: Final = 3
"""Most differences from the baseline that describe a policy without a title."""


def label(outcome: str) -> str:
    """Name of an outcome for headings and tables; without the module of a plug-in.

    >>> label("errors_generated"), label("burnout"), label("my_module:errors_per_worker")
    ('Errors made', 'Burnout', 'Errors per worker')
    """
    return _LABELS.get(outcome, outcome.rpartition(":")[2].replace("_", " ").capitalize())


def lower_label(outcome: str) -> str:
    """Name of an outcome within a sentence."""
    text = label(outcome)
    return text[:1].lower() + text[1:]


def format_signed(value: float, unit: str, scale: float) -> str:
    """Format a difference with its sign and a true minus sign; `scale` determines the number of digits."""
    text = number(unit, scale, value)
    return text.replace("-", MINUS) if text.startswith("-") else f"+{text}"


def format_value(value: float) -> str:
    """Format the value of a parameter, with a true minus sign.

    >>> format_value(-0.8912)
    '−0.891'
    """
    return three_digits(value).replace("-", MINUS)


def format_difference(effect: Effect) -> str:
    """Format a difference from the baseline with its interval: "−25.4 % (−27.0 to −23.9)"."""
    unit = OUTCOMES[effect.outcome].unit
    if unit not in ABSOLUTE and effect.base:
        return format_with_interval(effect.relative, "share", 1.0, " %")
    points = " points" if unit in PERCENT else ""
    return format_with_interval(effect.difference, unit, effect.base, points)


def format_with_interval(interval: Interval, unit: str, scale: float, after: str) -> str:
    """Format a difference with its interval; `scale` determines the digits, and `after` follows the mean."""
    mean = format_signed(interval.mean, unit, scale)
    if math.isnan(interval.low):
        equal, _, _ = interval.kind.partition(";")
        return f"{mean}{after} ({equal})" if equal.startswith(EQUAL) else f"{mean}{after}"
    return f"{mean}{after} ({format_signed(interval.low, unit, scale)} to {format_signed(interval.high, unit, scale)})"


def format_mean(outcome: str, interval: Interval) -> str:
    """Format a mean with its interval and without its unit: "14.5 (13.4 to 15.6)"."""
    mean, low_end, high_end = (number(OUTCOMES[outcome].unit, interval.mean, value) for value in interval[:3])
    return mean if math.isnan(interval.low) else f"{mean} ({low_end} to {high_end})"


def place(ranking: Ranking, policy: str) -> str:
    """Place of a policy after correction for all comparisons: "best", "tied for best", or empty."""
    return "" if policy not in ranking.tied else "best" if ranking.winner else "tied for best"


def intervals_note(data: ReportData) -> str:
    """State what intervals and words for probabilities describe."""
    if not data.results.arms.draws:
        return "Intervals describe chance in this model, not uncertainty about the real world."
    return (
        "Intervals describe chance in this model and the draws of uncertain parameters. Words for probabilities follow "
        "the PHIA probability scale of the UK government; they describe the share of draws in which a result holds."
    )


def correction_note(data: ReportData) -> str:
    """State the family of tests for which verdicts are corrected."""
    tests = sum(len(ranking.pairs) for ranking in data.rankings.values())
    what = "Verdicts" if data.only_assumptions_differ else "Verdicts, 'best' and 'tied for best'"
    return (
        f"{what} are corrected for all {tests:,} comparisons of pairs of "
        f"policies on this page (every outcome and theory; Holm): at most {100 * FAMILY:.0f} % of such pages state any "
        "difference where there is none. An interval in brackets is not corrected, so it can exclude 0 where the "
        "verdict is inconclusive."
    )


def further_runs_sentence(results: ComparisonRuns, ranking: Ranking) -> str:
    """State how many runs would separate tied policies, or that their differences are too small to matter."""
    best = ranking.policies.index(ranking.best)
    tied = [p.interval for p in ranking.pairs if best in p[:2] and not p.significant and not p.identical]
    if not tied:
        return ""
    if all(max(abs(interval.low), abs(interval.high)) < ranking.smallest_important for interval in tied):
        return "The differences between them are too small to matter."
    return "" if ranking.further is None else describe_further(results, ranking.further, ranking.outcome)


def describe_further(results: ComparisonRuns, further: FurtherUnits, outcome: str) -> str:
    """State how many runs, or draws, show the smallest difference that matters with a probability of 80 %."""
    unit = OUTCOMES[outcome].unit
    scale = 100.0 if unit in PERCENT else 1e-6 if unit in MONEY else 1.0
    words = "percentage points" if unit in PERCENT else unit_words(unit)
    value = three_digits(scale * further.difference)
    size = f"{value}; {words[1:-1]}" if words.startswith("(") else f"{value} {words}"
    if not further.number:
        return (
            f"This many {further.noun} show a difference that matters ({size}) with a probability of 80 %, so the true "
            "difference is probably smaller."
        )
    if further.total >= MOST_UNITS:
        return f"No practicable number of {further.noun} would show a difference that matters ({size})."
    duration = _duration(results, further.number) if further.noun == RUNS else ""
    more = "" if further.noun == RUNS else "; more runs of the same draws would not help"
    units = f"{further.noun} are" if further.number != 1 else f"{further.noun.removesuffix('s')} is"
    return (
        f"To show a difference that matters ({size}) with a probability of 80 %, about {further.number:,} more "
        f"{units} needed{duration}, {further.low:,} to {further.high:,} given the uncertain spread{more}."
    )


def _duration(results: ComparisonRuns, runs: int) -> str:
    """Approximate duration of this many runs of all policies on two cores, at the speed of the stored runs."""
    finished = [run.seconds for run in results.store.runs.values() if run.chunk]
    if not finished:
        return ""
    seconds = runs * len(results.arms.main()) * sum(finished) / len(finished) / 2
    return f" (about {seconds / _MINUTE:.0f} min)" if seconds >= 90 else f" (about {max(1, seconds):.0f} s)"


def quoted_or_counted(names: Iterable[str]) -> str:
    """Quote at most six names and join them, or count more policies: "37 policies"."""
    listed = list(names)
    return quoted(listed) if len(listed) <= _MOST_NAMES else f"{len(listed)} policies"


def quoted(names: Iterable[str]) -> str:
    """Quote names and join them: "'a', 'b' and 'c'"."""
    return join_words([f"'{name}'" for name in names])


def join_words(items: Sequence[str]) -> str:
    """Join the items of a sentence: "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def inconclusive_comparisons(data: ReportData) -> list[str]:
    """Inconclusive effects under the first theory, and how many runs would show a difference that matters."""
    sentences = []
    base = data.results.comparison.baseline
    for (theory, policy, outcome), effect in data.effects.items():
        if theory == data.theory and effect.verdict is EffectVerdict.INCONCLUSIVE and effect.further:
            runs = data.rankings[theory, outcome].runs
            sentences.append(
                f"'{policy}' cannot be distinguished from '{base}' on {lower_label(outcome)} with {runs} runs. "
                f"{describe_further(data.results, effect.further, outcome)}"
            )
    return sentences


def cautions(data: ReportData) -> list[str]:
    """Effects under the first theory whose interval says less than usual: equal in every run, or skewed."""
    sentences = []
    base = data.results.comparison.baseline
    for outcome in data.outcomes:
        if (ranking := data.rankings.get((data.theory, outcome))) is None:
            continue
        effects = [data.effects[data.theory, name, outcome] for name in data.results.comparison.others]
        equal = [e.policy for e in effects if e.verdict is EffectVerdict.EQUAL and _differs_from_baseline(data, e)]
        if equal:
            most = percent(unseen_share(ranking.runs))
            sentences.append(
                f"On {lower_label(outcome)}, {quoted_or_counted(equal)} and '{base}' are equal in all "
                f"{ranking.runs} runs; up to {most} may differ."
            )
        skewed = [
            effect for effect in effects if effect.runs_for_skewness > ranking.runs and effect.policy not in equal
        ]
        if skewed:
            needed = max(effect.runs_for_skewness for effect in skewed)
            sentences.append(
                f"On {lower_label(outcome)}, the differences of {quoted_or_counted(e.policy for e in skewed)} from "
                f"'{base}' are skewed: their 95 % intervals contain the truth less often; about {needed:,} "
                "runs are needed."
            )
    return sentences


def _differs_from_baseline(data: ReportData, effect: Effect) -> bool:
    """Whether the scenario of a policy differs from the baseline, so that equal results are not trivial."""
    return data.results.role(effect.policy, data.theory).arm != data.results.role(effect.comparator, data.theory).arm


def crossover_sentence(result: CrossoverResult) -> str:
    """Describe who is ahead at the end and from when, the largest deficit before, and how often it is no better."""
    c = result.crossover
    if c.identical:
        return f"'{result.policy}' and '{result.rival}' are equal in every week."
    cells = crossover_cells(result)
    outcome = lower_label(result.outcome)
    if c.at_end > 0:
        when = f" and stays ahead from {cells[2]}" if c.overtakes is not None else ""
        end = f"'{result.policy}' is ahead of '{result.rival}' on {outcome} at the end{when}"
    elif c.at_end < 0:
        end = f"'{result.policy}' is behind '{result.rival}' on {outcome} at the end"
    else:
        both = f"'{result.policy}' or '{result.rival}'"
        end = f"On {outcome} the runs do not distinguish whether {both} is ahead at the end"
    dip = f"; at worst '{result.policy}' is behind by {cells[3]}" if c.dip_high < 0.0 else ""
    return f"{end}{dip}. In {cells[4]} '{result.policy}' is no better in the last year."


def crossover_cells(result: CrossoverResult) -> tuple[str, str, str, str, str]:
    """Cells: outcome, policy, when it overtakes, largest deficit before, share of runs no better in the last year."""
    c, unit = result.crossover, OUTCOMES[result.outcome].unit
    head = label(result.outcome), result.policy
    if c.identical:
        return *head, "equal in every week", "", ""
    dip = "not shown to be behind"
    if c.dip_high < 0.0 and c.dip_at is not None:
        scale = YEAR if unit.endswith("/year") and not unit.startswith("1/") else 1
        values = (c.dip, c.dip_high, c.dip_low)
        size, low, high = (number(unit, abs(c.dip) * scale, abs(value) * scale) for value in values)
        dip = f"{size} ({low} to {high}) {unit_words(unit)}, year {_years(c.dip_at)}"
    return *head, _crossover_time(c), dip, f"{percent(c.never.mean)} of runs"


def _crossover_time(c: Crossover) -> str:
    """From when a policy is ahead, with its interval and the share of resamples that never cross; or who is ahead."""
    if c.at_end <= 0:
        return "behind at the end" if c.at_end < 0 else "inconclusive at the end"
    if c.overtakes is None:
        return "ahead at the end, inconclusive from when"
    latest = f"to {_years(c.overtakes_high)}" if math.isfinite(c.overtakes_high) else "or later"
    never = percent(resampled_probability(1.0 - c.ever, REPETITIONS))
    return f"year {_years(c.overtakes)} ({_years(c.overtakes_low)} {latest}; never in {never} of resamples)"


def _years(week: float) -> str:
    """A week as years with one decimal."""
    return f"{week / YEAR:.1f}"


def shapley_sentence(result: ShapleyShares) -> str:
    """Describe the effect of a package, the shares of its levers and their synergy."""
    unit = OUTCOMES[result.outcome].unit
    total, synergy = result.shares.total, result.shares.synergy
    parts = [
        f"{kind} {format_with_interval(share, unit, total.mean, '')}"
        for kind, share in zip(result.levers, result.shares.levers, strict=True)
    ]
    whole, surplus = (format_with_interval(interval, unit, total.mean, "") for interval in (total, synergy))
    inconclusive = not (synergy.low > 0 or synergy.high < 0)
    more_or_less = "more" if synergy.mean * total.mean > 0 else "less"
    meaning = "inconclusive" if inconclusive else f"the levers have {more_or_less} effect together than separately"
    return (
        f"{label(result.outcome)}: {whole} {unit_words(unit)} in total; shares: {join_words(parts)}; synergy: "
        f"{surplus}, {meaning}."
    )


def source(results: ComparisonRuns) -> str:
    """Source line: batch, number of policies, theories, draws and runs, and seeds."""
    c = results.comparison
    theories = f", {len(c.theories)} theories" if c.theories else ""
    draws = f", {len(results.arms.draws)} draws" if results.arms.draws else ""
    last = c.seed + results.runs - 1
    size = f"{len(c.policies)} policies{theories}{draws}, {results.runs} runs of each"
    return f"Red Bead, batch '{c.name}', {size}, seeds {c.seed} to {last}."


def design(results: ComparisonRuns) -> str:
    """Describe policies, runs, seeds and intervals, for the methods section of a paper."""
    c = results.comparison
    scenario, last = c.policies[0].scenario, c.seed + results.runs - 1
    theories = f", each under {len(c.theories)} rival theories" if c.theories else ""
    draws = len(results.arms.draws)
    drawn = f", over {draws} draws of {len(results.arms.draws[0])} uncertain parameters" if draws else ""
    method = "bootstrap" if c.intervals == "bootstrap" else "Student's t"
    names = f" ({', '.join(c.names)})" if len(c.names) <= _MOST_CITED else ""
    return (
        f"We compared {len(c.policies)} policies{names}{theories} in {results.runs} paired runs of "
        f"{duration_text(scenario)}, on common random numbers (seeds "
        f"{c.seed} to {last}){drawn}. Effects are paired differences from '{c.baseline}' with 95 % intervals "
        f"({method}); verdicts are corrected for all pairs, outcomes and theories (Holm). "
        f"{agents_sentence(results.store.header['agents'])}"
    ).rstrip()


def describe_policy(data: ReportData, name: str) -> str:
    """Title of a policy, or how it differs from the baseline if it has the same title."""
    comparison = data.results.comparison
    base, scenario = (comparison.policy(policy).scenario for policy in (comparison.baseline, name))
    title = (scenario.title or scenario.name).rstrip(".")
    if name == comparison.baseline or scenario.title != base.title:
        return title
    changes = differences(base, scenario)
    more = f" And {len(changes) - _MOST_CHANGES} more." if len(changes) > _MOST_CHANGES else ""
    return (
        f"as '{comparison.baseline}', but: {' '.join(changes[:_MOST_CHANGES])}{more}".rstrip(".") if changes else title
    )
