"""All examples in docstrings give the documented results."""

import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import redbead

MODULES = [m.name for m in pkgutil.walk_packages(redbead.__path__, "redbead.") if not m.name.endswith("__main__")]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_of_module(name):
    with np.errstate(over="ignore"):
        failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def test_docstrings_contain_examples():
    finder = doctest.DocTestFinder()
    tests = [t for name in MODULES for t in finder.find(importlib.import_module(name)) if t.examples]
    assert len(tests) > 60
