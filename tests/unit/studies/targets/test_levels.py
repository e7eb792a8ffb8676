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


# levels compared with NumPy

SIMPLE = {
    "vacancy_rate": lambda t: t["vacancy_rate"].mean(),
    "agency_rate": lambda t: t["agency_rate"].mean(),
    "caseload": lambda t: t["caseload"].mean(),
    "work_pressure": lambda t: t["work_pressure"].mean(),
    "early_leaver_share": lambda t: t["early_leavers"].sum() / t["leavers"].sum(),
    "returning_share": lambda t: t["returning"].sum() / t["referrals"].sum(),
    "reported_share": lambda t: t["errors_reported"].sum() / t["errors_generated"].sum(),
    "serious_per_year": lambda t: 52 * t["serious_incidents"].mean(),
    "interim_share": lambda t: t["interim_director"].mean(),
    "director_months": lambda t: 12 / 52 * t["director_weeks"].mean(),
    "accepted_per_worker": lambda t: (52 * t["referrals"].mean(axis=1) / t["staff"].mean(axis=1)).mean(),
    "serious_per_100_workers": lambda t: (
        5200 * t["serious_incidents"].mean(axis=1) / t["staff"].mean(axis=1)
    ).mean(),
    "good_or_better_in_force": lambda t: (t["grade"] <= 1).sum() / t["grade"].size,
    "inadequate_in_force": lambda t: (t["grade"] == 3).mean(),
}  # fmt: skip
"""The definition of each level, for measures [runs, weeks] with a grade in every week."""


@pytest.fixture(scope="module")
def random_tables():
    """Twelve runs of three years with random positive measures, counts of staff above 1, and a grade in every week."""
    generator = np.random.Generator(np.random.Philox(11))
    tables = {measure.name: generator.uniform(0.1, 2.0, (12, 156)) for measure in MEASURES}
    tables["staff"] = generator.uniform(40, 60, (12, 156))
    tables["grade"] = generator.integers(0, 4, (12, 156)).astype(float)
    return tables


@pytest.mark.cases("name", SIMPLE)
def test_a_level_follows_its_definition(random_tables, name):
    estimate = LEVELS[name].of(random_tables.__getitem__)
    assert estimate.value == pytest.approx(SIMPLE[name](random_tables))
    assert estimate.low < estimate.value < estimate.high
    assert estimate.error > 0.0


@pytest.mark.parametrize(("column", "name"), [("vacancy_rate", "vacancy"), ("agency_rate", "agency")])
@pytest.mark.parametrize("code", range(4))
def test_a_level_by_grade_uses_the_weeks_of_that_grade_only(random_tables, column, name, code):
    word = ("outstanding", "good", "requires_improvement", "inadequate")[code]
    chosen = random_tables[column][random_tables["grade"] == code]
    assert LEVELS[f"{name}_{word}"].of(random_tables.__getitem__).value == pytest.approx(chosen.mean())


def test_levels_of_one_run_have_no_interval(random_tables):
    for name, estimate in levels_of(lambda name: random_tables[name][:1], tuple(SIMPLE)).items():
        assert np.isfinite(estimate.value), name
        assert math.isnan(estimate.error), name


def test_the_order_of_runs_changes_no_level(random_tables):
    order = np.random.Generator(np.random.Philox(1)).permutation(12)
    for name in SIMPLE:
        shuffled = LEVELS[name].of(lambda measure: random_tables[measure][order])
        assert shuffled.value == pytest.approx(LEVELS[name].of(random_tables.__getitem__).value), name


def test_shares_of_all_grades_in_force_sum_to_1(random_tables):
    graded = random_tables["grade"]
    shares = [(graded == code).mean() for code in range(4)]
    observed = levels_of(random_tables.__getitem__, ("good_or_better_in_force", "inadequate_in_force"))
    assert observed["good_or_better_in_force"].value + observed["inadequate_in_force"].value + shares[
        2
    ] == pytest.approx(1.0)


def test_weeks_before_the_first_grade_are_not_part_of_shares_in_force():
    """26 weeks without a grade, 26 inadequate, 52 good: 26 of 78 graded weeks."""
    grade = np.r_[np.full(26, -1.0), np.full(26, 3.0), np.full(52, 1.0)]
    assert level("inadequate_in_force", weeks(grade=grade)) == pytest.approx(26 / 78)
    assert level("good_or_better_in_force", weeks(grade=grade)) == pytest.approx(52 / 78)


def test_judgements_of_one_run_are_not_continued_by_the_next():
    """Each run has one judgement, so that no time to the next was observed."""
    grade = np.full((2, 104), 1.0)
    flags = np.zeros((2, 104))
    flags[:, 10] = 1.0
    get = weeks(runs=2, grade=grade, judgements=flags)
    assert [(item.run, item.before) for item in judgements(get)] == [(0, -2), (1, -2)]
    assert math.isnan(level("years_to_next", get))


def test_times_to_the_next_are_by_the_earlier_grade():
    """Good at 0, inadequate 104 weeks later, outstanding after 52 more, good after 260 more."""
    get = graded((0, 1), (104, 3), (156, 0), (416, 1))
    assert level("years_to_next", get) == 2.0
    assert level("years_to_next_inadequate", get) == 1.0


def test_repeated_inadequate_grades_prolong_a_spell():
    items = spells(graded((52, 3), (104, 3), (156, 3), (260, 1)))
    assert [(item.week, item.years, item.grade) for item in items] == [(52, 4.0, 1)]


def test_two_spells_of_one_run_are_counted_separately():
    items = spells(graded((52, 3), (104, 2), (208, 3), (468, 1)))
    assert [(item.week, item.years, item.ended, item.grade) for item in items] == [
        (52, 1.0, True, 2), (208, 5.0, True, 1),
    ]  # fmt: skip
    get = graded((52, 3), (104, 2), (208, 3), (468, 1))
    assert level("inadequate_ends_requires_improvement", get) == 0.5
    assert level("inadequate_ends_good", get) == 0.5


def test_the_median_time_as_inadequate_counts_unfinished_spells():
    """Spells of 1, 3 and at least 4 years: the median is 3, although the mean of ended spells is 2."""
    runs = [graded((52, 3), (104, 1)), graded((52, 3), (208, 1)), graded((312, 3))]
    tables = {name: np.concatenate([get(name) for get in runs]) for name in ("grade", "judgements")}
    assert level("inadequate_years", weeks(runs=3, years=10, **tables)) == pytest.approx(3.0)


def test_years_without_inadequate_grades_have_no_length_of_spells():
    get = graded((10, 1), (166, 2))
    assert spells(get) == []
    for name in ("inadequate_years", "inadequate_ends_good", "director_leaves_after_inadequate"):
        assert math.isnan(level(name, get)), name


def test_a_director_who_leaves_more_than_a_year_after_the_grade_is_not_counted():
    """Inadequate in week 100; the new director starts in week 152 (within a year) or in week 153."""
    for start, share in ((152, 1.0), (153, 0.0), (101, 1.0), (99, 0.0)):
        served = np.r_[np.arange(float(start)), np.arange(520.0 - start)]
        get = graded((100, 3))
        tables = {name: get(name) for name in ("grade", "judgements")}
        assert level("director_leaves_after_inadequate", weeks(years=10, director_weeks=served, **tables)) == share


def test_grades_near_the_end_of_a_run_are_not_observed_for_a_year():
    get = graded((500, 3))
    assert math.isnan(level("director_leaves_after_inadequate", get))


def test_turnover_needs_a_whole_year():
    shape = (2, 40)
    tables = {"leavers": np.ones(shape), "staff": np.full(shape, 50.0)}
    assert math.isnan(LEVELS["turnover_yearly"].of(lambda name: tables.get(name, np.zeros(shape))).value)


def test_weeks_after_the_last_whole_year_are_not_part_of_turnover():
    shape = (1, 60)
    leavers = np.r_[np.full(52, 0.5), np.full(8, 100.0)].reshape(shape)
    tables = {"leavers": leavers, "staff": np.full(shape, 50.0)}
    observed = LEVELS["turnover_yearly"].of(lambda name: tables.get(name, np.zeros(shape)))
    assert observed.value == pytest.approx(26 / 50)


def test_ratios_without_a_denominator_are_unknown():
    for name in ("early_leaver_share", "returning_share", "reported_share", "vacancy_good"):
        assert math.isnan(level(name, weeks(grade=-1.0))), name


def test_names_of_levels_and_the_keys_of_their_table_are_equal():
    assert [entry.name for entry in LEVELS.values()] == list(LEVELS)
    assert all(entry.unit and entry.meaning for entry in LEVELS.values())
