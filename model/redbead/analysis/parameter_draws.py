"""Draws of everything that is uncertain: parameters, each from its own range, all at once.

What people disagree about is how strong each causal link is, down to none at all: these parameters are drawn from
their whole range. Drawing everything else from its whole range as well gives services that no country has seen (in a
first try the median service lost seven in ten workers a year), so the rest is drawn from the tenth of its range that
lies nearest to the default, and draws that resemble no English authority are set aside.
"""

from __future__ import annotations

import csv
import functools
import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from redbead import parameters
from redbead.levers import LEVERS, Lever
from redbead.quantities import Declared
from redbead.scenario import authorities
from redbead.scenario.authorities import Published, starting_point
from redbead.scenario.library import data_file
from redbead.scenario.schedule import SURGE
from redbead.state.types import Reals

NUISANCE: Final = 0.1
"""Part of its range from which a parameter is drawn that is not the strength of a causal link. [share]"""

PLAUSIBLE: Final = {
    "turnover": (0.08, 0.30),
    "vacancy_rate": (0.05, 0.35),
    "work_pressure": (0.80, 1.25),
    "reported_share": (0.02, 0.40),
}
"""Means of a service that might be English: T27 of the science notes, made about twice as wide (DfE workforce, 2017 to
2025; 7 to 14 % of errors reported in trigger-tool studies)."""

_WORLDS, _LEVERS = 0, 1

HELD_FAMILIES: Final = ("authority", "cost")
"""Sizes and prices: they move no culture, so they stay as they are."""


def uncertain() -> dict[str, Declared]:
    """The parameters that a draw varies, by path.

    Held are sizes and prices (but not whether money comes out of posts), whole numbers, reference states (to which
    effects are relative), the limits of grades, and what is 0 until a lever or a spike switches it on.
    """
    switched = {bend.path for lever in LEVERS.values() for bend in lever().effects()} | {SURGE}
    return {
        path: item
        for path, item in parameters.register().items()
        if (path.partition(".")[0] not in HELD_FAMILIES or item.param.causal_link)
        and not item.param.whole
        and not _is_fixed_by_definition(item.name)
        and not (item.default == 0.0 and path in switched)
    }


def _is_fixed_by_definition(name: str) -> bool:
    return name == "reference" or name.endswith("_ref") or name.startswith("limit_")


def draw_parameters(draws: int, seed: int) -> list[dict[str, float]]:
    """So many sets of values for all uncertain parameters.

    A Latin hypercube: the range of each parameter is cut into `draws` parts of equal chance, and each part is used
    once. The density is a triangle over the parameter's range with its mode at the default; for what is not a causal
    link the triangle is a tenth as wide.

    Parameters
    ----------
    draws
        How many sets. [draws]
    seed
        Seed of NumPy's Philox generator.
    """
    items = uncertain()
    return [
        {path: _drawn_in(value, items[path]) for path, value in drawn.items()}
        for drawn in draw_items(items, draws, seed)
    ]


def draw_items(items: Mapping[str, Declared], draws: int, seed: int) -> list[dict[str, float]]:
    """So many sets of values for these parameters, by path, each from its whole range.

    A Latin hypercube of triangles as in :func:`draw_parameters`; whole numbers are rounded.
    """
    generator = _generator(seed, _WORLDS)
    columns = {path: triangular(_stratified(draws, generator), item) for path, item in items.items()}
    return [{path: _whole(float(values[k]), items[path]) for path, values in columns.items()} for k in range(draws)]


def _whole(value: float, item: Declared) -> float:
    return float(round(value)) if item.param.whole else value


def _drawn_in(value: float, item: Declared) -> float:
    """The value of a causal link as it is; any other drawn in towards the default."""
    return item.default + (1.0 if item.param.causal_link else NUISANCE) * (value - item.default)


def is_plausible(means: Mapping[str, float]) -> bool:
    """Whether a service with these means might be an English one."""
    return all(low <= means[name] <= high for name, (low, high) in PLAUSIBLE.items())


def draw_lever(kind: str, draws: int, seed: int) -> list[Lever]:
    """So many versions of one lever, its own numbers drawn from their ranges; when and how much stay as they are."""
    lever = LEVERS[kind]
    shared = {item.name for item in Lever.numbers()}
    own = [item for item in lever.numbers() if item.name not in shared and not item.param.whole]
    generator = _generator(seed, _LEVERS)
    columns = {item.name: triangular(_stratified(draws, generator), item) for item in own}
    return [lever(**{name: float(values[k]) for name, values in columns.items()}) for k in range(draws)]  # type: ignore[arg-type]


def _generator(seed: int, purpose: int) -> np.random.Generator:
    """NumPy's Philox, seeded so that worlds and levers never share a stream, whatever their seeds."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, purpose))))


def _stratified(draws: int, generator: np.random.Generator) -> Reals:
    """One uniform from each of `draws` equal parts of 0 to 1, in random order. [0-1]"""
    return (generator.permutation(draws) + generator.random(draws)) / draws


def triangular(u: Reals, item: Declared) -> Reals:
    """Values of a parameter for uniforms `u`: a triangle over its range, most likely at the default.

    >>> from redbead.parameters import register
    >>> fear = register()["fear.blame"]
    >>> [round(float(v), 2) for v in triangular(np.array([0.0, 0.6875, 1.0]), fear)]
    [0.0, 0.55, 0.8]
    """
    low, high = item.param.span()
    mode = min(high, max(low, item.default))
    turn = (mode - low) / (high - low)
    with np.errstate(invalid="ignore"):
        rising = low + np.sqrt(u * (high - low) * (mode - low))
        falling = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.where(u < turn, rising, falling)


PUBLISHED: Final = "published"
ENGLAND: Final = "england"
ENSEMBLES: Final = (ENGLAND,)
JITTER: Final = 0.1
"""Every figure moves by so much of its spread, so that nobody drawn is a place with a name. [sd]"""
_COLUMNS: Final = ("case_holders", "caseload", "turnover", "vacancy", "agency", "rereferral")
_AUTHORITIES: Final = 2


def draw_authorities(draws: int, seed: int) -> list[dict[str, float]]:
    """The starting points of so many authorities that England might have.

    Each takes the figures of a published one together, so that what goes together stays together; turnover is drawn in
    towards its mean by what chance alone makes of so few leavers; then every figure is moved a little (a smoothed
    bootstrap, Silverman and Young 1987).

    Parameters
    ----------
    draws
        How many. [authorities]
    seed
        Seed of NumPy's Philox generator.
    """
    table = _without_chance()
    generator = np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, _AUTHORITIES))))
    picked = table[generator.integers(len(table), size=draws)]
    moved = picked + JITTER * table.std(axis=0) * generator.standard_normal(picked.shape)
    low, high = table.min(axis=0), table.max(axis=0)
    return [_start(row) for row in np.clip(moved, low, high)]


def _start(row: Reals) -> dict[str, float]:
    size, caseload, turnover, vacancy, agency, rereferral = (float(value) for value in row)
    drawn = Published("", "", "", math.exp(size), caseload, turnover, vacancy, agency, rereferral, None, None)
    return starting_point(drawn, authorities.reference())


@functools.cache
def _without_chance() -> Reals:
    """Published figures of all authorities that give them, turnover without the spread that is chance alone."""
    rows = [p for p in map(authorities.published, authorities.authorities()) if p.rereferral is not None]
    table = np.array([[float(getattr(p, column)) for column in _COLUMNS] for p in rows])
    turnover = table[:, 2]
    chance = float(np.mean(turnover * (1.0 - turnover) / table[:, 0]))
    kept = math.sqrt(max(0.0, 1.0 - chance / float(turnover.var())))
    table[:, 2] = turnover.mean() + kept * (turnover - turnover.mean())
    table[:, 0] = np.log(table[:, 0])
    return table


@functools.cache
def ensemble(name: str = ENGLAND) -> tuple[dict[str, float], ...]:
    """The plausible sets of parameters that a shipped calibration kept.

    Raises
    ------
    KeyError
        There is no such ensemble.
    """
    if name not in ENSEMBLES:
        raise KeyError(name)
    known = parameters.register()
    with data_file(f"{name}_ensemble.csv").open(encoding="utf-8", newline="") as file:
        return tuple({p: float(v) for p, v in row.items() if p in known} for row in csv.DictReader(file))
