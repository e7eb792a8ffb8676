"""Contract of all levers, including future ones."""

import dataclasses
import functools
import inspect
import re
from itertools import combinations, pairwise

import numpy as np
import pytest

from redbead import parameters
from redbead.engine.simulate import prepare, simulate
from redbead.exceptions import BadInputError
from redbead.levers import LEVERS, modules_with
from redbead.levers.base import Lever
from redbead.measures import MEASURES
from redbead.quantities import Param
from redbead.scenario.scenario import Scenario
from redbead.scenario.schedule import schedule

COMMON = tuple(item.name for item in dataclasses.fields(Lever))

EXPECTED = {
    "adaptive-sample", "agency-cap", "appeal", "autonomy", "biased-sample", "blame-the-blamers", "candour-credit",
    "career-rewards", "causal-analysis", "confidential-reporting", "cut-bureaucracy", "donor-authority",
    "duty-of-candour", "flat-hierarchy", "funding", "high-stakes", "hiring-support", "human-factors", "imposed-grade",
    "improvement-incentives", "improvement-time", "inspector-training", "just-culture", "larger-sample",
    "managers-as-helpers", "narrative-judgement", "nominated-cases", "observed-practice", "outsourcing",
    "outsourcing-debate", "participation", "peer-accusation", "political-attention", "prevention", "protect-leaders",
    "redesign", "reorganisation", "restorative-response", "reward-practice", "reward-reporting", "rhetoric",
    "sack-leaders", "service-user-feedback", "several-snapshots", "staff-first", "strategic-confusion",
    "stratified-sample", "supportive-inspection", "surge-funding", "system-analysis", "takeover-rule", "targets",
    "two-strikes", "underfunding", "uneven-allocation", "unit-model",
}  # fmt: skip

every = pytest.mark.cases("lever", LEVERS.values(), ids=LEVERS)


POSTS = 24
WARM_UP = 5
BASE = Scenario(years=0.25, warm_up_years=WARM_UP / 52).set({"authority.posts": POSTS, "blame.own": 0.1 + 0.2})
"""Thirteen weeks of a small authority, with one value that has no exact binary representation."""

FROM, UNTIL = 6, 10


def with_levers(*levers):
    """Return the scenario with these levers."""
    return dataclasses.replace(BASE, levers=levers)


def parameter_table(scenario):
    """Return all parameters of the recorded weeks. Shape [weeks, parameters]."""
    plan = schedule(scenario)
    return plan.rows[plan.of_week][scenario.warm_up_weeks :]


def value(lever, path):
    """Return a parameter in the first recorded week under a lever."""
    return parameter_table(with_levers(lever))[0, parameters.index_of(path)]


def run(*levers):
    """Return the measures and events of one run."""
    return simulate(prepare(with_levers(*levers)), 1, events=True)


@pytest.fixture(scope="module")
def without_levers():
    """The run without levers."""
    return run()


def test_all_levers_of_the_source_documents_exist():
    assert set(LEVERS) >= EXPECTED
    assert list(LEVERS) == sorted(LEVERS)


# Declaration


@every
def test_one_module_declares_the_kind(lever):
    """The module is found without importing the others."""
    assert modules_with(lever.kind) == [lever.__module__]


@every
def test_lever_has_a_one_sentence_summary_audience_and_proponents(lever):
    assert lever.__doc__ is not lever.__base__.__doc__
    first, *rest = inspect.getdoc(lever).split("\n")
    assert lever.summary() == first
    assert not rest or not rest[0], "the summary must be one line"
    assert re.findall(r"[.!?](?=\s|$)", first) == ["."], first
    assert first.endswith(".")
    assert lever.audience
    assert lever.proponents
    assert inspect.getdoc(inspect.getmodule(lever))


@every
def test_lever_names_systems_of_the_source_documents(lever):
    assert lever.systems
    assert len(set(lever.systems)) == len(lever.systems)
    assert set(lever.systems) <= {f"S{number}" for number in range(1, 45)}


@every
def test_lever_parameters_are_declared_with_valid_defaults(lever):
    for name, param, default in lever.numbers():
        assert isinstance(param, Param)
        assert param.accepts(default), name
    assert set(COMMON) <= {item.name for item in lever.numbers()}


@every
def test_lever_round_trips_through_its_dictionary(lever):
    original = lever(from_week=52, ramp_weeks=8, fidelity=0.5)
    values = original.as_dict()
    assert values.pop("kind") == lever.kind
    assert lever(**values) == original
    assert hash(lever(**values)) == hash(original)
    assert repr(original).startswith(lever.__name__)


@every
def test_lever_does_not_import_state_or_engine(lever):
    source = inspect.getsource(inspect.getmodule(lever))
    assert "redbead.state" not in source
    assert "redbead.engine" not in source


# Effects on parameters


def variants(lever):
    """Return the lever with its defaults, and with each of its parameters at both ends of its range."""
    parameters_ = [item for item in lever.numbers() if item.name not in COMMON]
    ends = [(item.name, end) for item in parameters_ for end in (item.param.low, item.param.high)]
    return [lever(), *(lever(**{name: whole(end)}) for name, end in ends)]


def whole(number):
    """Return a number as written in a file."""
    return int(number) if number == int(number) else number


@every
def test_effects_have_existing_paths_and_valid_targets(lever):
    assert lever().effects()
    for variant in variants(lever):
        for effect in variant.effects():
            param = parameters.register()[effect.path].param
            assert effect.towards is None or param.accepts(effect.towards), (variant, effect.path)


@every
def test_every_lever_parameter_and_effect_changes_something(lever):
    for item in lever.numbers():
        if item.name not in COMMON:
            low, high = (lever(**{item.name: whole(end)}) for end in (item.param.low, item.param.high))
            assert low.all_effects() != high.all_effects(), item.name
    effects = {variant.effects() for variant in variants(lever)}
    for path in {effect.path for some in effects for effect in some}:
        assert any(value(variant, path) != BASE.value(path) for variant in variants(lever)), path


DOSES = (0.0, 0.25, 0.5, 0.75, 1.0)


@every
def test_effects_are_monotone_in_the_dose(lever):
    """Each parameter changes in one direction; effects marked ``at_once`` are complete at any dose above 0."""
    changed = set()
    for effect in lever().effects():
        values = [value(lever(dose=dose), effect.path) for dose in DOSES]
        assert values[0] == BASE.value(effect.path)
        steps = np.diff(values)
        assert (steps >= 0).all() or (steps <= 0).all(), effect.path
        if values[-1] != values[0]:
            changed.add(effect.path)
        if all(other.at_once for other in lever().effects() if other.path == effect.path):
            assert len(set(values[1:])) == 1, effect.path
    assert changed, "the lever must have an effect at its defaults"


@every
def test_dose_0_has_no_effect(lever, without_levers):
    for inactive in ({"dose": 0.0}, {"fidelity": 0.0}, {"from_week": 13}):
        idle, base = schedule(with_levers(lever(**inactive))), schedule(BASE)
        assert idle.rows.tobytes() == base.rows.tobytes(), inactive
        assert idle.of_week.tobytes() == base.of_week.tobytes(), inactive
    idle = run(lever(dose=0.0))
    assert idle.weekly.tobytes() == without_levers.weekly.tobytes()
    assert idle.events.tobytes() == without_levers.events.tobytes()


@every
def test_lever_starts_and_ends_in_its_weeks(lever, without_levers):
    dated = lever(from_week=FROM, until_week=UNTIL)
    plan, base = schedule(with_levers(dated)), BASE.row()
    changed = [row.tobytes() != base.tobytes() for row in plan.rows[plan.of_week]]
    assert np.flatnonzero(changed).tolist() == list(range(WARM_UP + FROM, WARM_UP + UNTIL))
    actual = run(dated)
    assert actual.weekly[:FROM].tobytes() == without_levers.weekly[:FROM].tobytes()
    assert early(actual.events).tobytes() == early(without_levers.events).tobytes()


def early(events):
    """Return the events before the start of the lever."""
    return events[events[:, 0] < FROM]


# Combination with other levers


def exclude(one, other):
    """Whether either of two levers excludes the other in the same weeks."""
    return other.kind in one.excludes or one.kind in other.excludes


@functools.cache
def instance(lever, number, **dates):
    """Return a lever whose period and dose depend on a number."""
    weeks = {"from_week": number % 4, "ramp_weeks": number % 5} | dates
    return lever(dose=0.7, fidelity=0.9, decay_weeks=30.0 + number, **weeks)


@functools.cache
def affected_paths(lever):
    """Return the paths of the parameters that a lever changes."""
    return {effect.path for effect in lever().effects()}


def third(lever, other):
    """Return another compatible lever with as many common parameters as possible."""
    free = [one for one in LEVERS.values() if one not in (lever, other)]
    free = [one for one in free if not exclude(one, lever) and not exclude(one, other)]
    return max(free, key=lambda one: len(affected_paths(one) & (affected_paths(lever) | affected_paths(other))))


def assert_commute(*levers):
    """Assert that the order of levers has no effect, byte for byte."""
    this, that = schedule(with_levers(*levers)), schedule(with_levers(*levers[::-1]))
    assert this.rows.tobytes() == that.rows.tobytes(), levers
    assert this.of_week.tobytes() == that.of_week.tobytes(), levers


@every
def test_lever_commutes_with_every_other_lever(lever):
    """Tested together with a third lever that changes the same parameters, because sums of two always commute."""
    for number, other in enumerate(LEVERS.values()):
        if other.kind > lever.kind and not exclude(lever, other):
            assert_commute(instance(lever, 1), instance(other, 2 + number), instance(third(lever, other), 3))


@every
def test_lever_commutes_with_a_second_period(lever):
    """A lever can be used twice in different periods, while a third lever is in force."""
    before, after = instance(lever, 1, until_week=FROM), instance(lever, 2, from_week=FROM)
    assert_commute(before, after, instance(third(lever, lever), 3))


def refused(*levers):
    """Return the problems of these levers together."""
    try:
        schedule(with_levers(*levers))
    except BadInputError as error:
        return [problem.what for problem in error.problems]
    return []


@every
def test_exclusions_exist_and_are_symmetric(lever):
    assert len(set(lever.excludes)) == len(lever.excludes)
    for kind in lever.excludes:
        assert kind in LEVERS
        assert kind != lever.kind
        assert bool(refused(lever(), LEVERS[kind]())) == bool(refused(LEVERS[kind](), lever()))
        assert not refused(lever(until_week=FROM), LEVERS[kind](from_week=FROM)), "successive periods must be allowed"


def test_most_pairs_of_levers_can_be_combined():
    pairs = list(combinations(LEVERS.values(), 2))
    assert sum(exclude(one, other) for one, other in pairs) < 0.02 * len(pairs)


# Cost

COST = [measure.name for measure in MEASURES].index("cost")


@every
def test_cost_is_booked_while_the_lever_is_in_force(lever):
    """The cost is posts x pounds per year / 52 x dose from the first week, and no other measure changes."""
    dated = {"from_week": FROM, "until_week": UNTIL, "dose": 0.5, "decay_weeks": 0.0}
    free, costly = (run(lever(yearly_cost=cost, **dated)).weekly[:, 0] for cost in (0.0, 1000.0))
    expected = np.zeros(len(free))
    expected[FROM:UNTIL] = POSTS * 1000.0 / 52 * 0.5
    assert costly[:, COST] - free[:, COST] == pytest.approx(expected, abs=1e-6)
    assert np.delete(costly, COST, axis=1).tobytes() == np.delete(free, COST, axis=1).tobytes()


@every
def test_annual_cost_never_exceeds_the_full_cost(lever):
    for variant in variants(lever):
        assert 0.0 <= variant.annual_cost() <= variant.yearly_cost
        paths = [effect.path for effect in variant.all_effects()]
        assert paths.count("cost.policies") == (variant.yearly_cost > 0.0)


@every
def test_cost_is_proportional_to_the_dose(lever):
    costs = [value(lever(dose=dose, yearly_cost=800.0), "cost.policies") for dose in DOSES]
    assert [b - a for a, b in pairwise(costs)] == pytest.approx([200.0] * 4)
