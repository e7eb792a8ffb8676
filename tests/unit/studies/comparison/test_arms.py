"""Arms of a comparison: equal scenarios share an arm, and draws, theories, packages and searches add arms."""

import dataclasses
import importlib.util
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import parameters
from redbead.levers import LEVERS
from redbead.scenario.scenario import Scenario
from redbead.scenario.theories import THEORIES
from redbead.studies.comparison.arms import (
    PACKAGE,
    SWITCHING,
    Arm,
    ArmRole,
    Arms,
    added_levers,
    agent_names,
    agent_option,
    arms_of,
    differing_parameters,
    header_of,
    inputs_of,
    search_points,
    with_theory,
)
from redbead.studies.comparison.spec import (
    ALL_THEORIES,
    Comparison,
    Limits,
    Package,
    Policy,
    SwitchingSearch,
    Uncertainty,
)

BASE = Scenario(name="base", years=1.0)
KINDS = ("just-culture", "improvement-time", "larger-sample", "participation")
"""Levers that may be combined in any way."""


def stakes(value):
    """The baseline with other stakes of inspections."""
    return BASE.set({"inspection.stakes": value})


def with_kinds(*kinds):
    """The baseline with some levers."""
    return dataclasses.replace(BASE, levers=tuple(LEVERS[kind]() for kind in kinds))


def comparison_of(policies, **fields):
    """A comparison of scenarios by name, of which the first is the baseline."""
    named = tuple(Policy(name, scenario) for name, scenario in policies.items())
    return Comparison(name="test", policies=named, baseline=named[0].name, **fields)


# equal scenarios


@given(st.lists(st.sampled_from([0.0, 0.25, 0.75, 1.0]), min_size=1, max_size=6))
def test_there_is_one_arm_per_distinct_scenario_and_one_role_per_policy(values):
    arms = arms_of(comparison_of({"today": BASE} | {f"p{k}": stakes(value) for k, value in enumerate(values)}))
    assert len(arms.roles) == 1 + len(values)
    assert len(arms.arms) == 1 + len(set(values))
    by_policy = {role.policy: arms.arms[role.arm].scenario for role in arms.main()}
    assert [by_policy[f"p{k}"].value("inspection.stakes") for k in range(len(values))] == values


def test_arms_are_numbered_in_the_order_of_policies():
    arms = arms_of(comparison_of({"today": BASE, "b": stakes(0.9), "c": BASE, "d": stakes(0.1)}))
    assert [(role.policy, role.arm) for role in arms.main()] == [("today", 0), ("b", 1), ("c", 0), ("d", 2)]


def test_a_drawn_and_a_fixed_arm_of_one_scenario_are_different():
    assert Arm(BASE, drawn=True).identity() != Arm(BASE, drawn=False).identity()
    same = stakes(0.9).set({"inspection.stakes": BASE.value("inspection.stakes")})
    assert Arm(BASE, drawn=True).identity() == Arm(same, drawn=True).identity()


# theories


def test_every_policy_runs_under_every_theory():
    arms = arms_of(comparison_of({"today": BASE, "other": stakes(0.9)}, theories=ALL_THEORIES))
    assert [(role.policy, role.theory) for role in arms.roles] == [
        (policy, theory) for policy in ("today", "other") for theory in ALL_THEORIES
    ]
    assert len(arms.arms) == 2 * len(ALL_THEORIES)
    assert [arms.arms[role.arm].scenario.theory for role in arms.roles] == 2 * list(ALL_THEORIES)


def test_roles_without_theories_have_an_empty_theory_and_the_scenario_of_the_policy():
    deterring = BASE.set({"theory": "blame-deters"})
    arms = arms_of(comparison_of({"today": BASE, "other": deterring}))
    assert {role.theory for role in arms.roles} == {""}
    assert arms.arms[1].scenario == deterring


@pytest.mark.cases("name", THEORIES)
def test_a_theory_sets_its_values_except_those_that_the_scenario_sets(name):
    scenario = BASE.set({"reporting.fear": 2.5})
    changed = with_theory(scenario, name)
    assert changed.theory == name
    for path, position in THEORIES[name].stances.items():
        assert changed.value(path) == (2.5 if path == "reporting.fear" else position.value)
    assert changed.value("reporting.fear") == 2.5


def test_no_theory_and_the_same_theory_change_nothing():
    for theory in ("", "balanced"):
        assert with_theory(BASE, theory) is BASE


# differences


@given(
    st.dictionaries(st.sampled_from(["fear.blame", "fear.floor", "inspection.stakes"]), st.floats(0.05, 0.2)),
    st.dictionaries(st.sampled_from(["fear.blame", "fear.floor", "inspection.stakes"]), st.floats(0.05, 0.2)),
)
def test_differences_applied_to_the_base_give_the_values_of_the_scenario(ours, theirs):
    scenario, base = BASE.set(ours), BASE.set(theirs)
    changes = differing_parameters(scenario, base)
    assert base.set(changes).values == scenario.values
    assert list(changes) == sorted(changes)
    assert differing_parameters(scenario, scenario) == {}


def test_a_value_that_only_the_base_sets_differs_too():
    assert differing_parameters(BASE, stakes(0.9)) == {"inspection.stakes": BASE.value("inspection.stakes")}


# draws


def arms_with_draws(draws, fixed=frozenset(), *, drawn=True):
    """One arm whose parameters are drawn."""
    return Arms((Arm(BASE, drawn),), (ArmRole("today", "", "policy", "", 0),), draws, (fixed,))


@given(st.integers(0, 50), st.integers(1, 7))
def test_run_k_uses_draw_k_modulo_the_number_of_draws(run, count):
    draws = tuple({"fear.blame": 0.1 + 0.05 * k} for k in range(count))
    assert arms_with_draws(draws).scenario(0, run).value("fear.blame") == draws[run % count]["fear.blame"]


def test_draws_do_not_change_fixed_parameters_or_arms_that_are_not_drawn():
    draws = ({"fear.blame": 0.1, "fear.floor": 0.02},)
    changed = arms_with_draws(draws, frozenset({"fear.blame"})).scenario(0, 0)
    assert changed.value("fear.blame") == BASE.value("fear.blame")
    assert changed.value("fear.floor") == 0.02
    assert arms_with_draws(draws, drawn=False).scenario(0, 0) is BASE
    assert arms_with_draws(()).scenario(0, 3) is BASE


def test_every_draw_lies_in_the_range_and_is_shared_by_all_policies():
    uncertainty = Uncertainty(("fear.blame", "inspection.cases_tracked"), draws=8)
    arms = arms_of(comparison_of({"today": BASE, "other": stakes(0.9)}, uncertainty=uncertainty))
    assert len(arms.draws) == 8
    for path in uncertainty.parameters:
        low, high = parameters.register()[path].param.span()
        assert all(low <= draw[path] <= high for draw in arms.draws)
        for run in range(16):
            assert len({arms.scenario(arm, run).value(path) for arm in (0, 1)}) == 1
    assert all(draw["inspection.cases_tracked"].is_integer() for draw in arms.draws)
    assert {arms.scenario(1, run).value("inspection.stakes") for run in range(8)} == {0.9}


def test_draws_depend_on_the_seed_of_the_comparison_only():
    def draws(seed, **policies):
        return arms_of(
            comparison_of({"today": BASE} | policies, uncertainty=Uncertainty(("fear.blame",), 4), seed=seed)
        ).draws

    assert draws(1) == draws(1, other=stakes(0.9))
    assert draws(1) != draws(2)


# packages


@given(st.lists(st.sampled_from(KINDS), min_size=2, max_size=4, unique=True), st.integers(1, 90))
def test_a_package_of_n_levers_has_one_role_per_subset(kinds, runs):
    comparison = comparison_of({"today": BASE, "all": with_kinds(*kinds)}, package=Package("all", runs))
    assert [lever.kind for lever in added_levers(comparison)] == kinds
    arms = arms_of(comparison)
    subsets = {role.detail: role for role in arms.roles if role.purpose == PACKAGE}
    assert list(subsets) == [str(mask) for mask in range(2 ** len(kinds))]
    for mask in range(2 ** len(kinds)):
        expected = {kind for bit, kind in enumerate(kinds) if mask & 2**bit}
        role = subsets[str(mask)]
        assert {lever.kind for lever in arms.arms[role.arm].scenario.levers} == expected
        assert role.runs == runs


def test_the_empty_and_the_full_subset_are_the_baseline_and_the_policy():
    arms = arms_of(comparison_of({"today": BASE, "all": with_kinds(*KINDS)}, package=Package("all")))
    arm_of = {(role.purpose, role.policy, role.detail): role.arm for role in arms.roles}
    assert arm_of[PACKAGE, "all", "15"] == arm_of["policy", "all", ""]
    assert arm_of[PACKAGE, "all", "0"] == arm_of["policy", "today", ""]
    assert len(arms.arms) == 16


def test_subsets_keep_the_levers_of_the_baseline():
    base = with_kinds("just-culture")
    package = with_kinds("just-culture", "participation", "larger-sample")
    comparison = comparison_of({"today": base, "all": package}, package=Package("all"))
    assert [lever.kind for lever in added_levers(comparison)] == ["participation", "larger-sample"]
    arms = arms_of(comparison)
    assert all(arms.arms[role.arm].scenario.levers[0].kind == "just-culture" for role in arms.roles)
    assert added_levers(comparison_of({"today": base})) == []


# switching values


@given(st.sampled_from(["fear.blame", "reporting.fear", "inspection.cases_tracked"]), st.integers(2, 12), st.data())
def test_points_of_a_search_are_sorted_and_contain_both_ends_and_the_assumed_value(path, points, data):
    param = parameters.register()[path].param
    low, high = param.span()
    assumed = float(data.draw(st.integers(int(low), int(high)) if param.whole else st.floats(low, high)))
    values = search_points(path, points, assumed)
    assert values == sorted(set(values))
    assert {low, high, assumed} <= set(values)
    assert len(values) <= points + 1
    assert not param.whole or all(value.is_integer() for value in values)
    grid = np.linspace(low, high, points)
    spread = 0.5 if param.whole else 0.0
    assert all(value == assumed or np.abs(grid - value).min() <= spread for value in values)


def test_both_sides_of_a_search_run_at_every_value():
    search = SwitchingSearch("other", "today", "turnover", ("fear.blame",), points=3, runs=8)
    comparison = comparison_of({"today": BASE, "other": stakes(0.9)}, theories=("blame-deters",), switching=search)
    arms = arms_of(comparison)
    roles = [role for role in arms.roles if role.purpose == SWITCHING]
    values = search_points("fear.blame", 3, BASE.value("fear.blame"))
    assert [(role.policy, role.detail) for role in roles] == [
        (name, f"fear.blame={value!r}") for value in values for name in ("other", "today")
    ]
    for role in roles:
        scenario = arms.arms[role.arm].scenario
        assert scenario.value("fear.blame") == float(role.detail.partition("=")[2])
        assert (scenario.theory, role.runs) == ("blame-deters", 8)
    assumed = {role.policy: role.arm for role in roles if role.detail == f"fear.blame={BASE.value('fear.blame')!r}"}
    assert assumed == {role.policy: role.arm for role in arms.main()}, "the assumed value needs no further arm"


# runs needed


def test_an_arm_needs_the_largest_number_of_runs_of_its_roles():
    roles = (
        ArmRole("a", "", "policy", "", 0),
        ArmRole("a", "", PACKAGE, "1", 0, 40),
        ArmRole("b", "", PACKAGE, "2", 1, 7),
    )
    arms = Arms((Arm(BASE, False), Arm(stakes(0.9), False)), roles, (), (frozenset(), frozenset()))
    assert [arms.runs_needed(0, runs) for runs in (5, 40, 41)] == [40, 40, 41]
    assert [arms.runs_needed(1, runs) for runs in (5, 40)] == [7, 7]


# identity


def test_inputs_do_not_depend_on_the_number_of_runs_the_limits_or_the_deciding_outcomes():
    def inputs(**fields):
        comparison = comparison_of({"today": BASE, "other": stakes(0.9)}, **fields)
        return inputs_of(comparison, arms_of(comparison))

    assert inputs() == inputs(runs=7) == inputs(limits=Limits(runs=50)) == inputs(title="x", intervals="bootstrap")
    assert inputs() == inputs(deciding_outcomes=()) == inputs(over="whole run")
    assert inputs() != inputs(seed=2)
    assert inputs() != inputs(theories=("balanced", "blame-deters"))
    assert inputs() != inputs(uncertainty=Uncertainty(("fear.blame",), 3))


def test_custom_agents_are_part_of_the_header():
    comparison = comparison_of({"today": BASE, "other": stakes(0.9)})
    arms = arms_of(comparison)
    plain, custom = header_of(comparison, arms), header_of(comparison, arms, {Scenario: Policy})
    assert plain["kind"] == custom["kind"] == "comparison"
    assert plain["inputs"] != custom["inputs"]
    assert plain["agents"] == []
    assert [agent_option(name) for name in custom["agents"]] == [f"{Policy.__module__}:Policy"]


@pytest.mark.parametrize(
    ("role", "key"),
    [
        (ArmRole("Two strikes", "", "policy", "", 0), "two-strikes"),
        (ArmRole("a", "balanced", "policy", "", 0), "a.balanced"),
        (ArmRole("a", "", PACKAGE, "3", 0), "a.3"),
        (ArmRole("a", "", SWITCHING, "fear.blame=0.4", 0), "a.fear-blame-0-4"),
    ],
)
def test_keys_contain_policy_theory_and_detail(role, key):
    assert role.key == key


def agent_in(path, source):
    """The class of a module that is written, and imported anew."""
    path.write_text(source)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # where Python looks for the file of a class
    spec.loader.exec_module(module)
    return module.Open


@pytest.mark.parametrize("edit", ["    VALUE = 2\n", "    VALUE = 1  # a comment\n", "    VALUE = 1\n\nOTHER = 3\n"])
def test_the_header_of_a_store_follows_the_file_of_an_agent(tmp_path, edit):
    """Runs of an edited class are never mixed with those of the class before the edit."""
    before = agent_in(tmp_path / "my_agents.py", "class Open:\n    VALUE = 1\n")
    first = agent_names({before: before})
    assert first == agent_names({before: before})
    after = agent_in(tmp_path / "my_agents.py", f"class Open:\n{edit}")
    second = agent_names({after: after})
    assert first != second
    assert agent_option(first[0]) == agent_option(second[0]) == "my_agents:Open"
