"""Referrals: the usual flow, surges after a child's death, and failure demand (E1, E2)."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Cases, Service, WeeklyCounts
from redbead.state.maths import approach
from redbead.state.world import WeekContext


class Demand(NamedTuple):
    """How many cases come, and how long they stay."""

    arrivals: Annotated[
        float,
        Param(
            "cases/post/week",
            0,
            2,
            "accepted referrals for each post of the establishment",
            "calibrated",
            "DfE workforce and children in need 2025: 15-16 cases a worker, 40 weeks open",
            likely=(0.33, 0.41),
        ),
    ] = 0.357
    duration: Annotated[
        float,
        Param(
            "weeks",
            26,
            60,
            "time that a case stays open at full throughput",
            "calibrated",
            "DfE children in need: stock over flow",
            likely=(42, 49),
        ),
    ] = 45.1
    return_share: Annotated[
        float,
        Param("share", 0, 0.5, "cases that come back within a year", "calibrated", "DfE children in need 2014: 23.4 %"),
    ] = 0.221
    return_exponent: Annotated[
        float, Param("exponent", 0, 1, "how far poor quality adds to returning cases (0 cuts the loop)")
    ] = 0.5
    return_delay: Annotated[float, Param("weeks", 4, 104, "time until a case comes back")] = 26.0
    prevention: Annotated[
        float, Param("share of budget", 0, 0.3, "what is spent on prevention on top of the posts")
    ] = 0.0
    prevention_effect: Annotated[
        float,
        Param(
            "share",
            0,
            0.25,
            "referrals that a tenth of the budget prevents in the end (0 cuts the loop)",
            "assumed",
            "no defensible point estimate found",
        ),
    ] = 0.10
    prevention_lag: Annotated[float, Param("weeks", 13, 260, "time until prevention works")] = 104.0
    threshold: Annotated[
        float,
        Param(
            "exponent",
            0,
            3,
            "how the threshold for acceptance rises as families wait (0 cuts the loop)",
            "assumed",
            "a third of referrals ended without a service in 2021-22: DfE children in need; loop L-B14 of the notes",
        ),
    ] = 1.0
    threshold_from: Annotated[
        float, Param("families/post", 0, 5, "families waiting for each post from which on the threshold rises")
    ] = 0.25
    planned_surge: Annotated[
        float, Param("share", 0, 5, "extra referrals that the scenario's spikes bring this week")
    ] = 0.0


@rule
def surge(age: float, size: float, rise: float, decay: float, lasting: float, fade: float) -> float:
    r"""Extra referrals `age` weeks after an event, as a share of the usual flow (E2). [share]

    .. math:: s = a [(1 - \rho) e^{-t/\tau_s} + \rho e^{-t/\tau_f}] [1 - e^{-t/\tau_r}]

    >>> surge(-1.0, 0.25, 4.0, 52.0, 0.5, 364.0), round(surge(364.0, 0.25, 4.0, 52.0, 0.5, 364.0), 3)
    (0.0, 0.046)
    """
    if age < 0.0:
        return 0.0
    soon, late = (1.0 - lasting) * math.exp(-age / decay), lasting * math.exp(-age / fade)
    return size * (soon + late) * (1.0 - math.exp(-age / rise))


@rule
def returning(closures: float, quality: float, c: Demand) -> float:
    """Expected cases that were known before, with so many closures a return delay ago (E1). [cases/week]

    >>> returning(40.0, 1.0, Demand(return_share=0.25)), returning(40.0, 0.25, Demand(return_share=0.25))
    (10.0, 20.0)
    """
    return c.return_share * closures * math.pow(1.0 / max(0.05, quality), c.return_exponent)


@rule
def referral_rate(posts: float, surged: float, prevention: float, closures: float, quality: float, c: Demand) -> float:
    """Expected accepted referrals (E1). [cases/week]

    `prevention` is the budget share of prevention that has begun to work; `closures` are those of a return delay ago
    [cases/week]; `quality` is true quality, 1 at the reference. Average re-referral is already in the usual flow: the
    last term is what poor quality adds to it.

    >>> referral_rate(120.0, 0.0, 0.0, 44.6, 1.0, Demand(arrivals=0.5))
    60.0
    >>> referral_rate(120.0, 0.0, 0.1, 44.6, 1.0, Demand(arrivals=0.5))
    54.0
    """
    usual = c.arrivals * posts * (1.0 + surged) * max(0.0, 1.0 - c.prevention_effect * prevention / 0.10)
    failure = returning(closures, quality, c) - returning(closures, 1.0, c)
    return max(0.0, usual + failure)


@rule
def accepted_share(waiting: float, c: Demand) -> float:
    """Share of referrals accepted, with so many families waiting for each post (loop L-B14). [0-1]

    A service that cannot see those it has already accepted raises its threshold; the need stays, unmet.

    >>> accepted_share(0.1, Demand()), accepted_share(1.25, Demand())
    (1.0, 0.5)
    """
    return math.pow(1.0 + max(0.0, waiting - c.threshold_from), -c.threshold)


@kernel
def refer(cases: Cases, service: Service, counts: WeeklyCounts, base_posts: int, c: Demand, now: WeekContext) -> None:
    """Let the week's families arrive; those accepted wait until somebody has room."""
    a = now.authority
    surged = c.planned_surge + cases.surge[a] - cases.surge_rise[a] + cases.surge_kept[a] - cases.surge_kept_rise[a]
    service.prevention[a] += (c.prevention - service.prevention[a]) * approach(c.prevention_lag)
    rate = referral_rate(
        float(base_posts), surged, service.prevention[a], cases.recent_closures[a], service.quality[a], c
    )
    u, v = rng.pair(now.seed, rng.REFERRALS, now.week, a)
    asked = rng.poisson(u, rate)
    accepted = accepted_share(cases.waiting[a] / base_posts, c)
    turned_away = rng.binomial(v, asked, 1.0 - accepted)
    cases.returning[a] = accepted * min(rate, returning(cases.recent_closures[a], service.quality[a], c))
    cases.waiting[a] += asked - turned_away
    counts.referrals[a] = asked - turned_away
    counts.turned_away[a] = turned_away


@kernel
def remember_closures(cases: Cases, counts: WeeklyCounts, c: Demand, now: WeekContext) -> None:
    """First-order delay of closures, so that poor work comes back some months later."""
    a = now.authority
    cases.recent_closures[a] += (counts.closures[a] - cases.recent_closures[a]) * approach(c.return_delay)
