"""Random numbers: known answers of the generator, exact inversions, and independent streams."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from redbead import rng
from redbead.jit import kernel

ONES = 2**64 - 1
# Random123, kat_vectors, lines "threefry2x64 13": counter, key, answer.
KNOWN = [
    ((0, 0), (0, 0), (0xF167B032C3B480BD, 0xE91F9FEE4B7A6FB5)),
    ((ONES, ONES), (ONES, ONES), (0xCCDEC5C917A874B1, 0x4DF53ABCA26CEB01)),
    (
        (0x243F6A8885A308D3, 0x13198A2E03707344),
        (0xA4093822299F31D0, 0x082EFA98EC4E6C89),
        (0xC3AAC71561042993, 0x3FE7AE8801AFF316),
    ),
]
DRAWS = 1_000_000
SIGMA = 6.0
"""Limit in standard errors: a correct generator exceeds it once in 500 million tests."""


@kernel
def blocks(keys, counters, out):
    """Compute Threefry for each row in compiled code."""
    for i in range(out.shape[0]):
        x, y = rng.threefry(keys[i, 0], keys[i, 1], counters[i, 0], counters[i, 1])
        out[i, 0] = x
        out[i, 1] = y


@kernel
def fill(out, seed, name, week, who, step):
    """Draw along one axis of the key; ``step`` is the change of seed, name, week and person from draw to draw."""
    for i in range(out.shape[0]):
        u, v = rng.pair(seed + np.uint64(i * step[0]), name + i * step[1], week + i * step[2], who + i * step[3])
        out[i, 0] = u
        out[i, 1] = v


@kernel
def counts(us, mean, n, p, icc, out):
    """Compute the three inversions in compiled code."""
    for i in range(us.size):
        out[i, 0] = rng.poisson(us[i], mean)
        out[i, 1] = rng.binomial(us[i], n, p)
        out[i, 2] = rng.beta_binomial(us[i], n, p, icc)


def draws_along(axis, *, n=DRAWS, seed=1, name=7, week=3, who=5):
    """Return draws along one axis of the key."""
    out = np.empty((n, 2))
    step = np.array([axis == "seed", axis == "name", axis == "week", axis == "who"], dtype=np.int64)
    fill(out, np.uint64(seed), name, week, who, step)
    return out


# Generator


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_threefry_matches_random123_in_python(counter, key, answer):
    with np.errstate(over="ignore"):
        words = rng.threefry(*map(np.uint64, key), *map(np.uint64, counter))
    assert tuple(map(int, words)) == answer


def test_threefry_matches_random123_compiled():
    out = np.zeros((len(KNOWN), 2), dtype=np.uint64)
    keys, counters = (np.array([row[k] for row in KNOWN], dtype=np.uint64) for k in (1, 0))
    blocks(keys, counters, out)
    assert [tuple(map(int, row)) for row in out] == [answer for _, _, answer in KNOWN]


def test_pair_uses_seed_and_name_as_key_and_person_and_week_as_counter():
    """By definition, a uniform number is the top 53 bits of a word, at the centre of its cell."""
    with np.errstate(over="ignore"):
        words = rng.threefry(np.uint64(11), np.uint64(rng.REPORT << 40), np.uint64(42), np.uint64(7))
        pair = rng.pair(np.uint64(11), rng.REPORT, 7, 42)
    assert pair == tuple(((int(word) >> 11) + 0.5) / 2**53 for word in words)


@pytest.mark.parametrize("axis", ["seed", "name", "week", "who"])
def test_pair_is_identical_in_python_and_compiled_code(axis):
    compiled = draws_along(axis, n=50)
    with np.errstate(over="ignore"):
        for i in range(50):
            at = {"seed": 1, "name": 7, "week": 3, "who": 5}
            at[axis] += i
            assert rng.pair(np.uint64(at["seed"]), at["name"], at["week"], at["who"]) == tuple(compiled[i])


def test_uniform_lies_strictly_between_0_and_1():
    """Even the smallest and largest words give numbers strictly inside, so logarithms and quantiles are finite."""
    assert (0 + 0.5) * rng._UNIT > 0.0
    assert (np.float64(2**53 - 1) + 0.5) * rng._UNIT <= 1.0
    draws = draws_along("who")
    assert draws.min() > 0.0
    assert draws.max() < 1.0


def test_every_draw_has_a_unique_number():
    names = {k: v for k, v in vars(rng).items() if k.isupper() and isinstance(v, int) and k != "MAX_SEED"}
    assert len(names) >= 30
    assert len(set(names.values())) == len(names)


def test_person_keys_are_unique():
    """The key is unique for each post and spell, for up to 2**32 posts."""
    keys = {rng.person(post, spell) for post in (0, 1, 19_999, 2**32 - 1) for spell in (0, 1, 2, 500)}
    assert len(keys) == 16


# Inversion: the smallest k with P(X <= k) >= u


def is_inverse(ks, us, cdf, slack=1e-9):
    """Whether each k is the smallest with cdf(k) >= u, except for rounding of the sum."""
    return np.all(cdf(ks) >= us - slack) and np.all((ks == 0) | (cdf(ks - 1) < us + slack))


US = np.concatenate([np.random.default_rng(3).random(2000), [1e-12, 1e-6, 0.5, 1 - 1e-6, 1 - 1e-12]])


@pytest.mark.cases("mean", [0.003, 0.5, 2.0, 30.0, 499.0, 501.0, 4464.0, 1e5])
def test_poisson_matches_scipy(mean):
    us = US if mean < 1000.0 else US[-205:]  # each draw of a large mean adds thousands of terms
    ks = np.array([rng.poisson(u, mean) for u in us])
    assert is_inverse(ks, us, lambda k: stats.poisson.cdf(k, mean))
    assert (ks != stats.poisson.ppf(us, mean)).mean() < 0.005  # rounding at steps


def test_poisson_is_zero_for_a_mean_of_zero_or_less():
    assert [rng.poisson(0.999999, mean) for mean in (0.0, -1.0)] == [0, 0]


@pytest.mark.cases(("n", "p"), [(1, 0.5), (27, 0.2), (27, 0.999), (400, 0.3), (120_000, 0.0250), (5000, 0.9)])
def test_binomial_matches_scipy(n, p):
    ks = np.array([rng.binomial(u, n, p) for u in US])
    assert is_inverse(ks, US, lambda k: stats.binom.cdf(k, n, p))
    assert (ks <= n).all()


@pytest.mark.parametrize(("n", "p", "expected"), [(0, 0.5, 0), (9, 0.0, 0), (9, 1.0, 9), (9, 1.5, 9)])
def test_binomial_at_its_limits(n, p, expected):
    assert rng.binomial(0.7, n, p) == expected


@pytest.mark.parametrize(("n", "p", "icc"), [(27, 0.2, 0.05), (30, 0.5, 0.2), (120, 0.05, 0.01), (400, 0.3, 0.1)])
def test_beta_binomial_matches_scipy(n, p, icc):
    """The reference is betabinom of scipy with a + b = 1/icc - 1."""
    size = 1 / icc - 1
    distribution = stats.betabinom(n, p * size, (1 - p) * size)
    ks = np.array([rng.beta_binomial(u, n, p, icc) for u in US])
    assert is_inverse(ks, US, distribution.cdf, slack=1e-8)


def test_beta_binomial_at_correlation_0_and_1():
    """A correlation of 0 gives the binomial distribution; a correlation of 1 gives n with probability p."""
    assert [rng.beta_binomial(u, 27, 0.2, 0.0) for u in US] == [rng.binomial(u, 27, 0.2) for u in US]
    assert [rng.beta_binomial(u, 27, 0.2, 1.0) for u in (0.1, 0.79, 0.81)] == [0, 0, 27]


def test_normal_quantile_matches_scipy():
    """Algorithm AS 241 has an error of about 1e-16; it is compared with scipy in the centre, shoulders and tails."""
    us = np.concatenate([US, [1e-300, 1e-30, 0.075, 0.925, 1 - 1e-15]])
    quantiles = np.array([rng.normal(u) for u in us])
    np.testing.assert_allclose(quantiles, stats.norm.ppf(us), rtol=2e-14, atol=2e-15)


@pytest.mark.parametrize(
    ("mean", "n", "p", "icc"), [(0.16, 16, 0.025, 0.05), (46.0, 27, 0.2, 0.0), (4464.0, 5000, 0.4, 0.1)]
)
def test_counts_are_identical_in_python_and_compiled_code(mean, n, p, icc):
    """Compared outside the last 1e-6 of the tails."""
    us = US[(US > 1e-6) & (US < 1 - 1e-6)]
    us = us if mean < 1000.0 else us[:200]
    out = np.empty((us.size, 3), dtype=np.int64)
    counts(us, mean, n, p, icc, out)
    assert out.tolist() == [[rng.poisson(u, mean), rng.binomial(u, n, p), rng.beta_binomial(u, n, p, icc)] for u in us]


unit = st.floats(1e-9, 1 - 1e-9)


@given(unit, st.floats(0, 2000), st.floats(1e-6, 0.5))
def test_poisson_never_falls_with_its_mean(u, mean, more):
    """Common random numbers require that a higher rate never gives a smaller count for the same draw."""
    assert rng.poisson(u, mean) <= rng.poisson(u, mean * (1 + more))


@given(unit, st.integers(0, 2000), st.floats(0, 0.9), st.floats(1e-6, 0.1))
def test_binomial_never_falls_with_its_probability(u, n, p, more):
    assert rng.binomial(u, n, p) <= rng.binomial(u, n, p + more)


@given(unit, unit)
def test_normal_quantile_is_monotone(a, b):
    low, high = sorted([a, b])
    assert rng.normal(low) <= rng.normal(high)


# Quality of streams: chi-square in 50 bins, and correlations


def chi_square_sigmas(us):
    """Return the deviation of chi-square for 50 equal bins from its mean of 49. [standard deviations]"""
    observed = np.bincount((us * 50).astype(np.int64), minlength=50)
    expected = us.size / 50
    return (((observed - expected) ** 2 / expected).sum() - 49) / math.sqrt(2 * 49)


def correlation_sigmas(a, b):
    """Return the correlation of two streams. [standard errors]"""
    return np.corrcoef(a, b)[0, 1] * math.sqrt(a.size)


def largest_deviation(us, others=()):
    """Return the largest deviation: uniformity, correlation with later draws, and with other streams. [sigma]"""
    deviations = [chi_square_sigmas(us)]
    deviations += [correlation_sigmas(us[:-lag], us[lag:]) for lag in (1, 2, 16)]
    deviations += [correlation_sigmas(us, other) for other in others]
    return max(map(abs, deviations))


@pytest.mark.parametrize("axis", ["who", "week", "name", "seed"])
@pytest.mark.parametrize("word", [0, 1])
def test_streams_are_uniform_and_independent_of_neighbours(axis, word):
    """Tested along each axis of the key, and against streams one step away on the other axes."""
    base = {"seed": 1, "name": 7, "week": 3, "who": 5}
    others = [draws_along(axis, **(base | {other: base[other] + 1}))[:, word] for other in base if other != axis]
    draws = draws_along(axis)
    assert largest_deviation(draws[:, word], [*others, draws[:, 1 - word]]) < SIGMA


def test_philox_of_numpy_passes_the_same_test():
    """An established generator must pass; otherwise the test would be too strict."""
    first, *others = np.random.Generator(np.random.Philox(5)).random((5, DRAWS))
    assert largest_deviation(first, others) < SIGMA


@pytest.mark.parametrize(
    "bad",
    [
        lambda i: np.modf(i * 0.6180339887498949)[0],  # a Weyl sequence: uniform, but each draw determines the next
        lambda i: draws_along("who")[:, 0] ** 1.02,  # a slight bias towards small numbers
        lambda i: np.repeat(draws_along("who", n=DRAWS // 2)[:, 0], 2),  # two people with the same draws
    ],
    ids=["weyl", "biased", "shared"],
)
def test_poor_generators_fail_the_same_test(bad):
    """The test must be able to fail."""
    assert largest_deviation(bad(np.arange(DRAWS, dtype=np.float64))) > 2 * SIGMA


def test_copied_stream_fails_the_correlation_test():
    """A copy of another stream is uniform; only the correlation between streams detects it."""
    assert largest_deviation(draws_along("who")[:, 0], [draws_along("who")[:, 0]]) > SIGMA


@pytest.mark.parametrize("p", [5e-324, 1e-300, 1e-16, 1.0 - 2**-53, 1.0 - 2**-52])
@pytest.mark.parametrize("icc", [1e-12, 0.05, 0.5, 1.0 - 2**-53])
@pytest.mark.parametrize("n", [1, 2, 46, 400])
def test_counts_stay_in_range_for_probabilities_next_to_0_and_1(n, icc, p):
    for u in (0.0, 0.5, 1.0 - 2**-53):
        assert 0 <= rng.beta_binomial(u, n, p, icc) <= n
        assert 0 <= rng.binomial(u, n, p) <= n
