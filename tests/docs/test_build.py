"""docs/build.py: the steps cover all generated documents, and a failed step changes nothing."""

import importlib.util
from pathlib import Path

import pytest

from redbead.report.documents import DOCUMENTS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def build():
    spec = importlib.util.spec_from_file_location("docs_build", DOCS / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def names_of(build, *arguments):
    return [step.name for step in build.selected(build.parser().parse_args(arguments))]


def test_every_document_of_the_code_has_a_step(build):
    assert set(build.DOCUMENTS) == set(DOCUMENTS)


def test_scripts_of_all_steps_exist(build):
    scripts = [step.command[0] for step in build.STEPS if step.command[0].endswith(".py")]
    scripts += [f"docs/make_{name}.py" for name in build.STUDIES]
    assert [name for name in scripts if not (DOCS.parent / name).is_file()] == []


def test_the_default_runs_no_simulation(build):
    assert names_of(build) == names_of(build, "--quick") == [step.name for step in build.STEPS if not step.simulates]
    assert names_of(build, "--all") == [step.name for step in build.STEPS]


def test_only_selects_steps_in_their_order(build):
    assert names_of(build, "--only", "coverage", "schema-batch") == ["schema-batch", "coverage"]


def test_studies_need_a_result_folder(build, tmp_path):
    (step,) = build.selected(build.parser().parse_args(["--only", "schema-batch", "--calibration", str(tmp_path)]))[1:]
    assert step.command == ("docs/make_calibration.py", str(tmp_path))


def test_a_failed_step_keeps_its_file_and_sets_the_exit_code(build, tmp_path, monkeypatch, capsys):
    page = tmp_path / "page.md"
    page.write_text("as before", encoding="utf-8")
    step = build.Step("page", ("-c", "import sys; print('half'); sys.exit(3)"), str(page))
    monkeypatch.setattr(build, "STEPS", (step,))
    assert build.main([]) == 1
    assert page.read_text(encoding="utf-8") == "as before"
    assert "Failed: page" in capsys.readouterr().err


def test_a_step_writes_its_output(build, tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    monkeypatch.setattr(build, "STEPS", (build.Step("page", ("-c", "print('new')"), str(page)),))
    assert build.main([]) == 0
    assert page.read_text(encoding="utf-8") == "new\n"
