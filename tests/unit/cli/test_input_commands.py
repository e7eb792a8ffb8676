"""Commands ``validate``, ``diff``, ``schema`` and the lists: output, exit codes, and light imports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from redbead import parameters
from redbead.cli import _MODULES, build, main

MODEL = Path(__file__).parents[3] / "model"
FILES = MODEL.parent


@pytest.fixture(autouse=True)
def _wide_enough(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def run(capsys):
    def _run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return _run


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text("inspection:\n  case_tracked: 27\n  stakes: 7\n")
    return path


def test_the_program_without_arguments_prints_first_steps(run):
    code, out, _ = run()
    assert code == 0
    assert "redbead run baseline" in out
    assert "two-strikes  " in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_the_version_is_printed(run):
    assert run("--version")[1].startswith("redbead 0.")


def names_of(app):
    return {command.name or command.callback.__name__ for command in app.registered_commands}


def test_every_command_is_listed_with_its_module():
    assert set(_MODULES) == names_of(build())
    for name, module in _MODULES.items():
        assert names_of(build(name)) == {other for other in _MODULES if _MODULES[other] == module}


@pytest.mark.parametrize("name", ["validate", "diff", "scenarios", "levers", "parameters", "schema"])
def test_every_command_has_help(run, name):
    code, out, _ = run(name, "--help")
    assert code == 0
    assert "Usage: redbead" in out
    assert name in run("--help")[1]


def test_a_misspelt_command_is_refused_with_the_nearest_name(run):
    code, out, err = run("validat", "x.yaml")
    assert (code, out) == (2, "")
    assert "'validat' is not a known command." in err
    assert "Did you mean 'redbead validate'?" in err
    assert "redbead --help" in run("xyz")[2]


@pytest.mark.parametrize(
    "words", [("validate",), ("validate", "--what"), ("diff", "baseline"), ("schema", "batch", "x"), ("-x",)]
)
def test_a_usage_error_is_bad_input_without_a_traceback(run, words):
    code, _, err = run(*words)
    assert code == 2
    assert "--help" in err
    assert "Traceback" not in err


def test_valid_files_are_summarised_with_the_next_command(run):
    code, out, err = run("validate", "baseline", "two-strikes")
    assert (code, err) == (0, "")
    assert "two-strikes from week 52" in " ".join(out.split())
    assert "Next: redbead run baseline" in out


def test_all_problems_of_all_files_are_reported(run, bad):
    code, out, err = run("validate", "baseline", str(bad), "missing.yaml")
    meaning = parameters.register()["inspection.cases_tracked"].param.meaning
    assert (code, out) == (2, "")
    assert f"{bad}:2:3: inspection.case_tracked is not a known key.\n" in err
    assert f"    Did you mean cases_tracked ({meaning}, 10 to 400 cases)?\n" in err
    assert "inspection.stakes = 7 is outside the range 0 to 1.\n" in err
    assert "missing.yaml: the file cannot be read: No such file or directory.\n" in err
    assert err.rstrip().endswith("3 problems found. Nothing was run.")


def test_problems_are_printed_as_json(run, bad):
    code, out, _ = run("validate", str(bad), "--json")
    data = json.loads(out)
    assert (code, data["good"], [p["line"] for p in data["problems"]]) == (2, False, [2, 3])
    assert run("validate", "baseline", "--json")[0] == 0


def test_a_lever_that_starts_after_the_end_is_noted(run, tmp_path):
    path = tmp_path / "late.yaml"
    path.write_text("levers: [{kind: two-strikes, from_week: 999}]")
    assert "it has no effect" in " ".join(run("validate", str(path))[1].split())


def test_diff_prints_differences_as_sentences(run):
    code, out, _ = run("diff", "baseline", "two-strikes")
    assert code == 0
    assert "Added: lever two-strikes: from week 52, ramp_weeks 8." in out
    assert json.loads(run("diff", "baseline", "baseline", "--json")[1])["differences"] == []
    assert "baseline and baseline give the model the same inputs." in run("diff", "baseline", "baseline")[1]
    assert run("diff", "baseline", "nope")[0] == 2


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("scenarios",), "two-strikes"),
        (("scenarios", "two-strikes"), "kind: two-strikes"),
        (("levers",), "just-culture"),
        (("levers", "just-culture"), "proponents"),
        (("parameters",), "reporting"),
        (("parameters", "reporting.fear"), "change: {reporting.fear: 3}"),
        (("parameters", "inspection.stakes"), "inspection: {stakes: 0.7}"),
        (("parameters", "inspection"), "inspection.cases_tracked"),
        (("parameters", "*fear*"), "burnout.fear"),
        (("parameters", "anonym"), "reporting.anonymity"),
    ],
)
def test_lists_fit_the_terminal_and_print_the_next_command(run, words, text):
    code, out, _ = run(*words)
    assert code == 0
    assert text in out
    assert "Next: redbead " in out
    if words != ("scenarios", "two-strikes"):
        assert all(len(line) <= 80 for line in out.splitlines())


@pytest.mark.parametrize(
    "words", ["scenarios", "scenarios baseline", "levers", "levers two-strikes", "parameters", "parameters fear.floor"]
)
def test_lists_are_printed_as_json(run, words):
    assert json.loads(run(*words.split(), "--json")[1])


@pytest.mark.parametrize(
    "words", [("scenarios", "two-strike"), ("levers", "two-strike"), ("parameters", "reporting.feer")]
)
def test_an_unknown_name_is_refused_with_the_nearest_name(run, words):
    code, _, err = run(*words)
    assert code == 2
    assert "Did you mean " in err


def test_the_schema_of_every_type_is_printed_as_json(run):
    assert json.loads(run("schema")[1])["title"] == "Red Bead scenario"
    assert json.loads(run("schema", "targets")[1])["required"] == ["format", "targets"]
    code, _, err = run("schema", "batches")
    assert code == 2
    assert "batches is not a known type of file" in err
    assert "Did you mean batch?" in err


@pytest.mark.parametrize(
    ("file", "summary", "next_command"),
    [
        ("scenarios/management/two-strikes.yaml", "valid scenario: 10 years", "redbead run"),
        ("scenarios/batches/blame-or-learning.yaml", "valid batch: 4 policies", "redbead plan"),
        ("checks/blame.yaml", "valid checks: 4 checks with ", "redbead check"),
        ("model/redbead/data/england.yaml", "valid targets: 34 targets", "redbead check --targets"),
        ("calibrations/england.yaml", "valid calibration: 27 free parameters", "redbead calibrate"),
    ],
)
def test_validate_states_the_type_of_a_file_and_the_command_that_uses_it(run, file, summary, next_command):
    path = str(FILES / file)
    code, out, _ = run("validate", path)
    assert code == 0
    assert summary in " ".join(out.split())
    assert f"Next: {next_command} {path}" in out
    data = json.loads(run("validate", path, "--json")[1])
    assert [item["type"] for item in data["files"]] == [summary.split()[1].rstrip(":")]


def test_validate_needs_a_file(run):
    code, _, err = run("validate")
    assert code == 2
    assert "Missing argument 'FILE...'." in err


def python(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(MODEL), **env},
        check=False,
    )


HEAVY = ("numba", "pandas", "scipy", "mesa", "matplotlib", "networkx", "sklearn", "rich", "redbead.engine")
LIGHT = [
    "", "--help", "validate --help", "validate two-strikes", "validate blame-or-learning",
    f"validate {FILES / 'checks' / 'blame.yaml'}", f"validate {FILES / 'calibrations' / 'england.yaml'}",
    "schema batch", "levers", "levers just-culture", "parameters", "parameters fear", "scenarios", "scenarios baseline",
    "diff baseline two-strikes", "plan baseline two-strikes", "plan blame-or-learning",
]  # fmt: skip


def test_light_commands_import_no_engine_and_no_heavy_package():
    """One process runs all commands, and lists after each what has been imported up to then."""
    code = f"""
import json, sys
from redbead.cli import main
for words in {LIGHT}:
    code = main(words.split())
    print(json.dumps([words, code, [name for name in {HEAVY} if name in sys.modules]]), file=sys.stderr)
"""
    process = python(code)
    assert [json.loads(line) for line in process.stderr.splitlines()] == [[words, 0, []] for words in LIGHT]


def test_validate_imports_no_pydantic_and_only_the_modules_of_its_levers():
    code = """
import sys
from redbead.cli import main
main(["validate", "two-strikes"])
print([name for name in sys.modules if name.startswith("redbead.levers.")], "pydantic" in sys.modules)
"""
    assert python(code).stdout.splitlines()[-1] == "['redbead.levers.base', 'redbead.levers.culture'] False"


def test_a_terminal_without_unicode_causes_no_traceback():
    process = python("from redbead.cli import main; main(['validate', 'été.yaml'])", PYTHONIOENCODING="ascii")
    assert "Traceback" not in process.stderr
    assert "cannot be read" in process.stderr


def test_a_closed_pipe_is_not_an_error():
    code = "import sys; from redbead.cli import main; sys.exit(main(['parameters', '--json']))"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(MODEL)},
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == 0


def test_an_interrupted_command_is_printed_for_repetition(run, monkeypatch):
    def interrupt(_data):
        raise KeyboardInterrupt

    monkeypatch.setattr("redbead.cli.console.print_json", interrupt)
    code, _, err = run("schema")
    assert code == 130
    assert "redbead schema" in err
