"""Write docs/coverage.md: for each system of the source documents its mechanism, lever, scenario and check.

    python docs/make_coverage.py

Data come from docs/systems.yaml and from what levers, scenarios and checks say of themselves. References that lead
nowhere, and cells that are empty, are printed; `tests/docs/test_coverage.py` asserts that there are none.
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
from redbead.scenario.catalogue import catalogue  # noqa: E402
from redbead.scenario.keywords import KEYWORDS  # noqa: E402

PAGE = ROOT / "docs" / "coverage.md"
DATA = ROOT / "docs" / "systems.yaml"
CHECKS = ROOT / "checks"

HEAD = """\
# What is covered

The source documents speak of 44 systems of a single authority. For each: what works, the rules that make it work, the
levers and settings that move it, the shipped scenarios that show it, and the checks and tests that hold it. Written by
`docs/make_coverage.py` from [systems.yaml](systems.yaml), the levers, the scenarios and the checks; a test notices
when it is out of date or when a cell is empty.
"""

COLUMNS = ("system", "mechanism", "lever and settings", "scenario", "check and test")


class Row(NamedTuple):
    """One system, with what belongs into each of its cells."""

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
    """Every system, in order."""
    data: dict[str, dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    found = checks()
    return [
        Row(
            number,
            system["name"],
            system["works"],
            system["mechanism"],
            system["settings"],
            system["tests"],
            [kind for kind, lever in LEVERS.items() if number in lever.systems],
            [(e.name, e.path.relative_to(ROOT).as_posix()) for e in catalogue() if number in e.systems],
            [name for name, systems in found if number in systems],
        )
        for number, system in data.items()
    ]


def checks() -> list[tuple[str, list[str]]]:
    """The behaviour checks and the systems that each names; none while there is no such folder."""
    every = [
        check
        for path in sorted(CHECKS.glob("*.yaml"))
        for check in yaml.safe_load(path.read_text(encoding="utf-8"))["checks"]
    ]
    return [(check["name"], list(check.get("systems", ()))) for check in every]


def empty(row: Row) -> list[str]:
    """The columns in which a system has nothing."""
    cells = {
        "mechanism": row.mechanism,
        "lever or setting": row.levers + row.settings,
        "scenario": row.scenarios,
        "check or test": row.checks + row.tests,
    }
    return [column for column, cell in cells.items() if not cell]


def dangling(row: Row) -> list[str]:
    """The references of a system that lead nowhere."""
    known = {*parameters.register(), *KEYWORDS}
    lost = [f"mechanism {name}" for name in row.mechanism if not _is_function(name)]
    lost += [f"setting {path}" for path in row.settings if path not in known]
    return lost + [f"test {name}" for name in row.tests if not _is_test(name)]


def _is_function(reference: str) -> bool:
    """Whether ``module:function`` is there."""
    module, _, function = reference.partition(":")
    try:
        return callable(getattr(importlib.import_module(f"redbead.{module}"), function, None))
    except ImportError:
        return False


def _is_test(reference: str) -> bool:
    """Whether ``file::function`` is there."""
    file, _, function = reference.partition("::")
    return function in _functions(ROOT / "tests" / file)


@functools.cache
def _functions(path: Path) -> frozenset[str]:
    """The functions of a file of tests."""
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def page() -> str:
    """The whole page."""
    table = ["| " + " | ".join(("", *COLUMNS)) + " |", "|---|" + "---|" * len(COLUMNS)]
    return "\n".join([HEAD, *table, *map(_line, rows())]) + "\n"


def _line(row: Row) -> str:
    """One line of the table."""
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
    """Write the page and print what is missing."""
    PAGE.write_text(page(), encoding="utf-8")
    for row in rows():
        for lost in dangling(row):
            print(f"{row.number} {row.name}: nothing is called {lost}")
        for column in empty(row):
            print(f"{row.number} {row.name}: no {column}")


if __name__ == "__main__":
    main()
