"""Words for chances: the bands of the yardstick, and its gaps by rule (PHIA probability yardstick)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.analysis.probability_words import PROBABILITY_SCALE, percent, phrase, word


@pytest.mark.parametrize(("name", "low", "high"), PROBABILITY_SCALE)
def test_every_band_has_its_word_from_end_to_end(name, low, high):
    assert {word(low), word((low + high) / 2), word(high)} == {name}


@pytest.mark.parametrize(
    ("p", "name"),
    [
        (0.06, "a remote chance"), (0.09, "highly unlikely"), (0.075, "highly unlikely"),
        (0.225, "unlikely"), (0.375, "a realistic possibility"), (0.52, "a realistic possibility"),
        (0.54, "likely"), (0.775, "likely"), (0.925, "highly likely"), (0.94, "almost certain"),
    ],
)  # fmt: skip
def test_a_gap_belongs_to_the_nearer_band_and_its_middle_to_the_less_certain_one(p, name):
    assert word(p) == name


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_greater_chance_never_has_a_lesser_word(a, b):
    order = [name for name, _, _ in PROBABILITY_SCALE]
    low, high = sorted((a, b))
    assert order.index(word(low)) <= order.index(word(high))


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_no_doubt_is_rounded_away(p):
    assert percent(p) not in ("0 %", "100 %")


def test_a_phrase_has_both():
    assert phrase(0.86) == "highly likely (86 %)"
