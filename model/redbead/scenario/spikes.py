"""Spikes of referrals after an event, such as a child's death in the news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from redbead.dynamics import demand
from redbead.exceptions import BadInputError, Problem
from redbead.quantities import Param, declared

FOR_EVER: Final = 1e6
"""Fading time of a spike that never fades. [weeks]"""


@dataclass(frozen=True, kw_only=True)
class SpikeNumbers:
    """Timing, height and decay of a spike."""

    at_week: Annotated[
        int, Param("weeks", 0, 5200, "week of the event, counted from the end of the warm-up", whole=True)
    ] = 0
    size: Annotated[
        float,
        Param(
            "share",
            0,
            2,
            "extra referrals at the peak of the spike",
            "measured",
            "11 to 47 %: Victoria 2014, Coventry 2013",
        ),
    ] = 0.25
    rise_weeks: Annotated[float, Param("weeks", 1, 52, "time for which the spike rises")] = 4.0
    decay_weeks: Annotated[float, Param("weeks", 1, 520, "time over which the spike decays")] = 52.0
    lasting_share: Annotated[
        float,
        Param(
            "share",
            0,
            1,
            "share of the spike that persists after the decay",
            "calibrated",
            "by 2013, care applications had not returned to the level of 2008: Cafcass",
        ),
    ] = 0.5
    fade_weeks: Annotated[
        float,
        Param(
            "weeks",
            52,
            FOR_EVER,
            "time over which the lasting share fades; 1e6 means never, published rises took about 364",
        ),
    ] = FOR_EVER


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
                problems.append(Problem("python", key=key, what=what, hint=f"Meaning: {param.meaning}."))
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
