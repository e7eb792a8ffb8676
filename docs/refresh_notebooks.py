"""Run the notebooks and store their outputs; repeated runs give the same bytes.

python docs/refresh_notebooks.py
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
TIMEOUT_SECONDS = 600
ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def main() -> None:
    """Run every notebook and write it in place."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        nbformat.write(executed(path), path)
        print(path.name)


def executed(path: Path) -> Any:
    """Run a notebook and return it without timings, addresses and other parts that differ between runs."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT_SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # whether two lines of output arrive as one message depends on timing
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
