"""Accountability of leaders: rewards, dismissal and protection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
from redbead.quantities import Param


@dataclass(frozen=True, kw_only=True)
class CareerRewards(Lever, kind="career-rewards"):
    """Directors of authorities with good grades are offered better posts and higher pay."""

    audience = "government and elected members"
    proponents = "those who reward success; in a critic's words, 'bigger, better paid jobs if they do well'"
    systems = ("S6", "S28")
    excludes = ("supportive-inspection",)

    # fmt: off
    stakes: Annotated[float, Param("0-1", 0, 1, "additional stakes")] = 0.2
    poached: Annotated[float, Param(
        "log", 0, 3, "increase of the hazard that a director leaves an outstanding authority")] = 0.5
    # fmt: on
    # 20,000 pounds per year of additional pay for the director, for 120 posts.
    yearly_cost: YearlyCost = 150.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the higher stakes and the higher hazard of leaving an outstanding authority."""
        return (
            ParameterEffect("inspection.stakes", shift=self.stakes),
            ParameterEffect("leadership.poached", shift=self.poached),
        )


@dataclass(frozen=True, kw_only=True)
class ProtectLeaders(Lever, kind="protect-leaders"):
    """Leaders are retained and shielded after a poor inspection, so they are less afraid."""

    audience = "elected members and council leaders"
    proponents = "a former leader of Cambridgeshire County Council, on the management team that was retained"
    systems = ("S6", "S31")
    excludes = ("sack-leaders",)

    # fmt: off
    retained: Annotated[float, Param(
        "0-1", 0, 1, "protection of leaders from dismissal", "assumed", "E37: dismissal 0")] = 1.0
    shield: Annotated[float, Param(
        "share", 0, 1, "protection of leaders from threat and publicity", "assumed", "E37: prot")] = 0.5
    # fmt: on

    # An adviser who supports the director for some weeks in a difficult year.
    yearly_cost: YearlyCost = 20.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the protection from dismissal and from threat and publicity."""
        return (
            ParameterEffect("consequences.protected", towards=self.retained),
            ParameterEffect("fear.protection", shift=self.shield),
        )


@dataclass(frozen=True, kw_only=True)
class RewardPractice(Lever, kind="reward-practice"):
    """Careers and praise depend on good practice as colleagues observe it, which reduces attention to compliance."""

    audience = "government, elected members and the inspectorate"
    proponents = "the author of 'Beyond leadership': create a system that recognises and rewards good practice"
    systems = ("S13",)

    # fmt: off
    weight: Annotated[float, Param(
        "0-1", 0, 1, "reduction of attention to compliance", "assumed", "science notes, E27 (k_r)")] = 0.3
    # fmt: on

    # One observer of practice at 45,000 pounds for 150 posts.
    yearly_cost: YearlyCost = 300.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the lower attention to compliance."""
        return (ParameterEffect("leadership.compliance_reward", shift=self.weight),)


@dataclass(frozen=True, kw_only=True)
class SackLeaders(Lever, kind="sack-leaders"):
    """The director is dismissed after an inadequate grade, so that a leader is accountable."""

    audience = "elected members and council leaders"
    proponents = "those who want a leader to be accountable for failure; Cambridgeshire's former leader disagreed"
    systems = ("S6", "S10", "S31")
    excludes = ("protect-leaders",)

    # fmt: off
    dismissal: Annotated[float, Param(
        "0-1", 0, 0.9, "chance that the director is dismissed after an inadequate grade")] = 0.9
    # fmt: on
    # A settlement and a search for 135,000 pounds; one additional director in 40 leaves each year.
    yearly_cost: YearlyCost = 30.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the chance of dismissal."""
        return (ParameterEffect("consequences.dismissal", towards=self.dismissal),)
