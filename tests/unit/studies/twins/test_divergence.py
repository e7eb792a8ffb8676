"""Differences between two states of a run: whose they are, and which parameters of the week explain them."""

import dataclasses

import pytest

from redbead.engine.simulate import prepare
from redbead.levers import LEVERS
from redbead.scenario.loader import load
from redbead.studies.twins import divergence as divergence_module
from redbead.studies.twins.divergence import (
    WORKER,
    any_difference,
    changed_parameters,
    observed_differences,
    only_week,
    worker_row,
)


@pytest.fixture
def two(world):
    """Two copies of the small authority of six posts in two teams."""
    return world, world._replace(**{
        table: type(rows)(*(column.copy() for column in rows)) for table, rows in world._asdict().items()
    })  # fmt: skip


def test_equal_states_do_not_differ(two):
    assert not any_difference(*two)
    assert list(observed_differences(*two, None)) == []


def test_a_difference_names_owner_column_unit_and_both_values(two):
    first, second = two
    second.workers.fear[4] = 0.25
    (difference,) = observed_differences(first, second, None)
    assert (difference.whose, difference.name, difference.unit) == ("worker 4", "fear", "0-1")
    assert (difference.first, difference.second) == (0.0, 0.25)
    assert difference.meaning
    assert any_difference(first, second)


def test_a_worker_is_compared_with_the_own_manager_and_the_service_only(two):
    """Worker 4 is in team 1. Other workers and the manager of team 0 are left out."""
    first, second = two
    second.workers.fear[:] = 0.25
    second.managers.fear[:] = 0.5
    second.leaders.fear[:] = 0.75
    second.service.quality[:] = 0.9
    observed = {(item.whose, item.name) for item in observed_differences(first, second, 4)}
    assert observed == {
        (WORKER, "fear"), ("the worker's manager", "fear"), ("the director", "fear"), ("the service", "quality"),
    }  # fmt: skip


def test_the_row_of_one_worker_is_compared_without_intermediate_values(two):
    """Random numbers and spare capacity have no meaning after their phase."""
    first, second = two
    differ = worker_row(4)
    second.workers.fear[3] = 0.5
    second.workers.uniform[4] = second.workers.spare_capacity[4] = 0.5
    assert not differ(first, second)
    second.workers.fear[4] = 0.5
    assert differ(first, second)


@pytest.fixture(scope="module")
def policies():
    """The baseline, and the same with a lever that raises fear from week 30."""
    today = load("baseline").set({"authority.posts": 12, "time.years": 1, "time.warm_up_years": 0.5})
    fearful = dataclasses.replace(today, levers=(LEVERS["rhetoric"](from_week=30),))
    return (today, fearful), (prepare(today), prepare(fearful))


@pytest.mark.parametrize(("week", "differs"), [(0, False), (29, False), (30, True), (51, True)])
def test_parameters_differ_from_the_first_week_of_the_lever_and_name_it(policies, week, differs):
    changed = list(changed_parameters(*policies, week))
    assert bool(changed) is differs
    assert {item.by for item in changed} <= {"rhetoric"}
    for item in changed:
        assert item.first != item.second
        assert item.path in {effect.path for effect in LEVERS["rhetoric"]().all_effects()}


def test_without_an_explanation_only_the_week_and_its_parameters_are_stated(policies):
    result = only_week(*policies, 1, 30, None)
    assert (result.week, result.phase, result.after, result.before) == (30, "", (), ())
    assert result.changed == tuple(changed_parameters(*policies, 30))
    assert result.as_data()["bent"] == [item._asdict() for item in result.changed]


# first week


@pytest.fixture
def stepped(monkeypatch):
    """Replace the weekly steps of two runs: each run is a list of states, the first before week -2."""

    def first_difference(first, second, start=-2, differ=lambda a, b: a != b):
        runs = iter([enumerate(first, -2), enumerate(second, -2)])
        monkeypatch.setattr(divergence_module, "weeks", lambda _plan, _seed: next(runs))
        return divergence_module.first_week((None, None), 1, differ, start)

    return first_difference


def test_the_first_week_is_the_one_whose_end_differs(stepped):
    """States before the weeks -2, -1, 0, 1 and 2: they first differ before week 1, so that week 0 separates them."""
    assert stepped("aaabb", "aaacc") == 0


def test_runs_that_never_differ_have_no_first_week(stepped):
    assert stepped("abcd", "abcd") is None


def test_runs_that_meet_again_still_have_a_first_week(stepped):
    assert stepped("aabaa", "aacaa") == -1


def test_differences_before_the_start_are_ignored(stepped):
    assert stepped("abaad", "acaae", start=-1) == 1
    assert stepped("abaaa", "acaaa", start=-1) is None


def test_only_the_given_kind_of_difference_counts(stepped):
    """A worker may diverge later than the service."""
    assert stepped([(0, 0), (1, 0), (1, 1)], [(0, 0), (2, 0), (2, 2)]) == -2
    assert stepped([(0, 0), (1, 0), (1, 1)], [(0, 0), (2, 0), (2, 2)], differ=lambda a, b: a[1] != b[1]) == -1


def test_a_difference_of_the_event_log_alone_is_no_divergence(two):
    first, second = two
    assert not any_difference(first, second._replace(event_log="another"))


@pytest.mark.parametrize("table", ["workers", "managers", "leaders", "service"])
def test_each_table_is_compared(two, table):
    first, second = two
    rows = getattr(second, table)
    name = "fear" if table != "service" else "quality"
    getattr(rows, name)[0] = 0.75
    assert any_difference(first, second)
    assert [item.name for item in observed_differences(first, second, None)] == [name]
