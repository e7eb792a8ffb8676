"""The folder of a sensitivity study: its points, tables, report and manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from redbead.problems import BadInputError, Problem
from redbead.scenario.write import to_yaml
from redbead.study import manifest, points
from redbead.study.files import csv_text, explained, json_text, replace_text, write_text
from redbead.study.folder import dated
from redbead.study.sensitivity.study import Found, inputs_hash
from redbead.study.sensitivity.tables import all_tables
from redbead.study.sensitivity.words import Study

Pages = Callable[[Path, Found, str], None]
"""Writes the report and its figures into a folder, from what was found and its digest."""


def place(study: Study, out: Path | None) -> Path:
    """The folder for these inputs: `out`, else the one there already is under ``runs/``, else a new one with a date.

    Raises
    ------
    BadInputError
        `out` holds something that is no sensitivity study.
    """
    if out is None:
        return dated(f"sensitivity-{study.name}", inputs_hash(study))
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / points.NAME).is_file())):
        hint = "give --out a new name, or remove that folder"
        raise BadInputError([Problem("--out", what=f"{out} is there and is not a sensitivity study", hint=hint)])
    return out


def write(
    found: Found, folder: Path, *, command: list[str], started: datetime, seconds: float, jobs: int, pages: Pages
) -> str:
    """Write tables, scenario, report and manifest beside the points; gives the digest of the results.

    Raises
    ------
    EnvironmentProblemError
        The disk is full, read-only, or not ours to write.
    """
    texts = {name: csv_text(table) for name, table in all_tables(found).items()}
    digest = hashlib.sha256("".join(texts[name] for name in sorted(texts)).encode()).hexdigest()
    texts["scenario.resolved.yaml"] = to_yaml(found.study.scenario)
    facts = {
        "kind": "sensitivity", "command": command, "inputs_hash": inputs_hash(found.study), "results_digest": digest,
        "runs": {"failed": []}, "times": manifest.times(started, seconds, jobs),
    }  # fmt: skip
    with explained(folder):
        for name, text in texts.items():
            write_text(folder / name, text)
        pages(folder, found, digest)
        replace_text(folder / manifest.NAME, json_text(manifest.compose(folder, facts)))
    return digest
