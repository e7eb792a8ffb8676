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


def test_reference_agrees_with_the_kernel_where_mechanisms_are_on_that_are_off_by_default():
    on = {"conduct.deter_slips": 0.8, "practice.defences_severity": 1.0, "aftermath.found_severity": 1.0,
          "aftermath.grave": 0.6, "aftermath.grave_serious": 3.0, "reporting.violation": 1.0,
          "reporting.calculation": 5.0, "response.sanction": 0.1, "response.sanction_severity": 0.7,
          "response.outcome_bias": 0.7, "response.leniency": 0.5, "response.concealment": 0.8,
          "response.second_strike": 2.0, "response.dismissal": 0.5, "peers.notices": 0.03, "peers.wrong": 0.3,
          "formal.accused": 0.5, "formal.incident": 0.8, "formal.support": 0.6, "formal.support_hours": 0.3,
          "lessons.accuracy": 0.7, "lessons.accuracy_backlog": 0.1, "lessons.wrong_lesson": 1.0,
          "lessons.hours_near_miss": 0.3, "lessons.worth_serious": 2.0, "lessons.discovered": 0.5,
          "lessons.capacity": 0.004, "experience.fairness": 0.5, "fear.fairness": 0.7, "blame.just": 0.4,
          "publicity.prominent": 0.1, "management.events": 0.4, "management.load": 0.3, "management.peers": 0.3,
          "sickness.spells": 1.0, "sickness.cover": 0.8, "workload.time_elasticity": 0.5,
          "workload.most_time": 1.2, "caseload.stay_in_team": 0.8, "caseload.taken_over": 0.9,
          "management.inherited": 0.5, "management.leaving_fear": 2.0, "management.leaving_load": 1.0,
          "management.vacancy": 12.0, "management.recognition": 0.5, "management.support": 0.3,
          "staffing.manager_leaving": 0.5}  # fmt: skip
    scenario = load("baseline").set({**on, "authority.posts": 36, "time.years": 1, "time.warm_up_years": 1})
    rows = compare(kernel_means(scenario, 200, 1000), reference_means(scenario, 16, 1))
    assert disagreements(rows) == []
    recorded = {row.name: row.kernel for row in rows}
    assert min(recorded[name] for name in ("sanctions_without_error", "findings", "report_queue")) > 0.01


def test_comparison_detects_a_difference_of_five_percent(short):
    kernel = kernel_means(short, 200, 1000)
    names = [measure.name for measure in MEASURES]
    other = kernel.copy()
    other[:, names.index("fear")] *= 1.05
    assert [row.name for row in disagreements(compare(kernel, other))] == ["fear"]


def test_rare_event_that_no_run_contains_is_no_difference():
    """8 of 200 runs contain the event: squares 8 (1 - 0.04), so z = -0.04 / sqrt(7.68 / 208 (1/200 + 1/10)) = -0.64."""
    kernel, other = np.zeros((200, len(MEASURES))), np.zeros((10, len(MEASURES)))
    kernel[:8, 0] = 1.0
    assert compare(kernel, other)[0].z == pytest.approx(-0.04 / np.sqrt(7.68 / 208 * (1 / 200 + 1 / 10)))


def test_frequent_event_that_no_run_contains_is_a_difference():
    """Half of 200 runs have 0.9 and half 1.1: squares 200 * 0.01, so z = -1 / sqrt(2/208 (1/200 + 1/10)) = -31.5."""
    kernel, other = np.zeros((200, len(MEASURES))), np.zeros((10, len(MEASURES)))
    kernel[:, 0] = np.tile([0.9, 1.1], 100)
    assert [row.z for row in disagreements(compare(kernel, other))] == [pytest.approx(-31.472, abs=1e-3)]


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
