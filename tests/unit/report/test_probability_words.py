"""Words for probabilities: the bands of the PHIA probability scale and the gaps between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.report.text import PROBABILITY_SCALE, percent, resampled_probability, word


@pytest.mark.cases(("name", "low", "high"), PROBABILITY_SCALE)
def test_every_band_has_its_word_including_its_ends(name, low, high):
    assert {word(low), word((low + high) / 2), word(high)} == {name}


@pytest.mark.cases(
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


@given(st.floats(0, 1))
def test_every_probability_has_exactly_one_word_of_the_scale(p):
    assert word(p) in {name for name, _, _ in PROBABILITY_SCALE}


@given(st.floats(0, 1))
def test_a_probability_and_its_complement_have_opposite_words_outside_the_middle(p):
    """The scale is symmetric except around one half, where `a realistic possibility` faces `likely`."""
    order = [name for name, _, _ in PROBABILITY_SCALE]
    assert order.index(word(p)) + order.index(word(1.0 - p)) in (5, 6, 7)


@pytest.mark.cases(("p", "text"), [(0.0, "0 %"), (0.004, "less than 1 %"), (0.01, "1 %"), (0.99, "99 %"),
                                         (0.991, "more than 99 %"), (1.0, "100 %"), (0.505, "50 %")])  # fmt: skip
def test_percentages_are_whole_and_certain_only_at_0_and_1(p, text):
    assert percent(p) == text


@given(st.floats(0, 1), st.integers(2, 5000))
def test_a_share_of_resamples_is_never_certain(p, resamples):
    """In n resamples a share of 0 may be any probability below about 1 / n: half of one resample is stated."""
    limited = resampled_probability(p, resamples)
    assert 0.5 / resamples <= limited <= 1.0 - 0.5 / resamples
    assert resampled_probability(0.0, resamples) == 0.5 / resamples
    assert resampled_probability(1.0, resamples) == 1.0 - 0.5 / resamples
    if 1.0 / resamples <= p <= 1.0 - 1.0 / resamples:
        assert limited == p
