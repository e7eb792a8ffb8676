"""Who holds which families: allocation by room, closing (E3)."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Cases, WeeklyCounts
from redbead.state.people import EMPTY, Workers, draw_for_workers
from redbead.state.world import WeekContext


class Caseload(NamedTuple):
    """Limits of what one worker is given."""

    ceiling: Annotated[
        float,
        Param(
            "cases",
            12,
            60,
            "cases that a fully skilled worker is given at most; beyond it families wait",
            likely=(22, 30),
        ),
    ] = 26.0
    by_skill: Annotated[
        float,
        Param("0-1", 0, 1, "how far beginners are given less (0: as much as anybody)", "assumed", "usual practice"),
    ] = 1.0
    unevenness: Annotated[
        float, Param("log", 0, 1, "spread between teams in how much of the work they are given (0 is by room alone)")
    ] = 0.0


@rule
def room(ceiling: float, output: float, held: float) -> float:
    """Cases a worker of relative `output` [0-1] can still be given, holding `held` cases. [cases]

    >>> room(26.0, 0.5, 10.0), room(26.0, 1.0, 30.0)
    (3.0, 0.0)
    """
    return max(0.0, ceiling * output - held)


@rule
def favour(u: float, c: Caseload) -> float:
    """How much of the work a team is given against its due, for its uniform `u`: log-normal with mean 1. [ratio]

    >>> favour(0.5, Caseload())
    1.0
    """
    return math.exp(c.unevenness * (rng.normal(u) - 0.5 * c.unevenness))


@kernel
def allocate(workers: Workers, cases: Cases, novice_output: float, c: Caseload, now: WeekContext) -> None:
    """Give waiting families to workers in proportion to their room, in whole cases and with one draw.

    A beginner, whose output is `novice_output` of a fully skilled worker's [ratio], is given less, where that is usual.
    """
    total = 0.0
    for w in range(now.first_post, now.end_post):
        output = 1.0 - c.by_skill * (1.0 - novice_output) * (1.0 - workers.skill[w])
        if c.unevenness > 0.0:
            output *= favour(rng.uniform(now.seed, rng.UNEVEN, 0, workers.team[w]), c)
        workers.spare_capacity[w] = (
            room(c.ceiling, output, float(workers.caseload[w])) if workers.status[w] != EMPTY else 0.0
        )
        total += workers.spare_capacity[w]
    a = now.authority
    given = min(cases.waiting[a], int(total))
    if given > 0:
        share = given / total
        handed = 0
        edge = rng.uniform(now.seed, rng.ALLOCATION, now.week, a)
        for w in range(now.first_post, now.end_post):
            upper = edge + share * workers.spare_capacity[w]
            more = math.floor(upper) - math.floor(edge)
            workers.caseload[w] += more
            handed += more
            edge = upper
        cases.waiting[a] -= handed


@kernel
def close_cases(workers: Workers, counts: WeeklyCounts, duration: float, now: WeekContext) -> None:
    """Close each open case with chance pace / duration."""
    closed = 0
    draw_for_workers(workers, now.seed, rng.CLOSURE, now.week, now.first_post, now.end_post)
    for w in range(now.first_post, now.end_post):
        if workers.caseload[w] > 0:
            p = min(1.0, workers.throughput[w] / duration)
            n = rng.binomial(workers.uniform[w], workers.caseload[w], p)
            workers.caseload[w] -= n
            closed += n
    counts.closures[now.authority] = closed
