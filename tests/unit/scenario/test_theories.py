"""Theories: in range, different from the balanced model, and at home in files, in Python and on the command line."""

import json

import pytest

from redbead import parameters
from redbead.cli import main
from redbead.scenario.keywords import WORDS
from redbead.scenario.loader import load, settings, to_yaml
from redbead.scenario.scenario import Scenario
from redbead.scenario.theories import BALANCED, THEORIES, disputed, position

every = pytest.mark.parametrize("name", THEORIES)
rival = pytest.mark.parametrize("name", [name for name in THEORIES if name != BALANCED])


@every
def test_it_says_who_believes_what_and_what_it_must_show(name):
    theory = THEORIES[name]
    assert theory.sentence.endswith(".")
    assert all((theory.title, theory.proponents, theory.shows))
    assert all(stance.why for stance in theory.stances.values())


@rival
def test_every_value_is_in_its_range_and_differs_from_the_default(name):
    for path, stance in THEORIES[name].stances.items():
        item = parameters.register()[path]
        assert item.param.accepts(stance.value), path
        assert stance.value != item.default, path


def test_the_balanced_theory_is_the_defaults():
    assert Scenario().set({"theory": BALANCED}) == Scenario()
    assert position(BALANCED) == {path: parameters.register()[path].default for path in disputed()}


def test_theories_and_other_words_speak_of_different_numbers():
    others = {
        path
        for name, word in WORDS.items()
        if name != "theory"
        for numbers in word.choices.values()
        for path in numbers
    }
    assert others.isdisjoint(disputed())


@rival
def test_a_file_python_and_the_command_line_say_the_same(name, write):
    by_file = load(write(f"theory: {name}"))
    by_set = Scenario().set(settings([f"theory={name}"]))
    assert by_file.theory == by_set.theory == name
    assert by_file.digest() == by_set.digest() != Scenario().digest()
    assert dict(by_file.values) == {path: stance.value for path, stance in THEORIES[name].stances.items()}


def test_numbers_beside_it_win_and_it_keeps_its_name(write):
    scenario = load(write("change: {practice.deterrence: 0.1}\ntheory: blame-deters"))
    assert (scenario.theory, scenario.value("practice.deterrence")) == ("blame-deters", 0.1)
    scenario = Scenario().set({"practice.deterrence": 0.1, "theory": "blame-deters"})
    assert (scenario.theory, scenario.value("practice.deterrence")) == ("blame-deters", 0.1)


def test_a_number_at_its_default_wins_too(write):
    scenario = load(write("change: {practice.deterrence: 0.25}\ntheory: blame-deters"))
    assert scenario.value("practice.deterrence") == 0.25


def test_the_theory_of_the_child_replaces_that_of_the_parent(write):
    write("theory: blame-deters\nchange: {reporting.severity: 1}", "parent.yaml")
    child = load(write("extends: ./parent.yaml\ntheory: workload-only"))
    assert child.theory == "workload-only"
    assert child.value("burnout.fear") == THEORIES["workload-only"].stances["burnout.fear"].value
    assert child.value("lessons.blame_blindness") == parameters.register()["lessons.blame_blindness"].default
    assert child.value("reporting.severity") == 1.0
    assert load(write("extends: ./parent.yaml", "heir.yaml")).theory == "blame-deters"


def test_it_survives_being_written_down(write):
    scenario = Scenario(name="mine", title="mine", systems=("S17", "S14")).set({"theory": "blame-deters"})
    scenario = scenario.set({"practice.deterrence": 0.25})
    assert scenario.as_dict()["theory"] == "blame-deters"
    assert load(write(to_yaml(scenario))) == scenario


def test_the_command_lists_them_and_shows_one_in_detail(capsys):
    assert main(["theories"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in THEORIES)
    assert main(["theories", "just-culture"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for path, stance in THEORIES["just-culture"].stances.items():
        assert path in shown
        assert stance.why in shown
    assert main(["theories", "just-culture", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["numbers"]["practice.deterrence"]["value"] == 0.0
    assert main(["theories", "blame-deter"]) == 2
    assert "did you mean 'blame-deters'" in capsys.readouterr().err
