"""Command ``redbead docs``: print the documentation of the model that reviewers request."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redbead.cli import console
from redbead.exceptions import BadInputError, Exit, Problem


def register(app: typer.Typer) -> None:
    """Add the command."""

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
        from redbead.report.documents import DOCUMENTS
        from redbead.scenario.messages import suggest_name
        from redbead.storage.atomic_files import os_errors_as_problems, write_text

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
            with os_errors_as_problems(out):
                write_text(out, text)
            console.print_status(f"Document: {out}")
        elif json:
            console.print_json({"name": name, "text": text})
        else:
            typer.echo(text, nl=False)
        return Exit.GOOD
