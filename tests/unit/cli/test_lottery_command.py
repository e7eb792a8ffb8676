"""Command ``redbead lottery``: output, help, bad input, and light imports."""

import inspect
import json
import re
import subprocess
import sys

import pytest

from redbead.cli import build, main
from redbead.studies.lottery.study import OPTIONS, declaration


@pytest.fixture(autouse=True)
def _wide_enough(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def run(capsys):
    def _run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return _run


FAIR = ("lottery", "--leniency", "0", "--transient", "0", "--clustering", "0", "--poor", "0.2")


def test_the_answer_is_printed_as_sentences_and_a_table(run):
    code, out, err = run("lottery")
    assert (code, err) == (0, "")
    assert re.match(r"Of 150 identical authorities, \d+ are graded inadequate by chance alone", out)
    assert "truly better than the median" in " ".join(out.split())
    assert "Of all authorities" in out
    assert re.search(r"inadequate +\d+ \(\d+ to \d+\) +\d+ \(\d+ to \d+\)", out)
    assert "Next: redbead lottery --cases 120" in out
    assert all(len(line) <= 100 for line in out.splitlines())


def test_json_agrees_with_the_binomial_distribution(run):
    """27 fair cases at 20 %: 7.4 % of 150 are inadequate, and 92.6 % of those get a better grade at the next visit."""
    code, out, _ = run(*FAIR, "--spread", "0", "--json")
    data = json.loads(out)
    assert code == 0
    assert data["settings"] == {option: declaration(option).default for option in OPTIONS} | {
        "leniency": 0, "transient": 0, "clustering": 0, "spread": 0, "poor": 0.2,
    }  # fmt: skip
    assert data["identical"]["grades"]["inadequate"]["mean"] / 150 == pytest.approx(0.074, abs=0.0005)
    assert data["identical"]["inadequate_then_better"] == pytest.approx(0.926, abs=0.0005)
    assert data["differing"]["reliability"] == pytest.approx(0.0, abs=1e-12)
    assert "inadequate_but_above_median" not in data["differing"]
    assert len(data["curve"]) == 60


def test_some_inadequate_authorities_are_better_than_the_median(run):
    data = json.loads(run("lottery", "--spread", "0.6", "--json")[1])["differing"]
    assert 0 < data["inadequate_but_above_median"]["mean"] < data["grades"]["inadequate"]["mean"] / 2


def test_the_printed_command_gives_the_same_answer(run):
    first = run("lottery", "--cases", "60", "--nominated", "0.2", "--poor", "0.25")[1]
    command = re.search(r"Command: redbead (lottery[^\n]*(?:\n[^\n]+)*?)\n\n", first)
    assert command
    assert run(*command[1].split())[1] == first


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--cases", "5"), r"lottery: cases = 5 is outside the range 10 to 400 cases\.\n    Meaning: "),
        (("--cases", "27.5"), r"must be a whole number\.\n    Allowed: 10 to 400 cases"),
        (("--clustering", "0.3"), "outside the range 0 to 0.2 icc"),
        (("--bias", "0"), "outside the range 0.2 to 5 ratio"),
        (("--poor", "nan"), "outside the range 0.01 to 0.9 share"),
        (("--authorities", "1"), "outside the range 2 to 1000 authorities"),
        (("--leniency", "2", "--spread", "-1"), "2 problems found. Nothing was run."),
        (("--figure", "lottery.gif"), r"not a supported figure format\.\n    Choose a file name that ends in .png or"),
        (("--poor", "many"), "redbead lottery --help"),
        (("--sample", "9"), "redbead lottery --help"),
    ],
)
def test_bad_input_ends_in_a_message(run, words, message):
    code, out, err = run("lottery", *words)
    assert (code, out) == (2, "")
    assert re.search(message, err)
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("name", "start"), [pytest.param("a.png", b"\x89PNG", marks=pytest.mark.slow), ("deep/er/a.svg", b"<?xml")]
)
def test_a_figure_is_written(run, tmp_path, name, start):
    code, out, _ = run("lottery", "--figure", str(tmp_path / name))
    assert code == 0
    assert (tmp_path / name).read_bytes().startswith(start)
    assert "Figure:" in out


def test_a_figure_that_cannot_be_written_is_reported(run, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = run("lottery", "--figure", str(tmp_path / "file" / "a.png"))
    assert code == 5
    assert "Choose another folder with --figure" in err


@pytest.mark.parametrize("option", OPTIONS)
def test_help_shows_meaning_default_and_range_of_the_declaration(run, option):
    text = " ".join(run("lottery", "--help")[1].split())
    item = declaration(option)
    help_text = re.search(rf"--{option.replace('_', '-')} <float> (.*?)\. \[default: ([\d.]+); range: (.*?)\]", text)
    assert help_text
    assert help_text[1].lower() == item.param.meaning.lower()
    assert float(help_text[2]) == item.default
    assert help_text[3] == item.param.range_text()


def test_the_command_has_one_option_per_setting():
    (command,) = (command for command in build().registered_commands if command.callback.__name__ == "lottery")
    assert list(inspect.signature(command.callback).parameters) == [*OPTIONS, "figure", "out", "json"]


def test_the_command_imports_no_heavy_package():
    heavy = ("numba", "mesa", "pandas", "matplotlib", "networkx", "duckdb")
    code = (
        f"import sys; from redbead.cli import main; main(['lottery']); print([m for m in {heavy} if m in sys.modules])"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.splitlines()[-1] == "[]"
    assert process.stderr == ""
