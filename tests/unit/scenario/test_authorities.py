"""Starting points from published figures, compared with closed forms calculated by hand."""

import pytest

from redbead.behaviour.staffing import steady_state_turnover
from redbead.exceptions import BadInputError
from redbead.scenario import authorities
from redbead.scenario.authorities import (
    Published,
    Reference,
    agency_per_vacancy,
    hazard_for,
    staffing_ratio,
    starting_point,
    weeks_to_fill,
)
from redbead.scenario.loader import load
from redbead.scenario.scenario import BANNER, Scenario, banner

REFERENCE = Reference(turnover_yearly=0.16, vacancy_rate=0.18, agency_rate=0.16, caseload=16.5, returning_share=0.23)


def published(**changes):
    figures = {
        "name": "x", "code": "", "region": "", "case_holders": 100.0, "caseload": 16.5, "turnover": 0.16,
        "vacancy": 0.18, "agency": 0.16, "rereferral": 0.23, "referrals": None, "children": None,
    }  # fmt: skip
    return Published(**{**figures, **changes})


def test_an_authority_like_the_baseline_has_the_parameters_of_the_baseline():
    base = Scenario()
    values = starting_point(published(), REFERENCE)
    for path in ("staffing.leaving", "staffing.time_to_fill", "demand.arrivals", "demand.return_share"):
        assert values[path] == pytest.approx(base.value(path), rel=1e-3), path
    assert values["workload.hours_per_case"] == pytest.approx(base.value("workload.hours_per_case"), rel=1e-3)


def test_posts_follow_from_workers_vacancies_and_agency_cover():
    """100 workers, 18 % of posts vacant, 0.868 agency workers per vacancy: 100 / 0.976 = 102 posts."""
    cover = agency_per_vacancy(0.16, 0.18)
    assert cover == pytest.approx(0.16 / 0.84 * 0.82 / 0.18)
    assert starting_point(published(), REFERENCE)["authority.posts"] == round(100 / staffing_ratio(0.18, cover))


def test_more_vacancies_at_equal_turnover_take_longer_to_fill():
    assert weeks_to_fill(0.1, 0.5) == pytest.approx(520.0)
    values = starting_point(published(vacancy=0.36, agency=0.3), REFERENCE)
    ratio = weeks_to_fill(0.16, 0.36) / weeks_to_fill(0.16, 0.18)
    assert values["staffing.time_to_fill"] == pytest.approx(Scenario().value("staffing.time_to_fill") * ratio, rel=1e-3)


def test_double_caseload_halves_the_hours_per_case():
    values = starting_point(published(caseload=33.0), REFERENCE)
    assert values["workload.hours_per_case"] == pytest.approx(Scenario().value("workload.hours_per_case") / 2, rel=1e-3)
    assert values["authority.caseload"] == 33.0


def test_agency_cover_is_at_most_one_worker_per_vacancy():
    assert starting_point(published(vacancy=0.05, agency=0.3), REFERENCE)["staffing.agency_cover"] == 1.0


def test_hazard_inverts_turnover():
    assert hazard_for(steady_state_turnover(0.2, 1.0, 1.0), 1.0, 1.0) == pytest.approx(0.2, abs=1e-9)


def test_every_authority_has_a_starting_point_or_a_reason():
    names = set(authorities.authorities())
    for name in authorities.rows():
        if name in names:
            Scenario().set({"authority.published": name})
        else:
            assert authorities.missing(name)
    assert len(names) > 140


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Westminster", "cannot be used: .* not published .* not available"),
        ("Isles of Scilly", "not applicable"),
        ("City of London", "only 6.8 workers"),
    ],
)
def test_an_authority_without_published_figures_is_refused_with_the_reason(name, message):
    with pytest.raises(BadInputError, match=message):
        Scenario().set({"authority.published": name})


def test_a_misspelt_authority_is_refused_with_the_nearest_name():
    with pytest.raises(BadInputError, match=r"Did you mean Coventry\?"):
        Scenario().set({"authority.published": "Coventy"})


def test_a_rate_published_as_low_is_0():
    assert authorities.published("Sunderland").agency == 0.0


def test_the_default_return_share_applies_if_re_referrals_are_not_published():
    name = "Kingston upon Thames / Richmond upon Thames"
    assert authorities.published(name).rereferral is None
    assert "demand.return_share" not in dict(Scenario().set({"authority.published": name}).values)


def test_a_starting_point_replaces_the_one_of_the_extended_scenario(tmp_path):
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


def test_explicit_parameters_take_precedence_over_a_starting_point(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("format: 1\nauthority: {published: Coventry, posts: 90}\n", encoding="utf-8")
    assert load(path).value("authority.posts") == 90


def test_two_starting_points_in_one_file_are_refused(tmp_path):
    path = tmp_path / "two.yaml"
    path.write_text("format: 1\nauthority: {published: Coventry, preset: large}\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=r"cannot be combined with 'preset'.*\n *Keep one of the two"):
        load(path)


def test_a_resolved_scenario_names_its_authority_instead_of_a_preset():
    scenario = Scenario().set({"authority.published": "Leeds"})
    assert scenario.as_dict()["authority"]["published"] == "Leeds"
    assert "preset" not in scenario.as_dict()["authority"]


def test_the_disclaimer_has_a_caution_if_a_scenario_starts_from_a_real_authority():
    assert banner([Scenario()]) == BANNER
    assert "not the culture of a place" in banner([Scenario(), Scenario().set({"authority.published": "Leeds"})])
