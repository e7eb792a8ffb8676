"""The only place that knows numba: how rules and kernels are compiled, and where the results are kept.

A :func:`rule` is a small scalar function: Python calls it as it stands, kernels call it compiled. A :func:`kernel`
is a loop over tables: Python's first call compiles it (or loads it from the cache). A :func:`sequence` states the order
of kernels; Python runs it as it stands, calling one compiled kernel after the other. numba itself is imported only when
compiling starts, so that ``import redbead`` and ``redbead validate`` stay quick.

numba's cache does not notice an edit in *another* file and would go on giving the old rule's result. The cache
folder is therefore named after a digest of all the sources that a run can depend on: edit one, and everything is
compiled anew.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Generic, NamedTuple, ParamSpec, TypeAlias, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
Family = TypeVar("Family", bound=NamedTuple)

OFF = os.environ.get("REDBEAD_JIT", "1") == "0"
"""Compile nothing: the same functions, run by Python (for debugging, coverage and the test of equality)."""

_PACKAGE = Path(__file__).parent
_lock = threading.RLock()


LAYERS_ABOVE_ENGINE = (
    "__init__.py",
    "api.py",
    "results.py",
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
    """SHA-256 over every source file of the package, in a fixed order. [hexadecimal]"""
    return _digest_of(sorted(_PACKAGE.rglob("*.py")))


@functools.cache
def model_digest() -> str:
    """SHA-256 over the sources that a run can depend on: everything up to the engine. [hexadecimal]"""
    below = (path for path in _PACKAGE.rglob("*.py") if path.relative_to(_PACKAGE).parts[0] not in LAYERS_ABOVE_ENGINE)
    return _digest_of(sorted(below))


def _digest_of(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@functools.cache
def cache_folder() -> Path | None:
    """The folder for compiled code, named after the sources of the model; None when no folder can be written."""
    name = f"redbead/{model_digest()[:16]}-py{sys.version_info.major}{sys.version_info.minor}"
    home = os.environ.get("REDBEAD_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    for base in (Path(home), Path(tempfile.gettempdir()) / f"cache-{os.getuid() if hasattr(os, 'getuid') else 0}"):
        folder = base / name
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


def is_cached(name: str) -> bool:
    """Whether the kernel `name`, compiled from exactly these sources, is already on disk."""
    folder = cache_folder()
    return folder is not None and any(folder.rglob(f"*.{name}-*.nbi"))


@functools.cache
def _notify_compilation() -> None:
    """Say once a process, to the person, why nothing seems to happen."""
    sys.stderr.write("Compiling the model: once after an install or an update, under a minute.\n")


Watcher: TypeAlias = Callable[[str, str, str], None]
"""Hears the name, the module and the docstring of a kernel."""

_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def trace_kernels(tell: Watcher) -> Iterator[None]:
    """Inside the block, `tell` hears of every kernel that Python calls, after the call."""
    token = _watcher.set(tell)
    try:
        yield
    finally:
        _watcher.reset(token)


class _Function(Generic[P, R]):
    """A function of the model that numba can compile, on demand, once per process."""

    __name__: str
    __module__: str

    def __init__(self, function: Callable[P, R], *, as_written: bool) -> None:
        functools.update_wrapper(self, function)
        self.py_func = function
        self._as_written = as_written
        self._compiled: dict[bool, Any] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if self._as_written:
            return self.py_func(*args, **kwargs)
        watcher = _watcher.get()
        if watcher is None:
            return self._call(*args, **kwargs)
        unwatched = _watcher.set(None)  # kernels that this one calls are part of it
        try:
            result = self._call(*args, **kwargs)
        finally:
            _watcher.reset(unwatched)
        watcher(self.__name__, self.__module__, self.__doc__ or "")
        return result

    def _call(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if OFF:
            return self.py_func(*args, **kwargs)
        return cast("R", self.dispatcher(inner=False)(*args, **kwargs))

    def dispatcher(self, *, inner: bool) -> Any:  # noqa: ANN401 - numba is untyped and is not imported here
        """The numba dispatcher, made when it is first asked for: `inner` for kernels, otherwise for Python.

        A table is a dozen arrays, and most of the time to compile a small kernel would go into the wrapper through
        which Python calls it and into counting references to those arrays. Kernels that call kernels need neither.
        """
        with _lock:
            if inner not in self._compiled:
                jit = _numba().njit
                if inner:
                    jit = functools.partial(jit, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)
                options = {
                    "cache": cache_folder() is not None and not inner,
                    "nogil": True,
                    "_nrt": False,
                    "error_model": "numpy",
                }
                self._compiled[inner] = jit(**options)(self.py_func)
            return self._compiled[inner]


@functools.cache
def _numba() -> Any:  # noqa: ANN401 - numba is untyped
    """Import numba, point its cache at our folder and teach it our functions and parameter families."""
    import numba
    from numba.core import types
    from numba.extending import overload, typeof_impl
    from numba.np.unsafe import ndarray

    folder, to_fixed_tuple = cache_folder(), cast("Any", ndarray.to_fixed_tuple)
    if folder is not None:
        setattr(numba.config, "CACHE_DIR", str(folder))  # noqa: B010 - the attribute exists at run time only
    typeof_impl.register(_Function)(lambda value, _context: types.Dispatcher(value.dispatcher(inner=True)))

    @overload(family)
    def _family(kind, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, ARG001 - numba compares signatures
        maker, size = kind.instance_class, len(kind.instance_class._fields)
        return lambda kind, row: maker(*to_fixed_tuple(row, size))  # noqa: ARG005

    return numba


def family(kind: type[Family], row: Any) -> Family:  # noqa: ANN401 - an array of any length
    """Build the parameter family `kind` from the first entries of `row`, in the order of its fields."""
    return kind(*row[: len(kind._fields)].tolist())


def rule(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a scalar rule: called from Python it runs as written, inside kernels it runs compiled."""
    return cast("Callable[P, R]", _Function(function, as_written=True))


def sequence(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a statement of order: from Python it runs as written, phase by phase; inside kernels it runs compiled."""
    return cast("Callable[P, R]", _Function(function, as_written=True))


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a loop over tables: compiled on first use, kept on disk, free of Python's lock while it runs."""
    return cast("Callable[P, R]", _Function(function, as_written=False))


def is_model_function(item: object) -> bool:
    """Whether something is a rule, a kernel or a sequence of the model."""
    return isinstance(item, _Function)


def is_rule(item: object) -> bool:
    """Whether something is a scalar rule: from Python it runs as written."""
    return isinstance(item, _Function) and item._as_written


def python_function(function: Callable[P, R]) -> Callable[P, R]:
    """The function as written; the kernels that it calls by name stay compiled."""
    return cast("_Function[P, R]", function).py_func
