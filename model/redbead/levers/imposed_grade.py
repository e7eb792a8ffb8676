"""Imposed grade: an experiment that removes chance from the grade."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ImposedGrade(Lever, kind="imposed-grade"):
    """A grade is published in the first week regardless of the evidence, to show its effects alone."""

    audience = "researchers"
    proponents = "no proponents: this is an experiment, not a policy"
    systems = ("S1", "S10")

    # fmt: off
    grade: Annotated[int, Param(
        "code", 0, 3, "0 outstanding, 1 good, 2 requires improvement, 3 inadequate", whole=True)] = 3
    # fmt: on

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the imposed grade."""
        return (ParameterEffect("inspection.imposed", towards=float(self.grade), at_once=True),)
