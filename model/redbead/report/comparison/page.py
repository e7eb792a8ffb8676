"""The report of a comparison: one file that needs no network, runs no script, and prints well."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import Any, Final

from redbead.exceptions import BadInputError
from redbead.execution.runs import slug
from redbead.report.comparison import tables, text
from redbead.report.comparison.forest import differences, ranks, theories, trade_off
from redbead.report.comparison.over_time import crossover, happened_and_recorded
from redbead.report.page import figure_for, policy, template, write_figures
from redbead.report.plotting import Drawing, svg
from redbead.report.text import LIMITS
from redbead.report.twins import sentences, twins_figure
from redbead.scenario.disclaimer import banner
from redbead.scenario.library import version
from redbead.storage import manifest
from redbead.storage.atomic_files import csv_text, write_text
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import ComparisonRuns
from redbead.studies.twins.study import Twins, twins


def draw_all(found: ReportData) -> list[Drawing]:
    """Every figure that this comparison has something for."""
    drawings = [happened_and_recorded(found), differences(found), crossover(found), ranks(found), trade_off(found)]
    if len(found.results.theories) > 1:
        drawings.insert(2, theories(found))
    return [drawing for drawing in drawings if drawing is not None]


BRIEF: Final = "brief"
FULL: Final = "full"
KINDS: Final = (FULL, BRIEF)
_CSS: Final = Path(__file__).parents[1] / "page.css"


def write_pages(folder: Path, results: ComparisonRuns, digest: str, command: list[str]) -> None:
    """Write ``report.html``, ``figures/`` and the tables of answers into `folder`."""
    found = ReportData(results)
    for name, make in tables.FRAMES.items():
        frame = make(found)
        if len(frame):
            write_text(folder / f"{name}.csv", csv_text(frame))
    story = tell_story(found)
    drawings = draw_all(found) if found.complete else []
    drawings += [twins_figure(story)] if story else []
    pictures = write_figures(folder / "figures", drawings)
    text = page(found, drawings, pictures, story, digest=digest, command=command)
    write_text(folder / "report.html", text)


def one_file(results: ComparisonRuns, kind: str) -> str:
    """The report of a finished folder as one page, with its own command and digest."""
    record = manifest.read(results.folder)
    found = ReportData(results)
    story = tell_story(found) if kind == FULL else None
    drawings = draw_all(found) if found.complete else []
    drawings += [twins_figure(story)] if story else []
    pictures = {drawing.name: svg(drawing.figure) for drawing in drawings}
    told = {"digest": record["results_digest"], "command": record["command"]}
    return page(found, drawings, pictures, story, kind=kind, **told)


def page(
    found: ReportData,
    drawings: list[Drawing],
    pictures: dict[str, str],
    story: Twins | None,
    *,
    digest: str,
    command: list[str],
    kind: str = FULL,
) -> str:
    """The report as HTML.

    Parameters
    ----------
    found
        What was found.
    drawings
        Its figures, and `pictures` the same as SVG, by name.
    story
        One worker in two of the policies, if there is a story to tell.
    digest
        The digest of the results.
    command
        The command line that made the runs.
    kind
        ``full``, or ``brief``: answer, headline table, one figure, limits.
    """
    css = _CSS.read_text(encoding="utf-8")
    brief = kind == BRIEF
    shown = drawings[:1] if brief else drawings
    above = banner(one.scenario for one in found.results.comparison.policies)
    return template("comparison.html.j2").render(
        policy=policy(css), css=css, banner=above, brief=brief, version=version(), digest=digest,
        command=shlex.join(command), comparison=found.results.comparison, source=text.source(found.results),
        limits=LIMITS, figures={d.name: figure_for(d, pictures[d.name]) for d in shown},
        story=sentences(story) if story else [], **_told(found),
    )  # fmt: skip


def _told(found: ReportData) -> dict[str, Any]:
    """Everything that the page says."""
    results, good = found.results, found.complete
    base = results.comparison.baseline
    return {
        "answer": text.answer(found),
        "rows": by_outcome(found) if good else [],
        "policies": tables.policies(found),
        "cannot": text.cannot_tell(found) if good else [],
        "turns": [text.turn_cells(t) for t in found.turns.values()] if good else [],
        "switches": text.switches(found) if good else [],
        "packages": [text.package(item) for item in found.packaged] if good else [],
        "doubts": [line for item in found.doubts for line in text.doubt(item, base)] if good else [],
        "ledgers": tables.actual_recorded_rows(found) if good else [],
        "regrets": tables.regret_rows(found) if good else [],
        "trades": found.trades if good else [],
        "theories": theory_rows(found) if good and len(results.theories) > 1 else [],
        "failed": failed(results),
        "next": next_commands(results),
    }


def tell_story(found: ReportData) -> Twins | None:
    """One worker in the baseline and the best policy (the last one where that is the baseline), on the first seed."""
    if not found.complete:
        return None
    comparison = found.results.comparison
    standing = found.standings[found.theory, found.outcomes[0]]
    other = standing.best
    if other == comparison.baseline:
        other = max(comparison.others, key=lambda name: standing.ranks[standing.policies.index(name)].mean)
    views = [found.results.view(name, found.theory) for name in (comparison.baseline, other)]
    sides = [found.results.arms.scenario(view.arm, 0) for view in views]
    named = [dataclasses.replace(s, name=slug(n)) for s, n in zip(sides, (comparison.baseline, other), strict=True)]
    try:
        return twins(*named, seed=comparison.seed, why=False)
    except BadInputError:  # of different size: nobody has a twin
        return None


def by_outcome(found: ReportData) -> list[tuple[str, list[tables.Line]]]:
    """The headline table, outcome by outcome."""
    lines = tables.headline(found)
    return [
        (outcome, [x for x in lines if x.outcome == outcome]) for outcome in dict.fromkeys(x.outcome for x in lines)
    ]


def theory_rows(found: ReportData) -> list[tuple[str, str, list[str]]]:
    """Under each theory: who comes first on the first outcome, and each policy's difference from the baseline."""
    rows = []
    for theory in found.results.theories:
        standing = found.standings.get((theory, found.outcomes[0]))
        if standing is None:
            continue
        best = " and ".join(standing.tied) if len(standing.tied) > 1 else standing.best
        cells = [
            text.difference(found.effects[theory, name, found.outcomes[0]]) for name in found.results.comparison.others
        ]
        rows.append((theory, best, cells))
    return rows


def failed(results: ComparisonRuns) -> list[tuple[str, str]]:
    """Key and cause of each failed run."""
    from redbead.studies.comparison.folder import name_of

    return [(name_of(results, *key), results.store.runs[key].cause) for key in results.failed()]


def next_commands(results: ComparisonRuns) -> list[tuple[str, str]]:
    """What to do next, and why."""
    c = results.comparison
    more = f"redbead compare batch.resolved.yaml --runs {max(200, 2 * results.runs)}"
    found = [(more, "more runs, narrower intervals; those that are there are not run again in this folder")]
    return [*found, ("redbead export . --to xlsx", f"the tables of '{c.name}' for a spreadsheet")]
