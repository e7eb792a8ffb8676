"""Scenario discovery: boxes in labels without any relation, boxes that exist, and the density that is stated."""

import math

import numpy as np

from redbead.analysis.scenario_discovery import discover
from simulations.simulation import Simulation

STATEMENT = "'A' is expected to be worse than 'B' in x % of draws where the parameter p is above q"
METHOD = (
    "PRIM (Friedman and Fisher 1999); permutation test of the whole search and of each limit (Phipson and Smyth 2010); "
    "density by repeated 10-fold cross-validation (Hastie, Tibshirani, Friedman 2009)."
)
FRESH = 5000


def parameters(rng, draws, number):
    """Draws of parameters; every third has the whole values 0 to 3."""
    x = rng.random((draws, number))
    x[:, 2::3] = np.floor(4.0 * x[:, 2::3])
    return x


def box_in_noise(number, fewest, most):
    """Whether labels without any relation to the parameters give a box; up to 400 draws have ties as well."""

    def batch(rng):
        draws = round(math.exp(rng.uniform(math.log(fewest), math.log(most))))
        x = parameters(rng, draws, number) if most == 400 else rng.random((draws, number))
        return discover(x, [str(k) for k in range(number)], rng.random(draws) < rng.uniform(0.2, 0.6)) is not None

    return batch


def true_box(x):
    """Draws in the box that exists, whose share is 0.3; probability of failure inside 0.9, outside 0.1."""
    return np.where((x[:, 0] > 0.5) & (x[:, 1] < 0.6), 0.9, 0.1)


def discovered(rng):
    """A box found in 150 draws of 5 parameters."""
    x = parameters(rng, 150, 5)
    return discover(x, list("01234"), rng.random(150) < true_box(x))


def only_the_true_parameters(rng):
    """Whether the box has no other parameter; None if there is no box."""
    box = discovered(rng)
    return None if box is None else {limit.name for limit in box.limits} <= {"0", "1"}


def overstated(rng):
    """Whether the stated density is above that of fresh draws by more than 1.96 binomial standard errors."""
    box = discovered(rng)
    if box is None:
        return None
    fresh = parameters(rng, FRESH, 5)
    inside = np.ones(FRESH, dtype=bool)
    for limit in box.limits:
        column = fresh[:, int(limit.name)]
        inside &= ~(column < limit.low) & ~(column > limit.high)
    truth = true_box(fresh)[inside].mean()
    return bool(box.density > truth + 1.96 * math.sqrt(truth * (1.0 - truth) / (150 * box.mass)))


CAUTION = "One run per draw, or effects near 0: labels that chance decides hide a box, but do not invent one."
SIMULATIONS = (
    *(
        Simulation(
            "S8", STATEMENT, METHOD,
            f"boxes in labels without any relation to {number} parameters; {fewest} to {most} draws",
            0.0, 0.05, CAUTION, box_in_noise(number, fewest, most), fast, full, before,
        )
        for number, fewest, most, fast, full, before in (
            (3, 20, 25, 40, 2000, "15 ± 5 %"),
            (10, 90, 110, 25, 1500, "30 ± 6 %"),
            (30, 90, 110, 10, 1500, "74 ± 6 % (20 parameters)"),
            (3, 20, 400, 2, 1500, "15 ± 5 % (20 draws)"),
            (10, 20, 400, 2, 1200, "30 ± 6 % (100 draws)"),
            (30, 20, 400, 2, 600, "74 ± 6 % (100 draws, 20 parameters)"),
        )
    ),
    Simulation(
        "S8", STATEMENT, METHOD, "boxes found where failures are 90 % inside and 10 % outside; 150 draws, 5 parameters",
        0.8, 1.0, "With fewer than 100 draws, boxes of moderate density are often missed.",
        lambda rng: discovered(rng) is not None, 2, 150,
    ),
    Simulation(
        "S8", STATEMENT, METHOD, "boxes found without any parameter that has no effect", 0.9, 1.0, CAUTION,
        only_the_true_parameters, 1, 150,
    ),
    Simulation(
        "S8", STATEMENT, METHOD, "stated densities more than 1.96 binomial standard errors above that of fresh draws",
        0.0, 0.05, "The density refers to boxes found with nine tenths of the draws; its error is about 0.1.",
        overstated, 1, 150, "in noise 1.2 to 4.1 times the true density",
    ),
)  # fmt: skip
