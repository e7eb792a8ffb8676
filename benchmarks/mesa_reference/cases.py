"""Cases: shares in whole numbers, cases of leavers, and cases that starters take over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise

from benchmarks.mesa_reference.manager import Manager
from benchmarks.mesa_reference.protocols import Service
from benchmarks.mesa_reference.worker import Worker


def whole_shares(n: int, weights: Sequence[float], start: float) -> list[int]:
    """Divide ``n`` in proportion to weights into whole numbers by systematic sampling from a random start."""
    total = sum(weights)
    edges = [math.floor(edge) for edge in accumulate((n * weight / total for weight in weights), initial=start)]
    return [upper - lower for lower, upper in pairwise(edges)]


def hand_over_cases(model: Service) -> None:
    """Pass on the cases of this week's leavers and suspended workers, and give cases of the team to starters."""
    for manager in model.managers:
        handed_over, manager.handed_over = manager.handed_over, 0
        kept = share_out(manager, handed_over) if model.c.caseload.stay_in_team > 0.0 else 0
        model.waiting += handed_over - kept
        model.counts.transferred += kept
    if model.c.caseload.taken_over > 0.0:
        for worker in model.staff:
            if worker.tenure == 0.0:
                model.counts.transferred += take_over(worker)


def share_out(manager: Manager, handed_over: int) -> int:
    """Share out the cases that stay in the team, and return their number."""
    model = manager.model
    colleagues = [worker for worker in manager.team if worker.at_work]
    if not colleagues:
        return 0
    kept = math.floor(model.c.caseload.stay_in_team * handed_over + model.random.random())
    shares = whole_shares(kept, [worker.capacity for worker in colleagues], model.random.random())
    for worker, more in zip(colleagues, shares, strict=True):
        worker.caseload += more
    return kept


def take_over(starter: Worker) -> int:
    """Move cases from colleagues to a starter, and return their number."""
    model, team = starter.model, starter.manager.team
    colleagues = [worker for worker in team if worker is not starter]
    cases = sum(worker.caseload for worker in colleagues)
    if cases == 0:
        return 0
    part = starter.capacity / sum(worker.capacity for worker in team)
    aim = model.c.caseload.taken_over * part * (cases + starter.caseload)
    moved = min(cases, max(0, math.floor(aim - starter.caseload + model.random.random())))
    shares = whole_shares(moved, [worker.caseload for worker in colleagues], model.random.random())
    for worker, fewer in zip(colleagues, shares, strict=True):
        worker.caseload -= fewer
    starter.caseload += moved
    return moved
