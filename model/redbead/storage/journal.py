"""The journal of a store: one line a fact, only ever appended, each with a hash of its own.

A line means "acknowledged": what it speaks of is on the disk. A line that was cut off by a kill was never acknowledged
and is dropped; a line that was changed is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from redbead.exceptions import IntegrityError

NAME: Final = "journal.jsonl"

Line = dict[str, Any]


def encoded(fact: Mapping[str, Any]) -> bytes:
    """A fact as a line of the journal, with its SHA-256.

    >>> decoded(encoded({"a": 1})), decoded(encoded({"a": 1}).replace(b"1", b"2", 1))
    ({'a': 1}, None)
    """
    body = json.dumps(fact, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return json.dumps({"fact": body, "sha256": _hash(body)}, separators=(",", ":")).encode() + b"\n"


def decoded(line: bytes) -> Line | None:
    """The fact of a line; None where the line is not what its hash says."""
    try:
        outer = json.loads(line)
        body = outer["fact"]
        return dict(json.loads(body)) if encoded(json.loads(body)) == line and outer["sha256"] == _hash(body) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def read(path: Path) -> list[Line]:
    """All facts of a journal, in order, without a last line that was cut off.

    Raises
    ------
    IntegrityError
        A line was changed.
    """
    whole = _whole_lines(path.read_bytes())
    facts = []
    for number, line in enumerate(whole.splitlines(keepends=True), start=1):
        fact = decoded(line)
        if fact is None:
            msg = (
                f"{path}: line {number} is damaged or was edited. The tables beside it may still be whole: redbead "
                "verify says. To make the runs again, remove or rename the folder and give the same command again"
            )
            raise IntegrityError(msg)
        facts.append(fact)
    return facts


def repair(path: Path) -> None:
    """Cut off a last line that was never finished."""
    content = path.read_bytes()
    whole = _whole_lines(content)
    if len(whole) < len(content):
        with path.open("r+b") as file:
            file.truncate(len(whole))
            os.fsync(file.fileno())


def append(path: Path, fact: Mapping[str, Any]) -> None:
    """Add a fact and force it to the disk: after that, it is acknowledged."""
    with path.open("ab") as file:
        file.write(encoded(fact))
        file.flush()
        os.fsync(file.fileno())


def _whole_lines(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]
