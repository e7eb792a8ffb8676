"""Social workers, managers and the leader as Mesa agents: each views her own row and decides by the model's rules.

Override a decision in a subclass and the model asks your agents at that step, and only there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar, cast, overload

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
    """What agents know of the service they work for."""

    world: World
    warm_up: int

    @property
    def coefficients(self) -> Coefficients:
        """The parameters in force."""

    @property
    def workers(self) -> list[SocialWorker]:
        """All workers."""

    @property
    def managers(self) -> list[Manager]:
        """All managers."""

    @property
    def leaders(self) -> list[Leader]:
        """The director."""


class RowView(Generic[N]):
    """One column of a table, seen from the row of one agent; what is written is checked against the column's range."""

    def __init__(self, table: type[Any], name: str, kind: type[N]) -> None:
        self.table, self.name = table.__name__.lower(), name
        self.kind: type[N] = kind
        self.column: Column = dict(columns_of(table))[name]
        self.attribute = name
        self.__doc__ = f"{self.column.meaning} [{self.column.unit}]"

    def __set_name__(self, owner: type[Any], name: str) -> None:
        """Remember the name of the attribute, for messages; it may differ from the name of the column."""
        self.attribute = name

    @overload
    def __get__(self, agent: None, owner: type[Any]) -> RowView[N]: ...
    @overload
    def __get__(self, agent: Post, owner: type[Any]) -> N: ...
    def __get__(self, agent: Post | None, owner: type[Any]) -> RowView[N] | N:
        """Her value, as a plain number."""
        if agent is None:
            return self
        return self.kind(self._array(agent)[agent.row])

    def __set__(self, agent: Post, value: float) -> None:
        """Write her value.

        Raises
        ------
        RedBeadError
            The value is no number, or outside the column's range.
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
    """An agent that views one row of a table. The row is a post: whoever holds it now is the agent."""

    model: ServiceView  # type: ignore[assignment]

    def __init__(self, model: ServiceView, row: int) -> None:
        super().__init__(cast("mesa.Model", model))
        self.row = row

    def __repr__(self) -> str:
        """The kind of agent and her row."""
        return f"<{type(self).__name__} {self.row}>"


class SocialWorker(Post):
    """A social worker: her cases, her skill, her fear, and what she would do with an error."""

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

    @property
    def present(self) -> bool:
        """Whether anybody holds the post."""
        return self.status != EMPTY

    @property
    def agency(self) -> bool:
        """Whether she is agency staff."""
        return self.status == AGENCY

    @property
    def team(self) -> int:
        """The row of her manager."""
        return int(self.model.world.workers.team[self.row])

    @property
    def manager(self) -> Manager:
        """Her manager."""
        return self.model.managers[self.team]

    @property
    def friends(self) -> list[SocialWorker]:
        """The people she knows informally."""
        ties = self.model.world.network
        return [self.model.workers[k] for k in ties.friend[ties.first[self.row] : ties.first[self.row + 1]]]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Her live errors: number, week of birth, severity (0 near miss, 1 ordinary, 2 serious) and state."""
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
        """Chance that she tells of an error she has recognised: 0 near miss, 1 ordinary, 2 serious. [0-1]"""
        if not self.present:
            return 0.0
        usefulness = float(self.model.world.learning.usefulness[0])
        norm, c = self.manager.norm, self.model.coefficients.reporting
        return reporting.willingness_to_report(self.fear, usefulness, self.strain, norm, severity, c)

    def chance_of_leaving(self) -> float:
        """Chance that she leaves this week; agency staff come and go by another rule. [0-1/week]"""
        if not self.present or self.agency:
            return 0.0
        disruption = float(self.model.world.service.disruption[0])
        return staffing.chance_of_leaving(
            self.burnout, self.fear, self.commitment, disruption, self.tenure, self.model.coefficients.staffing
        )


class Manager(Post):
    """A team manager: what she fears, how she answers errors, what she passes up."""

    spell = RowView(Managers, "spell", int)
    tenure = RowView(Managers, "tenure", float)
    fear = RowView(Managers, "fear", float)
    blame = RowView(Managers, "blame", float)
    own_blame = RowView(Managers, "own_blame", float)
    own_support = RowView(Managers, "own_support", float)
    norm = RowView(Managers, "norm", float)
    staff = RowView(Managers, "staff", int)

    @property
    def workers(self) -> list[SocialWorker]:
        """The people of her team who are in post."""
        team = self.model.world.workers.team
        return [w for w in self.model.workers if team[w.row] == self.row and w.present]

    def escalates(self) -> float:
        """Chance that she passes a report up instead of holding it back. [0-1]"""
        usefulness = float(self.model.world.learning.usefulness[0])
        return manager_response.escalates(self.fear, usefulness, self.model.coefficients.response)

    def responds_with_blame(self) -> float:
        """Chance that an honest error that becomes known is sanctioned. [0-1]"""
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
        """Share of her attention that goes to what inspectors look for. [0-1]"""
        c = self.model.coefficients
        sting = float(self.model.world.oversight.report_severity[0])
        return leadership.attention(effective_stakes(c.inspection), sting, self.commitment, c.leadership)


class AgentDecisions:
    """The agents with rules of their own, asked at the decision they have overridden and nowhere else."""

    def __init__(self, model: ServiceView) -> None:
        self.model = model
        self.reporters = _own_rule(model.workers, SocialWorker.willingness_to_report)
        self.leavers = _own_rule(model.workers, SocialWorker.chance_of_leaving)
        self.passers = _own_rule(model.managers, Manager.escalates)
        self.blamers = _own_rule(model.managers, Manager.responds_with_blame)
        self.attenders = _own_rule(model.leaders, Leader.attention)

    def __bool__(self) -> bool:
        """Whether anybody has a rule of her own."""
        return any((self.reporters, self.leavers, self.passers, self.blamers, self.attenders))

    def willingness_to_report(self) -> None:
        """Ask workers, for each of the three severities."""
        for worker in self.reporters:
            if worker.present:
                answers = [worker.willingness_to_report(severity) for severity in (0.0, 1.0, 2.0)]
                row = self.model.world.workers.willingness[worker.row]
                row[:] = [_chance(worker, "willingness_to_report", answer) for answer in answers]

    def chance_of_leaving(self) -> None:
        """Ask permanent workers."""
        for worker in self.leavers:
            if worker.present and not worker.agency:
                answer = _chance(worker, "chance_of_leaving", worker.chance_of_leaving())
                self.model.world.workers.chance_of_leaving[worker.row] = answer

    def escalates(self) -> None:
        """Ask managers."""
        for manager in self.passers:
            self.model.world.managers.escalation_chance[manager.row] = _chance(
                manager, "escalates", manager.escalates()
            )

    def responds_with_blame(self) -> None:
        """Ask managers."""
        for manager in self.blamers:
            answer = _chance(manager, "responds_with_blame", manager.responds_with_blame())
            self.model.world.managers.sanction_chance[manager.row] = answer

    def attention(self) -> None:
        """Ask the leader."""
        for leader in self.attenders:
            self.model.world.leaders.attention[leader.row] = _chance(leader, "attention", leader.attention())


def _own_rule(crowd: list[A], rule: Callable[..., float]) -> list[A]:
    """Those of the crowd whose class does not use the model's own `rule`."""
    return [agent for agent in crowd if getattr(type(agent), rule.__name__) is not rule]


def _chance(agent: Post, decision: str, answer: object) -> float:
    """The answer, if it is a number between 0 and 1.

    Raises
    ------
    RedBeadError
        It is not; the message names the agent's class, the decision and the answer.
    """
    try:
        value = float(answer)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        value = math.nan
    if not 0.0 <= value <= 1.0:
        msg = f"{type(agent).__name__}.{decision}() gave {answer!r} for {agent!r}: it must be a number from 0 to 1"
        raise RedBeadError(msg)
    return value
