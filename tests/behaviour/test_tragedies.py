"""T54, T56: what no behaviour check says of a surge: when it peaks, and where more posts than it needs lead."""

import dataclasses

import pytest

from redbead.levers import LEVERS
from redbead.scenario.loader import load
from redbead.scenario.scenario import Spike

pytestmark = pytest.mark.slow

RUNS = 120
START = 52
BASE = load("baseline")


def spike(lasting, *levers):
    """+25 % from week 52, a share of it for good."""
    return dataclasses.replace(BASE, spikes=(Spike(at_week=START, size=0.25, lasting_share=lasting),), levers=levers)


def money(delay, share=0.16):
    """Posts paid for in full, so many weeks after the death.

    A lasting eighth more cases, with average overtime and hiring as they are, is met by 0.125 more posts; 0.16 adds
    what
    the temporary part needs, and is the share of the shipped scenario.
    """
    return LEVERS["surge-funding"](from_week=START + delay, share=share)


def cases(runs):
    return runs["caseload"] * runs["staff"] + runs["waiting"]


@pytest.fixture(scope="module")
def by_quarter(recorded):
    """Relative difference of a scenario from the baseline by quarter since the death; `of` takes runs to [runs,
    weeks]."""

    def differ(scenario, of):
        here, there = (of(recorded(s, RUNS))[:, START:].mean(axis=0) for s in (scenario, BASE))
        n = here.size // 13
        return here[: 13 * n].reshape(n, 13).mean(axis=1) / there[: 13 * n].reshape(n, 13).mean(axis=1) - 1

    return differ


def test_t54_a_passing_surge_peaks_late(by_quarter):
    """Cases last 40 weeks: the peak comes half a year to a year and a half after the death."""
    assert 2 <= int(by_quarter(spike(0.0), cases).argmax()) <= 5


def test_t56_more_posts_than_the_lasting_part_needs_end_below_the_baseline(by_quarter):
    """By hand: 1.125 / 1.16 is 3 % below, and less pressure keeps a few more people."""
    settled = by_quarter(spike(0.5, money(26)), lambda runs: runs["work_pressure"])[-13:]
    assert -0.06 < settled.mean() < -0.02
