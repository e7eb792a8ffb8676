"""Emulators: fast approximations of the model that predict each published level, with an error variance.

Each level is a quadratic function of the free parameters with Bayesian shrinkage (``BayesianRidge`` of scikit-learn),
fitted to the most recent trials. Cross-validated error beyond the sampling error of the runs is the error of the
emulator. The parameter sets that the emulators consider plausible are sampled by the affine-invariant ensemble of emcee
[GoodmanWeare2010]_; the prior is uniform over the ranges.

.. [GoodmanWeare2010] Goodman and Weare: Ensemble samplers with affine invariance. Comm. App. Math. Comp. Sci. 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from redbead.analysis.estimates import Estimate
from redbead.exceptions import BadInputError, Problem
from redbead.state.constants import Reals
from redbead.studies.targets.spec import Target

FOLDS = 5


class TrialPoint(NamedTuple):
    """One parameter set that was run: its point in the unit cube, and the resulting levels by name."""

    unit: Reals
    levels: dict[str, Estimate]


class Emulator(NamedTuple):
    """The emulator of one level: coefficients and intercept of the quadratic, and its accuracy.

    ``error_variance`` is the cross-validated error variance beyond the sampling variance of the runs.
    ``noise_variance`` is that sampling variance, which all trials share because they use the same seeds. ``explained``
    is the share of the variance between trials that the emulator explains in cross-validation.
    """

    target: Target
    coefficients: Reals
    intercept: float
    error_variance: float
    noise_variance: float
    explained: float

    def predict(self, features: Reals) -> Reals:
        """Predict the level at each row of features."""
        return np.asarray(features @ self.coefficients + self.intercept)


def features_of(units: Reals) -> Reals:
    """Linear, squared and mixed terms of points of the unit cube, centred. [points, features]"""
    z = 2.0 * np.atleast_2d(units) - 1.0
    first, second = _pairs(z.shape[1])
    return np.hstack([z, z[:, first] * z[:, second]])


_FEW: Final = f"An emulator needs at least {FOLDS}. Set more years or more runs per point, or remove this target."


@cache
def _pairs(free: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Both parameters of each squared or mixed term; a sampler needs them at each step."""
    return np.triu_indices(free)


def fit(targets: Sequence[Target], trials: Sequence[TrialPoint]) -> list[Emulator]:
    """Fit one emulator per target.

    Parameters
    ----------
    targets : sequence of Target
        The targets.
    trials : sequence of TrialPoint
        Trials; those in which a level could not be estimated are ignored for that level.

    Returns
    -------
    list of Emulator
        The emulators, in the order of the targets.

    Raises
    ------
    BadInputError
        If a level could be estimated in too few trials. Lists every such target.
    """
    counts = [sum(bool(np.isfinite(t.levels[target.level].value)) for t in trials) for target in targets]
    problems = [
        Problem("targets", key=target.level, what=f"was measured at {count} of {len(trials)} points", hint=_FEW)
        for target, count in zip(targets, counts, strict=True)
        if count < FOLDS
    ]
    if problems:
        raise BadInputError(problems, "The runs so far are stored, and no further points were run.")
    return [_fit(target, trials) for target in targets]


def _fit(target: Target, trials: Sequence[TrialPoint]) -> Emulator:
    observed = [t for t in trials if np.isfinite(t.levels[target.level].value)]
    features = features_of(np.array([t.unit for t in observed]))
    values = np.array([t.levels[target.level].value for t in observed])
    standard_errors = np.array([t.levels[target.level].error for t in observed])
    scale = float(values.std()) or 1.0
    model = _ridge().fit(features, values / scale)
    errors = values - _cross_validated(features, values / scale) * scale
    noise = float(np.nanmean(standard_errors**2))
    misfit = max(0.0, float(np.mean(errors**2)) - noise)
    explained = 1.0 - float(np.mean(errors**2)) / scale**2
    return Emulator(target, model.coef_ * scale, float(model.intercept_ * scale), misfit, noise, explained)


def _ridge() -> Any:  # noqa: ANN401 - scikit-learn has no types
    from sklearn.linear_model import BayesianRidge

    return BayesianRidge(tol=1e-5)


def _cross_validated(features: Reals, values: Reals) -> Reals:
    """Cross-validated prediction for each trial."""
    from sklearn.model_selection import KFold, cross_val_predict

    folds = KFold(min(FOLDS, len(values)), shuffle=True, random_state=0)
    return np.asarray(cross_val_predict(_ridge(), features, values, cv=folds))


def log_likelihood(emulators: Sequence[Emulator], units: Reals, *, noisy: bool = False) -> Reals:
    r"""Log-likelihood of points of the unit cube, up to a constant.

    Parameters
    ----------
    emulators : sequence of Emulator
        One emulator per target.
    units : array
        Points of the unit cube. [points, free]
    noisy : bool
        Include the sampling variance of the runs. Intervals need it; a search does not.

    Returns
    -------
    array
        Log-likelihood of each point. [points]

    Notes
    -----
    .. math:: \ell = -\frac{1}{2} \sum_k \frac{(y_k - z_k)^2}{s_k^2 + V_k}

    with predicted level y, published level z, half the width s of the band on the side of y, and error variance V of
    the emulator.
    """
    return _log_likelihood_of(emulators, noisy=noisy)(units)


def _log_likelihood_of(emulators: Sequence[Emulator], *, noisy: bool) -> Callable[[Reals], Reals]:
    """The log-likelihood as a function of points, for a sampler: what depends on emulators only is computed once."""
    variance = np.array([e.error_variance + noisy * e.noise_variance for e in emulators])
    differences_and_scales = _differences_and_scales_of(emulators)

    def log_likelihood_at(units: Reals) -> Reals:
        difference, scale = differences_and_scales(units)
        return np.asarray(-0.5 * (difference**2 / (scale**2 + variance)).sum(axis=1))

    return log_likelihood_at


def worst_implausibility(emulators: Sequence[Emulator], units: Reals) -> Reals:
    """Largest implausibility over all levels at points of the unit cube; 2 is the end of a band. [sd]"""
    difference, scale = _differences_and_scales_of(emulators)(units)
    return np.asarray(np.abs(difference / scale).max(axis=1))


def _differences_and_scales_of(emulators: Sequence[Emulator]) -> Callable[[Reals], tuple[Reals, Reals]]:
    """Each level minus its published value, and half the width of the band on that side. [points, levels]"""
    coefficients = np.array([e.coefficients for e in emulators]).T
    intercepts = np.array([e.intercept for e in emulators])
    value, low, high = (np.array([getattr(e.target, name) for e in emulators]) for name in ("value", "low", "high"))
    above, below = high - value, value - low

    def differences_and_scales(units: Reals) -> tuple[Reals, Reals]:
        levels = features_of(units) @ coefficients
        levels += intercepts
        return levels - value, np.where(levels >= value, above, below) / 2.0

    return differences_and_scales


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
    log_density = _log_likelihood_of(emulators, noisy=noisy)
    if fixed is None:
        return sample_density(log_density, walkers, points, seed)
    moving, constant = np.isnan(fixed), np.nan_to_num(fixed)

    def with_fixed(units: Reals) -> Reals:
        full = np.tile(constant, (len(units), 1))
        full[:, moving] = units
        return full

    return with_fixed(sample_density(lambda units: log_density(with_fixed(units)), walkers[:, moving], points, seed))


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
