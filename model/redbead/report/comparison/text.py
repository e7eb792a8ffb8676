"""What a comparison says, in sentences: the answer, what cannot be told, when it turns, what would change our mind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from redbead.analysis import scenario_discovery
from redbead.analysis.bootstrap import RESAMPLES
from redbead.analysis.intervals import Interval
from redbead.analysis.outcomes import OUTCOMES
from redbead.analysis.probability_words import percent, phrase, resampled
from redbead.report.text import HEADLINE, PERCENT, number, unit_words
from redbead.state.constants import YEAR
from redbead.studies.comparison.decision_analysis import (
    CrossoverResult,
    ParametricUncertainty,
    ShapleyShares,
    switch_sentence,
)
from redbead.studies.comparison.findings import Effect, EffectVerdict, Ranking
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import ComparisonRuns

_LABELS: Final = dict(HEADLINE)
ABSOLUTE: Final = {"ratio", "0-1", "index", "sd", *PERCENT}
"""Units in which a difference is told as it is; in others as a share of the baseline's mean."""
MINUS: Final = "\N{MINUS SIGN}"
_MINUTE: Final = 60.0


def label(outcome: str) -> str:
    """What an outcome is called in sentences and tables.

    >>> label("errors_generated"), label("burnout")
    ('Errors made', 'Burnout')
    """
    return _LABELS.get(outcome, outcome.replace("_", " ").capitalize())


def low(outcome: str) -> str:
    """The same inside a sentence."""
    text = label(outcome)
    return text[:1].lower() + text[1:]


def signed(value: float, unit: str, scale: float) -> str:
    """A difference with its sign, with digits that suit `scale`; a true minus sign."""
    text = number(unit, scale, value)
    return text.replace("-", MINUS) if text.startswith("-") else f"+{text}"


def difference(effect: Effect) -> str:
    """A difference from the baseline with its interval. "−25.4 % (−27.0 to −23.9)"."""
    unit = OUTCOMES[effect.outcome].unit
    if unit not in ABSOLUTE and effect.base:
        return with_ends(effect.relative, "share", 1.0, " %")
    points = " points" if unit in PERCENT else ""
    return with_ends(effect.difference, unit, effect.base, points)


def with_ends(found: Interval, unit: str, scale: float, after: str) -> str:
    """A difference with its interval, in digits that suit `scale`; `after` follows the mean."""
    middle = signed(found.mean, unit, scale)
    if math.isnan(found.low):
        return f"{middle}{after}"
    return f"{middle}{after} ({signed(found.low, unit, scale)} to {signed(found.high, unit, scale)})"


def level(outcome: str, found: Interval) -> str:
    """A mean with its interval, without its unit. "14.5 (13.4 to 15.6)"."""
    mean, low_end, high_end = (number(OUTCOMES[outcome].unit, found.mean, value) for value in found[:3])
    return mean if math.isnan(found.low) else f"{mean} ({low_end} to {high_end})"


def chance_of_best(standing: Ranking, policy: str) -> str:
    """The chance that a policy's mean is the best of all, in per cent."""
    return percent(resampled(standing.ranks[standing.policies.index(policy)].p_best, RESAMPLES))


def short(chance: str) -> str:
    """A chance where there is little room.

    >>> short("less than 1 %")
    '<1 %'
    """
    return chance.replace("less than ", "<").replace("more than ", ">")


def answer(found: ReportData) -> list[str]:
    """The answer in two or three sentences: who is best and how sure that is, on what else, in which theories."""
    if not found.complete:
        return [
            "No run finished in every policy, so nothing can be compared.",
            "The folder failures/ holds the causes.",
        ]
    main = found.standings[found.theory, found.outcomes[0]]
    return [_first(found, main), *filter(None, (_second(found, main), _theories(found, main)))]


def _first(found: ReportData, main: Ranking) -> str:
    results = found.results
    many = f"{main.runs} paired run{'s' * (main.runs != 1)} of {results.comparison.policies[0].scenario.years:g} years"
    if _all_equal(main):
        return f"In {many}, all {len(main.policies)} policies are equal in every run on {low(main.outcome)}."
    best, what = main.best, f"{low(main.outcome)}{_against(found, main.best)}"
    if main.winner:
        sure = phrase(resampled(main.ranks[main.policies.index(best)].p_best, RESAMPLES))
        return f"In {many}, '{best}' is best on {what}: {sure} among {len(main.policies)} policies."
    names = _listed([f"'{name}'" for name in main.tied])
    told = f"{many} cannot tell {names} apart, which come first on {what}"
    return f"{told}. {more(results, main)}".rstrip()


def _all_equal(main: Ranking) -> bool:
    return all(pair.identical for pair in main.pairs)


def _against(found: ReportData, best: str) -> str:
    """The difference of the best policy from the baseline, for the middle of a sentence."""
    base = found.results.comparison.baseline
    effect = found.effects.get((found.theory, best, found.outcomes[0]))
    return "" if effect is None else f", {difference(effect)} against '{base}'"


def more(results: ComparisonRuns, main: Ranking) -> str:
    """How many runs more would tell the best from the nearest tied with it; or that the difference is slight."""
    top = main.policies.index(main.best)
    tied = [pair for pair in main.pairs if top in pair[:2] and not pair.apart and not pair.identical and pair.more_runs]
    if not tied:
        return ""
    target = next(t for t in results.comparison.targets if t.measure == main.outcome)
    base = abs(float(main.means[main.policies.index(results.comparison.baseline)]))
    enough = target.smallest * (base if target.relative else 1.0)
    if all(max(abs(pair.low), abs(pair.high)) < enough for pair in tied):
        return "What lies between them is less than the difference that matters."
    fewest = min(pair.more_runs for pair in tied)
    return f"{fewest:,} more{_spent(results, fewest)} would tell the nearest of them apart, if the difference stays."


def _spent(results: ComparisonRuns, runs: int) -> str:
    """How long so many runs of all policies would take, as fast as those that were made."""
    kept = [run.seconds for run in results.store.runs.values() if run.chunk]
    if not kept:
        return ""
    seconds = runs * len(results.arms.main()) * sum(kept) / len(kept) / 2
    return f" (about {seconds / _MINUTE:.0f} min)" if seconds >= 90 else f" (about {max(1, seconds):.0f} s)"


def _second(found: ReportData, main: Ranking) -> str:
    """Where else the best policy is best, and where it is not."""
    best = main.best
    also, tied, not_ = [], [], []
    for outcome in found.outcomes[1:]:
        other = found.standings.get((found.theory, outcome))
        if other is None:
            continue
        if other.winner == best:
            also.append(low(outcome))
        elif best in other.tied:
            tied.append(low(outcome))
        else:
            not_.append(f"{low(outcome)} (there '{other.best}')")
    parts = [f"also best on {_listed(also)}"] if also else []
    parts += [f"not told apart from the best on {_listed(tied)}"] if tied else []
    parts += [f"not the best on {_listed(not_)}"] if not_ else []
    return f"'{best}' is {'; '.join(parts)}." if parts else ""


def _theories(found: ReportData, main: Ranking) -> str:
    theories = found.results.theories
    if len(theories) < 2:
        return ""
    agree, others = found.holds_in()
    told = f"Under {len(agree)} of {len(theories)} rival theories '{main.best}' comes first on {low(main.outcome)}"
    rest = _listed([f"'{policy}' under {theory}" for theory, policy in others.items()])
    return f"{told}." if not others else f"{told}; {rest}."


def _listed(items: Sequence[str]) -> str:
    """Items of a sentence. "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def cannot_tell(found: ReportData) -> list[str]:
    """What the runs cannot tell, and how many more would: each policy against the baseline, under the first theory."""
    told = []
    base = found.results.comparison.baseline
    for (theory, policy, outcome), effect in found.effects.items():
        if theory == found.theory and effect.verdict is EffectVerdict.OPEN and effect.more_runs:
            runs = found.standings[theory, outcome].runs if (theory, outcome) in found.standings else found.results.runs
            told.append(
                f"{runs} runs cannot tell '{policy}' from '{base}' on {low(outcome)}; {effect.more_runs:,} more"
                f"{_spent(found.results, effect.more_runs)} would, if the difference stays."
            )
    return told


def turn(item: CrossoverResult) -> str:
    """When a policy overtakes its rival, how deep the dip before, and how likely never, in a sentence."""
    if item.found.identical:
        return f"'{item.policy}' and '{item.rival}' are equal in every week."
    cells = turn_cells(item)
    ahead = "is never ahead to the end" if item.found.overtakes is None else f"is ahead to the end from {cells[2]}"
    dip = f", after falling behind by up to {cells[3]}" if item.found.dip < 0.0 else ""
    return f"'{item.policy}' on {low(item.outcome)} {ahead}{dip}; no better in the last year in {cells[4]} of runs."


def turn_cells(item: CrossoverResult) -> tuple[str, str, str, str, str]:
    """Outcome, policy, when it is ahead to the end, how far it falls behind before, in how many runs it never is."""
    c, unit = item.found, OUTCOMES[item.outcome].unit
    head = label(item.outcome), item.policy
    if c.identical:
        return *head, "equal in every week", "", ""
    when = "not within the time watched"
    if c.overtakes is not None:
        ends = "" if math.isnan(c.overtakes_low) else f" ({_years(c.overtakes_low)} to {_years(c.overtakes_high)})"
        when = f"year {_years(c.overtakes)}{ends}"
    dip = "never behind"
    if c.dip < 0.0 and c.dip_at is not None:
        flow = YEAR if unit.endswith("/year") and not unit.startswith("1/") else 1
        sizes = (c.dip, c.dip_high, c.dip_low)
        size, low_end, high_end = (number(unit, abs(c.dip) * flow, abs(value) * flow) for value in sizes)
        ends = "" if math.isnan(c.dip_low) else f" ({low_end} to {high_end})"
        dip = f"{size}{ends} {unit_words(unit)}, year {_years(c.dip_at)}"
    return *head, when, dip, percent(c.never.mean)


def _years(week: float) -> str:
    return f"{week / YEAR:.1f}"


def package(item: ShapleyShares) -> str:
    """The shares of a package in a sentence."""
    unit = OUTCOMES[item.outcome].unit
    total = item.shares.total
    parts = [
        f"{kind} {with_ends(x, unit, total.mean, '')}" for kind, x in zip(item.levers, item.shares.levers, strict=True)
    ]
    synergy = item.shares.synergy
    word = "more than" if synergy.mean * total.mean > 0 else "less than"
    sure = "" if synergy.low > 0 or synergy.high < 0 else " (the runs cannot tell)"
    whole, over = (with_ends(x, unit, total.mean, "") for x in (total, synergy))
    return (
        f"{label(item.outcome)}: of {whole} {unit_words(unit)} in all, {_listed(parts)}; together {word} the levers "
        f"one by one, by {over}{sure}."
    )


def switches(found: ReportData) -> list[str]:
    """What would change our mind about one policy against another: one sentence a parameter."""
    asked = found.results.comparison.switching
    if asked is None:
        return []
    told = []
    for path, item in found.switches:
        side = "ahead of" if item.advantage > 0 else "behind"
        head = f"'{asked.policy}' is {side} '{asked.rival}' on {low(asked.measure)}"
        told.append(f"{head}, and {switch_sentence(path, item)} [{path}].")
    return told


def doubt(item: ParametricUncertainty, base: str) -> list[str]:
    """What doubt about the parameters does to one policy's advantage."""
    told = []
    if math.isfinite(item.parts.share):
        ends = f" ({100 * item.parts.low:.0f} to {100 * item.parts.high:.0f} %)"
        told.append(
            f"Of the spread between runs in '{item.policy}' against '{base}' on {low(item.outcome)}, "
            f"{100 * item.parts.share:.0f} %{ends} is doubt about the parameters, the rest chance."
        )
    where = (
        f"it {scenario_discovery.sentence(item.box, 'fails')}"
        if item.box
        else "no part of what is uncertain stands out"
    )
    told.append(f"It is no better than '{base}' in {percent(item.fails)} of draws; {where}.")
    return told


def source(results: ComparisonRuns) -> str:
    """Which batch, how many runs of how many policies, which seeds."""
    c = results.comparison
    theories = f", {len(c.theories)} theories" if c.theories else ""
    draws = f", {len(results.arms.draws)} draws" if results.arms.draws else ""
    last = c.seed + results.runs - 1
    many = f"{len(c.policies)} policies{theories}{draws}, {results.runs} runs of each"
    return f"Red Bead, batch '{c.name}', {many}, seeds {c.seed} to {last}."
