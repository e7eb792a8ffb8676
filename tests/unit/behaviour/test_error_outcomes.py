"""Outcomes of errors (E18, E19, E218, E219): competing hazards, severity, repair, errors of leavers, rows."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead import rng
from redbead.behaviour.error_outcomes import (
    AT_ONCE,
    ErrorOutcomes,
    hazards_of,
    repair_hazard,
    resolve_errors,
)
from redbead.behaviour.reporting import release_leavers_errors
from redbead.jit import python_function
from redbead.state.people import EMPTY
from redbead.state.practice_errors import (
    ANALYSED,
    BY_REPORT,
    CLOSED,
    CONCEALED_BY_WORKER,
    DISCLOSED,
    DISCOVERED,
    EXPIRED,
    HARMED,
    REPAIRED,
    REPORTED,
    SLIP,
    SUPPRESSED_BY_MANAGER,
    UNRECOGNISED,
    VIOLATION,
    WORKER,
    known_to,
)
from redbead.state.world import compact_rows

HAZARDS_CUT = {"found": 0.0, "expires": 0.0, "repaired": 0.0, "repaired_organisation": 0.0}


def resolve(world, now, aftermath, weeks=1, load=0.0, added=0.0):
    """Resolve the errors of some weeks at a log work pressure and an additional hazard of discovery."""
    tables = world.workers, world.managers, world.errors, world.counts, world.event_log
    for week in range(now.week, now.week + weeks):
        python_function(resolve_errors)(*tables, added, load, 1.0, aftermath, now._replace(week=week))


def test_outcomes_occur_in_proportion_to_their_hazards(world, now, c, error):
    """Known hidden errors: harm, discovery, expiry and repair as 0.002 to 0.009615 to 0.019231 to 0.0375.

    The total weekly probability is 1 - exp(-0.068346) = 0.06606; each share within 4 standard errors.
    """
    hazards = {HARMED: 0.002, DISCOVERED: 0.009615, EXPIRED: 0.019231, REPAIRED: 0.0375}
    aftermath = c.aftermath._replace(harm=0.002, found=0.009615, expires=0.019231, repaired=0.0375)
    total = sum(hazards.values())
    states = []
    for week in range(200):
        world.errors[0][0] = 0
        rows = [error(w, CONCEALED_BY_WORKER, number=k) for w in range(6) for k in range(15)]
        resolve(world, now._replace(week=week), aftermath)
        states += world.errors.state[rows].tolist()
    n = len(states)
    for state, hazard in hazards.items():
        share = (1 - math.exp(-total)) * hazard / total
        assert abs(states.count(state) / n - share) < 4 * math.sqrt(share * (1 - share) / n), state
    assert states.count(CONCEALED_BY_WORKER) > 0.9 * n


def test_unrecognised_errors_are_not_repaired(world, now, c, error):
    rows = [error(w, UNRECOGNISED, number=k) for w in range(6) for k in range(15)]
    resolve(world, now, c.aftermath._replace(repaired=1e6, harm=0.0, found=0.0, expires=0.0))
    assert set(world.errors.state[rows].tolist()) == {UNRECOGNISED}


def test_errors_concealed_by_leavers_become_unrecognised(world, now, c, error):
    """An error that a manager suppressed stays known to the manager."""
    of_leaver, suppressed, of_other = (
        error(0, CONCEALED_BY_WORKER),
        error(1, SUPPRESSED_BY_MANAGER),
        error(2, CONCEALED_BY_WORKER),
    )
    world.workers.spell[:2] += 1
    python_function(release_leavers_errors)(world.workers, world.errors, world.counts, now)
    assert world.errors.state[of_leaver] == CONCEALED_BY_WORKER, "no worker has left this week"
    world.counts.departures[:] = 2
    python_function(release_leavers_errors)(world.workers, world.errors, world.counts, now)
    assert world.errors.state[[of_leaver, suppressed, of_other]].tolist() == [
        UNRECOGNISED,
        SUPPRESSED_BY_MANAGER,
        CONCEALED_BY_WORKER,
    ]


@pytest.mark.parametrize(
    "state", [UNRECOGNISED, CONCEALED_BY_WORKER, SUPPRESSED_BY_MANAGER, REPORTED, ANALYSED, CLOSED]
)
def test_an_error_that_is_not_put_right_can_cause_harm_in_every_state(world, now, c, error, state):
    """A known error keeps its place in the queue of reports; a hidden one becomes known by its harm."""
    row = error(0, state, at_risk=1)
    resolve(world, now, c.aftermath._replace(harm=1e6, **HAZARDS_CUT))
    is_known = state >= REPORTED
    assert world.errors.state[row] == (state if is_known else HARMED)
    assert world.errors.at_risk[row] == 0
    assert (world.counts.harmed[0], world.counts.harmed_known[0]) == (1, int(is_known))
    resolve(world, now, c.aftermath._replace(harm=1e6, **HAZARDS_CUT))
    assert world.counts.harmed[0] == 1, "an error does harm once"


@pytest.mark.parametrize(("state", "pace"), [
    (CONCEALED_BY_WORKER, {"repaired": 0.5, "repaired_manager": 9.0}),
    (SUPPRESSED_BY_MANAGER, {"repaired": 0.1, "repaired_manager": 5.0}),
    (REPORTED, {"repaired": 0.1, "repaired_organisation": 0.5}),
])  # fmt: skip
def test_the_pace_of_repair_is_that_of_the_highest_level_that_knows(world, now, c, error, state, pace):
    """A hazard of 0.5 puts right 1 - exp(-0.5) = 39.3 % of 1,800 errors in a week, within 4 standard errors."""
    aftermath = c.aftermath._replace(harm=0.0, **(HAZARDS_CUT | pace))
    right = 0
    for k in range(20):
        world.errors[0][0] = 0
        for w in range(6):
            for n in range(15):
                error(w, state, number=n, born=30 + k)
        before = int(world.counts.put_right[0])
        resolve(world, now, aftermath)
        right += int(world.counts.put_right[0]) - before
    p = 1 - math.exp(-0.5)
    assert abs(right / 1800 - p) < 4 * math.sqrt(p * (1 - p) / 1800)
    assert world.counts.repaired[0] == (0 if state == REPORTED else right), "repaired without a report"


def test_errors_that_a_manager_suppressed_harm_less_than_unknown_ones_by_the_ratio_of_their_hazards(
    world, now, c, error
):
    """Of 1,800 errors each, followed to their end: harm 0.02 of all hazards 0.05 (unknown) or 0.10 (manager knows)."""
    aftermath = c.aftermath._replace(harm=0.02, found=0.0, expires=0.03, repaired=0.02, repaired_manager=2.5)
    for state, share in ((UNRECOGNISED, 0.4), (SUPPRESSED_BY_MANAGER, 0.2)):
        before = int(world.counts.harmed[0])
        for k in range(20):
            world.errors[0][0] = 0
            for w in range(6):
                for n in range(15):
                    error(w, state, number=n, born=30 + k)
            resolve(world, now, aftermath, weeks=300)
        count = int(world.counts.harmed[0]) - before
        assert abs(count - 1800 * share) < 4 * math.sqrt(1800 * share * (1 - share))


def test_at_once_means_in_the_same_week_for_every_error(world, now, c, error):
    rows = [error(w, REPORTED, number=k, severity=2) for w in range(6) for k in range(15)]
    resolve(world, now, c.aftermath._replace(harm=0.01, harm_serious=20.0, repaired_organisation=AT_ONCE))
    assert world.errors.at_risk[rows].sum() == 0
    assert (world.counts.put_right[0], world.counts.harmed[0]) == (90, 0)
    assert set(world.errors.state[rows].tolist()) == {REPORTED}, "the report still waits for analysis"


def test_work_pressure_slows_repair_and_spare_time_does_not_hurry_it(world, now, c):
    """A pressure of 4 with an elasticity of 1/2 halves the pace; a pressure below 1 leaves it."""
    slowed = c.aftermath._replace(repaired=0.2, repair_pressure=0.5)
    assert repair_hazard(WORKER, math.log(4.0), slowed) == pytest.approx(0.1)
    assert repair_hazard(WORKER, math.log(0.25), slowed) == 0.2
    assert repair_hazard(WORKER, math.log(4.0), slowed._replace(repair_pressure=0.0)) == 0.2


def test_errors_of_a_vacant_post_are_put_right_at_the_pressure_of_the_authority(world, now, c, error):
    """The pressure that the last holder of the post had no longer counts: e^50 would stop all repair."""
    aftermath = c.aftermath._replace(
        harm=0.0, **(HAZARDS_CUT | {"repaired": 1.0, "repaired_manager": 6.9, "repair_pressure": 1.0})
    )
    in_post, vacant = error(0, SUPPRESSED_BY_MANAGER), error(1, SUPPRESSED_BY_MANAGER)
    world.workers.log_pressure[:2] = 50.0
    world.workers.status[1] = EMPTY
    resolve(world, now, aftermath, weeks=4)
    assert world.errors.at_risk[[in_post, vacant]].tolist() == [1, 0]


def test_near_misses_cause_no_harm_and_serious_errors_more_where_severity_matters(world, now, c, error):
    """Ratios 0, 1 and 5 of a hazard of 0.01: of 1,800 errors of each severity 0, 17.9 and 87.8 do harm."""
    aftermath = c.aftermath._replace(harm=0.01, harm_near_miss=0.0, harm_serious=5.0, **HAZARDS_CUT)
    harmed = []
    for severity in (0, 1, 2):
        before = int(world.counts.harmed[0])
        for k in range(20):
            world.errors[0][0] = 0
            for w in range(6):
                for n in range(15):
                    error(w, UNRECOGNISED, number=n, born=30 + k, severity=severity)
            resolve(world, now, aftermath)
        harmed.append(int(world.counts.harmed[0]) - before)
    assert harmed[0] == 0
    for count, hazard in zip(harmed[1:], (0.01, 0.05), strict=True):
        p = 1 - math.exp(-hazard)
        assert abs(count - 1800 * p) < 4 * math.sqrt(1800 * p * (1 - p))


@given(
    severity=st.integers(0, 2),
    conduct=st.integers(0, 2),
    state=st.sampled_from(range(12)),
    load=st.floats(-1, 2),
    added=st.floats(0, 0.1),
)
def test_hazards_are_never_negative_and_unknown_errors_are_not_repaired(severity, conduct, state, load, added):
    hazards = hazards_of(
        severity, conduct, known_to(state), load, added, ErrorOutcomes(found_severity=0.5, repair_pressure=1.0)
    )
    assert min(hazards) >= 0.0
    assert (hazards.repair == 0.0) == (state == UNRECOGNISED)
    assert (hazards.discovery == 0.0) == (state >= REPORTED), "only what is hidden can be discovered"


def test_violations_are_more_harmful_where_conduct_matters(world, now, c, error):
    """A ratio of 4 of a hazard of 0.01: 17.9 slips and 70.6 violations of 1,800 each do harm."""
    aftermath = c.aftermath._replace(harm=0.01, harm_violation=4.0, **HAZARDS_CUT)
    for conduct, hazard in ((SLIP, 0.01), (VIOLATION, 0.04)):
        before = int(world.counts.harmed[0])
        for k in range(20):
            world.errors[0][0] = 0
            for w in range(6):
                for n in range(15):
                    error(w, UNRECOGNISED, number=n, born=30 + k, conduct=conduct)
            resolve(world, now, aftermath)
        p = 1 - math.exp(-hazard)
        assert abs(int(world.counts.harmed[0]) - before - 1800 * p) < 4 * math.sqrt(1800 * p * (1 - p))


def test_teams_count_hidden_errors_that_ended_and_those_that_were_found(world, now, c, error):
    """One discovered in team 0; one put right and one known to the organisation in team 1."""
    error(0, UNRECOGNISED)
    resolve(world, now, c.aftermath._replace(**(HAZARDS_CUT | {"found": 1e6, "harm": 0.0})))
    world.errors[0][0] = 0
    error(4, CONCEALED_BY_WORKER), error(5, REPORTED)
    resolve(world, now, c.aftermath._replace(**(HAZARDS_CUT | {"repaired": 7.0, "harm": 0.0})))
    assert world.managers.ended.tolist() == [1, 1]
    assert world.managers.detected.tolist() == [1, 0]


def test_serious_errors_lead_to_more_serious_incidents_where_gravity_follows_severity(world, now, c, error):
    """A share of 0.2 and a ratio of 5 make each harm from a serious error a serious incident."""
    aftermath = c.aftermath._replace(harm=1e6, grave=0.2, grave_serious=5.0)
    for w in range(6):
        error(w, UNRECOGNISED, severity=2)
    resolve(world, now, aftermath)
    assert (world.counts.harmed[0], world.counts.serious[0]) == (6, 6)


def test_compacting_keeps_errors_that_are_not_put_right(world, now, error):
    """A report that was analysed is needed until its error is put right, and all its columns move with it."""
    error(0, CLOSED, born=1)
    error(1, ANALYSED, born=2, at_risk=1, severity=2)
    world.errors.disclosure[1], world.errors.source[1] = DISCLOSED, BY_REPORT
    python_function(compact_rows)(world.errors, now)
    assert world.errors[0][0] == 1
    kept = {name: int(getattr(world.errors, name)[0]) for name in ("born", "state", "at_risk", "disclosure", "source")}
    assert kept == {"born": 2, "state": ANALYSED, "at_risk": 1, "disclosure": DISCLOSED, "source": BY_REPORT}


def test_compacting_removes_resolved_errors_and_keeps_the_order(world, now, error):
    states = [CONCEALED_BY_WORKER, CLOSED, REPORTED, ANALYSED, EXPIRED, HARMED, REPAIRED, UNRECOGNISED]
    for k, state in enumerate(states):
        error(0, state, born=k)
    python_function(compact_rows)(world.errors, now)
    assert world.errors[0][0] == 4
    assert world.errors.born[:4].tolist() == [0, 2, 5, 7]
    assert world.errors.state[:4].tolist() == [CONCEALED_BY_WORKER, REPORTED, HARMED, UNRECOGNISED]


def test_additional_discovery_reveals_hidden_errors(world, now, c, error):
    """With an additional hazard of 1e6 all hidden errors are discovered."""
    rows = [error(w, CONCEALED_BY_WORKER) for w in range(6)]
    resolve(world, now, c.aftermath, added=1e6)
    assert set(world.errors.state[rows].tolist()) == {DISCOVERED}
    assert world.counts.discovered[0] == 6
    assert np.all(world.errors.since[rows] == now.week)


def test_an_unrecognised_error_has_the_outcome_that_its_draw_selects(world, now, c, error):
    """Hazards of harm 0.2, discovery 0.3 and expiry 0.5: resolved if u < 1 - 1/e, by the position of u in the hazards.

    Repair has no part in it, because the error is not known to the worker.
    """
    aftermath = c.aftermath._replace(harm=0.2, found=0.0, expires=0.5, repaired=9.0)
    rows = [error(w, UNRECOGNISED, number=k) for w in range(6) for k in range(15)]
    resolve(world, now, aftermath, added=0.3)
    p = 1 - math.exp(-1.0)
    expected = []
    for row in rows:
        position = rng.uniform(now.seed, rng.FATE, now.week, world.errors.key[row]) / p
        outcome = HARMED if position < 0.2 else DISCOVERED if position < 0.5 else EXPIRED
        expected.append(outcome if position < 1.0 else UNRECOGNISED)
    assert world.errors.state[rows].tolist() == expected
    assert set(expected) == {HARMED, DISCOVERED, EXPIRED, UNRECOGNISED}
    counts = world.counts
    assert (counts.harmed[0], counts.discovered[0], counts.expired[0]) == tuple(
        expected.count(state) for state in (HARMED, DISCOVERED, EXPIRED)
    )
