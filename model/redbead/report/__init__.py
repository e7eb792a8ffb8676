"""Reports: sentences, tables and figures from results, as HTML, text and images.

This package imports matplotlib before its modules do, because matplotlib reads settings of the user on import and fails
if they are not valid. Our figures do not use them (:func:`redbead.report.plotting.figure_style`).
"""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import suppress
from typing import Final

from redbead.exceptions import EnvironmentProblemError

_BACKEND: Final = "MPLBACKEND"


def _import_matplotlib() -> None:
    """Import matplotlib. A backend that it does not know is ignored, because figures are drawn without a window.

    Raises
    ------
    EnvironmentProblemError
        If matplotlib cannot be imported, such as for a damaged file of settings.
    """
    if "matplotlib" in sys.modules:
        return
    backend = os.environ.pop(_BACKEND, None)
    try:
        library = importlib.import_module("matplotlib")
    except Exception as error:
        msg = (
            f"matplotlib cannot be imported ({type(error).__name__}: {error}).\n"
            "    Correct or remove the file matplotlibrc in this folder or in the configuration folder of matplotlib. "
            "Then run the same command again. Finished runs are kept."
        )
        raise EnvironmentProblemError(msg) from error
    finally:
        if backend is not None:
            os.environ[_BACKEND] = backend
    if backend is not None:
        with suppress(ValueError):
            library.rcParams["backend"] = backend


_import_matplotlib()
