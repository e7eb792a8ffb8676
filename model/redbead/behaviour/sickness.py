"""Sickness absence: who falls ill, who returns, and what colleagues in the team take on meanwhile."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.constants import YEAR
from redbead.state.maths import chance
from redbead.state.people import EMPTY, Managers, Workers, at_work
from redbead.state.world import WeekContext, count_staff


class Sickness(NamedTuple):
    """Coefficients of sickness absence."""

    # fmt: off
    spells: Annotated[float, Param("1/year", 0, 3,
        "spells of sickness absence per worker and year at reference burnout and fear (0: no sickness)",
        causal_link=True, distribution="off")] = 0.0
    duration: Annotated[float, Param("weeks", 1, 26, "mean length of a spell of sickness absence",
        distribution="off")] = 3.0
    burnout: Annotated[float, Param("log/unit", 0, 5, "effect of burnout on the log hazard of sickness absence",
        "assumed", "one case more per worker: +0.04 percentage points of absence a year later: DfE 2017-25",
        ("dfe-workforce-2025",), causal_link=True, distribution="off")] = 0.5
    fear: Annotated[float, Param("log/unit", -1, 3, "effect of fear on the log hazard of sickness absence",
        causal_link=True, distribution="off")] = 0.5
    formal_action: Annotated[float, Param("log", -1, 3,
        "effect of formal action against the worker on the log hazard of sickness absence", causal_link=True,
        distribution="off")] = 1.0
    cover: Annotated[float, Param("share", 0, 1,
        "share of the cases of absent workers on which colleagues in the team work", causal_link=True,
        distribution="off")] = 1.0
    burnout_ref: Annotated[float, Param("0-1", 0, 1, "reference burnout", distribution="reference")] = 0.40
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear", distribution="reference")] = 0.5
    # fmt: on


@rule
def chance_of_falling_ill(burnout: float, fear: float, under_action: bool, c: Sickness) -> float:
    r"""Probability that a worker falls ill this week.

    Parameters
    ----------
    burnout, fear : float
        State of the worker. [0-1]
    under_action : bool
        Whether the worker faces formal action.
    c : Sickness
        Coefficients.

    Returns
    -------
    float
        Probability. [0-1]

    Notes
    -----
    Equation E256, for burnout :math:`b`, fear :math:`F`, formal action :math:`\alpha` (0 or 1) and ``spells``
    :math:`h_s`:

    .. math:: p = 1 - \exp\left(-\frac{h_s}{52} \, e^{\gamma_b (b - b_0) + \gamma_F (F - F_0) + \gamma_a \alpha}\right)

    At the reference the hazard is :math:`h_s`.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> chance_of_falling_ill(0.9, 0.9, True, Sickness())
    0.0
    >>> round(52 * chance_of_falling_ill(0.4, 0.5, False, Sickness(spells=0.6)), 3)
    0.597
    """
    effect = c.burnout * (burnout - c.burnout_ref) + c.fear * (fear - c.fear_ref)
    return chance(c.spells / YEAR * math.exp(effect + (c.formal_action if under_action else 0.0)))


@rule
def cases_per_colleague(uncovered: float, colleagues: int, c: Sickness) -> float:
    r"""Cases of absent workers per worker at work in the team.

    Parameters
    ----------
    uncovered : float
        Cases of absent workers of the team. [cases]
    colleagues : int
        Workers at work in the team. [people]
    c : Sickness
        Coefficients.

    Returns
    -------
    float
        Cases, 0 if no colleague is at work. [cases/worker]

    Notes
    -----
    Equation E257, for :math:`n` cases of absent workers, :math:`m` colleagues and ``cover`` :math:`\kappa`:

    .. math:: v = \kappa \frac{n}{m}

    References
    ----------
    Assumed.

    Examples
    --------
    >>> cases_per_colleague(15.0, 5, Sickness()), cases_per_colleague(15.0, 0, Sickness())
    (3.0, 0.0)
    """
    return c.cover * uncovered / colleagues if colleagues > 0 else 0.0


@kernel
def update_sickness(workers: Workers, managers: Managers, c: Sickness, now: WeekContext) -> None:
    """Let workers fall ill and return, and compute what colleagues take on.

    Reads burnout, fear, formal action and caseload of the workers. Writes ``workers.sick``, ``managers.covered`` and
    ``managers.staff``. One uniform number per worker and week decides either falling ill or returning. Suspended
    workers do not fall ill.
    """
    for t in range(now.first_team, now.end_team):
        managers.covered[t] = 0.0
    recovery = chance(1.0 / c.duration)
    for w in range(now.first_post, now.end_post):
        if workers.status[w] == EMPTY or (c.spells <= 0.0 and workers.sick[w] == 0):
            continue
        u = rng.uniform(now.seed, rng.SICKNESS, now.week, rng.person(w, workers.spell[w]))
        if workers.sick[w] == 1:
            workers.sick[w] = u >= recovery
        elif at_work(workers, w):
            p = chance_of_falling_ill(workers.burnout[w], workers.fear[w], workers.action[w] == 1, c)
            workers.sick[w] = u < p
        managers.covered[workers.team[w]] += workers.caseload[w] * workers.sick[w]
    count_staff(workers, managers, now)
    for t in range(now.first_team, now.end_team):
        managers.covered[t] = cases_per_colleague(managers.covered[t], managers.staff[t], c)
