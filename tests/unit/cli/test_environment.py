"""Variables and files of the environment that the command line must not depend on."""

import os
import subprocess
import sys

import pytest

from redbead.cli import main, run


@pytest.mark.parametrize("value", ["nonsense", "", "-1", "1.5", "1e9", "²"])
def test_a_date_that_is_no_number_is_ignored(monkeypatch, value):
    """scipy imports a module of numpy that converts this variable to a number when it is imported."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    assert main(["--version"]) == 0
    command = [sys.executable, "-c", "import numpy.f2py"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_date_that_is_a_number_is_kept(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert main(["--version"]) == 0
    assert os.environ["SOURCE_DATE_EPOCH"] == "1700000000"


@pytest.mark.parametrize("name", ["queue", "colorsys", "wave"])
def test_the_process_of_the_self_test_imports_nothing_from_the_current_folder(monkeypatch, tmp_path, name):
    (tmp_path / f"{name}.py").write_text("print('executed')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "_CODE", f"import {name}; print('good')")
    assert run._digest_in_new_process() == "good"
