"""Differences between two scenarios, as sentences with units and percentages."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any, Final

from redbead import parameters
from redbead.levers import Lever
from redbead.quantities import MINUS, Param, declared
from redbead.scenario.scenario import Scenario
from redbead.scenario.schema import Time
from redbead.scenario.spikes import FOR_EVER, Spike
from redbead.scenario.theories import THEORIES


def differences(a: Scenario, b: Scenario) -> list[str]:
    """Describe how scenario ``b`` differs from ``a``: one sentence per time, theory, parameter, spike and lever.

    Parameters
    ----------
    a, b : Scenario
        The scenario before and after the change.

    Returns
    -------
    list of str
        Sentences; empty if the scenarios have the same effect on a run.

    Examples
    --------
    >>> differences(Scenario(), Scenario(years=5))
    ['time.years changes from 10 to 5 years (−50 %): simulated time after the warm-up.']
    """
    before, after = _times(a), _times(b)
    sentences = [_change(f"time.{n}", p, before[n], after[n]) for n, p, _ in declared(Time) if before[n] != after[n]]
    if a.theory != b.theory:
        sentences.append(f"theory changes from {a.theory} to {b.theory}: {THEORIES[b.theory].sentence}")
    for path, item in parameters.register().items():
        old, new = a.value(path), b.value(path)
        if old != new:
            sentences.append(_change(path, item.param, old, new))
    sentences += _additions("spike", Counter(map(_describe_spike, a.spikes)), Counter(map(_describe_spike, b.spikes)))
    sentences += _additions("lever", Counter(map(_describe_lever, a.levers)), Counter(map(_describe_lever, b.levers)))
    return sentences


def _times(scenario: Scenario) -> dict[str, float]:
    return {"years": scenario.years, "warm_up_years": scenario.warm_up_years}


def _change(path: str, param: Param, old: float, new: float) -> str:
    """Describe the change of one value.

    Examples
    --------
    >>> _change("x", Param("weeks", 0, 9, "duration"), 0.0, 2.0)
    'x changes from 0 to 2 weeks: duration.'
    >>> _change("x", Param("log-odds", -9, 9, "log-odds of a report (probability 0.5)"), 0.0, 1.0)
    'x changes from 0 to 1 log-odds (probability from 0.50 to 0.73): log-odds of a report.'
    """
    unit = "" if param.unit == "0-1" else f" {param.unit}"
    size = f" ({_percent((new - old) / old)})" if old > 0.0 and param.unit not in _WITHOUT_PERCENT else ""
    if _STATED_PROBABILITY.search(param.description):
        size = f" (probability from {_logistic(old):.2f} to {_logistic(new):.2f})"
    meaning = _STATED_RATE.sub("", _STATED_PROBABILITY.sub("", param.description))
    return f"{path} changes from {_number(old)} to {_number(new)}{unit}{size}: {meaning}."


_WITHOUT_PERCENT: Final = frozenset({"log-odds", "log", "code"})
"""Units whose 0 is no absence of the quantity, so that a percentage of a value has no meaning."""
_STATED_PROBABILITY: Final = re.compile(r" \((?:p =|probability) [\d.]+\)")
_STATED_RATE: Final = re.compile(r": about [\d.]+ [^:;]*")
"""What meanings state about the default value, which is not true of a changed value."""


def _logistic(value: float) -> float:
    """Probability of a value in log-odds."""
    return 1.0 / (1.0 + math.exp(-value))


def _number(value: float) -> str:
    """Format a number with up to 10 significant digits."""
    return f"{value:.10g}".replace("-", MINUS)


def _percent(value: float) -> str:
    """Format a relative change with its sign."""
    return f"{value:+.0%}".replace("%", " %").replace("-", MINUS)


def _additions(kind: str, before: Counter[str], after: Counter[str]) -> list[str]:
    """Describe the items that only one of two lists contains."""
    removed = [f"Removed: {kind} {text}." for text in (before - after).elements()]
    return removed + [f"Added: {kind} {text}." for text in (after - before).elements()]


def _describe_spike(spike: Spike) -> str:
    """Describe a spike: week, cause, size and duration."""
    stays = "remains" if spike.fade_weeks >= FOR_EVER else f"fades within {_number(spike.fade_weeks)} weeks"
    lasting = f", of which {spike.lasting_share:.0%} {stays}".replace("%", " %")
    size = f"{_percent(spike.size)} referrals"
    times = f"rising for {_number(spike.rise_weeks)} weeks and decaying over {_number(spike.decay_weeks)} weeks"
    return f"in week {spike.at_week} ({spike.cause}): {size}, {times}{lasting}"


def _describe_lever(lever: Lever) -> str:
    """Describe a lever: its start, and each number that differs from its default."""
    defaults = {item.name: item.default for item in lever.numbers()}
    changed = {
        name: value for name, value in _numbers(lever).items() if value != defaults[name] and name != "from_week"
    }
    settings = ", ".join([f"from week {lever.from_week}", *(f"{n} {_number(v)}" for n, v in changed.items())])
    return f"{lever.kind}: {settings}"


def _numbers(lever: Lever) -> dict[str, Any]:
    return {name: value for name, value in lever.as_dict().items() if name != "kind"}
