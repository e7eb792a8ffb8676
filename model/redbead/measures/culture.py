"""Measures of culture: fear, blame, willingness to report, and organisational learning."""

from __future__ import annotations

from typing import Final

from redbead.jit import kernel
from redbead.quantities import Measure
from redbead.state.authority import Learning, Oversight, Service, WeeklyCounts
from redbead.state.constants import YEAR, Reals
from redbead.state.people import EMPTY, Leaders, Managers, Workers
from redbead.state.world import WeekContext

CULTURE: Final = (
    Measure("fear", "0-1", "mean fear of workers", "down", observable=False),
    Measure("willingness_to_report", "0-1", "mean probability that a worker raises a recognised ordinary error", "up", observable=False, headline=True),
    Measure("withholders", "share", "workers who concealed an error at least once in the last 52 weeks", "down", observable=False),
    Measure("manager_fear", "0-1", "mean fear of managers", "down", observable=False),
    Measure("passing_up", "0-1", "mean probability that a manager escalates a report", "up", observable=False),
    Measure("blame", "0-1", "mean propensity of managers to respond to errors with blame", "neither", observable=False),
    Measure("leader_fear", "0-1", "fear of the director", "down", observable=False),
    Measure("usefulness", "0-1", "perceived usefulness of reporting", "up", observable=False),
    Measure("defences", "0-1", "share of possible lessons that are part of practice", "up", observable=False),
    Measure("compliance", "0-1", "orientation of the work towards compliance with inspection", "neither", observable=False),
    Measure("gaming", "0-1", "extent to which evidence shown to inspectors is embellished", "down", observable=False),
    Measure("threat", "0-1", "perceived threat of the next judgement", "neither", observable=False),
    Measure("sanctions", "people/week", "workers sanctioned", "neither", observable=True, whole=True),
)  # fmt: skip


@kernel
def record_culture(
    workers: Workers, managers: Managers, leaders: Leaders, learning: Learning, service: Service,
    oversight: Oversight, counts: WeeklyCounts, row: Reals, now: WeekContext,
) -> None:  # fmt: skip
    """Write the measures of ``CULTURE`` into one row of the output, in the same order."""
    a = now.authority
    staff = 0
    fear = 0.0
    willing = 0.0
    deciding = 0
    withholders = 0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            staff += 1
            fear += workers.fear[w]
            deciding += workers.tenure[w] > 0.0  # workers who started this week have not made a decision yet
            willing += workers.willingness[w, 1]
            withholders += now.week - workers.last_withheld[w] < YEAR
    people = max(1, staff)
    manager_fear = 0.0
    escalation = 0.0
    blame = 0.0
    for t in range(now.first_team, now.end_team):
        manager_fear += managers.fear[t]
        escalation += managers.escalation_chance[t]
        blame += managers.blame[t]
    teams = max(1, now.end_team - now.first_team)
    row[0] = fear / people
    row[1] = willing / max(1, deciding)
    row[2] = withholders / people
    row[3] = manager_fear / teams
    row[4] = escalation / teams
    row[5] = blame / teams
    row[6] = leaders.fear[a]
    row[7] = learning.usefulness[a]
    row[8] = learning.defences[a]
    row[9] = service.compliance[a]
    row[10] = service.gaming[a]
    row[11] = oversight.threat[a]
    row[12] = counts.sanctions[a]
