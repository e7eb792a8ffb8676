"""Append-only journal of a store: one record per line, each with its own SHA-256.

A record acknowledges data that is on the disk. An incomplete last line, left by a killed process, was never
acknowledged and is dropped. A line that was changed, or that is not a record of a store, is refused.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from redbead.exceptions import IntegrityError

NAME: Final = "journal.jsonl"

Record = dict[str, Any]


def _is_text(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, str)


def _is_number(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return type(value) in (int, float) and math.isfinite(value)


def _is_count(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return type(value) is int and 0 <= value < 2**63


def _is_list_of(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _is_hash(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _is_run(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, list) and len(value) == 3 and all(map(_is_count, value[:2])) and _is_number(value[2])


def _is_shapes(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, dict) and all(map(_is_list_of(_is_count), value.values()))


_FIELDS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "format": _is_count, "kind": _is_text, "inputs": _is_text, "version": _is_text, "model": _is_text,
    "agents": _is_list_of(_is_text), "measures": _is_list_of(_is_text),
    "chunk": _is_count, "sha256": _is_hash, "events": _is_hash, "runs": _is_list_of(_is_run),
    "shape": _is_list_of(_is_count),
    "arm": _is_count, "run": _is_count, "seconds": _is_number, "failed": _is_text, "trace": _is_text,
    "part": _is_text, "point": _is_count,
    "file": lambda value: _is_text(value) and re.fullmatch(r"point-\d{6,}\.npz", value) is not None,
    "arrays": _is_shapes,
}  # fmt: skip
"""Allowed values of the fields of a record."""

_HEADER: Final = ({"inputs"},)
_RUNS: Final = ({"chunk", "sha256", "runs"}, {"failed", "trace", "arm", "run", "seconds"})
_POINTS: Final = ({"part", "point", "found"}, {"part", "point", "file", "sha256"}, {"part", "point", "failed", "trace"})
"""Fields that the header, a record of runs and a record of a design point need."""


def has_form(record: Record, header: Record | None) -> bool:
    """Whether a record has the fields of a header, if `header` is None, or of a result of the study of this header.

    Examples
    --------
    >>> has_form({"inputs": "x", "kind": "calibration"}, None)
    True
    >>> has_form({"part": "wave 1", "point": -1, "found": 0.5}, {"inputs": "x", "kind": "calibration"})
    False
    """
    if header is None:
        forms: tuple[set[str], ...] = _HEADER
    elif "kind" in header:
        forms = _RUNS if header["kind"] == "comparison" else _POINTS
    else:  # format 1
        forms = (*_RUNS, *_POINTS)
    checked = all(check(record[name]) for name, check in _FIELDS.items() if name in record)
    return checked and any(fields <= record.keys() for fields in forms)


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
        If a line was changed, or is not a record of this study.
    """
    complete = _complete_lines(path.read_bytes())
    records: list[Record] = []
    for number, line in enumerate(complete.splitlines(keepends=True), start=1):
        record = decode(line)
        if record is None or not has_form(record, records[0] if records else None):
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
        If the line was changed, or is not a header.
    """
    with path.open("rb") as file:
        line = file.readline()
    if not line.endswith(b"\n"):
        return {}
    record = decode(line)
    if record is None or not has_form(record, None):
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
