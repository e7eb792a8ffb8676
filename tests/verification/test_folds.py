"""T14, T50, T61: fixed points, folds and improvement clocks in closed form, with the parameters of the model."""

import math

import numpy as np
import pytest

from redbead.behaviour.reporting import Reporting, willingness_to_report
from redbead.state.maths import approach

C = Reporting()


def sign_changes(values):
    """Number of sign changes of a curve."""
    signs = np.sign(values)
    return int((signs[1:] != signs[:-1]).sum())


def number_of_fixed_points(norm, offset):
    """Number of norms that reproduce themselves, with all other values at their references and an offset in the logit.

    The reference norm is one half, where the feedback is strongest.
    """
    c = C._replace(norm=norm, norm_ref=0.5, base=offset)
    grid = np.linspace(0.0, 1.0, 4001)
    return sign_changes([willingness_to_report(c.fear_ref, c.usefulness_ref, 0.0, p, 1.0, c) - p for p in grid])


@pytest.mark.parametrize("offset", [-1.0, -0.4, -0.2, 0.1, 0.4, 1.0])
@pytest.mark.parametrize("norm", [1.5, 3.0, 4.0])
def test_t14_weak_norm_feedback_has_one_fixed_point(norm, offset):
    """The slope of the logistic is at most a_N / 4, so there is one fixed point up to a_N = 4."""
    assert number_of_fixed_points(norm, offset) == 1


@pytest.mark.cases(("offset", "points"), [(-0.45, 1), (-0.38, 3), (0.1, 3), (0.38, 3), (0.45, 1)])
def test_t14_strong_norm_feedback_has_two_stable_fixed_points(offset, points):
    """At a_N = 6 there are three fixed points, two of them stable, for offsets within +-0.41.

    The fold lies where 6 p (1 - p) = 1, p = 0.2113: offset = ln(p / (1 - p)) - 6 (p - 0.5) = -1.3170 + 1.7321 = 0.4151.
    """
    assert number_of_fixed_points(6.0, offset) == points


@pytest.mark.parametrize(("clock", "share"), [(26, 0.22), (104, 0.63)])
def test_t50_a_short_clock_captures_a_small_share_of_a_two_year_improvement(clock, share):
    """With a time constant of 104 weeks, an authority reaches the share 1 - exp(-clock / 104) of its improvement."""
    gain = 0.0
    for _ in range(clock):
        gain += (1.0 - gain) * approach(104.0)
    assert gain == pytest.approx(1.0 - math.exp(-clock / 104.0), abs=1e-12)
    assert gain == pytest.approx(share, abs=0.005)


def staffing_equilibria(steepness, attractiveness):
    """Stable share of filled posts and threshold of collapse, or None if no equilibrium exists.

    For a share phi of posts filled, the leaving hazard under overload is h exp[g (1 / phi - 1)]; vacancies fill at the
    rate attractiveness / time to fill. The published fixed points do not state h. A yearly rate of 15 % reproduces all
    five of them; 14 % gives 0.835 in place of 0.82 at g = 1.
    """
    hazard = -math.log(1.0 - 0.15) / 52.0
    grid = np.linspace(0.05, 0.999, 20001)
    hiring = (1.0 - grid) * attractiveness / 56.0
    net = hiring - grid * hazard * np.exp(steepness * (1.0 / grid - 1.0))
    falls, rises = ((net[:-1] > 0) & (net[1:] <= 0)), ((net[:-1] <= 0) & (net[1:] > 0))
    return (float(grid[:-1][falls][-1]), float(grid[:-1][rises][-1])) if falls.any() else None


def test_t61_a_poor_grade_removes_the_equilibrium_of_a_fragile_authority():
    """'Requires improvement' lowers attractiveness by 8 %: a shift of one point at g = 1, a collapse at g = 2."""
    lowered = 0.92
    assert staffing_equilibria(1.0, 1.0) == pytest.approx((0.82, 0.27), abs=0.006)
    assert staffing_equilibria(1.0, lowered)[0] == pytest.approx(0.81, abs=0.006)
    assert staffing_equilibria(2.0, 1.0) == pytest.approx((0.74, 0.60), abs=0.006)
    assert staffing_equilibria(2.0, lowered) is None
