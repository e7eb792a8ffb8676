"""Grids and mixes: policies made of other policies."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from redbead.levers import Lever
from redbead.problems import BadInputError, Problem
from redbead.scenario import checks as telling
from redbead.scenario.read import Place
from redbead.scenario.spec import Scenario
from redbead.study.comparing.arms import differing
from redbead.study.comparing.draft import Draft, Noting, known_policies
from redbead.study.comparing.words import MOST_POLICIES
from redbead.study.runs import slug

LEVERS: Final = "levers"
_SHORT: Final = 48


def mixes(
    mix: Mapping[str, Sequence[str]], policies: Mapping[str, Scenario], base: Scenario, wrong: Noting
) -> Iterator[tuple[str, Scenario]]:
    """The policies that combine others."""
    for name, parts in mix.items():
        place: Place = ("mix", name)
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


def _mixed(name: str, parts: Mapping[str, Scenario], base: Scenario, place: Place, wrong: Noting) -> Scenario | None:
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


def grid(draft: Draft, policies: dict[str, Scenario], wrong: Noting) -> Iterator[tuple[str, Scenario]]:
    """All policies; the one that the grid varies gives way to one policy for each combination of values."""
    varied = draft.grid_policy or draft.baseline
    if draft.grid and varied not in policies:
        wrong(("grid", "policy"), f"{telling.printable(varied)!r} is none of the policies", known_policies(policies))
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
    name: str, scenario: Scenario, grid: Mapping[str, Sequence[Any]], wrong: Noting
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
    >>> from redbead.scenario.load import load
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
        hint = telling.meant(number, known)
        raise BadInputError([Problem("grid", key=path, what=f"{kind} has no such number", hint=hint)])
    try:
        levers = tuple(
            dataclasses.replace(lever, **{number: value}) if lever.kind == kind else lever for lever in scenario.levers
        )
        return dataclasses.replace(scenario, levers=levers)
    except BadInputError as error:
        raise BadInputError([dataclasses.replace(p, key=f"{path} = {value}") for p in error.problems]) from None
