"""Bootstrap of means over runs.

All resampling in a comparison (ranks, crossovers, switching values) uses the same resamples. Whole runs are
resampled, or whole clusters of runs that share a draw of the uncertain parameters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from redbead.state.types import Reals, Whole

RESAMPLES: Final = 2000
"""Number of resamples. The standard error of a share of resamples is then at most 0.011."""

_SEED: Final = 20151214
_BLOCK: Final = 200


def resample_weights(runs: int, cluster: Whole | None = None, resamples: int = RESAMPLES) -> Iterator[Reals]:
    """Yield how often each run occurs in each resample, one block of resamples at a time.

    The resamples depend only on the number of runs (or clusters), so repeated calls return the same weights.

    Parameters
    ----------
    runs : int
        Number of runs.
    cluster : array of int, optional
        Cluster of each run, shape [runs]. Runs of one cluster are resampled together.
    resamples : int
        Number of resamples.

    Yields
    ------
    array
        Weights of a block of resamples, shape [block, runs]. Without clusters each row sums to `runs`.
    """
    generator = np.random.Generator(np.random.Philox(_SEED))
    labels = np.arange(runs) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    groups = int(labels.max()) + 1 if runs else 0
    probabilities = np.full(groups, 1.0 / max(1, groups))
    for start in range(0, resamples, _BLOCK):
        size = min(_BLOCK, resamples - start)
        yield np.asarray(generator.multinomial(groups, probabilities, size=size)[:, labels], dtype=np.float64)


def resampled_means(values: Reals, cluster: Whole | None = None, resamples: int = RESAMPLES) -> Reals:
    """Means over resampled runs.

    Parameters
    ----------
    values : array
        Values per run, shape [..., runs].
    cluster : array of int, optional
        Cluster of each run, shape [runs].
    resamples : int
        Number of resamples.

    Returns
    -------
    array
        One mean per resample, shape [resamples, ...]; unit of the values.
    """
    flat = values.reshape(-1, values.shape[-1])
    blocks = [
        rows @ flat.T / rows.sum(axis=1, keepdims=True)
        for rows in resample_weights(values.shape[-1], cluster, resamples)
    ]
    return np.concatenate(blocks).reshape(-1, *values.shape[:-1])


def percentile_interval(resampled: Reals, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of resampled estimates.

    Parameters
    ----------
    resampled : array
        One estimate per resample; estimates that are not finite are left out.
    level : float
        Coverage of the interval. [0-1]

    Returns
    -------
    tuple of float
        Lower and upper end; NaN if no estimate is finite.
    """
    finite = resampled[np.isfinite(resampled)]
    if finite.size == 0:
        return float("nan"), float("nan")
    low, high = np.quantile(finite, ((1 - level) / 2, (1 + level) / 2))
    return float(low), float(high)
