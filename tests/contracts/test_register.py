"""The register refuses a number without a source: each has its row, each key its entry, each entry its use."""

import re
from pathlib import Path

import pytest

from redbead import parameters
from redbead.levers import LEVERS
from redbead.scenario.provenance import BASES, law, references, register
from redbead.studies.calibration.reader import find_calibration, read_calibration
from redbead.studies.targets.reader import read_targets

ROOT = Path(__file__).parents[2]
NUMBERS = parameters.register()


def test_every_parameter_has_a_row_and_every_row_a_parameter():
    assert list(register()) == list(NUMBERS)


@pytest.mark.parametrize("path", NUMBERS)
def test_a_row_says_what_it_must(path):
    told, param = register()[path], NUMBERS[path].param
    assert told.symbol
    assert told.done
    assert param.basis in BASES
    assert set(told.keys) <= set(references()), "a key that is not in docs/references.bib"
    if param.basis != "assumed":
        assert told.keys, "graded above assumed, and no source"


def test_symbols_are_unique():
    symbols = [row.symbol for row in register().values()]
    assert len(symbols) == len(set(symbols))


def test_what_is_from_memory_is_assumed_and_says_so():
    for path, item in NUMBERS.items():
        if "memory" in item.param.source:
            assert item.param.basis == "assumed", path
            assert "from memory" in register()[path].done, path
    for lever in LEVERS.values():
        assert all(i.param.basis == "assumed" for i in lever.numbers() if "memory" in i.param.source)


def test_no_source_is_listed_that_nobody_uses():
    targets = read_targets()
    used = {key for row in register().values() for key in row.keys}
    used |= {t.key for t in targets.targets} | {a.key for a in targets.not_modelled}
    assert set(references()) == used


def test_the_fitted_say_so():
    calibration = read_calibration(find_calibration("england"))
    for free in calibration.free:
        if free.path not in calibration.held:
            assert NUMBERS[free.path].param.basis == "calibrated", free.path
            assert "fitted" in register()[free.path].done


def test_the_baseline_is_what_was_fitted():
    """The table of the calibration page, written from its folder, beside the defaults: to three figures."""
    page = (ROOT / "docs" / "calibration.md").read_text(encoding="utf-8")
    held = read_calibration(find_calibration("england")).held
    rows = re.findall(r"^\| `([\w.]+)` \| [^|]+ \| [^|]+ \| ([-\d.e]+) \|", page, flags=re.MULTILINE)
    assert len(rows) == 26
    for path, value in rows:
        if path not in held:
            assert NUMBERS[path].default == pytest.approx(float(value), rel=2e-3), path


def test_a_law_is_a_triangle_with_its_mode_inside():
    for item in NUMBERS.values():
        low, high, mode = map(float, re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", law(item))[:3])
        assert low <= mode <= high
