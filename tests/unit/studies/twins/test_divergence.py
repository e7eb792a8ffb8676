"""Differences between two states of a run: whose they are, and which parameters of the week explain them."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.engine.simulate import prepare
from redbead.levers import LEVERS
from redbead.scenario.loader import load
from redbead.state.world import (
    ANALYSED,
    CONCEALED,
    DISCOVERED,
    EVENT_COLUMNS,
    EVENT_NAMES,
    EXPIRED,
    HARMED,
    HIRED,
    LEFT,
    MADE,
    RAISED,
    RECOGNISED,
    REPAIRED,
    REPORTED,
    SANCTION,
    SCANDAL,
    SERIOUS,
    SUPPRESSED,
)
from redbead.studies.twins import divergence as divergence_module
from redbead.studies.twins.divergence import (
    FATES,
    WORKER,
    Event,
    any_difference,
    changed_parameters,
    describe_history,
    error_histories,
    most_divergent_error,
    observed_differences,
    only_week,
    worker_history,
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


def row(week, kind, *, worker=1, spell=0, error=7, value=1):
    """One event of the log: week, kind, authority, team, worker, spell, error and value."""
    return [week, kind, 0, 0, worker, spell, error, value]


def log_of(*rows):
    return np.array(rows, dtype=np.int64).reshape(-1, len(EVENT_COLUMNS))


def history(*kinds, week=3):
    """History of an error made in a week, with one further event per week."""
    return tuple(Event(week + k, kind, 1) for k, kind in enumerate((MADE, *kinds)))


def test_columns_of_the_log_are_those_that_histories_read():
    assert [EVENT_COLUMNS[k] for k in (0, 1, 4, 5, 6, 7)] == ["week", "kind", "worker", "spell", "error", "value"]


# histories


def test_a_history_contains_the_events_of_one_error_in_order():
    log = log_of(row(3, MADE), row(3, RECOGNISED), row(4, MADE, worker=2), row(5, RAISED), row(9, REPORTED, value=2))
    assert error_histories(log)[1, 0, 7] == (
        Event(3, MADE, 1), Event(3, RECOGNISED, 1), Event(5, RAISED, 1), Event(9, REPORTED, 2),
    )  # fmt: skip


def test_errors_of_different_workers_and_spells_are_separate():
    """Numbers are unique per worker only; the post may have had another worker before."""
    log = log_of(row(3, MADE), row(4, MADE, worker=2), row(5, MADE, spell=1), row(6, HARMED, spell=1))
    assert {key: len(events) for key, events in error_histories(log).items()} == {
        (1, 0, 7): 1, (2, 0, 7): 1, (1, 1, 7): 2,
    }  # fmt: skip


def test_events_without_an_error_are_ignored():
    log = log_of(row(1, HIRED, error=-1), row(3, MADE), row(4, SANCTION, error=-1))
    assert error_histories(log) == {(1, 0, 7): (Event(3, MADE, 1),)}


@pytest.mark.parametrize(("week", "known"), [(-1, False), (0, True), (5, True)])
def test_errors_of_the_warm_up_are_left_out_with_all_their_events(week, known):
    log = log_of(row(week, MADE), row(10, HARMED))
    assert bool(error_histories(log)) is known


def test_an_empty_log_has_no_histories():
    assert error_histories(log_of()) == {}
    assert worker_history(log_of(), 1, 0) == ()


def test_a_worker_is_followed_through_sanctions_until_leaving():
    log = log_of(
        row(-4, SANCTION), row(3, MADE), row(5, SANCTION, value=2), row(6, SANCTION, worker=2),
        row(8, LEFT, error=-1), row(9, SANCTION, spell=1),
    )  # fmt: skip
    assert worker_history(log, 1, 0) == (Event(5, SANCTION, 2), Event(8, LEFT, 1))
    assert worker_history(log, 1, 1) == (Event(9, SANCTION, 1),)


# selection


def select(**pairs):
    """Select among errors, given as pairs of histories by name."""
    keys = {name: (k, 0, k) for k, name in enumerate(pairs)}
    first, second = ({keys[name]: pair[side] for name, pair in pairs.items()} for side in (0, 1))
    observed = most_divergent_error(first, second)
    return next((name for name, key in keys.items() if key == observed), None)


def test_errors_with_equal_histories_do_not_diverge():
    assert select(a=(history(HARMED), history(HARMED))) is None


def test_an_error_made_under_one_policy_only_is_not_compared():
    assert most_divergent_error({(1, 0, 1): history()}, {(2, 0, 1): history(HARMED)}) is None


@pytest.mark.parametrize("grave", [HARMED, SERIOUS, SCANDAL])
@pytest.mark.parametrize("minor", [RECOGNISED, RAISED, REPAIRED, EXPIRED, DISCOVERED, CONCEALED, REPORTED, SANCTION])
def test_harm_outweighs_every_single_other_difference(grave, minor):
    assert select(a=(history(), history(minor)), b=(history(), history(grave))) == "b"


def test_differences_in_several_events_add():
    """Reported (4) and analysed (5) outweigh harmed (8); harmed outweighs reported alone."""
    assert select(a=(history(), history(HARMED)), b=(history(), history(REPORTED, ANALYSED))) == "b"
    assert select(a=(history(), history(HARMED)), b=(history(), history(REPORTED))) == "a"


def test_differences_count_whichever_policy_has_the_event():
    assert select(a=(history(HARMED), history()), b=(history(), history(REPORTED))) == "a"


def test_of_equal_differences_the_earliest_error_is_selected():
    late, early = history(HARMED, week=9), history(HARMED, week=2)
    assert select(a=(late, late[:1]), b=(early, early[:1])) == "b"


def test_the_same_events_in_other_weeks_are_a_difference_of_no_weight():
    """It is selected only if no error has other events."""
    earlier, later = history(HARMED, week=3), (Event(3, MADE, 1), Event(9, HARMED, 1))
    assert select(a=(earlier, later)) == "a"
    assert select(a=(earlier, later), b=(history(week=9), history(RECOGNISED, week=9))) == "b"


KINDS = st.lists(st.sampled_from(sorted(FATES)), max_size=5)


@given(st.lists(st.tuples(KINDS, KINDS), min_size=1, max_size=5))
def test_the_selection_does_not_depend_on_which_policy_comes_first(pairs):
    first, second = ({(k, 0, k): history(*pair[side], week=k) for k, pair in enumerate(pairs)} for side in (0, 1))
    assert most_divergent_error(first, second) == most_divergent_error(second, first)


# words


def test_events_of_one_week_are_listed_together():
    events = (Event(60, MADE, 1), Event(60, RECOGNISED, 1), Event(60, CONCEALED, 1), Event(75, DISCOVERED, 1))
    assert describe_history(events) == (
        "week 60: recognised by the worker, concealed by the worker; week 75: discovered by others"
    )


@pytest.mark.parametrize("events", [(), history()])
def test_an_error_without_further_events_was_never_noticed(events):
    assert describe_history(events) == "never noticed"


def test_an_event_without_words_of_its_own_has_its_name():
    assert LEFT not in FATES
    assert describe_history((Event(4, LEFT, 1),)) == f"week 4: {EVENT_NAMES[LEFT]}"


def test_every_event_in_the_life_of_an_error_has_words():
    """Events up to the scandal concern errors; the error being made is not described."""
    assert set(FATES) >= set(range(MADE + 1, SCANDAL + 1))
    assert SUPPRESSED in FATES


@given(KINDS)
def test_a_description_names_every_event_once(kinds):
    text = describe_history(history(*kinds))
    assert text.count("week ") == len(kinds)
    assert all(FATES[kind] in text for kind in kinds)


@pytest.mark.parametrize("kind", [RECOGNISED, CONCEALED, SANCTION])
@pytest.mark.parametrize(("left", "acts"), [(None, False), (5, False), (4, False), (3, True), (0, True)])
def test_after_a_worker_has_left_a_successor_acts(kind, left, acts):
    """A worker leaves at the end of a week, so the events of this week are still the worker's own."""
    text = describe_history((Event(4, kind, 1),), left)
    assert ("successor in the post" in text) is acts
    assert ("the worker" in text) is not acts
