"""Make a comparison out of what was asked for, and refuse what cannot be, with the place it came from."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from redbead.exceptions import BadInputError, Problem
from redbead.execution.runs import slug
from redbead.levers import Lever
from redbead.scenario import messages
from redbead.scenario.scenario import Scenario
from redbead.scenario.theories import BALANCED
from redbead.scenario.yaml_reader import KeyPath
from redbead.studies.comparison.arms import differing, own_levers
from redbead.studies.comparison.spec import (
    MOST_LEVERS,
    MOST_POLICIES,
    BatchDraft,
    Comparison,
    ErrorCollector,
    Policy,
    ReportError,
    known_policies,
)

LEVERS: Final = "levers"
_SHORT: Final = 48


def mixes(
    mix: Mapping[str, Sequence[str]], policies: Mapping[str, Scenario], base: Scenario, wrong: ErrorCollector
) -> Iterator[tuple[str, Scenario]]:
    """The policies that combine others."""
    for name, parts in mix.items():
        place: KeyPath = ("mix", name)
        if name in policies:
            wrong(place, "a policy of this name is there already", "give the mix a name of its own")
            continue
        unknown = [part for part in parts if part not in policies]
        if unknown or len(parts) < 2:
            wrong(place, f"{unknown[0]!r} is none of the policies" if unknown else "a mix needs two policies or more",
                  known_policies(policies))  # fmt: skip
            continue
        mixed = _mixed(name, {part: policies[part] for part in parts}, base, place, wrong)
        if mixed is not None:
            yield name, mixed


def _mixed(
    name: str, parts: Mapping[str, Scenario], base: Scenario, place: KeyPath, wrong: ErrorCollector
) -> Scenario | None:
    """The differences of all parts from the baseline, together."""
    values: dict[str, tuple[float, str]] = {}
    clash = False
    for part, scenario in parts.items():
        for path, value in differing(scenario, base).items():
            held, other = values.setdefault(path, (value, part))
            if held != value:
                clash = True
                what = f"'{other}' sets {path} to {held:g}, '{part}' to {value:g}"
                wrong(place, what, "a mix takes only policies that agree: leave one out, or write the mix as a policy")
    levers: dict[str, Lever] = {repr(lever.as_dict()): lever for lever in base.levers}
    levers |= {repr(lever.as_dict()): lever for scenario in parts.values() for lever in scenario.levers}
    spikes = {repr(spike): spike for scenario in (base, *parts.values()) for spike in scenario.spikes}
    if clash:
        return None
    try:
        mixed = dataclasses.replace(
            base, name=slug(name), title=" + ".join(parts), question="", source="", looks="",
            levers=tuple(levers.values()), spikes=tuple(spikes.values()),
        )  # fmt: skip
        return mixed.set({path: value for path, (value, _) in values.items()})
    except BadInputError as error:
        for problem in error.problems:
            wrong(place, f"{problem.key}: {problem.what}", problem.hint)
        return None


def grid(draft: BatchDraft, policies: dict[str, Scenario], wrong: ErrorCollector) -> Iterator[tuple[str, Scenario]]:
    """All policies; the one that the grid varies gives way to one policy for each combination of values."""
    varied = draft.grid_policy or draft.baseline
    if draft.grid and varied not in policies:
        wrong(("grid", "policy"), f"{messages.printable(varied)!r} is none of the policies", known_policies(policies))
    many = math.prod(len(values) for values in draft.grid.values()) if draft.grid else 0
    if len(policies) + many > MOST_POLICIES:
        what = f"{many:,} combinations; {MOST_POLICIES} policies are the most"
        wrong(("grid",), what, "fewer values, or draw them: 'uncertainty' takes any number of parameters")
        return
    for name, scenario in policies.items():
        if not draft.grid or name != varied or name == draft.baseline:
            yield name, scenario
        if draft.grid and name == varied:
            yield from _varied(name, scenario, draft.grid, wrong)


def _varied(
    name: str, scenario: Scenario, grid: Mapping[str, Sequence[Any]], wrong: ErrorCollector
) -> Iterator[tuple[str, Scenario]]:
    for combination in itertools.product(*grid.values()):
        chosen = dict(zip(grid, combination, strict=True))
        told = ", ".join(f"{path.rpartition('.')[2]} {value}" for path, value in chosen.items())
        called = f"{name}: {told}"[: _SHORT + len(name)]
        try:
            yield called, with_values(scenario, chosen)
        except BadInputError as error:
            for problem in error.problems:
                path = next((p for p in chosen if problem.key.startswith(p)), next(iter(chosen)))
                wrong(("grid", "values", path), f"{problem.key}: {problem.what}", problem.hint)
            return


def with_values(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """A scenario with other values of parameters, words or numbers of its levers (``levers.KIND.NUMBER``).

    Raises
    ------
    BadInputError
        Names what is unknown or out of range, and levers that the scenario does not have.

    Examples
    --------
    >>> from redbead.scenario.loader import load
    >>> with_values(load("just-culture"), {"levers.just-culture.dose": 0.5}).levers[0].dose
    0.5
    """
    own = {path: value for path, value in values.items() if path.startswith(f"{LEVERS}.")}
    changed = scenario.set({path: value for path, value in values.items() if path not in own})
    for path, value in own.items():
        changed = _with_lever(changed, path, value)
    return changed


def _with_lever(scenario: Scenario, path: str, value: Any) -> Scenario:  # noqa: ANN401 - a file may hold anything
    _, _, rest = path.partition(".")
    kind, _, number = rest.partition(".")
    found = [lever for lever in scenario.levers if lever.kind == kind]
    known = {item.name: item for lever in found for item in lever.numbers()}
    if not found:
        kinds = ", ".join(lever.kind for lever in scenario.levers) or "none"
        raise BadInputError([Problem("grid", key=path, what="the policy has no such lever", hint=f"it has: {kinds}")])
    if number not in known:
        hint = messages.meant(number, known)
        raise BadInputError([Problem("grid", key=path, what=f"{kind} has no such number", hint=hint)])
    try:
        levers = tuple(
            dataclasses.replace(lever, **{number: value}) if lever.kind == kind else lever for lever in scenario.levers
        )
        return dataclasses.replace(scenario, levers=levers)
    except BadInputError as error:
        raise BadInputError([dataclasses.replace(p, key=f"{path} = {value}") for p in error.problems]) from None


def build(draft: BatchDraft, complain: ReportError) -> Comparison | None:
    """The comparison, or None where something is wrong (and was complained of)."""
    wrong = ErrorCollector(complain)
    policies = _in_world(draft, wrong)
    if draft.baseline not in policies:
        wrong(
            ("baseline",), f"{messages.printable(draft.baseline)!r} is none of the policies", known_policies(policies)
        )
        return None
    base = policies[draft.baseline]
    late = {name: parts for name, parts in draft.mix.items() if not all(part in policies for part in parts)}
    early = {name: parts for name, parts in draft.mix.items() if name not in late}
    policies |= dict(mixes(early, policies, base, wrong))
    policies = dict(grid(draft, policies, wrong))
    policies |= dict(mixes(late, policies, base, wrong))  # of policies that the grid has made
    if wrong.anything():
        return None
    _refuse_alike(policies, wrong)
    _refuse_other_times(policies, draft.baseline, wrong)
    if wrong.anything():
        return None
    comparison = Comparison(
        policies=tuple(Policy(name, scenario) for name, scenario in policies.items()),
        baseline=draft.baseline, **draft.rest,
    )  # fmt: skip
    _refuse_package(comparison, wrong)
    _refuse_theories(comparison, wrong)
    _refuse_overlaps(comparison, wrong)
    return None if wrong.anything() else comparison


def _in_world(draft: BatchDraft, wrong: ErrorCollector) -> dict[str, Scenario]:
    """All policies with the settings for all; in what a policy differs from the baseline, it wins."""
    base = draft.policies.get(draft.baseline)
    if not draft.world or base is None:
        return dict(draft.policies)
    try:
        return {
            name: scenario.set({**draft.world, **differing(scenario, base)})
            for name, scenario in draft.policies.items()
        }
    except BadInputError as error:
        for problem in error.problems:
            wrong(("time",), f"{problem.key}: {problem.what}", problem.hint)
        return dict(draft.policies)


def _refuse_alike(policies: Mapping[str, Scenario], wrong: ErrorCollector) -> None:
    """Names that become the same name of a file."""
    seen: dict[str, str] = {}
    for name in policies:
        if (other := seen.setdefault(slug(name), name)) != name:
            wrong(("policies", name), f"too much like '{other}': both become '{slug(name)}' in file names",
                  "names must differ in letters or digits")  # fmt: skip
    if len(policies) < 2:
        wrong(("policies",), "only one policy: there is nothing to compare", "redbead run runs a single scenario")


def _refuse_other_times(policies: Mapping[str, Scenario], baseline: str, wrong: ErrorCollector) -> None:
    """Policies that run longer or shorter than the baseline."""
    base = policies.get(baseline)
    for name, scenario in policies.items():
        if base and (scenario.weeks, scenario.warm_up_weeks) != (base.weeks, base.warm_up_weeks):
            what = (
                f"runs {scenario.years:g} years after {scenario.warm_up_years:g} of warm-up, the baseline "
                f"{base.years:g} after {base.warm_up_years:g}"
            )
            wrong(("policies", name), what, "set 'time' for all of them: time: {years: 10}")


def _refuse_package(comparison: Comparison, wrong: ErrorCollector) -> None:
    """A package that is no policy, has one lever only, or too many."""
    if comparison.package is None:
        return
    name = comparison.package.policy
    if name not in comparison.names:
        wrong(("package", "policy"), f"{name!r} is none of the policies", f"they are: {', '.join(comparison.names)}")
    elif not 2 <= len(own_levers(comparison)) <= MOST_LEVERS:
        many = len(own_levers(comparison))
        what = f"'{name}' adds {many} lever{'s' * (many != 1)} to the baseline"
        wrong(("package", "policy"), what, f"shares can be told for 2 to {MOST_LEVERS} levers")


def _refuse_theories(comparison: Comparison, wrong: ErrorCollector) -> None:
    """Policies that take a theory of their own while the comparison goes through several."""
    for policy in comparison.policies if comparison.theories else ():
        own = policy.scenario.theory
        if own != BALANCED:
            wrong(("policies", policy.name), f"takes the theory {own} itself, and the comparison lists theories",
                  "leave one of the two out")  # fmt: skip


def _refuse_overlaps(comparison: Comparison, wrong: ErrorCollector) -> None:
    """Sides of a switching value that are no policies, or one and the same."""
    asked = comparison.switching
    if asked is None:
        return
    for key, name in (("policy", asked.policy), ("rival", asked.rival)):
        if name not in comparison.names:
            wrong(("switching", key), f"{name!r} is none of the policies", f"they are: {', '.join(comparison.names)}")
    if asked.policy == asked.rival:
        wrong(("switching", "policy"), "is its own rival", "name another policy")
