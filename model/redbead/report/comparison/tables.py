"""The tables of a comparison, as rows for people and as frames for files."""

from __future__ import annotations

import json
import math
from typing import Any, Final, NamedTuple

import pandas as pd

from redbead.analysis.outcomes import OUTCOMES
from redbead.analysis.probability_words import percent
from redbead.report.comparison import text
from redbead.report.comparison.text import chance_of_best, difference, label, level, with_ends
from redbead.report.text import number, unit_words
from redbead.storage import manifest
from redbead.studies.comparison.findings import EffectVerdict, Ranking
from redbead.studies.comparison.folder import file_of
from redbead.studies.comparison.report_data import ReportData


class Line(NamedTuple):
    """One policy on one outcome, in words: level, difference, how often better, how likely best, what follows."""

    outcome: str
    unit: str
    policy: str
    level: str
    difference: str
    better: str
    best: str
    verdict: str


def headline(found: ReportData) -> list[Line]:
    """The headline table under the first theory: every outcome, every policy, the baseline first."""
    names = (found.results.comparison.baseline, *found.results.comparison.others)
    return [
        _line(found, standing, name)
        for outcome in found.outcomes
        if (standing := found.standings.get((found.theory, outcome))) is not None
        for name in names
    ]


def _line(found: ReportData, standing: Ranking, name: str) -> Line:
    outcome = standing.outcome
    head = label(outcome), unit_words(OUTCOMES[outcome].unit), name
    best = chance_of_best(standing, name)
    effect = found.effects.get((found.theory, name, outcome))
    if effect is None:
        return Line(*head, level(outcome, found.level(name, outcome)), "", "", best, "")
    told, better = difference(effect), percent(effect.share_better)
    return Line(*head, level(outcome, effect.mean), told, better, best, str(effect.verdict))


def differences(found: ReportData) -> pd.DataFrame:
    """One row a theory, policy and outcome: level, paired difference, how often and how likely better, verdict."""
    rows = [
        {
            "theory": e.theory, "measure": e.outcome, "unit": OUTCOMES[e.outcome].unit, "policy": e.policy,
            "mean": e.mean.mean, "mean_low": e.mean.low, "mean_high": e.mean.high, "baseline": e.base,
            "difference": e.difference.mean, "difference_low": e.difference.low, "difference_high": e.difference.high,
            "interval": e.difference.kind, "share_better": e.share_better, "p_better": e.p_better,
            "matters_from": e.enough, "verdict": str(e.verdict), "more_runs": e.more_runs,
        }
        for e in found.effects.values()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def ranking(found: ReportData) -> pd.DataFrame:
    """One row a theory, outcome and policy: rank with its range, P(best), share of runs, regret, tied, dominated."""
    dominated = {trade.policy: trade for trade in found.trades}
    rows = []
    for (theory, outcome), standing in found.standings.items():
        for place, name in enumerate(standing.policies):
            rank, regret = standing.ranks[place], found.regrets.get((name, outcome))
            rows.append(
                {
                    "theory": theory, "measure": outcome, "policy": name, "mean": float(standing.means[place]),
                    "unit": OUTCOMES[outcome].unit, "rank": rank.mean, "rank_low": rank.low, "rank_high": rank.high,
                    "p_best": rank.p_best, "share_best": rank.share_best, "tied_with_best": name in standing.tied,
                    "max_regret": regret.most if regret else math.nan,
                    "mean_regret": regret.mean if regret else math.nan,
                    "regret_over": regret.futures if regret else "",
                    "dominated_by": ", ".join(dominated[name].by) if name in dominated else "",
                    "p_dominated": dominated[name].chance if name in dominated else math.nan,
                    "runs": standing.runs,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def pairs(found: ReportData) -> pd.DataFrame:
    """One row a theory, outcome and pair of policies: the difference with its corrected interval, told apart or not."""
    rows = [
        {
            "theory": theory, "measure": outcome, "unit": OUTCOMES[outcome].unit,
            "first": standing.policies[p.first], "second": standing.policies[p.second],
            "gain": p.difference, "gain_low": p.low, "gain_high": p.high, "apart": p.apart, "identical": p.identical,
            "more_runs": p.more_runs,
        }
        for (theory, outcome), standing in found.standings.items()
        for p in standing.pairs
    ]  # fmt: skip
    return pd.DataFrame(rows)


def turns(found: ReportData) -> pd.DataFrame:
    """One row a policy and outcome: when it overtakes the baseline, dip, break-even, never. [weeks]"""
    rows = [
        {
            "policy": t.policy, "rival": t.rival, "measure": t.outcome, "overtakes": t.found.overtakes,
            "overtakes_low": t.found.overtakes_low, "overtakes_high": t.found.overtakes_high, "ever": t.found.ever,
            "dip": t.found.dip, "dip_low": t.found.dip_low, "dip_high": t.found.dip_high, "dip_at": t.found.dip_at,
            "pays_back": t.found.pays_back, "never": t.found.never.mean, "never_low": t.found.never.low,
            "never_high": t.found.never.high,
        }
        for t in found.turns.values()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def ledgers(found: ReportData) -> pd.DataFrame:
    """One row a policy and ledger: differences from the baseline in what happened and in what was recorded."""
    rows = [
        {"policy": item.policy, "what": item.what}
        | {f"{name}{end}": value for name in ("happened", "recorded", "gap")
           for end, value in zip(("", "_low", "_high"), getattr(item, name)[:3], strict=True)}
        | {"contradicts": item.contradicts}
        for item in found.ledgers
    ]  # fmt: skip
    return pd.DataFrame(rows)


class ActualRecordedCells(NamedTuple):
    """One policy in two ledgers, in words."""

    policy: str
    what: str
    happened: str
    recorded: str
    told: str


def actual_recorded_rows(found: ReportData) -> list[ActualRecordedCells]:
    """Each policy in two ledgers: what changed, what seemed to change, and whether they contradict each other."""
    rows = []
    for item in found.ledgers:
        unit = OUTCOMES["errors_generated" if item.what == "errors made" else "service_quality"].unit
        scale = max(abs(item.happened.mean), abs(item.recorded.mean))
        happened, recorded = (with_ends(x, unit, scale, "") for x in (item.happened, item.recorded))
        told = "the record says the opposite" if item.contradicts else ""
        rows.append(ActualRecordedCells(item.policy, f"{item.what}, {unit_words(unit)}", happened, recorded, told))
    return rows


def shares(found: ReportData) -> pd.DataFrame:
    """One row an outcome and lever of the package, then its total, its synergy, and each pair of levers."""
    rows = []
    for item in found.packaged:
        named = dict(zip(item.levers, item.shares.levers, strict=True))
        named |= {"(total)": item.shares.total, "(synergy)": item.shares.synergy}
        named |= {f"{item.levers[a]} with {item.levers[b]}": x for (a, b), x in item.shares.pairs.items()}
        rows += [
            {"policy": item.policy, "measure": item.outcome, "unit": OUTCOMES[item.outcome].unit, "part": part}
            | dict(zip(("share", "share_low", "share_high", "interval"), interval, strict=True))
            for part, interval in named.items()
        ]
    return pd.DataFrame(rows)


def switching(found: ReportData) -> pd.DataFrame:
    """One row a doubtful parameter: its assumed value and range, and where the answer flips on either side."""
    rows = []
    for path, item in found.switches:
        row = {
            "parameter": path,
            "assumed": item.assumed,
            "low": item.lowest,
            "high": item.highest,
            "gain": item.advantage,
        }
        for side, flip in (("below", item.below), ("above", item.above)):
            values = (flip.value, flip.low, flip.high, flip.told) if flip else (math.nan, math.nan, math.nan, False)
            row |= dict(zip((side, f"{side}_low", f"{side}_high", f"{side}_told"), values, strict=True))
        rows.append(row)
    return pd.DataFrame(rows)


def doubts(found: ReportData) -> pd.DataFrame:
    """One row a policy: the parts of the spread of its advantage, and in how many draws it fails."""
    rows = [
        {"policy": d.policy, "measure": d.outcome, **d.parts._asdict(), "fails": d.fails,
         "where": " and ".join(limit.name for limit in d.box.limits) if d.box else ""}
        for d in found.doubts
    ]  # fmt: skip
    return pd.DataFrame(rows)


FRAMES = {
    "differences": differences, "ranking": ranking, "pairs": pairs, "crossover": turns, "ledgers": ledgers,
    "package": shares, "switching": switching, "doubt": doubts,
}  # fmt: skip
"""Tables that go to files of their own, by name; an empty one is not written."""


def policies(found: ReportData) -> list[tuple[str, str, str]]:
    """The policies: name, what each is, and the file that holds all its values."""
    return [(p.name, p.scenario.title or p.scenario.name, file_of(p.name)) for p in found.results.comparison.policies]


def regret_rows(found: ReportData) -> list[tuple[str, str, str, str]]:
    """How far each policy may fall short of the best on the first outcome: name, at most, on average, over what."""
    unit = OUTCOMES[found.outcomes[0]].unit
    rows = []
    for name in found.results.comparison.names:
        item = found.regrets.get((name, found.outcomes[0]))
        if item:
            scale = max(abs(item.most), abs(item.mean))
            rows.append(
                (
                    name,
                    f"{number(unit, scale, item.most)} {unit_words(unit)}",
                    number(unit, scale, item.mean),
                    item.futures,
                )
            )
    return rows


SHORT: Final = {
    "": "",
    EffectVerdict.MUCH_BETTER: "much better",
    EffectVerdict.BETTER: "better",
    EffectVerdict.SAME: "too small to matter",
    EffectVerdict.WORSE: "worse",
    EffectVerdict.MUCH_WORSE: "much worse",
    EffectVerdict.EQUAL: "equal",
    EffectVerdict.OPEN: "cannot tell",
}
"""Verdicts where there is little room; "much" is by more than the difference that matters."""


def lines(found: ReportData) -> list[str | list[tuple[str, ...]]]:
    """Sentences and tables for a terminal, in order."""
    told: list[str | list[tuple[str, ...]]] = [" ".join(text.answer(found)), ""]
    told.append(f"Policy, mean, chance to be the best, difference from '{found.results.comparison.baseline}':")
    outcome = ""
    block: list[tuple[str, ...]] = []
    for line in headline(found):
        if line.outcome != outcome:
            told += [block] if block else []
            outcome, block = line.outcome, []
            told.append(f"{outcome} ({line.unit})")
        verdict = f"; {SHORT[line.verdict]}" if line.verdict else ""
        best = text.short(line.best)
        block.append((line.policy, line.level, best, f"{line.difference}{verdict}"))
    told += [block] if block else []
    return [*told, "", *text.cannot_tell(found)]


def as_data(found: ReportData) -> dict[str, Any]:
    """Everything that a comparison found, as data."""
    results = found.results
    frames = {name: make(found) for name, make in FRAMES.items()}
    return {
        "folder": str(results.folder),
        "report": str(results.folder / "report.html"),
        "answer": text.answer(found),
        "cannot_tell": text.cannot_tell(found),
        "runs": results.runs,
        "failed": len(results.failed()),
        "digest": digest(found),
        "headline": [line._asdict() for line in headline(found)],
        **{name: json.loads(frame.to_json(orient="records")) for name, frame in frames.items() if len(frame)},
    }


def digest(found: ReportData) -> str:
    """The digest of the results, as the manifest holds it."""
    return str(manifest.read(found.results.folder)["results_digest"])


def next_commands(found: ReportData) -> list[str]:
    """What to do next: more runs where they would tell something, twins, another look."""
    comparison = found.results.comparison
    wanted = [e.more_runs for e in found.effects.values() if e.theory == found.theory and e.more_runs]
    told = []
    if wanted and found.complete:
        runs = found.results.runs + min(wanted)
        told.append(f"more runs: the same command with --runs {runs}")
    if comparison.others and found.complete:
        told.append(f"redbead report {found.results.folder} --kind brief")
    return told
