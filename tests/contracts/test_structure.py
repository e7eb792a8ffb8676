"""The structure of the package: size, import levels, cycles, and one meaning for each name."""

import ast
import collections
import functools
from pathlib import Path

import pytest

import redbead

PACKAGE = Path(redbead.__file__).parent
ROOT = PACKAGE.parents[1]
MOST_FILES = 250
MOST_LEVELS = 6
MOST_LINES = 400
MOST_FUNCTION_LINES = 60

PARTS_OF_A_STUDY = {"spec", "reader", "inputs", "study", "results", "folder", "format"}
"""Files that have the same job in every study."""
SUBJECTS = {
    "calibration",
    "comparison",
    "lottery",
    "sensitivity",
    "twins",
    "page",
    "text",
    "parameters",
    "targets",
    "scenario",
}
"""Subjects that name a command, a report or a study: the folder says which."""


def modules(folder=PACKAGE, prefix="redbead"):
    """Every module below a folder by its dotted name."""
    by_name = {}
    for path in folder.rglob("*.py"):
        parts = path.relative_to(folder).with_suffix("").parts
        name = ".".join((prefix, *(part for part in parts if part != "__init__")))
        by_name[name] = path
    return by_name


@functools.cache
def tree(path):
    """The syntax tree of a file, which tests do not change."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path, known):
    """The known modules that a file imports, inside functions too."""
    targets = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                targets.add(full if full in known else node.module)
        elif isinstance(node, ast.Import):
            targets |= {alias.name for alias in node.names}
    return {target for target in targets if target in known}


MODULES = modules()
FOLDERS = sorted({name.rpartition(".")[0] for name in MODULES if "." in name})


@functools.cache
def graph():
    """The modules that each module imports."""
    return {name: imports(path, MODULES) - {name} for name, path in MODULES.items()}


def levels(nodes, edges):
    """The number of modules on the longest import chain; raises on a cycle."""
    depth = {}

    def visit(node, trail):
        assert node not in trail, f"import cycle: {' > '.join([*trail, node])}"
        if node not in depth:
            depth[node] = 1 + max((visit(other, [*trail, node]) for other in edges[node]), default=0)
        return depth[node]

    return max((visit(node, []) for node in nodes), default=0)


def inside(folder):
    """The graph between the direct children of a folder."""
    depth = folder.count(".") + 1

    def child(name):
        return name.split(".")[depth] if name.startswith(f"{folder}.") else None

    edges = collections.defaultdict(set)
    for name, targets in graph().items():
        if here := child(name):
            edges[here] |= {there for target in targets if (there := child(target)) and there != here}
    return edges


def test_the_package_has_a_bounded_number_of_files():
    assert len(MODULES) <= MOST_FILES


@pytest.mark.cases("folder", [folder for folder in FOLDERS if folder != "redbead"])
def test_a_folder_has_few_import_levels_and_no_cycle(folder):
    edges = inside(folder)
    assert levels(list(edges), edges) <= MOST_LEVELS


def test_benchmarks_have_no_import_cycle():
    known = modules(ROOT / "benchmarks", "benchmarks")
    edges = {name: imports(path, known) - {name} for name, path in known.items()}
    levels(list(edges), edges)


def test_modules_import_without_aliases_and_stay_small():
    for name, path in MODULES.items():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES, name
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("redbead"):
                assert not [alias.name for alias in node.names if alias.asname], name
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                length = body[-1].end_lineno - body[0].lineno + 1 if body else 0
                assert length <= MOST_FUNCTION_LINES, (name, node.name)


def test_a_class_name_has_one_meaning():
    places = collections.defaultdict(set)
    for name, path in MODULES.items():
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef):
                places[node.name].add(name)
    assert not {name: where for name, where in places.items() if len(where) > 1}


def test_a_file_name_has_one_job():
    places = collections.defaultdict(set)
    for name, path in MODULES.items():
        if path.stem not in ("__init__", "__main__"):
            places[path.stem].add(name)
    shared = {stem for stem, where in places.items() if len(where) > 1}
    assert shared <= PARTS_OF_A_STUDY | SUBJECTS
