"""Scenario discovery with PRIM, on planted boxes and against the implementation of the EMA workbench."""

import numpy as np
import pytest

from redbead.analysis.box_search import (
    MIN_COVERAGE,
    Region,
    log_likelihood_ratio,
    paste,
    search,
    single_limits_of,
)
from redbead.analysis.scenario_discovery import (
    PERMUTATIONS,
    SIGNIFICANCE,
    Box,
    Limit,
    describe_box,
    discover,
    permutation_p,
)


def generator(seed=0):
    return np.random.Generator(np.random.Philox(seed))


@pytest.fixture(scope="module")
def planted():
    """1,000 points of six parameters: failures where the first is high and the second low, with 3 % noise."""
    x = generator(4).random((1000, 6))
    fails = (x[:, 0] > 0.6) & (x[:, 1] < 0.4)
    return x, fails ^ (generator(6).random(1000) < 0.03)


@pytest.fixture(scope="module")
def discovered(planted):
    """The box that is found in the planted points."""
    return discover(planted[0], list("abcdef"), planted[1])


def test_prim_recovers_the_planted_box_and_no_other_limit(discovered):
    box = discovered
    assert [limit.name for limit in box.limits] == ["a", "b"]
    assert box.limits[0].low == pytest.approx(0.6, abs=0.06)
    assert box.limits[1].high == pytest.approx(0.4, abs=0.06)
    assert box.density > 0.9
    assert box.coverage > 0.7
    assert "a is above" in describe_box(box, "fails")


@pytest.mark.slow  # the import of the workbench
@pytest.mark.filterwarnings("ignore")
def test_prim_is_as_good_as_that_of_the_ema_workbench(planted, discovered):
    pandas, prim = pytest.importorskip("pandas"), pytest.importorskip("ema_workbench.analysis.prim")
    x, fails = planted
    box = discovered
    reference = prim.Prim(pandas.DataFrame(x, columns=list("abcdef")), fails, threshold=0.5).find_box()
    trajectory = reference.peeling_trajectory
    best = trajectory[trajectory["coverage"] >= box.coverage - 0.02]["density"].max()
    assert box.density > best - 0.1


@pytest.mark.parametrize("fails", [np.zeros(50, dtype=bool), np.ones(50, dtype=bool)])
def test_no_box_without_or_with_only_failures(fails):
    assert discover(generator().random((50, 2)), ["a", "b"], fails) is None
    assert "stands out" in describe_box(None, "fails")


@pytest.mark.slow  # searches in 20 batches; tests/error_rates measures the same share in the fast tests
def test_noise_gives_no_box():
    """Random failures: at most 5 % of boxes, so that 5 of 20 have a chance of 0.3 % (tests/error_rates has more)."""
    boxes = [
        discover(generator(k).random((200, 4)), list("abcd"), generator(k + 99).random(200) < 0.5) for k in range(20)
    ]
    assert sum(box is not None for box in boxes) <= 4


@pytest.mark.slow  # searches in 6 batches; tests/error_rates measures the same error in the fast tests
def test_the_density_is_that_of_draws_that_were_not_used():
    """Failures of 80 % inside and 10 % outside: the mean error of 6 batches is within 0.03 and two standard errors."""
    errors = []
    for k in range(6):
        x = generator(k).random((200, 4))
        chance = np.where(x[:, 0] > 0.6, 0.8, 0.1)
        box = discover(x, list("abcd"), generator(k + 50).random(200) < chance)
        fresh = generator(k + 90).random((20_000, 4))
        inside = np.ones(20_000, dtype=bool)
        for limit in box.limits:
            column = fresh[:, "abcd".index(limit.name)]
            inside &= ~(column < limit.low) & ~(column > limit.high)
        errors.append(box.density - np.where(fresh[inside, 0] > 0.6, 0.8, 0.1).mean())
    assert abs(np.mean(errors)) <= 0.03 + 2 * np.std(errors) / np.sqrt(6)


def test_a_box_is_the_same_each_time(planted, discovered):
    assert discover(planted[0], list("abcdef"), planted[1]) == discovered


def grid(n=20):
    """Every combination of two parameters with the values 0.5, 1.5, ..., n - 0.5."""
    a, b = np.meshgrid(np.arange(n) + 0.5, np.arange(n) + 0.5)
    return np.stack([a.ravel(), b.ravel()], axis=1)


def test_the_box_of_a_noise_free_corner_is_exact():
    """Failures where a > 10: half of 400 points. All are in the box and nothing else is, so the only limit is on a."""
    x = grid()
    box = discover(x, ["a", "b"], x[:, 0] > 10)
    assert [limit.name for limit in box.limits] == ["a"]
    assert 9.5 < box.limits[0].low <= 10.5
    assert np.isnan(box.limits[0].high)
    assert (box.density, box.coverage, box.mass, box.base) == pytest.approx((1.0, 1.0, 0.5, 0.5), abs=0.01)
    assert box.p == 1 / (PERMUTATIONS + 1), "no permutation is as good: (0 + 1) / (m + 1), Phipson and Smyth"


def test_a_band_in_the_middle_has_two_limits():
    x = grid()
    box = discover(x, ["a", "b"], (x[:, 1] > 6) & (x[:, 1] < 14))
    (limit,) = box.limits
    assert limit.name == "b"
    assert 5.5 <= limit.low <= 6.5
    assert 13.5 <= limit.high <= 14.5
    assert (box.density, box.coverage) == pytest.approx((1.0, 1.0), abs=0.02)


def test_pasting_removes_limits_that_do_not_raise_the_density():
    """Failures where a > 10. A box with a > 10 and 4 < b < 16 loses its two limits on b and keeps that on a."""
    x = grid()
    fails = x[:, 0] > 10
    low, high = paste(x, fails, Region(np.array([10.5, 4.0]), np.array([np.inf, 16.0])))
    assert low.tolist() == [10.5, -np.inf]
    assert high.tolist() == [np.inf, np.inf]


def test_the_likelihood_ratio_is_that_of_two_binomial_shares(planted):
    """Against the sum of the logarithms of the probabilities, with 30 of 40 failures inside and 10 of 60 outside."""
    inside, outside, both = (
        k * np.log(k / n) + (n - k) * np.log(1 - k / n) for k, n in ((30, 40), (10, 60), (40, 100))
    )
    assert log_likelihood_ratio(40, 30, 100, 40) == pytest.approx(inside + outside - both)
    assert log_likelihood_ratio(40, 16, 100, 40) == 0.0, "as dense as all draws"
    assert log_likelihood_ratio(40, 10, 100, 40) == 0.0, "less dense"


def test_single_limits_are_the_best_of_all_cuts():
    """Values 1, 2, 2, 3 with failures at 2 (once) and 3. Above 1: 2 of 3; above 2: 1 of 1; equal values are not cut."""
    ratios = single_limits_of(np.array([[1.0, 2.0, 2.0, 3.0]]), np.array([[False, True, False, True]]))
    assert ratios[0, 0] == pytest.approx(max(log_likelihood_ratio(3, 2, 4, 2), log_likelihood_ratio(1, 1, 4, 2)))
    assert ratios[1, 0] == 0.0, "no upper limit raises the density"


@pytest.mark.parametrize(("misses", "found"), [(1, True), (2, False)])
def test_a_single_limit_may_leave_out_half_of_the_failures_but_no_more(misses, found):
    """Failures at the lowest values and at the highest of eight: the only denser part above a limit holds one."""
    fails = np.arange(8) < misses
    fails[-1] = True
    ratio = single_limits_of(np.arange(8.0)[None], fails[None])[0, 0]
    assert ratio == pytest.approx(log_likelihood_ratio(1, 1, 8, 2) if found else 0.0)


@pytest.mark.parametrize(
    ("observed", "permuted", "p"),
    [(2.0, 1.0, 0.01), (1.0, 1.0, 0.06), (0.0, -1.0, 1.0)],
    ids=["never reached", "always reached", "nothing found"],
)
def test_the_p_value_counts_the_permutations_that_reach_the_observed_value(observed, permuted, p):
    """(b + 1) / (m + 1) with m = 99 (Phipson and Smyth); it stops at b = 5, where 6 / 100 is above 0.05."""
    fails = np.array([True, False])
    assert permutation_p(fails, observed, lambda _: permuted, generator()) == pytest.approx(p)


def test_a_search_uses_only_the_limits_that_are_allowed(planted):
    x, fails = planted
    allowed = np.zeros((2, 6), dtype=bool)
    allowed[0, 0] = True
    region = search(x, fails, allowed)
    assert region.limits().sum() == 1
    assert np.isfinite(region.low[0])


def test_numbers_of_a_box_are_consistent(discovered):
    """Bayes: density x mass = coverage x base, since both are the share of draws that fail inside the box."""
    box = discovered
    assert box.density * box.mass == pytest.approx(box.coverage * box.base)
    assert box.coverage >= MIN_COVERAGE
    assert all(limit.p <= SIGNIFICANCE for limit in (*box.limits, box))


@pytest.fixture(scope="module")
def three_parameters():
    """150 points of three parameters, which fail where the second is high, and the box that is discovered in them."""
    x = generator(2).random((150, 3))
    fails = (x[:, 1] > 0.55) ^ (generator(3).random(150) < 0.05)
    return x, fails, discover(x, ["a", "b", "c"], fails)


@pytest.mark.parametrize(
    ("scale", "shift"), [*(pytest.param(*unit, marks=pytest.mark.slow) for unit in ((7, 0), (1, 9))), (3, -8)]
)
def test_a_box_follows_the_unit_of_the_parameters(three_parameters, scale, shift):
    """Another unit of the parameters gives the same draws in the box, with its limits in the new unit."""
    x, fails, box = three_parameters
    changed = discover(shift + scale * x, ["a", "b", "c"], fails)
    assert [limit.name for limit in changed.limits] == [limit.name for limit in box.limits]
    for limit, original in zip(changed.limits, box.limits, strict=True):
        assert limit.low == pytest.approx(shift + scale * original.low, nan_ok=True)
        assert limit.high == pytest.approx(shift + scale * original.high, nan_ok=True)
    assert changed[1:] == pytest.approx(box[1:])


def test_a_parameter_with_few_whole_values_can_be_limited():
    """Caseloads of 1 to 6 in 240 draws: each value is a sixth of the draws, more than the slice of one peeling step."""
    x = np.stack([np.repeat(np.arange(1.0, 7.0), 40), generator(7).random(240)], axis=1)
    box = discover(x, ["caseload", "other"], x[:, 0] >= 4)
    (limit,) = box.limits
    assert (limit.name, limit.low) == ("caseload", 4.0)
    assert (box.density, box.coverage, box.mass) == (1.0, 1.0, 0.5), "also in each fold"


# words


def test_a_box_is_described_with_its_limits_and_shares():
    box = Box(
        (Limit("fear.blame", 0.6, np.nan, 0.01), Limit("lessons.used", 0.125, 0.5, 0.02)), 0.9, 0.75, 0.2, 0.3, 0.01
    )
    assert describe_box(box, "loses to the baseline") == (
        "loses to the baseline in 90 % of draws where fear.blame is above 0.6 and lessons.used is above 0.125 and "
        "below 0.5 (against 30 % of all draws; 75 % of these draws are in this range; shares by cross-validation)"
    )
    only_below = Box((Limit("fear.blame", np.nan, 0.25, 0.01),), 1.0, 1.0, 0.2, 0.3, 0.01)
    assert "where fear.blame is below 0.25 (" in describe_box(only_below, "fails")


def test_no_box_is_described_as_such():
    assert describe_box(None, "fails") == "no range of the uncertain parameters in which it fails stands out"
