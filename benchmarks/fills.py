"""Random numbers for all workers in many weeks: the generator of the model and a cheaper hash in the same loop."""

from __future__ import annotations

import numpy as np

from redbead import rng
from redbead.jit import kernel, rule
from redbead.state.constants import Reals, Whole

_UNIT = 1.0 / 9007199254740992.0


@rule
def mixed(seed: np.uint64, name: int, week: int, who: int) -> float:
    """Return a uniform random number from the finaliser of splitmix64: cheap, but its quality is not tested."""
    x = np.uint64(seed) + np.uint64(name) * np.uint64(0x9E3779B97F4A7C15)
    x += np.uint64(who) * np.uint64(0xD1B54A32D192ED03)
    x += np.uint64(week) * np.uint64(0x8CB92BA72F3D8DD7)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    return (np.float64(x >> np.uint64(11)) + 0.5) * _UNIT


@kernel
def fill_keyed(uniform: Reals, spell: Whole, seed: np.uint64, weeks: int) -> None:
    """Fill an array with keyed random numbers, as ``draw_for_workers`` does."""
    for week in range(weeks):
        for w in range(uniform.size):
            uniform[w] = rng.uniform(seed, rng.CLOSURE, week, rng.person(w, spell[w]))


@kernel
def fill_mixed(uniform: Reals, spell: Whole, seed: np.uint64, weeks: int) -> None:
    """Fill an array in the same loop with the cheaper hash."""
    for week in range(weeks):
        for w in range(uniform.size):
            uniform[w] = mixed(seed, rng.CLOSURE, week, rng.person(w, spell[w]))
