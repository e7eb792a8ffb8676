"""Inspector training: inspectors agree more on what they see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class InspectorTraining(Lever, kind="inspector-training"):
    """Training and moderation make inspectors judge the same case alike."""

    audience = "the inspectorate"
    proponents = "Ofsted, in its study of pairs of inspectors (2017)"
    systems = ("S2",)

    left: Annotated[float, Param("ratio", 0, 1, "spread of leniency that is left")] = 0.5
    # Two weeks a year of training and moderation for each inspector.
    yearly_cost: YearlyCost = 20.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Narrow the spread of leniency."""
        return (ParameterEffect("inspection.leniency_spread", factor=self.left),)
