"""A mechanism that is switched off leaves no trace: its other numbers may be anything, and no bit of a run changes.

And each of those numbers does matter where the mechanism is on, so that the first half could fail.
"""

import numpy as np
import pytest

from redbead.engine.simulate import advance_to, initialise, prepare, simulate
from redbead.measures import MEASURES
from redbead.parameters import FAMILIES

NAMES = [m.name for m in MEASURES]
CUT = {"practice.commitment": 0.0, "staffing.slump": 0.0, "burnout.leader": 0.0}
"""The loops that are on by default: without them, commitment and the director's attention to staff move nothing."""

ON = {
    "units": {"change.unit_model": 1.0},
    "inspected units": {"change.unit_model": 1.0, "inspection.imposed": 3.0},
    "reorganisation": {"change.reorganisation": 1.0},
    "redesign": {"change.redesign": 1.0},
    "outsourcing": {"change.outsourced": 1.0},
    "debate": {"change.debate": 1.0},
    "prevention": {"demand.prevention": 0.3},
    "improvement": {"workload.improvement_hours": 0.15},
    "asking": {"lessons.asked": 1.0},
    "autonomy": {"lessons.autonomy": 1.0},
    "culture": {"blame.just": 0.8},
    "leader": {"burnout.leader": 0.3},
    "debate and leader": {"burnout.leader": 0.3, "change.debate": 1.0},
    "scandals": {"publicity.reform": 1.0, "publicity.prominent": 0.1, "aftermath.harm": 0.01, "aftermath.grave": 1.0},
}
"""What switches a mechanism on; off is the default of all of it."""

NUMBERS = [
    ("change.unit_weeks", 60.0, "units"), ("change.unit_eyes", 1.5, "units"), ("change.unit_hours", 0.25, "units"),
    ("change.unit_attendance", 0.1, "units"), ("change.unit_continuity", 0.1, "units"),
    ("change.unit_disruption", 0.5, "units"), ("change.unit_misfit", 0.2, "units"),
    ("change.unit_abandoned", 0.0, "inspected units"),
    ("change.reorganisation_disruption", 0.5, "reorganisation"), ("change.reorganisation_cost", 0.05, "reorganisation"),
    ("change.reorganisation_gain", 0.1, "reorganisation"), ("change.reorganisation_spread", 0.2, "reorganisation"),
    ("change.redesign_disruption", 0.5, "redesign"), ("change.redesign_gain", 0.3, "redesign"),
    ("change.redesign_spread", 0.5, "redesign"), ("change.outsourced_disruption", 0.5, "outsourcing"),
    ("change.outsourced_gain", 0.2, "outsourcing"), ("change.outsourced_spread", 0.3, "outsourcing"),
    ("change.debate_disruption", 0.3, "debate"), ("change.debate_distraction", 0.1, "debate and leader"),
    ("demand.prevention_effect", 0.25, "prevention"), ("demand.prevention_lag", 13.0, "prevention"),
    ("workload.squeeze", 4.0, "improvement"), ("lessons.used", 0.0, "asking"), ("lessons.feedback", 0.02, "asking"),
    ("quality.families_spread", 0.3, "asking"), ("lessons.autonomy_gain", 0.005, "autonomy"),
    ("lessons.autonomy_spread", 0.05, "autonomy"), ("leadership.survival", 0.0, "culture"),
    ("leadership.rebuilding", 208.0, "culture"), ("leadership.staff_pull", 2.0, "leader"),
    ("leadership.budget_pull", 2.0, "leader"), ("burnout.leader_ref", 0.9, "leader"),
    ("publicity.reform_disruption", 0.5, "scandals"),
]  # fmt: skip


@pytest.fixture(scope="module")
def weekly(short, plan_of):
    """Three runs under edited parameters, from the first Monday on; every director leaves within half a year or so."""
    restless = {"leadership.leaving": 0.05, "leadership.interim": 4.0, "staffing.leaving": 0.4}

    def of(values):
        plan = plan_of(short.set({"time.warm_up_years": 0}), {**restless, **values})
        return b"".join(simulate(plan, seed).weekly.tobytes() for seed in (1, 2, 3))

    return of


@pytest.mark.parametrize(("path", "value", "switch"), NUMBERS)
def test_what_is_off_leaves_no_trace_and_what_is_on_does(weekly, path, value, switch):
    off = {} if switch not in ("leader", "debate and leader") else CUT
    assert weekly({**off, path: value}) == weekly(off)
    assert weekly({**ON[switch], path: value}) != weekly(ON[switch])


@pytest.mark.parametrize(
    ("path", "value"),
    [("demand.prevention", 0.3), ("cost.policies", 900.0), ("cost.agency", 99_000.0)],
)
def test_money_found_elsewhere_moves_nothing_but_the_bill_and_money_of_ones_own_does(short, plan_of, path, value):
    """Prevention without effect is spending and nothing else."""

    def run(**values):
        table = simulate(plan_of(short, {"demand.prevention_effect": 0.0, **values}), 1).weekly[:, 0]
        return np.delete(table, NAMES.index("cost"), axis=1).tobytes()

    assert run(**{path: value}) == run()
    assert run(**{path: value, "cost.within_budget": 1.0}) != run(**{"cost.within_budget": 1.0})


def end(short, plan_of, values, change):
    """The measures of a run whose first Monday has been tampered with, those that are named after the change apart."""
    plan = plan_of(short, values)
    world = initialise(plan, 4)
    change(world)
    weeks = plan.warm_up + plan.weeks
    out = np.empty((plan.weeks, 1, len(MEASURES)))
    advance_to(world, plan, 4, 0, weeks, out)
    return np.delete(out[:, 0], NAMES.index("commitment"), axis=1).tobytes()


def nothing(world):
    """As it is."""


def zeal(world):
    world.workers.commitment[:] = 3.0 - world.workers.commitment


def forgetfulness(world):
    world.service.embedded[:] = 0.0


def favourites(world):
    world.leaders.for_staff[:] = 1.0


def a_past(world):
    world.service.public_view[:] = 0.1
    world.service.families_view[:] = 0.1
    world.service.pressure[:] = 3.0


@pytest.mark.parametrize("change", [zeal, forgetfulness, favourites, a_past])
def test_new_columns_do_not_matter_where_their_loops_are_cut(short, plan_of, change):
    assert end(short, plan_of, CUT, change) == end(short, plan_of, CUT, nothing)


@pytest.mark.parametrize(
    ("change", "values"),
    [
        (zeal, {**CUT, "practice.commitment": 0.5}),
        (zeal, {**CUT, "staffing.slump": 3.0, "inspection.imposed": 3.0}),
        (forgetfulness, {**CUT, "blame.just": 0.8}),
        (forgetfulness, {**CUT, "blame.restraint": 0.3}),
        (favourites, {**CUT, "burnout.leader": 1.0}),
        (a_past, {**CUT, "workload.improvement_hours": 0.15}),
    ],
)
def test_and_where_they_are_not_they_do(short, plan_of, change, values):
    assert end(short, plan_of, values, change) != end(short, plan_of, values, nothing)


def test_every_number_that_shapes_a_structural_change_is_looked_at_here():
    switches = {"unit_model", "reorganisation", "redesign", "outsourced", "debate"}
    looked_at = {path.split(".")[1] for path, _, _ in NUMBERS if path.startswith("change.")}
    assert looked_at == set(FAMILIES["change"]._fields) - switches


def test_the_plan_is_that_of_the_scenario(short, plan_of):
    """Without edits, the runs above are the usual ones."""
    assert simulate(plan_of(short), 1).weekly.tobytes() == simulate(prepare(short), 1).weekly.tobytes()
