"""Authorities drawn from the published spread, not copies of one mean; and plausible sets kept by a calibration."""

from __future__ import annotations

import csv
import functools
import math
from typing import Final

import numpy as np

from redbead import parameters
from redbead.scenario import published
from redbead.scenario.home import data_file
from redbead.scenario.published import Published
from redbead.scenario.starting import starting_point
from redbead.state.types import Reals

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
    return starting_point(drawn, published.reference())


@functools.cache
def _without_chance() -> Reals:
    """Published figures of all authorities that give them, turnover without the spread that is chance alone."""
    rows = [p for p in map(published.published, published.authorities()) if p.rereferral is not None]
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
