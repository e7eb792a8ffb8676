"""The store of design points: each point runs once, whenever the command is killed, and other points are refused."""

import numpy as np
import pytest

from redbead.exceptions import EnvironmentProblemError, IntegrityError
from redbead.execution.executors import ExecutionTarget
from redbead.execution.jobs import RunResult, RunSpec, failed_result
from redbead.measures import MEASURES
from redbead.scenario.scenario import Scenario
from redbead.storage import journal, point_store
from redbead.storage.point_store import NAME, Points, lookup

SHORT = Scenario().set({"time.years": 1, "time.warm_up_years": 0, "authority.posts": 12})
OTHER = SHORT.set({"authority.posts": 18})
THIRD = SHORT.set({"authority.posts": 24})
TARGET = ExecutionTarget(1)


def total(get):
    return float(get("leavers").sum())


@pytest.fixture
def executed(monkeypatch):
    """Replace execution by runs whose measures are all 1000 x posts + seed; returns the list of executed runs.

    The results of the last job come first, since jobs finish in any order.
    """
    runs = []

    def submit(jobs, _target):
        for job in reversed(list(jobs)):
            posts = job.scenarios[0].value("authority.posts")
            runs.extend((spec.arm, spec.run, spec.seed) for spec in job.specs)
            yield [
                RunResult(spec, 0.1, np.full((len(MEASURES), 2, 1), 1000.0 * posts + spec.seed)) for spec in job.specs
            ]

    monkeypatch.setattr(point_store, "submit_all", submit)
    return runs


def evaluate(folder, part="a", scenarios=(SHORT, OTHER, THIRD), runs=2, reduce=total, report=None):
    return Points(folder, "inputs", TARGET, report).evaluate(part, scenarios, runs, 5, reduce)


def test_a_point_has_the_figures_of_its_runs_in_the_order_of_the_scenarios(executed, tmp_path):
    """Seeds 5 and 6 with 12 posts: 12,005 and 12,006 in the only week, 24,011 in total."""
    assert evaluate(tmp_path) == [24_011.0, 36_011.0, 48_011.0]
    assert sorted(executed) == [(k, run, 5 + run) for k in range(3) for run in range(2)]


def test_a_repeated_call_runs_nothing_and_another_part_runs_its_own_points(executed, tmp_path):
    first, reports = evaluate(tmp_path), []
    count = len(executed)
    assert evaluate(tmp_path, report=reports.append) == first
    assert len(executed) == count
    assert reports == []
    evaluate(tmp_path, part="b", scenarios=[SHORT])
    assert len(executed) == count + 2


def test_further_points_are_added_to_those_that_exist(executed, tmp_path):
    evaluate(tmp_path, scenarios=[SHORT])
    executed.clear()
    reports = []
    assert evaluate(tmp_path, report=reports.append) == [24_011.0, 36_011.0, 48_011.0]
    assert {arm for arm, _, _ in executed} == {1, 2}
    assert [(now.done, now.total, now.unit) for now in reports] == [(1, 2, "points"), (2, 2, "points")]


def test_a_killed_study_repeats_only_points_that_were_not_written(executed, changes_of):
    """Killed before each change of the disk; each point that is in the journal is not run again."""

    def check(folder):
        path = folder / NAME
        stored = len(journal.read(path)) - 1 if path.is_file() and path.stat().st_size else 0
        executed.clear()
        assert evaluate(folder) == [24_011.0, 36_011.0, 48_011.0]
        assert len(executed) == 2 * (3 - max(0, stored))
        assert [item.name for item in folder.iterdir()] == [NAME]

    assert changes_of(lambda folder: None, evaluate, check) >= 4


def test_a_point_with_an_incomplete_line_is_run_again(executed, tmp_path):
    complete = evaluate(tmp_path)
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes()[:-9])
    executed.clear()
    assert evaluate(tmp_path) == complete
    assert len(executed) == 2


@pytest.mark.slow
def test_points_of_the_model_do_not_depend_on_the_number_of_threads(tmp_path):
    one, two = (
        Points(tmp_path / str(jobs), "x", ExecutionTarget(jobs)).evaluate("a", [SHORT, OTHER], 3, 1, total)
        for jobs in (1, 2)
    )
    assert one == two


@pytest.mark.parametrize("part", ["inputs", "model", "version"])
def test_points_of_other_inputs_or_another_version_are_refused_and_kept(tmp_path, part):
    Points(tmp_path, "x", TARGET)
    path = tmp_path / NAME
    (header,) = journal.read(path)
    path.write_bytes(journal.encode(header | {part: "other"}))
    before = path.read_bytes()
    with pytest.raises(IntegrityError, match=r"other inputs or another version.\n.*--out, or rename this one"):
        Points(tmp_path, "x", TARGET)
    assert path.read_bytes() == before


def test_a_changed_line_is_refused(tmp_path):
    Points(tmp_path, "x", TARGET)
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes().replace(b"inputs", b"imputs"))
    with pytest.raises(IntegrityError):
        Points(tmp_path, "x", TARGET)


def test_an_empty_journal_is_started_anew(tmp_path):
    (tmp_path / NAME).touch()
    Points(tmp_path, "x", TARGET)
    assert journal.read(tmp_path / NAME)[0]["inputs"] == "x"


def test_a_failed_run_is_reported_with_the_values_of_its_point(tmp_path, monkeypatch):
    failed = failed_result(RunSpec(0, 0, 1, 0), 0.1, "boom")
    monkeypatch.setattr(point_store, "submit_all", lambda jobs, target: [[failed]])
    with pytest.raises(EnvironmentProblemError, match=r"(?s)Run 0 of a point failed: boom.*authority\.posts.*12"):
        Points(tmp_path, "x", TARGET).evaluate("a", [SHORT], 2, 1, total)


def test_points_before_a_failed_one_are_kept(executed, tmp_path):
    def fail_for_two(get):
        if get("leavers")[0, 0] > 20_000:
            msg = "figures cannot be computed"
            raise ArithmeticError(msg)
        return total(get)

    with pytest.raises(ArithmeticError):
        evaluate(tmp_path, scenarios=[THIRD, SHORT], reduce=fail_for_two)
    executed.clear()
    assert evaluate(tmp_path, scenarios=[THIRD, SHORT]) == [48_011.0, 24_011.0]
    assert {arm for arm, _, _ in executed} == {0}


def test_measures_are_looked_up_by_name_and_averaged_over_authorities():
    """Two runs, two authorities, three weeks: fear is 1 and 3, so the mean authority has 2."""
    tables = np.zeros((2, len(MEASURES), 2, 3))
    fear = [m.name for m in MEASURES].index("fear")
    tables[:, fear, 0], tables[:, fear, 1] = 1.0, 3.0
    get = lookup(tables)
    assert get("fear").tolist() == [[2.0] * 3] * 2
    assert not get("turnover").any()
    with pytest.raises(KeyError):
        get("joy")
