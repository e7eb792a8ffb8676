"""Custom agent classes, named on the command line as MODULE:CLASS."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from redbead.exceptions import BadInputError, Problem


def classes(names: Sequence[str]) -> dict[type[Any], type[Any]]:
    """Import custom agent classes.

    Importing a module runs its code. Only modules that the user names on the command line are imported, never modules
    named in a file.

    Parameters
    ----------
    names : sequence of str
        Classes in the form ``MODULE:CLASS``.

    Returns
    -------
    dict of type to type
        Custom classes by the class of the model that each replaces.

    Raises
    ------
    BadInputError
        If a module cannot be imported, a class does not exist, or it is not a subclass of an agent of the model.
    """
    if not names:
        return {}
    from redbead.engine.mesa_agents import Leader, Manager, SocialWorker

    kinds = (SocialWorker, Manager, Leader)
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)  # like `python -m`: modules in the current folder can be imported
    replacements: dict[type[Any], type[Any]] = {}
    problems = []
    for name in names:
        try:
            custom = _import_class(name)
            kind = next(
                kind for kind in kinds if isinstance(custom, type) and issubclass(custom, kind) and custom is not kind
            )
        except _UnknownClassError as error:
            hint = "Write MODULE:CLASS, such as my_agents:OpenReporter."
            problems.append(Problem("--agents", key=name, what=str(error), hint=hint))
        except StopIteration:
            names_of_kinds = ", ".join(kind.__name__ for kind in kinds)
            hint = f"Derive the class from one of {names_of_kinds}."
            problems.append(Problem("--agents", key=name, what="is not an agent class", hint=hint))
        else:
            if kind in replacements:
                what = f"is the second class that replaces {kind.__name__}"
                problems.append(Problem("--agents", key=name, what=what, hint="Keep one of the two."))
            replacements[kind] = custom
    if problems:
        raise BadInputError(problems)
    return replacements


class _UnknownClassError(Exception):
    """A name does not lead to a class."""


def _import_class(name: str) -> Any:  # noqa: ANN401 - any object of a module
    module, _, attribute = name.partition(":")
    if not attribute:
        msg = "has no class name"
        raise _UnknownClassError(msg)
    try:
        return getattr(importlib.import_module(module), attribute)
    except AttributeError:
        msg = f"the module {module} has no class {attribute}"
    except Exception as error:  # a module of the user may raise any error
        msg = f"cannot be imported: {type(error).__name__}: {error}"
    raise _UnknownClassError(msg)
