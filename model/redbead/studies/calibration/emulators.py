"""Emulators: a quick stand-in for the runs, which says for any values what the levels would be, and how sure it is.

Each level is a quadratic of the free parameters with Bayesian shrinkage (scikit-learn's BayesianRidge), fitted to all
trials so far. What the quadratic cannot follow, beyond the noise of the runs themselves, counts as its own error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from redbead.analysis.estimates import Estimate
from redbead.state.types import Reals
from redbead.studies.targets.spec import Target

FOLDS = 5


class TrialPoint(NamedTuple):
    """One set of values that was run: its point in the unit cube, and the levels that came of it, by name."""

    unit: Reals
    levels: dict[str, Estimate]


class Emulator(NamedTuple):
    """The stand-in for one level: coefficients and intercept of the quadratic, and how good it is.

    `misfit` is the variance of what it gets wrong in trials that it has not seen, beyond the noise of the runs;
    `noise` that noise, which all trials share, since they meet the same seeds; `explained` the share of the variance of
    those trials that it explains.
    """

    target: Target
    coefficients: Reals
    intercept: float
    misfit: float
    noise: float
    explained: float

    def predict(self, features: Reals) -> Reals:
        """The level at each row of features."""
        return np.asarray(features @ self.coefficients + self.intercept)


def features_of(units: Reals) -> Reals:
    """Linear, squared and mixed terms of points of the unit cube, centred. [points, features]"""
    z = 2.0 * np.atleast_2d(units) - 1.0
    first, second = np.triu_indices(z.shape[1])
    return np.hstack([z, z[:, first] * z[:, second]])


def fit(targets: Sequence[Target], trials: Sequence[TrialPoint]) -> list[Emulator]:
    """An emulator for every target, from the trials in which its level could be seen."""
    return [_fit(target, trials) for target in targets]


def _fit(target: Target, trials: Sequence[TrialPoint]) -> Emulator:
    seen = [t for t in trials if np.isfinite(t.levels[target.level].value)]
    features = features_of(np.array([t.unit for t in seen]))
    values = np.array([t.levels[target.level].value for t in seen])
    noise = np.array([t.levels[target.level].error for t in seen])
    scale = float(values.std()) or 1.0
    model = _ridge().fit(features, values / scale)
    errors = values - _out_of_fold(features, values / scale) * scale
    chance = float(np.nanmean(noise**2))
    misfit = max(0.0, float(np.mean(errors**2)) - chance)
    explained = 1.0 - float(np.mean(errors**2)) / scale**2
    return Emulator(target, model.coef_ * scale, float(model.intercept_ * scale), misfit, chance, explained)


def _ridge() -> Any:  # noqa: ANN401 - scikit-learn has no types
    from sklearn.linear_model import BayesianRidge

    return BayesianRidge(tol=1e-5)


def _out_of_fold(features: Reals, values: Reals) -> Reals:
    """What the quadratic says of each trial when it has not seen it."""
    from sklearn.model_selection import KFold, cross_val_predict

    folds = KFold(min(FOLDS, len(values)), shuffle=True, random_state=0)
    return np.asarray(cross_val_predict(_ridge(), features, values, cv=folds))


def score(emulators: Sequence[Emulator], units: Reals, *, noisy: bool = False) -> Reals:
    """Log-likelihood of points of the unit cube, up to a constant: minus half the sum of squared implausibilities.

    With `noisy`, the luck of the seeds that all trials share counts as doubt: intervals need that, a search does not.
    """
    misfit = np.array([e.misfit + noisy * e.noise for e in emulators])
    away, band = _distances(emulators, units)
    return np.asarray(-0.5 * (away**2 / (band**2 + misfit)).sum(axis=1))


def worst(emulators: Sequence[Emulator], units: Reals) -> Reals:
    """How far out the worst of all levels lies at points of the unit cube: 2 is the end of its band. [sd]"""
    away, band = _distances(emulators, units)
    return np.asarray(np.abs(away / band).max(axis=1))


def _distances(emulators: Sequence[Emulator], units: Reals) -> tuple[Reals, Reals]:
    """Each level less its published value, and half of that side of its band. [points, levels]"""
    levels = features_of(units) @ np.array([e.coefficients for e in emulators]).T
    levels += np.array([e.intercept for e in emulators])
    value, low, high = (np.array([getattr(e.target, name) for e in emulators]) for name in ("value", "low", "high"))
    return levels - value, np.where(levels >= value, high - value, value - low) / 2.0
