"""Settings and files of the user that have nothing to do with a report do not prevent it."""

import os
import subprocess
import sys

import pytest

from redbead.cli import main
from redbead.exceptions import Exit

SMALL = ("--set", "authority.posts=24", "--set", "time.years=1", "--set", "time.warm_up_years=0.1")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A folder with one run."""
    folder = tmp_path_factory.mktemp("finished") / "mine"
    assert main(["run", "baseline", *SMALL, "--runs", "1", "--out", str(folder)]) == Exit.GOOD
    return folder


def report_in_new_process(finished, folder, **variables):
    """Write the report of a finished run from a folder, with these environment variables."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)} | variables
    command = [sys.executable, "-P", "-m", "redbead.cli", "report", str(finished), "--out", "page.html"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.slow  # a new process imports matplotlib
@pytest.mark.parametrize(
    "variables",
    [
        {"MPLBACKEND": "nonsense"},
        {"MPLBACKEND": "module://no_such_module"},
        {"MPLBACKEND": "qtagg"},  # known, but not installed
        {"SOURCE_DATE_EPOCH": "nonsense"},
        {"NUMBA_CACHE_LOCATOR_CLASSES": "nonsense"},
    ],
)
def test_variables_of_the_environment_do_not_change_a_report(finished, tmp_path, variables):
    plain = tmp_path / "plain"
    plain.mkdir()
    for folder, given in ((plain, {}), (tmp_path, variables)):
        result = report_in_new_process(finished, folder, **given)
        warned = "SOURCE_DATE_EPOCH" in given
        assert (result.returncode, "it is ignored" in result.stderr, bool(result.stderr)) == (Exit.GOOD, warned, warned)
    assert (tmp_path / "page.html").read_bytes() == (plain / "page.html").read_bytes()


@pytest.mark.slow  # a new process imports matplotlib
@pytest.mark.parametrize("style", [b"\xff\xfe", b"no.such.key: 1", b"lines.linewidth: thick"])
def test_style_files_of_the_user_do_not_change_a_report(finished, tmp_path, style):
    (tmp_path / "stylelib").mkdir()
    (tmp_path / "stylelib" / "own.mplstyle").write_bytes(style)
    result = report_in_new_process(finished, tmp_path, MPLCONFIGDIR=str(tmp_path))
    assert (result.returncode, result.stderr) == (Exit.GOOD, "")


@pytest.mark.slow  # a new process imports matplotlib
@pytest.mark.parametrize("settings", [b"\xff\xfe", b"figure.dpi: many", b"lines.linewidth: 9"])
def test_settings_of_matplotlib_do_not_change_a_report(finished, tmp_path, settings):
    (tmp_path / "matplotlibrc").write_bytes(settings)
    (tmp_path / "other").mkdir()
    result = report_in_new_process(finished, tmp_path / "other", MPLCONFIGDIR=str(tmp_path))
    assert (result.returncode, result.stderr) == (Exit.GOOD, "")


@pytest.mark.slow  # a new process imports matplotlib
@pytest.mark.parametrize("settings", [b"\xff\xfe", b"figure.dpi: many", b"lines.linewidth: 9", b"no.such.key: 1"])
def test_settings_of_matplotlib_in_the_current_folder_do_not_change_a_report(finished, tmp_path, settings):
    (tmp_path / "matplotlibrc").write_bytes(settings)
    result = report_in_new_process(finished, tmp_path)
    assert (result.returncode, result.stderr) == (Exit.GOOD, "")


PLOT = """
import redbead.report.plotting, matplotlib
figure = redbead.report.plotting.new_figure()
print(len(redbead.report.plotting.png(figure)) > 0, matplotlib.rcParams["lines.linewidth"])
"""


@pytest.mark.parametrize(
    ("settings", "width"),
    [
        pytest.param(b"\xff\xfe", 1.5, marks=pytest.mark.slow),
        (b"lines.linewidth: 9\n\xe9", 1.5),
        (b"lines.linewidth: 9", 9.0),
    ],
)
def test_settings_of_matplotlib_count_in_other_programs_unless_they_are_damaged(tmp_path, settings, width):
    """They belong to the figures of the user. 1.5 is the default of matplotlib."""
    (tmp_path / "matplotlibrc").write_bytes(settings)
    environment = {name: value for name, value in os.environ.items() if name != "MATPLOTLIBRC"}
    environment |= {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "MPLCONFIGDIR": str(tmp_path / "none")}
    command = [sys.executable, "-c", PLOT]
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert result.stdout == f"True {width}\n", result.stderr


@pytest.mark.slow  # a new process
@pytest.mark.parametrize("name", ["queue", "yaml", "numpy", "json", "matplotlib"])
def test_modules_in_the_current_folder_do_not_replace_others(finished, tmp_path, name):
    (tmp_path / f"{name}.py").write_text("raise RuntimeError('imported')")
    result = report_in_new_process(finished, tmp_path)
    assert (result.returncode, result.stderr) == (Exit.GOOD, "")
