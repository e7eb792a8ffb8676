"""Blaming the blamers: managers are held to account for a culture of blame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class BlameTheBlamers(Lever, kind="blame-the-blamers"):
    """Managers who sanction honest errors are themselves sanctioned, so they blame less but are more afraid."""

    audience = "government, inspectors and council leaders"
    proponents = "inspectors on Gloucestershire (2017), who held leaders to account for fear; Chris Mills disagrees"
    systems = ("S16",)

    # fmt: off
    answerable: Annotated[float, Param(
        "0-1", 0, 1, "probability that a manager is sanctioned after sanctioning an honest error")] = 0.5
    others: Annotated[float, Param("share", 0, 1,
        "effect on other managers, relative to the sanctioned manager")] = 0.3
    # fmt: on

    # No direct cost: the consequences of hearings are booked where they occur.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the sanctions of managers and the effect on those who see them."""
        return (
            ParameterEffect("blame.answerable", shift=self.answerable),
            ParameterEffect("blame.answerable_others", towards=self.others),
        )
