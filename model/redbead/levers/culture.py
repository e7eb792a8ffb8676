"""Culture: how managers respond to errors, from sanctions to just culture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from redbead.levers.base import Lever, ParameterEffect, YearlyCost
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


@dataclass(frozen=True, kw_only=True)
class JustCulture(Lever, kind="just-culture"):
    """Managers announce that honest errors carry no sanction, and keep this promise to some degree."""

    audience = "directors and team managers"
    proponents = "Safer Safeguarding Group (2015); Chris Mills, after James Reason (2017)"
    systems = ("S18", "S15")

    # fmt: off
    strength: Annotated[float, Param("0-1", 0, 1, "strength of the announced just culture", "assumed",
        "0.8 in the tests of the science notes; Mersey Care 2016 for the direction")] = 0.8
    adherence: Annotated[float, Param(
        "0-1", 0, 1, "extent to which managers keep the promise, from the first week")] = 1.0
    # fmt: on

    # Training of managers and of panels that hear cases: half a day of staff time per worker and year.
    yearly_cost: YearlyCost = 120.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the announced culture, which grows with the dose, and adherence, which applies at once."""
        return (
            ParameterEffect("blame.just", shift=self.strength),
            ParameterEffect("blame.adherence", towards=self.adherence, at_once=True),
        )


@dataclass(frozen=True, kw_only=True)
class RestorativeResponse(Lever, kind="restorative-response"):
    """Workers are supported after a sanction and during formal action, which takes some of their hours."""

    audience = "directors and human resources"
    proponents = "Mersey Care NHS Foundation Trust: Kaur et al. (2019)"
    systems = ("S18",)

    # fmt: off
    support: Annotated[float, Param("share", 0, 1,
        "share of the effects of a sanction on the worker's fear and leaving that support removes", "assumed",
        "fewer suspensions and better retention at Mersey Care: Kaur et al. 2019", ("kaur-2019",))] = 0.5
    # fmt: on

    # Facilitators of conversations after incidents, and training for them.
    yearly_cost: YearlyCost = 150.0

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the extent of support."""
        return (ParameterEffect("formal.support", shift=self.support),)


@dataclass(frozen=True, kw_only=True)
class TwoStrikes(Lever, kind="two-strikes"):
    """After a finding within a year a sanction is more likely, and a second finding can lead to dismissal."""

    audience = "council leaders and directors"
    proponents = "a city council after a child's death, as criticised by Chris Mills (28 June 2014)"
    systems = ("S17", "S14")

    # fmt: off
    escalation: Annotated[float, Param(
        "ratio", 0, 10, "increase of the chance of a sanction after a second error (1 doubles it)", "assumed",
        "science notes, section 2.10 (k_2 = 1)")] = 1.0
    dismissal: Annotated[float, Param(
        "share", 0, 1, "share of second findings that end in dismissal")] = 0.1
    rhetoric: Annotated[float, Param(
        "0-1", 0, 0.5, "additional fear from the announcement", "assumed", "science notes, section 2.10 (0.1)")] = 0.1
    # fmt: on

    # No direct cost: leavers and the agency staff who cover their posts are booked when they occur.

    def effects(self) -> tuple[ParameterEffect, ...]:
        """Return the escalation, the chance of dismissal and the additional fear."""
        return (
            ParameterEffect("response.second_strike", shift=self.escalation),
            ParameterEffect("response.dismissal", shift=self.dismissal),
            ParameterEffect("fear.rhetoric", shift=self.rhetoric),
        )
