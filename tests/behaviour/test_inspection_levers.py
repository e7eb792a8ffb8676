"""Effects of inspection levers on runs: the directions stated in the science notes, in 40 paired runs."""

import dataclasses

import numpy as np
import pytest

from redbead.levers import LEVERS
from redbead.scenario.loader import load

pytestmark = pytest.mark.slow

RUNS = 40
FAILED = LEVERS["imposed-grade"](from_week=52, until_week=53, grade=3)


def with_levers(*levers):
    """Return the baseline with these levers."""
    return dataclasses.replace(load("baseline"), levers=levers)


def paired_difference(pair, outcome, first=0, last=None):
    """Mean paired difference of an outcome, and its standard error."""
    means = [outcome({name: table[:, first:last] for name, table in runs.items()}).mean(axis=1) for runs in pair]
    difference = means[1] - means[0]
    return difference.mean(), difference.std(ddof=1) / np.sqrt(difference.size)


def significant(pair, outcome, sign, first=0, last=None):
    """Whether the outcome changes in the direction of ``sign`` by more than two standard errors."""
    mean, error = paired_difference(pair, outcome, first, last)
    return sign * mean > 2 * error


def measure(name):
    return lambda runs: runs[name]


def inadequate(runs):
    return (runs["grade"] == 3).astype(float)


def gap(runs):
    return runs["visible_quality"] - runs["service_quality"]


@pytest.mark.parametrize("kind", ["high-stakes", "career-rewards"])
def test_t43_stakes_widen_the_gap_between_visible_and_true_quality(paired, kind):
    pair = paired(load("baseline"), with_levers(LEVERS[kind]()), RUNS)
    assert significant(pair, gap, +1, 104)
    for name in ("compliance", "gaming", "leader_fear"):
        assert significant(pair, measure(name), +1, 104), name


def test_t43_the_gap_is_zero_without_records_gaming_and_preparation(recorded):
    """Without weight on records and gains from gaming, stakes change the service but not the gap."""
    no_gap = {"inspection.weight_of_records": 0.0, "quality.gaming_gain": 0.0, "quality.preparation_gain": 0.0}
    pair = recorded(load("baseline"), 10, no_gap), recorded(with_levers(LEVERS["high-stakes"]()), 10, no_gap)
    assert np.abs(gap(pair[0])).max() < 1e-12
    assert np.abs(gap(pair[1])).max() < 1e-12


def test_t52_credit_for_candour_reduces_gaming(paired):
    pair = paired(load("baseline"), with_levers(LEVERS["candour-credit"]()), RUNS)
    assert significant(pair, measure("gaming"), -1, 52)


def test_a_biased_sample_raises_and_nominated_cases_lower_the_share_graded_inadequate(paired):
    """T5, and a fully nominated sample; at the default share of 0.3 the effect is not significant in 40 pairs."""
    base = load("baseline")
    assert significant(paired(base, with_levers(LEVERS["biased-sample"]()), RUNS), inadequate, +1)
    assert significant(paired(base, with_levers(LEVERS["nominated-cases"](share=1.0)), RUNS), inadequate, -1)


def test_appeals_lower_the_share_graded_inadequate(paired):
    pair = paired(load("baseline"), with_levers(LEVERS["appeal"](chance=1.0)), RUNS)
    assert significant(pair, inadequate, -1)
    assert not pair[0]["appeals"].any()
    assert 0 < pair[1]["appeals_upheld"].sum() < pair[1]["appeals"].sum()


def test_c99_a_narrative_judgement_does_less_harm_than_an_inadequate_grade(paired):
    """In the two years after the judgement, disruption, fear and turnover are lower with a narrative."""
    pair = paired(with_levers(FAILED), with_levers(FAILED, LEVERS["narrative-judgement"]()), RUNS)
    for name in ("disruption", "fear", "turnover"):
        assert significant(pair, measure(name), -1, 53, 156), name


def test_protected_directors_mean_less_disruption_than_dismissed_ones(paired):
    """T51, first year: retaining and protecting the director reduces disruption and improves quality."""
    pair = paired(with_levers(FAILED, LEVERS["sack-leaders"]()), with_levers(FAILED, LEVERS["protect-leaders"]()), RUNS)
    assert significant(pair, measure("disruption"), -1, 53, 105)
    assert significant(pair, measure("service_quality"), +1, 53, 105)


def test_a_takeover_clock_longer_than_the_reinspection_interval_reduces_takeovers(recorded):
    """Reinspection after 91 weeks precedes the end of a 104-week clock (13 and 26 weeks give similar results)."""
    early_reinspection = {"inspection.again_weeks": 91.0}
    takeovers = [
        recorded(with_levers(FAILED, LEVERS["takeover-rule"](clock_weeks=weeks)).set(early_reinspection), RUNS)[
            "takeovers"
        ].sum()
        for weeks in (26, 104)
    ]
    assert takeovers[0] > takeovers[1]


def test_a_trust_increases_disruption_and_donors_increase_cost(paired):
    trust = with_levers(FAILED, LEVERS["takeover-rule"](trust=1.0))
    assert significant(paired(with_levers(FAILED), trust, RUNS), measure("disruption"), +1, 79, 156)
    assert significant(paired(trust, trust.set({"takeover.donors": 0.2}), RUNS), measure("cost"), +1, 79, 156)
