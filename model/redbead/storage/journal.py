"""Append-only journal of a store: one record per line, each with its own SHA-256.

A record acknowledges data that is on the disk. An incomplete last line, left by a killed process, was never
acknowledged and is dropped. A line that was changed is refused.
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

Record = dict[str, Any]


def encode(record: Mapping[str, Any]) -> bytes:
    """Encode a record as a line of the journal, with its SHA-256.

    Examples
    --------
    >>> decode(encode({"a": 1})), decode(encode({"a": 1}).replace(b"1", b"2", 1))
    ({'a': 1}, None)
    """
    body = json.dumps(record, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return json.dumps({"fact": body, "sha256": _hash(body)}, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Record | None:
    """Decode a line of the journal. Returns None if the line does not match its SHA-256."""
    try:
        outer = json.loads(line)
        body = outer["fact"]
        return dict(json.loads(body)) if encode(json.loads(body)) == line and outer["sha256"] == _hash(body) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def read(path: Path) -> list[Record]:
    """Read all complete records of a journal, in order.

    Raises
    ------
    IntegrityError
        If a line was changed.
    """
    complete = _complete_lines(path.read_bytes())
    records = []
    for number, line in enumerate(complete.splitlines(keepends=True), start=1):
        record = decode(line)
        if record is None:
            raise IntegrityError(_damaged(path, number))
        records.append(record)
    return records


def _damaged(path: Path, line: int) -> str:
    """Message for a line that was changed."""
    return (
        f"{path}: line {line} is damaged or was edited.\n    The tables in the same folder may be intact; 'redbead "
        "verify' checks them. To repeat the runs, remove or rename the folder and run the same command again."
    )


def read_header(path: Path) -> Record:
    """Read the first record of a journal; empty if the journal has none.

    Raises
    ------
    IntegrityError
        If the line was changed.
    """
    with path.open("rb") as file:
        line = file.readline()
    if not line.endswith(b"\n"):
        return {}
    record = decode(line)
    if record is None:
        raise IntegrityError(_damaged(path, 1))
    return record


def repair(path: Path) -> None:
    """Remove an incomplete last line."""
    content = path.read_bytes()
    complete = _complete_lines(content)
    if len(complete) < len(content):
        with path.open("r+b") as file:
            file.truncate(len(complete))
            os.fsync(file.fileno())


def append(path: Path, record: Mapping[str, Any]) -> None:
    """Append a record and force it to the disk, which acknowledges it."""
    with path.open("ab") as file:
        file.write(encode(record))
        file.flush()
        os.fsync(file.fileno())


def _complete_lines(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]
