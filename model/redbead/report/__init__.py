"""Reports: sentences, tables and figures from results, as HTML, text and images."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from redbead.jit import without_file

_SETTINGS = "matplotlibrc"


def _import_matplotlib() -> None:
    """Import matplotlib, which reads a file of settings in the current folder, without this file if it is damaged.

    Figures of this package use no settings of the user. The command line therefore never reads the file; in other
    programs it counts for the user's own figures.
    """
    if os.environ.get("MATPLOTLIBRC") != os.devnull:
        with suppress(Exception):  # matplotlib lets errors of any class pass
            import_module("matplotlib")
            return
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        del sys.modules[name]  # left by the attempt, which could not finish them
    with without_file(_SETTINGS):
        import_module("matplotlib")


if Path(_SETTINGS).exists() and "matplotlib" not in sys.modules:
    _import_matplotlib()
