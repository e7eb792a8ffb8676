"""The weekly schedule of parameters: timing, independence of order, and limits."""

from dataclasses import dataclass
from itertools import permutations
from typing import Annotated

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import parameters
from redbead.dynamics.demand import surge
from redbead.levers import LEVERS
from redbead.levers.base import KINDS, Lever, ParameterEffect
from redbead.quantities import Param
from redbead.scenario.library import shipped
from redbead.scenario.loader import load
from redbead.scenario.scenario import Scenario, Spike, conflict_problems
from redbead.scenario.schedule import SURGE, cuts, schedule


def series(scenario, path):
    """Values of one parameter by week after the warm-up."""
    plan = schedule(scenario)
    return plan.rows[plan.of_week, parameters.index_of(path)][scenario.warm_up_weeks :]


def test_a_schedule_without_levers_and_spikes_has_one_row():
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


def test_a_ramp_increases_linearly():
    lever = LEVERS["improvement-time"](from_week=2, ramp_weeks=4, share=0.1, fidelity=0.5)
    hours = series(Scenario(levers=(lever,)), "workload.improvement_hours")
    assert hours[:8] == pytest.approx([0, 0, 0.0125, 0.025, 0.0375, 0.05, 0.05, 0.05])


def test_spikes_follow_the_surge_rule():
    spike = Spike(at_week=10, size=0.3, rise_weeks=4, decay_weeks=30, lasting_share=0.2, fade_weeks=364)
    extra = series(Scenario(spikes=(spike, spike)), SURGE)
    expected = [2 * surge(float(week - 10), 0.3, 4.0, 30.0, 0.2, 364.0) for week in range(520)]
    assert extra == pytest.approx(expected)
    assert not extra[:11].any()


def lever_strategy(kind: str) -> st.SearchStrategy:
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
    .flatmap(lambda kinds: st.tuples(*map(lever_strategy, kinds)))
    .filter(lambda drawn: not conflict_problems(drawn))
)


@given(levers)
def test_the_order_of_levers_does_not_affect_the_schedule(drawn):
    plans = [schedule(Scenario(years=2, warm_up_years=0, levers=order)) for order in list(permutations(drawn))[:4]]
    for plan in plans[1:]:
        assert np.array_equal(plan.rows[plan.of_week], plans[0].rows[plans[0].of_week])


@given(st.sampled_from(list(LEVERS)), st.sampled_from([{"fidelity": 0.0}, {"from_week": 5000}]))
def test_a_lever_with_dose_0_does_not_affect_the_schedule(kind, off):
    values = {"blame.own": 0.1 + 0.2, "inspection.stakes": 1 / 3}
    scenario = Scenario(years=1, levers=(LEVERS[kind](**off),)).set(values)
    plan = schedule(scenario)
    assert plan.rows.shape[0] == 1
    assert plan.rows[0].tobytes() == scenario.row().tobytes()


@given(levers)
def test_every_value_stays_in_its_range(drawn):
    plan = schedule(Scenario(years=2, warm_up_years=0, levers=drawn))
    for path, item in parameters.register().items():
        assert all(item.param.accepts(value) for value in plan.rows[:, parameters.index_of(path)]), path


def test_a_large_effect_is_limited_to_the_range():
    scenario = Scenario(levers=(LEVERS["surge-funding"](share=0.8),)).set({"authority.extra_posts": 0.8})
    assert series(scenario, "authority.extra_posts").max() == 1.0


def test_adherence_applies_immediately_and_only_while_a_just_culture_is_in_force():
    lever = LEVERS["just-culture"](from_week=10, until_week=20, ramp_weeks=5, adherence=0.3)
    adherence = series(Scenario(levers=(lever,)), "blame.adherence")
    assert set(adherence[:10]) | set(adherence[20:]) == {1.0}
    assert adherence[10:20] == pytest.approx(0.3)


# --- values beyond the range of a parameter ---


@dataclass(frozen=True, kw_only=True)
class Push(Lever, kind="test-push"):
    """Change the stakes and the minimum of fear, whose ranges are 0 to 1 and 0 to 0.5."""

    stakes: Annotated[float, Param("0-1", -9, 9, "shift of the stakes")] = 0.0
    factor: Annotated[float, Param("0-9", 0, 9, "factor of the minimum of fear")] = 1.0

    def effects(self):
        return (
            ParameterEffect("inspection.stakes", shift=self.stakes),
            ParameterEffect("fear.floor", factor=self.factor),
        )


del KINDS[Push.kind]
STAKES, FEAR = (Scenario().value(path) for path in ("inspection.stakes", "fear.floor"))


@pytest.mark.parametrize(
    ("pushes", "changes", "expected"),
    [
        ([{}], {}, []),
        ([{"stakes": 1 - STAKES}], {}, []),
        ([{"stakes": 1.25 - STAKES}], {}, [("inspection.stakes", 1.25, 1.0, 520)]),
        ([{"stakes": 1.0}], {"inspection.stakes": 0.5}, [("inspection.stakes", 1.5, 1.0, 520)]),
        ([{"stakes": -0.25 - STAKES, "from_week": 510}], {}, [("inspection.stakes", -0.25, 0.0, 10)]),
        ([{"stakes": 1.0, "dose": 0.0}], {"inspection.stakes": 0.5}, []),
        ([{"factor": 9.0, "until_week": 3}], {}, [("fear.floor", 9 * FEAR, 0.5, 3)]),
        (
            [{"stakes": 2.0, "factor": 9.0}], {},
            [("fear.floor", 9 * FEAR, 0.5, 520), ("inspection.stakes", STAKES + 2, 1.0, 520)],
        ),
    ],
)  # fmt: skip
def test_every_value_beyond_a_range_is_reported_and_no_other(pushes, changes, expected):
    """The report has the parameter, the value, the end of the range and the weeks; the schedule uses the end."""
    scenario = Scenario(levers=tuple(Push(**numbers) for numbers in pushes)).set(changes)
    reported = cuts(scenario)
    assert [(cut.path, pytest.approx(cut.wanted), cut.limit, cut.weeks) for cut in reported] == expected
    assert all(cut.causes == ("test-push",) for cut in reported)
    for cut in reported:
        param = parameters.register()[cut.path].param
        used = series(scenario, cut.path)
        assert np.count_nonzero(used == cut.limit) == cut.weeks
        assert cut.limit in (param.low, param.high)


def test_spikes_beyond_the_range_of_referrals_are_reported():
    scenario = Scenario(spikes=tuple(Spike(at_week=10, size=2.0) for _ in range(9)))
    (cut,) = cuts(scenario)
    assert (cut.path, cut.causes) == (SURGE, ("a spike of referrals",))
    assert series(scenario, SURGE).max() == cut.limit < cut.wanted


def test_a_cut_is_described_with_its_cause_the_value_and_the_limit():
    (cut,) = cuts(Scenario(levers=(Push(stakes=1.25 - STAKES, from_week=519),)))
    assert str(cut) == (
        "test-push would change inspection.stakes to 1.25, beyond its maximum of 1. "
        "The model uses 1 instead, in 1 week."
    )


@pytest.mark.parametrize("name", shipped())
def test_no_shipped_scenario_leaves_the_range_of_a_parameter(name):
    assert cuts(load(name)) == []
