"""What every shipped scenario must be, and the files that are written from the declarations."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from redbead.scenario.catalogue import FOLDERS, as_markdown, catalogue
from redbead.scenario.library import library, shipped, shipped_batches
from redbead.scenario.loader import load
from redbead.scenario.schedule import schedule
from redbead.scenario.schema import json_schema
from redbead.scenario.yaml_reader import read

EXPECTED = {
    *("baseline", "just-culture", "two-strikes", "tragedy-unfunded", "tragedy-funded", "no-inspection"),
    *("supportive-inspection", "inadequate-and-takeover", "leaders-protected", "confidential-reporting"),
}
ROOT = Path(__file__).parents[2]

every = pytest.mark.parametrize("name", shipped())


@pytest.fixture(scope="module")
def validator():
    """The schema of editors, found to be a schema."""
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema())


def test_the_library_is_complete_and_starts_with_the_baseline():
    assert set(shipped()) >= EXPECTED
    assert catalogue()[0].name == "baseline"


@every
def test_it_is_valid_and_can_be_scheduled(name):
    scenario = load(name)
    plan = schedule(scenario)
    assert scenario.name == name
    assert plan.of_week.size == scenario.warm_up_weeks + scenario.weeks


@every
def test_it_says_what_it_asks_where_it_comes_from_and_what_to_look_at(name):
    scenario = load(name)
    assert scenario.question.endswith("?")
    assert scenario.source
    assert scenario.looks
    assert len(scenario.title) <= 80
    assert read(shipped()[name]).data["title"] == scenario.title, "every file has a title of its own"


@every
def test_editors_find_its_schema(name):
    path = shipped()[name]
    first = path.read_text(encoding="utf-8").splitlines()[0]
    schema = "../" * len(path.parent.relative_to(library()).parts) + "scenario.schema.json"
    assert first == f"# yaml-language-server: $schema={schema}"


def test_names_are_unique_although_files_are_in_folders():
    """A file is run by its stem, so two files of one stem would hide one another."""
    stems = [path.stem for path in library().rglob("*.yaml")]
    assert sorted(stems) == sorted([*shipped(), *shipped_batches()])


@every
def test_it_lies_in_a_folder_of_the_library_and_names_the_systems_that_it_shows(name):
    entry = next(entry for entry in catalogue() if entry.name == name)
    assert entry.folder in FOLDERS
    assert (entry.folder == "") == (name == "baseline")
    assert entry.systems


@every
def test_the_schema_of_editors_accepts_it_and_its_resolved_form(name, validator):
    validator.validate(yaml.safe_load(shipped()[name].read_text(encoding="utf-8")))
    validator.validate(load(name).as_dict())


@every
def test_only_the_baseline_stands_alone(name):
    extends = read(shipped()[name]).data.get("extends")
    assert (extends is None) == (name == "baseline")


def test_two_strikes_is_the_policy_alone():
    assert load("two-strikes").spikes == ()
    assert [lever.kind for lever in load("two-strikes").levers] == ["two-strikes"]


def test_the_funded_tragedy_is_the_unfunded_one_with_money():
    assert load("tragedy-funded").spikes == load("tragedy-unfunded").spikes
    assert [lever.kind for lever in load("tragedy-funded").levers] == ["surge-funding"]


@pytest.mark.parametrize(
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
def test_the_schema_of_editors_refuses_what_the_loader_refuses(wrong, validator):
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(wrong)


def test_the_schema_explains_every_key():
    stake = json_schema()["$defs"]["inspection"]["properties"]["stakes"]
    assert (stake["minimum"], stake["maximum"], stake["default"]) == (0, 1, 0.7)
    assert "how much depends on the judgement" in stake["description"]


def test_the_schema_beside_the_files_is_up_to_date():
    written = json.loads((ROOT / "scenarios" / "scenario.schema.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(json_schema())), "redbead schema > scenarios/scenario.schema.json"


def test_the_readme_is_what_the_files_say():
    written = (library() / "README.md").read_text(encoding="utf-8")
    assert written == as_markdown(), "redbead scenarios --markdown > scenarios/README.md"
