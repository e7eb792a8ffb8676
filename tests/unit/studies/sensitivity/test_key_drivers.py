"""Key drivers, sign changes, tornado order and tables, from findings made by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.analysis.intervals import Interval
from redbead.parameters import register
from redbead.scenario.scenario import Scenario
from redbead.studies.sensitivity import results
from redbead.studies.sensitivity.morris import ScreeningResult
from redbead.studies.sensitivity.results import (
    all_tables,
    as_row,
    is_improvement,
    key_drivers,
    screening_table,
    sign_changes,
    tornado_order,
    tornado_table,
)
from redbead.studies.sensitivity.sobol import SobolIndices
from redbead.studies.sensitivity.spec import Factor, Study
from redbead.studies.sensitivity.study import (
    OneAtATimeEffect,
    SensitivityFindings,
    one_at_a_time_effects,
)

OUTCOMES = ("errors_generated", "turnover")
SIGNIFICANT = results._COLUMNS["significant"]
"""Name of the column in published tables."""
BY_BASIS = {basis: [p for p, d in register().items() if d.param.basis == basis] for basis in ("assumed", "measured")}
ASSUMED = BY_BASIS["assumed"][:2]
MEASURED = BY_BASIS["measured"][0]


def factor(path):
    return Factor(path, 0.5, 0.0, 1.0)


def around(mean, half=0.1):
    return Interval(mean, mean - half, mean + half, "")


ONE, ZERO = around(1.0), around(0.0)


def indices(path, totals, period=2):
    """Total-order indices of one factor, one per outcome."""
    return [SobolIndices(path, k, period, 0.1, 0.05, total, 0.05, 0.02) for k, total in enumerate(totals)]


def findings(*, paths=(), shares=(), effects=(), screening=(), log_scaled=(True, False)):
    study = Study("today", Scenario(name="today"), (), (("calm", Scenario(name="calm")),), OUTCOMES)
    leading = tuple(factor(path) for path in paths)
    return SensitivityFindings(study, tuple(screening), leading, tuple(shares), tuple(effects), log_scaled)


def effect(path, end, *, policy="calm", outcome=0, base=ONE, at=ONE, difference=ZERO):
    return OneAtATimeEffect(path, end, 0.0 if end == "low" else 1.0, policy, outcome, base, at, difference)


# key drivers


def test_assumed_parameters_precede_measured_ones_with_larger_indices():
    first, second = ASSUMED
    shares = [*indices(MEASURED, (0.9, 0.8)), *indices(first, (0.1, 0.2)), *indices(second, (0.3, 0.1))]
    drivers = key_drivers(findings(paths=(MEASURED, first, second), shares=shares))
    assert [driver.path for driver in drivers] == [second, first, MEASURED]
    assert [driver.basis for driver in drivers] == ["assumed", "assumed", "measured"]


def test_a_driver_states_the_outcome_with_its_largest_index():
    path = ASSUMED[0]
    (driver,) = key_drivers(findings(paths=(path,), shares=indices(path, (0.2, 0.6))))
    assert (driver.outcome, driver.total, driver.half_width, driver.significant) == ("turnover", 0.6, 0.05, True)
    assert (driver.net, driver.chance) == (pytest.approx(0.58), 0.02), "0.6 less the share of chance"
    assert driver.source == register()[path].param.source


def test_indices_of_single_years_do_not_make_a_driver():
    path = ASSUMED[0]
    shares = [*indices(path, (0.9, 0.9), period=0), *indices(path, (0.2, 0.1), period=2)]
    (driver,) = key_drivers(findings(paths=(path,), shares=shares))
    assert driver.total == 0.2


def test_a_study_without_leading_factors_has_no_drivers():
    assert key_drivers(findings()) == []
    assert findings().final_period == 0


# sign changes


def changes(**intervals):
    return list(sign_changes(findings(effects=[effect(ASSUMED[0], "low", **intervals)])))


@pytest.mark.cases(
    ("base", "at", "changed"),
    [
        (around(1.0), around(-1.0), True),
        (around(-1.0), around(1.0), True),
        (around(1.0), around(2.0), False),
        (around(1.0), around(-0.05), False),  # the interval at the end of the range contains 0
        (around(0.05), around(-1.0), False),  # the interval at the default contains 0
        (around(0.1), around(-1.0), False),  # an interval that ends at 0 is not above it
    ],
)
def test_a_sign_change_needs_intervals_on_opposite_sides_of_0(base, at, changed):
    assert bool(changes(base=base, at=at)) is changed


def test_sign_changes_are_corrected_for_all_comparisons():
    """100 runs, and means at 1.2 half-widths from 0: p = 0.019 alone, which is not below 0.05 divided by 40."""
    item = effect(ASSUMED[0], "low", base=around(1.0), at=around(-0.12))
    others = [effect(ASSUMED[0], "high", base=around(1.0), at=around(1.0)) for _ in range(39)]
    assert len(list(sign_changes(findings(effects=[item])))) == 1
    assert list(sign_changes(findings(effects=[item, *others]))) == []


def test_a_sign_change_states_both_advantages_and_the_value_of_the_parameter():
    (item,) = sign_changes(findings(effects=[effect(ASSUMED[0], "high", outcome=1, base=around(2.0), at=around(-3.0))]))
    assert item == (ASSUMED[0], "high", 1.0, "calm", "turnover", 2.0, -3.0)


def test_levels_of_the_scenario_itself_have_no_sign_changes():
    assert changes(policy="", base=around(1.0), at=around(-1.0)) == []


@given(st.floats(-5, 5), st.floats(0.001, 2), st.floats(-5, 5), st.floats(0.001, 2))
def test_a_sign_change_is_symmetric(base, half, at, width):
    """If the advantage changes its sign from default to end, it also does so from end to default."""
    first, second = around(base, half), around(at, width)
    assert bool(changes(base=first, at=second)) is bool(changes(base=second, at=first))


# improvements and tornado diagrams


@pytest.mark.cases(
    ("outcome", "change", "better"),
    [
        ("service_quality", 0.1, True), ("service_quality", -0.1, False), ("turnover", -0.1, True),
        ("turnover", 0.1, False), ("hidden_errors", -3.0, True), ("hidden_errors", 0.0, False),
    ],
)  # fmt: skip
def test_an_improvement_depends_on_the_better_direction(outcome, change, better):
    assert is_improvement(outcome, change) is better


def tornado(differences, policy="", outcome=0):
    """Effects of factors at both ends: ``{path: (low, high)}``."""
    return [
        effect(path, end, policy=policy, outcome=outcome, difference=around(value))
        for path, ends in differences.items()
        for end, value in zip(("low", "high"), ends, strict=True)
    ]


def test_factors_of_a_tornado_are_ordered_by_width_including_the_default():
    """Widths 3 (-1 to 2), 4 (0 to 4, both ends above the default) and 1."""
    a, b = ASSUMED
    bars = tornado({a: (-1.0, 2.0), b: (3.0, 4.0), MEASURED: (-0.5, 0.5)})
    order = tornado_order(findings(paths=(a, b, MEASURED), effects=bars), 0)
    assert [path for path, _, _ in order] == [b, a, MEASURED]
    assert [(low.difference.mean, high.difference.mean) for _, low, high in order] == [
        (3.0, 4.0), (-1.0, 2.0), (-0.5, 0.5),
    ]  # fmt: skip


def test_a_tornado_shows_one_policy_and_one_outcome():
    a = ASSUMED[0]
    bars = [*tornado({a: (1.0, 2.0)}), *tornado({a: (5.0, 6.0)}, "calm"), *tornado({a: (7.0, 8.0)}, "calm", 1)]
    observed = findings(paths=(a,), effects=bars)
    means = [tornado_order(observed, outcome, policy)[0][2].difference.mean for outcome, policy in
             ((0, ""), (0, "calm"), (1, "calm"))]  # fmt: skip
    assert means == [2.0, 6.0, 8.0]


# one-at-a-time effects


def test_effects_of_scenario_and_policy_match_hand_calculation():
    """Scenario 10, 12 at the default and 13, 15 at the high end: +3. Policy minus scenario: 1, 1 and then 4, 6."""
    defaults = np.array([[10.0, 12.0], [11.0, 13.0]])[:, :, None]
    ends = np.array([[[10.0, 12.0], [11.0, 13.0]], [[13.0, 15.0], [17.0, 21.0]]])[None, :, :, :, None]
    low, of_policy_low, high, of_policy_high = one_at_a_time_effects((factor("a"),), ("calm",), defaults, ends)
    assert (low.policy, low.end, low.value, low.difference.mean) == ("", "low", 0.0, 0.0)
    assert (high.base.mean, high.at.mean, high.difference.mean) == (11.0, 14.0, 3.0)
    assert high.difference[:3] == (3.0, 3.0, 3.0), "runs are paired, so a constant difference has no spread"
    assert of_policy_low.difference.mean == 0.0
    assert (of_policy_high.base.mean, of_policy_high.at.mean, of_policy_high.difference.mean) == (1.0, 5.0, 4.0)


def test_effects_cover_factors_ends_policies_and_outcomes_in_this_order():
    effects = one_at_a_time_effects(
        (factor("a"), factor("b")), ("calm",), np.zeros((2, 3, 2)), np.zeros((2, 2, 2, 3, 2))
    )
    assert [(e.path, e.end, e.policy, e.outcome) for e in effects] == [
        (path, end, policy, outcome)
        for path in "ab" for end in ("low", "high") for policy in ("", "calm") for outcome in (0, 1)
    ]  # fmt: skip


# tables


def screened(path, outcome, mu_star):
    return ScreeningResult(path, outcome, mu_star, -mu_star, 0.5, 0.25, 0.01, mu_star > 0.25)


def test_the_screening_is_sorted_by_effect_within_each_outcome():
    items = [screened("a", 1, 0.1), screened("b", 0, 1.0), screened("a", 0, 2.0), screened("b", 1, 3.0)]
    table = screening_table(findings(screening=items))
    assert list(zip(table["outcome"], table["path"], table["mu_star"], strict=True)) == [
        ("errors_generated", "a", 2.0), ("errors_generated", "b", 1.0), ("turnover", "b", 3.0), ("turnover", "a", 0.1),
    ]  # fmt: skip
    assert list(table["unit"]) == ["log", "log", "1/year", "1/year"]
    assert list(table[SIGNIFICANT]) == [True, True, True, False]


def test_columns_keep_the_names_of_published_tables():
    row = as_row(screened("a", 0, 2.0))
    assert set(row) == {"path", "outcome", "mu_star", "mu", "sigma", "floor", "p_value", SIGNIFICANT}


def test_years_and_the_evaluation_period_are_in_separate_tables():
    path = ASSUMED[0]
    shares = [share for period in (0, 1, 2) for share in indices(path, (0.1 * period, 0.3), period)]
    tables = all_tables(findings(paths=(path,), shares=shares, effects=tornado({path: (1.0, 2.0)})))
    assert list(tables["over_time.csv"]["period"]) == ["year 1", "year 1", "year 2", "year 2"]
    assert set(tables["shares.csv"]["period"]) == {"last 2 years"}
    assert list(tables["shares.csv"]["total"]) == [0.2, 0.3]


def test_the_tornado_table_separates_levels_of_the_scenario_from_advantages_of_policies():
    a = ASSUMED[0]
    table = tornado_table(findings(paths=(a,), effects=[*tornado({a: (1.0, 2.0)}), *tornado({a: (5.0, 6.0)}, "calm")]))
    assert list(table["policy"]) == ["today", "today", "calm", "calm"]
    assert list(table["of"]) == ["level", "level", "advantage", "advantage"]
    assert table.loc[3, ["difference", "difference_low", "difference_high"]].tolist() == pytest.approx([6.0, 5.9, 6.1])
    assert set(table["unit"]) == {register()[a].param.unit}


def test_a_table_of_sign_changes_without_rows_still_has_its_columns():
    path = ASSUMED[0]
    tables = all_tables(findings(paths=(path,), shares=indices(path, (0.1, 0.2)), effects=tornado({path: (0, 0)})))
    assert tables["flips.csv"].empty
    assert list(tables["flips.csv"].columns) == ["path", "end", "value", "policy", "outcome", "advantage", "flipped"]


def test_a_study_without_leading_factors_still_has_all_tables():
    tables = all_tables(findings(screening=[screened("a", 0, 0.0)]))
    assert set(tables) == {"screening.csv", "shares.csv", "over_time.csv", "tornado.csv", "next.csv", "flips.csv"}
    assert len(tables["screening.csv"]) == 1
