"""Spikes of referrals after an event, such as a child's death in the news."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from redbead.dynamics import demand
from redbead.exceptions import BadInputError, Problem
from redbead.oversight.publicity import Publicity
from redbead.quantities import Param, declared

FOR_EVER: Final = 1e6
"""Fading time of a spike that never fades. [weeks]"""

_USUAL: Final = Publicity()
"""Default surge of referrals after a scandal, which is also the default spike, except for its fading."""

_SURGE: Final = {item.name: item.param for item in declared(Publicity)}
"""Descriptions of this surge, which give the evidence. A spike has wider ranges, because its cause is not modelled."""


@dataclass(frozen=True, kw_only=True)
class SpikeNumbers:
    """Timing, height and decay of a spike."""

    # fmt: off
    at_week: Annotated[int, Param(
        "weeks", 0, 5200, "week of the event, counted from the end of the warm-up", whole=True)] = 0
    size: Annotated[float, replace(
        _SURGE["surge"], high=2, meaning="extra referrals at the peak of the spike", causal_link=False)] = _USUAL.surge
    rise_weeks: Annotated[float, replace(
        _SURGE["surge_rise"], high=52, meaning="time for which the spike rises")] = _USUAL.surge_rise
    decay_weeks: Annotated[float, replace(
        _SURGE["surge_decay"], low=1, high=520, meaning="time over which the spike decays")] = _USUAL.surge_decay
    lasting_share: Annotated[float, replace(
        _SURGE["surge_lasting"], meaning="share of the spike that persists after the decay")] = _USUAL.surge_lasting
    fade_weeks: Annotated[float, Param("weeks", 52, FOR_EVER,
        "time over which the lasting share fades; 1e6 means never, published rises took about 364")] = FOR_EVER
    # fmt: on


@dataclass(frozen=True, kw_only=True)
class Spike(SpikeNumbers):
    """A spike of referrals and its cause.

    Examples
    --------
    >>> Spike(at_week=52, size=0.25).cause
    'child-death'
    """

    cause: str = "child-death"

    def __post_init__(self) -> None:
        """Check that all numbers are in their ranges."""
        problems = []
        for name, param, _ in declared(SpikeNumbers):
            value = getattr(self, name)
            if not param.accepts(value):
                key = f"demand.spikes.{name} = {value!r}"
                what = f"is outside the range {param.range_text()}"
                problems.append(Problem("python", key=key, what=what, hint=f"Meaning: {param.description}."))
            else:
                object.__setattr__(self, name, int(value) if param.whole else float(value))
        if problems:
            raise BadInputError(problems)

    def surge(self, week: int) -> float:
        """Extra referrals in a week, relative to normal referrals. [share]

        Parameters
        ----------
        week : int
            Week, counted from the end of the warm-up. [weeks]

        Examples
        --------
        >>> Spike(at_week=52, size=0.25).surge(52), round(Spike(at_week=52, size=0.25).surge(78), 3)
        (0.0, 0.201)
        """
        age = float(week - self.at_week)
        times = (self.rise_weeks, self.decay_weeks, self.lasting_share, self.fade_weeks)
        return demand.surge(age, self.size, *times)

    def as_dict(self) -> dict[str, Any]:
        """Return the spike in the form of a scenario file."""
        numbers = {item.name: getattr(self, item.name) for item in declared(SpikeNumbers)}
        return numbers | {"cause": self.cause}
