"""The Mesa twin of the benchmarks is the same model as the kernel, as far as a quick look can tell."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from benchmarks.agree import compare, disagreements, of_kernel, of_twin
from benchmarks.mesa_reference import ReferenceService
from benchmarks.mesa_reference.measures import REPORTERS
from benchmarks.mesa_reference.service import NOT_IMPLEMENTED

from redbead.measures import MEASURES
from redbead.parameters import register
from redbead.scenario.loader import load


@pytest.fixture(scope="module")
def short():
    return load("two-strikes").set({"authority.posts": 36, "time.years": 1, "time.warm_up_years": 1})


def test_the_twin_records_every_measure_in_order():
    assert list(REPORTERS) == [measure.name for measure in MEASURES]


def test_the_same_seed_gives_the_same_twin(short):
    assert np.array_equal(of_twin(short, 1, 7), of_twin(short, 1, 7))


def test_agents_are_where_mesa_users_look_for_them(short):
    model = ReferenceService(short, 1)
    assert len(model.workers) >= 36
    assert len(model.managers) == 6


def test_the_twin_agrees_with_the_kernel(short):
    rows = compare(of_kernel(short, 200, 1000), of_twin(short, 32, 1))
    assert disagreements(rows) == []


def test_a_difference_would_be_noticed(short):
    kernel = of_kernel(short, 100, 1000)
    names = [measure.name for measure in MEASURES]
    other = kernel.copy()
    other[:, names.index("fear")] *= 1.05
    assert [row.name for row in disagreements(compare(kernel, other))] == ["fear"]


@pytest.mark.parametrize("path", NOT_IMPLEMENTED)
def test_the_twin_says_what_it_does_without(short, path):
    other = register()[path].param.high
    with pytest.raises(NotImplementedError, match=path):
        ReferenceService(short.set({path: other}), 1)


def test_a_culture_fades_with_its_leader_in_the_twin_too(short):
    """What is left is 0.7; a week later 30 % of the gap less what a year's rebuilding closes of it."""
    model = ReferenceService(short, 1)
    model.begin_week()
    model.leader.leave()
    assert model.embedded == pytest.approx(0.7)
    model.leader.update_compliance()
    assert model.embedded == pytest.approx(1 - 0.3 * np.exp(-1 / 52))
