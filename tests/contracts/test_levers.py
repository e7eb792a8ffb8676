"""What every lever must be, those of tomorrow included."""

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
from redbead.levers import LEVERS
from redbead.levers.base import Lever
from redbead.measures import MEASURES
from redbead.quantities import Param
from redbead.scenario.scenario import Scenario
from redbead.scenario.schedule import schedule

COMMON = tuple(item.name for item in dataclasses.fields(Lever))

EXPECTED = {
    "adaptive-sample", "agency-cap", "appeal", "autonomy", "biased-sample", "blame-the-blamers", "candour-credit",
    "career-rewards", "causal-analysis", "confidential-reporting", "cut-bureaucracy", "donor-authority",
    "flat-hierarchy", "funding", "high-stakes", "hiring-support", "human-factors", "imposed-grade",
    "improvement-incentives", "improvement-time", "inspector-training", "just-culture", "larger-sample",
    "managers-as-helpers", "narrative-judgement", "nominated-cases", "observed-practice", "outsourcing",
    "outsourcing-debate", "participation", "peer-accusation", "political-attention", "prevention", "protect-leaders",
    "redesign", "reorganisation", "reward-practice", "reward-reporting", "rhetoric", "sack-leaders",
    "service-user-feedback", "several-snapshots", "staff-first", "strategic-confusion", "stratified-sample",
    "supportive-inspection", "surge-funding", "system-analysis", "takeover-rule", "targets", "two-strikes",
    "underfunding", "uneven-allocation", "unit-model",
}  # fmt: skip

every = pytest.mark.parametrize("lever", LEVERS.values(), ids=list(LEVERS))

POSTS = 24
WARM_UP = 5
BASE = Scenario(years=0.25, warm_up_years=WARM_UP / 52).set({"authority.posts": POSTS, "blame.own": 0.1 + 0.2})
"""Thirteen weeks of a small authority, with a number in it that has no exact binary form."""

FROM, UNTIL = 6, 10


def under(*levers):
    """The scenario with these levers."""
    return dataclasses.replace(BASE, levers=levers)


def table(scenario):
    """All parameters of every watched week, [weeks, parameters]."""
    plan = schedule(scenario)
    return plan.rows[plan.of_week][scenario.warm_up_weeks :]


def value(lever, path):
    """What the lever makes of a parameter in the first watched week."""
    return table(under(lever))[0, parameters.index_of(path)]


def run(*levers):
    """Every recorded number and every event of one run."""
    return simulate(prepare(under(*levers)), 1, events=True)


@pytest.fixture(scope="module")
def nothing_done():
    """The run without any lever."""
    return run()


def test_the_levers_of_the_source_texts_are_there():
    assert set(LEVERS) >= EXPECTED
    assert list(LEVERS) == sorted(LEVERS)


# what it says of itself


@every
def test_its_file_is_named_after_it(lever):
    assert lever.__module__ == f"redbead.levers.{lever.kind.replace('-', '_')}"


@every
def test_it_says_in_one_sentence_what_it_is_and_for_whom_and_who_believes_in_it(lever):
    assert lever.__doc__ is not lever.__base__.__doc__
    first, *rest = inspect.getdoc(lever).split("\n")
    assert lever.summary() == first
    assert not rest or not rest[0], "the sentence stands on one line"
    assert re.findall(r"[.!?](?=\s|$)", first) == ["."], first
    assert first.endswith(".")
    assert lever.audience
    assert lever.proponents
    assert inspect.getdoc(inspect.getmodule(lever))


@every
def test_it_moves_systems_of_the_source_texts(lever):
    assert lever.systems
    assert len(set(lever.systems)) == len(lever.systems)
    assert set(lever.systems) <= {f"S{number}" for number in range(1, 45)}


@every
def test_every_number_is_declared_and_its_default_is_in_range(lever):
    for name, param, default in lever.numbers():
        assert isinstance(param, Param)
        assert param.accepts(default), name
    assert set(COMMON) <= {item.name for item in lever.numbers()}


@every
def test_it_can_be_compared_hashed_written_down_and_made_again(lever):
    one = lever(from_week=52, ramp_weeks=8, fidelity=0.5)
    given = one.as_dict()
    assert given.pop("kind") == lever.kind
    assert lever(**given) == one
    assert hash(lever(**given)) == hash(one)
    assert repr(one).startswith(lever.__name__)


@every
def test_it_never_touches_a_person(lever):
    source = inspect.getsource(inspect.getmodule(lever))
    assert "redbead.state" not in source
    assert "redbead.engine" not in source


# what it bends


def variants(lever):
    """The lever as it is, and with each number of its own at either end of its range."""
    own = [item for item in lever.numbers() if item.name not in COMMON]
    ends = [(item.name, end) for item in own for end in (item.param.low, item.param.high)]
    return [lever(), *(lever(**{name: whole(end)}) for name, end in ends)]


def whole(number):
    """A number as a file would write it."""
    return int(number) if number == int(number) else number


@every
def test_it_bends_parameters_that_exist_towards_values_in_their_range(lever):
    assert lever().effects()
    for variant in variants(lever):
        for bend in variant.effects():
            param = parameters.register()[bend.path].param
            assert bend.towards is None or param.accepts(bend.towards), (variant, bend.path)


@every
def test_no_number_of_its_own_is_idle_and_no_bend_dead(lever):
    for item in lever.numbers():
        if item.name not in COMMON:
            low, high = (lever(**{item.name: whole(end)}) for end in (item.param.low, item.param.high))
            assert low.all_effects() != high.all_effects(), item.name
    effects = {variant.effects() for variant in variants(lever)}
    for path in {bend.path for some in effects for bend in some}:
        assert any(value(variant, path) != BASE.value(path) for variant in variants(lever)), path


DOSES = (0.0, 0.25, 0.5, 0.75, 1.0)


@every
def test_the_effect_grows_with_the_dose(lever):
    """Every bent parameter moves one way, away from its base; what is a property of the policy is there at once."""
    moved = set()
    for bend in lever().effects():
        values = [value(lever(dose=dose), bend.path) for dose in DOSES]
        assert values[0] == BASE.value(bend.path)
        steps = np.diff(values)
        assert (steps >= 0).all() or (steps <= 0).all(), bend.path
        if values[-1] != values[0]:
            moved.add(bend.path)
        if all(other.at_once for other in lever().effects() if other.path == bend.path):
            assert len(set(values[1:])) == 1, bend.path
    assert moved, "at its defaults it does something"


@every
def test_at_dose_0_it_changes_no_bit(lever, nothing_done):
    for none in ({"dose": 0.0}, {"fidelity": 0.0}, {"from_week": 13}):
        idle, base = schedule(under(lever(**none))), schedule(BASE)
        assert idle.rows.tobytes() == base.rows.tobytes(), none
        assert idle.of_week.tobytes() == base.of_week.tobytes(), none
    idle = run(lever(dose=0.0))
    assert idle.weekly.tobytes() == nothing_done.weekly.tobytes()
    assert idle.events.tobytes() == nothing_done.events.tobytes()


@every
def test_it_starts_and_ends_to_the_week(lever, nothing_done):
    dated = lever(from_week=FROM, until_week=UNTIL)
    plan, base = schedule(under(dated)), BASE.row()
    changed = [row.tobytes() != base.tobytes() for row in plan.rows[plan.of_week]]
    assert np.flatnonzero(changed).tolist() == list(range(WARM_UP + FROM, WARM_UP + UNTIL))
    found = run(dated)
    assert found.weekly[:FROM].tobytes() == nothing_done.weekly[:FROM].tobytes()
    assert early(found.events).tobytes() == early(nothing_done.events).tobytes()


def early(events):
    """What happened before the lever started."""
    return events[events[:, 0] < FROM]


# what it does together with others


def exclude(one, other):
    """Whether two levers cannot be in force in the same weeks; either file may say so."""
    return other.kind in one.excludes or one.kind in other.excludes


@functools.cache
def made(lever, number, **dates):
    """Lever number n, with weeks and a dose of its own."""
    weeks = {"from_week": number % 4, "ramp_weeks": number % 5} | dates
    return lever(dose=0.7, fidelity=0.9, decay_weeks=30.0 + number, **weeks)


@functools.cache
def bent(lever):
    """The parameters that it bends."""
    return {bend.path for bend in lever().effects()}


def third(lever, other):
    """One more lever that can be in force with these two, and bends what one of them bends, if there is such a one."""
    free = [one for one in LEVERS.values() if one not in (lever, other)]
    free = [one for one in free if not exclude(one, lever) and not exclude(one, other)]
    return max(free, key=lambda one: len(bent(one) & (bent(lever) | bent(other))))


def assert_commute(*levers):
    """In either order, bit for bit."""
    this, that = schedule(under(*levers)), schedule(under(*levers[::-1]))
    assert this.rows.tobytes() == that.rows.tobytes(), levers
    assert this.of_week.tobytes() == that.of_week.tobytes(), levers


@every
def test_it_commutes_with_every_other(lever):
    """Together with a third that bends the same, for sums of two commute by themselves."""
    for number, other in enumerate(LEVERS.values()):
        if other.kind > lever.kind and not exclude(lever, other):
            assert_commute(made(lever, 1), made(other, 2 + number), made(third(lever, other), 3))


@every
def test_it_commutes_with_itself_before_and_after(lever):
    """It cannot be given twice for the same weeks; one after the other, while a third goes on, it can."""
    before, after = made(lever, 1, until_week=FROM), made(lever, 2, from_week=FROM)
    assert_commute(before, after, made(third(lever, lever), 3))


def refused(*levers):
    """What is said against these levers together."""
    try:
        schedule(under(*levers))
    except BadInputError as error:
        return [problem.what for problem in error.problems]
    return []


@every
def test_what_it_excludes_exists_and_is_excluded_in_either_order(lever):
    assert len(set(lever.excludes)) == len(lever.excludes)
    for kind in lever.excludes:
        assert kind in LEVERS
        assert kind != lever.kind
        assert bool(refused(lever(), LEVERS[kind]())) == bool(refused(LEVERS[kind](), lever()))
        assert not refused(lever(until_week=FROM), LEVERS[kind](from_week=FROM)), "one after the other may be"


def test_most_pairs_can_be_tried_together():
    pairs = list(combinations(LEVERS.values(), 2))
    assert sum(exclude(one, other) for one, other in pairs) < 0.02 * len(pairs)


# what it costs

COST = [measure.name for measure in MEASURES].index("cost")


@every
def test_its_cost_is_booked_as_long_as_it_is_in_force(lever):
    """To the pound: posts x pounds a year / 52 x dose, from its first week on, and nothing else changes."""
    dated = {"from_week": FROM, "until_week": UNTIL, "dose": 0.5, "decay_weeks": 0.0}
    free, dear = (run(lever(yearly_cost=cost, **dated)).weekly[:, 0] for cost in (0.0, 1000.0))
    expected = np.zeros(len(free))
    expected[FROM:UNTIL] = POSTS * 1000.0 / 52 * 0.5
    assert dear[:, COST] - free[:, COST] == pytest.approx(expected, abs=1e-6)
    assert np.delete(dear, COST, axis=1).tobytes() == np.delete(free, COST, axis=1).tobytes()


@every
def test_its_cost_is_shared_at_most_never_multiplied(lever):
    for variant in variants(lever):
        assert 0.0 <= variant.annual_cost() <= variant.yearly_cost
        paths = [bend.path for bend in variant.all_effects()]
        assert paths.count("cost.policies") == (variant.yearly_cost > 0.0)


@every
def test_half_the_dose_is_half_the_bill(lever):
    bills = [value(lever(dose=dose, yearly_cost=800.0), "cost.policies") for dose in DOSES]
    assert [b - a for a, b in pairwise(bills)] == pytest.approx([200.0] * 4)
