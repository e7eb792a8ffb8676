"""Output streams that never end a command: what a closed pipe or a full disk cannot take is dropped.

A command may have simulated for hours when its output fails, so a lost line must not lose the results.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any


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
