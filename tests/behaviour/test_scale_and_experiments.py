"""Size alone changes no rate, scandals included; an imposed grade is one event and no more."""

from dataclasses import replace

import pytest

from redbead.engine.mesa_model import ChildrensService
from redbead.levers import LEVERS
from redbead.scenario.loader import load
from redbead.scenario.scenario import Scenario


@pytest.mark.slow
def test_a_small_authority_makes_no_more_errors_a_post_although_it_has_scandals_too(recorded):
    """One scandal once brought 24 posts +125 % referrals, two thirds of them for good: mean errors were 70 % higher."""

    def rate(posts, runs):
        scenario = load("baseline").set({"authority.posts": posts, "time.years": 6})
        return recorded(scenario, runs)["errors_generated"][:, 104:312].mean() / posts

    assert rate(24, 100) == pytest.approx(rate(120, 40), rel=0.15)


def imposed(grade, **changes):
    lever = LEVERS["imposed-grade"](from_week=10, grade=grade)
    scenario = replace(Scenario(years=2.0, warm_up_years=0.0), levers=(lever,)).set(changes)
    model = ChildrensService(scenario, seed=1, events=True)
    model.run_for_weeks(40)
    return model


def test_an_imposed_grade_is_published_once_however_long_the_lever_lasts():
    told = imposed(1).events
    assert list(told[(told["kind"] == "grade published") & (told["week"] >= 10)]["value"])[:1] == [1]
    assert ((told["kind"] == "grade published") & (told["week"] == 10)).sum() == 1
    assert ((told["kind"] == "grade published") & (told["week"] > 10)).sum() <= 1  # a real visit may still come


def test_after_an_imposed_inadequate_grade_inspectors_come_back_in_a_time_of_its_own():
    """In the single inspection framework as published about as late as after any other grade."""

    def back(grade, weeks):
        return int(imposed(grade, **{"inspection.again_weeks": weeks}).world.oversight.next_visit[0])

    assert (back(3, 91.0), back(3, 120.0)) == (10 + 91, 10 + 120)
    assert (back(1, 91.0), back(1, 120.0)) == (10 + 156, 10 + 156)
