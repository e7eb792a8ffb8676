"""Key drivers: assumed parameters with the largest indices, and values that reverse the advantage of a policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from redbead import parameters
from redbead.analysis.outcomes import OUTCOMES
from redbead.studies.sensitivity.study import ENDS, OneAtATimeEffect, SensitivityFindings


class KeyDriver(NamedTuple):
    """A leading factor: its evidence, and its largest total-order index over all outcomes."""

    path: str
    basis: str
    source: str
    outcome: str
    total: float
    half_width: float
    significant: bool


class SignChange(NamedTuple):
    """A parameter value at which the advantage of a policy over the scenario changes sign significantly."""

    path: str
    end: str
    value: float
    policy: str
    outcome: str
    advantage: float
    flipped: float


def key_drivers(findings: SensitivityFindings) -> list[KeyDriver]:
    """Return the leading factors: assumed parameters first, then by total-order index."""
    drivers = [_key_driver(findings, factor.path) for factor in findings.leading]
    return sorted(drivers, key=lambda item: (item.basis != "assumed", -item.total))


def _key_driver(findings: SensitivityFindings, path: str) -> KeyDriver:
    indices = [s for s in findings.indices if s.path == path and s.period == findings.final_period]
    largest = max(indices, key=lambda s: s.total)
    param = parameters.register()[path].param
    outcome = findings.study.outcomes[largest.outcome]
    return KeyDriver(path, param.basis, param.source, outcome, largest.total, largest.total_half, largest.significant)


def sign_changes(findings: SensitivityFindings) -> Iterator[SignChange]:
    """Yield significant sign changes of a policy's advantage between the default and an end of a range."""
    for effect in findings.effects:
        if effect.policy and _sign_of(effect.base.low, effect.base.high) * _sign_of(effect.at.low, effect.at.high) < 0:
            outcome = findings.study.outcomes[effect.outcome]
            yield SignChange(
                effect.path, effect.end, effect.value, effect.policy, outcome, effect.base.mean, effect.at.mean
            )  # fmt: skip


def _sign_of(low: float, high: float) -> int:
    """Sign of an interval; 0 if it contains 0."""
    return 1 if low > 0.0 else -1 if high < 0.0 else 0


def is_improvement(outcome: str, change: float) -> bool:
    """Whether a change of an outcome is an improvement."""
    return change * (1.0 if OUTCOMES[outcome].better == "up" else -1.0) > 0.0


def tornado_order(
    findings: SensitivityFindings, outcome: int, policy: str = ""
) -> list[tuple[str, OneAtATimeEffect, OneAtATimeEffect]]:
    """Return the leading factors for a tornado diagram, the widest first.

    Parameters
    ----------
    findings : SensitivityFindings
        The results of a study.
    outcome : int
        Number of the outcome.
    policy : str
        Name of a rival policy; '' for the scenario itself.

    Returns
    -------
    list of tuple
        Path, effect at the low end and effect at the high end of each factor.
    """
    selected = {(e.path, e.end): e for e in findings.effects if (e.policy, e.outcome) == (policy, outcome)}
    pairs = {factor.path: tuple(selected[factor.path, end] for end in ENDS) for factor in findings.leading}
    width = {path: np.ptp([0.0, low.difference.mean, high.difference.mean]) for path, (low, high) in pairs.items()}
    return [(path, pairs[path][0], pairs[path][1]) for path in sorted(pairs, key=lambda p: -float(width[p]))]
