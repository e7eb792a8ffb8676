"""Interfaces for other analysis packages: samples use common random numbers, names and ranges are checked."""

import dataclasses
import pickle
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import redbead as rb
from redbead import parameters
from redbead.engine.simulate import prepare, simulate
from redbead.exceptions import BadInputError, EnvironmentProblemError
from redbead.execution.runs import measure_index
from redbead.levers import LEVERS
from redbead.studies.interop import DEFAULT_OUTCOMES, SalibProblem, to_ema, to_salib


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


@pytest.mark.slow  # the import of the workbench; the next tests of it need only its classes
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


@pytest.mark.cases(
    ("parameters", "options", "message"),
    [
        (["reporting.feer"], {}, "Did you mean reporting.fear"),
        (["levers.two-strikes.dose"], {}, "is not a known parameter"),
        ([], {}, "parameters is empty"),
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


# without runs of the model


class Constant(SalibProblem):
    """A problem whose outcomes are the values of its parameters, without runs."""

    def means(self, scenarios):
        return [[scenario.value(path) for path in self.items] for scenario in scenarios]


def constant(scenario, paths):
    problem = to_salib(scenario, paths)
    return Constant(**{field.name: getattr(problem, field.name) for field in dataclasses.fields(problem)})


REAL, WHOLE = "reporting.fear", "inspection.cases_tracked"


@given(st.lists(st.tuples(st.floats(0.0, 6.0), st.floats(5.0, 60.0)), min_size=1, max_size=8))
def test_samples_set_the_parameters_in_their_order_and_whole_ones_are_rounded(samples):
    problem = constant(rb.load("baseline"), [REAL, WHOLE])
    low, high = problem.items[WHOLE].param.span()
    clipped = [(real, min(max(whole, low), high)) for real, whole in samples]
    outcomes = problem.evaluate(np.array(clipped))
    assert outcomes.shape == (len(samples), 2)
    assert outcomes[:, 0].tolist() == [real for real, _ in clipped]
    assert outcomes[:, 1].tolist() == [round(whole) for _, whole in clipped]


def test_one_sample_may_be_given_as_a_row():
    assert constant(rb.load("baseline"), [REAL]).evaluate([2.0]).tolist() == [[2.0]]


def test_the_bounds_of_every_parameter_are_accepted_values(small_scenario):
    """Both ends of all ranges, so that no sampler can leave the allowed values."""
    for path in list(parameters.register())[::15]:
        problem = to_salib(small_scenario, [path])
        ((low, high),) = problem.problem["bounds"]
        assert low < high
        for end in (low, high):
            assert problem.at({path: end}).value(path) == pytest.approx(end)


def test_a_problem_lists_its_outputs(small_scenario):
    problem = to_salib(small_scenario, [REAL], outcomes=["burnout", "cost"])
    assert problem.problem["outputs"] == ["burnout", "cost"]
    assert to_salib(small_scenario, [REAL]).problem["outputs"] == list(DEFAULT_OUTCOMES)


def test_all_unknown_names_are_listed_together(small_scenario):
    with pytest.raises(BadInputError) as caught:
        to_salib(small_scenario, ["reporting.feer", "nothing.here"], outcomes=["burnt"], period="all")
    assert len(caught.value.problems) == 4


@pytest.mark.parametrize("period", ["whole run", "last 2 years"])
def test_outcomes_are_means_over_the_weeks_of_the_period(period):
    """Three years; burnout is the number of the week, and errors are twice that: per year 52 times as much."""
    scenario = rb.load("baseline").set({"time.years": 3})
    problem = to_salib(scenario, [REAL], outcomes=["burnout", "errors_generated"], period=period)
    weeks = np.arange(156.0)[None]
    burnout, errors = problem._outcomes_of({"burnout": weeks, "errors_generated": 2 * weeks}.__getitem__)
    mean = 77.5 if period == "whole run" else (52 + 155) / 2
    assert (burnout, errors) == pytest.approx((mean, 104 * mean))


def test_a_lever_is_changed_in_the_scenario_only_for_the_sample(small_scenario):
    problem = to_salib(small_scenario, ["levers.just-culture.dose"])
    assert problem.at({"levers.just-culture.dose": 0.25}).levers[0].dose == 0.25
    assert small_scenario.levers[0].dose == 1.0


def test_the_workbench_has_a_parameter_of_the_right_kind_for_every_path(small_scenario):
    workbench = pytest.importorskip("ema_workbench")
    model = to_ema(
        small_scenario, [REAL, WHOLE], levers=["levers.just-culture.dose"], outcomes=["burnout", "skill", "blame"]
    )
    assert [item.name for item in model.uncertainties] == ["reporting__fear", "inspection__cases_tracked"]
    assert [type(item) for item in model.uncertainties] == [workbench.RealParameter, workbench.IntegerParameter]
    assert [item.name for item in model.levers] == ["levers__just_culture__dose"]
    kind = workbench.ScalarOutcome
    assert [item.kind for item in model.outcomes] == [kind.MINIMIZE, kind.MAXIMIZE, kind.INFO]


def test_a_missing_workbench_is_reported_with_the_command_that_installs_it(small_scenario, monkeypatch):
    monkeypatch.setitem(sys.modules, "ema_workbench", None)
    with pytest.raises(EnvironmentProblemError, match=r"pip install 'redbead\[analysis\]'"):
        to_ema(small_scenario, [REAL])


# programs that distribute calls


def test_the_function_of_the_workbench_is_pickled_for_evaluators_with_processes(small_scenario):
    pytest.importorskip("ema_workbench")
    model = to_ema(small_scenario, [REAL], levers=["levers.just-culture.dose"], outcomes=["burnout", "skill"], runs=1)
    values = {"reporting__fear": 1.5, "levers__just_culture__dose": 0.5}
    copied = pickle.loads(pickle.dumps(model.function))
    assert copied(**values) == model.function(**values)
    assert set(copied(**values)) == {"burnout", "skill"}


def direct(scenario, seeds):
    return [rb.run(scenario, seed=seed, runs=2, jobs=1).digest() for seed in seeds]


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_joblib_returns_the_results_of_direct_calls(small_scenario, backend):
    joblib = pytest.importorskip("joblib")
    calls = (joblib.delayed(rb.run)(small_scenario, seed=seed, runs=2, jobs=1) for seed in (1, 3, 5))
    results = joblib.Parallel(n_jobs=2, backend=backend)(calls)
    assert [run.digest() for run in results] == direct(small_scenario, (1, 3, 5))
    assert [run.runs["seed"].tolist() for run in results] == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:distributed", "ignore::ResourceWarning")
def test_a_client_of_dask_returns_the_results_of_direct_calls(small_scenario):
    distributed = pytest.importorskip("distributed")
    with distributed.Client(processes=False, dashboard_address=None, set_as_default=False) as client:
        futures = [client.submit(rb.run, small_scenario, seed=seed, runs=2, jobs=1) for seed in (1, 3)]
        results = client.gather(futures)
        assert [run.digest() for run in results] == direct(small_scenario, (1, 3))
        changed = client.submit(rb.run, small_scenario.set({"fear.blame": 0.1}), seed=1, runs=2, jobs=1).result()
    assert changed.digest() != results[0].digest()


@pytest.mark.slow
def test_salib_shares_of_a_problem_with_several_outcomes(small_scenario):
    sobol, analyse = pytest.importorskip("SALib.sample.sobol"), pytest.importorskip("SALib.analyze.sobol")
    problem = rb.to_salib(small_scenario, ["practice.errors_per_case", "takeover.clock_weeks"], runs=1)
    outcomes = problem.evaluate(sobol.sample(problem.problem, 16, calc_second_order=False, seed=1))
    shares = analyse.analyze(problem.problem, outcomes[:, 0], calc_second_order=False, seed=1)
    assert shares["ST"][0] > 0.5 > shares["ST"][1] == 0.0
