"""Verdicts on targets: inside or outside the band, conclusive or not, and the distance in standard deviations."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.analysis.estimates import Estimate
from redbead.scenario.scenario import Scenario
from redbead.studies.targets.results import (
    TargetResult,
    TargetVerdict,
    comparable,
    compare_with_targets,
    implausibility,
    unmet,
    verdict_on,
)
from redbead.studies.targets.spec import Target, TargetSet

CASELOAD = Target("caseload", "caseload", "cases/worker", 16.0, 15.0, 18.0, "", "measured", "key", "cases per worker")
"""Published as 16, with a band from 15 to 18: half a case below and one case above are one standard deviation."""


def estimate(value, low=None, high=None):
    return Estimate(value, value if low is None else low, value if high is None else high, 0.1, 100)


@pytest.mark.cases(
    ("value", "verdict"),
    [(15.0, TargetVerdict.INSIDE), (18.0, TargetVerdict.INSIDE), (14.99, TargetVerdict.OUTSIDE),
     (18.01, TargetVerdict.OUTSIDE), (math.nan, TargetVerdict.UNSEEN), (math.inf, TargetVerdict.UNSEEN)],
)  # fmt: skip
def test_a_level_is_inside_its_band_including_the_ends_or_could_not_be_estimated(value, verdict):
    assert verdict_on(CASELOAD, estimate(value)) is verdict


@pytest.mark.cases(
    ("low", "high", "conclusive"),
    [(15.5, 17.0, True), (14.0, 15.5, False), (17.0, 19.0, False), (13.0, 14.0, True), (14.0, 19.0, False),
     (15.0, 17.0, True), (math.nan, math.nan, False)],
)  # fmt: skip
def test_runs_are_conclusive_if_their_interval_contains_no_end_of_the_band(low, high, conclusive):
    result = TargetResult(CASELOAD, estimate(16.0, low, high), TargetVerdict.INSIDE)
    assert result.conclusive is conclusive
    assert result.edges == (15.0, 18.0)


@pytest.mark.cases(("value", "expected"), [(16.0, 0.0), (18.0, 2.0), (15.0, -2.0), (17.5, 1.5), (14.0, -4.0)])
def test_the_ends_of_the_band_are_two_standard_deviations_away(value, expected):
    assert implausibility(CASELOAD, value, 0.0) == pytest.approx(expected)


def test_the_variance_of_the_level_adds_to_that_of_the_band():
    """One standard deviation of the band above is 1 case; a variance of 3 gives sqrt(1 + 3) = 2."""
    assert implausibility(CASELOAD, 18.0, 3.0) == pytest.approx(1.0)


def test_a_level_that_cannot_be_estimated_is_infinitely_far():
    assert implausibility(CASELOAD, math.nan, 1.0) == math.inf


@given(st.floats(0, 40), st.floats(0, 40))
def test_distance_grows_with_the_level(a, b):
    low, high = sorted([a, b])
    assert implausibility(CASELOAD, low, 0.5) <= implausibility(CASELOAD, high, 0.5)


def test_targets_are_compared_in_their_order():
    """100 workers with 17 cases each for two years: the caseload is inside its band."""
    shape = (3, 104)
    tables = {"caseload": np.full(shape, 17.0), "staff": np.full(shape, 100.0)}
    (result,) = compare_with_targets(TargetSet("t", "t", (CASELOAD,)), lambda name: tables.get(name, np.zeros(shape)))
    assert result.target is CASELOAD
    assert result.estimate.value == pytest.approx(17.0)
    assert result.verdict is TargetVerdict.INSIDE


def test_unmet_targets_are_those_used_in_the_calibration_the_farthest_first():
    results = [
        TargetResult(
            dataclasses.replace(CASELOAD, name=name, fitted=fitted),
            estimate(value),
            verdict_on(CASELOAD, estimate(value)),
        )
        for name, value, fitted in (
            ("near", 18.5, True),
            ("inside", 16.0, True),
            ("far below", 13.0, True),
            ("not fitted", 30.0, False),
        )
    ]
    assert [item.target.name for item in unmet(results)] == ["far below", "near"]


@pytest.mark.parametrize(
    ("change", "expected"), [({}, True), ({"inspection.visits": 0.0}, False), ({"inspection.graded": 0.0}, False)]
)
def test_only_inspected_and_graded_authorities_are_comparable_with_england(change, expected):
    assert comparable(Scenario().set(change)) is expected
