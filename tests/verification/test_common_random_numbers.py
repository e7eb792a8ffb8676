"""T13: the same seed gives the same world, and one more of anything changes nobody else's dice."""

import dataclasses

import numpy as np
import pytest

from redbead.engine.initial_state import allocate_tables
from redbead.engine.simulate import initialise, prepare, simulate
from redbead.parameters import coefficients
from redbead.scenario.loader import load


@pytest.fixture(scope="module")
def three():
    """The baseline for three years."""
    return dataclasses.replace(load("baseline"), years=3.0)


def test_the_same_seed_twice_is_the_same_run_bit_for_bit(three):
    one, two = (simulate(prepare(three), 7, events=True) for _ in range(2))
    assert one.weekly.tobytes() == two.weekly.tobytes()
    assert one.events.tobytes() == two.events.tobytes()


def test_another_seed_is_another_run(three):
    assert simulate(prepare(three), 7).weekly.tobytes() != simulate(prepare(three), 8).weekly.tobytes()


@pytest.mark.parametrize("desks", [1, 6, 40])
def test_a_desk_where_nobody_ever_sits_changes_no_bit(three, desks):
    """Starsim's test of an isolated agent: an empty desk beyond the establishment is looked at, and draws, every
    week."""
    plan = prepare(three)
    c = coefficients(plan.schedule.rows[0])
    wider = plan._replace(template=allocate_tables(c.authority, 120 + desks))
    one, two = simulate(plan, 7, events=True), simulate(wider, 7, events=True)
    assert one.weekly.tobytes() == two.weekly.tobytes()
    assert one.events.tobytes() == two.events.tobytes()


def test_more_posts_leave_those_before_them_as_they_were(three):
    """Who sits in the first 120 posts on the first Monday does not depend on how many more there are."""
    small, large = initialise(prepare(three), 7), initialise(prepare(three.set({"authority.posts": 240})), 7)
    for column in ("status", "experience", "tenure", "skill", "caseload", "fear"):
        ours, theirs = getattr(small.workers, column), getattr(large.workers, column)
        assert (ours == theirs[:120]).all(), column
    assert (small.managers.own_blame == large.managers.own_blame[:20]).all()
    assert len(set(small.workers.experience)) > 100


def test_what_a_policy_does_not_touch_stays_as_it_was(three):
    """Another sample size of inspectors changes nothing before the first grade that differs, and no referral ever draws
    from another stream: with the loops from quality to demand cut, referrals are equal to the end."""
    cut = {"demand.return_exponent": 0.0, "demand.threshold": 0.0, "publicity.prominent": 0.0}
    one = simulate(prepare(three.set(cut)), 7).weekly
    two = simulate(prepare(three.set({**cut, "reporting.base": 0.5, "staffing.leaving": 0.3})), 7).weekly
    from redbead.measures import MEASURES

    names = [m.name for m in MEASURES]
    assert (one[:, 0, names.index("referrals")] == two[:, 0, names.index("referrals")]).all()
    assert not np.array_equal(one, two)
