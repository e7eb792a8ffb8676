"""A nation of authorities under one regime: who gets which grade, now and at the next visit (E31, E32)."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from redbead.oversight.inspection import Inspection
from redbead.quantities import Param
from redbead.state.authority import GOOD, INADEQUATE
from redbead.state.maths import logistic, logit
from redbead.state.types import Reals
from redbead.study.chance import grade_masks, normal_nodes, over_nodes, sample_law


class Nation(NamedTuple):
    """The authorities that are inspected: how many, and how far they truly differ."""

    spread: Annotated[
        float, Param("logit", 0, 1, "spread of true quality between authorities, as log-odds of a poor case")
    ] = 0.6
    authorities: Annotated[
        float,
        Param("authorities", 2, 1000, "how many are inspected", "measured", "about 150 in England: DfE", whole=True),
    ] = 150.0


class Group(NamedTuple):
    """What visits make of one nation.

    `law` is P(k poor cases) at a visit; `grades` P(grade); `pairs` P(grade now and grade next); `seen_spread` the
    standard deviation of the share seen; `reliability` the correlation of the shares seen at two visits; `mistaken`
    P(found inadequate, and truly better than the median).
    """

    law: Reals
    grades: Reals
    pairs: Reals
    seen_spread: float
    reliability: float
    mistaken: float

    def next_time(self) -> Reals:
        """P(grade at the next visit, given the grade now); NaN where a grade never happens. [4 x 4]"""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.pairs / self.grades[:, None])

    def better_next(self) -> float:
        """Of those inadequate, the share with a better grade next time, though nothing has changed. [share]"""
        return float(self.next_time()[INADEQUATE, :INADEQUATE].sum())

    def good_next(self) -> float:
        """Of those inadequate, the share that is good or better next time, though nothing has changed. [share]"""
        return float(self.next_time()[INADEQUATE, : GOOD + 1].sum())

    def rise(self) -> float:
        """Of all, the share with a better grade next time; as many have a worse one. [share]"""
        return float(np.tril(self.pairs, -1).sum())


def group(c: Inspection, spread: float) -> Group:
    """What visits make of authorities whose true shares of poor cases spread by `spread` around the median. [logit]"""
    truths = normal_nodes(spread)
    shares = [logistic(logit(c.poor_share) + float(shift)) for shift in truths.at]
    laws = np.stack([sample_law(share, c) for share in shares])
    grades = np.einsum("tk,kg->tg", laws, grade_masks(c))
    seen = np.arange(laws.shape[1]) / (laws.shape[1] - 1)
    law = over_nodes(truths.weight, laws)
    means = np.einsum("tk,k->t", laws, seen)
    mean = float((truths.weight * means).sum())
    variance = float((law * (seen - mean) ** 2).sum())
    lasting = float((truths.weight * (means - mean) ** 2).sum())
    above = truths.at < 0.0  # a smaller share of poor cases is better
    return Group(
        law=law,
        grades=over_nodes(truths.weight, grades),
        pairs=np.einsum("t,tg,th->gh", truths.weight, grades, grades),
        seen_spread=math.sqrt(variance),
        reliability=lasting / variance,
        mistaken=float((truths.weight * grades[:, INADEQUATE])[above].sum()),
    )
