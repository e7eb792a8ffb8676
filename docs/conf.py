"""How the documentation site is built: ``sphinx-build -W -b html docs build/site``; no network is asked for anything."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

project = "Red Bead"
author = "The Red Bead founders"
copyright = "The Red Bead founders, Apache-2.0"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "Red Bead"
html_show_sphinx = False
html_theme_options = {
    "announcement": "Synthetic. Compares cultures in a stylised service. Says nothing about a real child, worker or named authority."
}
exclude_patterns = ["build", "images/**"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 4
suppress_warnings = ["myst.header", "myst.xref_missing"]

ROOT = Path(__file__).resolve().parents[1]
_LINK = re.compile(r"\]\(([^)#\s]+)((?:#[^)]*)?)\)")


def _outside(_app: Any, name: str, source: list[str]) -> None:
    """Links that leave the docs, good in the repository, become the names of files on the site."""
    here = (Path(__file__).parent / name).parent

    def told(match: re.Match[str]) -> str:
        target = match[1]
        if "://" in target or (
            (here / target).resolve().is_relative_to(Path(__file__).parent) and target.endswith(".md")
        ):
            return match[0]
        path = (here / target).resolve()
        if path.is_relative_to(ROOT) and not target.endswith((".png", ".svg")):
            return f"](#outside) (`{path.relative_to(ROOT).as_posix()}`)"
        return match[0]

    source[0] = re.sub(r"\[([^\]]*)\]\(#outside\) ", r"\1 ", _LINK.sub(told, source[0]))


def setup(app: Any) -> None:
    """Hook the links in."""
    app.connect("source-read", _outside)
