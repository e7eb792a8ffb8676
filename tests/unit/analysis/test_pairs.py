"""Paired differences of two scenarios on common random numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from redbead.analysis.pairs import (
    DERIVED_SERIES,
    DisplayUnit,
    PairedRuns,
    band,
    by_quarter,
    display_unit,
    estimate,
    names,
    unit_of,
    values_of,
)
from redbead.exceptions import BadInputError
from redbead.levers.culture import TwoStrikes
from redbead.measures import MEASURES
from redbead.scenario.scenario import Scenario, Spike

whole = st.integers(-1000, 1000).map(float)


# pairing by seed


def test_runs_are_paired_by_seed_and_failed_runs_leave_their_pair(runs_with):
    """Seeds 1, 2, 3 against 3, 4, 1: the pairs are 1 and 3. With seed 3 failed on one side, only seed 1 remains."""
    policy = runs_with({"fear": [[0.1], [0.2], [0.3]]}, seeds=[1, 2, 3])
    other = runs_with({"fear": [[0.35], [0.4], [0.15]]}, seeds=[3, 4, 1])
    pair = PairedRuns(policy, other)
    assert pair.seeds == [1, 3]
    np.testing.assert_allclose(pair.difference("fear"), [[-0.05], [-0.05]])
    failed = runs_with({"fear": [[0.1], [0.2], [0.3]]}, seeds=[1, 2, 3], failed=[2])
    assert PairedRuns(failed, other).seeds == [1]
    np.testing.assert_allclose(PairedRuns(failed, other).difference("fear"), [[-0.05]])


def test_no_common_seed_is_refused_with_the_name_of_the_scenario(runs_with):
    policy = runs_with({"fear": [[0.1]]}, seeds=[1], scenario=Scenario(name="just-culture"))
    with pytest.raises(BadInputError, match=r"just-culture: .*no seed finished in both"):
        _ = PairedRuns(policy, runs_with({"fear": [[0.1]]}, seeds=[2])).seeds


def test_the_difference_changes_its_sign_when_the_sides_are_exchanged(runs_with):
    random = np.random.default_rng(1)
    policy, other = (runs_with({"errors_generated": random.integers(0, 9, (3, 30))}) for _ in range(2))
    forwards, backwards = PairedRuns(policy, other), PairedRuns(other, policy)
    np.testing.assert_array_equal(forwards.difference("errors_generated"), -backwards.difference("errors_generated"))


def test_the_longer_run_is_cut_to_the_weeks_of_the_shorter(runs_with):
    pair = PairedRuns(runs_with({"fear": [[0.1, 0.2, 0.3]]}), runs_with({"fear": [[0.1, 0.1]]}))
    np.testing.assert_allclose(pair.difference("fear"), [[0.0, 0.1]])
    assert pair.windows()[1] == slice(0, 2)


def test_differences_are_in_display_units(runs_with):
    """3 errors per week more are 156 per year; a share 0.02 higher is 2 percentage points."""
    more, base = runs_with({"errors_generated": [[5.0]]}), runs_with({"errors_generated": [[2.0]]})
    assert PairedRuns(more, base).difference("errors_generated").tolist() == [[156.0]]
    more, base = runs_with({"turnover": [[0.12]]}), runs_with({"turnover": [[0.10]]})
    np.testing.assert_allclose(PairedRuns(more, base).difference("turnover"), [[2.0]])


def scenario(*starts, spike=None):
    """A scenario with two-strikes levers and a spike that begin in these weeks."""
    spikes = (Spike(at_week=spike),) if spike is not None else ()
    return Scenario(levers=tuple(TwoStrikes(from_week=week) for week in starts), spikes=spikes)


@pytest.mark.cases(
    ("policy", "other", "start"),
    [
        (scenario(60), scenario(), 60),
        (scenario(60, spike=20), scenario(spike=20), 60),
        (scenario(60, spike=20), scenario(), 20),
        (scenario(60), scenario(60), 60),
        (scenario(), scenario(30), 0),
    ],
    ids=["a lever", "a common spike is no difference", "an additional spike", "the same levers", "only the other"],
)
def test_the_start_is_the_first_week_in_which_the_two_differ(runs_with, policy, other, start):
    pair = PairedRuns(*(runs_with({"fear": [[0.0]]}, scenario=item) for item in (policy, other)))
    assert pair.start == start


def test_windows_are_the_first_two_years_of_the_difference_and_the_last_two_of_the_run(runs_with):
    batches = [runs_with({"fear": np.zeros((1, 300))}, scenario=item) for item in (scenario(60), scenario())]
    assert PairedRuns(*batches).windows() == (slice(60, 164), slice(196, 300))
    batches = [runs_with({"fear": np.zeros((1, 100))}, scenario=item) for item in (scenario(60), scenario())]
    assert PairedRuns(*batches).windows() == (slice(60, 100), slice(0, 100))


# derived series


def lookup(**tables):
    return lambda name: np.array([tables[name]], dtype=float)


def test_derived_series_match_their_definitions():
    """Grades: 0 outstanding to 3 inadequate, -1 none yet. A takeover counts from its first week to the end."""
    get = lookup(
        caseload=[16, 20], staff=[100, 90], waiting=[5, 10], visible_quality=[0.9, 0.8], service_quality=[0.7, 0.9],
        grade=[3, 2], inspections=[1, 1], takeovers=[0, 1],
    )  # fmt: skip
    expected = {
        "open_cases": [1605, 1810], "illusion_gap": [0.2, -0.1], "inadequate": [1, 0], "found_inadequate": [1, 0],
        "taken_over": [0, 1],
    }  # fmt: skip
    assert set(expected) == set(DERIVED_SERIES)
    for name, values in expected.items():
        np.testing.assert_allclose(values_of(name, get), [values], err_msg=name)


def test_an_authority_stays_taken_over_when_the_takeover_ends():
    assert values_of("taken_over", lookup(takeovers=[0, 1, 0, 2, 0])).tolist() == [[0, 1, 1, 1, 1]]


def test_names_are_all_measures_and_all_derived_series():
    assert names() == (*(m.name for m in MEASURES), *DERIVED_SERIES)
    assert all(unit_of(name) for name in names())
    assert values_of("fear", lookup(fear=[0.5])).tolist() == [[0.5]]


# units for display


@pytest.mark.cases(
    ("name", "scale", "unit", "decimals"),
    [
        ("errors_generated", 52.0, "errors per year", 0),
        ("cost", 52 / 1e6, "£ million per year", 2),
        ("turnover", 100.0, "% per year", 1),
        ("vacancy_rate", 100.0, "%", 1),
        ("inadequate", 100.0, "% of runs", 1),
        ("fear", 1.0, "scale from 0 to 1", 3),
        ("illusion_gap", 1.0, "ratio", 3),
        ("open_cases", 1.0, "cases", 1),
        ("caseload", 1.0, "cases/worker", 1),
        ("hidden_errors", 1.0, "errors", 0),
    ],
)
def test_each_kind_of_unit_has_its_display(name, scale, unit, decimals):
    assert display_unit(name) == DisplayUnit(scale, unit, decimals)


def test_numbers_have_a_true_minus_sign_separators_and_a_sign_on_request():
    unit = DisplayUnit(1.0, "cases", 1)
    assert unit.number(-1234.56) == "−1,234.6"
    assert unit.number(0.5, sign=True) == "+0.5"
    assert unit.number(0.5) == "0.5"


def test_percentages_differ_by_percentage_points():
    assert DisplayUnit(100.0, "% per year", 1).difference_unit == "percentage points"
    assert DisplayUnit(1.0, "cases", 1).difference_unit == "cases"


# estimates over weeks and pairs


def test_an_estimate_averages_weeks_first_and_then_pairs():
    """Weeks 1 and 2 of two pairs: means 2 and 4, so 3 plus or minus 12.706 x 1.4142 / 1.4142 (t of one degree)."""
    interval = estimate(np.array([[9.0, 1.0, 3.0], [9.0, 4.0, 4.0]]), slice(1, 3))
    assert interval.mean == 3.0
    assert interval.high - interval.mean == pytest.approx(12.706, abs=1e-3)


def test_quarters_are_13_weeks_and_their_midpoints_are_in_years():
    """30 weeks: two whole quarters; four weeks are left over. Midpoints 6.5 and 19.5 weeks = 0.125 and 0.375 years."""
    means, midpoints = by_quarter(np.arange(30.0)[None, :])
    assert means.tolist() == [[6.0, 19.0]]
    assert midpoints.tolist() == [0.125, 0.375]


@given(arrays(np.float64, st.tuples(st.integers(2, 4), st.just(3)), elements=whole))
def test_the_band_of_each_week_is_the_interval_of_that_week(values):
    mean, low, high = band(values)
    for week in range(3):
        interval = estimate(values, slice(week, week + 1))
        assert (mean[week], low[week], high[week]) == pytest.approx(interval[:3])


def test_a_single_pair_has_a_mean_and_no_band():
    mean, low, high = band(np.array([[1.0, 2.0]]))
    assert mean.tolist() == [1.0, 2.0]
    assert np.isnan(low).all()
    assert np.isnan(high).all()
