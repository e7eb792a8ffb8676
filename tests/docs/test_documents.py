"""What the documents say is there is there, and what they tell you to type works."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer
import yaml

import redbead as rb
from redbead.cli import build, main
from redbead.levers import LEVERS
from redbead.studies.comparison import spec
from redbead.studies.comparison.inputs import gather

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs" / "how-to"
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "model/*.md", "runs/README.md", "scenarios/*.md", "notebooks/*.ipynb")
    for path in ROOT.glob(pattern)
)
COMMANDS = set(typer.main.get_command(build()).commands)
MACHINE = re.compile(r"(?<![\w.])/(home|root|Users|tmp|opt|mnt|work)/|\b[A-Z]:\\\\")
LONG = ("run", "test", "compare", "twins", "sensitivity", "calibrate")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def fences(document: str, language: str = "") -> list[str]:
    """The fenced blocks of one language."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", document, flags=re.MULTILINE | re.DOTALL)
    return [block for tongue, block in blocks if tongue == language]


def typed(document: str) -> list[list[str]]:
    """Every command line in the plain blocks, from the program's name on; what stands after two spaces explains."""
    lines = [line.split("  ")[0] for block in fences(document) for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith(("python3 start.py", "redbead"))]


def words(line: list[str]) -> list[str]:
    return line[1:] if line[0] == "redbead" else line[2:]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_resolve(path: Path) -> None:
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_machine_paths(path: Path) -> None:
    shown = re.sub(r'"image/png": "[^"]*"', "", path.read_text(encoding="utf-8"))
    assert MACHINE.findall(shown) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_exists(path: Path) -> None:
    for line in typed(path.read_text(encoding="utf-8")):
        first = next(iter(words(line)), "run")
        assert first in COMMANDS | {"test", "--help", "scenarios"}, " ".join(line)


def test_the_readme_opens_with_what_it_is_a_picture_and_two_commands() -> None:
    readme = text("README.md")
    assert "children's service" in " ".join(readme.splitlines()[:5])
    assert readme.index("![") < readme.index("python3 start.py\npython3 start.py test\n")
    assert "Synthetic. Compares cultures in a stylised service. Says nothing about a real child" in readme


def test_ci_runs_the_two_commands() -> None:
    script = ROOT / ".ci" / "run"
    lines = script.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "start.py" in line] == ["step python3 start.py", "step python3 start.py test"]
    assert "step .venv/bin/python -m pytest -m slow" in lines, "what the second command leaves out"
    assert os.access(script, os.X_OK)


@pytest.mark.parametrize("name", ["README.md", "docs/how-to/first-scenario.md"])
def test_quick_commands_work_as_typed(name: str, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    document = text(name)
    (block,) = fences(document, "yaml")
    file = re.search(r"`([\w-]+\.yaml)`", document)
    assert file
    Path(file[1]).write_text(block, encoding="utf-8")
    quick = [words(line) for line in typed(document) if words(line) and words(line)[0] not in LONG]
    assert len(quick) >= 6
    for line in quick:
        assert main(line) == 0, (line, capsys.readouterr().err)


def test_run_commands_work_as_typed(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("README.md", "docs/how-to/first-scenario.md"):
        document = text(name)
        file = re.search(r"`([\w-]+\.yaml)`", document)
        assert file
        Path(file[1]).write_text(fences(document, "yaml")[0], encoding="utf-8")
        for line in (words(line) for line in typed(document)):
            if line[:1] == ["run"]:
                assert main([*line, "--runs", "2"]) == 0, (line, capsys.readouterr().err)


@pytest.mark.slow  # a whole batch; and twins look at each phase of a week, which takes the compiler a while
@pytest.mark.parametrize("command", ["compare", "twins"])
def test_long_commands_of_the_readme_work_as_typed(command, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [words(line) for line in typed(text("README.md")) if words(line)[:1] == [command]]
    assert lines
    for line in lines:
        more = ["--runs", "2"] if command == "compare" else []
        assert main([*line, *more]) == 0, (line, capsys.readouterr().err)


@pytest.mark.slow  # rules of one's own run week by week, phase by phase, which takes the compiler a while
def test_python_of_the_readme_and_of_the_rule_how_to_runs() -> None:
    space: dict[str, object] = {}
    blocks = [*fences(text("README.md"), "python"), *fences((HOW_TO / "your-own-rule.md").read_text("utf-8"), "python")]
    assert len(blocks) == 4
    for block in blocks:
        exec(compile(block, "<document>", "exec"), space)
    for name in ("Loyal", "OneInTen"):
        model = rb.ChildrensService(
            rb.load("baseline").set({"time.warm_up_years": 0, "authority.posts": 24}),
            agents={rb.SocialWorker: space[name]},
        )
        model.run_for_weeks(4)
        assert model.week == 4


def test_python_of_the_first_scenario_runs(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    document = text("docs/how-to/first-scenario.md")
    Path("surge.yaml").write_text(fences(document, "yaml")[0], encoding="utf-8")
    (block,) = fences(document, "python")
    exec(compile(block, "<document>", "exec"), {})
    assert "hidden errors, give or take" in capsys.readouterr().out


def test_python_of_the_folder_how_to_runs(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    document = (HOW_TO / "read-a-run-folder.md").read_text(encoding="utf-8")
    named = re.search(r"runs/2026[\w-]+", document)
    assert named
    run = rb.run(rb.load("two-strikes").set({"time.years": 3}), runs=2, events=True)
    for folder in (named[0], "runs/story"):
        run.save(folder)
    for block in fences(document, "python"):
        exec(compile(block, "<document>", "exec"), {})
    shown = set(re.findall(r"^\| `([\w.]+)/?` \|", document, flags=re.MULTILINE))
    assert {path.name for path in Path(named[0]).iterdir()} <= shown


def test_the_batch_of_the_comparing_how_to_is_good_and_its_python_runs(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    document = (HOW_TO / "compare-policies.md").read_text(encoding="utf-8")
    Path("bad-year.yaml").write_text(fences(document, "yaml")[0], encoding="utf-8")
    found = gather(["bad-year.yaml"])
    assert "strikes with a promise" in found.names
    (block,) = fences(document, "python")
    space: dict[str, object] = {}
    exec(compile(block.replace("runs=100", "runs=3"), "<document>", "exec"), space)
    made = {path.name for path in Path("runs/mine").iterdir()}
    told = set(re.findall(r"`([\w.]+)/?`", document))
    assert made - told <= {"figures", "manifest.json", "policies"}


def test_the_comparing_how_to_explains_the_whole_vocabulary() -> None:
    document = (HOW_TO / "compare-policies.md").read_text(encoding="utf-8")
    known = set(spec.TOP) - {"format", "name", "title", "question", "source", "looks"}
    assert [key for key in sorted(known) if f"`{key}`" not in document] == []


@pytest.mark.filterwarnings("ignore:ipyparallel")
def test_python_of_the_analysers_how_to_runs() -> None:
    document = (HOW_TO / "other-analysers.md").read_text(encoding="utf-8")
    for block in fences(document, "python"):
        exec(compile(block, "<document>", "exec"), {})


def test_the_map_shows_every_room() -> None:
    rooms = {
        path.name
        for path in (ROOT / "model" / "redbead").iterdir()
        if not path.name.startswith("_") and (path.suffix == ".py" or any(path.rglob("*.py")))
    }
    assert [room for room in sorted(rooms) if f"`{room}" not in text("model/README.md")] == []


def test_decisions_are_numbered_and_listed() -> None:
    records = sorted(path for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    listed = text("docs/decisions/README.md")
    assert [path.name for path in records if f"({path.name})" not in listed] == []


def test_the_lever_to_copy_is_there() -> None:
    assert "improvement-time" in LEVERS
    assert (ROOT / "model/redbead/levers/improvement_time.py").is_file()


def test_licence_and_citation() -> None:
    licence = text("LICENSE")
    assert "Apache License" in licence
    assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in licence
    project = tomllib.loads(text("pyproject.toml"))["project"]
    citation = yaml.load(text("CITATION.cff"), Loader=yaml.BaseLoader)  # every word as text, nothing built
    assert (citation["version"], citation["license"]) == (project["version"], project["license"])
    assert f"## {project['version']}" in text("CHANGELOG.md")


def test_constraints_name_versions_and_no_address() -> None:
    lines = text("constraints.txt").splitlines()
    assert [line for line in lines if not re.match(r"[\w.-]+==[\w.+]+( ; .+)?$", line)] == []
    pinned = {re.split("==", line)[0].lower() for line in lines}
    project = tomllib.loads(text("pyproject.toml"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert {re.split(r"[<>=]", need)[0].lower().replace("_", "-") for need in needed} <= pinned
