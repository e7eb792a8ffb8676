"""``redbead init`` and ``redbead authorities``: a study of one's own, and whose published figures it can start from."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from redbead.cli import console
from redbead.exceptions import Exit


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def init(
        folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the study.")],
        authority: Annotated[str, typer.Option(metavar="NAME", help="An English authority to start from.")] = "",
    ) -> int:
        """Begin a study of your own, from the published figures of an authority where one is named."""
        from redbead.scenario import authorities
        from redbead.studies import project_template

        files = project_template.write_project(folder, authority)
        if authority:
            found = project_template.find_authority(authority)
            typer.echo(f"{found.name}, as published for {authorities.YEAR}")
            console.table(project_template.published_figures(found))
            console.say(f"{authorities.CAUTION}\n")
        console.table((str(path), what) for path, what in zip(files, _FILES, strict=True))
        where = shlex.quote(str(folder))
        console.next_step(
            f"redbead run {where}/{project_template.SCENARIO}", f"redbead compare {where}/{project_template.BATCH}"
        )
        return Exit.GOOD

    @app.command()
    def authorities(
        name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One of them, with its figures.")] = None,
        json: console.AsJson = False,
    ) -> int:
        """List the English authorities whose published figures a scenario can start from, in alphabetical order."""
        return _listed(json=json) if name is None else _one(name, json=json)


_FILES = ("the scenario", "policies to compare", "the figures, their sources, and what the model makes of them")


def _listed(*, json: bool) -> int:
    from redbead.scenario import authorities

    table = [(row["name"], row["region"], authorities.missing(row["name"])) for row in authorities.rows().values()]
    if json:
        console.as_json([dict(zip(("name", "region", "missing"), row, strict=True)) for row in table])
        return Exit.GOOD
    console.table((name, region, why and f"no starting point: {why}") for name, region, why in table)
    console.say(f"\n{authorities.CAUTION} {authorities.ATTRIBUTION}")
    console.next_step("redbead authorities Coventry", "redbead init study --authority Coventry")
    return Exit.GOOD


def _one(name: str, *, json: bool) -> int:
    from redbead import parameters
    from redbead.scenario import authorities
    from redbead.studies import project_template

    found = project_template.find_authority(name)
    if json:
        console.as_json(
            {
                **found._asdict(),
                "year": authorities.YEAR,
                "parameters": dict(project_template.starting_parameters(found)),
            }
        )
        return Exit.GOOD
    typer.echo(f"{found.name} ({found.region}), as published for {authorities.YEAR}")
    console.table(project_template.published_figures(found))
    typer.echo("\nWhat the model makes of it")
    register = parameters.register()
    console.table(
        (path, f"{value:g} {register[path].param.unit}", f"{register[path].default:g} in the baseline")
        for path, value in project_template.starting_parameters(found).items()
    )
    console.say(f"\n{authorities.CAUTION} {authorities.ATTRIBUTION}")
    console.next_step(f"redbead init study --authority {shlex.quote(found.name)}")
    return Exit.GOOD
