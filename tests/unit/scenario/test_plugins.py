"""Plug-ins: levers and measures of user code, which is imported only if the user names the module."""

import hashlib
import pickle
import sys

import numpy as np
import pytest

from redbead.analysis.outcomes import OUTCOMES
from redbead.compile_cache import digest_of_source
from redbead.exceptions import BadInputError
from redbead.levers import LEVERS
from redbead.levers.base import KINDS
from redbead.scenario import plugins
from redbead.scenario.loader import load
from redbead.scenario.plugins import PluginError, import_user_module, load_plugins
from redbead.scenario.scenario import Scenario
from redbead.scenario.schedule import schedule

HEAD = """
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import redbead as rb
"""
LEVER = """
@dataclass(frozen=True, kw_only=True)
class QuietHours(rb.Lever, kind="quiet-hours"):
    "Keep part of the day free of meetings."

    audience = "team managers"
    hours: Annotated[float, rb.Param("share", 0, 0.1, "working hours no longer lost")] = 0.02
    yearly_cost: rb.YearlyCost = 30.0

    def effects(self):
        return (rb.ParameterEffect("workload.admin_hours", shift=-self.hours),)
"""
MEASURE = """
@rb.measure(unit="errors/worker/week", better="down")
def errors_per_worker(errors_generated, staff):
    "Practice errors made, per worker in post."
    return errors_generated / np.maximum(staff, 1)
"""


@pytest.fixture
def plugin(plugin):
    """Write a module of several parts after its imports."""
    return lambda *parts, name="my_module": plugin("".join((HEAD, *parts)), name=name)


@pytest.fixture
def scenario_file(tmp_path):
    """Return a function that writes a scenario with one lever and returns its path."""

    def write(lever):
        path = tmp_path / "own.yaml"
        path.write_text(f"format: 1\nlevers:\n  - {{{lever}}}\n")
        return path

    return write


def message_of(error):
    return str(error.value)


# --- use ---


def test_a_lever_is_used_like_a_shipped_one(plugin, scenario_file):
    plugin(LEVER)
    load_plugins("my_module")
    scenario = load(scenario_file("kind: 'my_module:QuietHours', hours: 0.05, from_week: 10"))
    (lever,) = scenario.levers
    assert (lever.kind, lever.hours, lever.yearly_cost) == ("my_module:QuietHours", 0.05, 30.0)
    assert "my_module:QuietHours" in LEVERS
    assert "quiet-hours" not in LEVERS, "a plug-in has one name only"
    rows = schedule(scenario).rows
    base = Scenario().value("workload.admin_hours")
    assert rows.shape[0] == 2
    assert np.isclose(rows, base).any()
    assert np.isclose(rows[1], base - 0.05).any()


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("hour: 0.05", "hour is not a known key.\n    Did you mean hours"),
        ("hours: 0.5", "is outside the range 0 to 0.1"),
        ("hours: many", "must be a number"),
        ("yearly_cost: -1", "is outside the range 0 to 20000"),
        ("from_week: 20, until_week: 10", "the end (week 10) is not after the start"),
    ],
)
def test_values_of_an_own_lever_have_the_messages_of_shipped_levers(plugin, scenario_file, written, words):
    plugin(LEVER)
    load_plugins("my_module")
    with pytest.raises(BadInputError) as error:
        load(scenario_file(f"kind: 'my_module:QuietHours', {written}"))
    own = message_of(error)
    assert words in own
    assert "own.yaml:3:" in own


def test_an_own_lever_twice_or_beside_one_that_it_excludes_is_a_conflict(plugin, scenario_file):
    plugin(LEVER.replace('audience = "team managers"', 'audience = "x"\n    excludes = ("just-culture",)'))
    load_plugins("my_module")
    for other in ("just-culture", "'my_module:QuietHours'"):
        path = scenario_file("kind: 'my_module:QuietHours'")
        path.write_text(f"{path.read_text()}  - {{kind: {other}}}\n")
        with pytest.raises(BadInputError, match=r"cannot be in force together|is in force twice"):
            load(path)


def test_a_measure_is_an_outcome_with_unit_direction_and_values(plugin):
    plugin(MEASURE)
    load_plugins("my_module")
    outcome = OUTCOMES["my_module:errors_per_worker"]
    assert (outcome.unit, outcome.better) == ("errors/worker/year", "down")
    weekly = {"errors_generated": np.array([[2.0, 4.0]]), "staff": np.array([[2.0, 0.0]])}
    assert outcome.of(weekly.__getitem__) == pytest.approx([52 * (1.0 + 4.0) / 2])
    assert list(OUTCOMES)[-1] == "my_module:errors_per_worker"
    assert len(list(OUTCOMES)) == len(OUTCOMES)


def test_a_package_is_a_plug_in_whose_digest_covers_all_its_files(plugin, tmp_path):
    (tmp_path / "my_package").mkdir()
    (tmp_path / "my_package/__init__.py").write_text("from my_package.levers import QuietHours\n")
    (tmp_path / "my_package/levers.py").write_text(HEAD + LEVER)
    load_plugins("my_package")
    assert "my_package:QuietHours" in LEVERS
    before = plugins.LOADED["my_package"].sha256
    for name in ("__init__.py", "levers.py", "never_imported.py"):
        path = tmp_path / "my_package" / name
        path.write_text((path.read_text() if path.exists() else "") + "# changed\n")
        after = digest_of_source(sys.modules["my_package"])
        assert after != before, name
        before = after


def test_the_digest_of_a_plug_in_is_that_of_its_file(plugin, tmp_path):
    plugin(LEVER)
    load_plugins("my_module")
    digest = hashlib.sha256((tmp_path / "my_module.py").read_bytes()).hexdigest()
    assert plugins.LOADED["my_module"] == ("my_module", "my_module.py", digest)


def test_scenarios_with_own_levers_can_be_sent_to_other_processes(plugin):
    plugin(LEVER)
    load_plugins("my_module")
    scenario = Scenario(levers=(LEVERS["my_module:QuietHours"](),))
    assert pickle.loads(pickle.dumps(scenario)) == scenario


# --- nothing is imported unless the user names it ---


@pytest.mark.parametrize("kind", ["my_module:QuietHours", "my_module:Missing", "my_package.levers:QuietHours"])
def test_a_scenario_never_imports_a_module(plugin, scenario_file, tmp_path, kind):
    plugin(LEVER, "\nopen('imported', 'w').close()\n")
    with pytest.raises(BadInputError) as error:
        load(scenario_file(f"kind: '{kind}'"))
    module = kind.partition(":")[0]
    assert f"is a lever of the plug-in {module}, which is not loaded" in message_of(error)
    assert f"--plugins {module}" in message_of(error)
    assert not (tmp_path / "imported").exists()


@pytest.mark.parametrize("kind", ["my_module:QuietHour", "my_module:Param", "my_module:errors"])
def test_a_lever_that_the_plug_in_does_not_define_is_reported_with_those_that_it_does(plugin, scenario_file, kind):
    plugin(LEVER)
    load_plugins("my_module")
    with pytest.raises(BadInputError, match="is not a lever of the plug-in my_module") as error:
        load(scenario_file(f"kind: '{kind}'"))
    assert "It defines my_module:QuietHours." in message_of(error)


# --- faults of the user ---


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "'' is not the name of a module"),
        ("my module", "my module is not the name of a module"),
        ("../my_module", "is not the name of a module"),
        ("my_module:QuietHours", "is not the name of a module"),
        ("my_module.py", "is the name of a file, not of a module.\n    Write my_module."),
        ("redbead", "is a module of redbead itself"),
        ("redbead.levers", "is a module of redbead itself"),
        ("random", "is a module of Python itself"),
        ("my_missing", "is not a module in the current folder or on the Python path"),
        ("numpy", "defines no lever and no measure"),
    ],
)
def test_names_that_are_not_plug_ins_are_refused(plugin, name, words):
    plugin(LEVER)
    with pytest.raises(BadInputError) as error:
        load_plugins(name)
    assert words in message_of(error)
    assert not plugins.LOADED


def test_a_file_with_the_name_of_an_installed_module_is_refused(plugin):
    plugin(LEVER, name="numpy")
    with pytest.raises(BadInputError, match="numpy exists twice"):
        load_plugins("numpy")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("\n1 / 0\n", "my_module.py:8: the module my_module cannot be imported: ZeroDivisionError"),
        ("\ndef broken(:\n", "my_module.py:8: the module my_module cannot be imported: SyntaxError"),
        ("\nimport my_missing\n", "ModuleNotFoundError: No module named 'my_missing'"),
        ("\nraise SystemExit(3)\n", "SystemExit: 3"),
        (LEVER.replace(', kind="quiet-hours"', ""), "needs a unique kind"),
        (LEVER.replace("quiet-hours", "just-culture"), "just-culture|unique kind"),
        (LEVER.replace("def effects", "def effect"), "QuietHours has no method effects()"),
        (LEVER.replace("@dataclass(frozen=True, kw_only=True)", ""), "QuietHours is not a dataclass"),
        (LEVER.replace('"Keep part of the day free of meetings."', ""), "QuietHours has no docstring"),
        (LEVER.replace('audience = "team managers"', ""), "QuietHours has no audience"),
        (LEVER.replace("yearly_cost: rb.YearlyCost", "yearly_cost"), "sets yearly_cost without a type"),
        (LEVER.replace("    yearly_", "    extra: float = 1.0\n    yearly_"), "QuietHours.extra needs Annotated"),
        (LEVER.replace("= 0.02", "= 0.5"), "is outside the range 0 to 0.1"),
        (LEVER.replace("return (", "return [").replace("),)", ")]"), "must return a tuple of ParameterEffect"),
        (LEVER.replace("return (rb.", "return (1 / 0, rb."), "cannot state its effects: ZeroDivisionError"),
        (LEVER.replace("return (", "return () or None and ("), "must return a tuple"),
        (LEVER.replace("workload.admin_hours", "workload.admin_hour"), "Did you mean workload.admin_hours?"),
        (LEVER.replace("-self.hours", "float('nan')"), "a value that is not a finite number"),
        (LEVER.replace("-self.hours", "'much'"), "a value that is not a finite number"),
        (MEASURE.replace("(errors_generated, staff)", "(errors_generated, staffs)"), "staffs, which is not a recorded"),
        (MEASURE.replace("(errors_generated, staff)", "()"), "errors_per_worker has no parameter"),
        (MEASURE.replace('"Practice errors made, per worker in post."', ""), "errors_per_worker has no docstring"),
        (MEASURE.replace("errors/worker/week", ""), "errors_per_worker has no unit"),
        (MEASURE.replace('"down"', '"less"'), "Choose from: up, down, neither"),
        (MEASURE.replace("return errors", "return 'x' + errors"), "the measure failed with"),
        (MEASURE.replace("return ", "return 1 or "), "returned values of shape [] instead of [2, 3]"),
        (MEASURE.replace("np.maximum(staff, 1)", "(staff - staff)"), "not a finite number"),
    ],
)  # fmt: skip
def test_faults_in_a_plug_in_are_reported_and_register_nothing(plugin, source, words):
    plugin(source)
    with pytest.raises(BadInputError) as error:
        load_plugins("my_module")
    assert any(word in message_of(error) for word in words.split("|")), message_of(error)
    assert not plugins.LOADED
    assert not plugins.OWN_MEASURES
    assert not [kind for kind in KINDS if kind.startswith(("my_module", "quiet"))]


def test_all_faults_of_a_plug_in_are_reported_together(plugin):
    plugin(LEVER.replace("= 0.02", "= 0.5"), MEASURE.replace('"down"', '"less"'))
    with pytest.raises(BadInputError, match="3 problems found"):
        load_plugins("my_module", "my_missing")


def test_effects_that_fail_for_the_values_of_a_scenario_are_reported(plugin, scenario_file):
    plugin(LEVER.replace("return (", "return (1 / (self.hours - 0.05),) and ("))
    load_plugins("my_module")
    load(scenario_file("kind: 'my_module:QuietHours', hours: 0.04"))
    with pytest.raises(BadInputError, match="QuietHours cannot state its effects: ZeroDivisionError"):
        load(scenario_file("kind: 'my_module:QuietHours', hours: 0.05"))


@pytest.mark.parametrize("values", ["np.zeros(3)", "errors_generated / 0", "None", "1 / 0"])
def test_a_measure_that_fails_for_the_results_of_a_run_is_reported(plugin, values):
    plugin(MEASURE.replace("return ", f"return {values} if errors_generated.max() > 5 else "))
    load_plugins("my_module")
    with pytest.raises(PluginError, match="my_module:errors_per_worker: the measure") as error:
        OUTCOMES["my_module:errors_per_worker"].of(lambda _: np.full((1, 2), 6.0))
    assert error.value.exit_code == 2


def test_a_plug_in_that_changed_after_its_import_must_be_imported_anew(plugin):
    plugin(LEVER)
    load_plugins("my_module")
    load_plugins("my_module")
    plugin(LEVER, "\n# changed\n")
    with pytest.raises(
        BadInputError, match=r"my_module was changed after its import, .*: SHA-256 \w{12} then, \w{12} now"
    ):
        load_plugins("my_module")


# --- the digest of a plug-in or a class covers the local modules that it imports ---


@pytest.mark.parametrize(
    ("files", "changed"),
    [
        ({"my_module": "import my_helper"}, "my_helper.py"),
        ({"my_module": "from my_helper import VALUE"}, "my_helper.py"),
        ({"my_module": "import my_helper as other"}, "my_helper.py"),
        ({"my_module": "def later():\n    import my_helper"}, "my_helper.py"),
        ({"my_module": "try:\n    import my_helper\nexcept ImportError:\n    pass"}, "my_helper.py"),
        ({"my_module": "import my_other", "my_other": "import my_helper"}, "my_helper.py"),
        ({"my_module": "import my_other", "my_other": "import my_module, my_helper"}, "my_helper.py"),
        ({"my_module": "import my_folder.low", "my_folder/__init__": "", "my_folder/low": ""}, "my_folder/__init__.py"),
        ({"my_module": "from my_folder import my_helper", "my_folder/my_helper": ""}, "my_folder/my_helper.py"),
        (
            {
                "my_module": "from my_folder import inner",
                "my_folder/__init__": "from .inner import VALUE",
                "my_folder/inner": "from . import deep\nfrom .deep import *\nVALUE = 1",
                "my_folder/deep": "from my_folder import low",
                "my_folder/low": "",
            },
            "my_folder/low.py",
        ),
    ],
    ids=lambda item: item if isinstance(item, str) else " | ".join(item.values()).replace("\n", "; "),
)
def test_a_digest_covers_every_local_module_that_is_imported(plugin, tmp_path, monkeypatch, files, changed):
    """The digest of a module and that of a class in it change with each file, and return with its text."""
    (tmp_path / "my_folder").mkdir()
    plugin("VALUE = 1\n", name="my_helper")
    for name, source in files.items():
        (tmp_path / f"{name}.py").write_text(source + "\n")
    path = tmp_path / "my_module.py"
    path.write_text(path.read_text() + "class Own: pass\n")
    module = import_user_module("my_module", "--plugins")

    def digests():
        return digest_of_source(module), digest_of_source(module.Own)

    path = tmp_path / changed
    text, before = path.read_text(), digests()
    assert before[0] == before[1]
    path.write_text(f"{text}# changed\n")
    assert all(new != old for new, old in zip(digests(), before, strict=True))
    path.write_text(text)
    assert digests() == before


@pytest.mark.parametrize("name", ["my_unused.py", "notes.txt", ".venv/lib/site-packages/my_installed.py"])
def test_a_digest_covers_neither_unused_files_nor_installed_modules(plugin, tmp_path, monkeypatch, name):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("VALUE = 1\n")
    monkeypatch.syspath_prepend(path.parent)
    plugin("import json, numpy, redbead\n" + "import my_installed\n" * ("installed" in name))
    module = import_user_module("my_module", "--plugins")
    before = digest_of_source(module)
    path.write_text("VALUE = 2\n")
    assert digest_of_source(module) == before == hashlib.sha256((tmp_path / "my_module.py").read_bytes()).hexdigest()


def test_an_error_in_code_of_the_user_names_its_file_and_line(plugin, scenario_file):
    """The last line of the user's code counts, also if a library raised the error; redbead's own lines do not."""
    plugin(MEASURE.replace("return ", "return np.ones(2) @ errors_generated[0, :2, None, None] if len(staff) else "))
    with pytest.raises(BadInputError, match=r"failed with ValueError: .*\(my_module.py, line 11\)"):
        load_plugins("my_module")
    plugin(LEVER.replace("return (", "return (1 / (self.hours - 0.05),) and ("), name="my_levers")
    load_plugins("my_levers")
    with pytest.raises(BadInputError, match=r"ZeroDivisionError: .*\(my_levers.py, line 17\)"):
        load(scenario_file("kind: 'my_levers:QuietHours', hours: 0.05"))
