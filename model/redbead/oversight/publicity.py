"""Publicity: serious incidents that become public scandals, and their effects on demand, disruption and attention.

Scandals are rare random events. Public attention, the memory of incidents and the resulting surge of referrals all
decay exponentially (E2).
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import world
from redbead.state.authority import Cases, Service, WeeklyCounts
from redbead.state.constants import REFERENCE_POSTS
from redbead.state.maths import approach, chance, spread_over
from redbead.state.world import EventLog, WeekContext, log_event


class Publicity(NamedTuple):
    """Parameters of scandals and of their effects on demand."""

    # fmt: off
    prominent: Annotated[float, Param("0-1", 0, 0.1, "chance that a serious incident becomes a scandal", "assumed",
        "a national scandal every 5 to 8 years, from memory", symbol="p_pub", processing="memory",
        causal_link=True)] = 0.02
    memory: Annotated[float, Param("weeks", 4, 156, "time constant of the decay of public attention")] = 26.0
    incident_memory: Annotated[float, Param(
        "weeks", 4, 104, "time constant of the memory of serious incidents inside the authority")] = 13.0
    money: Annotated[float, Param("share/unit", 0, 0.5, "posts funded per unit of public attention, while it lasts",
        causal_link=True, distribution="policy")] = 0.0
    reform: Annotated[float, Param(
        "0-1", 0, 1, "chance that a scandal leads to an imposed reform", causal_link=True, distribution="policy")] = 0.0
    reform_disruption: Annotated[float, Param("index", 0, 0.6, "disruption of an imposed reform")] = 0.20
    press: Annotated[float, Param(
        "log/incident", 0, 1, "fall of perceived quality per incident, for people who hear only of failures", "assumed",
        "cases in reports are selected: Chris Mills, 28 June 2014", ("mills-blog",))] = 0.2
    surge: Annotated[float, Param("share", 0, 1, "extra referrals after the authority's own scandal", "measured",
        "11 to 47 %: Victoria 2014, Coventry 2013", ("victoria-2014", "coventry-2014"), symbol="a",
        causal_link=True)] = 0.25
    surge_rise: Annotated[float, Param("weeks", 1, 12, "time constant of the rise of this surge", symbol="tau_r")] = 4.0
    surge_decay: Annotated[float, Param(
        "weeks", 26, 156, "time constant of the decay of this surge", symbol="tau_s")] = 52.0
    surge_lasting: Annotated[float, Param("share", 0, 1, "part of the surge that lasts beyond the first years",
        "calibrated", "care applications had not returned by 2013 to the level of 2008: Cafcass", ("cafcass-2013",),
        symbol="rho", processing="matched")] = 0.5
    surge_fade: Annotated[float, Param("weeks", 104, 1560, "time constant of the decay of the lasting part", "measured",
        "referrals of authorities, 2013 to 2025: Department for Education", ("dfe-cin-2025",), symbol="tau_f",
        processing="fitted to 161 rises of a fifth or more in 140 authorities: fades within 5 to 10 years")] = 364.0
    # fmt: on


@rule
def quality_from_failures(failures: float, c: Publicity) -> float:
    r"""Quality of the service as perceived by people who hear only of its failures.

    Parameters
    ----------
    failures : float
        Public attention plus the memory of serious incidents, both decayed. [incidents]
    c : Publicity
        Coefficient ``press``.

    Returns
    -------
    float
        Perceived quality; 1 without failures. [ratio]

    Notes
    -----
    Equation E188:

    .. math:: Q_p = e^{-k_p N}

    where :math:`N` are the recent failures and :math:`k_p` is the coefficient.

    References
    ----------
    mills-blog

    Examples
    --------
    >>> quality_from_failures(0.0, Publicity()), round(quality_from_failures(1.0, Publicity()), 3)
    (1.0, 0.819)
    """
    return math.exp(-c.press * failures)


@kernel
def publicise_incidents(
    cases: Cases,
    service: Service,
    counts: WeeklyCounts,
    event_log: EventLog,
    base_posts: int,
    c: Publicity,
    now: WeekContext,
) -> None:
    r"""Update public attention and surges of referrals, then draw which serious incidents become scandals.

    Reads the serious incidents of the week. Updates ``service.publicity``, ``service.incident_memory``,
    ``service.public_view``, ``service.disruption``, the four surge columns of ``cases`` and ``counts.prominent``.

    Parameters
    ----------
    base_posts : int
        Posts of the authority at the start of the run. [posts]

    Notes
    -----
    The surge of referrals follows equation E2, for scandals of size :math:`a_k` in weeks :math:`t_k`:

    .. math::

        s(t) = \sum_k a_k \left[(1 - \rho) e^{-(t - t_k)/\tau_s} + \rho\, e^{-(t - t_k)/\tau_f}\right]
        \left[1 - e^{-(t - t_k)/\tau_r}\right]

    The four columns are sums of exponentials that together give this expression for any number of scandals.

    Incidents are counted per reference authority: an incident affects each worker of an authority twice as large half
    as much, so the size of an authority alone changes no rate. The effect of a scandal is limited to its full size in
    small authorities.
    """
    a = now.authority
    scale = spread_over(REFERENCE_POSTS, float(base_posts))
    service.publicity[a] -= service.publicity[a] * approach(c.memory)
    each = counts.serious[a] * REFERENCE_POSTS / base_posts
    service.incident_memory[a] += each - service.incident_memory[a] * approach(c.incident_memory)
    cases.surge[a] -= cases.surge[a] * approach(c.surge_decay)
    cases.surge_rise[a] -= cases.surge_rise[a] * chance(1.0 / c.surge_decay + 1.0 / c.surge_rise)
    cases.surge_kept[a] -= cases.surge_kept[a] * approach(c.surge_fade)
    cases.surge_kept_rise[a] -= cases.surge_kept_rise[a] * chance(1.0 / c.surge_fade + 1.0 / c.surge_rise)
    u = rng.uniform(now.seed, rng.PUBLICITY, now.week, a)
    prominent = rng.binomial(u, counts.serious[a], c.prominent)
    service.public_view[a] = quality_from_failures(service.publicity[a] + service.incident_memory[a], c)
    if prominent > 0:
        counts.prominent[a] = prominent
        felt = prominent * scale
        service.publicity[a] += felt
        if rng.uniform(now.seed, rng.REFORM, now.week, a) < c.reform:
            service.disruption[a] += c.reform_disruption
        cases.surge[a] += felt * c.surge * (1.0 - c.surge_lasting)
        cases.surge_rise[a] += felt * c.surge * (1.0 - c.surge_lasting)
        cases.surge_kept[a] += felt * c.surge * c.surge_lasting
        cases.surge_kept_rise[a] += felt * c.surge * c.surge_lasting
        log_event(event_log, now, world.SCANDAL, -1, -1, -1, -1, prominent)
