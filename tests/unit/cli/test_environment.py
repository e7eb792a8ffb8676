"""Variables and files of the environment that commands and the package must not depend on."""

import os
import subprocess
import sys

import pytest

from redbead.cli import run


def in_new_process(code, **variables):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | variables)


@pytest.mark.parametrize(  # each module of the package imports the package first
    ("module", "value"),
    [("redbead", "nonsense"), ("redbead.cli", ""), ("redbead.api", "²"),
     *(pytest.param("redbead", value, marks=pytest.mark.slow) for value in ("-1", "1.5", "1e9"))],
)  # fmt: skip
def test_a_date_that_is_no_number_is_ignored(value, module):
    """scipy imports a module of numpy that converts this variable to a number when it is imported.

    The variable is the user's, so it is kept, for other programs and for the processes that this one starts.
    """
    code = f"import {module}, numpy.f2py, scipy.stats, os; print(repr(os.environ['SOURCE_DATE_EPOCH']))"
    result = in_new_process(code, SOURCE_DATE_EPOCH=value)
    assert (result.returncode, result.stdout) == (0, f"{value!r}\n")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"The environment variable SOURCE_DATE_EPOCH is {value!r}, which is not a whole number")


def test_a_date_that_is_a_number_is_kept():
    code = "import redbead.cli, os; print(os.environ['SOURCE_DATE_EPOCH'])"
    result = in_new_process(code, SOURCE_DATE_EPOCH="1700000000")
    assert (result.stdout, result.stderr) == ("1700000000\n", "")


@pytest.mark.parametrize("name", ["queue", "colorsys", "wave"])
def test_the_process_of_the_self_test_imports_nothing_from_the_current_folder(monkeypatch, tmp_path, name):
    (tmp_path / f"{name}.py").write_text("print('executed')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "_CODE", f"import {name}; print('good')")
    assert run._digest_in_new_process() == "good"
