"""Points are made once, noted one by one, and refused where they are of something else."""

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
def test_a_second_call_makes_nothing_again_and_gives_the_same(tmp_path):
    first = Points(tmp_path, "x", ExecutionTarget(1)).carry("a", [SHORT, OTHER], 3, 1, total)
    told = []
    second = Points(tmp_path, "x", ExecutionTarget(2), told.append).carry("a", [SHORT, OTHER], 3, 1, total)
    assert first == second
    assert told == []
    assert len((tmp_path / NAME).read_bytes().splitlines()) == 3


@pytest.mark.slow
def test_a_last_line_that_was_cut_off_is_made_again(tmp_path):
    whole = Points(tmp_path, "x", ExecutionTarget(1)).carry("a", [SHORT, OTHER], 3, 1, total)
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes()[:-9])
    assert Points(tmp_path, "x", ExecutionTarget(1)).carry("a", [SHORT, OTHER], 3, 1, total) == whole


def test_points_of_other_inputs_are_refused(tmp_path):
    Points(tmp_path, "x", ExecutionTarget(1))
    with pytest.raises(IntegrityError, match="other inputs"):
        Points(tmp_path, "y", ExecutionTarget(1))


def test_a_line_that_was_changed_is_refused(tmp_path):
    Points(tmp_path, "x", ExecutionTarget(1))
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes().replace(b"inputs", b"imputs"))
    with pytest.raises(IntegrityError):
        Points(tmp_path, "x", ExecutionTarget(1))


def test_a_run_that_fails_names_its_values(tmp_path, monkeypatch):
    from redbead.execution.jobs import RunSpec, failed_result
    from redbead.storage import point_store

    monkeypatch.setattr(
        point_store, "submit_all", lambda orders, place: [[failed_result(RunSpec(0, 0, 1, 0), 0.1, "boom")]]
    )
    with pytest.raises(EnvironmentProblemError, match=r"boom.*authority\.posts"):
        Points(tmp_path, "x", ExecutionTarget(1)).carry("a", [SHORT], 2, 1, total)
