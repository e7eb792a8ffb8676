"""Threads, processes, a cluster: the same results; who dies or hangs takes nobody along."""

import sys
import textwrap

import pytest

from redbead.engine.mesa_agents import SocialWorker
from redbead.exceptions import BadInputError, EnvironmentProblemError
from redbead.execution.custom_agents import classes
from redbead.execution.executors import ExecutionTarget, can_travel, submit_all
from redbead.execution.jobs import Job, RunSpec
from redbead.scenario.loader import load

TINY = {"authority.posts": 6, "time.years": 0.2, "time.warm_up_years": 0.1}
MODULE = """
import os
import time

from redbead import SocialWorker


class Sick(SocialWorker):
    def willingness_to_report(self, severity=1.0):
        seed = self.model.seed_used
        if seed == 2:
            raise ArithmeticError("seed 2 is sick")
        if seed == 3:
            time.sleep(600)
        if seed == 4:
            os._exit(9)
        return super().willingness_to_report(severity)
"""


def orders_of(seeds, agents=(), size=1):
    scenario = load("baseline").set(TINY)
    rows = [RunSpec(0, k, seed, 0) for k, seed in enumerate(seeds)]
    return [Job((scenario,), tuple(rows[k : k + size]), agents) for k in range(0, len(rows), size)]


@pytest.fixture
def sick(tmp_path, monkeypatch):
    """A module of somebody's own in the folder where she works."""
    (tmp_path / "ward.py").write_text(textwrap.dedent(MODULE))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "ward", raising=False)
    return tuple(classes(["ward:Sick"]).items())


@pytest.mark.slow  # new processes compile what agents need
def test_in_processes_one_raises_one_hangs_one_dies_and_the_others_are_kept(sick):
    place = ExecutionTarget(2, limit=6.0, processes=True)
    found = {item.row.seed: item for lot in submit_all(orders_of((1, 2, 3, 4, 5), sick, size=2), place) for item in lot}
    assert set(found) == {1, 2, 3, 4, 5}
    assert {seed for seed, item in found.items() if item.weekly is not None} == {1, 5}
    assert found[2].cause == "ArithmeticError: seed 2 is sick"
    assert found[3].cause == "it took longer than 6 s and was given up"
    assert "its process died (exit code 9)" in found[4].cause


@pytest.mark.slow  # likewise
def test_in_processes_and_on_threads_agents_decide_alike(sick):
    places = (ExecutionTarget(2, processes=True), ExecutionTarget(1))
    first, second = (
        {item.row.seed: item.weekly.tobytes() for lot in submit_all(orders_of((1, 5), sick), place) for item in lot}
        for place in places
    )
    assert first == second


def test_classes_that_only_this_process_knows_do_not_travel(sick):
    class Local(SocialWorker):
        pass

    assert can_travel(sick)
    assert not can_travel([(SocialWorker, Local)])


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("tcp://192.0.2.7:8786", "open to anybody on the way"),
        ("127.0.0.1:8786", "not an address"),
        ("tcp://127.0.0.1", "not an address"),
        ("http://127.0.0.1:8786", "not an address"),
    ],
)
def test_an_unsafe_or_senseless_address_is_refused(address, what):
    with pytest.raises(BadInputError, match=what):
        list(submit_all(orders_of((1,)), ExecutionTarget(1, cluster=address)))


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    distributed = pytest.importorskip("distributed")

    def nobody(*_, **__):
        msg = "nobody there"
        raise TimeoutError(msg)

    monkeypatch.setattr(distributed, "Client", nobody)
    with pytest.raises(EnvironmentProblemError, match="no Dask scheduler answers"):
        list(submit_all(orders_of((1,)), ExecutionTarget(1, cluster="tcp://127.0.0.1:9")))


def test_without_the_extra_the_command_that_installs_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EnvironmentProblemError, match=r"pip install 'redbead\[cluster\]'"):
        list(submit_all(orders_of((1,)), ExecutionTarget(1, cluster="tcp://127.0.0.1:8786")))


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("ward", "names no class"),
        ("no_such_module_here:X", "cannot be imported"),
        ("ward:Nobody", "the module ward has no Nobody"),
        ("ward:os", "stands in for none"),
    ],
)
def test_a_class_that_is_none_is_told(sick, name, what):
    with pytest.raises(BadInputError, match=what):
        classes([name])
