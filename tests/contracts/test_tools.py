"""The tools that measure the tests: counted lines, coverage by folder and the list of surviving faults."""

import csv
import importlib.util
from pathlib import Path

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
SURVIVORS = TESTS / "mutation" / "survivors.csv"


def tool(name):
    """A script of the folder of tests as a module."""
    spec = importlib.util.spec_from_file_location(name, TESTS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
