"""What the levers of inspection do in the running model: directions that the science notes give. 40 pairs."""

import dataclasses

import numpy as np
import pytest

from redbead.levers import LEVERS
from redbead.scenario.loader import load

pytestmark = pytest.mark.slow

RUNS = 40
FAILED = LEVERS["imposed-grade"](from_week=52, until_week=53, grade=3)


def with_levers(*levers):
    """The baseline with these levers."""
    return dataclasses.replace(load("baseline"), levers=levers)


def difference(pair, of, first=0, last=None):
    """Mean difference of a figure between paired runs, and its standard error."""
    gap = [of({name: table[:, first:last] for name, table in runs.items()}).mean(axis=1) for runs in pair]
    d = gap[1] - gap[0]
    return d.mean(), d.std(ddof=1) / np.sqrt(d.size)


def clearly(pair, of, sign, first=0, last=None):
    """Whether the figure moves that way by more than two standard errors."""
    mean, error = difference(pair, of, first, last)
    return sign * mean > 2 * error


def measure(name):
    return lambda runs: runs[name]


def inadequate(runs):
    return (runs["grade"] == 3).astype(float)


def gap(runs):
    return runs["visible_quality"] - runs["service_quality"]


@pytest.mark.parametrize("kind", ["high-stakes", "career-rewards"])
def test_t43_stakes_widen_the_gap_between_what_shows_and_what_is(paired, kind):
    pair = paired(load("baseline"), with_levers(LEVERS[kind]()), RUNS)
    assert clearly(pair, gap, +1, 104)
    for name in ("compliance", "gaming", "leader_fear"):
        assert clearly(pair, measure(name), +1, 104), name


def test_t43_without_records_and_show_there_is_no_gap_to_widen(recorded):
    """Records have no weight and dressing up gains nothing: stakes change the service, not the gap."""
    blind = {"inspection.weight_of_records": 0.0, "quality.gaming_gain": 0.0, "quality.preparation_gain": 0.0}
    pair = recorded(load("baseline"), 10, blind), recorded(with_levers(LEVERS["high-stakes"]()), 10, blind)
    assert np.abs(gap(pair[0])).max() < 1e-12
    assert np.abs(gap(pair[1])).max() < 1e-12


def test_t52_credit_for_candour_lowers_dressing_up(paired):
    pair = paired(load("baseline"), with_levers(LEVERS["candour-credit"]()), RUNS)
    assert clearly(pair, measure("gaming"), -1, 52)


def test_a_biased_sample_fails_more_and_nominated_cases_fail_fewer(paired):
    """T5, and a sample that is nominated as a whole; at its default of 0.3 the effect is lost in 40 pairs."""
    base = load("baseline")
    assert clearly(paired(base, with_levers(LEVERS["biased-sample"]()), RUNS), inadequate, +1)
    assert clearly(paired(base, with_levers(LEVERS["nominated-cases"](share=1.0)), RUNS), inadequate, -1)


def test_appeals_lower_the_share_of_inadequate_authorities(paired):
    pair = paired(load("baseline"), with_levers(LEVERS["appeal"](chance=1.0)), RUNS)
    assert clearly(pair, inadequate, -1)
    assert not pair[0]["appeals"].any()
    assert 0 < pair[1]["appeals_upheld"].sum() < pair[1]["appeals"].sum()


def test_c99_the_same_finding_in_words_does_less_harm_than_its_label(paired):
    """A service found just inadequate: in the two years after it, upheaval, fear and leaving are lower in words."""
    pair = paired(with_levers(FAILED), with_levers(FAILED, LEVERS["narrative-judgement"]()), RUNS)
    for name in ("disruption", "fear", "turnover"):
        assert clearly(pair, measure(name), -1, 53, 156), name


def test_sacked_directors_mean_more_upheaval_than_protected_ones(paired):
    """T51's first year: with the director kept and shielded, less upheaval and better service."""
    pair = paired(with_levers(FAILED, LEVERS["sack-leaders"]()), with_levers(FAILED, LEVERS["protect-leaders"]()), RUNS)
    assert clearly(pair, measure("disruption"), -1, 53, 105)
    assert clearly(pair, measure("service_quality"), +1, 53, 105)


def test_a_clock_that_outlasts_the_next_inspection_takes_fewer_over(recorded):
    """Where re-inspection comes after 91 weeks, a clock of 104 lets it speak first. (13 and 26 weeks look alike.)"""
    soon = {"inspection.again_weeks": 91.0}
    taken = [
        recorded(with_levers(FAILED, LEVERS["takeover-rule"](clock_weeks=weeks)).set(soon), RUNS)["takeovers"].sum()
        for weeks in (26, 104)
    ]
    assert taken[0] > taken[1]


def test_a_trust_means_upheaval_and_donors_cost_money(paired):
    trust = with_levers(FAILED, LEVERS["takeover-rule"](trust=1.0))
    assert clearly(paired(with_levers(FAILED), trust, RUNS), measure("disruption"), +1, 79, 156)
    assert clearly(paired(trust, trust.set({"takeover.donors": 0.2}), RUNS), measure("cost"), +1, 79, 156)
