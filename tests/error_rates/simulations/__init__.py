"""Simulations that measure the error rate or coverage of every statement that the product prints.

Each module holds the simulations of one kind of statement in a tuple ``SIMULATIONS``.
"""

import importlib
import pkgutil

from simulations.simulation import Simulation


def all_simulations() -> list[Simulation]:
    """Return the simulations of all modules of this package, in the order of their names."""
    modules = [importlib.import_module(f"{__name__}.{item.name}") for item in pkgutil.iter_modules(__path__)]
    return [simulation for module in modules for simulation in getattr(module, "SIMULATIONS", ())]
