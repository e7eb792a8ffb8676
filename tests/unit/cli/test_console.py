"""A closed or full output stream never ends a command and never loses a run."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from redbead.cli import main
from redbead.cli.console import LenientStream, lenient_streams, print_table
from redbead.exceptions import Exit

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")

SMALL = "--set authority.posts=12 --set time.years=1 --set time.warm_up_years=0.2"
WITHOUT_REPORT = """
import sys, types
sys.modules["redbead.report.comparison.page"] = types.SimpleNamespace(write_pages=lambda *_: None)
from redbead.cli import main
sys.exit(main())
"""


def shell(command, folder, program="-m redbead.cli"):
    """Run a command of the shell in which ``redbead`` is the program; return its exit code and its standard error."""
    script = f'redbead() {{ "{sys.executable}" {program} "$@"; }}; {command}'
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True)
    assert "Traceback" not in result.stderr, result.stderr
    return result.returncode, result.stderr


@pytest.mark.parametrize(
    ("redirection", "code"),
    [
        pytest.param("2>&- >&-", Exit.GOOD, marks=pytest.mark.slow),
        pytest.param("2>/dev/full | head -0; exit ${PIPESTATUS[0]}", Exit.GOOD, marks=pytest.mark.slow),
        pytest.param("<&- >&- 2>/dev/full", Exit.GOOD, marks=pytest.mark.slow),
        (">/dev/full", Exit.ENVIRONMENT),
    ],
)
def test_a_run_is_complete_whatever_becomes_of_its_output(tmp_path, redirection, code):
    """Figures take most of the time of so short a run and print nothing, so they are left out."""
    (tmp_path / "program.py").write_text(WITHOUT_REPORT)
    command = f"redbead run baseline --runs 1 {SMALL} --out r {redirection}"
    assert shell(command, tmp_path, "program.py")[0] == code
    assert main(["verify", str(tmp_path / "r")]) == Exit.GOOD


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("redbead --version >&-", Exit.GOOD),
        pytest.param("redbead levers | head -0; exit ${PIPESTATUS[0]}", Exit.GOOD, marks=pytest.mark.slow),
        ("redbead scenarios --json | head -c 5; exit ${PIPESTATUS[0]}", Exit.GOOD),
        ("redbead --version >/dev/full", Exit.ENVIRONMENT),
        pytest.param("redbead levers --help >/dev/full", Exit.ENVIRONMENT, marks=pytest.mark.slow),
        pytest.param("redbead validate nowhere >/dev/full", Exit.BAD_INPUT, marks=pytest.mark.slow),
        ("redbead validate nowhere 2>&-", Exit.BAD_INPUT),
    ],
)
def test_a_command_without_readers_keeps_its_exit_code(tmp_path, command, code):
    assert shell(command, tmp_path)[0] == code


def test_a_full_disk_is_reported_on_standard_error(tmp_path):
    _, message = shell("redbead --version >/dev/full", tmp_path)
    assert "No space left on device" in message
    assert "run it again" in message


class Failing(io.StringIO):
    """A stream that fails after some characters."""

    def __init__(self, capacity):
        super().__init__()
        self.capacity = capacity

    def write(self, text):
        self.capacity -= len(text)
        if self.capacity < 0:
            raise OSError(28, "No space left on device")
        return super().write(text)


def test_output_up_to_the_error_is_kept_and_the_first_error_is_remembered():
    inner = Failing(5)
    stream = LenientStream(inner)
    assert [stream.write(text) for text in ("abc", "defg", "hi")] == [3, 4, 2]
    assert inner.getvalue() == "abc"
    assert stream.error.errno == 28


def test_a_closed_stream_drops_its_output():
    inner = io.StringIO()
    inner.close()
    stream = LenientStream(inner)
    assert stream.write("abc") == 3
    assert isinstance(stream.error, ValueError)


def test_streams_are_restored():
    before = sys.stdout, sys.stderr
    with pytest.raises(ZeroDivisionError), lenient_streams() as streams:
        print(1 / (sys.stdout is not streams[0]))
    assert (sys.stdout, sys.stderr) == before


def test_a_missing_stream_is_a_null_device():
    stream = LenientStream(None)
    assert stream.write("abc") == 3
    assert stream.error is None
    assert not stream.isatty()


@pytest.mark.parametrize("columns", [40, 200])
def test_a_row_without_a_last_cell_takes_one_line(monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    print_table([("today", "1,019 (961 to 1,077)", ""), ("two strikes", "1,109 (1,046 to 1,173)", "inconclusive")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["today", "1,019", "(961", "to", "1,077)"]
    assert "" not in [line.strip() for line in lines]
