"""Execution of studies that consist of points: folders, repetition, failures and digests."""

import pytest

from redbead.exceptions import BadInputError, EnvironmentProblemError, IntegrityError, RunsFailedError
from redbead.execution.runs import run_options
from redbead.scenario.scenario import Scenario
from redbead.storage import journal, manifest
from redbead.storage.point_store import Finished, Point, run_points
from redbead.storage.study_folder import STORE, StudyFiles, header_of, inputs_digest, locked

TODAY = Scenario(name="today", years=2.0, warm_up_years=0.5)


def header(**inputs):
    return header_of("targets", inputs_digest({"a": 1} | inputs))


class Counted:
    """A study of two points that counts how often its points are evaluated and its files made."""

    def __init__(self, table="level\n0.5\n"):
        self.table, self.evaluated, self.written = table, 0, 0

    def evaluate(self, points):
        self.evaluated += 1
        means = points.evaluate(
            "all", [Point(TODAY, 2, seed, lambda get: float(get("fear").mean())) for seed in (1, 5)]
        )
        return tuple(means)

    def files(self, results):
        self.written += 1
        return StudyFiles({"levels.csv": self.table}, {"note.txt": f"{len(results)} levels"}, {"levels": len(results)})

    def run(self, folder, **inputs):
        command = ["redbead", "check"]
        return run_points(folder, header(**inputs), run_options(jobs=1), self.evaluate, self.files, command=command)


def test_without_a_folder_results_are_returned_and_no_files_are_made(engine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    study = Counted()
    finished = study.run(None)
    assert isinstance(finished, Finished)
    assert (finished.folder, finished.digest, study.written) == (None, "", 0)
    assert len(finished.results) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_folder_contains_tables_texts_store_and_manifest(engine, tmp_path):
    finished = Counted().run(tmp_path / "out")
    assert finished.folder == tmp_path / "out"
    assert (finished.folder / "levels.csv").read_text(encoding="utf-8") == "level\n0.5\n"
    assert (finished.folder / "note.txt").read_text(encoding="utf-8") == "2 levels"
    assert (finished.folder / STORE / journal.NAME).is_file()
    stored = manifest.read(finished.folder)
    assert stored["results_digest"] == finished.digest
    assert stored["command"] == ["redbead", "check"]
    assert stored["levels"] == 2


def test_results_are_equal_with_and_without_a_folder(engine, tmp_path):
    assert Counted().run(None).results == Counted().run(tmp_path / "out").results


def test_a_finished_study_is_neither_run_nor_written_again(engine, tmp_path):
    first = Counted().run(tmp_path / "out")
    engine.update((1, 2, 5, 6))  # any run would fail now
    study = Counted("another table\n")
    again = study.run(tmp_path / "out")
    assert study.written == 0
    assert again == first


def test_the_digest_depends_on_the_tables_only(engine, tmp_path):
    first, equal, other = (
        Counted(table).run(tmp_path / name).digest
        for name, table in (("a", "level\n0.5\n"), ("b", "level\n0.5\n"), ("c", "level\n0.6\n"))
    )
    assert first == equal != other


def test_a_failed_run_keeps_all_other_points_for_the_next_attempt(engine, tmp_path):
    """The second point has the seeds 5 and 6."""
    engine.add(6)
    study = Counted()
    with pytest.raises(RunsFailedError, match="seed 6"):
        study.run(tmp_path / "out")
    assert study.written == 0
    assert not (tmp_path / "out" / manifest.NAME).exists()
    engine.clear()
    engine.update((1, 2))  # the first point is stored and need not run
    resumed = study.run(tmp_path / "out").results
    assert study.written == 1
    engine.clear()
    assert resumed == Counted().run(None).results


def test_other_inputs_are_refused_and_nothing_is_changed(engine, tmp_path):
    Counted().run(tmp_path / "out")
    before = (tmp_path / "out" / STORE / journal.NAME).read_bytes()
    study = Counted()
    with pytest.raises(IntegrityError, match="contains results of other inputs"):
        study.run(tmp_path / "out", a=2)
    assert study.evaluated == 0
    assert (tmp_path / "out" / STORE / journal.NAME).read_bytes() == before


def test_a_folder_in_use_is_refused(engine, tmp_path):
    Counted().run(tmp_path / "out")
    with locked(tmp_path / "out"), pytest.raises(EnvironmentProblemError):
        Counted().run(tmp_path / "out")


def test_the_lock_is_released_after_a_failure(engine, tmp_path):
    def refuse(_points):
        raise BadInputError([])

    with pytest.raises(BadInputError):
        run_points(tmp_path / "out", header(), run_options(jobs=1), refuse, Counted().files, command=["redbead"])
    assert Counted().run(tmp_path / "out").digest


def test_the_journal_starts_with_the_identity_of_the_study(engine, tmp_path):
    Counted().run(tmp_path / "out")
    stored = journal.read_header(tmp_path / "out" / STORE / journal.NAME)
    assert (stored["kind"], stored["inputs"]) == ("targets", header()["inputs"])
    assert header(a=2)["inputs"] != stored["inputs"]


def test_a_report_is_written_into_the_folder_and_states_the_digest(engine, tmp_path):
    def files(_results):
        return StudyFiles({"t.csv": "a\n"}, pages=lambda folder, digest: (folder / "report.txt").write_text(digest))

    options = run_options(jobs=1)
    finished = run_points(tmp_path / "out", header(), options, Counted().evaluate, files, command=["redbead"])
    assert (finished.folder / "report.txt").read_text(encoding="utf-8") == finished.digest
