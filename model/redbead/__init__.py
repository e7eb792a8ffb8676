"""Red Bead: do organisations that punish error become safer than organisations that learn from it?

The face for Python and notebooks; everything behind it is imported when it is first used::

    import redbead as rb

    run = rb.run("two-strikes", seed=1)
    run.weekly["hidden_errors"]
    run.plot()
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redbead.compared import Compared
    from redbead.engine.people import Leader, Manager, SocialWorker
    from redbead.engine.service import ChildrensService
    from redbead.evidence import authorities, calibrate, init, sensitivity, targets
    from redbead.face import Lottery, compare, load, lottery, run, to_ema, to_salib, twins
    from redbead.measures import MEASURES
    from redbead.problems import BadInputError, EnvironmentProblemError, IntegrityError, RedBeadError
    from redbead.ran import Run
    from redbead.scenario.spec import Scenario

    __version__: str

_HOMES = {
    "load": "face",
    "run": "face",
    "Run": "ran",
    "compare": "face",
    "Compared": "compared",
    "twins": "face",
    "to_salib": "face",
    "to_ema": "face",
    "lottery": "face",
    "targets": "evidence",
    "calibrate": "evidence",
    "sensitivity": "evidence",
    "authorities": "evidence",
    "init": "evidence",
    "Lottery": "face",
    "ChildrensService": "engine.service",
    "SocialWorker": "engine.people",
    "Manager": "engine.people",
    "Leader": "engine.people",
    "Scenario": "face",
    "MEASURES": "measures",
    "RedBeadError": "problems",
    "BadInputError": "problems",
    "IntegrityError": "problems",
    "EnvironmentProblemError": "problems",
}

__all__ = [
    "MEASURES",
    "BadInputError",
    "ChildrensService",
    "Compared",
    "EnvironmentProblemError",
    "IntegrityError",
    "Leader",
    "Lottery",
    "Manager",
    "RedBeadError",
    "Run",
    "Scenario",
    "SocialWorker",
    "__version__",
    "authorities",
    "calibrate",
    "compare",
    "init",
    "load",
    "lottery",
    "run",
    "sensitivity",
    "targets",
    "to_ema",
    "to_salib",
    "twins",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    """Import a public name from its home, once."""
    if name == "__version__":
        value: Any = importlib.import_module("redbead.scenario.home").version()
    elif name in _HOMES:
        value = getattr(importlib.import_module(f"redbead.{_HOMES[name]}"), name)
    else:
        msg = f"module 'redbead' has no attribute {name!r}"
        raise AttributeError(msg)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for completion."""
    return sorted({*globals(), *__all__})
