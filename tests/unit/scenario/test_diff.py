"""Differences are told in sentences, with unit and percent."""

from redbead.levers import LEVERS
from redbead.scenario.diff import differences
from redbead.scenario.loader import load
from redbead.scenario.scenario import Scenario, Spike
from redbead.scenario.theories import THEORIES


def test_nothing_differs_from_itself():
    assert differences(load("two-strikes"), load("two-strikes")) == []


def test_numbers_have_unit_and_percent():
    said = differences(Scenario(), Scenario().set({"inspection.cycle_weeks": 78, "fear.rhetoric": 0.1}))
    assert said == [
        "fear.rhetoric: 0 becomes 0.1: fear from statements of leaders and politicians.",
        "inspection.cycle_weeks: 156 becomes 78 weeks (-50 %): time between visits.",
    ]


def test_time_spikes_and_levers_are_told():
    a = Scenario(levers=(LEVERS["two-strikes"](from_week=52, ramp_weeks=8),))
    b = Scenario(years=5, spikes=(Spike(at_week=52),), levers=(LEVERS["two-strikes"](from_week=60, ramp_weeks=8),))
    assert differences(a, b) == [
        "time.years: 10 becomes 5 years (-50 %): how long the simulation is watched, after the warm-up.",
        "With the spike of week 52 (child-death): +25 % referrals, rising in 4 and fading in 52 weeks, "
        "of which 50 % stays.",
        "Without the lever two-strikes: from week 52, ramp_weeks 8.",
        "With the lever two-strikes: from week 60, ramp_weeks 8.",
    ]


def test_levers_that_both_have_are_left_out():
    first, again = LEVERS["two-strikes"](until_week=52), LEVERS["two-strikes"](from_week=52)
    assert len(differences(Scenario(levers=(first,)), Scenario(levers=(first, again)))) == 1


def test_another_theory_is_told_with_every_number_that_it_changes():
    told = differences(Scenario(), Scenario().set({"theory": "blame-deters"}))
    assert told[0].startswith("theory: balanced becomes blame-deters: People are careful because")
    assert len(told) == 1 + len(THEORIES["blame-deters"].stances)
    assert any(sentence.startswith("practice.deterrence: 0.25 becomes 0.8 log/unit") for sentence in told)
