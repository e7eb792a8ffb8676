"""What every study with a folder promises: it resumes, repeats its bytes, is locked and verified, never overwrites.

Each study is a command line on a small input. Runs have synthetic results, except those of twins, which are followed
week by week.
"""

import os
import pickle
import shutil
from pathlib import Path

import pytest

import redbead as rb
from redbead.analysis.digest import digest
from redbead.cli import main
from redbead.exceptions import Exit
from redbead.execution import jobs
from redbead.storage import journal, manifest
from redbead.storage.atomic_files import json_text, sha256
from redbead.storage.manifest import LOCK
from redbead.storage.study_folder import STORE, WORDS, locked

SMALL = "{warm_up_years: 0.5, years: 2}"
FILES = {
    "small.yaml": f"time: {SMALL}\nauthority: {{posts: 12}}\n",
    "strict.yaml": f"time: {SMALL}\nauthority: {{posts: 12}}\nlevers: [{{kind: two-strikes, from_week: 4}}]\n",
    "figures.yaml": "format: 1\ntargets: [{name: vacancies, level: vacancy_rate, unit: share, value: 0.5,\n"
    "  band: [0.4, 0.6], years: '2025', basis: measured, key: dfe-workforce-2025, definition: synthetic}]\n",
    "fit.yaml": "format: 1\nscenario: ./small.yaml\ntargets: ./figures.yaml\n"
    "parameters: {staffing.leaving: [0.05, 0.3]}\nwaves: 1\npoints: 10\nruns: 2\nkeep: 2\nconfirm: 2\n",
    "claim.yaml": "checks:\n- name: fear-falls\n  claim: Fear falls.\n  source: test\n"
    "  setup: {change: {fear.floor: 0}}\n  against: {scenario: baseline}\n  runs: 3\n"
    "  expect: [{measure: fear, years: [1, 1], direction: down}, {measure: turnover, years: [1, 1], direction: up}]\n",
}
FACTORS = ("--parameter", "fear.blame", "--parameter", "reporting.fear")
STUDIES = {
    "comparison of one": ("run", "small.yaml", "--runs", "6"),
    "comparison": ("compare", "small.yaml", "strict.yaml", "--runs", "12"),
    "calibration": ("calibrate", "fit.yaml"),
    "sensitivity study": (
        "sensitivity",
        "small.yaml",
        *FACTORS,
        "--trajectories",
        "2",
        "--samples",
        "4",
        "--runs",
        "2",
    ),
    "twins": ("twins", "small.yaml", "strict.yaml"),
    "check": ("check", "claim.yaml"),
    "targets": ("check", "figures.yaml", "--targets", "--scenario", "small.yaml", "--runs", "4"),
    "lottery": ("lottery", "--cases", "40"),
    "audit": ("audit", "two-strikes", "--draws", "3", "--runs", "2"),
}
OTHER_INPUTS = {"calibration": ("calibrate", "other.yaml"), "lottery": ("lottery", "--cases", "50")}
SMALLER = {
    "emulators": {"STEPS": 60, "BURN_IN": 30},
    "history_matching": {"CENTRAL_RUNS": 2, "CENTRAL_CANDIDATES": 3, "CENTRAL_DRAWS": 40},
}
"""Sizes of the search of a calibration, which are of no importance here."""
FINISHED = (Exit.GOOD, Exit.CHECK_FAILED, Exit.UNDECIDED)
with_runs = [name for name in STUDIES if name not in ("lottery", "twins")]
every_study = pytest.mark.parametrize(
    "study", [pytest.param(n, marks=[pytest.mark.slow] * (n == "twins")) for n in STUDIES]
)
kinds_of_store = pytest.mark.parametrize(
    "study",
    [
        pytest.param(
            name, marks=[pytest.mark.slow] * (name not in ("comparison", "sensitivity study", "check", "lottery"))
        )
        for name in STUDIES
    ],
)
"""Studies that store runs, several parts, one part or nothing, for promises that only the store and the folder keep."""
every_study_with_runs = pytest.mark.parametrize("study", with_runs)


@pytest.fixture(autouse=True)
def _inputs(request, tmp_path, monkeypatch):
    """Write the input files, and replace engine, reports and figures by quick ones."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "other.yaml").write_text(FILES["fit.yaml"].replace("0.3]", "0.4]"))
    monkeypatch.setattr("redbead.studies.fairness_audit.is_plausible", lambda _: True)
    for module in ("comparison.page", "calibration", "sensitivity", "twins"):
        monkeypatch.setattr(f"redbead.report.{module}.write_pages", lambda *_: None)
    monkeypatch.setattr("redbead.report.grades.write_lottery_pages", lambda *_: None)
    for module, sizes in SMALLER.items():
        for name, size in sizes.items():
            monkeypatch.setattr(f"redbead.studies.calibration.{module}.{name}", size)
    if "twins" not in request.node.name:
        request.getfixturevalue("engine")


def manifest_kind(study):
    return study.removesuffix(" of one")


def execute(study, out, *more):
    return main([*STUDIES[study], "--out", str(out), *more])


def files_of(folder):
    """Bytes of all files but those that contain durations, or runs in the order in which they finished."""
    files = (path for path in folder.rglob("*") if path.is_file() and STORE not in path.parts)
    return {path.name: path.read_bytes() for path in files if path.name not in (manifest.NAME, "runs.parquet")}


@pytest.fixture(scope="module")
def studies():
    """The finished folder of each study and the exit code of its command, executed once."""
    return {}


@pytest.fixture
def finished(studies, tmp_path, tmp_path_factory):
    """A copy of the finished folder of a study, which a test may change: ``finished(study, name)`` is its exit code."""

    def copy(study, name="a"):
        if study not in studies:
            folder = tmp_path_factory.mktemp("finished") / "made"
            studies[study] = execute(study, folder), folder
        code, folder = studies[study]
        shutil.copytree(folder, tmp_path / name)
        return code

    return copy


@every_study
def test_a_folder_matches_its_manifest_and_prints_its_digest(study, tmp_path, capsys, finished):
    assert finished(study) in FINISHED
    assert main(["verify", "a"]) == Exit.GOOD
    capsys.readouterr()
    assert main(["digest", "a"]) == Exit.GOOD
    record = manifest.read(tmp_path / "a")
    assert capsys.readouterr().out.strip() == record["results_digest"] == digest(tmp_path / "a")
    assert record["command"][0] == "redbead"
    table = next(
        path for path in (tmp_path / "a").iterdir() if path.suffix in (".csv", ".json") and path.stem != "manifest"
    )
    table.write_text("better numbers")
    assert main(["verify", "a"]) == Exit.INTEGRITY


@every_study
def test_the_same_command_writes_the_same_bytes(study, tmp_path, finished):
    assert finished(study) == execute(study, tmp_path / "b")
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")


@kinds_of_store
def test_a_repeated_command_runs_nothing_and_changes_no_file(study, tmp_path, monkeypatch, finished):
    code = finished(study)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*") if path.name != "lock"}
    if study in with_runs:
        monkeypatch.setattr(jobs.Worker, "run", None)
    assert execute(study, tmp_path / "a") == code
    assert {path: path.stat().st_mtime_ns for path in before} == before


@every_study_with_runs
def test_an_interrupted_study_resumes(study, tmp_path, monkeypatch, finished):
    """The command is interrupted after three progress reports, then repeated: stored runs are not run again."""
    code = finished(study, "whole")
    executed = []
    run = jobs.Worker.run
    monkeypatch.setattr(jobs.Worker, "run", lambda worker, spec: executed.append(spec) or run(worker, spec))
    reports = []

    def interrupt(_printer, progress):
        reports.append(progress)
        if len(reports) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("redbead.cli.console.ProgressPrinter.__call__", interrupt)
        assert execute(study, tmp_path / "parts", "--jobs", "1") == Exit.INTERRUPTED
    assert not (tmp_path / "parts" / manifest.NAME).exists()
    executed.clear()
    assert execute(study, tmp_path / "parts") == code
    second = len(executed)
    executed.clear()
    execute(study, tmp_path / "again")
    assert second < len(executed) or study == "targets", "targets consist of one point"
    assert digest(tmp_path / "parts") == digest(tmp_path / "whole")
    assert main(["verify", "parts"]) == Exit.GOOD
    assert not [path for path in (tmp_path / "parts").rglob("*") if path.name.startswith(".")]


@kinds_of_store
def test_a_second_command_on_the_same_folder_is_refused(study, tmp_path, capsys, finished):
    finished(study)
    before = files_of(tmp_path / "a")
    capsys.readouterr()
    with locked(tmp_path / "a"):
        assert execute(study, tmp_path / "a") == Exit.ENVIRONMENT
    assert "another command is writing to this folder" in capsys.readouterr().err
    assert files_of(tmp_path / "a") == before


@kinds_of_store
def test_other_contents_are_never_overwritten(study, tmp_path, capsys, finished):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    assert execute(study, tmp_path / "thesis") == Exit.BAD_INPUT
    assert [path.name for path in (tmp_path / "thesis").iterdir()] == ["chapter.txt"]
    other = "audit" if study == "lottery" else "lottery"
    finished(other, "other")
    before = files_of(tmp_path / "other")
    capsys.readouterr()
    assert execute(study, tmp_path / "other") == Exit.BAD_INPUT
    assert f"contains {WORDS[other]}, not {WORDS[manifest_kind(study)]}" in capsys.readouterr().err.replace("\n", " ")
    assert files_of(tmp_path / "other") == before


@kinds_of_store
def test_results_of_other_inputs_are_not_mixed(study, tmp_path, capsys, finished):
    finished(study)
    before = files_of(tmp_path / "a")
    words = OTHER_INPUTS.get(study, (*STUDIES[study], "--seed", "7"))
    assert main([*words, "--out", str(tmp_path / "a")]) == Exit.INTEGRITY
    message = capsys.readouterr().err
    assert "contains results of other inputs" in message
    assert "To start anew: redbead " in message
    assert files_of(tmp_path / "a") == before


@kinds_of_store
def test_a_damaged_journal_is_refused(study, tmp_path, capsys, finished):
    finished(study)
    path = tmp_path / "a" / STORE / journal.NAME
    path.write_bytes(path.read_bytes().replace(b"model", b"modal", 1))
    assert execute(study, tmp_path / "a") == Exit.INTEGRITY
    assert "line 1 is damaged or was edited" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="needs named pipes")
@kinds_of_store
def test_whatever_does_not_belong_to_a_folder_is_reported_by_its_path(study, tmp_path, capsys, finished):
    finished(study)
    assert main(["verify", "a"]) == Exit.GOOD
    makers = {
        "notes.txt": Path.touch,
        "notes": Path.mkdir,
        "link": lambda path: path.symlink_to(tmp_path),
        "pipe": os.mkfifo,
        f"{STORE}/notes.npy": Path.touch,
        f"{STORE}/pipe": os.mkfifo,
    }
    for name, make in makers.items():
        make(tmp_path / "a" / name)
    (tmp_path / "a" / STORE / LOCK).write_text("mine")
    capsys.readouterr()
    assert main(["verify", "a"]) == Exit.INTEGRITY
    printed = capsys.readouterr().err
    assert all(f"{name}: the " in printed for name in (*makers, f"{STORE}/{LOCK}"))
    assert f"{len(makers) + 1} problems found" in printed
    assert execute(study, tmp_path / "a") == Exit.INTEGRITY, "the store contains files of another command"


@kinds_of_store
def test_a_journal_with_wrong_records_and_new_hashes_is_refused(study, tmp_path, capsys, finished):
    finished(study)
    path = tmp_path / "a" / STORE / journal.NAME
    whole = path.read_bytes()
    for record in ({}, {"x": 1}, {"part": 0, "point": 0, "found": 0}, {"chunk": "1", "sha256": "f" * 64, "runs": []}):
        path.write_bytes(whole + journal.encode(record))
        content = manifest.read(tmp_path / "a")
        content["files"][f"{STORE}/{journal.NAME}"]["sha256"] = sha256(path)
        (tmp_path / "a" / manifest.NAME).write_text(json_text(manifest.with_hash(content)), encoding="utf-8")
        for words in (["verify", "a"], ["export", "a", "--to", "csv"], ["digest", "a"]):
            capsys.readouterr()
            assert main(words) == Exit.INTEGRITY
            assert (
                f"{STORE}/{journal.NAME}: the file contains a line that redbead did not write"
                in capsys.readouterr().err
            )
        assert execute(study, tmp_path / "a") == Exit.INTEGRITY


@pytest.mark.parametrize("study", [name for name in with_runs if "comparison" not in name])
def test_stored_results_of_another_form_are_refused(study, tmp_path, capsys, finished):
    finished(study)
    path = tmp_path / "a" / STORE / journal.NAME
    lines = [journal.decode(line) for line in path.read_bytes().splitlines(keepends=True)]
    lines[1] = {"part": lines[1]["part"], "point": lines[1]["point"], "found": "better numbers"}
    path.write_bytes(b"".join(map(journal.encode, lines)))
    capsys.readouterr()
    assert execute(study, tmp_path / "a") == Exit.INTEGRITY
    assert "is not one that this study stores" in capsys.readouterr().err


@every_study_with_runs
def test_failed_runs_give_exit_code_3_and_are_repeated_by_the_same_command(study, tmp_path, engine, finished):
    code = finished(study, "whole")
    engine.add(2)
    assert execute(study, tmp_path / "a") == Exit.SOME_RUNS_FAILED
    engine.clear()
    assert execute(study, tmp_path / "a") == code
    assert digest(tmp_path / "a") == digest(tmp_path / "whole")


@pytest.mark.parametrize(
    "results",
    [
        pytest.param(lambda: rb.run("small.yaml", runs=3, out="kept"), id="run"),
        pytest.param(lambda: rb.compare(["small.yaml", "strict.yaml"], runs=3, out="kept"), id="compare"),
        pytest.param(lambda: rb.lottery(cases=40), id="lottery"),
        pytest.param(lambda: rb.calibrate("fit.yaml", out="kept"), id="calibrate"),
        pytest.param(
            lambda: rb.sensitivity(
                "small.yaml", parameters=["fear.blame"], trajectories=2, samples=4, runs=2, out="kept"
            ),
            id="sensitivity",
        ),
        pytest.param(lambda: rb.twins("small.yaml", "strict.yaml"), id="twins", marks=pytest.mark.slow),
    ],
)
def test_results_are_pickled(results):
    """A pickled result is the same in another process, as long as its folder exists."""
    original = results()
    copy = pickle.loads(pickle.dumps(original))
    assert repr(copy) == repr(original)
    if hasattr(original, "digest") and callable(original.digest):
        assert copy.digest() == original.digest()


@pytest.mark.parametrize(
    ("study", "module"),
    [
        ("calibration", "calibration"),
        ("sensitivity study", "sensitivity"),
        pytest.param("twins", "twins", marks=pytest.mark.slow),
    ],
)
def test_the_page_of_a_study_states_the_command_with_its_options(monkeypatch, tmp_path, study, module):
    received, words = [], [*STUDIES[study], "--out", str(tmp_path / "a")]
    monkeypatch.setattr("sys.argv", ["/path/of/redbead", *words])
    monkeypatch.setattr(f"redbead.report.{module}.write_pages", lambda *values: received.append(values[-1]))
    assert execute(study, tmp_path / "a") in FINISHED
    assert received == [["redbead", *words]] == [manifest.read(tmp_path / "a")["command"]]
