"""``redbead docs``: the documents that reviewers ask for, printed."""

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
            str | None, typer.Argument(metavar="[NAME]", help="Which document; without one, a list.")
        ] = None,
        out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it to a file instead.")] = None,
        json: console.AsJson = False,
    ) -> int:
        """Print a document made of the code: the model (odd), its numbers, checklists, assumptions, limits."""
        from redbead.report.documents import DOCUMENTS
        from redbead.scenario.messages import meant
        from redbead.storage.atomic_files import os_errors_as_problems, write_text

        if name is None:
            listed = {key: document.about for key, document in DOCUMENTS.items()}
            console.as_json(listed) if json else console.table(listed.items())
            if not json:
                console.next_step("redbead docs odd", "redbead docs limits")
            return Exit.GOOD
        if name not in DOCUMENTS:
            raise BadInputError(
                [Problem("redbead docs", key=name, what="no such document", hint=meant(name, DOCUMENTS))]
            )
        text = DOCUMENTS[name].make()
        if out is not None:
            with os_errors_as_problems(out):
                write_text(out, text)
            console.err(f"{out}")
        elif json:
            console.as_json({"name": name, "text": text})
        else:
            typer.echo(text, nl=False)
        return Exit.GOOD
