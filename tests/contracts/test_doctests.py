"""All examples in docstrings give the documented results."""

import doctest
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import redbead

MODULES = [m.name for m in pkgutil.walk_packages(redbead.__path__, "redbead.") if not m.name.endswith("__main__")]


class Finder(doctest.DocTestFinder):
    """Finds decorated functions too."""

    def _from_module(self, module, item):
        return super()._from_module(module, inspect.unwrap(item))


@pytest.mark.cases("name", MODULES)
def test_docstring_examples_of_module(name):
    runner = doctest.DocTestRunner()
    with np.errstate(over="ignore"):
        for test in Finder().find(importlib.import_module(name)):
            runner.run(test)
    assert runner.failures == 0


def test_docstrings_contain_examples():
    tests = [t for name in MODULES for t in Finder().find(importlib.import_module(name)) if t.examples]
    names = {test.name for test in tests}
    assert {"redbead.api.load", "redbead.api_studies.lottery"} <= names, "decorated functions are found"
    assert len(tests) > 60
