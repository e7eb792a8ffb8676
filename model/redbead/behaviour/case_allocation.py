"""Allocation, transfer and closing of cases.

Waiting cases are allocated to workers in proportion to their spare capacity, in whole cases. Cases that no worker has
the capacity to take keep waiting. Cases of leavers can stay in their team, and a starter can take over cases of the
team. Each open case closes with a weekly probability that follows the worker's throughput.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Cases, WeeklyCounts
from redbead.state.people import EMPTY, Managers, Workers, at_work, draw_for_workers
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
    stay_in_team: Annotated[float, Param("share", 0, 1,
        "share of the cases of leavers and suspended workers that colleagues in the team take over, without a limit",
        "assumed", "usual practice", causal_link=True, distribution="off")] = 0.0
    taken_over: Annotated[float, Param("share", 0, 1,
        "cases that a starter takes over from the team in the first week, relative to an equal part for the output",
        "assumed", "usual practice", causal_link=True, distribution="off")] = 0.0
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
def capacity_by_skill(skill: float, novice_output: float, c: Caseload) -> float:
    r"""Cases for a worker of this skill relative to those for a fully skilled one.

    Parameters
    ----------
    skill : float
        Skill of the worker. [0-1]
    novice_output : float
        Output of a beginner relative to a fully skilled worker. [ratio]
    c : Caseload
        Coefficients.

    Returns
    -------
    float
        Relative number of cases. [ratio]

    Notes
    -----
    Equation E102b, for skill :math:`e`, output of a beginner :math:`y_0` and ``by_skill`` :math:`\beta`:

    .. math:: y = 1 - \beta (1 - y_0)(1 - e)

    References
    ----------
    Assumed.

    Examples
    --------
    >>> capacity_by_skill(0.0, 0.6, Caseload()), capacity_by_skill(0.0, 0.6, Caseload(by_skill=0.0))
    (0.6, 1.0)
    """
    return 1.0 - c.by_skill * (1.0 - novice_output) * (1.0 - skill)


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
        relative_output = capacity_by_skill(workers.skill[w], novice_output, c)
        if c.unevenness > 0.0:
            relative_output *= allocation_factor(rng.uniform(now.seed, rng.UNEVEN, 0, workers.team[w]), c)
        workers.spare_capacity[w] = (
            spare_capacity(c.ceiling, relative_output * (1.0 - workers.absence[w]), float(workers.caseload[w]))
            if at_work(workers, w)
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
def hand_over_cases(
    workers: Workers, managers: Managers, cases: Cases, counts: WeeklyCounts, novice_output: float, c: Caseload,
    now: WeekContext,
) -> None:  # fmt: skip
    r"""Pass on the cases of this week's leavers and suspended workers, and give cases of the team to starters.

    Reads ``status``, ``skill``, ``team``, ``tenure`` and ``absence`` of the workers. Writes ``workers.caseload``,
    ``managers.handed_over``, ``cases.waiting`` and ``counts.transferred``. Errors stay with the post.

    Parameters
    ----------
    novice_output : float
        Output of a beginner relative to a fully skilled worker. [ratio]

    Notes
    -----
    Equation E254: of :math:`n` cases of a team without a worker, :math:`\lfloor \sigma n + u \rfloor` stay in the team
    (``stay_in_team`` :math:`\sigma`, uniform random number :math:`u`), shared out in proportion to capacity
    :math:`y_i` (E102b) and without a limit. If no colleague is at work, all return to the waiting list.

    Equation E255: a starter receives cases from colleagues, in proportion to theirs, up to

    .. math:: n_i = \theta \frac{y_i}{\sum_j y_j} \sum_j n_j

    where :math:`\theta` is ``taken_over`` and the sums are over the team. Both use systematic sampling, as
    :func:`allocate` does.
    """
    a = now.authority
    for t in range(now.first_team, now.end_team):
        handed_over = managers.handed_over[t]
        managers.handed_over[t] = 0
        if handed_over > 0 and c.stay_in_team > 0.0:
            kept = _share_out(workers, handed_over, t, novice_output, c, now)
            counts.transferred[a] += kept
            handed_over -= kept
        cases.waiting[a] += handed_over
    if c.taken_over > 0.0:
        for w in range(now.first_post, now.end_post):
            if workers.status[w] != EMPTY and workers.tenure[w] == 0.0:
                counts.transferred[a] += _take_over(workers, w, novice_output, c, now)


@kernel
def _capacity(workers: Workers, w: int, t: int, novice_output: float, c: Caseload) -> float:
    """Capacity of worker ``w`` for cases of team ``t`` relative to a fully skilled worker. [ratio]"""
    if workers.team[w] != t or not at_work(workers, w):
        return 0.0
    return float(capacity_by_skill(workers.skill[w], novice_output, c) * (1.0 - workers.absence[w]))


@kernel
def _share_out(workers: Workers, n: int, t: int, novice_output: float, c: Caseload, now: WeekContext) -> int:
    """Share out the part of ``n`` cases that stays in team ``t``, and return it (E254). [cases]"""
    total = 0.0
    for w in range(now.first_post, now.end_post):
        total += _capacity(workers, w, t, novice_output, c)
    if total <= 0.0:
        return 0
    lower = rng.uniform(now.seed, rng.HANDOVER, now.week, t)
    kept = min(n, math.floor(c.stay_in_team * n + lower))
    shared = 0
    for w in range(now.first_post, now.end_post):
        upper = lower + kept * _capacity(workers, w, t, novice_output, c) / total
        more = min(kept - shared, math.floor(upper) - math.floor(lower))
        workers.caseload[w] += more
        shared += more
        lower = upper
    return shared


@kernel
def _take_over(workers: Workers, starter: int, novice_output: float, c: Caseload, now: WeekContext) -> int:
    """Move cases of the team to a starter, and return their number (E255). [cases]"""
    t = workers.team[starter]
    total = 0.0
    team_cases = 0
    for w in range(now.first_post, now.end_post):
        if workers.team[w] == t:
            total += _capacity(workers, w, t, novice_output, c)
            team_cases += workers.caseload[w]
    others = team_cases - workers.caseload[starter]
    if total <= 0.0 or others == 0:
        return 0
    lower = rng.uniform(now.seed, rng.CASES_OF_STARTER, now.week, rng.person(starter, workers.spell[starter]))
    aim = c.taken_over * team_cases * _capacity(workers, starter, t, novice_output, c) / total
    wanted = min(others, max(0, math.floor(aim - workers.caseload[starter] + lower)))
    per_case = wanted / others
    moved = 0
    for w in range(now.first_post, now.end_post):
        if workers.team[w] == t and w != starter:
            upper = lower + per_case * workers.caseload[w]
            fewer = min(workers.caseload[w], math.floor(upper) - math.floor(lower))
            workers.caseload[w] -= fewer
            moved += fewer
            lower = upper
    workers.caseload[starter] += moved
    return moved


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
