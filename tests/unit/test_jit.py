"""The one place that knows numba: the cache follows the sources, a rule is one rule, and all works without a
compiler."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

import redbead
from redbead import jit
from redbead.behaviour import (
    burnout,
    case_allocation,
    error_generation,
    fear,
    leadership,
    learning,
    manager_response,
    reporting,
    staffing,
    workload,
)
from redbead.dynamics import demand, quality, structural_change
from redbead.jit import kernel, python_function, rule
from redbead.oversight import inspection, publicity

MODEL = Path(redbead.__file__).parents[1]


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A small package of our own in place of the model's sources."""
    package = tmp_path / "package"
    (package / "behaviour").mkdir(parents=True)
    (package / "behaviour" / "fear.py").write_text("x = 1\n")
    (package / "week.py").write_text("y = 2\n")
    monkeypatch.setattr(jit, "_PACKAGE", package)
    return package


def digest():
    return jit.source_digest.__wrapped__()


# the cache is named after the sources: numba's own cache does not notice an edit in another file (trust.md, section 1)


def test_any_edit_anywhere_gives_another_digest(sources):
    before = digest()
    assert digest() == before
    (sources / "behaviour" / "fear.py").write_text("x = 3\n")
    assert digest() != before


def test_a_new_file_and_a_new_name_give_another_digest(sources):
    seen = {digest()}
    (sources / "new.py").write_text("")
    seen.add(digest())
    (sources / "new.py").rename(sources / "newer.py")
    seen.add(digest())
    assert len(seen) == 3


def test_what_is_no_source_does_not_count(sources):
    before = digest()
    (sources / "notes.txt").write_text("hello")
    assert digest() == before


def test_the_digest_does_not_depend_on_where_the_package_lies(sources, tmp_path, monkeypatch):
    before = digest()
    shutil.copytree(sources, tmp_path / "elsewhere")
    monkeypatch.setattr(jit, "_PACKAGE", tmp_path / "elsewhere")
    assert digest() == before


def test_the_upper_floors_change_no_run_and_compile_nothing_anew(sources):
    """Reports and commands may be edited while a batch is under way; the rules may not."""
    model, everything = jit.model_digest.__wrapped__(), digest()
    (sources / "report").mkdir()
    (sources / "report" / "page.py").write_text("z = 1\n")
    assert jit.model_digest.__wrapped__() == model
    assert digest() != everything
    (sources / "week.py").write_text("y = 3\n")
    assert jit.model_digest.__wrapped__() != model


def test_what_counts_as_an_upper_floor_lies_above_the_engine():
    """The import linter's layers name the floors from the top; those above the engine are the upper ones."""
    text = (MODEL.parent / "pyproject.toml").read_text()
    layers = re.findall(r"redbead\.(\w+)", text[text.index("layers = [") : text.index('"redbead.engine"')])
    upper = {name.removesuffix(".py") for name in jit.LAYERS_ABOVE_ENGINE} - {"__init__"}
    assert set(layers) == upper


def folder(monkeypatch, **places):
    for name in ("REDBEAD_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, place in places.items():
        monkeypatch.setenv(name, str(place))
    return jit.cache_folder.__wrapped__()


def test_the_folder_carries_the_digest_and_the_version_of_python(tmp_path, monkeypatch):
    found = folder(monkeypatch, REDBEAD_CACHE=tmp_path)
    assert found.is_relative_to(tmp_path)
    assert found.name == f"{jit.model_digest()[:16]}-py{sys.version_info.major}{sys.version_info.minor}"


def test_our_own_setting_comes_before_the_systems(tmp_path, monkeypatch):
    found = folder(monkeypatch, REDBEAD_CACHE=tmp_path / "ours", XDG_CACHE_HOME=tmp_path / "system")
    assert found.is_relative_to(tmp_path / "ours")
    assert folder(monkeypatch, XDG_CACHE_HOME=tmp_path / "system").is_relative_to(tmp_path / "system")


@pytest.fixture
def unwritable(tmp_path):
    """A place below a file: even root cannot make a folder there."""
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "cache"


def test_a_home_that_cannot_be_written_falls_back_to_the_temporary_folder(tmp_path, monkeypatch, unwritable):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    assert folder(monkeypatch, REDBEAD_CACHE=unwritable).is_relative_to(tmp_path / "temporary")


def test_where_nothing_can_be_written_there_is_no_cache(monkeypatch, unwritable):
    monkeypatch.setattr(tempfile, "tempdir", str(unwritable))
    assert folder(monkeypatch, REDBEAD_CACHE=unwritable) is None


# without a compiler

WITHOUT = """
import sys
import redbead as rb
from redbead.scenario.scenario import Scenario
tiny = Scenario().set({"authority.posts": 6, "time.years": 0.1, "time.warm_up_years": 0})
model = rb.ChildrensService(tiny, seed=1)
model.run_for_weeks(5)
print(int(model.weekly["errors_generated"].sum()) >= 0, "numba" in sys.modules)
"""


def run(code, **environment):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=os.environ | {"PYTHONPATH": str(MODEL)} | environment, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip


def test_the_model_runs_without_compiling_anything():
    assert run(WITHOUT, REDBEAD_JIT="0") == ["True", "False"]


def test_the_package_is_imported_without_the_compiler():
    """`redbead validate` must not wait for numba."""
    assert run("import sys, redbead, redbead.engine.week; print('numba' in sys.modules)") == ["False"]


def test_the_source_of_a_function_stays_within_reach():
    assert python_function(reporting.compute_reporting).__name__ == "compute_reporting"
    assert reporting.willingness_to_report.__doc__.startswith("Probability that a worker raises a recognised error")


# a rule called by Python and the same rule inside a kernel: one result, bit for bit


@rule
def halved(x: float) -> float:
    """Half of x."""
    return 0.5 * x


@kernel
def through_halved(given, out):
    """A kernel that calls a rule that lives in a test."""
    for i in range(out.size):
        out[i] = halved(given[i])


def test_anybody_can_write_a_rule_and_a_kernel():
    out = np.empty(3)
    through_halved(np.array([1.0, 2.0, 5.0]), out)
    assert out.tolist() == [0.5, 1.0, 2.5]


@kernel
def report_(x, c, out):
    """Through reporting.willingness_to_report."""
    for i in range(out.size):
        out[i] = reporting.willingness_to_report(x[0, i], x[1, i], x[2, i], x[3, i], x[4, i], c)


@kernel
def pass_(x, c, out):
    """Through response.escalates."""
    for i in range(out.size):
        out[i] = manager_response.escalates(x[0, i], x[1, i], c)


@kernel
def fear_(x, c, out):
    """Through fear.fear_target."""
    for i in range(out.size):
        out[i] = fear.fear_target(x[0, i], x[1, i], x[2, i], x[3, i], x[4, i], x[5, i], c)


@kernel
def burn_(x, c, out):
    """Through burnout.burnout_target."""
    for i in range(out.size):
        out[i] = burnout.burnout_target(x[0, i], x[1, i], x[2, i], x[3, i], x[4, i], c)


@kernel
def leave_(x, c, out):
    """Through staffing.chance_of_leaving."""
    for i in range(out.size):
        out[i] = staffing.chance_of_leaving(x[0, i], x[1, i], x[4, i], x[2, i], x[3, i] * 300.0, c)


@kernel
def err_(x, c, out):
    """Through practice.error_rate."""
    for i in range(out.size):
        out[i] = error_generation.error_rate(x[0, i], x[1, i], x[2, i], x[3, i], x[5, i], x[4, i], c)


@kernel
def care_(x, c, out):
    """Through workload.time_per_case of workload.shortfall."""
    for i in range(out.size):
        out[i] = workload.time_per_case(workload.shortfall(x[0, i], c), x[1, i], c)


@kernel
def learn_(x, c, out):
    """Through learning.learning_rate."""
    for i in range(out.size):
        out[i] = learning.learning_rate(x[0, i], x[4, i], x[1, i], x[2, i], 100.0 + x[3, i], x[4, i], x[5, i], c)


@kernel
def quality_(x, c, out):
    """Through quality.true_quality."""
    for i in range(out.size):
        out[i] = quality.true_quality(x[0, i], x[1, i], x[2, i], x[3, i], c)


@kernel
def refer_(x, c, out):
    """Through demand.referral_rate."""
    for i in range(out.size):
        out[i] = demand.referral_rate(x[0, i], x[1, i], x[4, i], x[2, i], x[3, i], c)


@kernel
def poor_(x, c, out):
    """Through inspection.poor_share."""
    for i in range(out.size):
        out[i] = inspection.poor_share(x[0, i], x[1, i], x[2, i], 0.1 + x[3, i], x[4, i], c)


@kernel
def squeeze_(x, c, out):
    """Through workload.improvement_share."""
    for i in range(out.size):
        out[i] = workload.improvement_share(0.5 + x[0, i], c)


@kernel
def attend_(x, c, out):
    """Through leadership.attention_to_staff."""
    for i in range(out.size):
        out[i] = leadership.attention_to_staff(x[0, i], x[1, i], 0.1 * x[2, i], c)


@kernel
def change_(x, c, out):
    """Through change.efficiency."""
    for i in range(out.size):
        out[i] = structural_change.efficiency(x[0, i], x[1, i], x[2, i], x[3, i], c)


@kernel
def favour_(x, c, out):
    """Through case_allocation.allocation_factor."""
    for i in range(out.size):
        out[i] = case_allocation.allocation_factor(x[0, i], c)


@kernel
def public_(x, c, out):
    """Through publicity.quality_from_failures."""
    for i in range(out.size):
        out[i] = publicity.quality_from_failures(5.0 * x[0, i], c)


@kernel
def families_(x, c, out):
    """Through quality.families_view."""
    for i in range(out.size):
        out[i] = quality.quality_reported_by_families(x[0, i], x[1, i], 0.01 + x[2, i], c)


THROUGH = [
    (report_, reporting.Reporting()), (pass_, manager_response.Response()), (fear_, fear.Fear()), (burn_, burnout.Burnout()),
    (leave_, staffing.Staffing()), (err_, error_generation.Practice()), (care_, workload.Workload()),
    (learn_, learning.Lessons()), (quality_, quality.Quality()), (refer_, demand.Demand()),
    (poor_, inspection.Inspection()), (squeeze_, workload.Workload(improvement_hours=0.06, squeeze=1.3)),
    (attend_, leadership.Leadership(staff_pull=0.3)), (change_, structural_change.Change()),
    (favour_, case_allocation.Caseload(unevenness=0.4)), (public_, publicity.Publicity()), (families_, quality.Quality()),
]  # fmt: skip


@pytest.mark.parametrize(("loop", "coefficients"), THROUGH, ids=lambda x: getattr(x, "__name__", ""))
def test_a_rule_is_the_same_in_python_and_inside_a_kernel_bit_for_bit(loop, coefficients):
    given = np.random.default_rng(8).random((6, 2000))
    compiled, interpreted = np.empty(2000), np.empty(2000)
    loop(given, coefficients, compiled)
    python_function(loop)(given, coefficients, interpreted)
    assert compiled.tobytes() == interpreted.tobytes()
    assert len(set(compiled)) > 50, "the arguments must exercise the rule"


# who watches hears of kernels, and changes nothing


@kernel
def _inner(x: float) -> float:
    """Add one."""
    return x + 1.0


@kernel
def _outer(x: float) -> float:
    """Add two, one after the other."""
    return _inner(_inner(x))


def test_a_watcher_hears_of_each_kernel_that_python_calls_and_of_none_that_kernels_call():
    told = []
    with jit.trace_kernels(lambda *heard: told.append(heard)):
        assert _outer(1.0) == 3.0
    assert _outer(1.0) == 3.0
    assert [(name, doc) for name, _, doc in told] == [("_outer", "Add two, one after the other.")]


def test_a_watcher_is_of_its_own_thread():
    import threading

    told = []
    with jit.trace_kernels(lambda *heard: told.append(heard)):
        other = threading.Thread(target=_outer, args=(1.0,))
        other.start()
        other.join()
    assert told == []
