"""Inspector training: inspectors agree more closely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class InspectorTraining(Lever, kind="inspector-training"):
    """Training and moderation reduce differences between inspectors who judge the same case."""

    audience = "the inspectorate"
    proponents = "Ofsted, in its study of pairs of inspectors (2017)"
    systems = ("S2",)

    left: Annotated[float, Param("ratio", 0, 1, "remaining spread of leniency, relative to its usual value")] = 0.5
    # Two weeks of training and moderation per inspector and year.
    yearly_cost: YearlyCost = 20.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the smaller spread of leniency."""
        return (ParameterEffect("inspection.leniency_spread", factor=self.left),)
