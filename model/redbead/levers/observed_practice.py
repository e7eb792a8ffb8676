"""Observed practice: inspectors observe the work more than they read records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ObservedPractice(Lever, kind="observed-practice"):
    """Inspectors attend visits and speak to families instead of reading files."""

    audience = "the inspectorate"
    proponents = "Chris Mills (June 2017), on inspectors who 'spend a lot of time reading case files'"
    systems = ("S4",)

    records: Annotated[float, Param("0-1", 0, 1, "remaining weight of records, compared with observed practice")] = 0.1
    # Observation takes 50 % longer than reading.
    yearly_cost: YearlyCost = 200.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the smaller weight of records."""
        return (ParameterEffect("inspection.weight_of_records", towards=self.records),)
