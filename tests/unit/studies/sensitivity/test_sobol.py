"""Shares of variance against textbook functions whose indices are known in closed form [Saltelli2008]_.

.. [Saltelli2008] Saltelli et al.: Global Sensitivity Analysis, the Primer: Ishigami's function and Sobol's g-function.
"""

import numpy as np
import pytest

from redbead.studies.sensitivity.sobol import chance_share, points, shares
from redbead.studies.sensitivity.spec import Factor

THREE = tuple(Factor(name, 0.5, 0.0, 1.0) for name in ("fear.blame", "fear.threat", "fear.floor"))
SAMPLES = 1024


def told(model, factors=THREE, runs=2):
    """The shares of a planted model without chance."""
    design = points(factors, SAMPLES, 3)
    values = model(design)
    return shares(factors, np.repeat(values[:, None, None, None], runs, axis=1), 3)


def recovered(found, first, total):
    """Whether all indices lie within 6 standard errors of the truth; a half-width is 1.96 of them."""
    for share, s, t in zip(found, first, total, strict=True):
        assert abs(share.first - s) < 6 * share.first_half / 1.96
        assert abs(share.total - t) < 6 * share.total_half / 1.96


def test_ishigami():
    """sin x + 7 sin^2 y + 0.1 z^4 sin x over (-pi, pi)^3: S = 0.3139, 0.4424, 0; T = 0.5576, 0.4424, 0.2437."""

    def ishigami(u):
        x, y, z = (2.0 * u - 1.0).T * np.pi
        return np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)

    recovered(told(ishigami), (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437))


def test_sobols_g_function():
    """Product of (|4 u - 2| + a) / (1 + a), a = 0, 1, 9: V_i = 1 / (3 (1 + a)^2), V = product of (1 + V_i) - 1."""
    a = np.array([0.0, 1.0, 9.0])
    part = 1.0 / (3.0 * (1.0 + a) ** 2)
    whole = np.prod(1.0 + part) - 1.0
    first = part / whole
    total = part * np.prod(1.0 + part) / (1.0 + part) / whole
    recovered(told(lambda u: np.prod((np.abs(4.0 * u - 2.0) + a) / (1.0 + a), axis=1)), first, total)


def test_a_factor_that_does_nothing_is_not_told():
    found = told(lambda u: u[:, 0] + 2.0 * u[:, 1])
    assert [share.told for share in found] == [True, True, False]


def test_an_outcome_that_never_varies_has_no_shares():
    assert told(lambda u: np.zeros(len(u))) == []


def test_the_share_of_chance_by_hand():
    """Points spread with variance 1, runs of each with variance 4 of their own: the mean of 4 runs keeps 1 of it."""
    dice = np.random.Generator(np.random.Philox(5))
    level, noise = dice.standard_normal(4000), dice.standard_normal((4000, 4))
    answers = level[:, None, None, None] + 2.0 * noise[:, :, None, None]
    assert chance_share(answers)[0, 0] == pytest.approx(1.0 / 2.0, rel=0.06)


def test_what_a_seed_adds_at_every_point_is_no_chance():
    """A good year for everybody moves no difference."""
    level = np.arange(20.0)[:, None, None, None]
    luck = np.array([0.0, 5.0, -5.0, 1.0])[None, :, None, None]
    assert chance_share(level + luck)[0, 0] == pytest.approx(0.0, abs=1e-12)


def test_every_period_has_its_own_shares():
    design = points(THREE, 64, 3)
    early, late = design[:, 0], design[:, 1]
    answers = np.repeat(np.stack([early, late], axis=1)[:, None, None, :], 2, axis=1)
    found = {(s.path, s.period): s.total for s in shares(THREE, answers, 3)}
    assert found["fear.blame", 0] == pytest.approx(1.0, abs=0.05)
    assert found["fear.blame", 1] == pytest.approx(0.0, abs=0.05)
