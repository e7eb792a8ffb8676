"""A comparison from what somebody names: one batch file, or scenarios by name or path, or scenarios in Python."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from redbead.exceptions import BadInputError, Problem
from redbead.execution.runs import check_numbers, slug
from redbead.scenario import messages
from redbead.scenario.library import shipped, shipped_batches
from redbead.scenario.loader import find, load
from redbead.scenario.scenario import Scenario
from redbead.scenario.yaml_reader import KeyPath
from redbead.studies.comparison.policies import build
from redbead.studies.comparison.reader import is_batch, misjudged, read_batch
from redbead.studies.comparison.spec import AUTO, BatchDraft, Comparison, DecidingOutcome

COMMAND: Final = "redbead compare"
_NAMED: Final = 3

ScenarioSource = str | Path | Scenario


def gather(
    given: Sequence[ScenarioSource] | Mapping[str, ScenarioSource], *, baseline: str = "", world: Mapping[str, float | str] | None = None,
    **rest: Any,  # noqa: ANN401 - fields of a comparison
) -> Comparison:  # fmt: skip
    """The comparison of what is named.

    Parameters
    ----------
    given
        One batch file (its name if it is shipped, or a path), or two scenarios and more, also as a mapping of names.
    baseline
        Which of the policies all others are compared with; the first where absent.
    world
        Settings for all policies, by path; what a policy sets differently from the baseline stays.
    rest
        Fields of :class:`Comparison`, before those of a file.

    Raises
    ------
    BadInputError
        Names everything that is wrong.
    """
    rest = {key: value for key, value in rest.items() if value is not None}
    if not isinstance(given, Mapping) and len(given) == 1 and not isinstance(given[0], Scenario):
        return read_batch(batch_file(given[0]), baseline=baseline, world=world, **rest)
    policies = _policies(given)
    draft = BatchDraft(policies, baseline or next(iter(policies), ""), world=world or {})
    short = "-".join(list(policies)[:_NAMED]) + ("-and-more" if len(policies) > _NAMED else "")
    draft.rest = {"name": slug(short), "title": " against ".join(_ordered(policies, draft.baseline)), **rest}
    problems: list[Problem] = []

    def complain(place: KeyPath, what: str, hint: str) -> None:
        problems.append(Problem(COMMAND, key=str(place[-1]), what=what, hint=hint))

    made = build(draft, complain)
    if made is None or problems:
        raise BadInputError(problems)
    return made


def _ordered(policies: Mapping[str, Scenario], baseline: str) -> tuple[str, str]:
    """All others, and the baseline, for a title."""
    return ", ".join(name for name in policies if name != baseline), baseline


def batch_file(name: str | Path) -> Path:
    """The file of a batch: a shipped one by its name, or a path.

    Raises
    ------
    BadInputError
        There is no such batch; or it is a scenario, which cannot be compared with nothing.
    """
    text = str(name)
    if text in shipped_batches():
        return shipped_batches()[text]
    if text not in shipped() and (is_batch(Path(text)) or _looks_like_one(Path(text))):
        return Path(text)
    near = messages.close(text, shipped_batches())
    if text in shipped() or Path(text).is_file():
        what, hint = "a single scenario: there is nothing to compare it with", f"redbead compare baseline {text}"
    else:
        what = "no batch of this name, and no file"
        hint = f"did you mean {near!r}?" if near else f"shipped batches: {', '.join(shipped_batches())}"
    raise BadInputError([Problem(messages.printable(text), what=what, hint=hint)])


def _looks_like_one(path: Path) -> bool:
    """A file that cannot be read as YAML: its own problems will say so."""
    try:
        load(path)
    except BadInputError as error:
        return path.is_file() and any(problem.line for problem in error.problems)
    return False


def _policies(given: Sequence[ScenarioSource] | Mapping[str, ScenarioSource]) -> dict[str, Scenario]:
    """Scenarios by name; names are their own where none are given."""
    items: Iterable[tuple[str, ScenarioSource]] = (
        given.items() if isinstance(given, Mapping) else ((_name_of(item), item) for item in given)
    )
    found: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for name, item in items:
        if name in found:
            what = "given twice"
            hint = "policies need names of their own: in a batch file, or as a mapping in Python"
            problems.append(Problem(COMMAND, key=name, what=what, hint=hint))
            continue
        try:
            found[name] = item if isinstance(item, Scenario) else load(item)
        except BadInputError as error:
            problems += error.problems
    if problems:
        raise BadInputError(problems)
    return found


def _name_of(item: ScenarioSource) -> str:
    if isinstance(item, Scenario):
        return item.name
    return str(item) if str(item) in shipped() else find(item).stem


def targets(texts: Sequence[str]) -> tuple[DecidingOutcome, ...]:
    """Deciding outcomes from a command line, such as ``hidden_errors=5%`` or ``turnover=0.01``; 5 % where not said.

    >>> targets(["turnover=0.01", "hidden_errors"])[0]
    Target(measure='turnover', smallest=0.01, relative=False)

    Raises
    ------
    BadInputError
        Names every outcome that cannot decide, and every difference that is no number.
    """
    found, problems = [], []
    for text in texts:
        name, _, size = (part.strip() for part in text.partition("="))
        if problem := misjudged(name):
            problems.append(Problem("--measure", key=messages.printable(name), what=problem[0], hint=problem[1]))
            continue
        number = size.removesuffix("%").strip() or "5"
        relative = size.endswith("%") or not size
        try:
            value = float(number) / (100 if relative else 1)
        except ValueError:
            value = -1.0
        if not 0.0 < value < float("inf"):
            what, hint = "the smallest difference that matters must be a number above 0", f"{name}=5% or {name}=0.01"
            problems.append(Problem("--measure", key=messages.printable(text), what=what, hint=hint))
        found.append(DecidingOutcome(name, value, relative))
    if problems:
        raise BadInputError(problems)
    return tuple(found)


def with_runs(comparison: Comparison, runs: str) -> Comparison:
    """The comparison with another number of runs, if one is asked for ('' keeps it); its numbers checked.

    Raises
    ------
    BadInputError
        It is no number, or out of range.
    """
    if runs and runs != AUTO and not runs.isdigit():
        raise BadInputError([Problem("--runs", key=messages.printable(runs), what="must be a whole number, or auto")])
    if runs:
        comparison = dataclasses.replace(comparison, runs=None if runs == AUTO else int(runs))
    check_numbers(comparison.runs if comparison.runs is not None else comparison.limits.runs, comparison.seed, None)
    return comparison
