"""Command ``redbead lottery``: exact distribution of inspection grades under chance alone, without simulation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from redbead.cli import console, options
from redbead.exceptions import BadInputError, Problem

if TYPE_CHECKING:
    from redbead.studies.lottery.study import Lottery

_Number = Annotated[float | None, typer.Option()]


class _LotteryCommand(TyperCommand):
    """Command whose options take help and default from the declarations of the parameters."""

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401 - a context and parameters of typer
        """Complete the help of the options. The declarations are imported only when this command is called."""
        from redbead.studies.lottery.study import OPTIONS, declaration

        options = super().get_params(ctx)
        for option in options:
            if option.name in OPTIONS:
                item = declaration(option.name)
                meaning = item.param.meaning[0].upper() + item.param.meaning[1:]
                option.help = f"{meaning}. [default: {item.default:g}; range: {item.param.range_text()}]"  # type: ignore[attr-defined]
        return options


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(cls=_LotteryCommand)
    def lottery(
        cases: _Number = None, bias: _Number = None, nominated: _Number = None, nominated_odds: _Number = None,
        leniency: _Number = None, transient: _Number = None, clustering: _Number = None, stratified: _Number = None,
        snapshots: _Number = None, spread: _Number = None, authorities: _Number = None, poor: _Number = None,
        figure: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Write a figure to FILE.png or FILE.svg.")
        ] = None,
        out: options.OutOnRequest = None,
        json: console.JsonOption = False,
    ) -> None:  # fmt: skip
        """Estimate the effect of chance alone on inspection grades, without simulation."""
        settings = {
            "cases": cases, "bias": bias, "nominated": nominated, "nominated_odds": nominated_odds,
            "leniency": leniency, "transient": transient, "clustering": clustering, "stratified": stratified,
            "snapshots": snapshots, "spread": spread, "authorities": authorities, "poor": poor,
        }  # fmt: skip
        _lottery(settings, figure, out, json=json)


def _lottery(settings: dict[str, float | None], figure: Path | None, out: Path | None, *, json: bool) -> None:
    from redbead.studies.lottery import study

    if figure is not None:
        _check_suffix(figure)
    results = study.lottery(*study.parse_options(settings)) if out is None else _write_folder(settings, out)
    if figure is not None:
        _write_figure(results, figure)
    if json:
        console.print_json(results.as_dict() | ({"figure": str(figure)} if figure else {}))
        return
    _print_results(results, figure)


def _write_folder(settings: dict[str, float | None], out: Path) -> Lottery:
    """Compute the lottery and write its folder."""
    from redbead.report.grades import write_lottery_pages
    from redbead.studies.lottery.study import run_lottery

    finished = run_lottery(settings, options.run_options(progress=False), out, options.command(), write_lottery_pages)
    options.print_folder(finished)
    return finished.results


def _print_results(results: Lottery, figure: Path | None) -> None:
    from redbead.report import lottery

    console.print_text(f"{lottery.title(results)}.\n")
    console.print_text("\n".join(lottery.sentences(results)))
    typer.echo(f"\nNumber of authorities per grade, of {results.population.authorities:g} (90 % of replications):")
    console.print_table(lottery.rows(results))
    console.print_text(f"\n{lottery.LEFT_OUT}")
    console.print_text(f"Command: {lottery.command(results)}")
    if figure is not None:
        console.print_text(f"Figure: {figure}")
        console.print_next_steps("redbead lottery --cases 120")
    else:
        console.print_next_steps("redbead lottery --cases 120", "redbead lottery --figure lottery.png")


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() not in (".png", ".svg"):
        what, hint = "is not a supported figure format", "Choose a file name that ends in .png or .svg."
        raise BadInputError([Problem("--figure", key=str(path), what=what, hint=hint)])


def _write_figure(results: Lottery, path: Path) -> None:
    from redbead.report.grades import lottery_figure
    from redbead.report.plotting import png, svg
    from redbead.storage.atomic_files import os_errors_as_problems

    drawn = lottery_figure(results).figure
    picture = svg(drawn).encode() if path.suffix.lower() == ".svg" else png(drawn)
    with os_errors_as_problems(path, "--figure"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
