"""Reporting of errors: by the workers who made them, and by colleagues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class ConfidentialReporting(Lever, kind="confidential-reporting"):
    """Staff may report concealed errors to a confidential system, and several authorities may share the lessons."""

    audience = "government, or a group of authorities"
    proponents = "Chris Mills (28 June 2014): a national confidential critical incident system"
    systems = ("S20", "S25")

    # fmt: off
    openness: Annotated[float, Param("0-1", 0, 1, "extent to which the confidential channel is available to staff",
        "assumed", "science notes, E17")] = 1.0
    authorities: Annotated[int, Param("authorities", 1, 153, "number of authorities that share confidential reports",
        "measured", "153 local authorities in England", whole=True)] = 1
    uptake: Annotated[float, Param("log-odds", -2, 4, "additional log-odds of use, relative to other industries",
        "assumed", "0 is about 1 % of staff per year: CIRAS, ASRS; the range reaches 15 %")] = 0.0
    # fmt: on

    # An office of two analysts (120,000 pounds per year) for 120 posts. One office can serve all authorities: with the
    # uptake of other industries, it would receive some 300 reports per year from the whole of England.
    yearly_cost: YearlyCost = 1000.0

    def annual_cost(self) -> float:
        """Return the cost of the office per authority. [pounds/post/year]"""
        return self.yearly_cost / self.authorities

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the availability of the channel, the authorities that share lessons, and the additional uptake."""
        return (
            ParameterEffect("reporting.confidential", towards=self.openness),
            ParameterEffect("lessons.pool_authorities", towards=self.authorities),
            ParameterEffect("reporting.confidential_base", shift=self.uptake),
        )


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


@dataclass(frozen=True, kw_only=True)
class RewardReporting(Lever, kind="reward-reporting"):
    """Staff who report errors, including their own, are thanked and rewarded."""

    audience = "directors and team managers"
    proponents = "Chris Mills (28 June 2014): encouraged and rewarded for seeking to learn and adapt"
    systems = ("S19", "S25")

    # fmt: off
    reward: Annotated[float, Param("log-odds", 0, 3, "effect of the reward on the willingness to report", "assumed",
        "science notes, E16 (a_R)")] = 0.5
    # fmt: on

    # Small prizes.
    yearly_cost: YearlyCost = 50.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the effect of the reward on the willingness to report."""
        return (ParameterEffect("reporting.reward", shift=self.reward),)
