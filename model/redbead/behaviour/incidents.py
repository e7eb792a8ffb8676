"""Serious incidents that no error of the service caused, and the exposure of case holders after an incident.

Some children come to harm although no one made an error. Such an incident names a case holder if the child's case was
open, and the case holder can face formal action like the author of an error.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import world
from redbead.state.authority import Cases, WeeklyCounts
from redbead.state.constants import REFERENCE_POSTS, YEAR
from redbead.state.people import EMPTY, Managers, Workers, name_case_holder
from redbead.state.practice_errors import NO_ERROR
from redbead.state.world import EventLog, WeekContext, log_event


class Incidents(NamedTuple):
    """Serious incidents without an error."""

    # fmt: off
    without_error: Annotated[float, Param("share", 0, 0.9, "share of serious incidents without an error", "assumed",
        "from memory, rare outcomes follow good decisions: Munro 2011", ("munro-2011",), processing="memory",
        causal_link=True)] = 0.5
    rate: Annotated[float, Param("1/year", 0, 10, "serious incidents of an authority of 120 posts", "calibrated",
        "1 to 3 serious incidents per year: DfE notifications 2018-24", ("dfe-serious-incidents-2024",),
        symbol="R_i")] = 2.6
    not_open: Annotated[float, Param("share", 0, 1, "share of these incidents in which the child had no open case",
        "measured", "42 to 49 % open in reviews of 2009 to 2014", ("serious-case-reviews-2014",), symbol="o")] = 0.5
    # fmt: on


@rule
def expected_without_error(open_cases: float, reference_cases: float, posts: float, c: Incidents) -> float:
    r"""Expected number of serious incidents without an error in one week.

    Parameters
    ----------
    open_cases, reference_cases : float
        Open cases now, and at the reference caseload. [cases]
    posts : float
        Posts of the authority at the start, for its size. [posts]
    c : Incidents
        Coefficients.

    Returns
    -------
    float
        Expected number. [incidents/week]

    Notes
    -----
    Equation E233, for :math:`n` open cases, their reference :math:`n_0` and :math:`N` posts (:math:`N_0 = 120`):

    .. math:: \Lambda = \iota \, \frac{R_i}{52} \, \frac{N}{N_0} \left[(1 - o) \frac{n}{n_0} + o\right]

    where :math:`\iota`, :math:`R_i` and :math:`o` are ``without_error``, ``rate`` and ``not_open``. Incidents from
    errors are reduced to the share :math:`1 - \iota`, so the sum at the reference does not depend on :math:`\iota`.

    References
    ----------
    dfe-serious-incidents-2024, serious-case-reviews-2014

    Examples
    --------
    >>> expected_without_error(1968.0, 1968.0, 120.0, Incidents(without_error=0.0))
    0.0
    >>> round(52 * expected_without_error(1968.0, 1968.0, 120.0, Incidents(without_error=0.5)), 6)
    1.3
    """
    of_open = (1.0 - c.not_open) * open_cases / reference_cases
    return c.without_error * c.rate / YEAR * posts / REFERENCE_POSTS * (of_open + c.not_open)


@kernel
def draw_incidents_without_error(
    workers: Workers, cases: Cases, counts: WeeklyCounts, event_log: EventLog, reference_caseload: float, posts: int,
    c: Incidents, now: WeekContext,
) -> None:  # fmt: skip
    """Draw this week's serious incidents without an error, and the case holders of children with an open case.

    Reads ``workers.caseload`` and ``cases.waiting``. Writes ``last_incident``, ``incident_conduct`` and ``in_scandal``
    of the case holders, ``counts.serious``, ``counts.unavoidable`` and one event per incident. Unallocated children
    have no case holder.

    Parameters
    ----------
    reference_caseload : float
        Cases per worker at the reference. [cases]
    posts : int
        Posts of the authority at the start. [posts]

    Notes
    -----
    The number is Poisson with the mean of equation E233. A child with an open case is drawn from all open cases with
    equal probability.
    """
    if c.without_error <= 0.0:
        return
    a = now.authority
    allocated = 0
    for w in range(now.first_post, now.end_post):
        allocated += workers.caseload[w]
    open_cases = float(allocated + cases.waiting[a])
    expected = expected_without_error(open_cases, reference_caseload * posts, float(posts), c)
    of_open = (1.0 - c.not_open) * open_cases / (reference_caseload * posts)
    share_open = of_open / max(1e-12, of_open + c.not_open)
    number = rng.poisson(rng.uniform(now.seed, rng.INCIDENTS, now.week, a), expected)
    for k in range(number):
        u, v = rng.pair(now.seed, rng.CASE_HOLDER, now.week, a * 1024 + k)
        counts.serious[a] += 1
        counts.unavoidable[a] += 1
        place = math.floor(v * open_cases) if u < share_open else allocated
        holder = -1
        for w in range(now.first_post, now.end_post):
            if 0 <= place < workers.caseload[w]:
                holder = w
            place -= workers.caseload[w]
        team, spell = -1, -1
        if holder >= 0:
            team, spell = workers.team[holder], workers.spell[holder]
            name_case_holder(workers, holder, NO_ERROR, now.week)
        log_event(event_log, now, world.UNAVOIDABLE, team, holder, spell, -1, -1)


@kernel
def expose_case_holders(workers: Workers, managers: Managers, counts: WeeklyCounts, now: WeekContext) -> None:
    """Draw which of this week's case holders and their managers are part of a scandal.

    Reads ``counts.serious`` and ``counts.prominent``. Writes ``workers.in_scandal`` and ``managers.last_scandal``. Each
    incident of a week is equally likely to be the one that became public.
    """
    a = now.authority
    if counts.prominent[a] == 0:
        return
    share = counts.prominent[a] / counts.serious[a]
    for w in range(now.first_post, now.end_post):
        if workers.last_incident[w] == now.week and workers.status[w] != EMPTY:
            key = rng.person(w, workers.spell[w])
            if rng.uniform(now.seed, rng.EXPOSURE_OF_STAFF, now.week, key) < share:
                workers.in_scandal[w] = 1
                managers.last_scandal[workers.team[w]] = now.week
