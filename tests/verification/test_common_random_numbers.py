"""T13: common random numbers. The same seed gives the same run; additional posts change no other random number."""

import dataclasses

import numpy as np
import pytest

from redbead.engine.initial_state import allocate_tables
from redbead.engine.simulate import initialise, prepare, simulate
from redbead.parameters import coefficients
from redbead.scenario.loader import load


@pytest.fixture(scope="module")
def three_years():
    """The baseline for three years."""
    return dataclasses.replace(load("baseline"), years=3.0)


def test_t13_runs_with_the_same_seed_are_identical(three_years):
    one, two = (simulate(prepare(three_years), 7, events=True) for _ in range(2))
    assert one.weekly.tobytes() == two.weekly.tobytes()
    assert one.events.tobytes() == two.events.tobytes()


def test_runs_with_different_seeds_differ(three_years):
    assert simulate(prepare(three_years), 7).weekly.tobytes() != simulate(prepare(three_years), 8).weekly.tobytes()


@pytest.mark.parametrize("extra_posts", [1, 6, 40])
def test_vacant_posts_beyond_the_establishment_do_not_change_the_run(three_years, extra_posts):
    """Starsim's test of an isolated agent: the additional posts are visited and draw random numbers every week."""
    plan = prepare(three_years)
    c = coefficients(plan.schedule.rows[0])
    larger = plan._replace(template=allocate_tables(c.authority, 120 + extra_posts))
    one, two = simulate(plan, 7, events=True), simulate(larger, 7, events=True)
    assert one.weekly.tobytes() == two.weekly.tobytes()
    assert one.events.tobytes() == two.events.tobytes()


def test_the_initial_state_of_a_post_does_not_depend_on_the_number_of_posts(three_years):
    """The first 120 posts start in the same state in an authority of 240."""
    small, large = (
        initialise(prepare(three_years), 7),
        initialise(prepare(three_years.set({"authority.posts": 240})), 7),
    )
    for column in ("status", "experience", "tenure", "skill", "caseload", "fear"):
        assert (getattr(small.workers, column) == getattr(large.workers, column)[:120]).all(), column
    assert (small.managers.own_blame == large.managers.own_blame[:20]).all()
    assert len(set(small.workers.experience)) > 100


def test_referrals_are_identical_under_policies_that_do_not_affect_demand(three_years):
    """With the causal links from quality to demand cut, other reporting and turnover leave referrals unchanged."""
    cut = {"demand.return_exponent": 0.0, "demand.threshold": 0.0, "publicity.prominent": 0.0}
    one = simulate(prepare(three_years.set(cut)), 7).weekly
    two = simulate(prepare(three_years.set({**cut, "reporting.base": 0.5, "staffing.leaving": 0.3})), 7).weekly
    from redbead.measures import MEASURES

    names = [m.name for m in MEASURES]
    assert (one[:, 0, names.index("referrals")] == two[:, 0, names.index("referrals")]).all()
    assert not np.array_equal(one, two)
