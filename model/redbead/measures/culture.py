"""Measures of culture: fear, blame, willingness to report, what the organisation has learnt."""

from __future__ import annotations

from typing import Final

from redbead.jit import kernel
from redbead.quantities import Measure
from redbead.state.authority import Learning, Oversight, Service, WeeklyCounts
from redbead.state.constants import YEAR
from redbead.state.people import EMPTY, Leaders, Managers, Workers
from redbead.state.types import Reals
from redbead.state.world import WeekContext

CULTURE: Final = (
    Measure("fear", "0-1", "mean fear of workers", "down", observable=False),
    Measure("willingness_to_report", "0-1", "mean chance that a recognised ordinary error is told", "up", observable=False, headline=True),
    Measure("withholders", "share", "workers who kept an error back at least once in the last 52 weeks", "down", observable=False),
    Measure("manager_fear", "0-1", "mean fear of managers", "down", observable=False),
    Measure("passing_up", "0-1", "mean chance that a manager passes a report up", "up", observable=False),
    Measure("blame", "0-1", "mean blame with which managers answer errors", "neither", observable=False),
    Measure("leader_fear", "0-1", "fear of the director", "down", observable=False),
    Measure("usefulness", "0-1", "how useful staff find it to report", "up", observable=False),
    Measure("defences", "0-1", "share of what could be learnt that is built into the work", "up", observable=False),
    Measure("compliance", "0-1", "how far work is aimed at inspection", "neither", observable=False),
    Measure("gaming", "0-1", "how far what inspectors see is dressed up", "down", observable=False),
    Measure("threat", "0-1", "how near and how dangerous the next judgement is", "neither", observable=False),
    Measure("sanctions", "people/week", "workers sanctioned", "neither", observable=True, whole=True),
)  # fmt: skip


@kernel
def record_culture(
    workers: Workers, managers: Managers, leaders: Leaders, learning: Learning, service: Service,
    oversight: Oversight, counts: WeeklyCounts, row: Reals, now: WeekContext,
) -> None:  # fmt: skip
    """Write the measures of CULTURE into `row`, in their order."""
    a = now.authority
    staff = 0
    fear = 0.0
    willing = 0.0
    weighed = 0
    withheld = 0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            staff += 1
            fear += workers.fear[w]
            weighed += workers.tenure[w] > 0.0  # whoever started this week has not weighed anything yet
            willing += workers.willingness[w, 1]
            withheld += now.week - workers.last_withheld[w] < YEAR
    people = max(1, staff)
    manager_fear = 0.0
    passing = 0.0
    blame = 0.0
    for t in range(now.first_team, now.end_team):
        manager_fear += managers.fear[t]
        passing += managers.escalation_chance[t]
        blame += managers.blame[t]
    teams = max(1, now.end_team - now.first_team)
    row[0] = fear / people
    row[1] = willing / max(1, weighed)
    row[2] = withheld / people
    row[3] = manager_fear / teams
    row[4] = passing / teams
    row[5] = blame / teams
    row[6] = leaders.fear[a]
    row[7] = learning.usefulness[a]
    row[8] = learning.defences[a]
    row[9] = service.compliance[a]
    row[10] = service.gaming[a]
    row[11] = oversight.threat[a]
    row[12] = counts.sanctions[a]
