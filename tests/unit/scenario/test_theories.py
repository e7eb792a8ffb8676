"""Theories: values in range, precedence, and equal effect in files, in Python and on the command line."""

import json

import pytest

from redbead import parameters
from redbead.cli import main
from redbead.scenario.keywords import KEYWORDS
from redbead.scenario.loader import load, parse_settings, to_yaml
from redbead.scenario.scenario import Scenario
from redbead.scenario.theories import BALANCED, THEORIES, disputed, theory_values

every = pytest.mark.parametrize("name", THEORIES)
rival = pytest.mark.parametrize("name", [name for name in THEORIES if name != BALANCED])


@every
def test_a_theory_has_proponents_reasons_and_a_result_it_must_show(name):
    theory = THEORIES[name]
    assert theory.sentence.endswith(".")
    assert all((theory.title, theory.proponents, theory.shows))
    assert all(stance.why for stance in theory.stances.values())


@rival
def test_every_value_of_a_theory_is_in_range_and_differs_from_the_default(name):
    for path, stance in THEORIES[name].stances.items():
        item = parameters.register()[path]
        assert item.param.accepts(stance.value), path
        assert stance.value != item.default, path


def test_the_balanced_theory_sets_the_defaults():
    assert Scenario().set({"theory": BALANCED}) == Scenario()
    assert theory_values(BALANCED) == {path: parameters.register()[path].default for path in disputed()}


def test_theories_and_other_keywords_set_different_parameters():
    others = {
        path
        for name, keyword in KEYWORDS.items()
        if name != "theory"
        for values in keyword.choices.values()
        for path in values
    }
    assert others.isdisjoint(disputed())


@rival
def test_a_theory_has_the_same_effect_in_a_file_and_in_a_setting(name, write):
    from_file = load(write(f"theory: {name}"))
    from_setting = Scenario().set(parse_settings([f"theory={name}"]))
    assert from_file.theory == from_setting.theory == name
    assert from_file.digest() == from_setting.digest() != Scenario().digest()
    assert dict(from_file.values) == {path: stance.value for path, stance in THEORIES[name].stances.items()}


def test_explicit_parameters_take_precedence_over_a_theory(write):
    scenario = load(write("change: {conduct.deter_violations: 0.1}\ntheory: blame-deters"))
    assert (scenario.theory, scenario.value("conduct.deter_violations")) == ("blame-deters", 0.1)
    scenario = Scenario().set({"conduct.deter_violations": 0.1, "theory": "blame-deters"})
    assert (scenario.theory, scenario.value("conduct.deter_violations")) == ("blame-deters", 0.1)


def test_an_explicit_default_takes_precedence_over_a_theory(write):
    scenario = load(write("change: {conduct.deter_violations: 1.0}\ntheory: blame-deters"))
    assert scenario.value("conduct.deter_violations") == 1.0


def test_a_theory_replaces_the_theory_of_the_extended_file(write):
    write("theory: blame-deters\nchange: {reporting.severity: 1}", "parent.yaml")
    child = load(write("extends: ./parent.yaml\ntheory: workload-only"))
    assert child.theory == "workload-only"
    assert child.value("burnout.fear") == THEORIES["workload-only"].stances["burnout.fear"].value
    assert child.value("lessons.blame_blindness") == parameters.register()["lessons.blame_blindness"].default
    assert child.value("reporting.severity") == 1.0
    assert load(write("extends: ./parent.yaml", "heir.yaml")).theory == "blame-deters"


def test_a_theory_is_written_and_read_back(write):
    scenario = Scenario(name="mine", title="mine", systems=("S17", "S14")).set({"theory": "blame-deters"})
    scenario = scenario.set({"conduct.deter_violations": 1.0})
    assert scenario.as_dict()["theory"] == "blame-deters"
    assert load(write(to_yaml(scenario))) == scenario


def test_the_command_lists_theories_and_shows_one_in_detail(capsys):
    assert main(["theories"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in THEORIES)
    assert main(["theories", "just-culture"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for path, stance in THEORIES["just-culture"].stances.items():
        assert path in shown
        assert stance.why in shown
    assert main(["theories", "just-culture", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["numbers"]["conduct.deter_violations"]["value"] == 0.0
    assert main(["theories", "blame-deter"]) == 2
    assert "Did you mean blame-deters?" in capsys.readouterr().err
