"""What the documents say of the code: phases of the week, rules, tables, draws, all read from the sources."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

from redbead import behaviour, dice, dynamics, oversight
from redbead.engine import week
from redbead.jit import is_rule, marked
from redbead.quantities import Column, columns_of
from redbead.state import authority, errors, people, world

TABLES = (
    people.Workers, people.Managers, people.Leaders, errors.Errors, authority.Cases, authority.Learning,
    authority.Service, authority.Oversight, authority.Ledger, world.Network, world.Place,
)  # fmt: skip
"""Every table of the world, in the order in which the documents show them."""


class Rule(NamedTuple):
    """A rule or kernel: name, module below `redbead`, first sentence, the rest of its text, whether it is a rule."""

    name: str
    module: str
    summary: str
    rest: str
    scalar: bool

    @property
    def room(self) -> str:
        """Module without its package, as headings show it."""
        return self.module.removeprefix("redbead.")


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Every rule and kernel of behaviour, oversight and dynamics, module by module in the order of their lines."""
    return tuple(rule for module in _modules() for rule in _of(module))


def _modules() -> Iterator[ModuleType]:
    for package in (behaviour, oversight, dynamics):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def _of(module: ModuleType) -> list[Rule]:
    own = [(name, item) for name, item in vars(module).items() if marked(item) and item.__module__ == module.__name__]
    found = [(inspect.getsourcelines(item.py_func)[1], name, item) for name, item in own]
    return [_rule(name, module, item) for _, name, item in sorted(found, key=lambda entry: entry[0])]


def _rule(name: str, module: ModuleType, item: Any) -> Rule:  # noqa: ANN401 - a function of the model
    text = inspect.cleandoc(item.py_func.__doc__ or "")
    told = text.partition(">>>")[0].strip()
    summary, _, rest = told.partition("\n\n")
    return Rule(name, module.__name__, " ".join(summary.split()), " ".join(rest.split()), is_rule(item))


class Phase(NamedTuple):
    """A phase of the week: the part it belongs to, what that part is, and the kernel that is called."""

    part: str
    about: str
    name: str


@functools.cache
def phases() -> tuple[Phase, ...]:
    """The order of the week as `engine/week.py` states it."""
    tree = ast.parse(inspect.getsource(week))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    parts = [call for call in _calls(functions["week"]) if call in functions]
    known = {name for name, item in vars(week).items() if marked(item) and not is_rule(item)}
    return tuple(
        Phase(part, (ast.get_docstring(functions[part]) or "").partition("\n")[0], name)
        for part in parts
        for name in _calls(functions[part])
        if name in known and name not in functions
    )


def _calls(node: ast.AST) -> list[str]:
    """The names that a function calls, in the order of its lines."""
    found = [n for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    return [call.func.id for call in sorted(found, key=lambda call: (call.lineno, call.col_offset))]  # type: ignore[attr-defined]


def tables() -> list[tuple[str, str, list[tuple[str, Column]]]]:
    """Every table with its meaning and columns."""
    return [(t.__name__, (t.__doc__ or "").partition("\n")[0], list(columns_of(t))) for t in TABLES]


def draws() -> list[tuple[int, str]]:
    """The numbered register of draws."""
    found = [(value, name) for name, value in vars(dice).items() if name.isupper() and isinstance(value, int)]
    return sorted((value, name.lower().replace("_", " ")) for value, name in found if not name.startswith("MAX"))
