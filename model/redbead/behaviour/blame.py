"""Blame: managers' own leaning, pushed up by their fear and by incidents, held down by a just culture (E26)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Service, WeeklyCounts
from redbead.state.maths import approach, clip01
from redbead.state.people import Managers
from redbead.state.world import WeekContext


class Blame(NamedTuple):
    """How far managers answer errors with blame."""

    own: Annotated[
        float,
        Param(
            "0-1",
            0,
            1,
            "mean of managers' own leaning to blame",
            "assumed",
            "over half of staff feared an investigation: Mersey Care 2016; Westrum 2004",
        ),
    ] = 0.6
    spread: Annotated[float, Param("0-1", 0, 0.4, "standard deviation of that leaning between managers")] = 0.1
    manager_fear: Annotated[
        float, Param("0-1/unit", 0, 1, "blame that a manager's own fear adds (0 cuts the cascade)")
    ] = 0.5
    incidents: Annotated[
        float,
        Param(
            "0-1/incident",
            0,
            0.5,
            "blame that a recent serious incident adds: attribution to persons (0 cuts the loop)",
        ),
    ] = 0.05
    pace: Annotated[float, Param("weeks", 13, 104, "time in which managers change their ways")] = 26.0
    just: Annotated[
        float, Param("0-1", 0, 1, "how far a just culture is announced: only culpable conduct is sanctioned")
    ] = 0.0
    adherence: Annotated[float, Param("0-1", 0, 1, "how far managers practise what is announced")] = 1.0
    restraint: Annotated[
        float, Param("0-1", 0, 0.6, "blame that managers hold back because they are told or helped to")
    ] = 0.0
    betrayal: Annotated[
        float, Param("0-1", 0, 1, "adherence below which a sanction for an honest error breaks the promise")
    ] = 0.4
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear of managers")] = 0.5
    reference: Annotated[float, Param("0-1", 0, 1, "reference blame")] = 0.6


@rule
def blame_target(own: float, manager_fear: float, incidents: float, embedded: float, c: Blame) -> float:
    """Where a manager's blame tends to (E26). [0-1]

    `own` is her leaning [0-1], `manager_fear` her fear [0-1], `incidents` recent serious incidents, faded [count];
    `embedded` is what of the announced culture has survived changes of leader [0-1].

    >>> blame_target(0.6, 0.5, 0.0, 1.0, Blame())
    0.6
    >>> blame_target(0.6, 0.5, 0.0, 1.0, Blame(just=1.0, adherence=1.0))
    0.0
    """
    kept = 1.0 - c.just * c.adherence * embedded
    felt = own + c.manager_fear * (manager_fear - c.fear_ref) + c.incidents * incidents
    return clip01(felt * kept - c.restraint * embedded)


@kernel
def update_blame(managers: Managers, service: Service, counts: WeeklyCounts, c: Blame, now: WeekContext) -> None:
    """Move managers' blame; notice the first honest error punished under a hollow promise."""
    a = now.authority
    if c.just <= 0.0 and c.restraint <= 0.0:
        service.embedded[a] = 1.0  # a culture that nobody has announced yet cannot have been lost
    step = approach(c.pace)
    for t in range(now.first_team, now.end_team):
        aim = blame_target(managers.own_blame[t], managers.fear[t], service.incident_memory[a], service.embedded[a], c)
        managers.blame[t] += (aim - managers.blame[t]) * step
    if c.just <= 0.0 or c.adherence >= c.betrayal:
        service.broken_promise[a] = 0
    elif counts.sanctions[a] > 0:
        service.broken_promise[a] = 1
