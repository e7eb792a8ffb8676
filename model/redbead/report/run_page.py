"""The report page: one HTML file without network access or scripts, safe against any text that it shows."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
import shlex
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final, NamedTuple

import jinja2

from redbead.analysis.outcomes import LATE
from redbead.execution.runs import slug, with_option
from redbead.report.errors import errors
from redbead.report.grades import grades
from redbead.report.overview import culture, fan_of, overview
from redbead.report.plotting import Drawing, source_line, svg, write_figures
from redbead.report.text import (
    LIMITS,
    OutcomesByName,
    actual_and_recorded,
    answer,
    citation,
    headline,
    outcomes_by_name,
    period_text,
    warn_of_outliers,
)
from redbead.scenario.library import version
from redbead.scenario.scenario import banner, duration_text
from redbead.storage.atomic_files import write_text
from redbead.storage.scenario_runs import ScenarioRuns
from redbead.studies.comparison.arms import agents_sentence
from redbead.studies.targets import format
from redbead.studies.targets.format import ordered
from redbead.studies.targets.results import comparable, compare_with_targets
from redbead.studies.targets.spec import read_targets

__all__ = ["FIGURES", "draw_all", "fan_of", "overview", "write_figures"]

FIGURES: Final = (overview, errors, culture, grades)
"""Figures of a report, in order."""


class Origin(NamedTuple):
    """Digest of the results, and the command line of the runs."""

    digest: str
    command: list[str]


class Compared(NamedTuple):
    """Difference of a scenario from its baseline.

    Attributes
    ----------
    baseline, over : str
        The baseline, and the period of the outcomes.
    sentences : tuple of str
        The difference in words.
    rows : sequence of tuple
        Cells of each outcome: outcome, difference, verdict, mean of the scenario, mean of the baseline.
    draw : callable
        Draws the figure of the differences.
    """

    baseline: str
    over: str
    sentences: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    draw: Callable[[], Drawing]


def draw_all(batch: ScenarioRuns, compared: Compared | None = None) -> list[Drawing]:
    """Draw every figure of the report; none if no run finished."""
    drawings = [compared.draw()] if compared else []
    return [*drawings, *(figure(batch) for figure in FIGURES)] if batch.good else []


_REMOVED: Final = (
    re.compile(r"<\?xml.*?\?>", re.DOTALL),
    re.compile(r"<!DOCTYPE.*?>", re.DOTALL),
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"<metadata>.*?</metadata>", re.DOTALL),
    re.compile(r'\sxmlns(:\w+)?="[^"]*"'),
)
_STYLE_ELEMENT: Final = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_STYLE_ATTRIBUTE: Final = re.compile(r'\sstyle="([^"]*)"')
_PATH_DATA: Final = re.compile(r'\sd="[^"]*"')
_LONG_DECIMAL: Final = re.compile(r"(-?\d+\.\d{2})\d+")


def inline(picture: str, name: str, alt: str) -> str:
    """Prepare an SVG for a page with a strict content policy.

    Styles become attributes, and identifiers start with the name of the figure.

    Parameters
    ----------
    picture : str
        SVG written by matplotlib.
    name : str
        Name of the figure.
    alt : str
        Description, for screen readers.

    Returns
    -------
    str
        The SVG element.
    """
    for pattern in _REMOVED:
        picture = pattern.sub("", picture)
    picture = _STYLE_ELEMENT.sub("", picture)
    picture = _STYLE_ATTRIBUTE.sub(lambda match: _attributes(match.group(1)), picture)
    picture = picture.replace("xlink:href=", "href=")
    picture = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", picture)
    picture = _PATH_DATA.sub(lambda match: _LONG_DECIMAL.sub(r"\1", match.group(0)), picture)
    label = escape(alt, quote=True)
    return picture.strip().replace("<svg ", f'<svg role="img" aria-label="{label}" stroke-linejoin="round" ', 1)


def _attributes(style: str) -> str:
    """Convert style declarations to attributes; every declaration of matplotlib has one."""
    pairs = (part.partition(":") for part in style.split(";") if part.strip())
    return "".join(f' {key.strip()}="{value.strip()}"' for key, _, value in pairs)


_FOLDER: Final = Path(__file__).parent


def write_pages(folder: Path, batch: ScenarioRuns, origin: Origin, compared: Compared | None = None) -> None:
    """Write ``report.html`` and ``figures/`` into `folder`."""
    drawings = draw_all(batch, compared)
    svg_by_name = write_figures(folder / "figures", drawings)
    write_text(folder / "report.html", page(batch, drawings, svg_by_name, origin, compared))


def page(
    batch: ScenarioRuns, drawings: list[Drawing], svg_by_name: dict[str, str], origin: Origin,
    compared: Compared | None = None,
) -> str:  # fmt: skip
    """Return the report as HTML.

    Parameters
    ----------
    batch : ScenarioRuns
        The runs.
    drawings : list of Drawing
        The figures.
    svg_by_name : dict
        The figures as SVG, by name.
    origin : Origin
        Digest and command line of the runs.
    compared : Compared, optional
        Difference from the scenario that it extends.

    Returns
    -------
    str
        The page.
    """
    outcomes = outcomes_by_name(batch)
    rows = headline(outcomes, batch.scenario.looks) if batch.good else []
    return render(
        "page.html.j2",
        **_heading(batch, origin.digest, compared.baseline if compared else ""),
        answer=_answer(batch, outcomes, compared.sentences if compared else ()),
        compared=compared,
        warning=warn_of_outliers(batch, outcomes) if batch.good else "",
        rows=rows,
        rows_of_one_run=[(row.label, row.value, row.unit) for row in rows],
        actual_and_recorded=actual_and_recorded(outcomes) if batch.good else [],
        intervals=len(batch.good) > 1,
        late=period_text(LATE, batch.weeks),
        figures=[figure_for(drawing, svg_by_name[drawing.name]) for drawing in drawings],
        published=compare_with_england(batch),
        failed=batch.failed,
        limits=LIMITS,
        command=shlex.join(origin.command),
        digest=origin.digest,
        resolved=f"policies/{slug(batch.scenario.name)}.yaml",
        next=next_commands(origin.command, max(200, 4 * len(batch.runs)), batch.scenario.name),
    )


def _answer(batch: ScenarioRuns, outcomes: OutcomesByName, compared: Sequence[str] = ()) -> list[str]:
    """Sentences of the answer, with the custom agent classes unless those of a comparison state them."""
    agents = agents_sentence(batch.store.header["agents"])
    sentences = [*compared, *answer(batch, outcomes)]
    return [*sentences, agents] if agents and agents not in sentences else sentences


def brief(batch: ScenarioRuns, digest: str) -> str:
    """Return the answer, the main tables and one figure as HTML that fits one A4 page."""
    outcomes = outcomes_by_name(batch)
    tables: list[dict[str, Any]] = []
    if batch.good:
        recorded = {"title": "Actual and recorded", "head": ("Over the whole run", "Actual", "Recorded", "Difference")}
        title = f"Means of the {period_text(LATE, batch.weeks)}"
        means = {"title": title, "head": ("Outcome", "Mean", "95 % interval", "Unit")}
        rows = [(row.label, row.value, row.interval, row.unit) for row in headline(outcomes, batch.scenario.looks)]
        tables = [recorded | {"rows": actual_and_recorded(outcomes)}, means | {"rows": rows}]
    drawings = [FIGURES[0](batch)] if batch.good else []
    warning = warn_of_outliers(batch, outcomes) if batch.good else ""
    return render(
        "brief.html.j2",
        **_heading(batch, digest),
        kind="brief",
        answer=_answer(batch, outcomes),
        tables=tables,
        figure=next((figure_for(drawing, svg(drawing.figure)) for drawing in drawings), None),
        doubts=[line for line in (warning, *LIMITS) if line],
        policies=[(batch.scenario.name, (batch.scenario.title or batch.scenario.name).rstrip("."))],
    )


def _heading(batch: ScenarioRuns, digest: str, baseline: str = "") -> dict[str, Any]:
    """Title, question, source and citation of the page of a scenario, which may be compared with a baseline."""
    scenario, last = batch.scenario, batch.seed + len(batch.runs) - 1
    paired = f"'{baseline}' was run with the same seeds, and differences are paired. " if baseline else ""
    design = (
        f"We simulated the scenario '{scenario.name}' in {len(batch.good)} runs of {duration_text(scenario)} "
        f"(seeds {batch.seed} to {last}). {paired}Intervals are 95 % "
        f"confidence intervals of the mean across runs (Student's t). {agents_sentence(batch.store.header['agents'])}"
    ).rstrip()
    return {
        "banner": banner([scenario]), "title": scenario.title or scenario.name, "question": scenario.question,
        "source": source_line(batch), "cite": citation(design, digest),
    }  # fmt: skip


def compare_with_england(batch: ScenarioRuns) -> dict[str, Any]:
    """Compare the runs with published levels for England; {} if the scenario is not comparable."""
    if not batch.good or not comparable(batch.scenario):
        return {}
    targets = read_targets()
    results = ordered(compare_with_targets(targets, batch.values))
    return {
        "title": targets.title,
        "summary": format.summary(results, len(batch.good)),
        "rows": format.page_rows(results),
    }


def policy(css: str) -> str:
    """Return a Content-Security-Policy that allows this style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def next_commands(command: list[str], runs: int, name: str) -> list[tuple[str, str]]:
    """Return commands to continue with, and their purpose.

    Parameters
    ----------
    command : list of str
        Command line that made the runs.
    runs : int
        Number of runs to suggest.
    name : str
        Name of the study, for the description of its tables.
    """
    more = "more runs and narrower intervals; stored runs are not repeated"
    again = (
        (shlex.join(with_option(command, "--runs", str(runs))), f"in the folder of the original command: {more}")
        if command[0] == "redbead"
        else (f"runs={runs}", f"in the program that made these results: {more}")
    )
    return [
        again,
        ("redbead export . --to xlsx", f"in the folder of this page: the tables of '{name}' as a spreadsheet"),
    ]


def command_line(command: list[str]) -> str:
    """Return a command as a line to copy; '' for results of a Python program, which no command repeats.

    >>> command_line(["redbead", "twins", "a b", "c"]), command_line(["python", "redbead"])
    ("redbead twins 'a b' c", '')
    """
    return shlex.join(command) if command[0] == "redbead" else ""


def snippet(batch: ScenarioRuns) -> str:
    """Return the answer and the headline table as HTML for a notebook."""
    outcomes = outcomes_by_name(batch)
    rows = headline(outcomes, batch.scenario.looks) if batch.good else []
    cells = "".join(
        f"<tr><td>{escape(r.label)}</td><td>{escape(r.value)}</td><td>{escape(r.interval)}</td><td>{escape(r.unit)}</td></tr>"
        for r in rows
    )
    title = escape(batch.scenario.title or batch.scenario.name)
    text = escape(" ".join(_answer(batch, outcomes)))
    header = f"<tr><th>Mean of the {period_text(LATE, batch.weeks)}</th><th></th><th>95 % interval</th><th></th></tr>"
    disclaimer = escape(banner([batch.scenario]))
    return f"<b>{title}</b><p>{text}</p><table>{header}{cells}</table><p><small>{disclaimer}</small></p>"


def figure_for(drawing: Drawing, picture: str) -> dict[str, str]:
    """Return a figure as data for the templates."""
    return {
        "name": drawing.name,
        "title": drawing.title,
        "alt": drawing.alt,
        "svg": inline(picture, drawing.name, f"{drawing.title}. {drawing.alt}"),
    }


_HEADING: Final = re.compile(r'<section id="([^"]+)"[^>]*>\n<details open>\n<summary><h2>(.*?)</h2>')


def render(name: str, *, kind: str = "full", question: str = "", **values: Any) -> str:  # noqa: ANN401 - of a template
    """Render a page with style sheet, content policy and list of contents.

    Parameters
    ----------
    name : str
        File name of the template.
    kind : str
        ``full``, or ``brief`` for a page without a list of contents.
    question : str
        Question below the title; empty for none.
    values
        Values of the template.
    """
    css = (_FOLDER / "page.css").read_text(encoding="utf-8")
    html = template(name).render(
        policy=policy(css), css=css, version=version(), kind=kind, question=question, **values
    )  # fmt: skip
    items = "".join(f'<li><a href="#{key}">{title}</a></li>\n' for key, title in _HEADING.findall(html))
    contents = f'<nav class="contents" aria-label="Contents">\n<ul>\n{items}</ul>\n</nav>' if items else ""
    return html.replace("<!--contents-->", contents)


_NO_BREAK: Final = re.compile(r"(?<=\d) (?=%)|(?<=[\d.,]) (?=to [+−-]?[\d.,]+[)\]])|(?<=\d to) (?=[+−-]?[\d.,]+[)\]])")
"""Spaces within a percentage, and within an interval in brackets."""


def unbroken(value: object) -> object:
    r"""Keep percentages and intervals of a text on one line; other values and safe text are returned as they are.

    >>> unbroken("+8.4 % (+6.1 to +10.6) of 3 to 4 items")
    '+8.4\xa0% (+6.1\xa0to\xa0+10.6) of 3 to 4 items'
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return _NO_BREAK.sub("\N{NO-BREAK SPACE}", value)


@functools.cache
def template(name: str) -> jinja2.Template:
    """Return a page template; all inserted text is escaped."""
    folder = jinja2.FileSystemLoader(_FOLDER)
    environment = jinja2.Environment(
        loader=folder, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=unbroken,
    )  # fmt: skip
    return environment.get_template(name)
