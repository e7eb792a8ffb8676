"""Jobs: shared warm-ups, results of failed runs, and refusal of other versions."""

import dataclasses
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from redbead.engine.mesa_agents import Leader, Manager, SocialWorker
from redbead.engine.simulate import prepare, simulate, warm_up_key
from redbead.exceptions import BadInputError, EnvironmentProblemError
from redbead.execution import jobs
from redbead.execution.executors import can_be_imported
from redbead.execution.jobs import Job, RunSpec, classes, execute, with_source_digest
from redbead.execution.runs import measure_index
from redbead.levers import LEVERS
from redbead.scenario.loader import load


@pytest.fixture(scope="module")
def policies():
    """Two policies that differ only after the warm-up, and one that differs from the start."""
    short = {"authority.posts": 12, "time.years": 1, "time.warm_up_years": 1}
    strikes = load("two-strikes").set(short)
    return load("baseline").set(short), strikes, load("no-inspection").set(short)


def specs(seeds, scenarios):
    return tuple(RunSpec(s, k, seed, s) for k, seed in enumerate(seeds) for s in range(scenarios))


def test_a_shared_warm_up_does_not_change_results(policies):
    """Results equal those of separate runs byte for byte, in either order of the runs."""
    job = Job(policies, specs((3, 4), 3))
    for results in (list(execute(job)), list(execute(job.subset(job.specs[::-1])))):
        assert len(results) == 6
        for item in results:
            alone = simulate(prepare(policies[item.spec.scenario]), item.spec.seed).weekly
            assert item.weekly.tobytes() == np.ascontiguousarray(alone.transpose(2, 1, 0)).tobytes()


def test_the_warm_up_key_depends_only_on_inputs_of_the_warm_up(policies):
    today, strikes, uninspected = (warm_up_key(prepare(policy)) for policy in policies)
    assert today == strikes
    assert today != uninspected
    assert today != warm_up_key(prepare(policies[0].set({"time.warm_up_years": 2})))
    assert today == warm_up_key(prepare(policies[0].set({"time.years": 2})))
    assert today != warm_up_key(prepare(policies[0].set({"authority.posts": 18})))


def test_without_a_warm_up_a_lever_from_week_0_changes_the_initial_state():
    no_warm_up = {"authority.posts": 12, "time.years": 0.1, "time.warm_up_years": 0}
    today = load("baseline").set(no_warm_up)
    funded = dataclasses.replace(today, levers=(LEVERS["funding"](from_week=0),))
    assert warm_up_key(prepare(today)) != warm_up_key(prepare(funded))


class _UndescribedError(Exception):
    def __str__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (EOFError("end"), "EOFError: end"),
        (SystemExit(3), "SystemExit: 3"),
        (GeneratorExit(), "GeneratorExit"),
        (MemoryError(), "MemoryError"),
        (StopIteration(1), "StopIteration: 1"),
        (_UndescribedError(), "_UndescribedError"),
    ],
)
def test_any_error_of_a_run_is_its_cause_and_stops_no_other_run(monkeypatch, scenario, error, cause):
    results = list(execute(Job((scenario,), specs((1, 2), 1), raising(error, monkeypatch))))
    line = fail_line()
    assert [item.cause for item in results] == [f"{cause} (test_jobs.py, line {line})"] * 2
    assert all(type(error).__name__ in item.trace for item in results)


def test_only_an_interruption_of_the_user_stops_the_runs(monkeypatch, scenario):
    with pytest.raises(KeyboardInterrupt):
        list(execute(Job((scenario,), specs((1, 2), 1), raising(KeyboardInterrupt(), monkeypatch))))


def fail_line():
    """Line of this file that raises the error of :func:`raising`."""
    lines = Path(__file__).read_text().splitlines()
    return 1 + lines.index("        raise error")


def raising(error, monkeypatch):
    """Agents of a run that raises this error."""

    def fail(*_):
        raise error

    monkeypatch.setattr(jobs.Worker, "_run_with_agents", fail)
    return ((SocialWorker, SocialWorker),)


def test_a_failed_run_has_a_cause_and_the_next_run_is_executed(engine, scenario):
    engine.add(8)
    results = list(execute(Job((scenario,), (RunSpec(0, 0, 7, 0), RunSpec(0, 1, 8, 0), RunSpec(0, 2, 9, 0)))))
    assert [item.weekly is None for item in results] == [False, True, False]
    assert results[1].cause == "ArithmeticError: seed 8 fails"
    assert "Traceback" in results[1].trace


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_run_with_values_that_are_not_finite_has_failed(monkeypatch, engine, scenario, value):
    """A store would refuse them, so such a run of a custom agent must fail when it is executed."""
    simulated = jobs.Worker.run

    def run(worker, spec):
        output = simulated(worker, spec)
        if spec.seed == 1:
            output.weekly[7, 0, measure_index("fear")] = value
        return output

    monkeypatch.setattr(jobs.Worker, "run", run)
    first, second = execute(Job((scenario,), specs((1, 2), 1)))
    assert first.weekly is None
    assert first.cause == "ArithmeticError: fear is not a finite number in week 7"
    assert np.isfinite(second.weekly).all()


def test_a_job_of_another_version_is_refused(engine, scenario):
    job = with_source_digest(Job((scenario,), (RunSpec(0, 0, 1, 0),)))
    assert len(list(execute(job))) == 1
    foreign = Job(job.scenarios, job.specs, sources="0" * 64)
    with pytest.raises(EnvironmentProblemError, match="another version of redbead"):
        list(execute(foreign))


MODULE = """
    from redbead import Leader, Manager, SocialWorker

    class Open(SocialWorker):
        def willingness_to_report(self, severity=1.0): return 1.0
    class Silent(SocialWorker):
        def willingness_to_report(self, severity=1.0): return 0.0
    class VeryOpen(Open): pass
    class Kind(Manager):
        def responds_with_blame(self): return 0.0
    class Calm(Leader):
        def attention(self): return 0.0
    class Unrelated: pass
    NUMBER = 7
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module in the current folder, which is not on the path of Python."""
    (tmp_path / "my_agents.py").write_text(textwrap.dedent(MODULE))
    (tmp_path / "my_broken_agents.py").write_text("1 / 0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry != str(tmp_path)])


def test_each_class_replaces_the_agent_it_is_derived_from(module):
    replaced = classes(["my_agents:VeryOpen", "my_agents:Kind", "my_agents:Calm"])
    assert {kind: custom.__name__ for kind, custom in replaced.items()} == {
        SocialWorker: "VeryOpen", Manager: "Kind", Leader: "Calm",
    }  # fmt: skip


def test_no_names_import_nothing():
    assert classes([]) == {}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("my_agents", "has no class name"),
        ("my_agents:", "has no class name"),
        (":Open", "has no module name"),
        ("my_agents:Missing", "the module my_agents has no class Missing.\n    Choose from: my_agents:Open, "),
        ("my_agents:Opne", "the module my_agents has no class Opne.\n    Did you mean my_agents:Open"),
        ("no_such_module_here:X", "is not a module in the current folder or on the Python path"),
        ("my_broken_agents:X", "cannot be imported: ZeroDivisionError: division by zero"),
        ("my_agents:Unrelated", "is not an agent class"),
        ("my_agents:NUMBER", "is not an agent class"),
        ("my_agents:SocialWorker", "is not an agent class"),
    ],
)
def test_a_name_that_is_no_custom_agent_is_refused_with_its_reason(module, name, message):
    with pytest.raises(BadInputError, match=message):
        classes([name])


def test_two_classes_for_one_agent_are_refused(module):
    with pytest.raises(BadInputError, match="is the second class that replaces SocialWorker"):
        classes(["my_agents:Open", "my_agents:Silent"])


def test_all_problems_are_reported_together(module):
    with pytest.raises(BadInputError) as caught:
        classes(["my_agents", "my_agents:Missing", "my_agents:Open", "my_agents:Unrelated"])
    assert [problem.key for problem in caught.value.problems] == [
        "my_agents", "my_agents:Missing", "my_agents:Unrelated",
    ]  # fmt: skip
    assert all(problem.hint for problem in caught.value.problems)


def test_only_classes_of_modules_can_be_sent_to_other_processes(module):
    """A class of a notebook belongs to ``__main__``, which another process does not have."""
    replaced = classes(["my_agents:Open"])
    assert can_be_imported(replaced.items())
    replaced[SocialWorker].__module__ = "__main__"
    assert not can_be_imported(replaced.items())
