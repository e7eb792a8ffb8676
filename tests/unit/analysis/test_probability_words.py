"""Words for probabilities: the bands of the PHIA probability scale and the gaps between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.analysis.probability_words import PROBABILITY_SCALE, percent, phrase, word


@pytest.mark.parametrize(("name", "low", "high"), PROBABILITY_SCALE)
def test_every_band_has_its_word_including_its_ends(name, low, high):
    assert {word(low), word((low + high) / 2), word(high)} == {name}


@pytest.mark.parametrize(
    ("p", "name"),
    [
        (0.06, "a remote chance"), (0.09, "highly unlikely"), (0.075, "highly unlikely"),
        (0.225, "unlikely"), (0.375, "a realistic possibility"), (0.52, "a realistic possibility"),
        (0.54, "likely"), (0.775, "likely"), (0.925, "highly likely"), (0.94, "almost certain"),
    ],
)  # fmt: skip
def test_a_gap_takes_the_word_of_the_nearer_band(p, name):
    assert word(p) == name


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_probability_never_has_a_weaker_word(a, b):
    order = [name for name, _, _ in PROBABILITY_SCALE]
    low, high = sorted((a, b))
    assert order.index(word(low)) <= order.index(word(high))


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_probability_is_never_rounded_to_0_or_100_percent(p):
    assert percent(p) not in ("0 %", "100 %")


def test_a_phrase_has_number_and_word():
    assert phrase(0.86) == "86 % (highly likely)"
