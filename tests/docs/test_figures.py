"""Figures and tables of the documents are reproduced byte for byte by the current code."""

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def load_script(name):
    """Import a script in docs/ as a module."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_first_look_and_lottery_figures_are_up_to_date():
    for name, picture in load_script("make_images").draw().items():
        assert picture == (DOCS / "images" / name).read_bytes(), "python docs/make_images.py"


@pytest.mark.slow
def test_validation_page_and_figure_are_up_to_date():
    script = load_script("make_validation")
    results = script.compared()
    assert script.draw(results) == (DOCS / "images" / "starting-points.png").read_bytes(), (
        "python docs/make_validation.py"
    )
    assert script.page(results) == (DOCS / "validation.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_table_of_targets_is_up_to_date():
    script = load_script("make_targets")
    assert script.page() == (DOCS / "targets.md").read_text(encoding="utf-8"), "python docs/make_targets.py"
    assert script.levels() == script.LEVELS.read_text(encoding="utf-8")
