"""Twins: the week and the phase in which two worlds part, and the stories on both sides."""

import dataclasses

import numpy as np
import pytest

from redbead.engine.simulate import prepare, simulate
from redbead.engine.tracing import phases, weeks, world_before
from redbead.exceptions import BadInputError
from redbead.levers import LEVERS
from redbead.report.twins import quarters, sentences, twins_figure
from redbead.scenario.loader import load
from redbead.state.world import HARMED, MADE, RAISED, RECOGNISED, REPORTED
from redbead.studies.twins.error_histories import Event, error_stories, most_telling, told
from redbead.studies.twins.study import trace, twins

SMALL = {"authority.posts": 24, "time.years": 3, "time.warm_up_years": 0.5}


@pytest.fixture(scope="module")
def today():
    return load("baseline").set(SMALL)


@pytest.fixture(scope="module")
def fearful(today):
    """A fear-making lever from week 30 on."""
    return dataclasses.replace(today, name="rhetoric", levers=(LEVERS["rhetoric"](from_week=30),))


def test_stepping_gives_the_bytes_of_a_run(today):
    plan = prepare(today)
    fear = [float(world.workers.fear.sum()) for number, world in weeks(plan, 3) if number > 0]
    assert len(fear) == today.weeks
    last = world_before(plan, 3, today.weeks)
    assert float(last.workers.fear.sum()) == fear[-1]
    assert simulate(plan, 3).weekly[-1, 0, 0] >= 0


def test_equal_policies_never_part(today):
    found = twins(today, today, seed=4, why=False)
    assert found.service is None
    assert found.hers is None
    assert sentences(found) == ["'baseline' and 'baseline' never part: every value is equal in every week."]


def test_nothing_parts_before_the_lever_comes_into_force(today, fearful):
    found = twins(today, fearful, seed=4, why=False)
    assert found.service.week == 30
    assert {bent.path for bent in found.service.bent} >= {"fear.rhetoric"}
    assert {bent.by for bent in found.service.bent} == {"rhetoric"}


@pytest.mark.slow  # each phase is compiled by itself
def test_the_phase_that_parts_them_is_the_one_that_reads_the_parameter(today):
    """`response.passing_fear` is read where managers weigh what to pass up, and nowhere else; workers notice later."""
    flat = dataclasses.replace(today, name="flat", levers=(LEVERS["flat-hierarchy"](from_week=30),))
    found = twins(today, flat, seed=4)
    assert (found.service.week, found.service.phase) == (30, "weigh_response")
    assert {seen.name for seen in found.service.after} == {"passing_up"}
    assert [(bent.path, bent.by) for bent in found.service.bent] == [("response.passing_fear", "flat-hierarchy")]
    assert found.service.before == ()
    assert "in the phase 'weigh_response'" in " ".join(sentences(found))


@pytest.mark.slow
def test_what_was_different_around_her_before_she_was_is_told(today, fearful):
    """Rhetoric raises the threat on Monday and her fear on Friday."""
    found = twins(today, fearful, seed=4)
    assert found.service.phase == "feel_threat"
    assert found.hers.week == 30
    assert "threat" in {seen.name for seen in found.hers.before}
    assert all(seen.whose == "she" for seen in found.hers.after)


@pytest.mark.slow
def test_phases_end_where_the_compiled_week_ends(today):
    """Lived through phase by phase, a week leaves the same world as the compiled one, byte for byte."""
    plan = prepare(today)
    before = world_before(plan, 5, 20)
    after, compiled = phases(plan, 5, 20, before)[-1].world, world_before(plan, 5, 21)
    for mine, theirs in zip(after[:-1], compiled[:-1], strict=True):
        for first, second in zip(mine, theirs, strict=True):
            assert first.tobytes() == second.tobytes()
    assert world_before(plan, 5, 20).workers.fear.tobytes() == before.workers.fear.tobytes(), "a copy was lived through"


def test_the_stories_are_those_of_the_event_log(today, fearful):
    found = twins(today, fearful, seed=4, why=False)
    post, spell, number = found.error
    log = simulate(prepare(today), 4, events=True).events
    mine = log[(log[:, 4] == post) & (log[:, 5] == spell) & (log[:, 6] == number)]
    assert [(event.week, event.kind) for event in found.stories[0]] == [(row[0], row[1]) for row in mine.tolist()]
    assert found.stories[0] != found.stories[1]
    assert found.post == post


def test_the_most_telling_error_is_the_one_whose_fates_differ_most():
    plain = (Event(3, MADE, 1), Event(3, RECOGNISED, 1))
    harmed, reported = (*plain, Event(9, HARMED, 1)), (*plain, Event(4, RAISED, 1), Event(4, REPORTED, 1))
    first = {(1, 0, 5): plain, (2, 0, 6): harmed, (3, 0, 7): harmed}
    second = {(1, 0, 5): plain, (2, 0, 6): plain, (3, 0, 7): reported}
    assert most_telling(first, second) == (3, 0, 7)
    assert most_telling(first, first) is None
    assert told(harmed) == "week 3: she recognises it; week 9: it does harm"
    assert told(plain[:1]) == "nobody ever notices it"


def test_only_errors_of_the_years_that_are_watched_have_a_story():
    log = np.array([[-2, MADE, 0, 0, 1, 0, 7, 1], [3, HARMED, 0, 0, 1, 0, 7, 1], [4, MADE, 0, 0, 1, 0, 9, 1]])
    assert set(error_stories(log)) == {(1, 0, 9)}


def test_one_worker_can_be_asked_for_and_one_error(today, fearful):
    found = twins(today, fearful, seed=4, worker=5, why=False)
    assert found.post == 5
    first = twins(today, fearful, seed=4, why=False)
    again = twins(today, fearful, seed=4, error=(first.error[0], first.error[2]), why=False)
    assert again.error == first.error


def test_a_trace_ends_when_she_leaves(today):
    plan = prepare(today)
    whole = trace(plan, 4, 0)
    spells = {int(world.workers.spell[0]) for _, world in weeks(plan, 4)}
    parts = [trace(plan, 4, 0, spell) for spell in sorted(spells)]
    assert sum(map(len, parts)) == len(whole)
    assert whole.attrs["units"]["fear"] == "0-1"
    assert ((whole["fear"] >= 0) & (whole["fear"] <= 1)).all()


def test_figure_and_quarters_have_both_policies(today, fearful):
    found = twins(today, fearful, seed=4, why=False)
    drawing = twins_figure(found)
    assert drawing.name == "twins"
    assert "rhetoric" in drawing.alt
    assert {"fear in baseline", "fear in rhetoric"} <= set(quarters(found).columns)


@pytest.mark.parametrize(
    ("change", "options", "what"),
    [
        ({"authority.posts": 30}, {}, "nobody in the one is somebody's twin"),
        ({"time.years": 2}, {}, "different times"),
        ({}, {"worker": 24}, "outside 0 to 23"),
        ({}, {"error": (3, 1)}, "not made in both"),
        ({}, {"seed": -1}, "--seed"),
    ],
)
def test_what_has_no_twin_is_told(today, change, options, what):
    with pytest.raises(BadInputError, match=what):
        twins(today, today.set(change), **({"seed": 4} | options), why=False)
