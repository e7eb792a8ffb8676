"""Compilation by two processes: when the second one starts, and that the first one uses what it compiled."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import redbead as rb
from redbead.engine import parallel_compilation as compilation

MODEL = Path(rb.__file__).parents[1]

RUN = "import redbead as rb; print(rb.run('baseline', seed=1).weekly['hidden_errors'].sum())"


@pytest.fixture
def started(monkeypatch):
    """Commands of the processes that would be started; two processors, and nothing compiled."""
    commands = []

    class Process:
        def __init__(self, command, **_streams):
            commands.append(command)

        def kill(self):
            pass

        wait = kill

    monkeypatch.setattr(subprocess, "Popen", Process)
    monkeypatch.setattr(compilation, "_start", compilation._start.__wrapped__)
    monkeypatch.setattr(compilation, "_processors", lambda: 2)
    monkeypatch.setattr(compilation, "is_cached", lambda _name: False)
    monkeypatch.setattr(compilation, "OFF", False)
    return commands


def test_a_second_process_imports_from_the_folders_of_the_first(started):
    compilation.start_second_process()
    ((python, _option, _code, *folders),) = started
    assert (python, folders) == (sys.executable, sys.path)


@pytest.mark.parametrize(
    ("name", "value"),
    [("_processors", lambda: 1), ("is_cached", lambda _name: True), ("cache_folder", lambda: None), ("OFF", True)],
    ids=["one processor", "compiled before", "nothing can be kept", "no compilation"],
)
def test_no_second_process_starts_where_it_cannot_help(started, monkeypatch, name, value):
    monkeypatch.setattr(compilation, name, value)
    compilation.start_second_process()
    assert started == []


def test_one_process_compiles_everything_where_no_other_can_be_started(started, monkeypatch):
    def refuse(*_args, **_streams):
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", refuse)
    compilation.start_second_process()
    assert started == []


@pytest.mark.slow
@pytest.mark.skipif(compilation._processors() < 2, reason="needs two processors")
def test_a_run_uses_phases_that_the_second_process_compiled_and_its_result_is_the_same(tmp_path):
    environment = {"PYTHONPATH": str(MODEL), "REDBEAD_CACHE": str(tmp_path), "NUMBA_DEBUG_CACHE": "1"}
    run = subprocess.run(
        [sys.executable, "-c", RUN], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    lines = run.stdout.splitlines()
    assert any("data loaded" in line and ".oversight_phase" in line for line in lines)
    assert float(lines[-1]) == rb.run("baseline", seed=1).weekly["hidden_errors"].sum()
