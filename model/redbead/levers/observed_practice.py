"""Observed practice: inspectors watch the work more than they read about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ObservedPractice(Lever, kind="observed-practice"):
    """Inspectors sit in on visits and speak to families instead of reading files."""

    audience = "the inspectorate"
    proponents = "Chris Mills (June 2017), of inspectors who 'spend a lot of time reading case files'"
    systems = ("S4",)

    records: Annotated[float, Param("0-1", 0, 1, "weight that is left to records, against practice")] = 0.1
    # Observation takes half as long again as reading.
    yearly_cost: YearlyCost = 200.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Move weight from records to practice."""
        return (ParameterEffect("inspection.weight_of_records", towards=self.records),)
