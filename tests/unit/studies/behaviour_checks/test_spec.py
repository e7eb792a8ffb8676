"""Checks as data: weeks, pairs and series that they need, and the identity of a plan."""

import dataclasses

import pytest

from redbead.analysis.pairs import names
from redbead.scenario.scenario import Scenario
from redbead.studies.behaviour_checks.spec import CHECKS, DIRECTIONS, EXPECT_KEYS, Check, Expectation, ScenarioPair
from redbead.studies.behaviour_checks.study import header, plan_checks
from redbead.studies.reader_base import ScenarioPart

CALM, TODAY = ScenarioPart(Scenario().set({"fear.floor": 0.0}), {}), ScenarioPart(Scenario(), {})
FEAR = Expectation(measure="fear", first=0, last=52, statistic="ratio", direction="down")
CHECK = Check(name="calm", claim="Calm.", source="notes", pair=ScenarioPair(CALM, TODAY), expect=(FEAR,))


def identity(check=CHECK, *, seed=1, **options):
    return header(plan_checks([check], **options), seed)


def test_a_check_needs_runs_until_the_end_of_its_latest_window():
    later = dataclasses.replace(FEAR, first=104, last=130)
    assert dataclasses.replace(CHECK, expect=(later, FEAR)).weeks == 130


def test_an_expectation_needs_all_series_that_it_names():
    e = dataclasses.replace(FEAR, per="staff", partner="caseload", where="takeovers")
    assert e.series == ("fear", "staff", "caseload", "takeovers")
    assert FEAR.series == ("fear",)


def test_a_second_pair_follows_the_pair_under_test():
    assert CHECK.pairs == (CHECK.pair,)
    second = ScenarioPair(TODAY, None)
    assert dataclasses.replace(CHECK, beyond=second).pairs == (CHECK.pair, second)


def test_every_measure_and_derived_series_can_be_expected():
    for key in ("measure", "per", "with", "where"):
        assert EXPECT_KEYS[key].known() == names()
    assert EXPECT_KEYS["direction"].known() == tuple(DIRECTIONS)
    assert CHECKS.mark == "checks"


@pytest.mark.parametrize(
    "check",
    [
        dataclasses.replace(CHECK, runs=41),
        dataclasses.replace(CHECK, claim="Another claim."),
        dataclasses.replace(CHECK, expect=(dataclasses.replace(FEAR, direction="up"),)),
        dataclasses.replace(CHECK, expect=(dataclasses.replace(FEAR, tolerance=0.1),)),
        dataclasses.replace(CHECK, expect=(FEAR, dataclasses.replace(FEAR, measure="turnover"))),
        dataclasses.replace(CHECK, pair=ScenarioPair(CALM, None)),
        dataclasses.replace(CHECK, beyond=ScenarioPair(TODAY, None)),
    ],
)
def test_the_identity_of_checks_depends_on_everything_that_changes_their_results(check):
    assert identity(check) != identity()


def test_the_identity_depends_on_seed_runs_and_theory():
    identities = [identity(), identity(seed=2), identity(runs=9), identity(theory="blame-deters")]
    assert len({item["inputs"] for item in identities}) == 4


def test_a_file_can_be_moved_without_changing_the_identity():
    assert identity(dataclasses.replace(CHECK, file="elsewhere.yaml")) == identity()


def test_scenarios_of_a_second_pair_are_planned():
    other = ScenarioPart(Scenario().set({"fear.floor": 0.2}), {})
    plan = plan_checks([dataclasses.replace(CHECK, beyond=ScenarioPair(other, TODAY))])
    assert len(plan.requests) == 3, "the comparator is shared"
    assert plan.total == 3 * 40


def test_the_number_of_runs_of_a_plan_replaces_that_of_each_check():
    assert plan_checks([CHECK], runs=7).runs_of(CHECK) == 7
    assert plan_checks([CHECK]).runs_of(CHECK) == 40
