"""Error rates of statements on change over time: series of quarters with a known true advantage."""

import numpy as np

from redbead.analysis.crossover import crossover
from simulations.simulation import Simulation

QUARTERS = 40
CORRELATIONS = (0.0, 0.8, 0.95)
BAND = "sup-t band over quarters (Montiel Olea and Plagborg-Moller 2019) with Student margins"
CAUTION = (
    "Means over pairs must be close to normal: not for events in a few runs. The crossover is known to a quarter, and "
    "pairs are assumed independent unless their draws are given."
)


def series(rng, truth, pairs, correlation):
    """Weekly advantage of pairs, constant within quarters: truth plus a first-order autoregression of variance 1."""
    shocks = rng.normal(size=(pairs, QUARTERS))
    noise = np.empty_like(shocks)
    noise[:, 0] = shocks[:, 0]
    for q in range(1, QUARTERS):
        noise[:, q] = correlation * noise[:, q - 1] + np.sqrt(1.0 - correlation**2) * shocks[:, q]
    return np.repeat(truth + noise, 13, axis=1)


def null(rng, pairs):
    """Crossover of two policies without any true difference, at a serial correlation that is drawn."""
    return crossover(series(rng, np.zeros(QUARTERS), pairs, rng.choice(CORRELATIONS)))


def claims_in_null(pairs):
    def batch(rng):
        result = null(rng, pairs)
        return result.at_end != 0 or result.overtakes is not None or result.pays_back is not None or result.dip_high < 0

    return batch


def page_claims_anything(rng):
    """Five crossovers of a page, none of them with a true difference, which share an error rate of 1 %."""
    results = [crossover(series(rng, np.zeros(QUARTERS), 30, rng.choice(CORRELATIONS)), 0, 0.01 / 5) for _ in range(5)]
    return any(r.at_end != 0 or r.pays_back is not None or r.dip_high < 0 for r in results)


def dip_covers_0(pairs):
    def batch(rng):
        result = null(rng, pairs)
        return result.dip_low <= 0.0 <= result.dip_high

    return batch


def crossing_covered(pairs, before, effect=0.3):
    """The truth turns from `before` to `effect` in year 2; None if the policy is not shown to be ahead at the end."""
    truth = np.where(np.arange(QUARTERS) < 8, before, effect)

    def batch(rng):
        result = crossover(series(rng, truth, pairs, rng.choice(CORRELATIONS)))
        return result.overtakes_low <= 104 <= result.overtakes_high if result.at_end > 0 else None

    return batch


def dip_covered(pairs):
    """A truth that falls to -0.5 in year 2 and rises to 0.5 at the end."""
    truth = np.interp(np.arange(QUARTERS), [0, 6, 39], [0.0, -0.5, 0.5])

    def batch(rng):
        result = crossover(series(rng, truth, pairs, rng.choice(CORRELATIONS)))
        return result.dip_low <= -0.5 <= result.dip_high

    return batch


def claims_with_draws(rng):
    """No true difference over all draws; within 20 draws of 5 pairs half of the variance is shared."""
    shared = np.repeat(series(rng, np.zeros(QUARTERS), 20, 0.8), 5, axis=0)
    noise = series(rng, np.zeros(QUARTERS), 100, 0.8)
    result = crossover(np.sqrt(0.5) * (shared + noise), cluster=np.repeat(np.arange(20), 5))
    return result.at_end != 0 or result.pays_back is not None or result.dip_high < 0


def _claims(pairs, fast):
    return Simulation(
        "S5", "'X' is ahead of 'Y' at the end (or behind), stays ahead from year ..., at worst it is behind by ...",
        f"paired t-test of the last year and of the total, and {BAND}, a third of 5 % each (Bonferroni)",
        f"any of these said without a true difference, {pairs} pairs", 0.0, 0.05, CAUTION, claims_in_null(pairs),
        fast, 1500, "43 to 52 % 'ahead to the end'",
    )  # fmt: skip


def _dip(figure, batch, fast, before=""):
    return Simulation(
        "S5", "at worst it is behind by ... (interval)", BAND, figure, 0.94, 1.0,
        "The estimate is a minimum and lies below the truth on average; use the interval. " + CAUTION, batch, fast,
        1500, before,
    )  # fmt: skip


def _crossing(pairs, before, fast, review=""):
    return Simulation(
        "S5", "stays ahead from year ... (interval)", BAND,
        f"interval contains the true turn from {before:g} to 0.3 sd in year 2 of 10, {pairs} pairs, where said",
        0.93, 1.0, CAUTION, crossing_covered(pairs, before), fast, 1500, review,
    )  # fmt: skip


SIMULATIONS = (
    _claims(10, 30), _claims(30, 30), _claims(100, 30),
    Simulation(
        "S5", "'X' is ahead of 'Y' at the end (or behind)", "the same on means of draws",
        "any of these said without a true difference, 20 draws of 5 pairs that share half of their variance",
        0.0, 0.05, CAUTION, claims_with_draws, 30, 1500,
    ),
    Simulation(
        "S5", "statements of a page on change over time", "the same, with 1 % divided by the crossovers of the page",
        "any of them said on a page with five crossovers without a true difference, 30 pairs",
        0.0, 0.01, CAUTION, page_claims_anything, 30, 3000,
    ),
    _dip("interval contains 0 without a true difference, 10 pairs", dip_covers_0(10), 40),
    _dip("interval contains 0 without a true difference, 30 pairs", dip_covers_0(30), 30, "1.5 %"),
    _dip("interval contains 0 without a true difference, 100 pairs", dip_covers_0(100), 20, "0 %"),
    _dip("interval contains a true minimum of -0.5 sd, 30 pairs", dip_covered(30), 40),
    _crossing(10, -0.3, 100), _crossing(30, -0.3, 60, "0.90"), _crossing(30, 0.0, 40),
    _crossing(100, -0.3, 40, "1.00"),
)  # fmt: skip
