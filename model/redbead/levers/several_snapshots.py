"""Several snapshots: a judgement is based on visits on different days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class SeveralSnapshots(Lever, kind="several-snapshots"):
    """Inspectors of different teams visit on several days of the year, and one judgement summarises their findings."""

    audience = "the inspectorate and government"
    proponents = "a former leader of Cambridgeshire County Council, on a snapshot that was not representative"
    systems = ("S3",)

    visits: Annotated[int, Param("visits", 1, 12, "number of visits on which one judgement is based", whole=True)] = 3
    # Two additional visits at 150,000 pounds every three years, for 120 posts.
    yearly_cost: YearlyCost = 830.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the number of visits."""
        return (ParameterEffect("inspection.snapshots", towards=self.visits),)
