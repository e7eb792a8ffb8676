"""All types of files, and recognition of the type of a file by its keys."""

from __future__ import annotations

import itertools
from typing import Any, Final

from redbead.exceptions import BadInputError, Problem, printable
from redbead.scenario.keys import FileType
from redbead.scenario.messages import nearest_name
from redbead.scenario.schema import SCENARIO
from redbead.scenario.yaml_reader import YamlDocument

_MAX_KEYS: Final = 100
"""Number of keys whose similarity to known keys is examined."""


def file_types() -> tuple[FileType, ...]:
    """Return all types of files. Their declarations are imported on first use."""
    from redbead.studies.behaviour_checks.spec import CHECKS
    from redbead.studies.calibration.spec import CALIBRATION
    from redbead.studies.comparison.reader import BATCH
    from redbead.studies.targets.spec import TARGETS

    return SCENARIO, BATCH, CHECKS, TARGETS, CALIBRATION


def recognise(document: YamlDocument) -> FileType:
    """Recognise the type of a file by its top-level keys.

    A file has the type whose distinguishing key it contains. Without such a key, it has the type that knows most of its
    keys, and is a scenario in case of doubt.

    Parameters
    ----------
    document : YamlDocument
        The file.

    Raises
    ------
    BadInputError
        If the file could have several types, or has no key of any type.

    Examples
    --------
    >>> from redbead.scenario.yaml_reader import parse
    >>> recognise(parse("policies: {}", "x.yaml")).name, recognise(parse("title: x", "x.yaml")).name
    ('batch', 'scenario')
    """
    data = document.data
    if not isinstance(data, dict) or all(key in SCENARIO.tree.keys for key in data):
        return SCENARIO
    marked = [kind for kind in file_types() if kind.mark in data]
    best = _that_know_most(data, marked or list(file_types()))
    if SCENARIO in best:
        return SCENARIO
    if len(best) != 1:
        several = f"has keys of several types of files ({', '.join(kind.name for kind in best)})"
        raise BadInputError([_unrecognised(document, several if best else "has no key of a known type of file")])
    return best[0]


def _that_know_most(data: dict[str, Any], kinds: list[FileType]) -> list[FileType]:
    """Return the types that know most of the keys, or else their distinguishing key almost; none if no type does."""
    scores = []
    for kind in kinds:
        first = itertools.islice(data, _MAX_KEYS)
        known = sum(key in kind.tree.keys for key in data)
        marks = [kind.mark] if kind.mark else list(kind.tree.keys)
        scores.append((known, sum(nearest_name(key, marks) is not None for key in first)))
    return [kind for kind, score in zip(kinds, scores, strict=True) if score == max(scores) and any(score)]


def _unrecognised(document: YamlDocument, what: str) -> Problem:
    """Problem of a file whose type is not known, with all types."""
    key, mark = next(iter(document.keys.items()))
    listed = [f"{kind.name} (key '{kind.mark}')" if kind.mark else kind.name for kind in file_types()]
    hint = f"Known types: {', '.join(listed)}. 'redbead schema TYPE' prints the keys of a type."
    return Problem(document.file, *mark, "", f"the file {what}; its first key is '{printable(key[0])}'", hint)
