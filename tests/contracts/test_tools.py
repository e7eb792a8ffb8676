"""The tools of the tests: tests of many cases, counted lines, coverage by folder and the list of surviving faults."""

import csv
import importlib.util
from pathlib import Path
from types import SimpleNamespace

import pytest

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
SURVIVORS = TESTS / "mutation" / "survivors.csv"


def tool(name):
    """A script of the folder of tests as a module."""
    spec = importlib.util.spec_from_file_location(name, TESTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_case_of_a_test_is_executed_and_every_failure_is_reported():
    """The second case fails by an assertion, the third by an error that is not raised, the fourth by another error."""
    tests, executed = tool("conftest"), []

    def inverse(value, expected):
        executed.append(value)
        if value is None:
            with pytest.raises(ZeroDivisionError):
                assert value is None
        assert 1 / value == expected

    rows = [(1, 1), (2, 7), (None, None), (0, 0), (4, 0.25)]
    names, cases = tests.named_cases("value, expected", rows, ids=["one", "two", "none", "zero", "four"])
    failures = tests.failures_of(inverse, cases, Path(__file__))
    assert names == ["value", "expected"]
    assert executed == [1, 2, None, 0, 4]
    assert [failure.splitlines()[0] for failure in failures] == ["--- case: two", "--- case: none", "--- case: zero"]
    texts = ("assert (1 / 2) == 7", "DID NOT RAISE", "ZeroDivisionError")
    assert [text for text, failure in zip(texts, failures, strict=True) if text not in failure] == []


def test_a_case_that_fails_makes_the_test_fail():
    mark = pytest.mark.cases("value", [1, 0, 2], ids=["one", "zero", "two"]).mark
    item = SimpleNamespace(
        get_closest_marker={"cases": mark}.get, obj=lambda value: 1 / value, path=Path(__file__),
        funcargs={"value": None}, _fixtureinfo=SimpleNamespace(argnames=("value",)),
    )  # fmt: skip
    with pytest.raises(pytest.fail.Exception, match=r"(?s)^1 of 3 cases failed.*--- case: zero.*ZeroDivisionError"):
        tool("conftest").pytest_pyfunc_call(item)


def test_cases_are_labelled_by_their_values_and_there_is_at_least_one():
    tests = tool("conftest")
    _, cases = tests.named_cases(("a", "b"), [(1, max), ("x" * 90, None)])
    failures = tests.failures_of(lambda a, b: pytest.fail("refused"), cases, Path(__file__))
    labels = [failure.splitlines()[0] for failure in failures]
    assert labels == ["--- case: 1, max", f"--- case: {'x' * 60}, None"]
    with pytest.raises(AssertionError, match="no case of a"):
        tests.named_cases("a", [])


def test_lines_of_code_exclude_blank_lines_comments_and_docstrings(tmp_path):
    """Six lines of code: the import, the assignment of two lines, the function, its return and the text in a call."""
    path = tmp_path / "a.py"
    path.write_text(
        '"""Docstring of\n\ntwo paragraphs."""\n\nimport os  # a comment beside code\n# a comment\n\n'
        'VALUES = (1,\n          2)\n"""Documents the values."""\n\n\ndef f():\n    """Docstring."""\n\n'
        '    return os\n\n\nprint("a text")\n',
        encoding="utf-8",
    )
    assert tool("ratio").lines_of_code(path) == 6


def test_coverage_is_summed_over_the_files_of_a_folder():
    """Two files of storage with 3 of 4 and 6 of 6 lines, and one of another folder that does not count."""

    def entry(lines, covered, missing=()):
        return {"summary": {"num_statements": lines, "covered_lines": covered}, "missing_lines": list(missing)}

    files = {
        "model/redbead/storage/a.py": entry(4, 3, [7]), "model/redbead/storage/b.py": entry(6, 6),
        "model/redbead/report/c.py": entry(9, 0, range(9)),
    }  # fmt: skip
    table = tool("coverage_by_folder").by_folder(files)
    assert table["storage"] == (10, 9, {"model/redbead/storage/a.py": [7]})


def test_every_surviving_fault_has_a_reason_and_concerns_the_present_code():
    with SURVIVORS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["key"] for row in rows}) == len(rows)
    for row in rows:
        assert row["reason"], row["key"]
        assert row["equivalent"] in ("yes", "no"), row["key"]
        path = ROOT / "model" / Path(*row["module"].split("."))
        source = (path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py").read_text(
            encoding="utf-8"
        )
        assert row["before"] in source, f"{row['key']}: run tests/mutation/run.py again"
