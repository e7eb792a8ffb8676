"""Recognition of the type of a file by its keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.exceptions import BadInputError
from redbead.scenario.schema import SCENARIO
from redbead.scenario.yaml_reader import parse
from redbead.studies.file_types import file_types, recognise

MARKS = {kind.name: kind.mark for kind in file_types() if kind.mark}


def type_of(text):
    return recognise(parse(text, "x.yaml")).name


def refusal(text):
    with pytest.raises(BadInputError) as caught:
        type_of(text)
    (problem,) = caught.value.problems
    return problem


def test_each_type_except_scenarios_has_its_own_distinguishing_key():
    assert [kind.name for kind in file_types()] == ["scenario", "batch", "checks", "targets", "calibration"]
    assert MARKS == {"batch": "policies", "checks": "checks", "targets": "targets", "calibration": "parameters"}
    for kind in file_types():
        assert not kind.mark or kind.mark in kind.tree.keys
        assert kind.mark not in SCENARIO.tree.keys


@pytest.mark.parametrize(("name", "mark"), MARKS.items())
def test_a_distinguishing_key_determines_the_type(name, mark):
    assert type_of(f"{mark}: {{}}") == name
    assert type_of(f"unknown: 1\n{mark}: {{}}") == name


@pytest.mark.cases("text", ["", "{}", "title: x", "time: {years: 3}", "format: 1", "- 1\n- 2", "text", "7"])
def test_a_file_is_a_scenario_in_case_of_doubt(text):
    """An empty file, keys of a scenario, and content that is no mapping, which the reader of scenarios refuses."""
    assert type_of(text) == "scenario"


@pytest.mark.cases(
    ("key", "name"),
    [
        ("policy", "batch"),
        ("polices", "batch"),
        ("check", "checks"),
        ("target", "targets"),
        ("parameter", "calibration"),
    ],
)
def test_a_misspelt_distinguishing_key_is_recognised(key, name):
    assert type_of(f"{key}: {{}}") == name


def test_a_calibration_names_its_targets_without_being_a_target_file():
    """'targets' marks a target file, but a calibration knows more of the keys."""
    assert type_of("targets: england\nscenario: baseline\nparameters: {}") == "calibration"


def test_a_file_without_known_keys_is_refused_with_all_types():
    problem = refusal("colour: red\nshape: round")
    assert problem.what == "the file has no key of a known type of file; its first key is 'colour'"
    assert (problem.line, problem.column) == (1, 1)
    for name, mark in MARKS.items():
        assert f"{name} (key '{mark}')" in problem.hint


def test_a_file_with_the_keys_of_two_types_is_refused_with_both():
    problem = refusal("checks: []\npolicies: {}")
    assert "has keys of several types of files (batch, checks)" in problem.what


def test_the_place_of_the_first_key_is_reported():
    problem = refusal("# a remark\n\ncolour: red")
    assert (problem.line, problem.column) == (3, 1)


@given(st.lists(st.sampled_from([key for kind in file_types() for key in kind.tree.keys]), unique=True, max_size=5))
def test_any_combination_of_known_keys_is_recognised_or_refused(keys):
    """The result does not depend on the order of keys, and no combination ends in another error."""
    results = set()
    for ordered in (keys, keys[::-1]):
        try:
            results.add(type_of("".join(f"{key}: 1\n" for key in ordered)))
        except BadInputError as error:
            results.add(len(error.problems))
    assert len(results) == 1


@given(st.sampled_from(sorted(MARKS)), st.data())
def test_further_keys_of_a_type_do_not_change_it(name, data):
    kind = next(kind for kind in file_types() if kind.name == name)
    more = data.draw(st.lists(st.sampled_from(sorted(kind.tree.keys)), unique=True))
    own = {kind.mark, *(key for key in more if key not in MARKS.values())}
    assert type_of("".join(f"{key}: 1\n" for key in sorted(own))) == name
