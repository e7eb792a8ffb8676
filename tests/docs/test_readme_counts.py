"""Counts in the README and in other hand-written pages equal the counts in the code."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from redbead import parameters
from redbead.analysis.parameter_draws import uncertain
from redbead.levers import LEVERS
from redbead.scenario.authorities import authorities
from redbead.scenario.library import catalogue, shipped_batches
from redbead.scenario.theories import THEORIES
from redbead.studies.behaviour_checks.spec import shipped_checks
from redbead.studies.comparison.inputs import gather
from redbead.studies.targets.spec import read_targets

ROOT = Path(__file__).parents[2]
WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
NUMBER = rf"(\d+|{'|'.join(WORDS)})"
BASES = Counter(item.param.basis for item in parameters.register().values())
BATCH = gather(["blame-or-learning"])

COUNTS = {
    "README.md": {
        rf"{NUMBER} shipped scenarios": len(catalogue()),
        rf"shipped scenarios and {NUMBER} batches": len(shipped_batches()),
        rf"of the {NUMBER} policies": len(LEVERS),
        rf"compare {NUMBER} policies": len(BATCH.names),
        rf"{NUMBER} (?:rival )?theories": len(THEORIES),
        rf"{NUMBER} behaviour checks": len(shipped_checks()),
        rf"{NUMBER} published levels": len(read_targets().fitted),
        rf"{NUMBER} of \d+ parameters are assumed": BASES["assumed"],
        rf"\d+ of {NUMBER} parameters": BASES.total(),
        rf"{NUMBER} English authorities": len(list(authorities())),
    },
    "docs/fairness.md": {
        rf"of the {NUMBER} levers": len(LEVERS),
        rf"{NUMBER} parameters were drawn": len(uncertain()),
    },
}
COUNTED = "scenarios|batches|policies|levers|theories|checks|levels|parameters|authorities"


def numbers(pattern: str, text: str) -> list[int]:
    """Return every number that a pattern captures, written in digits or as a word."""
    return [WORDS[word] if word in WORDS else int(word) for word in re.findall(pattern, text)]


def text_of(name: str) -> str:
    """Return a page with each run of white space reduced to one space."""
    return " ".join((ROOT / name).read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [(name, pattern, expected) for name, counts in COUNTS.items() for pattern, expected in counts.items()],
)
def test_each_count_in_a_page_equals_the_code(name: str, pattern: str, expected: int) -> None:
    stated = numbers(pattern, text_of(name))
    assert stated, f"{name} no longer contains this count; update COUNTS"
    assert set(stated) == {expected}


@pytest.mark.parametrize("name", COUNTS)
def test_a_page_contains_no_unchecked_count(name: str) -> None:
    text = text_of(name)
    checked = {match.start(1) for pattern in COUNTS[name] for match in re.finditer(pattern, text)}
    counts = re.finditer(rf"\b{NUMBER} (?:[a-z-]+ ){{0,2}}(?:{COUNTED})\b", text, re.IGNORECASE)
    assert [match[0] for match in counts if match.start(1) not in checked] == []
