"""`redbead compare` and its kin, as a person would use them: exit codes, messages, resume, nothing lost."""

import html
import json
import os
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from redbead.cli import main
from redbead.exceptions import Exit
from redbead.storage import journal, run_store

SMALL = ["--set", "authority.posts=12", "--set", "time.years=1", "--set", "time.warm_up_years=0.2"]
WARD = """
import time
from redbead import SocialWorker

class Sick(SocialWorker):
    def willingness_to_report(self, severity=1.0):
        if self.model.seed_used % 10 == 3:
            raise ArithmeticError("her pen broke")
        if self.model.seed_used % 10 == 7 and "two strikes" in self.model.spec.title.lower():
            time.sleep(600)
        return super().willingness_to_report(severity)
"""


class Tags(HTMLParser):
    """What a browser would take for tags and attributes."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.fixture
def unwritten(monkeypatch):
    """Reports and figures are left out: the commands are tried, and what is told of the runs."""
    monkeypatch.setattr("redbead.report.comparison.page.write_pages", lambda *_: None)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "ward", raising=False)
    (tmp_path / "ward.py").write_text(WARD)
    return tmp_path


def run(capsys, *words):
    code = main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_comparison_says_who_is_best_and_what_to_do_next(capsys, here):
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


def test_the_same_command_again_runs_nothing_and_more_runs_extend(capsys, here, unwritten):
    words = ["compare", "baseline", "just-culture", *SMALL, "--out", "batch", "--runs"]
    first = run(capsys, *words, 6)
    again = run(capsys, *words, 6)
    assert again[1] == first[1]
    assert "runs/s" not in again[2]
    more = run(capsys, *words, 9)
    assert "6 of 6 runs" in more[2], "three more of each policy"
    assert len(run_store.open_read_only(here / "batch").done) == 18


def test_validate_knows_batches(capsys, here):
    (here / "good.yaml").write_text("policies: {a: baseline, b: two-strikes}\nruns: 7\n")
    (here / "bad.yaml").write_text("policies: {a: baseline, b: two-strikes}\nruns: many\n")
    code, out, _ = run(capsys, "validate", "good.yaml", "blame-or-learning", "baseline")
    assert code == Exit.GOOD
    assert "good batch: 2 policies, 7 runs of each, against 'a'" in " ".join(out.split())
    assert "Next: redbead plan good.yaml" in out
    code, _, err = run(capsys, "validate", "bad.yaml", "good.yaml")
    assert code == Exit.BAD_INPUT
    assert "bad.yaml:2:7: runs = 'many': must be a whole number" in err


def test_as_json(capsys, here):
    code, out, _ = run(capsys, "compare", "baseline", "just-culture", "--runs", 5, *SMALL, "--json")
    told = json.loads(out)
    assert code == told["exit_code"] == 0
    assert told["runs"] == 5
    assert {row["policy"] for row in told["ranking"]} == {"baseline", "just-culture"}
    assert Path(told["report"]).is_file()


def test_plan_says_what_it_takes_and_what_is_done(capsys, here, unwritten):
    words = ["baseline", "just-culture", *SMALL, "--out", "batch", "--runs"]
    run(capsys, "compare", *words, 6)
    code, out, _ = run(capsys, "plan", *words, 10, "--json")
    told = json.loads(out)
    assert code == Exit.GOOD
    assert (told["runs"], told["done"]) == (20, 12)
    assert told["seconds"] > 0
    assert told["megabytes"] > 0
    assert "no runs remaining" in run(capsys, "plan", *words, 6)[1]
    assert "does not exist" in " ".join(run(capsys, "plan", "baseline", "two-strikes", *SMALL)[1].split())


@pytest.mark.slow  # a run hangs until its time is up, twice, and new processes compile what their agents need
def test_one_run_in_ten_raises_and_one_hangs_and_the_others_are_kept(capsys, here):
    """Custom agents in processes; the causes are named, and replay shows the failure again."""
    words = ["compare", "baseline", "two-strikes", "--runs", 10, *SMALL, "--out", "batch", "--agents", "ward:Sick"]
    code, out, err = run(capsys, *words, "--timeout", 5)
    assert code == Exit.SOME_RUNS_FAILED
    assert "3 runs failed" in err
    assert sorted(path.name for path in (here / "batch" / "failures").iterdir()) == [
        "baseline-3.txt", "two-strikes-3.txt", "two-strikes-7.txt"
    ]  # fmt: skip
    assert "Cause: ArithmeticError: her pen broke" in (here / "batch/failures/baseline-3.txt").read_text()
    hung = (here / "batch/failures/two-strikes-7.txt").read_text()
    assert "Cause: it took longer than 5 s and was given up" in hung
    assert "redbead replay batch two-strikes-7" in hung
    assert len(run_store.open_read_only(here / "batch").done) == 17
    assert "8 paired runs" in " ".join(out.split()), "pairs of which both finished"
    code, out, _ = run(capsys, "replay", "batch", "baseline-3", "--agents", "ward:Sick")
    assert code == Exit.SOME_RUNS_FAILED
    assert "ArithmeticError: her pen broke" in out
    assert run(capsys, "replay", "batch", "baseline-4", "--agents", "ward:Sick")[1].startswith(
        "baseline-4 made again: equal to the last bit"
    )
    code, _, err = run(capsys, "verify", "batch", "--rerun", 1)
    assert code == Exit.INTEGRITY
    assert "ward:Sick" in err


def test_runs_of_other_agents_are_other_runs(capsys, here, unwritten):
    words = ["compare", "baseline", "two-strikes", "--runs", 2, *SMALL, "--out", "batch"]
    assert run(capsys, *words)[0] == Exit.GOOD
    code, _, err = run(capsys, *words, "--agents", "ward:Sick")
    assert code == Exit.INTEGRITY
    assert "other inputs" in err


def test_a_locked_folder(capsys, here, unwritten):
    words = ["compare", "baseline", "just-culture", "--runs", 4, *SMALL, "--out", "batch"]
    run(capsys, *words)
    with run_store.open_for_writing(here / "batch", run_store.open_read_only(here / "batch").header):
        code, _, err = run(capsys, *words)
    assert code == Exit.ENVIRONMENT
    assert "another command is writing there" in err
    assert run(capsys, *words)[0] == Exit.GOOD


def test_a_folder_of_another_version_is_left_as_it_is(capsys, here, unwritten):
    words = ["compare", "baseline", "just-culture", "--runs", 4, *SMALL]
    run(capsys, *words, "--out", "batch")
    path = here / "batch" / "store" / journal.NAME
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(journal.encoded(journal.decoded(lines[0]) | {"model": "f" * 64}) + b"".join(lines[1:]))
    before = path.read_bytes()
    code, _, err = run(capsys, *words, "--out", "batch")
    assert code == Exit.INTEGRITY
    assert "another version of the model" in err
    assert "nothing in it was touched" in err
    assert path.read_bytes() == before


def test_where_nobody_names_a_folder_runs_of_another_version_get_out_of_the_way(capsys, here, unwritten, monkeypatch):
    from redbead.studies.comparison import study

    words = ["compare", "baseline", "just-culture", "--runs", 4, *SMALL]
    run(capsys, *words)
    monkeypatch.setattr(study, "model_digest", lambda: "e" * 64)
    assert run(capsys, *words)[0] == Exit.GOOD
    assert len(list((here / "runs").iterdir())) == 2


def test_a_damaged_chunk_is_refused_and_made_again_when_it_is_removed(capsys, here, unwritten):
    words = ["compare", "baseline", "just-culture", "--runs", 4, *SMALL, "--out", "batch"]
    first = run(capsys, *words)
    chunk = next((here / "batch" / "store").glob("chunk-*.npy"))
    content = bytearray(chunk.read_bytes())
    content[-5] ^= 1
    chunk.write_bytes(content)
    code, _, err = run(capsys, *words)
    assert code == Exit.INTEGRITY
    assert "Remove that file and give the same command again" in err
    assert run(capsys, "verify", "batch")[0] == Exit.INTEGRITY
    chunk.unlink()
    assert run(capsys, *words)[1] == first[1]


@pytest.mark.skipif(os.name == "nt", reason="needs a limit of the system")
def test_a_full_disk_ends_with_a_line_and_loses_nothing(capsys, here, unwritten, monkeypatch):
    words = ["compare", "baseline", "just-culture", "--runs", 4, *SMALL, "--out", "batch"]
    first = run(capsys, *words)
    kept = run_store.open_read_only(here / "batch").done
    import errno

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(run_store.chunks, "write", full)
        code, _, err = run(capsys, *words[:4], 9, *words[5:])
    assert code == Exit.ENVIRONMENT
    assert "the disk is full: make room, then give the same command again" in err
    assert run_store.open_read_only(here / "batch").done == kept
    assert run(capsys, *words)[1] == first[1]


def test_report_brief_and_full(capsys, here):
    run(capsys, "compare", "baseline", "just-culture", "--runs", 4, *SMALL, "--out", "batch")
    assert run(capsys, "report", "batch", "--kind", "brief", "--out", "brief.html")[0] == Exit.GOOD
    assert run(capsys, "report", "batch", "--out", "full.html")[0] == Exit.GOOD
    brief, full = ((here / name).read_text() for name in ("brief.html", "full.html"))
    assert len(brief) < len(full) / 2
    assert "What the model cannot say" in brief
    assert run(capsys, "report", "batch", "--kind", "long")[0] == Exit.BAD_INPUT
    (here / "batch" / "summary.csv").write_text("edited")
    code, _, err = run(capsys, "report", "batch")
    assert code == Exit.INTEGRITY
    assert "nothing is told from it" in err


def test_export_of_a_batch(capsys, here, unwritten):
    run(capsys, "compare", "baseline", "just-culture", "--runs", 4, *SMALL, "--out", "batch")
    assert run(capsys, "export", "batch", "--to", "csv")[0] == Exit.GOOD
    assert {"weekly.csv", "runs.csv", "summary.csv", "README.txt"} <= {p.name for p in (here / "batch-csv").iterdir()}
    assert run(capsys, "export", "batch", "--to", "xslx")[0] == Exit.BAD_INPUT


def test_replay_of_a_key_that_is_none_and_a_trace(capsys, here, unwritten):
    run(capsys, "compare", "baseline", "just-culture", "--runs", 3, *SMALL, "--out", "batch")
    code, _, err = run(capsys, "replay", "batch", "just-cultur-2")
    assert code == Exit.BAD_INPUT
    assert "such as just-culture-2" in err
    code, out, _ = run(capsys, "replay", "batch", "just-culture-2", "--trace", "worker:3")
    assert code == Exit.GOOD
    assert "willingness" in out
    assert run(capsys, "replay", "batch", "just-culture-2", "--trace", "worker:99")[0] == Exit.BAD_INPUT
    assert run(capsys, "replay", "nowhere", "x")[0] == Exit.INTEGRITY


def test_an_interrupt_names_the_command_that_goes_on(capsys, here, unwritten, monkeypatch):
    from redbead.studies.comparison import study

    def stop(*_, **__):
        raise KeyboardInterrupt

    words = ["compare", "baseline", "just-culture", "--runs", 4, *SMALL, "--out", "batch"]
    with monkeypatch.context() as patch:
        patch.setattr(study, "submit_all", stop)
        code, _, err = run(capsys, *words)
    assert code == Exit.INTERRUPTED
    assert "again with: redbead compare baseline" in err
    assert run(capsys, *words)[0] == Exit.GOOD


def test_no_script_comes_in_through_a_name(capsys, here):
    """Names, titles and questions are text, whatever they say."""
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
    made = {path.relative_to(here).parts[0] for path in here.rglob("*")}
    assert made <= {"evil.yaml", "ward.py", "batch", "__pycache__"}
    shutil.rmtree(here / "batch")
