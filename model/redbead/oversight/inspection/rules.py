"""Rules of inspection: threat, what a sample shows, which grade falls, how hard the report bites (E30 to E33)."""

from __future__ import annotations

import math

import numpy as np

from redbead import rng
from redbead.jit import rule
from redbead.oversight.inspection.parameters import Inspection
from redbead.state.constants import GOOD, INADEQUATE, OUTSTANDING, REQUIRES_IMPROVEMENT
from redbead.state.maths import clip01, logistic, logit


@rule
def effective_stakes(c: Inspection) -> float:
    """Stakes where there are visits, otherwise 0. [0-1]"""
    return c.stakes * c.visits


@rule
def threat(weeks_since: float, sting: float, c: Inspection) -> float:
    """How near and how dangerous the next judgement is (E30), after a report that bites by `sting` [0-1]. [0-1]

    >>> threat(156.0, 1.0, Inspection(stakes=0.0))
    0.0
    >>> threat(200.0, 0.0, Inspection()) > threat(10.0, 0.0, Inspection())
    True
    """
    due = logistic((weeks_since - 0.7 * c.cycle_weeks) / 13.0)
    return effective_stakes(c) * (0.4 + 0.3 * due + 0.3 * sting)


@rule
def poor_share(
    visible: float, transient: float, leniency: float, odds: float, disclosed: float, c: Inspection
) -> float:
    """Chance that a tracked case is judged poor (E31). [0-1]

    `visible` is visible quality [ratio]; `transient`, `leniency` and `disclosed` add on the logit scale; `odds` is the
    selection odds ratio of poor cases.

    >>> round(poor_share(1.0, 0.0, 0.0, 1.0, 0.0, Inspection(poor_share=0.2)), 6)
    0.2
    """
    z = logit(c.poor_share) - c.poor_slope * (visible - 1.0) + math.log(odds)
    return logistic(z + transient + leniency + disclosed)


@rule
def grade_of(share: float, c: Inspection) -> int:
    """The grade for a share of poor cases (E32): 0 outstanding to 3 inadequate. [code]

    >>> [grade_of(s, Inspection()) for s in (0.0, 0.1, 0.2, 0.5)]
    [0, 1, 2, 3]
    """
    if share < c.limit_outstanding:
        return OUTSTANDING
    if share < c.limit_good:
        return GOOD
    return REQUIRES_IMPROVEMENT if share < c.limit_inadequate else INADEQUATE


@rule
def correlation(c: Inspection) -> float:
    """Correlation of the cases of one sample: they come from few teams, unless it is spread over all of them. [icc]

    >>> correlation(Inspection(clustering=0.1)), correlation(Inspection(clustering=0.1, stratified=1.0))
    (0.1, 0.0)
    """
    return c.clustering * (1.0 - c.stratified)


@rule
def sampled_share(
    seed: np.uint64, name: int, week: int, who: int, n: int, usual: float, nominated: float, c: Inspection
) -> float:
    """Share of poor cases in a sample of `n`, for the draw `name`. [0-1]

    Drawn cases are poor with chance `usual`, those that the authority nominates with chance `nominated` [0-1].
    """
    icc = correlation(c)
    chosen = int(c.nominated * n + 0.5)
    u, v = rng.pair(seed, name, week, who)
    poor = rng.beta_binomial(u, n - chosen, usual, icc)
    if chosen > 0:
        poor += rng.beta_binomial(v, chosen, nominated, icc)
    return poor / n


@rule
def noise_left(snapshots: float) -> float:
    """Spread of the mean of independent draws over the spread of one: 1 / sqrt(snapshots). [ratio]

    Visits on different days by different inspectors: neither an inspector's leniency nor a passing state of the
    service (it lasts weeks, visits lie months apart) tells anything of the next one, so their errors average out.

    >>> noise_left(1.0), noise_left(4.0)
    (1.0, 0.5)
    """
    return 1.0 / math.sqrt(snapshots)


@rule
def near_a_limit(share: float, c: Inspection) -> bool:
    """Whether a share of poor cases lies so near the limit of a grade that more cases are looked at.

    >>> [near_a_limit(share, Inspection()) for share in (0.10, 0.24, 0.30)]
    [True, False, True]
    """
    nearest = min(abs(share - c.limit_good), abs(share - c.limit_inadequate))
    return min(nearest, abs(share - c.limit_outstanding)) <= c.adaptive_margin


@rule
def pooled(share: float, n: int, further: float, more: int) -> float:
    """Share of poor cases among `n` cases and `more` further ones, counted together. [0-1]

    >>> pooled(9 / 27, 27, 0.0, 27) == 9 / 54
    True
    """
    return (int(share * n + 0.5) + int(further * more + 0.5)) / (n + more)


@rule
def narrative_severity(share: float, c: Inspection) -> float:
    """How hard a report in words bites: in proportion to how poor the sample was above the limit of good. [0-1]

    "Inadequate light" bites lightly: (share - limit_good) / (narrative_full - limit_good), from 0 to 1. No step
    anywhere, so one case more or less never decides about a career.

    >>> [round(narrative_severity(share, Inspection()), 3) for share in (0.10, 0.33, 0.90)]
    [0.0, 0.514, 1.0]
    """
    return clip01((share - c.limit_good) / max(1e-9, c.narrative_full - c.limit_good))


@rule
def report_severity(grade: int, share: float, c: Inspection) -> float:
    """How hard a published report bites: an inadequate label in full, words by the `share` of poor cases seen. [0-1]

    A grade that does not follow from the sample (exposed dressing up) bites as its label does.

    >>> report_severity(3, 0.34, Inspection()), report_severity(2, 0.32, Inspection())
    (1.0, 0.0)
    >>> words = Inspection(narrative=1.0)
    >>> report_severity(3, 0.34, words) - report_severity(2, 0.32, words) < 0.06
    True
    """
    label = 1.0 if grade == INADEQUATE else 0.0
    words = narrative_severity(share, c) if grade_of(share, c) == grade else label
    return label + c.narrative * (words - label)


@rule
def lowest_share(grade: int, c: Inspection) -> float:
    """The lowest share of poor cases that gives a `grade`. [0-1]

    >>> [lowest_share(grade, Inspection()) for grade in (0, 1, 2, 3)]
    [0.0, 0.02, 0.15, 0.33]
    """
    if grade == OUTSTANDING:
        return 0.0
    if grade == GOOD:
        return c.limit_outstanding
    return c.limit_good if grade == REQUIRES_IMPROVEMENT else c.limit_inadequate
