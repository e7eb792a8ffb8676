"""Figures of the documents come out again, byte for byte, from the code that is here."""

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def script(name):
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_first_look_and_lottery_come_out_again():
    for name, picture in script("make_images").draw().items():
        assert picture == (DOCS / "images" / name).read_bytes(), "python docs/make_images.py"


@pytest.mark.slow
def test_starting_points_come_out_again():
    made = script("make_validation")
    found = made.compared()
    assert made.draw(found) == (DOCS / "images" / "starting-points.png").read_bytes(), "python docs/make_validation.py"
    assert made.page(found) == (DOCS / "validation.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_table_of_targets_comes_out_again():
    made = script("make_targets")
    assert made.page() == (DOCS / "targets.md").read_text(encoding="utf-8"), "python docs/make_targets.py"
    assert made.levels() == made.LEVELS.read_text(encoding="utf-8")
