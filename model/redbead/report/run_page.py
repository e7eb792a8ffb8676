"""The report page: one HTML file without network access or scripts, safe against any text that it shows."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
import shlex
from html import escape
from pathlib import Path
from typing import Any, Final

import jinja2

from redbead.analysis.outcomes import LATE
from redbead.execution.runs import slug
from redbead.report.errors import errors
from redbead.report.grades import grades
from redbead.report.overview import culture, fan_of, overview
from redbead.report.plotting import Drawing, source_line, write_figures
from redbead.report.text import LIMITS, actual_and_recorded, answer, headline, outcomes_by_name, warn_of_outliers
from redbead.scenario.library import shipped, version
from redbead.scenario.scenario import banner
from redbead.storage.atomic_files import write_text
from redbead.storage.scenario_runs import ScenarioRuns
from redbead.studies.targets import format
from redbead.studies.targets.format import ordered
from redbead.studies.targets.results import comparable, compare_with_targets
from redbead.studies.targets.spec import read_targets

__all__ = ["FIGURES", "draw_all", "fan_of", "overview", "write_figures"]

FIGURES: Final = (overview, errors, culture, grades)
"""Figures of a report, in order."""


def draw_all(batch: ScenarioRuns) -> list[Drawing]:
    """Draw every figure of the report; none if no run finished."""
    return [figure(batch) for figure in FIGURES] if batch.good else []


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


def inline(svg: str, name: str, alt: str) -> str:
    """Prepare an SVG for a page with a strict content policy.

    Styles become attributes, and identifiers start with the name of the figure.

    Parameters
    ----------
    svg : str
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
        svg = pattern.sub("", svg)
    svg = _STYLE_ELEMENT.sub("", svg)
    svg = _STYLE_ATTRIBUTE.sub(lambda match: _attributes(match.group(1)), svg)
    svg = svg.replace("xlink:href=", "href=")
    svg = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = _PATH_DATA.sub(lambda match: _LONG_DECIMAL.sub(r"\1", match.group(0)), svg)
    label = escape(alt, quote=True)
    return svg.strip().replace("<svg ", f'<svg role="img" aria-label="{label}" stroke-linejoin="round" ', 1)


def _attributes(style: str) -> str:
    """Convert style declarations to attributes; every declaration of matplotlib has one."""
    pairs = (part.partition(":") for part in style.split(";") if part.strip())
    return "".join(f' {key.strip()}="{value.strip()}"' for key, _, value in pairs)


_FOLDER: Final = Path(__file__).parent


def write_pages(folder: Path, batch: ScenarioRuns, digest: str, command: list[str]) -> None:
    """Write ``report.html`` and ``figures/`` into `folder`."""
    drawings = draw_all(batch)
    svg_by_name = write_figures(folder / "figures", drawings)
    write_text(folder / "report.html", page(batch, drawings, svg_by_name, digest=digest, command=command))


def page(
    batch: ScenarioRuns, drawings: list[Drawing], svg_by_name: dict[str, str], *, digest: str, command: list[str]
) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    batch : ScenarioRuns
        The runs.
    drawings : list of Drawing
        The figures.
    svg_by_name : dict
        The figures as SVG, by name.
    digest : str
        Digest of the results.
    command : list of str
        Command line of the runs.

    Returns
    -------
    str
        The page.
    """
    outcomes = outcomes_by_name(batch)
    css = (_FOLDER / "page.css").read_text(encoding="utf-8")
    return template("page.html.j2").render(
        policy=policy(css),
        css=css,
        banner=banner([batch.scenario]),
        scenario=batch.scenario,
        answer=answer(batch, outcomes),
        warning=warn_of_outliers(batch, outcomes) if batch.good else "",
        rows=headline(outcomes) if batch.good else [],
        actual_and_recorded=actual_and_recorded(outcomes) if batch.good else [],
        intervals=len(batch.good) > 1,
        late=LATE,
        figures=[figure_for(drawing, svg_by_name[drawing.name]) for drawing in drawings],
        published=compare_with_england(batch),
        failed=batch.failed,
        limits=LIMITS,
        source=source_line(batch),
        command=shlex.join(command),
        digest=digest,
        version=version(),
        resolved=f"policies/{slug(batch.scenario.name)}.yaml",
        next=next_commands(batch),
    )


def compare_with_england(batch: ScenarioRuns) -> dict[str, Any]:
    """Compare the runs with published levels for England; {} if the scenario is not comparable."""
    if not batch.good or not comparable(batch.scenario):
        return {}
    targets = read_targets()
    results = ordered(compare_with_targets(targets, batch.values))
    return {"title": targets.title, "summary": format.summary(results, len(batch.good)), "rows": format.rows(results)}


def policy(css: str) -> str:
    """Return a Content-Security-Policy that allows this style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def next_commands(batch: ScenarioRuns) -> list[tuple[str, str]]:
    """Return commands to continue with, and their purpose; a custom scenario is named by its resolved file."""
    name = batch.scenario.name if batch.scenario.name in shipped() else f"policies/{slug(batch.scenario.name)}.yaml"
    more = (f"redbead run {name} --runs {max(200, 4 * len(batch.runs))}", "more runs give narrower intervals")
    if name == "baseline":
        return [more, ("redbead run two-strikes", "effect of a threat")]
    return [more, (f"redbead diff baseline {name}", "parameters that this scenario changes")]


def snippet(batch: ScenarioRuns) -> str:
    """Return the answer and the headline table as HTML for a notebook."""
    outcomes = outcomes_by_name(batch)
    rows = headline(outcomes) if batch.good else []
    cells = "".join(
        f"<tr><td>{escape(r.label)}</td><td>{escape(r.value)}</td><td>{escape(r.interval)}</td><td>{escape(r.unit)}</td></tr>"
        for r in rows
    )
    title = escape(batch.scenario.title or batch.scenario.name)
    text = escape(" ".join(answer(batch, outcomes)))
    header = f"<tr><th>Mean of the {escape(LATE)}</th><th></th><th>95 % interval</th><th></th></tr>"
    disclaimer = escape(banner([batch.scenario]))
    return f"<b>{title}</b><p>{text}</p><table>{header}{cells}</table><p><small>{disclaimer}</small></p>"


def figure_for(drawing: Drawing, svg: str) -> dict[str, str]:
    """Return a figure as data for the templates."""
    return {
        "name": drawing.name,
        "title": drawing.title,
        "alt": drawing.alt,
        "svg": inline(svg, drawing.name, f"{drawing.title}. {drawing.alt}"),
    }


@functools.cache
def template(name: str) -> jinja2.Template:
    """Return a page template; all inserted text is escaped."""
    folder = jinja2.FileSystemLoader(_FOLDER)
    environment = jinja2.Environment(
        loader=folder, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(name)
