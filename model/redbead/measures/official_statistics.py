"""Measures with the definitions of official statistics, for comparison with published figures."""

from __future__ import annotations

from typing import Final

from redbead.jit import kernel
from redbead.quantities import Measure
from redbead.state.authority import Cases, WeeklyCounts
from redbead.state.people import Leaders
from redbead.state.types import Reals
from redbead.state.world import WeekContext

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
