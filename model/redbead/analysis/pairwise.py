"""Paired tests of all pairs of policies as one family, so that at most 5 % of pages state a false difference.

The family contains every pair of policies for every outcome and under every theory of a page. Four fifths of the 5 %
are spent on it; the rest is left for statements on change over time (:mod:`redbead.analysis.crossover`) and on records.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from redbead.analysis.intervals import Interval
from redbead.analysis.means import MeanEstimate, Method, estimate_mean, p_value
from redbead.state.constants import Reals, Whole

FAMILY: Final = 0.04
"""Probability at most that any difference on a page is stated where there is none. [0-1]"""

FAMILY_OVER_TIME: Final = 0.01
"""The same for statements on change over time and on records, so that the page as a whole has 5 %. [0-1]"""


class PolicyGains(NamedTuple):
    """One outcome of all policies under one theory, in the same runs.

    Attributes
    ----------
    gains : array
        Values signed so that more is better, shape [policies, runs].
    draw : array of int or None
        Draw of the uncertain parameters in each run, shape [runs]; None if each run is independent.
    method : Method
        How the mean of paired differences is estimated.
    """

    gains: Reals
    draw: Whole | None = None
    method: Method = Method.STUDENT


class PairwiseTest(NamedTuple):
    """Paired test of two policies, corrected for all tests of its family.

    Attributes
    ----------
    first, second : int
        Positions of the policies.
    estimate : MeanEstimate
        Mean difference, first minus second.
    significance : float
        Corrected significance level of this test. [0-1]
    significant : bool
        Whether the two differ at this level.
    identical : bool
        Whether the two are equal in every run.
    """

    first: int
    second: int
    estimate: MeanEstimate
    significance: float
    significant: bool
    identical: bool

    @property
    def difference(self) -> float:
        """Mean difference, first minus second."""
        return self.estimate.mean

    @property
    def interval(self) -> Interval:
        """The difference with its corrected interval."""
        return self.estimate.interval(1.0 - self.significance)


def pairwise_tests(families: Sequence[PolicyGains], significance: float = FAMILY) -> list[list[PairwiseTest]]:
    r"""Test every pair of policies in all tables, corrected by Holm over all of them [Holm1979]_.

    Parameters
    ----------
    families : sequence of PolicyGains
        Tables of one page: one for every outcome and theory.
    significance : float
        Family-wise error rate over all tables. [0-1]

    Returns
    -------
    list of list of PairwiseTest
        For each table one test per pair.

    Notes
    -----
    With m tests, the j-th smallest p-value (j = 0, 1, ...) is compared with

    .. math:: \alpha_j = \alpha / (m - j)

    until the first that is not significant. The probability of any false difference is then at most :math:`\alpha`,
    regardless of the dependence between the tests. It does not cover other pages or further batches. The interval of a
    pair has the level :math:`1 - \alpha_j` of its step.
    """
    keys = [
        (table, a, b)
        for table, family in enumerate(families)
        for a in range(len(family.gains))
        for b in range(a + 1, len(family.gains))
    ]
    estimates = {key: _difference(families[key[0]], key[1], key[2]) for key in keys}
    p = np.array([p_value(estimates[key]) for key in keys])
    significant = holm(p, significance)
    tests: list[dict[tuple[int, int], PairwiseTest]] = [{} for _ in families]
    for step, position in enumerate(np.argsort(p, kind="stable")):
        table, a, b = key = keys[position]
        identical = not (families[table].gains[a] != families[table].gains[b]).any()
        level = significance / (len(keys) - step)
        tests[table][a, b] = PairwiseTest(a, b, estimates[key], level, bool(significant[position]), identical)
    return [[by_pair[pair] for pair in sorted(by_pair)] for by_pair in tests]


def holm(p: Reals, level: float = 0.05) -> Reals:
    r"""Which hypotheses are rejected by Holm's procedure [Holm1979]_, shape of `p`.

    The chance of any false rejection is at most `level`, under any dependence between the tests.

    Parameters
    ----------
    p : array
        P-values, shape [tests].
    level : float
        Family-wise error rate. [0-1]

    Notes
    -----
    The j-th smallest of m p-values (j = 0, 1, ...) is compared with :math:`\alpha / (m - j)`, until the first that is
    larger.

    References
    ----------
    .. [Holm1979] Holm: A simple sequentially rejective multiple test procedure. Scand. J. Stat. 6.

    Examples
    --------
    >>> holm(np.array([0.04, 0.01, 0.03])).tolist()
    [False, True, False]
    """
    order = np.argsort(p, kind="stable")
    within = p[order] <= level / np.arange(len(p), 0, -1)
    rejected = np.zeros(len(p), dtype=bool)
    rejected[order] = np.logical_and.accumulate(within)
    return rejected


def _difference(family: PolicyGains, a: int, b: int) -> MeanEstimate:
    """Mean paired difference of two policies."""
    return estimate_mean(family.gains[a] - family.gains[b], family.draw, family.method)


def not_distinguishable_from_best(gains: Reals, tests: Sequence[PairwiseTest]) -> list[int]:
    """Policies that do not differ significantly from the one with the best mean.

    Parameters
    ----------
    gains : array
        One outcome, shape [policies, runs].
    tests : sequence of PairwiseTest
        Tests of all pairs.

    Returns
    -------
    list of int
        Positions, the best mean first. A single position is a clear winner.
    """
    top = int(gains.mean(axis=1).argmax())
    tied = [
        pair.second if pair.first == top else pair.first
        for pair in tests
        if top in (pair.first, pair.second) and not pair.significant
    ]
    return [top, *tied]
