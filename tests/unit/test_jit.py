"""Compilation: rules give identical results with and without it, and compiled code is loaded from the cache."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

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
from redbead.compile_cache import COMPILE_TIME
from redbead.dynamics import demand, quality, structural_change
from redbead.jit import families_of, from_row, kernel, python_function, rule
from redbead.oversight import inspection, publicity

MODEL = Path(redbead.__file__).parents[1]


# Without compilation

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


def test_model_runs_without_compilation():
    assert run(WITHOUT, REDBEAD_JIT="0") == ["True", "False"]


def test_import_does_not_load_numba():
    """``redbead validate`` must not wait for the import of numba."""
    assert run("import sys, redbead, redbead.engine.week; print('numba' in sys.modules)") == ["False"]


def test_python_function_and_docstring_are_accessible():
    assert python_function(reporting.compute_reporting).__name__ == "compute_reporting"
    assert reporting.willingness_to_report.__doc__.startswith("Probability that a worker raises a recognised error")


# A rule gives identical results in Python and inside a kernel.


@rule
def half(x: float) -> float:
    """Return half of x."""
    return 0.5 * x


@kernel
def call_half(given, out):
    """Call a rule that is defined in a test."""
    for i in range(out.size):
        out[i] = half(given[i])


class Left(NamedTuple):
    """A family outside the model."""

    a: float = 0.0
    b: float = 0.0


class Right(NamedTuple):
    """Another family outside the model."""

    a: float = 0.0


class Both(NamedTuple):
    """Two families."""

    left: Left
    right: Right


@kernel
def add_with_weights(rows, out):
    """Add up the numbers of each row with different weights."""
    for k in range(len(rows)):
        both = from_row(Both, rows[k])
        out[k] = both.left.a + 10.0 * both.left.b + 100.0 * both.right.a


@pytest.mark.parametrize("rows", [np.arange(12.0).reshape(4, 3), np.arange(24.0).reshape(4, 6)[:, ::2]])
def test_families_are_read_from_a_row_in_order(rows):
    """In Python and in a kernel, from rows with and without gaps in memory."""

    assert from_row(Both, rows[1]) == Both(Left(*rows[1, :2]), Right(rows[1, 2]))
    out = np.zeros(len(rows))
    add_with_weights(rows, out)
    assert out.tolist() == (rows @ np.array([1.0, 10.0, 100.0])).tolist()


def test_families_of_a_tuple_are_named_after_its_fields():
    assert families_of(Both) == {"left": Left, "right": Right}


def test_custom_kernel_can_call_a_custom_rule():
    out = np.empty(3)
    call_half(np.array([1.0, 2.0, 5.0]), out)
    assert out.tolist() == [0.5, 1.0, 2.5]


@kernel
def report_kernel(x, c, out):
    """Call ``reporting.willingness_to_report``."""
    for i in range(out.size):
        out[i] = reporting.willingness_to_report(x[0, i], x[1, i], x[2, i], x[3, i], x[4, i], c)


@kernel
def escalate_kernel(x, c, out):
    """Call ``manager_response.escalates``."""
    for i in range(out.size):
        out[i] = manager_response.escalates(x[0, i], x[1, i], 1.0, c)


@kernel
def fear_kernel(x, c, out):
    """Call ``fear.fear_target``."""
    for i in range(out.size):
        out[i] = fear.fear_target(x[0, i], x[1, i], x[2, i], x[3, i], x[4, i], x[5, i], c)


@kernel
def burnout_kernel(x, c, out):
    """Call ``burnout.burnout_target``."""
    for i in range(out.size):
        out[i] = burnout.burnout_target(x[0, i], x[1, i], x[2, i], x[3, i], x[4, i], c)


@kernel
def leaving_kernel(x, c, out):
    """Call ``staffing.chance_of_leaving``."""
    for i in range(out.size):
        out[i] = staffing.chance_of_leaving(x[0, i], x[1, i], x[4, i], x[2, i], x[3, i] * 300.0, c)


@kernel
def error_kernel(x, c, out):
    """Call ``error_generation.error_rate``."""
    for i in range(out.size):
        out[i] = error_generation.error_rate(x[0, i], x[1, i], x[2, i], x[3, i], x[5, i], x[4, i], c)


@kernel
def time_per_case_kernel(x, c, out):
    """Call ``workload.time_per_case`` and ``workload.shortfall``."""
    for i in range(out.size):
        out[i] = workload.time_per_case(x[0, i], workload.shortfall(x[0, i], c), x[1, i], c)


@kernel
def learning_kernel(x, c, out):
    """Call ``learning.learning_rate``."""
    for i in range(out.size):
        out[i] = learning.learning_rate(x[0, i], x[4, i], x[1, i], x[2, i], 100.0 + x[3, i], x[4, i], x[5, i], c)


@kernel
def quality_kernel(x, c, out):
    """Call ``quality.true_quality``."""
    for i in range(out.size):
        out[i] = quality.true_quality(x[0, i], x[1, i], x[2, i], x[3, i], c)


@kernel
def referral_kernel(x, c, out):
    """Call ``demand.referral_rate``."""
    for i in range(out.size):
        out[i] = demand.referral_rate(x[0, i], x[1, i], x[4, i], x[2, i], x[3, i], c)


@kernel
def poor_share_kernel(x, c, out):
    """Call ``inspection.poor_share``."""
    for i in range(out.size):
        out[i] = inspection.poor_share(x[0, i], x[1, i], x[2, i], 0.1 + x[3, i], x[4, i], c)


@kernel
def improvement_kernel(x, c, out):
    """Call ``workload.improvement_share``."""
    for i in range(out.size):
        out[i] = workload.improvement_share(0.5 + x[0, i], c)


@kernel
def attention_kernel(x, c, out):
    """Call ``leadership.attention_to_staff``."""
    for i in range(out.size):
        out[i] = leadership.attention_to_staff(x[0, i], x[1, i], 0.1 * x[2, i], c)


@kernel
def efficiency_kernel(x, c, out):
    """Call ``structural_change.efficiency``."""
    for i in range(out.size):
        out[i] = structural_change.efficiency(x[0, i], x[1, i], x[2, i], x[3, i], c)


@kernel
def allocation_kernel(x, c, out):
    """Call ``case_allocation.allocation_factor``."""
    for i in range(out.size):
        out[i] = case_allocation.allocation_factor(x[0, i], c)


@kernel
def publicity_kernel(x, c, out):
    """Call ``publicity.quality_from_failures``."""
    for i in range(out.size):
        out[i] = publicity.quality_from_failures(5.0 * x[0, i], c)


@kernel
def families_kernel(x, c, out):
    """Call ``quality.quality_reported_by_families``."""
    for i in range(out.size):
        out[i] = quality.quality_reported_by_families(x[0, i], x[1, i], 0.01 + x[2, i], c)


RULE_KERNELS = [
    (report_kernel, reporting.Reporting()),
    (escalate_kernel, manager_response.Response()),
    (fear_kernel, fear.Fear()),
    (burnout_kernel, burnout.Burnout()),
    (leaving_kernel, staffing.Staffing()),
    (error_kernel, error_generation.Practice()),
    (time_per_case_kernel, workload.Workload()),
    (learning_kernel, learning.Lessons()),
    (quality_kernel, quality.Quality()),
    (referral_kernel, demand.Demand()),
    (poor_share_kernel, inspection.Inspection()),
    (improvement_kernel, workload.Workload(improvement_hours=0.06, squeeze=1.3)),
    (attention_kernel, leadership.Leadership(staff_pull=0.3)),
    (efficiency_kernel, structural_change.Change()),
    (allocation_kernel, case_allocation.Caseload(unevenness=0.4)),
    (publicity_kernel, publicity.Publicity()),
    (families_kernel, quality.Quality()),
]


@pytest.mark.cases(("loop", "coefficients"), RULE_KERNELS)
def test_rule_is_identical_in_python_and_in_a_kernel(loop, coefficients):
    given = np.random.default_rng(8).random((6, 2000))
    compiled, interpreted = np.empty(2000), np.empty(2000)
    loop(given, coefficients, compiled)
    python_function(loop)(given, coefficients, interpreted)
    assert compiled.tobytes() == interpreted.tobytes()
    assert len(set(compiled)) > 50, "the arguments must cover different values of the rule"


# Tracing of kernels


@kernel
def _inner(x: float) -> float:
    """Return x plus one."""
    return x + 1.0


@kernel
def _outer(x: float) -> float:
    """Return x plus two."""
    return _inner(_inner(x))


def test_tracer_receives_only_kernels_called_from_python():
    traced = []
    with jit.trace_kernels(lambda *kernel_: traced.append(kernel_)):
        assert _outer(1.0) == 3.0
    assert _outer(1.0) == 3.0
    assert [(name, doc) for name, _, doc in traced] == [("_outer", "Return x plus two.")]


def test_tracer_is_local_to_its_thread():
    import threading

    traced = []
    with jit.trace_kernels(lambda *kernel_: traced.append(kernel_)):
        other = threading.Thread(target=_outer, args=(1.0,))
        other.start()
        other.join()
    assert traced == []


def run_new_process(code, cache):
    """Standard output of code in a new process with this compile cache."""
    return process(code, cache).stdout


def process(code, cache):
    """Run code in a new process with this compile cache."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "REDBEAD_CACHE": str(cache)}
    return subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True, text=True)


@pytest.mark.slow  # a process that compiles a product of matrices, which no kernel contains
def test_compilation_starts_without_linear_algebra_and_can_still_compile_it(tmp_path):
    code = """
import sys
import numpy as np
from redbead import jit

numba = jit._numba()
jit._prepare_compilation()
assert not any(name.startswith("scipy.linalg") for name in sys.modules)
assert numba.njit(lambda a: np.dot(a, a))(np.array([[1.0, 2.0], [0.0, 1.0]]))[0, 1] == 4.0
assert "scipy.linalg.cython_blas" in sys.modules
"""
    run_new_process(code, tmp_path)


@pytest.mark.slow  # a process that compiles two functions
def test_functions_of_other_packages_can_still_count_indices_from_the_end(tmp_path):
    code = """
import numpy as np
from redbead import jit

numba = jit._numba()
jit._prepare_compilation()
assert numba.njit(lambda a: a[-1])(np.array([1.0, 2.0])) == 2.0
kernel = numba.njit(lambda a, i: a[i])
kernel.py_func.__module__ = "redbead.of_the_model"
kernel(np.array([1.0, 2.0]), 1)
assert "icmp slt" not in str(kernel.inspect_llvm(kernel.signatures[0])).partition("define")[2].partition("ret i32")[0]
"""
    run_new_process(code, tmp_path)


CALL_KERNEL = """
import sys
from double import double
print(double(3.0), "numba.np.arraymath" in sys.modules, len(double.dispatcher(inner=False).stats.cache_hits))
"""


def double_in(folder):
    """Write a module with a kernel into a folder, and return code that calls it."""
    (folder / "double.py").write_text(
        "from redbead.jit import kernel\n\n@kernel\ndef double(x: float) -> float:\n    return 2.0 * x\n"
    )
    return f"import sys; sys.path.insert(0, {str(folder)!r})" + CALL_KERNEL


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """Code that calls a kernel, the cache into which a first process compiled it, and the output of this process."""
    here = tmp_path_factory.mktemp("compiled")
    call = double_in(here)
    return call, here / "cache", run_new_process(call, here / "cache")


def test_a_kernel_in_the_cache_is_loaded_without_what_only_compilation_needs(compiled):
    call, cache, first = compiled
    assert first.split() == ["6.0", "True", "0"]
    assert run_new_process(call, cache).split() == ["6.0", "False", "1"]


@pytest.mark.parametrize(
    ("pattern", "damage"),
    [
        ("*.nbc", lambda data: b"\0" * 40),
        *(
            pytest.param(pattern, damage, marks=pytest.mark.slow)  # each starts processes that compile
            for pattern, damage in (
                ("*.nbi", lambda data: data[: len(data) // 2]),
                ("*.nbi", lambda data: b""),
                ("*.nbi", lambda data: b"\0" * 40),
                ("*.nbc", lambda data: b""),
                ("*.nbc", lambda data: data[: len(data) // 2]),
            )
        ),
    ],
)
def test_a_damaged_cache_is_compiled_again_with_one_line(compiled, tmp_path, pattern, damage):
    call, cache, _ = compiled
    cache = shutil.copytree(cache, tmp_path / "cache")
    for path in cache.rglob(pattern):
        path.write_bytes(damage(path.read_bytes()))
    result = process(call, cache)
    assert result.stdout.split()[0] == "6.0"
    assert "is damaged. It is compiled again." in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert process(call, cache).stderr == ""


@pytest.mark.parametrize("locators", ["no.such.Locator", pytest.param("InTreeCacheLocator", marks=pytest.mark.slow)])
def test_numba_uses_the_checked_cache_folder_with_any_locators(compiled, monkeypatch, locators):
    """Another locator would load compiled code from a folder that was not checked, or fail."""
    call, cache, _ = compiled
    monkeypatch.setenv("NUMBA_CACHE_LOCATOR_CLASSES", locators)
    assert run_new_process(call, cache).split() == ["6.0", "False", "1"]


# Settings of numba, which it reads in the current folder


@pytest.mark.parametrize(
    "settings",
    [
        b"\xff\xe9: 1\n",
        b"disable_jit: 1\n",
        *(pytest.param(text, marks=pytest.mark.slow) for text in (b"[1, 2]\n", b"opt: [\n", b"opt: nonsense\n")),
    ],
)
def test_settings_of_numba_in_the_current_folder_are_ignored(compiled, tmp_path, settings):
    call, cache, _ = compiled
    (tmp_path / ".numba_config.yaml").write_bytes(settings)
    here = f"import os; os.chdir({str(tmp_path)!r})\n"
    result = process(here + call, cache)
    assert (result.stdout.split(), result.stderr) == (["6.0", "False", "1"], "")


@pytest.mark.slow  # a process that compiles
@pytest.mark.parametrize("settings", [b"\xff\xe9: 1\n", b"[1, 2]\n", b"opt: [\n"])
def test_settings_of_numba_are_also_ignored_by_compilation(compiled, tmp_path, settings):
    """numba reads them again before it compiles, possibly in another folder."""
    call, _, _ = compiled
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / ".numba_config.yaml").write_bytes(settings)
    change = f"import os; from redbead import jit; jit._numba(); os.chdir({str(tmp_path / 'folder')!r})\n"
    assert process(change + call, tmp_path / "cache").stdout.split()[0] == "6.0"


def test_settings_of_numba_count_in_a_program_that_uses_numba_itself(tmp_path):
    (tmp_path / ".numba_config.yaml").write_text("boundscheck: 1\n")
    code = f"""
import os
os.chdir({str(tmp_path)!r})
import numba
from redbead import jit
jit._numba()
numba.config.reload_config()
print(numba.config.BOUNDSCHECK)
"""
    assert run_new_process(code, tmp_path) == "1\n"


def test_the_first_call_of_a_kernel_says_once_that_the_model_is_compiled(tmp_path):
    """On standard error, so that standard output contains only results. A kernel in the cache needs no notice."""
    (tmp_path / "two.py").write_text(
        "from redbead.jit import kernel\n"
        "@kernel\ndef double(x: float) -> float:\n    return 2.0 * x\n"
        "@kernel\ndef triple(x: float) -> float:\n    return 3.0 * x\n"
    )
    call = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import two; print(two.double(1.0), two.triple(1.0))"
    first, second = (process(call, tmp_path / "cache") for _ in range(2))
    assert first.stdout == second.stdout == "2.0 3.0\n"
    assert first.stderr == f"Compiling the model: {COMPILE_TIME}, once after an installation or update.\n"
    assert second.stderr == ""
