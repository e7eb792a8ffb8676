"""Measures of the workforce."""

from __future__ import annotations

from typing import Final

from redbead.dynamics.quality import annual_turnover
from redbead.jit import kernel
from redbead.quantities import Measure
from redbead.state.authority import Cases, Service, WeeklyCounts
from redbead.state.constants import Reals
from redbead.state.people import EMPTY, PERMANENT, Workers
from redbead.state.world import WeekContext

STAFF: Final = (
    Measure("leavers", "people/week", "permanent workers who left", "down", observable=True, whole=True),
    Measure("turnover", "1/year", "leavers in the last 52 weeks divided by mean permanent staff", "down", observable=True, headline=True),
    Measure("vacancy_rate", "share", "posts of the establishment without a permanent worker", "down", observable=True),
    Measure("agency_rate", "share", "agency workers among all workers", "down", observable=True),
    Measure("staff", "people", "workers in post, including agency staff", "up", observable=True, whole=True),
    Measure("skill", "0-1", "mean share of the skill that experience can give", "up", observable=False),
    Measure("caseload", "cases/worker", "mean number of open cases per worker", "down", observable=True),
    Measure("waiting", "cases", "open cases not yet allocated to a worker", "down", observable=True, whole=True),
    Measure("work_pressure", "ratio", "hours needed for all cases divided by the hours available", "down", observable=False),
    Measure("burnout", "0-1", "mean burnout", "down", observable=False),
    Measure("commitment", "sd", "mean commitment of workers, relative to new starters", "up", observable=False),
)  # fmt: skip


@kernel
def record_staff(
    workers: Workers, cases: Cases, service: Service, counts: WeeklyCounts, row: Reals, now: WeekContext
) -> None:
    """Write the measures of ``STAFF`` into one row of the output, in the same order."""
    a = now.authority
    staff = 0
    permanent = 0
    established = 0
    allocated = 0
    skill = 0.0
    burnout = 0.0
    commitment = 0.0
    needed = 0.0
    hours = 0.0
    end = now.first_post + cases.established[a]
    for w in range(now.first_post, now.end_post):
        filled = 1 if workers.status[w] != EMPTY else 0
        is_permanent = 1 if workers.status[w] == PERMANENT else 0
        staff += filled
        permanent += is_permanent
        established += is_permanent if w < end else 0
        allocated += workers.caseload[w]
        skill += workers.skill[w]
        burnout += workers.burnout[w]
        commitment += workers.commitment[w]
        needed += workers.pressure[w] * workers.hours[w]
        hours += workers.hours[w]
    people = max(1, staff)
    row[0] = counts.leavers[a]
    row[1] = annual_turnover(service, a)
    row[2] = 1.0 - established / max(1, cases.established[a])
    row[3] = (staff - permanent) / people
    row[4] = staff
    row[5] = skill / people
    row[6] = allocated / people
    row[7] = cases.waiting[a]
    row[8] = needed / hours if hours > 0.0 else 0.0
    row[9] = burnout / people
    row[10] = commitment / people
