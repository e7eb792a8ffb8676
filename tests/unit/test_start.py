"""``start.py`` and the command that it starts import no module from the folder of the project or the current one."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

START = Path(__file__).parents[2] / "start.py"
REPORT = "import queue, random, sys\nprint('ran', sys.argv[1:])\n"


@pytest.fixture
def project(tmp_path):
    """A folder with ``start.py`` and an environment that is ready, in which the command is a small program."""
    root = tmp_path / "project"
    (root / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(START, root)
    for name in ("pyproject.toml", "constraints.txt"):
        (root / name).write_text("")
    (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    spec = importlib.util.spec_from_file_location("copied_start", root / "start.py")
    start = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(start)
    start.STAMP.write_text(start.environment_digest(), encoding="utf-8")
    package = tmp_path / "installed" / "redbead"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "cli.py").write_text(REPORT)
    return root


@pytest.mark.skipif(os.name == "nt", reason="the fake environment has the layout of POSIX")
@pytest.mark.parametrize(
    ("place", "name"),
    [*(("project", name) for name in ("queue", "random", "shutil", "hashlib", "subprocess", "pathlib")),
     *(("current", name) for name in ("queue", "shutil"))],
)  # fmt: skip
def test_a_file_with_the_name_of_a_module_of_python_is_not_executed(project, tmp_path, name, place):
    current = project if place == "project" else tmp_path / "current"
    current.mkdir(exist_ok=True)
    (current / f"{name}.py").write_text("raise SystemExit('executed')\n")
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed")}
    command = [sys.executable, str(project / "start.py"), "scenarios"]
    result = subprocess.run(command, cwd=current, env=environment, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "ran ['scenarios']\n"), result.stderr


@pytest.mark.skipif(os.name == "nt", reason="the fake environment has the layout of POSIX")
@pytest.mark.parametrize("name", ["queue", "random", "pytest", "xdist"])
def test_the_tests_import_no_module_from_the_folder_of_the_project(project, tmp_path, name):
    """They run there, so that the current folder is the folder of the project."""
    (project / f"{name}.py").write_text("raise SystemExit('executed')\n")
    package = tmp_path / "installed" / "pytest"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text(REPORT)
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed")}
    command = [sys.executable, str(project / "start.py"), "test", "tests/unit"]
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "ran ['tests/unit']\n"), result.stderr
