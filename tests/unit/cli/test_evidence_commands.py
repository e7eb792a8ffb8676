"""The commands of evidence: parameters by grade, authorities, init, targets, calibrate, sensitivity, docs."""

import json

import pytest

from redbead.cli import main
from redbead.report.documents import DOCUMENTS
from redbead.scenario.authorities import CAUTION


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def call(*words):
        code = main(list(words))
        return code, *capsys.readouterr()

    return call


def test_one_parameter_shows_its_grade_its_sources_and_what_was_done(run):
    code, out, _ = run("parameters", "staffing.leaving")
    assert code == 0
    for said in ("h_0", "calibrated", "Department for Education (2026)", "what was done", "triangle from"):
        assert said in out


def test_parameters_of_one_grade(run):
    code, out, _ = run("parameters", "--basis", "measured", "--json")
    assert code == 0
    found = json.loads(out)
    assert {item["basis"] for item in found} == {"measured"}
    assert all(item["keys"] and item["references"] and item["done"] for item in found)


def test_a_grade_that_is_none_meets_the_nearest(run):
    code, _, err = run("parameters", "--basis", "mesured")
    assert code == 2
    assert "did you mean 'measured'" in err


def test_authorities_come_in_alphabetical_order_and_say_why_not(run):
    code, out, _ = run("authorities")
    assert code == 0
    assert out.index("  Barnet ") < out.index("  Coventry ") < out.index("  York ")
    assert "no starting point" in out
    assert " ".join(CAUTION.split()[:4]) in " ".join(out.split())


def test_init_writes_a_study_that_is_valid(run, tmp_path):
    code, out, _ = run("init", "mine", "--authority", "coventry")
    assert code == 0
    assert "Coventry, as published for 2025" in out
    assert run("validate", "mine/today.yaml", "mine/policies.yaml")[0] == 0
    page = (tmp_path / "mine" / "README.md").read_text(encoding="utf-8")
    assert "Open Government Licence" in page
    assert CAUTION in page


def test_init_without_a_name_begins_with_an_ordinary_authority(run, tmp_path):
    assert run("init", "plain")[0] == 0
    assert "preset: median" in (tmp_path / "plain" / "today.yaml").read_text(encoding="utf-8")
    assert run("validate", "plain/today.yaml", "plain/policies.yaml")[0] == 0


@pytest.mark.parametrize(
    ("name", "said"), [("Coventri", "did you mean 'Coventry'"), ("Westminster", "nothing is made up in its place")]
)
def test_init_refuses_what_is_not_there_and_writes_nothing(run, tmp_path, name, said):
    code, _, err = run("init", "mine", "--authority", name)
    assert code == 2
    assert said in err
    assert not (tmp_path / "mine").exists()


def test_init_touches_no_folder_that_holds_something(run, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("a", encoding="utf-8")
    code, _, err = run("init", "full")
    assert code == 2
    assert "not empty" in err


def test_levels_that_a_target_can_name(run):
    code, out, _ = run("check", "--targets", "--list")
    assert code == 0
    assert "turnover_yearly" in out


def test_a_file_of_targets_that_is_wrong_runs_nothing(run, tmp_path):
    (tmp_path / "t.yaml").write_text("format: 1\ntargets: [{name: a, level: turnovr}]\n", encoding="utf-8")
    code, _, err = run("check", "--targets", "t.yaml")
    assert code == 2
    assert "needs 'unit'" in err


def test_a_calibration_file_that_is_wrong_says_everything_at_once(run, tmp_path):
    (tmp_path / "c.yaml").write_text(
        "format: 1\ntargets: england\nparameters:\n  staffing.leavin: [0.1, 0.2]\n  fear.blame: [0, 9]\n"
        "  authority.posts: likely\nheld: [nobody]\nwaves: 0\n",
        encoding="utf-8",
    )
    code, _, err = run("calibrate", "c.yaml")
    assert code == 2
    for said in ("did you mean 'staffing.leaving'", "outside 0 to 0.8", "is a whole number and cannot be fitted",
                 "is not one of the parameters", "from 1 to 12"):  # fmt: skip
        assert said in err


def test_calibrating_what_is_not_there(run):
    code, _, err = run("calibrate", "englnd")
    assert code == 2
    assert "did you mean 'england'" in err


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_are_printed(run, name):
    code, out, _ = run("docs", name)
    assert code == 0
    assert out == DOCUMENTS[name].make()


def test_documents_are_listed_written_and_guessed(run, tmp_path):
    assert "odd" in run("docs")[1]
    assert run("docs", "limits", "--out", "limits.md")[0] == 0
    assert (tmp_path / "limits.md").read_text(encoding="utf-8") == DOCUMENTS["limits"].make()
    code, _, err = run("docs", "limit")
    assert code == 2
    assert "did you mean 'limits'" in err


@pytest.mark.slow
def test_the_baseline_is_inside_every_band(run):
    code, out, _ = run("check", "--targets")
    assert code == 0, out
    assert "31 of 31" in out


@pytest.mark.slow
def test_a_small_calibration_recovers_what_was_planted(run, tmp_path):
    """Targets from the model itself at known values (leaving 0.12, 45 weeks to fill, 0.37 arrivals) are found again."""
    from redbead.execution.runs import run_many
    from redbead.scenario.loader import load
    from redbead.studies.targets.levels import LEVELS, levels_of

    truth = {"staffing.leaving": 0.12, "staffing.time_to_fill": 45.0, "demand.arrivals": 0.37}
    names = ("turnover_yearly", "vacancy_rate", "accepted_per_worker", "caseload")
    planted = levels_of(run_many(load("baseline").set(truth), runs=200, seed=90_000).values, names)
    rows = "".join(
        f"  - {{name: {n}, level: {n}, unit: {LEVELS[n].unit}, value: {e.value:.6g}, years: none, basis: assumed, "
        f"key: k, definition: planted, band: [{e.value - 3 * e.error:.6g}, {e.value + 3 * e.error:.6g}]}}\n"
        for n, e in planted.items()
    )
    (tmp_path / "targets.yaml").write_text(f"format: 1\ntargets:\n{rows}", encoding="utf-8")
    (tmp_path / "c.yaml").write_text(
        "format: 1\ntargets: ./targets.yaml\nparameters:\n  staffing.leaving: [0.06, 0.16]\n"
        "  staffing.time_to_fill: [30, 80]\n  demand.arrivals: [0.33, 0.41]\n"
        "waves: 3\npoints: 40\nruns: 30\nkeep: 40\n",
        encoding="utf-8",
    )
    code, out, err = run("calibrate", "c.yaml", "--out", "found", "--json")
    assert code in (0, 1), err
    found = {item["path"]: item for item in json.loads(out)["parameters"]}
    for path, value in truth.items():
        assert found[path]["after_low"] < value < found[path]["after_high"], path
        assert found[path]["left"] < 0.5, path
    assert run("verify", "found")[0] == 0
    again = run("calibrate", "c.yaml", "--out", "found", "--json")[1]
    assert json.loads(again)["digest"] == json.loads(out)["digest"]


@pytest.mark.slow
def test_a_small_sensitivity_study_ends_with_a_report_that_verifies(run, tmp_path):
    words = ("sensitivity", "baseline", "--parameter", "reporting.fear", "--parameter", "fear.blame", "--versus",
             "just-culture", "--trajectories", "2", "--samples", "8", "--runs", "2", "--keep", "2",
             "--out", "s")  # fmt: skip
    code, out, _ = run(*words)
    assert code == 0
    assert "What to find out next" in out
    page = (tmp_path / "s" / "report.html").read_text(encoding="utf-8")
    assert "Synthetic." in page
    assert "default-src &#39;none&#39;" in page
    assert run("verify", "s")[0] == 0


def test_a_sensitivity_study_of_nothing_known(run):
    code, _, err = run("sensitivity", "baselin")
    assert code == 2
    assert "did you mean 'baseline'" in err
