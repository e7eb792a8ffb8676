"""Interfaces for other analysis packages: samples use common random numbers, names and ranges are checked."""

import dataclasses

import numpy as np
import pytest

import redbead as rb
from redbead.engine.simulate import prepare, simulate
from redbead.exceptions import BadInputError
from redbead.execution.runs import measure_index
from redbead.levers import LEVERS
from redbead.studies.interop import to_ema, to_salib


@pytest.fixture(scope="module")
def small_scenario():
    """Six posts for half a year, with a lever."""
    scenario = rb.load("baseline").set({"authority.posts": 6, "time.years": 0.5, "time.warm_up_years": 0})
    return dataclasses.replace(scenario, levers=(LEVERS["just-culture"](),))


def test_a_problem_contains_names_and_ranges(small_scenario):
    problem = to_salib(small_scenario, ["reporting.fear", "levers.just-culture.dose"]).problem
    assert problem["names"] == ["reporting.fear", "levers.just-culture.dose"]
    assert problem["bounds"] == [[0.0, 6.0], [0.0, 1.0]]
    assert problem["num_vars"] == 2


def test_a_sample_is_the_mean_of_its_runs(small_scenario):
    problem = to_salib(small_scenario, ["reporting.fear"], outcomes=["burnout"], runs=3, seed=5)
    plan = prepare(small_scenario.set({"reporting.fear": 3.0}))
    by_hand = np.mean([simulate(plan, 5 + k).weekly[:, 0, measure_index("burnout")].mean() for k in range(3)])
    assert problem.evaluate([[3.0]])[0, 0] == pytest.approx(by_hand, rel=1e-12)


def test_an_unused_parameter_has_exactly_no_effect(small_scenario):
    """No takeover starts here, so its random numbers are never used."""
    outcomes = to_salib(small_scenario, ["takeover.clock_weeks"], runs=2).evaluate([[10.0], [40.0]])
    assert (outcomes[0] == outcomes[1]).all()


def test_whole_numbers_are_rounded(small_scenario):
    problem = to_salib(small_scenario, ["inspection.cases_tracked"], runs=1)
    assert problem.at({"inspection.cases_tracked": 26.6}).value("inspection.cases_tracked") == 27


def test_salib_screens_parameters(small_scenario):
    morris, analyse = pytest.importorskip("SALib.sample.morris"), pytest.importorskip("SALib.analyze.morris")
    problem = to_salib(
        small_scenario, ["reporting.fear", "practice.errors_per_case"], outcomes=["errors_generated"], runs=2
    )
    samples = morris.sample(problem.problem, 6, seed=1)
    analysis = analyse.analyze(problem.problem, samples, problem.evaluate(samples)[:, 0], seed=1)
    assert analysis["mu_star"][1] > analysis["mu_star"][0], "the rate of errors affects errors more than reporting does"


def test_ema_workbench_runs_experiments(small_scenario):
    workbench = pytest.importorskip("ema_workbench")
    model = to_ema(
        small_scenario,
        ["practice.errors_per_case"],
        levers=["levers.just-culture.dose"],
        outcomes=["errors_generated"],
        runs=1,
    )
    with workbench.SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=3, policies=2)
    assert len(experiments) == 6
    assert outcomes["errors_generated"].shape == (6,)
    assert model.outcomes["errors_generated"].kind == workbench.ScalarOutcome.MINIMIZE
    assert np.ptp(outcomes["errors_generated"]) > 0


@pytest.mark.parametrize(
    ("parameters", "options", "message"),
    [
        (["reporting.feer"], {}, "Did you mean reporting.fear"),
        (["levers.two-strikes.dose"], {}, "is not a known parameter"),
        ([], {}, "the list is empty"),
        (["reporting.fear"], {"outcomes": ["hidden_error"]}, "Did you mean hidden_errors"),
        (["reporting.fear"], {"period": "last year"}, "is not a known period"),
        (["reporting.fear"], {"runs": 0}, "--runs"),
    ],
)
def test_unknown_names_are_refused(small_scenario, parameters, options, message):
    with pytest.raises(BadInputError, match=message):
        to_salib(small_scenario, parameters, **options)


def test_a_sample_out_of_range_or_of_another_shape_is_refused(small_scenario):
    problem = to_salib(small_scenario, ["reporting.fear"])
    with pytest.raises(BadInputError, match=r"reporting\.fear = 9"):
        problem.evaluate([[9.0]])
    with pytest.raises(BadInputError, match="the samples have 2 values"):
        problem.evaluate([[1.0, 2.0]])
