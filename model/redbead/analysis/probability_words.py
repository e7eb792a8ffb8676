"""Words for probabilities, by the PHIA probability scale of UK intelligence assessments."""

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
"""Word and both ends of its band. The gaps between bands are part of the standard.

Source: PHIA, Professional Head of Intelligence Assessment, 2018."""


def word(p: float) -> str:
    """Word for a probability. In a gap the nearer band applies; at its midpoint, the band nearer to one half.

    >>> word(0.6), word(0.93), word(0.075), word(0.925)
    ('likely', 'almost certain', 'highly unlikely', 'highly likely')
    """

    def distance(band: tuple[str, float, float]) -> tuple[float, float]:
        """Distance from the band, then distance of the band from one half."""
        _, low, high = band
        gap = max(low - p, p - high, 0.0)
        return round(gap, 12), abs((low + high) / 2 - 0.5)

    return min(PROBABILITY_SCALE, key=distance)[0]


def percent(p: float) -> str:
    """Format a probability in per cent without rounding it to 0 % or 100 %.

    >>> percent(0.999), percent(1.0), percent(0.86), percent(0.001)
    ('more than 99 %', '100 %', '86 %', 'less than 1 %')
    """
    if 0.0 < p < 0.01:
        return "less than 1 %"
    if 0.99 < p < 1.0:
        return "more than 99 %"
    return f"{100 * p:.0f} %"


def resampled_probability(p: float, resamples: int) -> float:
    """Limit a share of resamples to what so few of them can show: never 0 and never 1.

    >>> resampled_probability(1.0, 2000), resampled_probability(0.5, 2000)
    (0.99975, 0.5)
    """
    return min(max(p, 0.5 / resamples), 1.0 - 0.5 / resamples)


def phrase(p: float) -> str:
    """Probability with its word, such as "86 % (highly likely)"."""
    return f"{percent(p)} ({word(p)})"
