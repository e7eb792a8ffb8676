"""Shares of draws in which a policy is better, in three parts and with chance removed, and the verdict of an audit."""

import numpy as np

from redbead.analysis.draw_effects import draw_shares
from redbead.studies.fairness_audit import JUDGED, Verdict, audit_result
from simulations.simulation import Simulation

STATEMENT = (
    "the runs show 'A' to be better than 'B' in x % of draws and worse in y %; with chance removed, it is better in z %"
)
REMOVED = (
    "Normal random effects, share = Phi(mean / tau), tau from analysis of variance (Searle, Casella, McCulloch 1992); "
    "generalised confidence interval (Weerahandi 1993)."
)
TESTS = "Moderated t-test at 5 % in each draw (Smyth 2004); Wilson intervals over draws."
DRAWS = 60


def gains(rng, mean, between, runs, draws=DRAWS, spread=None):
    """Gains of all runs and the draw of each; standard deviation 1 within draws, or `spread` per draw."""
    draw = np.repeat(np.arange(draws), runs)
    within = np.ones(draws) if spread is None else spread
    values = mean + between * rng.standard_normal(draws)[draw] + within[draw] * rng.standard_normal(draw.size)
    return values, draw


def contains(between, truth, runs):
    """Whether the interval contains the true share."""

    def batch(rng):
        share = draw_shares(*gains(rng, 0.5, between, runs)).positive
        return share.low <= truth + 1e-9 and share.high >= truth - 1e-9

    return batch


def shown(sign, degrees):
    """Draws without an effect that are shown to have this sign; precisions are chi-square with these degrees."""

    def batch(rng):
        runs = int(rng.integers(2, 8))
        spread = None if degrees == np.inf else np.sqrt(degrees / rng.chisquare(degrees, DRAWS))
        shares = draw_shares(*gains(rng, 0.0, 0.0, runs, spread=spread))
        return round((shares.better if sign > 0 else shares.worse).mean * DRAWS), DRAWS

    return batch


def audit_of(mean, between, verdict):
    """Whether the audit of a lever with this effect, in standard deviations, has this verdict."""

    def batch(rng):
        without = np.tile(rng.standard_normal((100, 5, 1)), len(JUDGED)) + 10.0
        effect = mean + between * rng.standard_normal((100, 1, 1)) + rng.standard_normal((100, 5, len(JUDGED)))
        return audit_result("x", without, without + effect * np.array(list(JUDGED.values()))).verdict is verdict

    return batch


CAUTION = (
    "Effects that are not normal between draws, above all skewed ones; fewer than 10 draws or 100 pairs of runs that "
    "share a draw, for which nothing is printed."
)

SIMULATIONS = (
    *(
        Simulation(
            "S7", STATEMENT, REMOVED,
            f"interval of the share contains the truth of {100 * truth:.1f} %; 60 draws of {runs} runs",
            0.93, 1.0, CAUTION, contains(between, truth, runs), 60, 2000, before,
        )
        for runs, raw in ((3, "19 %"), (5, "13 %"), (10, "6 %"))
        for between, truth, before in (
            (0.0, 1.0, f"{raw} of draws printed as failures, without an interval"),
            (0.5, 0.8413447, "74.4 % of draws better with one run, without an interval"),
        )
    ),
    *(
        Simulation(
            "S7", STATEMENT, TESTS, f"draws without an effect that are shown to be {word}; variances {spread}",
            0.02, 0.03, "Two or three runs per draw whose variances differ by orders of magnitude: up to 3.7 %.",
            shown(sign, degrees), 60, 1000, "50 %: each draw was counted as better or worse",
        )
        for sign, word in ((1, "better"), (-1, "worse"))
        for degrees, spread in ((np.inf, "equal"), (6.0, "differ by a factor of 10"))
    ),
    Simulation(
        "S7", "the verdict 'fair' of an audit", f"{TESTS} Binomial test in both directions, Bonferroni over outcomes.",
        "levers without any effect that are called fair; 100 draws of 5 runs", 0.0, 0.05,
        "It is per lever, not per audit of many levers.", audit_of(0.0, 0.0, Verdict.FAIR), 40, 2000, "100 %",
    ),
    Simulation(
        "S7", "the verdict 'fair' of an audit", f"{TESTS} Binomial test in both directions, Bonferroni over outcomes.",
        "levers that help in half of the draws and harm in half, with a standard deviation of 1, that are called fair",
        0.95, 1.0, "Effects that are small against the variation between runs stay undecided.",
        audit_of(0.0, 1.0, Verdict.FAIR), 30, 1000,
    ),
    Simulation(
        "S7", "the verdict 'one-sided' of an audit", f"{REMOVED} The interval lies above 98 % on every outcome.",
        "levers that help in 97.7 % of draws on every outcome that are called one-sided", 0.0, 0.05, CAUTION,
        audit_of(2.0, 1.0, Verdict.ONE_SIDED), 40, 2000,
    ),
)  # fmt: skip
