"""Large files of nonsense are refused within seconds and with a short message.

A file of 1 MB with misspelt keys took half a minute and printed 4 MB, because a similar name was searched for every
key. Each kind of nonsense below repeats one fault as often as the largest file allows.
"""

import time

import pytest

from redbead.cli import main
from redbead.exceptions import MAX_PROBLEMS, MAX_SHOWN, BadInputError, Problem
from redbead.scenario.consistency import MAX_LEVERS
from redbead.scenario.yaml_reader import MAX_BYTES

SECONDS = 10.0
"""Several times what each file takes on a slow machine; the first took 31 s before the time was bounded."""
CHARACTERS = 30_000
"""Largest output: 20 problems, of which each may list all outcomes."""
TWO = "policies: {a: baseline, b: two-strikes}\n"
EXPECT = "checks:\n- name: x\n  claim: y\n  source: z\n  setup: {}\n  expect:\n"

NONSENSE = {
    "top keys of a scenario": ("title: x\n", "inspektion{}: 12\n", 24_000),
    "parameters": ("change:\n", "  reporting.faer{}: 12\n", 24_000),
    "keys of a section": ("inspection:\n", "  stakez{}: 12\n", 24_000),
    "kinds of levers": ("levers:\n", "- {{kind: just-cultur{}, from_week: 1}}\n", 9_900),
    "repeated levers": ("levers:\n", "- {{kind: just-culture, from_week: 1}}\n", 9_900),
    "repeated keys": ("title: x\n", "seed: 1\n", 24_000),
    "systems": ("systems:\n", "- S{}x\n", 49_000),
    "policies": ("policies:\n", "  p{}: baseline\n", 24_000),
    "keys of policies": ("policies:\n", "  p{}: {{change: {{fear.blam: 1}}}}\n", 8_300),
    "mixes": (TWO + "mix:\n", "  m{}: [a, c]\n", 12_000),
    "paths of a grid": (TWO + "grid:\n values:\n", "  reporting.faer{}: [1]\n", 16_000),
    "outcomes": (TWO + "measures:\n", "- turnovr{}\n", 49_000),
    "patterns": (TWO + "uncertainty:\n parameters:\n", "  - '*.*{}*'\n", 49_000),
    "theories": (TWO + "theories:\n", "- balancd{}\n", 49_000),
    "keys of checks": ("checks:\n", "- {{naem: x{}, clam: y}}\n", 9_900),
    "keys of expectations": (EXPECT, "  - {{measure: hiddn{}, weks: 1}}\n", 7_000),
    "keys of targets": ("format: 1\ntargets:\n", "- {{naem: x{}, lvel: y}}\n", 9_900),
    "levels of targets": ("format: 1\ntargets:\n", "- {{name: x{}, level: turnovr}}\n", 9_900),
    "parameters of a calibration": ("format: 1\nparameters:\n", "  fear.blam{}: [0, 1]\n", 12_000),
    "unknown file": ("", "zzzzzzz{}: 1\n", 24_000),
}


def fill(head, line, count):
    """A file of almost the largest size, with comments after the lines."""
    text = head + "".join(line.format(number) for number in range(count))
    return text + "# nothing\n" * ((MAX_BYTES - len(text)) // 10)


FAST = {"paths of a grid", "keys of targets"}
"""Kinds that are tested every time: of batches and targets. The next two tests read two kinds of scenarios."""


@pytest.mark.parametrize(
    "kind", [kind if kind in FAST else pytest.param(kind, marks=pytest.mark.slow) for kind in NONSENSE]
)
def test_a_large_file_of_nonsense_is_refused_quickly_and_briefly(tmp_path, capsys, kind):
    path = tmp_path / "large.yaml"
    path.write_text(fill(*NONSENSE[kind]))
    started = time.perf_counter()
    assert main(["validate", str(path)]) == 2
    assert time.perf_counter() - started < SECONDS
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err) < CHARACTERS
    assert "Traceback" not in printed.err
    assert printed.err.strip().endswith("found. Nothing was run.")


def test_the_first_problems_of_a_large_file_are_shown_with_their_hints(tmp_path, capsys):
    path = tmp_path / "large.yaml"
    path.write_text(fill(*NONSENSE["top keys of a scenario"]))
    main(["validate", str(path)])
    printed = capsys.readouterr().err
    first, *_, more, count = printed.splitlines()
    assert first.endswith(f"the file has more than {MAX_PROBLEMS} problems, and its rest was not checked.")
    assert printed.count("Did you mean inspection") == MAX_SHOWN
    assert more == f"... and {MAX_PROBLEMS + 1 - MAX_SHOWN} more."
    assert count == f"At least {MAX_PROBLEMS + 1} problems found. Nothing was run."


def test_json_lists_all_problems_that_were_found(tmp_path, capsys):
    import json

    path = tmp_path / "large.yaml"
    path.write_text(fill(*NONSENSE["parameters"]))
    assert main(["validate", str(path), "--json"]) == 2
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert len(problems) == MAX_PROBLEMS + 2  # and the problem that there are too many


@pytest.mark.cases(("number", "shown"), [(1, 1), (19, 19), (20, 20), (21, 20), (12_365, 20)])
def test_a_message_shows_the_first_problems_and_the_number_of_all(number, shown):
    error = BadInputError([Problem("a.yaml", k, 1, "x", "is wrong") for k in range(1, number + 1)])
    lines = str(error).splitlines()
    assert sum("is wrong" in line for line in lines) == shown
    assert (f"... and {number - 20:,} more." in lines) is (number > 20)
    assert lines[-1] == f"{number:,} problem{'s' * (number > 1)} found. Nothing was run."


@pytest.mark.parametrize(("levers", "refused"), [(MAX_LEVERS, False), (MAX_LEVERS + 1, True)])
def test_a_scenario_has_at_most_200_levers(tmp_path, capsys, levers, refused):
    """All pairs of levers are checked for conflicts, so the time grows with the square of their number."""
    path = tmp_path / "levers.yaml"
    kinds = "".join(f"- {{kind: just-culture, from_week: {2 * k}, until_week: {2 * k + 1}}}\n" for k in range(levers))
    path.write_text(f"levers:\n{kinds}")
    assert main(["validate", str(path)]) == (2 if refused else 0)
    assert ("lists 201 levers; a scenario has at most 200" in capsys.readouterr().err) is refused
