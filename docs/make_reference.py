"""Write the pages of the API reference: one for the public names, one for each folder of the package.

python docs/make_reference.py

The pages hold directives only; Sphinx fills them in from the docstrings.
"""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).parent
FOLDER = DOCS / "reference"
PACKAGE = DOCS.parent / "model" / "redbead"
sys.path.insert(0, str(DOCS.parent / "model"))

FOLDERS = {
    "behaviour": "Rules of behaviour: work, errors, reporting, fear, blame, learning, leadership, staffing",
    "oversight": "Rules of oversight: inspection, consequences, publicity",
    "dynamics": "Rules of the service: demand, finance, quality, structural change",
    "state": "State: tables of workers, managers, errors, stocks",
    "measures": "Measures: recorded outcomes",
    "levers": "Levers: policies by theme",
    "scenario": "Scenario files",
    "engine": "Engine: the week, runs, Mesa model and agents",
    "execution": "Execution of many runs",
    "storage": "Storage of results",
    "analysis": "Statistical analysis",
    "studies": "Studies: comparison, checks, targets, calibration, sensitivity, twins, lottery",
    "report": "Reports, figures and documents",
    "cli": "Command line",
}


def module_names(folder: str) -> list[str]:
    """The modules of a folder by dotted name, packages without content left out; or the module of this name."""
    module = PACKAGE / f"{folder}.py"
    paths = [module] if module.is_file() else sorted((PACKAGE / folder).rglob("*.py"))
    names = [".".join(("redbead", *path.relative_to(PACKAGE).with_suffix("").parts)) for path in paths]
    return [name for name in names if not name.endswith(("__init__", "__main__"))]


def directive(name: str) -> list[str]:
    """The lines that document one module."""
    options = ["   :members:", "   :member-order: bysource"]
    return [f"## {name}", "", "```{eval-rst}", f".. automodule:: {name}", *options, "```", ""]


def public_page() -> str:
    """The page of the names that ``import redbead as rb`` offers."""
    lines = ["# Public names", "", "Everything that `import redbead as rb` offers.", ""]
    lines += ["The Mesa model `rb.ChildrensService` and its agents are described under [engine](engine.md).", ""]
    for module in (
        "redbead.api",
        "redbead.api_studies",
        "redbead.results",
        "redbead.results_studies",
        "redbead.exceptions",
    ):
        lines += directive(module)
    return "\n".join(lines)


def folder_page(folder: str) -> str:
    """The page of one folder."""
    lines = [f"# {FOLDERS[folder]}", ""]
    for name in module_names(folder):
        lines += directive(name)
    return "\n".join(lines)


def index_page() -> str:
    """The table of contents."""
    pages = ["public", *FOLDERS]
    return "\n".join(["# API reference", "", "```{toctree}", ":maxdepth: 1", "", *pages, "```", ""])


def pages() -> dict[str, str]:
    """Every page by the name of its file."""
    return {
        "index.md": index_page(),
        "public.md": public_page(),
        **{f"{name}.md": folder_page(name) for name in FOLDERS},
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
