"""Contract of the evidence of parameters: a symbol, a source, and one entry in the bibliography per key."""

import re
from pathlib import Path

import pytest

from redbead import parameters
from redbead.levers import LEVERS
from redbead.quantities import PROCESSING
from redbead.scenario.provenance import BASES, law, references
from redbead.studies.calibration.spec import find_calibration, read_calibration
from redbead.studies.targets.spec import read_targets

ROOT = Path(__file__).parents[2]
NUMBERS = parameters.register()


def test_evidence_of_parameters_is_complete():
    for path, item in NUMBERS.items():
        param = item.param
        assert param.symbol, path
        assert param.processing_text, path
        assert param.basis in BASES, path
        assert set(param.keys) <= set(references()), f"{path}: a key is missing in docs/references.bib"
        if param.basis != "assumed":
            assert param.keys, f"{path}: evidence above assumed needs a key"


def test_sources_of_levers_are_in_the_bibliography():
    for kind, lever in LEVERS.items():
        for item in lever.numbers():
            assert set(item.param.keys) <= set(references()), (kind, item.name)
            assert item.param.basis == "assumed" or item.param.has_source, (kind, item.name)


def test_symbols_are_unique():
    symbols = [item.param.symbol for item in NUMBERS.values()]
    assert len(symbols) == len(set(symbols))


def test_values_from_memory_are_marked_as_assumed():
    for path, item in NUMBERS.items():
        if "memory" in item.param.source:
            assert item.param.basis == "assumed", path
            assert item.param.processing == "memory", path
    for lever in LEVERS.values():
        assert all(i.param.basis == "assumed" for i in lever.numbers() if "memory" in i.param.source)


def test_all_references_are_used():
    targets = read_targets()
    used = {key for item in NUMBERS.values() for key in item.param.keys}
    used |= {t.key for t in targets.targets} | {a.key for a in targets.not_modelled}
    assert set(references()) == used


def test_fitted_parameters_are_marked_as_calibrated():
    calibration = read_calibration(find_calibration("england"))
    for free in calibration.free:
        if free.path not in calibration.held:
            assert NUMBERS[free.path].param.basis == "calibrated", free.path
            assert NUMBERS[free.path].param.processing_text == PROCESSING["fitted"]


def test_defaults_equal_the_fitted_values():
    """The defaults equal the table of the calibration page to three figures."""
    page = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    calibration = read_calibration(find_calibration("england"))
    rows = re.findall(r"^\| `([\w.]+)` \| [^|]+ \| [^|]+ \| ([-\d.e]+) \|", page, flags=re.MULTILINE)
    assert {path for path, _ in rows} == {free.path for free in calibration.free}
    for path, value in rows:
        if path not in calibration.held:
            assert NUMBERS[path].default == pytest.approx(float(value), rel=2e-3), path


def test_distribution_is_a_triangle_with_its_mode_inside():
    for item in NUMBERS.values():
        low, high, mode = map(float, re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", law(item))[:3])
        assert low <= mode <= high
