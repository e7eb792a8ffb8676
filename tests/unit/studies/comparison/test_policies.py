"""Policies of a comparison: grids multiply, mixes combine differences, and invalid requests are reported."""

import dataclasses
import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.exceptions import BadInputError
from redbead.levers import LEVERS
from redbead.scenario.scenario import Scenario, Spike
from redbead.studies.comparison.policies import build_comparison, build_mixes, expand_grid, with_values
from redbead.studies.comparison.spec import (
    MAX_LEVERS,
    MAX_POLICIES,
    BatchDraft,
    ErrorCollector,
    Package,
    SwitchingSearch,
)

BASE = Scenario(name="base", years=1.0)
CULTURE = dataclasses.replace(BASE, levers=(LEVERS["just-culture"](),))
COMBINABLE = ("just-culture", "improvement-time", "larger-sample", "participation", "inspector-training",
              "hiring-support", "funding")  # fmt: skip


def changed(**values):
    """The baseline with other values, as ``changed(fear__blame=0.1)``."""
    return BASE.set({path.replace("__", "."): value for path, value in values.items()})


class Errors(ErrorCollector):
    """Collects errors in a list of places and texts."""

    def __init__(self):
        self.reported = []
        super().__init__(lambda place, what, hint: self.reported.append((place, what, hint)))


def mix(mixes, policies):
    """Mixed policies by name, and the errors."""
    errors = Errors()
    return dict(build_mixes(mixes, policies, BASE, errors)), errors.reported


def build(policies, *, fewest=2, baseline="today", grid_policy="", grid=None, mixes=None, settings=None, **fields):
    """Build a comparison; return it with the errors."""
    draft = BatchDraft(policies, baseline, grid_policy, grid or {}, mixes or {}, settings or {}, {"name": "x"} | fields)
    errors = []
    comparison = build_comparison(draft, lambda place, what, hint: errors.append((place, what, hint)), fewest)
    return comparison, errors


# mixes


PARTS = {
    "today": BASE,
    "blame": changed(fear__blame=0.1),
    "floor": changed(fear__floor=0.02, fear__blame=0.1),
    "culture": CULTURE,
    "both levers": dataclasses.replace(BASE, levers=(LEVERS["just-culture"](), LEVERS["participation"]())),
    "spike": dataclasses.replace(BASE, spikes=(Spike(at_week=20),)),
}


@given(st.permutations(list(PARTS)), st.integers(2, len(PARTS)))
def test_mixes_of_policies_that_agree_do_not_depend_on_their_order(order, count):
    parts = order[:count]
    mixed, errors = mix({"there": parts, "and back": parts[::-1]}, PARTS)
    assert errors == []
    there, back = mixed["there"], mixed["and back"]
    assert there.values == back.values
    assert {repr(lever) for lever in there.levers} == {repr(lever) for lever in back.levers}
    assert set(there.spikes) == set(back.spikes)


def test_a_mix_has_the_values_levers_and_spikes_of_all_parts_once():
    mixed, _ = mix({"all": list(PARTS)}, PARTS)
    combined = mixed["all"]
    assert dict(combined.values) == {"fear.blame": 0.1, "fear.floor": 0.02}
    assert [lever.kind for lever in combined.levers] == ["just-culture", "participation"]
    assert combined.spikes == (Spike(at_week=20),)
    assert combined.title == " + ".join(PARTS)
    assert combined.name == "all"


def test_a_mix_with_the_baseline_equals_the_policy():
    mixed, _ = mix({"same": ["today", "floor"]}, PARTS)
    assert mixed["same"].values == PARTS["floor"].values


def test_policies_that_disagree_are_not_mixed():
    policies = {"a": changed(fear__blame=0.1), "b": changed(fear__blame=0.2)}
    mixed, ((place, what, hint),) = mix({"c": ["a", "b"]}, policies)
    assert mixed == {}
    assert place == ("mix", "c")
    assert what == "'a' sets fear.blame to 0.1, 'b' to 0.2"
    assert "must agree" in hint


@pytest.mark.parametrize(
    ("name", "parts", "what"),
    [
        ("blame", ["today", "floor"], "is already the name of a policy"),
        ("new", ["today"], "needs at least two policies"),
        ("new", [], "needs at least two policies"),
        ("new", ["today", "flor"], "'flor' is not one of the policies"),
    ],
)
def test_invalid_mixes_are_reported_at_their_name(name, parts, what):
    mixed, errors = mix({name: parts}, PARTS)
    assert mixed == {}
    assert [(place, text) for place, text, _ in errors] == [(("mix", name), what)]


# grids


GRID_VALUES = {
    "fear.blame": [0.1, 0.2, 0.3],
    "fear.floor": [0.01, 0.02],
    "levers.just-culture.dose": [0.25, 0.5, 1.0],
}


@given(st.sets(st.sampled_from(list(GRID_VALUES)), min_size=1), st.data())
def test_a_grid_has_the_product_of_its_values(paths, data):
    grid = {path: GRID_VALUES[path][: data.draw(st.integers(1, len(GRID_VALUES[path])))] for path in sorted(paths)}
    policies = {"today": BASE, "culture": CULTURE}
    expanded = dict(expand_grid(BatchDraft(policies, "today", "culture", grid), policies, Errors()))
    assert len(expanded) == 1 + math.prod(len(values) for values in grid.values())
    assert "culture" not in expanded, "its combinations replace it"
    combinations = {
        tuple(read(scenario, path) for path in grid) for name, scenario in expanded.items() if name != "today"
    }
    assert combinations == set(itertools.product(*grid.values()))


def read(scenario, path):
    """Value of a parameter or of the first lever."""
    return scenario.levers[0].dose if path.startswith("levers.") else scenario.value(path)


def test_a_grid_over_the_baseline_keeps_the_baseline():
    policies = {"today": BASE, "culture": CULTURE}
    expanded = dict(expand_grid(BatchDraft(policies, "today", "", {"fear.blame": [0.1, 0.2]}), policies, Errors()))
    assert list(expanded) == ["today", "today: blame 0.1", "today: blame 0.2", "culture"]
    assert expanded["today"] == BASE


@pytest.mark.parametrize(("extra", "refused"), [(0, False), (1, True)])
def test_a_comparison_has_at_most_200_policies(extra, refused):
    """The baseline and 199 or 200 combinations, which replace the policy that they vary."""
    policies, errors = {"today": BASE, "culture": CULTURE}, Errors()
    values = [k / 1000 for k in range(MAX_POLICIES - 1 + extra)]
    expanded = list(expand_grid(BatchDraft(policies, "today", "culture", {"fear.blame": values}), policies, errors))
    assert errors.has_errors() is refused
    assert bool(expanded) is not refused


def test_a_value_out_of_range_is_reported_at_its_path():
    policies, errors = {"today": BASE, "culture": CULTURE}, Errors()
    grid = {"fear.blame": [0.1], "levers.just-culture.dose": [7.0]}
    list(expand_grid(BatchDraft(policies, "today", "culture", grid), policies, errors))
    assert [place for place, _, _ in errors.reported] == [("grid", "values", "levers.just-culture.dose")]


# values by path


def test_a_number_of_a_lever_is_changed_in_every_lever_of_that_kind_only():
    scenario = dataclasses.replace(BASE, levers=(LEVERS["just-culture"](), LEVERS["participation"]()))
    other = with_values(scenario, {"levers.just-culture.dose": 0.25, "fear.blame": 0.1})
    assert [lever.dose for lever in other.levers] == [0.25, scenario.levers[1].dose]
    assert other.value("fear.blame") == 0.1
    assert scenario.levers[0].dose != 0.25, "the scenario itself does not change"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("levers.participation.dose", 1, "Its levers: just-culture"),
        ("levers.just-culture.dos", 1, "Did you mean dose"),
        ("levers.just-culture.dose", 2, "levers.just-culture.dose = 2"),
        ("fear.blam", 0.1, "fear.blame"),
    ],
)
def test_unknown_levers_numbers_and_values_are_refused(path, value, message):
    with pytest.raises(BadInputError, match=message):
        with_values(CULTURE, {path: value})


def test_a_policy_without_levers_is_described_so():
    with pytest.raises(BadInputError, match="Its levers: none"):
        with_values(BASE, {"levers.just-culture.dose": 1})


# the whole request


def test_common_settings_apply_to_all_policies_except_where_they_differ_from_the_baseline():
    comparison, errors = build(
        {"today": BASE, "other": changed(fear__blame=0.1)}, settings={"fear.blame": 0.3, "fear.floor": 0.02}
    )
    assert errors == []
    values = {policy.name: policy.scenario.value("fear.blame") for policy in comparison.policies}
    assert values == {"today": 0.3, "other": 0.1}
    assert {policy.scenario.value("fear.floor") for policy in comparison.policies} == {0.02}


def test_mixes_may_combine_policies_of_a_grid():
    comparison, errors = build(
        {"today": BASE, "culture": CULTURE}, grid_policy="culture", grid={"levers.just-culture.dose": [0.5, 1.0]},
        mixes={"quiet": ["culture: dose 0.5", "today"]},
    )  # fmt: skip
    assert errors == []
    assert comparison.names == ("today", "culture: dose 0.5", "culture: dose 1.0", "quiet")
    assert comparison.policy("quiet").scenario.levers[0].dose == 0.5


@pytest.mark.cases(
    ("policies", "options", "place", "what"),
    [
        ({"today": BASE}, {}, ("policies",), "a comparison needs at least two policies"),
        ({"a": BASE, "b": CULTURE}, {}, ("baseline",), "'today' is not one of the policies"),
        ({"today": BASE, "a b": CULTURE, "A-B": CULTURE}, {}, ("policies", "A-B"), "is too similar to 'a b'"),
        ({"today": BASE, "b": dataclasses.replace(CULTURE, years=2.0)}, {}, ("policies", "b"), "has 2 years after 3"),
        ({"today": BASE, "b": CULTURE}, {"settings": {"time.years": 900}}, ("time",), "is outside the range"),
        ({"today": BASE, "b": CULTURE}, {"grid_policy": "c", "grid": {"fear.blame": [0.1]}}, ("grid", "policy"),
         "'c' is not one of the policies"),
        ({"today": BASE, "b": CULTURE}, {"package": Package("c")}, ("package", "policy"), "'c' is not one"),
        ({"today": BASE, "b": CULTURE}, {"package": Package("b")}, ("package", "policy"), "'b' adds 1 lever to"),
        ({"today": BASE, "b": CULTURE}, {"package": Package("today")}, ("package", "policy"), "adds 0 levers to"),
        ({"today": BASE, "b": BASE.set({"theory": "blame-deters"})}, {"theories": ("balanced",)}, ("policies", "b"),
         "sets its own theory (blame-deters)"),
        ({"today": BASE, "b": CULTURE}, {"switching": SwitchingSearch("b", "c", "turnover", ("fear.blame",))},
         ("switching", "rival"), "'c' is not one of the policies"),
        ({"today": BASE, "b": CULTURE}, {"switching": SwitchingSearch("b", "b", "turnover", ("fear.blame",))},
         ("switching", "policy"), "is compared with itself"),
    ],
)  # fmt: skip
def test_an_invalid_request_is_reported_at_its_key_and_gives_no_comparison(policies, options, place, what):
    comparison, errors = build(policies, **options)
    assert comparison is None
    assert [where for where, _, _ in errors] == [place]
    assert what in errors[0][1]


@pytest.mark.parametrize(("count", "accepted"), [(2, True), (MAX_LEVERS, True), (MAX_LEVERS + 1, False)])
def test_a_package_has_two_to_six_levers(count, accepted):
    package = dataclasses.replace(BASE, levers=tuple(LEVERS[kind]() for kind in COMBINABLE[:count]))
    comparison, errors = build({"today": BASE, "all": package}, package=Package("all"))
    assert (comparison is not None) is accepted
    assert bool(errors) is not accepted


def test_a_single_policy_is_allowed_for_a_folder_of_one_scenario():
    comparison, errors = build({"today": BASE}, fewest=1)
    assert errors == []
    assert comparison.others == ()
