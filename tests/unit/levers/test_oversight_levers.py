"""Levers of inspection and its consequences: parameters at full and half dose, with hand-worked values."""

import dataclasses

import pytest

from redbead.levers import LEVERS
from redbead.parameters import index_of, register
from redbead.scenario.loader import load
from redbead.scenario.schedule import schedule

WEEK = 10


def default(path):
    return register()[path].default


def in_force(kind, path, **numbers):
    """Return a parameter in week 10 of the baseline with one lever from week 5."""
    lever = LEVERS[kind](from_week=5, **numbers)
    plan = schedule(dataclasses.replace(load("baseline"), levers=(lever,), warm_up_years=0.0))
    return plan.rows[plan.of_week[WEEK], index_of(path)]


@pytest.mark.cases(
    ("kind", "path", "full", "half"),
    [
        ("appeal", "inspection.appeals", 0.5, 0.25),
        ("narrative-judgement", "inspection.narrative", 1.0, 0.5),
        ("candour-credit", "leadership.candour_credit", 1.0, 0.5),
        ("biased-sample", "inspection.odds_of_poor", 2.0, 1.5),
        ("nominated-cases", "inspection.nominated", 0.3, 0.15),
        ("nominated-cases", "inspection.nominated_odds", 0.5, 0.5),
        ("stratified-sample", "inspection.stratified", 1.0, 0.5),
        ("adaptive-sample", "inspection.adaptive_cases", 30, 15),
        ("larger-sample", "inspection.cases_tracked", 100, 64),  # 27 + 73 / 2 = 63.5
        ("inspector-training", "inspection.leniency_spread", 0.15, 0.225),
        ("observed-practice", "inspection.weight_of_records", 0.1, 0.3),
        ("several-snapshots", "inspection.snapshots", 3, 2),
        ("high-stakes", "inspection.stakes", 1.0, 0.85),
        ("career-rewards", "inspection.stakes", 0.9, 0.8),
        ("career-rewards", "leadership.poached", 0.8, 0.55),
        ("sack-leaders", "consequences.dismissal", 0.9, (0.9 + default("consequences.dismissal")) / 2),
        ("takeover-rule", "takeover.chance", 1.0, 0.5),
        ("takeover-rule", "takeover.clock_weeks", 26, 26),
    ],
)
def test_oversight_levers_set_their_parameters(kind, path, full, half):
    assert in_force(kind, path) == pytest.approx(full)
    assert in_force(kind, path, dose=0.5) == pytest.approx(half)
    assert in_force(kind, path, dose=0.0) == load("baseline").row()[index_of(path)]


def test_takeover_conditions_apply_in_full_at_half_dose():
    """At half the dose, half of the cases are taken over, under the same conditions."""
    conditions = {"clock_weeks": 52, "trust": 0.4, "funding": 0.12, "lessons": 0.2, "disruption": 0.1}
    for name, value in conditions.items():
        path = {"disruption": "disruption_trust"}.get(name, name)
        assert in_force("takeover-rule", f"takeover.{path}", dose=0.5, **conditions) == pytest.approx(value)


def test_opposite_oversight_levers_exclude_each_other():
    for kind, other in (
        ("sack-leaders", "protect-leaders"),
        ("high-stakes", "supportive-inspection"),
        ("career-rewards", "supportive-inspection"),
    ):
        assert other in LEVERS[kind].excludes
        assert kind in LEVERS[other].excludes


def test_oversight_levers_name_their_systems():
    systems = {
        "appeal": "S9", "narrative-judgement": "S12", "candour-credit": "S8", "biased-sample": "S2",
        "observed-practice": "S4", "several-snapshots": "S3", "high-stakes": "S6", "takeover-rule": "S11",
        "sack-leaders": "S31", "supportive-inspection": "S5", "imposed-grade": "S1",
    }  # fmt: skip
    for kind, system in systems.items():
        assert system in LEVERS[kind].systems
