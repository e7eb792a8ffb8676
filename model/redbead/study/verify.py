"""Is a run folder what its manifest says?"""

from __future__ import annotations

from pathlib import Path

from redbead.problems import Problem
from redbead.study import manifest
from redbead.study.files import sha256


def verify(folder: Path) -> list[Problem]:
    """Everything about the folder that is not as its manifest says: changed, missing, extra or renamed files.

    Raises
    ------
    IntegrityError
        There is no manifest, or it is damaged: nothing can be checked against it.
    """
    record = manifest.read(folder)["files"]
    there = manifest.files_in(folder)
    odd = {name for name in there if (folder / name).is_symlink()}
    hashes = {name: sha256(folder / name) for name in there if name not in odd}
    wanted = {entry["sha256"]: name for name, entry in record.items()}
    problems = [Problem(name, what="a link, not a file of this run") for name in odd]
    problems += [
        Problem(name, what="changed since it was written: its SHA-256 differs")
        for name in record
        if name in hashes and hashes[name] != record[name]["sha256"]
    ]
    moved = {name: wanted.get(hashes[name]) for name in hashes if name not in record}
    for name in record:
        new = [other for other, old in moved.items() if old == name]
        if name not in hashes and name not in odd:
            problems.append(Problem(name, what=f"renamed to {new[0]}" if new else "missing"))
    problems += [
        Problem(name, what="not part of this run: the manifest does not list it")
        for name, old in moved.items()
        if old is None or old in hashes
    ]
    return sorted(problems)
