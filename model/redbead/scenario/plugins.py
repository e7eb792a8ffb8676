"""Plug-ins: modules of the user with own levers and own measures.

A module is imported only if the user names it: with ``--plugins`` or with :func:`load_plugins`. Files of scenarios and
folders of results never cause an import, since importing a module runs its code.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.machinery
import inspect
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple, TypeVar, get_args

import numpy as np

from redbead import parameters
from redbead.compile_cache import digest_of_source
from redbead.exceptions import BadInputError, Problem, RedBeadError, describe, last_user_line, place_of, printable
from redbead.levers import modules_with
from redbead.levers.base import KINDS, Lever, ParameterEffect
from redbead.quantities import Better, Measure
from redbead.state.constants import Reals

OPTION: Final = "--plugins"
_NAME: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_DECLARATION: Final = "__redbead_measure__"
_Function = TypeVar("_Function", bound=Callable[..., Any])


class OwnMeasure(NamedTuple):
    """A measure of a plug-in: a function of recorded measures, which are the names of its parameters."""

    measure: Measure
    inputs: tuple[str, ...]
    function: Callable[..., Any]

    def of(self, get: Callable[[str], Reals]) -> Reals:
        """Compute the values from a lookup of recorded measures.

        Raises
        ------
        PluginError
            If the function fails, or does not return one finite number per week.
        """
        values = [get(name) for name in self.inputs]
        try:
            with np.errstate(all="ignore"):
                result = np.asarray(self.function(*values), dtype=np.float64)
        except Exception as error:  # code of the user may raise any error
            advice = "Correct the plug-in, then repeat the command."
            msg = f"{self.measure.name}: the measure failed with {describe(error)}{place_of(error)}.\n    {advice}"
            raise PluginError(msg) from error
        if result.shape != values[0].shape:
            what = f"returned values of shape {list(result.shape)} instead of {list(values[0].shape)}"
            hint = "Return one number per week, computed from the parameters without a loop."
        elif (known := np.logical_and.reduce([np.isfinite(value) for value in values])).any() and not np.isfinite(
            result[known]
        ).all():
            what = "returned a value that is not a finite number"
            hint = "Prevent divisions by 0, for example with numpy.maximum(workers, 1)."
        else:
            return result
        msg = f"{self.measure.name}: the measure {what}.\n    {hint}"
        raise PluginError(msg)


class PluginError(RedBeadError):
    """Code of a plug-in failed while results were computed."""

    exit_code = BadInputError.exit_code


class Plugin(NamedTuple):
    """An imported plug-in: names of module and file, and the SHA-256 of its source when it was imported.

    The digest covers the local modules that the plug-in imports (:func:`redbead.compile_cache.digest_of_source`).
    """

    module: str
    file: str
    sha256: str


LOADED: Final[dict[str, Plugin]] = {}
"""Imported plug-ins by the name of their module."""

OWN_MEASURES: Final[dict[str, OwnMeasure]] = {}
"""Measures of all imported plug-ins, by name (``my_module:errors_per_worker``)."""


def declaration(unit: str, better: str) -> Callable[[_Function], _Function]:
    """Decorator that declares a function as a measure, as :func:`redbead.measure` describes it."""

    def declare(function: _Function) -> _Function:
        setattr(function, _DECLARATION, (unit, better))
        return function

    return declare


def load_plugins(*names: str) -> None:
    """Import plug-ins: modules with own levers and own measures.

    Importing a module runs its code. It is searched in the current folder and on the Python path.

    Parameters
    ----------
    *names : str
        Names of modules, such as ``"my_module"`` for the file ``my_module.py``.

    Raises
    ------
    BadInputError
        If a module cannot be imported, or a lever or measure in it is not valid. Lists every problem.
    """
    if problems := [problem for name in dict.fromkeys(names) for problem in _load(name)]:
        raise BadInputError(problems)


def _load(name: object) -> list[Problem]:
    """Import one plug-in and register its levers and measures, or return its problems and register nothing."""
    if problem := _name_problem(name):
        return [problem]
    name = str(name)
    if name in LOADED:
        return _changed_since_import(LOADED[name])
    modules = set(sys.modules)
    try:
        module = import_user_module(name, OPTION)
        items = _defined_in(module)
        levers = [item for item in items if isinstance(item, type) and issubclass(item, Lever)]
        own = [item for item in items if hasattr(item, _DECLARATION)]
        problems = [p for lever in levers for p in _lever_problems(module, lever)]
        problems += [p for item in own for p in _measure_problems(module, item)]
        if not levers and not own:
            what = "defines no lever and no measure"
            hint = "Define a subclass of redbead.Lever, or a function under @redbead.measure."
            problems = [Problem(OPTION, key=name, what=what, hint=hint)]
    except BadInputError as error:
        problems = error.problems
    if problems:
        _forget({new for new in sys.modules if new not in modules and (new == name or new.startswith(f"{name}."))})
        return problems
    for lever in levers:
        KINDS.pop(lever.kind, None)
        lever.kind = f"{name}:{lever.__name__}"
        KINDS[lever.kind] = lever
    OWN_MEASURES.update({f"{name}:{item.__name__}": _as_measure(name, item) for item in own})
    LOADED[name] = Plugin(name, _file_of(module).name, digest_of_source(module))
    return []


def _forget(modules: set[str]) -> None:
    """Undo the import of modules, so that they can be corrected and imported again."""
    for kind in [kind for kind, lever in KINDS.items() if lever.__module__ in modules]:
        del KINDS[kind]
    for name in modules:
        del sys.modules[name]


def _name_problem(name: object) -> Problem | None:
    """Problem of a name that is not that of a module of the user."""
    key = printable(name) or "''"
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        hint = "Write the name of a module, such as my_module for the file my_module.py."
        return Problem(OPTION, key=key, what="is not the name of a module", hint=hint)
    first, _, last = name.partition(".")
    if last == "py" and importlib.machinery.PathFinder.find_spec(first, [str(Path.cwd())]):
        return Problem(OPTION, key=key, what="is the name of a file, not of a module", hint=f"Write {first}.")
    owner = "redbead" if first == "redbead" else "Python" * (first in sys.stdlib_module_names)
    what, hint = f"is a module of {owner} itself, not a plug-in", "Choose another name for your module."
    return Problem(OPTION, key=key, what=what, hint=hint) if owner else None


def import_user_module(name: str, option: str) -> ModuleType:
    """Import a module from the current folder or the Python path.

    The current folder is searched last, so that a file in it never replaces an installed module.

    Parameters
    ----------
    name : str
        Name of the module.
    option : str
        Option in which the user named it, for messages.

    Raises
    ------
    BadInputError
        If the module does not exist, exists twice, or fails.
    """
    here = search_current_folder()
    others = [path for path in sys.path if path not in (here, "")]
    first = name.partition(".")[0]
    specs = [importlib.machinery.PathFinder.find_spec(first, path) for path in ([here], others)]
    origins = {str(Path(spec.origin).resolve()) for spec in specs if spec is not None and spec.origin}
    if len(origins) > 1:
        what = f"exists twice: {' and '.join(sorted(origins))}"
        raise BadInputError([Problem(option, key=name, what=what, hint="Rename the one in the current folder.")])
    importlib.invalidate_caches()
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            what = "is not a module in the current folder or on the Python path"
            near = difflib.get_close_matches(first, sorted(path.stem for path in Path(here).glob("*.py")), 1)
            hint = f"Change to the folder that contains {first}.py, or correct the name."
            hint = f"Did you mean {near[0]}?" if near else hint
            raise BadInputError([Problem(option, key=name, what=what, hint=hint)]) from error
        raise BadInputError([_import_problem(name, option, error)]) from error
    except (Exception, SystemExit) as error:  # code of the user may raise any error
        raise BadInputError([_import_problem(name, option, error)]) from error


def search_current_folder() -> str:
    """Add the current folder to the end of the Python path, and return it."""
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    return here


def _import_problem(name: str, option: str, error: BaseException) -> Problem:
    """Problem of a module that failed, with the last line of the user's code that was executed."""
    file, line = (error.filename, error.lineno) if isinstance(error, SyntaxError) else last_user_line(error)
    what = f"the module {name} cannot be imported: {describe(error)}"
    hint = f"Correct the module. 'python -c \"import {name}\"' shows where it fails."
    return Problem(Path(file).name if file else option, line or 0, what=what, hint=hint)


def _defined_in(module: ModuleType) -> list[Any]:
    """Public classes and functions that a module or its submodules define, without those imported from elsewhere."""
    homes = re.compile(rf"{re.escape(module.__name__)}(\..*)?")
    public = [item for name, item in vars(module).items() if not name.startswith("_")]
    return [item for item in public if homes.fullmatch(str(getattr(item, "__module__", "")))]


def _as_measure(module: str, function: Callable[..., Any]) -> OwnMeasure:
    """Measure of a declared function. An authority can observe it if it can observe all measures that it uses."""
    from redbead.measures import MEASURES

    unit, better = getattr(function, _DECLARATION)
    meaning = (function.__doc__ or "").strip().partition("\n")[0].rstrip(".")
    inputs = tuple(inspect.signature(function).parameters)
    observable = all(m.observable for m in MEASURES if m.name in inputs)
    name = f"{module}:{function.__name__}"
    return OwnMeasure(Measure(name, unit, meaning, better, observable=observable), inputs, function)


def _lever_problems(module: ModuleType, lever: type[Lever]) -> Iterator[Problem]:
    """Yield what is wrong with the declaration of a lever."""

    def problem(what: str, hint: str) -> Problem:
        return Problem(_file_of(module).name, key=lever.__name__, what=what, hint=hint)

    annotated = inspect.get_annotations(lever)
    if modules_with(lever.kind):
        yield problem(f"has the kind of a shipped lever: {lever.kind}", "Choose another kind.")
    elif inspect.isabstract(lever):
        yield problem("has no method effects()", "Define effects(), which returns a tuple of ParameterEffect.")
    elif not (is_dataclass(lever) and "__dataclass_fields__" in vars(lever)):
        yield problem("is not a dataclass", "Write @dataclass(frozen=True, kw_only=True) above the class.")
    elif not lever.summary() or lever.summary().startswith(f"{lever.__name__}("):
        yield problem("has no docstring", "Describe the policy in one sentence.")
    elif not lever.audience:
        yield problem("has no audience", "State who can decide on the policy, such as audience = 'team managers'.")
    elif ignored := [f.name for f in fields(lever) if f.name in vars(lever) and f.name not in annotated]:
        hint = "Write it with its type, such as yearly_cost: YearlyCost = 30.0."
        yield problem(f"sets {ignored[0]} without a type, which has no effect", hint)
    else:
        try:
            example = lever()
        except Exception as error:  # code of the user may raise any error
            yield problem(
                f"cannot be created with its defaults: {describe(error)}{place_of(error)}", "Correct the class."
            )
        else:
            yield from _effect_problems(example, _file_of(module).name)


def effect_problems(levers: Iterable[Lever]) -> Iterator[Problem]:
    """Yield the problems of the effects of levers from plug-ins, with the values that a scenario gives them."""
    for lever in levers:
        if ":" in lever.kind:
            yield from _effect_problems(lever, "plug-in")


def _effect_problems(lever: Lever, place: str) -> Iterator[Problem]:
    """Yield what is wrong with the effects and the cost of a lever."""

    def problem(what: str, hint: str) -> Problem:
        return Problem(place, key=type(lever).__name__, what=what, hint=hint)

    form = 'Return a tuple, such as (ParameterEffect("workload.admin_hours", shift=-0.02),).'
    try:
        effects, cost = lever.effects(), lever.annual_cost()
    except Exception as error:  # code of the user may raise any error
        yield problem(
            f"cannot state its effects: {describe(error)}{place_of(error)}", "Correct effects() and annual_cost()."
        )
        return
    if not isinstance(effects, tuple) or not all(isinstance(effect, ParameterEffect) for effect in effects):
        yield problem(f"must return a tuple of ParameterEffect, not a value of type {type(effects).__name__}", form)
        return
    if not effects:
        yield problem("has no effect", form)
    if not _is_finite(cost) or cost < 0:
        yield problem(f"has the cost {printable(cost)}, which is not a number from 0", "Correct annual_cost().")
    for effect in effects:
        numbers = (effect.factor, effect.shift, *(() if effect.towards is None else (effect.towards,)))
        if effect.path not in parameters.register():
            near = parameters.nearest(str(effect.path))
            hint = f"Did you mean {near}?" if near else "'redbead parameters' lists all parameters."
            yield problem(f"changes {printable(effect.path)}, which is not a known parameter", hint)
        elif not all(map(_is_finite, numbers)):
            yield problem(f"changes {effect.path} by a value that is not a finite number", "Correct effects().")


def _is_finite(value: object) -> bool:
    """Whether a value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _measure_problems(module: ModuleType, function: Callable[..., Any]) -> Iterator[Problem]:
    """Yield what is wrong with the declaration of a measure."""
    from redbead.measures import MEASURES

    def problem(what: str, hint: str) -> Problem:
        return Problem(_file_of(module).name, key=function.__name__, what=what, hint=hint)

    unit, better = getattr(function, _DECLARATION)
    known, inputs = [m.name for m in MEASURES], list(inspect.signature(function).parameters)
    unknown = [name for name in inputs if name not in known]
    if not (function.__doc__ or "").strip():
        yield problem("has no docstring", "Describe the measure in one line.")
    elif not isinstance(unit, str) or not unit.strip():
        yield problem("has no unit", "Write @measure(unit='errors/worker/week').")
    elif better not in get_args(Better):
        yield problem(f"has the direction {better!r}", f"Choose from: {', '.join(get_args(Better))}.")
    elif unknown or not inputs:
        what = f"has the parameter {unknown[0]}, which is not a recorded measure" if unknown else "has no parameter"
        yield problem(what, "The parameters are measures that 'redbead measures' lists.")
    else:
        try:
            _as_measure(module.__name__, function).of(lambda _: np.ones((2, 3)))
        except PluginError as error:
            what, _, hint = str(error).partition(": the measure ")[2].partition(".\n    ")
            yield problem(f"is not valid for measures of 1: the measure {what}", hint)


def _file_of(module: ModuleType) -> Path:
    """Source file of a module."""
    return Path(module.__file__ or next(iter(module.__path__)))


def _changed_since_import(plugin: Plugin) -> list[Problem]:
    """Problem of a plug-in whose file changed after it was imported."""
    now = digest_of_source(sys.modules[plugin.module]) if plugin.module in sys.modules else plugin.sha256
    if now == plugin.sha256:
        return []
    digests = f"SHA-256 {plugin.sha256[:12]} then, {now[:12]} now"
    what = f"was changed after its import, or a local module that it imports was: {digests}"
    return [Problem(OPTION, key=plugin.module, what=what, hint="Restart Python to import the new source.")]


def missing(name: str, noun: str) -> tuple[str, str] | None:
    """Describe a lever or measure of a plug-in that is not loaded or does not have it; None for any other name."""
    module, separator, _ = name.partition(":")
    if not separator or not _NAME.fullmatch(module):
        return None
    if module not in LOADED:
        what = f"is a {noun} of the plug-in {module}, which is not loaded"
        return what, f"Files never import code. If you trust the module, add {OPTION} {module} to the command."
    listed = [kind for kind in (*KINDS, *OWN_MEASURES) if kind.startswith(f"{module}:")]
    return f"is not a {noun} of the plug-in {module}", f"It defines {', '.join(listed)}."
