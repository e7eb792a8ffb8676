"""Python code of the user: import of a module, digest of its sources, and the line that raised an error.

Plug-ins and custom agent classes are such code. It is imported only if the user names its module.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import importlib
import importlib.machinery
import inspect
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from redbead.exceptions import BadInputError, Problem, is_printable

_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})
_PACKAGE: Final = Path(__file__).parents[1]
_LONGEST_CAUSE: Final = 200


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
    file, line = (error.filename, error.lineno) if isinstance(error, SyntaxError) else _last_line(error)
    what = f"the module {name} cannot be imported: {describe(error)}"
    hint = f"Correct the module. 'python -c \"import {name}\"' shows where it fails."
    return Problem(Path(file).name if file else option, line or 0, what=what, hint=hint)


def describe(error: BaseException) -> str:
    """Class and first line of an error, in at most 200 characters. The error of a user's class may fail to do so."""
    try:
        message = str(error)
    except Exception:  # from the class of the user
        message = ""
    text = (f"{type(error).__name__}: {message}".splitlines() or [""])[0].removesuffix(": ")
    return "".join(character if is_printable(character) else "?" for character in text[:_LONGEST_CAUSE])


def place_of(error: BaseException) -> str:
    """Line of the user's code that raised an error, such as " (my_agents.py, line 7)"; empty for other code."""
    file, line = _last_line(error)
    return f" ({Path(file).name}, line {line})" if file else ""


def _last_line(error: BaseException) -> tuple[str, int]:
    """File and line of the last frame of a traceback that is neither of this package nor of an installed one."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_of_user(frame.filename)]
    return (frames[-1].filename, frames[-1].lineno or 0) if frames else ("", 0)


def _is_of_user(file: str) -> bool:
    """Whether a file belongs to the user: not to this package, to Python or to an installed package."""
    path = Path(file)
    standard = Path(inspect.__file__).parent
    own = not path.is_relative_to(_PACKAGE) and not path.is_relative_to(standard)
    return own and not file.startswith("<frozen") and _INSTALLED.isdisjoint(path.parts)


# --- digest of sources ---


def digest_of_source(item: ModuleType | type[Any]) -> str:
    """SHA-256 of the source of a module, or of the module of a class, with the local modules that it imports.

    Local modules lie next to the module or in the current folder, or in folders below these, and are not installed.
    They are found by the import statements of the sources, also those inside functions, and the import statements of
    these modules in turn. Of a package, all files count. Not covered are installed packages, data files, and modules
    whose names are computed (``importlib.import_module(name)``). For a module without local imports the digest is the
    SHA-256 of its file; for a class without a file, as in a notebook, that of the text of the class. [hexadecimal]
    """
    try:
        file = _file_of(item)
        text = file.read_bytes()
    except (OSError, TypeError):
        return hashlib.sha256(_text_of(item)).hexdigest()
    digest = hashlib.sha256(text)
    name = item.__name__ if isinstance(item, ModuleType) else item.__module__
    name = file.stem if name == "__main__" else name
    for other, path in sorted(_local_sources(name, file).items()):
        digest.update(b"\0" + other.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _file_of(item: ModuleType | type[Any]) -> Path:
    """Source file of a module or a class."""
    if isinstance(item, ModuleType) and item.__file__ is None:
        return sorted(Path(next(iter(item.__path__))).rglob("*.py"))[0]
    return Path(inspect.getfile(item)).resolve()


def _text_of(item: object) -> bytes:
    """Text of a class without a file; empty if there is none."""
    try:
        return inspect.getsource(item).encode()  # type: ignore[arg-type]
    except (OSError, TypeError):
        return b""


def _local_sources(name: str, file: Path) -> dict[str, Path]:
    """Files of the package of a module, and of the local modules that it imports, by name of module."""
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    folder = file.parents[min(package.count(".") + 1 if package else 0, len(file.parents) - 1)]
    roots = [root for root in (folder, Path.cwd().resolve()) if root.name not in _INSTALLED]
    roots += [folder / name.partition(".")[0]] * bool(package)
    found = {name: file}
    if file.name == "__init__.py":
        found |= {f"{name}.{path.relative_to(file.parent).as_posix()}": path for path in file.parent.rglob("*.py")}
    waiting = list(found)
    while waiting:
        current = waiting.pop()
        for imported, path in _imported(found[current], package if current == name else current.rpartition(".")[0]):
            if path not in found.values() and _is_local(path, roots):
                found[imported] = path
                waiting.append(imported)
    return {other: path for other, path in found.items() if path != file}


def _is_local(path: Path, roots: list[Path]) -> bool:
    """Whether a file lies below one of the folders, but neither among installed packages nor in this package."""
    below = [path.relative_to(root) for root in roots if path.is_relative_to(root)]
    return any(_INSTALLED.isdisjoint(part.parts) for part in below) and not path.is_relative_to(_PACKAGE)


def _imported(file: Path, package: str) -> Iterator[tuple[str, Path]]:
    """Yield names and files of the modules that a file imports, with the packages that contain them."""
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            base = ".".join(part for part in (*parents, node.module or "") if part)
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        for name in names:
            yield from _files_of(name)


def _files_of(name: str) -> Iterator[tuple[str, Path]]:
    """Yield the source files of a module and of the packages that contain it, without importing them."""
    path: list[str] | None = None
    parts = name.split(".")
    if parts[0] in sys.stdlib_module_names:
        return
    for count in range(1, len(parts) + 1):
        whole = ".".join(parts[:count])
        spec = importlib.machinery.PathFinder.find_spec(whole, path)
        if spec is None:
            return
        if spec.origin and spec.origin.endswith(".py"):
            yield whole, Path(spec.origin).resolve()
        if spec.submodule_search_locations is None:
            return
        path = list(spec.submodule_search_locations)
