"""One authority's service as a Mesa model: the same week, the same dice and the same bytes as a compiled run."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, TypeVar

import mesa
import networkx as nx
import numpy as np
import pandas as pd

from redbead.engine import simulate
from redbead.engine.initial_state import organisation
from redbead.engine.mesa_agents import AgentDecisions, Leader, Manager, Post, SocialWorker
from redbead.engine.week import record, week
from redbead.exceptions import BadInputError, Problem, RedBeadError
from redbead.measures import MEASURES
from redbead.parameters import Coefficients, coefficients
from redbead.rng import MAX_SEED
from redbead.scenario.loader import load
from redbead.scenario.scenario import Scenario
from redbead.state.constants import GRADE_NAMES
from redbead.state.types import Reals
from redbead.state.world import EVENT_COLUMNS, EVENT_NAMES, World

A = TypeVar("A", bound=Post)


class ChildrensService(mesa.Model):
    """Children's services of one local authority.

    Parameters
    ----------
    scenario
        A scenario, the name of a shipped one, or the path of a file.
    seed
        An integer from 0 to 2**64 - 1.
    agents
        Your own classes in place of the model's, such as ``{SocialWorker: Whistleblower}``.
    events
        Keep the story of every error.
    rng
        Another name for `seed`, as newer versions of Mesa call it.

    Notes
    -----
    Building the model runs the warm-up; week 0 is the first week that is recorded.

    Raises
    ------
    BadInputError
        The scenario, the seed or the classes are not what they should be.
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
        self.seed_used = _checked_seed(seed if seed is not None else 1 if rng is None else rng)
        super().__init__(rng=self.seed_used)
        self.spec = scenario if isinstance(scenario, Scenario) else load(scenario)
        self.plan = simulate.prepare(self.spec)
        self.warm_up = self.plan.warm_up
        self.world: World = simulate.initialise(self.plan, self.seed_used, events=events)
        self._classes = _checked_classes(agents or {})
        self._people: dict[type[Post], list[Any]] = {}
        self._clock = 0
        self._out: Reals = np.empty((self.plan.weeks, 1, len(MEASURES)))
        self._asked = AgentDecisions(self) if agents else None
        self._advance(self.warm_up)

    @property
    def week(self) -> int:
        """Weeks since the end of the warm-up. [weeks]"""
        return self._clock - self.warm_up

    @property
    def coefficients(self) -> Coefficients:
        """The parameters in force in the week that has just been lived through."""
        return self._coefficients_of(max(0, self._clock - 1))

    def step(self) -> None:
        """Live through one week."""
        self._advance(1)

    def run_for_weeks(self, weeks: int) -> None:
        """Live through so many weeks, in one compiled call where nobody has a rule of her own."""
        self._advance(weeks)
        self.steps += weeks

    def _advance(self, weeks: int) -> None:
        last = self._clock + weeks
        end = self.plan.warm_up + self.plan.weeks
        if weeks < 0 or last > end:
            left = end - self._clock
            msg = f"the scenario ends after week {self.plan.weeks}: {left} more weeks can be run, not {weeks}"
            raise RedBeadError(msg)
        if self._asked:
            while self._clock < last:
                self._live()
        else:
            self.world = simulate.advance_to(self.world, self.plan, self.seed_used, self._clock, last, self._out)
            self._clock = last
        self.running = self._clock < end

    def _live(self) -> None:
        """One week, phase by phase, with everybody who has a rule of her own."""
        if simulate.tables_are_full(self.world):
            self.world = simulate.extend_tables(self.world)
        t = self._clock
        with np.errstate(over="ignore"):
            now = simulate.week_context(self.world, t, np.uint64(self.seed_used), 0)
            week(self.world, self._coefficients_of(t), now, self._asked)
            if t >= self.warm_up:
                record(self.world, self._out[t - self.warm_up, 0], now)
        self._clock += 1

    def _coefficients_of(self, t: int) -> Coefficients:
        bent = self.plan.schedule
        return coefficients(bent.rows[bent.of_week[min(t, len(bent.of_week) - 1)]])

    # people, made when somebody looks

    def _crowd(self, kind: type[A], size: int) -> list[A]:
        if kind not in self._people:
            self._people[kind] = [self._classes.get(kind, kind)(self, row) for row in range(size)]
        return self._people[kind]

    @property
    def workers(self) -> list[SocialWorker]:
        """All posts of social workers, by row; a post may be empty."""
        return self._crowd(SocialWorker, self.world.workers.status.size)

    @property
    def managers(self) -> list[Manager]:
        """All team managers, by row."""
        return self._crowd(Manager, self.world.managers.fear.size)

    @property
    def leaders(self) -> list[Leader]:
        """The director, in a list of one."""
        return self._crowd(Leader, self.world.leaders.fear.size)

    def _everybody(self) -> None:
        if hasattr(self, "_people"):
            _ = self.workers, self.managers, self.leaders

    @property  # type: ignore[misc]
    def agents(self) -> Any:  # noqa: ANN401 - Mesa's AgentSet is untyped
        """Everybody, as Mesa's AgentSet."""
        self._everybody()
        return super().agents

    @property
    def agents_by_type(self) -> Any:  # noqa: ANN401 - Mesa's AgentSet is untyped
        """Everybody by class; a class of yours also answers to the name of the one it stands in for."""
        self._everybody()
        found = dict(super().agents_by_type)
        for kind, own in self._classes.items():
            found.setdefault(kind, found[own])
        return found

    @property
    def organisation(self) -> nx.Graph[tuple[str, int]]:
        """Teams, supervision lines and informal ties, as a graph."""
        return organisation(self._coefficients_of(0).authority)

    # what was recorded

    @property
    def outcome(self) -> simulate.RunOutput:
        """What has been recorded since the end of the warm-up, in the form of a compiled run."""
        return simulate.RunOutput(self._out[: max(0, self.week)], simulate.events_of(self.world, self.warm_up))

    @property
    def weekly(self) -> pd.DataFrame:
        """One row a week after the warm-up, one column a measure, with units in ``attrs``."""
        table = self.outcome.weekly[:, 0]
        frame = pd.DataFrame(
            {m.name: table[:, k].astype(np.int64) if m.whole else table[:, k] for k, m in enumerate(MEASURES)}
        )
        frame.index.name = "week"
        frame.attrs["units"] = {m.name: m.unit for m in MEASURES}
        return frame

    @property
    def events(self) -> pd.DataFrame:
        """What happened, one row an event, in order; weeks before 0 belong to the warm-up.

        Raises
        ------
        RedBeadError
            The model was built without ``events=True``.
        """
        log = simulate.events_of(self.world, self.warm_up)
        if log is None:
            msg = "no diary was kept: build the model with events=True"
            raise RedBeadError(msg)
        frame = pd.DataFrame(log, columns=list(EVENT_COLUMNS))
        frame["kind"] = [EVENT_NAMES[k] for k in frame["kind"]]
        return frame

    def biography(self, worker: int, error: int) -> pd.DataFrame:
        """The story of one error, by the post of its author and its number."""
        told = self.events
        return told[(told["worker"] == worker) & (told["error"] == error)].reset_index(drop=True)

    @property
    def datacollector(self) -> mesa.DataCollector:
        """The recorded weeks in the form that ``mesa.batch_run`` and SolaraViz read."""
        collector = mesa.DataCollector(  # type: ignore[no-untyped-call]
            model_reporters={m.name: m.name for m in MEASURES}
        )
        collector.model_vars = {name: column.tolist() for name, column in self.weekly.items()}
        return collector

    def __getattr__(self, name: str) -> float:
        """The latest value of a measure, such as ``model.hidden_errors``."""
        names = [m.name for m in MEASURES]
        if name in names and self.__dict__.get("_clock", 0) > self.__dict__.get("warm_up", 0):
            return float(self._out[self.week - 1, 0, names.index(name)])
        msg = f"{type(self).__name__!r} object has no attribute {name!r}"
        raise AttributeError(msg)

    def _stand(self) -> str:
        grade = int(self.world.oversight.grade[0])
        graded = GRADE_NAMES[grade] if grade >= 0 else "not graded yet"
        return f"week {self.week}: {int((self.world.workers.status > 0).sum())} workers in post, {graded}"

    def __repr__(self) -> str:
        """Where the service stands."""
        return f"<{type(self).__name__} '{self.spec.name}', {self._stand()}>"

    def _repr_html_(self) -> str:
        """Where the service stands, for notebooks."""
        return f"<b>{type(self).__name__}</b> '{html.escape(self.spec.name)}', {self._stand()}"


def _checked_seed(seed: object) -> int:
    """The seed, if it is one.

    Raises
    ------
    BadInputError
        It is not an integer from 0 to 2**64 - 1 (a slider's text is no integer).
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= int(seed) <= MAX_SEED:
        what = f"{seed!r} is not an integer from 0 to 2**64 - 1"
        raise BadInputError([Problem("python", key="seed", what=what, hint="seeds are whole numbers: seed=1")])
    return int(seed)


def _checked_classes(agents: Mapping[type[Post], type[Post]]) -> dict[type[Post], type[Post]]:
    """The classes, if each is a subclass of the one it stands in for.

    Raises
    ------
    BadInputError
        One of them is not.
    """
    wrong = [
        Problem("python", key="agents", what=f"{own!r} cannot stand in for {kind!r}", hint="make it a subclass of it")
        for kind, own in agents.items()
        if kind not in (SocialWorker, Manager, Leader) or not (isinstance(own, type) and issubclass(own, kind))
    ]
    if wrong:
        raise BadInputError(wrong)
    return dict(agents)
