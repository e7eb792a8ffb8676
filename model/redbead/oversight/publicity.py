"""Publicity: serious incidents that become scandals, and what they set off (E19, section 2.1)."""

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
    """How incidents become scandals, and what scandals do to demand."""

    prominent: Annotated[
        float,
        Param(
            "0-1",
            0,
            0.1,
            "chance that a serious incident becomes a scandal (0 cuts the loop)",
            "assumed",
            "a national scandal every 5 to 8 years, from memory",
        ),
    ] = 0.02
    memory: Annotated[float, Param("weeks", 4, 156, "time in which public attention fades")] = 26.0
    incident_memory: Annotated[
        float, Param("weeks", 4, 104, "time in which a serious incident fades inside the authority")
    ] = 13.0
    money: Annotated[
        float, Param("share/unit", 0, 0.5, "posts that public attention brings while it lasts (0 cuts the loop)")
    ] = 0.0
    reform: Annotated[float, Param("0-1", 0, 1, "chance that a scandal brings an imposed reform (0 cuts the loop)")] = (
        0.0
    )
    reform_disruption: Annotated[float, Param("index", 0, 0.6, "disruption of an imposed reform")] = 0.20
    press: Annotated[
        float,
        Param(
            "log/incident",
            0,
            1,
            "how far quality seems to fall for those who hear of failures only",
            "assumed",
            "cases in reports are selected: Chris Mills, 28 June 2014",
        ),
    ] = 0.2
    surge: Annotated[
        float,
        Param(
            "share",
            0,
            1,
            "extra referrals after the authority's own scandal (0 cuts the loop)",
            "measured",
            "11 to 47 %: Victoria 2014, Coventry 2013",
        ),
    ] = 0.25
    surge_rise: Annotated[float, Param("weeks", 1, 12, "time in which such a surge rises")] = 4.0
    surge_decay: Annotated[float, Param("weeks", 26, 156, "time in which it decays")] = 52.0
    surge_lasting: Annotated[
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
    surge_fade: Annotated[
        float,
        Param(
            "weeks",
            104,
            1560,
            "time in which the lasting part fades",
            "measured",
            "rises of a fifth in an authority's referrals, 2013 to 2025: Department for Education",
        ),
    ] = 364.0


@rule
def seen_from_failures(failures: float, c: Publicity) -> float:
    """Quality as it looks to those who only ever hear of failures: serious incidents and scandals, faded. [ratio]

    >>> seen_from_failures(0.0, Publicity()), round(seen_from_failures(1.0, Publicity()), 3)
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
    """Let attention and own surges fade, then let the week's serious incidents become scandals or not.

    One incident in an authority twice the size stirs each of its people, and its demand, half as much: incidents are
    counted per reference authority, so that size alone changes no rate; a smaller one has its scandals in full and no
    more. A surge is kept as four sums of exponentials, which together follow E2 for any number of events.
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
    service.public_view[a] = seen_from_failures(service.publicity[a] + service.incident_memory[a], c)
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
