"""Executors: equal results on threads, in processes and on clusters, and isolation of failures."""

import dataclasses
import importlib
import multiprocessing
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from redbead.engine.mesa_agents import SocialWorker
from redbead.exceptions import BadInputError, EnvironmentProblemError
from redbead.execution import process_pool
from redbead.execution.executors import ExecutionTarget, can_be_imported, submit_all
from redbead.execution.jobs import Job, RunSpec, classes, with_source_digest
from redbead.levers.base import KINDS
from redbead.scenario.loader import load
from redbead.scenario.plugins import load_plugins

TINY = {"authority.posts": 6, "time.years": 0.2, "time.warm_up_years": 0.1}
MODULE = """
import os
import signal
import time
from pathlib import Path

from redbead import SocialWorker


class Failing(SocialWorker):
    def willingness_to_report(self, severity=1.0):
        seed = self.model.seed_used
        if seed == 2:
            raise ArithmeticError("seed 2 fails")
        if seed == 3:
            time.sleep(600)
        if seed == 4:
            os._exit(9)
        if seed == 6:
            os._exit(0)
        if seed == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        if seed == 8:
            os.kill(os.getpid(), signal.SIGSEGV)
        if seed == 9:
            raise EOFError("seed 9 fails")
        return super().willingness_to_report(severity)


def start():
    # Kill the first processes while they start; their number is the content of a file.
    left = int(Path("deaths").read_text())
    Path("deaths").write_text(str(left - 1))
    if left > 0:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def jobs_with(seeds, agents=(), size=1):
    scenario = load("baseline").set(TINY)
    specs = [RunSpec(0, k, seed, 0) for k, seed in enumerate(seeds)]
    return [Job((scenario,), tuple(specs[k : k + size]), agents) for k in range(0, len(specs), size)]


@pytest.fixture
def failing_agents(tmp_path, monkeypatch):
    """Custom agents in a module of the current folder."""
    (tmp_path / "my_agents.py").write_text(textwrap.dedent(MODULE))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return tuple(classes(["my_agents:Failing"]).items())


@pytest.mark.slow  # new processes compile the rules of agents
def test_runs_that_fail_hang_or_crash_do_not_affect_other_runs(failing_agents):
    target = ExecutionTarget(2, limit=6.0, processes=True)
    batch = jobs_with((1, 2, 3, 4, 5, 6, 7, 8, 9), failing_agents, size=2)
    results = {item.spec.seed: item for done in submit_all(batch, target) for item in done}
    assert set(results) == {1, 2, 3, 4, 5, 6, 7, 8, 9}
    assert {seed for seed, item in results.items() if item.weekly is not None} == {1, 5}
    lines = {seed: 1 + line_of(f"seed {seed} fails") for seed in (2, 9)}
    assert results[2].cause == f"ArithmeticError: seed 2 fails (my_agents.py, line {lines[2]})"
    assert results[3].cause == "the run exceeded the time limit of 6 s and was abandoned"
    assert results[4].cause == "the process of the run ended with exit code 9 (a rule may call os._exit), 2 times"
    assert results[6].cause == "the run ended its process (os._exit), 2 times"
    assert results[7].cause == "the process of the run was killed (SIGKILL; the memory may be too small), 2 times"
    assert results[8].cause == "the process of the run was killed (SIGSEGV), 2 times"
    assert results[9].cause == f"EOFError: seed 9 fails (my_agents.py, line {lines[9]})"


def line_of(text):
    """Index of the line of the module with this text."""
    return next(number for number, line in enumerate(MODULE.splitlines()) if text in line)


@pytest.mark.slow  # new processes
@pytest.mark.parametrize("deaths", [1, 2])
def test_a_pool_of_which_a_process_dies_while_it_starts_is_replaced(failing_agents, monkeypatch, deaths):
    results = runs_of_a_pool(monkeypatch, deaths, processes=1)
    assert [item.cause for item in results] == ["", "", ""]


@pytest.mark.slow  # new processes
@pytest.mark.parametrize("processes", [1, 2])
def test_a_pool_that_never_starts_ends_with_a_message(failing_agents, monkeypatch, processes):
    with pytest.raises(EnvironmentProblemError, match=r"died while it started, 3 times(.|\n)*Finished runs are kept"):
        runs_of_a_pool(monkeypatch, 1000, processes)


@pytest.mark.parametrize(("folder", "cached", "compiled"), [("x", True, 0), ("x", False, 1), (None, False, 0)])
def test_the_kernels_of_custom_agents_are_compiled_once_for_all_processes(monkeypatch, folder, cached, compiled):
    """Without a folder for compiled code each process must compile, so that this one need not."""
    calls = []
    monkeypatch.setattr(process_pool, "cache_folder", lambda: folder)
    monkeypatch.setattr(process_pool, "is_cached", lambda name: cached)
    monkeypatch.setattr(process_pool, "compile_for_agents", lambda: calls.append("compiled"))
    process_pool.RestartingPool(2, 60.0).stop()
    assert len(calls) == compiled


def runs_of_a_pool(monkeypatch, deaths, processes):
    """Runs in processes of which the first die while they start."""
    Path("deaths").write_text(str(deaths))
    monkeypatch.setattr(
        "redbead.execution.process_pool._initialise_process", importlib.import_module("my_agents").start
    )
    target = ExecutionTarget(processes, limit=60.0, processes=True)
    return [item for done in submit_all(jobs_with((1, 2, 3)), target) for item in done]


@pytest.mark.slow  # likewise
def test_custom_agents_give_equal_results_in_processes_and_on_threads(failing_agents):
    targets = (ExecutionTarget(2, processes=True), ExecutionTarget(1))
    first, second = (
        {
            item.spec.seed: item.weekly.tobytes()
            for done in submit_all(jobs_with((1, 5), failing_agents), target)
            for item in done
        }
        for target in targets
    )
    assert first == second


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
AGENTS = """
import redbead as rb


class Open(rb.SocialWorker):
    def willingness_to_report(self, severity=1.0):
        return 1.0
"""


@pytest.mark.slow  # likewise
@pytest.mark.parametrize("name", ["my_open", "my_module"])
def test_custom_agents_and_plug_ins_give_equal_results_in_processes_and_on_threads(plugin, name):
    """The agents are in another module, or in that of the plug-in."""
    plugin(PLUGIN)
    plugin(AGENTS, "my_open")
    load_plugins("my_module")
    quiet = KINDS["my_module:Quiet"](from_week=2)
    scenario = dataclasses.replace(load("baseline").set(TINY), levers=(quiet,))
    agents = tuple(classes([f"{name}:Open"]).items())
    batch = [with_source_digest(Job((scenario,), (RunSpec(0, k, k, 0),), agents)) for k in (1, 2, 3)]
    first, second = (
        {item.spec.seed: (item.cause, item.weekly is not None and item.weekly.tobytes())
         for done in submit_all(batch, target) for item in done}
        for target in (ExecutionTarget(2, processes=True), ExecutionTarget(1))
    )  # fmt: skip
    assert first == second
    assert [cause for cause, _ in first.values()] == [""] * 3


def test_local_classes_cannot_be_imported_by_other_processes(failing_agents):
    class Local(SocialWorker):
        pass

    assert can_be_imported(failing_agents)
    assert not can_be_imported([(SocialWorker, Local)])


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("tcp://192.0.2.7:8786", "is not safe: tcp:// to another machine is not encrypted"),
        ("127.0.0.1:8786", "is not the address of a scheduler"),
        ("tcp://127.0.0.1", "is not the address of a scheduler"),
        ("http://127.0.0.1:8786", "is not the address of a scheduler"),
    ],
)
def test_an_unsafe_or_invalid_address_is_refused(address, message):
    with pytest.raises(BadInputError, match=message):
        list(submit_all(jobs_with((1,)), ExecutionTarget(1, cluster=address)))


def test_a_scheduler_that_does_not_answer_is_reported(monkeypatch):
    distributed = pytest.importorskip("distributed")

    def time_out(*_, **__):
        msg = "no answer"
        raise TimeoutError(msg)

    monkeypatch.setattr(distributed, "Client", time_out)
    with pytest.raises(EnvironmentProblemError, match="no Dask scheduler answers"):
        list(submit_all(jobs_with((1,)), ExecutionTarget(1, cluster="tcp://127.0.0.1:9")))


def test_a_missing_package_is_reported_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EnvironmentProblemError, match=r"pip install 'redbead\[cluster\]'"):
        list(submit_all(jobs_with((1,)), ExecutionTarget(1, cluster="tcp://127.0.0.1:8786")))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("my_agents", "has no class name"),
        ("no_such_module_here:X", "is not a module in the current folder"),
        ("my_agents:Missing", "the module my_agents has no class Missing"),
        ("my_agents:os", "is not an agent class"),
    ],
)
def test_an_invalid_agent_class_is_refused(failing_agents, name, message):
    with pytest.raises(BadInputError, match=message):
        classes([name])


@pytest.mark.parametrize(
    ("importing", "pool", "ended"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_only_a_process_that_imports_an_unguarded_script_ends(monkeypatch, tmp_path, importing, pool, ended):
    """It leaves a file from which its parent knows the reason."""
    codes, marker = [], tmp_path / "marker"
    monkeypatch.setattr(process_pool.os, "_exit", codes.append)
    if importing:
        monkeypatch.setattr(multiprocessing.current_process(), "_inheriting", True, raising=False)
    if pool:
        monkeypatch.setenv(process_pool._UNGUARDED, str(marker))
    process_pool.end_if_started_by_import()
    assert (codes, marker.exists()) == ([1] * ended, ended)


OPEN = """
import redbead as rb

class Open(rb.SocialWorker):
    def willingness_to_report(self, severity=1.0):
        return 1.0
"""
SCRIPT = """
import redbead as rb
from my_agents import Open

GUARD
    print(rb.run(rb.load("baseline").set({"time.years": 0.1, "time.warm_up_years": 0, "authority.posts": 6}), runs=2,
                 agents={rb.SocialWorker: Open}).digest())
"""


@pytest.mark.slow  # processes that import the model
@pytest.mark.parametrize("guard", ["if __name__ == '__main__':", "if True:"])
def test_a_script_without_a_guard_ends_with_one_sentence_that_names_it(tmp_path, guard):
    (tmp_path / "my_agents.py").write_text(OPEN)
    (tmp_path / "my_script.py").write_text(SCRIPT.replace("GUARD", guard))
    done = subprocess.run([sys.executable, "my_script.py"], cwd=tmp_path, capture_output=True, text=True)
    if guard != "if True:":
        assert (done.returncode, len(done.stdout)) == (0, 65), done.stderr
        return
    assert done.returncode == 1
    assert done.stderr.count("Traceback") == 1
    assert "my_script.py: the call with custom agents must be below if __name__ == '__main__'." in done.stderr
