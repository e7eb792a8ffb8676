"""A policy differs from the baseline by what it does, and from the week on in which it does it: bit for bit."""

import dataclasses

import pytest

from redbead.engine.simulate import prepare, simulate
from redbead.levers import LEVERS
from redbead.scenario.scenario import Spike

every = pytest.mark.parametrize("kind", LEVERS)
START = 40


def weekly(scenario, seed=4):
    return simulate(prepare(scenario), seed).weekly[:, 0]


def with_lever(scenario, kind, **numbers):
    return dataclasses.replace(scenario, levers=(LEVERS[kind](**numbers),))


@every
def test_a_lever_at_dose_0_changes_no_bit(short, kind):
    assert weekly(with_lever(short, kind, fidelity=0.0)).tobytes() == weekly(short).tobytes()


@every
def test_a_lever_that_starts_after_the_end_changes_no_bit(short, kind):
    assert weekly(with_lever(short, kind, from_week=5000)).tobytes() == weekly(short).tobytes()


@every
def test_nothing_differs_before_a_policy_starts(short, kind):
    base, policy = weekly(short), weekly(with_lever(short, kind, from_week=START))
    assert policy[:START].tobytes() == base[:START].tobytes()


BUSY = {"publicity.prominent": 0.1, "aftermath.harm": 0.01, "aftermath.grave": 1.0}
"""Scandals in abundance: in two years of 24 posts there is hardly one otherwise."""

ACTS_LATE = {"confidential-reporting": {"uptake": 4.0}}


@every
def test_and_from_then_on_something_does(short, kind):
    """Protected leaders differ only where there is something to fear, and ministers care only after a scandal, so the
    whole table is looked at, for four seeds."""
    base = short.set(BUSY) if kind == "political-attention" else short
    policy = with_lever(base, kind, from_week=START, **ACTS_LATE.get(kind, {}))
    assert any(weekly(policy, seed).tobytes() != weekly(base, seed).tobytes() for seed in range(4))


@pytest.mark.parametrize("later", [1, 13])
def test_moving_the_start_leaves_all_weeks_before_both_starts_alone(short, later):
    one = weekly(with_lever(short, "two-strikes", from_week=START))
    two = weekly(with_lever(short, "two-strikes", from_week=START + later))
    assert one[:START].tobytes() == two[:START].tobytes()
    assert one.tobytes() != two.tobytes()


def test_a_spike_of_no_size_changes_no_bit_and_one_of_some_size_none_before_it(short):
    none = dataclasses.replace(short, spikes=(Spike(at_week=START, size=0.0),))
    some = dataclasses.replace(short, spikes=(Spike(at_week=START, size=0.5),))
    assert weekly(none).tobytes() == weekly(short).tobytes()
    assert weekly(some)[: START + 1].tobytes() == weekly(short)[: START + 1].tobytes()
    assert weekly(some).tobytes() != weekly(short).tobytes()


def test_the_order_of_levers_changes_no_bit(short):
    one, two = LEVERS["just-culture"](from_week=10), LEVERS["two-strikes"](from_week=20)
    orders = [dataclasses.replace(short, levers=levers) for levers in ((one, two), (two, one))]
    assert weekly(orders[0]).tobytes() == weekly(orders[1]).tobytes()


def test_names_and_titles_change_no_bit(short):
    renamed = dataclasses.replace(short, name="other", title="Another title", question="Why?")
    assert weekly(renamed).tobytes() == weekly(short).tobytes()
