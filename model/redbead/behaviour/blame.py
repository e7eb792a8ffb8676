r"""Blame by team managers.

Each manager has a propensity to answer errors with blame. The manager's own fear and recent serious incidents raise it;
a just culture and restraint lower it, as far as they are practised and have survived changes of director. Actual blame
moves towards this target with a time constant of half a year. Managers who sanction honest errors may themselves be
sanctioned, which lowers their blame and raises their fear.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import world
from redbead.state.authority import Service, WeeklyCounts
from redbead.state.maths import approach, clip01
from redbead.state.people import Managers
from redbead.state.practice_errors import DISCLOSURES, SLIP
from redbead.state.world import EventLog, WeekContext, log_event


class Blame(NamedTuple):
    """Coefficients of managers' blame."""

    # fmt: off
    own: Annotated[float, Param("0-1", 0, 1, "mean personal propensity of managers to blame", "assumed",
        "over half of staff feared an investigation: Mersey Care 2016; Westrum 2004",
        ("mersey-care-2016", "westrum-2004"))] = 0.6
    spread: Annotated[float, Param("0-1", 0, 0.4, "standard deviation of that propensity between managers")] = 0.1
    manager_fear: Annotated[float, Param(
        "0-1/unit", 0, 1, "effect of a manager's own fear on blame", causal_link=True)] = 0.5
    incidents: Annotated[float, Param("0-1/incident", 0, 0.5,
        "effect of a recent serious incident on blame: attribution to persons", causal_link=True)] = 0.05
    pace: Annotated[float, Param("weeks", 13, 104, "time constant of changes in blame", symbol="tau_B")] = 26.0
    just: Annotated[float, Param(
        "0-1", 0, 1, "extent to which a just culture is announced: only culpable conduct is sanctioned",
        distribution="policy")] = 0.0
    adherence: Annotated[float, Param("0-1", 0, 1, "extent to which managers practise what is announced")] = 1.0
    restraint: Annotated[float, Param("0-1", 0, 0.6,
        "reduction of blame by instructions to managers or support for them", distribution="policy")] = 0.0
    betrayal: Annotated[float, Param(
        "0-1", 0, 1, "adherence below which a sanction for an honest error breaks the promise")] = 0.4
    answerable: Annotated[float, Param("0-1", 0, 1,
        "probability that a manager is sanctioned for a sanction of an honest error in the week before",
        causal_link=True, distribution="policy")] = 0.0
    answerable_restraint: Annotated[float, Param("share", 0, 1,
        "share by which the blame of a sanctioned manager falls at once", causal_link=True, distribution="off")] = 0.3
    answerable_fear: Annotated[float, Param(
        "0-1", 0, 0.5, "rise of fear of a sanctioned manager", causal_link=True, distribution="off")] = 0.2
    answerable_others: Annotated[float, Param("share", 0, 1,
        "effect on other managers of the authority, relative to the sanctioned manager", causal_link=True,
        distribution="off")] = 0.1
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear of managers", distribution="reference")] = 0.5
    reference: Annotated[float, Param("0-1", 0, 1, "reference blame", distribution="reference")] = 0.6
    # fmt: on


@rule
def blame_target(own_blame: float, manager_fear: float, incidents: float, embedded: float, c: Blame) -> float:
    r"""Target level of a manager's blame.

    Parameters
    ----------
    own_blame : float
        Personal propensity of the manager to blame. [0-1]
    manager_fear : float
        Fear of the manager. [0-1]
    incidents : float
        Recent serious incidents, discounted by age. [incidents]
    embedded : float
        Share of the announced culture that has survived changes of director. [0-1]
    c : Blame
        Coefficients.

    Returns
    -------
    float
        Target blame, limited to 0-1.

    Notes
    -----
    Equation E26, for personal blame :math:`B_{own}`, fear :math:`F_M`, incidents :math:`I`, embedded share :math:`e`,
    just culture :math:`j`, adherence :math:`a` and restraint :math:`r`:

    .. math:: B^* = \min\{1, \max[0,\; (B_{own} + b_F (F_M - F_0) + b_I I)(1 - j a e) - r e]\}

    With fear at its reference, no incidents and no culture policy, the target is the manager's personal propensity.

    References
    ----------
    mersey-care-2016, westrum-2004

    Examples
    --------
    >>> blame_target(0.6, 0.5, 0.0, 1.0, Blame())
    0.6
    >>> blame_target(0.6, 0.5, 0.0, 1.0, Blame(just=1.0, adherence=1.0))
    0.0
    """
    remaining_share = 1.0 - c.just * c.adherence * embedded
    unrestrained = own_blame + c.manager_fear * (manager_fear - c.fear_ref) + c.incidents * incidents
    return clip01(unrestrained * remaining_share - c.restraint * embedded)


@rule
def chance_of_being_answerable(honest_sanctions: int, c: Blame) -> float:
    r"""Probability that a manager is sanctioned for the honest errors that the manager sanctioned last week.

    Parameters
    ----------
    honest_sanctions : int
        Sanctions of slips and lapses in the team last week. [people]
    c : Blame
        Coefficients.

    Returns
    -------
    float
        Probability. [0-1]

    Notes
    -----
    Equation E246, for :math:`n` sanctions:

    .. math:: p = 1 - (1 - B_a)^n

    where :math:`B_a` is ``answerable``. Sanctions of violations and misconduct do not count.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> chance_of_being_answerable(1, Blame()), chance_of_being_answerable(2, Blame(answerable=0.5))
    (0.0, 0.75)
    """
    kept = 1.0
    for _ in range(honest_sanctions):
        kept *= 1.0 - c.answerable
    return 1.0 - kept


@kernel
def hold_managers_to_account(
    managers: Managers, counts: WeeklyCounts, event_log: EventLog, c: Blame, now: WeekContext
) -> None:
    r"""Draw which managers are sanctioned for sanctioning honest errors in the week before.

    Reads ``sanctioned`` of the teams, which still contains last week's sanctions, and ``tenure``: a successor does not
    answer for the predecessor. Writes ``last_sanction``, ``blame`` and ``fear`` of the managers, the weekly count and
    one event per sanction. Draws are keyed by manager, so the order of managers does not matter.

    Notes
    -----
    Equation E247, for a manager who was sanctioned (:math:`x = 1`) or not and the number :math:`y` of other managers
    sanctioned in the authority:

    .. math::
        B \leftarrow B (1 - r)^x (1 - s r)^y, \qquad F_M \leftarrow \min(1, F_M + f (x + s y))

    where :math:`r`, :math:`f` and :math:`s` are ``answerable_restraint``, ``answerable_fear`` and
    ``answerable_others``.
    """
    if c.answerable <= 0.0:
        return
    a = now.authority
    for t in range(now.first_team, now.end_team):
        honest = 0
        for disclosure in range(DISCLOSURES):
            honest += managers.sanctioned[t, SLIP * DISCLOSURES + disclosure]
        key = rng.person(t, managers.spell[t])
        if honest == 0 or managers.tenure[t] == 0.0:
            continue
        if rng.uniform(now.seed, rng.MANAGER_SANCTION, now.week, key) < chance_of_being_answerable(honest, c):
            managers.last_sanction[t] = now.week
            counts.managers_sanctioned[a] += 1
            log_event(event_log, now, world.MANAGER_SANCTIONED, t, -1, managers.spell[t], -1, honest)
    if counts.managers_sanctioned[a] == 0:
        return
    for t in range(now.first_team, now.end_team):
        self_sanctioned = 1 if managers.last_sanction[t] == now.week else 0
        others = counts.managers_sanctioned[a] - self_sanctioned
        managers.blame[t] *= math.pow(1.0 - c.answerable_restraint, float(self_sanctioned))
        managers.blame[t] *= math.pow(1.0 - c.answerable_others * c.answerable_restraint, float(others))
        managers.fear[t] = clip01(
            managers.fear[t] + c.answerable_fear * (self_sanctioned + c.answerable_others * others)
        )


@kernel
def update_blame(managers: Managers, service: Service, counts: WeeklyCounts, c: Blame, now: WeekContext) -> None:
    r"""Move each manager's blame towards its target and record a broken promise.

    Reads the managers' ``own_blame`` and ``fear`` and the authority's ``incident_memory``, ``embedded`` and weekly
    ``sanctions``. Writes ``managers.blame``, ``service.broken_promise`` and, where no culture policy is in force,
    ``service.embedded``. Managers do not affect one another, so their order does not matter.

    Notes
    -----
    Blame follows the target of equation E26 by first-order smoothing with the time constant :math:`\tau_B` (``pace``):

    .. math:: B \leftarrow B + (B^* - B)(1 - e^{-1/\tau_B})

    The promise of a just culture is broken by the first sanction while adherence is below ``betrayal``. It stays broken
    until the policy ends or adherence recovers.
    """
    a = now.authority
    if c.just <= 0.0 and c.restraint <= 0.0:
        service.embedded[a] = 1.0  # A culture that has not been announced cannot have been lost.
    step = approach(c.pace)
    for t in range(now.first_team, now.end_team):
        target = blame_target(
            managers.own_blame[t], managers.fear[t], service.incident_memory[a], service.embedded[a], c
        )
        managers.blame[t] += (target - managers.blame[t]) * step
    if c.just <= 0.0 or c.adherence >= c.betrayal:
        service.broken_promise[a] = 0
    elif counts.sanctions[a] > 0:
        service.broken_promise[a] = 1
