"""Data classes of targets (published levels with plausible bands), and the schema of their files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

FORMAT: Final = 1
BASES: Final = ("measured", "calibrated", "elicited", "assumed")

FILE_KEYS: Final[Mapping[str, str]] = {
    "format": f"format of the file; this package reads {FORMAT}",
    "name": "short name",
    "title": "one-line description of the figures",
    "targets": "list of published figures to compare with the model",
    "not_modelled": "list of published figures that the model does not represent, with reasons",
}
TARGET_KEYS: Final[Mapping[str, str]] = {
    "name": "name in tables",
    "level": "level of the model to compare; redbead check --targets --list shows all",
    "unit": "unit, equal to that of the level",
    "value": "published figure",
    "band": "lower and upper end of the plausible range",
    "years": "years covered by the figure",
    "basis": f"evidence for the band: {', '.join(BASES)}",
    "key": "source: a key in docs/references.bib",
    "definition": "definition used by the publisher",
    "fitted": "false to exclude the target from calibration",
    "because": "reason for the exclusion from calibration",
}
TARGET_NEEDS: Final = ("name", "level", "unit", "value", "band", "years", "basis", "key", "definition")
UNMODELLED_KEYS: Final[Mapping[str, str]] = {
    "name": "name in tables",
    "value": "published figure, as text",
    "band": "plausible range, as text",
    "key": "source: a key in docs/references.bib",
    "because": "reason why the model does not represent it",
}


@dataclass(frozen=True)
class Target:
    """A published figure, its plausible band, its source, and the level of the model to compare."""

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

    def contains(self, value: float) -> bool:
        """Whether a level lies inside the band."""
        return self.low <= value <= self.high

    def half_band_sd(self, value: float) -> float:
        """Standard deviation implied by the band on the side of a level; the band spans two on each side."""
        return (self.high - self.value if value >= self.value else self.value - self.low) / 2.0


class UnmodelledFigure(NamedTuple):
    """A published figure that the model does not represent, and the reason."""

    name: str
    value: str
    band: str
    key: str
    because: str


@dataclass(frozen=True)
class TargetSet:
    """The published figures of one file."""

    name: str
    title: str
    targets: tuple[Target, ...]
    not_modelled: tuple[UnmodelledFigure, ...] = ()

    @property
    def fitted(self) -> tuple[Target, ...]:
        """Targets used for calibration."""
        return tuple(target for target in self.targets if target.fitted)

    @property
    def levels(self) -> tuple[str, ...]:
        """Names of all levels that the targets refer to, each once."""
        return tuple(dict.fromkeys(target.level for target in self.targets))
