"""Sentences on switching values, from results written by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from redbead.analysis.switching_values import SwitchingValue, SwitchingValues, TriedValue, find_switching_values
from redbead.report.comparison.conditions import (
    describe_other_values,
    describe_switching_values,
    switching_sentences,
)


def values_of(at, means, assumed, error=0.1):
    """Switching values of 40 pairs with these means and this standard error, exactly."""
    offsets = np.linspace(-1.0, 1.0, 40)
    advantage = np.array(means)[:, None] + error * np.sqrt(40) * offsets / offsets.std(ddof=1)
    return find_switching_values(np.array(at, dtype=float), advantage, assumed)


def tried(*values):
    """Tried values, all clear."""
    return tuple(TriedValue(value, advantage, True, True) for value, advantage in values)


BOTH = SwitchingValues(
    8.0, 0.0, 20.0, 1.0, SwitchingValue(1.0, 0.5, 1.5, True), SwitchingValue(16.0, 12.0, 20.0, True), 0.5, 1.0,
    tried((0.0, -1.0), (8.0, 1.0), (20.0, -1.0)),
)  # fmt: skip


def test_a_result_that_is_clear_everywhere_holds_over_the_whole_range():
    assert describe_switching_values(values_of((0, 1), (1.0, 1.0), 0.0), "silence from fear", "0-1") == (
        'this holds for all values of "silence from fear" in its range (0 to 1)'
    )


@pytest.mark.parametrize(
    ("unit", "span"), [("weeks", "2 to 20 weeks"), ("0-1", "2 to 20"), ("ratio", "2 to 20"), ("0-1/unit", "2 to 20")]
)
def test_the_unit_of_a_range_is_stated_unless_it_has_none(unit, span):
    text = describe_switching_values(values_of((2, 20), (1.0, 1.0), 2.0), "time to fill", unit)
    assert text.endswith(f"in its range ({span})")


def test_both_sides_are_described_with_the_share_of_resamples():
    assert describe_switching_values(BOTH, "caseload", "cases") == (
        'this reverses if "caseload" is below 1 (0.12 times the assumed 8; 95 % interval 0.5 to 1.5; in 50 % of '
        "resamples) or above 16 (2 times the assumed 8; 95 % interval 12 to 20; in more than 99 % of resamples)"
    )


def test_the_part_of_the_range_that_is_inconclusive_is_named():
    """At 0.75 and 1 the advantage lies within its error."""
    text = describe_switching_values(values_of(np.linspace(0, 1, 5), (5, 5, 5, 0.1, -0.1), 0.0), "x", "ratio")
    assert text == (
        'this is not shown for all values of "x" in its range (0 to 1): from 0.75 to 1 the runs are inconclusive'
    )


def test_a_reversal_on_one_side_does_not_hide_doubt_on_the_other():
    text = describe_switching_values(values_of((0, 1, 2, 3, 4), (-5, 5, 5, 5, 0.1), 2.0), "x", "ratio")
    assert text.startswith('this reverses if "x" is below 0.5 (')
    assert text.endswith("; at 4 the runs are inconclusive")


def test_a_reversal_that_ends_before_the_range_does_has_an_end():
    text = describe_switching_values(values_of((0, 1, 2, 3), (5, -5, 5, -5), 0.0), "x", "ratio")
    assert text.endswith("resamples) as far as 1 and again at 3")


def test_no_ratio_is_stated_for_an_assumed_value_of_zero():
    text = describe_switching_values(values_of((0, 1), (1.0, -1.0), 0.0), "blame", "0-1")
    assert text.startswith('this reverses if "blame" is above 0.5 (95 % interval ')


def test_values_that_are_clear_are_listed_if_the_assumed_one_is_not():
    values = values_of(np.linspace(0, 1, 5), (-5, 0.0, 0.1, 5, 5), 0.5)
    assert describe_other_values(values, "X") == (
        "of the other tried values, 'X' is better at 0.75 and 1 and worse at 0"
    )
    assert describe_other_values(values_of((0, 0.5, 1), (0.1, 0.1, 0.1), 0.5), "X") == (
        "nor at any other tried value (0 to 1)"
    )


def data_of(values):
    """Report data with one search for the parameter ``fear.blame``."""
    search = SimpleNamespace(policy="strikes", rival="today", measure="turnover")
    comparison = SimpleNamespace(switching=search)
    return SimpleNamespace(results=SimpleNamespace(comparison=comparison), switching_values=[("fear.blame", values)])


def test_a_sentence_starts_with_the_result_at_the_assumed_value():
    (text,) = switching_sentences(data_of(values_of((0, 0.5), (1.0, 1.0), 0.0)))
    assert text.startswith(
        "'strikes' is better than 'today' on turnover of social workers; this holds for all values of "
    )
    assert "cuts" not in text
    assert text.endswith("in its range (0 to 0.5) [fear.blame].")


def test_a_sentence_claims_nothing_at_an_inconclusive_assumed_value():
    (text,) = switching_sentences(data_of(values_of((0, 0.5), (0.1, 5.0), 0.0)))
    assert text.startswith("At the assumed value of ")
    assert "(0) the runs do not distinguish 'strikes' from 'today' on turnover of social workers; of the" in text
    assert "'strikes' is better at 0.5" in text
