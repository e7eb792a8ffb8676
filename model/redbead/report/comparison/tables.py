"""Tables of a comparison, as rows of text and as data frames."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import pandas as pd

from redbead.analysis.draw_effects import DrawShares
from redbead.analysis.intervals import RESAMPLES, RUNS
from redbead.analysis.outcomes import OUTCOMES
from redbead.analysis.power import FurtherUnits
from redbead.execution.runs import with_option
from redbead.report.comparison import dose_response, matrix, text
from redbead.report.comparison.forest import policies_shown
from redbead.report.comparison.headline import answer, stated_pairs
from redbead.report.comparison.text import format_difference, format_mean, format_with_interval, label
from redbead.report.text import percent, resampled_probability, unit_words, with_unit
from redbead.storage import manifest
from redbead.studies.comparison.findings import Ranking
from redbead.studies.comparison.folder import file_of
from redbead.studies.comparison.report_data import ReportData

_BEST: Final = 8
"""Best policies that a terminal shows if there are many."""
_WORST: Final = 3
"""Worst policies that a terminal shows if there are many."""


class PolicyRow(NamedTuple):
    """One policy on one outcome in words: mean, difference, share of runs better, place, verdict."""

    outcome: str
    unit: str
    policy: str
    level: str
    difference: str
    better: str
    place: str
    verdict: str


def headline(data: ReportData) -> list[PolicyRow]:
    """Headline table under the first theory: every outcome and policy, the baseline first."""
    names = (data.results.comparison.baseline, *data.results.comparison.others)
    return [
        _headline_row(data, ranking, name)
        for outcome in data.outcomes
        if (ranking := data.rankings.get((data.theory, outcome))) is not None
        for name in names
    ]


def headline_by_outcome(data: ReportData) -> list[tuple[str, list[PolicyRow]]]:
    """The headline table, grouped by outcome."""
    rows = headline(data)
    return [(outcome, [r for r in rows if r.outcome == outcome]) for outcome in dict.fromkeys(r.outcome for r in rows)]


def _headline_row(data: ReportData, ranking: Ranking, name: str) -> PolicyRow:
    """Row of one policy on one outcome."""
    outcome = ranking.outcome
    labels = label(outcome), unit_words(OUTCOMES[outcome].unit), name
    place = "" if data.only_assumptions_differ else text.place(ranking, name)
    effect = data.effects.get((data.theory, name, outcome))
    if effect is None:
        return PolicyRow(*labels, format_mean(outcome, data.mean(name, outcome)), "", "", place, "")
    difference, better = format_difference(effect), "" if data.only_assumptions_differ else percent(effect.share_better)
    return PolicyRow(*labels, format_mean(outcome, effect.mean), difference, better, place, str(data.verdict(effect)))


def headline_cells(data: ReportData) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Headline table for the page: each outcome with its unit, and the cells of each policy."""
    count, groups = 4 if data.only_assumptions_differ else 6, headline_by_outcome(data)
    return [(with_unit(outcome, rows[0].unit), [_cells(row)[:count] for row in rows]) for outcome, rows in groups]


def _cells(row: PolicyRow) -> tuple[str, ...]:
    """Cells of one row of the headline table; the last two value the difference."""
    better = f"{row.better} of runs" * bool(row.better)
    return row.policy, row.difference, row.verdict, row.level, better, row.place


def differences_by_policy(data: ReportData) -> dict[str, Any]:
    """Table of a brief: differences of each policy on every outcome."""
    names = dict.fromkeys(policy for policy, _ in stated_pairs(data) if policy != data.results.comparison.baseline)
    return {
        "title": f"Difference from '{data.results.comparison.baseline}', with 95 % interval",
        "head": ("Policy", *map(label, data.outcomes)),
        "rows": [(name, *(format_difference(data.effects[data.theory, name, outcome]) for outcome in data.outcomes))
                 for name in names],
    }  # fmt: skip


def second_of_brief(data: ReportData) -> dict[str, Any]:
    """Second table of a brief: the main outcome under each theory, or the verdicts if there is one theory."""
    if len(data.results.theories) > 1:
        shown = policies_shown(data)
        head = ("Theory", *([] if data.only_assumptions_differ else ["Best"]), *shown)
        return {"title": f"{label(data.outcomes[0])} under each theory", "head": head, "rows": theory_rows(data, shown)}
    table = differences_by_policy(data)
    verdicts = [(row[0], *(str(data.verdict(data.effects[data.theory, row[0], outcome])) for outcome in data.outcomes))
                for row in table["rows"]]  # fmt: skip
    return table | {"title": "Verdicts, corrected for all comparisons", "rows": verdicts}


def theory_rows(data: ReportData, shown: Sequence[str]) -> list[tuple[str, ...]]:
    """Under each theory: the best policies on the main outcome, and the differences of the policies shown."""
    rows = []
    for theory in data.results.theories:
        if (entry := data.rankings.get((theory, data.outcomes[0]))) is not None:
            cells = [format_difference(data.effects[theory, name, data.outcomes[0]]) for name in shown]
            rows.append((theory, *([] if data.only_assumptions_differ else [text.join_words(entry.tied)]), *cells))
    return rows


def crossover_cells_by_outcome(data: ReportData, shown: Sequence[str]) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Table of crossovers: each outcome, and the cells of each policy shown."""
    cells = [text.crossover_cells(item) for item in data.crossovers.values() if item.policy in shown]
    return [
        (outcome, [row[1:] for row in cells if row[0] == outcome]) for outcome in dict.fromkeys(c[0] for c in cells)
    ]


def differences(data: ReportData) -> pd.DataFrame:
    """One row per theory, policy and outcome: mean, paired difference, probabilities of being better, verdict."""
    rows = [
        {
            "theory": e.theory, "measure": e.outcome, "unit": OUTCOMES[e.outcome].unit, "policy": e.policy,
            "mean": e.mean.mean, "mean_low": e.mean.low, "mean_high": e.mean.high, "baseline": e.base,
            "difference": e.difference.mean, "difference_low": e.difference.low, "difference_high": e.difference.high,
            "interval": e.difference.kind, "corrected_low": e.corrected.low, "corrected_high": e.corrected.high,
            "corrected_interval": e.corrected.kind, "share_better": e.share_better, "p_better": e.p_better,
            "matters_from": e.smallest_important, "verdict": str(data.verdict(e)), **_further_columns(e.further),
        }
        for e in data.effects.values()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _further_columns(further: FurtherUnits | None) -> dict[str, object]:
    """Columns of further runs or draws; empty for a verdict that is not inconclusive."""
    if further is None:
        return {"further": math.nan, "further_low": math.nan, "further_high": math.nan, "further_of": ""}
    return {
        "further": further.number, "further_low": further.low, "further_high": further.high, "further_of": further.noun,
    }  # fmt: skip


def ranking(data: ReportData) -> pd.DataFrame:
    """One row per theory, outcome and policy: rank, P(best) by chance alone, share of runs, regret, ties, dominance."""
    dominated = {item.policy: item for item in data.dominance}
    rows = []
    for (theory, outcome), entry in data.rankings.items():
        for position, name in enumerate(entry.policies):
            rank, regret = entry.ranks[position], data.regrets.get((name, outcome))
            rows.append(
                {
                    "theory": theory, "measure": outcome, "policy": name, "mean": float(entry.means[position]),
                    "unit": OUTCOMES[outcome].unit, "rank": rank.mean, "rank_low": rank.low, "rank_high": rank.high,
                    "p_best": rank.p_best, "share_best": rank.share_best, "tied_with_best": name in entry.tied,
                    "max_regret": regret.maximum if regret else math.nan,
                    "mean_regret": regret.mean if regret else math.nan,
                    "regret_over": regret.futures if regret else "",
                    "dominated_by": ", ".join(dominated[name].dominated_by) if name in dominated else "",
                    "p_dominated": dominated[name].probability if name in dominated else math.nan,
                    "runs": entry.runs,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def pairs(data: ReportData) -> pd.DataFrame:
    """One row per theory, outcome and pair of policies: difference with its corrected interval, and significance."""
    rows = [
        {
            "theory": theory, "measure": outcome, "unit": OUTCOMES[outcome].unit,
            "first": ranking.policies[test.first], "second": ranking.policies[test.second],
            "gain": interval.mean, "gain_low": interval.low, "gain_high": interval.high, "interval": interval.kind,
            "apart": test.significant, "identical": test.identical,
        }
        for (theory, outcome), ranking in data.rankings.items()
        for test in ranking.pairs
        for interval in (test.interval,)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def crossovers(data: ReportData) -> pd.DataFrame:
    """One row per policy and outcome: when it overtakes the baseline, dip, break-even, share that never does."""
    rows = [
        {
            "policy": item.policy, "rival": item.rival, "measure": item.outcome, "overtakes": item.crossover.overtakes,
            "overtakes_low": item.crossover.overtakes_low, "overtakes_high": item.crossover.overtakes_high,
            "ever": item.crossover.ever, "dip": item.crossover.dip, "dip_low": item.crossover.dip_low,
            "dip_high": item.crossover.dip_high, "dip_at": item.crossover.dip_at,
            "at_end": item.crossover.at_end, "pays_back": item.crossover.pays_back, "never": item.crossover.never.mean,
            "never_low": item.crossover.never.low, "never_high": item.crossover.never.high,
        }
        for item in data.crossovers.values()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def actual_and_recorded(data: ReportData) -> pd.DataFrame:
    """One row per policy and comparison: difference from the baseline in actual and recorded outcomes."""
    rows = [
        {"policy": item.policy, "what": item.what}
        | {f"{name}{end}": value for name in ("happened", "recorded", "gap")
           for end, value in zip(("", "_low", "_high"), getattr(item, name)[:3], strict=True)}
        | {"contradicts": item.contradicts}
        for item in data.actual_and_recorded
    ]  # fmt: skip
    return pd.DataFrame(rows)


_ACTUAL_AND_RECORDED: Final = {"errors made": "errors per year", "quality": "quality (reference 1)"}
"""Outcome and unit of each comparison of actual and recorded values, in words."""


class ActualRecordedCells(NamedTuple):
    """Actual and recorded change of one policy in words."""

    policy: str
    what: str
    happened: str
    recorded: str
    remark: str


def actual_recorded_rows(data: ReportData, shown: Sequence[str]) -> list[ActualRecordedCells]:
    """Actual and recorded change of each policy shown, and whether they contradict each other."""
    rows = []
    for item in (item for item in data.actual_and_recorded if item.policy in shown):
        unit = OUTCOMES["errors_generated" if item.what == "errors made" else "service_quality"].unit
        scale = max(abs(item.happened.mean), abs(item.recorded.mean))
        happened, recorded = (
            format_with_interval(interval, unit, scale, "") for interval in (item.happened, item.recorded)
        )
        remark = "the records show the opposite" if item.contradicts else ""
        what = _ACTUAL_AND_RECORDED[item.what]
        rows.append(ActualRecordedCells(item.policy, what, happened, recorded, remark))
    return rows


def shares(data: ReportData) -> pd.DataFrame:
    """One row per outcome and lever of the package, followed by its total, its synergy and each pair of levers."""
    rows = []
    for item in data.shapley_shares:
        by_part = dict(zip(item.levers, item.shares.levers, strict=True))
        by_part |= {"(total)": item.shares.total, "(synergy)": item.shares.synergy}
        by_part |= {
            f"{item.levers[a]} with {item.levers[b]}": interval for (a, b), interval in item.shares.pairs.items()
        }
        rows += [
            {"policy": item.policy, "measure": item.outcome, "unit": OUTCOMES[item.outcome].unit, "part": part}
            | dict(zip(("share", "share_low", "share_high", "interval"), interval, strict=True))
            for part, interval in by_part.items()
        ]
    return pd.DataFrame(rows)


def switching(data: ReportData) -> pd.DataFrame:
    """One row per parameter: assumed value, range, and switching values on either side."""
    rows = []
    for path, item in data.switching_values:
        row = {
            "parameter": path,
            "assumed": item.assumed,
            "low": item.lowest,
            "high": item.highest,
            "gain": item.advantage,
        }
        for side, switching_value in (("below", item.below), ("above", item.above)):
            values = (*switching_value,) if switching_value else (math.nan, math.nan, math.nan, False)
            row |= dict(zip((side, f"{side}_low", f"{side}_high", f"{side}_told"), values, strict=True))
        rows.append(row | {"share_below": item.share_below, "share_above": item.share_above, "holds": item.holds})
    return pd.DataFrame(rows)


def _shares_of_draws(shares: DrawShares | None) -> dict[str, float]:
    """Columns of the shares of draws in which a policy is better or worse; empty with too few runs per draw."""
    return {
        f"{name}{end}": getattr(shares, name)[place] if shares else math.nan
        for name in ("better", "worse", "undecided", "positive")
        for place, end in enumerate(("", "_low", "_high"))
    }


def parametric_uncertainty(data: ReportData) -> pd.DataFrame:
    """One row per policy: variance components of its advantage, and shares of draws in which it is better or worse."""
    rows = [
        {
            "policy": item.policy, "measure": item.outcome, "chance": item.components.stochastic,
            "doubt": item.components.parametric, "share": item.components.share, "low": item.components.low,
            "high": item.components.high, **_shares_of_draws(item.shares),
            "where": " and ".join(limit.name for limit in item.box.limits) if item.box else "",
        }
        for item in data.parametric_uncertainty
    ]  # fmt: skip
    return pd.DataFrame(rows)


FRAMES = {
    "differences": differences, "ranking": ranking, "pairs": pairs, "crossover": crossovers,
    "dose-response": dose_response.dose_response, "ledgers": actual_and_recorded, "package": shares,
    "switching": switching, "doubt": parametric_uncertainty,
}  # fmt: skip
"""Tables written to CSV files, by name; empty tables are not written."""


def policies(data: ReportData) -> list[tuple[str, str, str]]:
    """Name, description and scenario file of every policy."""
    return [(name, text.describe_policy(data, name), file_of(name)) for name in data.results.comparison.names]


class DominatedRow(NamedTuple):
    """A policy, those that dominate it, and the share of resamples of the runs in which one of them does."""

    policy: str
    dominated_by: str
    share: str


def dominated_rows(data: ReportData) -> list[DominatedRow]:
    """Policies that are dominated with a high probability."""
    return [
        DominatedRow(item.policy, text.quoted(item.dominated_by), percent(probability))
        for item in data.dominance
        if item.stated
        for probability in (resampled_probability(item.probability, RESAMPLES),)
    ]


def lines(data: ReportData) -> list[str | list[tuple[str, ...]]]:
    """Sentences and tables for a terminal, in order; with many policies, only the best and the worst of them."""
    many, names = matrix.has_many_policies(data), data.results.comparison.names
    assumed = data.only_assumptions_differ
    place, best, worst = ("", "first", "last") if assumed else ("place, ", "best", "worst")
    head, inconclusive = f"Policy, mean, {place}difference from '{data.results.comparison.baseline}'", []
    if many:
        ordered = matrix.ordered_policies(data)
        names = (data.results.comparison.baseline, *ordered[:_BEST], *ordered[-_WORST:])
        head += (
            f" (the {best} {_BEST} and the {worst} {_WORST} policies on {text.lower_label(data.outcomes[0])}; the same "
            f"command with --json also prints the other {len(ordered) - _BEST - _WORST})"
        )
    else:
        inconclusive = text.inconclusive_comparisons(data)
    output: list[str | list[tuple[str, ...]]] = [*answer(data), "", f"{head}:"]
    for outcome, rows in headline_by_outcome(data):
        by_policy = {row.policy: (row.policy, row.level, row.place, _effect_with_verdict(row)) for row in rows}
        output += [with_unit(outcome, rows[0].unit), [by_policy[name] for name in names if name in by_policy]]
    return [*output, "", *dose_response.sentences(data), *inconclusive, *text.cautions(data)]


def _effect_with_verdict(row: PolicyRow) -> str:
    """Difference and verdict in one cell; empty for the baseline."""
    return f"{row.difference}: {row.verdict}" if row.verdict else row.difference


def as_data(data: ReportData) -> dict[str, Any]:
    """All findings as JSON data."""
    results = data.results
    frames = {name: build(data) for name, build in FRAMES.items()}
    return {
        "folder": str(results.folder),
        "report": str(results.folder / "report.html"),
        "answer": answer(data),
        "cannot_tell": text.inconclusive_comparisons(data),
        "cautions": text.cautions(data),
        "runs": results.runs,
        "failed": len(results.failed()),
        "digest": digest(data),
        "headline": [line._asdict() for line in headline(data)],
        **{name: json.loads(frame.to_json(orient="records")) for name, frame in frames.items() if len(frame)},
    }


def digest(data: ReportData) -> str:
    """Digest of the results, from the manifest."""
    return str(manifest.read(data.results.folder)["results_digest"])


def next_commands(data: ReportData, command: list[str]) -> list[str]:
    """Next commands after `command`: more runs if an effect is inconclusive, and the brief report."""
    comparison = data.results.comparison
    needs = [e.further for e in data.effects.values() if e.theory == data.theory and e.further and e.further.number]
    commands = []
    if needs and data.complete:
        need = min(needs, key=lambda further: further.total)
        draws = f"for more precision: the same command with uncertainty: draws: {need.total} in the batch file"
        commands.append(shlex.join(with_option(command, "--runs", str(need.total))) if need.noun == RUNS else draws)
    if comparison.others and data.complete:
        commands.append(f"redbead report {shlex.quote(str(data.results.folder))} --kind brief")
    return commands
