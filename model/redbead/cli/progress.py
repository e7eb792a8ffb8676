"""Progress of many runs on standard error: a line that renews itself on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from redbead.study.progress import Progress

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
