"""What a comparison found, for a terminal and as data."""

from __future__ import annotations

import json
from typing import Any, Final

from redbead.report.comparing import sentences, tables
from redbead.study import manifest
from redbead.study.comparing.findings import Verdict
from redbead.study.comparing.found import Found

SHORT: Final = {
    "": "",
    Verdict.MUCH_BETTER: "much better",
    Verdict.BETTER: "better",
    Verdict.SAME: "too small to matter",
    Verdict.WORSE: "worse",
    Verdict.MUCH_WORSE: "much worse",
    Verdict.EQUAL: "equal",
    Verdict.OPEN: "cannot tell",
}
"""Verdicts where there is little room; "much" is by more than the difference that matters."""


def lines(found: Found) -> list[str | list[tuple[str, ...]]]:
    """Sentences and tables for a terminal, in order."""
    told: list[str | list[tuple[str, ...]]] = [" ".join(sentences.answer(found)), ""]
    told.append(f"Policy, mean, chance to be the best, difference from '{found.results.comparison.baseline}':")
    outcome = ""
    block: list[tuple[str, ...]] = []
    for line in tables.headline(found):
        if line.outcome != outcome:
            told += [block] if block else []
            outcome, block = line.outcome, []
            told.append(f"{outcome} ({line.unit})")
        verdict = f"; {SHORT[line.verdict]}" if line.verdict else ""
        best = sentences.short(line.best)
        block.append((line.policy, line.level, best, f"{line.difference}{verdict}"))
    told += [block] if block else []
    return [*told, "", *sentences.cannot_tell(found)]


def as_data(found: Found) -> dict[str, Any]:
    """Everything that a comparison found, as data."""
    results = found.results
    frames = {name: make(found) for name, make in tables.FRAMES.items()}
    return {
        "folder": str(results.folder),
        "report": str(results.folder / "report.html"),
        "answer": sentences.answer(found),
        "cannot_tell": sentences.cannot_tell(found),
        "runs": results.runs,
        "failed": len(results.failed()),
        "digest": digest(found),
        "headline": [line._asdict() for line in tables.headline(found)],
        **{name: json.loads(frame.to_json(orient="records")) for name, frame in frames.items() if len(frame)},
    }


def digest(found: Found) -> str:
    """The digest of the results, as the manifest holds it."""
    return str(manifest.read(found.results.folder)["results_digest"])


def next_commands(found: Found) -> list[str]:
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
