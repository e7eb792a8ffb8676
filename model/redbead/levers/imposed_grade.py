"""An imposed grade: an experiment that no lottery can spoil."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ImposedGrade(Lever, kind="imposed-grade"):
    """A grade is published in the first week in force, whatever the evidence, to see what follows from it alone."""

    audience = "researchers"
    proponents = "nobody: it is an experiment, not a policy"
    systems = ("S1", "S10")

    grade: Annotated[
        int, Param("code", 0, 3, "0 outstanding, 1 good, 2 requires improvement, 3 inadequate", whole=True)
    ] = 3

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Impose the grade in place of what inspectors would find."""
        return (ParameterEffect("inspection.imposed", towards=float(self.grade), at_once=True),)
