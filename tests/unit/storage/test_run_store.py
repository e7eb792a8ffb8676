"""The store: what is acknowledged is there, whatever was killed when; what is damaged is refused."""

import errno
import os

import numpy as np
import pytest

from redbead.exceptions import EnvironmentProblemError, IntegrityError
from redbead.execution.jobs import RunResult, RunSpec
from redbead.storage import chunks, journal, run_store

HEADER = {"inputs": "i" * 64, "version": "0", "model": "m" * 64, "agents": []}
SHAPE = (3, 1, 5)


def run_of(arm, run, seed=0):
    """A finished run whose table says which it is."""
    return RunResult(RunSpec(arm, run, seed, 0), 0.25, np.full(SHAPE, 100.0 * arm + run))


def sick(arm, run):
    return RunResult(RunSpec(arm, run, 0, 0), 0.5, None, cause="ArithmeticError: sick", trace="Traceback ...")


def test_runs_come_back_as_they_went_in(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as held:
        held.add([run_of(1, 0), run_of(0, 0), sick(0, 1)])
    found = run_store.open_read_only(tmp_path)
    assert found.done == {(0, 0), (1, 0)}
    assert found.failed[0, 1].cause == "ArithmeticError: sick"
    first, second = found.tables([(1, 0), (0, 0)])
    assert (first == 100).all()
    assert (second == 0).all()
    assert first.shape == SHAPE
    assert next(found.tables([(1, 0)], 2)).shape == SHAPE[1:]


def test_many_runs_go_into_few_files_and_none_waits_too_long(tmp_path, monkeypatch):
    with run_store.open_for_writing(tmp_path, HEADER) as held:
        for run in range(run_store.CHUNK_ROWS * 3):
            held.add([run_of(0, run)])
        assert len(list((tmp_path / "store").glob(chunks.PATTERN))) == 3
        monkeypatch.setattr(run_store, "PATIENCE", -1.0)
        held.add([run_of(1, 0)])
        assert (1, 0) in run_store.open_read_only(tmp_path).done


def test_more_runs_are_added_and_a_failed_one_may_come_right(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as held:
        held.add([run_of(0, 0), sick(0, 1)])
    with run_store.open_for_writing(tmp_path, HEADER) as held:
        assert held.done == {(0, 0)}
        held.add([run_of(0, 1)])
    found = run_store.open_read_only(tmp_path)
    assert found.done == {(0, 0), (0, 1)}
    assert not found.failed


def test_a_line_that_was_cut_off_was_never_acknowledged(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as held:
        held.add([run_of(0, 0)])
    path = tmp_path / "store" / journal.NAME
    whole = path.read_bytes()
    line = journal.encoded({"chunk": 2, "sha256": "", "bytes": 0, "runs": [[0, 1, 0.1]]})
    for cut in range(len(line)):
        path.write_bytes(whole + line[:cut])
        assert run_store.open_read_only(tmp_path).done == {(0, 0)}
    with run_store.open_for_writing(tmp_path, HEADER):
        assert path.read_bytes() == whole


def test_every_flipped_bit_of_the_journal_is_noticed(tmp_path):
    """All but in the last line break, after which the last line counts as cut off: a run too few, never a wrong one."""
    with run_store.open_for_writing(tmp_path, HEADER) as held:
        held.add([run_of(0, 0)])
    path = tmp_path / "store" / journal.NAME
    whole = path.read_bytes()
    for place in range(len(whole) - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(IntegrityError, match="damaged or was edited"):
            run_store.open_read_only(tmp_path)
    path.write_bytes(whole[:-1] + b"\x0b")
    assert not run_store.open_read_only(tmp_path).done


def test_every_flipped_bit_of_a_chunk_is_noticed(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as held:
        held.add([run_of(0, 0)])
    path = tmp_path / "store" / chunks.name_of(1)
    whole = path.read_bytes()
    held = run_store.open_read_only(tmp_path)
    held.check()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(IntegrityError, match="Remove that file and give the same command again"):
            held.check()


def test_runs_whose_file_was_removed_are_not_there_any_more(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as held:
        held.add([run_of(0, 0)])
        held.flush()
        held.add([run_of(0, 1), run_of(0, 2)])
    (tmp_path / "store" / chunks.name_of(2)).unlink()
    found = run_store.open_read_only(tmp_path)
    assert found.done == {(0, 0)}
    assert found.lost == 2
    with run_store.open_for_writing(tmp_path, HEADER) as held:
        held.add([run_of(0, 1)])
    assert run_store.open_read_only(tmp_path).done == {(0, 0), (0, 1)}


def test_what_a_kill_left_behind_is_swept(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER) as held:
        held.add([run_of(0, 0)])
    home = tmp_path / "store"
    (home / ".chunk-000002.npy.tmp").write_bytes(b"half")
    (home / "chunk-000009.npy").write_bytes(b"never acknowledged")
    with run_store.open_for_writing(tmp_path, HEADER):
        assert sorted(path.name for path in home.iterdir()) == ["chunk-000001.npy", "journal.jsonl", "lock"]


def test_a_second_command_is_kept_out(tmp_path):
    with run_store.open_for_writing(tmp_path, HEADER):
        second = run_store.open_for_writing(tmp_path, HEADER)
        with pytest.raises(EnvironmentProblemError, match="another command is writing"):
            second.__enter__()


@pytest.mark.parametrize(
    ("other", "what"),
    [({"inputs": "x"}, "other inputs"), ({"model": "x"}, "another version of the model"), ({"format": 7}, "format 7")],
)
def test_runs_of_something_else_are_never_mixed_in(tmp_path, other, what):
    (tmp_path / "store").mkdir()
    journal.append(tmp_path / "store" / journal.NAME, {"format": run_store.FORMAT, **HEADER, **other})
    before = (tmp_path / "store" / journal.NAME).read_bytes()
    with pytest.raises(IntegrityError, match=what), run_store.open_for_writing(tmp_path, HEADER):
        pass
    assert (tmp_path / "store" / journal.NAME).read_bytes() == before


def fill(folder, acknowledged):
    with run_store.open_for_writing(folder, HEADER) as held:
        for run in range(3):
            held.add([run_of(0, run)])
            held.flush()
            acknowledged.add((0, run))


def test_the_writes_that_fail_below_are_all_there_are(tmp_path, monkeypatch):
    """One for the head of the journal; three for each chunk: the file, the folder, the line that acknowledges it."""
    calls = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: calls.append(handle) or fsync(handle))
    fill(tmp_path, set())
    assert len(calls) == 10


@pytest.mark.parametrize("k", range(1, 11))
def test_a_full_disk_at_any_write_loses_nothing_that_was_acknowledged(tmp_path, monkeypatch, k):
    """The k-th forcing to the disk fails for want of room; what was acknowledged stays, and it can go on after."""
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
        with pytest.raises(EnvironmentProblemError, match="the disk is full: make room"):
            fill(tmp_path, acknowledged)
        assert calls == k
    with run_store.open_for_writing(tmp_path, HEADER) as held:
        assert acknowledged <= held.done
        held.check()
        held.add([run_of(0, run) for run in range(3) if (0, run) not in held.done])
    assert run_store.open_read_only(tmp_path).done == {(0, 0), (0, 1), (0, 2)}
