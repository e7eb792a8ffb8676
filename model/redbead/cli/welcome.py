"""The program without a command: its version, or the first commands for a new user."""

from __future__ import annotations

import typer

from redbead.cli import console


def register(app: typer.Typer) -> None:
    """Add the options of the program."""

    @app.callback(invoke_without_command=True)
    def start(
        context: typer.Context,
        version: bool = typer.Option(False, "--version", help="Print the version."),
    ) -> None:
        """Do organisations that punish error become safer than organisations that learn from it?"""
        if version:
            from redbead.scenario import library

            typer.echo(f"redbead {library.version()}")
        elif context.invoked_subcommand is None:
            _print_welcome()


def _print_welcome() -> None:
    """Print the first commands for a new user, and the shipped scenarios."""
    from redbead.scenario.catalogue import catalogue

    console.print_text(
        "Red Bead: do organisations that punish error become safer than organisations that learn from it?"
    )
    typer.echo("\nStart here")
    console.print_table(
        [
            ("redbead run baseline", "run an average authority 30 times and write a report"),
            ("redbead compare baseline two-strikes", "compare two policies on common random numbers"),
            ("redbead compare blame-or-learning", "answer the main question under every theory (one minute)"),
            ("redbead diff baseline two-strikes", "list the differences between two scenarios"),
            ("redbead --help", "list all commands"),
        ]
    )
    typer.echo("\nShipped scenarios")
    console.print_table((entry.name, entry.title) for entry in catalogue())
    console.print_next_steps("redbead run baseline")
