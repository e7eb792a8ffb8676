"""Published levels compared with hand calculations from hand-written weeks."""

import math

import numpy as np
import pytest

from redbead.measures import MEASURES
from redbead.studies.targets.levels import LEVELS, judgements, levels_of, spells


def weeks(runs=1, years=2, **given):
    """Return a lookup of weekly measures: those given, and zeros for all others."""
    shape = (runs, 52 * years)
    tables = {name: np.broadcast_to(np.asarray(value, dtype=float), shape) for name, value in given.items()}
    return lambda name: tables.get(name, np.zeros(shape))


def level(name, get):
    return LEVELS[name].of(get).value


def test_turnover_is_leavers_per_year_over_staff_at_the_end():
    """26 leave per year; of 100 workers a fifth are agency staff: 26 / 80."""
    leavers = np.tile([1.0, 0.0], 52)
    assert level("turnover_yearly", weeks(leavers=leavers, staff=100.0, agency_rate=0.2)) == pytest.approx(26 / 80)


def test_turnover_uses_staff_on_the_last_day_of_each_year():
    staff = np.r_[np.full(51, 100.0), 50.0, np.full(51, 100.0), 200.0]
    get = weeks(leavers=np.r_[np.full(52, 0.5), np.full(52, 0.5)], staff=staff)
    assert level("turnover_yearly", get) == pytest.approx((26 / 50 + 26 / 200) / 2)


def test_case_duration_follows_littles_law():
    """100 workers with 16 cases each; 40 cases start and 40 end per week: 1600 / 40 weeks."""
    assert level("case_weeks", weeks(caseload=16.0, staff=100.0, referrals=40.0, closures=40.0)) == pytest.approx(40.0)


def test_serious_incidents_per_authority_and_per_100_workers():
    get = weeks(serious_incidents=np.r_[np.ones(4), np.zeros(100)], staff=50.0)
    assert level("serious_per_year", get) == pytest.approx(2.0)
    assert level("serious_per_100_workers", get) == pytest.approx(4.0)


def test_shares_are_pooled_over_all_runs():
    early = np.array([[1.0], [0.0]]) * np.ones((2, 104))
    leavers = np.array([[1.0], [3.0]]) * np.ones((2, 104))
    assert level("early_leaver_share", weeks(runs=2, early_leavers=early, leavers=leavers)) == pytest.approx(0.25)


def graded(*published, years=10):
    """One run with the given (week, grade) judgements."""
    grade = np.full(52 * years, -1.0)
    flags = np.zeros(52 * years)
    for week, code in published:
        grade[week:] = code
        flags[week] = 1.0
    return weeks(years=years, grade=grade, judgements=flags)


def test_a_spell_lasts_from_publication_to_a_better_grade():
    items = spells(graded((10, 1), (100, 3), (204, 3), (308, 2)))
    assert [(s.week, s.years, s.ended, s.grade) for s in items] == [(100, 4.0, True, 2)]


def test_an_unfinished_spell_is_censored():
    (spell,) = spells(graded((416, 3)))
    assert (spell.years, spell.ended) == (2.0, False)


def test_a_spell_that_began_in_the_warm_up_is_excluded():
    get = graded((0, 3), (104, 1), (208, 3), (312, 1))
    grade = get("grade").copy()
    grade[:, :104] = 3.0
    flags = get("judgements").copy()
    flags[:, 0] = 0.0
    items = spells(weeks(years=10, grade=grade, judgements=flags))
    assert [s.week for s in items] == [208]


def test_first_judgements_and_years_to_the_next():
    get = graded((10, 1), (166, 3), (322, 2))
    assert level("first_good", get) == 1.0
    assert level("first_inadequate", get) == 0.0
    assert level("years_to_next", get) == 3.0
    assert level("years_to_next_inadequate", get) == 3.0
    assert [item.before for item in judgements(get)] == [-2, 1, 3]


def test_the_same_grade_again_is_a_separate_judgement():
    assert [item.grade for item in judgements(graded((10, 2), (166, 2)))] == [2, 2]


def test_vacancies_by_the_grade_in_force():
    grade = np.r_[np.full(26, 1.0), np.full(78, 3.0)]
    vacancy = np.r_[np.full(26, 0.1), np.full(78, 0.3)]
    get = weeks(grade=grade, vacancy_rate=vacancy)
    assert level("vacancy_good", get) == pytest.approx(0.1)
    assert level("vacancy_inadequate", get) == pytest.approx(0.3)
    assert math.isnan(level("vacancy_outstanding", get))


def test_a_director_changes_when_the_time_in_post_restarts():
    """Ten weeks in post, then a new director who stays: one change in 103 weekly steps."""
    served = np.r_[np.arange(10.0), np.arange(94.0)]
    get = weeks(director_weeks=served, interim_director=np.r_[np.zeros(52), np.ones(52)])
    assert level("director_changes", get) == pytest.approx(52 / 103)
    assert level("director_months", get) == pytest.approx(served.mean() * 12 / 52)
    assert level("interim_share", get) == 0.5


def test_share_of_directors_who_leave_after_an_inadequate_grade():
    get = graded((100, 3), (208, 1))
    served = np.r_[np.arange(120.0), np.arange(400.0)]
    stay = np.arange(520.0)
    with_change = {"grade": get("grade"), "judgements": get("judgements"), "director_weeks": served}
    assert level("director_leaves_after_inadequate", weeks(years=10, **with_change)) == 1.0
    assert level("director_leaves_after_inadequate", weeks(years=10, **{**with_change, "director_weeks": stay})) == 0.0


def test_every_level_is_computed_from_known_measures():
    known = {m.name for m in MEASURES}

    def get(name):
        assert name in known
        return np.zeros((3, 104))

    assert set(levels_of(get)) == set(LEVELS)
