"""Peer accusation: staff are encouraged to report each other's poor practice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class PeerAccusation(Lever, kind="peer-accusation"):
    """Staff are encouraged to report colleagues, so more errors become known and people trust each other less."""

    audience = "inspectors, directors and professional regulators"
    proponents = "inspectors on Gloucestershire (2017): staff should dare to challenge and expose poor practice"
    systems = ("S23",)

    # fmt: off
    notices: Annotated[float, Param("1/week", 0, 0.05,
        "hazard that one colleague notices one hidden error: the effect that proponents expect")] = 0.01
    encouraged: Annotated[float, Param("log-odds", 0, 6, "increase of acting on what is noticed")] = 1.5
    reported: Annotated[float, Param(
        "log-odds", 0, 6, "increase of reporting to the manager instead of speaking with the colleague")] = 1.5
    wrong: Annotated[float, Param(
        "share", 0, 1, "share of reports that name a colleague who did not make the error")] = 0.3
    fear_accused: Annotated[float, Param("0-1", 0, 0.5, "rise of fear of a wrongly reported worker", "assumed",
        "as after a sanction: fear.kick_self")] = 0.15
    fear_witness: Annotated[float, Param("0-1", 0, 0.2, "rise of fear of a witness of a wrong report")] = 0.02
    fear_accuser: Annotated[float, Param("0-1", 0, 0.2, "rise of fear of the author of a wrong report")] = 0.03
    blindness: Annotated[float, Param(
        "share", 0, 0.2, "additional share by which blame narrows analysis to individuals")] = 0.1
    # fmt: on

    # No direct cost: the time spent on accusations is not counted.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the changes of what colleagues notice, do and feel, and the narrower analysis."""
        return (
            ParameterEffect("peers.notices", shift=self.notices),
            ParameterEffect("peers.act", shift=self.encouraged),
            ParameterEffect("peers.speak", shift=-self.reported),
            ParameterEffect("peers.wrong", towards=self.wrong),
            ParameterEffect("peers.fear_accused", shift=self.fear_accused),
            ParameterEffect("peers.fear_witness", shift=self.fear_witness),
            ParameterEffect("peers.fear_accuser", shift=self.fear_accuser),
            ParameterEffect("lessons.blame_blindness", shift=self.blindness),
        )
