"""``redbead twins``: the same worker, the same error, in two policies."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer

from redbead.cli import console
from redbead.exceptions import BadInputError, Exit, Problem

if TYPE_CHECKING:
    from redbead.studies.twins.divergence import Divergence
    from redbead.studies.twins.study import Twins


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def twins(
        first: Annotated[str, typer.Argument(metavar="A", help="A scenario, by name or path.")],
        second: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
        seed: Annotated[int, typer.Option(help="Seed of both runs.")] = 1,
        worker: Annotated[int | None, typer.Option(help="A post, from 0; else the one that tells most.")] = None,
        error: Annotated[str, typer.Option(metavar="POST:NUMBER", help="An error that is made in both.")] = "",
        set_: Annotated[
            list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="A setting for both; repeatable.")
        ] = None,
        json: console.AsJson = False,
    ) -> int:
        """Follow the same worker, and the same error, through two policies: where their paths part, and why."""
        from redbead.scenario.loader import load, settings
        from redbead.studies.twins.study import twins as study

        world = settings(set_ or [])
        sides = [load(name).set(world) if world else load(name) for name in (first, second)]
        found = study(*sides, seed=seed, worker=worker, error=_error(error))
        return _told(found, first, second, json=json)


def _error(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    post, _, number = text.partition(":")
    if not (post.isdigit() and number.isdigit()):
        raise BadInputError([Problem("--error", key=text, what="must be POST:NUMBER", hint="such as --error 14:15616")])
    return int(post), int(number)


def _told(found: Twins, first: str, second: str, *, json: bool) -> int:
    from redbead.report.twins import quarters, sentences

    if json:
        console.as_json(_as_data(found) | {"sentences": sentences(found)})
        return Exit.GOOD
    for line in sentences(found):
        console.say(line)
    table = quarters(found)
    if found.service is not None and len(table):
        typer.echo(f"\nFear and willingness to tell, in '{found.names[0]}' and '{found.names[1]}'")
        console.table(_rows(table, found))
    names = f"{shlex.quote(first)} {shlex.quote(second)}"
    console.next_step(f"redbead twins {names} --seed {found.seed + 1}", f"redbead compare {names}")
    return Exit.GOOD


def _rows(table: Any, found: Twins) -> list[tuple[str, ...]]:  # noqa: ANN401 - a frame
    """One line a year: its first quarter."""
    rows: list[tuple[str, ...]] = [("year", "fear", "", "tells", "")]
    for _, quarter in table[table["year"] % 1 == 0].iterrows():
        cells = (quarter.get(f"{c} in {n}") for c in ("fear", "willingness") for n in found.names)
        rows.append((f"{quarter['year']:.0f}", *("gone" if c is None or c != c else f"{c:.2f}" for c in cells)))
    return rows


def _as_data(found: Twins) -> dict[str, Any]:
    partings = {"service": _parting(found.service), "worker": _parting(found.worker)}
    return {
        "policies": list(found.names), "seed": found.seed, "post": found.post, "spell": found.spell,
        "partings": partings, "error": None if found.error is None else list(found.error),
        "stories": [[event._asdict() for event in story] for story in found.stories],
        "lives": [[event._asdict() for event in life] for life in found.lives],
        "weekly": [frame.to_dict(orient="list") for frame in found.traces],
    }  # fmt: skip


def _parting(where: Divergence | None) -> dict[str, Any] | None:
    if where is None:
        return None
    return where.as_data()
