"""Breakdown of runs by team, experience and agency status: groups, totals, rates and paired differences."""

import dataclasses
import math

import numpy as np
import pytest

import redbead as rb
from redbead.engine.simulate import prepare, simulate
from redbead.exceptions import BadInputError, IntegrityError
from redbead.measures import MEASURES
from redbead.state.people import AGENCY, EMPTY, PERMANENT
from redbead.state.world import AGENCY_IN, AGENCY_OUT, MADE, REPORTED
from redbead.studies.comparison.breakdown import (
    BANDS,
    BREAKDOWNS,
    RunTally,
    breakdown,
    check_breakdown,
    groups_of,
    tally,
)

NAMES = [measure.name for measure in MEASURES]


@pytest.fixture(scope="module")
def scenario():
    return rb.load("just-culture").set(authority__posts=24, time__years=1, time__warm_up_years=0.5)


@pytest.fixture(scope="module")
def pair(scenario):
    """Two policies that differ from the first week, in three runs."""
    return rb.compare({"today": scenario, "fearful": scenario.set(reporting__fear=4)}, runs=3, jobs=1)


class Posts:
    """Posts with a status, a team and weeks of experience."""

    def __init__(self, status, team=0, experience=0.0):
        self.status, self.team = np.array(status), np.full(len(status), team)
        self.experience = np.full(len(status), experience)


@pytest.mark.cases(
    ("weeks", "band"),
    [(0, 0), (51.9, 0), (52, 1), (155.9, 1), (156, 2), (519.9, 2), (520, 3), (2000, 3)],
)
def test_bands_of_experience_contain_their_lower_end(weeks, band):
    assert groups_of(Posts([PERMANENT], experience=weeks), "experience").tolist() == [band]


@pytest.mark.parametrize(
    ("status", "group"), [(PERMANENT, 0), (AGENCY, 1), (EMPTY, -1)],
)  # fmt: skip
def test_agency_staff_are_a_group_and_an_empty_post_belongs_to_none(status, group):
    assert groups_of(Posts([status]), "agency").tolist() == [group]


@pytest.mark.parametrize("by", BREAKDOWNS)
def test_an_empty_post_belongs_to_no_group(by):
    assert groups_of(Posts([EMPTY, PERMANENT], team=3), by).tolist()[0] == -1


@pytest.mark.parametrize("by", BREAKDOWNS)
@pytest.mark.parametrize("seed", [1, 2, 9])
def test_groups_add_up_to_the_recorded_totals(scenario, by, seed):
    plan = prepare(scenario)
    weekly = simulate(plan, seed).weekly[:, 0]
    recorded = {name: weekly[:, NAMES.index(name)] for name in NAMES}
    groups = tally(plan, seed, by)
    for name in ("errors_generated", "errors_reported", "leavers", "hidden_errors"):
        assert groups.total(name).sum() == recorded[name].sum(), name
    assert groups.staff_weeks.sum() == recorded["staff"].sum()
    for name in ("caseload", "fear"):
        assert groups.total(name).sum() == pytest.approx((recorded[name] * recorded["staff"]).sum()), name


@pytest.mark.parametrize("seed", [1, 2, 9])
def test_errors_of_agency_staff_are_those_of_spells_that_the_event_log_calls_agency(scenario, seed):
    """An error counts for its author, also if it is reported after the author has left.

    Nearly all errors are recognised, raised and escalated, so that reported ones are among the few of agency staff.
    """
    plan = prepare(scenario.set(practice__recognised=1.0, reporting__base=6.0, response__passing_base=6.0))
    log = simulate(plan, seed, events=True).events
    agency = {(row[4], row[5]) for row in log if row[1] == AGENCY_OUT} | {
        (row[4], row[5]) for row in log if row[1] == AGENCY_IN
    }
    author_of = {(row[4], row[6]): (row[4], row[5]) for row in log if row[1] == MADE}
    groups = tally(plan, seed, "agency")
    for kind, measure in ((MADE, "errors_generated"), (REPORTED, "errors_reported")):
        errors = [(row[4], row[6]) for row in log if row[1] == kind and row[0] >= 0]
        assert groups.total(measure)[1] == sum(author_of[error] in agency for error in errors)
        assert seed == 2 or groups.total(measure)[1] > 0, "two of three seeds have agency staff who make errors"


def test_rates_are_per_worker_and_year():
    two_workers = RunTally(
        np.array([104.0, 0.0]), {"leavers": np.array([3.0, 0.0])}, {"fear": np.array([52.0, 0.0])},
        np.array([104.0, 0.0]),
    )  # fmt: skip
    assert two_workers.rate("leavers")[0] == 1.5  # three leavers in two worker-years
    assert two_workers.rate("fear")[0] == 0.5
    assert math.isnan(two_workers.rate("leavers")[1])


def test_a_breakdown_has_rates_counts_and_paired_differences(pair):
    frame = pair.breakdown("experience")
    assert list(frame["experience"].unique()) == list(BANDS)
    assert set(frame["policy"]) == {"today", "fearful"}
    assert frame[frame["policy"] == "today"]["difference"].isna().all()
    rows = frame[(frame["measure"] == "errors_generated")].set_index(["policy", "experience"])
    for policy in ("today", "fearful"):
        totals = pair.runs[pair.runs["name"] == policy]["errors_generated"]
        assert rows.loc[policy, "count"].sum() == pytest.approx(totals.mean())
    full = frame[frame["runs"] == 3].set_index(["policy", "measure", "experience"])
    for (policy, measure, band), row in full.iterrows():
        if policy == "fearful" and ("today", measure, band) in full.index:
            base = full.loc[("today", measure, band), "rate"]
            assert row["difference"] == pytest.approx(row["rate"] - base, abs=1e-12)


def test_fewer_runs_can_be_broken_down(pair):
    assert set(pair.breakdown("agency", runs=2)["runs"]) <= {0, 1, 2}


def test_agency_staff_never_leave_permanent_posts(pair):
    frame = pair.breakdown("agency").set_index(["measure", "agency"])
    assert (frame.loc[("leavers", "agency"), "count"] == 0).all()
    assert (frame.loc[("agency_departures", "permanent"), "count"] == 0).all()


@pytest.mark.parametrize("by", ["teams", "", "Team", 3])
def test_an_unknown_breakdown_is_refused_with_all_names(by):
    with pytest.raises(BadInputError, match="team, experience, agency"):
        check_breakdown(by, None)


@pytest.mark.cases("runs", [0, -1, 1.5, True, "3"])
def test_a_wrong_number_of_runs_is_refused(runs):
    with pytest.raises(BadInputError, match="whole number"):
        check_breakdown("team", runs)


def test_runs_with_other_results_are_refused(pair):
    other = dataclasses.replace(pair.results.comparison, seed=50)
    with pytest.raises(IntegrityError, match="other results"):
        breakdown(dataclasses.replace(pair.results, comparison=other), "team", 1)


def test_runs_with_custom_agents_are_refused(pair, monkeypatch):
    monkeypatch.setitem(pair.results.store.header, "agents", ["study:OpenWorker"])
    with pytest.raises(IntegrityError, match="OpenWorker"):
        breakdown(pair.results, "team", 1)
