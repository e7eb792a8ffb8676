"""Write docs/coverage.md: the mechanism, levers, scenarios and checks of each system in the source documents.

    python docs/make_coverage.py

The data come from docs/systems.yaml and from the `systems` of levers, scenarios and checks. The script prints broken
references and empty cells; `tests/docs/test_coverage.py` asserts that there are none.
"""

from __future__ import annotations

import ast
import functools
import importlib
import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

ROOT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "model"))

from redbead import parameters  # noqa: E402
from redbead.levers import LEVERS  # noqa: E402
from redbead.scenario.catalogue import catalogue  # noqa: E402
from redbead.scenario.keywords import WORDS  # noqa: E402

PAGE: Final = ROOT / "docs" / "coverage.md"
DATA: Final = ROOT / "docs" / "systems.yaml"
CHECKS: Final = ROOT / "checks"

HEAD: Final = """\
# Coverage of the sources

The source documents describe 44 systems of a single authority. For each system, this table lists the rules that implement it, the levers and parameters that
change it, the shipped scenarios that show it, and the checks and tests that verify it. `docs/make_coverage.py` writes the table from
[systems.yaml](systems.yaml), the levers, the scenarios and the checks. A test fails if the table is out of date or a cell is empty.
"""

COLUMNS: Final = ("system", "mechanism", "levers and parameters", "scenarios", "checks and tests")


class System(NamedTuple):
    """One system of the source documents, with the contents of each cell of its row."""

    number: str
    name: str
    works: str
    mechanism: list[str]
    settings: list[str]
    tests: list[str]
    levers: list[str]
    scenarios: list[tuple[str, str]]
    checks: list[str]


def systems() -> list[System]:
    """Every system, in order."""
    data: dict[str, dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    all_checks = checks()
    return [
        System(
            number,
            entry["name"],
            entry["works"],
            entry["mechanism"],
            entry["settings"],
            entry["tests"],
            [kind for kind, lever in LEVERS.items() if number in lever.systems],
            [(e.name, e.path.relative_to(ROOT).as_posix()) for e in catalogue() if number in e.systems],
            [name for name, numbers in all_checks if number in numbers],
        )
        for number, entry in data.items()
    ]


def checks() -> list[tuple[str, list[str]]]:
    """Name of each behaviour check, and the systems that it covers."""
    entries = [
        check
        for path in sorted(CHECKS.glob("*.yaml"))
        for check in yaml.safe_load(path.read_text(encoding="utf-8"))["checks"]
    ]
    return [(check["name"], list(check.get("systems", ()))) for check in entries]


def empty_cells(system: System) -> list[str]:
    """The columns in which a system has no entry."""
    cells = {
        "mechanism": system.mechanism,
        "lever or parameter": system.levers + system.settings,
        "scenario": system.scenarios,
        "check or test": system.checks + system.tests,
    }
    return [column for column, cell in cells.items() if not cell]


def broken_references(system: System) -> list[str]:
    """References of a system to functions, parameters or tests that do not exist."""
    settings = {*parameters.register(), *WORDS}
    broken = [f"mechanism {name}" for name in system.mechanism if not function_exists(name)]
    broken += [f"setting {path}" for path in system.settings if path not in settings]
    return broken + [f"test {name}" for name in system.tests if not check_exists(name)]


def function_exists(reference: str) -> bool:
    """Whether ``module:function`` exists below `redbead`."""
    module, _, function = reference.partition(":")
    try:
        return callable(getattr(importlib.import_module(f"redbead.{module}"), function, None))
    except ImportError:
        return False


def check_exists(reference: str) -> bool:
    """Whether ``file::function`` exists below `tests`."""
    file, _, function = reference.partition("::")
    return function in functions_of(ROOT / "tests" / file)


@functools.cache
def functions_of(path: Path) -> frozenset[str]:
    """Names of the functions in a test file."""
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def page() -> str:
    """Return the page as Markdown."""
    table = ["| " + " | ".join(("", *COLUMNS)) + " |", "|---|" + "---|" * len(COLUMNS)]
    return "\n".join([HEAD, *table, *map(table_row, systems())]) + "\n"


def table_row(system: System) -> str:
    """One system as a row of the table."""
    scenarios = [f"[{name}](../{path})" for name, path in system.scenarios]
    tests = [
        f"[{name.partition('::')[2].removeprefix('test_')}](../tests/{name.partition('::')[0]})"
        for name in system.tests
    ]
    settings = [f"`{path}`" for path in system.settings]
    cells = [
        f"**{system.name}.** {system.works}",
        ", ".join(f"`{name}`" for name in system.mechanism),
        "; ".join(filter(None, [", ".join(f"**{kind}**" for kind in system.levers), ", ".join(settings)])),
        ", ".join(scenarios),
        "; ".join(filter(None, [", ".join(f"**{name}**" for name in system.checks), ", ".join(tests)])),
    ]
    return "| " + " | ".join([system.number, *cells]) + " |"


def main() -> None:
    """Write the page and print broken references and empty cells."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name)
    for system in systems():
        for reference in broken_references(system):
            print(f"docs/systems.yaml: {system.number} {system.name}: {reference} does not exist")
        for column in empty_cells(system):
            print(f"docs/systems.yaml: {system.number} {system.name}: no {column}")


if __name__ == "__main__":
    main()
