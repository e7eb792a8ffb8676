"""Social workers, managers and directors as Mesa agents.

Each agent is a view of one row of the tables and decides by the rules of the model. To change a decision, override its
method in a subclass. The model then calls that method at the corresponding step of the week.

Examples
--------
A social worker who reports every error that she recognises::

    class OpenReporter(SocialWorker):
        def willingness_to_report(self, severity=1.0):
            return 1.0

    model = ChildrensService("baseline", agents={SocialWorker: OpenReporter})
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable
from typing import Any, Final, Generic, Protocol, TypeVar, cast, overload

import mesa
import numpy as np

from redbead.behaviour import leadership, manager_response, reporting, staffing
from redbead.exceptions import RedBeadError
from redbead.oversight.inspection import effective_stakes
from redbead.parameters import Coefficients
from redbead.quantities import Column, columns_of
from redbead.state.people import AGENCY, EMPTY, Leaders, Managers, Workers
from redbead.state.practice_errors import CLOSED, HARMED, STATE_NAMES, error_number, first_row
from redbead.state.world import World

N = TypeVar("N", int, float)
A = TypeVar("A", bound="Post")


class ServiceView(Protocol):
    """Attributes of the service that agents use."""

    world: World
    warm_up: int

    @property
    def coefficients(self) -> Coefficients:
        """Parameters in force."""

    @property
    def workers(self) -> list[SocialWorker]:
        """All posts of social workers."""

    @property
    def managers(self) -> list[Manager]:
        """All team managers."""

    @property
    def leaders(self) -> list[Leader]:
        """Directors, one per authority."""


class RowView(Generic[N]):
    """Descriptor for one column of a table, read and written at the row of one agent.

    Parameters
    ----------
    table : type
        Table, such as ``Workers``.
    name : str
        Column of the table.
    kind : type
        ``int`` or ``float``.
    """

    def __init__(self, table: type[Any], name: str, kind: type[N]) -> None:
        self.table, self.name = table.__name__.lower(), name
        self.kind: type[N] = kind
        self.column: Column = dict(columns_of(table))[name]
        self.attribute = name
        self.__doc__ = f"{self.column.meaning} [{self.column.unit}]"

    def __set_name__(self, owner: type[Any], name: str) -> None:
        """Store the name of the attribute for messages; it may differ from the name of the column."""
        self.attribute = name

    @overload
    def __get__(self, agent: None, owner: type[Any]) -> RowView[N]: ...
    @overload
    def __get__(self, agent: Post, owner: type[Any]) -> N: ...
    def __get__(self, agent: Post | None, owner: type[Any]) -> RowView[N] | N:
        """Return the value of the agent as a Python number."""
        if agent is None:
            return self
        return self.kind(self._array(agent)[agent.row])

    def __set__(self, agent: Post, value: float) -> None:
        """Set the value of the agent.

        Raises
        ------
        RedBeadError
            If the value is not a finite number within the range of the column.
        """
        if not (math.isfinite(value) and self.column.low <= value <= self.column.high):
            msg = (
                f"{self.attribute} = {value!r}: outside {self.column.low:g} to {self.column.high:g} {self.column.unit}"
            )
            raise RedBeadError(msg)
        self._array(agent)[agent.row] = value

    def _array(self, agent: Post) -> np.ndarray[Any, Any]:
        table = getattr(agent.model.world, self.table)
        return cast("np.ndarray[Any, Any]", getattr(table, self.name))


class Post(mesa.Agent):
    """A post: an agent that views one row of a table, for the person who currently holds the post."""

    model: ServiceView  # type: ignore[assignment]

    def __init__(self, model: ServiceView, row: int) -> None:
        super().__init__(cast("mesa.Model", model))
        self.row = row

    def __repr__(self) -> str:
        """Return the class and the row of the agent."""
        return f"<{type(self).__name__} {self.row}>"


class SocialWorker(Post):
    """A social worker's post, with her cases, skill, fear and burnout, and her decisions."""

    status = RowView(Workers, "status", int)
    spell = RowView(Workers, "spell", int)
    experience = RowView(Workers, "experience", float)
    tenure = RowView(Workers, "tenure", float)
    skill = RowView(Workers, "skill", float)
    fear = RowView(Workers, "fear", float)
    burnout = RowView(Workers, "burnout", float)
    commitment = RowView(Workers, "commitment", float)
    caseload = RowView(Workers, "caseload", int)
    hours = RowView(Workers, "hours", float)
    pressure = RowView(Workers, "pressure", float)
    strain = RowView(Workers, "log_pressure", float)
    care = RowView(Workers, "time_per_case", float)
    last_sanction = RowView(Workers, "last_sanction", int)
    last_withheld = RowView(Workers, "last_withheld", int)
    trust = RowView(Workers, "trust", float)
    accused = RowView(Workers, "accused", int)

    @property
    def present(self) -> bool:
        """Whether the post is filled."""
        return self.status != EMPTY

    @property
    def agency(self) -> bool:
        """Whether the post is filled by agency staff."""
        return self.status == AGENCY

    @property
    def team(self) -> int:
        """Row of the manager."""
        return int(self.model.world.workers.team[self.row])

    @property
    def manager(self) -> Manager:
        """The manager of the team."""
        return self.model.managers[self.team]

    @property
    def friends(self) -> list[SocialWorker]:
        """Informal contacts in the network of the authority."""
        ties = self.model.world.network
        return [self.model.workers[k] for k in ties.friend[ties.first[self.row] : ties.first[self.row + 1]]]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Live errors of the worker.

        Returns
        -------
        list of dict
            Number of the error, week in which it was made, severity (0 near miss, 1 ordinary, 2 serious) and state.
        """
        table = self.model.world.errors
        first = first_row(table, 0)
        rows = range(first, first + int(table.live[0]))
        return [
            {
                "error": int(error_number(table, e)),
                "week": int(table.born[e]) - self.model.warm_up,
                "severity": int(table.severity[e]),
                "state": STATE_NAMES[table.state[e]],
            }
            for e in rows
            if table.author[e] == self.row and table.spell[e] == self.spell and not HARMED < table.state[e] <= CLOSED
        ]

    def willingness_to_report(self, severity: float = 1.0) -> float:
        """Probability that the worker raises a recognised error with her manager.

        Parameters
        ----------
        severity : float, optional
            0 near miss, 1 ordinary, 2 serious.

        Returns
        -------
        float
            Probability. [0-1]
        """
        if not self.present:
            return 0.0
        usefulness = float(self.model.world.learning.usefulness[0])
        norm, c = self.manager.norm, self.model.coefficients.reporting
        p = reporting.willingness_to_report(self.fear, usefulness, self.strain, norm, severity, c)
        return reporting.shift_by_trust(p, self.trust, c)

    def chance_of_leaving(self) -> float:
        """Probability that a permanent worker leaves this week; 0 for agency staff. [0-1/week]"""
        if not self.present or self.agency:
            return 0.0
        disruption = float(self.model.world.service.disruption[0])
        return staffing.chance_of_leaving(
            self.burnout, self.fear, self.commitment, disruption, self.tenure, self.model.coefficients.staffing
        )


class Manager(Post):
    """A team manager, with her fear, blame and support, and her decisions."""

    spell = RowView(Managers, "spell", int)
    tenure = RowView(Managers, "tenure", float)
    fear = RowView(Managers, "fear", float)
    blame = RowView(Managers, "blame", float)
    own_blame = RowView(Managers, "own_blame", float)
    own_support = RowView(Managers, "own_support", float)
    norm = RowView(Managers, "norm", float)
    staff = RowView(Managers, "staff", int)
    last_sanction = RowView(Managers, "last_sanction", int)

    @property
    def workers(self) -> list[SocialWorker]:
        """Workers in post in the team."""
        team = self.model.world.workers.team
        return [w for w in self.model.workers if team[w.row] == self.row and w.present]

    def escalates(self, severity: float = 1.0) -> float:
        """Probability that the manager escalates a report of an error of this severity (0 to 2). [0-1]"""
        usefulness = float(self.model.world.learning.usefulness[0])
        return manager_response.escalates(self.fear, usefulness, severity, self.model.coefficients.response)

    def responds_with_blame(self) -> float:
        """Probability that an honest error that becomes known leads to a sanction. [0-1]"""
        return manager_response.responds_with_blame(self.blame, self.model.coefficients.response)


class Leader(Post):
    """The director of children's services."""

    spell = RowView(Leaders, "spell", int)
    tenure = RowView(Leaders, "tenure", float)
    interim = RowView(Leaders, "interim", float)
    fear = RowView(Leaders, "fear", float)
    commitment = RowView(Leaders, "commitment", float)
    integrity = RowView(Leaders, "integrity", float)

    def attention(self) -> float:
        """Share of the director's attention that goes to compliance with inspection. [0-1]"""
        c = self.model.coefficients
        severity = float(self.model.world.oversight.report_severity[0])
        return leadership.attention(effective_stakes(c.inspection), severity, self.commitment, c.leadership)


DECISIONS: Final[dict[type[Post], tuple[str, ...]]] = {
    SocialWorker: ("willingness_to_report", "chance_of_leaving"),
    Manager: ("escalates", "responds_with_blame"),
    Leader: ("attention",),
}
"""Methods of each class that a custom class can override."""

_SIMILAR: Final = 0.7
"""Similarity of a name to that of a decision above which it is probably misspelt."""


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
    owners = {name: owner for owner, names in DECISIONS.items() for name in names}
    listed = "; ".join(f"{owner.__name__}: {', '.join(names)}" for owner, names in DECISIONS.items())
    own = custom.__mro__[: custom.__mro__.index(kind)]
    methods = [name for base in own for name, item in vars(base).items() if callable(item)]
    for name in methods:
        if name == "step":
            what = "overrides step(), which the model does not call: all agents decide within the phases of a week"
        elif name.startswith("_") or name in DECISIONS[kind] or hasattr(kind, name):
            continue
        elif name in owners:
            what = f"defines {name}(), a decision of {owners[name].__name__}, not of {kind.__name__}"
        elif near := difflib.get_close_matches(name.lower(), owners, 1, _SIMILAR):
            what = f"defines {name}(), which overrides nothing; did you mean {near[0]}()?"
        else:
            continue
        return what, f"Decisions that can be overridden: {listed}."
    what = "overrides no decision, so it would change nothing"
    return None if set(methods) & set(DECISIONS[kind]) else (what, f"Decisions that can be overridden: {listed}.")


class AgentDecisions:
    """Decisions of custom agents: calls each overridden method and writes its result into the tables.

    Parameters
    ----------
    model : ServiceView
        Service with the agents.
    """

    def __init__(self, model: ServiceView) -> None:
        self.model = model
        self._reporting_workers = _overriding(model.workers, SocialWorker.willingness_to_report)
        self._leaving_workers = _overriding(model.workers, SocialWorker.chance_of_leaving)
        self._escalating_managers = _overriding(model.managers, Manager.escalates)
        self._blaming_managers = _overriding(model.managers, Manager.responds_with_blame)
        self._attentive_leaders = _overriding(model.leaders, Leader.attention)

    def __bool__(self) -> bool:
        """Whether any agent has a custom decision."""
        return any(agents for agents in vars(self).values() if isinstance(agents, list))

    def willingness_to_report(self) -> None:
        """Set the willingness of workers to report, for each of the three severities."""
        for worker in self._reporting_workers:
            if worker.present:
                values = [worker.willingness_to_report(severity) for severity in (0.0, 1.0, 2.0)]
                row = self.model.world.workers.willingness[worker.row]
                row[:] = [_probability(worker, "willingness_to_report", value) for value in values]

    def chance_of_leaving(self) -> None:
        """Set the probability of leaving of permanent workers."""
        for worker in self._leaving_workers:
            if worker.present and not worker.agency:
                probability = _probability(worker, "chance_of_leaving", worker.chance_of_leaving())
                self.model.world.workers.chance_of_leaving[worker.row] = probability

    def escalates(self) -> None:
        """Set the probability that managers escalate a report, for each of the three severities."""
        for manager in self._escalating_managers:
            values = [manager.escalates(severity) for severity in (0.0, 1.0, 2.0)]
            row = self.model.world.managers.escalation_chance[manager.row]
            row[:] = [_probability(manager, "escalates", value) for value in values]

    def responds_with_blame(self) -> None:
        """Set the probability that managers sanction an honest error."""
        for manager in self._blaming_managers:
            probability = _probability(manager, "responds_with_blame", manager.responds_with_blame())
            self.model.world.managers.sanction_chance[manager.row] = probability

    def attention(self) -> None:
        """Set the attention of directors."""
        for leader in self._attentive_leaders:
            self.model.world.leaders.attention[leader.row] = _probability(leader, "attention", leader.attention())


def _overriding(agents: list[A], rule: Callable[..., float]) -> list[A]:
    """Return the agents whose class overrides the method ``rule``."""
    return [agent for agent in agents if getattr(type(agent), rule.__name__) is not rule]


def _probability(agent: Post, decision: str, value: object) -> float:
    """Return the value of a decision as a probability.

    Raises
    ------
    RedBeadError
        If the value is not a number from 0 to 1.
    """
    try:
        probability = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        probability = math.nan
    if not 0.0 <= probability <= 1.0:
        msg = f"{type(agent).__name__}.{decision}() returned {value!r} for {agent!r}; return a number from 0 to 1"
        raise RedBeadError(msg)
    return probability
