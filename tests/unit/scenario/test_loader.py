"""Loading of scenario files: problems with line, column, key and hint; extends; precedence of keys."""

import pytest

from redbead import parameters
from redbead.exceptions import BadInputError
from redbead.levers import LEVERS
from redbead.scenario.keys import Section
from redbead.scenario.loader import find, load, load_chain
from redbead.scenario.scenario import Scenario, Spike
from redbead.scenario.schema import TOP


def only(problems):
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def test_an_unknown_key_and_a_value_out_of_range_are_reported_with_hints(problems, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    listed = problems("inspection:\n  case_tracked: 60\n  stakes: 7\n", "two-strikes.yaml")
    first, second = listed
    meaning = {key: parameters.register()[f"inspection.{key}"].param.meaning for key in ("cases_tracked", "stakes")}
    assert (first.line, first.column, first.key, first.what) == (2, 3, "inspection.case_tracked", "is not a known key")
    assert first.hint == f"Did you mean cases_tracked ({meaning['cases_tracked']}, 10 to 400 cases)?"
    assert (second.line, second.key, second.what) == (3, "inspection.stakes = 7", "is outside the range 0 to 1")
    assert second.hint == f"Meaning: {meaning['stakes']}."
    lines = str(BadInputError(listed)).splitlines()
    assert lines[0].endswith("two-strikes.yaml:2:3: inspection.case_tracked is not a known key.")
    assert lines[1] == f"    {first.hint}"
    assert lines[-1] == "2 problems found. Nothing was run."


@pytest.mark.cases("text", ["012", "12:30", "no", "true", ".nan", ".inf", "'5'", "[]", "{}", "null", "0x10"])
def test_a_parameter_must_be_a_number(problems, text):
    problem = only(problems(f"inspection: {{cycle_weeks: {text}}}"))
    assert problem.what.startswith("must be a number")
    assert "26 to 520 weeks" in problem.hint
    assert (problem.line, problem.column) == (1, 27)


def test_scientific_notation_is_read_as_a_number(write):
    assert load(write("inspection: {cycle_weeks: 1e2}")).value("inspection.cycle_weeks") == 100.0


def test_a_count_must_be_a_whole_number(problems):
    assert "whole number" in only(problems("authority: {posts: 7.5}")).what
    assert "outside the range 6 to 20000 posts" in only(problems("authority: {posts: 1e300}")).what


@pytest.mark.parametrize("number", ["-0.1", "1.1", "1e300"])
def test_a_number_out_of_range_names_range_and_meaning(problems, number):
    problem = only(problems(f"change: {{blame.own: {number}}}"))
    assert "outside the range 0 to 1" in problem.what
    assert parameters.register()["blame.own"].param.meaning in problem.hint


def test_an_unknown_parameter_under_change_is_reported_with_the_nearest_name(problems):
    problem = only(problems("change: {reporting.feer: 2.0}"))
    assert problem.what == "is not a known parameter"
    assert problem.hint.startswith("Did you mean reporting.fear (")
    assert "0 to 6 log-odds" in problem.hint


def test_the_hint_for_a_family_without_a_section_is_to_use_change(problems):
    assert "change: {reporting." in only(problems("reporting: {fear: 2}")).hint
    assert "change: {reporting.fear: ...}" in only(problems("reporting.fear: 2")).hint


def test_the_hint_for_a_parameter_in_the_wrong_section_names_its_path(problems):
    assert "inspection.stakes" in only(problems("takeover: {stakes: 1}")).hint


def test_a_parameter_set_twice_is_reported_with_both_lines(problems):
    problem = only(problems("inspection:\n  stakes: 0.1\nchange:\n  inspection.stakes: 0.2\n"))
    assert (problem.line, problem.what) == (4, "is set twice, here and at line 2")


def test_a_number_that_contradicts_a_keyword_is_reported_with_both_lines(problems):
    problem = only(problems("takeover:\n  rule: automatic\nchange:\n  takeover.chance: 0.5\n"))
    assert problem.line == 4
    assert "contradicts takeover.rule: automatic at line 2" in problem.what


def test_an_unknown_choice_of_a_keyword_is_reported_with_all_choices(problems):
    problem = only(problems("inspection: {regime: gradd}"))
    assert problem.what == "must be one of graded, supportive, none"
    assert "Did you mean graded?" in problem.hint


@pytest.mark.parametrize(("value", "name"), [("Coventry", "Coventry"), ("[1]", "NAME")])
def test_published_figures_under_preset_are_refused_with_the_correct_key(problems, write, value, name):
    problem = only(problems(f"authority: {{preset: {{published: {value}}}}}"))
    assert problem.what == "must be one of median, large, not a mapping"
    assert f"authority: {{published: {name}}}" in problem.hint
    assert load(write("authority: {published: Coventry}")).published == "Coventry"


def meaning_of(number):
    """Meaning of a number that all levers have."""
    return next(item.param.meaning for item in LEVERS["just-culture"].numbers() if item.name == number)


@pytest.mark.cases(
    ("lever", "what", "hint"),
    [
        ("{kind: two-strike}", "is not a known lever", "Did you mean two-strikes ("),
        ("{kind: prayer}", "is not a known lever", f"Choose from: {next(iter(LEVERS))}, "),
        ("{from_week: 3}", "needs the key 'kind'", "Choose from: "),
        ("{kind: 7}", "needs the key 'kind'", "Choose from: "),
        ("just-culture", "must be a mapping", "Write {kind: just-culture}."),
        ("{kind: just-culture, strenght: 1}", "is not a known key", "Did you mean strength ("),
        ("{kind: just-culture, from_week: 1.5}", "whole number", meaning_of("from_week")),
        ("{kind: just-culture, from_week: 52, until_week: 52}", "is not after the start", "remove until_week"),
        ("{kind: just-culture, fidelity: 2}", "outside the range 0 to 1", meaning_of("fidelity")),
    ],
)
def test_problems_of_levers_are_reported_with_hints(problems, lever, what, hint):
    problem = only(problems(f"levers:\n  - {lever}\n"))
    assert what in problem.what
    assert hint in problem.hint
    assert problem.line == 2


@pytest.mark.cases(
    ("text", "what"),
    [
        ("- 1", "a scenario must be a mapping"),
        ("7", "a scenario must be a mapping"),
        ("format: 2", "reads format 1"),
        ("format: true", "must be the number 1"),
        ("title: 12", "must be text"),
        ("extends: [a]", "must be text"),
        ("inspection:", "must be a mapping"),
        ("levers: {}", "must be a list"),
        ("change: []", "must be a mapping"),
        ("demand: {spikes: 3}", "must be a list"),
        ("demand: {spikes: [{size: 9}]}", "outside the range 0 to 2 share"),
        ("time: {years: 0}", "outside the range 0.02 to 100 years"),
        ("name: ../../etc", "must be a valid name"),
    ],
)
def test_values_of_the_wrong_type_are_refused(problems, text, what):
    assert what in only(problems(text)).what


def test_all_problems_are_reported_in_order(problems):
    listed = problems(
        "title: 1\nlevers: [{kind: x}]\nchange: {a: 1, b.c: 2}\ninspection: {stakes: 2, stakes: 3, x: 1}\n"
    )
    assert len(listed) == 7
    assert listed == sorted(listed)


def test_problems_of_the_extended_file_are_reported(write, problems):
    write("inspection: {stakes: 9}\n", "parent.yaml")
    listed = problems("extends: ./parent.yaml\ntime: {yars: 1}\n", "child.yaml")
    assert sorted(problem.key for problem in listed) == ["inspection.stakes = 9", "time.yars"]
    assert len({problem.file for problem in listed}) == 2


def test_circular_extends_are_reported_with_all_files(write, problems):
    write("extends: ./c.yaml\n", "b.yaml")
    write("# comment\nextends: ./a.yaml\n", "c.yaml")
    problem = only(problems("extends: ./b.yaml\n", "a.yaml"))
    assert problem.what == "circular extends: a.yaml -> b.yaml -> c.yaml -> a.yaml"
    assert (problem.line, problem.file.endswith("c.yaml")) == (2, True)


def test_a_file_cannot_extend_itself(problems):
    assert "circular extends: me.yaml -> me.yaml" in only(problems("extends: ./me.yaml", "me.yaml")).what


def test_a_long_chain_of_extends_is_refused(write, problems):
    for number in range(40):
        write(f"extends: ./{number + 1}.yaml", f"{number}.yaml")
    assert "more than 20 files" in only(problems("extends: ./0.yaml")).what


def test_an_extended_file_must_exist(write, problems):
    problem = only(problems("title: a\nextends: ./gone.yaml\n"))
    assert (problem.line, problem.what) == (2, "is not a file")
    assert "Did you mean baseline?" in only(problems("extends: basline")).hint
    write("title: x", "mine2.yaml")
    assert "'./mine2.yaml'" in only(problems("extends: mine2")).hint
    assert only(problems('extends: "a/' + "x" * 5000 + '"')).what == "is not a file"


def test_keys_of_the_extending_file_take_precedence_and_lists_are_joined(write):
    write(
        "extends: baseline\ntitle: Parent\nquestion: Why?\ninspection: {regime: none, stakes: 0.1}\n"
        "levers: [{kind: just-culture}]\ndemand: {spikes: [{at_week: 1}]}\n",
        "parent.yaml",
    )
    child = load(
        write(
            "extends: parent.yaml\ntitle: Child\ninspection: {regime: graded}\nchange: {blame.own: 0.5}\n"
            "levers: [{kind: two-strikes, from_week: 4}]\ndemand: {spikes: [{at_week: 2}]}\n",
            "child.yaml",
        )
    )
    assert (child.name, child.title, child.question) == ("child", "Child", "Why?")
    assert (child.value("inspection.visits"), child.value("inspection.stakes")) == (1.0, 0.1)
    assert [lever.kind for lever in child.levers] == ["just-culture", "two-strikes"]
    assert [spike.at_week for spike in child.spikes] == [1, 2]


@pytest.mark.parametrize(
    ("given", "path", "value"),
    [
        ("time: {years: 2}", "years", 2.0),
        ("authority: {posts: 24}", "authority.posts", 24.0),
        ("authority: {preset: large}", "authority.posts", 222.0),
        ("change: {authority.posts: 36}", "authority.posts", 36.0),
    ],
)
def test_extended_scenarios_take_the_duration_and_the_authority(write, given, path, value):
    write("extends: baseline\nchange: {reporting.fear: 0.3}", "near.yaml")
    file = write(f"extends: ./near.yaml\n{given}\nlevers: [{{kind: just-culture}}]")
    chain = load_chain(file)
    assert [item.name for item in chain] == ["mine", "near", "baseline"]
    assert {item.years if path == "years" else item.value(path) for item in chain} == {value}
    assert [len(item.levers) for item in chain] == [1, 0, 0]
    assert [item.value("reporting.fear") for item in chain] == [0.3, 0.3, load("baseline").value("reporting.fear")]
    assert chain[0] == load(file)


def test_a_name_is_not_inherited(write):
    write("name: other", "parent.yaml")
    assert load(write("extends: parent.yaml", "child.yaml")).name == "child"


def test_a_number_replaces_the_keyword_of_the_extended_file(write):
    write("inspection: {regime: none}", "parent.yaml")
    child = load(write("extends: parent.yaml\ninspection: {visits: 1}\n", "child.yaml"))
    assert child.value("inspection.visits") == 1.0
    assert dict(child.words) == {}


def test_explicit_parameters_take_precedence_over_a_preset(write):
    large = load(write("authority: {preset: large}"))
    assert (large.preset, large.value("authority.posts")) == ("large", 222.0)
    assert large.value("authority.posts") % large.value("authority.team_size") == 0
    assert load(write("authority: {preset: large, posts: 240}")).value("authority.posts") == 240.0


@pytest.mark.cases(
    ("word", "values"),
    [
        ("inspection: {regime: graded}", {"inspection.visits": 1, "inspection.graded": 1}),
        ("inspection: {regime: supportive}", {"inspection.visits": 1, "inspection.graded": 0}),
        ("inspection: {regime: none}", {"inspection.visits": 0, "inspection.graded": 0}),
        ("takeover: {rule: automatic}", {"takeover.chance": 1}),
        ("takeover: {rule: discretionary}", {"takeover.chance": 0.5}),
        ("takeover: {rule: none}", {"takeover.chance": 0}),
        ("takeover: {outcome: trust}", {"takeover.trust": 1}),
        ("takeover: {outcome: commissioner}", {"takeover.trust": 0}),
        ("takeover: {outcome: retain}", {"takeover.trust": 0}),
    ],
)
def test_keywords_set_their_parameters(write, word, values):
    scenario = load(write(word))
    assert {path: scenario.value(path) for path in values} == values


def test_a_scenario_is_named_after_its_file(write):
    assert load(write("title: x", "Our council (2).yaml")).name == "Our-council-2"


def test_shipped_names_and_paths_are_distinguished(write, monkeypatch, tmp_path):
    assert load("baseline").name == "baseline"
    monkeypatch.chdir(tmp_path)
    write("title: mine", "thing")
    assert load("thing").title == "mine"
    with pytest.raises(BadInputError, match=r"Did you mean two-strikes\?"):
        find("two-strike")
    for name in ("", "nothing-like-it", "x" * 9999, "a\0b", "./baseline", "\x1b[31m"):
        with pytest.raises(BadInputError) as caught:
            load(name)
        assert "\x1b" not in str(caught.value)


def test_a_file_and_python_give_equal_scenarios(write):
    path = write("demand: {spikes: [{at_week: 5}]}\nlevers: [{kind: just-culture, from_week: 9}]\n", "mine.yaml")
    expected = Scenario(
        name="mine", title="mine", spikes=(Spike(at_week=5),), levers=(LEVERS["just-culture"](from_week=9),)
    )
    assert load(path) == expected


SECTIONS = {name: key for name, key in TOP.items() if isinstance(key, Section) and name != "change"}


@pytest.mark.parametrize(
    ("section", "key"),
    [
        (section, key)
        for section, item in SECTIONS.items()
        for key in item.keys
        if key not in (*TOP, *parameters.FAMILIES)
    ],
)
def test_a_key_outside_its_section_is_reported_with_the_section(tmp_path, section, key):
    """Several sections may have the same key; the first of them is named."""
    path = tmp_path / "own.yaml"
    path.write_text(f"format: 1\n{key}: 3\n")
    owner = next(name for name, item in SECTIONS.items() if key in item.keys)
    with pytest.raises(BadInputError) as error:
        load(path)
    assert f"own.yaml:2:1: {key} is not a known key." in str(error.value)
    assert f"Write it in the section {owner}, such as {owner}: {{{key}: ...}}." in str(error.value)
