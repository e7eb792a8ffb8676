"""Measures of the service: demand, quality, grade, disruption and cost."""

from __future__ import annotations

from typing import Final

from redbead.jit import kernel
from redbead.quantities import Measure
from redbead.state.authority import Cases, Oversight, Service, WeeklyCounts
from redbead.state.constants import Reals
from redbead.state.people import Leaders
from redbead.state.world import WeekContext

SERVICE: Final = (
    Measure("referrals", "cases/week", "referrals accepted", "neither", observable=True, whole=True),
    Measure("turned_away", "cases/week", "referrals rejected because the threshold was raised", "down", observable=True, whole=True),
    Measure("closures", "cases/week", "cases closed", "neither", observable=True, whole=True),
    Measure("service_quality", "ratio", "true quality of service, 1 at the reference", "up", observable=False, headline=True),
    Measure("visible_quality", "ratio", "quality as visible in records and at visits", "neither", observable=True),
    Measure("families_view", "ratio", "quality reported by families, 0 without feedback", "neither", observable=True),
    Measure("public_view", "ratio", "quality perceived by people who hear only of failures", "neither", observable=True),
    Measure("grade", "code", "published grade: 0 outstanding, 1 good, 2 requires improvement, 3 inadequate, -1 none yet", "neither", observable=True, whole=True),
    Measure("inspections", "visits/week", "visits completed", "neither", observable=True, whole=True),
    Measure("takeovers", "takeovers/week", "takeovers started", "neither", observable=True, whole=True),
    Measure("disruption", "index", "disruption of the work by change", "down", observable=False),
    Measure("unit_model", "0-1", "extent to which the service works in units", "neither", observable=True),
    Measure("cost", "pounds/week", "cost of staff, policies, prevention, visits, takeovers and reorganisations", "down", observable=True, headline=True),
    Measure("appeals", "appeals/week", "judgements challenged before publication", "neither", observable=True, whole=True),
    Measure("appeals_upheld", "appeals/week", "challenged judgements whose grade improved", "neither", observable=True, whole=True),
)  # fmt: skip


@kernel
def record_service(service: Service, oversight: Oversight, counts: WeeklyCounts, row: Reals, now: WeekContext) -> None:
    """Write the measures of ``SERVICE`` into one row of the output, in the same order."""
    a = now.authority
    row[0] = counts.referrals[a]
    row[1] = counts.turned_away[a]
    row[2] = counts.closures[a]
    row[3] = service.quality[a]
    row[4] = service.visible[a]
    row[5] = service.families_view[a]
    row[6] = service.public_view[a]
    row[7] = oversight.grade[a]
    row[8] = counts.inspections[a]
    row[9] = counts.takeovers[a]
    row[10] = service.disruption[a]
    row[11] = service.unit[a]
    row[12] = service.cost[a]
    row[13] = counts.appeals[a]
    row[14] = counts.appeals_upheld[a]


PUBLISHED: Final = (
    Measure("early_leavers", "people/week", "permanent workers who left with less than five years in post", "down", observable=True, whole=True),
    Measure("returning", "cases/week", "accepted referrals of families known before", "down", observable=True),
    Measure("judgements", "judgements/week", "judgements published", "neither", observable=True, whole=True),
    Measure("director_weeks", "weeks", "time in post of the director, permanent or interim", "neither", observable=True),
    Measure("interim_director", "0-1", "1 while an interim director is in post", "down", observable=True, whole=True),
)  # fmt: skip


@kernel
def record_published(leaders: Leaders, cases: Cases, counts: WeeklyCounts, row: Reals, now: WeekContext) -> None:
    """Write the measures of ``PUBLISHED`` into one row of the output, in the same order."""
    a = now.authority
    row[0] = counts.early_leavers[a]
    row[1] = cases.returning[a]
    row[2] = counts.judgements[a]
    row[3] = leaders.tenure[a]
    row[4] = 1.0 if leaders.interim[a] > 0.0 else 0.0
