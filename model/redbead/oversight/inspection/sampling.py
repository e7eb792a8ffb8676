"""Rules of sampling: the probability that a case is judged poor, and the share of poor cases in a sample (E31)."""

from __future__ import annotations

import math

import numpy as np

from redbead import rng
from redbead.jit import rule
from redbead.oversight.inspection.parameters import Inspection
from redbead.state.maths import logistic, logit


@rule
def poor_share(
    visible: float, transient: float, leniency: float, odds: float, disclosed: float, c: Inspection
) -> float:
    r"""Probability that inspectors judge a sampled case poor.

    Parameters
    ----------
    visible : float
        Visible quality of the service, 1 at the reference. [ratio]
    transient : float
        Passing state of the service in the weeks of the visit. [logit]
    leniency : float
        Severity of the inspectors compared with the average inspector. [logit]
    odds : float
        Odds ratio of selecting a poor case; 1 for a representative sample. [ratio]
    disclosed : float
        Effect of problems that the authority discloses. [logit]
    c : Inspection
        Coefficients: ``poor_share`` and ``poor_slope``.

    Returns
    -------
    float
        Probability that the case is judged poor. [0-1]

    Notes
    -----
    Equation E31:

    .. math:: \operatorname{logit} \pi = \operatorname{logit} \pi_0 - k_Q (V - 1) + \ln \omega + \tau + \nu + d

    where :math:`V` is visible quality, :math:`\omega` the odds ratio, :math:`\tau` the passing state, :math:`\nu` the
    leniency and :math:`d` the effect of disclosure. At visible quality 1, with a representative sample and all other
    terms 0, the probability equals :math:`\pi_0`.

    References
    ----------
    ofsted-outcomes-2025, bokhove-2023, science-notes

    Examples
    --------
    >>> round(poor_share(1.0, 0.0, 0.0, 1.0, 0.0, Inspection(poor_share=0.2)), 6)
    0.2
    """
    z = logit(c.poor_share) - c.poor_slope * (visible - 1.0) + math.log(odds)
    return logistic(z + transient + leniency + disclosed)


@rule
def sample_correlation(c: Inspection) -> float:
    r"""Correlation between the cases of one sample.

    Parameters
    ----------
    c : Inspection
        Coefficients: ``clustering`` and ``stratified``.

    Returns
    -------
    float
        Intraclass correlation. [icc]

    Notes
    -----
    Equation E181:

    .. math:: \rho = \rho_0 (1 - u)

    Cases of one sample come from few teams and are therefore correlated. A sample that is stratified over all teams
    (:math:`u = 1`) has no such correlation.

    References
    ----------
    ofsted-outcomes-2025, ofsted-handbook-2017, science-notes

    Examples
    --------
    >>> sample_correlation(Inspection(clustering=0.1)), sample_correlation(Inspection(clustering=0.1, stratified=1.0))
    (0.1, 0.0)
    """
    return c.clustering * (1.0 - c.stratified)


@rule
def sampled_share(
    seed: np.uint64, name: int, week: int, who: int, n: int, usual: float, nominated: float, c: Inspection
) -> float:
    r"""Share of poor cases in a random sample.

    Parameters
    ----------
    seed : numpy.uint64
        Seed of the run.
    name : int
        Number of the draw, such as ``rng.SAMPLE``.
    week : int
        Week of the visit. [week]
    who : int
        Row of the authority.
    n : int
        Cases in the sample. [cases]
    usual : float
        Probability that a case selected by inspectors is poor. [0-1]
    nominated : float
        Probability that a case nominated by the authority is poor. [0-1]
    c : Inspection
        Coefficients: ``nominated``, ``clustering`` and ``stratified``.

    Returns
    -------
    float
        Share of poor cases. [0-1]

    Notes
    -----
    Part of equation E31:

    .. math::

        x = \frac{X_1 + X_2}{n}, \quad
        X_1 \sim \mathrm{BetaBinomial}(n - m, \pi_1, \rho), \quad
        X_2 \sim \mathrm{BetaBinomial}(m, \pi_2, \rho)

    where :math:`m` is the number of nominated cases, rounded, and :math:`\rho` the correlation of E181. Both counts use
    inversion, so with common random numbers the share never falls when a probability rises.

    References
    ----------
    ofsted-handbook-2017, ofsted-reply-2017

    Examples
    --------
    >>> sampled_share(1, rng.SAMPLE, 0, 0, 27, 0.0, 0.0, Inspection())
    0.0
    """
    icc = sample_correlation(c)
    chosen = int(c.nominated * n + 0.5)
    u, v = rng.pair(seed, name, week, who)
    poor = rng.beta_binomial(u, n - chosen, usual, icc)
    if chosen > 0:
        poor += rng.beta_binomial(v, chosen, nominated, icc)
    return poor / n


@rule
def averaging_factor(snapshots: float) -> float:
    r"""Standard deviation of a mean over several visits, relative to that of one visit.

    Parameters
    ----------
    snapshots : float
        Number of visits that contribute to one judgement. [visits]

    Returns
    -------
    float
        Ratio of the standard deviations. [ratio]

    Notes
    -----
    Equation E182:

    .. math:: f = 1 / \sqrt{k}

    The visits take place months apart and different inspectors carry them out. Leniency and passing states of the
    service, which last only weeks, are therefore independent between visits. With one visit the factor is 1.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> averaging_factor(1.0), averaging_factor(4.0)
    (1.0, 0.5)
    """
    return 1.0 / math.sqrt(snapshots)


@rule
def pooled_share(share: float, n: int, further: float, more: int) -> float:
    r"""Share of poor cases in two samples together.

    Parameters
    ----------
    share, further : float
        Share of poor cases in the first and in the second sample. [0-1]
    n, more : int
        Size of the first and of the second sample. [cases]

    Returns
    -------
    float
        Pooled share of poor cases. [0-1]

    Notes
    -----
    Equation E184:

    .. math:: x = \frac{\lfloor x_1 n_1 + \frac{1}{2} \rfloor + \lfloor x_2 n_2 + \frac{1}{2} \rfloor}{n_1 + n_2}

    The shares are first converted back to whole cases, so rounding errors do not accumulate.

    References
    ----------
    ofsted-handbook-2017

    Examples
    --------
    >>> pooled_share(9 / 27, 27, 0.0, 27) == 9 / 54
    True
    """
    return (int(share * n + 0.5) + int(further * more + 0.5)) / (n + more)
