"""Sampling of the parameter sets that the emulators consider plausible.

The prior is uniform over the ranges. The sampler is the affine-invariant ensemble of emcee [GoodmanWeare2010]_.

.. [GoodmanWeare2010] Goodman and Weare: Ensemble samplers with affine invariance. Comm. App. Math. Comp. Sci. 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from redbead.state.types import Reals
from redbead.studies.calibration.emulators import Emulator, TrialPoint, log_likelihood

STEPS: Final = 3000
"""Steps of each walker, including the burn-in."""
BURN_IN: Final = 1500
_WALKERS_PER_PARAMETER: Final = 4


def latin_hypercube(points: int, free: int, seed: int) -> Reals:
    """Draw a Latin hypercube sample of the unit cube.

    Parameters
    ----------
    points, free : int
        Number of points and of free parameters.
    seed : int
        Seed of the sample.

    Returns
    -------
    array
        The points. [points, free]
    """
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
    """Sample points of the unit cube in proportion to their likelihood.

    Parameters
    ----------
    emulators : sequence of Emulator
        One emulator per target.
    trials : sequence of TrialPoint
        Trials from which the walkers start.
    points : int
        Number of points to return.
    seed : int
        Seed of the sampler.
    fixed : array, optional
        Coordinates to keep constant; NaN marks those to sample. [free]
    noisy : bool
        Include the sampling error of the runs, as in :func:`log_likelihood`.

    Returns
    -------
    array
        Sampled points. [points, free]
    """
    walkers = _initial_walkers(emulators, trials, seed)
    moving = np.ones(walkers.shape[1], dtype=bool) if fixed is None else np.isnan(fixed)
    constant = np.zeros(walkers.shape[1]) if fixed is None else np.nan_to_num(fixed)

    def with_fixed(units: Reals) -> Reals:
        full = np.tile(constant, (len(units), 1))
        full[:, moving] = units
        return full

    def log_density(units: Reals) -> Reals:
        return log_likelihood(emulators, with_fixed(units), noisy=noisy)

    return with_fixed(sample_density(log_density, walkers[:, moving], points, seed))


def _initial_walkers(emulators: Sequence[Emulator], trials: Sequence[TrialPoint], seed: int) -> Reals:
    """Initial positions of the walkers, near the trials with the highest likelihood. [walkers, free]"""
    units = np.array([trial.unit for trial in trials])
    free = units.shape[1]
    walkers = max(_WALKERS_PER_PARAMETER * free, 2 * free + 2)
    best = units[np.argsort(-log_likelihood(emulators, units))[: max(4, walkers // 4)]]
    generator = np.random.Generator(np.random.Philox(seed + 1))
    centres = best[generator.integers(len(best), size=walkers)]
    return np.asarray(np.clip(centres + 0.05 * generator.standard_normal(centres.shape), 0.001, 0.999))


def sample_density(log_density: Callable[[Reals], Reals], starts: Reals, points: int, seed: int) -> Reals:
    """Sample points from a density over the unit cube.

    Parameters
    ----------
    log_density : callable
        Logarithm of the density at each row of points, up to a constant.
    starts : array
        Initial positions of the walkers. [walkers, free]
    points : int
        Number of points to return.
    seed : int
        Seed of the sampler.

    Returns
    -------
    array
        Sampled points. [points, free]
    """
    import emcee

    def log_density_in_cube(units: Reals) -> Reals:
        inside = ((units > 0.0) & (units < 1.0)).all(axis=1)
        return np.where(inside, log_density(np.clip(units, 0.0, 1.0)), -np.inf)

    walkers, free = starts.shape
    sampler = emcee.EnsembleSampler(walkers, free, log_density_in_cube, vectorize=True)
    state = np.random.RandomState(seed % 2**32).get_state()
    sampler.run_mcmc(emcee.State(starts, random_state=state), STEPS, skip_initial_state_check=True)
    chain = np.asarray(sampler.get_chain(discard=BURN_IN, flat=True))
    generator = np.random.Generator(np.random.Philox(seed + 2))
    return np.asarray(chain[generator.choice(len(chain), size=points, replace=len(chain) < points)])
