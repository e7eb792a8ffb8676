"""What every page and export carries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from redbead.scenario.authorities import CAUTION
from redbead.scenario.scenario import Scenario

BANNER: Final = (
    "Synthetic. Compares cultures in a stylised service. Says nothing about a real child, worker or named authority."
)


def banner(scenarios: Iterable[Scenario]) -> str:
    """The banner; with a caution where a scenario starts from the published figures of a real authority."""
    return f"{BANNER} {CAUTION}" if any(scenario.published for scenario in scenarios) else BANNER
