"""Both notebooks run from top to bottom, and are stored with their outputs."""

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
    spec = importlib.util.spec_from_file_location("refresh_notebooks", ROOT / "docs" / "refresh_notebooks.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_two() -> None:
    assert [path.name for path in NOTEBOOKS] == ["01-first-run.ipynb", "02-inside-the-week.ipynb"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # sockets and loops of the notebook's kernel are not ours
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_from_top_to_bottom(path: Path, refresh: ModuleType, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))  # nobody's own settings
    fresh = refresh.executed(path)
    assert [kinds(cell) for cell in code(fresh)] == [kinds(cell) for cell in code(nbformat.read(path, as_version=4))]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_outputs_are_in_order_and_quiet(path: Path) -> None:
    stored = nbformat.read(path, as_version=4)
    assert [cell.execution_count for cell in code(stored)] == list(range(1, len(code(stored)) + 1)), (
        "run docs/refresh_notebooks.py"
    )
    outputs = [output for cell in code(stored) for output in cell.outputs]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 3


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def kinds(cell):
    """What kinds of output a cell has: numbers may move with the versions of Python, pictures may not vanish."""
    return [(output.output_type, sorted(output.get("data", {}))) for output in cell.outputs]
