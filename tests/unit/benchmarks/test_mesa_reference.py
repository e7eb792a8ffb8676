"""The independent Mesa implementation agrees with the kernel in a short comparison."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from benchmarks.agree import compare, disagreements, kernel_means, reference_means
from benchmarks.mesa_reference import ReferenceService
from benchmarks.mesa_reference.measures import REPORTERS
from benchmarks.mesa_reference.service import NOT_IMPLEMENTED

from redbead.measures import MEASURES
from redbead.parameters import register
from redbead.scenario.loader import load


@pytest.fixture(scope="module")
def short():
    return load("two-strikes").set({"authority.posts": 36, "time.years": 1, "time.warm_up_years": 1})


def test_reference_records_all_measures_in_order():
    assert list(REPORTERS) == [measure.name for measure in MEASURES]


def test_reference_is_reproducible(short):
    assert np.array_equal(reference_means(short, 1, 7), reference_means(short, 1, 7))


def test_reference_lists_its_agents(short):
    model = ReferenceService(short, 1)
    assert len(model.workers) >= 36
    assert len(model.managers) == 6


@pytest.mark.parametrize("runs", [10, pytest.param(32, marks=pytest.mark.slow)])  # a run takes an eighth of a second
def test_reference_agrees_with_the_kernel(short, runs):
    rows = compare(kernel_means(short, 200, 1000), reference_means(short, runs, 1))
    assert disagreements(rows) == []


def test_reference_agrees_with_the_kernel_where_colleagues_report_and_managers_answer_for_blame():
    busy = {"peers.notices": 0.03, "peers.speak": 0.0, "peers.wrong": 0.3, "peers.fear_witness": 0.02,
            "peers.fear_accused": 0.15, "reporting.trust": 2.0, "blame.answerable": 0.8, "blame.answerable_others": 0.5,
            "response.sanction": 0.2}  # fmt: skip
    scenario = load("baseline").set({**busy, "authority.posts": 36, "time.years": 1, "time.warm_up_years": 1})
    rows = compare(kernel_means(scenario, 200, 1000), reference_means(scenario, 16, 1))
    assert disagreements(rows) == []
    reported = {row.name: row.kernel for row in rows}
    assert min(reported[name] for name in ("peer_reports", "wrong_peer_reports", "managers_sanctioned")) > 0.01
    assert reported["trust"] < 0.95


def test_comparison_detects_a_difference_of_five_percent(short):
    kernel = kernel_means(short, 100, 1000)
    names = [measure.name for measure in MEASURES]
    other = kernel.copy()
    other[:, names.index("fear")] *= 1.05
    assert [row.name for row in disagreements(compare(kernel, other))] == ["fear"]


def test_rare_event_that_no_run_contains_is_no_difference():
    """8 of 200 runs contain the event: variance 8/199 (1 - 0.04), so z = -0.04 / sqrt(that (1/200 + 1/10)) = -0.63."""
    kernel, other = np.zeros((200, len(MEASURES))), np.zeros((10, len(MEASURES)))
    kernel[:8, 0] = 1.0
    row = compare(kernel, other)[0]
    assert row.z == pytest.approx(-0.04 / np.sqrt(8 / 199 * 0.96 * (1 / 200 + 1 / 10)))


def test_frequent_event_that_no_run_contains_is_a_difference():
    """Half of 200 runs have 0.9 and half 1.1: variance 2/199, so z = -1 / sqrt(2/199 (1/200 + 1/10)) = -30.8."""
    kernel, other = np.zeros((200, len(MEASURES))), np.zeros((10, len(MEASURES)))
    kernel[:, 0] = np.tile([0.9, 1.1], 100)
    assert [row.z for row in disagreements(compare(kernel, other))] == [pytest.approx(-30.783, abs=1e-3)]


@pytest.mark.cases("path", NOT_IMPLEMENTED)
def test_reference_refuses_unsupported_mechanisms(short, path):
    value = register()[path].param.high
    with pytest.raises(NotImplementedError, match=path):
        ReferenceService(short.set({path: value}), 1)


def test_reference_loses_culture_when_the_director_leaves(short):
    """0.7 of the culture remains; one week later, part of the gap of 0.3 has closed."""
    model = ReferenceService(short, 1)
    model.begin_week()
    model.leader.leave()
    assert model.embedded == pytest.approx(0.7)
    model.leader.update_compliance()
    assert model.embedded == pytest.approx(1 - 0.3 * np.exp(-1 / 52))
