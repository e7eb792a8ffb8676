r"""Blame by team managers.

Each manager has a propensity to answer errors with blame. The manager's own fear and recent serious incidents raise it;
a just culture and restraint lower it, as far as they are practised and have survived changes of director. Actual blame
moves towards this target with a time constant of half a year.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Service, WeeklyCounts
from redbead.state.maths import approach, clip01
from redbead.state.people import Managers
from redbead.state.world import WeekContext


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
