"""Digests of the sources and of the user's code, and the folder of compiled code, which is named after the sources.

numba does not detect changes in files that a function imports, and would use outdated code. Any change of a source
that can affect a run therefore starts a new compilation in a new folder.
"""

from __future__ import annotations

import ast
import atexit
import functools
import hashlib
import importlib
import importlib.machinery
import inspect
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

_PACKAGE = Path(__file__).parent

LAYERS_ABOVE_ENGINE = (
    "__init__.py",
    "api.py",
    "api_studies.py",
    "results.py",
    "results_studies.py",
    "cli",
    "report",
    "studies",
    "analysis",
    "storage",
    "execution",
)
"""Modules above the engine, which cannot change the result of a run (the import linter enforces this)."""


@functools.cache
def source_digest() -> str:
    """Return the SHA-256 digest of all source files of the package, in hexadecimal."""
    return _digest_of(sorted(_PACKAGE.rglob("*.py")))


@functools.cache
def model_digest() -> str:
    """Return the SHA-256 digest of all source files that can affect a run, in hexadecimal."""
    below = (path for path in _PACKAGE.rglob("*.py") if path.relative_to(_PACKAGE).parts[0] not in LAYERS_ABOVE_ENGINE)
    return _digest_of(sorted(below))


def _digest_of(files: list[Path]) -> str:
    """Return the SHA-256 digest of the names and contents of files, in hexadecimal."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


# --- digest of the user's code ---

_INSTALLED = frozenset({"site-packages", "dist-packages"})


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
    sources = {name: file}
    if file.name == "__init__.py":
        sources |= {f"{name}.{path.relative_to(file.parent).as_posix()}": path for path in file.parent.rglob("*.py")}
    waiting = list(sources)
    while waiting:
        current = waiting.pop()
        for imported, path in _imported(sources[current], package if current == name else current.rpartition(".")[0]):
            if path not in sources.values() and _is_local(path, roots):
                sources[imported] = path
                waiting.append(imported)
    return {other: path for other, path in sources.items() if path != file}


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


# --- folder of compiled code ---


@functools.cache
def cache_folder() -> Path | None:
    """Return the folder for compiled code, which is created if necessary.

    Returns
    -------
    pathlib.Path or None
        Folder named after the digest of the sources, in ``REDBEAD_CACHE``, the user's cache or the temporary folder.
        numba runs what lies in its cache, so a folder that others could change is not used. If no other is left, the
        folder is new and is deleted at the end of the process. None if nothing can be written.
    """
    home = os.environ.get("REDBEAD_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    for base in (Path(home), Path(tempfile.gettempdir()) / f"cache-{_user()}"):
        if (folder := _private_folder(base)) is not None:
            return folder
    try:
        base = Path(tempfile.mkdtemp(prefix="redbead-cache-"))
    except OSError:
        return None
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    os.environ["REDBEAD_CACHE"] = str(base)  # processes that this one starts need not compile again
    print_notice(
        f"Compiled code is not kept, because {home} cannot be written, or can be changed by other users.\n"
        "    Set REDBEAD_CACHE to a folder that only you can change."
    )
    return _private_folder(base)


def _private_folder(base: Path) -> Path | None:
    """Create a folder for compiled code that only this user can change; None if this is not possible."""
    folder = base / "redbead" / f"{model_digest()[:16]}-py{sys.version_info.major}{sys.version_info.minor}"
    try:
        for level in (base, folder.parent, folder):
            level.mkdir(parents=True, exist_ok=True, mode=0o700)
        if _is_safe_base(base) and all(map(_belongs_to_user, (folder.parent, folder))):
            with tempfile.TemporaryFile(dir=folder):
                return folder
    except OSError:
        pass
    return None


def _is_safe_base(base: Path) -> bool:
    """Whether no other user can replace a folder in this one (always on Windows).

    A folder into which others can write is safe if it has the sticky bit, as the temporary folder does.
    """
    if not hasattr(os, "getuid"):
        return True
    status = base.stat()
    return status.st_uid in (0, _user()) and bool(status.st_mode & stat.S_ISVTX or not status.st_mode & 0o022)


def _belongs_to_user(folder: Path) -> bool:
    """Whether only this user and the administrator can write into a folder (always on Windows)."""
    if not hasattr(os, "getuid"):
        return True
    status = folder.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == _user() and not status.st_mode & 0o022


def _user() -> int:
    """Number of the user, 0 on Windows."""
    return os.getuid() if hasattr(os, "getuid") else 0


def is_cached(name: str) -> bool:
    """Whether a kernel, compiled from the current sources, is in the cache, alone or as a part of other kernels."""
    folder = cache_folder()
    return folder is not None and any(folder.rglob(f"*.{name}-*.nbi"))


def import_without_build_date() -> None:
    """Import a module of numpy that fails if ``SOURCE_DATE_EPOCH`` is not a number, and that scipy imports later.

    The variable of the user is kept. Nothing in this package uses it.
    """
    import multiprocessing  # not needed by most commands

    value = os.environ.pop("SOURCE_DATE_EPOCH")
    try:
        importlib.import_module("numpy.f2py.rules")
    finally:
        os.environ["SOURCE_DATE_EPOCH"] = value
    if multiprocessing.parent_process() is None:  # once, not in every process of a batch
        what = f"The environment variable SOURCE_DATE_EPOCH is {value!r}"
        print_notice(f"{what}, which is not a whole number of seconds, so it is ignored.")


COMPILE_TIME = "one to two minutes"
"""Approximate time to compile the model on two cores."""


def print_notice(text: str) -> None:
    """Print to standard error, so that standard output contains only results."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - the commands are in layers above
