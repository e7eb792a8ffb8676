"""Draws with neighbouring names and weeks are independent, including the tails (decision 0017)."""

import math

import numpy as np
import pytest

from redbead import rng
from redbead.jit import kernel

N = 6_000_000
SIX_SIGMA = 6.0


@kernel
def fill(out, seed, name, week):
    """Draw for errors with keys author + (number + born * 256) * 2**32, as in ``error_key``."""
    for k in range(out.size):
        who = k % 120 + ((k // 120) % 2 + (k // 240) * 256) * 4294967296
        out[k] = rng.uniform(seed, name, week, who)


def uniforms(name, week):
    out = np.empty(N)
    fill(out, np.uint64(7), name, week)
    return out


def tail_z(a, b, tail=0.02):
    """Return the deviation of the joint frequency of both tails from independence. [standard errors]"""
    expected = N * tail * tail
    return (np.count_nonzero((a < tail) & (b < tail)) - expected) / math.sqrt(expected)


@pytest.mark.parametrize("step", [(1, -1), (1, 0), (0, 1), (1, 1), (2, -2)])
@pytest.mark.parametrize("name", [rng.FATE, rng.SANCTION, rng.RECOGNITION, rng.REPORT, rng.PASS_UP, rng.CLOSURE])
def test_neighbouring_draws_are_independent(name, step):
    a, b = uniforms(name, 300), uniforms(name + step[0], 300 + step[1])
    assert abs(tail_z(a, b)) < SIX_SIGMA
    assert abs(np.corrcoef(a, b)[0, 1]) * math.sqrt(N) < SIX_SIGMA


def test_name_in_low_bits_would_correlate_neighbouring_draws():
    """With the name in the low bits, week + name is the same sum for (n, t) and (n + 1, t - 1)."""

    def plain(name, week):
        with np.errstate(over="ignore"):
            who = np.arange(N) % 120 + ((np.arange(N) // 120) % 2 + (np.arange(N) // 240) * 256) * 4294967296
            bits, _ = rng.threefry(np.uint64(7), np.uint64(name), who.astype(np.uint64), np.uint64(week))
        return (bits >> np.uint64(11)) / 2.0**53

    assert abs(tail_z(plain(rng.REPORT, 300), plain(rng.RECOGNITION, 301))) > SIX_SIGMA
