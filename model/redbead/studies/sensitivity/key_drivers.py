"""What to find out next: assumed numbers that carry the most, and those that change which policy is best."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from redbead import parameters
from redbead.analysis.outcomes import OUTCOMES
from redbead.studies.sensitivity.study import ENDS, OneAtATimeEffect, SensitivityFindings


class KeyDriver(NamedTuple):
    """A leading factor: how well it is known, and the largest total share that it has of any outcome."""

    path: str
    basis: str
    source: str
    outcome: str
    total: float
    half: float
    told: bool


class SignChange(NamedTuple):
    """A value at which a policy's advantage over the scenario changes its sign, as far as the runs can tell."""

    path: str
    end: str
    value: float
    policy: str
    outcome: str
    advantage: float
    flipped: float


def key_drivers(found: SensitivityFindings) -> list[KeyDriver]:
    """The leading factors, assumed ones first, those that carry most of the variance of any outcome before others."""
    made = [_carrier(found, factor.path) for factor in found.leading]
    return sorted(made, key=lambda item: (item.basis != "assumed", -item.total))


def _carrier(found: SensitivityFindings, path: str) -> KeyDriver:
    here = [s for s in found.shares if s.path == path and s.period == found.last]
    best = max(here, key=lambda s: s.total)
    param = parameters.register()[path].param
    outcome = found.study.outcomes[best.outcome]
    return KeyDriver(path, param.basis, param.source, outcome, best.total, best.total_half, best.told)


def sign_changes(found: SensitivityFindings) -> Iterator[SignChange]:
    """Where the runs can tell that the answer is another one at an end of a factor's range than at its default."""
    for bar in found.bars:
        if bar.policy and _clear(bar.base.low, bar.base.high) * _clear(bar.at.low, bar.at.high) < 0:
            outcome = found.study.outcomes[bar.outcome]
            yield SignChange(bar.path, bar.end, bar.value, bar.policy, outcome, bar.base.mean, bar.at.mean)


def _clear(low: float, high: float) -> int:
    """The sign of an interval, 0 where it holds 0."""
    return 1 if low > 0.0 else -1 if high < 0.0 else 0


def better(outcome: str, change: float) -> bool:
    """Whether a change of an outcome is for the better."""
    return change * (1.0 if OUTCOMES[outcome].better == "up" else -1.0) > 0.0


def widest(
    found: SensitivityFindings, outcome: int, policy: str = ""
) -> list[tuple[str, OneAtATimeEffect, OneAtATimeEffect]]:
    """The factors of a tornado with both bars, the widest first."""
    pairs = {
        factor.path: tuple(
            next(b for b in found.bars if (b.path, b.end, b.policy, b.outcome) == (factor.path, end, policy, outcome))
            for end in ENDS
        )
        for factor in found.leading
    }
    width = {path: np.ptp([0.0, low.difference.mean, high.difference.mean]) for path, (low, high) in pairs.items()}
    return [(path, pairs[path][0], pairs[path][1]) for path in sorted(pairs, key=lambda p: -float(width[p]))]
