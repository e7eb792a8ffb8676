"""``redbead lottery``: what chance alone does to grades, exactly and at once, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redbead.cli import console
from redbead.exceptions import BadInputError, Problem

if TYPE_CHECKING:
    from redbead.studies.lottery.study import Lottery


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def lottery(
        cases: Annotated[float | None, typer.Option(help="Cases that inspectors track (27).")] = None,
        bias: Annotated[
            float | None, typer.Option(help="Odds that a poor case is sampled, against others (1).")
        ] = None,
        nominated: Annotated[float | None, typer.Option(help="Share that the authority nominates (0).")] = None,
        nominated_odds: Annotated[float | None, typer.Option(help="Odds that a nominated case is poor (0.5).")] = None,
        leniency: Annotated[float | None, typer.Option(help="Spread between inspectors, logit (0.3).")] = None,
        transient: Annotated[float | None, typer.Option(help="Spread of passing states, logit (0.2).")] = None,
        clustering: Annotated[float | None, typer.Option(help="Correlation of the cases of a sample (0.033).")] = None,
        stratified: Annotated[float | None, typer.Option(help="How far it is spread over all teams (0).")] = None,
        snapshots: Annotated[float | None, typer.Option(help="Visits that a judgement averages (1).")] = None,
        spread: Annotated[float | None, typer.Option(help="True spread between authorities, logit (0.6).")] = None,
        authorities: Annotated[float | None, typer.Option(help="How many are inspected (150).")] = None,
        poor: Annotated[float | None, typer.Option(help="Poor cases of the median authority (0.219).")] = None,
        figure: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it: FILE.png or FILE.svg.")] = None,
        json: console.AsJson = False,
    ) -> None:
        """Tell what chance alone does to grades, without a run."""
        given = {name: value for name, value in locals().items() if name not in ("figure", "json")}
        _answer(given, figure, json=json)


def _answer(given: dict[str, float | None], figure: Path | None, *, json: bool) -> None:
    from redbead.studies.lottery import study

    if figure is not None:
        _check_suffix(figure)
    found = study.lottery(*study.parse_options(given))
    if figure is not None:
        _draw(found, figure)
    if json:
        console.as_json(found.as_dict() | ({"figure": str(figure)} if figure else {}))
        return
    _told(found, figure)


def _told(found: Lottery, figure: Path | None) -> None:
    from redbead.report import lottery

    console.say(f"{lottery.title(found)}.\n")
    console.say("\n".join(lottery.sentences(found)))
    typer.echo(f"\nHow many of {found.population.authorities:g} (90 % of replications):")
    console.table(lottery.rows(found))
    console.say(f"\n{lottery.LEFT_OUT}")
    console.say(f"Again: {lottery.command(found)}")
    if figure is not None:
        console.say(f"Figure: {figure}")
        console.next_step("redbead lottery --cases 120")
    else:
        console.next_step("redbead lottery --cases 120", "redbead lottery --figure lottery.png")


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() not in (".png", ".svg"):
        hint = "name a file that ends in .png or .svg"
        raise BadInputError([Problem("lottery", key=f"figure = {str(path)!r}", what="no kind of picture", hint=hint)])


def _draw(found: Lottery, path: Path) -> None:
    from redbead.report.lottery_figure import lottery_figure
    from redbead.report.plotting import png, svg
    from redbead.storage.atomic_files import os_errors_as_problems

    drawn = lottery_figure(found).figure
    picture = svg(drawn).encode() if path.suffix.lower() == ".svg" else png(drawn)
    with os_errors_as_problems(path, "--figure"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
