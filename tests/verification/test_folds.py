"""T14, T50, T61: fixed points and clocks in closed form, with the model's own numbers (science notes, 2.3 and 4)."""

import math

import numpy as np
import pytest

from redbead.behaviour.reporting import Reporting, willingness_to_report
from redbead.state.maths import approach

C = Reporting()


def crossings(values):
    """How often a curve changes its sign."""
    signs = np.sign(values)
    return int((signs[1:] != signs[:-1]).sum())


def fixed_points(norm, offset):
    """How many norms reproduce themselves, with everything but the norm at its reference and `offset` in the logit.

    The reference norm is put to one half, where the feedback is steepest.
    """
    c = C._replace(norm=norm, norm_ref=0.5, base=offset)
    grid = np.linspace(0.0, 1.0, 4001)
    return crossings([willingness_to_report(c.fear_ref, c.usefulness_ref, 0.0, p, 1.0, c) - p for p in grid])


@pytest.mark.parametrize("offset", [-1.0, -0.4, -0.2, 0.1, 0.4, 1.0])
@pytest.mark.parametrize("norm", [1.5, 3.0, 4.0])
def test_t14_a_norm_holds_one_way_where_it_feeds_back_gently(norm, offset):
    """The slope of the logistic is at most a_N / 4, so that one crossing is all there is up to a_N = 4."""
    assert fixed_points(norm, offset) == 1


@pytest.mark.parametrize(("offset", "points"), [(-0.45, 1), (-0.38, 3), (0.1, 3), (0.38, 3), (0.45, 1)])
def test_t14_a_norm_holds_two_ways_only_where_it_feeds_back_steeply(offset, points):
    """At a_N = 6 three fixed points, for offsets within +-0.41.

    The fold is where 6 p (1 - p) = 1, p = 0.2113: offset = ln(p / (1 - p)) - 6 (p - 0.5) = -1.3170 + 1.7321 = 0.4151.
    """
    assert fixed_points(6.0, offset) == points


@pytest.mark.parametrize(("clock", "share"), [(26, 0.22), (104, 0.63)])
def test_t50_what_a_clock_leaves_of_a_gain_that_takes_two_years(clock, share):
    """An authority that improves with a time constant of 104 weeks has 1 - exp(-clock / 104) of the gain to show."""
    gain = 0.0
    for _ in range(clock):
        gain += (1.0 - gain) * approach(104.0)
    assert gain == pytest.approx(1.0 - math.exp(-clock / 104.0), abs=1e-12)
    assert gain == pytest.approx(share, abs=0.005)


def balance(steepness, pull):
    """Shares of posts filled at which hiring balances leaving: (stable, threshold of collapse), or nothing.

    Where overload drives people away, leaving is h exp[g (1 / phi - 1)] for a share phi in post; vacancies fill at
    `pull` over the time to fill. The notes do not say which h their fixed points belong to: the 14 % of their table
    gives 0.835 in place of 0.82 at g = 1. h = 15 % was chosen because it gives all five of them.
    """
    hazard = -math.log(1.0 - 0.15) / 52.0
    grid = np.linspace(0.05, 0.999, 20001)
    hiring = (1.0 - grid) * pull / 56.0
    net = hiring - grid * hazard * np.exp(steepness * (1.0 / grid - 1.0))
    falls, rises = ((net[:-1] > 0) & (net[1:] <= 0)), ((net[:-1] <= 0) & (net[1:] > 0))
    return (float(grid[:-1][falls][-1]), float(grid[:-1][rises][-1])) if falls.any() else None


def test_t61_a_grade_can_push_a_steep_authority_over_a_fold():
    """Requires improvement makes posts a twelfth less attractive: at g = 1 a shift of a point, at g = 2 the end."""
    pull = 0.92
    assert balance(1.0, 1.0) == pytest.approx((0.82, 0.27), abs=0.006)
    assert balance(1.0, pull)[0] == pytest.approx(0.81, abs=0.006)
    assert balance(2.0, 1.0) == pytest.approx((0.74, 0.60), abs=0.006)
    assert balance(2.0, pull) is None
