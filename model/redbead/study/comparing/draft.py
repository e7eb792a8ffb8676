"""What is asked of a comparison before anybody has looked whether it can be, and how what cannot is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from redbead.scenario.read import Place
from redbead.scenario.spec import Scenario

Complain: TypeAlias = Callable[[Place, str, str], None]
"""Notes what is wrong at a place, and what to do."""


@dataclass
class Draft:
    """What was asked for: policies by name, what varies or mixes them, and everything else of the comparison."""

    policies: dict[str, Scenario]
    baseline: str
    grid_policy: str = ""
    grid: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    mix: Mapping[str, Sequence[str]] = field(default_factory=dict)
    world: Mapping[str, float | str] = field(default_factory=dict)
    rest: dict[str, Any] = field(default_factory=dict)


class Noting:
    """Remembers whether there was anything to complain of."""

    def __init__(self, complain: Complain) -> None:
        self._complain, self._any = complain, False

    def anything(self) -> bool:
        """Whether there was."""
        return self._any

    def __call__(self, place: Place, what: str, hint: str = "") -> None:
        """Complain."""
        self._any = True
        self._complain(place, what, hint)


def known_policies(names: Mapping[str, object]) -> str:
    """The hint for a name that is no policy."""
    return f"the policies are: {', '.join(names)}"
