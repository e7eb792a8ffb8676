"""Lines of tests per line of code, by folder of the package.

    python tests/ratio.py            print the table
    python tests/ratio.py --check    end with 1 if a folder of ``AT_LEAST_ONE`` has fewer lines of tests than of code

Lines are counted without blank lines, comments and docstrings, on both sides. The tests of a folder are those in the
folder of the same name below ``tests/unit``, and the shared tests named in ``SHARED``.
"""

import ast
import io
import sys
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "model" / "redbead"
TESTS = ROOT / "tests"

AT_LEAST_ONE = ("analysis", "storage", "execution", "studies")
SHARED = {
    "execution": ("equivalence/test_batches.py", "equivalence/test_processes.py"),
    "studies": ("contracts/test_checks.py", "contracts/test_studies.py", "equivalence/test_policies.py"),
}
"""Tests of a folder that are not in its folder of unit tests."""

NOT_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
            tokenize.ENCODING}  # fmt: skip


def lines_of_code(path):
    """Number of lines of a file that contain code."""
    source = path.read_text(encoding="utf-8")
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - docstring_lines(source))


def docstring_lines(source):
    """Numbers of the lines of docstrings, including texts below an assignment that document it."""
    lines = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines.update(range(node.lineno, node.end_lineno + 1))
    return lines


def table():
    """Lines of code and of tests by folder of the package."""
    rows = {}
    for folder in sorted(path for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"):
        code = sum(lines_of_code(path) for path in folder.rglob("*.py"))
        files = [*(TESTS / "unit" / folder.name).rglob("*.py"), *(TESTS / name for name in SHARED.get(folder.name, ()))]
        tests = sum(lines_of_code(path) for path in files if path.is_file())
        if code:
            rows[folder.name] = (code, tests)
    return rows


def main(arguments):
    """Print the table; return 1 if ``--check`` finds a folder with too few test lines."""
    rows = table()
    print(f"{'folder':12} {'code':>6} {'tests':>6} {'ratio':>6}")
    for name, (code, tests) in rows.items():
        print(f"{name:12} {code:6} {tests:6} {tests / code:6.2f}{'  at least 1' if name in AT_LEAST_ONE else ''}")
    all_code = sum(lines_of_code(path) for path in PACKAGE.rglob("*.py"))
    all_tests = sum(lines_of_code(path) for path in TESTS.rglob("*.py"))
    print(f"{'all':12} {all_code:6} {all_tests:6} {all_tests / all_code:6.2f}")
    low = [name for name in AT_LEAST_ONE if rows[name][1] < rows[name][0]]
    return int("--check" in arguments and bool(low))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
