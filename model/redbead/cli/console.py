"""Printing that all commands share: aligned tables, JSON, wrapped text and the next useful command."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer

if TYPE_CHECKING:
    from redbead.execution.progress import Progress


NARROWEST: Final = 40
WIDEST: Final = 120
FEWEST_TEXT: Final = 24

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
"""The option that every command with results has."""


def width() -> int:
    """Columns of the terminal; 80 where there is none."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))


def say(text: str = "") -> None:
    """Print text, wrapped between words, each of its lines by itself."""
    typer.echo("\n".join(wrapped(line) for line in text.splitlines()))


def err(text: str) -> None:
    """Tell the person, not the pipe."""
    typer.echo(text, err=True)


def wrapped(line: str, indent: str = "") -> str:
    """One paragraph, wrapped to the terminal; lines that follow start with `indent`."""
    return textwrap.fill(line, width(), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def table(rows: Iterable[Sequence[str]], indent: str = "  ") -> None:
    """Print rows of cells in aligned columns; the last column is wrapped, or goes below where it has no room."""
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    if not cells:
        return
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]) - 1)]
    head = len(indent) + sum(w + 2 for w in widths)
    for row in cells:
        start = indent + "".join(f"{cell:<{w}}  " for cell, w in zip(row, widths, strict=False))
        if width() - head >= FEWEST_TEXT:
            typer.echo(wrapped(start + row[-1], " " * head).rstrip() if row[-1] else start.rstrip())
        else:
            typer.echo(start.rstrip())
            typer.echo(textwrap.fill(row[-1], width(), initial_indent=indent * 2, subsequent_indent=indent * 2))


def as_json(data: Any) -> None:  # noqa: ANN401 - anything that JSON can hold
    """Print data as JSON, in the order of its keys."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))


def next_step(*commands: str) -> None:
    """Print the next useful commands, below a blank line."""
    typer.echo()
    for number, command in enumerate(commands):
        typer.echo(f"{'Next:' if number == 0 else '     '} {command}")


_EVERY: Final = {True: 0.1, False: 5.0}
"""Seconds between two lines, on a terminal and elsewhere."""


class Meter:
    """Shows runs done, rate, time left and failures."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()
        self._width = 0

    def __call__(self, now: Progress) -> None:
        """Show how far it is, if it is time to."""
        ended = now.done == now.total
        if ended or time.monotonic() - self._last >= _EVERY[self._terminal]:
            self._last = time.monotonic()
            self._show(line(now), ended=ended)

    def _show(self, text: str, *, ended: bool) -> None:
        if not self._terminal:
            typer.echo(text, err=True)
            return
        typer.echo(f"\r{text:<{self._width}}", err=True, nl=ended)
        self._width = len(text)


def line(now: Progress) -> str:
    """How far it is, in one line."""
    failed = f", {now.failed} failed" if now.failed else ""
    rate = f", {now.rate:.3g} {now.unit}/s" if now.rate else ""
    left = f", {duration(now.seconds_left)} left" if now.rate and now.done < now.total else ""
    note = f"; {now.note}" if now.note else ""
    return f"{now.done} of {now.total} {now.unit}{failed}{rate}{left}{note}"


def duration(seconds: float) -> str:
    """A time that people read at a glance.

    >>> duration(8), duration(250), duration(8000)
    ('8 s', '4 min', '2.2 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
