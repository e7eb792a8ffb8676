"""Twins: the week and the phase in which two runs diverge, and the histories under both policies."""

import dataclasses

import numpy as np
import pytest

from redbead.engine.simulate import prepare, simulate
from redbead.engine.tracing import phases, weeks, world_before
from redbead.exceptions import BadInputError
from redbead.levers import LEVERS
from redbead.report.twins import quarters, sentences, twins_figure
from redbead.scenario.loader import load
from redbead.state.world import HARMED, MADE, RAISED, RECOGNISED, REPORTED, WITNESSED
from redbead.studies.twins.divergence import Event, describe_history, error_histories, most_divergent_error
from redbead.studies.twins.study import ROLES, events_with_colleagues, trace, twins

SMALL = {"authority.posts": 24, "time.years": 3, "time.warm_up_years": 0.5}


@pytest.fixture(scope="module")
def today():
    return load("baseline").set(SMALL)


@pytest.fixture(scope="module")
def fearful(today):
    """A lever that raises fear from week 30."""
    return dataclasses.replace(today, name="rhetoric", levers=(LEVERS["rhetoric"](from_week=30),))


def test_weekly_stepping_gives_the_bytes_of_a_run(today):
    plan = prepare(today)
    fear = [float(world.workers.fear.sum()) for number, world in weeks(plan, 3) if number > 0]
    assert len(fear) == today.weeks
    last = world_before(plan, 3, today.weeks)
    assert float(last.workers.fear.sum()) == fear[-1]
    assert simulate(plan, 3).weekly[-1, 0, 0] >= 0


def test_equal_policies_never_diverge(today):
    pair = twins(today, today, seed=4, why=False)
    assert pair.service is None
    assert pair.worker is None
    assert sentences(pair) == ["'baseline' and 'baseline' never diverge: every value is equal in every week."]


def test_policies_diverge_when_the_lever_starts(today, fearful):
    pair = twins(today, fearful, seed=4, why=False)
    assert pair.service.week == 30
    assert {parameter.path for parameter in pair.service.changed} >= {"fear.rhetoric"}
    assert {parameter.by for parameter in pair.service.changed} == {"rhetoric"}


@pytest.mark.slow  # each phase is compiled by itself
def test_the_diverging_phase_is_the_one_that_uses_the_parameter(today):
    """`response.passing_fear` is used only when managers decide on escalation; workers are affected later."""
    flat = dataclasses.replace(today, name="flat", levers=(LEVERS["flat-hierarchy"](from_week=30),))
    pair = twins(today, flat, seed=4)
    assert (pair.service.week, pair.service.phase) == (30, "compute_response")
    assert {difference.name for difference in pair.service.after} == {"escalation_chance"}
    assert [(parameter.path, parameter.by) for parameter in pair.service.changed] == [
        ("response.passing_fear", "flat-hierarchy")
    ]
    assert pair.service.before == ()
    assert "in the phase 'compute_response'" in " ".join(sentences(pair))


@pytest.mark.slow
def test_differences_around_the_worker_before_divergence_are_reported(today, fearful):
    """Rhetoric raises the threat early in the week and fear late in the week."""
    pair = twins(today, fearful, seed=4)
    assert pair.service.phase == "update_threat"
    assert pair.worker.week == 30
    assert "threat" in {difference.name for difference in pair.worker.before}
    assert all(difference.whose == "the worker" for difference in pair.worker.after)


@pytest.mark.slow
def test_phases_end_where_the_compiled_week_ends(today):
    """Run phase by phase, a week ends in the same state as the compiled week, byte for byte."""
    plan = prepare(today)
    before = world_before(plan, 5, 20)
    after, compiled = phases(plan, 5, 20, before)[-1].world, world_before(plan, 5, 21)
    for of_error, theirs in zip(after[:-1], compiled[:-1], strict=True):
        for first, second in zip(of_error, theirs, strict=True):
            assert first.tobytes() == second.tobytes()
    assert world_before(plan, 5, 20).workers.fear.tobytes() == before.workers.fear.tobytes(), (
        "phases must run on a copy"
    )


def test_histories_match_the_event_log(today, fearful):
    pair = twins(today, fearful, seed=4, why=False)
    post, spell, number = pair.error
    log = simulate(prepare(today), 4, events=True).events
    of_error = log[(log[:, 4] == post) & (log[:, 5] == spell) & (log[:, 6] == number)]
    assert [(event.week, event.kind) for event in pair.stories[0]] == [(row[0], row[1]) for row in of_error.tolist()]
    assert pair.stories[0] != pair.stories[1]
    assert pair.post == post


def test_the_selected_error_has_the_most_different_histories():
    recognised = (Event(3, MADE, 1), Event(3, RECOGNISED, 1))
    harmed, reported = (*recognised, Event(9, HARMED, 1)), (*recognised, Event(4, RAISED, 1), Event(4, REPORTED, 1))
    first = {(1, 0, 5): recognised, (2, 0, 6): harmed, (3, 0, 7): harmed}
    second = {(1, 0, 5): recognised, (2, 0, 6): recognised, (3, 0, 7): reported}
    assert most_divergent_error(first, second) == (3, 0, 7)
    assert most_divergent_error(first, first) is None
    assert describe_history(harmed) == "week 3: recognised by the worker; week 9: caused harm"
    assert describe_history(recognised[:1]) == "never noticed"


def test_only_errors_made_after_the_warm_up_have_a_history():
    log = np.array([[-2, MADE, 0, 0, 1, 0, 7, 1], [3, HARMED, 0, 0, 1, 0, 7, 1], [4, MADE, 0, 0, 1, 0, 9, 1]])
    assert set(error_histories(log)) == {(1, 0, 9)}


def test_a_worker_or_an_error_can_be_selected(today, fearful):
    pair = twins(today, fearful, seed=4, worker=5, why=False)
    assert pair.post == 5
    first = twins(today, fearful, seed=4, why=False)
    selected = twins(today, fearful, seed=4, error=(first.error[0], first.error[2]), why=False)
    assert selected.error == first.error


def test_a_trace_ends_when_the_worker_leaves(today):
    plan = prepare(today)
    complete = trace(plan, 4, 0)
    spells = {int(world.workers.spell[0]) for _, world in weeks(plan, 4)}
    parts = [trace(plan, 4, 0, spell) for spell in sorted(spells)]
    assert sum(map(len, parts)) == len(complete)
    assert complete.attrs["units"]["fear"] == "0-1"
    assert ((complete["fear"] >= 0) & (complete["fear"] <= 1)).all()


def test_a_trace_names_accusers_accused_and_witnesses(today):
    """Each event of the log appears with both of its persons, except that a witness has one entry only."""
    plan = prepare(today.set({"peers.notices": 0.05, "peers.act": 1.0, "peers.speak": 0.0, "peers.wrong": 0.3}))
    log = simulate(plan, 4, events=True).events
    tables = {post: events_with_colleagues(plan, 4, post) for post in range(3)}
    for post, table in tables.items():
        rows = log[(log[:, 0] >= 0) & np.isin(log[:, 1], list(ROLES))]
        others = (rows[:, 7] == post) & (rows[:, 1] != WITNESSED)
        assert len(table) == (rows[:, 4] == post).sum() + others.sum()
        assert not (table["colleague"] == post).any()
    roles = set().union(*(table["role"] for table in tables.values()))
    assert roles == {"author", "observer", "accused", "accuser", "witness"}
    assert events_with_colleagues(prepare(today), 4, 0).empty
    assert (trace(prepare(today), 4, 0)["trust"] == 1.0).all()
    assert trace(plan, 4, 0)["trust"].min() < 1.0


def test_figure_and_quarterly_means_show_both_policies(today, fearful):
    pair = twins(today, fearful, seed=4, why=False)
    drawing = twins_figure(pair)
    assert drawing.name == "twins"
    assert "rhetoric" in drawing.alt
    assert {"fear in baseline", "fear in rhetoric"} <= set(quarters(pair).columns)


@pytest.mark.cases(
    ("change", "options", "what"),
    [
        ({"authority.posts": 30}, {}, "twins need equal sizes"),
        ({"time.years": 2}, {}, "differ in length"),
        ({}, {"worker": 24}, "is outside the range 0 to 23"),
        ({}, {"error": (3, 1)}, "not made under both policies"),
        ({}, {"seed": -1}, "--seed"),
    ],
)
def test_scenarios_that_are_not_comparable_are_refused(today, change, options, what):
    with pytest.raises(BadInputError, match=what):
        twins(today, today.set(change), **({"seed": 4} | options), why=False)
