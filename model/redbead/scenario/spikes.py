"""Spikes of referrals after an event, such as a child's death in the news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from redbead.dynamics import demand
from redbead.exceptions import BadInputError, Problem
from redbead.quantities import Param, declared

FOR_EVER: Final = 1e6
"""A time so long that nothing fades in it. [weeks]"""


@dataclass(frozen=True, kw_only=True)
class SpikeNumbers:
    """When a spike comes, how high it is and how it goes away."""

    at_week: Annotated[
        int, Param("weeks", 0, 5200, "week of the event, counted from the end of the warm-up", whole=True)
    ] = 0
    size: Annotated[
        float,
        Param(
            "share",
            0,
            2,
            "extra referrals at the height of the spike",
            "measured",
            "11 to 47 %: Victoria 2014, Coventry 2013",
        ),
    ] = 0.25
    rise_weeks: Annotated[float, Param("weeks", 1, 52, "time in which the spike rises")] = 4.0
    decay_weeks: Annotated[float, Param("weeks", 1, 520, "time in which it decays")] = 52.0
    lasting_share: Annotated[
        float,
        Param(
            "share",
            0,
            1,
            "part of it that outlasts the first years",
            "calibrated",
            "care applications had not returned by 2013 to the level of 2008: Cafcass",
        ),
    ] = 0.5
    fade_weeks: Annotated[
        float,
        Param(
            "weeks",
            52,
            FOR_EVER,
            "time in which the lasting part fades: a million for never; published rises took about 364",
        ),
    ] = FOR_EVER


@dataclass(frozen=True, kw_only=True)
class Spike(SpikeNumbers):
    """A spike of referrals, with what set it off."""

    cause: str = "child-death"

    def __post_init__(self) -> None:
        """Refuse numbers outside their ranges."""
        found = []
        for name, param, _ in declared(SpikeNumbers):
            value = getattr(self, name)
            if not param.accepts(value):
                key = f"demand.spikes.{name} = {value!r}"
                found.append(Problem("python", key=key, what=f"outside {param.range_text()}", hint=param.meaning))
            else:
                object.__setattr__(self, name, int(value) if param.whole else float(value))
        if found:
            raise BadInputError(found)

    def surge(self, week: int) -> float:
        """Extra referrals in a week counted from the end of the warm-up, over the usual flow. [share]

        >>> Spike(at_week=52, size=0.25).surge(52), round(Spike(at_week=52, size=0.25).surge(78), 3)
        (0.0, 0.201)
        """
        age = float(week - self.at_week)
        times = (self.rise_weeks, self.decay_weeks, self.lasting_share, self.fade_weeks)
        return demand.surge(age, self.size, *times)

    def as_dict(self) -> dict[str, Any]:
        """The spike as a scenario file writes it."""
        numbers = {item.name: getattr(self, item.name) for item in declared(SpikeNumbers)}
        return numbers | {"cause": self.cause}
