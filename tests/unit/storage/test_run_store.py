"""The run store: acknowledged runs survive interruptions and full disks, and damaged files are refused."""

import errno
import os

import numpy as np
import pytest

from redbead.exceptions import EnvironmentProblemError, IntegrityError
from redbead.execution.jobs import RunResult, RunSpec
from redbead.measures import MEASURES
from redbead.state.world import EVENT_COLUMNS
from redbead.storage import chunks, journal, run_store
from redbead.storage.manifest import LOCK
from redbead.storage.study_folder import header_of

HEADER = header_of("comparison", "i" * 64)
SHAPE = (len(MEASURES), 1, 5)


def run_of(arm, run, seed=0):
    """A finished run whose table contains its arm and number."""
    return RunResult(RunSpec(arm, run, seed, 0), 0.25, np.full(SHAPE, 100.0 * arm + run))


def failed_run(arm, run):
    return RunResult(RunSpec(arm, run, 0, 0), 0.5, None, cause="ArithmeticError: boom", trace="Traceback ...")


def test_stored_runs_are_read_back(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        store.add([run_of(1, 0), run_of(0, 0), failed_run(0, 1)])
    reread = run_store.open_read_only(tmp_path)
    assert reread.done == {(0, 0), (1, 0)}
    assert reread.failed[0, 1].cause == "ArithmeticError: boom"
    first, second = reread.tables([(1, 0), (0, 0)])
    assert (first == 100).all()
    assert (second == 0).all()
    assert first.shape == SHAPE
    assert next(reread.measure([(1, 0)], "turnover")).shape == SHAPE[1:]


def test_runs_are_written_in_chunks_or_after_a_few_seconds(tmp_path, monkeypatch):
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        for run in range(run_store.RUNS_PER_CHUNK * 3):
            store.add([run_of(0, run)])
        assert len(list((tmp_path / "store").glob(chunks.PATTERNS[0]))) == 3
        monkeypatch.setattr(run_store, "FLUSH_AFTER", -1.0)
        store.add([run_of(1, 0)])
        assert (1, 0) in run_store.open_read_only(tmp_path).done


def test_runs_are_added_and_a_failed_run_can_be_repeated(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        store.add([run_of(0, 0), failed_run(0, 1)])
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        assert store.done == {(0, 0)}
        store.add([run_of(0, 1)])
    reread = run_store.open_read_only(tmp_path)
    assert reread.done == {(0, 0), (0, 1)}
    assert not reread.failed


def test_an_incomplete_line_is_not_acknowledged(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        store.add([run_of(0, 0)])
    path = tmp_path / "store" / journal.NAME
    whole = path.read_bytes()
    line = journal.encode({"chunk": 2, "sha256": "", "bytes": 0, "runs": [[0, 1, 0.1]]})
    for cut in range(len(line)):
        path.write_bytes(whole + line[:cut])
        assert run_store.open_read_only(tmp_path).done == {(0, 0)}
    with run_store.open_for_writing(tmp_path, HEADER):
        assert path.read_bytes() == whole


def test_a_changed_byte_of_the_journal_is_detected(tmp_path):
    """A changed final line break makes the last line incomplete, which drops its runs but never changes a result."""
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        store.add([run_of(0, 0)])
    path = tmp_path / "store" / journal.NAME
    whole = path.read_bytes()
    for place in range(len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(IntegrityError, match="damaged or was edited"):
            run_store.open_read_only(tmp_path)
    path.write_bytes(whole[:-1] + b"\x0b")
    assert not run_store.open_read_only(tmp_path).done


def test_a_changed_byte_of_a_chunk_is_detected(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        store.add([run_of(0, 0)])
    path = tmp_path / "store" / chunks.name_of(1)
    whole = path.read_bytes()
    store = run_store.open_read_only(tmp_path)
    store.check()
    for place in (*range(200), *range(200, len(whole), 97), len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(IntegrityError, match="Remove this file and run the same command again"):
            store.check()


def test_runs_of_a_removed_chunk_are_dropped(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        store.add([run_of(0, 0)])
        store.flush()
        store.add([run_of(0, 1), run_of(0, 2)])
    (tmp_path / "store" / chunks.name_of(2)).unlink()
    reread = run_store.open_read_only(tmp_path)
    assert reread.done == {(0, 0)}
    assert reread.lost == 2
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        store.add([run_of(0, 1)])
    assert run_store.open_read_only(tmp_path).done == {(0, 0), (0, 1)}


def test_files_that_a_killed_command_left_are_removed(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        store.add([run_of(0, 0)])
    home = tmp_path / "store"
    (home / ".chunk-000002.npy.tmp").write_bytes(b"half")
    (home / "chunk-000009.npy").write_bytes(b"never acknowledged")
    with run_store.open_for_writing(tmp_path, HEADER):
        assert sorted(path.name for path in home.iterdir()) == ["chunk-000001.npy", "journal.jsonl", "lock"]


def test_a_second_writer_is_refused(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER):
        second = run_store.open_for_writing(tmp_path, HEADER)
        with pytest.raises(EnvironmentProblemError, match="another command is writing"):
            second.__enter__()


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"inputs": "x"}, "other inputs"),
        ({"model": "x"}, "another version of the model"),
        ({"format": 7}, "format 7"),
        ({"kind": "calibration"}, "contains a calibration, not a comparison"),
    ],
)
def test_runs_of_other_inputs_or_versions_are_not_mixed(tmp_path, other, what):
    (tmp_path / "store").mkdir()
    journal.append(tmp_path / "store" / journal.NAME, HEADER | other)
    before = (tmp_path / "store" / journal.NAME).read_bytes()
    with pytest.raises(IntegrityError, match=what), run_store.open_for_writing(tmp_path, HEADER):
        pass
    assert (tmp_path / "store" / journal.NAME).read_bytes() == before


def fill(folder, acknowledged):
    with run_store.open_for_writing(folder, HEADER) as store:
        for run in range(3):
            store.add([run_of(0, run)])
            store.flush()
            acknowledged.add((0, run))


def test_the_store_forces_ten_writes_to_the_disk(tmp_path, monkeypatch):
    """One write for the header of the journal, and three per chunk: file, folder and journal line.

    The next test lets each of these writes fail.
    """
    calls = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: calls.append(handle) or fsync(handle))
    fill(tmp_path, set())
    assert len(calls) == 10


@pytest.mark.parametrize("k", range(1, 11))
def test_a_full_disk_loses_no_acknowledged_run(tmp_path, monkeypatch, k):
    """The k-th write fails because the disk is full. Acknowledged runs stay, and the store can be extended later."""
    calls = 0
    fsync = os.fsync

    def full(handle):
        nonlocal calls
        calls += 1
        if calls == k:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(handle)

    acknowledged = set()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(EnvironmentProblemError, match="Free some space, then run the same command again"):
            fill(tmp_path, acknowledged)
        assert calls == k
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        assert acknowledged <= store.done
        store.check()
        store.add([run_of(0, run) for run in range(3) if (0, run) not in store.done])
    assert run_store.open_read_only(tmp_path).done == {(0, 0), (0, 1), (0, 2)}


def log_of(run, events):
    """A finished run with `events` events, each of which has the number of the run in all columns."""
    return run_of(0, run)._replace(events=np.full((events, len(EVENT_COLUMNS)), run))


def test_event_logs_are_read_back_run_by_run(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        store.add([log_of(run, events) for run, events in ((0, 2), (1, 0), (2, 3))])
        store.flush()
        store.add([run_of(0, 3)])
    reread = run_store.open_read_only(tmp_path)
    assert reread.with_events == {(0, 0), (0, 1), (0, 2)}
    assert [len(reread.events((0, run))) for run in range(4)] == [2, 0, 3, 0]
    assert (reread.events((0, 2)) == 2).all()


def test_runs_without_their_event_file_are_dropped_and_a_changed_one_is_detected(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        store.add([log_of(0, 2)])
    path = tmp_path / "store" / chunks.events_name_of(1)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(IntegrityError, match=r"events-000001\.npy: the file is damaged"):
        run_store.open_read_only(tmp_path).check()
    path.unlink()
    assert run_store.open_read_only(tmp_path).lost == 1


def test_measures_of_another_version_are_found_by_name(tmp_path):
    """A store whose version had two measures, in another order than now: the others are NaN."""
    first, second = MEASURES[5].name, MEASURES[2].name
    header = HEADER | {"measures": [first, second]}
    (tmp_path / "store").mkdir()
    journal.append(tmp_path / "store" / journal.NAME, header)
    table = np.stack([np.full((1, 4), 5.0), np.full((1, 4), 2.0)])
    digest = chunks.write(tmp_path / "store", 1, [table])
    journal.append(tmp_path / "store" / journal.NAME, {"chunk": 1, "sha256": digest, "runs": [[0, 0, 0.1]]})
    store = run_store.open_read_only(tmp_path)
    (read,) = store.tables([(0, 0)])
    assert read.shape == (len(MEASURES), 1, 4)
    assert (read[5] == 5.0).all()
    assert (read[2] == 2.0).all()
    assert np.isnan(read[0]).all()
    assert next(store.measure([(0, 0)], second)).tolist() == [[2.0] * 4]
    assert np.isnan(next(store.measure([(0, 0)], MEASURES[0].name))).all()
    assert next(store.by_chunk([(0, 0)]))[1].shape == (len(MEASURES), 1, 1, 4)


# kills, locks and copies


ALL = {(0, 0), (0, 1), (0, 2)}


def test_a_killed_command_loses_no_acknowledged_run_at_any_moment(changes_of):
    """Killed before each change of the disk. The next command adds what is missing, and every table is right."""
    counts = []

    def check(folder):
        before = run_store.open_read_only(folder).done
        with run_store.open_for_writing(folder, HEADER) as store:
            assert before <= store.done, "a run that a reader has seen stays"
            counts.append(len(store.done))
            store.check()
            store.add([run_of(*key) for key in sorted(ALL - store.done)])
        reread = run_store.open_read_only(folder)
        assert reread.done == ALL
        for key, table in zip(sorted(ALL), reread.tables(sorted(ALL)), strict=True):
            assert (table == 100.0 * key[0] + key[1]).all()
        names = {path.name for path in (folder / "store").iterdir()}
        assert names == {"journal.jsonl", "lock", *reread.hashes}

    assert changes_of(lambda folder: None, lambda folder: fill(folder, set()), check) >= 10
    assert counts == sorted(counts), "a later kill never keeps fewer runs"
    assert set(counts) == {0, 1, 2, 3}


HOLD = """
    import sys
    from pathlib import Path
    from redbead.storage import run_store
    from redbead.storage.study_folder import header_of

    with run_store.open_for_writing(Path(sys.argv[1]), header_of("comparison", "i" * 64)):
        print("ready", flush=True)
        sys.stdin.read()
"""


def test_a_second_process_is_refused_until_the_first_ends_even_if_it_is_killed(tmp_path, second_process):
    first = second_process(HOLD, tmp_path)
    with pytest.raises(EnvironmentProblemError, match="Wait until it ends, then run the same command again"):
        run_store.open_for_writing(tmp_path, HEADER).__enter__()
    assert run_store.open_read_only(tmp_path).done == set(), "reading needs no lock"
    first.kill()
    first.wait()
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        store.add([run_of(0, 0)])
    assert run_store.open_read_only(tmp_path).done == {(0, 0)}


def test_an_error_of_the_command_keeps_the_runs_that_are_waiting(tmp_path):
    """Ctrl-C after a run has finished: the run is written, and the lock is free."""

    def interrupted():
        with run_store.open_for_writing(tmp_path, HEADER) as store:
            store.add([run_of(0, 0)])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with run_store.open_for_writing(tmp_path, HEADER) as again:
        assert again.done == {(0, 0)}


def test_runs_are_read_chunk_by_chunk_in_the_order_of_the_file(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        store.add([run_of(1, 0), run_of(0, 0)])
        store.flush()
        store.add([run_of(0, 1)])
    reread = run_store.open_read_only(tmp_path)
    parts = list(reread.by_chunk([(0, 1), (0, 0), (1, 0)]))
    assert [members for members, _ in parts] == [[(1, 0), (0, 0)], [(0, 1)]]
    assert parts[0][1].shape == (len(MEASURES), 2, 1, 5)
    assert parts[0][1][0, :, 0, 0].tolist() == [100.0, 0.0]
    assert [members for members, _ in reread.by_chunk({(0, 0)})] == [[(0, 0)]]


def test_numbers_of_chunks_are_never_used_twice(tmp_path):
    """The last chunk is removed; the next one still has a new number, so a stale copy cannot be mistaken for it."""
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        for run in range(2):
            store.add([run_of(0, run)])
            store.flush()
    (tmp_path / "store" / chunks.name_of(2)).unlink()
    with run_store.open_for_writing(tmp_path, HEADER) as store:
        store.add([run_of(0, 7)])
    assert set(run_store.open_read_only(tmp_path).chunks) == {1, 3}


def test_a_folder_without_a_store_has_no_runs(tmp_path):
    empty = run_store.open_read_only(tmp_path)
    assert (empty.done, empty.failed, empty.hashes, empty.header) == (set(), {}, {}, {})
    assert not (tmp_path / "store").exists()


def test_a_copy_has_the_same_runs_and_bytes(tmp_path):
    source, target = tmp_path / "a", tmp_path / "b"
    fill(source, set())
    copy = run_store.copy_store(run_store.open_read_only(source), target)
    copy.check()
    assert copy.done == ALL
    for path in (source / "store").glob("*"):
        if path.name != LOCK:
            assert path.read_bytes() == (target / "store" / path.name).read_bytes()


def test_a_killed_copy_is_no_store_or_a_complete_one(changes_of):
    """The journal is copied last, and a run is acknowledged by the journal only."""

    def check(folder):
        copy = run_store.open_read_only(folder / "b")
        copy.check()
        assert copy.done in (set(), ALL)
        run_store.copy_store(run_store.open_read_only(folder / "a"), folder / "b").check()
        assert run_store.open_read_only(folder / "b").done == ALL

    def copy(folder):
        run_store.copy_store(run_store.open_read_only(folder / "a"), folder / "b")

    assert changes_of(lambda folder: fill(folder / "a", set()), copy, check) >= 5
