"""Text files of a folder: the resolved comparison is read back unchanged, and failures can be reproduced."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.analysis.outcomes import PERIODS
from redbead.levers import LEVERS
from redbead.scenario.loader import to_yaml
from redbead.scenario.scenario import Scenario
from redbead.storage.run_store import RunStatus
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.folder import (
    RESOLVED,
    failures,
    file_of,
    has_events,
    name_of,
    requested,
    resolved,
)
from redbead.studies.comparison.reader import read_batch
from redbead.studies.comparison.results import ComparisonRuns
from redbead.studies.comparison.spec import (
    ALL_THEORIES,
    DEFAULT_DECIDING_OUTCOMES,
    Comparison,
    DecidingOutcome,
    Limits,
    Package,
    Policy,
    SwitchingSearch,
    Uncertainty,
)

BASE = Scenario(name="base", years=1.0)
BOTH = dataclasses.replace(BASE, name="both", levers=(LEVERS["just-culture"](), LEVERS["participation"](dose=0.5)))
POLICIES = (Policy("Old rules", BASE), Policy("both: levers, 50 %", BOTH))
PLAIN = Comparison("mine", POLICIES, "Old rules")


def read_back(comparison, folder):
    """The comparison as it is read from its resolved files."""
    for policy in comparison.policies:
        path = folder / file_of(policy.name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(to_yaml(policy.scenario))
    (folder / RESOLVED).write_text(resolved(comparison, comparison.runs or 20))
    return read_batch(folder / RESOLVED, fewest=1)


# resolved comparison


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "A: title", "question": "Why?", "source": "# not a comment", "looks": "- at 'this' \"first\""},
        {"theories": ALL_THEORIES},
        {"theories": ("blame-deters", "balanced")},
        {"runs": None, "limits": Limits(60, 0.5, 9.0)},
        {"seed": 2**53, "over": "whole run", "intervals": "bootstrap"},
        {"uncertainty": Uncertainty(("fear.blame", "reporting.fear"), 7)},
        {"uncertainty": Uncertainty((), 7, authorities="published")},
        {"deciding_outcomes": (DecidingOutcome("hidden_errors", 1 / 3, relative=True), DecidingOutcome("cost", 1e6))},
        {"subject": "both: levers, 50 %"},
        {"package": Package("both: levers, 50 %", 12)},
        {"switching": SwitchingSearch("both: levers, 50 %", "Old rules", "turnover", ("fear.blame",), 3, 8)},
    ],
)
def test_a_resolved_comparison_is_read_back_unchanged(tmp_path, changes):
    comparison = dataclasses.replace(PLAIN, **changes)
    again = read_back(comparison, tmp_path)
    deciding = zip(again.deciding_outcomes, comparison.deciding_outcomes, strict=True)
    for ours, theirs in deciding:
        assert ours.smallest_important == pytest.approx(theirs.smallest_important, rel=1e-11)
    assert dataclasses.replace(again, deciding_outcomes=comparison.deciding_outcomes) == comparison


@given(st.floats(1e-4, 10.0), st.booleans())
def test_smallest_important_differences_keep_their_value_and_kind(value, relative):
    comparison = dataclasses.replace(PLAIN, deciding_outcomes=(DecidingOutcome("turnover", value, relative),))
    text = resolved(comparison, 20)
    line = next(line for line in text.splitlines() if line.startswith("  turnover:"))
    number = line.partition(":")[2].strip().strip("'\"")
    assert number.endswith("%") is relative
    assert float(number.rstrip("% ")) * (0.01 if relative else 1.0) == pytest.approx(value, rel=1e-11)


def test_the_first_line_states_the_number_of_runs():
    assert resolved(PLAIN, 137).startswith("# 137 runs per policy\n")
    assert "uncertainty" not in resolved(PLAIN, 1)
    assert "package" not in resolved(PLAIN, 1)


def test_file_names_of_policies_are_safe():
    assert file_of("../../etc/passwd") == "policies/etc-passwd.yaml"
    assert file_of("both: levers, 50 %") == "policies/both-levers-50.yaml"


# failures and requests


class Runs:
    """A store of which only the states of runs are read."""

    def __init__(self, runs, with_events=()):
        self.header = {"agents": []}
        self.runs = runs
        self.done = {key for key, status in runs.items() if status.chunk}
        self.failed = {key: status for key, status in runs.items() if not status.chunk}
        self.with_events = set(with_events)


def results_of_runs(runs, with_events=(), **changes):
    comparison = dataclasses.replace(PLAIN, seed=40, **changes)
    return ComparisonRuns(comparison, arms_of(comparison), Runs(runs, with_events), Path("mine"), 2, None)


DONE, FAILED = RunStatus(0.1, 1, 0), RunStatus(0.1, 0, 0, "it stopped", "Traceback: line 7")


def test_failures_state_cause_command_seed_inputs_and_traceback():
    results = results_of_runs({(0, 0): DONE, (0, 1): FAILED, (1, 0): DONE, (1, 1): DONE})
    ((name, text),) = failures(results)
    assert name == "old-rules-41"
    for part in (
        "Cause: it stopped",
        "redbead replay mine old-rules-41",
        "Seed 41.",
        "Traceback: line 7",
        to_yaml(BASE),
    ):
        assert part in text


def test_a_failed_run_of_a_draw_lists_the_values_of_its_draw():
    uncertainty = Uncertainty(("fear.floor",), 2)
    results = results_of_runs({(0, 1): FAILED}, uncertainty=uncertainty)
    ((_, text),) = failures(results)
    assert to_yaml(BASE.set(dict(results.arms.draws[1]))) in text
    assert to_yaml(BASE) not in text


def test_an_arm_is_named_after_its_first_role():
    """The empty subset of a package is the baseline."""
    results = results_of_runs({}, package=Package("both: levers, 50 %", 2))
    assert [name_of(results, arm, 0) for arm in range(4)] == [
        "old-rules-40", "both-levers-50-40", "both-levers-50.1-40", "both-levers-50.2-40"
    ]  # fmt: skip


ALL_DONE = {(arm, run): DONE for arm in (0, 1) for run in (0, 1)}


@pytest.mark.cases(
    ("runs", "with_events", "expected"),
    [
        (ALL_DONE, ALL_DONE, True),
        (ALL_DONE, [key for key in ALL_DONE if key != (1, 1)], False),
        (ALL_DONE | {(1, 1): FAILED}, [key for key in ALL_DONE if key != (1, 1)], True),
        (ALL_DONE, [], False),
        (dict.fromkeys(ALL_DONE, FAILED), [], False),
        ({}, [], False),
    ],
)
def test_events_are_complete_if_every_finished_run_of_the_policies_has_them(runs, with_events, expected):
    assert has_events(results_of_runs(runs, with_events)) is expected


def test_a_request_depends_on_everything_that_determines_the_tables():
    plain = requested(results_of_runs(ALL_DONE))
    assert requested(results_of_runs(ALL_DONE)) == plain
    others = [
        results_of_runs(ALL_DONE, title="other"), results_of_runs(ALL_DONE, intervals="bootstrap"),
        results_of_runs(ALL_DONE, over=PERIODS[0]), results_of_runs(ALL_DONE, with_events=ALL_DONE),
        results_of_runs(ALL_DONE, deciding_outcomes=DEFAULT_DECIDING_OUTCOMES[:1]),
        dataclasses.replace(results_of_runs(ALL_DONE), runs=1),
    ]  # fmt: skip
    assert all(requested(other) != plain for other in others)
    assert requested(results_of_runs(ALL_DONE), events=True) != plain
    assert requested(results_of_runs(ALL_DONE, ALL_DONE), events=True) == requested(results_of_runs(ALL_DONE, ALL_DONE))
