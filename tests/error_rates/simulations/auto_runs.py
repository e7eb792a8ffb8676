"""'auto': coverage of the intervals of a batch whose number of runs follows from a pilot."""

import functools
import math

import numpy as np
from scipy.stats import t

from redbead.analysis.means import Method, estimate_mean
from redbead.studies.comparison.precision import RUN_STEP, PairedDifferences, runs_for_width
from redbead.studies.comparison.spec import PILOT_RUNS, DecidingOutcome
from simulations.simulation import Simulation

LIMIT = 1000


def runs_after(pilot, target, outcome="turnover", draw=None):
    """Number of runs that 'auto' makes after this pilot."""
    item = PairedDifferences(None, DecidingOutcome(outcome, target), pilot, draw, target)
    needed = max(PILOT_RUNS, runs_for_width(item, LIMIT))
    return min(LIMIT, RUN_STEP * math.ceil(needed / RUN_STEP))


def is_covered(draw_values, truth, target):
    """Whether the interval of a batch with 'auto' contains the true mean."""

    def batch(rng):
        runs = runs_after(draw_values(rng, PILOT_RUNS), target)
        interval = estimate_mean(draw_values(rng, runs)).interval()
        return interval.low <= truth <= interval.high

    return batch


def lognormal(rng, runs):
    return rng.lognormal(0.0, 1.0, runs)


LOGNORMAL_MEAN = math.exp(0.5)
LOGNORMAL_SD = math.sqrt((math.e - 1.0) * math.e)


@functools.cache
def coverage_of_fixed(target, batches=20_000):
    """Coverage with a fixed number of lognormal runs, the mean of the numbers that 'auto' makes for this target."""
    rng = np.random.default_rng(20260101)
    runs = round(float(np.mean([runs_after(lognormal(rng, PILOT_RUNS), target) for _ in range(2000)])))
    covered = 0
    for _ in range(20):
        values = rng.lognormal(0.0, 1.0, (batches // 20, runs))
        mean, error = values.mean(axis=1), values.std(axis=1, ddof=1) / math.sqrt(runs)
        half = t.ppf(0.975, runs - 1) * error
        covered += int((np.abs(mean - LOGNORMAL_MEAN) <= half).sum())
    return covered / batches


def events(rate_policy, rate_baseline):
    """Paired differences of a rare event: 1 only with the policy, -1 only without it."""

    def draw_values(rng, runs):
        return (rng.random(runs) < rate_policy).astype(float) - (rng.random(runs) < rate_baseline)

    return draw_values


def events_are_covered(rate, change):
    """Whether the score interval of a difference of two shares contains the truth; the target is 5 points."""
    draw_values = events(rate * (1.0 + change), rate)

    def batch(rng):
        runs = runs_after(draw_values(rng, PILOT_RUNS), 0.05, "taken_over")
        interval = estimate_mean(draw_values(rng, runs), method=Method.PAIRED_SHARES).interval()
        return interval.low <= rate * change <= interval.high

    return batch


def ends_before_the_limit(rng):
    """20 draws with a spread of 1 and runs with a spread of 1 about them; no number of runs reaches the target 0.3."""
    draw = np.arange(PILOT_RUNS) % 20
    pilot = rng.normal(size=20)[draw] + rng.normal(size=PILOT_RUNS)
    return runs_after(pilot, 0.3, draw=draw) < LIMIT


_STATEMENT = "intervals with a number of runs that follows from a pilot (`runs: auto`)"
_METHOD = "the pilot's runs are not part of the results (two stages, Stein 1945)"

SIMULATIONS = (
    Simulation(
        "S6", _STATEMENT, _METHOD, "normal outcome, target 0.3 sd: interval contains the truth", 0.94, 0.96,
        "", is_covered(lambda rng, runs: rng.normal(1.0, 1.0, runs), 1.0, 0.3), 500, 10_000, "95 %",
    ),
    *(
        Simulation(
            "S6", _STATEMENT, _METHOD,
            f"lognormal outcome, target {target:g} sd: interval contains the truth, at most 1 point less often than "
            "with a fixed number of as many runs",
            lambda target=target: coverage_of_fixed(target * LOGNORMAL_SD) - 0.01, 1.0,
            "Student's interval of a skewed outcome is too narrow for any small number of runs; the report says so.",
            is_covered(lognormal, LOGNORMAL_MEAN, target * LOGNORMAL_SD), 500, 20_000, before,
        )
        for target, before in ((0.5, "87 %"), (0.3, "85 %"), (0.15, "83 %"))
    ),
    *(
        Simulation(
            "S6", _STATEMENT, "score interval of paired shares (Tango 1998); " + _METHOD,
            f"event in {100 * rate:g} % of runs, {100 * change:+g} % with the policy: interval contains the truth",
            0.93, 1.0, "", events_are_covered(rate, change), 300, 4000, before,
        )
        for rate, change, before in (
            (0.01, 0.0, "33 %"), (0.02, 0.5, "33 %"), (0.05, 0.0, "62 %"), (0.05, 1.0, ""), (0.2, -0.5, ""),
        )
    ),
    Simulation(
        "S2", "`runs: auto` with draws of uncertain parameters",
        "stops where variation within draws is a tenth of the variance of a mean",
        "20 draws, target out of reach for any number of runs: ends before the limit", 0.9, 1.0,
        "The interval is then wider than the target, and the report says how many more draws are needed.",
        ends_before_the_limit, 300, 4000, "1 %",
    ),
)  # fmt: skip
