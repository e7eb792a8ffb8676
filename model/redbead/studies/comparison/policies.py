"""Policies of a comparison: expand grids and mixes, then validate the request."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, Final

from redbead.exceptions import BadInputError, Problem, format_value
from redbead.execution.runs import slug
from redbead.levers import Lever
from redbead.scenario import messages
from redbead.scenario.keywords import KEYWORDS
from redbead.scenario.scenario import Scenario, duration_text
from redbead.scenario.theories import BALANCED
from redbead.scenario.yaml_reader import KeyPath
from redbead.studies.comparison.arms import added_levers, differing_parameters
from redbead.studies.comparison.spec import (
    MAX_LEVERS,
    MAX_POLICIES,
    BatchDraft,
    Comparison,
    ErrorCollector,
    Policy,
    ReportError,
    check_names,
    combination_name,
    describe_problem,
    known_policies,
    too_many_policies,
    unknown_policy,
)

LEVERS: Final = "levers"


def build_mixes(
    mix: Mapping[str, Sequence[str]], policies: Mapping[str, Scenario], base: Scenario, errors: ErrorCollector
) -> Iterator[tuple[str, Scenario]]:
    """Yield the policies that combine other policies."""
    for name, parts in mix.items():
        place: KeyPath = ("mix", name)
        if name in policies:
            errors.add(place, "is already the name of a policy", "Choose another name for the mix.")
            continue
        unknown = [part for part in parts if part not in policies]
        if unknown or len(parts) < 2:
            what = unknown_policy(unknown[0]) if unknown else "needs at least two policies"
            errors.add(place, what, known_policies(policies, *unknown[:1]))
            continue
        combined = _combine(name, {part: policies[part] for part in parts}, base, place, errors)
        if combined is not None:
            yield name, combined


def _combine(
    name: str, parts: Mapping[str, Scenario], base: Scenario, place: KeyPath, errors: ErrorCollector
) -> Scenario | None:
    """Combine the differences of all parts from the baseline."""
    values: dict[str, tuple[float, str]] = {}
    conflict = False
    for part, scenario in parts.items():
        for path, value in differing_parameters(scenario, base).items():
            existing, other = values.setdefault(path, (value, part))
            if existing != value:
                conflict = True
                what = f"'{other}' sets {path} to {existing:g}, '{part}' to {value:g}"
                errors.add(
                    place, what, "Policies of a mix must agree. Remove one, or write the combination as a policy."
                )
    levers: dict[str, Lever] = {repr(lever.as_dict()): lever for lever in base.levers}
    levers |= {repr(lever.as_dict()): lever for scenario in parts.values() for lever in scenario.levers}
    spikes = {repr(spike): spike for scenario in (base, *parts.values()) for spike in scenario.spikes}
    if conflict:
        return None
    try:
        combined = dataclasses.replace(
            base, name=slug(name), title=" + ".join(parts), question="", source="", looks="",
            levers=tuple(levers.values()), spikes=tuple(spikes.values()),
        )  # fmt: skip
        return combined.set({path: value for path, (value, _) in values.items()})
    except BadInputError as error:
        for problem in error.problems:
            errors.add(place, describe_problem(problem), problem.hint)
        return None


def expand_grid(
    draft: BatchDraft, policies: dict[str, Scenario], errors: ErrorCollector
) -> Iterator[tuple[str, Scenario]]:
    """Yield all policies; one policy per combination of values replaces the policy that the grid varies."""
    name_to_vary = draft.grid_policy or draft.baseline
    if draft.grid and name_to_vary not in policies:
        errors.add(
            ("grid", "policy"),
            unknown_policy(name_to_vary),
            known_policies(policies, name_to_vary),
        )
    combinations = math.prod(len(values) for values in draft.grid.values()) if draft.grid else 0
    is_replaced = bool(draft.grid) and name_to_vary in policies and name_to_vary != draft.baseline
    if draft.grid and len(policies) - is_replaced + combinations > MAX_POLICIES:
        errors.add(("grid",), *too_many_policies(combinations, "combinations"))
        return
    for name, scenario in policies.items():
        if not draft.grid or name != name_to_vary or name == draft.baseline:
            yield name, scenario
        if draft.grid and name == name_to_vary:
            yield from _vary(name, scenario, draft.grid, errors, policies)


def _vary(
    name: str, scenario: Scenario, grid: Mapping[str, Sequence[Any]], errors: ErrorCollector, others: Container[str]
) -> Iterator[tuple[str, Scenario]]:
    """Yield one policy per combination of values."""
    for combination in itertools.product(*grid.values()):
        values = dict(zip(grid, combination, strict=True))
        label = combination_name(name, values)
        if label in others:
            what = f"makes a policy named '{label}', which is already the name of a policy"
            errors.add(("grid", "values"), what, "Rename that policy, or remove the value from the grid.")
            continue
        try:
            yield label, with_values(scenario, values)
        except BadInputError as error:
            for problem in error.problems:
                path = next((p for p in values if problem.key.startswith(p)), next(iter(values)))
                errors.add(("grid", "values", path), describe_problem(problem), problem.hint)
            return


def with_values(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """Return a scenario with other values of parameters, keywords or numbers of levers (``levers.KIND.NUMBER``).

    Parameters
    ----------
    scenario : Scenario
        Scenario to change.
    values : mapping
        Values by path.

    Raises
    ------
    BadInputError
        A path is unknown, a value is out of range, or the scenario does not have the lever.

    Examples
    --------
    >>> from redbead.scenario.loader import load
    >>> with_values(load("just-culture"), {"levers.just-culture.dose": 0.5}).levers[0].dose
    0.5
    """
    values = {path: messages.plain_number(value) for path, value in values.items()}
    _refuse_contradictions(values)
    lever_values = {path: value for path, value in values.items() if path.startswith(f"{LEVERS}.")}
    changed = scenario.set({path: value for path, value in values.items() if path not in lever_values})
    for path, value in lever_values.items():
        changed = _with_lever(changed, path, value)
    return changed


def _refuse_contradictions(values: Mapping[str, Any]) -> None:
    """Refuse a keyword together with a parameter that it sets to another value; the name would state both."""
    words = {path: word for path, word in values.items() if path in KEYWORDS and KEYWORDS[path].binding}
    for path, word in words.items():
        for parameter, implied in KEYWORDS[path].choices.get(word, {}).items():
            if values.get(parameter, implied) != implied:
                what = f"contradicts {path}: {word}, which sets it to {implied:g}"
                key = f"{parameter} = {format_value(values[parameter])}"
                raise BadInputError([Problem("grid", key=key, what=what, hint="Keep one of the two in the grid.")])


def lever_number(path: str) -> tuple[str, str]:
    """Kind of the lever and name of the number of a path ``levers.KIND.NUMBER``.

    >>> lever_number("levers.just-culture.dose")
    ('just-culture', 'dose')
    """
    kind, _, number = path.partition(".")[2].partition(".")
    return kind, number


def _with_lever(scenario: Scenario, path: str, value: Any) -> Scenario:  # noqa: ANN401 - any YAML value
    """Scenario with another number of one of its levers."""
    kind, number = lever_number(path)
    matching = [lever for lever in scenario.levers if lever.kind == kind]
    numbers = {item.name: item for lever in matching for item in lever.numbers()}
    if not matching:
        kinds = ", ".join(lever.kind for lever in scenario.levers) or "none"
        raise BadInputError(
            [Problem("grid", key=path, what="the policy has no such lever", hint=f"Its levers: {kinds}.")]
        )
    if number not in numbers:
        hint = messages.suggest_name(number, numbers)
        raise BadInputError([Problem("grid", key=path, what=f"{kind} has no such number", hint=hint)])
    if problem := messages.wrong_value(numbers[number].param, value):
        raise BadInputError([Problem("grid", 0, 0, f"{path} = {format_value(value)}", *problem)])
    try:
        levers = tuple(
            dataclasses.replace(lever, **{number: value}) if lever.kind == kind else lever for lever in scenario.levers
        )
        return dataclasses.replace(scenario, levers=levers)
    except BadInputError as error:
        hint = "Choose another value, or change the other numbers of the lever."
        raise BadInputError(
            [dataclasses.replace(p, key=f"{path} = {value}", hint=p.hint or hint) for p in error.problems]
        ) from None


def build_comparison(draft: BatchDraft, report_error: ReportError, fewest: int = 2) -> Comparison | None:
    """Validate a request and build the comparison.

    Parameters
    ----------
    draft : BatchDraft
        The request.
    report_error : callable
        Receives every error.
    fewest : int
        Smallest number of policies; 1 for the folder of a single scenario.

    Returns
    -------
    Comparison or None
        None if there were errors.
    """
    errors = ErrorCollector(report_error)
    policies = _with_common_settings(draft, errors)
    if draft.baseline not in policies:
        errors.add(
            ("baseline",),
            unknown_policy(draft.baseline),
            known_policies(policies, draft.baseline),
        )
        return None
    if len(draft.mix) > MAX_POLICIES:
        errors.add(("mix",), *too_many_policies(len(draft.mix), "mixes"))
        return None
    base = policies[draft.baseline]
    mixes_of_grid = {name: parts for name, parts in draft.mix.items() if not all(part in policies for part in parts)}
    other_mixes = {name: parts for name, parts in draft.mix.items() if name not in mixes_of_grid}
    policies |= dict(build_mixes(other_mixes, policies, base, errors))
    policies = dict(expand_grid(draft, policies, errors))
    _add_mixes(mixes_of_grid, policies, base, errors)
    if errors.has_errors():
        return None
    _check_number(policies, errors, fewest)
    check_names(policies, draft, errors)
    _check_durations(policies, draft.baseline, errors)
    if errors.has_errors():
        return None
    comparison = Comparison(
        policies=tuple(Policy(name, scenario) for name, scenario in policies.items()),
        baseline=draft.baseline, **draft.fields,
    )  # fmt: skip
    _check_package(comparison, errors)
    _check_theories(comparison, errors)
    _check_switching(comparison, errors)
    _check_pairs(comparison, errors)
    if comparison.subject and comparison.subject not in comparison.others:
        what = "is the baseline" if comparison.subject == comparison.baseline else unknown_policy(comparison.subject)
        errors.add(("subject",), what, known_policies(comparison.others, comparison.subject))
    return None if errors.has_errors() else comparison


def _add_mixes(
    mixes: Mapping[str, Sequence[str]], policies: dict[str, Scenario], base: Scenario, errors: ErrorCollector
) -> None:
    """Add mixes of policies of the grid and of other mixes, in any order."""
    while ready := {name: parts for name, parts in mixes.items() if all(part in policies for part in parts)}:
        policies |= dict(build_mixes(ready, policies, base, errors))
        mixes = {name: parts for name, parts in mixes.items() if name not in ready}
    policies |= dict(build_mixes(mixes, policies, base, errors))


def _with_common_settings(draft: BatchDraft, errors: ErrorCollector) -> dict[str, Scenario]:
    """Policies with the common settings; values in which a policy differs from the baseline are kept."""
    base = draft.policies.get(draft.baseline)
    if not draft.settings or base is None:
        return dict(draft.policies)
    try:
        return {
            name: scenario.set({**draft.settings, **differing_parameters(scenario, base)})
            for name, scenario in draft.policies.items()
        }
    except BadInputError as error:
        for problem in error.problems:
            errors.add(("time",), describe_problem(problem), problem.hint)
        return dict(draft.policies)


def _check_number(policies: Mapping[str, Scenario], errors: ErrorCollector, fewest: int) -> None:
    """Report too few or too many policies."""
    if len(policies) > MAX_POLICIES:
        errors.add(("policies",), *too_many_policies(len(policies)))
    if len(policies) < fewest:
        errors.add(
            ("policies",), "a comparison needs at least two policies", "Use 'redbead run' for a single scenario."
        )


def _check_durations(policies: Mapping[str, Scenario], baseline: str, errors: ErrorCollector) -> None:
    """Report policies whose duration differs from that of the baseline."""
    base = policies.get(baseline)
    for name, scenario in policies.items():
        if base and (scenario.weeks, scenario.warm_up_weeks) != (base.weeks, base.warm_up_weeks):
            what = f"has {duration_text(scenario)}, but the baseline has {duration_text(base)}"
            errors.add(("policies", name), what, "Set the duration of all policies with time: {years: 10}.")


def _check_package(comparison: Comparison, errors: ErrorCollector) -> None:
    """Report a package that is not a policy, or that adds too few or too many levers."""
    if comparison.package is None:
        return
    name = comparison.package.policy
    if name not in comparison.names:
        errors.add(
            ("package", "policy"),
            unknown_policy(name),
            known_policies(comparison.names, name),
        )
    elif not 2 <= len(added_levers(comparison)) <= MAX_LEVERS:
        count = len(added_levers(comparison))
        what = f"'{name}' adds {count} lever{'s' * (count != 1)} to the baseline"
        errors.add(("package", "policy"), what, f"Shares can be computed for 2 to {MAX_LEVERS} levers.")


def _check_theories(comparison: Comparison, errors: ErrorCollector) -> None:
    """Report policies that set their own theory if the comparison lists theories."""
    for policy in comparison.policies if comparison.theories else ():
        theory = policy.scenario.theory
        if theory != BALANCED:
            what = f"sets its own theory ({theory}), but the batch also lists `theories`"
            errors.add(("policies", policy.name), what, "Remove one of the two.")


def _check_switching(comparison: Comparison, errors: ErrorCollector) -> None:
    """Report a switching-value search whose policies are unknown or equal."""
    search = comparison.switching
    if search is None:
        return
    for key, name in (("policy", search.policy), ("rival", search.rival)):
        if name not in comparison.names:
            errors.add(
                ("switching", key),
                unknown_policy(name),
                known_policies(comparison.names, name),
            )
    if search.policy == search.rival:
        errors.add(("switching", "policy"), "is compared with itself", "Choose another policy or rival.")


def _check_pairs(comparison: Comparison, errors: ErrorCollector) -> None:
    """Report pairs that are not two policies of the comparison."""
    for position, pair in enumerate(map(list, comparison.pairs)):
        unknown = [name for name in pair if name not in comparison.names]
        if unknown:
            errors.add(("pairs", position), unknown_policy(unknown[0]), known_policies(comparison.names, unknown[0]))
        elif len(pair) != 2:
            errors.add(("pairs", position), "is not a pair", "Name two policies: [learning, two strikes].")
