"""Batches give one digest for any execution target, order of jobs, interruption and extension."""

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
from redbead.execution.runs import RunOptions
from redbead.scenario.loader import load
from redbead.storage import journal, run_store
from redbead.storage.parquet import read_parquet
from redbead.studies import replay
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.inputs import single
from redbead.studies.comparison.reader import read_batch
from redbead.studies.comparison.study import compare
from redbead.studies.stored_runs import load_results

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
    """A small batch of 12 posts that uses all options."""
    path = tmp_path_factory.mktemp("batch") / "small.yaml"
    path.write_text(BATCH)
    return path


def run_batch(batch, target, place=None, *, backwards=False, **changes):
    """Run a batch, or 200 runs of one scenario, into a folder; return its digest and the bytes of its summary."""
    comparison = single(load(batch), runs=200, seed=1) if batch.stem == "alone" else read_batch(batch, **changes)
    compare(comparison, target, RunOptions(place or ExecutionTarget(2), backwards=backwards), command=["test"])
    return digest(target), (target / "summary.csv").read_bytes()


@pytest.fixture(scope="module")
def straight(batch, tmp_path_factory):
    """The batch, run without interruption on two threads."""
    target = tmp_path_factory.mktemp("straight") / "run"
    return *run_batch(batch, target), target


def test_results_are_identical_with_one_job(batch, straight, tmp_path):
    assert run_batch(batch, tmp_path / "run", ExecutionTarget(1)) == straight[:2]


@pytest.mark.slow
def test_results_are_identical_in_reverse_order_and_with_three_jobs(batch, straight, tmp_path):
    assert run_batch(batch, tmp_path / "run", ExecutionTarget(3), backwards=True) == straight[:2]


@pytest.mark.slow
def test_results_are_identical_in_processes(batch, straight, tmp_path):
    assert run_batch(batch, tmp_path / "run", ExecutionTarget(2, processes=True)) == straight[:2]


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@contextlib.contextmanager
def cluster():
    """Start a Dask scheduler with two workers on the loopback interface; yield its address."""
    address = f"tcp://127.0.0.1:{free_port()}"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    port = address.rpartition(":")[2]
    processes = [subprocess.Popen([*dask, port, "--no-dashboard", "--no-show"], **quiet)]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"]
    try:
        time.sleep(1)
        processes += [subprocess.Popen([*worker, "--host", "127.0.0.1"], **quiet) for _ in range(2)]
        wait_for_workers(address)
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(20)


def wait_for_workers(address):
    from distributed import Client

    with Client(address, timeout="30s", set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_results_are_identical_on_a_cluster(batch, straight, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with cluster() as address:
        assert run_batch(batch, tmp_path / "run", ExecutionTarget(2, cluster=address)) == straight[:2]


PLUGIN = """
from dataclasses import dataclass

import redbead as rb


@dataclass(frozen=True, kw_only=True)
class Quiet(rb.Lever, kind="quiet"):
    \"\"\"Keep part of the day free of meetings.\"\"\"

    audience = "team managers"

    def effects(self):
        return (rb.ParameterEffect("workload.admin_hours", shift=-0.05),)


class Open(rb.SocialWorker):
    def willingness_to_report(self, severity=1.0):
        return 1.0
"""
OWN = """
format: 1
authority: {posts: 6}
time: {years: 0.2, warm_up_years: 0.1}
levers: [{kind: "my_plugin:Quiet", from_week: 2}]
"""


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_custom_agents_and_plug_ins_give_identical_results_on_a_cluster(tmp_path):
    """The workers find the module in their current folder. Elsewhere the command ends with the reason."""
    (tmp_path / "my_plugin.py").write_text(PLUGIN)
    (tmp_path / "own.yaml").write_text(OWN)
    options = ["--runs", "3", "--plugins", "my_plugin", "--agents", "my_plugin:Open"]

    def call(out, *words):
        command = [sys.executable, "-P", "-m", "redbead.cli", "run", "own.yaml", *options, "--out", out, *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    here = call("here")
    assert here.returncode == 0, here.stderr
    with contextlib.chdir(tmp_path), cluster() as address:
        there = call("there", "--cluster", address)
    assert there.returncode == 0, there.stderr
    assert digest(tmp_path / "there") == digest(tmp_path / "here")
    with cluster() as address:
        lost = call("lost", "--cluster", address)
    assert lost.returncode in (2, 3, 5)
    assert "my_plugin" in lost.stderr


def test_extended_batch_equals_a_direct_batch(batch, straight, tmp_path):
    """A batch of 10 runs is extended to 24: stored runs are not repeated, and the results equal a direct batch."""
    run_batch(batch, tmp_path / "run", runs=10)
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "run" / "store").glob("chunk-*.npy")}
    assert run_batch(batch, tmp_path / "run") == straight[:2]
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "run" / "store").glob("chunk-*.npy")}
    assert before.items() < after.items()


@pytest.mark.slow
def test_fewer_runs_of_a_larger_store_equal_a_small_batch(batch, tmp_path):
    few = run_batch(batch, tmp_path / "few", runs=7)
    run_batch(batch, tmp_path / "run")
    assert run_batch(batch, tmp_path / "run", runs=7) == few


@pytest.mark.slow
def test_each_run_can_be_reproduced_alone(batch, straight):
    """Run 17 of every policy and theory, simulated alone, equals the run of the batch."""
    runs = read_parquet(straight[2] / "runs.parquet", ("policy", "run"))
    keys = [key for key in runs["key"] if key.endswith("-18")]
    assert len(keys) == 10
    for key in keys:
        run = replay.find_run(straight[2], key)
        assert replay.is_identical(straight[2], run, replay.repeat_run(run).weekly), key


def test_repeated_command_changes_no_file(batch, straight):
    files = [path for path in straight[2].rglob("*") if path.is_file() and path.name != "lock"]
    before = {path: path.stat().st_mtime_ns for path in files}
    assert run_batch(batch, straight[2]) == straight[:2]
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_loaded_folder_has_the_same_policies(batch, straight):
    loaded = load_results(straight[2])
    assert loaded.comparison.names == read_batch(batch).names
    assert arms_of(loaded.comparison).roles == arms_of(read_batch(batch)).roles


KILLED = """
import sys
import time
from pathlib import Path
from redbead.execution import jobs
from redbead.execution.executors import ExecutionTarget
from redbead.storage import run_store
from tests.equivalence.test_batches import run_batch
run_store.RUNS_PER_CHUNK, run_store.FLUSH_AFTER = 8, 0.05
run = jobs.Worker.run
jobs.Worker.run = lambda worker, spec: time.sleep(0.04) or run(worker, spec)  # slow enough to be interrupted
run_batch(Path(sys.argv[1]), Path(sys.argv[2]), ExecutionTarget(2))
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """One scenario, which ``redbead run`` would run 200 times."""
    path = tmp_path_factory.mktemp("alone") / "alone.yaml"
    path.write_text("authority: {posts: 12}\ntime: {years: 1, warm_up_years: 0.5}\n")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kills"), [("batch", 20), ("alone", 10)])
def test_runs_killed_at_random_moments_resume_to_the_same_results(request, tmp_path, name, kills):
    """After SIGKILL at random times, recorded runs remain, no run is repeated, and the results are the same."""
    batch = request.getfixturevalue(name)
    straight = run_batch(batch, tmp_path / "straight")
    generator = random.Random(20151214)
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{root / 'model'}"}
    killed, folder_number, most_kept, kept = 0, 0, 0, set()
    while killed < kills:
        target = tmp_path / f"run-{folder_number}"
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(batch), str(target)], env=environment)
        if killed % 2:  # every second kill comes at any time, the others once a further run is recorded
            time.sleep(generator.uniform(0.0, 2.2))
        else:
            wait_for_record(process, target / "store" / journal.NAME)
            time.sleep(generator.uniform(0.0, 0.2))
        process.send_signal(signal.SIGKILL)
        code = process.wait()
        if code == 0:  # the batch ended before the signal: start again
            assert_complete(batch, target, straight)
            folder_number, kept = folder_number + 1, set()
            continue
        assert code == -signal.SIGKILL, "the batch failed by itself"
        killed += 1
        if (target / "store" / journal.NAME).is_file():
            done = run_store.open_read_only(target).done
            assert kept <= done, "a recorded run is lost"
            kept, most_kept = done, max(most_kept, len(done))
    assert most_kept > 0, "no run was recorded before a kill"
    assert_complete(batch, tmp_path / f"run-{folder_number}", straight)


def wait_for_record(process, path, limit=120.0):
    """Wait until the process ends or writes to the journal."""
    size = path.stat().st_size if path.is_file() else 0
    deadline = time.monotonic() + limit
    while process.poll() is None and time.monotonic() < deadline:
        if path.is_file() and path.stat().st_size > size:
            return
        time.sleep(0.01)


def assert_complete(batch, target, straight):
    """The batch gives the same results as without interruption, and no run was repeated."""
    assert run_batch(batch, target) == straight
    left = {path.name for path in target.rglob("*") if path.name.startswith(".")}
    assert not left, "temporary files are left"
    run_store.open_read_only(target).check()
    recorded = [tuple(row[:2]) for fact in journal.read(target / "store" / journal.NAME)[1:] for row in fact["runs"]]
    assert len(recorded) == len(set(recorded))
