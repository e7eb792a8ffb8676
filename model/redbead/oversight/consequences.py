"""Consequences of an inadequate grade: disruption, dismissal of the director, takeover, funding and cost (E34 to E37).

Government tests an inadequate authority after a fixed time. If it has not improved, government may take over the
service under a commissioner or transfer it to a trust.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import world
from redbead.state.authority import Oversight, Service, WeeklyCounts
from redbead.state.constants import COMMISSIONER, COUNCIL, INADEQUATE, NEVER, NONE_YET, TRUST, YEAR
from redbead.state.maths import approach, clip01
from redbead.state.people import Managers, Workers, staff_at_work
from redbead.state.world import EventLog, WeekContext, log_event


class Takeover(NamedTuple):
    """Parameters of government takeover: when it happens, and its effects."""

    # fmt: off
    chance: Annotated[float, Param(
        "0-1", 0, 1, "chance that a failed test leads to a takeover: 1 always, 0 never", distribution="policy")] = 0.0
    trust: Annotated[float, Param("0-1", 0, 1,
        "chance that the takeover ends in a trust; otherwise the council keeps the service under a commissioner",
        "measured", "9 of 64 authorities after inadequate", ("ofsted-outcomes-2025",), distribution="policy")] = 0.0
    clock_weeks: Annotated[float, Param("weeks", 4, 260, "time allowed for improvement after an inadequate grade",
        "measured", "six months: government policy of December 2015", ("policy-2015",), symbol="t_take")] = 26.0
    monitoring_cases: Annotated[float, Param(
        "cases", 5, 100, "cases that a monitoring visit tracks before the test", whole=True)] = 12.0
    monitoring_cost: Annotated[float, Param("pounds/visit", 0, 100000, "cost of one monitoring visit")] = 15000.0
    needed_gain: Annotated[float, Param("ratio", 0, 0.5, "rise of visible quality that counts as improvement")] = 0.03
    funding: Annotated[float, Param("share", 0, 0.15, "additional posts funded after a takeover", "assumed",
        "12 % in one authority: BCP 2021", ("bcp-2021",))] = 0.05
    less_blame: Annotated[float, Param(
        "0-1", -0.3, 0.3, "reduction of managers' own propensity to blame under new leadership")] = 0.1
    lessons: Annotated[float, Param("0-1", 0, 0.3, "share of possible lessons that new leaders introduce")] = 0.05
    donors: Annotated[float, Param("share", 0, 0.2,
        "hours lent by donor authorities at the start of a takeover, per hour of staff in post", "assumed",
        "'other more successful local authorities': Safer Safeguarding Group 2015", ("safer-safeguarding-2015",))] = 0.0
    donor_weeks: Annotated[float, Param(
        "weeks", 13, 208, "time constant with which donors withdraw their staff")] = 52.0
    disruption_commissioner: Annotated[float, Param(
        "index", 0, 0.6, "disruption when a commissioner is appointed")] = 0.10
    disruption_trust: Annotated[float, Param("index", 0, 0.6, "disruption when a trust takes over")] = 0.30
    # fmt: on


class Consequences(NamedTuple):
    """Parameters of the immediate consequences of an inadequate grade."""

    # fmt: off
    disruption: Annotated[float, Param("index", 0, 0.6, "disruption when the grade is published")] = 0.10
    dismissal: Annotated[float, Param("0-1", 0, 0.9, "chance that the director is dismissed", "calibrated",
        "0.35 to 0.7 leave within a year", ("cyp-now-directors",), symbol="p_sack")] = 0.358
    protected: Annotated[float, Param("0-1", 0, 1, "protection of leaders from dismissal", distribution="policy")] = 0.0
    disruption_dismissal: Annotated[float, Param("index", 0, 0.6, "disruption when the director is dismissed")] = 0.10
    restructure: Annotated[float, Param("0-1", 0, 1, "chance that the authority reorganises after the grade")] = 0.3
    disruption_restructure: Annotated[float, Param("index", 0, 0.6, "disruption of a reorganisation", "measured",
        "developments delayed 18 months and more: Fulop et al. 2002", ("fulop-2002",))] = 0.20
    # fmt: on


@rule
def has_improved(visible_then: float, visible: float, failing: bool, c: Takeover) -> bool:
    r"""Whether an authority has improved by the time of the takeover test.

    Parameters
    ----------
    visible_then : float
        Visible quality when the inadequate grade was published. [ratio]
    visible : float
        Visible quality at the test. [ratio]
    failing : bool
        Whether the latest monitoring visit would again lead to an inadequate grade.
    c : Takeover
        Coefficient ``needed_gain``.

    Returns
    -------
    bool
        True if the authority passes the test.

    Notes
    -----
    Equation E34:

    .. math:: V - V_0 \ge \Delta \quad \text{or the latest monitoring visit is not inadequate}

    References
    ----------
    policy-2015

    Examples
    --------
    >>> has_improved(0.8, 0.9, True, Takeover()), has_improved(0.8, 0.8, True, Takeover())
    (True, False)
    """
    return visible - visible_then >= c.needed_gain or not failing


@kernel
def start_clock(oversight: Oversight, clock_weeks: float, monitoring_weeks: float, now: WeekContext) -> None:
    """Schedule the takeover test and the first monitoring visit after an inadequate judgement.

    Updates ``oversight.test_at``, ``oversight.monitor_at`` and ``oversight.monitored``. The test uses the latest
    monitoring visit, so a visit takes place no later than in the week of the test. The schedule depends on the
    judgement itself, not on the form in which it is published.

    Parameters
    ----------
    clock_weeks : float
        Time allowed for improvement. [weeks]
    monitoring_weeks : float
        Time between monitoring visits. [weeks]
    """
    a = now.authority
    oversight.test_at[a] = now.week + int(clock_weeks)
    oversight.monitor_at[a] = min(now.week + int(monitoring_weeks), oversight.test_at[a])
    oversight.monitored[a] = 0.0


@kernel
def apply_grade_consequences(service: Service, c: Consequences, fall: float, now: WeekContext) -> bool:
    r"""Apply the immediate consequences of a report and return whether the director is dismissed.

    Adds to ``service.disruption``. Draws whether the authority reorganises and whether the director is dismissed.

    Parameters
    ----------
    fall : float
        Increase of the severity of the published report; 1 when an authority has just become inadequate. [0-1]

    Returns
    -------
    bool
        True if the director is dismissed.

    Notes
    -----
    Equations E35 and E37. Disruption rises by

    .. math:: \Delta D = (d_g + d_r R + d_d S) \text{ with } P(R) = p_r f, \; P(S) = p_s (1 - \pi) f

    where :math:`d_g` is also multiplied by :math:`f`, the increase of severity, and :math:`\pi` is the protection of
    leaders.
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
    failing: bool, c: Takeover, now: WeekContext,
) -> bool:  # fmt: skip
    """Test an inadequate authority in the scheduled week and start a takeover if it fails.

    Updates ``oversight``, ``service.disruption``, ``managers.own_blame`` and ``counts.takeovers`` (E34, E36).

    Parameters
    ----------
    failing : bool
        Whether the latest monitoring visit would again lead to an inadequate grade.

    Returns
    -------
    bool
        True if a trust takes over, so that the director is replaced.
    """
    a = now.authority
    if now.week != oversight.test_at[a] or oversight.grade[a] != INADEQUATE or oversight.controlled[a] > 0:
        return False
    oversight.test_at[a] = NEVER
    u, v = rng.pair(now.seed, rng.TAKEOVER, now.week, a)
    passed = has_improved(oversight.visible_then[a], service.visible[a], failing, c)
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
    """End a commissioner's control, and the additional funding, once a better grade is published (E34).

    A trust stays in control.
    """
    a = now.authority
    if oversight.controlled[a] == COMMISSIONER and NONE_YET < oversight.grade[a] < INADEQUATE:
        oversight.controlled[a] = COUNCIL
        oversight.extra_funding[a] = 0.0


@kernel
def return_donor_staff(oversight: Oversight, donor_weeks: float, now: WeekContext) -> None:
    r"""Reduce the hours lent by donor authorities by first-order decay.

    Parameters
    ----------
    donor_weeks : float
        Time constant of the decay. [weeks]

    Notes
    -----
    Equation E189:

    .. math:: \frac{db}{dt} = -\frac{b}{\tau_b}
    """
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
    """Add the cost of monitoring visits and of lent staff to the cost of the week.

    Updates ``service.cost``. Every term is proportional to a count or to a stock of hours.

    Parameters
    ----------
    worker_cost : float
        Cost of a permanent worker; lent staff cost the same. [pounds/year]
    """
    a = now.authority
    lent_staff = oversight.borrowed[a] * staff_at_work(workers, now.first_post, now.end_post)
    service.cost[a] += worker_cost * lent_staff / YEAR + c.monitoring_cost * counts.monitoring_visits[a]
