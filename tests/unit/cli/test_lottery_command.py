"""``redbead lottery``: what it prints, what it refuses, how little it loads."""

import json
import re
import subprocess
import sys

import pytest

from redbead.cli import main
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


def test_it_answers_in_words_and_a_table(run):
    code, out, err = run("lottery")
    assert (code, err) == (0, "")
    assert re.match(r"Of 150 identical authorities, \d+ are graded inadequate by chance alone", out)
    assert "truly better than the median" in " ".join(out.split())
    assert "Of all authorities" in out
    assert re.search(r"inadequate +\d+ \(\d+ to \d+\) +\d+ \(\d+ to \d+\)", out)
    assert "Next: redbead lottery --cases 120" in out
    assert all(len(line) <= 100 for line in out.splitlines())


def test_t1_in_json(run):
    """27 fair cases at 20 %: 7.4 % of 150 fail, and 92.6 % of those get a better grade next time."""
    code, out, _ = run(*FAIR, "--spread", "0", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["settings"] == {option: declaration(option).default for option in OPTIONS} | {
        "leniency": 0, "transient": 0, "clustering": 0, "spread": 0, "poor": 0.2,
    }  # fmt: skip
    assert told["identical"]["grades"]["inadequate"]["mean"] / 150 == pytest.approx(0.074, abs=0.0005)
    assert told["identical"]["inadequate_then_better"] == pytest.approx(0.926, abs=0.0005)
    assert told["differing"]["reliability"] == pytest.approx(0.0, abs=1e-12)
    assert "inadequate_but_above_median" not in told["differing"]
    assert len(told["curve"]) == 60


def test_where_authorities_differ_some_are_wronged(run):
    told = json.loads(run("lottery", "--spread", "0.6", "--json")[1])["differing"]
    assert 0 < told["inadequate_but_above_median"]["mean"] < told["grades"]["inadequate"]["mean"] / 2


def test_the_command_it_prints_gives_the_same_answer(run):
    first = run("lottery", "--cases", "60", "--nominated", "0.2", "--poor", "0.25")[1]
    again = re.search(r"Again: redbead (lottery[^\n]*(?:\n[^\n]+)*?)\n\n", first)
    assert again
    assert run(*again[1].split())[1] == first


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--cases", "5"), r"lottery: cases = 5: outside 10 to 400 cases\n    number of cases that inspectors track"),
        (("--cases", "27.5"), "a whole number is needed, 10 to 400 cases"),
        (("--clustering", "0.3"), "outside 0 to 0.2 icc"),
        (("--bias", "0"), "outside 0.2 to 5 ratio"),
        (("--poor", "nan"), "outside 0.01 to 0.9 share"),
        (("--authorities", "1"), "outside 2 to 1000 authorities"),
        (("--leniency", "2", "--spread", "-1"), "2 problems. Nothing was run."),
        (("--figure", "lottery.gif"), r"no kind of picture\n    name a file that ends in .png or .svg"),
        (("--poor", "many"), "redbead lottery --help"),
        (("--sample", "9"), "redbead lottery --help"),
    ],
)
def test_bad_input_ends_in_a_message(run, words, told):
    code, out, err = run("lottery", *words)
    assert (code, out) == (2, "")
    assert re.search(told, err)
    assert "Traceback" not in err


@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("deep/er/a.svg", b"<?xml")])
def test_it_draws(run, tmp_path, name, start):
    code, out, _ = run("lottery", "--figure", str(tmp_path / name))
    assert code == 0
    assert (tmp_path / name).read_bytes().startswith(start)
    assert "Figure:" in out


def test_a_place_that_cannot_be_written_is_told(run, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = run("lottery", "--figure", str(tmp_path / "file" / "a.png"))
    assert code == 5
    assert "choose another folder with --figure" in err


@pytest.mark.parametrize("option", OPTIONS)
def test_help_shows_the_defaults_that_are_in_force(run, option):
    text = " ".join(run("lottery", "--help")[1].split())
    shown = re.search(rf"--{option.replace('_', '-')} <float>[^(]*\((?:[^()\d]*)([\d.]+)\)", text)
    assert shown
    assert float(shown[1]) == declaration(option).default


def test_it_compiles_nothing_and_draws_nothing_unasked():
    heavy = ("numba", "mesa", "pandas", "matplotlib", "networkx", "duckdb")
    code = (
        f"import sys; from redbead.cli import main; main(['lottery']); print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert done.stderr == ""
