"""Unit model: small units share cases, so several workers know each child."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class UnitModel(Lever, kind="unit-model"):
    """Cases belong to small units of several workers and an administrator instead of to one worker."""

    audience = "directors of children's services"
    proponents = "a former leader of Cambridgeshire County Council; Cross, Hubbard and Munro on Hackney (2010)"
    systems = ("S32", "S3", "S4")

    # fmt: off
    eyes: Annotated[float, Param(
        "people", 0, 2, "additional reviewers per case in a unit", "assumed", "science notes, section 2.10")] = 0.6
    disruption: Annotated[float, Param(
        "index", 0, 0.6, "disruption while units are set up", "assumed", "science notes, section 2.10")] = 0.15
    misfit: Annotated[float, Param(
        "ratio", 0, 0.3, "loss of visible quality because the method of inspectors does not fit units")] = 0.03
    abandoned: Annotated[float, Param("0-1", 0, 1, "chance that an inadequate service abandons its units")] = 0.5
    # fmt: on

    # One administrator at 30,000 pounds for five posts. Hackney found the service 5 % cheaper, but through fewer
    # children in care, which are not modelled.
    yearly_cost: YearlyCost = 6000.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the unit model with its reviewers, disruption, visible misfit and risk of abandonment."""
        return (
            ParameterEffect("change.unit_model", shift=1.0),
            ParameterEffect("change.unit_eyes", towards=self.eyes, at_once=True),
            ParameterEffect("change.unit_disruption", towards=self.disruption, at_once=True),
            ParameterEffect("change.unit_misfit", towards=self.misfit, at_once=True),
            ParameterEffect("change.unit_abandoned", towards=self.abandoned, at_once=True),
        )
