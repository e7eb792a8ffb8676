"""``redbead`` alone: what to do first, and the ready scenarios, a line each."""

from __future__ import annotations

import typer

from redbead.cli import show


def register(app: typer.Typer) -> None:
    """Show this where no command is given."""

    @app.callback(invoke_without_command=True)
    def start(
        context: typer.Context,
        version: bool = typer.Option(False, "--version", help="Print the version."),
    ) -> None:
        """Do organisations that punish error become safer than organisations that learn from it?"""
        if version:
            from redbead.scenario.home import version as number

            typer.echo(f"redbead {number()}")
        elif context.invoked_subcommand is None:
            _welcome()


def _welcome() -> None:
    """What to do first."""
    from redbead.scenario.catalogue import catalogue

    show.say("Red Bead: do organisations that punish error become safer than organisations that learn from it?")
    typer.echo("\nStart here")
    show.table(
        [
            ("redbead run baseline", "30 runs of an ordinary authority, and a report"),
            ("redbead compare baseline two-strikes", "what a policy changes, on the same dice"),
            ("redbead compare blame-or-learning", "the headline question, under every theory: about a minute"),
            ("redbead diff baseline two-strikes", "what one scenario changes in another"),
            ("redbead --help", "everything else"),
        ]
    )
    typer.echo("\nReady scenarios")
    show.table((entry.name, entry.title) for entry in catalogue())
    show.next_step("redbead run baseline")
