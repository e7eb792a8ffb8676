"""Random numbers keyed by their purpose, so that policies can be compared with common random numbers.

Every draw is a pure function of the seed, the name of the draw, the week and the person. It does not depend on the
order of calls, on threads or on the machine. An additional worker changes no draw of another worker, and two policies
with the same seed use the same random numbers for the same decision (common random numbers).

The generator is Threefry-2x64 with 13 rounds [Salmon2011]_. The key is (seed, name) and the counter is (person, week),
so no two draws of a run use the same block. Counts are drawn by inversion of one uniform number and therefore never
fall when their rate rises.

.. [Salmon2011] Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3. SC '11.
   Known answers: kat_vectors of the Random123 distribution.
.. [Wichura1988] Wichura: Algorithm AS 241, the percentage points of the normal distribution. Appl. Stat. 37.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from redbead.jit import rule

(
    REFERRALS, ALLOCATION, CLOSURE, ERRORS, SEVERITY, RECOGNITION, REPORT, PASS_UP, SANCTION, FATE, APPEAL, LEAVING,
    HIRING, AGENCY, PERSON, MANAGER_LEAVING, MANAGER_PERSON, LEADER_LEAVING, LEADER_PERSON, DISMISSAL, PUBLICITY,
    VISIT_DATE, INSPECTOR, SAMPLE, MONITORING, EXPOSURE, TAKEOVER, APPEAL_SAMPLE, START,
) = range(1, 30)  # fmt: skip
(
    TRANSIENT, GRAVITY, DISMISSED, ABANDONED, STRUCTURE, DESIGN, CRAFT, FAMILIES, COMMITMENT, REFORM, UNEVEN,
    MORE_CASES, INTERIM, PRONENESS, INCIDENTS, CASE_HOLDER, EXPOSURE_OF_STAFF, FORMAL_ACTION, SUSPENSION,
    FORMAL_OUTCOME, REPROACH, CHANNEL, RETALIATION, ANALYSIS, PEER_NOTICE, PEER_RESPONSE, PEER_WRONG,
    MANAGER_SANCTION, HANDOVER, CASES_OF_STARTER, SICKNESS,
) = range(31, 62)  # fmt: skip
"""Names of the draws. Numbers never change; a new name takes the next one."""

MAX_SEED: Final = 2**64 - 1

_PARITY = np.uint64(0x1BD11BDAA9FC1A22)
_UNIT = 1.0 / 9007199254740992.0  # 2**-53
_KEEP = np.uint64(11)
_NAME = np.uint64(40)
_WORD = np.uint64(64)


@rule
def _mix(x: np.uint64, y: np.uint64, turn: int) -> tuple[np.uint64, np.uint64]:
    """Return one round of Threefry: add, rotate by ``turn`` bits, exclusive or."""
    left = np.uint64(turn)
    x = x + y
    y = (y << left) | (y >> (_WORD - left))
    return x, x ^ y


@rule
def threefry(key0: np.uint64, key1: np.uint64, x: np.uint64, y: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Threefry-2x64 generator with 13 rounds: two random words for a key and a counter of two words [Salmon2011]_."""
    key2 = _PARITY ^ key0 ^ key1
    x, y = x + key0, y + key1
    x, y = _mix(x, y, 16)
    x, y = _mix(x, y, 42)
    x, y = _mix(x, y, 12)
    x, y = _mix(x, y, 31)
    x, y = x + key1, y + key2 + np.uint64(1)
    x, y = _mix(x, y, 16)
    x, y = _mix(x, y, 32)
    x, y = _mix(x, y, 24)
    x, y = _mix(x, y, 21)
    x, y = x + key2, y + key0 + np.uint64(2)
    x, y = _mix(x, y, 16)
    x, y = _mix(x, y, 42)
    x, y = _mix(x, y, 12)
    x, y = _mix(x, y, 31)
    x, y = x + key0, y + key1 + np.uint64(3)
    return _mix(x, y, 16)


@rule
def pair(seed: np.uint64, name: int, week: int, who: int) -> tuple[float, float]:
    """Two independent uniform random numbers for one decision.

    Parameters
    ----------
    seed : numpy.uint64
        Seed of the run.
    name : int
        Number of the draw, such as ``REFERRALS``.
    week : int
        Week of the decision. [week]
    who : int
        Row of the authority, key of the person, or key of the error.

    Returns
    -------
    tuple of float
        Two numbers strictly between 0 and 1. [0-1]

    Notes
    -----
    The name is in the high bits of its word of the key. The generator begins by adding key and counter, so successive
    names in successive weeks would otherwise be correlated (decision 0017).
    """
    x, y = threefry(np.uint64(seed), np.uint64(name) << _NAME, np.uint64(who), np.uint64(week))
    return (np.float64(x >> _KEEP) + 0.5) * _UNIT, (np.float64(y >> _KEEP) + 0.5) * _UNIT


@rule
def uniform(seed: np.uint64, name: int, week: int, who: int) -> float:
    """Uniform random number strictly between 0 and 1 for one decision, with the parameters of :func:`pair`. [0-1]"""
    return pair(seed, name, week, who)[0]


@rule
def person(post: int, spell: int) -> int:
    """Key of one person: a successor in the same post has another key and independent random numbers.

    Parameters
    ----------
    post : int
        Row of the post.
    spell : int
        Number of people who held the post before.

    Returns
    -------
    int
        Unique key.

    Examples
    --------
    >>> person(3, 0), person(3, 1) == 3 + 2**32
    (3, True)
    """
    return post + spell * 4294967296


@rule
def log_gamma(x: float) -> float:
    """Logarithm of the gamma function for a positive argument, with a relative error of about 1e-13. [log]

    Notes
    -----
    Uses Stirling's series for arguments from 10. The functions of Python and C differ in the last bits; this function
    gives the same result whether or not it is compiled.

    Examples
    --------
    >>> round(log_gamma(5.0), 9) == round(math.log(24.0), 9)
    True
    """
    product = 1.0
    while x < 10.0:
        product *= x
        x += 1.0
    r = 1.0 / (x * x)
    series = (((r / 1188.0 - 1.0 / 1680.0) * r + 1.0 / 1260.0) * r - 1.0 / 360.0) * r + 1.0 / 12.0
    return (x - 0.5) * math.log(x) - x + 0.9189385332046728 + series / x - math.log(product)


@rule
def poisson(u: float, mean: float) -> int:
    """Poisson count by inversion: the smallest k with P(X <= k) >= u.

    Parameters
    ----------
    u : float
        Uniform random number. [0-1]
    mean : float
        Mean of the distribution. [count]

    Returns
    -------
    int
        Count. [count]

    Notes
    -----
    For means above 500 the first term is computed from its logarithm, which avoids underflow. The sum ends where the
    remaining probability is below the resolution of a double.

    Examples
    --------
    >>> [poisson(u, 2.0) for u in (0.1, 0.13533, 0.5, 0.99)]
    [0, 0, 2, 6]
    """
    if mean <= 0.0 or u <= 1.0 - mean:  # exp(-mean) >= 1 - mean, so the exponential is rarely needed
        return 0
    k = 0
    if mean <= 500.0:
        p = math.exp(-mean)
    else:  # avoid underflow: start 25 sd below the mean, where the tail is below 1e-130
        k = max(0, int(mean - 25.0 * math.sqrt(mean)))
        p = math.exp(-mean + k * math.log(mean) - log_gamma(k + 1.0))
    total = p
    last = mean + 40.0 * math.sqrt(mean) + 40.0
    while u > total and k < last:
        k += 1
        p *= mean / k
        total += p
    return k


@rule
def _power(base: float, n: int) -> float:
    """Return ``base`` to the power of the integer ``n`` by squaring: six steps suffice for ordinary caseloads."""
    result = 1.0
    for _ in range(6):
        result *= base if n % 2 == 1 else 1.0
        base *= base
        n //= 2
    while n > 0:
        result *= base if n % 2 == 1 else 1.0
        base *= base
        n //= 2
    return result


@rule
def binomial(u: float, n: int, p: float) -> int:
    """Binomial count by inversion: the smallest k with P(X <= k) >= u.

    Parameters
    ----------
    u : float
        Uniform random number. [0-1]
    n : int
        Number of trials. [count]
    p : float
        Probability of success. [0-1]

    Returns
    -------
    int
        Count. [count]

    Examples
    --------
    >>> [binomial(u, 27, 0.2) for u in (0.002, 0.5, 0.926, 0.927)]
    [0, 5, 8, 9]
    """
    if n <= 0 or u <= 1.0 - n * p:  # (1 - p) ** n >= 1 - n p, so the power is rarely needed
        return 0
    if p >= 1.0:
        return n
    odds = p / (1.0 - p)
    k = 0
    if n * p < 300.0 * (1.0 - p):
        term = _power(1.0 - p, n)
    else:  # avoid underflow: start 25 sd below the mean
        k = max(0, int(n * p - 25.0 * math.sqrt(n * p * (1.0 - p))))
        choose = log_gamma(n + 1.0) - log_gamma(k + 1.0) - log_gamma(n - k + 1.0)
        term = math.exp(choose + k * math.log(p) + (n - k) * math.log1p(-p))
    total = term
    while u > total and k < n:
        term *= odds * (n - k) / (k + 1.0)
        k += 1
        total += term
    return k


@rule
def beta_binomial(u: float, n: int, p: float, icc: float) -> int:
    """Beta-binomial count by inversion, for correlated trials.

    Parameters
    ----------
    u : float
        Uniform random number. [0-1]
    n : int
        Number of trials. [count]
    p : float
        Mean probability of success. [0-1]
    icc : float
        Correlation between two trials; 0 gives the binomial distribution. [icc]

    Returns
    -------
    int
        Count. [count]

    Notes
    -----
    The beta distribution has mean ``p`` and ``a + b = 1 / icc - 1``.

    Examples
    --------
    >>> beta_binomial(0.5, 27, 0.2, 0.0) == binomial(0.5, 27, 0.2)
    True
    """
    if icc <= 0.0 or n <= 1 or p <= 0.0 or p >= 1.0:
        return binomial(u, n, p)
    if icc >= 1.0:  # all trials have the same outcome
        return n if u > 1.0 - p else 0
    size = 1.0 / icc - 1.0
    a, b = p * size, (1.0 - p) * size
    log_term = log_gamma(b + n) - log_gamma(b) - log_gamma(size + n) + log_gamma(size)
    term = math.exp(log_term)
    total = term
    k = 0
    while u > total and k < n:
        remaining = b + n - k - 1.0
        if remaining <= 0.0:  # p is so near 1 that b is lost in rounding: the rest of the distribution is at n
            return n
        term *= (n - k) * (a + k) / ((k + 1.0) * remaining)
        k += 1
        total += term
    return k


@rule
def _ratio(r: float, top: tuple[float, ...], bottom: tuple[float, ...]) -> float:
    """Return the quotient of two polynomials in ``r``, with the constant terms first."""
    a = b = 0.0
    for i in range(len(top) - 1, -1, -1):
        a = a * r + top[i]
        b = b * r + bottom[i]
    return a / b


_CENTRE = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3),
)  # fmt: skip
_MIDDLE = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9),
)  # fmt: skip
_TAIL = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15),
)  # fmt: skip


@rule
def normal(u: float) -> float:
    """Quantile of the standard normal distribution, by algorithm AS 241 [Wichura1988]_.

    Parameters
    ----------
    u : float
        Probability. [0-1]

    Returns
    -------
    float
        Quantile, with a relative error of about 1e-16. [sd]

    Examples
    --------
    >>> round(normal(0.975), 6), normal(0.5)
    (1.959964, 0.0)
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(0.180625 - q * q, _CENTRE[0], _CENTRE[1])
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    size = _ratio(r - 1.6, _MIDDLE[0], _MIDDLE[1]) if r <= 5.0 else _ratio(r - 5.0, _TAIL[0], _TAIL[1])
    return -size if q < 0.0 else size
