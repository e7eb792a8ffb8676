"""Command ``redbead check``: table, JSON, list, exit codes and streams."""

import json
from pathlib import Path

import pytest

from redbead.cli import main

CHECK = """\
checks:
  - name: lower-minimum-fear
    claim: A lower minimum of fear reduces fear.
    source: an example
    systems: [S14]
    setup: {change: {fear.floor: 0, authority.posts: 24}}
    against: {change: {authority.posts: 24}}
    runs: 4
    expect:
      - {measure: fear, weeks: [26, 52], direction: DIRECTION}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")


def run_check(capsys, *words, direction="down"):
    Path("mine.yaml").write_text(CHECK.replace("DIRECTION", direction), encoding="utf-8")
    return main(["check", *words]), *capsys.readouterr()


def test_a_check_that_holds_gives_exit_code_0(capsys):
    code, out, err = run_check(capsys, "mine.yaml")
    assert code == 0
    assert out.startswith("lower-minimum-fear  [S14, any]\nA lower minimum of fear reduces fear.\n")
    assert "holds  fear, weeks 26 to 52: -" in out
    assert "1 expectation of 1 check: 1 holds." in out
    assert "Next: redbead check --list" in out
    assert "8 of 8 runs" in err
    assert "runs/s" not in out


def test_a_check_that_does_not_hold_gives_exit_code_1(capsys):
    code, out, _ = run_check(capsys, "mine.yaml", direction="up")
    assert code == 1
    assert "does not hold  fear" in out
    assert "Next: redbead check mine.yaml --json" in out


def test_standard_output_contains_only_json(capsys):
    code, out, _ = run_check(capsys, "mine.yaml", "--json", "--runs", "3")
    data = json.loads(out)
    assert (code, data["exit_code"], data["summary"]) == (0, 0, {"holds": 1})
    (item,) = data["checks"][0]["expectations"]
    assert data["checks"][0]["runs"] == 3
    assert item["low"] < item["estimate"] < item["high"] < 0
    assert (item["unit"], item["statistic"], item["verdict"]) == ("", "ratio", "holds")


def test_the_list_runs_nothing(capsys):
    code, out, err = run_check(capsys, "--list", "--test", "T29")
    assert (code, err) == (0, "")
    assert "just-culture-reports-and-errors" in out
    assert "Next: redbead check just-culture-reports-and-errors" in out
    listed = json.loads(run_check(capsys, "--list", "--json")[1])
    assert listed[0].keys() == {"name", "tests", "systems", "theory", "claim"}


def test_the_next_command_of_a_list_of_own_checks_names_their_file(capsys):
    """The name of a check that is not shipped would not be found."""
    out = run_check(capsys, "mine.yaml", "--list")[1]
    assert "Next: redbead check mine.yaml\n" in out
    assert main(["check", "mine.yaml"]) == 0


def test_bad_input_runs_nothing(capsys):
    code, out, err = run_check(capsys, "mine.yaml", direction="sideways")
    assert (code, out) == (2, "")
    column = CHECK.splitlines()[9].index("DIRECTION") + 1
    assert f"mine.yaml:10:{column}: checks.expect.direction = 'sideways' must be one of up, down, flat." in err
    assert run_check(capsys, "no-such-check")[0] == 2
    assert run_check(capsys, "mine.yaml", "--runs", "-3")[0] == 2
