"""Command ``redbead twins``: follow the same worker and the same error through two policies."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer

from redbead.cli import console, options
from redbead.exceptions import BadInputError, Exit, Problem

if TYPE_CHECKING:
    from redbead.studies.twins.study import Twins


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def twins(
        first: Annotated[str, typer.Argument(metavar="A", help="First scenario, by name or path.")],
        second: Annotated[str, typer.Argument(metavar="B", help="Second scenario, by name or path.")],
        seed: Annotated[int, typer.Option(help="Seed of both runs.")] = 1,
        worker: Annotated[
            int | None, typer.Option(help="Post to follow, from 0; by default the one with the largest difference.")
        ] = None,
        error: Annotated[
            str, typer.Option(metavar="POST:NUMBER", help="Error to follow; it must occur in both runs.")
        ] = "",
        set_: Annotated[
            list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Setting for both; repeatable.")
        ] = None,
        out: options.OutOnRequest = None,
        json: console.JsonOption = False,
    ) -> int:
        """Follow the same worker and the same error through two policies, and show when and why they diverge."""
        from redbead.report.twins import write_pages
        from redbead.scenario.loader import load, parse_settings
        from redbead.studies.twins.study import run_twins

        settings = parse_settings(set_ or [])
        before, after = (load(name).set(settings) if settings else load(name) for name in (first, second))
        arguments = {"seed": seed, "worker": worker, "error": _parse_error(error)}
        execution = options.run_options(progress=False)
        finished = run_twins((before, after), arguments, execution, out, options.command(), write_pages)
        options.print_folder(finished)
        return _print_results(finished.results, first, second, json=json)


def _parse_error(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    post, _, number = text.partition(":")
    if not (post.isdigit() and number.isdigit()):
        hint = "For example, --error 14:15616."
        raise BadInputError([Problem("--error", key=text, what="must be POST:NUMBER", hint=hint)])
    return int(post), int(number)


def _print_results(results: Twins, first: str, second: str, *, json: bool) -> int:
    from redbead.report.twins import quarters, sentences
    from redbead.studies.twins.study import as_data

    if json:
        weekly = [frame.to_dict(orient="list") for frame in results.traces]
        console.print_json(as_data(results) | {"weekly": weekly, "sentences": sentences(results)})
        return Exit.GOOD
    for line in sentences(results):
        console.print_text(line)
    table = quarters(results)
    if results.service is not None and len(table):
        typer.echo(f"\nFear and willingness to report in '{results.names[0]}' and '{results.names[1]}'")
        console.print_table(_yearly_rows(table, results))
    names = f"{shlex.quote(first)} {shlex.quote(second)}"
    console.print_next_steps(f"redbead twins {names} --seed {results.seed + 1}", f"redbead compare {names}")
    return Exit.GOOD


def _yearly_rows(table: Any, results: Twins) -> list[tuple[str, ...]]:  # noqa: ANN401 - a data frame
    """One row per year, with the values of its first quarter."""
    rows: list[tuple[str, ...]] = [("year", "fear", "", "willingness", "")]
    for _, quarter in table[table["year"] % 1 == 0].iterrows():
        cells = (quarter.get(f"{c} in {n}") for c in ("fear", "willingness") for n in results.names)
        rows.append((f"{quarter['year']:.0f}", *("left" if c is None or c != c else f"{c:.2f}" for c in cells)))
    return rows
