"""The sides of a check under a theory."""

from __future__ import annotations

from redbead.scenario.sides import under
from redbead.scenario.spec import Scenario
from redbead.study.checking.words import Check, Pair


def theory_of(check: Check, asked: str) -> str:
    """The theory that a check runs under: its own, or for a claim of any theory the one that is asked for."""
    return asked if asked and check.theory == "any" else check.theory


def scenarios_of(pair: Pair, theory: str) -> tuple[Scenario, Scenario | None]:
    """Both sides of a pair under a theory."""
    return under(pair.setup, theory), None if pair.against is None else under(pair.against, theory)
