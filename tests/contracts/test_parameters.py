"""Every number of the model: declared once, with unit, range, basis and source."""

import math
import re
from typing import get_type_hints

import numpy as np
import pytest

from redbead import parameters
from redbead.parameters import FAMILIES, SIZE, coefficients, default_row, index_of, nearest, register
from redbead.quantities import Column, Param, columns_of, declared
from redbead.state.world import World

every = pytest.mark.parametrize(("path", "item"), register().items(), ids=list(register()))
BASES = {"measured", "calibrated", "elicited", "assumed"}


@every
def test_it_says_what_it_is(path, item):
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", path)
    assert item.param.unit
    assert len(item.param.meaning) > 8
    assert not item.param.meaning.endswith(".")
    assert item.param.source


@every
def test_its_basis_is_one_of_four_and_a_claim_names_its_source(path, item):
    assert item.param.basis in BASES
    if item.param.basis != "assumed":
        assert item.param.source != "assumed", f"{path}: {item.param.basis} by whom?"
        assert len(item.param.source) >= 8, f"{path}: {item.param.source!r} names nobody"


@every
def test_its_default_lies_inside_its_range(path, item):
    assert item.param.low < item.param.high
    assert math.isfinite(item.param.low)
    assert item.param.accepts(item.default)


CUT = re.compile(r"\((?P<value>-?[\d.]+) cuts ")
"""How a parameter says at which value the causal link that it is the strength of is not there."""


@every
def test_the_value_that_cuts_a_loop_can_be_chosen(path, item):
    """Named in the meaning, in brackets; nearly always 0, so that rival theories can do without the loop."""
    if re.search(r"\([^)]*\bcuts\b", item.param.meaning):
        found = CUT.search(item.param.meaning)
        assert found, f"{path}: which value cuts it?"
        assert item.param.accepts(float(found["value"])), (
            f"{path}: {found['value']} is out of {item.param.range_text()}"
        )
        assert item.param.causal_link == (float(found["value"]) == 0.0)


@every
def test_whole_ones_are_whole(path, item):
    if item.param.whole:
        assert item.default == int(item.default)
        assert item.param.low == int(item.param.low)
        assert not item.param.accepts(item.param.low + 0.5)


@every
def test_its_place_in_a_row_is_where_its_family_reads_it(path, item):
    """Bend that one entry of a row: that one coefficient changes, and no other."""
    row = default_row()
    row[index_of(path)] += 0.125
    family, name = path.split(".")
    bent, usual = coefficients(row), coefficients(default_row())
    differing = {
        f"{kind}.{field}"
        for kind in FAMILIES
        for field in FAMILIES[kind]._fields
        if getattr(getattr(bent, kind), field) != getattr(getattr(usual, kind), field)
    }
    assert differing == {path}
    assert getattr(getattr(bent, family), name) == item.default + 0.125


def test_a_row_holds_them_all_in_order():
    assert SIZE == len(register()) == default_row().size
    assert default_row().tolist() == [item.default for item in register().values()]


def test_a_parameter_cannot_be_declared_without_its_papers():
    with pytest.raises(ValueError, match="needs a unit"):
        Param("", 0, 1, "something")
    with pytest.raises(ValueError, match="needs a unit"):
        Param("share", 1, 1, "an empty range")
    with pytest.raises(ValueError, match="needs a unit"):
        Param("share", 0, 1, "")


def test_a_number_without_declaration_is_refused():
    class Careless:
        _fields = ("fear",)
        _field_defaults = {"fear": 0.5}  # noqa: RUF012
        __annotations__ = {"fear": float}

    with pytest.raises(TypeError, match=r"Careless.fear needs Annotated"):
        declared(Careless)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.01, 1.01])
def test_what_is_no_share_is_refused(value):
    assert not Param("share", 0, 1, "a share").accepts(value)


def test_the_nearest_name_is_found():
    assert nearest("reporting.feer") == "reporting.fear"
    assert nearest("nothing.like_it_at_all_zzz") is None


def test_references_of_one_quantity_agree_wherever_they_are_used():
    """Fear, burnout, usefulness and skill have one reference each, though several families read it."""
    c = coefficients(default_row())
    assert {c.reporting.fear_ref, c.response.fear_ref, c.fear.reference, c.burnout.fear_ref, c.staffing.fear_ref,
            c.practice.fear_ref, c.blame.fear_ref} == {0.5}  # fmt: skip
    assert {c.burnout.reference, c.staffing.burnout_ref, c.practice.burnout_ref} == {0.40}
    assert {c.reporting.usefulness_ref, c.response.usefulness_ref} == {0.4}
    assert c.staffing.skill_ref == c.quality.skill_ref
    assert c.blame.own == c.blame.reference


@pytest.mark.parametrize("table", World._fields)
def test_every_column_of_every_table_is_declared(table):
    kind = get_type_hints(World)[table]
    found = dict(columns_of(kind))
    assert list(found) == list(kind._fields)
    assert all(isinstance(column, Column) and column.low < column.high and column.unit for column in found.values())


def test_the_module_lists_every_family_that_the_coefficients_have():
    assert tuple(FAMILIES) == parameters.Coefficients._fields
    assert np.all(np.isfinite(default_row()))
