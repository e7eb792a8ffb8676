"""The bootstrap that ranks, dips and switching values share: whole runs (or whole draws) are drawn again together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from redbead.state.types import Reals, Whole

RESAMPLES: Final = 2000
"""A share of resamples is then known to about two hundredths. [resamples]"""

_SEED: Final = 20151214
_AT_ONCE: Final = 200


def weights(runs: int, cluster: Whole | None = None, resamples: int = RESAMPLES) -> Iterator[Reals]:
    """How often each run is in each resample, some resamples at a time: [some, runs]; each row sums to about `runs`.

    The resamples are the same every time. With `cluster` [runs], runs of one cluster come and go together.
    """
    dice = np.random.Generator(np.random.Philox(_SEED))
    labels = np.arange(runs) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    groups = int(labels.max()) + 1 if runs else 0
    chances = np.full(groups, 1.0 / max(1, groups))
    for first in range(0, resamples, _AT_ONCE):
        some = min(_AT_ONCE, resamples - first)
        yield np.asarray(dice.multinomial(groups, chances, size=some)[:, labels], dtype=np.float64)


def means(values: Reals, cluster: Whole | None = None, resamples: int = RESAMPLES) -> Reals:
    """The means of columns of numbers over resampled runs: `values` [..., runs] gives [resamples, ...]."""
    flat = values.reshape(-1, values.shape[-1])
    parts = [w @ flat.T / w.sum(axis=1, keepdims=True) for w in weights(values.shape[-1], cluster, resamples)]
    return np.concatenate(parts).reshape(-1, *values.shape[:-1])


def ends(resampled: Reals, level: float = 0.95) -> tuple[float, float]:
    """The percentile interval of resampled estimates; NaN where there is none."""
    good = resampled[np.isfinite(resampled)]
    if good.size == 0:
        return float("nan"), float("nan")
    low, high = np.quantile(good, ((1 - level) / 2, (1 + level) / 2))
    return float(low), float(high)
