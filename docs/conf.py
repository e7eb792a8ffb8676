"""Configuration of the documentation site.

``sphinx-build -W -b html docs build/site`` builds the site without network access.
"""

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


def _replace_outside_links(_app: Any, name: str, source: list[str]) -> None:
    """Replace links to files outside the site, which are valid in the repository, with file names."""
    folder = (Path(__file__).parent / name).parent

    def replacement(match: re.Match[str]) -> str:
        target = match[1]
        path = (folder / target).resolve()
        in_site = path.is_relative_to(Path(__file__).parent) and target.endswith(".md")
        if "://" in target or in_site or target.endswith((".png", ".svg")) or not path.is_relative_to(ROOT):
            return match[0]
        return f"](#outside) (`{path.relative_to(ROOT).as_posix()}`)"

    source[0] = re.sub(r"\[([^\]]*)\]\(#outside\) ", r"\1 ", _LINK.sub(replacement, source[0]))


def setup(app: Any) -> None:
    """Connect the replacement of links."""
    app.connect("source-read", _replace_outside_links)
