"""Printing that all commands share: aligned tables, JSON, wrapped text and the next useful command."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final, TypeAlias

import typer

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
