"""Terminal output of all commands: wrapped text, aligned tables, JSON, progress, and the next useful command.

Output that a closed pipe or a full disk cannot take is dropped: a command may have simulated for hours when its output
fails, so a lost line must not lose the results.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from redbead.execution.runs import Progress


MIN_WIDTH: Final = 40
MAX_WIDTH: Final = 120
MIN_LAST_COLUMN: Final = 24

JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
"""Option of all commands that print results."""


class _PlainHelpOption:
    """Mix-in of a command whose help option is false if it is not given.

    Typer converts the value of each option that is not yet a truth value, and imports pydantic to do so. A command that
    has no other options to convert thus starts in three quarters of the time.
    """

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 - the signature of typer
        """Return the help option, false by default."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.default = False
        return option


class PlainCommand(_PlainHelpOption, TyperCommand):
    """Command without options that typer must convert."""


class PlainGroup(_PlainHelpOption, TyperGroup):
    """Group of commands without options that typer must convert."""


def width() -> int:
    """Width of the terminal; 80 if the output is not a terminal. [columns]"""
    return max(MIN_WIDTH, min(MAX_WIDTH, shutil.get_terminal_size().columns))


def print_text(text: str = "") -> None:
    """Print text on standard output, with each of its lines wrapped between words."""
    typer.echo("\n".join(wrap(line) for line in text.splitlines()))


def print_status(text: str) -> None:
    """Print a status message on standard error, so that it does not mix with results."""
    typer.echo(text, err=True)


def wrap(line: str, indent: str = "") -> str:
    """Wrap one paragraph to the width of the terminal. ``indent`` precedes all lines but the first."""
    return textwrap.fill(line, width(), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def print_table(rows: Iterable[Sequence[str]], indent: str = "  ") -> None:
    """Print rows in aligned columns. The last column is wrapped, or printed below the row if the terminal is narrow."""
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    if not cells:
        return
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]) - 1)]
    offset = len(indent) + sum(w + 2 for w in widths)
    for row in cells:
        start = indent + "".join(f"{cell:<{w}}  " for cell, w in zip(row, widths, strict=False))
        if width() - offset >= MIN_LAST_COLUMN:
            typer.echo(wrap(start + row[-1], " " * offset).rstrip() if row[-1] else start.rstrip())
        else:
            typer.echo(start.rstrip())
            if row[-1]:
                typer.echo(textwrap.fill(row[-1], width(), initial_indent=indent * 2, subsequent_indent=indent * 2))


def print_json(data: Any) -> None:  # noqa: ANN401 - any data that JSON can represent
    """Print data as JSON, with keys in their given order."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))


def print_next_steps(*commands: str) -> None:
    """Print the next useful commands after a blank line, with the plug-ins that are loaded, each named once."""
    typer.echo()
    plugins = sys.modules.get("redbead.scenario.plugins")
    missing = [f" --plugins {name}" for name in (plugins.LOADED if plugins else ())]
    for number, command in enumerate(commands):
        ending = "".join(text for text in missing if f"{text} " not in f"{command} " and command.startswith("redbead "))
        typer.echo(f"{'Next:' if number == 0 else '     '} {command}{ending}")


_INTERVAL: Final = {True: 0.1, False: 5.0}
"""Time between two progress lines, on a terminal and elsewhere. [s]"""


class ProgressPrinter:
    """Prints finished runs, rate, time left and failures. On a terminal, each line replaces the one before."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()
        self._width = 0

    def __call__(self, now: Progress) -> None:
        """Print the progress if the last line is old enough, or all runs have finished."""
        ended = now.done == now.total
        if ended or time.monotonic() - self._last >= _INTERVAL[self._terminal]:
            self._last = time.monotonic()
            self._print(progress_line(now), ended=ended)

    def _print(self, text: str, *, ended: bool) -> None:
        if not self._terminal:
            typer.echo(text, err=True)
            return
        typer.echo(f"\r{text:<{self._width}}", err=True, nl=ended)
        self._width = len(text)


def progress_line(now: Progress) -> str:
    """Format the progress as one line."""
    from redbead.quantities import three_digits

    failed = f", {now.failed} failed" if now.failed else ""
    rate = f", {three_digits(now.rate)} {now.unit}/s" if now.rate else ""
    left = f", {format_duration(now.seconds_left)} left" if now.rate and now.done < now.total else ""
    note = f"; {now.note}" if now.note else ""
    return f"{now.done} of {now.total} {now.unit}{failed}{rate}{left}{note}"


def format_duration(seconds: float) -> str:
    """Format a duration in seconds, minutes or hours.

    Examples
    --------
    >>> format_duration(8), format_duration(250), format_duration(8000)
    ('8 s', '4 min', '2.2 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class _NoStream(io.TextIOBase):
    """A stream that takes any text and keeps none."""

    encoding = "utf-8"

    def write(self, text: str) -> int:
        return len(text)


class LenientStream(io.TextIOBase):
    """A text stream that drops its output after the first error.

    Parameters
    ----------
    stream : text stream or None
        The stream; None if the process has none.

    Attributes
    ----------
    error : OSError or ValueError or None
        The first error.
    """

    def __init__(self, stream: IO[str] | None) -> None:
        self._stream = stream if stream is not None else _NoStream()
        self.error: OSError | ValueError | None = None

    def write(self, text: str) -> int:
        """Write text, or drop it."""
        try:
            return self._stream.write(text)
        except (OSError, ValueError) as error:  # a ValueError if the stream was closed
            self._drop(error)
            return len(text)

    def flush(self) -> None:
        """Write what is buffered, or drop it."""
        try:
            self._stream.flush()
        except (OSError, ValueError) as error:
            self._drop(error)

    def _drop(self, error: OSError | ValueError) -> None:
        """Redirect the file of the stream to the null device, so that Python can empty its buffer at exit."""
        self.error = self.error or error
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self._stream.fileno())
            os.close(null)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - attributes of the stream
        return getattr(self._stream, name)

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Number of the file of the stream."""
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Encoding of the stream."""
        return str(getattr(self._stream, "encoding", "utf-8"))


@contextmanager
def lenient_streams() -> Iterator[tuple[LenientStream, LenientStream]]:
    """Replace standard output and standard error by lenient streams within a block; yields both."""
    _open_missing_files()
    before = sys.stdout, sys.stderr
    streams = LenientStream(sys.stdout), LenientStream(sys.stderr)
    sys.stdout, sys.stderr = streams
    try:
        yield streams
    finally:
        for stream in streams:
            stream.flush()
        sys.stdout, sys.stderr = before


def _open_missing_files() -> None:
    """Open the null device in place of closed standard files.

    Otherwise the next file that is opened, such as a journal, would get the number of standard output or error, and
    libraries in C would write their messages into it.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number
