"""The disclaimer on every page and export."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from redbead.scenario.authorities import CAUTION
from redbead.scenario.scenario import Scenario

BANNER: Final = (
    "Synthetic. Compares cultures in a stylised service. Says nothing about a real child, worker or named authority."
)


def banner(scenarios: Iterable[Scenario]) -> str:
    """Return the disclaimer, with a caution if a scenario starts from the published figures of a real authority."""
    return f"{BANNER} {CAUTION}" if any(scenario.published for scenario in scenarios) else BANNER
