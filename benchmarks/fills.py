"""Everybody's dice for many weeks, by the model's generator and by a cheaper mixing hash, in the same loop."""

from __future__ import annotations

import numpy as np

from redbead import rng
from redbead.jit import kernel, rule
from redbead.state.types import Reals, Whole

_UNIT = 1.0 / 9007199254740992.0


@rule
def mixed(seed: np.uint64, name: int, week: int, who: int) -> float:
    """A uniform from the finaliser of splitmix64 over the address of the draw: cheap, and tested by nobody."""
    x = np.uint64(seed) + np.uint64(name) * np.uint64(0x9E3779B97F4A7C15)
    x += np.uint64(who) * np.uint64(0xD1B54A32D192ED03)
    x += np.uint64(week) * np.uint64(0x8CB92BA72F3D8DD7)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    return (np.float64(x >> np.uint64(11)) + 0.5) * _UNIT


@kernel
def fill_keyed(roll: Reals, spell: Whole, seed: np.uint64, weeks: int) -> None:
    """As `roll_workers` does it."""
    for week in range(weeks):
        for w in range(roll.size):
            roll[w] = rng.uniform(seed, rng.CLOSURE, week, rng.person(w, spell[w]))


@kernel
def fill_mixed(roll: Reals, spell: Whole, seed: np.uint64, weeks: int) -> None:
    """The same loop with the cheaper hash."""
    for week in range(weeks):
        for w in range(roll.size):
            roll[w] = mixed(seed, rng.CLOSURE, week, rng.person(w, spell[w]))
