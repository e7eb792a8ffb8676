"""Sets of values that the figures leave standing: drawn from all that the emulators hold possible.

The prior is flat over the ranges; the sampler is emcee's affine-invariant ensemble [GoodmanWeare2010]_.

.. [GoodmanWeare2010] Goodman and Weare: Ensemble samplers with affine invariance. Comm. App. Math. Comp. Sci. 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from redbead.state.types import Reals
from redbead.studies.calibration.emulators import Emulator, TrialPoint, score

STEPS: Final = 3000
SETTLE: Final = 1500
_WALKERS: Final = 4


def latin(points: int, free: int, seed: int) -> Reals:
    """Points spread over the unit cube: a Latin hypercube. [points, free]"""
    from scipy.stats.qmc import LatinHypercube

    return np.asarray(LatinHypercube(d=free, rng=np.random.Generator(np.random.Philox(seed))).random(points))


def sample_plausible(
    emulators: Sequence[Emulator],
    trials: Sequence[TrialPoint],
    points: int,
    seed: int,
    fixed: Reals | None = None,
    *,
    noisy: bool = False,
) -> Reals:
    """Points of the unit cube in proportion to how well they fit. [points, free]

    `fixed` holds some coordinates where they are; those to be drawn are NaN in it. `noisy` is that of :func:`score`.
    """
    starts = _starts(emulators, trials, seed)
    moving = np.ones(starts.shape[1], dtype=bool) if fixed is None else np.isnan(fixed)
    whole = np.zeros(starts.shape[1]) if fixed is None else np.nan_to_num(fixed)

    def filled(units: Reals) -> Reals:
        full = np.tile(whole, (len(units), 1))
        full[:, moving] = units
        return full

    drawn = draw(lambda units: score(emulators, filled(units), noisy=noisy), starts[:, moving], points, seed)
    return filled(drawn)


def _starts(emulators: Sequence[Emulator], trials: Sequence[TrialPoint], seed: int) -> Reals:
    """Where the walkers begin: around the trials that fit best."""
    units = np.array([trial.unit for trial in trials])
    free = units.shape[1]
    walkers = max(_WALKERS * free, 2 * free + 2)
    best = units[np.argsort(-score(emulators, units))[: max(4, walkers // 4)]]
    generator = np.random.Generator(np.random.Philox(seed + 1))
    picked = best[generator.integers(len(best), size=walkers)]
    return np.asarray(np.clip(picked + 0.05 * generator.standard_normal(picked.shape), 0.001, 0.999))


def draw(log_density: Callable[[Reals], Reals], starts: Reals, points: int, seed: int) -> Reals:
    """Points from a density over the unit cube. [points, free]

    Parameters
    ----------
    log_density
        The logarithm of the density at each row of points, up to a constant.
    starts
        Where the walkers begin. [walkers, free]
    points
        How many points are wanted.
    seed
        Seed of the sampler.
    """
    import emcee

    def inside(units: Reals) -> Reals:
        good = ((units > 0.0) & (units < 1.0)).all(axis=1)
        return np.where(good, log_density(np.clip(units, 0.0, 1.0)), -np.inf)

    walkers, free = starts.shape
    sampler = emcee.EnsembleSampler(walkers, free, inside, vectorize=True)
    state = np.random.RandomState(seed % 2**32).get_state()
    sampler.run_mcmc(emcee.State(starts, random_state=state), STEPS, skip_initial_state_check=True)
    chain = np.asarray(sampler.get_chain(discard=SETTLE, flat=True))
    kept = np.random.Generator(np.random.Philox(seed + 2)).choice(len(chain), size=points, replace=len(chain) < points)
    return np.asarray(chain[kept])
