"""What follows an inadequate grade: upheaval, dismissal, takeover by clock, money and cost (E34 to E37)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import world
from redbead.state.authority import Oversight, Service, WeeklyCounts
from redbead.state.constants import COMMISSIONER, COUNCIL, INADEQUATE, NEVER, NONE_YET, TRUST, YEAR
from redbead.state.maths import approach, clip01
from redbead.state.people import Managers, Workers, staff_in_post
from redbead.state.world import EventLog, WeekContext, log_event


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
    monitoring_cost: Annotated[float, Param("pounds/visit", 0, 100000, "cost of one monitoring visit")] = 15000.0
    needed_gain: Annotated[float, Param("ratio", 0, 0.5, "rise of visible quality that counts as improvement")] = 0.03
    funding: Annotated[
        float, Param("share", 0, 0.15, "posts that a takeover adds", "assumed", "12 % in one authority: BCP 2021")
    ] = 0.05
    less_blame: Annotated[
        float, Param("0-1", -0.3, 0.3, "managers' leaning to blame that new leadership takes away")
    ] = 0.1
    lessons: Annotated[float, Param("0-1", 0, 0.3, "share of what could be learnt that the newcomers bring")] = 0.05
    donors: Annotated[
        float,
        Param(
            "share",
            0,
            0.2,
            "hours that donor authorities lend when a takeover begins, over those of the staff in post",
            "assumed",
            "'other more successful local authorities and charities': Safer Safeguarding Group 2015",
        ),
    ] = 0.0
    donor_weeks: Annotated[float, Param("weeks", 13, 208, "time in which donors take their staff back")] = 52.0
    disruption_commissioner: Annotated[float, Param("index", 0, 0.6, "disruption when a commissioner comes")] = 0.10
    disruption_trust: Annotated[float, Param("index", 0, 0.6, "disruption when a trust takes over")] = 0.30


class Consequences(NamedTuple):
    """What an inadequate grade does at once."""

    disruption: Annotated[float, Param("index", 0, 0.6, "disruption when the grade is published")] = 0.10
    dismissal: Annotated[
        float,
        Param("0-1", 0, 0.9, "chance that the director is dismissed", "calibrated", "0.35 to 0.7 leave within a year"),
    ] = 0.358
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
def start_clock(oversight: Oversight, clock_weeks: float, monitoring_weeks: float, now: WeekContext) -> None:
    """From the week of an inadequate grade: when the takeover test comes, and the first monitoring visit.

    The test rests on the latest monitoring visit, so that there is one in the week of the test at the latest. The clock
    hangs on the judgement itself, in whatever words it is published.
    """
    a = now.authority
    oversight.test_at[a] = now.week + int(clock_weeks)
    oversight.monitor_at[a] = min(now.week + int(monitoring_weeks), oversight.test_at[a])
    oversight.monitored[a] = 0.0


@kernel
def apply_grade_consequences(service: Service, c: Consequences, fall: float, now: WeekContext) -> bool:
    """The first weeks after a report that bites harder by `fall` [0-1]; True where the director is dismissed.

    Upheaval, and the chances of a reorganisation and of a dismissal, are in proportion to `fall`: 1 for an authority
    that has just been labelled inadequate.
    """
    a = now.authority
    service.disruption[a] += c.disruption * fall
    u, v = rng.pair(now.seed, rng.DISMISSAL, now.week, a)
    if v < c.restructure * fall:
        service.disruption[a] += c.disruption_restructure
    if u < c.dismissal * (1.0 - c.protected) * fall:
        service.disruption[a] += c.disruption_dismissal
        return True
    return False


@kernel
def start_takeover(
    oversight: Oversight, service: Service, managers: Managers, counts: WeeklyCounts, event_log: EventLog,
    found_failing: bool, c: Takeover, now: WeekContext,
) -> bool:  # fmt: skip
    """When the clock has run out, test the authority and take it over if it fails; True where leaders are replaced."""
    a = now.authority
    if now.week != oversight.test_at[a] or oversight.grade[a] != INADEQUATE or oversight.controlled[a] > 0:
        return False
    oversight.test_at[a] = NEVER
    u, v = rng.pair(now.seed, rng.TAKEOVER, now.week, a)
    passed = has_improved(oversight.visible_then[a], service.visible[a], found_failing, c)
    if passed or u >= c.chance:
        return False
    trust = v < c.trust
    oversight.controlled[a] = TRUST if trust else COMMISSIONER
    service.disruption[a] += c.disruption_trust if trust else c.disruption_commissioner
    oversight.extra_funding[a] = c.funding
    oversight.borrowed[a] = c.donors
    for t in range(now.first_team, now.end_team):
        managers.own_blame[t] = clip01(managers.own_blame[t] - c.less_blame)
    counts.takeovers[a] += 1
    log_event(event_log, now, world.TAKEN, -1, -1, -1, -1, oversight.controlled[a])
    return trust


@kernel
def end_commissioner(oversight: Oversight, now: WeekContext) -> None:
    """A commissioner leaves, and the extra posts with her, once a better grade is published; a trust stays (E34)."""
    a = now.authority
    if oversight.controlled[a] == COMMISSIONER and NONE_YET < oversight.grade[a] < INADEQUATE:
        oversight.controlled[a] = COUNCIL
        oversight.extra_funding[a] = 0.0


@kernel
def return_donor_staff(oversight: Oversight, donor_weeks: float, now: WeekContext) -> None:
    """Donor authorities take their staff back, by first-order decay: b' = -b / donor_weeks."""
    a = now.authority
    oversight.borrowed[a] -= oversight.borrowed[a] * approach(donor_weeks)


@kernel
def book_oversight_cost(
    workers: Workers,
    service: Service,
    oversight: Oversight,
    counts: WeeklyCounts,
    worker_cost: float,
    c: Takeover,
    now: WeekContext,
) -> None:
    """Add monitoring visits and borrowed hours to the week's bill; a lent worker costs `worker_cost` [pounds/year]."""
    a = now.authority
    lent = oversight.borrowed[a] * staff_in_post(workers, now.first_post, now.end_post)
    service.cost[a] += worker_cost * lent / YEAR + c.monitoring_cost * counts.monitoring_visits[a]
