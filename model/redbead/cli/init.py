"""``redbead init`` and ``redbead authorities``: a study of one's own, and whose published figures it can start from."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from redbead.cli import show
from redbead.problems import Exit


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def init(
        folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the study.")],
        authority: Annotated[str, typer.Option(metavar="NAME", help="An English authority to start from.")] = "",
    ) -> int:
        """Begin a study of your own, from the published figures of an authority where one is named."""
        from redbead.scenario import published
        from redbead.study import own

        files = own.begin(folder, authority)
        if authority:
            found = own.find(authority)
            typer.echo(f"{found.name}, as published for {published.YEAR}")
            show.table(own.figures(found))
            show.say(f"{published.CAUTION}\n")
        show.table((str(path), what) for path, what in zip(files, _FILES, strict=True))
        where = shlex.quote(str(folder))
        show.next_step(f"redbead run {where}/{own.SCENARIO}", f"redbead compare {where}/{own.BATCH}")
        return Exit.GOOD

    @app.command()
    def authorities(
        name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One of them, with its figures.")] = None,
        json: show.AsJson = False,
    ) -> int:
        """List the English authorities whose published figures a scenario can start from, in alphabetical order."""
        return _listed(json=json) if name is None else _one(name, json=json)


_FILES = ("the scenario", "policies to compare", "the figures, their sources, and what the model makes of them")


def _listed(*, json: bool) -> int:
    from redbead.scenario import published

    table = [(row["name"], row["region"], published.missing(row["name"])) for row in published.rows().values()]
    if json:
        show.as_json([dict(zip(("name", "region", "missing"), row, strict=True)) for row in table])
        return Exit.GOOD
    show.table((name, region, why and f"no starting point: {why}") for name, region, why in table)
    show.say(f"\n{published.CAUTION} {published.ATTRIBUTION}")
    show.next_step("redbead authorities Coventry", "redbead init study --authority Coventry")
    return Exit.GOOD


def _one(name: str, *, json: bool) -> int:
    from redbead import parameters
    from redbead.scenario import published
    from redbead.study import own

    found = own.find(name)
    if json:
        show.as_json({**found._asdict(), "year": published.YEAR, "parameters": dict(own.numbers(found))})
        return Exit.GOOD
    typer.echo(f"{found.name} ({found.region}), as published for {published.YEAR}")
    show.table(own.figures(found))
    typer.echo("\nWhat the model makes of it")
    register = parameters.register()
    show.table(
        (path, f"{value:g} {register[path].param.unit}", f"{register[path].default:g} in the baseline")
        for path, value in own.numbers(found).items()
    )
    show.say(f"\n{published.CAUTION} {published.ATTRIBUTION}")
    show.next_step(f"redbead init study --authority {shlex.quote(found.name)}")
    return Exit.GOOD
