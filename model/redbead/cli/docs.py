"""``redbead docs``: the documents that reviewers ask for, printed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redbead.cli import show
from redbead.problems import BadInputError, Exit, Problem


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def docs(
        name: Annotated[
            str | None, typer.Argument(metavar="[NAME]", help="Which document; without one, a list.")
        ] = None,
        out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it to a file instead.")] = None,
        json: show.AsJson = False,
    ) -> int:
        """Print a document made of the code: the model (odd), its numbers, checklists, assumptions, limits."""
        from redbead.report.documents.make import DOCUMENTS
        from redbead.scenario.checks import meant
        from redbead.study.files import explained, write_text

        if name is None:
            listed = {key: document.about for key, document in DOCUMENTS.items()}
            show.as_json(listed) if json else show.table(listed.items())
            if not json:
                show.next_step("redbead docs odd", "redbead docs limits")
            return Exit.GOOD
        if name not in DOCUMENTS:
            raise BadInputError(
                [Problem("redbead docs", key=name, what="no such document", hint=meant(name, DOCUMENTS))]
            )
        text = DOCUMENTS[name].make()
        if out is not None:
            with explained(out):
                write_text(out, text)
            show.err(f"{out}")
        elif json:
            show.as_json({"name": name, "text": text})
        else:
            typer.echo(text, nl=False)
        return Exit.GOOD
