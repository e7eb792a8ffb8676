"""Published figures and the starting points made of them: closed forms by hand; nothing is made up."""

import pytest

from redbead.behaviour.staffing import steady_state_turnover
from redbead.exceptions import BadInputError
from redbead.scenario import authorities
from redbead.scenario.authorities import (
    Published,
    Reference,
    agency_per_vacancy,
    hazard_for,
    staffed,
    starting_point,
    weeks_to_fill,
)
from redbead.scenario.disclaimer import BANNER, banner
from redbead.scenario.loader import load
from redbead.scenario.scenario import Scenario

USUAL = Reference(turnover_yearly=0.16, vacancy_rate=0.18, agency_rate=0.16, caseload=16.5, returning_share=0.23)


def place(**more):
    plain = {
        "name": "x", "code": "", "region": "", "case_holders": 100.0, "caseload": 16.5, "turnover": 0.16,
        "vacancy": 0.18, "agency": 0.16, "rereferral": 0.23, "referrals": None, "children": None,
    }  # fmt: skip
    return Published(**{**plain, **more})


def test_an_authority_like_the_baseline_keeps_its_parameters():
    base = Scenario()
    found = starting_point(place(), USUAL)
    for path in ("staffing.leaving", "staffing.time_to_fill", "demand.arrivals", "demand.return_share"):
        assert found[path] == pytest.approx(base.value(path), rel=1e-3), path
    assert found["workload.hours_per_case"] == pytest.approx(base.value("workload.hours_per_case"), rel=1e-3)


def test_posts_are_what_its_people_would_fill():
    """100 people where 18 % of posts are vacant and agency staff cover 0.868 of those: 100 / 0.976 = 102 posts."""
    cover = agency_per_vacancy(0.16, 0.18)
    assert cover == pytest.approx(0.16 / 0.84 * 0.82 / 0.18)
    assert starting_point(place(), USUAL)["authority.posts"] == round(100 / staffed(0.18, cover))


def test_twice_the_vacancies_at_the_same_turnover_take_longer_to_fill():
    assert weeks_to_fill(0.1, 0.5) == pytest.approx(520.0)
    found = starting_point(place(vacancy=0.36, agency=0.3), USUAL)
    ratio = weeks_to_fill(0.16, 0.36) / weeks_to_fill(0.16, 0.18)
    assert found["staffing.time_to_fill"] == pytest.approx(Scenario().value("staffing.time_to_fill") * ratio, rel=1e-3)


def test_a_higher_caseload_means_lighter_cases():
    found = starting_point(place(caseload=33.0), USUAL)
    assert found["workload.hours_per_case"] == pytest.approx(Scenario().value("workload.hours_per_case") / 2, rel=1e-3)
    assert found["authority.caseload"] == 33.0


def test_no_more_than_one_agency_worker_a_vacancy():
    assert starting_point(place(vacancy=0.05, agency=0.3), USUAL)["staffing.agency_cover"] == 1.0


def test_a_hazard_gives_its_turnover_back():
    assert hazard_for(steady_state_turnover(0.2, 1.0, 1.0), 1.0, 1.0) == pytest.approx(0.2, abs=1e-9)


def test_every_authority_gives_a_scenario_or_a_reason():
    names = set(authorities.authorities())
    for name in authorities.rows():
        if name in names:
            Scenario().set({"authority.published": name})
        else:
            assert authorities.missing(name)
    assert len(names) > 140


@pytest.mark.parametrize(
    ("name", "said"),
    [("Westminster", "not available"), ("Isles of Scilly", "not applicable"), ("City of London", "only 6.8 workers")],
)
def test_what_is_not_published_is_refused_and_nothing_made_up(name, said):
    with pytest.raises(BadInputError, match=said):
        Scenario().set({"authority.published": name})


def test_a_misspelt_name_meets_the_nearest():
    with pytest.raises(BadInputError, match="did you mean 'Coventry'"):
        Scenario().set({"authority.published": "Coventy"})


def test_a_rate_that_rounds_to_nought_is_nought():
    assert authorities.published("Sunderland").agency == 0.0


def test_where_re_referrals_are_not_published_england_stands_in():
    name = "Kingston upon Thames / Richmond upon Thames"
    assert authorities.published(name).rereferral is None
    assert "demand.return_share" not in dict(Scenario().set({"authority.published": name}).values)


def test_a_starting_point_takes_the_place_of_another(tmp_path):
    parent = tmp_path / "parent.yaml"
    parent.write_text("format: 1\nextends: baseline\nauthority: {published: Coventry}\n", encoding="utf-8")
    child = tmp_path / "child.yaml"
    child.write_text("format: 1\nextends: ./parent.yaml\nauthority: {published: Leeds}\n", encoding="utf-8")
    plain = tmp_path / "plain.yaml"
    plain.write_text("format: 1\nextends: ./parent.yaml\nauthority: {preset: median}\n", encoding="utf-8")
    leeds = Scenario().set({"authority.published": "Leeds"})
    assert load(child).values == leeds.values
    assert load(plain).values == load("baseline").values
    assert load(parent).set({"authority.published": "Leeds"}).values == leeds.values


def test_numbers_beside_a_starting_point_win(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("format: 1\nauthority: {published: Coventry, posts: 90}\n", encoding="utf-8")
    assert load(path).value("authority.posts") == 90


def test_two_starting_points_in_one_file_are_refused(tmp_path):
    path = tmp_path / "two.yaml"
    path.write_text("format: 1\nauthority: {published: Coventry, preset: large}\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="keep one of the two"):
        load(path)


def test_a_resolved_scenario_names_its_authority_and_is_read_again():
    scenario = Scenario().set({"authority.published": "Leeds"})
    assert scenario.as_dict()["authority"]["published"] == "Leeds"
    assert "preset" not in scenario.as_dict()["authority"]


def test_the_banner_cautions_where_a_real_authority_is_the_starting_point():
    assert banner([Scenario()]) == BANNER
    assert "not the culture of a place" in banner([Scenario(), Scenario().set({"authority.published": "Leeds"})])
