"""Scenarios: validation, copies with changes, digests, and YAML round trips."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import parameters
from redbead.exceptions import BadInputError
from redbead.levers import LEVERS
from redbead.scenario.library import shipped
from redbead.scenario.loader import dump, load, parse_settings, to_yaml
from redbead.scenario.scenario import Scenario, Spike


def test_weeks_follow_from_years():
    assert (Scenario().weeks, Scenario().warm_up_weeks) == (520, 156)
    assert Scenario(years=0.5).weeks == 26


def test_only_values_that_differ_from_defaults_are_stored_and_sorted():
    scenario = Scenario(values=(("reporting.fear", 2.0), ("blame.own", 0.6), ("blame.just", 0.1)))
    assert scenario.values == (("blame.just", 0.1), ("reporting.fear", 2.0))


def test_set_returns_a_changed_copy():
    before = Scenario()
    after = before.set({"inspection.stakes": 0.2}, time__years=2, inspection__regime="none")
    assert before.value("inspection.stakes") == 0.7
    assert (after.value("inspection.stakes"), after.years, after.value("inspection.visits")) == (0.2, 2.0, 0.0)
    assert dict(after.words) == {"inspection.regime": "none"}
    assert after.row()[parameters.index_of("inspection.stakes")] == 0.2


def test_a_keyword_is_dropped_when_its_parameters_change():
    scenario = Scenario().set({"inspection.regime": "none"}).set({"inspection.visits": 1})
    assert dict(scenario.words) == {}


@pytest.mark.cases(
    ("changes", "message"),
    [
        ({"inspection.stake": 1}, "Did you mean inspection.stakes ("),
        ({"inspection.stakes": 7}, "inspection.stakes = 7 is outside the range 0 to 1."),
        ({"inspection.stakes": "no"}, "must be a number, not text"),
        ({"inspection.stakes": True}, "must be a number"),
        ({"inspection.stakes": float("nan")}, "outside the range 0 to 1"),
        ({"inspection.cycle_weeks": float("inf")}, "outside the range 26 to 520 weeks"),
        ({"authority.posts": 7.5}, "must be a whole number"),
        ({"inspection.regime": "graaded"}, "Did you mean graded?"),
        ({"time.years": -1}, "outside the range 0.02 to 100 years"),
        ({"nonsense": 1}, "nonsense is not a known parameter."),
    ],
)
def test_set_refuses_the_same_values_as_files(changes, message):
    with pytest.raises(BadInputError) as caught:
        Scenario().set(changes)
    assert message in str(caught.value)


@pytest.mark.cases(("old", "new"), parameters.REPLACED.items())
def test_a_parameter_of_an_earlier_version_is_refused_with_the_one_that_replaced_it(old, new):
    with pytest.raises(BadInputError, match=f"{old} is no longer a parameter") as caught:
        Scenario().set({old: 0.1})
    assert f"Use {new} (" in str(caught.value)
    assert Scenario().set({new: 0.1}).value(new) == 0.1


def test_set_reports_all_problems_at_once():
    with pytest.raises(BadInputError) as caught:
        Scenario().set({"inspection.stakes": 7, "blame.own": -1, "what": 1})
    assert len(caught.value.problems) == 3


def test_the_constructor_validates_all_fields():
    for invalid in ({"years": -1}, {"values": (("x.y", 1.0),)}, {"preset": "huge"}, {"name": "a/b"}):
        with pytest.raises(BadInputError):
            Scenario(**invalid)
    with pytest.raises(BadInputError, match="outside the range 0 to 2 share"):
        Spike(size=3)
    with pytest.raises(BadInputError, match="is not a known parameter"):
        Scenario().value("x.y")


@pytest.mark.cases("name", shipped())
def test_a_written_scenario_is_read_back_equal(name, tmp_path):
    scenario = load(name)
    path = tmp_path / "scenario.resolved.yaml"
    path.write_text(to_yaml(scenario), encoding="utf-8")
    again = load(path)
    assert again == scenario
    assert again.digest() == scenario.digest()


awkward = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40) | st.sampled_from(
    [
        "no",
        "1e3",
        "012",
        "12:30",
        "null",
        "~",
        "true",
        "a: b",
        "# a",
        " x ",
        "- x",
        "&a",
        "*a",
        "!x",
        "'",
        '"',
        "%",
        "a\nb",
    ]
)


@given(title=awkward, question=awkward, cause=awkward, stakes=st.floats(0, 1), years=st.floats(0.02, 100))
def test_ambiguous_texts_and_numbers_are_read_back_equal(tmp_path_factory, title, question, cause, stakes, years):
    scenario = Scenario(title=title or "x", question=question, years=years, spikes=(Spike(cause=cause),))
    scenario = scenario.set({"inspection.stakes": stakes})
    path = tmp_path_factory.mktemp("a") / "b.yaml"
    path.write_bytes(to_yaml(scenario).encode())
    if "".join((title, question, cause)).replace("\n", "").isprintable():
        assert load(path) == scenario


def test_all_parameters_are_written():
    written = Scenario().as_dict()
    sections = {f"{s}.{k}" for s in ("authority", "demand", "inspection", "takeover") for k in written[s]}
    assert set(parameters.register()) <= sections | set(written["change"])
    json.dumps(written, allow_nan=False)


def test_the_digest_depends_only_on_inputs_that_can_change_results():
    one, two = LEVERS["just-culture"](from_week=4), LEVERS["two-strikes"]()
    base = Scenario(levers=(one, two))
    same = [
        dataclasses.replace(base, name="other", title="Other", question="?", levers=(two, one)),
        base.set({"inspection.regime": "graded"}),
    ]
    other = [base.set({"blame.own": 0.61}), dataclasses.replace(base, levers=(one,)), base.set({"time.years": 9})]
    other += [dataclasses.replace(base, spikes=(Spike(),))]
    assert {s.digest() for s in same} == {base.digest()}
    assert len({s.digest() for s in [base, *other]}) == 1 + len(other)


def test_the_notebook_table_escapes_texts_of_the_file():
    html = Scenario(title="<script>", levers=(LEVERS["two-strikes"](),))._repr_html_()
    assert "&lt;script&gt;" in html
    assert "two-strikes" in html


def test_settings_of_the_command_line_are_parsed_and_validated():
    settings = parse_settings(["blame.own=0.5", " inspection.regime = none "])
    assert settings == {"blame.own": 0.5, "inspection.regime": "none"}
    with pytest.raises(BadInputError) as caught:
        parse_settings(["blame.own", "blame.just=2", "blame.just=1", "x=1", "blame.spread=no"])
    assert len(caught.value.problems) == 5


def test_ambiguous_text_is_quoted_in_yaml():
    assert dump({"a": "1e3", "b": "plain words", "c": "no"}) == "a: \"1e3\"\nb: plain words\nc: 'no'\n"


def test_the_hint_for_a_lever_set_like_a_parameter_is_to_use_a_file():
    with pytest.raises(BadInputError) as caught:
        Scenario().set({"levers.two-strikes.dose": 0.5})
    assert "in a scenario file" in caught.value.problems[0].hint
