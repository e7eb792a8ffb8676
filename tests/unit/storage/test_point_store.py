"""The store of design points: each point runs once, and points of other inputs are refused."""

import pytest

from redbead.exceptions import EnvironmentProblemError, IntegrityError
from redbead.execution.executors import ExecutionTarget
from redbead.scenario.scenario import Scenario
from redbead.storage.point_store import NAME, Points

SHORT = Scenario().set({"time.years": 1, "time.warm_up_years": 0, "authority.posts": 12})
OTHER = SHORT.set({"authority.posts": 18})


def total(get):
    return float(get("leavers").sum())


@pytest.mark.slow
def test_a_repeated_call_runs_nothing_and_returns_the_same(tmp_path):
    first = Points(tmp_path, "x", ExecutionTarget(1)).evaluate("a", [SHORT, OTHER], 3, 1, total)
    reports = []
    second = Points(tmp_path, "x", ExecutionTarget(2), reports.append).evaluate("a", [SHORT, OTHER], 3, 1, total)
    assert first == second
    assert reports == []
    assert len((tmp_path / NAME).read_bytes().splitlines()) == 3


@pytest.mark.slow
def test_a_point_with_an_incomplete_line_is_run_again(tmp_path):
    complete = Points(tmp_path, "x", ExecutionTarget(1)).evaluate("a", [SHORT, OTHER], 3, 1, total)
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes()[:-9])
    assert Points(tmp_path, "x", ExecutionTarget(1)).evaluate("a", [SHORT, OTHER], 3, 1, total) == complete


def test_points_of_other_inputs_are_refused(tmp_path):
    Points(tmp_path, "x", ExecutionTarget(1))
    with pytest.raises(IntegrityError, match="other inputs"):
        Points(tmp_path, "y", ExecutionTarget(1))


def test_a_changed_line_is_refused(tmp_path):
    Points(tmp_path, "x", ExecutionTarget(1))
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes().replace(b"inputs", b"imputs"))
    with pytest.raises(IntegrityError):
        Points(tmp_path, "x", ExecutionTarget(1))


def test_a_failed_run_is_reported_with_the_values_of_its_point(tmp_path, monkeypatch):
    from redbead.execution.jobs import RunSpec, failed_result
    from redbead.storage import point_store

    failed = failed_result(RunSpec(0, 0, 1, 0), 0.1, "boom")
    monkeypatch.setattr(point_store, "submit_all", lambda jobs, target: [[failed]])
    with pytest.raises(EnvironmentProblemError, match=r"(?s)boom.*authority\.posts"):
        Points(tmp_path, "x", ExecutionTarget(1)).evaluate("a", [SHORT], 2, 1, total)
