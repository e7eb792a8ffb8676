"""Rates do not depend on the size of an authority; an imposed grade is published once."""

from dataclasses import replace

import pytest

from redbead.engine.mesa_model import ChildrensService
from redbead.levers import LEVERS
from redbead.scenario.loader import load
from redbead.scenario.scenario import Scenario


@pytest.mark.slow
def test_errors_per_post_do_not_depend_on_the_size_of_the_authority(recorded):
    """Regression test: surges once did not scale with size, and mean errors per post were 70 % higher with 24 posts."""

    def rate(posts, runs):
        scenario = load("baseline").set({"authority.posts": posts, "time.years": 6})
        return recorded(scenario, runs)["errors_generated"][:, 104:312].mean() / posts

    assert rate(24, 100) == pytest.approx(rate(120, 40), rel=0.15)


def run_with_imposed_grade(grade, **changes):
    lever = LEVERS["imposed-grade"](from_week=10, grade=grade)
    scenario = replace(Scenario(years=2.0, warm_up_years=0.0), levers=(lever,)).set(changes)
    model = ChildrensService(scenario, seed=1, events=True)
    model.run_for_weeks(40)
    return model


def test_an_imposed_grade_is_published_once_while_the_lever_lasts():
    events = run_with_imposed_grade(1).events
    published = events["kind"] == "grade published"
    assert list(events[published & (events["week"] >= 10)]["value"])[:1] == [1]
    assert (published & (events["week"] == 10)).sum() == 1
    assert (published & (events["week"] > 10)).sum() <= 1  # a regular inspection may follow


def test_reinspection_after_an_inadequate_grade_has_a_separate_interval():
    """Only an inadequate grade is followed by reinspection after ``inspection.again_weeks``."""

    def next_visit(grade, weeks):
        return int(run_with_imposed_grade(grade, **{"inspection.again_weeks": weeks}).world.oversight.next_visit[0])

    assert (next_visit(3, 91.0), next_visit(3, 120.0)) == (10 + 91, 10 + 120)
    assert (next_visit(1, 91.0), next_visit(1, 120.0)) == (10 + 156, 10 + 156)
