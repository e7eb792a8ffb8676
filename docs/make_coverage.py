"""Write docs/coverage.md: the mechanism, levers, scenarios and checks of each system in the source documents.

    python docs/make_coverage.py

The data come from `docs/systems.yaml` and from the declarations of levers, scenarios and checks. The script prints
invalid references and empty cells; `tests/docs/test_coverage.py` fails if there are any.
"""

from __future__ import annotations

import ast
import functools
import importlib
import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "model"))

from redbead import parameters  # noqa: E402
from redbead.levers import LEVERS  # noqa: E402
from redbead.scenario.keywords import KEYWORDS  # noqa: E402
from redbead.scenario.library import catalogue  # noqa: E402

PAGE = ROOT / "docs" / "coverage.md"
DATA = ROOT / "docs" / "systems.yaml"
CHECKS = ROOT / "checks"

HEAD = """\
# Coverage of the source documents

The source documents describe 44 systems of a single authority. Each row lists how a system works, the rules that
implement it, the levers and settings that change it, the shipped scenarios that show it, and the checks and tests that
cover it. `docs/make_coverage.py` writes this page from [systems.yaml](systems.yaml), the levers, the scenarios and the
checks. A test fails if the page is out of date or a cell is empty.
"""

COLUMNS = ("system", "mechanism", "lever and settings", "scenario", "check and test")


class Row(NamedTuple):
    """One system and the contents of its cells."""

    number: str
    name: str
    works: str
    mechanism: list[str]
    settings: list[str]
    tests: list[str]
    levers: list[str]
    scenarios: list[tuple[str, str]]
    checks: list[str]


def rows() -> list[Row]:
    """All systems, in order."""
    data: dict[str, dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    systems_of_checks, entries = checks(), catalogue()
    return [
        Row(
            number,
            system["name"],
            system["works"],
            system["mechanism"],
            system["settings"],
            system["tests"],
            [kind for kind, lever in LEVERS.items() if number in lever.systems],
            [(e.name, e.path.relative_to(ROOT).as_posix()) for e in entries if number in e.systems],
            [name for name, systems in systems_of_checks if number in systems],
        )
        for number, system in data.items()
    ]


def checks() -> list[tuple[str, list[str]]]:
    """Name and systems of each behaviour check."""
    all_checks = [
        check
        for path in sorted(CHECKS.glob("*.yaml"))
        for check in yaml.safe_load(path.read_text(encoding="utf-8"))["checks"]
    ]
    return [(check["name"], list(check.get("systems", ()))) for check in all_checks]


def empty(row: Row) -> list[str]:
    """Columns that are empty for a system."""
    cells = {
        "mechanism": row.mechanism,
        "lever or setting": row.levers + row.settings,
        "scenario": row.scenarios,
        "check or test": row.checks + row.tests,
    }
    return [column for column, cell in cells.items() if not cell]


def dangling(row: Row) -> list[str]:
    """References of a system to missing functions, settings or tests."""
    known = {*parameters.register(), *KEYWORDS}
    missing = [f"mechanism {name}" for name in row.mechanism if not _is_function(name)]
    missing += [f"setting {path}" for path in row.settings if path not in known]
    return missing + [f"test {name}" for name in row.tests if not _is_test(name)]


def _is_function(reference: str) -> bool:
    """Return whether ``module:function`` exists."""
    module, _, function = reference.partition(":")
    try:
        return callable(getattr(importlib.import_module(f"redbead.{module}"), function, None))
    except ImportError:
        return False


def _is_test(reference: str) -> bool:
    """Return whether ``file::function`` exists."""
    file, _, function = reference.partition("::")
    return function in _functions(ROOT / "tests" / file)


@functools.cache
def _functions(path: Path) -> frozenset[str]:
    """Names of the functions in a test file."""
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def page() -> str:
    """The whole page."""
    table = ["| " + " | ".join(("", *COLUMNS)) + " |", "|---|" + "---|" * len(COLUMNS)]
    return "\n".join([HEAD, *table, *map(_format_row, rows())]) + "\n"


def _format_row(row: Row) -> str:
    """Format one row of the table."""
    scenarios = [f"[{name}](../{path})" for name, path in row.scenarios]
    tests = [
        f"[{name.partition('::')[2].removeprefix('test_')}](../tests/{name.partition('::')[0]})" for name in row.tests
    ]
    settings = [f"`{path}`" for path in row.settings]
    cells = [
        f"**{row.name}.** {row.works}",
        ", ".join(f"`{name}`" for name in row.mechanism),
        "; ".join(filter(None, [", ".join(f"**{kind}**" for kind in row.levers), ", ".join(settings)])),
        ", ".join(scenarios),
        "; ".join(filter(None, [", ".join(f"**{name}**" for name in row.checks), ", ".join(tests)])),
    ]
    return "| " + " | ".join([row.number, *cells]) + " |"


def main() -> None:
    """Write the page and print invalid references and empty cells."""
    PAGE.write_text(page(), encoding="utf-8")
    for row in rows():
        for reference in dangling(row):
            print(f"{row.number} {row.name}: {reference} does not exist")
        for column in empty(row):
            print(f"{row.number} {row.name}: the column '{column}' is empty")


if __name__ == "__main__":
    main()
