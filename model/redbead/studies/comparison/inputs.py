"""Comparison from user input: one batch file, names or paths of scenarios, or scenarios in Python."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from redbead.exceptions import BadInputError, Problem, format_value, printable
from redbead.execution.runs import MAX_RUNS, check_numbers, slug
from redbead.scenario import messages
from redbead.scenario.library import shipped, shipped_batches
from redbead.scenario.loader import find, load
from redbead.scenario.scenario import Scenario
from redbead.scenario.schedule import cuts
from redbead.scenario.yaml_reader import KeyPath
from redbead.studies.comparison.arms import with_theory
from redbead.studies.comparison.policies import build_comparison
from redbead.studies.comparison.reader import is_batch, outcome_problem, read_batch
from redbead.studies.comparison.spec import (
    AUTO,
    PILOT_RUNS,
    RUNS_PER_DRAW,
    BatchDraft,
    Comparison,
    DecidingOutcome,
    Policy,
)

COMMAND: Final = "redbead compare"
_NAMES_IN_TITLE: Final = 3

ScenarioSource = str | Path | Scenario


def gather(
    sources: Sequence[ScenarioSource] | Mapping[str, ScenarioSource], *, baseline: str = "",
    settings: Mapping[str, float | str] | None = None, **fields: Any,  # noqa: ANN401 - fields of a comparison
) -> Comparison:  # fmt: skip
    """Build a comparison from a batch file or from scenarios.

    Parameters
    ----------
    sources : sequence or mapping
        One batch file (name of a shipped batch, or path), or at least two scenarios (names, paths or
        :class:`Scenario`), also as a mapping of names.
    baseline : str
        Policy that all others are compared with; by default the first.
    settings : mapping, optional
        Settings for all policies, by path. Values in which a policy differs from the baseline are kept.
    fields
        Fields of :class:`Comparison`; they take precedence over those of a file.

    Raises
    ------
    BadInputError
        Lists all problems.
    """
    fields = {key: value for key, value in fields.items() if value is not None}
    if not isinstance(sources, Mapping) and len(sources) == 1 and not isinstance(sources[0], Scenario):
        return read_batch(batch_file(sources[0]), baseline=baseline, settings=settings, **fields)
    policies = _policies(sources)
    if not policies or not isinstance(baseline, str):
        what = "must be the name of a policy" if policies else "a comparison needs at least two policies"
        hint = "For example, rb.compare(['baseline', 'just-culture'], baseline='baseline')."
        raise BadInputError([Problem(COMMAND, key="baseline" if policies else "", what=what, hint=hint)])
    draft = BatchDraft(policies, baseline or next(iter(policies), ""), settings=settings or {})
    name = "-".join(list(policies)[:_NAMES_IN_TITLE]) + ("-and-more" if len(policies) > _NAMES_IN_TITLE else "")
    draft.fields = {"name": slug(name), "title": " against ".join(_ordered(policies, draft.baseline)), **fields}
    problems: list[Problem] = []

    def report_error(place: KeyPath, what: str, hint: str) -> None:
        """Record a problem."""
        problems.append(Problem(COMMAND, key=str(place[-1]), what=what, hint=hint))

    comparison = build_comparison(draft, report_error)
    if comparison is None or problems:
        raise BadInputError(problems)
    return comparison


def single(scenario: Scenario, *, runs: int, seed: int, extended: Sequence[Scenario] = ()) -> Comparison:
    """Several runs of one scenario, beside the nearest scenario that it extends.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    runs : int
        Number of runs. [runs]
    seed : int
        Seed of run 0; run k uses ``seed + k``.
    extended : sequence of Scenario
        Scenarios that it extends, the nearest first. The first whose runs differ from those of the scenario is its
        baseline.

    Returns
    -------
    Comparison
        With one policy if no scenario of `extended` differs, otherwise with two.

    Raises
    ------
    BadInputError
        A number is out of range.
    """
    check_numbers(runs, seed, None)
    policies = [Policy(scenario.name, scenario)]
    different = (base for base in extended if base.digest() != scenario.digest())
    if base := next(different, None):
        same_name = slug(base.name) == slug(scenario.name)
        policies.append(Policy(f"{base.name} (extended)" if same_name else base.name, base))
    return Comparison(
        name=scenario.name, policies=tuple(policies), baseline=policies[-1].name,
        subject=scenario.name if len(policies) > 1 else "", runs=runs, seed=seed,
        title=scenario.title, question=scenario.question, source=scenario.source, looks=scenario.looks,
    )  # fmt: skip


def _ordered(policies: Mapping[str, Scenario], baseline: str) -> tuple[str, str]:
    """Names of all other policies and of the baseline, for a title."""
    return ", ".join(name for name in policies if name != baseline), baseline


def batch_file(name: str | Path) -> Path:
    """Path of a shipped batch, or of a file.

    Raises
    ------
    BadInputError
        There is no such batch, or it is a single scenario.
    """
    text = str(name)
    if text in shipped_batches():
        return shipped_batches()[text]
    if text not in shipped() and (is_batch(Path(text)) or _is_unreadable_yaml(Path(text))):
        return Path(text)
    nearest = messages.nearest_name(text, shipped_batches())
    if text in shipped() or Path(text).is_file():
        what, hint = (
            "a comparison needs at least two scenarios",
            f"For example: redbead compare {text} {'just-culture' if text == 'baseline' else 'baseline'}. "
            f"'redbead plan' takes the same arguments. 'redbead run {text}' runs the scenario alone.",
        )
    else:
        what = "no shipped batch or file has this name"
        hint = f"Did you mean {nearest}?" if nearest else f"Shipped batches: {', '.join(shipped_batches())}."
    raise BadInputError([Problem(printable(text), what=what, hint=hint)])


def _is_unreadable_yaml(path: Path) -> bool:
    """Whether a file exists but is not valid YAML; its own problems are then reported."""
    try:
        load(path)
    except BadInputError as error:
        return path.is_file() and any(problem.line for problem in error.problems)
    return False


def _policies(sources: Sequence[object] | Mapping[str, object]) -> dict[str, Scenario]:
    """Scenarios by name. Without names, the name of the scenario or of its file is used."""
    items: Iterable[tuple[object, object]] = (
        sources.items() if isinstance(sources, Mapping) else ((_name_of(item), item) for item in sources)
    )
    policies: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for name, item in items:
        if not isinstance(name, str):
            what, hint = "is not text", "Names of policies are text, such as 'today'."
            problems.append(Problem(COMMAND, key=printable(name), what=what, hint=hint))
            continue
        if name in policies:
            what = "appears twice"
            hint = "Give each policy a unique name: in a batch file, or with a mapping in Python."
            problems.append(Problem(COMMAND, key=name, what=what, hint=hint))
            continue
        if not isinstance(item, str | Path | Scenario):
            what = f"must be a scenario, the name of one, or a path, not {format_value(item)}"
            problems.append(Problem(COMMAND, key=printable(name), what=what))
            continue
        try:
            policies[name] = item if isinstance(item, Scenario) else load(item)
        except BadInputError as error:
            problems += error.problems
    if problems:
        raise BadInputError(problems)
    return policies


def _name_of(item: object) -> str:
    """Name of a scenario, or of its file."""
    if not isinstance(item, str | Path):
        return item.name if isinstance(item, Scenario) else str(item)
    return str(item) if str(item) in shipped() else find(item).stem


def given_outcomes(measures: Mapping[str, float | str] | Sequence[str] | None) -> tuple[DecidingOutcome, ...] | None:
    """Deciding outcomes of an argument in Python: their sizes by name, or texts as on the command line; None for none.

    >>> given_outcomes({"turnover": 0.01}) == given_outcomes(["turnover=0.01"])
    True

    Raises
    ------
    BadInputError
        As :func:`parse_deciding_outcomes` raises it.
    """
    texts = [f"{name}={size}" for name, size in measures.items()] if isinstance(measures, Mapping) else measures
    return parse_deciding_outcomes(texts) if texts else None


def parse_deciding_outcomes(texts: Sequence[str]) -> tuple[DecidingOutcome, ...]:
    """Parse deciding outcomes from a command line, such as ``hidden_errors=5%`` or ``turnover=0.01``.

    Without a value, the smallest difference that matters is 5 % of the mean of the baseline.

    >>> parse_deciding_outcomes(["turnover=0.01", "hidden_errors"])[0]
    DecidingOutcome(measure='turnover', smallest_important=0.01, relative=False)

    Raises
    ------
    BadInputError
        Lists every outcome that cannot decide and every value that is not a positive number.
    """
    outcomes, problems = [], []
    for text in texts:
        name, _, difference = (part.strip() for part in text.partition("="))
        if problem := outcome_problem(name):
            problems.append(Problem("--measure", key=printable(name), what=problem[0], hint=problem[1]))
            continue
        number = difference.removesuffix("%").strip() or "5"
        relative = difference.endswith("%") or not difference
        try:
            value = float(number) / (100 if relative else 1)
        except ValueError:
            value = -1.0
        if not 0.0 < value < float("inf"):
            what, hint = (
                "needs a number above 0, the smallest difference that matters",
                f"For example: {name}=5% or {name}=0.01",
            )
            problems.append(Problem("--measure", key=printable(text), what=what, hint=hint))
        outcomes.append(DecidingOutcome(name, value, relative))
    if problems:
        raise BadInputError(problems)
    return tuple(outcomes)


def with_runs(comparison: Comparison, runs: str) -> Comparison:
    """Return the comparison with another number of runs ('' keeps it), after checking its numbers.

    Raises
    ------
    BadInputError
        The number is not a whole number, or out of range.
    """
    if runs and runs != AUTO and not runs.isdigit():
        raise BadInputError([Problem("--runs", key=printable(runs), what="must be a whole number or auto")])
    if runs:
        comparison = dataclasses.replace(comparison, runs=None if runs == AUTO else int(runs))
    most = comparison.runs if comparison.runs is not None else min(MAX_RUNS, _most_runs(comparison))
    check_numbers(most, comparison.seed, None)
    return comparison


def range_warnings(comparison: Comparison) -> list[str]:
    """Describe every parameter that the levers or spikes of a policy move beyond its range, in the order of policies.

    Draws of uncertain parameters are not considered.
    """
    warnings = []
    for policy in comparison.policies:
        for theory in comparison.theories or ("",):
            under = f" under the theory '{theory}'" if theory else ""
            warnings += [f"'{policy.name}'{under}: {cut}" for cut in cuts(with_theory(policy.scenario, theory))]
    return warnings


def _most_runs(comparison: Comparison) -> int:
    """Run numbers that 'auto' can use: those of the results, and those of the pilot after them."""
    draws = comparison.uncertainty.draws if comparison.uncertainty else 1
    return comparison.limits.runs + (RUNS_PER_DRAW + 1) * max(PILOT_RUNS, draws)
