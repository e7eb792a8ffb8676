"""Children's services of one authority as a Mesa model.

The model uses the same kernels and the same random numbers as a compiled run and produces identical results.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, TypeVar

import mesa
import networkx as nx
import numpy as np
import pandas as pd

from redbead.engine import simulate
from redbead.engine.agent_decisions import AgentDecisions, override_problem
from redbead.engine.initial_state import organisation
from redbead.engine.mesa_agents import Leader, Manager, Post, SocialWorker
from redbead.engine.week import PARTS
from redbead.exceptions import BadInputError, Problem, RedBeadError
from redbead.measures import MEASURES
from redbead.parameters import Coefficients, coefficients
from redbead.rng import MAX_SEED
from redbead.scenario.loader import load
from redbead.scenario.messages import LARGEST_EXACT, whole_number
from redbead.scenario.scenario import Scenario
from redbead.scenario.validation import check_arguments
from redbead.state.constants import GRADE_NAMES, Reals
from redbead.state.world import EVENT_COLUMNS, EVENT_NAMES, World

A = TypeVar("A", bound=Post)


class ChildrensService(mesa.Model):
    """Children's services of one local authority.

    Parameters
    ----------
    scenario : Scenario or str, optional
        Scenario, name of a shipped scenario, or path of a file.
    seed : int, optional
        Seed of the run, 0 to 2**64 - 1. Without it, every model draws its own, so that the iterations of
        ``mesa.batch_run`` differ. A given seed gives the same results in every iteration.
    agents : mapping, optional
        Custom classes of agents, such as ``{SocialWorker: OpenReporter}``.
    events : bool, optional
        Record the event log.
    rng : int, optional
        Alias of ``seed``. Among the parameters of ``mesa.batch_run`` use this one: from Mesa 3.4 on it sets ``seed``.

    Attributes
    ----------
    seed_used : int
        Seed of the run, given or drawn. It is also in ``weekly.attrs["seed"]`` and in the data of ``datacollector``.

    Notes
    -----
    The constructor runs the warm-up. Week 0 is the first recorded week.

    Raises
    ------
    BadInputError
        If the scenario, the seed or a class of agents is not valid.

    Examples
    --------
    >>> model = ChildrensService("baseline", seed=7)  # doctest: +SKIP
    >>> model.run_for_weeks(52)  # doctest: +SKIP
    >>> model.weekly["hidden_errors"].iloc[-1]  # doctest: +SKIP
    """

    def __init__(
        self,
        scenario: Scenario | str = "baseline",
        seed: int | None = None,
        *,
        agents: Mapping[type[Post], type[Post]] | None = None,
        events: bool = False,
        rng: int | None = None,
    ) -> None:
        given = rng if seed is None else seed
        self.seed_used = secrets.randbelow(LARGEST_EXACT) if given is None else _checked_seed(given)
        super().__init__(rng=self.seed_used)
        self.spec = scenario if isinstance(scenario, Scenario) else load(scenario)
        self.plan = simulate.prepare(self.spec)
        self.warm_up = self.plan.warm_up
        self.world: World = simulate.initialise(self.plan, self.seed_used, events=events)
        self._classes = checked_classes({} if agents is None else agents)
        self._created: dict[type[Post], list[Any]] = {}
        self._clock = 0
        self._out: Reals = np.empty((self.plan.weeks, 1, len(MEASURES)))
        self._decisions = AgentDecisions(self, agents)
        self._advance(self.warm_up)

    @property
    def week(self) -> int:
        """Weeks since the end of the warm-up. [weeks]"""
        return self._clock - self.warm_up

    @property
    def coefficients(self) -> Coefficients:
        """Parameters in force in the last simulated week."""
        return self._coefficients_of(max(0, self._clock - 1))

    def step(self) -> None:
        """Simulate one week."""
        self._advance(1)

    @check_arguments
    def run_for_weeks(self, weeks: int) -> None:
        """Simulate several weeks; in one compiled call if there are no custom agents.

        Parameters
        ----------
        weeks : int
            Number of weeks. [weeks]

        Raises
        ------
        RedBeadError
            If the scenario ends earlier.
        """
        self._advance(weeks)
        self.steps += weeks

    def _advance(self, weeks: int) -> None:
        last = self._clock + weeks
        end = self.plan.warm_up + self.plan.weeks
        if weeks < 0 or last > end:
            remaining = end - self._clock
            msg = f"cannot run {weeks} weeks: the scenario ends after week {self.plan.weeks}; {remaining} weeks remain"
            raise RedBeadError(msg)
        if self._decisions:
            while self._clock < last:
                self._simulate_week()
        else:
            self.world = simulate.advance_to(self.world, self.plan, self.seed_used, self._clock, last, self._out)
            self._clock = last
        self.running = self._clock < end

    def _simulate_week(self) -> None:
        """Simulate one week in compiled parts, between which custom agents decide."""
        parts = (0, *self._decisions.parts, PARTS)
        for first, last in pairwise(parts):
            if first > 0:
                self._decisions.apply(first)
            if not self._simulate_part(first, last):
                self.world = simulate.extend_tables(self.world)
                self._simulate_part(first, last)
        self._clock += 1

    def _simulate_part(self, first: int, last: int) -> bool:
        """Simulate parts of this week; False, with nothing done, if the tables must be extended before it."""
        rows, of_week = self.plan.schedule
        seed, warm_up = np.uint64(self.seed_used), self.plan.warm_up
        return simulate.advance_part(self.world, rows, of_week, seed, self._clock, first, last, warm_up, self._out)

    def _coefficients_of(self, t: int) -> Coefficients:
        schedule = self.plan.schedule
        return coefficients(schedule.rows[schedule.of_week[min(t, len(schedule.of_week) - 1)]])

    # Agents are created on first access, which most runs do not need.

    def _agents_of(self, kind: type[A], size: int) -> list[A]:
        if kind not in self._created:
            self._created[kind] = [self._classes.get(kind, kind)(self, row) for row in range(size)]
        return self._created[kind]

    @property
    def workers(self) -> list[SocialWorker]:
        """All posts of social workers, by row; a post may be empty."""
        return self._agents_of(SocialWorker, self.world.workers.status.size)

    @property
    def managers(self) -> list[Manager]:
        """All team managers, by row."""
        return self._agents_of(Manager, self.world.managers.fear.size)

    @property
    def leaders(self) -> list[Leader]:
        """The director, as a list with one entry."""
        return self._agents_of(Leader, self.world.leaders.fear.size)

    def _create_all_agents(self) -> None:
        if hasattr(self, "_created"):
            _ = self.workers, self.managers, self.leaders

    @property  # type: ignore[misc]
    def agents(self) -> Any:  # noqa: ANN401 - Mesa's AgentSet is untyped
        """All agents, as an AgentSet of Mesa."""
        self._create_all_agents()
        return super().agents

    @property
    def agents_by_type(self) -> Any:  # noqa: ANN401 - Mesa's AgentSet is untyped
        """All agents by class. Custom agents are also listed under the class that they replace."""
        self._create_all_agents()
        agents = dict(super().agents_by_type)
        for kind, custom in self._classes.items():
            agents.setdefault(kind, agents[custom])
        return agents

    @property
    def organisation(self) -> nx.Graph[tuple[str, int]]:
        """Lines of supervision and informal ties, as a graph."""
        return organisation(self._coefficients_of(0).authority)

    @property
    def outcome(self) -> simulate.RunOutput:
        """Recorded weeks and events, in the format of a compiled run."""
        return simulate.RunOutput(self._out[: max(0, self.week)], simulate.events_of(self.world, self.warm_up))

    @property
    def weekly(self) -> pd.DataFrame:
        """Table with one row per week after the warm-up and one column per measure; units and seed are in ``attrs``."""
        table = self.outcome.weekly[:, 0]
        frame = pd.DataFrame(
            {m.name: table[:, k].astype(np.int64) if m.whole else table[:, k] for k, m in enumerate(MEASURES)}
        )
        frame.index.name = "week"
        frame.attrs |= {"units": {m.name: m.unit for m in MEASURES}, "seed": self.seed_used}
        return frame

    @property
    def events(self) -> pd.DataFrame:
        """Event log in chronological order, with one row per event. Weeks before 0 belong to the warm-up.

        Raises
        ------
        RedBeadError
            If the model was created without ``events=True``.
        """
        log = simulate.events_of(self.world, self.warm_up)
        if log is None:
            msg = "no events were recorded: create the model with events=True"
            raise RedBeadError(msg)
        frame = pd.DataFrame(log, columns=list(EVENT_COLUMNS))
        frame["kind"] = [EVENT_NAMES[k] for k in frame["kind"]]
        return frame

    @check_arguments
    def biography(self, worker: int, error: int) -> pd.DataFrame:
        """Return the events of one error.

        Parameters
        ----------
        worker : int
            Post of the worker who made the error.
        error : int
            Number of the error, as in the event log.

        Returns
        -------
        pandas.DataFrame
            Events in chronological order.
        """
        events = self.events
        return events[(events["worker"] == worker) & (events["error"] == error)].reset_index(drop=True)

    @property
    def datacollector(self) -> mesa.DataCollector:
        """Recorded weeks and the seed, in the format that ``mesa.batch_run`` and SolaraViz use."""
        weekly = self.weekly.assign(seed=[self.seed_used] * max(0, self.week))
        collector = mesa.DataCollector(  # type: ignore[no-untyped-call]
            model_reporters={m.name: m.name for m in MEASURES} | {"seed": "seed_used"}
        )
        collector.model_vars = {name: column.tolist() for name, column in weekly.items()}
        # Mesa from 3.4 on finds a row by the time of its collection.
        vars(collector)["_collection_steps"] = list(range(1, len(weekly) + 1))
        return collector

    def __getattr__(self, name: str) -> float:
        """Return the latest value of a measure, such as ``model.hidden_errors``."""
        names = [m.name for m in MEASURES]
        if name in names and self.__dict__.get("_clock", 0) > self.__dict__.get("warm_up", 0):
            return float(self._out[self.week - 1, 0, names.index(name)])
        msg = f"{type(self).__name__!r} object has no attribute {name!r}"
        raise AttributeError(msg)

    def _status_text(self) -> str:
        grade = int(self.world.oversight.grade[0])
        graded = GRADE_NAMES[grade] if grade >= 0 else "not graded yet"
        return f"week {self.week}: {int((self.world.workers.status > 0).sum())} workers in post, {graded}"

    def __repr__(self) -> str:
        """Return the name, week, staff and grade of the service."""
        return f"<{type(self).__name__} '{self.spec.name}', {self._status_text()}>"

    def _repr_html_(self) -> str:
        """Return the name, week, staff and grade of the service as HTML."""
        return f"<b>{type(self).__name__}</b> '{html.escape(self.spec.name)}', {self._status_text()}"


def _checked_seed(seed: object) -> int:
    """Return a valid seed.

    Raises
    ------
    BadInputError
        If the seed is not an integer from 0 to 2**64 - 1. Text from a slider is not an integer.
    """
    number = whole_number(seed)
    if number is None or not 0 <= number <= MAX_SEED:
        what = f"{seed!r} is not an integer from 0 to 2**64 - 1"
        raise BadInputError([Problem("python", key="seed", what=what, hint="use an integer, such as seed=1")])
    return number


def checked_classes(agents: object) -> dict[type[Post], type[Post]]:
    """Return the custom classes of agents.

    Raises
    ------
    BadInputError
        If they are not a mapping, a class is not a subclass of the class that it replaces, or it has a method that
        the model would never call.
    """
    if not isinstance(agents, Mapping):
        what = f"must be a mapping of classes to classes, not a value of type {type(agents).__name__}"
        raise BadInputError([Problem("python", key="agents", what=what, hint="agents={SocialWorker: OpenReporter}")])
    wrong = [
        Problem(
            "python",
            key="agents",
            what=f"{custom!r} cannot replace {kind!r}",
            hint="use a subclass of the class to replace",
        )
        for kind, custom in agents.items()
        if kind not in (SocialWorker, Manager, Leader) or not (isinstance(custom, type) and issubclass(custom, kind))
    ]
    if not wrong:
        problems = ((custom, override_problem(custom, kind)) for kind, custom in agents.items())
        wrong = [Problem("python", 0, 0, custom.__name__, *problem) for custom, problem in problems if problem]
    if wrong:
        raise BadInputError(wrong)
    return dict(agents)
