"""Duty of candour: leniency for errors that a worker raises, and harsher sanctions for errors that were concealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class DutyOfCandour(Lever, kind="duty-of-candour"):
    """A sanction becomes less likely for errors that workers raise, and more likely for those that they conceal."""

    audience = "government, regulators and directors"
    proponents = "Short and Toffel (2008): enforcement with leniency for self-reports"
    systems = ("S19",)

    # fmt: off
    leniency: Annotated[float, Param(
        "log", 0, 3, "reduction of the probability of a sanction for an error that its worker raised")] = 1.0
    concealment: Annotated[float, Param(
        "log", 0, 3, "increase of the probability of a sanction for an error that its worker concealed")] = 1.0
    # fmt: on

    # Guidance and a yearly reminder for all staff.
    yearly_cost: YearlyCost = 20.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the leniency for errors raised and the increase for errors concealed."""
        return (
            ParameterEffect("response.leniency", shift=self.leniency),
            ParameterEffect("response.concealment", shift=self.concealment),
        )
