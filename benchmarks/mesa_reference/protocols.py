"""Attributes that agents and measures use, so that their modules need not import the service or one another."""

from __future__ import annotations

from collections import Counter, deque
from random import Random
from typing import Any, Protocol

import numpy as np

from benchmarks.mesa_reference.rates import Rates
from benchmarks.mesa_reference.records import Incident, Kind, PracticeError, WeeklyCounts
from redbead.parameters import Coefficients


class TeamMember(Protocol):
    """A worker as her manager uses it."""

    status: int
    fear: float
    burnout: float
    log_pressure: float
    accusation: float
    last_incident: int
    caseload: int
    capacity: float
    at_work: bool
    is_sick: bool
    perceived_detection: float
    perceived_sanction: dict[Kind, float]


class LeaderState(Protocol):
    """The director as other agents use it."""

    fear: float
    tenure: float
    interim: float
    for_staff: float

    def appoint(self) -> None:
        """Appoint a new director."""

    def leave(self) -> None:
        """Leave, or be dismissed."""


class OversightState(Protocol):
    """Inspection and government as other agents use them."""

    threat: float
    grade: int
    last_visit: int


class Service(Protocol):
    """The service as agents and measures use it."""

    c: Coefficients
    rates: Rates
    counts: WeeklyCounts
    managers_fear: float
    random: Random
    rng: np.random.Generator
    week: int
    base_posts: int
    established: int
    reference_scale: float

    waiting: int
    full_hours: float
    standard: float
    duty: float
    climate: float
    recognised_share: float
    reports: list[PracticeError]
    analysis_hours: float
    lessons: float
    wrong_lessons: float
    reports_rate: float
    answers_rate: float
    improving: float
    past_leavers: deque[int]
    incidents: list[Incident]
    pressure: float
    hidden: Counter[int]
    defences: float
    usefulness: float
    visible: float
    disruption: float
    publicity: float
    public_view: float
    surge: float
    surge_rise: float
    surge_kept: float
    surge_kept_rise: float
    incident_memory: float
    compliance: float
    gaming: float
    embedded: float
    announced_trust: float
    experienced_then: float
    reassurance: float

    leader: LeaderState
    oversight: OversightState
    workers: Any  # AgentSet of Mesa, which has no types
    managers: Any
    staff: Any
    permanent: int

    def staff_at_work(self) -> int:
        """Workers who are neither suspended nor ill."""

    def mean_blame(self) -> float:
        """Mean blame of managers."""

    def turnover(self) -> float:
        """Annual turnover of permanent staff."""
