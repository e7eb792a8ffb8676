"""Mutated batch files: whatever stands in them, they are good or told as problems, and never end in a traceback."""

import random
import re

from redbead.exceptions import BadInputError
from redbead.studies.comparison.arms import arms_of
from redbead.studies.comparison.reader import read_batch

GOOD = """
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
ODD = (
    *("null", "[]", "{}", "-1", "1e9", ".nan", "true", "x", "'5 %'", "[1, 2]", "{a: b}", "''", "~", "&a", "!!int 3"),
    *("9" * 99, "7", "0.3", "baseline"),
)


def mutated(dice):
    """The good file with one to three things changed."""
    text = GOOD
    for _ in range(dice.choice((1, 1, 2, 3))):
        place = dice.randrange(len(text))
        values = list(re.finditer(r"(?<=[:\[,] )[^,\]}\n]+", text))
        match dice.randrange(3):
            case 0:
                text = text[:place] + text[place + dice.randint(1, 5) :]
            case 1 if values:
                value = dice.choice(values)
                text = text[: value.start()] + dice.choice(ODD) + text[value.end() :]
            case _:
                text = text[:place] + dice.choice((*ODD, ":", "\t", "{", "}", "\n")) + text[place:]
    return text


def test_no_mutation_ends_in_a_traceback(tmp_path):
    dice = random.Random(20151214)
    path = tmp_path / "batch.yaml"
    outcomes = {"good": 0, "told": 0}
    for _ in range(2000):
        path.write_text(mutated(dice), encoding="utf-8")
        try:
            arms_of(read_batch(path))
        except BadInputError:
            outcomes["told"] += 1
        else:
            outcomes["good"] += 1
    assert min(outcomes.values()) > 10, "both must happen, or the test tells nothing"
