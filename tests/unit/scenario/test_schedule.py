"""The schedule: to the week, whatever the order of levers, and nothing at all where there is nothing to do."""

import time
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import parameters
from redbead.dynamics.demand import surge
from redbead.levers import LEVERS
from redbead.scenario.scenario import Scenario, Spike, together
from redbead.scenario.schedule import SURGE, schedule


def series(scenario, path):
    """One parameter, week by week from the end of the warm-up on."""
    plan = schedule(scenario)
    return plan.rows[plan.of_week, parameters.index_of(path)][scenario.warm_up_weeks :]


def test_without_levers_and_spikes_there_is_one_row():
    plan = schedule(Scenario().set({"blame.own": 0.5}))
    assert plan.rows.shape == (1, parameters.SIZE)
    assert plan.of_week.shape == (676,)
    assert plan.of_week.dtype == np.int64
    assert plan.rows[0, parameters.index_of("blame.own")] == 0.5


def test_weeks_count_from_the_end_of_the_warm_up():
    lever = LEVERS["improvement-time"](from_week=52, until_week=60, share=0.1)
    scenario = Scenario(levers=(lever,))
    plan = schedule(scenario)
    hours = plan.rows[plan.of_week, parameters.index_of("workload.improvement_hours")]
    assert np.flatnonzero(hours).tolist() == list(range(156 + 52, 156 + 60))
    assert plan.rows.shape[0] == 2


def test_a_ramp_rises_week_by_week():
    lever = LEVERS["improvement-time"](from_week=2, ramp_weeks=4, share=0.1, fidelity=0.5)
    hours = series(Scenario(levers=(lever,)), "workload.improvement_hours")
    assert hours[:8] == pytest.approx([0, 0, 0.0125, 0.025, 0.0375, 0.05, 0.05, 0.05])


def test_spikes_follow_the_rule_of_the_model():
    spike = Spike(at_week=10, size=0.3, rise_weeks=4, decay_weeks=30, lasting_share=0.2, fade_weeks=364)
    extra = series(Scenario(spikes=(spike, spike)), SURGE)
    expected = [2 * surge(float(week - 10), 0.3, 4.0, 30.0, 0.2, 364.0) for week in range(520)]
    assert extra == pytest.approx(expected)
    assert not extra[:11].any()


def some_lever(kind: str) -> st.SearchStrategy:
    weeks = st.integers(0, 60)
    return st.builds(
        LEVERS[kind],
        from_week=weeks,
        ramp_weeks=st.integers(0, 9),
        fidelity=st.floats(0, 1),
        decay_weeks=st.floats(0, 90),
    )


levers = (
    st.lists(st.sampled_from(list(LEVERS)), min_size=2, max_size=4, unique=True)
    .flatmap(lambda kinds: st.tuples(*map(some_lever, kinds)))
    .filter(lambda some: not together(some))
)


@given(levers)
def test_the_order_of_levers_does_not_matter_bit_for_bit(some):
    plans = [schedule(Scenario(years=2, warm_up_years=0, levers=order)) for order in list(permutations(some))[:4]]
    for plan in plans[1:]:
        assert np.array_equal(plan.rows[plan.of_week], plans[0].rows[plans[0].of_week])


@given(st.sampled_from(list(LEVERS)), st.sampled_from([{"fidelity": 0.0}, {"from_week": 5000}]))
def test_a_lever_at_dose_0_changes_no_bit(kind, off):
    values = {"blame.own": 0.1 + 0.2, "inspection.stakes": 1 / 3}
    scenario = Scenario(years=1, levers=(LEVERS[kind](**off),)).set(values)
    plan = schedule(scenario)
    assert plan.rows.shape[0] == 1
    assert plan.rows[0].tobytes() == scenario.row().tobytes()


@given(levers)
def test_whatever_the_levers_every_value_stays_in_its_range(some):
    plan = schedule(Scenario(years=2, warm_up_years=0, levers=some))
    for path, item in parameters.register().items():
        assert all(item.param.accepts(value) for value in plan.rows[:, parameters.index_of(path)]), path


def test_too_much_of_a_lever_stops_at_the_end_of_the_range():
    scenario = Scenario(levers=(LEVERS["surge-funding"](share=0.8),)).set({"authority.extra_posts": 0.8})
    assert series(scenario, "authority.extra_posts").max() == 1.0


def test_adherence_matters_only_while_a_just_culture_is_on_and_then_at_once():
    lever = LEVERS["just-culture"](from_week=10, until_week=20, ramp_weeks=5, adherence=0.3)
    kept = series(Scenario(levers=(lever,)), "blame.adherence")
    assert set(kept[:10]) | set(kept[20:]) == {1.0}
    assert kept[10:20] == pytest.approx(0.3)


def test_a_scenario_for_every_week_is_quick():
    levers = (LEVERS["just-culture"](from_week=52, decay_weeks=99), LEVERS["two-strikes"](), LEVERS["surge-funding"]())
    scenario = Scenario(levers=levers, spikes=(Spike(at_week=52),))
    schedule(scenario)
    begin = time.perf_counter()
    schedule(scenario)
    # 2 ms on the machine it was written on; the margin is for busy ones.
    assert time.perf_counter() - begin < 0.1
