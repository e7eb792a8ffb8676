"""Comparisons from user input: sources by name, path or in Python; deciding outcomes; numbers of runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.exceptions import BadInputError
from redbead.scenario.library import shipped_batches
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.inputs import batch_file, gather, parse_deciding_outcomes, single, with_runs
from redbead.studies.comparison.spec import DEFAULT_RUNS, DecidingOutcome

A, B, C, D, E = (Scenario(name=name, years=1.0).set({"fear.blame": 0.1 * k}) for k, name in enumerate("abcde", 1))


def test_scenarios_are_compared_under_their_names():
    comparison = gather([A, B, C])
    assert comparison.names == ("a", "b", "c")
    assert (comparison.baseline, comparison.name, comparison.title) == ("a", "a-b-c", "b, c against a")
    assert comparison.runs == DEFAULT_RUNS


def test_a_mapping_gives_other_names_and_one_policy_may_be_the_baseline():
    comparison = gather({"Old rules": A, "New rules": B}, baseline="New rules")
    assert comparison.names == ("Old rules", "New rules")
    assert comparison.others == ("Old rules",)
    assert comparison.title == "Old rules against New rules"
    assert comparison.name == "old-rules-new-rules"


def test_names_of_many_policies_are_shortened():
    assert gather([A, B, C, D]).name == gather([A, B, C, E]).name == "a-b-c-and-more"


def test_fields_take_precedence_and_none_keeps_the_default():
    comparison = gather([A, B], name="mine", seed=9, runs=None, over="whole run")
    assert (comparison.name, comparison.seed, comparison.runs, comparison.over) == (
        "mine",
        9,
        DEFAULT_RUNS,
        "whole run",
    )


def test_a_scenario_file_is_named_after_its_file(tmp_path):
    (tmp_path / "mine.yaml").write_text("format: 1\nextends: baseline\nchange: {fear.blame: 0.2}\n")
    comparison = gather(["baseline", tmp_path / "mine.yaml"])
    assert comparison.names == ("baseline", "mine")
    assert comparison.policy("mine").scenario.value("fear.blame") == 0.2


def test_all_problems_of_all_sources_are_reported_together(tmp_path):
    (tmp_path / "bad.yaml").write_text("extends: baseline\ninspection: {stakes: 9}\n")
    with pytest.raises(BadInputError) as caught:
        gather({"today": "baseline", "a": "two-strike", "b": tmp_path / "bad.yaml"})
    assert len(caught.value.problems) == 2
    assert "Did you mean two-strikes" in str(caught.value)
    assert "bad.yaml:2:22" in str(caught.value)


def test_a_scenario_that_appears_twice_is_reported():
    with pytest.raises(BadInputError, match="appears twice"):
        gather([A, B, A])


def test_an_unknown_baseline_is_reported_with_the_names():
    with pytest.raises(BadInputError, match=r"(?s)'z' is not one of the policies.*Choose from: a, b"):
        gather([A, B], baseline="z")


# batch files


@pytest.mark.parametrize("name", shipped_batches())
def test_shipped_batches_are_known_by_name(name):
    assert batch_file(name).is_file()
    assert gather([name]).names == gather([batch_file(name)]).names


def test_fields_of_a_command_replace_those_of_a_batch_file(tmp_path):
    path = tmp_path / "b.yaml"
    path.write_text("format: 1\npolicies: {x: baseline, y: two-strikes}\nruns: 30\nseed: 3\n")
    assert (gather([path]).runs, gather([path]).seed, gather([path]).baseline) == (30, 3, "x")
    changed = gather([path], baseline="y", seed=8, settings={"authority.posts": 40})
    assert (changed.runs, changed.seed, changed.baseline) == (30, 8, "y")
    assert {policy.scenario.value("authority.posts") for policy in changed.policies} == {40.0}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("baseline", "redbead compare baseline just-culture"),
        ("two-strikes", "redbead compare two-strikes baseline"),
        ("no such batch", "no shipped batch or file has this name"),
    ],
)
def test_a_single_scenario_or_unknown_name_is_refused_with_a_command(name, message):
    with pytest.raises(BadInputError, match=message):
        batch_file(name)


def test_a_file_that_is_not_valid_yaml_is_reported_with_its_line(tmp_path):
    (tmp_path / "broken.yaml").write_text("policies: {a: baseline\nruns: [\n")
    with pytest.raises(BadInputError, match=r"broken\.yaml:[23]:"):
        gather([tmp_path / "broken.yaml"])


# single scenarios


def test_the_nearest_different_scenario_is_the_baseline_of_a_run():
    same, near, far = Scenario(name="same"), Scenario(name="near", years=3), Scenario(name="far", years=4)
    comparison = single(Scenario(name="mine"), runs=5, seed=1, extended=[same, near, far])
    assert (comparison.names, comparison.baseline, comparison.subject) == (("mine", "near"), "near", "mine")


def test_an_extended_scenario_of_the_same_name_gets_another():
    comparison = single(Scenario(name="mine"), runs=5, seed=1, extended=[Scenario(name="Mine", years=3)])
    assert comparison.names == ("mine", "Mine (extended)")


def test_a_single_scenario_is_its_own_baseline():
    comparison = single(A, runs=7, seed=5)
    assert (comparison.names, comparison.baseline, comparison.others) == (("a",), "a", ())
    assert (comparison.runs, comparison.seed, comparison.weeks) == (7, 5, 52)


@pytest.mark.parametrize(("runs", "seed"), [(0, 1), (1, -1), (1, 2**64)])
def test_numbers_out_of_range_are_refused(runs, seed):
    with pytest.raises(BadInputError):
        single(A, runs=runs, seed=seed)


# deciding outcomes


@given(st.floats(1e-6, 1e6), st.booleans(), st.sampled_from(["", " "]))
def test_values_and_shares_are_parsed(value, relative, space):
    (outcome,) = parse_deciding_outcomes([f"turnover{space}={space}{value!r}{space}{'%' if relative else ''}"])
    assert outcome == DecidingOutcome("turnover", value / 100 if relative else value, relative)


def test_the_default_is_five_per_cent_of_the_baseline():
    assert parse_deciding_outcomes(["turnover", "cost="]) == (
        DecidingOutcome("turnover", 0.05, relative=True), DecidingOutcome("cost", 0.05, relative=True)
    )  # fmt: skip


@pytest.mark.cases("text", ["turnover=inf", "turnover=%%", "turnover=1 2", "turnover=-5%", "=5", ""])
def test_values_that_are_not_positive_numbers_are_refused(text):
    with pytest.raises(BadInputError, match="--measure"):
        parse_deciding_outcomes([text])


def test_every_invalid_outcome_is_listed():
    with pytest.raises(BadInputError) as caught:
        parse_deciding_outcomes(["turnover=0", "hidden_error", "cost=1%"])
    assert len(caught.value.problems) == 2


# numbers of runs


@given(st.integers(1, 1000))
def test_a_whole_number_sets_the_runs_of_each_policy(runs):
    assert with_runs(gather([A, B]), str(runs)).runs == runs


def test_no_number_keeps_the_runs_and_auto_determines_them():
    comparison = gather([A, B], runs=12)
    assert with_runs(comparison, "") == comparison
    assert with_runs(comparison, "auto").runs is None


@pytest.mark.cases("text", ["1.5", "-3", "ten", "0", "1e3", " 5", "AUTO"])
def test_other_numbers_of_runs_are_refused(text):
    with pytest.raises(BadInputError, match="--runs"):
        with_runs(gather([A, B]), text)
