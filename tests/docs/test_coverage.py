"""Every system of the source documents has its mechanism, lever, scenario and check, and the pages say so."""

import importlib.util
from pathlib import Path

import pytest

from redbead.scenario.schema import SYSTEMS

DOCS = Path(__file__).parents[2] / "docs"


def script(name):
    """A script of the documents as a module."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


coverage = script("make_coverage")
every = pytest.mark.parametrize("row", coverage.rows(), ids=lambda row: row.number)


def test_every_system_of_one_authority_has_a_row():
    assert [row.number for row in coverage.rows()] == list(SYSTEMS[:44])


@every
def test_no_cell_is_empty(row):
    assert coverage.empty(row) == []


@every
def test_every_reference_leads_somewhere(row):
    assert coverage.dangling(row) == []


def test_levers_scenarios_and_checks_name_systems_that_there_are():
    for _, systems in coverage.checks():
        assert set(systems) <= set(SYSTEMS)
    for lever in coverage.LEVERS.values():
        assert set(lever.systems) <= set(SYSTEMS), lever.kind


def test_the_page_of_coverage_is_up_to_date():
    assert coverage.PAGE.read_text(encoding="utf-8") == coverage.page(), "python docs/make_coverage.py"


def test_the_page_of_theories_is_up_to_date():
    theories = script("make_theories")
    assert theories.PAGE.read_text(encoding="utf-8") == theories.page(), "python docs/make_theories.py"
