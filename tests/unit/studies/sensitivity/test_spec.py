"""Studies as data: factors, scenarios at a point of the cube, transformations of responses, and requests."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from redbead.analysis.parameter_draws import NUISANCE, uncertain
from redbead.exceptions import BadInputError
from redbead.parameters import register
from redbead.scenario.scenario import Scenario
from redbead.studies.sensitivity.spec import (
    DEFAULT_OUTCOMES,
    Factor,
    Study,
    build_study,
    log_scaled_outcomes,
    log_transform,
    make_factor,
    mean_over_runs,
    salib_problem,
)
from redbead.studies.sensitivity.study import header

BLAME, FLOOR = Factor("fear.blame", 0.55, 0.0, 0.8), Factor("fear.floor", 0.1, 0.05, 0.15)
STUDY = Study("today", Scenario(), (BLAME, FLOOR))

VARYING = sorted(path for path, item in register().items() if not item.param.whole)


def test_a_point_of_the_cube_sets_every_factor_within_its_range():
    scenario = STUDY.at(np.array([0.25, 1.0]))
    assert scenario.value("fear.blame") == pytest.approx(0.2)
    assert scenario.value("fear.floor") == pytest.approx(0.15)


def test_a_point_of_some_factors_leaves_the_others_as_they_are():
    scenario = STUDY.at(np.array([0.0]), (FLOOR,))
    assert scenario.value("fear.floor") == pytest.approx(0.05)
    assert scenario.value("fear.blame") == Scenario().value("fear.blame")


def test_a_point_of_another_dimension_is_refused():
    with pytest.raises(ValueError, match="zip"):
        STUDY.at(np.zeros(3))


@given(st.sampled_from(VARYING))
def test_the_range_of_a_factor_contains_its_default_and_lies_within_the_likely_range(path):
    item = register()[path]
    low, high = item.param.span()
    factor = make_factor(path, item, item.default)
    assert factor.low <= factor.default <= factor.high
    assert factor.low >= min(low, item.default) - 1e-12
    assert factor.high <= max(high, item.default) + 1e-12


@given(st.sampled_from(VARYING))
def test_only_causal_links_vary_over_their_whole_range(path):
    item = register()[path]
    low, high = item.param.span()
    factor = make_factor(path, item, item.default)
    share = 1.0 if item.param.causal_link else NUISANCE
    assert factor.high - factor.low == pytest.approx(share * (max(high, item.default) - min(low, item.default)))


def test_a_scenario_beyond_the_likely_range_extends_the_range():
    item = register()["fear.blame"]
    high = item.param.span()[1]
    assert make_factor("fear.blame", item, high + 0.1).high == pytest.approx(high + 0.1)


def test_the_problem_of_salib_is_the_unit_cube_with_named_factors():
    assert salib_problem((BLAME, FLOOR)) == {
        "num_vars": 2, "names": ["fear.blame", "fear.floor"], "bounds": [[0.0, 1.0], [0.0, 1.0]],
    }  # fmt: skip


# responses

POSITIVE = arrays(np.float64, (3, 2, 2, 1), elements=st.floats(0.01, 1e6))


@given(POSITIVE)
def test_an_exponential_reverses_the_logarithm(responses):
    assert np.exp(log_transform(responses, (True, True))) == pytest.approx(responses)
    assert log_scaled_outcomes(responses) == (True, True)


@given(POSITIVE, st.floats(0.1, 10.0))
def test_a_proportional_change_is_the_same_difference_of_logarithms_at_every_level(responses, factor):
    change = log_transform(factor * responses, (True, True)) - log_transform(responses, (True, True))
    assert change == pytest.approx(np.full(responses.shape, np.log(factor)), abs=1e-9)


def test_outcomes_that_are_not_log_scaled_stay_as_they_are():
    responses = np.arange(1.0, 9.0).reshape(2, 2, 2, 1)
    transformed = log_transform(responses, (False, True))
    assert transformed[:, :, 0].tolist() == responses[:, :, 0].tolist()
    assert transformed[:, :, 1] == pytest.approx(np.log(responses[:, :, 1]))


def test_the_transformation_leaves_its_input_unchanged():
    responses = np.full((1, 1, 1, 1), 10.0)
    log_transform(responses, (True,))
    assert responses.item() == 10.0


@pytest.mark.parametrize("unusual", [0.0, -3.0])
def test_a_response_without_logarithm_is_replaced_by_the_smallest_positive_one(unusual):
    responses = np.array([unusual, 2.0, 8.0]).reshape(3, 1, 1, 1)
    assert log_transform(responses, (True,)).ravel() == pytest.approx(np.log([2.0, 2.0, 8.0]))


@pytest.mark.parametrize("unusual", [0.0, -3.0])
def test_one_response_of_zero_or_below_prevents_the_logarithm(unusual):
    responses = np.ones((4, 2, 2, 1))
    responses[3, 1, 1, 0] = unusual
    assert log_scaled_outcomes(responses) == (True, False)


def test_means_over_runs_keep_points_outcomes_and_periods_apart():
    responses = np.arange(24.0).reshape(2, 3, 2, 2)
    assert mean_over_runs(responses).shape == (2, 2, 2)
    assert mean_over_runs(responses)[0, 0, 0] == pytest.approx((0 + 4 + 8) / 3)


# requests


def test_all_uncertain_parameters_vary_by_default():
    assert [factor.path for factor in build_study("baseline").factors] == list(uncertain())


def test_a_pattern_selects_its_parameters_in_order_and_each_once():
    study = build_study("baseline", parameters_=["fear.blame", "fear.*", "fear.blame"])
    paths = [factor.path for factor in study.factors]
    assert paths[0] == "fear.blame"
    assert len(paths) == len(set(paths))
    assert set(paths) == {path for path in VARYING if path.startswith("fear.")}


def test_the_default_of_a_factor_is_its_value_in_the_scenario(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("extends: baseline\nchange: {fear.blame: 0.3}\n", encoding="utf-8")
    (factor,) = build_study(str(path), parameters_=["fear.blame"]).factors
    assert factor.default == 0.3


def test_policies_of_a_batch_are_compared_with_its_baseline(tmp_path):
    path = tmp_path / "batch.yaml"
    path.write_text(
        "format: 1\nbaseline: today\npolicies:\n  today: {}\n  calm: {change: {fear.floor: 0}}\n", encoding="utf-8"
    )
    study = build_study(str(path), parameters_=["fear.blame"])
    assert [name for name, _ in study.rivals] == ["calm"]
    assert study.rivals[0][1].value("fear.floor") == 0.0
    assert study.scenario.value("fear.floor") == Scenario().value("fear.floor")


def test_further_rivals_follow_in_the_order_given():
    study = build_study("baseline", rivals=["two-strikes", "just-culture"], parameters_=["fear.blame"])
    assert [name for name, _ in study.rivals] == ["two-strikes", "just-culture"]


def test_sizes_of_the_designs_replace_the_defaults():
    study = build_study("baseline", parameters_=["fear.blame"], outcomes=["turnover"], runs=3, tornado_runs=5, seed=0)
    assert (study.runs, study.tornado_runs, study.seed, study.samples) == (3, 5, 0, 128)
    assert study.outcomes == ("turnover",)
    assert build_study("baseline", parameters_=["fear.blame"]).outcomes == DEFAULT_OUTCOMES


def test_a_number_that_is_too_small_is_reported_by_its_option():
    with pytest.raises(BadInputError) as caught:
        build_study("baseline", parameters_=["fear.blame"], tornado_runs=1, keep=0)
    assert {(p.file, p.key) for p in caught.value.problems} == {("--tornado-runs", "1"), ("--keep", "0")}


def test_all_problems_of_a_request_are_reported_at_once():
    with pytest.raises(BadInputError) as caught:
        build_study("baseline", parameters_=["fear.blam", "fear.blame"], outcomes=["turnovr", "turnover"], runs=1)
    assert {problem.key for problem in caught.value.problems} == {"fear.blam", "turnovr", "1"}


def test_a_parameter_that_is_a_whole_number_cannot_vary():
    with pytest.raises(BadInputError, match="matches no parameter that can vary"):
        build_study("baseline", parameters_=["authority.posts"])


# identity


@pytest.mark.cases(
    "change",
    [
        {"factors": (BLAME,)}, {"factors": (BLAME, FLOOR._replace(high=0.2))}, {"outcomes": ("turnover",)},
        {"period": "whole run"}, {"trajectories": 11}, {"keep": 7}, {"samples": 64}, {"runs": 9}, {"tornado_runs": 41},
        {"seed": 2}, {"rivals": (("calm", Scenario()),)}, {"scenario": Scenario().set({"fear.floor": 0.3})},
    ],
)  # fmt: skip
def test_the_identity_of_a_study_depends_on_everything_that_changes_its_results(change):
    assert header(dataclasses.replace(STUDY, **change)) != header(STUDY)


def test_the_name_does_not_change_the_identity():
    assert header(dataclasses.replace(STUDY, name="other")) == header(STUDY)
