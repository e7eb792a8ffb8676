"""Answer to the question of a comparison: each pair of policies, what reverses its result, and how certain it is.

A result is the direction of a difference on the main outcome. It is stated only if the runs show it after correction
for all comparisons of the page. Words for probabilities are used only for the share of draws of uncertain parameters in
which a result holds: repeated runs with one set of parameters say nothing about doubts in the model.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from redbead import parameters
from redbead.analysis.draw_effects import MIN_DRAWS, MIN_PAIRS, MIN_RUNS
from redbead.analysis.intervals import Interval
from redbead.analysis.outcomes import OUTCOMES
from redbead.analysis.switching_values import SwitchingValues
from redbead.report.comparison.text import (
    ABSOLUTE,
    format_difference,
    format_value,
    further_runs_sentence,
    join_words,
    lower_label,
    quoted,
    quoted_or_counted,
)
from redbead.report.text import PERCENT, format_share, number, unit_words, word
from redbead.scenario.scenario import years_text
from redbead.studies.comparison.arms import agents_sentence, changed_paths
from redbead.studies.comparison.findings import Effect, EffectVerdict, Ranking
from redbead.studies.comparison.report_data import ReportData

Pair: TypeAlias = tuple[str, str]
"""A policy, and the policy that it is compared with."""

MOST_POLICIES: Final = 6
"""Most policies whose differences from the baseline are all stated. With more, the best and the worst are stated."""
LIMITS_OF_SYSTEMS: Final = {"inspection.": "a model with few of the benefits of inspection"}
"""What limits results of policies that change parameters with these first letters."""


def answer(data: ReportData, *, brief: bool = False) -> list[str]:
    """Answer the question of a comparison.

    Parameters
    ----------
    data : ReportData
        Findings.
    brief : bool
        Whether to leave out what :func:`doubts` contains, and the other outcomes.

    Returns
    -------
    list of str
        Sentences: direction and size of each difference; the theories and parameters that reverse it; the share of
        draws of uncertain parameters in which it holds; the best policy.
    """
    if not data.complete:
        return [
            "No run finished in every policy, so nothing can be compared.",
            "The folder failures/ lists the causes.",
        ]
    ranking = data.rankings[data.theory, data.outcomes[0]]
    agents = agents_sentence(data.results.store.header["agents"])
    if all(test.identical for test in ranking.pairs):
        what = lower_label(ranking.outcome)
        equal = f"All {len(ranking.policies)} policies are equal in every run on {what} ({_design(data, ranking)})."
        return [equal, *([agents] if agents else [])]
    pairs = stated_pairs(data)
    sentences = [*_differences(data, pairs, ranking), agents, *_theories(data, pairs), *_shares(data, pairs)]
    further = [] if data.only_assumptions_differ else [_best(data, ranking)]
    if not brief:
        further += [] if data.only_assumptions_differ else [_other_outcomes(data, ranking)]
        further += doubts(data)
    return [sentence for sentence in (*sentences, *further) if sentence]


def doubts(data: ReportData) -> list[str]:
    """State what reverses the answer within one theory, the policy with the least regret, and what was not varied."""
    ranking = data.rankings[data.theory, data.outcomes[0]]
    regret = "" if data.only_assumptions_differ else _regret(data, ranking)
    return [sentence for sentence in (_parameters(data), regret, _not_varied(data)) if sentence]


def stated_pairs(data: ReportData) -> list[Pair]:
    """Pairs whose difference is stated: all of them, or those with the best and the worst of many policies."""
    comparison, ranking = data.results.comparison, data.rankings[data.theory, data.outcomes[0]]
    others: Sequence[str] = comparison.others
    if len(others) > MOST_POLICIES:
        by_rank = sorted(others, key=lambda name: ranking.rank(name).mean)
        others = (by_rank[0], by_rank[-1])
    return [*((name, comparison.baseline) for name in others), *comparison.further_pairs]


def _design(data: ReportData, ranking: Ranking) -> str:
    """Number of paired runs and their duration."""
    years = years_text(data.results.comparison.policies[0].scenario.years)
    return f"{ranking.runs} paired run{'s' * (ranking.runs != 1)} of {years}"


def _differences(data: ReportData, pairs: Sequence[Pair], ranking: Ranking) -> list[str]:
    """Differences of all stated pairs under the first theory, one sentence per comparator."""
    theory = f"; theory '{data.theory}'" if len(data.results.theories) > 1 else ""
    count = len(data.results.comparison.others)
    ends = "first and last" if data.only_assumptions_differ else "best and worst"
    shown = f"; {ends} of {count} policies" if count > MOST_POLICIES else ""
    effects = [data.answer_effects[data.theory, pair] for pair in pairs]
    first, *rest = describe_effects(effects)
    sentences = [f"{first} ({_design(data, ranking)}{theory}{shown})", *rest]
    limit = _limit_of(data, [effect.policy for effect in effects if effect.direction > 0])
    return [f"{sentence[:1].upper()}{sentence[1:]}{limit}." for sentence in sentences]


def describe_effects(effects: Sequence[Effect]) -> list[str]:
    """Describe differences on one outcome, one clause per comparator.

    Parameters
    ----------
    effects : sequence of Effect
        Differences on the same outcome under the same theory.

    Returns
    -------
    list of str
        Clauses such as "compared with 'today', errors made rose by 8 % (7 to 9) with 'two strikes'".
    """
    clauses = []
    for comparator in dict.fromkeys(effect.comparator for effect in effects):
        group = [effect for effect in effects if effect.comparator == comparator]
        parts = [*_movements(group, 1), *_movements(group, -1)]
        too_small = [e for e in group if e.verdict is EffectVerdict.TOO_SMALL]
        equal = [e for e in group if e.verdict is EffectVerdict.EQUAL]
        unknown = [e for e in group if e.verdict is EffectVerdict.INCONCLUSIVE]
        parts += [f"did not change by an amount that matters with {_with_sizes(too_small)}"] if too_small else []
        parts += (
            [f"did not differ in any run with {quoted_or_counted(effect.policy for effect in equal)}"] if equal else []
        )
        parts += [f"showed no clear change with {_with_sizes(unknown)}"] if unknown else []
        clauses.append(f"compared with '{comparator}', {lower_label(effects[0].outcome)} {join_words(parts)}")
    return clauses


def _movements(effects: Iterable[Effect], sign: int) -> list[str]:
    """Clause with all increases (`sign` 1) or decreases (-1); none if there are none."""
    moved = [effect for effect in effects if effect.direction and effect.difference.mean * sign > 0.0]
    if not moved:
        return []
    sizes = [f"by {format_size(effect)} with '{effect.policy}'" for effect in moved]
    return [f"{'rose' if sign > 0 else 'fell'} {join_words(sizes)}"]


def format_size(effect: Effect) -> str:
    """Format the size of a difference with its interval and without its sign: "8.1 % (7.2 to 9.0)"."""
    unit = OUTCOMES[effect.outcome].unit
    relative = unit not in ABSOLUTE and bool(effect.base)
    interval = effect.relative if relative else effect.difference
    unit, scale = ("share", 1.0) if relative else (unit, effect.base)
    sign = math.copysign(1.0, interval.mean)
    ends = sorted((sign * interval.low, sign * interval.high))
    mean, low, high = (number(unit, scale, value) for value in (sign * interval.mean, *ends))
    after = " %" if relative else " percentage points" if unit in PERCENT else f" {unit_words(unit)}"
    remarks = [] if math.isnan(interval.low) else [f"{low} to {high}"]
    matters = effect.verdict in (EffectVerdict.BETTER_AND_MATTERS, EffectVerdict.WORSE_AND_MATTERS)
    remarks += [] if matters else ["may not matter"]
    return f"{mean}{after}" + (f" ({'; '.join(remarks)})" if remarks else "")


def _with_sizes(effects: Iterable[Effect]) -> str:
    """Names of the policies, each with its difference."""
    return join_words([f"'{effect.policy}', {format_difference(effect)}" for effect in effects])


def _limit_of(data: ReportData, policies: Iterable[str]) -> str:
    """Limit of the model that applies to results of these policies, for the end of a sentence."""
    comparison = data.results.comparison
    base = comparison.policy(comparison.baseline).scenario
    changed = {path for name in policies for path in changed_paths(comparison.policy(name).scenario, base)}
    limits = [text for first, text in LIMITS_OF_SYSTEMS.items() if any(path.startswith(first) for path in changed)]
    return f", in {join_words(limits)}" if limits else ""


def _theories(data: ReportData, pairs: Sequence[Pair]) -> list[str]:
    """Under which theories the results hold, reverse, or are not shown."""
    theories = data.results.theories
    shown = [pair for pair in pairs if data.answer_effects[data.theory, pair].direction]
    if len(theories) < 2 or not shown:
        return []
    return [_theory_counts(data, shown), *(_reversal(data, shown, theory) for theory in theories[1:])]


def _theory_counts(data: ReportData, pairs: Sequence[Pair]) -> str:
    """Number of theories under which each result holds."""
    theories = data.results.theories
    by_theories: dict[tuple[str, ...], list[Pair]] = {}
    for pair in pairs:
        direction = data.answer_effects[data.theory, pair].direction
        agreeing = tuple(t for t in theories if data.answer_effects[t, pair].direction == direction)
        by_theories.setdefault(agreeing, []).append(pair)
    parts = []
    for agreeing, group in by_theories.items():
        missing = [theory for theory in theories if theory not in agreeing]
        which = f"all {len(theories)} theories" if not missing else f"{len(agreeing)} of {len(theories)} theories"
        without = f" (not under {quoted(missing)})" if missing else ""
        results = "" if len(by_theories) == 1 else f" for {join_words([_pair_name(data, pair) for pair in group])}"
        parts.append(f"under {which}{results}{without}")
    return f"The direction is shown to be the same {join_words(parts)}."


def _pair_name(data: ReportData, pair: Pair) -> str:
    """Name of a pair: the policy, and the comparator if it is not the baseline."""
    return f"'{pair[0]}'" if pair[1] == data.results.comparison.baseline else f"'{pair[0]}' against '{pair[1]}'"


def _reversal(data: ReportData, pairs: Sequence[Pair], theory: str) -> str:
    """Results that reverse under a theory, with their sizes; empty if none does."""
    reversed_effects = [
        data.answer_effects[theory, pair]
        for pair in pairs
        if data.answer_effects[theory, pair].direction == -data.answer_effects[data.theory, pair].direction
    ]
    if not reversed_effects:
        return ""
    count = "" if len(reversed_effects) == len(pairs) else f" for {len(reversed_effects)} of {len(pairs)} pairs"
    return f"Under '{theory}' the direction reverses{count}: {'; '.join(describe_effects(reversed_effects))}."


def _shares(data: ReportData, pairs: Sequence[Pair]) -> list[str]:
    """Share of draws of the uncertain parameters in which each result holds, with words for probabilities."""
    if not data.results.arms.draws:
        return []
    count, number_drawn = len(data.results.arms.draws), len(data.results.arms.draws[0])
    drawn = f"{number_drawn} uncertain parameter{'s' * (number_drawn != 1)}"
    shares = {
        key: share.positive
        for key, share in data.answer_shares.items()
        if share is not None and math.isfinite(share.positive.mean)
    }
    sentences = [_share_sentence(data, pair, shares) for pair in pairs]
    if not any(sentences):
        runs = max(MIN_RUNS, math.ceil((1 + math.sqrt(1 + 8 * MIN_PAIRS / count)) / 2)) * count
        return [
            f"There are too few runs per draw of {drawn} to state in which share of draws "
            f"this holds: at least {max(runs, MIN_DRAWS * MIN_RUNS):,} runs are needed."
        ]
    return [f"Over {count} draws of {drawn}: {'; '.join(filter(None, sentences))}."]


def _share_sentence(data: ReportData, pair: Pair, shares: dict[tuple[str, Pair], Interval]) -> str:
    """How probable the result of one pair is under each theory; empty if it is not known."""
    effect = data.answer_effects[data.theory, pair]
    rises = effect.difference.mean > 0.0
    better_if_up = OUTCOMES[effect.outcome].better == "up"
    known = {theory: shares[theory, pair] for theory in data.results.theories if (theory, pair) in shares}
    holding = {theory: share if rises == better_if_up else _complement(share) for theory, share in known.items()}
    if not holding:
        return ""
    change = f"{'an increase' if rises else 'a decrease'} in {lower_label(effect.outcome)}"
    result = f"{change} with '{pair[0]}' compared with '{pair[1]}' is "
    if len(data.results.theories) == 1:
        (share,) = holding.values()
        return f"{result}{word(share.mean)} ({format_share(share)} of draws)"
    groups = [[theory for theory, share in holding.items() if (share.mean >= 0.5) is side] for side in (True, False)]
    return result + join_words([_range_over_theories(group, holding) for group in groups if group])


def _complement(share: Interval) -> Interval:
    """Share of the other draws."""
    return Interval(1.0 - share.mean, 1.0 - share.high, 1.0 - share.low, share.kind)


def _range_over_theories(theories: Sequence[str], shares: dict[str, Interval]) -> str:
    """Words for the least and most probable of some theories, with the share under each."""
    ordered = sorted(theories, key=lambda theory: shares[theory].mean)
    words = list(dict.fromkeys(word(shares[theory].mean) for theory in (ordered[0], ordered[-1])))
    each = ", ".join(f"{theory} {format_share(shares[theory])}" for theory in theories)
    count = len(theories)
    return f"{' to '.join(words)} under {count} {'theory' if count == 1 else 'theories'} ({each})"


def _parameters(data: ReportData) -> str:
    """Values of single parameters beyond which the result of the switching-value search reverses."""
    search = data.results.comparison.switching
    if search is None or not data.switching_values:
        return ""
    result = f"'{search.policy}' against '{search.rival}' on {lower_label(search.measure)}"
    clear = [(path, values) for path, values in data.switching_values if values.clear]
    if not clear:
        return ""
    reversals = [text for path, values in clear if (text := _switches(path, values))]
    if reversals:
        return f"The direction of {result} reverses if {'; or '.join(reversals)}."
    count, held = len(data.switching_values), sum(values.holds for _, values in data.switching_values)
    if held == count:
        return f"The direction of {result} holds over the whole range of each of {count} parameters."
    return (
        f"The direction of {result} is not shown to reverse within the range of any of {count} parameters; it is shown "
        f"to hold over the whole range of {held} of them."
    )


def _switches(path: str, values: SwitchingValues) -> str:
    """Values of a parameter beyond which a result is shown to reverse; empty if there are none."""
    sides = [
        f"{side} {format_value(found.value)} ({format_value(found.low)} to {format_value(found.high)})"
        for side, found in (("below", values.below), ("above", values.above))
        if found is not None and found.significant
    ]
    meaning = parameters.register()[path].param.meaning
    return f"{path} ({meaning}; assumed {format_value(values.assumed)}) is {' or '.join(sides)}" if sides else ""


def _best(data: ReportData, ranking: Ranking) -> str:
    """Best policy of three or more, or those that cannot be distinguished from it, and its place under each theory."""
    if len(ranking.policies) < 3:
        return ""
    best, what, count = ranking.best, lower_label(ranking.outcome), len(ranking.policies)
    limit = _limit_of(data, [best])
    if ranking.winner:
        return f"'{best}' is best of {count} policies on {what}{limit}{_places(data, best)}."
    ties = quoted_or_counted(ranking.tied[1:])
    first = (
        f"'{best}' has the best mean of {count} policies on {what}{limit}, but the runs do not distinguish it from "
        f"{ties}{_places(data, best)}."
    )
    return f"{first} {further_runs_sentence(data.results, ranking)}".rstrip()


def _places(data: ReportData, policy: str) -> str:
    """Under how many theories a policy is best and tied for best, and which policies are best under the others."""
    if len(data.results.theories) < 2:
        return ""
    rankings = [r for t in data.results.theories if (r := data.rankings.get((t, data.outcomes[0]))) is not None]
    wins = sum(ranking.winner == policy for ranking in rankings)
    ties = sum(policy in ranking.tied and not ranking.winner for ranking in rankings)
    others: dict[str, list[str]] = {}
    for ranking in rankings:
        if policy not in ranking.tied:
            others.setdefault(quoted_or_counted(ranking.tied), []).append(ranking.theory)
    parts = [f"best under {wins}"] if wins else []
    parts += [f"tied for best under {ties}"] if ties else []
    rest = "".join(f"; {names} under {quoted(theories)}" for names, theories in others.items())
    return f": {' and '.join(parts)} of {len(rankings)} theories{rest}"


def _regret(data: ReportData, ranking: Ranking) -> str:
    """Policy with the least maximum regret, if it is not the one with the best mean."""
    regrets = {name: r for name in ranking.policies if (r := data.regrets.get((name, ranking.outcome))) is not None}
    if not regrets:
        return ""
    least = min(regrets.values(), key=lambda regret: regret.maximum)
    best = regrets[ranking.best]
    if least.policy == ranking.best:
        return ""
    unit = OUTCOMES[ranking.outcome].unit
    sizes = [number(unit, best.maximum, regret.maximum) for regret in (least, best)]
    if best.maximum - least.maximum < ranking.smallest_important:
        return (
            f"Over {least.futures}, '{least.policy}' and '{ranking.best}' have about the same largest regret "
            f"(shortfall from the best policy): {sizes[0]} and {sizes[1]} {unit_words(unit)}."
        )
    return (
        f"Over {least.futures}, '{least.policy}' has the least regret: at most {sizes[0]} {unit_words(unit)} worse "
        f"than the best policy, '{ranking.best}' at most {sizes[1]}."
    )


def _other_outcomes(data: ReportData, ranking: Ranking) -> str:
    """On which other outcomes the policy with the best mean is best, tied for best, or neither."""
    best = ranking.best
    also, tied, not_best = [], [], []
    for outcome in data.outcomes[1:]:
        other = data.rankings.get((data.theory, outcome))
        if other is None:
            continue
        if other.winner == best:
            also.append(lower_label(outcome))
        elif best in other.tied:
            tied.append(lower_label(outcome))
        else:
            not_best.append(f"{lower_label(outcome)} (best: {quoted_or_counted(other.tied)})")
    parts = [f"best on {join_words(also)}"] if also else []
    parts += [f"tied for best on {join_words(tied)}"] if tied else []
    parts += [f"not best on {join_words(not_best)}"] if not_best else []
    return f"On the other outcomes '{best}' is {'; '.join(parts)}{_limit_of(data, [best])}." if parts else ""


def _not_varied(data: ReportData) -> str:
    """State that intervals do not include uncertain parameters, if none were drawn."""
    return "" if data.results.arms.draws else "No parameters were drawn: intervals describe chance only."
