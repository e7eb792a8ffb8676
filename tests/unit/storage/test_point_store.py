"""The store of design points: each point runs once, failed points are repeated, points of other inputs are refused."""

import io

import numpy as np
import pytest

from redbead.exceptions import EnvironmentProblemError, IntegrityError, RunsFailedError
from redbead.execution import jobs
from redbead.execution.runs import run_options
from redbead.scenario.scenario import Scenario
from redbead.storage import journal
from redbead.storage.atomic_files import sha256
from redbead.storage.point_store import Point, Points, open_points
from redbead.storage.study_folder import header_of

SHORT = Scenario(name="short").set({"time.years": 1, "time.warm_up_years": 0, "authority.posts": 12})
OTHER = SHORT.set({"authority.posts": 18})
HEADER = header_of("calibration", "x")


def total(get):
    return float(get("leavers").sum())


def series(get):
    return {"leavers": get("leavers"), "fear": get("fear")}


def points_of(reduce=total, runs=3):
    return [Point(SHORT, runs, 1, reduce), Point(OTHER, runs, 1, reduce)]


def evaluate(folder, points, *, jobs=2, progress=None, header=HEADER):
    with open_points(folder, header, run_options(jobs=jobs, progress=progress)) as store:
        return store.evaluate("a", points)


@pytest.mark.parametrize("reduce", [total, series], ids=["figures", "series"])
def test_a_repeated_call_runs_nothing_and_returns_the_same(engine, tmp_path, reduce):
    first = evaluate(tmp_path, points_of(reduce))
    reports = []
    second = evaluate(tmp_path, points_of(reduce), jobs=1, progress=reports.append)
    np.testing.assert_equal(first, second)
    assert reports == []
    assert len((tmp_path / "store" / journal.NAME).read_bytes().splitlines()) == 3


def test_points_in_memory_equal_those_of_a_folder(engine, tmp_path):
    assert evaluate(None, points_of()) == evaluate(tmp_path, points_of())


def test_results_do_not_depend_on_the_number_of_jobs(engine, tmp_path):
    """The runs of one point are split over jobs, which finish in any order."""
    one, many = (evaluate(None, points_of(series, runs=40), jobs=jobs) for jobs in (1, 4))
    np.testing.assert_equal(one, many)


def test_each_point_has_its_own_seed_and_number_of_runs(engine):
    """The series of seed 3 alone equals the third row of three runs from seed 1."""
    three, alone = evaluate(None, [Point(SHORT, 3, 1, series), Point(SHORT, 1, 3, series)])
    np.testing.assert_array_equal(three["fear"][2], alone["fear"][0])


def test_a_point_with_an_incomplete_line_is_run_again(engine, tmp_path):
    complete = evaluate(tmp_path, points_of())
    path = tmp_path / "store" / journal.NAME
    path.write_bytes(path.read_bytes()[:-9])
    reports = []
    assert evaluate(tmp_path, points_of(), progress=reports.append) == complete
    assert reports[-1].total == 3


def test_points_of_other_inputs_versions_or_kinds_are_refused(tmp_path):
    evaluate(tmp_path, [])
    for other in (header_of("calibration", "y"), header_of("audit", "x"), HEADER | {"model": "m"}):
        with pytest.raises(IntegrityError, match="Nothing in it was changed"):
            evaluate(tmp_path, [], header=other)


def test_a_changed_line_or_file_is_refused(engine, tmp_path):
    evaluate(tmp_path, points_of(series))
    saved = tmp_path / "store" / "point-000001.npz"
    saved.write_bytes(saved.read_bytes() + b"x")
    with pytest.raises(IntegrityError, match=r"point-000001.npz: the file is damaged"):
        evaluate(tmp_path, points_of(series))
    path = tmp_path / "store" / journal.NAME
    path.write_bytes(path.read_bytes().replace(b"inputs", b"imputs"))
    with pytest.raises(IntegrityError, match="line 1 is damaged"):
        evaluate(tmp_path, points_of(series))


def test_a_second_command_is_refused(tmp_path):
    with open_points(tmp_path, HEADER, run_options()), pytest.raises(EnvironmentProblemError, match="another command"):
        evaluate(tmp_path, [])


def test_failed_runs_are_reported_after_all_other_points_and_repeated_later(engine, tmp_path):
    """Seed 3 fails: both points of three runs need it, the third point does not."""
    engine.add(3)
    points = [*points_of(), Point(SHORT, 2, 1, total)]
    reports = []
    with pytest.raises(RunsFailedError, match=r"(?s)2 of 8 runs failed.*'short' with seed 3: ArithmeticError.*posts"):
        evaluate(tmp_path, points, progress=reports.append)
    assert (reports[-1].done, reports[-1].failed) == (8, 2)
    engine.clear()
    reports.clear()
    assert evaluate(tmp_path, points, progress=reports.append) == evaluate(None, points)
    assert reports[-1].total == 6, "the third point was kept"


def test_a_run_that_exceeds_the_time_limit_fails_and_names_the_limit(engine, monkeypatch, tmp_path):
    import time

    monkeypatch.setattr(jobs.Worker, "run", lambda worker, spec: time.sleep(0.5))
    with pytest.raises(RunsFailedError, match=r"exceeded the time limit of 0\.05 s"):
        Points(None, [], run_options(limit=0.05)).evaluate("a", [Point(SHORT, 1, 1, total)])


def test_progress_refers_to_all_parts_that_were_announced(engine):
    reports = []
    store = Points(None, [], run_options(jobs=1, progress=reports.append))
    store.expect(8)
    store.evaluate("a", points_of())
    store.evaluate("b", [Point(SHORT, 2, 1, total)])
    store.evaluate("a", points_of())
    assert (reports[-1].done, reports[-1].total) == (8, 8)


# values that were changed by hand, with hashes made anew


def change_value(folder, change):
    """Change the record of the point that finished first, whose hash is that of its file."""
    path = folder / "store" / journal.NAME
    lines = [journal.decode(line) for line in path.read_bytes().splitlines(keepends=True)]
    change(lines[1])
    if (saved := folder / "store" / "point-000001.npz").is_file():
        lines[1]["sha256"] = sha256(saved)
    path.write_bytes(b"".join(map(journal.encode, lines)))


class Trap:
    """An object that fails when it is unpickled."""

    def __reduce__(self):
        return exit, (1,)


def archive(**arrays):
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


ROWS = np.zeros((3, 52))
ARCHIVES = {
    "Python objects": archive(leavers=np.full((3, 52), Trap(), dtype=object), fear=ROWS),
    "text": archive(leavers=np.full((3, 52), "x"), fear=ROWS),
    "a missing array": archive(leavers=ROWS),
    "an array too many": archive(leavers=ROWS, fear=ROWS, blame=ROWS),
    "another name": archive(leavers=ROWS, fears=ROWS),
    "another shape": archive(leavers=ROWS, fear=ROWS[:2]),
    "no archive": b"x",
    "an empty file": b"",
    "a truncated archive": archive(leavers=ROWS, fear=ROWS)[:900],
    "one array without an archive": archive(leavers=ROWS)[:1] + b"NUMPY",
}


@pytest.mark.parametrize("stated", [True, False], ids=["with shapes", "of an earlier version"])
@pytest.mark.parametrize("content", ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive_with_other_content_is_refused_unread(engine, tmp_path, content, stated):
    evaluate(tmp_path, points_of(series))
    (tmp_path / "store" / "point-000001.npz").write_bytes(content)
    change_value(tmp_path, lambda record: None if stated else record.pop("arrays"))
    with pytest.raises(IntegrityError, match=r"[Tt]o repeat (the|its) runs"):
        evaluate(tmp_path, points_of(series))


@pytest.mark.parametrize("value", [None, "x", [], {}, [1.0], {"a": 1.0}, True], ids=repr)
def test_a_value_of_another_form_is_refused(engine, tmp_path, value):
    evaluate(tmp_path, points_of())
    change_value(tmp_path, lambda record: record.update({"found": value}))
    if value is None:  # a level that could not be estimated
        assert None in evaluate(tmp_path, points_of())
        return
    with pytest.raises(IntegrityError, match=r"the result of point [01] of 'a' is not one that this study stores"):
        evaluate(tmp_path, points_of())


@pytest.mark.parametrize(
    "change",
    [
        {"part": 1}, {"point": "0"}, {"point": -1}, {"point": 0.5}, {"file": "../secret.npz"},
        {"file": "/etc/passwd"}, {"file": "point-1.npz"}, {"sha256": "x"}, {"arrays": []}, {"arrays": {"fear": 3}},
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_record_of_a_point_is_refused(engine, tmp_path, change):
    evaluate(tmp_path, points_of(series))
    path = tmp_path / "store" / journal.NAME
    lines = [journal.decode(line) for line in path.read_bytes().splitlines(keepends=True)]
    path.write_bytes(b"".join(map(journal.encode, [lines[0], lines[1] | change, *lines[2:]])))
    with pytest.raises(IntegrityError, match="line 2 is damaged or was edited"):
        evaluate(tmp_path, points_of(series))


def test_a_point_whose_file_was_removed_is_run_again(engine, tmp_path):
    complete = evaluate(tmp_path, points_of(series))
    (tmp_path / "store" / "point-000001.npz").unlink()
    reports = []
    np.testing.assert_equal(evaluate(tmp_path, points_of(series), progress=reports.append), complete)
    assert reports[-1].total == 3
    assert sorted(path.name for path in (tmp_path / "store").glob("*.npz")) == ["point-000002.npz", "point-000003.npz"]


def test_files_that_a_killed_command_left_are_removed(engine, tmp_path):
    evaluate(tmp_path, points_of(series))
    for name in ("point-000009.npz", ".point-000003.npz.tmp"):
        (tmp_path / "store" / name).write_bytes(b"half")
    evaluate(tmp_path, points_of(series))
    assert not {"point-000009.npz", ".point-000003.npz.tmp"} & {path.name for path in (tmp_path / "store").iterdir()}
