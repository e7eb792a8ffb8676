"""Differences between scenarios: sentences with units and percentages."""

import re

import pytest

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
        f"inspection.cycle_weeks changes from 156 to 78 weeks (−50 %): {meaning['inspection.cycle_weeks']}.",
    ]


def test_changed_times_spikes_and_levers_are_described():
    a = Scenario(levers=(LEVERS["two-strikes"](from_week=52, ramp_weeks=8),))
    b = Scenario(years=5, spikes=(Spike(at_week=52),), levers=(LEVERS["two-strikes"](from_week=60, ramp_weeks=8),))
    assert differences(a, b) == [
        "time.years changes from 10 to 5 years (−50 %): simulated time after the warm-up.",
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
    assert any(s.startswith("conduct.deter_violations changes from 1 to 3 log/unit") for s in sentences)


NUMBER = re.compile(r"about [\d.]+|p = [\d.]+|probability [\d.]+\)")


@pytest.mark.parametrize("path", [path for path, item in parameters.register().items() if not item.param.whole])
def test_the_description_of_a_change_is_true_after_it(path):
    """No sentence keeps what the meaning states about the default value, and no minus sign is a hyphen."""
    param = parameters.register()[path].param
    old = Scenario().value(path)
    new = param.low if old > (param.low + param.high) / 2 else param.high
    (sentence,) = differences(Scenario(), Scenario().set({path: new}))
    assert not NUMBER.search(sentence)
    assert not re.search(r"(?<![\w.])-\d", sentence)
    assert sentence.startswith(f"{path} changes from ")


def test_a_change_of_log_odds_states_both_probabilities_instead_of_a_percentage():
    changed = Scenario().set({"reporting.base": 0.0, "response.passing_base": 0.0, "staffing.fear": 1.0})
    first, second, third = differences(Scenario(), changed)
    assert "from 0.8473 to 0 log-odds (probability from 0.70 to 0.50): reference log-odds of raising" in first
    assert "from −0.8001 to 0 log-odds (probability from 0.31 to 0.50): reference log-odds of escalating" in second
    assert "from 0.5 to 1 log/unit (+100 %)" in third
