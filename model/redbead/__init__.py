"""Red Bead: do organisations that punish error become safer than organisations that learn from it?

Public functions, classes and exceptions. Each is imported on first use, so that ``import redbead`` is fast::

    import redbead as rb

    run = rb.run("two-strikes", seed=1)
    run.weekly["hidden_errors"]
    run.plot()
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

if not os.environ.get("SOURCE_DATE_EPOCH", "0").isdecimal():
    from redbead.compile_cache import import_without_build_date

    import_without_build_date()

if TYPE_CHECKING:
    from redbead.api import authorities, compare, init, load, read_results, run, to_ema, to_salib, twins
    from redbead.api_studies import calibrate, load_plugins, lottery, measure, sensitivity, sweep, targets
    from redbead.engine.mesa_agents import Leader, Manager, SocialWorker
    from redbead.engine.mesa_model import ChildrensService
    from redbead.exceptions import BadInputError, EnvironmentProblemError, IntegrityError, RedBeadError, RunsFailedError
    from redbead.levers.base import Lever, ParameterEffect, YearlyCost
    from redbead.measures import MEASURES
    from redbead.quantities import Param
    from redbead.results import ComparisonResults, RunResults
    from redbead.results_studies import CalibrationResults, LotteryResults, SensitivityResults
    from redbead.scenario.scenario import Scenario

    __version__: str

_PUBLIC = {
    "api": ("authorities", "compare", "init", "load", "read_results", "run", "to_ema", "to_salib", "twins"),
    "api_studies": ("calibrate", "load_plugins", "lottery", "measure", "sensitivity", "sweep", "targets"),
    "engine.mesa_agents": ("Leader", "Manager", "SocialWorker"),
    "engine.mesa_model": ("ChildrensService",),
    "exceptions": ("BadInputError", "EnvironmentProblemError", "IntegrityError", "RedBeadError", "RunsFailedError"),
    "levers.base": ("Lever", "ParameterEffect", "YearlyCost"),
    "measures": ("MEASURES",),
    "quantities": ("Param",),
    "results": ("ComparisonResults", "RunResults"),
    "results_studies": ("CalibrationResults", "LotteryResults", "SensitivityResults"),
    "scenario.scenario": ("Scenario",),
}
_MODULE_OF = {name: module for module, names in _PUBLIC.items() for name in names}

__all__ = [
    "MEASURES",
    "BadInputError",
    "CalibrationResults",
    "ChildrensService",
    "ComparisonResults",
    "EnvironmentProblemError",
    "IntegrityError",
    "Leader",
    "Lever",
    "LotteryResults",
    "Manager",
    "Param",
    "ParameterEffect",
    "RedBeadError",
    "RunResults",
    "RunsFailedError",
    "Scenario",
    "SensitivityResults",
    "SocialWorker",
    "YearlyCost",
    "__version__",
    "authorities",
    "calibrate",
    "compare",
    "init",
    "load",
    "load_plugins",
    "lottery",
    "measure",
    "read_results",
    "run",
    "sensitivity",
    "sweep",
    "targets",
    "to_ema",
    "to_salib",
    "twins",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public object
    """Import a public name on first use."""
    if name == "__version__":
        value: Any = importlib.import_module("redbead.scenario.library").version()
    elif name in _MODULE_OF:
        value = getattr(importlib.import_module(f"redbead.{_MODULE_OF[name]}"), name)
    else:
        import difflib

        near = difflib.get_close_matches(name, __all__, 1)
        msg = f"module 'redbead' has no attribute {name!r}" + (f". Did you mean {near[0]}?" if near else "")
        raise AttributeError(msg, name=name, obj=sys.modules[__name__])
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for completion."""
    return list(__all__)
