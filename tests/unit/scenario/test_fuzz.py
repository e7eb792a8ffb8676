"""Fuzzing: a damaged scenario file gives a scenario or a list of problems, never another error."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from redbead.exceptions import BadInputError
from redbead.scenario.library import shipped
from redbead.scenario.loader import load
from redbead.scenario.scenario import Scenario

VALID = """\
# yaml-language-server: $schema=scenario.schema.json
format: 1
title: Two strikes after a child's death
question: What happens to hidden errors?
extends: baseline
time: {years: 10, warm_up_years: 3}
authority: {preset: median}
demand:
  spikes:
    - {at_week: 52, size: 0.25, rise_weeks: 4, decay_weeks: 52, lasting_share: 0.5, cause: child-death}
inspection:
  regime: graded
  cycle_weeks: 156
  stakes: 0.7
takeover: {rule: automatic, clock_weeks: 26, outcome: trust}
levers:
  - {kind: two-strikes, from_week: 52, ramp_weeks: 8}
  - {kind: surge-funding, from_week: 78, share: 0.16}
change: {reporting.fear: 2.0}
"""
PIECES = [
    *(
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "-",
        "\n",
        "  ",
        "\t",
        "'",
        '"',
        "|",
        ">",
        "#",
        "&a ",
        "*a",
        "!!x ",
        "<<: ",
        "? ",
        "%",
    ),
    *(
        "no",
        "012",
        "12:30",
        "1e3",
        ".nan",
        "1e999",
        "-1",
        "true",
        "null",
        "~",
        "\0",
        "\ufeff",
        "\u2028",
        "é",
        "\U0001f600",
    ),
    *("kind: ", "levers:", "change:", "extends: ./mine.yaml", "published: X", "9" * 400, "- - - -", "---\n", "...\n"),
]


changes = st.tuples(
    st.sampled_from(("cut", "double", "put", "replace")),
    st.integers(0, len(VALID)),
    st.sampled_from((1, 3, 12, 60)),
    st.sampled_from(PIECES),
)


def changed(text: str, how: str, start: int, length: int, piece: str) -> str:
    """Apply one change to the text."""
    end = start + length
    middle = {"cut": "", "double": text[start:end] * 2, "put": piece + text[start:end], "replace": piece}[how]
    return text[:start] + middle + text[end:]


def load_or_error(path: Path) -> Scenario | BadInputError:
    try:
        return load(path)
    except BadInputError as error:
        return error


@settings(max_examples=500)
@given(
    lines=st.just(VALID.splitlines(keepends=True)) | st.permutations(VALID.splitlines(keepends=True)),
    applied=st.lists(changes, min_size=1, max_size=4),
    byte=st.none() | st.tuples(st.integers(0, len(VALID)), st.binary(min_size=1, max_size=2)),
)
def test_a_damaged_file_raises_only_problems(tmp_path_factory, lines, applied, byte):
    text = "".join(lines)
    for change in applied:
        text = changed(text, *change)
    content = text.encode()
    if byte is not None:
        content = content[: byte[0]] + byte[1] + content[byte[0] :]
    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    path.write_bytes(content)
    result = load_or_error(path)
    if isinstance(result, BadInputError):
        assert result.problems
        assert all(problem.what and problem.file for problem in result.problems)
        assert all(line.isprintable() for line in str(result).splitlines())


@given(st.binary(max_size=200))
def test_arbitrary_bytes_give_a_scenario_or_problems(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    path.write_bytes(content)
    assert isinstance(load_or_error(path), Scenario | BadInputError)


def test_the_undamaged_file_is_valid(write):
    assert "baseline" in shipped()
    assert len(load(write(VALID)).levers) == 2
