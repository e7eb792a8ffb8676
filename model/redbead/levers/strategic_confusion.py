"""Strategic confusion: priorities that conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Bend, Lever
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class StrategicConfusion(Lever, kind="strategic-confusion"):
    """Government asks for one thing at the expense of another, then for the other: hours and nerves are lost."""

    audience = "government departments"
    believers = "nobody believes in confusion, but each of the conflicting priorities has a department that does"
    systems = ("S38",)

    hours: Annotated[
        float, Param("share", 0, 0.3, "hours lost to serving several masters", "assumed", "science notes, section 2.10")
    ] = 0.05
    conflict: Annotated[
        float,
        Param("log-odds", 0, 3, "exhaustion from priorities that conflict", "assumed", "science notes, section 2.10"),
    ] = 0.5

    # No cost of its own: hours are lost, not bought.

    def bends(self) -> tuple[Bend, ...]:
        """Lose hours, and wear people out."""
        return (
            Bend("workload.admin_hours", shift=self.hours),
            Bend("burnout.conflict", shift=self.conflict),
        )
