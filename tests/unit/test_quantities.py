"""How a parameter describes itself: its range, evidence and distribution, and whether 0 removes a causal link."""

import math
from typing import Annotated, NamedTuple

import pytest

from redbead.quantities import PROCESSING, Param, Symbol, declared, symbol_of


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


@pytest.mark.cases("likely", [(-0.1, 0.5), (0.5, 1.1), (0.4, 0.4), (0.6, 0.4), (math.nan, 1), (0, math.inf)])
def test_a_likely_range_outside_the_allowed_one_or_empty_is_refused(likely):
    with pytest.raises(ValueError, match="likely range"):
        Param("share", 0, 1, "how much", likely=likely)


def test_the_description_of_a_causal_link_says_that_0_removes_it():
    assert (
        Param("share", 0, 1, "how fear spreads", causal_link=True).description
        == "how fear spreads; 0 removes this link"
    )
    assert Param("share", 0, 1, "how fear spreads").description == "how fear spreads"


def test_a_causal_link_must_allow_0():
    with pytest.raises(ValueError, match="the range must contain 0"):
        Param("share", 0.1, 1, "how fear spreads", causal_link=True)


@pytest.mark.cases(
    ("more", "drawn"),
    [
        ({}, "tenth"),
        ({"causal_link": True}, "range"),
        ({"whole": True}, "whole"),
        ({"distribution": "range"}, "range"),
        ({"distribution": "reference"}, "reference"),
        ({"causal_link": True, "distribution": "policy"}, "policy"),
    ],
)
def test_the_distribution_follows_from_the_kind_unless_declared(more, drawn):
    assert Param("share", 0, 1, "how much", **more).drawn == drawn


@pytest.mark.cases(
    ("evidence", "processing"),
    [
        ((), "assumed value, varied in sensitivity studies"),
        (("assumed", "usual practice"), "source gives only the direction or order of magnitude; the value is assumed"),
        (("measured", "a survey of staff"), "as published"),
        (
            ("calibrated", "a survey of staff"),
            "fitted to published levels: calibrations/england.yaml, docs/calibration.md",
        ),
        (("elicited", "a panel of directors"), "as estimated by the experts"),
    ],
)
def test_the_processing_follows_from_the_evidence_unless_declared(evidence, processing):
    assert Param("share", 0, 1, "how much", *evidence).processing_text == processing
    assert Param("share", 0, 1, "how much", *evidence, processing="memory").processing_text == PROCESSING["memory"]
    assert Param("share", 0, 1, "how much", *evidence, processing="rounded up").processing_text == "rounded up"


@pytest.mark.cases(
    ("fields", "message"),
    [
        ({"basis": "mesured"}, "'mesured' is not a grade of evidence; choose from measured, calibrated"),
        ({"basis": "measured"}, "a value that is measured needs a source or a key of docs/references.bib"),
        ({"keys": ("cooke-2003")}, "keys must be a tuple"),
        ({"keys": ("cooke-2003", "")}, "keys must be a tuple"),
        ({"processing": "publshed"}, "'publshed' is not a known processing; choose from assumed, magnitude"),
        ({"distribution": "normal"}, "'normal' is not a distribution; choose from range, tenth"),
    ],
)
def test_a_faulty_declaration_is_refused_with_a_sentence(fields, message):
    with pytest.raises(ValueError, match=message):
        Param("share", 0, 1, "how much", **fields)


def test_a_key_is_evidence_enough():
    assert Param("share", 0, 1, "how much", "measured", keys=("cooke-2003",)).processing_text == "as published"


def test_a_parameter_keeps_its_own_symbol():
    assert Param("share", 0, 1, "how much").with_symbol("f_much").symbol == "f_much"
    assert Param("share", 0, 1, "how much", symbol="phi").with_symbol("f_much").symbol == "phi"


def test_a_family_needs_a_symbol():
    assert symbol_of(Annotated[int, Symbol("f")]) == "f"
    with pytest.raises(TypeError, match="a family of parameters needs a symbol"):
        symbol_of(int)


def test_a_faulty_declaration_names_its_family():
    class Mood(NamedTuple):
        """A family outside the model, with a range of no width."""

        anger: "Annotated[float, Param('share', 1, 1, 'how much')]" = 0.5

    with pytest.raises(TypeError, match=r"Mood .*: a parameter needs a unit, a range"):
        declared(Mood)
