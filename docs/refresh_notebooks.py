"""Run the notebooks and store their outputs, with the same bytes each time: `python docs/refresh_notebooks.py`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
LIMIT = 600
ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def main() -> None:
    """Refresh every notebook in place."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        nbformat.write(executed(path), path)


def executed(path: Path) -> Any:
    """The notebook of `path` with fresh outputs, without what differs from one run of it to the next."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=LIMIT,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
            for data in (o["data"] for o in cell.outputs if "text/plain" in o.get("data", {})):
                data["text/plain"] = ADDRESS.sub("", data["text/plain"])
    return notebook


if __name__ == "__main__":
    main()
