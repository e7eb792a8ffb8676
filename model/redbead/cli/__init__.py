"""The command line: parses arguments, calls the package and prints results.

Every module of this folder with a function ``register(app)`` adds its commands. To start quickly, only the module of
the given command is imported, and commands import heavy packages (numba, pandas, matplotlib, mesa) when they need them.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, cast

import typer

from redbead.cli import console, options
from redbead.exceptions import Exit, RedBeadError

_MODULES: Final = {
    "run": "run", "compare": "compare", "sweep": "compare", "validate": "validate", "plan": "compare",
    "diff": "validate", "lottery": "studies", "init": "init",
    "scenarios": "lists", "levers": "lists", "theories": "lists", "parameters": "lists", "measures": "run",
    "authorities": "init", "schema": "validate",
    "report": "run_folders", "export": "run_folders", "twins": "studies", "sensitivity": "studies",
    "calibrate": "studies",
    "check": "check", "audit": "check", "docs": "init", "verify": "run", "digest": "run", "replay": "run_folders",
    "selftest": "run",
}  # fmt: skip
"""Module of this folder that adds each command, in the order of the commands in the help."""

_QUICK: Final = frozenset({"validate", "plan", "diff", "scenarios", "levers", "theories", "parameters", "schema"})
"""Commands that compute nothing and therefore need no threads for linear algebra."""

_WITHOUT_PLUGINS: Final = frozenset({"docs", "selftest", "init", "authorities"})
"""Commands that read neither scenarios nor results, and therefore need no plug-ins."""

_UsageError: Final = cast("type[Exception]", typer.BadParameter.__mro__[2])
"""Base class of all usage errors of typer, which has no public name for it."""


class _Commands(console.PlainGroup):
    """Commands in the order of ``_MODULES``, with suggestions for misspelt names."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - a context of typer
        """List the commands in the order of the help."""
        order = {name: number for number, name in enumerate(_MODULES)}
        return sorted(super().list_commands(ctx), key=order.__getitem__)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - the signature of typer
        """Find the command that the first argument names."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = difflib.get_close_matches(name, self.list_commands(ctx), 1)
            hint = f"Did you mean 'redbead {near[0]}'?" if near else "'redbead --help' lists all commands."
            msg = f"'{name}' is not a known command.\n    {hint}"
            raise _UnknownCommandError(msg)
        return super().resolve_command(ctx, args)


class _UnknownCommandError(RedBeadError):
    """The first argument is not a command."""

    exit_code = Exit.BAD_INPUT


def build(command: str = "") -> typer.Typer:
    """Build the application.

    Parameters
    ----------
    command : str
        Command to be run. Only its module is imported; all modules are imported if there is no such command.
    """
    app = typer.Typer(
        name="redbead",
        cls=_Commands,
        help="Do organisations that punish error become safer than organisations that learn from it?",
        epilog="Start with: redbead run baseline",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    _add_start(app)
    modules = [_MODULES[command]] if command in _MODULES else dict.fromkeys(_MODULES.values())
    for module in modules:
        importlib.import_module(f"{__name__}.{module}").register(app)
    return app


def _add_start(app: typer.Typer) -> None:
    """Add the program without a command: its version, or the first commands for a new user."""

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
    from redbead.scenario.library import catalogue

    console.print_text(
        "Red Bead: do organisations that punish error become safer than organisations that learn from it?"
    )
    typer.echo("\nStart here")
    console.print_table(
        [
            ("redbead run baseline", "run an average authority 30 times and write a report"),
            ("redbead compare baseline two-strikes", "compare two policies on common random numbers"),
            ("redbead compare blame-or-learning", "answer the main question under every theory"),
            ("redbead diff baseline two-strikes", "list the differences between two scenarios"),
            ("redbead --help", "list all commands"),
        ]
    )
    typer.echo("\nShipped scenarios")
    console.print_table((entry.name, entry.title) for entry in catalogue())
    console.print_next_steps("redbead run baseline")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line. Problems with the input end in a message, not in a traceback.

    Parameters
    ----------
    arguments : sequence of str, optional
        Arguments after the name of the program. ``sys.argv[1:]`` by default.

    Returns
    -------
    int
        Exit code, a value of :class:`redbead.exceptions.Exit`.
    """
    for stream in (sys.stdout, sys.stderr):
        # Terminals that cannot show a character print a question mark instead of raising an error.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    words = list(sys.argv[1:] if arguments is None else arguments)
    with console.lenient_streams() as (output, _):
        code = _run(words)
        output.flush()
        # The program that closed the pipe, such as `head`, has read enough.
        if output.error is None or isinstance(output.error, BrokenPipeError) or code != Exit.GOOD:
            return code
        reason = getattr(output.error, "strerror", "") or output.error
        advice = "Files that the command writes are complete. To see the rest of the output, run it again."
        msg = f"Standard output: {reason}.\n    {advice}"
        return _print_error(msg, Exit.ENVIRONMENT)


def _ignore_settings_of_libraries() -> None:
    """Remove settings that our output does not use, and with which libraries fail on import if they are not valid."""
    os.environ.pop("MPLBACKEND", None)  # matplotlib
    os.environ["MATPLOTLIBRC"] = os.devnull  # also shows the package to ignore a file in the current folder


def _run(words: list[str]) -> int:
    """Run one command line, and return its exit code."""
    _ignore_settings_of_libraries()
    options.ARGUMENTS[:] = words
    try:
        command = words[0] if words else ""
        if command in _QUICK and "numpy" not in sys.modules:  # its threads cost a sixth of the time
            os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        program = typer.main.get_command(build(command))
        commands, plugins_option = getattr(program, "commands", {}), options.plugins_option()
        for name in commands.keys() - _WITHOUT_PLUGINS:
            commands[name].params.append(plugins_option)
        code = program.main(words, prog_name="redbead", standalone_mode=False)
    except RedBeadError as error:
        return _print_error(str(error), error.exit_code)
    except _UsageError as error:
        return _print_error(_format_usage_error(error), Exit.BAD_INPUT)
    except typer.Abort as error:  # typer raises this also for the end of an input, which is no interruption
        if isinstance(error.__cause__, EOFError):
            raise error.__cause__ from None
        code = Exit.INTERRUPTED
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    if code == Exit.INTERRUPTED:
        # Typer converts the interruption of a command to this exit code without a message.
        msg = f"Interrupted.\n    To continue, run the same command again: redbead {' '.join(words)}"
        return _print_error(msg, Exit.INTERRUPTED)
    return int(code) if isinstance(code, int) else int(Exit.GOOD)


def _format_usage_error(error: BaseException) -> str:
    """Format the message of typer for a wrong option or argument, with the command that prints the help."""
    message = str(getattr(error, "format_message", lambda: str(error))())
    path = getattr(getattr(error, "ctx", None), "command_path", "redbead")
    return f"{message}\n    '{path} --help' lists the arguments and options."


def _print_error(text: str, code: int) -> int:
    typer.echo(text, err=True)
    return int(code)
