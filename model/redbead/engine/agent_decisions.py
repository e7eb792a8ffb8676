"""Decisions of agents that a custom class can override, and how the model calls them.

:data:`DECISIONS` is the only list of the decisions: messages, documentation and the weekly calls follow it.
"""

from __future__ import annotations

import difflib
import itertools
import math
from typing import Any, Final, NamedTuple, TypeVar

from redbead.engine.mesa_agents import Leader, Manager, Post, ServiceView, SocialWorker
from redbead.exceptions import RedBeadError
from redbead.quantities import columns_of
from redbead.state.people import Leaders, Managers, Workers
from redbead.state.practice_errors import DISCLOSURES

A = TypeVar("A", bound=Post)


class Decision(NamedTuple):
    """A method that a custom class can override, and the column of the tables that takes its result.

    ``arguments`` has one entry for each position of the second axis of the column: the arguments of the call that fills
    it. ``permanent`` restricts the decision to permanent workers.
    """

    kind: type[Post]
    name: str
    column: str
    arguments: tuple[tuple[Any, ...], ...] = ((),)
    permanent: bool = False

    @property
    def most(self) -> float:
        """Largest value of the decision, from its column."""
        return dict(columns_of(_TABLES[self.kind]))[self.column].high

    def applies_to(self, agent: Post) -> bool:
        """Whether the agent makes this decision now: empty posts make none."""
        if not isinstance(agent, SocialWorker):
            return True
        return agent.present and not (self.permanent and agent.agency)


_BY_SEVERITY: Final = ((0.0,), (1.0,), (2.0,))
_BY_SITUATION: Final = tuple(itertools.product(range(3), range(DISCLOSURES), (False, True)))
_TABLES: Final[dict[type[Post], type[Any]]] = {SocialWorker: Workers, Manager: Managers, Leader: Leaders}

DECISIONS: Final = (
    Decision(SocialWorker, "error_rate", "error_rate"),
    Decision(SocialWorker, "violation_share", "violation_share"),
    Decision(SocialWorker, "chance_of_recognition", "recognition_chance"),
    Decision(SocialWorker, "willingness_to_report", "willingness", _BY_SEVERITY),
    Decision(SocialWorker, "acts_on_error", "peer_action", _BY_SEVERITY),
    Decision(SocialWorker, "speaks_with_colleague", "peer_candour", _BY_SEVERITY),
    Decision(SocialWorker, "chance_of_leaving", "chance_of_leaving", permanent=True),
    Decision(Manager, "escalates", "escalation_chance", _BY_SEVERITY),
    Decision(Manager, "responds_with_blame", "sanction_chance"),
    Decision(Manager, "sanction_ratio", "sanction_ratio", _BY_SITUATION),
    Decision(Leader, "chance_of_hiring", "hiring_chance"),
    Decision(Leader, "attention", "attention"),
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
    """

    def __init__(self, model: ServiceView) -> None:
        self.model = model
        agents: dict[type[Post], list[Any]] = {
            SocialWorker: model.workers, Manager: model.managers, Leader: model.leaders
        }  # fmt: skip
        self._overriding = {
            decision.name: (decision, deciding)
            for decision in DECISIONS
            if (deciding := _overriding(agents[decision.kind], decision))
        }

    def __bool__(self) -> bool:
        """Whether any agent has a custom decision."""
        return bool(self._overriding)

    def apply(self, name: str) -> None:
        """Write the results of one decision of all agents that override it into the tables."""
        if name not in self._overriding:
            return
        decision, agents = self._overriding[name]
        table = getattr(self.model.world, _TABLES[decision.kind].__name__.lower())
        column = getattr(table, decision.column)
        for agent in agents:
            if decision.applies_to(agent):
                values = [_checked(agent, decision, getattr(agent, name)(*given)) for given in decision.arguments]
                column[agent.row] = values if column.ndim > 1 else values[0]


def _overriding(agents: list[A], decision: Decision) -> list[A]:
    """Return the agents whose class overrides the method of the decision."""
    usual = getattr(decision.kind, decision.name)
    return [agent for agent in agents if getattr(type(agent), decision.name) is not usual]


def _checked(agent: Post, decision: Decision, value: object) -> float:
    """Return the value of a decision as a number in its range.

    Raises
    ------
    RedBeadError
        If the value is not a number from 0 to the largest value of the decision.
    """
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not 0.0 <= number <= decision.most:
        msg = (
            f"{type(agent).__name__}.{decision.name}() returned {value!r} for {agent!r}; "
            f"return a number from 0 to {decision.most:g}"
        )
        raise RedBeadError(msg)
    return number
