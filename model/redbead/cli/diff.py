"""``redbead diff``: what differs between two scenarios, a sentence each."""

from __future__ import annotations

import typer

from redbead.cli import show


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def diff(
        before: str = typer.Argument(..., metavar="A", help="A scenario: file or shipped name."),
        after: str = typer.Argument(..., metavar="B", help="The scenario to compare it with."),
        json: show.AsJson = False,
    ) -> None:
        """Tell what differs between two scenarios."""
        from redbead.scenario.differ import differences
        from redbead.scenario.load import load

        sentences = differences(load(before), load(after))
        if json:
            show.as_json({"a": before, "b": after, "differences": sentences})
            return
        for sentence in sentences or [f"{before} and {after} tell the model the same."]:
            typer.echo(show.wrapped(sentence, "    "))
        show.next_step(f"redbead run {after}")
