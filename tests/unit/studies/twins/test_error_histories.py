"""Histories of errors and workers from event logs written by hand, and selection of the most divergent error."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from redbead.studies.twins.error_histories import (
    FATES,
    Event,
    describe_history,
    error_histories,
    most_divergent_error,
    worker_history,
)


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
