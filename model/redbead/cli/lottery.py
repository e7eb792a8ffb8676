"""``redbead lottery``: what chance alone does to grades, exactly and at once, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redbead.cli import show
from redbead.problems import BadInputError, Problem

if TYPE_CHECKING:
    from redbead.study.lottery import Lottery


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
        json: show.AsJson = False,
    ) -> None:
        """Tell what chance alone does to grades, without a run."""
        given = {name: value for name, value in locals().items() if name not in ("figure", "json")}
        _answer(given, figure, json=json)


def _answer(given: dict[str, float | None], figure: Path | None, *, json: bool) -> None:
    from redbead.study import lottery as study

    if figure is not None:
        _check_suffix(figure)
    found = study.lottery(*study.asked(given))
    if figure is not None:
        _draw(found, figure)
    if json:
        show.as_json(found.as_dict() | ({"figure": str(figure)} if figure else {}))
        return
    _told(found, figure)


def _told(found: Lottery, figure: Path | None) -> None:
    from redbead.report import lottery as telling

    show.say(f"{telling.title(found)}.\n")
    show.say("\n".join(telling.sentences(found)))
    typer.echo(f"\nHow many of {found.nation.authorities:g} (90 % of replications):")
    show.table(telling.rows(found))
    show.say(f"\n{telling.LEFT_OUT}")
    show.say(f"Again: {telling.command(found)}")
    if figure is not None:
        show.say(f"Figure: {figure}")
        show.next_step("redbead lottery --cases 120")
    else:
        show.next_step("redbead lottery --cases 120", "redbead lottery --figure lottery.png")


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() not in (".png", ".svg"):
        hint = "name a file that ends in .png or .svg"
        raise BadInputError([Problem("lottery", key=f"figure = {str(path)!r}", what="no kind of picture", hint=hint)])


def _draw(found: Lottery, path: Path) -> None:
    from redbead.report.lottery_figure import lottery_figure
    from redbead.report.style import png, svg
    from redbead.study.files import explained

    drawn = lottery_figure(found).figure
    picture = svg(drawn).encode() if path.suffix.lower() == ".svg" else png(drawn)
    with explained(path, "--figure"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
