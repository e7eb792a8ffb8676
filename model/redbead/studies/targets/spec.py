"""Data classes of targets (published levels with plausible bands), and the schema of their files."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from redbead.scenario.keys import Choice, FileType, Flag, FormatNumber, Items, Key, Number, Pair, Section, Text
from redbead.studies.targets.levels import LEVELS

FORMAT: Final = 1
BASES: Final = ("measured", "calibrated", "elicited", "assumed")

TARGET_KEYS: Final[Mapping[str, Key]] = {
    "name": Text("name in tables"),
    "level": Choice("level of the model to compare; redbead check --targets --list shows all", tuple(LEVELS)),
    "unit": Text("unit, equal to that of the level"),
    "value": Number("", -math.inf, math.inf, "published figure; leave out targets whose value is unknown"),
    "band": Pair(
        "lower and upper end of the plausible range",
        Number("", -math.inf, math.inf, "end of the range"),
        "band: [0.12, 0.2]",
    ),
    "years": Text("years covered by the figure"),
    "basis": Choice("evidence for the band", BASES),
    "key": Text("source: a key in docs/references.bib"),
    "definition": Text("definition used by the publisher"),
    "fitted": Flag("false to exclude the target from calibration"),
    "because": Text("reason for the exclusion from calibration"),
}
UNMODELLED_KEYS: Final[Mapping[str, Key]] = {
    "name": Text("name in tables"),
    "value": Text("published figure, as text"),
    "band": Text("plausible range, as text"),
    "key": Text("source: a key in docs/references.bib"),
    "because": Text("reason why the model does not represent it"),
}
FILE_KEYS: Final[Mapping[str, Key]] = {
    "format": FormatNumber(FORMAT),
    "name": Text("short name"),
    "title": Text("one-line description of the figures"),
    "targets": Items(
        "list of published figures to compare with the model",
        Section(
            "a published figure", TARGET_KEYS,
            ("name", "level", "unit", "value", "band", "years", "basis", "key", "definition"),
        ),
    ),
    "not_modelled": Items(
        "list of published figures that the model does not represent, with reasons",
        Section("a published figure", UNMODELLED_KEYS, tuple(UNMODELLED_KEYS)),
    ),
}  # fmt: skip
TARGETS: Final = FileType(
    "targets", "target file", Section("published figures with plausible bands", FILE_KEYS, ("format", "targets")),
    "targets", "model/redbead/data/england.yaml",
)  # fmt: skip
"""Target files."""


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

    def figures(self) -> list[list[str | float | bool]]:
        """All that results depend on, as data: name, level, figure, both ends of the band, and whether it is fitted."""
        return [[t.name, t.level, t.value, t.low, t.high, t.fitted] for t in self.targets]
