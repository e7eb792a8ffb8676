"""Targets as data: bands, sides, and the levels that a file needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.studies.targets.levels import LEVELS
from redbead.studies.targets.spec import TARGET_KEYS, TARGETS, Target, TargetSet

CASELOAD = Target("caseload", "caseload", "cases/worker", 16.0, 15.0, 18.0, "", "measured", "k", "d")


@given(st.floats(0, 40))
def test_a_band_contains_its_ends_and_everything_between(value):
    assert CASELOAD.contains(value) is not (value < 15.0 or value > 18.0)
    assert CASELOAD.contains(15.0)
    assert CASELOAD.contains(18.0)


@pytest.mark.parametrize(("value", "sd"), [(16.0, 1.0), (17.0, 1.0), (99.0, 1.0), (15.99, 0.5), (-9.0, 0.5)])
def test_each_side_of_an_asymmetric_band_has_its_own_standard_deviation(value, sd):
    assert CASELOAD.half_band_sd(value) == sd


def test_each_level_is_requested_once_in_file_order():
    turnover = Target("turnover", "turnover_yearly", "1/year", 0.15, 0.1, 0.2, "", "measured", "k", "d")
    again = Target("caseload of London", "caseload", "cases/worker", 14.0, 13.0, 15.0, "", "measured", "k", "d")
    assert TargetSet("t", "t", (turnover, CASELOAD, again)).levels == ("turnover_yearly", "caseload")


def test_excluded_targets_are_compared_but_not_fitted():
    excluded = Target("x", "agency_rate", "share", 0.1, 0.05, 0.2, "", "measured", "k", "d", fitted=False)
    targets = TargetSet("t", "t", (CASELOAD, excluded))
    assert targets.fitted == (CASELOAD,)
    assert targets.levels == ("caseload", "agency_rate")


def test_every_level_of_the_model_can_be_a_target():
    assert TARGET_KEYS["level"].known() == tuple(LEVELS)
    assert TARGETS.mark == "targets"
