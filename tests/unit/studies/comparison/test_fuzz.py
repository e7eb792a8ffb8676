"""Mutated batch files are either valid or refused with messages; none causes a traceback."""

import random
import re

import pytest

from redbead.exceptions import BadInputError
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.reader import read_batch

VALID_BATCH = """
format: 1
baseline: today
policies:
  today: baseline
  strikes: two-strikes
  cautious: {levers: [{kind: just-culture, dose: 0.5}], change: {reporting.fear: 2.0}}
grid: {policy: cautious, values: {fear.blame: [0.1, 0.2]}}
mix: {both: [strikes, "cautious: blame 0.1"]}
theories: [balanced, blame-deters]
uncertainty: {parameters: [fear.floor], draws: 4}
time: {years: 2, warm_up_years: 1}
runs: auto
measures: {hidden_errors: 5 %, turnover: 0.02}
limits: {runs: 60, minutes: 5}
package: {policy: both, runs: 10}
switching: {policy: strikes, parameters: [fear.blame], points: 3}
"""
UNEXPECTED_VALUES = (
    *("null", "[]", "{}", "-1", "1e9", ".nan", "true", "x", "'5 %'", "[1, 2]", "{a: b}", "''", "~", "&a", "!!int 3"),
    *("9" * 99, "7", "0.3", "baseline"),
)


def mutate(random_numbers):
    """The valid file with one to three random changes."""
    text = VALID_BATCH
    for _ in range(random_numbers.choice((1, 1, 2, 3))):
        position = random_numbers.randrange(len(text))
        values = list(re.finditer(r"(?<=[:\[,] )[^,\]}\n]+", text))
        match random_numbers.randrange(3):
            case 0:
                text = text[:position] + text[position + random_numbers.randint(1, 5) :]
            case 1 if values:
                value = random_numbers.choice(values)
                text = text[: value.start()] + random_numbers.choice(UNEXPECTED_VALUES) + text[value.end() :]
            case _:
                text = (
                    text[:position]
                    + random_numbers.choice((*UNEXPECTED_VALUES, ":", "\t", "{", "}", "\n"))
                    + text[position:]
                )
    return text


@pytest.mark.parametrize("files", [400, pytest.param(2000, marks=pytest.mark.slow)])  # the first 400 are the same
def test_no_mutated_batch_file_causes_a_traceback(tmp_path, files):
    random_numbers = random.Random(20151214)
    path = tmp_path / "batch.yaml"
    outcomes = {"valid": 0, "refused": 0}
    for _ in range(files):
        path.write_text(mutate(random_numbers), encoding="utf-8")
        try:
            arms_of(read_batch(path))
        except BadInputError:
            outcomes["refused"] += 1
        else:
            outcomes["valid"] += 1
    assert min(outcomes.values()) > files / 200, "the mutations must include valid and refused files"
