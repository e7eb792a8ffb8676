"""Dose-response sweeps: comparisons whose policies are the values of one parameter or of one number of a lever."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from redbead import parameters
from redbead.exceptions import BadInputError, Problem, format_value, printable
from redbead.levers import LEVERS
from redbead.scenario import messages
from redbead.scenario.keywords import KEYWORDS
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.arms import differing_parameters
from redbead.studies.comparison.inputs import gather
from redbead.studies.comparison.policies import lever_number, with_values
from redbead.studies.comparison.spec import MAX_POLICIES, Comparison, combination_name, too_many_policies

SWEEP: Final = "sweep"
"""Place of a problem with the arguments of a sweep."""
_DIGITS: Final = 12
"""Significant digits of a value, so that 0.30000000000000004 is 0.3."""


class Sweep(NamedTuple):
    """The one number in which all policies of a comparison differ.

    Attributes
    ----------
    key : str
        Path of a parameter, or ``levers.KIND.NUMBER``.
    unit, meaning : str
        Unit and meaning of the number.
    values : dict of float
        Value of each policy by name, in ascending order.
    """

    key: str
    unit: str
    meaning: str
    values: dict[str, float]


def sweep_of(comparison: Comparison) -> Sweep | None:
    """Find the one number in which all policies of a comparison differ; None if there is no such number.

    The number follows from the scenarios, so a batch file with a grid of one path is a sweep as well.
    """
    base, *others = (comparison.policy(name).scenario for name in (comparison.baseline, *comparison.others))
    keys = {key for scenario in others for key in _differing_keys(scenario, base)}
    if len(keys) != 1 or any(scenario.spikes != base.spikes for scenario in others):
        return None
    key = keys.pop()
    values = {name: _value(comparison.policy(name).scenario, key) for name in comparison.names}
    if len(set(values.values())) < len(values) or any(map(math.isnan, values.values())):
        return None
    unit, meaning = describe_key(key)
    return Sweep(key, unit, meaning, dict(sorted(values.items(), key=lambda item: item[1])))


def _differing_keys(scenario: Scenario, base: Scenario) -> set[str]:
    """Paths of all parameters and numbers of levers that differ; "levers" if the levers cannot be compared."""
    keys = set(differing_parameters(scenario, base))
    if [lever.kind for lever in scenario.levers] != [lever.kind for lever in base.levers]:
        return keys | {"levers"}
    for lever, other in zip(scenario.levers, base.levers, strict=True):
        names = {field.name for field in dataclasses.fields(lever)}
        keys |= {f"levers.{lever.kind}.{name}" for name in names if getattr(lever, name) != getattr(other, name)}
    return keys


def _value(scenario: Scenario, key: str) -> float:
    """Value of a parameter or of a number of a lever; NaN if the lever occurs with several values."""
    if key in parameters.register():
        return scenario.value(key)
    kind, name = lever_number(key)
    values = {getattr(lever, name, math.nan) for lever in scenario.levers if lever.kind == kind}
    value = values.pop() if len(values) == 1 else math.nan
    return float(value) if isinstance(value, int | float) else math.nan


def describe_key(key: str) -> tuple[str, str]:
    """Unit and meaning of a parameter or of a number of a lever.

    >>> describe_key("levers.just-culture.from_week")[0]
    'weeks'
    """
    if key in parameters.register():
        param = parameters.register()[key].param
        return param.unit, param.meaning
    kind, name = lever_number(key)
    numbers = {item.name: item.param for item in LEVERS[kind].numbers()} if kind in LEVERS else {}
    return (numbers[name].unit, numbers[name].meaning) if name in numbers else ("", name)


def build_sweep(
    scenario: Scenario, key: str, values: Iterable[object], *, reference: object = None,
    settings: Mapping[str, float | str] | None = None, **fields: Any,  # noqa: ANN401 - fields of a comparison
) -> Comparison:  # fmt: skip
    """Build the comparison of a scenario with several values of one number.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    key : str
        Path of a parameter, or ``levers.KIND.NUMBER`` for a number of a lever that the scenario has.
    values : iterable of float
        At least two different values. They are rounded to 12 significant digits.
    reference : float, optional
        Value that all others are compared with; the first by default.
    settings : mapping, optional
        Settings for the scenario, by path.
    fields
        Fields of :class:`Comparison`.

    Raises
    ------
    BadInputError
        Lists all problems of the key or of the values.
    """
    numbers = _numbers(key, values)
    try:
        changed = scenario.set(settings) if settings else scenario
        policies = {combination_name(scenario.name, {key: v}): with_values(changed, {key: v}) for v in numbers}
    except BadInputError as error:
        raise BadInputError([_placed(problem) for problem in error.problems]) from None
    baseline = combination_name(scenario.name, {key: _reference(reference, numbers)})
    low, high = format_value(min(numbers)), format_value(max(numbers))
    _, meaning = describe_key(key)
    texts: dict[str, Any] = {
        "name": f"{scenario.name}-{key.rpartition('.')[2]}".replace("_", "-"),
        "title": f"Response of '{scenario.name}' to {key}, from {low} to {high}",
        "question": f"How do the outcomes respond to {key} ({meaning})?",
    }
    return gather(policies, baseline=baseline, **texts, **fields)


def _placed(problem: Problem) -> Problem:
    """The same problem with the sweep as its place, and a hint."""
    hint = problem.hint or "'redbead parameters' and 'redbead levers NAME' list the numbers and their ranges."
    return dataclasses.replace(problem, file=SWEEP, line=0, column=0, hint=hint)


def _numbers(key: str, values: Iterable[object]) -> list[int | float]:
    """Check the key and the values of a sweep, and round them."""
    problems = []
    if key in KEYWORDS or key.startswith("time."):
        hint = "Sweep a parameter or a number of a lever; 'redbead compare' compares other differences."
        problems.append(Problem(SWEEP, key=key, what="is not a number that policies can differ in", hint=hint))
    listed = list(values)
    given = [messages.plain_number(value) for value in listed]
    wrong = [v for v in given if isinstance(v, bool) or not isinstance(v, int | float) or not math.isfinite(v)]
    problems += [
        Problem(SWEEP, key=f"{key} = {printable(str(value))}", what="is not a number", hint=f"For example: {_EXAMPLE}")
        for value in wrong
    ]
    numbers = [] if wrong else [_rounded(value) for value in given]
    repeated = [number for position, number in enumerate(numbers) if number in numbers[:position]]
    problems += [
        Problem(SWEEP, key=f"{key} = {number:g}", what="appears twice", hint="Give each value once.")
        for number in dict.fromkeys(repeated)
    ]
    if len(given) < 2:
        what = f"needs at least two values, not {len(given)}"
        problems.append(Problem(SWEEP, key=key, what=what, hint=f"For example: {_EXAMPLE}"))
    if len(given) > MAX_POLICIES:
        what, hint = too_many_policies(len(given), "values")
        problems.append(Problem(SWEEP, key=key, what=what, hint=hint))
    if problems:
        raise BadInputError(problems)
    return numbers


_EXAMPLE: Final = "redbead sweep just-culture levers.just-culture.dose 0 0.5 1"


def _rounded(value: float) -> int | float:
    """A number without the noise of its last digits; whole numbers are integers, as in a file."""
    rounded = float(f"{value:.{_DIGITS}g}")
    return int(rounded) if rounded.is_integer() else rounded


def _reference(reference: object, numbers: Sequence[int | float]) -> int | float:
    """Value that all others are compared with."""
    wanted = numbers[0] if reference is None else messages.plain_number(reference)
    if isinstance(wanted, int | float) and math.isfinite(wanted) and _rounded(wanted) in numbers:
        return _rounded(wanted)
    what = f"is not one of the values ({', '.join(map(format_value, numbers))})"
    key = f"reference = {printable(str(reference))}"
    raise BadInputError([Problem(SWEEP, key=key, what=what, hint="Choose one of them.")])


def parse_values(texts: Sequence[str]) -> list[object]:
    """Parse values from a command line: numbers, or ``LOW:HIGH:COUNT`` for evenly spaced values.

    Examples
    --------
    >>> parse_values(["0", "0.25:1:4"])
    [0.0, 0.25, 0.5, 0.75, 1.0]

    Raises
    ------
    BadInputError
        Lists every text that is neither.
    """
    values: list[object] = []
    problems = []
    for text in texts:
        parts = text.split(":")
        try:
            values += _spaced(parts) if len(parts) == 3 else [float(text)]
        except ValueError:
            what, hint = "is not a number or LOW:HIGH:COUNT", f"For example: {_EXAMPLE}, or 0:1:5 for five values."
            problems.append(Problem(SWEEP, key=printable(text), what=what, hint=hint))
    if problems:
        raise BadInputError(problems)
    return values


def _spaced(parts: Sequence[str]) -> list[object]:
    """Evenly spaced values from LOW to HIGH."""
    low, high, count = float(parts[0]), float(parts[1]), int(parts[2])
    if not 2 <= count <= MAX_POLICIES:
        msg = f"from 2 to {MAX_POLICIES} values"
        raise ValueError(msg)
    return [low + (high - low) * k / (count - 1) for k in range(count)]
