"""Decisions of agents that a custom class can override, and how the model calls them.

:data:`DECISIONS` is the only list of the decisions: messages, documentation and the weekly calls follow it.
"""

from __future__ import annotations

import difflib
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np

from redbead.engine.mesa_agents import Leader, Manager, Post, ServiceView, SocialWorker
from redbead.exceptions import RedBeadError
from redbead.quantities import columns_of
from redbead.state.constants import Reals
from redbead.state.people import EMPTY, PERMANENT, Leaders, Managers, Workers
from redbead.state.practice_errors import DISCLOSURES
from redbead.state.world import World

A = TypeVar("A", bound=Post)


class Decision(NamedTuple):
    """A method that a custom class can override, and the column of the tables that takes its result.

    ``arguments`` has one entry for each position of the second axis of the column: the arguments of the call that fills
    it. ``permanent`` restricts the decision to permanent workers. The decision is made before part ``part`` of a week
    (:func:`redbead.engine.week.week`).
    """

    kind: type[Post]
    part: int
    name: str
    column: str
    arguments: tuple[tuple[Any, ...], ...] = ((),)
    permanent: bool = False

    def largest(self) -> float:
        """Return the largest value of the decision, from the declaration of its column."""
        return dict(columns_of(_TABLES[self.kind]))[self.column].high

    def deciding(self, world: World, agents: Sequence[A]) -> list[A]:
        """Return the agents that make this decision now: empty posts make none."""
        if self.kind is not SocialWorker:
            return list(agents)
        status = world.workers.status
        decides = (status == PERMANENT if self.permanent else status != EMPTY).tolist()
        return [agent for agent in agents if decides[agent.row]]


_BY_SEVERITY: Final = ((0.0,), (1.0,), (2.0,))
_BY_SITUATION: Final = tuple(itertools.product(range(3), range(DISCLOSURES), (False, True)))
_TABLES: Final[dict[type[Post], type[Any]]] = {SocialWorker: Workers, Manager: Managers, Leader: Leaders}

DECISIONS: Final = (
    Decision(SocialWorker, 1, "error_rate", "error_rate"),
    Decision(SocialWorker, 1, "violation_share", "violation_share"),
    Decision(SocialWorker, 1, "chance_of_recognition", "recognition_chance"),
    Decision(SocialWorker, 3, "willingness_to_report", "willingness", _BY_SEVERITY),
    Decision(SocialWorker, 2, "acts_on_error", "peer_action", _BY_SEVERITY),
    Decision(SocialWorker, 2, "speaks_with_colleague", "peer_candour", _BY_SEVERITY),
    Decision(SocialWorker, 5, "chance_of_leaving", "chance_of_leaving", permanent=True),
    Decision(Manager, 4, "escalates", "escalation_chance", _BY_SEVERITY),
    Decision(Manager, 4, "responds_with_blame", "sanction_chance"),
    Decision(Manager, 4, "sanction_ratio", "sanction_ratio", _BY_SITUATION),
    Decision(Leader, 6, "chance_of_hiring", "hiring_chance"),
    Decision(Leader, 7, "attention", "attention"),
)
"""Decisions in the order in which a class declares them."""

_SIMILAR: Final = 0.7
"""Similarity of a name to that of a decision above which it is probably misspelt."""


def decisions_of(kind: type[Post]) -> tuple[str, ...]:
    """Names of the decisions of a class of agents."""
    return tuple(decision.name for decision in DECISIONS if decision.kind is kind)


def override_problem(custom: type[Post], kind: type[Post]) -> tuple[str, str] | None:
    """Describe a method of a custom class that the model would never call, although it looks like a decision.

    Parameters
    ----------
    custom, kind : type
        Custom class, and the class of the model that it replaces.

    Returns
    -------
    tuple of str or None
        What is wrong and the hint, which names the decisions that can be overridden. None if all methods are allowed.
    """
    owners = {decision.name: decision.kind for decision in DECISIONS}
    listed = "; ".join(f"{owner.__name__}: {', '.join(decisions_of(owner))}" for owner in _TABLES)
    hint = f"Decisions that can be overridden: {listed}."
    own = custom.__mro__[: custom.__mro__.index(kind)]
    methods = [name for base in own for name, item in vars(base).items() if callable(item)]
    for name in methods:
        if name == "step":
            what = "overrides step(), which the model does not call: all agents decide within the phases of a week"
        elif name.startswith("_") or name in decisions_of(kind) or hasattr(kind, name):
            continue
        elif name in owners:
            what = f"defines {name}(), a decision of {owners[name].__name__}, not of {kind.__name__}"
        elif near := difflib.get_close_matches(name.lower(), owners, 1, _SIMILAR):
            what = f"defines {name}(), which overrides nothing; did you mean {near[0]}()?"
        else:
            continue
        return what, hint
    return (
        None if set(methods) & set(decisions_of(kind)) else ("overrides no decision, so it would change nothing", hint)
    )


class AgentDecisions:
    """Decisions of custom agents: calls each overridden method and writes its results into the tables.

    Parameters
    ----------
    model : ServiceView
        Service with the agents.
    classes : mapping or None
        Custom classes of agents.
    """

    def __init__(self, model: ServiceView, classes: Mapping[type[Post], type[Post]] | None) -> None:
        self.model = model
        self._overriding: list[tuple[Decision, list[Any], float]] = []
        if not classes:
            return  # agents are created on first access only
        agents: dict[type[Post], list[Any]] = {
            SocialWorker: model.workers, Manager: model.managers, Leader: model.leaders
        }  # fmt: skip
        self._overriding = [
            (decision, deciding, decision.largest())
            for decision in DECISIONS
            if (deciding := _overriding(agents[decision.kind], decision))
        ]

    @property
    def parts(self) -> tuple[int, ...]:
        """Parts of a week before which agents decide, in order."""
        return tuple(sorted({decision.part for decision, _, _ in self._overriding}))

    def __bool__(self) -> bool:
        """Whether any agent has a custom decision."""
        return bool(self._overriding)

    def apply(self, part: int) -> None:
        """Write the results of all overridden decisions before a part of the week into the tables."""
        for decision, agents, most in self._overriding:
            if decision.part == part:
                self._write(decision, agents, most)

    def _write(self, decision: Decision, agents: list[Any], most: float) -> None:
        """Write the results of one decision, at most ``most``, into its column."""
        world, name = self.model.world, decision.name
        deciding = decision.deciding(world, agents)
        if not deciding:
            return
        methods, arguments = (getattr(agent, name) for agent in deciding), decision.arguments
        values = [[decide(*given) for given in arguments] for decide in methods]
        numbers = _as_numbers(values, most)
        if numbers is None:  # one by one, which finds the agent of a wrong value
            pairs = zip(deciding, values, strict=True)
            numbers = np.array([[_number(agent, name, value, most) for value in row] for agent, row in pairs])
        column = getattr(getattr(world, _TABLES[decision.kind].__name__.lower()), decision.column)
        column[[agent.row for agent in deciding]] = numbers if column.ndim > 1 else numbers[:, 0]


def _as_numbers(values: list[list[object]], most: float) -> Reals | None:
    """Return the values as a table, or None unless all are numbers from 0 to ``most``."""
    try:
        numbers = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return numbers if numbers.ndim == 2 and bool(((numbers >= 0.0) & (numbers <= most)).all()) else None


def _overriding(agents: list[A], decision: Decision) -> list[A]:
    """Return the agents whose class overrides the method of the decision."""
    usual = getattr(decision.kind, decision.name)
    return [agent for agent in agents if getattr(type(agent), decision.name) is not usual]


def _number(agent: Post, decision: str, value: object, most: float) -> float:
    """Return the value of a decision as a number from 0 to ``most``.

    Raises
    ------
    RedBeadError
        If it is not such a number.
    """
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not 0.0 <= number <= most:
        msg = (
            f"{type(agent).__name__}.{decision}() returned {value!r} for {agent!r}; return a number from 0 to {most:g}"
        )
        raise RedBeadError(msg)
    return number
