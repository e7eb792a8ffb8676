"""Other analysers drive the model: samples meet the same dice, names and ranges are checked."""

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
def small():
    """Six posts for half a year, with a lever."""
    scenario = rb.load("baseline").set({"authority.posts": 6, "time.years": 0.5, "time.warm_up_years": 0})
    return dataclasses.replace(scenario, levers=(LEVERS["just-culture"](),))


def test_the_problem_holds_names_and_ranges(small):
    problem = to_salib(small, ["reporting.fear", "levers.just-culture.dose"]).problem
    assert problem["names"] == ["reporting.fear", "levers.just-culture.dose"]
    assert problem["bounds"] == [[0.0, 6.0], [0.0, 1.0]]
    assert problem["num_vars"] == 2


def test_a_sample_is_the_mean_of_its_runs(small):
    door = to_salib(small, ["reporting.fear"], outcomes=["burnout"], runs=3, seed=5)
    plan = prepare(small.set({"reporting.fear": 3.0}))
    by_hand = np.mean([simulate(plan, 5 + k).weekly[:, 0, measure_index("burnout")].mean() for k in range(3)])
    assert door.evaluate([[3.0]])[0, 0] == pytest.approx(by_hand, rel=1e-12)


def test_a_parameter_that_acts_on_nothing_has_exactly_no_effect(small):
    """Posts are never short of a takeover here: its chance is drawn on dice that nobody throws."""
    found = to_salib(small, ["takeover.clock_weeks"], runs=2).evaluate([[10.0], [40.0]])
    assert (found[0] == found[1]).all()


def test_whole_numbers_are_rounded(small):
    door = to_salib(small, ["inspection.cases_tracked"], runs=1)
    assert door.at({"inspection.cases_tracked": 26.6}).value("inspection.cases_tracked") == 27


def test_salib_screens_and_decomposes(small):
    morris, analyse = pytest.importorskip("SALib.sample.morris"), pytest.importorskip("SALib.analyze.morris")
    door = to_salib(small, ["reporting.fear", "practice.errors_per_case"], outcomes=["errors_generated"], runs=2)
    samples = morris.sample(door.problem, 6, seed=1)
    found = analyse.analyze(door.problem, samples, door.evaluate(samples)[:, 0], seed=1)
    assert found["mu_star"][1] > found["mu_star"][0], "the rate of errors moves errors more than who tells of them"


def test_ema_workbench_runs_experiments(small):
    workbench = pytest.importorskip("ema_workbench")
    model = to_ema(
        small, ["practice.errors_per_case"], levers=["levers.just-culture.dose"], outcomes=["errors_generated"], runs=1
    )
    with workbench.SequentialEvaluator(model) as evaluator:
        experiments, outcomes = evaluator.perform_experiments(scenarios=3, policies=2)
    assert len(experiments) == 6
    assert outcomes["errors_generated"].shape == (6,)
    assert model.outcomes["errors_generated"].kind == workbench.ScalarOutcome.MINIMIZE
    assert np.ptp(outcomes["errors_generated"]) > 0


@pytest.mark.parametrize(
    ("parameters", "options", "what"),
    [
        (["reporting.feer"], {}, "did you mean 'reporting.fear'"),
        (["levers.two-strikes.dose"], {}, "no such parameter"),
        ([], {}, "none is named"),
        (["reporting.fear"], {"outcomes": ["hidden_error"]}, "did you mean 'hidden_errors'"),
        (["reporting.fear"], {"period": "last year"}, "no such period"),
        (["reporting.fear"], {"runs": 0}, "--runs"),
    ],
)
def test_what_is_not_known_is_told(small, parameters, options, what):
    with pytest.raises(BadInputError, match=what):
        to_salib(small, parameters, **options)


def test_a_sample_out_of_range_or_of_another_shape_is_refused(small):
    door = to_salib(small, ["reporting.fear"])
    with pytest.raises(BadInputError, match=r"reporting\.fear = 9"):
        door.evaluate([[9.0]])
    with pytest.raises(BadInputError, match="samples of 2 values"):
        door.evaluate([[1.0, 2.0]])
