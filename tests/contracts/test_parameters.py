"""Contract of all parameters: declared once, with unit, range, evidence and source."""

import ast
import math
import re
from pathlib import Path
from typing import get_type_hints

import numpy as np
import pytest

import redbead
from redbead import parameters
from redbead.levers import LEVERS
from redbead.parameters import FAMILIES, SIZE, coefficients, default_row, index_of, nearest, register
from redbead.quantities import Column, Param, columns_of, declared
from redbead.scenario.schedule import SURGE
from redbead.scenario.spikes import SpikeNumbers
from redbead.state.world import World

PACKAGE = Path(redbead.__file__).parent
BASES = {"measured", "calibrated", "elicited", "assumed"}


def test_parameters_have_path_unit_meaning_and_source():
    for path, item in register().items():
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", path), path
        assert item.param.unit, path
        assert len(item.param.meaning) > 8, path
        assert not item.param.meaning.endswith("."), path
        assert item.param.source, path


def test_evidence_above_assumed_names_a_source():
    for path, item in register().items():
        assert item.param.basis in BASES, path
        if item.param.basis != "assumed":
            assert item.param.source != "assumed", f"{path}: {item.param.basis} needs a source"
            assert len(item.param.source) >= 8, f"{path}: {item.param.source!r} is not a source"


def test_defaults_are_within_their_ranges():
    for path, item in register().items():
        assert item.param.low < item.param.high, path
        assert math.isfinite(item.param.low), path
        assert item.param.accepts(item.default), path


def test_values_that_remove_causal_links_are_allowed():
    """It is 0 for causal links, which declare it by a field; any other value is given in the meaning, in brackets."""
    for path, item in register().items():
        assert not re.search(r"\b0 removes\b|\bcuts\b", item.param.meaning), f"{path}: use causal_link=True"
        if item.param.causal_link:
            assert item.param.accepts(0.0), path
        if match := re.search(r"\((-?[\d.]+) removes this link\)", item.param.meaning):
            assert item.param.accepts(float(match[1])), path
            assert not item.param.causal_link, path


def test_names_and_declared_distributions_agree():
    """Reference states and limits of grades are recognisable by their names, and audits leave them at their values."""
    named = {path: path.partition(".")[2] for path in register()}
    references = {path for path, name in named.items() if name == "reference" or name.endswith("_ref")}
    assert references == {path for path, item in register().items() if item.param.drawn == "reference"}
    limits = {path for path, name in named.items() if name.startswith("limit_")}
    assert limits == {path for path, item in register().items() if item.param.drawn == "limit"}


def test_audits_draw_no_size_and_no_price():
    for path, item in register().items():
        if path.partition(".")[0] in ("authority", "cost"):
            assert item.param.drawn in ("size", "price", "policy", "whole", "range"), path
            assert item.param.causal_link == (item.param.drawn == "range"), path


def test_parameters_that_are_0_without_policies_are_declared_so():
    """An audit would otherwise draw a policy that is not in force."""
    changed = {effect.path for lever in LEVERS.values() for effect in lever().all_effects()} | {SURGE}
    neutral = {path for path in changed if register()[path].default == 0.0 and not register()[path].param.whole}
    assert neutral == {path for path, item in register().items() if item.param.drawn == "policy"}
    assert all(register()[path].default == 0.0 for path in neutral)


def declarations():
    """Every declaration of a parameter in the package: place and number of lines."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.AnnAssign) and re.match(
                r"Annotated\[\w+, (Param|replace)\(", ast.unparse(node.annotation)
            ):
                yield f"{file.relative_to(PACKAGE)}:{node.lineno}", node.end_lineno - node.lineno + 1


def test_a_declaration_takes_at_most_three_lines():
    lengths = dict(declarations())
    assert len(lengths) > len(register())
    assert {place: lines for place, lines in lengths.items() if lines > 3} == {}


def test_whole_parameters_have_whole_values():
    for path, item in register().items():
        if item.param.whole:
            assert item.default == int(item.default), path
            assert item.param.low == int(item.param.low), path
            assert not item.param.accepts(item.param.low + 0.5), path


def test_row_positions_match_the_family_fields():
    """A change of one entry of a row changes one coefficient and no other."""
    default = coefficients(default_row())
    for path, item in register().items():
        row = default_row()
        row[index_of(path)] += 0.125
        family, name = path.split(".")
        changed = coefficients(row)
        differing = {
            f"{kind}.{field}"
            for kind in FAMILIES
            for field in FAMILIES[kind]._fields
            if getattr(getattr(changed, kind), field) != getattr(getattr(default, kind), field)
        }
        assert differing == {path}
        assert getattr(getattr(changed, family), name) == item.default + 0.125, path


def test_row_contains_all_parameters_in_order():
    assert SIZE == len(register()) == default_row().size
    assert default_row().tolist() == [item.default for item in register().values()]


def test_incomplete_parameter_is_refused():
    with pytest.raises(ValueError, match="needs a unit"):
        Param("", 0, 1, "something")
    with pytest.raises(ValueError, match="needs a unit"):
        Param("share", 1, 1, "an empty range")
    with pytest.raises(ValueError, match="needs a unit"):
        Param("share", 0, 1, "")


def test_undeclared_field_is_refused():
    class Undeclared:
        _fields = ("fear",)
        _field_defaults = {"fear": 0.5}  # noqa: RUF012
        __annotations__ = {"fear": float}

    with pytest.raises(TypeError, match=r"Undeclared.fear needs Annotated"):
        declared(Undeclared)


@pytest.mark.cases("value", [math.nan, math.inf, -math.inf, -0.01, 1.01])
def test_values_outside_the_range_are_not_accepted(value):
    assert not Param("share", 0, 1, "a share").accepts(value)


def test_nearest_returns_the_most_similar_path():
    assert nearest("reporting.feer") == "reporting.fear"
    assert nearest("nothing.like_it_at_all_zzz") is None


def test_reference_values_agree_between_families():
    """Fear, burnout, usefulness and skill have one reference each, which several families use."""
    c = coefficients(default_row())
    assert {c.reporting.fear_ref, c.response.fear_ref, c.fear.reference, c.burnout.fear_ref, c.staffing.fear_ref,
            c.practice.fear_ref, c.blame.fear_ref} == {0.5}  # fmt: skip
    assert {c.burnout.reference, c.staffing.burnout_ref, c.practice.burnout_ref} == {0.40}
    assert {c.reporting.usefulness_ref, c.response.usefulness_ref} == {0.4}
    assert c.staffing.skill_ref == c.quality.skill_ref
    assert c.blame.own == c.blame.reference


@pytest.mark.cases("table", World._fields)
def test_all_table_columns_are_declared(table):
    kind = get_type_hints(World)[table]
    columns = dict(columns_of(kind))
    assert list(columns) == list(kind._fields)
    assert all(isinstance(column, Column) and column.low < column.high and column.unit for column in columns.values())


def test_a_spike_has_the_values_and_evidence_of_the_surge_after_a_scandal():
    """Its ranges are wider, and it fades only if a scenario says so."""
    spike = {item.name: item for item in declared(SpikeNumbers)}
    pairs = {
        "size": "surge",
        "rise_weeks": "surge_rise",
        "decay_weeks": "surge_decay",
        "lasting_share": "surge_lasting",
    }
    for name, own in pairs.items():
        here, there = spike[name], register()[f"publicity.{own}"]
        assert here.default == there.default
        assert (here.param.basis, here.param.source) == (there.param.basis, there.param.source)
        assert here.param.low <= there.param.low < there.param.high <= here.param.high
    assert spike["size"].param.range_text() == "0 to 2 share"


def test_families_match_the_coefficients():
    assert tuple(FAMILIES) == parameters.Coefficients._fields
    assert np.all(np.isfinite(default_row()))
