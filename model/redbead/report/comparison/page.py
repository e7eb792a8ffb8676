"""Page of a comparison: one HTML file without network access or scripts, suitable for printing."""

from __future__ import annotations

import dataclasses
import functools
import shlex
from pathlib import Path
from typing import Any, Final

from redbead.exceptions import BadInputError
from redbead.execution.runs import slug
from redbead.report import run_page
from redbead.report.comparison import conditions, dose_response, headline, matrix, tables, text
from redbead.report.comparison.forest import (
    COLUMNS_OF_BRIEF,
    differences,
    differences_by_theory,
    omission_note,
    policies_shown,
    ranks,
    trade_off,
)
from redbead.report.comparison.over_time import actual_and_recorded, crossover
from redbead.report.plotting import Drawing, svg, write_figures
from redbead.report.run_page import figure_for
from redbead.report.text import LIMITS, citation, period_text, with_unit
from redbead.report.twins import sentences, twins_figure
from redbead.scenario.scenario import banner
from redbead.storage import manifest
from redbead.storage.atomic_files import csv_text, write_text
from redbead.studies.comparison.forecast import protocol_hash
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import ComparisonRuns
from redbead.studies.twins.study import Twins, twins


def draw_all(data: ReportData) -> list[Drawing]:
    """Draw all figures for which the comparison has results."""
    drawings: list[Drawing | None] = [actual_and_recorded(data), differences(data)]
    if not data.only_assumptions_differ:
        drawings += [crossover(data), ranks(data), trade_off(data)]
    if len(data.results.theories) > 1:
        drawings.insert(2, differences_by_theory(data))
    if dose_response.sweep_shown(data):
        drawings.insert(0, dose_response.response(data))
    return [drawing for drawing in drawings if drawing is not None]


BRIEF: Final = "brief"
FULL: Final = "full"
KINDS: Final = (FULL, BRIEF)
_MOST_LIMITS: Final = 3
"""Most general limits on a brief."""
_MOST_DOMINATED: Final = 5
"""Most dominated policies that a page with a matrix lists."""
_MOST_POLICIES: Final = 12
"""Most policies that a brief describes."""


def write_pages(
    folder: Path, results: ComparisonRuns, digest: str, command: list[str], data: ReportData | None = None
) -> None:  # fmt: skip
    """Write ``report.html``, ``figures/`` and the CSV tables into `folder`.

    Parameters
    ----------
    folder : Path
        The folder.
    results : ComparisonRuns
        The runs.
    digest : str
        Digest of the results.
    command : list of str
        Command line that made the runs.
    data : ReportData, optional
        Findings of these runs. By default, they are computed.
    """
    data = data or ReportData(results)
    if runs := results.reported_runs:
        run_page.write_pages(folder, runs, run_page.Origin(digest, command), compared_with_baseline(data))
        return
    for name, build_table in tables.FRAMES.items():
        frame = build_table(data)
        if len(frame):
            write_text(folder / f"{name}.csv", csv_text(frame))
    twin_histories = twins_of_best_policy(data)
    drawings = draw_all(data) if data.complete else []
    drawings += [twins_figure(twin_histories)] if twin_histories else []
    pictures = write_figures(folder / "figures", drawings)
    html = page(data, drawings, pictures, twin_histories, digest=digest, command=command)
    write_text(folder / "report.html", html)


def compared_with_baseline(data: ReportData) -> run_page.Compared | None:
    """Differences of the policy that the report is about; None if it is the only policy or no run finished in both."""
    comparison = data.results.comparison
    if not comparison.others or not data.complete:
        return None
    sentences = (*headline.answer(data, brief=True), *text.inconclusive_comparisons(data))
    rows = [
        (with_unit(base.outcome, base.unit), own.difference, own.verdict, own.level, base.level)
        for _, (base, own) in tables.headline_by_outcome(data)
    ]
    over, draw = period_text(comparison.over, comparison.weeks), functools.partial(differences, data)
    return run_page.Compared(comparison.baseline, over, sentences, rows, draw)


def one_file(results: ComparisonRuns, kind: str) -> str:
    """Report of a finished folder as one HTML page, with its original command and digest."""
    record = manifest.read(results.folder)
    digest, command = record["results_digest"], record["command"]
    data, runs = ReportData(results), results.reported_runs
    if kind == BRIEF:
        return run_page.brief(runs, digest) if runs and not results.comparison.others else brief(data, digest)
    if runs:
        compared = compared_with_baseline(data)
        drawings = run_page.draw_all(runs, compared)
        pictures = {drawing.name: svg(drawing.figure) for drawing in drawings}
        return run_page.page(runs, drawings, pictures, run_page.Origin(digest, command), compared)
    twin_histories = twins_of_best_policy(data)
    drawings = draw_all(data) if data.complete else []
    drawings += [twins_figure(twin_histories)] if twin_histories else []
    pictures = {drawing.name: svg(drawing.figure) for drawing in drawings}
    return page(data, drawings, pictures, twin_histories, digest=digest, command=command)


def page(
    data: ReportData,
    drawings: list[Drawing],
    pictures: dict[str, str],
    twin_histories: Twins | None,
    *,
    digest: str,
    command: list[str],
) -> str:
    """Render the report as HTML.

    Parameters
    ----------
    data : ReportData
        Findings.
    drawings : list of Drawing
        Figures.
    pictures : dict of str
        Figures as SVG, by name.
    twin_histories : Twins or None
        Histories of one worker under two policies.
    digest : str
        Digest of the results.
    command : list of str
        Command line that made the runs.
    """
    return run_page.render(
        "comparison.html.j2", **_heading(data, digest), answer=headline.answer(data), digest=digest,
        command=shlex.join(command), comparison=data.results.comparison, limits=LIMITS,
        next=run_page.next_commands(command, max(200, 2 * data.results.runs), data.results.comparison.name),
        figures={d.name: figure_for(d, pictures[d.name]) for d in drawings},
        protocol=protocol_hash(data.results.comparison),
        twin_histories=sentences(twin_histories) if twin_histories else [], **_page_content(data),
    )  # fmt: skip


def brief(data: ReportData, digest: str) -> str:
    """Render the answer, two tables, one figure, doubts and policies as HTML that fits one A4 page."""
    complete = data.complete
    tables_shown = [tables.differences_by_policy(data), tables.second_of_brief(data)] if complete else []
    drawing = differences(data, COLUMNS_OF_BRIEF) if complete else None
    doubts = headline.doubts(data) if complete else []
    return run_page.render(
        "brief.html.j2", **_heading(data, digest), kind=BRIEF, answer=headline.answer(data, brief=True),
        tables=tables_shown, figure=drawing and figure_for(drawing, svg(drawing.figure)),
        doubts=[*doubts, *LIMITS[:_MOST_LIMITS]],
        policies=[row[:2] for row in tables.policies(data)[:_MOST_POLICIES]],
    )  # fmt: skip


def _heading(data: ReportData, digest: str) -> dict[str, Any]:
    """Title, question, source and citation of the page."""
    comparison = data.results.comparison
    return {
        "banner": banner(item.scenario for item in comparison.policies), "question": comparison.question,
        "title": comparison.title or comparison.name, "source": text.source(data.results),
        "cite": citation(text.design(data.results), digest),
    }  # fmt: skip


def _page_content(data: ReportData) -> dict[str, Any]:
    """Sentences and tables of the page."""
    results, complete, assumed = data.results, data.complete, data.only_assumptions_differ
    baseline = results.comparison.baseline
    many, shown = matrix.has_many_policies(data), policies_shown(data) if complete else []
    uncertain = data.parametric_uncertainty if complete else []
    uncertainty = [line for item in uncertain for line in conditions.uncertainty_sentences(item, baseline)]
    return {
        "words": text.intervals_note(data),
        "correction": text.correction_note(data),
        "over": period_text(results.comparison.over, results.comparison.weeks),
        "rows": tables.headline_cells(data) if complete else [],
        "matrix": matrix.matrix(data) if many else None,
        "policies": tables.policies(data),
        "inconclusive": [] if many or not complete else text.inconclusive_comparisons(data),
        "cautions": text.cautions(data) if complete else [],
        "responses": dose_response.sentences(data),
        "crossovers": tables.crossover_cells_by_outcome(data, shown)[: 1 if many else None] if complete else [],
        "conditions": [*conditions.switching_sentences(data), *uncertainty] if complete else [],
        "packages": [text.shapley_sentence(item) for item in data.shapley_shares] if complete else [],
        "actual_and_recorded": tables.actual_recorded_rows(data, shown) if complete else [],
        "assumed": assumed,
        "regrets": conditions.regret_rows(data) if complete else [],
        "most_dominated": _MOST_DOMINATED if many else len(results.comparison.names),
        "dominated": tables.dominated_rows(data) if complete else [],
        "theories": tables.theory_rows(data, shown) if complete and len(results.theories) > 1 else [],
        "shown": shown,
        "omitted": omission_note(data).strip() if complete else "",
        "failed": failed_runs(results),
    }


def twins_of_best_policy(data: ReportData) -> Twins | None:
    """Histories of one worker under the baseline and the best policy, on the first seed.

    If the baseline is the best policy, the policy with the worst mean rank is used. None if the services differ in
    size.
    """
    if not data.complete:
        return None
    comparison = data.results.comparison
    ranking = data.rankings[data.theory, data.outcomes[0]]
    other = ranking.best
    if other == comparison.baseline:
        other = max(comparison.others, key=lambda name: ranking.rank(name).mean)
    roles = [data.results.role(name, data.theory) for name in (comparison.baseline, other)]
    scenarios = [data.results.arms.scenario(role.arm, 0) for role in roles]
    renamed = [
        dataclasses.replace(scenario, name=slug(name))
        for scenario, name in zip(scenarios, (comparison.baseline, other), strict=True)
    ]
    try:
        return twins(*renamed, seed=comparison.seed, why=False)
    except BadInputError:  # services of different size have no twins
        return None


def failed_runs(results: ComparisonRuns) -> list[tuple[str, str]]:
    """Key and cause of each failed run."""
    from redbead.studies.comparison.folder import name_of

    return [(name_of(results, *key), results.store.runs[key].cause) for key in results.failed()]
