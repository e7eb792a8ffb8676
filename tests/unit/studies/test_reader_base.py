"""Scenarios that are part of a larger file: their values, their theory, and the place of their problems."""

import pytest

from redbead.exceptions import BadInputError, Problem
from redbead.scenario.scenario import Scenario
from redbead.scenario.validation import check_content
from redbead.scenario.yaml_reader import parse
from redbead.studies.behaviour_checks.spec import CHECKS
from redbead.studies.reader_base import ScenarioPart, add_problems, explicit_values, read_part, under

SETUP = ("checks", 0, "setup")


def content_of(setup):
    """Content of a file with one check, whose scenario under test is on line 5."""
    expected = "[{measure: fear, weeks: [0, 2], between: [0, 1]}]"
    text = f"checks:\n- name: a\n  claim: c\n  source: s\n  setup: {setup}\n  expect: {expected}\n"
    return check_content(parse(text, "x.yaml"), CHECKS)


def test_a_part_extends_its_base_and_keeps_what_it_sets_itself():
    part = read_part(content_of("{inspection: {stakes: 0.25}, change: {fear.floor: 0.3}}"), SETUP, "two-strikes", "a")
    assert [lever.kind for lever in part.scenario.levers] == ["two-strikes"]
    assert part.scenario.value("inspection.stakes") == 0.25
    assert part.own == {"inspection.stakes": 0.25, "fear.floor": 0.3}


def test_an_empty_part_is_its_base():
    part = read_part(content_of("{}"), SETUP, "baseline", "a")
    assert part.own == {}
    assert part.scenario.values == ()


def test_a_missing_part_is_none():
    assert read_part(content_of("{}"), ("checks", 0, "against"), "baseline", "a") is None


def test_a_part_that_is_not_valid_is_none_and_its_problems_are_kept_once():
    content = content_of("{inspection: {stakes: 9}}")
    assert read_part(content, SETUP, "baseline", "a") is None
    assert [(p.line, p.column) for p in content.document.problems] == [(5, 32)]


def test_a_problem_of_the_base_is_reported_at_the_place_that_names_it():
    content = content_of("{}")
    assert read_part(content, SETUP, "no-such-scenario", "a") is None
    (problem,) = content.document.problems
    assert (problem.file, problem.line) == ("x.yaml", 5)
    assert "no-such-scenario" in problem.what


@pytest.mark.parametrize("name", ["", "x" * 300])
def test_a_part_has_a_name_of_at_most_64_letters(name):
    part = read_part(content_of("{}"), SETUP, "baseline", name)
    assert part.scenario.name == (name[:64] or "side")


# problems of other files


def test_problems_with_a_line_keep_their_file_and_others_get_the_place():
    content = content_of("{}")
    other = BadInputError([
        Problem("other.yaml", 7, 3, "", "is wrong", "Correct it."),
        Problem("gone.yaml", what="cannot be read", hint="See."),
    ])  # fmt: skip
    add_problems(content, SETUP, "gone", other)
    first, second = sorted(content.document.problems, key=lambda problem: problem.file)
    assert (first.file, first.line, first.what) == ("other.yaml", 7, "is wrong")
    assert (second.file, second.line) == ("x.yaml", 5)
    assert (second.what, second.hint) == ("'gone': cannot be read", "See.")


# explicit values and theories


@pytest.mark.cases(
    ("data", "values"),
    [
        ({}, {}),
        ({"title": "t", "levers": [], "time": {"years": 3}}, {}),
        ({"inspection": {"stakes": 0.1, "visits": 0}}, {"inspection.stakes": 0.1, "inspection.visits": 0}),
        ({"change": {"fear.floor": 0.1}}, {"fear.floor": 0.1}),
        ({"change": None}, {}),
        ({"inspection": {"stakes": 0.1}, "change": {"inspection.stakes": 0.3}}, {"inspection.stakes": 0.3}),
        ({"inspection": {"no_parameter": 0.1}}, {}),
        ({"inspection": 5}, {}),
        ({"theory": "just-culture"}, {"theory": "just-culture"}),
    ],
)
def test_values_that_a_part_sets_explicitly(data, values):
    assert dict(explicit_values(data)) == values


def test_a_theory_changes_a_scenario_but_not_the_values_that_it_sets_itself():
    usual = under(ScenarioPart(Scenario(), {}), "blame-deters")
    assert usual.theory == "blame-deters"
    path, value = usual.values[0]
    own = Scenario().value(path)
    assert own != value
    kept = under(ScenarioPart(Scenario(), {path: own}), "blame-deters")
    assert kept.theory == "blame-deters"
    assert kept.value(path) == own


def test_a_part_with_its_own_theory_keeps_it():
    scenario = Scenario().set({"theory": "just-culture"})
    assert under(ScenarioPart(scenario, {"theory": "just-culture"}), "blame-deters") is scenario


def test_an_unknown_theory_is_refused():
    with pytest.raises(BadInputError, match="blame-deter"):
        under(ScenarioPart(Scenario(), {}), "blame-deter")
