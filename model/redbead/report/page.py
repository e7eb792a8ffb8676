"""The report: one file that needs no network, runs no script, prints well and trusts no text that it shows."""

from __future__ import annotations

import base64
import functools
import hashlib
import shlex
from html import escape
from pathlib import Path
from typing import Any, Final

import jinja2

from redbead.report import answer as telling
from redbead.report.drawing import Drawing, source_line
from redbead.report.figures import draw_all, write_figures
from redbead.report.inline import inline
from redbead.scenario.banner import banner
from redbead.scenario.home import shipped, version
from redbead.study.files import write_text
from redbead.study.outcomes import LATE
from redbead.study.runs import Batch
from redbead.study.targets.judge import comparable, hold_batch
from redbead.study.targets.read import read_targets
from redbead.study.targets.tell import ordered
from redbead.study.targets.tell import rows as target_rows
from redbead.study.targets.tell import summary as targets_summary

_HERE: Final = Path(__file__).parent


def write_pages(folder: Path, batch: Batch, results: str, command: list[str]) -> None:
    """Write ``report.html`` and ``figures/`` into `folder`."""
    drawings = draw_all(batch)
    pictures = write_figures(folder / "figures", drawings)
    write_text(folder / "report.html", page(batch, drawings, pictures, results=results, command=command))


def page(batch: Batch, drawings: list[Drawing], pictures: dict[str, str], *, results: str, command: list[str]) -> str:
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
    outcomes = telling.found(batch)
    css = (_HERE / "page.css").read_text(encoding="utf-8")
    return template("page.html.j2").render(
        policy=policy(css),
        css=css,
        banner=banner([batch.scenario]),
        scenario=batch.scenario,
        answer=telling.answer(batch, outcomes),
        warning=telling.ran_away(batch, outcomes) if batch.good else "",
        rows=telling.headline(outcomes) if batch.good else [],
        ledgers=telling.ledgers(outcomes) if batch.good else [],
        intervals=len(batch.good) > 1,
        late=LATE,
        figures=[figure_for(drawing, pictures[drawing.name]) for drawing in drawings],
        published=against_england(batch),
        failed=batch.failed,
        limits=telling.LIMITS,
        source=source_line(batch),
        command=shlex.join(command),
        digest=results,
        version=version(),
        next=next_commands(batch),
    )


def against_england(batch: Batch) -> dict[str, Any]:
    """The levels published for England beside those of the runs, where the scenario is of that kind; {} otherwise."""
    if not batch.good or not comparable(batch.scenario):
        return {}
    targets = read_targets()
    held = ordered(hold_batch(targets, batch))
    return {"title": targets.title, "summary": targets_summary(held, len(batch.good)), "rows": target_rows(held)}


def policy(css: str) -> str:
    """A Content-Security-Policy that allows this one style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def next_commands(batch: Batch) -> list[tuple[str, str]]:
    """What to do next, and why; a scenario that is not a shipped one is named by its resolved file."""
    name = batch.scenario.name if batch.scenario.name in shipped() else "scenario.resolved.yaml"
    more = (f"redbead run {name} --runs {max(200, 4 * len(batch.runs))}", "more runs, narrower intervals")
    if name == "baseline":
        return [more, ("redbead run two-strikes", "what a threat changes")]
    return [more, (f"redbead diff baseline {name}", "what this scenario changes")]


def snippet(batch: Batch) -> str:
    """The answer and the headline table, for a notebook."""
    outcomes = telling.found(batch)
    rows = telling.headline(outcomes) if batch.good else []
    cells = "".join(
        f"<tr><td>{escape(r.what)}</td><td>{escape(r.value)}</td><td>{escape(r.interval)}</td><td>{escape(r.unit)}</td></tr>"
        for r in rows
    )
    title = escape(batch.scenario.title or batch.scenario.name)
    text = escape(" ".join(telling.answer(batch, outcomes)))
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
