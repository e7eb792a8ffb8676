"""Twins as data and files, from twins made by hand."""

import json

import pandas as pd
import pytest

from redbead.exceptions import BadInputError
from redbead.scenario.scenario import Scenario
from redbead.state.world import HARMED, LEFT, MADE, SANCTION
from redbead.studies.twins.divergence import ChangedParameter, Divergence, Event, ObservedDifference
from redbead.studies.twins.study import TRACED, Twins, _require_comparable, _select_error, as_data, files_of

DIFFERENCE = ObservedDifference("the worker", "fear", "fear", "0-1", 0.25, 0.5)
CHANGED = ChangedParameter("fear.rhetoric", "effect of rhetoric", "0-1", 0.0, 0.5, "rhetoric")
APART = Divergence(30, "update_fear", "Fear of workers.", (DIFFERENCE,), (), (CHANGED,))


def pair(**more):
    traces = tuple(pd.DataFrame([(week, *values)], columns=["week", *TRACED]) for week, *values in
                   ((3, 0.1, 0.2, 16.0, 1.1, 0.5, 1.0), (4, 0.3, 0.2, 17.0, 1.2, 0.4, 0.9)))  # fmt: skip
    fields = {
        "names": ("today", "strict"), "seed": 4, "post": 7, "spell": 1, "service": APART, "worker": None,
        "error": (7, 1, 99), "stories": ((Event(3, MADE, 1),), (Event(3, MADE, 1), Event(9, HARMED, 1))),
        "lives": ((), (Event(5, SANCTION, 1), Event(8, LEFT, 0))), "traces": traces,
    }  # fmt: skip
    return Twins(**(fields | more))


def files(results):
    return files_of(results, lambda *_: None, []).tables


def test_data_can_be_written_as_json():
    data = as_data(pair())
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert (data["policies"], data["post"], data["error"]) == (["today", "strict"], 7, [7, 1, 99])
    assert data["stories"][1][1] == {"week": 9, "kind": HARMED, "value": 1}
    assert data["lives"] == [[], [{"week": 5, "kind": SANCTION, "value": 1}, {"week": 8, "kind": LEFT, "value": 0}]]


def test_a_divergence_states_week_phase_differences_and_parameters():
    service = as_data(pair())["partings"]["service"]
    assert (service["week"], service["phase"], service["before"]) == (30, "update_fear", [])
    assert service["after"] == [
        {"whose": "the worker", "name": "fear", "meaning": "fear", "unit": "0-1", "first": 0.25, "second": 0.5}
    ]
    assert service["bent"][0]["by"] == "rhetoric"


def test_runs_that_never_diverge_have_null_in_place_of_a_divergence():
    data = as_data(pair(service=None, error=None, stories=((), ())))
    assert data["partings"] == {"service": None, "worker": None}
    assert data["error"] is None


def test_the_weekly_table_has_the_trace_of_both_policies():
    lines = files(pair())["weekly.csv"].splitlines()
    assert lines[0].split(",") == ["policy", "week", *TRACED]
    assert [line.split(",")[:2] for line in lines[1:]] == [["today", "3"], ["strict", "4"]]


def test_a_worker_who_was_never_in_post_has_an_empty_trace():
    empty = pd.DataFrame([], columns=["week", *TRACED])
    lines = files(pair(traces=(empty, pair().traces[1])))["weekly.csv"].splitlines()
    assert len(lines) == 2


def test_the_week_of_leaving_is_that_of_each_policy():
    assert pair().left == (None, 8)
    assert pair(lives=((Event(2, SANCTION, 1),), ())).left == (None, None)


# selection of an error

FIRST = {(7, 1, 99): (Event(3, MADE, 1),), (8, 0, 12): (Event(4, MADE, 1),), (8, 0, 13): (Event(5, MADE, 1),)}
SECOND = {(7, 1, 99): (Event(3, MADE, 1), Event(9, HARMED, 1)), (8, 0, 12): (Event(4, MADE, 1), Event(4, LEFT, 1))}


def test_the_most_divergent_error_of_all_workers_or_of_one_worker_is_selected():
    assert _select_error((FIRST, SECOND), None, None) == (7, 1, 99)
    assert _select_error((FIRST, SECOND), 8, None) == (8, 0, 12)
    assert _select_error((FIRST, SECOND), 5, None) is None


def test_an_error_is_selected_by_post_and_number():
    assert _select_error((FIRST, SECOND), None, (8, 12)) == (8, 0, 12)


def test_an_error_made_under_one_policy_only_is_refused_with_those_made_under_both():
    with pytest.raises(BadInputError, match=r"8:13 is not made under both policies") as caught:
        _select_error((FIRST, SECOND), None, (8, 13))
    assert "Errors of that worker in both: 8:12" in str(caught.value)


def test_for_a_worker_without_errors_in_both_the_message_suggests_to_omit_the_option():
    with pytest.raises(BadInputError, match="Omit --error"):
        _select_error((FIRST, SECOND), None, (5, 1))


# comparable scenarios

SMALL = Scenario(years=2.0, warm_up_years=1.0).set({"authority.posts": 24, "authority.team_size": 6})


def problems(second, worker=None):
    with pytest.raises(BadInputError) as caught:
        _require_comparable(SMALL, second, worker)
    return [problem.what for problem in caught.value.problems]


def test_scenarios_of_equal_size_and_length_are_comparable():
    _require_comparable(SMALL, SMALL.set({"fear.floor": 0.3}), 23)


def test_each_difference_in_size_and_length_is_reported():
    other = SMALL.set({"authority.posts": 30, "authority.team_size": 5, "time.warm_up_years": 2})
    observed = problems(other)
    assert len(observed) == 3
    assert any("24 and 30 posts" in what for what in observed)
    assert any("6 and 5 posts per team" in what for what in observed)
    assert any("differ in length" in what for what in observed)


@pytest.mark.parametrize("worker", [-1, 24, 1000])
def test_a_post_outside_the_authority_is_refused(worker):
    assert problems(SMALL, worker) == ["is outside the range 0 to 23, the posts of the authority"]
