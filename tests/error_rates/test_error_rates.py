"""Error rates of all statements by simulation on synthetic truth; the figures of full runs are in `docs/statistics.md`.

A method that meets its requirement exactly fails one of these tests with a chance of at most 0.1 %; the seeds are
fixed, so that a test which passes keeps passing until the method changes.
"""

import re

import pytest
from simulations import all_simulations
from simulations.simulation import Measured, Simulation

ALL = all_simulations()
OTHER_SIZES = (
    "any of these said without a true difference, 30 pairs",
    "interval contains 0 without a true difference, 30 pairs",
    "interval contains 0 without a true difference, 100 pairs",
    "interval contains the true turn from -0.3 to 0.3 sd in year 2 of 10, 30 pairs",
    "interval contains the true turn from -0.3 to 0.3 sd in year 2 of 10, 100 pairs",
    "interval contains the crossing of a straight line, 40 pairs",
    "two equal policies, 10 runs",
    "two equal policies, 20 runs",
    "holds if 5 % of runs have an event and this is the edge of the band, 200 runs",
    "lognormal outcome, target 0.3 sd",
    "boxes in labels without any relation to 10 parameters; 90 to 110 draws",
    "p at most 5 % for an inert parameter, 10 trajectories, 4 runs",
)
"""Figures of simulations that differ only in their size from another one, which is a fast test."""


def has_another_size(simulation):
    return simulation.figure.startswith(OTHER_SIZES)


def parameter(simulation):
    """One test per simulation; those that run the model, and further sizes of another one, are slow tests."""
    slow = simulation.slow or has_another_size(simulation)
    return pytest.param(simulation, id=simulation.name, marks=[pytest.mark.slow] * slow)


@pytest.mark.parametrize("simulation", [parameter(simulation) for simulation in ALL])
def test_the_error_rate_is_as_required(simulation):
    measured = simulation.run(simulation.fast)
    assert measured.of > 0
    assert simulation.is_met(measured), (
        f"{measured.count} of {measured.of}, required {simulation.lowest} to {simulation.high}"
    )


def without_numbers(simulation):
    return re.sub(r"[\d.]+", "", simulation.figure)


def test_each_further_size_has_a_fast_simulation_of_the_same_figure():
    """And its statement has at least two fast simulations."""
    sizes = [simulation for simulation in ALL if has_another_size(simulation)]
    assert len(sizes) == len(OTHER_SIZES)
    fast = [simulation for simulation in ALL if not simulation.slow and not has_another_size(simulation)]
    for simulation in sizes:
        assert len([other for other in fast if other.statement == simulation.statement]) >= 2, simulation.name
        assert [other for other in fast if without_numbers(other) == without_numbers(simulation)], simulation.name


def coin(probability, low, high):
    """Simulation of a coin, whose share is known."""
    return Simulation(
        "-", "", "", f"coin {probability}", low, high, "", lambda rng: bool(rng.random() < probability), 400, 400
    )


@pytest.mark.parametrize(
    ("probability", "low", "high", "met"),
    [(0.04, 0.0, 0.05, True), (0.2, 0.0, 0.05, False), (0.95, 0.93, 1.0, True), (0.8, 0.93, 1.0, False)],
)
def test_a_share_outside_the_required_range_is_refused(probability, low, high, met):
    """With 400 batches a share of 0.2 against at most 0.05 lies 14 standard errors outside, 0.8 against 0.93 ten."""
    simulation = coin(probability, low, high)
    assert simulation.is_met(simulation.run(400)) is met


def test_a_method_at_its_requirement_rarely_fails():
    """At a true share of exactly 0.05, 51 of 1,000 are common; 74 or more have a chance of 0.065 % (binomial)."""
    simulation = coin(0.05, 0.0, 0.05)
    assert simulation.is_met(Measured(51, 1000))
    assert not simulation.is_met(Measured(74, 1000))


def test_a_simulation_without_batches_is_not_met():
    assert not coin(0.5, 0.0, 1.0).is_met(Measured(0, 0))


def test_batches_that_cannot_count_are_left_out():
    simulation = Simulation("-", "", "", "x", 0.0, 1.0, "", lambda rng: None if rng.random() < 0.5 else True, 40, 40)
    measured = simulation.run(40)
    assert measured.count == measured.of
    assert 0 < measured.of < 40
