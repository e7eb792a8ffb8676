"""Jobs of a comparison: every requested run once, with its seed and the scenario of its draw."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.execution.runs import job_size, run_options
from redbead.levers import LEVERS
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.arms import Arm, ArmRole, Arms, arms_of, create_jobs, requested_runs
from redbead.studies.comparison.spec import Comparison, Policy, Uncertainty

SEED = 7
BASE = Scenario(name="today", years=0.1, warm_up_years=0.1)
SAME_WARM_UP = {
    "today": BASE,
    "spike free": BASE.set({"fear.blame": 0.2}),
    "stakes": BASE.set({"inspection.stakes": 0.9}),
}


def request_of(policies=SAME_WARM_UP, **fields):
    comparison = Comparison("test", tuple(Policy(*item) for item in policies.items()), "today", seed=SEED, **fields)
    return comparison, arms_of(comparison)


COMPARISON, ARMS = request_of()
DRAWN, DRAWN_ARMS = request_of(uncertainty=Uncertainty(("reporting.fear",), draws=3))


def specs_of(jobs):
    """Arm, run, seed and scenario of every run, in order of execution."""
    return [(spec.arm, spec.run, spec.seed, job.scenarios[spec.scenario]) for job in jobs for spec in job.specs]


keys = st.sets(st.tuples(st.integers(0, 2), st.integers(0, 40)), min_size=1, max_size=60)


@given(keys, st.integers(1, 2), st.booleans())
def test_every_missing_run_is_executed_once_with_its_seed_and_scenario(missing, jobs, backwards):
    options = run_options(jobs=jobs)._replace(backwards=backwards)
    rows = specs_of(create_jobs(sorted(missing), COMPARISON, ARMS, options))
    assert sorted((arm, run) for arm, run, _, _ in rows) == sorted(missing)
    assert all(seed == SEED + run for _, run, seed, _ in rows)
    assert all(scenario == ARMS.scenario(arm, run) for arm, run, _, scenario in rows)


@given(keys)
def test_every_run_has_the_values_of_its_draw(missing):
    rows = specs_of(create_jobs(sorted(missing), DRAWN, DRAWN_ARMS, run_options(jobs=1)))
    for _, run, _, scenario in rows:
        assert scenario.value("reporting.fear") == DRAWN_ARMS.draws[run % 3]["reporting.fear"]


@given(keys)
def test_a_job_lists_each_scenario_once(missing):
    for job in create_jobs(sorted(missing), DRAWN, DRAWN_ARMS, run_options(jobs=1)):
        assert len(set(job.scenarios)) == len(job.scenarios)
        assert {spec.scenario for spec in job.specs} == set(range(len(job.scenarios)))


@given(keys)
def test_jobs_are_not_larger_than_a_size_plus_one_set_of_arms(missing):
    options = run_options(jobs=1)
    size = job_size(len(missing), options)
    lengths = [len(job.specs) for job in create_jobs(sorted(missing), COMPARISON, ARMS, options)]
    assert max(lengths) < size + len(ARMS.arms)


def test_reversed_order_executes_the_same_jobs_from_the_last_to_the_first():
    missing = requested_runs(ARMS, 30)
    options = run_options(jobs=2)
    forwards = [job.specs for job in create_jobs(missing, COMPARISON, ARMS, options)]
    backwards = [job.specs for job in create_jobs(missing, COMPARISON, ARMS, options._replace(backwards=True))]
    assert len(forwards) > 2
    assert backwards == forwards[::-1]


def test_arms_that_share_a_warm_up_run_together():
    """A lever starts after the warm-up, so that both arms of one run belong to one job."""
    lever = dataclasses.replace(BASE, levers=(LEVERS["two-strikes"](from_week=2),))
    comparison, arms = request_of({"today": BASE, "strikes": lever})
    for job in create_jobs(requested_runs(arms, 40), comparison, arms, run_options(jobs=2)):
        runs = [spec.run for spec in job.specs]
        assert sorted(runs) == runs
        assert {(spec.arm, spec.run) for spec in job.specs} == {(arm, run) for run in runs for arm in (0, 1)}


def test_custom_agents_run_one_run_per_job_so_that_each_has_its_own_time_limit():
    options = run_options(jobs=1)._replace(agents={Scenario: Policy})
    jobs = list(create_jobs(requested_runs(ARMS, 3), COMPARISON, ARMS, options))
    assert [len(job.specs) for job in jobs] == [1] * 9
    assert {job.agents for job in jobs} == {((Scenario, Policy),)}


def test_no_missing_run_gives_no_job():
    assert list(create_jobs([], COMPARISON, ARMS, run_options(jobs=1))) == []


@pytest.mark.parametrize("events", [True, False])
def test_jobs_record_events_on_request(events):
    (job, *_) = create_jobs([(0, 0)], COMPARISON, ARMS, run_options(jobs=1, events=events))
    assert job.events is events


@given(st.integers(1, 30), st.integers(1, 30))
def test_requested_runs_are_those_of_each_arm_in_order(runs, extra):
    roles = (ArmRole("a", "", "policy", "", 0), ArmRole("a", "", "package", "1", 1, extra))
    arms = Arms((Arm(BASE, drawn=False), Arm(BASE, drawn=True)), roles, (), (frozenset(),) * 2)
    assert requested_runs(arms, runs) == [(0, run) for run in range(runs)] + [(1, run) for run in range(extra)]
