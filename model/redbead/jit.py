"""Compilation of the model with numba.

This is the only module that imports numba. A :func:`rule` is a small scalar function: Python runs it as written, and
kernels call its compiled form. A :func:`kernel` is a loop over tables: the first call from Python compiles it or loads
it from the cache. A :func:`sequence` states the order of kernels: Python runs it as written and calls one compiled
kernel after the other. numba is imported only when compilation starts, so ``import redbead`` and ``redbead validate``
are fast.
"""

from __future__ import annotations

import functools
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from importlib import import_module
from importlib.util import find_spec
from itertools import count, islice
from types import ModuleType
from typing import Any, Generic, NamedTuple, ParamSpec, TypeAlias, TypeVar, cast, get_type_hints

from redbead.compile_cache import COMPILE_TIME, cache_folder, print_notice

P = ParamSpec("P")
R = TypeVar("R")
Families = TypeVar("Families", bound=NamedTuple)

OFF = os.environ.get("REDBEAD_JIT", "1") == "0"
"""Whether compilation is disabled: Python runs all functions, for debugging, coverage and tests of equality."""

_MANGLED_PACKAGE = "_ZN7redbead"
"""Start of the names that numba gives to compiled functions of this package."""

_lock = threading.RLock()

Tracer: TypeAlias = Callable[[str, str, str], None]
"""Function that receives the name, the module and the docstring of a kernel."""

_tracer: ContextVar[Tracer | None] = ContextVar("tracer", default=None)


@contextmanager
def trace_kernels(tracer: Tracer) -> Iterator[None]:
    """Trace kernels within a block.

    Parameters
    ----------
    tracer : callable
        Function that is called after every kernel that Python calls, with the name, module and docstring of the kernel.
    """
    token = _tracer.set(tracer)
    try:
        yield
    finally:
        _tracer.reset(token)


class _Function(Generic[P, R]):
    """A function of the model that numba compiles on demand, once per process.

    Parameters
    ----------
    function : callable
        Function as written.
    as_written : bool
        Whether Python runs the function as written instead of compiling it.
    small : bool
        Whether the function is compiled faster than its compiled form is found in the cache.
    """

    __name__: str
    __module__: str

    def __init__(self, function: Callable[P, R], *, as_written: bool, small: bool = False) -> None:
        functools.update_wrapper(self, function)
        self.py_func = function
        self._as_written = as_written
        self._small = small
        self._compiled: dict[bool, Any] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if self._as_written:
            return self.py_func(*args, **kwargs)
        tracer = _tracer.get()
        if tracer is None:
            return self._call(*args, **kwargs)
        token = _tracer.set(None)  # kernels that this kernel calls are not traced separately
        try:
            result = self._call(*args, **kwargs)
        finally:
            _tracer.reset(token)
        tracer(self.__name__, self.__module__, self.__doc__ or "")
        return result

    def _call(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if OFF:
            return self.py_func(*args, **kwargs)
        return cast("R", self.dispatcher(inner=False)(*args, **kwargs))

    def dispatcher(self, *, inner: bool) -> Any:  # noqa: ANN401 - numba is untyped and is not imported here
        """Return the dispatcher of numba, which is created on first use.

        Parameters
        ----------
        inner : bool
            True for calls from other kernels, False for calls from Python.

        Notes
        -----
        A table consists of a dozen arrays. Most of the time needed to compile a small kernel is spent on the wrapper
        for Python and on reference counts of these arrays, and calls from other kernels need neither.
        """
        with _lock:
            if inner not in self._compiled:
                self._compiled[inner] = self._new_dispatcher(inner=inner)
            return self._compiled[inner]

    def _new_dispatcher(self, *, inner: bool) -> Any:  # noqa: ANN401 - numba is untyped
        jit = _numba().njit
        if inner:
            jit = functools.partial(jit, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)
        dispatcher = jit(nogil=True, _nrt=False, error_model="numpy")(self.py_func)
        if cache_folder() is not None and not (inner and self._small):
            dispatcher._cache = _kernel_cache(inner=inner)(self.py_func)
        elif not inner:
            _prepare_compilation()
        return dispatcher

    def compile_inner(self, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Compile the form that other kernels call, for arguments of these types, without calling it.

        Returns
        -------
        bool
            Whether it was compiled, rather than found in the cache.
        """
        dispatcher = self.dispatcher(inner=True)
        dispatcher.compile(tuple(map(_numba().typeof, (*args, *kwargs.values()))))
        return not dispatcher.stats.cache_hits


@contextmanager
def without_file(name: str) -> Iterator[None]:
    """Let libraries find no file of this name in the current folder within a block.

    numba and matplotlib look for settings there when they are imported, and fail if these are damaged. They look with
    :func:`os.path.exists`, which changes for this relative path only.
    """
    with _lock:
        exists = os.path.exists
        os.path.exists = lambda path: path != name and exists(path)
        try:
            yield
        finally:
            os.path.exists = exists


@contextmanager
def _without(name: str, stand_in: ModuleType | None) -> Iterator[None]:
    """Let numba find an empty module, or none (None), instead of an optional one within a block.

    numba imports optional modules only to learn whether they exist. SciPy's linear algebra and coverage would take a
    fifth of the time until the first simulated week. Nothing changes if the module is imported already, or another
    thread could import the empty one.
    """
    if name in sys.modules or threading.active_count() > 1 or find_spec(name.partition(".")[0]) is None:
        yield
        return
    cast("dict[str, ModuleType | None]", sys.modules)[name] = stand_in
    try:
        yield
    finally:
        del sys.modules[name]


@functools.cache
def _numba() -> Any:  # noqa: ANN401 - numba is untyped
    """Import numba, set its cache folder, and let it accept functions of the model as arguments of kernels."""
    ours = "numba" not in sys.modules
    with _without("coverage", None), without_file(".numba_config.yaml"):
        import numba
    from numba.core.typing.typeof import typeof_impl

    folder = cache_folder()
    if folder is not None:
        setattr(numba.config, "CACHE_DIR", str(folder))  # noqa: B010 - the attribute exists only at run time
    setattr(numba.config, "CACHE_LOCATOR_CLASSES", "")  # noqa: B010 - of the user; the wrong ones prevent compilation
    if ours:
        setattr(numba.config, "_config_fname", "")  # noqa: B010 - read again before every compilation
    typeof_impl.register(_Function)(lambda value, _context: numba.types.Dispatcher(value.dispatcher(inner=True)))
    return numba


@functools.cache
def _notify_damage() -> None:
    """Print once per process that compiled code could not be loaded."""
    print_notice(f"The compiled model in {cache_folder()} is damaged. It is compiled again.")


@functools.cache
def _prepare_compilation() -> None:
    """Print why there is no output for some time, and register the parameter families, which only compilation needs."""
    if not _notify_damage.cache_info().currsize:
        print_notice(f"Compiling the model: {COMPILE_TIME}, once after an installation or update.")
    with _without("scipy.linalg.cython_blas", ModuleType("empty")), suppress(ImportError):
        import_module("numba.np.arraymath")  # other versions of numba may import linear algebra elsewhere
    _index_without_wraparound()
    from numba.extending import overload

    read = _compiled_reader()
    overload(from_row)(lambda kind, row: lambda kind, row: read(kind, row))  # noqa: ARG005 - numba compares signatures


def _index_without_wraparound() -> None:
    """Compile indices of kernels without the test for negative ones, which count from the end.

    No kernel has any, and the test of every index takes a fifth of the time of a run. Functions of other packages keep
    it. numba offers no option for this; if a later version has no function of this name, kernels are slower.
    """
    from numba.np import arrayobj

    original = getattr(arrayobj, "fix_integer_index", None)

    def fix_integer_index(context: Any, builder: Any, kind: Any, index: Any, size: Any) -> Any:  # noqa: ANN401
        if builder.function.name.startswith(_MANGLED_PACKAGE):
            return context.cast(builder, index, kind, _numba().types.intp)
        return cast("Callable[..., Any]", original)(context, builder, kind, index, size)

    if original is not None:
        setattr(arrayobj, "fix_integer_index", fix_integer_index)  # noqa: B010 - numba is untyped


@functools.cache
def _kernel_cache(*, inner: bool) -> Any:  # noqa: ANN401 - numba is untyped
    """Return the class of the caches of kernels, which have their own files if they are called by other kernels.

    The cache of numba first loads everything that compilation can need, a third of the time until the first simulated
    week. A kernel in the cache needs none of it.
    """
    from numba.core.caching import CompileResultCacheImpl, FunctionCache

    class KernelFiles(CompileResultCacheImpl):  # type: ignore[misc]
        def get_filename_base(self, name: str, flags: str) -> Any:  # noqa: ANN401 - numba is untyped
            return super().get_filename_base(f"inner-{name}" if inner else name, flags)

    class KernelCache(FunctionCache):  # type: ignore[misc]
        _impl_class = KernelFiles

        def load_overload(self, sig: Any, target_context: Any) -> Any:  # noqa: ANN401 - numba is untyped
            try:
                with self._guard_against_spurious_io_errors():
                    if (loaded := self._load_overload(sig, target_context)) is not None:
                        return loaded
            except Exception:
                _notify_damage()
                self.flush()
            _prepare_compilation()
            return None

    return KernelCache


def _compiled_reader() -> Any:  # noqa: ANN401 - numba is untyped
    """Return the compiled form of :func:`from_row`.

    It loads each number once and places it in its family. The same written as a rule, one slice of the row per family,
    takes three times as long to compile.
    """
    from numba import types
    from numba.core import cgutils
    from numba.extending import intrinsic
    from numba.np import arrayobj

    def read(_typing: Any, kind: Any, row: Any) -> Any:  # noqa: ANN401 - numba is untyped
        families = families_of(kind.instance_class).values()
        parts = [types.NamedUniTuple(types.float64, len(family._fields), family) for family in families]
        whole = types.NamedTuple(parts, kind.instance_class)

        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401
            array = arrayobj.make_array(row)(context, builder, arguments[1])

            def load(index: int) -> Any:  # noqa: ANN401
                position = context.get_constant(types.intp, index)
                pointer = cgutils.get_item_pointer(context, builder, row, array, [position])
                return arrayobj.load_item(context, builder, row, pointer)

            numbers = map(load, count())
            tuples = [context.make_tuple(builder, part, list(islice(numbers, part.count))) for part in parts]
            return context.make_tuple(builder, whole, tuples)

        return whole(kind, row), generate

    return intrinsic(read)


@functools.cache
def families_of(kind: type[Any]) -> dict[str, type[Any]]:
    """Return the parameter families that are the fields of a NamedTuple, by name."""
    return get_type_hints(kind)


def from_row(kind: type[Families], row: Any) -> Families:  # noqa: ANN401 - an array of any length
    """Create parameter families from consecutive parts of a row.

    Parameters
    ----------
    kind : type
        NamedTuple whose fields are parameter families, which are NamedTuples of numbers.
    row : numpy.ndarray
        One number per field of each family, in order.
    """
    values = iter(row.tolist())
    return kind(*(family(*islice(values, len(family._fields))) for family in families_of(kind).values()))


def rule(function: Callable[P, R]) -> Callable[P, R]:
    """Declare a scalar rule, which Python runs as written and kernels call in compiled form."""
    return cast("Callable[P, R]", _Function(function, as_written=True, small=True))


def sequence(function: Callable[P, R]) -> Callable[P, R]:
    """Declare a sequence of kernels, which Python runs as written and kernels call in compiled form."""
    return cast("Callable[P, R]", _Function(function, as_written=True))


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Declare a loop over tables.

    It is compiled on first use, cached on disk, and releases the global interpreter lock while it runs.
    """
    return cast("Callable[P, R]", _Function(function, as_written=False))


def is_model_function(item: object) -> bool:
    """Whether an object is a rule, a kernel or a sequence of the model."""
    return isinstance(item, _Function)


def is_rule(item: object) -> bool:
    """Whether an object is a scalar rule or a sequence, which Python runs as written."""
    return isinstance(item, _Function) and item._as_written


def compile_inner(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Compile a sequence or kernel for kernels that call it with arguments of these types, and keep it in the cache.

    Returns
    -------
    bool
        Whether it was compiled, rather than found in the cache.
    """
    _prepare_compilation()
    return cast("_Function[P, R]", function).compile_inner(*args, **kwargs)


def python_function(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function as written. Kernels that it calls are still compiled."""
    return cast("_Function[P, R]", function).py_func
