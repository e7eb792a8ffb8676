"""What differs between two scenarios, a sentence for each difference, with unit and percent."""

from __future__ import annotations

from collections import Counter
from typing import Any

from redbead import parameters
from redbead.levers import Lever
from redbead.quantities import Param, declared
from redbead.scenario.scenario import Scenario
from redbead.scenario.schema import Time
from redbead.scenario.spikes import FOR_EVER, Spike
from redbead.scenario.theories import THEORIES


def differences(a: Scenario, b: Scenario) -> list[str]:
    """A sentence for each thing in `b` that is not as in `a`: time, theory, parameters, spikes, levers.

    >>> differences(Scenario(), Scenario().set({"inspection.cases_tracked": 60}))
    ['inspection.cases_tracked: 27 becomes 60 cases (+122 %): number of cases that inspectors track.']
    """
    before, after = _times(a), _times(b)
    sentences = [_change(f"time.{n}", p, before[n], after[n]) for n, p, _ in declared(Time) if before[n] != after[n]]
    if a.theory != b.theory:
        sentences.append(f"theory: {a.theory} becomes {b.theory}: {THEORIES[b.theory].sentence}")
    for path, item in parameters.register().items():
        old, new = a.value(path), b.value(path)
        if old != new:
            sentences.append(_change(path, item.param, old, new))
    sentences += _listed("spike", Counter(map(_spike, a.spikes)), Counter(map(_spike, b.spikes)))
    sentences += _listed("lever", Counter(map(_lever, a.levers)), Counter(map(_lever, b.levers)))
    return sentences


def _times(scenario: Scenario) -> dict[str, float]:
    return {"years": scenario.years, "warm_up_years": scenario.warm_up_years}


def _change(path: str, param: Param, old: float, new: float) -> str:
    """One number that is another.

    >>> _change("x", Param("weeks", 0, 9, "how long"), 0.0, 2.0)
    'x: 0 becomes 2 weeks: how long.'
    """
    unit = "" if param.unit == "0-1" else f" {param.unit}"
    percent = f" ({(new - old) / abs(old):+.0%})".replace("%", " %") if old != 0.0 else ""
    return f"{path}: {_number(old)} becomes {_number(new)}{unit}{percent}: {param.meaning}."


def _number(value: float) -> str:
    """A number with as many digits as tell it from its neighbours in practice."""
    return f"{value:.10g}"


def _listed(what: str, before: Counter[str], after: Counter[str]) -> list[str]:
    """What is only in one of two lists."""
    gone = [f"Without the {what} {text}." for text in (before - after).elements()]
    return gone + [f"With the {what} {text}." for text in (after - before).elements()]


def _spike(spike: Spike) -> str:
    """A spike in words."""
    stays = "stays" if spike.fade_weeks >= FOR_EVER else f"fades in {_number(spike.fade_weeks)} weeks"
    lasting = f", of which {spike.lasting_share:.0%} {stays}".replace("%", " %")
    size = f"{spike.size:+.0%} referrals".replace("%", " %")
    times = f"rising in {_number(spike.rise_weeks)} and fading in {_number(spike.decay_weeks)} weeks"
    return f"of week {spike.at_week} ({spike.cause}): {size}, {times}{lasting}"


def _lever(lever: Lever) -> str:
    """A lever in words: its start, and every number that is not its default."""
    defaults = {item.name: item.default for item in lever.numbers()}
    given = {name: value for name, value in _numbers(lever).items() if value != defaults[name] and name != "from_week"}
    told = ", ".join([f"from week {lever.from_week}", *(f"{n} {_number(v)}" for n, v in given.items())])
    return f"{lever.kind}: {told}"


def _numbers(lever: Lever) -> dict[str, Any]:
    return {name: value for name, value in lever.as_dict().items() if name != "kind"}
