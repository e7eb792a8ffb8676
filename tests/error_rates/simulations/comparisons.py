"""Differences between policies: interval and probability, families of tests, the best policy, runs for a power."""

import math

import numpy as np

from redbead.analysis.means import Method, estimate_mean
from redbead.analysis.power import further_units
from redbead.analysis.ranking import ranks
from redbead.studies.comparison.findings import EffectVerdict, effects, rank_all
from simulations.pages import batch_of
from simulations.simulation import Simulation


def clustered(rng, draws, per_draw, correlation, mean=0.0):
    """Differences with this correlation within draws and a variance of 1; draw of each run."""
    draw = np.tile(np.arange(draws), per_draw)
    between = rng.normal(0.0, math.sqrt(correlation), draws)
    return mean + between[draw] + rng.normal(0.0, math.sqrt(1.0 - correlation), draw.size), draw


def p_is_extreme(draws, per_draw, correlation):
    def batch(rng):
        values, draw = clustered(rng, draws, per_draw, correlation)
        return not 0.025 <= estimate_mean(values, draw).p_positive <= 0.975

    return batch


def contradicts(rng):
    """Whether a probability beyond 97.5 % goes with an interval that contains 0, or the reverse, for any method."""
    values, draw = clustered(rng, 12, 5, 0.5, mean=rng.normal(0.0, 0.3))
    events = np.sign(np.where(rng.random(60) < 0.2, values, 0.0))
    estimates = [
        estimate_mean(values), estimate_mean(values, draw), estimate_mean(events, method=Method.PAIRED_SHARES),
        estimate_mean(np.exp(values) - 1.0, method=Method.BOOTSTRAP),
    ]  # fmt: skip
    clear = [(e.interval().low > 0.0 or e.interval().high < 0.0) for e in estimates]
    extreme = [not 0.025 <= e.p_positive <= 0.975 for e in estimates]
    return clear != extreme


def share_is_covered(draws, per_draw, share=0.3, spread=1.5):
    """Whether the interval of a share contains the truth; the logit of the share varies over draws."""
    logits = np.random.default_rng(1).normal(0.0, spread, 200_000)
    middle = math.log(share / (1.0 - share))
    truth = float((1.0 / (1.0 + np.exp(-(middle + logits)))).mean())

    def batch(rng):
        draw = np.tile(np.arange(draws), per_draw)
        chance = 1.0 / (1.0 + np.exp(-(middle + rng.normal(0.0, spread, draws))))
        events = (rng.random(draw.size) < chance[draw]).astype(float)
        interval = estimate_mean(events, draw, Method.SHARE).interval()
        return interval.low <= truth <= interval.high

    return batch


def any_verdict(policies, outcomes, theories, runs=30):
    """Whether a page without any true difference states one."""

    def batch(rng):
        shared = rng.normal(size=(theories, 1, outcomes, runs))
        results = batch_of(shared + 0.5 * rng.normal(size=(theories, policies, outcomes, runs)))
        rankings = rank_all(results)
        stated = {EffectVerdict.INCONCLUSIVE, EffectVerdict.TOO_SMALL}
        verdicts = {e.verdict for theory in results.theories for e in effects(results, theory, rankings)}
        return bool(verdicts - stated) or any(
            r.winner or any(t.significant for t in r.pairs) for r in rankings.values()
        )

    return batch


def sure_of_a_best(runs):
    def batch(rng):
        return max(rank.p_best for rank in ranks(rng.normal(size=(2, runs)))) >= 0.95

    return batch


def right_where_sure(runs, policies=4):
    """Whether the policy said to be best with at least 95 % is so; true means vary by two standard errors."""

    def batch(rng):
        truth = rng.normal(0.0, 2.0 / math.sqrt(runs), policies)
        result = ranks(truth[:, None] + rng.normal(size=(policies, runs)))
        best = max(range(policies), key=lambda k: result[k].p_best)
        return bool(best == int(truth.argmax())) if result[best].p_best >= 0.95 else None

    return batch


def shown_after_further_runs(rng):
    """Whether the stated number of runs shows the smallest difference that matters, where it is true.

    The spread is known here, because the estimate of the spread is not the statement.
    """
    difference = 0.4
    need = further_units(1.0, 1_000_000, difference, noun="runs")
    values = rng.normal(difference, 1.0, need.total if need.number else _total(difference))
    interval = estimate_mean(values).interval()
    return interval.low > 0.0


def _total(difference):
    """Number of runs for a known spread of 1: that of a first batch of two runs with this spread."""
    return further_units(1.0, 2, difference, noun="runs").total


def range_contains_the_number(rng):
    """Whether the range of further runs contains the number that the true spread needs; 30 runs, spread 1."""
    need = further_units(float(rng.normal(size=30).std(ddof=1)), 30, 0.2, noun="runs")
    return need.low <= _total(0.2) - 30 <= need.high


def shown_after_further_draws(rng):
    """20 draws of 5 runs, correlation 0.8: whether the stated number of draws shows a true difference of 0.35."""
    between, within = 1.0, 0.5
    sd = math.sqrt(between**2 + within**2 / 5)
    draws = further_units(sd, 2, 0.35, noun="draws").total
    values = 0.35 + rng.normal(0.0, sd, draws)
    return estimate_mean(values).interval().low > 0.0


_CLUSTER = "Student's t over the means of the draws"
_FAMILY = "Holm over all pairs, outcomes and theories of a page, family-wise error 4 %"
_POWER = "runs for 80 % power of the paired t-test (noncentral t)"
_P = "probability that a policy is better"
_FURTHER = "about N more runs, or draws, are needed to show a difference that matters"
_SURE = "probability that a policy is the best: joint t posterior with a flat prior"

SIMULATIONS = (
    *(
        Simulation(
            "S4", _P, _CLUSTER, f"null, {d} draws of {r} runs, correlation {c}: beyond 2.5 and 97.5 %", 0.03, 0.07,
            "With fewer than about 10 draws the interval is wide.", p_is_extreme(d, r, c), 300, 10_000, before,
        )
        for d, r, c, before in ((20, 5, 0.5, "26 %"), (10, 20, 0.5, "56 %"), (30, 10, 0.3, "31 %"))
    ),
    Simulation(
        "S4", _P, "interval and probability from one estimate", "probability and interval contradict each other",
        0.0, 0.001, "", contradicts, 40, 600, "14 to 44 %",
    ),
    *(
        Simulation(
            "S4", "share of runs with an event, with draws", "Wilson on the effective number of runs",
            f"{d} draws of {r} runs: interval contains the truth", 0.93, 1.0,
            "With fewer than 10 draws, and for events in under 1 % of runs.", share_is_covered(d, r), 300, 10_000,
            before,
        )
        for d, r, before in ((20, 10, "85 %"), (20, 25, "67 %"))
    ),
    *(
        Simulation(
            "S9", "verdicts and best policies of a page", _FAMILY,
            f"null, {p} policies, {o} outcomes, {t} theories: any difference stated", 0.0, 0.065,
            "One page is one family; of many pages, 5 % state a false difference.", any_verdict(p, o, t), fast, full,
            before,
        )
        for p, o, t, fast, full, before in (
            (7, 5, 1, 12, 2000, "73 %"), (3, 1, 5, 60, 3000, "20 %"), (2, 1, 1, 150, 5000, "5 %"),
        )
    ),
    *(
        Simulation(
            "S10", _SURE, "joint t posterior", f"two equal policies, {n} runs: one is best with at least 95 %", 0.08,
            0.12, "Not stated for fewer than 5 runs or draws.", sure_of_a_best(n), 300, 10_000, before,
        )
        for n, before in ((5, "22 %"), (10, "15 %"), (20, "12 %"))
    ),
    *(
        Simulation(
            "S10", _SURE, "joint t posterior", f"4 policies, {n} runs, where at least 95 % is stated: it is the best",
            0.92, 1.0, "With many policies of nearly equal means the probability is too high.", right_where_sure(n),
            150, 10_000, before,
        )
        for n, before in ((5, "93 %"), (20, "95 %"))
    ),
    Simulation(
        "S3", _FURTHER, _POWER, "true difference as large as matters: shown after this many runs", 0.77, 0.83,
        "The spread of skewed outcomes is estimated poorly from few runs.", shown_after_further_runs, 300, 10_000,
        "50 %",
    ),
    Simulation(
        "S3", _FURTHER, "chi-squared interval of the spread", "30 runs: the range contains the number that is needed",
        0.93, 1.0, "Too narrow for outcomes with rare extreme values.", range_contains_the_number, 300, 5000, "none",
    ),
    Simulation(
        "S2", _FURTHER, _POWER + ", over draws", "true difference as large as matters: shown after this many draws",
        0.77, 0.83, "More runs of the same draws do not help.", shown_after_further_draws, 300, 10_000, "1 %",
    ),
)  # fmt: skip
