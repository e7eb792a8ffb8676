"""The report: one file that needs no network, runs no script, prints well and trusts no text that it shows."""

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
from redbead.execution.runs import ScenarioRuns
from redbead.report import plotting
from redbead.report.errors import errors
from redbead.report.grades import grades
from redbead.report.overview import culture, fan_of, overview
from redbead.report.plotting import Drawing, source_line
from redbead.report.text import LIMITS, answer, found, headline, ledgers, ran_away
from redbead.scenario.disclaimer import banner
from redbead.scenario.library import shipped, version
from redbead.storage.atomic_files import csv_text, write_text
from redbead.studies.targets.format import ordered
from redbead.studies.targets.format import rows as target_rows
from redbead.studies.targets.format import summary as targets_summary
from redbead.studies.targets.reader import read_targets
from redbead.studies.targets.results import comparable, compare_runs_with_targets

__all__ = ["FIGURES", "draw_all", "fan_of", "overview", "write_figures"]

FIGURES: Final = (overview, errors, culture, grades)
"""The figures of a report, in order."""


def draw_all(batch: ScenarioRuns) -> list[Drawing]:
    """Every figure of the report; none when no run finished."""
    return [figure(batch) for figure in FIGURES] if batch.good else []


def write_figures(folder: Path, drawings: list[Drawing]) -> dict[str, str]:
    """Write each figure as NAME.png, NAME.svg, NAME.txt (in words) and NAME.csv (numbers); gives the SVG by name."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {}
    for drawing in drawings:
        stem = folder / drawing.name
        pictures[drawing.name] = plotting.svg(drawing.figure)
        stem.with_suffix(".png").write_bytes(plotting.png(drawing.figure))
        write_text(stem.with_suffix(".svg"), pictures[drawing.name])
        write_text(stem.with_suffix(".txt"), f"{drawing.title}\n\n{drawing.alt}\n\n{plotting.BANNER}\n")
        write_text(stem.with_suffix(".csv"), csv_text(drawing.numbers))
    return pictures


_DROP: Final = (
    re.compile(r"<\?xml.*?\?>", re.DOTALL),
    re.compile(r"<!DOCTYPE.*?>", re.DOTALL),
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"<metadata>.*?</metadata>", re.DOTALL),
    re.compile(r'\sxmlns(:\w+)?="[^"]*"'),
)
_STYLE: Final = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_INLINE: Final = re.compile(r'\sstyle="([^"]*)"')
_PATH: Final = re.compile(r'\sd="[^"]*"')
_LONG: Final = re.compile(r"(-?\d+\.\d{2})\d+")


def inline(svg: str, name: str, alt: str) -> str:
    """The picture for a page with a strict policy: styles become attributes, identifiers start with the figure's name.

    Parameters
    ----------
    svg
        What matplotlib wrote.
    name
        The figure's name, for its identifiers.
    alt
        What it shows, in words, for those who cannot see it.
    """
    for pattern in _DROP:
        svg = pattern.sub("", svg)
    svg = _STYLE.sub("", svg)
    svg = _INLINE.sub(lambda found: _attributes(found.group(1)), svg)
    svg = svg.replace("xlink:href=", "href=")
    svg = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = _PATH.sub(lambda found: _LONG.sub(r"\1", found.group(0)), svg)
    label = escape(alt, quote=True)
    return svg.strip().replace("<svg ", f'<svg role="img" aria-label="{label}" stroke-linejoin="round" ', 1)


def _attributes(style: str) -> str:
    """Declarations of a style as attributes of their own (all that matplotlib writes have one)."""
    pairs = (part.partition(":") for part in style.split(";") if part.strip())
    return "".join(f' {key.strip()}="{value.strip()}"' for key, _, value in pairs)


_HERE: Final = Path(__file__).parent


def write_pages(folder: Path, batch: ScenarioRuns, results: str, command: list[str]) -> None:
    """Write ``report.html`` and ``figures/`` into `folder`."""
    drawings = draw_all(batch)
    pictures = write_figures(folder / "figures", drawings)
    write_text(folder / "report.html", page(batch, drawings, pictures, results=results, command=command))


def page(
    batch: ScenarioRuns, drawings: list[Drawing], pictures: dict[str, str], *, results: str, command: list[str]
) -> str:
    """The report as HTML.

    Parameters
    ----------
    batch
        The runs.
    drawings
        Their figures.
    pictures
        The figures as SVG, by name.
    results
        The digest of the results.
    command
        The command line that made the runs.
    """
    outcomes = found(batch)
    css = (_HERE / "page.css").read_text(encoding="utf-8")
    return template("page.html.j2").render(
        policy=policy(css),
        css=css,
        banner=banner([batch.scenario]),
        scenario=batch.scenario,
        answer=answer(batch, outcomes),
        warning=ran_away(batch, outcomes) if batch.good else "",
        rows=headline(outcomes) if batch.good else [],
        ledgers=ledgers(outcomes) if batch.good else [],
        intervals=len(batch.good) > 1,
        late=LATE,
        figures=[figure_for(drawing, pictures[drawing.name]) for drawing in drawings],
        published=against_england(batch),
        failed=batch.failed,
        limits=LIMITS,
        source=source_line(batch),
        command=shlex.join(command),
        digest=results,
        version=version(),
        next=next_commands(batch),
    )


def against_england(batch: ScenarioRuns) -> dict[str, Any]:
    """The levels published for England beside those of the runs, where the scenario is of that kind; {} otherwise."""
    if not batch.good or not comparable(batch.scenario):
        return {}
    targets = read_targets()
    held = ordered(compare_runs_with_targets(targets, batch))
    return {"title": targets.title, "summary": targets_summary(held, len(batch.good)), "rows": target_rows(held)}


def policy(css: str) -> str:
    """A Content-Security-Policy that allows this one style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def next_commands(batch: ScenarioRuns) -> list[tuple[str, str]]:
    """What to do next, and why; a scenario that is not a shipped one is named by its resolved file."""
    name = batch.scenario.name if batch.scenario.name in shipped() else "scenario.resolved.yaml"
    more = (f"redbead run {name} --runs {max(200, 4 * len(batch.runs))}", "more runs, narrower intervals")
    if name == "baseline":
        return [more, ("redbead run two-strikes", "what a threat changes")]
    return [more, (f"redbead diff baseline {name}", "what this scenario changes")]


def snippet(batch: ScenarioRuns) -> str:
    """The answer and the headline table, for a notebook."""
    outcomes = found(batch)
    rows = headline(outcomes) if batch.good else []
    cells = "".join(
        f"<tr><td>{escape(r.what)}</td><td>{escape(r.value)}</td><td>{escape(r.interval)}</td><td>{escape(r.unit)}</td></tr>"
        for r in rows
    )
    title = escape(batch.scenario.title or batch.scenario.name)
    text = escape(" ".join(answer(batch, outcomes)))
    head = f"<tr><th>Mean of the {escape(LATE)}</th><th></th><th>95 % interval</th><th></th></tr>"
    small = escape(banner([batch.scenario]))
    return f"<b>{title}</b><p>{text}</p><table>{head}{cells}</table><p><small>{small}</small></p>"


def figure_for(drawing: Drawing, svg: str) -> dict[str, str]:
    """A figure as the templates show it."""
    return {
        "name": drawing.name,
        "title": drawing.title,
        "alt": drawing.alt,
        "svg": inline(svg, drawing.name, f"{drawing.title}. {drawing.alt}"),
    }


@functools.cache
def template(name: str) -> jinja2.Template:
    """A page template; whatever is put in is escaped."""
    folder = jinja2.FileSystemLoader(_HERE)
    environment = jinja2.Environment(
        loader=folder, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(name)
