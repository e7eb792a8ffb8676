"""Commands ``run``, ``digest``, ``verify``, ``selftest`` and ``measures``: exit codes, streams, JSON and folders."""

import json
from pathlib import Path

import pytest

import redbead as rb
from redbead.cli import main
from redbead.cli.console import ProgressPrinter, format_duration, progress_line
from redbead.cli.options import group_causes
from redbead.execution.runs import Progress

SHORT = ("--set", "time.years=2", "--runs", "3")


@pytest.fixture(autouse=True)
def _here(engine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("redbead.report.run_page.draw_all", lambda *_: [])


def run_command(capsys, *words):
    code = main([str(word) for word in words])
    return code, *capsys.readouterr()


def test_run_prints_the_report_and_the_next_command(capsys, tmp_path):
    code, out, err = run_command(capsys, "run", "baseline", *SHORT)
    assert code == 0
    folder = next((tmp_path / "runs").iterdir())
    assert f"Report: runs/{folder.name}/report.html" in out
    assert "Next: redbead verify" in out
    assert "3 of 3 runs" in err
    assert "runs/s" not in out
    assert run_command(capsys, "verify", folder)[0] == 0
    assert run_command(capsys, "digest", folder)[1].strip() in out


AGENTS = """
import redbead as rb

class Open(rb.SocialWorker):
    def willingness_to_report(self, severity=1.0):
        return 1.0
"""


@pytest.mark.parametrize(
    "words",
    [("run", "baseline"), ("run", "own.yaml"), ("compare", "baseline", "two-strikes")],
    ids=" ".join,
)
def test_terminal_report_and_citation_name_the_classes_that_replaced_agents(
    capsys, plugin, tmp_path, monkeypatch, words
):
    plugin(AGENTS, "my_agents")
    monkeypatch.setattr("redbead.execution.runs.can_be_imported", lambda _: False)  # threads, with synthetic results
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    sentence = "All runs used custom agents: my_agents:Open in place of SocialWorker."
    for agents, count in (((), 0), (("--agents", "my_agents:Open"), 1)):
        folder = f"o{count}"
        code, out, err = run_command(
            capsys, *words, *SHORT, "--set", "time.warm_up_years=0.5", "--out", folder, *agents
        )
        assert code == 0, err
        assert " ".join(out.split()).count(sentence) == count
        for kind in ("full", "brief"):
            assert run_command(capsys, "report", folder, "--kind", kind)[0] == 0
            page = " ".join((tmp_path / f"{folder}-report.html").read_text(encoding="utf-8").split())
            paragraphs = page.replace("\N{NO-BREAK SPACE}", " ").count(sentence)
            assert paragraphs == count * (2 if kind == "full" else paragraphs)
            assert (paragraphs > 0) == (count > 0)


OWN = """
extends: two-strikes
time: {years: 2, warm_up_years: 0.5}
authority: {posts: 24}
"""


def test_a_scenario_is_compared_with_the_one_that_it_extends(capsys, tmp_path):
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    code, out, err = run_command(capsys, "run", "own.yaml", "--runs", "3", "--out", "mine")
    assert code == 0
    assert "Running own and baseline, which it extends: 3 runs each of 2 years" in err
    assert "Paired difference from baseline" in out
    page = (tmp_path / "mine" / "report.html").read_text(encoding="utf-8")
    assert "is the scenario that this one extends, for the same authority and duration" in page
    assert "Mean of the last 2 years" in out
    results = rb.read_results("mine")
    differences = results.differences().set_index("measure")["difference"]
    means = results.runs.groupby("name")["errors_generated_last_2_years"].mean()
    assert differences["errors_generated"] == pytest.approx(means["own"] - means["baseline"])
    assert run_command(capsys, "verify", "mine", "--rerun", "1")[0] == 0
    brief = run_command(capsys, "report", "mine", "--kind", "brief", "--out", "brief.html")
    assert brief[0] == 0


@pytest.mark.parametrize(
    ("words", "runs_of"),
    [
        (("own.yaml", "--alone"), ["own"]),
        (("own.yaml", "--set", "reporting.fear=0.1"), ["own", "baseline"]),
        (("baseline", *SHORT[:2]), ["baseline"]),  # it extends nothing
        (("smaller.yaml",), ["smaller"]),  # only its authority and its duration differ
        (("smaller-own.yaml",), ["smaller-own", "baseline"]),  # own.yaml is equal, so the one before is taken
    ],
)
def test_what_runs_beside_a_scenario(capsys, tmp_path, words, runs_of):
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "smaller.yaml").write_text(OWN.replace("two-strikes", "baseline"), encoding="utf-8")
    (tmp_path / "smaller-own.yaml").write_text(OWN.replace("two-strikes", "./own.yaml"), encoding="utf-8")
    code, out, _ = run_command(capsys, "run", *words, "--runs", "1", "--out", "mine", "--json")
    assert code == 0
    scenarios = {path.stem: rb.load(path) for path in (tmp_path / "mine" / "policies").iterdir()}
    assert sorted(scenarios) == sorted(runs_of)
    assert len({(item.years, item.value("authority.posts")) for item in scenarios.values()}) == 1
    assert len({item.value("reporting.fear") for item in scenarios.values()}) == 1
    assert json.loads(out)["baseline"] == (runs_of[1] if len(runs_of) > 1 else None)


def test_the_same_runs_alone_and_beside_another(capsys, tmp_path):
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    for folder, words in (("both", ()), ("one", ("--alone",))):
        assert run_command(capsys, "run", "own.yaml", "--runs", "2", "--out", folder, *words)[0] == 0
    both, alone = (rb.read_results(folder) for folder in ("both", "one"))
    weekly = both.weekly.query("policy == 'own'").reset_index(drop=True)
    assert weekly.equals(alone.weekly)


def test_a_repeated_command_runs_nothing(capsys, engine, tmp_path):
    first = run_command(capsys, "run", "baseline", *SHORT)[1]
    engine.update(range(100))
    code, out, err = run_command(capsys, "run", "baseline", *SHORT)
    assert (code, out) == (0, first)
    assert "already contains these runs, so nothing was run" in err
    assert len(list((tmp_path / "runs").iterdir())) == 1


def test_standard_output_contains_only_json(capsys):
    code, out, _ = run_command(capsys, "run", "baseline", *SHORT, "--json", "--out", "mine")
    data = json.loads(out)
    assert code == data["exit_code"] == 0
    assert data["folder"] == "mine"
    assert data["runs"] == {"asked": 3, "done": 3, "failed": [], "first_seed": 1}
    row = next(r for r in data["summary"] if r["measure"] == "turnover" and r["period"] == "whole run")
    assert row["mean_low"] <= row["mean"] <= row["mean_high"]


def test_failed_runs_give_exit_code_3_and_a_report_of_the_others(capsys, engine):
    engine.add(2)
    code, out, err = run_command(capsys, "run", "baseline", *SHORT, "--out", "mine")
    assert code == 3
    assert "1 of 3 runs failed.\n    ArithmeticError: seed 2 fails (1 run; seed 2)" in err
    assert "To repeat one of them with its traceback: redbead replay mine baseline-2" in err
    assert "To repeat all, run the same command again." in err
    assert "Report: mine/report.html" in out


@pytest.mark.parametrize(
    ("words", "runs"),
    [
        (("run", "baseline"), 3),
        pytest.param(("run", "two-strikes"), 6, marks=pytest.mark.slow),
        pytest.param(("run", "two-strikes", "--events", "--alone"), 3, marks=pytest.mark.slow),
        (("compare", "baseline", "two-strikes"), 6),
    ],
)
def test_a_folder_of_failed_runs_only_is_complete(capsys, engine, words, runs):
    engine.update(range(10))
    code, out, err = run_command(capsys, *words, *SHORT, "--out", "mine")
    assert code == 3
    assert f"ArithmeticError: seed 1 fails ({runs} runs with different numbers; seed 1, 2, 3)" in err
    assert "redbead replay mine" in err
    assert "Report: mine/report.html" in out
    assert run_command(capsys, "verify", "mine")[0] == 0
    for words_after in (("report", "mine"), ("export", "mine", "--to", "xlsx"), ("digest", "mine")):
        assert run_command(capsys, *words_after)[0] == 0
    results = rb.read_results("mine")
    assert len(results.weekly) == 0
    assert set(results.runs["status"]) == {"failed"}
    assert "seed 3 fails" in "".join(path.read_text() for path in Path("mine/failures").iterdir())


@pytest.mark.parametrize("command", ["selftest", "measures", "digest x"])
def test_the_end_of_an_input_is_not_an_interruption(monkeypatch, command):
    def end(*_, **__):
        message = "the true cause"
        raise EOFError(message)

    for name in ("_selftest", "_measures"):
        monkeypatch.setattr(f"redbead.cli.run.{name}", end)
    monkeypatch.setattr("redbead.storage.manifest.require_intact", end)
    with pytest.raises(EOFError, match="the true cause"):
        main(command.split())


@pytest.mark.parametrize(
    "words",
    [
        ("run", "no-such-scenario"),
        ("run", "baseline", "--runs", "0"),
        ("run", "baseline", "--seed", "-1"),
        ("run", "baseline", "--set", "inspection.nonsense=1"),
        ("run", "baseline", "--set", "inspection.stakes=7"),
        ("run", "baseline", "--runs", "many"),
        ("measures", "happiness"),
    ],
)
def test_bad_input_gives_exit_code_2_and_writes_nothing(capsys, tmp_path, words):
    code, out, err = run_command(capsys, *words)
    assert code == 2
    assert out == ""
    assert err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_is_refused_and_not_changed(capsys, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "a.doc").write_text("x")
    assert run_command(capsys, "run", "baseline", *SHORT, "--out", "thesis")[0] == 2
    assert [p.name for p in (tmp_path / "thesis").iterdir()] == ["a.doc"]


def test_a_folder_that_cannot_be_written_gives_exit_code_5(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = run_command(capsys, "run", "baseline", *SHORT, "--out", "file/below")
    assert code == 5
    assert "--out" in err


def test_a_changed_file_gives_exit_code_4(capsys, tmp_path):
    run_command(capsys, "run", "baseline", *SHORT, "--out", "mine")
    (tmp_path / "mine" / "summary.csv").write_text("better numbers")
    code, _, err = run_command(capsys, "verify", "mine")
    assert code == 4
    assert "summary.csv: the file was changed" in err
    assert "1 problem found in mine." in err
    code, out, _ = run_command(capsys, "verify", "mine", "--json")
    assert (code, json.loads(out)["good"]) == (4, False)
    assert run_command(capsys, "verify", tmp_path)[0] == 4
    assert run_command(capsys, "digest", tmp_path)[0] == 4


def test_verify_repeats_runs(capsys):
    run_command(capsys, "run", "baseline", *SHORT, "--out", "mine")
    code, out, _ = run_command(capsys, "verify", "mine", "--rerun", "2")
    assert code == 0
    assert "2 runs repeated with identical results." in out


def test_an_interrupt_gives_exit_code_130_and_the_same_command_continues(capsys, monkeypatch, tmp_path):
    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("redbead.cli.console.ProgressPrinter.__call__", stop)
        code, _, err = run_command(capsys, "run", "baseline", *SHORT)
    assert code == 130
    assert "To continue, run the same command again: redbead run baseline" in err
    (folder,) = (tmp_path / "runs").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["batch.resolved.yaml", "policies", "store"]
    code, out, err = run_command(capsys, "run", "baseline", *SHORT)
    assert code == 0
    assert f"Folder: runs/{folder.name}" in out
    assert "3 of 3 runs" not in err, "the run that was stored is not repeated"


def test_events_are_written_on_request(capsys, tmp_path):
    run_command(capsys, "run", "baseline", *SHORT, "--out", "mine")
    assert not (tmp_path / "mine" / "events.parquet").exists()
    assert run_command(capsys, "run", "baseline", *SHORT, "--out", "mine", "--events")[0] == 0
    assert (tmp_path / "mine" / "events.parquet").exists()


def test_measures_lists_all_or_one(capsys):
    assert "hidden_errors" in run_command(capsys, "measures")[1]
    _, out, _ = run_command(capsys, "measures", "turnover", "--json")
    assert [m["name"] for m in json.loads(out)] == ["turnover"]


def test_progress_is_printed_as_separate_lines_without_a_terminal(capsys):
    printer = ProgressPrinter()
    for done in range(1, 51):
        printer(Progress(done, 50, 1, 10.0, 5.0 - done / 10))
    err = capsys.readouterr().err
    assert err == "50 of 50 runs, 1 failed, 10 runs/s\n"


def test_progress_replaces_its_line_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    printer = ProgressPrinter()
    printer(Progress(2, 2, 0, 3.0, 0.0))
    assert capsys.readouterr().err == "\r2 of 2 runs, 3 runs/s\n"


def test_progress_lines_contain_rate_and_time_left_if_known():
    assert progress_line(Progress(1, 30, 0, 0.0, float("inf"))) == "1 of 30 runs"
    assert progress_line(Progress(15, 30, 0, 0.5, 30.0)) == "15 of 30 runs, 0.5 runs/s, 30 s left"
    assert progress_line(Progress(2, 3, 0, 0.5, 2.0, unit="points")) == "2 of 3 points, 0.5 points/s, 2 s left"
    assert format_duration(120) == "2 min"


def test_selftest_prints_pass_or_fail(capsys, monkeypatch):
    monkeypatch.setattr("redbead.cli.run.small_digest", lambda: "0" * 64)
    monkeypatch.setattr("redbead.cli.run._digest_in_new_process", lambda **_: "0" * 64)
    code, out, _ = run_command(capsys, "selftest")
    assert code == 0
    assert out.startswith(f"PASS {'0' * 64}")
    monkeypatch.setattr("redbead.cli.run._digest_in_new_process", lambda **_: "1" * 64)
    code, out, _ = run_command(capsys, "selftest", "--json")
    assert code == 1
    assert json.loads(out)["good"] is False


NUMBERS = ("0.3", "4", "-1e-05", "12,345", "nan", "inf", "−2.5")


@pytest.mark.parametrize("form", ["ValueError: x = {} (my_agents.py, line 7)", "row {}: x < {}", "MODEL2 failed at {}"])
def test_causes_that_differ_in_numbers_only_are_one_cause(form):
    causes = [form.replace("{}", number) for number in NUMBERS]
    ((grouped, seeds),) = group_causes([(cause, str(k)) for k, cause in enumerate(causes)])
    assert (grouped, seeds) == (causes, [str(k) for k in range(len(causes))])


def test_causes_that_differ_in_words_are_separate_and_the_most_frequent_is_first():
    failures = [("KeyError: 'x1'", "1"), ("KeyError: 'y'", "2"), ("KeyError: 'y'", "3"), ("infinite loop", "4")]
    assert [causes[0] for causes, _ in group_causes(failures)] == ["KeyError: 'y'", "KeyError: 'x1'", "infinite loop"]
