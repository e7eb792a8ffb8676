"""A policy changes results only from its first week, and an inactive policy changes nothing."""

import dataclasses

import pytest

from redbead.engine.simulate import prepare, simulate
from redbead.levers import LEVERS
from redbead.scenario.scenario import Spike

every = pytest.mark.cases("kind", LEVERS)
START = 40


def weekly(scenario, seed=4):
    return simulate(prepare(scenario), seed).weekly[:, 0]


def with_lever(scenario, kind, **numbers):
    return dataclasses.replace(scenario, levers=(LEVERS[kind](**numbers),))


@every
def test_lever_without_fidelity_has_no_effect(short, kind):
    assert weekly(with_lever(short, kind, fidelity=0.0)).tobytes() == weekly(short).tobytes()


@every
def test_lever_starting_after_the_end_has_no_effect(short, kind):
    assert weekly(with_lever(short, kind, from_week=5000)).tobytes() == weekly(short).tobytes()


@every
def test_results_are_identical_before_a_policy_starts(short, kind):
    base, policy = weekly(short), weekly(with_lever(short, kind, from_week=START))
    assert policy[:START].tobytes() == base[:START].tobytes()


BUSY = {"publicity.prominent": 0.1, "aftermath.harm": 0.01, "aftermath.grave": 1.0}
"""Settings with many scandals; otherwise there is hardly one in two years of 24 posts."""

ACTS_LATE = {"confidential-reporting": {"uptake": 4.0}}


@every
def test_policy_has_an_effect_after_its_start(short, kind):
    """Some levers act only in rare situations, so all measures are compared for four seeds."""
    base = short.set(BUSY) if kind == "political-attention" else short
    policy = with_lever(base, kind, from_week=START, **ACTS_LATE.get(kind, {}))
    assert any(weekly(policy, seed).tobytes() != weekly(base, seed).tobytes() for seed in range(4))


@pytest.mark.parametrize("later", [1, 13])
def test_later_start_does_not_change_earlier_weeks(short, later):
    one = weekly(with_lever(short, "two-strikes", from_week=START))
    two = weekly(with_lever(short, "two-strikes", from_week=START + later))
    assert one[:START].tobytes() == two[:START].tobytes()
    assert one.tobytes() != two.tobytes()


def test_spike_changes_only_later_weeks_and_only_with_a_size(short):
    none = dataclasses.replace(short, spikes=(Spike(at_week=START, size=0.0),))
    some = dataclasses.replace(short, spikes=(Spike(at_week=START, size=0.5),))
    assert weekly(none).tobytes() == weekly(short).tobytes()
    assert weekly(some)[: START + 1].tobytes() == weekly(short)[: START + 1].tobytes()
    assert weekly(some).tobytes() != weekly(short).tobytes()


def test_order_of_levers_has_no_effect(short):
    one, two = LEVERS["just-culture"](from_week=10), LEVERS["two-strikes"](from_week=20)
    orders = [dataclasses.replace(short, levers=levers) for levers in ((one, two), (two, one))]
    assert weekly(orders[0]).tobytes() == weekly(orders[1]).tobytes()


def test_names_and_titles_have_no_effect(short):
    renamed = dataclasses.replace(short, name="other", title="Another title", question="Why?")
    assert weekly(renamed).tobytes() == weekly(short).tobytes()
