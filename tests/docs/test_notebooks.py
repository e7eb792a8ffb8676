"""Both notebooks run from top to bottom and are stored with their outputs."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def refresh() -> ModuleType:
    """The script docs/refresh_notebooks.py as a module."""
    spec = importlib.util.spec_from_file_location("refresh_notebooks", ROOT / "docs" / "refresh_notebooks.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_two_notebooks() -> None:
    assert [path.name for path in NOTEBOOKS] == ["01-first-run.ipynb", "02-inside-the-week.ipynb"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # warnings from the Jupyter kernel
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_from_top_to_bottom(path: Path, refresh: ModuleType, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))  # ignore the user's IPython settings
    executed, stored = refresh.executed(path), nbformat.read(path, as_version=4)
    assert list(map(output_kinds, code_cells(executed))) == list(map(output_kinds, code_cells(stored)))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_outputs_are_complete_and_without_errors(path: Path) -> None:
    stored = nbformat.read(path, as_version=4)
    cells = code_cells(stored)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1)), "run docs/refresh_notebooks.py"
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 3


def code_cells(notebook):
    """All code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def output_kinds(cell):
    """Types of the outputs of a cell. Numbers may differ between versions of Python, but no picture may be missing."""
    return [(output.output_type, sorted(output.get("data", {}))) for output in cell.outputs]
