"""The coverage page: every system has a mechanism, lever, scenario and check, and the generated pages are current."""

import importlib.util
from pathlib import Path

import pytest

from redbead.scenario.schema import SYSTEMS

DOCS = Path(__file__).parents[2] / "docs"


def load_script(name):
    """Import a script of the documentation as a module."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


coverage = load_script("make_coverage")


@pytest.fixture(scope="module")
def rows():
    return coverage.rows()


def test_every_system_of_one_authority_has_a_row(rows):
    assert [row.number for row in rows] == list(SYSTEMS[:44])


def test_no_system_has_an_empty_cell(rows):
    assert {row.number: empty for row in rows if (empty := coverage.empty(row))} == {}


def test_all_references_of_systems_exist(rows):
    assert {row.number: missing for row in rows if (missing := coverage.dangling(row))} == {}


def test_levers_and_checks_refer_to_known_systems():
    for _, systems in coverage.checks():
        assert set(systems) <= set(SYSTEMS)
    for lever in coverage.LEVERS.values():
        assert set(lever.systems) <= set(SYSTEMS), lever.kind


def test_the_coverage_page_is_current():
    assert coverage.PAGE.read_text(encoding="utf-8") == coverage.page(), "python docs/build.py"


def test_the_theories_page_is_current():
    theories = load_script("make_theories")
    assert theories.PAGE.read_text(encoding="utf-8") == theories.page(), "python docs/build.py"
