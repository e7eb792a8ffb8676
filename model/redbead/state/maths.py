"""Arithmetic shared by rules: limits, the logistic curve, smoothing, weekly probabilities, and work pressure."""

from __future__ import annotations

import math

from redbead.jit import rule
from redbead.state.constants import MOST_PRESSURE


@rule
def clip01(x: float) -> float:
    r"""Value limited to the range from 0 to 1.

    Parameters
    ----------
    x : float
        Any number.

    Returns
    -------
    float
        The nearest number in the range. [0-1]

    Notes
    -----
    Equation E210:

    .. math:: y = \min(1, \max(0, x))

    References
    ----------
    Definition.

    Examples
    --------
    >>> clip01(-0.2), clip01(0.3), clip01(1.2)
    (0.0, 0.3, 1.0)
    """
    return min(1.0, max(0.0, x))


@rule
def logistic(z: float) -> float:
    r"""Logistic function, safe from overflow for any argument.

    Parameters
    ----------
    z : float
        Log-odds. [log-odds]

    Returns
    -------
    float
        Probability. [0-1]

    Notes
    -----
    Equation E211:

    .. math:: \sigma(z) = \frac{1}{1 + e^{-z}}

    The argument is limited to the range from -700 to 700.

    References
    ----------
    Definition.

    Examples
    --------
    >>> logistic(0.0), logistic(-800.0) < 1e-300
    (0.5, True)
    """
    return 1.0 / (1.0 + math.exp(-min(700.0, max(-700.0, z))))


@rule
def logit(p: float) -> float:
    r"""Log-odds of a probability.

    Parameters
    ----------
    p : float
        Probability. [0-1]

    Returns
    -------
    float
        Log-odds. [log-odds]

    Notes
    -----
    Equation E212:

    .. math:: \operatorname{logit}(p) = \ln\frac{p}{1 - p}

    The probability is limited to the range from 1e-12 to 1 - 1e-12, so the result is finite.

    References
    ----------
    Definition.

    Examples
    --------
    >>> logit(0.5)
    0.0
    """
    p = min(1.0 - 1e-12, max(1e-12, p))
    return math.log(p / (1.0 - p))


@rule
def work_pressure(hours_needed: float, hours_available: float) -> float:
    r"""Ratio of the hours that the work needs to the hours available.

    Parameters
    ----------
    hours_needed, hours_available : float
        Hours that open cases need, and hours available for them. [hours/week]

    Returns
    -------
    float
        Work pressure, limited to ``MOST_PRESSURE``. [ratio]

    Notes
    -----
    Equation E5:

    .. math:: P = \min\left(10^6,\; \frac{h_{needed}}{\max(10^{-9}, h_{available})}\right)

    At the reference, ``hours_per_case`` is calibrated so that :math:`P = 1`.

    References
    ----------
    oliva-sterman-2001

    Examples
    --------
    >>> work_pressure(37.0, 37.0), work_pressure(37.0, 0.0), work_pressure(0.0, 0.0)
    (1.0, 1000000.0, 0.0)
    """
    return min(MOST_PRESSURE, hours_needed / max(1e-9, hours_available))


@rule
def log_pressure(pressure: float) -> float:
    r"""Natural logarithm of work pressure, with a lower limit.

    Parameters
    ----------
    pressure : float
        Hours needed over hours available; 1 at the reference. [ratio]

    Returns
    -------
    float
        Logarithm of work pressure, 0 at the reference. [log]

    Notes
    -----
    Equation E213:

    .. math:: \ell = \ln \max(0.05, P)

    The lower limit keeps the logarithm finite when a service has no cases.

    References
    ----------
    Definition.

    Examples
    --------
    >>> log_pressure(1.0)
    0.0
    """
    return math.log(max(0.05, pressure))


@rule
def spread_over(reference_posts: float, posts: float) -> float:
    r"""Effect of one event on each worker of an authority, relative to the reference authority.

    Parameters
    ----------
    reference_posts : float
        Posts of the reference authority. [posts]
    posts : float
        Posts of this authority. [posts]

    Returns
    -------
    float
        Relative effect, at most 1. [0-1]

    Notes
    -----
    Equation E214:

    .. math:: s = \min(1, N_0 / N)

    An event affects each worker less in a larger authority, but not more in a smaller one.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> spread_over(120.0, 240.0), spread_over(120.0, 24.0)
    (0.5, 1.0)
    """
    return min(1.0, reference_posts / posts)


@rule
def approach(tau: float) -> float:
    r"""Share of a gap that first-order smoothing closes in one week.

    Parameters
    ----------
    tau : float
        Time constant. [weeks]

    Returns
    -------
    float
        Share of the gap. [share/week]

    Notes
    -----
    Equation E215, the exact solution of :math:`\dot x = (x^* - x)/\tau` over one week:

    .. math:: \alpha = 1 - e^{-1/\tau}

    References
    ----------
    Definition.

    Examples
    --------
    >>> round(approach(52.0), 4)
    0.019
    """
    return 1.0 - math.exp(-1.0 / tau)


@rule
def chance(hazard: float) -> float:
    r"""Probability that an event occurs within one week.

    Parameters
    ----------
    hazard : float
        Hazard of the event. [1/week]

    Returns
    -------
    float
        Probability per week. [0-1/week]

    Notes
    -----
    Equation E216:

    .. math:: p = 1 - e^{-h}

    References
    ----------
    Definition.

    Examples
    --------
    >>> chance(0.0), round(chance(0.1), 4)
    (0.0, 0.0952)
    """
    return 1.0 - math.exp(-hazard)
