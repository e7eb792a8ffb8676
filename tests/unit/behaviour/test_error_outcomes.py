"""Outcomes of hidden errors (E18, E19): shares of competing hazards, errors of leavers, compact rows."""

import math

import numpy as np

from redbead import rng
from redbead.behaviour.error_outcomes import compact_rows, release_leavers_errors, resolve_hidden_errors
from redbead.jit import python_function
from redbead.state.practice_errors import (
    ANALYSED,
    CLOSED,
    CONCEALED_BY_WORKER,
    DISCOVERED,
    EXPIRED,
    HARMED,
    REPAIRED,
    REPORTED,
    SUPPRESSED_BY_MANAGER,
    UNRECOGNISED,
)


def test_outcomes_occur_in_proportion_to_their_hazards(world, now, c, error):
    """Known hidden errors: harm, discovery, expiry and repair as 0.002 to 0.009615 to 0.019231 to 0.0375.

    The total weekly probability is 1 - exp(-0.068346) = 0.06606; each share within 4 standard errors.
    """
    hazards = {HARMED: 0.002, DISCOVERED: 0.009615, EXPIRED: 0.019231, REPAIRED: 0.0375}
    total = sum(hazards.values())
    states = []
    for week in range(200):
        world.errors[0][0] = 0
        rows = [error(w, CONCEALED_BY_WORKER, number=k) for w in range(6) for k in range(15)]
        python_function(resolve_hidden_errors)(
            world.workers, world.errors, world.counts, world.event_log, 0.0, c.aftermath, now._replace(week=week)
        )
        states += world.errors.state[rows].tolist()
    n = len(states)
    for state, hazard in hazards.items():
        share = (1 - math.exp(-total)) * hazard / total
        assert abs(states.count(state) / n - share) < 4 * math.sqrt(share * (1 - share) / n), state
    assert states.count(CONCEALED_BY_WORKER) > 0.9 * n


def test_unrecognised_errors_are_not_repaired(world, now, c, error):
    rows = [error(w, UNRECOGNISED, number=k) for w in range(6) for k in range(15)]
    python_function(resolve_hidden_errors)(
        world.workers, world.errors, world.counts, world.event_log, 0.0,
        c.aftermath._replace(repaired=1e6, harm=0.0, found=0.0, expires=0.0), now,
    )  # fmt: skip
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
    python_function(resolve_hidden_errors)(
        world.workers, world.errors, world.counts, world.event_log, 1e6, c.aftermath, now
    )
    assert set(world.errors.state[rows].tolist()) == {DISCOVERED}
    assert world.counts.discovered[0] == 6
    assert np.all(world.errors.since[rows] == now.week)


def test_an_unrecognised_error_has_the_outcome_that_its_draw_selects(world, now, c, error):
    """Hazards of harm 0.2, discovery 0.3 and expiry 0.5: resolved if u < 1 - 1/e, by the position of u in the hazards.

    Repair has no part in it, because the error is not known to the worker.
    """
    aftermath = c.aftermath._replace(harm=0.2, found=0.0, expires=0.5, repaired=9.0)
    rows = [error(w, UNRECOGNISED, number=k) for w in range(6) for k in range(15)]
    python_function(resolve_hidden_errors)(
        world.workers, world.errors, world.counts, world.event_log, 0.3, aftermath, now
    )
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
