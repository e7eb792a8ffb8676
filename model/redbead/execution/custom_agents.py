"""Agents of somebody's own, named on the command line as MODULE:CLASS."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redbead.exceptions import BadInputError, Problem


def classes(names: Sequence[str]) -> dict[type[Any], type[Any]]:
    """The classes behind some names, by the class of the model that each stands in for.

    Naming a module runs it: only what its user wrote on the command line is ever imported, never what a file says.

    Raises
    ------
    BadInputError
        A module cannot be imported, has no such class, or the class stands in for none of the model's.
    """
    if not names:
        return {}
    from redbead.engine.mesa_agents import Leader, Manager, SocialWorker

    kinds = (SocialWorker, Manager, Leader)
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)  # like `python -m`: a module in this folder is found
    found: dict[type[Any], type[Any]] = {}
    problems = []
    for name in names:
        try:
            own = _imported(name)
            kind = next(kind for kind in kinds if isinstance(own, type) and issubclass(own, kind) and own is not kind)
        except _UnknownClassError as error:
            problems.append(Problem("--agents", key=name, what=str(error), hint="write it as MODULE:CLASS"))
        except StopIteration:
            names_of_kinds = ", ".join(kind.__name__ for kind in kinds)
            what = f"stands in for none of {names_of_kinds}: it must be a subclass of one of them"
            problems.append(Problem("--agents", key=name, what=what))
        else:
            if kind in found:
                problems.append(Problem("--agents", key=name, what=f"two classes stand in for {kind.__name__}"))
            found[kind] = own
    if problems:
        raise BadInputError(problems)
    return found


class _UnknownClassError(Exception):
    """A name leads to no class."""


def _imported(name: str) -> Any:  # noqa: ANN401 - whatever stands there
    module, _, own = name.partition(":")
    if not own:
        msg = "names no class"
        raise _UnknownClassError(msg)
    try:
        return getattr(importlib.import_module(module), own)
    except AttributeError:
        msg = f"the module {module} has no {own}"
    except Exception as error:  # a module of somebody's own may raise anything
        msg = f"the module cannot be imported: {type(error).__name__}: {error}"
    raise _UnknownClassError(msg)
