"""Words for chances, by rule: the probability yardstick of the UK government's intelligence assessment (PHIA)."""

from __future__ import annotations

from typing import Final

PROBABILITY_SCALE: Final = (
    ("a remote chance", 0.0, 0.05),
    ("highly unlikely", 0.10, 0.20),
    ("unlikely", 0.25, 0.35),
    ("a realistic possibility", 0.40, 0.50),
    ("likely", 0.55, 0.75),
    ("highly likely", 0.80, 0.90),
    ("almost certain", 0.95, 1.0),
)
"""Word, and the ends of its band; the bands leave gaps on purpose. Source: PHIA, Professional Head of Intelligence
Assessment, probability yardstick, 2018."""


def word(p: float) -> str:
    """The word for a chance; in a gap that of the nearer band, in its middle the one nearer to a half.

    >>> word(0.6), word(0.93), word(0.075), word(0.925)
    ('likely', 'almost certain', 'highly unlikely', 'highly likely')
    """

    def distance(band: tuple[str, float, float]) -> tuple[float, float]:
        _, low, high = band
        away = max(low - p, p - high, 0.0)
        return round(away, 12), abs((low + high) / 2 - 0.5)

    return min(PROBABILITY_SCALE, key=distance)[0]


def percent(p: float) -> str:
    """A chance in per cent that never rounds a doubt away.

    >>> percent(0.999), percent(1.0), percent(0.86), percent(0.001)
    ('more than 99 %', '100 %', '86 %', 'less than 1 %')
    """
    if 0.0 < p < 0.01:
        return "less than 1 %"
    if 0.99 < p < 1.0:
        return "more than 99 %"
    return f"{100 * p:.0f} %"


def resampled(p: float, resamples: int) -> float:
    """A share of resamples as a chance: all of them are no certainty, and none is no impossibility.

    >>> resampled(1.0, 2000), resampled(0.5, 2000)
    (0.99975, 0.5)
    """
    return min(max(p, 0.5 / resamples), 1.0 - 0.5 / resamples)


def phrase(p: float) -> str:
    """The word with its chance. "highly likely (86 %)"."""
    return f"{word(p)} ({percent(p)})"
