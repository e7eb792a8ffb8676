"""Configuration of the documentation site.

``sphinx-build -W -b html docs build/site`` builds the site without network access.
"""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from typing import Any, get_type_hints

project = "Red Bead"
author = "The Red Bead founders"
copyright = "The Red Bead founders, Apache-2.0"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = "Red Bead"
html_show_sphinx = False
html_static_path = ["static"]
html_css_files = ["figures.css", "formulas.css"]
html_theme_options = {
    "announcement": "Synthetic. Compares cultures in a stylised service. Says nothing about a real child, worker or named authority."
}
exclude_patterns = ["build", "images/**"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 4
myst_enable_extensions = ["dollarmath"]
html_math_renderer = "mathml"
napoleon_google_docstring = False
napoleon_use_ivar = True  # attributes of a class, which autodoc also lists as members, are described once
napoleon_use_rtype = False
autodoc_typehints = "none"
autodoc_preserve_defaults = True
autodoc_class_signature = "mixed"
suppress_warnings = ["myst.header", "myst.xref_missing", "ref.python"]  # many classes have attributes of the same name

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "model"))

from redbead import jit  # noqa: E402 - the package is found through the line above
from redbead.quantities import Column, Param  # noqa: E402

for _marker in ("rule", "kernel", "sequence"):  # autodoc documents rules as the Python functions that they are
    setattr(jit, _marker, lambda function: function)
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


def _mathml(writer: Any, node: Any) -> None:
    """Write a formula as MathML, which browsers display without a script or network."""
    from docutils import nodes
    from docutils.utils.math.latex2mathml import tex2mathml

    text = node.astext()
    display = isinstance(node, nodes.math_block)
    if display and "\\\\" in text and "\\begin" not in text:
        text = f"\\begin{{aligned}}{text}\\end{{aligned}}"
    markup = tex2mathml(text, as_block=display)
    writer.body.append(f'<div class="math">{markup}</div>' if display else markup)
    raise nodes.SkipNode


def _describe_field(_app: Any, _what: str, name: str, _obj: Any, _options: Any, lines: list[str]) -> None:
    """Replace the docstring that Python gives to fields of named tuples with meaning, unit, range and default."""
    if not (lines and lines[0].startswith("Alias for field number")):
        return
    owner, _, field = name.rpartition(".")
    module, _, class_name = owner.rpartition(".")
    kind = getattr(importlib.import_module(module), class_name)
    try:
        hints = get_type_hints(kind, include_extras=True)
    except NameError:  # a type imported for checkers only; groups of parameters and columns have none
        hints = {}
    metadata = getattr(hints.get(field), "__metadata__", ())
    described = [item for item in metadata if isinstance(item, Param | Column)]
    if not described:
        lines.clear()
        return
    item = described[0]
    meaning = item.description if isinstance(item, Param) else item.meaning
    default = f", default {kind._field_defaults[field]:g}" if field in kind._field_defaults else ""
    lines[:] = [f"{meaning[:1].upper()}{meaning[1:]}. [{item.unit}; {item.low:g} to {item.high:g}{default}]"]


def _skip_matplotlib(_app: Any, _what: str, name: str, obj: Any, _skip: bool, _options: Any) -> bool | None:
    """Leave out ``set``, which matplotlib adds to classes of figures with a docstring that is not reStructuredText."""
    return True if name == "set" and getattr(obj, "__module__", "").startswith("matplotlib") else None


def setup(app: Any) -> None:
    """Register the link replacement and the math renderer."""
    app.connect("source-read", _replace_outside_links)
    app.connect("autodoc-process-docstring", _describe_field)
    app.connect("autodoc-skip-member", _skip_matplotlib)
    app.add_html_math_renderer("mathml", (_mathml, None), (_mathml, None))
