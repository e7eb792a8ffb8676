"""Formulas and citations of docstrings, which the documentation site has to display: a fast test of what it refuses."""

import ast
import functools
import re
from collections import Counter
from pathlib import Path

import pytest
from docutils.utils.math.latex2mathml import tex2mathml

PACKAGE = Path(__file__).parents[2] / "model" / "redbead"
INLINE = re.compile(r":math:`([^`]+)`")
BLOCK = re.compile(r"^( *)\.\. math:: *(.*(?:\n(?:\1 +.*)?)*)", re.MULTILINE)
CITATION = re.compile(r"^ *\.\. \[(\w+)\]", re.MULTILINE)


@functools.cache
def docstrings():
    """Module and all docstrings of each module, including those of attributes."""
    return [
        (path, node.value.value)
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    ]


def test_every_formula_can_be_displayed():
    refused = []
    for path, text in docstrings():
        blocks = [(" ".join(block.split()), True) for _, block in BLOCK.findall(text)]
        for formula, display in [*((" ".join(item.split()), False) for item in INLINE.findall(text)), *blocks]:
            aligned = display and "\\\\" in formula and "\\begin" not in formula
            source = f"\\begin{{aligned}}{formula}\\end{{aligned}}" if aligned else formula
            try:
                tex2mathml(source, as_block=display)
            except Exception as error:
                refused.append(f"{path.name}: {formula}: {error}")
    assert not refused


def test_a_command_that_the_site_does_not_know_is_refused():
    ((_, block),) = BLOCK.findall(".. math:: a \\Big/ b\n\nText")
    with pytest.raises(Exception, match="Big"):
        tex2mathml(block, as_block=True)


def test_every_citation_is_defined_once():
    labels = Counter(label for _, text in docstrings() for label in CITATION.findall(text))
    assert not [label for label, count in labels.items() if count > 1]
