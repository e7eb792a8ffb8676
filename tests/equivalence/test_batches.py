"""D2: one summary and one digest, whatever the place, the order, the kills, the extensions (trust.md, section 2.1)."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from redbead.analysis.digest import digest
from redbead.execution.executors import ExecutionTarget
from redbead.storage import journal, run_store
from redbead.storage.atomic_files import read_parquet
from redbead.studies import replay
from redbead.studies.comparison import folder
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.reader import read_batch
from redbead.studies.comparison.study import RunOptions, compare

BATCH = """
format: 1
policies:
  today: {authority: {posts: 12}}
  strikes: {authority: {posts: 12}, levers: [{kind: two-strikes, from_week: 4}]}
  no visits: {authority: {posts: 12}, inspection: {regime: none}}
  learning:
    authority: {posts: 12}
    levers: [{kind: just-culture, from_week: 4}, {kind: improvement-time, from_week: 8}]
mix: {both: [strikes, learning]}
time: {years: 1, warm_up_years: 0.5}
theories: [balanced, blame-deters]
package: {policy: both, runs: 6}
switching: {policy: strikes, parameters: [practice.deterrence], points: 2, runs: 4}
runs: 24
"""


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """A small batch of 12 posts with everything in it."""
    path = tmp_path_factory.mktemp("batch") / "small.yaml"
    path.write_text(BATCH)
    return path


def made(batch, target, place=None, *, backwards=False, **changes):
    """Run the batch into a folder; its digest, and the bytes of its summary."""
    comparison = read_batch(batch, **changes)
    compare(comparison, target, RunOptions(place or ExecutionTarget(2), backwards=backwards), command=["test"])
    return digest(target), (target / "summary.csv").read_bytes()


@pytest.fixture(scope="module")
def straight(batch, tmp_path_factory):
    """The batch, run straight through on two threads."""
    target = tmp_path_factory.mktemp("straight") / "run"
    return *made(batch, target), target


@pytest.mark.parametrize("place", [ExecutionTarget(1), ExecutionTarget(3)], ids=["one job", "three jobs"])
def test_any_number_of_jobs(batch, straight, tmp_path, place):
    assert made(batch, tmp_path / "run", place) == straight[:2]


def test_backwards(batch, straight, tmp_path):
    assert made(batch, tmp_path / "run", backwards=True) == straight[:2]


@pytest.mark.slow
def test_in_processes(batch, straight, tmp_path):
    assert made(batch, tmp_path / "run", ExecutionTarget(2, processes=True)) == straight[:2]


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextlib.contextmanager
def cluster():
    """A Dask scheduler with two workers on loopback; gives its address."""
    address = f"tcp://127.0.0.1:{free_port()}"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    port = address.rpartition(":")[2]
    here = [subprocess.Popen([*dask, port, "--no-dashboard", "--no-show"], **quiet)]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"]
    try:
        time.sleep(1)
        here += [subprocess.Popen([*worker, "--host", "127.0.0.1"], **quiet) for _ in range(2)]
        wait_for_workers(address)
        yield address
    finally:
        for process in reversed(here):
            process.terminate()
        for process in here:
            process.wait(20)


def wait_for_workers(address):
    from distributed import Client

    with Client(address, timeout="30s", set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_on_a_cluster_with_two_workers(batch, straight, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with cluster() as address:
        assert made(batch, tmp_path / "run", ExecutionTarget(2, cluster=address)) == straight[:2]


def test_extended(batch, straight, tmp_path):
    """10 runs, then 24: nothing that is there is run again, and the end is the same as straight."""
    made(batch, tmp_path / "run", runs=10)
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "run" / "store").glob("chunk-*.npy")}
    assert made(batch, tmp_path / "run") == straight[:2]
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "run" / "store").glob("chunk-*.npy")}
    assert before.items() < after.items()


@pytest.mark.slow
def test_a_smaller_number_of_a_larger_store_is_what_it_would_have_been_alone(batch, tmp_path):
    few = made(batch, tmp_path / "few", runs=7)
    made(batch, tmp_path / "run")
    assert made(batch, tmp_path / "run", runs=7) == few


@pytest.mark.slow
def test_each_run_alone(batch, straight):
    """Run 17 of every policy under every theory, made alone, is the run of the batch."""
    runs = read_parquet(straight[2] / "runs.parquet", ("policy", "run"))
    keys = [key for key in runs["key"] if key.endswith("-18")]
    assert len(keys) == 10
    for key in keys:
        run = replay.find_run(straight[2], key)
        assert replay.is_identical(straight[2], run, replay.repeat_run(run).weekly), key


def test_the_same_command_again_changes_no_file(batch, straight):
    files = [path for path in straight[2].rglob("*") if path.is_file() and path.name != "lock"]
    before = {path: path.stat().st_mtime_ns for path in files}
    assert made(batch, straight[2]) == straight[:2]
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_folder_comes_back_as_it_was_written(batch, straight):
    found = folder.load(straight[2])
    assert found.comparison.names == read_batch(batch).names
    assert arms_of(found.comparison).roles == arms_of(read_batch(batch)).roles


KILLED = """
import sys
import time
from pathlib import Path
from redbead.study.running import orders
from tests.equivalence.test_batches import made
from redbead.execution.executors import Place
from redbead.study.store import store
store.CHUNK_ROWS, store.PATIENCE = 8, 0.05
make = orders.Bench.make
orders.Bench.make = lambda bench, row: time.sleep(0.04) or make(bench, row)  # so that kills find it at work
made(Path(sys.argv[1]), Path(sys.argv[2]), Place(2))
"""


@pytest.mark.slow
def test_killed_at_twenty_random_moments_and_resumed(batch, straight, tmp_path):
    """SIGKILL after a time that is drawn: what was acknowledged stays, nothing runs twice, the end is the same."""
    dice = random.Random(20151214)
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{root / 'model'}"}
    killed, folder_number, kept = 0, 0, set()
    while killed < 20:
        target = tmp_path / f"run-{folder_number}"
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(batch), str(target)], env=environment)
        try:
            process.wait(dice.uniform(1.2, 2.2))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        if process.wait() == 0:  # it was quicker than its killer: once more from the beginning
            whole(batch, target, straight)
            folder_number, kept = folder_number + 1, set()
            continue
        killed += 1
        if (target / "store" / journal.NAME).is_file():
            done = run_store.open_read_only(target).done
            assert kept <= done, "a run that was acknowledged is lost"
            kept = done
    whole(batch, tmp_path / f"run-{folder_number}", straight)


def whole(batch, target, straight):
    """The batch ends as if nothing had been, and no finished run was made twice."""
    assert made(batch, target) == straight[:2]
    run_store.open_read_only(target).check()
    told = [tuple(row[:2]) for fact in journal.read(target / "store" / journal.NAME)[1:] for row in fact["runs"]]
    assert len(told) == len(set(told))
