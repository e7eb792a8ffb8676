"""Draws with neighbouring names and weeks are independent, including the tails (decision 0017)."""

import math

import numpy as np
import pytest

from redbead import rng
from redbead.jit import kernel

N = 6_000_000
SIX_SIGMA = 6.0


TAIL = 0.02


@kernel
def add_draws(sums, n, seed, name, week, other_name, other_week):
    """Draw pairs for errors with keys author + (number + born * 256) * 2**32, as in ``error_key``, and add them up.

    ``sums`` are the number of pairs in both tails, and the sums of a, b, a^2, b^2 and a b, with 1/2 subtracted.
    """
    for k in range(n):
        who = k % 120 + ((k // 120) % 2 + (k // 240) * 256) * 4294967296
        a = rng.uniform(seed, name, week, who)
        b = rng.uniform(seed, other_name, other_week, who)
        sums[0] += 1.0 if a < TAIL and b < TAIL else 0.0
        a -= 0.5
        b -= 0.5
        sums[1] += a
        sums[2] += b
        sums[3] += a * a
        sums[4] += b * b
        sums[5] += a * b


def tail_z(pairs, n=N):
    """Return the deviation of the number of pairs in both tails from independence. [standard errors]"""
    expected = n * TAIL * TAIL
    return (pairs - expected) / math.sqrt(expected)


def correlation_z(sums):
    """Return the correlation of the pairs. [standard errors]"""
    _, a, b, aa, bb, ab = sums
    covariance, variances = ab / N - a * b / N**2, (aa / N - (a / N) ** 2) * (bb / N - (b / N) ** 2)
    return covariance / math.sqrt(variances) * math.sqrt(N)


STEPS = [(1, -1), (1, 0), (0, 1), (1, 1), (2, -2)]
"""Differences of name and week. If the name were in the low bits, the first would correlate draws."""
NAMES = [rng.FATE, rng.SANCTION, rng.RECOGNITION, rng.REPORT, rng.PASS_UP, rng.CLOSURE]


@pytest.mark.parametrize(
    ("name", "step"),
    [(name, step) for step in STEPS for name in NAMES if step == STEPS[0] or name == NAMES[0]]
    + [pytest.param(name, step, marks=pytest.mark.slow) for step in STEPS[1:] for name in NAMES[1:]],
)
def test_neighbouring_draws_are_independent(name, step):
    sums = np.zeros(6)
    add_draws(sums, N, np.uint64(7), name, 300, name + step[0], 300 + step[1])
    assert abs(tail_z(sums[0])) < SIX_SIGMA
    assert abs(correlation_z(sums)) < SIX_SIGMA


def test_sums_are_those_of_numpy():
    """The sums of the kernel, for 1,000 pairs."""
    sums, n = np.zeros(6), 1000
    add_draws(sums, n, np.uint64(7), rng.FATE, 300, rng.SANCTION, 301)
    who = [k % 120 + ((k // 120) % 2 + (k // 240) * 256) * 2**32 for k in range(n)]
    with np.errstate(over="ignore"):
        a, b = (
            np.array([rng.uniform(np.uint64(7), name, week, key) for key in who])
            for name, week in ((rng.FATE, 300), (rng.SANCTION, 301))
        )
    tails = ((a < TAIL) & (b < TAIL)).sum()
    a, b = a - 0.5, b - 0.5
    np.testing.assert_allclose(sums, [tails, a.sum(), b.sum(), (a * a).sum(), (b * b).sum(), (a * b).sum()], atol=1e-9)


def test_name_in_low_bits_would_correlate_neighbouring_draws():
    """With the name in the low bits, week + name is the same sum for (n, t) and (n + 1, t - 1)."""
    n = N // 4
    k = np.arange(n)

    def plain(name, week):
        with np.errstate(over="ignore"):
            who = k % 120 + ((k // 120) % 2 + (k // 240) * 256) * 4294967296
            bits, _ = rng.threefry(np.uint64(7), np.uint64(name), who.astype(np.uint64), np.uint64(week))
        return (bits >> np.uint64(11)) / 2.0**53

    both = (plain(rng.REPORT, 300) < TAIL) & (plain(rng.RECOGNITION, 301) < TAIL)
    assert abs(tail_z(np.count_nonzero(both), n)) > SIX_SIGMA
