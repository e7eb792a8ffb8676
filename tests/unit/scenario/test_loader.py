"""Scenario files: every problem at once, with line, column, key and hint; extends; later keys override."""

import pytest

from redbead.exceptions import BadInputError
from redbead.levers import LEVERS
from redbead.scenario.loader import find, load
from redbead.scenario.scenario import Scenario, Spike


def one(found):
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


def test_the_example_of_the_design_says_it_in_these_words(problems):
    found = problems("inspection:\n  case_tracked: 60\n  stakes: 7\n", "two-strikes.yaml")
    first, second = found
    assert (first.line, first.column, first.key, first.what) == (2, 3, "inspection.case_tracked", "unknown key")
    assert first.hint == "did you mean 'cases_tracked' (10 to 400 cases; number of cases that inspectors track)?"
    assert (second.line, second.key, second.what) == (3, "inspection.stakes = 7", "outside 0 to 1")
    assert str(BadInputError(found)).endswith("2 problems. Nothing was run.")


@pytest.mark.parametrize("text", ["012", "12:30", "no", "true", ".nan", ".inf", "'5'", "[]", "{}", "null", "0x10"])
def test_a_number_is_needed_where_a_number_is_needed(problems, text):
    problem = one(problems(f"inspection: {{cycle_weeks: {text}}}"))
    assert problem.what.startswith("a number is needed")
    assert "26 to 520 weeks" in problem.hint
    assert (problem.line, problem.column) == (1, 27)


def test_scientific_notation_is_a_number(write):
    assert load(write("inspection: {cycle_weeks: 1e2}")).value("inspection.cycle_weeks") == 100.0


def test_a_whole_number_is_needed_where_things_are_counted(problems):
    assert "whole number" in one(problems("authority: {posts: 7.5}")).what
    assert "outside 6 to 20000 posts" in one(problems("authority: {posts: 1e300}")).what


@pytest.mark.parametrize("number", ["-0.1", "1.1", "1e300"])
def test_a_number_out_of_range_names_range_and_meaning(problems, number):
    problem = one(problems(f"change: {{blame.own: {number}}}"))
    assert "outside 0 to 1" in problem.what
    assert "leaning to blame" in problem.hint


def test_an_unknown_parameter_under_change_names_the_nearest(problems):
    problem = one(problems("change: {reporting.feer: 2.0}"))
    assert problem.what == "unknown parameter"
    assert problem.hint.startswith("did you mean 'reporting.fear' (0 to 6 log-odds")


def test_a_family_that_is_no_section_is_sent_to_change(problems):
    assert "change: {reporting." in one(problems("reporting: {fear: 2}")).hint
    assert "change: {reporting.fear: ...}" in one(problems("reporting.fear: 2")).hint


def test_a_parameter_in_the_wrong_section_is_sent_home(problems):
    assert "inspection.stakes" in one(problems("takeover: {stakes: 1}")).hint


def test_one_parameter_set_twice_in_a_file_names_both_lines(problems):
    problem = one(problems("inspection:\n  stakes: 0.1\nchange:\n  inspection.stakes: 0.2\n"))
    assert (problem.line, problem.what) == (4, "set here and at line 2")


def test_a_number_that_contradicts_a_word_names_both_lines(problems):
    problem = one(problems("takeover:\n  rule: automatic\nchange:\n  takeover.chance: 0.5\n"))
    assert problem.line == 4
    assert "contradicts takeover.rule: automatic at line 2" in problem.what


def test_a_word_that_is_not_known_names_the_choices(problems):
    problem = one(problems("inspection: {regime: gradd}"))
    assert problem.what == "must be one of graded, supportive, none"
    assert "did you mean 'graded'" in problem.hint


def test_presets_from_published_figures_are_promised_honestly(problems):
    problem = one(problems("authority: {preset: {published: Coventry}}"))
    assert "not available yet" in problem.what
    assert "median" in problem.hint


@pytest.mark.parametrize(
    ("lever", "what", "hint"),
    [
        ("{kind: two-strike}", "unknown lever", "did you mean 'two-strikes'"),
        ("{kind: prayer}", "unknown lever", f"known levers: {next(iter(LEVERS))}, "),
        ("{from_week: 3}", "a lever needs its kind", "known levers"),
        ("{kind: 7}", "a lever needs its kind", "known levers"),
        ("just-culture", "must be a mapping", "write {kind: just-culture}"),
        ("{kind: just-culture, strenght: 1}", "unknown key", "'strength' (0 to 1; strength of"),
        ("{kind: just-culture, from_week: 1.5}", "whole number", "first week"),
        ("{kind: just-culture, from_week: 52, until_week: 52}", "is not after the start", "leave until_week out"),
        ("{kind: just-culture, fidelity: 2}", "outside 0 to 1", "carried out"),
    ],
)
def test_what_is_wrong_with_a_lever(problems, lever, what, hint):
    problem = one(problems(f"levers:\n  - {lever}\n"))
    assert what in problem.what
    assert hint in problem.hint
    assert problem.line == 2


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("- 1", "a scenario is a mapping"),
        ("7", "a scenario is a mapping"),
        ("format: 2", "reads format 1"),
        ("format: true", "reads format 1"),
        ("title: 12", "text is needed"),
        ("extends: [a]", "text is needed"),
        ("inspection:", "must be a mapping"),
        ("levers: {}", "must be a list"),
        ("change: []", "must be a mapping"),
        ("demand: {spikes: 3}", "must be a list"),
        ("demand: {spikes: [{size: 9}]}", "outside 0 to 2 share"),
        ("time: {years: 0}", "outside 0.02 to 100 years"),
        ("name: ../../etc", "letters, digits"),
    ],
)
def test_things_in_the_wrong_place(problems, text, what):
    assert what in one(problems(text)).what


def test_all_problems_come_at_once_and_in_order(problems):
    found = problems(
        "title: 1\nlevers: [{kind: x}]\nchange: {a: 1, b.c: 2}\ninspection: {stakes: 2, stakes: 3, x: 1}\n"
    )
    assert len(found) == 7
    assert found == sorted(found)


def test_problems_of_the_extended_file_are_reported_too(write, problems):
    write("inspection: {stakes: 9}\n", "parent.yaml")
    found = problems("extends: ./parent.yaml\ntime: {yars: 1}\n", "child.yaml")
    assert sorted(problem.key for problem in found) == ["inspection.stakes = 9", "time.yars"]
    assert len({problem.file for problem in found}) == 2


def test_a_circle_of_extends_is_named(write, problems):
    write("extends: ./c.yaml\n", "b.yaml")
    write("# comment\nextends: ./a.yaml\n", "c.yaml")
    problem = one(problems("extends: ./b.yaml\n", "a.yaml"))
    assert problem.what == "circular extends: a.yaml -> b.yaml -> c.yaml -> a.yaml"
    assert (problem.line, problem.file.endswith("c.yaml")) == (2, True)


def test_a_file_cannot_extend_itself(problems):
    assert "circular extends: me.yaml -> me.yaml" in one(problems("extends: ./me.yaml", "me.yaml")).what


def test_an_absurdly_long_chain_ends(write, problems):
    for number in range(40):
        write(f"extends: ./{number + 1}.yaml", f"{number}.yaml")
    assert "more than 20 files" in one(problems("extends: ./0.yaml")).what


def test_what_a_file_extends_must_be_there(write, problems):
    problem = one(problems("title: a\nextends: ./gone.yaml\n"))
    assert (problem.line, problem.what) == (2, "no such file")
    assert "did you mean 'baseline'" in one(problems("extends: basline")).hint
    write("title: x", "mine2.yaml")
    assert "'./mine2.yaml'" in one(problems("extends: mine2")).hint
    assert one(problems('extends: "a/' + "x" * 5000 + '"')).what == "no such file"


def test_later_keys_override_and_lists_add_up(write):
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


def test_the_name_of_a_parent_does_not_stick(write):
    write("name: somebody", "parent.yaml")
    assert load(write("extends: parent.yaml", "child.yaml")).name == "child"


def test_a_number_overrides_the_word_of_a_parent_and_the_word_goes(write):
    write("inspection: {regime: none}", "parent.yaml")
    child = load(write("extends: parent.yaml\ninspection: {visits: 1}\n", "child.yaml"))
    assert child.value("inspection.visits") == 1.0
    assert dict(child.words) == {}


def test_presets_are_a_starting_point(write):
    large = load(write("authority: {preset: large}"))
    assert (large.preset, large.value("authority.posts")) == ("large", 222.0)
    assert large.value("authority.posts") % large.value("authority.team_size") == 0
    assert load(write("authority: {preset: large, posts: 240}")).value("authority.posts") == 240.0


@pytest.mark.parametrize(
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
def test_words_stand_for_numbers(write, word, values):
    scenario = load(write(word))
    assert {path: scenario.value(path) for path in values} == values


def test_a_file_is_called_by_its_stem(write):
    assert load(write("title: x", "Our council (2).yaml")).name == "Our-council-2"


def test_shipped_names_and_paths_are_told_apart(write, monkeypatch, tmp_path):
    assert load("baseline").name == "baseline"
    monkeypatch.chdir(tmp_path)
    write("title: mine", "thing")
    assert load("thing").title == "mine"
    with pytest.raises(BadInputError, match="did you mean 'two-strikes'"):
        find("two-strike")
    for name in ("", "nothing-like-it", "x" * 9999, "a\0b", "./baseline", "\x1b[31m"):
        with pytest.raises(BadInputError) as caught:
            load(name)
        assert "\x1b" not in str(caught.value)


def test_a_file_and_python_say_the_same(write):
    path = write("demand: {spikes: [{at_week: 5}]}\nlevers: [{kind: just-culture, from_week: 9}]\n", "mine.yaml")
    by_hand = Scenario(
        name="mine", title="mine", spikes=(Spike(at_week=5),), levers=(LEVERS["just-culture"](from_week=9),)
    )
    assert load(path) == by_hand
