"""Contracts of all shipped scenarios, and of the files generated from them."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from redbead import parameters
from redbead.scenario.library import FOLDERS, as_markdown, catalogue, library, shipped, shipped_batches
from redbead.scenario.loader import load
from redbead.scenario.schedule import schedule
from redbead.scenario.schema import SCENARIO
from redbead.scenario.yaml_reader import read
from redbead.studies.file_types import json_schema

EXPECTED = {
    *("baseline", "just-culture", "two-strikes", "tragedy-unfunded", "tragedy-funded", "no-inspection"),
    *("supportive-inspection", "inadequate-and-takeover", "leaders-protected", "confidential-reporting"),
}
ROOT = Path(__file__).parents[2]

every = pytest.mark.cases("name", shipped())


@pytest.fixture(scope="module")
def validator():
    """Validator for the JSON schema of editors, which is itself checked."""
    jsonschema.Draft202012Validator.check_schema(json_schema(SCENARIO))
    return jsonschema.Draft202012Validator(json_schema(SCENARIO))


def test_the_library_is_complete_and_starts_with_the_baseline():
    assert set(shipped()) >= EXPECTED
    assert catalogue()[0].name == "baseline"


@every
def test_a_scenario_is_valid_and_has_a_schedule(name):
    scenario = load(name)
    plan = schedule(scenario)
    assert scenario.name == name
    assert plan.of_week.size == scenario.warm_up_weeks + scenario.weeks


@every
def test_a_scenario_has_a_question_a_source_and_outcomes(name):
    scenario = load(name)
    assert scenario.question.endswith("?")
    assert scenario.source
    assert scenario.looks
    assert len(scenario.title) <= 80
    assert read(shipped()[name]).data["title"] == scenario.title, "every file has its own title"


def test_scenarios_refer_to_the_schema_for_editors():
    for path in shipped().values():
        first = path.read_text(encoding="utf-8").splitlines()[0]
        schema = "../" * len(path.parent.relative_to(library()).parts) + "scenario.schema.json"
        assert first == f"# yaml-language-server: $schema={schema}", path


def test_names_are_unique_across_folders():
    """Scenarios are run by the stem of their file, so stems must be unique."""
    stems = [path.stem for path in library().rglob("*.yaml")]
    assert sorted(stems) == sorted([*shipped(), *shipped_batches()])


def test_scenarios_are_in_known_folders_and_list_their_systems():
    assert {entry.name for entry in catalogue()} == set(shipped())
    for entry in catalogue():
        assert entry.folder in FOLDERS, entry
        assert (entry.folder == "") == (entry.name == "baseline"), entry
        assert entry.systems, entry


@every
def test_the_schema_accepts_a_scenario_and_its_resolved_form(name, validator):
    validator.validate(yaml.load(shipped()[name].read_text(encoding="utf-8"), yaml.CSafeLoader))
    validator.validate(load(name).as_dict())


def test_every_scenario_but_the_baseline_extends_another():
    for name, path in shipped().items():
        extends = read(path).data.get("extends")
        assert (extends is None) == (name == "baseline"), name


def test_two_strikes_contains_only_the_policy():
    assert load("two-strikes").spikes == ()
    assert [lever.kind for lever in load("two-strikes").levers] == ["two-strikes"]


def test_the_funded_tragedy_adds_only_funding():
    assert load("tragedy-funded").spikes == load("tragedy-unfunded").spikes
    assert [lever.kind for lever in load("tragedy-funded").levers] == ["surge-funding"]


@pytest.mark.cases(
    "wrong",
    [
        {"inspection": {"stakes": 7}},
        {"inspection": {"case_tracked": 7}},
        {"levers": [{"kind": "prayer"}]},
        {"levers": [{"kind": "two-strikes", "strength": 1}]},
        {"change": {"reporting.feer": 1}},
        {"change": {"reporting.fear": "much"}},
        {"authority": {"posts": 7.5}},
        {"format": 2},
    ],
)
def test_the_schema_refuses_the_same_values_as_the_loader(wrong, validator):
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(wrong)


def test_the_schema_describes_keys_with_range_default_and_meaning():
    stakes = json_schema(SCENARIO)["$defs"]["inspection"]["properties"]["stakes"]
    assert (stakes["minimum"], stakes["maximum"], stakes["default"]) == (0, 1, 0.7)
    assert parameters.register()["inspection.stakes"].param.meaning in stakes["description"]


def test_the_readme_is_up_to_date():
    written = (library() / "README.md").read_text(encoding="utf-8")
    assert written == as_markdown(), "redbead scenarios --markdown > scenarios/README.md"
