"""Run the tests that execute the line of a mutant, in a forked process in which only its module is replaced.

No file is changed. A run of the tests with coverage records which test executes which line. Each mutant then runs only
the tests of its line, until the first failure.
"""

import importlib.machinery
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = [
    "tests/unit/behaviour", "tests/unit/oversight", "tests/unit/dynamics", "tests/unit/analysis",
    "tests/contracts/test_doctests.py", "tests/docs/test_equations.py",
]  # fmt: skip
"""Fast tests that state expected values. Digests of whole runs would notice any change and explain none."""
SECONDS = 60
"""Time limit of the tests of one mutant; a mutant that exceeds it, such as an endless loop, counts as killed."""

FAULT_OF_RUNNER = 70
KILLED, SURVIVED, TIMED_OUT, NO_TEST = "killed", "survived", "timed out", "no test"


def tests_by_line(work):
    """Run the tests with coverage; return the tests that execute each line: ``{(path, line): {test, ...}}``."""
    from coverage import CoverageData

    data_file = work / "coverage"
    data_file.unlink(missing_ok=True)
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS, "--cov=redbead", "--cov-context=test",
         "--cov-report="],
        cwd=ROOT, check=True, env=os.environ | {"COVERAGE_FILE": str(data_file)},
    )  # fmt: skip
    data = CoverageData(str(data_file))
    data.read()
    return {
        (Path(file), line): {context.partition("|")[0] for context in contexts if context}
        for file in data.measured_files()
        for line, contexts in data.contexts_by_lineno(file).items()
    }


def import_libraries():
    """Import what the tests need, except the package, so that forked processes start with it."""
    import hypothesis.extra.numpy
    import numpy as np
    import pandas as pd
    import pydantic
    import pytest
    import scipy.stats
    import yaml

    assert "redbead" not in sys.modules
    return hypothesis, np, pd, pydantic, pytest, scipy, yaml


class MutatedLoader(importlib.machinery.SourceFileLoader):
    """Loader that compiles given source in place of the file."""

    def __init__(self, name, path, source):
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname):
        """Code of the mutated source."""
        return compile(self._source, self.path, "exec")


class MutatedFinder:
    """Import hook that replaces one module."""

    def __init__(self, mutant):
        self._name, self._path, self._source = mutant.module, str(mutant.path), mutant.source()

    def find_spec(self, name, _path=None, _target=None):
        """Spec of the mutated module; None for any other."""
        if name != self._name:
            return None
        return importlib.util.spec_from_file_location(
            name, self._path, loader=MutatedLoader(name, self._path, self._source)
        )


class Only:
    """pytest plugin that runs the given tests and no others of their files."""

    def __init__(self, tests):
        self._tests = tests

    def pytest_collection_modifyitems(self, items):
        """Keep the given tests."""
        items[:] = [item for item in items if item.nodeid in self._tests]


def run_tests(mutant, tests):
    """Outcome of the tests of a mutant, in a child process."""
    if not tests:
        return NO_TEST
    child = os.fork()
    if child == 0:
        try:
            os._exit(_run_in_child(mutant, tests))
        finally:
            os._exit(FAULT_OF_RUNNER)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return _outcome(os.waitstatus_to_exitcode(status), mutant)
        time.sleep(0.02)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return TIMED_OUT


def check_unchanged_modules_pass(mutants, tests):
    """Run the tests of one mutant per folder on unchanged sources; a runner that kills everything must not pass.

    Raises
    ------
    RuntimeError
        If a test fails without a mutation.
    """
    for mutant in {mutant.folder: mutant for mutant in mutants}.values():
        covering = tests.get((mutant.path, mutant.line), set())
        if covering and (outcome := run_tests(Unchanged(mutant), covering)) != SURVIVED:
            msg = f"the tests of {mutant.module} fail without a mutation ({outcome})"
            raise RuntimeError(msg)


class Unchanged:
    """The module of a mutant without its fault."""

    def __init__(self, mutant):
        self.module, self.path = mutant.module, mutant.path

    def source(self):
        """Source of the module as it is."""
        return self.path.read_text(encoding="utf-8")


def _run_in_child(mutant, tests):
    """Run pytest on the mutated module without output; return its exit code."""
    import pytest

    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    sys.meta_path.insert(0, MutatedFinder(mutant))
    files = sorted({test.partition("::")[0] for test in tests})
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:cov", "-p", "no:xdist"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # hypothesis is imported before pytest starts
    return int(pytest.main([*options, *files], plugins=[Only(tests)]))


def _outcome(code, mutant):
    """Outcome of an exit code of pytest: 0 passed, 1 failed, 2 failed to import; another is an error of the runner."""
    if code not in (0, 1, 2) and code > 0:
        msg = f"pytest ended with {code} for {mutant}"
        raise RuntimeError(msg)
    return SURVIVED if code == 0 else KILLED
