"""Parameters of an inactive mechanism do not change results.

Each of these parameters does change results if the mechanism is active, so the first comparison can fail.
"""

import numpy as np
import pytest

from redbead.engine.simulate import advance_to, initialise, prepare, simulate
from redbead.measures import MEASURES
from redbead.parameters import FAMILIES

NAMES = [m.name for m in MEASURES]
CUT = {"practice.commitment": 0.0, "staffing.slump": 0.0, "burnout.leader": 0.0}
"""Loops that are active by default; without them, commitment and attention to staff have no effect."""

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
    "colleagues": {"peers.notices": 0.05, "peers.fear_witness": 0.01, "reporting.trust": 1.0},
    "memory of managers": {"management.events": 0.5},
    "answerable managers": {"blame.answerable": 1.0, "response.sanction": 0.3},
}
"""Parameters that activate each mechanism; the defaults are inactive."""

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
    ("management.memory", 30.0, "memory of managers"), ("management.incident", 3.0, "memory of managers"),
    ("management.sanction", 2.0, "memory of managers"),
    ("peers.act", 0.0, "colleagues"), ("peers.act_fear", 0.0, "colleagues"), ("peers.act_severity", 3.0, "colleagues"),
    ("peers.speak", -1.0, "colleagues"), ("peers.speak_trust", 6.0, "colleagues"),
    ("peers.speak_severity", 3.0, "colleagues"), ("peers.wrong", 0.6, "colleagues"),
    ("peers.justified", 0.0, "colleagues"), ("peers.loss_accused", 0.8, "colleagues"),
    ("peers.loss_witness", 0.3, "colleagues"), ("peers.loss_accuser", 0.4, "colleagues"),
    ("peers.recovery", 200.0, "colleagues"), ("peers.fear_accused", 0.3, "colleagues"),
    ("peers.fear_witness", 0.1, "colleagues"), ("peers.fear_accuser", 0.1, "colleagues"),
    ("peers.fear_ref", 0.2, "colleagues"), ("reporting.trust", -2.0, "colleagues"),
    ("blame.answerable_restraint", 0.8, "answerable managers"), ("blame.answerable_fear", 0.4, "answerable managers"),
    ("blame.answerable_others", 0.8, "answerable managers"),
]  # fmt: skip


@pytest.fixture(scope="module")
def weekly(short, plan_of):
    """Function that simulates three runs with edited parameters, in which directors leave after about half a year."""
    turnover = {"leadership.leaving": 0.05, "leadership.interim": 4.0, "staffing.leaving": 0.4}

    def of(values):
        plan = plan_of(short.set({"time.warm_up_years": 0}), {**turnover, **values})
        return b"".join(simulate(plan, seed).weekly.tobytes() for seed in (1, 2, 3))

    return of


@pytest.mark.parametrize(("path", "value", "switch"), NUMBERS)
def test_parameters_of_inactive_mechanisms_have_no_effect(weekly, path, value, switch):
    off = {} if switch not in ("leader", "debate and leader") else CUT
    assert weekly({**off, path: value}) == weekly(off)
    assert weekly({**ON[switch], path: value}) != weekly(ON[switch])


@pytest.mark.parametrize(
    ("path", "value"),
    [("demand.prevention", 0.3), ("cost.policies", 900.0), ("cost.agency", 99_000.0)],
)
def test_external_spending_changes_only_the_cost(short, plan_of, path, value):
    """Prevention without effect only adds to spending."""

    def run(**values):
        table = simulate(plan_of(short, {"demand.prevention_effect": 0.0, **values}), 1).weekly[:, 0]
        return np.delete(table, NAMES.index("cost"), axis=1).tobytes()

    assert run(**{path: value}) == run()
    assert run(**{path: value, "cost.within_budget": 1.0}) != run(**{"cost.within_budget": 1.0})


def measures_after(short, plan_of, values, change):
    """Return the measures of a run with a changed initial state, without commitment itself."""
    plan = plan_of(short, values)
    world = initialise(plan, 4)
    change(world)
    weeks = plan.warm_up + plan.weeks
    out = np.empty((plan.weeks, 1, len(MEASURES)))
    advance_to(world, plan, 4, 0, weeks, out)
    return np.delete(out[:, 0], NAMES.index("commitment"), axis=1).tobytes()


def unchanged(world):
    """Keep the initial state."""


def high_commitment(world):
    world.workers.commitment[:] = 3.0 - world.workers.commitment


def lost_culture(world):
    world.service.embedded[:] = 0.0


def attention_to_staff(world):
    world.leaders.for_staff[:] = 1.0


def poor_reputation(world):
    world.service.public_view[:] = 0.1
    world.service.families_view[:] = 0.1
    world.service.pressure[:] = 3.0


@pytest.mark.parametrize("change", [high_commitment, lost_culture, attention_to_staff, poor_reputation])
def test_columns_of_cut_loops_have_no_effect(short, plan_of, change):
    assert measures_after(short, plan_of, CUT, change) == measures_after(short, plan_of, CUT, unchanged)


@pytest.mark.parametrize(
    ("change", "values"),
    [
        (high_commitment, {**CUT, "practice.commitment": 0.5}),
        (high_commitment, {**CUT, "staffing.slump": 3.0, "inspection.imposed": 3.0}),
        (lost_culture, {**CUT, "blame.just": 0.8}),
        (lost_culture, {**CUT, "blame.restraint": 0.3}),
        (attention_to_staff, {**CUT, "burnout.leader": 1.0}),
        (poor_reputation, {**CUT, "workload.improvement_hours": 0.15}),
    ],
)
def test_columns_of_active_loops_have_an_effect(short, plan_of, change, values):
    assert measures_after(short, plan_of, values, change) != measures_after(short, plan_of, values, unchanged)


def test_all_parameters_of_structural_change_are_tested_here():
    switches = {"unit_model", "reorganisation", "redesign", "outsourced", "debate"}
    tested = {path.split(".")[1] for path, _, _ in NUMBERS if path.startswith("change.")}
    assert tested == set(FAMILIES["change"]._fields) - switches


def test_edited_plan_without_edits_equals_the_scenario(short, plan_of):
    """Without edits, the runs equal those of the scenario."""
    assert simulate(plan_of(short), 1).weekly.tobytes() == simulate(prepare(short), 1).weekly.tobytes()
