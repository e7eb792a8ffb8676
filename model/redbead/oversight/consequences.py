"""What follows an inadequate grade: upheaval, dismissal, takeover by clock, money and cost (E34 to E37)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead import dice
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import world as log
from redbead.state.authority import INADEQUATE, Ledger, Oversight, Service
from redbead.state.maths import clip01
from redbead.state.people import Managers
from redbead.state.types import NEVER
from redbead.state.world import Diary, Now, note


class Takeover(NamedTuple):
    """When government steps in, and what that brings."""

    chance: Annotated[
        float, Param("0-1", 0, 1, "chance that a failed test leads to a takeover: 1 is automatic, 0 never")
    ] = 0.0
    trust: Annotated[
        float,
        Param(
            "0-1",
            0,
            1,
            "chance that the takeover ends in a trust; otherwise the council keeps the service under a commissioner",
            "measured",
            "9 of 64 authorities after inadequate",
        ),
    ] = 0.0
    clock_weeks: Annotated[
        float,
        Param(
            "weeks",
            4,
            260,
            "time to improve after an inadequate grade",
            "measured",
            "six months: government policy of December 2015",
        ),
    ] = 26.0
    monitoring_cases: Annotated[
        float, Param("cases", 5, 100, "cases that a monitoring visit tracks before the test", whole=True)
    ] = 12.0
    needed_gain: Annotated[float, Param("ratio", 0, 0.5, "rise of visible quality that counts as improvement")] = 0.03
    funding: Annotated[
        float, Param("share", 0, 0.15, "posts that a takeover adds", "assumed", "12 % in one authority: BCP 2021")
    ] = 0.05
    less_blame: Annotated[
        float, Param("0-1", -0.3, 0.3, "managers' leaning to blame that new leadership takes away")
    ] = 0.1
    lessons: Annotated[float, Param("0-1", 0, 0.3, "share of what could be learnt that the newcomers bring")] = 0.05
    disruption_commissioner: Annotated[float, Param("index", 0, 0.6, "disruption when a commissioner comes")] = 0.10
    disruption_trust: Annotated[float, Param("index", 0, 0.6, "disruption when a trust takes over")] = 0.30


class Consequences(NamedTuple):
    """What an inadequate grade does at once."""

    disruption: Annotated[float, Param("index", 0, 0.6, "disruption when the grade is published")] = 0.10
    dismissal: Annotated[
        float,
        Param("0-1", 0, 0.9, "chance that the director is dismissed", "assumed", "0.35 to 0.7 leave within a year"),
    ] = 0.5
    protected: Annotated[float, Param("0-1", 0, 1, "how far leaders are protected from dismissal")] = 0.0
    disruption_dismissal: Annotated[float, Param("index", 0, 0.6, "disruption when the director is dismissed")] = 0.10
    restructure: Annotated[float, Param("0-1", 0, 1, "chance that the authority reorganises after the grade")] = 0.3
    disruption_restructure: Annotated[
        float,
        Param(
            "index",
            0,
            0.6,
            "disruption of a reorganisation",
            "measured",
            "developments delayed 18 months and more: Fulop et al. 2002",
        ),
    ] = 0.20


@rule
def has_improved(visible_then: float, visible: float, found_failing: bool, c: Takeover) -> bool:
    """Whether an authority has improved when the clock runs out (E34): visibly better, or no longer failing.

    >>> has_improved(0.8, 0.9, True, Takeover()), has_improved(0.8, 0.8, True, Takeover())
    (True, False)
    """
    return visible - visible_then >= c.needed_gain or not found_failing


@kernel
def shock(oversight: Oversight, service: Service, c: Consequences, clock_weeks: float, now: Now) -> bool:
    """The first weeks after an inadequate grade; True where the director is dismissed."""
    a = now.authority
    oversight.test_at[a] = now.week + int(clock_weeks)
    service.disruption[a] += c.disruption
    u, v = dice.pair(now.seed, dice.DISMISSAL, now.week, a)
    if v < c.restructure:
        service.disruption[a] += c.disruption_restructure
    if u < c.dismissal * (1.0 - c.protected):
        service.disruption[a] += c.disruption_dismissal
        return True
    return False


@kernel
def take_over(
    oversight: Oversight, service: Service, managers: Managers, ledger: Ledger, diary: Diary,
    found_failing: bool, c: Takeover, now: Now,
) -> bool:  # fmt: skip
    """When the clock has run out, test the authority and take it over if it fails; True where leaders are replaced."""
    a = now.authority
    if now.week != oversight.test_at[a] or oversight.grade[a] != INADEQUATE or oversight.controlled[a] > 0:
        return False
    oversight.test_at[a] = NEVER
    u, v = dice.pair(now.seed, dice.TAKEOVER, now.week, a)
    passed = has_improved(oversight.visible_then[a], service.visible[a], found_failing, c)
    if passed or u >= c.chance:
        return False
    trust = v < c.trust
    oversight.controlled[a] = 2 if trust else 1
    service.disruption[a] += c.disruption_trust if trust else c.disruption_commissioner
    oversight.extra_funding[a] = c.funding
    for t in range(now.first_team, now.end_team):
        managers.own_blame[t] = clip01(managers.own_blame[t] - c.less_blame)
    ledger.takeovers[a] += 1
    note(diary, now, log.TAKEN, -1, -1, -1, -1, oversight.controlled[a])
    return trust
