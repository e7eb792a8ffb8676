"""Measures of colleagues and teams; :mod:`redbead.measures` has the others."""

from __future__ import annotations

import math
from typing import Final

from redbead.jit import kernel
from redbead.quantities import Measure
from redbead.state.authority import WeeklyCounts
from redbead.state.constants import Reals
from redbead.state.people import EMPTY, Managers, Workers
from redbead.state.world import WeekContext

PEERS: Final = (
    Measure("peer_reports", "reports/week", "reports of workers about colleagues", "neither", observable=True, whole=True),
    Measure("wrong_peer_reports", "reports/week", "reports about colleagues who did not make the error", "down", observable=False, whole=True),
    Measure("managers_sanctioned", "people/week", "managers sanctioned for sanctioning honest errors", "neither", observable=True, whole=True),
    Measure("trust", "0-1", "mean trust of workers in their colleagues", "up", observable=False),
)  # fmt: skip


@kernel
def record_peers(workers: Workers, counts: WeeklyCounts, row: Reals, now: WeekContext) -> None:
    """Write the measures of ``PEERS`` into one row of the output, in the same order."""
    a = now.authority
    trust = 0.0
    staff = 0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            staff += 1
            trust += workers.trust[w]
    row[0] = counts.peer_reports[a]
    row[1] = counts.wrong_peer_reports[a]
    row[2] = counts.managers_sanctioned[a]
    row[3] = trust / max(1, staff)


MANAGEMENT: Final = (
    Measure("managers_left", "people/week", "team managers who left", "neither", observable=True, whole=True),
    Measure("manager_vacancies", "teams", "teams in which another manager stands in", "down", observable=True, whole=True),
    Measure("manager_fear_spread", "0-1", "standard deviation of fear between managers", "neither", observable=False),
    Measure("supervision", "0-1", "mean supervision of a team, 1 for a monthly meeting with each worker", "up", observable=True),
    Measure("errors_suppressed", "errors/week", "raised errors that managers did not escalate", "down", observable=False, whole=True),
    Measure("cases_transferred", "cases/week", "cases that moved directly between workers of a team", "down", observable=True, whole=True),
    Measure("largest_caseload", "cases", "largest number of open cases of one worker", "down", observable=True, whole=True),
    Measure("sickness_absence", "share", "workers absent through sickness, of all workers", "down", observable=True),
)  # fmt: skip


@kernel
def record_management(workers: Workers, managers: Managers, counts: WeeklyCounts, row: Reals, now: WeekContext) -> None:
    """Write the measures of ``MANAGEMENT`` into one row of the output, in the same order."""
    teams = max(1, now.end_team - now.first_team)
    row[:] = 0.0
    fear = 0.0
    staff = 0
    for t in range(now.first_team, now.end_team):
        row[1] += managers.vacant[t]
        row[3] += managers.supervision[t] / teams
        fear += managers.fear[t] / teams
    for t in range(now.first_team, now.end_team):
        row[2] += (managers.fear[t] - fear) ** 2 / teams
    row[0] = counts.managers_left[now.authority]
    row[2] = math.sqrt(row[2])
    row[4] = counts.suppressed[now.authority]
    row[5] = counts.transferred[now.authority]
    for w in range(now.first_post, now.end_post):
        row[6] = max(row[6], workers.caseload[w])
        staff += workers.status[w] != EMPTY
        row[7] += workers.sick[w]
    row[7] /= max(1, staff)
