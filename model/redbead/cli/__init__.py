"""The command line: parse, call, print. No thinking here.

Each module of this folder with a function ``register(app)`` adds its commands; nothing else has to know of it. What
is heavy (numba, pandas, matplotlib, mesa) is imported inside the commands, so that ``redbead --help`` is there at once.
"""

from __future__ import annotations

import difflib
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Any, Final, cast

import typer
from typer.core import TyperGroup

from redbead.exceptions import Exit, RedBeadError

_ORDER: Final = (
    *("run", "compare", "validate", "plan", "diff", "lottery", "init"),
    *("scenarios", "levers", "theories", "parameters", "measures", "authorities", "schema"),
    *("report", "export", "explore", "loops", "twins", "sensitivity", "calibrate"),
    *("check", "audit", "docs", "verify", "digest", "replay", "selftest"),
)
"""The order of commands in the help; others come last."""

_Usage: Final = cast("type[Exception]", typer.BadParameter.__mro__[2])
"""Every complaint of typer about the way it was called; typer shows no public name for it."""


class _Commands(TyperGroup):
    """Lists commands in the order in which a newcomer needs them, and guesses what a misspelt one meant."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - typer's own context
        """The commands, in the order of the help."""
        known = super().list_commands(ctx)
        return sorted(known, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - as typer has it
        """The command that the first argument names."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = difflib.get_close_matches(name, self.list_commands(ctx), 1)
            meant = f"did you mean 'redbead {near[0]}'?" if near else "redbead --help lists them"
            msg = f"no command '{name}'\n    {meant}"
            raise _UnknownCommandError(msg)
        return super().resolve_command(ctx, args)


class _UnknownCommandError(RedBeadError):
    """The first argument names no command."""

    exit_code = Exit.BAD_INPUT


def build() -> typer.Typer:
    """The application with the commands of all modules of this folder."""
    app = typer.Typer(
        name="redbead",
        cls=_Commands,
        help="Do organisations that punish error become safer than organisations that learn from it?",
        epilog="Start with: redbead run baseline",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    for found in pkgutil.iter_modules(__path__, f"{__name__}."):
        register = getattr(importlib.import_module(found.name), "register", None)
        if register is not None:
            register(app)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code; bad input ends in a message, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows a question mark instead of a traceback.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = typer.main.get_command(build()).main(words, prog_name="redbead", standalone_mode=False)
        sys.stdout.flush()
    except RedBeadError as error:
        return _complain(str(error), error.exit_code)
    except _Usage as error:
        return _complain(_usage(error), Exit.BAD_INPUT)
    except (KeyboardInterrupt, typer.Abort):
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough; Python must not try to flush into the closed pipe at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.GOOD)
    if code == Exit.INTERRUPTED:
        # Typer itself turns the interruption of a command into this exit code, without a word.
        return _complain(f"interrupted; again with: redbead {' '.join(words)}", Exit.INTERRUPTED)
    return int(code) if isinstance(code, int) else int(Exit.GOOD)


def _usage(error: BaseException) -> str:
    """What typer has to say about a wrong option or argument, and where to look."""
    told = str(getattr(error, "format_message", lambda: str(error))())
    path = getattr(getattr(error, "ctx", None), "command_path", "redbead")
    return f"{told}\n    {path} --help shows what it takes"


def _complain(text: str, code: int) -> int:
    typer.echo(text, err=True)
    return int(code)
