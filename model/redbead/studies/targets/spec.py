"""Targets in memory, and the vocabulary of their file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

FORMAT: Final = 1
BASES: Final = ("measured", "calibrated", "elicited", "assumed")

TOP: Final[Mapping[str, str]] = {
    "format": f"format of the file; this package reads {FORMAT}",
    "name": "short name",
    "title": "what the figures are of, in a line",
    "targets": "the list of published figures that the model can be held against",
    "not_modelled": "the list of published figures that the model says nothing about, and why",
}
TARGET_KEYS: Final[Mapping[str, str]] = {
    "name": "what it is called in tables",
    "level": "the level of the model that is held against it: redbead check --targets --list",
    "unit": "its unit; it must be that of the level",
    "value": "the published figure",
    "band": "two numbers between which a plausible service lies",
    "years": "the years that the figure is of",
    "basis": f"how the band is known: {', '.join(BASES)}",
    "key": "its source, a key of docs/references.bib",
    "definition": "how the publisher counts it",
    "fitted": "false where calibration must not aim at it",
    "because": "why calibration must not aim at it",
}
TARGET_NEEDS: Final = ("name", "level", "unit", "value", "band", "years", "basis", "key", "definition")
ABSENT_KEYS: Final[Mapping[str, str]] = {
    "name": "what it is called",
    "value": "the published figure, in words",
    "band": "its band, in words",
    "key": "its source, a key of docs/references.bib",
    "because": "why the model says nothing about it",
}


@dataclass(frozen=True)
class Target:
    """One published figure: which level of the model it is held against, its band, and where it comes from."""

    name: str
    level: str
    unit: str
    value: float
    low: float
    high: float
    years: str
    basis: str
    key: str
    definition: str
    fitted: bool = True
    because: str = ""

    def holds(self, value: float) -> bool:
        """Whether a level lies inside the band."""
        return self.low <= value <= self.high

    def spread(self, value: float) -> float:
        """Standard deviation that the band stands for, on the side of a level: the band is read as two of them."""
        return (self.high - self.value if value >= self.value else self.value - self.low) / 2.0


class Absent(NamedTuple):
    """A published figure that the model says nothing about, and why."""

    name: str
    value: str
    band: str
    key: str
    because: str


@dataclass(frozen=True)
class TargetSet:
    """A file of published figures."""

    name: str
    title: str
    targets: tuple[Target, ...]
    absent: tuple[Absent, ...] = ()

    @property
    def fitted(self) -> tuple[Target, ...]:
        """Those that calibration aims at."""
        return tuple(target for target in self.targets if target.fitted)
