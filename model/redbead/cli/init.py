"""Commands ``redbead init``, ``redbead authorities`` and ``redbead docs``: start a study and describe the model."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from redbead.cli import console
from redbead.exceptions import BadInputError, Exit, Problem


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def init(
        folder: Annotated[Path, typer.Argument(metavar="DIR", help="New folder for the study.")],
        authority: Annotated[str, typer.Option(metavar="NAME", help="English authority to start from.")] = "",
    ) -> int:
        """Create a folder for your own study, optionally from the published figures of an authority."""
        from redbead.scenario import authorities
        from redbead.studies import project_template

        files = project_template.write_project(folder, authority)
        if authority:
            published = project_template.find_authority(authority)
            typer.echo(f"{published.name}: figures published for {authorities.YEAR}")
            console.print_table(project_template.published_figures(published))
            console.print_text(f"{authorities.CAUTION}\n")
        console.print_table((str(path), what) for path, what in zip(files, _FILES, strict=True))
        where = shlex.quote(str(folder))
        console.print_next_steps(
            f"redbead run {where}/{project_template.SCENARIO}", f"redbead compare {where}/{project_template.BATCH}"
        )
        return Exit.GOOD

    @app.command()
    def authorities(
        name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Show the figures of one authority.")] = None,
        json: console.JsonOption = False,
    ) -> int:
        """List the English authorities whose published figures can be a starting point."""
        return _list_authorities(json=json) if name is None else _show_authority(name, json=json)

    @app.command()
    def docs(
        name: Annotated[
            str | None, typer.Argument(metavar="[NAME]", help="Name of the document; lists all by default.")
        ] = None,
        out: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Write to a file instead of standard output.")
        ] = None,
        json: console.JsonOption = False,
    ) -> int:
        """Print a document generated from the code: model description, parameters, checklists, assumptions, limits."""
        return _print_document(name, out, json=json)


def _print_document(name: str | None, out: Path | None, *, json: bool) -> int:
    from redbead.report.documents import DOCUMENTS
    from redbead.scenario.messages import suggest_name
    from redbead.storage.atomic_files import os_errors_as_problems, write_text
    from redbead.storage.manifest import require_outside

    if name is None:
        listed = {key: document.about for key, document in DOCUMENTS.items()}
        console.print_json(listed) if json else console.print_table(listed.items())
        if not json:
            console.print_next_steps("redbead docs odd", "redbead docs limits")
        return Exit.GOOD
    if name not in DOCUMENTS:
        what = "is not a known document"
        raise BadInputError([Problem("redbead docs", key=name, what=what, hint=suggest_name(name, DOCUMENTS))])
    text = DOCUMENTS[name].make()
    if out is not None:
        require_outside(out)
        with os_errors_as_problems(out):
            write_text(out, text)
        console.print_status(f"Document: {out}")
    elif json:
        console.print_json({"name": name, "text": text})
    else:
        typer.echo(text, nl=False)
    return Exit.GOOD


_FILES = ("scenario of the authority", "policies to compare", "published figures, sources and derived parameters")


def _list_authorities(*, json: bool) -> int:
    from redbead.scenario import authorities

    table = [(row["name"], row["region"], authorities.missing(row["name"])) for row in authorities.rows().values()]
    if json:
        console.print_json([dict(zip(("name", "region", "missing"), row, strict=True)) for row in table])
        return Exit.GOOD
    console.print_table((name, region, why and f"no starting point: {why}") for name, region, why in table)
    console.print_text(f"\n{authorities.CAUTION} {authorities.ATTRIBUTION}")
    console.print_next_steps("redbead authorities Coventry", "redbead init study --authority Coventry")
    return Exit.GOOD


def _show_authority(name: str, *, json: bool) -> int:
    from redbead import parameters
    from redbead.scenario import authorities
    from redbead.studies import project_template

    published = project_template.find_authority(name)
    if json:
        derived = dict(project_template.starting_parameters(published))
        console.print_json({**published._asdict(), "year": authorities.YEAR, "parameters": derived})
        return Exit.GOOD
    typer.echo(f"{published.name} ({published.region}): figures published for {authorities.YEAR}")
    console.print_table(project_template.published_figures(published))
    typer.echo("\nParameters derived from these figures")
    register = parameters.register()
    console.print_table(
        (path, f"{value:g} {register[path].param.unit}", f"{register[path].default:g} in the baseline")
        for path, value in project_template.starting_parameters(published).items()
    )
    console.print_text(f"\n{authorities.CAUTION} {authorities.ATTRIBUTION}")
    console.print_next_steps(f"redbead init study --authority {shlex.quote(published.name)}")
    return Exit.GOOD
