"""Structure: how the service is organised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class Redesign(Lever, kind="redesign"):
    """The whole service is redesigned: a large change whose outcome is uncertain."""

    audience = "government and directors"
    proponents = "the Centre for Social Justice (2014), which called for a redesign of child protection"
    systems = ("S40",)

    # fmt: off
    disruption: Annotated[float, Param("index", 0, 0.6, "disruption during the change to the new design", "assumed",
        "as for a trust: science notes, E35")] = 0.3
    gain: Annotated[float, Param("log", -0.3, 0.3, "mean reduction of the error rate: proponents set it above 0")] = 0.0
    spread: Annotated[float, Param(
        "log", 0, 0.5, "standard deviation of that reduction: the uncertainty of the outcome", "assumed",
        "science notes, section 5")] = 0.2
    # fmt: on

    # One programme manager at 60,000 pounds for 120 posts.
    yearly_cost: YearlyCost = 500.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the redesign with its disruption, gain and spread."""
        return (
            ParameterEffect("change.redesign", shift=1.0),
            ParameterEffect("change.redesign_disruption", towards=self.disruption, at_once=True),
            ParameterEffect("change.redesign_gain", towards=self.gain, at_once=True),
            ParameterEffect("change.redesign_spread", towards=self.spread, at_once=True),
        )


@dataclass(frozen=True, kw_only=True)
class Reorganisation(Lever, kind="reorganisation"):
    """Teams, managers and reporting lines change, which disrupts the work now and may or may not help later."""

    audience = "council leaders, directors and commissioners"
    proponents = "the government of December 2015, and many new directors: a clear break with failure"
    systems = ("S10", "S11", "S37")

    # fmt: off
    disruption: Annotated[float, Param("index", 0, 0.6, "disruption when the structure changes", "measured",
        "developments delayed 18 months and more: Fulop et al. 2002")] = 0.2
    cost: Annotated[float, Param(
        "share of yearly budget", 0, 0.05, "one-off cost", "assumed", "science notes, E36")] = 0.02
    gain: Annotated[float, Param("ratio", -0.1, 0.1, "mean gain in output: proponents set it above 0")] = 0.0
    # fmt: on

    # No direct cost: the one-off cost is booked when the reorganisation takes place.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the reorganisation with its disruption, cost and gain."""
        return (
            ParameterEffect("change.reorganisation", shift=1.0),
            ParameterEffect("change.reorganisation_disruption", towards=self.disruption, at_once=True),
            ParameterEffect("change.reorganisation_cost", towards=self.cost, at_once=True),
            ParameterEffect("change.reorganisation_gain", towards=self.gain, at_once=True),
        )


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
