"""Records without behaviour: a practice error, a serious incident, and the counts of one week."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from redbead.state import practice_errors

Kind = tuple[int, int]
"""Conduct and disclosure of an error."""


class Author(Protocol):
    """A worker as the records and the manager use one."""

    spell: int
    status: int
    last_strike: int
    dismissed: bool
    reproaches: int
    hidden: list[PracticeError]
    known: list[PracticeError]
    perceived_sanction: dict[Kind, float]

    def be_sanctioned(self, conduct: int, severity: int) -> None:
        """Record a sanction and what it is about."""

    def name_as_case_holder(self, conduct: int) -> None:
        """Record a serious incident in the caseload."""

    def expose(self) -> None:
        """Become part of a scandal."""


@dataclass(slots=True)
class PracticeError:
    """One practice error: who made it, how grave it is, who knows of it, and whether a child is still at risk."""

    author: Author
    spell: int
    born: int
    severity: int
    conduct: int
    state: int
    disclosure: int = practice_errors.NOT_DISCLOSED
    at_risk: bool = True
    is_report: bool = False


@dataclass(slots=True)
class Incident:
    """One serious incident and the post in whose caseload it occurred, if any."""

    holder: Author | None


class Tally:
    """Known errors of a team in one week by conduct and disclosure, and the ends of its hidden errors."""

    def __init__(self) -> None:
        self.judged: Counter[Kind] = Counter()
        self.sanctioned: Counter[Kind] = Counter()
        self.ended = self.detected = 0


@dataclass(slots=True)
class WeeklyCounts:
    """Counts of the events of one week."""

    referrals: int = 0
    turned_away: int = 0
    closures: int = 0
    generated: int = 0
    violations: int = 0
    recognised: int = 0
    raised: int = 0
    reported: int = 0
    confidential: int = 0
    analysed: int = 0
    answered: int = 0
    repaired: int = 0
    put_right: int = 0
    expired: int = 0
    expired_known: int = 0
    discovered: int = 0
    harmed: int = 0
    harmed_known: int = 0
    serious: int = 0
    without_error: int = 0
    prominent: int = 0
    sanctions: int = 0
    just_sanctions: int = 0
    sanctions_without_error: int = 0
    reproaches: int = 0
    findings: int = 0
    peer_reports: int = 0
    wrong_peer_reports: int = 0
    managers_sanctioned: int = 0
    managers_left: int = 0
    suppressed: int = 0
    transferred: int = 0
    leavers: int = 0
    early_leavers: int = 0
    dismissals: int = 0
    judgements: int = 0
    inspections: int = 0
    takeovers: int = 0
    monitoring_visits: int = 0
