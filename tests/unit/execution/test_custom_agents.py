"""Custom agent classes on the command line: MODULE:CLASS, with every problem reported at once."""

import sys
import textwrap

import pytest

from redbead.engine.mesa_agents import Leader, Manager, SocialWorker
from redbead.exceptions import BadInputError
from redbead.execution.custom_agents import classes
from redbead.execution.executors import can_be_imported

MODULE = """
    from redbead import Leader, Manager, SocialWorker

    class Open(SocialWorker): pass
    class Silent(SocialWorker): pass
    class VeryOpen(Open): pass
    class Kind(Manager): pass
    class Calm(Leader): pass
    class Unrelated: pass
    NUMBER = 7
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module in the current folder, which is not on the path of Python."""
    (tmp_path / "own_agents.py").write_text(textwrap.dedent(MODULE))
    (tmp_path / "broken_agents.py").write_text("1 / 0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry != str(tmp_path)])
    for name in ("own_agents", "broken_agents"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_each_class_replaces_the_agent_it_is_derived_from(module):
    replaced = classes(["own_agents:VeryOpen", "own_agents:Kind", "own_agents:Calm"])
    assert {kind: custom.__name__ for kind, custom in replaced.items()} == {
        SocialWorker: "VeryOpen", Manager: "Kind", Leader: "Calm",
    }  # fmt: skip


def test_no_names_import_nothing():
    assert classes([]) == {}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("own_agents", "has no class name"),
        ("own_agents:", "has no class name"),
        ("own_agents:Missing", "the module own_agents has no class Missing"),
        ("no_such_module_here:X", "cannot be imported: ModuleNotFoundError"),
        ("broken_agents:X", "cannot be imported: ZeroDivisionError: division by zero"),
        ("own_agents:Unrelated", "is not an agent class"),
        ("own_agents:NUMBER", "is not an agent class"),
        ("own_agents:SocialWorker", "is not an agent class"),
    ],
)
def test_a_name_that_is_no_custom_agent_is_refused_with_its_reason(module, name, message):
    with pytest.raises(BadInputError, match=message):
        classes([name])


def test_two_classes_for_one_agent_are_refused(module):
    with pytest.raises(BadInputError, match="is the second class that replaces SocialWorker"):
        classes(["own_agents:Open", "own_agents:Silent"])


def test_all_problems_are_reported_together(module):
    with pytest.raises(BadInputError) as caught:
        classes(["own_agents", "own_agents:Missing", "own_agents:Open", "own_agents:Unrelated"])
    assert [problem.key for problem in caught.value.problems] == [
        "own_agents", "own_agents:Missing", "own_agents:Unrelated",
    ]  # fmt: skip
    assert all(problem.hint for problem in caught.value.problems)


def test_only_classes_of_modules_can_be_sent_to_other_processes(module):
    """A class of a notebook belongs to ``__main__``, which another process does not have."""
    replaced = classes(["own_agents:Open"])
    assert can_be_imported(replaced.items())
    replaced[SocialWorker].__module__ = "__main__"
    assert not can_be_imported(replaced.items())
