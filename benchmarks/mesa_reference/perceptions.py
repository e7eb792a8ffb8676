"""What workers believe about detection and sanctions, and how these beliefs and their proneness shape conduct."""

from __future__ import annotations

import math

from benchmarks.mesa_reference import rules
from benchmarks.mesa_reference.protocols import Service
from benchmarks.mesa_reference.records import Kind, Tally
from benchmarks.mesa_reference.worker import Worker
from redbead.parameters import Coefficients
from redbead.state.practice_errors import CONDUCTS, DISCLOSURES, NOT_DISCLOSED, SLIP, VIOLATION


def first_perceptions(c: Coefficients) -> dict[Kind, float]:
    """Return the chances of a sanction for an ordinary error under a manager with the mean propensity to blame."""
    honest = rules.responds_with_blame(c.blame.own, c.response)
    return {
        (conduct, disclosure): rules.chance_of_sanction(
            honest, conduct, rules.sanction_ratio(1, disclosure, False, c.response), False, c.response
        )
        for conduct in range(CONDUCTS)
        for disclosure in range(DISCLOSURES)
    }


def learn_from_last_week(model: Service) -> None:
    """Let all posts learn from last week's cases of their team and, with less weight, of the other teams."""
    c = model.c.conduct
    tallies = [manager.tally for manager in model.managers]
    ended, detected = (sum(getattr(tally, name) for tally in tallies) for name in ("ended", "detected"))
    judged = sum((tally.judged for tally in tallies), start=tallies[0].judged.__class__())
    sanctioned = sum((tally.sanctioned for tally in tallies), start=tallies[0].sanctioned.__class__())
    for manager in model.managers:
        own, manager.tally = manager.tally, Tally()
        seen = own.ended + c.others * (ended - own.ended)
        if seen > 0.0:
            observed = (own.detected + c.others * (detected - own.detected)) / seen
            share = rules.share_learnt(seen, c)
            for worker in manager.team:
                worker.perceived_detection = rules.learn(worker.perceived_detection, observed, share)
        for kind, cases in judged.items():
            seen = own.judged[kind] + c.others * (cases - own.judged[kind])
            if seen <= 0.0:
                continue
            events = own.sanctioned[kind] + c.others * (sanctioned[kind] - own.sanctioned[kind])
            share = rules.share_learnt(seen, c)
            for worker in manager.team:
                belief = worker.perceived_sanction[kind]
                worker.perceived_sanction[kind] = rules.learn(belief, events / seen, share)


def conduct_of(worker: Worker) -> tuple[float, float]:
    """Return the error rate relative to that without violations, and the share of violations among errors."""
    c = worker.model.c.conduct
    if worker.proneness is None:
        worker.proneness = worker.random.lognormvariate(-0.5 * c.spread * c.spread, c.spread)
    detected = worker.perceived_detection
    for_violation = worker.perceived_sanction[VIOLATION, NOT_DISCLOSED]
    for_slip = worker.perceived_sanction[SLIP, NOT_DISCLOSED]
    deterred = rules.deterrent(detected, for_violation, c)
    ratio = rules.violation_ratio(worker.proneness, worker.log_pressure, for_violation, deterred, c)
    violations = c.violations * ratio
    slips = (1.0 - c.violations) * math.exp(-c.deter_slips * rules.deterrent(detected, for_slip, c))
    return slips + violations, violations / (slips + violations)
