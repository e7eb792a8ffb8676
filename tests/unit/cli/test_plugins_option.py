"""The option ``--plugins`` of all commands: own levers and measures in runs, folders and lists."""

import hashlib
import json
import shlex
import subprocess
import sys

import pytest

import redbead as rb
from redbead.cli import main
from redbead.report import run_page
from redbead.scenario import plugins

SOURCE = '''
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import redbead as rb


@dataclass(frozen=True, kw_only=True)
class QuietHours(rb.Lever, kind="quiet-hours"):
    """Keep part of the day free of meetings."""

    audience = "team managers"
    hours: Annotated[float, rb.Param("share", 0, 0.1, "working hours no longer lost")] = 0.02

    def effects(self):
        return (rb.ParameterEffect("workload.admin_hours", shift=-self.hours),)


@rb.measure(unit="errors/worker/week", better="down")
def errors_per_worker(errors_generated, staff):
    """Practice errors made, per worker in post."""
    return errors_generated / np.maximum(staff, 1)
'''
OWN = """
format: 1
time: {years: 1, warm_up_years: 0.5}
authority: {posts: 24}
levers:
  - {kind: "my_module:QuietHours", hours: 0.05, from_week: 10}
"""
BATCH = """
format: 1
policies: {today: baseline, quiet: own.yaml}
baseline: today
time: {years: 1, warm_up_years: 0.5}
runs: 3
grid: {policy: quiet, values: {"levers.my_module:QuietHours.hours": [0.01, 0.05]}}
measures: {"my_module:errors_per_worker": 5 %}
"""
MEASURE = "my_module:errors_per_worker"
USE = ("--plugins", "my_module")
ADVICE = "--plugins my_module"


@pytest.fixture(autouse=True)
def _here(plugin, engine, no_report, tmp_path, monkeypatch):
    plugin(SOURCE)
    (tmp_path / "own.yaml").write_text(OWN)
    (tmp_path / "batch.yaml").write_text(BATCH.replace("grid", "# grid"))
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def command(capsys):
    """Run a command; return its exit code and all that it printed."""

    def run(*words):
        code = main([str(word) for word in words])
        return code, "".join(capsys.readouterr())

    return run


@pytest.fixture
def without_plugins(monkeypatch):
    """Forget the plug-ins, as a new process would."""

    def forget():
        plugins.LOADED.clear()
        plugins.OWN_MEASURES.clear()
        plugins._forget({"my_module", "my_helper"} & set(sys.modules))

    return forget


@pytest.mark.parametrize(
    "words",
    [
        ("validate", "own.yaml"), ("validate", "batch.yaml"), ("run", "own.yaml"), ("plan", "batch.yaml"),
        ("compare", "batch.yaml"), ("compare", "baseline", "own.yaml"), ("diff", "baseline", "own.yaml"),
        ("levers", "my_module:QuietHours"), ("measures", MEASURE),
        ("sensitivity", "baseline", "--outcome", MEASURE),
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_command_that_meets_an_own_lever_or_measure_needs_the_option(command, words, tmp_path):
    code, text = command(*words)
    assert code == 2
    assert ADVICE in text
    assert not plugins.LOADED
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("validate", "own.yaml", "batch.yaml"), "my_module:QuietHours from week 10"),
        (("levers",), "my_module:QuietHours"),
        (("levers", "my_module:QuietHours"), "working hours no longer lost"),
        (("levers", "--json"), '"kind": "my_module:QuietHours"'),
        (("measures", MEASURE), "Practice errors made, per worker in post"),
        (("measures", "--json"), '"name": "my_module:errors_per_worker"'),
        (("diff", "baseline", "own.yaml"), "my_module:QuietHours"),
    ],
    ids=lambda item: " ".join(item) if isinstance(item, tuple) else "",
)
def test_with_the_option_own_levers_and_measures_are_listed_and_valid(command, words, expected):
    code, text = command(*words, *USE)
    assert code == 0
    assert expected in text


def next_commands(text):
    """Commands that a command printed after "Next:"."""
    after = text.partition("\nNext: ")[2].splitlines()
    return [line.strip() for line in after if line.strip().startswith("redbead ")]


@pytest.mark.parametrize(
    "words",
    [
        ("validate", "own file.yaml"), ("validate", "batch.yaml"), ("plan", "batch.yaml"),
        ("diff", "baseline", "own file.yaml"), ("levers", "my_module:QuietHours"), ("measures",),
        ("scenarios", "own file.yaml"), ("report", "a b"), ("export", "a b", "--to", "csv"), ("verify", "a b"),
        ("replay", "a b", "own-1"), ("run", "own file.yaml", "--runs", "2", "--out", "a c"),
        ("compare", "batch.yaml", "--out", "a c"), ("compare", "own.yaml", "own file.yaml", "--runs", "2"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_next_command_runs_as_it_is_printed(command, without_plugins, monkeypatch, tmp_path, words):
    (tmp_path / "own file.yaml").write_text(OWN)
    monkeypatch.setattr("redbead.studies.replay.is_identical", lambda *_: True)  # results are synthetic
    monkeypatch.setattr("redbead.cli.run_folders._print_trace", lambda *_, **__: 0)
    assert command("run", "own.yaml", "--runs", "2", "--out", "a b", *USE)[0] == 0
    text = command(*words, *USE)[1]
    lines = next_commands(text)
    assert lines, text
    for line in lines:
        assert line.count(ADVICE) == 1
        without_plugins()
        assert command(*shlex.split(line)[1:])[0] == 0, line


@pytest.mark.parametrize(
    "words",
    [("run", "own file.yaml"), ("compare", "batch.yaml"), ("sweep", "baseline", "fear.blame", "0.4", "0.5")],
    ids=" ".join,
)
def test_the_next_steps_of_a_report_run_as_they_are_written(command, without_plugins, monkeypatch, tmp_path, words):
    """One runs where the original command ran and extends its folder, the other in the folder of the report."""
    written = []
    monkeypatch.setattr(
        "redbead.report.comparison.page.write_pages",
        lambda folder, results, _digest, command, *_: written.append(run_page.next_commands(command, 5, "x")),
    )
    (tmp_path / "own file.yaml").write_text(OWN)
    first = ("--runs", "2", "--out", "a b", *USE)
    assert command(*words, *first)[0] == 0
    (extend, _), (export, _) = written[-1]
    without_plugins()
    assert command(*shlex.split(extend)[1:])[0] == 0
    assert json.loads((tmp_path / "a b/manifest.json").read_text())["runs"]["asked"] == 5
    without_plugins()
    monkeypatch.chdir(tmp_path / "a b")
    assert command(*shlex.split(export)[1:])[0] == 0


def test_results_of_a_program_are_extended_in_that_program():
    (again, where), _ = run_page.next_commands(["study.py"], 200, "x")
    assert (again, where.partition(":")[0]) == ("runs=200", "in the program that made these results")


def test_a_run_records_the_source_of_the_plug_in(command, tmp_path):
    assert command("run", "own.yaml", "--runs", "3", "--out", "o", *USE)[0] == 0
    digest = hashlib.sha256((tmp_path / "my_module.py").read_bytes()).hexdigest()
    record = json.loads((tmp_path / "o/manifest.json").read_text())
    assert record["plugins"] == [{"module": "my_module", "file": "my_module.py", "sha256": digest}]


def test_the_command_that_repeats_a_failed_run_names_the_plug_in(command, engine, without_plugins, tmp_path):
    engine.add(2)
    code, text = command("run", "own.yaml", "--runs", "2", "--out", "o", *USE)
    assert code == 3
    key = next((tmp_path / "o/failures").glob("*.txt")).stem
    assert f"redbead replay o {key} {ADVICE}" in text
    written = (tmp_path / f"o/failures/{key}.txt").read_text()
    assert f"redbead replay o {key} {ADVICE}\n" in written
    without_plugins()
    line = next(line.strip() for line in written.splitlines() if line.strip().startswith("redbead replay"))
    code, text = command(*shlex.split(line)[1:])
    assert (code, "failed again" in text) == (3, True)


def test_runs_without_plug_ins_record_none(command, tmp_path):
    assert command("run", "baseline", "--runs", "2", "--set", "time.years=1", "--out", "o")[0] == 0
    assert "plugins" not in json.loads((tmp_path / "o/manifest.json").read_text())


def test_own_measures_are_outcomes_and_weekly_values_of_a_batch(command):
    code, text = command("compare", "batch.yaml", "--out", "o", *USE)
    assert code == 0
    assert "Errors per worker (errors/worker per year)" in text
    results = rb.read_results("o")
    weekly, runs = results.weekly, results.runs
    expected = weekly["errors_generated"] / weekly["staff"].clip(lower=1)
    assert (weekly[MEASURE] == expected).all()
    assert weekly.attrs["units"][MEASURE] == "errors/worker/week"
    yearly = 52 * weekly.groupby(["policy", "run"])[MEASURE].mean()
    assert runs.set_index(["policy", "run"])[MEASURE].sort_index().to_numpy() == pytest.approx(yearly.to_numpy())
    summary = results.summary if not callable(results.summary) else results.summary()
    assert MEASURE in set(summary["measure"])


def test_a_grid_varies_the_numbers_of_an_own_lever(command, tmp_path):
    (tmp_path / "batch.yaml").write_text(BATCH.replace("today: baseline, quiet", "today: own.yaml, quiet"))
    code, text = command("validate", "batch.yaml", *USE)
    assert code == 0, text
    assert "valid batch" in text


@pytest.mark.parametrize("words", [("replay", "o", "own-1"), ("verify", "o", "--rerun", "1"), ("report", "o")])
def test_folders_that_need_the_plug_in_name_it_and_never_import_it(command, without_plugins, words):
    assert command("run", "own.yaml", "--runs", "2", "--out", "o", *USE)[0] == 0
    without_plugins()
    code, text = command(*words)
    assert code == 2
    assert "o: the folder was made with the plug-in my_module" in text
    assert ADVICE in text
    assert "my_module" not in sys.modules


@pytest.mark.parametrize("words", [("verify", "o"), ("digest", "o"), ("export", "o", "--to", "csv")])
def test_stored_data_can_be_used_without_the_plug_in(command, without_plugins, words):
    assert command("run", "own.yaml", "--runs", "2", "--out", "o", *USE)[0] == 0
    without_plugins()
    code, text = command(*words)
    assert code == 0, text
    assert "my_module" not in sys.modules


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "o"), ("verify", "o", "--rerun", "1"), ("replay", "o", "own-1"), ("report", "o"),
        ("run", "own.yaml", "--runs", "3", "--out", "o"),
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("changed", ["my_module", "my_helper"])
def test_a_changed_plug_in_is_refused_with_both_digests(command, without_plugins, plugin, words, changed):
    """A local module that the plug-in imports counts like the plug-in itself."""
    sources = {"my_module": f"import my_helper\n{SOURCE}", "my_helper": "VALUE = 1\n"}
    for name, source in sources.items():
        plugin(source, name=name)
    assert command("run", "own.yaml", "--runs", "2", "--out", "o", *USE)[0] == 0
    digests = [plugins.LOADED["my_module"].sha256[:12]]
    without_plugins()
    plugin(sources[changed] + "\n# changed\n", name=changed)
    code, text = command(*words, *USE)
    digests.append(plugins.LOADED["my_module"].sha256[:12])
    assert code == 4
    assert digests[0] != digests[1]
    assert all(digest in text for digest in digests)


def test_the_same_command_with_the_same_plug_in_continues_its_folder(command, without_plugins):
    assert command("run", "own.yaml", "--runs", "2", "--out", "o", *USE)[0] == 0
    without_plugins()
    code, text = command("run", "own.yaml", "--runs", "3", "--out", "o", *USE)
    assert code == 0
    assert "1 of 1 run" in text
    assert command("replay", "o", "own-3", *USE)[0] == 0


def test_the_default_folders_with_and_without_a_plug_in_differ(command, without_plugins, tmp_path):
    words = ("run", "baseline", "--runs", "2", "--set", "time.years=1")
    assert command(*words)[0] == 0
    assert command(*words, *USE)[0] == 0
    names = sorted(path.name for path in (tmp_path / "runs").iterdir())
    assert len(names) == 2
    assert names[1] == f"{names[0]}-my_module"


@pytest.mark.parametrize("name", ["my_missing", "my module", "redbead", "my_module.py"])
def test_a_plug_in_that_cannot_be_imported_ends_with_exit_code_2(command, name):
    code, text = command("validate", "own.yaml", "--plugins", name)
    assert code == 2
    assert text.startswith(f"--plugins: {name} is ")
    assert "Traceback" not in text


@pytest.mark.slow
def test_another_process_finds_the_plug_in_in_its_current_folder(tmp_path):
    words = (sys.executable, "-m", "redbead.cli", "run", "own.yaml", "--runs", "2", "--out", "o", *USE)
    finished = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    words = (sys.executable, "-m", "redbead.cli", "verify", "o", "--rerun", "2", *USE)
    assert "identical results" in subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True).stdout


AGENTS = """
import redbead as rb


class Open(rb.SocialWorker):
    def willingness_to_report(self, severity=1.0):
        return 1.0
"""


@pytest.mark.slow  # processes that import the model
def test_own_agents_and_own_levers_and_measures_run_together_in_processes(plugin, tmp_path):
    """With two processes and with one, the results and the outcomes are equal, and a run can be repeated."""
    plugin(AGENTS, "my_agents")
    small = ("--set", "time.years=0.2", "--set", "time.warm_up_years=0.1", "--set", "authority.posts=6")
    own = (*USE, "--agents", "my_agents:Open")
    program = (sys.executable, "-P", "-m", "redbead.cli")

    def call(*words):
        return subprocess.run([*program, *words], capture_output=True, text=True, cwd=tmp_path)

    digests = []
    for jobs in ("1", "2"):
        done = call("run", "own.yaml", "--runs", "3", "--alone", "--jobs", jobs, "--out", jobs, *small, *own)
        assert done.returncode == 0, done.stderr
        digests.append(call("digest", jobs).stdout)
    assert digests[0] == digests[1]
    assert f"{MEASURE}," in (tmp_path / "2" / "summary.csv").read_text()
    repeated = call("replay", "2", "own-2", *own)
    assert "the results are identical" in repeated.stdout, repeated.stdout + repeated.stderr


PUSH = SOURCE.replace("shift=-self.hours", "shift=-9.0")
"""An own lever that would make the hours of administration negative."""


@pytest.mark.parametrize(
    "words",
    [
        ("validate", "own.yaml"), ("validate", "batch.yaml"), ("plan", "batch.yaml"),
        ("run", "own.yaml", "--runs", "2"),
        ("compare", "batch.yaml"), ("sweep", "own.yaml", "levers.my_module:QuietHours.hours", "0.01", "0.05"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_value_beyond_the_range_of_a_parameter_is_a_warning(command, plugin, words):
    """The command still succeeds. With effects within the range there is no warning."""
    code, text = command(*words, *USE)
    assert (code, "Warning" in text) == (0, False), text
    plugins.LOADED.clear()
    plugins.OWN_MEASURES.clear()
    plugins._forget({"my_module"})
    plugin(PUSH)
    code, text = command(*words, *USE, *(() if words[0] in ("validate", "plan") else ("--out", "other")))
    text = " ".join(text.split())
    assert code == 0, text
    assert "my_module:QuietHours would change workload.admin_hours to −9, beyond its minimum of −0.3." in text
    assert "The model uses −0.3 instead, in 42 weeks" in text


def test_warnings_are_part_of_the_json_of_validate(command, plugin):
    plugin(PUSH)
    code, text = command("validate", "own.yaml", "--json", *USE)
    (item,) = json.loads(text)["files"]
    assert code == 0
    assert item["warnings"][0].startswith("own.yaml: my_module:QuietHours would change workload.admin_hours")
