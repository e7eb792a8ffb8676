"""Social workers, managers and directors as Mesa agents.

Each agent is a view of one row of the tables and decides by the rules of the model. To change a decision, override its
method in a subclass. The model then calls that method at the corresponding step of the week.
:data:`redbead.engine.agent_decisions.DECISIONS` lists all decisions.

Examples
--------
A social worker who reports every error that she recognises::

    class OpenReporter(SocialWorker):
        def willingness_to_report(self, severity=1.0):
            return 1.0

    model = ChildrensService("baseline", agents={SocialWorker: OpenReporter})
"""

from __future__ import annotations

import math
from typing import Any, Generic, Protocol, TypeVar, cast, overload

import mesa
import numpy as np

from redbead.behaviour import error_generation, leadership, manager_response, peer_reports, reporting, staffing
from redbead.exceptions import RedBeadError
from redbead.oversight.inspection import effective_stakes
from redbead.parameters import Coefficients
from redbead.quantities import Column, columns_of
from redbead.state.people import AGENCY, EMPTY, Leaders, Managers, Workers
from redbead.state.practice_errors import CLOSED, HARMED, MOST_RATE, STATE_NAMES, error_number, first_row
from redbead.state.world import World

N = TypeVar("N", int, float)


class ServiceView(Protocol):
    """Attributes of the service that agents use."""

    world: World
    warm_up: int

    @property
    def week(self) -> int:
        """Weeks since the end of the warm-up."""

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
    conduct_ratio = RowView(Workers, "conduct_ratio", float)
    last_strike = RowView(Workers, "last_strike", int)
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

    def error_rate(self) -> float:
        """Errors that the worker makes per open case this week, on average. [errors/case/week]"""
        world, c = self.model.world, self.model.coefficients
        climate = float(world.service.error_climate[0]) - self.manager.local_improvement
        rate = error_generation.error_rate(
            self.care, self.burnout - c.practice.burnout_ref, self.skill - c.staffing.skill_ref,
            self.fear - c.practice.fear_ref, self.commitment, climate, c.practice,
        )  # fmt: skip
        return min(MOST_RATE, rate * self.conduct_ratio)

    def violation_share(self) -> float:
        """Share of the worker's errors this week that are routine violations. [share]"""
        return float(self.model.world.workers.violation_share[self.row])

    def chance_of_recognition(self) -> float:
        """Probability that the worker recognises an error in the week in which it is made. [0-1]"""
        return float(self.model.world.service.recognition_chance[0])

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

    def acts_on_error(self, severity: float = 1.0) -> float:
        """Probability that the worker acts on a colleague's error of this severity (0 to 2) that she noticed. [0-1]"""
        return peer_reports.acts_on_error(self.fear, severity, self.model.coefficients.peers)

    def speaks_with_colleague(self, severity: float = 1.0) -> float:
        """Probability that a worker who acts speaks with the colleague instead of reporting to the manager. [0-1]"""
        return peer_reports.speaks_with_colleague(self.trust, severity, self.model.coefficients.peers)

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
    local_improvement = RowView(Managers, "local_improvement", float)
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

    def sanction_ratio(self, severity: int = 1, disclosure: int = 0, harmed: bool = False) -> float:
        """Probability of a sanction for an error, relative to an ordinary one that others discovered without harm.

        Parameters
        ----------
        severity : int, optional
            0 near miss, 1 ordinary, 2 serious.
        disclosure : int, optional
            0 the worker did nothing, 1 concealed the error, 2 raised it.
        harmed : bool, optional
            Whether the error caused harm.

        Returns
        -------
        float
            Ratio; it multiplies the probability of a sanction for the conduct. [ratio]
        """
        return manager_response.sanction_ratio(severity, disclosure, harmed, self.model.coefficients.response)


class Leader(Post):
    """The director of children's services."""

    spell = RowView(Leaders, "spell", int)
    tenure = RowView(Leaders, "tenure", float)
    interim = RowView(Leaders, "interim", float)
    fear = RowView(Leaders, "fear", float)
    commitment = RowView(Leaders, "commitment", float)
    integrity = RowView(Leaders, "integrity", float)

    def chance_of_hiring(self) -> float:
        """Probability that a vacant post is filled this week. [0-1]"""
        world, c = self.model.world, self.model.coefficients.staffing
        oversight = world.oversight
        effect = staffing.report_effect_on_applications(
            int(oversight.grade[0]), float(oversight.report_severity[0]), float(oversight.narrated[0]), c
        )
        return staffing.chance_of_hiring(effect, float(world.service.disruption[0]), c)

    def attention(self) -> float:
        """Share of the director's attention that goes to compliance with inspection. [0-1]"""
        c = self.model.coefficients
        severity = float(self.model.world.oversight.report_severity[0])
        return leadership.attention(effective_stakes(c.inspection), severity, self.commitment, c.leadership)
