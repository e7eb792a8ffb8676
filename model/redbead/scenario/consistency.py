"""Contradictions within a scenario file: values set twice, dates out of order, and levers that exclude one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from redbead.exceptions import Problem, format_value
from redbead.levers import LEVERS, LeverPeriod, find_conflicts
from redbead.levers.base import end_before_start
from redbead.scenario.content import FileContent
from redbead.scenario.keywords import KEYWORDS, PUBLISHED, implied_values
from redbead.scenario.yaml_reader import Mark, YamlDocument

FAMILY_SECTIONS: Final = ("authority", "demand", "inspection", "takeover")
"""Families with their own section in a scenario file. Parameters of all other families belong under ``change``."""


MAX_LEVERS: Final = 200
"""Largest number of levers of a scenario. All pairs of levers are checked for conflicts."""


def check_scenario(content: FileContent) -> None:
    """Add the contradictions of a scenario that do not depend on the files that it extends."""
    _check_double_values(content)
    _check_dates(content)


def _check_double_values(content: FileContent) -> None:
    """Find parameters that the file sets twice: in a section and under ``change``, or by a keyword and a number."""
    changes = _mapping(content, "change")
    for name in FAMILY_SECTIONS:
        section = _mapping(content, name)
        for key, value in section.items():
            path = f"{name}.{key}"
            if path in changes:
                first = content.document.keys[(name, key)].line
                mark = content.document.keys[("change", path)]
                what = f"is set twice, here and at line {first}"
                problem = Problem(content.document.file, *mark, path, what, "Keep one of the two.")
                content.add(("change", path), problem)
            if path == PUBLISHED and "preset" in section:
                what = "cannot be combined with 'preset': an authority has one starting point"
                content.wrong((name, key), what, "Keep one of the two.", shown=True)
            if path in KEYWORDS and isinstance(value, str) and value in KEYWORDS[path].choices:
                _check_keyword(content, path, section, changes)


def _check_keyword(content: FileContent, path: str, section: dict[str, Any], changes: dict[str, Any]) -> None:
    """Find numbers that contradict a keyword of the same file."""
    name, _, key = path.partition(".")
    if not KEYWORDS[path].binding:
        return
    for parameter, value in implied_values(path, section[key]).items():
        short = parameter.partition(".")[2]
        for place, given in (((name, short), section.get(short)), (("change", parameter), changes.get(parameter))):
            if isinstance(given, int | float) and given != value:
                line = content.document.keys[(name, key)].line
                what = f"contradicts {path}: {section[key]} at line {line}, which sets it to {value:g}"
                content.wrong(place, what, "Keep one of the two.", shown=True)


def _mapping(content: FileContent, name: str) -> dict[str, Any]:
    """Mapping under a top-level key; empty if there is none."""
    value = content.get(name)
    return value if isinstance(value, dict) else {}


def _check_dates(content: FileContent) -> None:
    """Find levers that end before they start."""
    for place in content.places("levers"):
        dates = [content.valid(*place, key, default=0) for key in ("from_week", "until_week")]
        if all(isinstance(date, int | float) for date in dates) and (what := end_before_start(*dates)):
            hint = "Choose a later week, or remove until_week for a lever without an end."
            content.wrong((*place, "until_week"), what, hint)


def lever_conflict_problems(documents: Sequence[YamlDocument]) -> Iterator[Problem]:
    """Find levers that cannot be in force together, across files that extend one another.

    Parameters
    ----------
    documents : sequence of YamlDocument
        The files, starting with the one that extends no other.

    Notes
    -----
    Levers with an invalid kind or date are skipped, since these problems are reported separately.
    """
    periods = [(document, number, period) for document in documents for number, period in _lever_periods(document)]
    if len(periods) > MAX_LEVERS:
        document, number, _ = periods[MAX_LEVERS]
        mark = document.mark_of(("levers", number)) or Mark(0, 0)
        what = f"lists {len(periods):,} levers; a scenario has at most {MAX_LEVERS}"
        yield Problem(document.file, *mark, "levers", what, "Remove levers, also from the files that this one extends.")
        return
    for conflict in find_conflicts([period for _, _, period in periods]):
        before, number, _ = periods[conflict.first]
        document, other, period = periods[conflict.second]
        line = (before.mark_of(("levers", number)) or Mark(0, 0)).line
        first = f"line {line}" if before.file == document.file else f"{before.file}, line {line}"
        mark = document.mark_of(("levers", other, "kind")) or Mark(0, 0)
        key = f"{document.name_of(('levers', other, 'kind'))} = {format_value(period.kind)}"
        what = f"{conflict.what}; the other one is at {first}"
        yield Problem(document.file, *mark, key, what, conflict.hint)


def _lever_periods(document: YamlDocument) -> Iterator[tuple[int, LeverPeriod]]:
    """Yield the levers of a file whose dose is not 0, with their position in the list."""
    levers = document.data.get("levers") if isinstance(document.data, dict) else None
    for number, lever in enumerate(levers if isinstance(levers, list) else ()):
        kind = lever.get("kind") if isinstance(lever, dict) else None
        if not isinstance(kind, str) or kind not in LEVERS or lever.get("dose") == 0:
            continue
        dates = lever.get("from_week", 0), lever.get("until_week", 0)
        if all(isinstance(date, int | float) for date in dates):
            yield number, LeverPeriod(kind, *dates)
