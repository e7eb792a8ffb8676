"""Plain records: one practice error, and what happened in a week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.mesa_twin.worker import Worker


@dataclass(slots=True)
class PracticeError:
    """One error: whose it is, when it was made, how severe it is, and where its story stands."""

    author: Worker
    spell: int
    born: int
    severity: int
    culpable: bool
    state: int


@dataclass(slots=True)
class Ledger:
    """What happened in one week."""

    referrals: int = 0
    turned_away: int = 0
    closures: int = 0
    generated: int = 0
    recognised: int = 0
    reported: int = 0
    confidential: int = 0
    analysed: int = 0
    repaired: int = 0
    expired: int = 0
    discovered: int = 0
    harmed: int = 0
    serious: int = 0
    sanctions: int = 0
    leavers: int = 0
    early_leavers: int = 0
    judgements: int = 0
    inspections: int = 0
    takeovers: int = 0
    monitoring_visits: int = 0
