"""Records without behaviour: a practice error, and the counts of one week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Author(Protocol):
    """Attributes of the worker who made an error."""

    spell: int
    hidden: list[PracticeError]
    last_strike: int
    last_sanction: int
    dismissed: bool


@dataclass(slots=True)
class PracticeError:
    """One practice error: author, week, severity, culpability and state."""

    author: Author
    spell: int
    born: int
    severity: int
    culpable: bool
    state: int


@dataclass(slots=True)
class WeeklyCounts:
    """Counts of the events of one week."""

    referrals: int = 0
    turned_away: int = 0
    closures: int = 0
    generated: int = 0
    recognised: int = 0
    raised: int = 0
    reported: int = 0
    confidential: int = 0
    analysed: int = 0
    repaired: int = 0
    put_right: int = 0
    expired: int = 0
    discovered: int = 0
    harmed: int = 0
    serious: int = 0
    sanctions: int = 0
    just_sanctions: int = 0
    peer_reports: int = 0
    wrong_peer_reports: int = 0
    managers_sanctioned: int = 0
    leavers: int = 0
    early_leavers: int = 0
    dismissals: int = 0
    judgements: int = 0
    inspections: int = 0
    takeovers: int = 0
    monitoring_visits: int = 0
