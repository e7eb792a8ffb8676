"""Small pieces of arithmetic that many rules share: clipping, logistic curve, first-order smoothing, weekly chances."""

from __future__ import annotations

import math

from redbead.jit import rule


@rule
def clip01(x: float) -> float:
    """`x` held between 0 and 1. [0-1]"""
    return min(1.0, max(0.0, x))


@rule
def logistic(z: float) -> float:
    """1 / (1 + exp(-z)), safe for any `z`. [0-1]

    >>> logistic(0.0), logistic(-800.0) < 1e-300
    (0.5, True)
    """
    return 1.0 / (1.0 + math.exp(-min(700.0, max(-700.0, z))))


@rule
def logit(p: float) -> float:
    """Log-odds of `p`, held away from 0 and 1. [log-odds]

    >>> logit(0.5)
    0.0
    """
    p = min(1.0 - 1e-12, max(1e-12, p))
    return math.log(p / (1.0 - p))


@rule
def log_pressure(pressure: float) -> float:
    """Natural logarithm of work pressure, held at 1/20 and above so that an idle service stays finite. [log]

    >>> log_pressure(1.0)
    0.0
    """
    return math.log(max(0.05, pressure))


@rule
def spread_over(reference_posts: float, posts: float) -> float:
    """How strongly each person of an authority of `posts` feels one event: less in a larger one, never more. [0-1]

    >>> spread_over(120.0, 240.0), spread_over(120.0, 24.0)
    (0.5, 1.0)
    """
    return min(1.0, reference_posts / posts)


@rule
def approach(tau: float) -> float:
    """Share of the gap closed in one week by first-order smoothing with time constant `tau`. [share/week]

    >>> round(approach(52.0), 4)
    0.019
    """
    return 1.0 - math.exp(-1.0 / tau)


@rule
def chance(hazard: float) -> float:
    """Chance that an event of the given weekly hazard happens in a week. [0-1/week]

    >>> chance(0.0), round(chance(0.1), 4)
    (0.0, 0.0952)
    """
    return 1.0 - math.exp(-hazard)
