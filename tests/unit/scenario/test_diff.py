"""Differences between scenarios: sentences with units and percentages."""

from redbead import parameters
from redbead.levers import LEVERS
from redbead.scenario.diff import differences
from redbead.scenario.loader import load
from redbead.scenario.scenario import Scenario, Spike
from redbead.scenario.theories import THEORIES


def test_a_scenario_does_not_differ_from_itself():
    assert differences(load("two-strikes"), load("two-strikes")) == []


def test_changed_parameters_have_unit_percentage_and_meaning():
    meaning = {path: parameters.register()[path].param.meaning for path in ("fear.rhetoric", "inspection.cycle_weeks")}
    changed = Scenario().set({"inspection.cycle_weeks": 78, "fear.rhetoric": 0.1})
    assert differences(Scenario(), changed) == [
        f"fear.rhetoric changes from 0 to 0.1: {meaning['fear.rhetoric']}.",
        f"inspection.cycle_weeks changes from 156 to 78 weeks (-50 %): {meaning['inspection.cycle_weeks']}.",
    ]


def test_changed_times_spikes_and_levers_are_described():
    a = Scenario(levers=(LEVERS["two-strikes"](from_week=52, ramp_weeks=8),))
    b = Scenario(years=5, spikes=(Spike(at_week=52),), levers=(LEVERS["two-strikes"](from_week=60, ramp_weeks=8),))
    assert differences(a, b) == [
        "time.years changes from 10 to 5 years (-50 %): simulated time after the warm-up.",
        "Added: spike in week 52 (child-death): +25 % referrals, rising for 4 weeks and decaying over 52 weeks, "
        "of which 50 % remains.",
        "Removed: lever two-strikes: from week 52, ramp_weeks 8.",
        "Added: lever two-strikes: from week 60, ramp_weeks 8.",
    ]


def test_levers_in_both_scenarios_are_not_listed():
    first, again = LEVERS["two-strikes"](until_week=52), LEVERS["two-strikes"](from_week=52)
    assert len(differences(Scenario(levers=(first,)), Scenario(levers=(first, again)))) == 1


def test_a_changed_theory_is_listed_with_every_parameter_that_it_changes():
    sentences = differences(Scenario(), Scenario().set({"theory": "blame-deters"}))
    assert sentences[0].startswith("theory changes from balanced to blame-deters: People are careful because")
    assert len(sentences) == 1 + len(THEORIES["blame-deters"].stances)
    assert any(s.startswith("practice.deterrence changes from 0.25 to 0.8 log/unit") for s in sentences)
