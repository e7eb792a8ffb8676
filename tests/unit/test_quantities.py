"""How a parameter describes itself: its range, the range to vary it in, and whether it cuts a loop."""

import math

import pytest

from redbead.quantities import Param


def test_without_a_likely_range_all_that_is_allowed_is_varied():
    assert Param("share", 0.1, 0.6, "how much").span() == (0.1, 0.6)


def test_the_likely_range_limits_variation_but_not_allowed_values():
    param = Param("share", 0, 1, "how much", likely=(0.2, 0.3))
    assert param.span() == (0.2, 0.3)
    assert param.accepts(0.0)
    assert param.accepts(1.0)
    assert param.range_text() == "0 to 1 share"


@pytest.mark.parametrize("likely", [(0, 1), (0, 0.1), (0.9, 1)])
def test_a_likely_range_may_reach_the_ends(likely):
    assert Param("share", 0, 1, "how much", likely=likely).span() == likely


@pytest.mark.parametrize("likely", [(-0.1, 0.5), (0.5, 1.1), (0.4, 0.4), (0.6, 0.4), (math.nan, 1), (0, math.inf)])
def test_a_likely_range_outside_the_allowed_one_or_empty_is_refused(likely):
    with pytest.raises(ValueError, match="likely range"):
        Param("share", 0, 1, "how much", likely=likely)


@pytest.mark.parametrize(
    ("meaning", "cuts"),
    [
        ("how fear silences (0 cuts the loop)", True),
        ("how fear spreads (0 cuts contagion)", True),
        ("how fear silences", False),
        ("how hard it cuts", False),
        ("share of hours for analysis (0 stops analysis)", False),
        ("how it survives (1 cuts the loop)", False),
    ],
)
def test_the_strength_of_a_causal_link_says_so_in_brackets(meaning, cuts):
    assert Param("share", 0, 1, meaning).causal_link is cuts
