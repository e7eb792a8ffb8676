"""Allocation and closing of cases.

Waiting cases are allocated to workers in proportion to their spare capacity, in whole cases. Cases that no worker has
the capacity to take keep waiting. Each open case closes with a weekly probability that follows the worker's throughput.
"""

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
    """Coefficients of case allocation."""

    # fmt: off
    ceiling: Annotated[float, Param("cases", 12, 60,
        "largest caseload allocated to a fully skilled worker; further cases wait", likely=(22, 30))] = 26.0
    by_skill: Annotated[float, Param(
        "0-1", 0, 1, "extent to which beginners receive fewer cases (0: as many as skilled workers)", "assumed",
        "usual practice")] = 1.0
    unevenness: Annotated[float, Param("log", 0, 1,
        "spread between teams in the share of work allocated (0: by spare capacity only)", distribution="policy")] = 0.0
    # fmt: on


@rule
def spare_capacity(ceiling: float, relative_output: float, caseload: float) -> float:
    r"""Cases that a worker can still take.

    Parameters
    ----------
    ceiling : float
        Largest caseload of a fully skilled worker. [cases]
    relative_output : float
        Output of the worker relative to a fully skilled one. [ratio]
    caseload : float
        Cases that the worker holds. [cases]

    Returns
    -------
    float
        Spare capacity, never negative. [cases]

    Notes
    -----
    Equation E102, for a ceiling :math:`c`, output :math:`y` and caseload :math:`n`:

    .. math:: k = \max(0,\; c\,y - n)

    References
    ----------
    Assumed.

    Examples
    --------
    >>> spare_capacity(26.0, 0.5, 10.0), spare_capacity(26.0, 1.0, 30.0)
    (3.0, 0.0)
    """
    return max(0.0, ceiling * relative_output - caseload)


@rule
def allocation_factor(u: float, c: Caseload) -> float:
    r"""Share of work allocated to a team, relative to an even allocation.

    Parameters
    ----------
    u : float
        Uniform random number of the team, the same in every week of a run. [0-1]
    c : Caseload
        Coefficients.

    Returns
    -------
    float
        Log-normal factor with mean 1. [ratio]

    Notes
    -----
    Equation E103, for the standard normal quantile :math:`\Phi^{-1}(u)` and the spread :math:`s` (``unevenness``):

    .. math:: f = \exp\left[s \left(\Phi^{-1}(u) - s / 2\right)\right]

    At a spread of 0 the factor is 1 for every team.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> allocation_factor(0.5, Caseload())
    1.0
    >>> round(allocation_factor(0.5, Caseload(unevenness=0.5)), 4)
    0.8825
    """
    return math.exp(c.unevenness * (rng.normal(u) - 0.5 * c.unevenness))


@kernel
def allocate(workers: Workers, cases: Cases, novice_output: float, c: Caseload, now: WeekContext) -> None:
    r"""Allocate waiting cases to workers in proportion to their spare capacity, in whole cases.

    Reads ``status``, ``skill``, ``team`` and ``caseload`` of the workers. Writes ``workers.spare_capacity`` and
    ``workers.caseload`` and reduces ``cases.waiting``.

    Parameters
    ----------
    novice_output : float
        Output of a beginner relative to a fully skilled worker. [ratio]

    Notes
    -----
    Systematic sampling: with capacities :math:`k_i`, a total :math:`K` and :math:`m` cases to allocate, worker
    :math:`i` receives the number of whole numbers in an interval of length :math:`m k_i / K`. One uniform number per
    week sets the start of the first interval. Each worker's allocation is therefore within one case of the exact share,
    and equal to it on average.
    """
    total = 0.0
    for w in range(now.first_post, now.end_post):
        relative_output = 1.0 - c.by_skill * (1.0 - novice_output) * (1.0 - workers.skill[w])
        if c.unevenness > 0.0:
            relative_output *= allocation_factor(rng.uniform(now.seed, rng.UNEVEN, 0, workers.team[w]), c)
        workers.spare_capacity[w] = (
            spare_capacity(c.ceiling, relative_output * (1.0 - workers.absence[w]), float(workers.caseload[w]))
            if workers.status[w] != EMPTY
            else 0.0
        )
        total += workers.spare_capacity[w]
    a = now.authority
    allocatable = min(cases.waiting[a], int(total))
    if allocatable > 0:
        cases_per_capacity = allocatable / total
        allocated = 0
        lower = rng.uniform(now.seed, rng.ALLOCATION, now.week, a)
        for w in range(now.first_post, now.end_post):
            upper = lower + cases_per_capacity * workers.spare_capacity[w]
            new_cases = math.floor(upper) - math.floor(lower)
            workers.caseload[w] += new_cases
            allocated += new_cases
            lower = upper
        cases.waiting[a] -= allocated


@kernel
def close_cases(workers: Workers, counts: WeeklyCounts, duration: float, now: WeekContext) -> None:
    r"""Close each open case with the weekly probability that follows the worker's throughput.

    Reads ``workers.throughput``. Writes ``workers.caseload`` and ``counts.closures``. Each worker has an independent
    random number, so the order of workers does not matter.

    Parameters
    ----------
    duration : float
        Mean time that a case stays open at full throughput. [weeks]

    Notes
    -----
    Equation E3, for a caseload :math:`n`, throughput :math:`y` and duration :math:`\tau_c`:

    .. math:: X \sim \mathrm{Binomial}\left(n, \min(1,\; y / \tau_c)\right)
    """
    closed = 0
    draw_for_workers(workers, now.seed, rng.CLOSURE, now.week, now.first_post, now.end_post)
    for w in range(now.first_post, now.end_post):
        if workers.caseload[w] > 0:
            p = min(1.0, workers.throughput[w] / duration)
            n = rng.binomial(workers.uniform[w], workers.caseload[w], p)
            workers.caseload[w] -= n
            closed += n
    counts.closures[now.authority] = closed
