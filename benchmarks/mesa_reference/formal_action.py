"""Formal action against workers: its start, its effects while it lasts, and its outcome."""

from __future__ import annotations

import math

from benchmarks.mesa_reference import rules
from benchmarks.mesa_reference.worker import Worker
from redbead.state.people import AGENCY
from redbead.state.practice_errors import NO_ERROR


def start_formal_action(worker: Worker) -> None:
    """Start formal action against a worker sanctioned this week, or charged after an incident or an accusation."""
    model = worker.model
    if worker.last_sanction != model.week and not charge_without_error_or_after_incident(worker):
        return
    c = model.c.formal
    if c.duration <= 0.0 or worker.action:
        return
    worker.action = True
    if worker.status == AGENCY:
        worker.dismissed = True
        return
    worker.absence = c.support * c.support_hours
    if worker.random.random() < c.suspended:
        worker.absence = 1.0
        worker.manager.handed_over += worker.caseload
        worker.caseload = 0


def charge_without_error_or_after_incident(worker: Worker) -> bool:
    """Draw whether a worker is charged after last week's incident or this week's accusation."""
    model, blame = worker.model, worker.manager.blame
    c = model.c.formal
    spared = 1.0
    conduct, severity = NO_ERROR, 1
    if worker.accused == model.week:
        spared -= c.accused * blame
    if worker.last_incident == model.week - 1:
        spared *= 1.0 - rules.chance_after_incident(blame, worker.in_scandal, c)
        conduct, severity = worker.incident_conduct, 2
    if worker.random.random() < spared:
        return False
    worker.be_sanctioned(conduct, severity)
    model.counts.sanctions_without_error += conduct == NO_ERROR
    return True


def continue_formal_action(worker: Worker) -> None:
    """Raise the chance of leaving of a worker under formal action, and end some of it."""
    model = worker.model
    c = model.c.formal
    if not worker.action or worker.status == AGENCY:
        return
    stays = 1.0 - worker.leaving_chance
    worker.leaving_chance = 1.0 - stays ** math.exp(c.leaving * (1.0 - c.support))
    if worker.random.random() >= model.rates.formal_end:
        return
    worker.action = False
    worker.absence = 0.0
    if worker.random.random() < rules.chance_of_finding(worker.charge, c):
        record_finding(worker)


def record_finding(worker: Worker) -> None:
    """Record a finding, which is a strike, and draw whether it leads to dismissal."""
    model = worker.model
    earlier = model.week - worker.last_strike <= model.c.response.strike_window
    worker.last_strike = model.week
    model.counts.findings += 1
    p = rules.chance_of_dismissal(
        worker.charge, worker.charge_severity, earlier, model.c.response.dismissal, model.c.formal
    )
    if worker.random.random() < p:
        worker.dismissed = True
