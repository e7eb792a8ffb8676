"""Command ``redbead sweep``, and breakdowns of ``redbead export``: exit codes, messages and resuming."""

import json

import pytest

from redbead.cli import main

DOSE = "levers.just-culture.dose"
SHORT = ["--set", "time.years=3", "--measure", "hidden_errors"]


@pytest.fixture
def sweep(engine, tmp_path, monkeypatch):
    """Return a function that runs a sweep of a dose on synthetic results."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("redbead.report.comparison.page.twins_of_best_policy", lambda _: None)
    return lambda *words: main(["sweep", "just-culture", DOSE, *words, *SHORT])


@pytest.fixture
def no_figures(monkeypatch):
    """Leave the figures out of reports."""
    monkeypatch.setattr("redbead.report.comparison.page.draw_all", lambda _: [])


@pytest.mark.slow  # draws all figures of the report
def test_a_sweep_prints_the_response_and_writes_its_figure(sweep, tmp_path, capsys):
    assert sweep("0:1:3", "--runs", "4", "--out", "doses") == 0
    assert f"Hidden errors at any time with {DOSE} from 0 to 1" in " ".join(capsys.readouterr().out.split())
    assert (tmp_path / "doses" / "figures" / "dose-response.png").is_file()


@pytest.mark.usefixtures("no_figures")
def test_the_same_sweep_again_runs_nothing(sweep, capsys):
    assert sweep("0", "1", "--runs", "3", "--out", "doses") == 0
    capsys.readouterr()
    assert sweep("0", "1", "--runs", "3", "--out", "doses") == 0
    assert "nothing was run" in capsys.readouterr().err


@pytest.mark.usefixtures("no_figures")
@pytest.mark.parametrize(
    ("reference", "baseline"), [([], 0.0), (["--reference", "0.5"], 0.5), (["--reference", "1"], 1.0)]
)
def test_json_contains_the_response_with_its_reference(sweep, capsys, reference, baseline):
    assert sweep("0", "0.5", "1", *reference, "--runs", "3", "--out", "doses", "--json") == 0
    rows = json.loads(capsys.readouterr().out)["dose-response"]
    assert [row["value"] for row in rows] == [0.0, 0.5, 1.0]
    assert [row["value"] for row in rows if row["reference"]] == [baseline]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["0"], "at least two values"),
        (["0", "2"], "outside the range 0 to"),
        (["0", "x"], "is not a number or LOW:HIGH:COUNT"),
        (["-1", "1"], "outside the range 0 to"),
        (["0", "1", "--rums", "3"], "--rums is not a number or LOW:HIGH:COUNT"),
        (["0", "1", "--reference", "3"], "is not one of the values (0, 1)"),
        (["0", "1", "--runs", "few"], "whole number"),
    ],
)
def test_bad_input_ends_with_exit_code_2_before_any_run(sweep, tmp_path, capsys, words, message):
    assert sweep(*words) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["teams", "status", ""])
def test_an_unknown_breakdown_ends_with_exit_code_2(tmp_path, capsys, name):
    assert main(["export", str(tmp_path), "--to", "csv", "--breakdown", name]) == 2
    assert "Choose from: team, experience, agency." in capsys.readouterr().err
