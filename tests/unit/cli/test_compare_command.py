"""Commands ``redbead compare``, ``plan``, ``report``, ``export`` and ``replay``: exit codes, messages and resuming."""

import html
import json
import os
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest

from redbead.cli import main
from redbead.cli.options import verify_command
from redbead.exceptions import Exit
from redbead.storage import journal, run_store

SMALL = ["--set", "authority.posts=12", "--set", "time.years=1", "--set", "time.warm_up_years=0.2"]
AGENTS = """
import time
from redbead import SocialWorker

class Failing(SocialWorker):
    def willingness_to_report(self, severity=1.0):
        if self.model.seed_used % 10 == 3:
            raise ArithmeticError("an error in a custom agent")
        if self.model.seed_used % 10 == 7 and "two strikes" in self.model.spec.title.lower():
            time.sleep(600)
        return super().willingness_to_report(severity)
"""


class Tags(HTMLParser):
    """Collects the tags and attributes that a browser would see."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.fixture
def no_figures(monkeypatch):
    """Leave the figures out of reports."""
    monkeypatch.setattr("redbead.report.comparison.page.draw_all", lambda _: [])


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "my_agents.py").write_text(AGENTS)
    return tmp_path


def run(capsys, *words):
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_comparison_writes_a_folder_that_verifies(capsys, here):
    code, out, err = run(capsys, "compare", "baseline", "just-culture", "--runs", 8, *SMALL, "--out", "batch")
    assert code == Exit.GOOD
    assert "8 paired runs of 1 year" in " ".join(out.split())
    assert "Next: " in out
    assert "redbead verify batch --rerun 2" in out
    assert "16 of 16 runs" in err
    assert {"report.html", "summary.csv", "weekly.parquet", "runs.parquet", "ranking.csv", "manifest.json"} <= {
        path.name for path in (here / "batch").iterdir()
    }
    assert run(capsys, "verify", "batch", "--rerun", 2)[0] == Exit.GOOD
    assert run(capsys, "report", "batch", "--kind", "brief", "--out", "brief.html")[0] == Exit.GOOD
    brief, full = ((here / name).read_text() for name in ("brief.html", "batch/report.html"))
    assert len(brief) < len(full) / 2
    assert "Doubts" in brief


def test_a_repeated_command_runs_nothing_and_a_larger_one_adds_runs(capsys, here, no_report):
    words = ["compare", "baseline", "just-culture", *SMALL, "--out", "batch", "--runs"]
    first = run(capsys, *words, 6)
    again = run(capsys, *words, 6)
    assert again[1] == first[1]
    assert "runs/s" not in again[2]
    more = run(capsys, *words, 9)
    assert "6 of 6 runs" in more[2], "three more of each policy"
    assert len(run_store.open_read_only(here / "batch").done) == 18


def test_validate_accepts_batches(capsys, here):
    (here / "good.yaml").write_text("policies: {a: baseline, b: two-strikes}\nruns: 7\n")
    (here / "bad.yaml").write_text("policies: {a: baseline, b: two-strikes}\nruns: many\n")
    code, out, _ = run(capsys, "validate", "good.yaml", "blame-or-learning", "baseline")
    assert code == Exit.GOOD
    assert "valid batch: 2 policies, 7 runs each, compared with a" in " ".join(out.split())
    assert "Next: redbead plan good.yaml" in out
    code, _, err = run(capsys, "validate", "bad.yaml", "good.yaml")
    assert code == Exit.BAD_INPUT
    assert "bad.yaml:2:7: runs = 'many' must be a whole number" in err


def test_json_contains_ranking_and_report(capsys, here, no_figures):
    code, out, _ = run(capsys, "compare", "baseline", "just-culture", "--runs", 5, *SMALL, "--json")
    data = json.loads(out)
    assert code == data["exit_code"] == 0
    assert data["runs"] == 5
    assert {row["policy"] for row in data["ranking"]} == {"baseline", "just-culture"}
    assert Path(data["report"]).is_file()


def test_plan_estimates_effort_and_counts_finished_runs(capsys, here, no_report):
    words = ["baseline", "just-culture", *SMALL, "--out", "batch", "--runs"]
    run(capsys, "compare", *words, 6)
    code, out, _ = run(capsys, "plan", *words, 10, "--json")
    data = json.loads(out)
    assert code == Exit.GOOD
    assert (data["runs"], data["done"]) == (20, 12)
    assert data["basis"] == "speed of the stored runs"
    assert data["seconds"] > 0
    assert data["megabytes"] > 0
    assert "no runs remaining" in run(capsys, "plan", *words, 6)[1]
    assert "does not exist" in " ".join(run(capsys, "plan", "baseline", "two-strikes", *SMALL)[1].split())


def test_the_report_states_the_hash_of_the_protocol_that_was_written_before_the_runs(capsys, here, no_figures):
    words = ["baseline", "just-culture", *SMALL, "--runs", 2]
    code, out, err = run(capsys, "plan", *words, "--protocol", "protocol.md")
    assert code == Exit.GOOD
    written = (here / "protocol.md").read_text()
    hash_ = written.split()[-1]
    assert f"Protocol hash: {hash_}" in err
    assert "--protocol" not in out, "the suggested command compares, and takes no protocol"
    run(capsys, "compare", *words, "--out", "batch")
    assert hash_ in (here / "batch" / "report.html").read_text()
    run(capsys, "report", "batch", "--out", "again.html")
    assert hash_ in (here / "again.html").read_text(), "the stored comparison has the same protocol"


def test_plan_states_the_origin_of_the_speed_and_simulates_only_trial_runs(capsys, here, no_report):
    words = ["plan", "baseline", "just-culture", *SMALL, "--runs", 10, "--json"]
    typical = json.loads(run(capsys, *words)[1])
    assert typical["basis"].startswith("typical speed")
    longer = json.loads(run(capsys, *[str(word).replace("years=1", "years=4") for word in words])[1])
    assert longer["rate"] < typical["rate"], "a run of more weeks takes longer"
    measured = json.loads(run(capsys, *words, "--trial")[1])
    assert measured["basis"] == "measured"
    assert measured["seconds"] > 0
    assert not list(here.glob("runs/*"))


@pytest.mark.slow  # a run hangs until its time limit, twice, and new processes compile the rules of their agents
def test_runs_that_fail_or_hang_do_not_affect_other_runs(capsys, here):
    """Custom agents in processes. The causes are recorded, and replay repeats a failure."""
    agents = "my_agents:Failing"
    words = ["compare", "baseline", "two-strikes", "--runs", 10, *SMALL, "--out", "batch", "--agents", agents]
    code, out, err = run(capsys, *words, "--timeout", 5)
    assert code == Exit.SOME_RUNS_FAILED
    assert "3 of 20 runs failed" in err
    assert sorted(path.name for path in (here / "batch" / "failures").iterdir()) == [
        "baseline-3.txt", "two-strikes-3.txt", "two-strikes-7.txt"
    ]  # fmt: skip
    cause = "ArithmeticError: an error in a custom agent"
    assert f"Cause: {cause}" in (here / "batch/failures/baseline-3.txt").read_text()
    hung = (here / "batch/failures/two-strikes-7.txt").read_text()
    assert "Cause: the run exceeded the time limit of 5 s and was abandoned" in hung
    assert "redbead replay batch two-strikes-7" in hung
    assert len(run_store.open_read_only(here / "batch").done) == 17
    assert "8 paired runs" in " ".join(out.split()), "pairs of which both finished"
    code, out, _ = run(capsys, "replay", "batch", "baseline-3", "--agents", agents)
    assert code == Exit.SOME_RUNS_FAILED
    assert cause in out
    assert run(capsys, "replay", "batch", "baseline-4", "--agents", agents)[1].startswith(
        "baseline-4 was repeated: the results are identical."
    )
    code, _, err = run(capsys, "verify", "batch", "--rerun", 1)
    assert code == Exit.INTEGRITY
    assert agents in err


def test_a_folder_cannot_be_extended_with_other_agents(capsys, here, no_report):
    words = ["compare", "baseline", "two-strikes", "--runs", 2, *SMALL, "--out", "batch"]
    assert run(capsys, *words)[0] == Exit.GOOD
    code, _, err = run(capsys, *words, "--agents", "my_agents:Failing")
    assert code == Exit.INTEGRITY
    assert "other inputs" in err


@pytest.mark.slow  # a new process; test_arms.py tests that an edited class has other inputs
def test_a_folder_cannot_be_extended_with_an_edited_agent_and_names_no_command_that_fails(capsys, here, no_report):
    """Editing a class and repeating the command would mix two agents, or print the results of the first one."""
    words = ["run", "baseline", "--alone", "--runs", 1, *SMALL, "--out", "own", "--agents", "my_agents:Failing"]
    code, out, _ = run(capsys, *words)
    assert code == Exit.GOOD
    assert "redbead verify own" in out
    assert "--rerun" not in out, "runs of own agents are repeated by replay"
    source = (here / "my_agents.py").read_text()
    (here / "my_agents.py").write_text(source + "\n# edited\n")
    code, _, err = run(capsys, *words)
    assert code == Exit.INTEGRITY
    assert "other inputs" in err
    code, _, err = run(capsys, "replay", "own", "baseline-1", "--trace", "worker:0")
    assert code == Exit.BAD_INPUT
    assert "cannot follow custom agents" in err


@pytest.mark.parametrize(
    ("agents", "command"), [([], "redbead verify own --rerun 2"), (["my_agents:Failing"], "redbead verify own")]
)
def test_the_command_that_verifies_does_not_repeat_runs_of_own_agents(agents, command):
    results = SimpleNamespace(store=SimpleNamespace(header={"agents": agents}), folder=Path("own"))
    assert verify_command(results) == command


def test_a_locked_folder_is_refused(capsys, here, no_report):
    words = ["compare", "baseline", "just-culture", "--runs", 4, *SMALL, "--out", "batch"]
    run(capsys, *words)
    with run_store.open_for_writing(here / "batch", run_store.open_read_only(here / "batch").header):
        code, _, err = run(capsys, *words)
    assert code == Exit.ENVIRONMENT
    assert "another command is writing to this folder" in err
    assert run(capsys, *words)[0] == Exit.GOOD


def test_a_folder_of_another_version_is_refused_and_not_changed(capsys, here, no_report):
    words = ["compare", "baseline", "just-culture", "--runs", 4, *SMALL]
    run(capsys, *words, "--out", "batch")
    path = here / "batch" / "store" / journal.NAME
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(journal.encode(journal.decode(lines[0]) | {"model": "f" * 64}) + b"".join(lines[1:]))
    before = path.read_bytes()
    code, _, err = run(capsys, *words, "--out", "batch")
    assert code == Exit.INTEGRITY
    assert "another version of the model" in err
    assert "Nothing in it was changed" in err
    assert path.read_bytes() == before


def test_runs_of_another_version_get_a_new_default_folder(capsys, here, no_report, monkeypatch):
    from redbead.storage import study_folder

    words = ["compare", "baseline", "just-culture", "--runs", 4, *SMALL]
    run(capsys, *words)
    monkeypatch.setattr(study_folder, "model_digest", lambda: "e" * 64)
    assert run(capsys, *words)[0] == Exit.GOOD
    assert len(list((here / "runs").iterdir())) == 2


def test_a_damaged_chunk_is_refused_and_its_runs_are_repeated_after_removal(capsys, here, no_report):
    words = ["compare", "baseline", "just-culture", "--runs", 4, *SMALL, "--out", "batch"]
    first = run(capsys, *words)
    chunk = next((here / "batch" / "store").glob("chunk-*.npy"))
    content = bytearray(chunk.read_bytes())
    content[-5] ^= 1
    chunk.write_bytes(content)
    code, _, err = run(capsys, *words)
    assert code == Exit.INTEGRITY
    assert "Remove this file and run the same command again" in err
    assert run(capsys, "verify", "batch")[0] == Exit.INTEGRITY
    chunk.unlink()
    assert run(capsys, *words)[1] == first[1]


@pytest.mark.skipif(os.name == "nt", reason="needs a limit of the system")
def test_a_full_disk_gives_a_message_and_loses_no_runs(capsys, here, no_report, monkeypatch):
    words = ["compare", "baseline", "just-culture", "--runs", 4, *SMALL, "--out", "batch"]
    first = run(capsys, *words)
    stored = run_store.open_read_only(here / "batch").done
    import errno

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(run_store.chunks, "write", full)
        code, _, err = run(capsys, *words[:4], 9, *words[5:])
    assert code == Exit.ENVIRONMENT
    assert "The disk is full. Free some space, then run the same command again." in err
    assert run_store.open_read_only(here / "batch").done == stored
    assert run(capsys, *words)[1] == first[1]


def test_a_report_is_written_again_but_not_of_a_damaged_folder(capsys, here, no_report, no_figures):
    run(capsys, "compare", "baseline", "just-culture", "--runs", 4, *SMALL, "--out", "batch")
    assert run(capsys, "report", "batch", "--out", "full.html")[0] == Exit.GOOD
    assert "What the model cannot say" in (here / "full.html").read_text()
    assert run(capsys, "report", "batch", "--kind", "long")[0] == Exit.BAD_INPUT
    (here / "batch" / "summary.csv").write_text("edited")
    code, _, err = run(capsys, "report", "batch")
    assert code == Exit.INTEGRITY
    assert "does not match its manifest, so no report was written" in err


def test_export_writes_all_tables(capsys, here, no_report):
    run(capsys, "compare", "baseline", "just-culture", "--runs", 4, *SMALL, "--out", "batch")
    assert run(capsys, "export", "batch", "--to", "csv")[0] == Exit.GOOD
    files = {path.name for path in (here / "batch-csv").iterdir()}
    assert {"runs.csv", "summary.csv", "yearly_means.csv", "README.txt"} <= files
    assert "weekly.csv" not in files
    assert run(capsys, "export", "batch", "--to", "csv", "--weekly")[0] == Exit.GOOD
    assert (here / "batch-csv" / "weekly.csv").is_file()
    assert run(capsys, "export", "batch", "--to", "xslx")[0] == Exit.BAD_INPUT


def test_replay_suggests_a_key_and_traces_a_worker(capsys, here, no_report):
    run(capsys, "compare", "baseline", "just-culture", "--runs", 3, *SMALL, "--out", "batch")
    code, _, err = run(capsys, "replay", "batch", "just-cultur-2")
    assert code == Exit.BAD_INPUT
    assert "just-culture-2" in err
    code, out, _ = run(capsys, "replay", "batch", "just-culture-2", "--trace", "worker:3")
    assert code == Exit.GOOD
    assert "willingness" in out
    assert run(capsys, "replay", "batch", "just-culture-2", "--trace", "worker:99")[0] == Exit.BAD_INPUT
    assert run(capsys, "replay", "nowhere", "x")[0] == Exit.INTEGRITY


def test_an_interrupt_prints_the_command_that_resumes(capsys, here, no_report, monkeypatch):
    from redbead.studies.comparison import study

    def stop(*_, **__):
        raise KeyboardInterrupt

    words = ["compare", "baseline", "just-culture", "--runs", 4, *SMALL, "--out", "batch"]
    with monkeypatch.context() as patch:
        patch.setattr(study, "submit_all", stop)
        code, _, err = run(capsys, *words)
    assert code == Exit.INTERRUPTED
    assert "run the same command again: redbead compare baseline" in err
    assert run(capsys, *words)[0] == Exit.GOOD


def test_the_report_escapes_names_and_titles(capsys, here, monkeypatch):
    """Names, titles and questions cannot add scripts or attributes to the page, whose figures are SVG."""
    monkeypatch.setattr("redbead.report.plotting.png", lambda _: b"")
    evil = "<script>alert(1)</script>"
    (here / "evil.yaml").write_text(
        f"title: '{evil}'\nquestion: '{evil} & \"'\npolicies: {{'{evil}': baseline, 'a\" onload=x': just-culture}}\n"
        "time: {years: 0.5, warm_up_years: 0}\nruns: 3\n"
    )
    assert run(capsys, "compare", "evil.yaml", "--set", "authority.posts=6", "--out", "batch")[0] == Exit.GOOD
    page = (here / "batch" / "report.html").read_text()
    seen = Tags()
    seen.feed(page)
    assert evil in html.unescape(page)
    assert "script" not in seen.tags
    assert not {name for name in seen.attributes if name.startswith("on")}
    assert "default-src 'none'" in html.unescape(page)
    assert "http" not in page.replace("http-equiv", "")
    written = {path.relative_to(here).parts[0] for path in here.rglob("*")}
    assert written <= {"evil.yaml", "my_agents.py", "batch", "__pycache__"}
    shutil.rmtree(here / "batch")


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("report", "o", "--out", "o/again.html"), "--out"),
        (("report", "o", "--kind", "brief", "--out", "o/figures/brief.html"), "--out"),
        (("export", "o", "--to", "csv", "--out", "o/tables"), "--out"),
        (("plan", "baseline", "just-culture", "--protocol", "o/protocol.md"), "--protocol"),
        (("run", "baseline", "--runs", "1", *SMALL, "--out", "o/runs"), "--out"),
        (("docs", "limits", "--out", "o/limits.md"), "--out"),
        (("init", "o/study"), "redbead init DIR"),
        (("lottery", "--figure", "o/figures/lottery.png"), "--figure"),
        (("lottery", "--out", "o/lottery"), "--out"),
    ],
    ids=lambda item: " ".join(map(str, item)) if isinstance(item, tuple) else "",
)
def test_no_command_writes_into_a_run_folder(capsys, here, engine, no_report, words, option):
    """Verification refuses a folder with files that its manifest does not list."""
    assert run(capsys, "run", "baseline", "--runs", 1, *SMALL, "--out", "o")[0] == Exit.GOOD
    code, out, err = run(capsys, *words)
    assert (code, out) == (Exit.BAD_INPUT, "")
    assert "lies in the run folder" in err
    assert f"Choose a place outside this folder with {option}" in err
    assert run(capsys, "verify", "o")[0] == Exit.GOOD


def test_a_manifest_of_another_program_does_not_prevent_writing(capsys, here, engine, no_report):
    """Web projects have a manifest.json, too."""
    (here / "manifest.json").write_text('{"name": "a web page"}')
    assert run(capsys, "run", "baseline", "--runs", 1, *SMALL, "--out", "o")[0] == Exit.GOOD


@pytest.mark.parametrize("command", ["plan", "compare"])
@pytest.mark.parametrize(
    ("scenario", "other"), [("baseline", "just-culture"), ("two-strikes", "baseline"), ("own.yaml", "baseline")]
)
def test_a_single_scenario_is_refused_with_what_to_do(capsys, here, command, scenario, other):
    (here / "own.yaml").write_text("format: 1\nextends: baseline\n")
    code, _, err = run(capsys, command, scenario)
    assert code == Exit.BAD_INPUT
    assert f"{scenario}: a comparison needs at least two scenarios" in err
    assert f"redbead compare {scenario} {other}" in err
    assert "'redbead plan' takes the same arguments" in err
    assert f"'redbead run {scenario}' runs the scenario alone" in err


@pytest.mark.parametrize("words", [("compare", "baseline", "just-culture"), ("run", "just-culture")])
def test_findings_are_computed_once_for_report_and_terminal(capsys, here, engine, monkeypatch, words):
    from redbead.studies.comparison import findings

    computed = []
    rank_all = findings.rank_all
    monkeypatch.setattr("redbead.report.plotting.png", lambda _: b"")
    monkeypatch.setattr("redbead.report.plotting.svg", lambda _: "")
    monkeypatch.setattr(findings, "rank_all", lambda results: computed.append(results) or rank_all(results))
    assert run(capsys, *words, "--runs", 3, *SMALL, "--out", "o")[0] == Exit.GOOD
    assert len(computed) == 1
