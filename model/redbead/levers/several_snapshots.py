"""Several snapshots: a judgement rests on visits of different days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class SeveralSnapshots(Lever, kind="several-snapshots"):
    """Inspectors of different teams come on several days of the year, and one judgement sums up what they saw."""

    audience = "the inspectorate and government"
    proponents = "a former leader of Cambridgeshire County Council, on a snapshot off the mark"
    systems = ("S3",)

    visits: Annotated[int, Param("visits", 1, 12, "visits behind one judgement", whole=True)] = 3
    # Two more visits of 150,000 pounds every three years, over 120 posts.
    yearly_cost: YearlyCost = 830.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Average over several days and inspectors."""
        return (ParameterEffect("inspection.snapshots", towards=self.visits),)
