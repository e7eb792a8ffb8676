"""The lottery by exact sums: against the notes (T1, T2, T3, T5), against scipy, against the engine's own dice."""

import inspect
import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

import redbead as rb
from redbead import rng
from redbead.jit import kernel
from redbead.oversight.inspection import Inspection, grade_of, poor_share, sampled_share
from redbead.state.constants import INADEQUATE
from redbead.studies.lottery import grade_distribution
from redbead.studies.lottery.grade_distribution import (
    AuthorityPopulation,
    count_law,
    grade_masks,
    group,
    nominated_cases,
    normal_nodes,
    sample_correlation,
    sample_law,
    sum_law,
)
from redbead.studies.lottery.study import OPTIONS, asked, declaration, lottery

as_noted = partial(
    Inspection, poor_share=0.20, clustering=0.05, gaming_ref=0.20, threat_ref=0.36, again_weeks=91.0
)  # fmt: skip
"""The regime with the values of the science notes, on which the figures by hand rest; the baseline is fitted anew."""

FAIR = as_noted(leniency_spread=0.0, transient_spread=0.0, clustering=0.0)
DRAWS = 40_000


def fails(poor, c=FAIR):
    """P(inadequate) of an authority with a true share `poor`."""
    return float((sample_law(poor, c) @ grade_masks(c))[INADEQUATE])


# expected values from the notes


@pytest.mark.parametrize(
    ("poor", "told"), [(0.10, 0.001), (0.15, 0.014), (0.20, 0.074), (0.25, 0.214), (0.30, 0.423), (0.35, 0.642)]
)
def test_t1_27_cases_fail_at_9(poor, told):
    assert fails(poor) == pytest.approx(stats.binom.sf(8, 27, poor), abs=1e-12)
    assert round(fails(poor), 3) == told


@pytest.mark.parametrize(
    ("n", "told"), [(30, 0.129), (60, 0.043), (100, 0.011), (200, 0.000), (25, 0.109), (27, 0.074)]
)
def test_t2_thirty_per_cent_poor(n, told):
    assert round(fails(0.20, FAIR._replace(cases_tracked=float(n), limit_inadequate=0.30)), 3) == told


@pytest.mark.parametrize(("n", "told"), [(25, 0.080), (27, 0.077), (30, 0.073), (100, 0.040)])
def test_t3_spread_of_the_share_seen(n, told):
    c = FAIR._replace(cases_tracked=float(n))
    assert group(c, 0.0).seen_spread == pytest.approx(math.sqrt(0.2 * 0.8 / n), abs=1e-12)
    assert round(group(c, 0.0).seen_spread, 3) == told


@pytest.mark.parametrize(("odds", "told"), [(0.5, 0.002), (1.0, 0.074), (1.5, 0.30), (2.0, 0.57), (3.0, 0.89)])
def test_t5_unrepresentative_selection(odds, told):
    """Odds 0.25 times the odds ratio, then T1's tail (0.885 at 3, which the notes round up)."""
    found = fails(0.20, FAIR._replace(odds_of_poor=odds))
    assert found == pytest.approx(stats.binom.sf(8, 27, 0.25 * odds / (1 + 0.25 * odds)), abs=1e-12)
    assert found == pytest.approx(told, abs=0.006 if told > 0.01 else 0.0005)


@pytest.mark.parametrize(("n", "told"), [(27, 0.37), (100, 0.44)])
def test_bigger_samples_do_not_cure_the_lottery(n, told):
    """Section 0 item 7, which leaves passing states out: test-retest correlation 0.37 at 27 cases, 0.44 at 100."""
    c = as_noted(cases_tracked=float(n), transient_spread=0.0)
    assert round(group(c, 0.6).reliability, 2) == told


def test_most_of_the_inadequate_rise_though_nothing_has_changed():
    """Section 0 item 6 says 62 to 71 %: that holds where the true spread is 0.35 to 0.5.

    At the 0.6 that the notes assume elsewhere it is 57 %, still most of them, and a quarter are good or better (the
    notes have 18 %).
    """
    still = as_noted(transient_spread=0.0)
    wide, narrow = group(still, 0.5), group(still, 0.35)
    assert 0.62 <= wide.better_next() <= narrow.better_next() <= 0.715
    assert 0.5 < group(still, 0.6).better_next() < 0.62
    assert 0.2 < group(still, 0.6).good_next() < 0.3


# limits worked out by hand


@pytest.mark.parametrize("c", [FAIR, FAIR._replace(leniency_spread=0.6, transient_spread=0.6), as_noted()])
def test_finer_nodes_change_nothing(c, monkeypatch):
    """400 cases make the steepest curves; nearly twice as many nodes agree to 1e-7."""
    c = c._replace(cases_tracked=400.0)
    usual = group(c, 1.0)
    monkeypatch.setattr(grade_distribution, "_POINTS", 140)
    finer = group(c, 1.0)
    assert usual.pairs == pytest.approx(finer.pairs, abs=1e-7)
    assert usual.law == pytest.approx(finer.law, abs=1e-7)
    assert usual.mistaken == pytest.approx(finer.mistaken, abs=1e-7)


@given(st.integers(1, 60), st.floats(0.001, 0.999), st.floats(0.0, 0.5))
def test_the_law_of_counts_is_the_beta_binomial(n, p, icc):
    exact = stats.binom(n, p) if icc < 1e-6 else stats.betabinom(n, p * (1 / icc - 1), (1 - p) * (1 / icc - 1))
    law = count_law(n, np.array([p]), icc)[0]
    assert law.sum() == pytest.approx(1.0, abs=1e-11)
    assert law == pytest.approx(exact.pmf(np.arange(n + 1)), abs=1e-4 if icc < 1e-6 else 1e-9)


def test_400_cases_neither_vanish_nor_overflow():
    law = count_law(400, np.array([1e-9, 0.5, 1 - 1e-9]), 0.0)
    assert law.sum(axis=1) == pytest.approx([1.0] * 3, abs=1e-11)
    assert law[1] == pytest.approx(stats.binom.pmf(np.arange(401), 400, 0.5), abs=1e-12)


@given(st.floats(0.05, 1.2))
def test_nodes_carry_the_moments_of_the_normal_law(spread):
    at, weight = normal_nodes(spread)
    for power, moment in ((0, 1.0), (1, 0.0), (2, spread**2), (4, 3 * spread**4)):
        assert weight @ at**power == pytest.approx(moment, abs=1e-8)
    assert weight[at < 0].sum() == pytest.approx(0.5, abs=1e-14)


def test_identical_authorities_have_no_reliability_and_fail_anew_by_the_same_chance():
    c = as_noted()
    found = group(c, 0.0)
    assert found.reliability == pytest.approx(0.0, abs=1e-12)
    assert found.better_next() == pytest.approx(1.0 - found.grades[INADEQUATE], abs=1e-12)
    assert found.pairs == pytest.approx(np.outer(found.grades, found.grades), abs=1e-12)


def test_a_certain_look_is_no_lottery():
    """All cases but for the finite sample, no noise: reliability tends to 1, and hardly anybody is wronged."""
    sharp = group(FAIR._replace(cases_tracked=400.0), 1.0)
    assert sharp.reliability > 0.95
    assert sharp.mistaken < 1e-4
    assert group(as_noted(), 0.6).mistaken > 0.03


def test_reliability_is_lasting_variance_over_all_variance():
    """Without noise: Var(p) / (Var(p) + E[p (1 - p)] / n), with p the logistic of a normal law (scipy's quadrature)."""

    def mean(function):
        def weighted(z):
            return function(1 / (1 + math.exp(-(math.log(0.25) + 0.6 * z)))) * stats.norm.pdf(z)

        return integrate.quad(weighted, -9, 9, epsabs=1e-12)[0]

    lasting = mean(lambda p: p * p) - mean(lambda p: p) ** 2
    exact = lasting / (lasting + mean(lambda p: p * (1 - p)) / 27)
    assert group(FAIR, 0.6).reliability == pytest.approx(exact, abs=1e-9)


def test_what_rises_falls():
    """Nothing changes, so as many rise as fall, and the grades of the next visit are those of this one."""
    found = group(as_noted(), 0.6)
    assert found.rise() == pytest.approx(float(np.triu(found.pairs, 1).sum()), abs=1e-14)
    assert found.pairs.sum(axis=0) == pytest.approx(found.grades, abs=1e-12)
    assert found.next_time().sum(axis=1) == pytest.approx(np.ones(4), abs=1e-12)


def test_half_the_cases_nominated_and_never_poor():
    """13 drawn at 0.2, 14 nominated at odds 0.05 against any other: two binomials, added by hand for no poor case."""
    c = FAIR._replace(nominated=0.5, nominated_odds=0.05)
    kinder = 0.25 * 0.05 / (1 + 0.25 * 0.05)
    assert nominated_cases(c) == 14
    assert sample_law(0.2, c)[0] == pytest.approx(0.8**13 * (1 - kinder) ** 14, abs=1e-12)
    assert sample_law(0.2, c) @ np.arange(28) == pytest.approx(13 * 0.2 + 14 * kinder, abs=1e-10)


@given(st.integers(10, 400), st.floats(0.0, 1.0))
def test_nominated_cases_are_a_whole_part_of_the_sample(n, share):
    assert abs(nominated_cases(as_noted(cases_tracked=float(n), nominated=share)) - share * n) <= 0.5 + 1e-9


def test_sums_of_counts_need_no_order():
    a, b = count_law(3, np.array([0.2]), 0.1)[0], count_law(5, np.array([0.4]), 0.0)[0]
    assert sum_law(np.outer(a, b)) == pytest.approx(sum_law(np.outer(b, a)))
    assert sum_law(np.outer(a, b)) == pytest.approx(np.convolve(a, b))


# curves


@pytest.mark.parametrize("c", [FAIR, as_noted(), as_noted(cases_tracked=120.0, nominated=0.2)])
def test_more_poor_cases_never_help(c):
    """P(at least this bad a grade) rises with the true share of poor cases, for each grade."""
    found = lottery(c)
    assert found.curve.sum(axis=1) == pytest.approx(np.ones(60), abs=1e-10)
    worse = found.curve[:, ::-1].cumsum(axis=1)
    assert (np.diff(worse, axis=0) >= -1e-12).all()


def test_each_source_of_noise_lowers_reliability():
    usual = group(as_noted(), 0.6).reliability
    for name, more in (("leniency_spread", 0.6), ("transient_spread", 0.5), ("clustering", 0.15)):
        assert group(as_noted()._replace(**{name: more}), 0.6).reliability < usual, name
    assert group(as_noted(), 0.3).reliability < usual < group(as_noted(), 1.0).reliability
    assert sample_correlation(as_noted(clustering=0.15)) == 0.15


# the engine's own dice


@kernel
def two_visits(seed, spread, c, standings, shares):
    """Many authorities of their own standing [logit], each visited twice by inspectors of their own leniency."""
    n = int(c.cases_tracked)
    for a in range(standings.size):
        standings[a] = spread * rng.normal(rng.uniform(seed, rng.LEADER_PERSON, 0, a))
        for visit in range(2):
            lenient = c.leniency_spread * rng.normal(rng.uniform(seed, rng.INSPECTOR, visit, a))
            passing = standings[a] + c.transient_spread * rng.normal(rng.uniform(seed, rng.TRANSIENT, visit, a))
            usual = poor_share(1.0, passing, lenient, c.odds_of_poor, 0.0, c)
            chosen = poor_share(1.0, passing, lenient, c.nominated_odds, 0.0, c)
            shares[a, visit] = sampled_share(seed, rng.SAMPLE, visit, a, n, usual, chosen, c)


@pytest.mark.parametrize(
    "c",
    [as_noted(), as_noted(cases_tracked=60.0, odds_of_poor=1.5, nominated=0.25)],
    ids=["the default", "60 cases, biased and partly nominated"],
)
def test_exact_sums_agree_with_the_engine_within_3_standard_errors(c):
    standings, shares = np.empty(DRAWS), np.empty((DRAWS, 2))
    two_visits(np.uint64(2026), 0.6, c, standings, shares)
    grades = np.vectorize(lambda share: grade_of(share, c))(shares)
    exact = group(c, 0.6)

    def close(drawn, grade_distribution, n=DRAWS):
        return abs(drawn - grade_distribution) <= 3 * math.sqrt(grade_distribution * (1 - grade_distribution) / n)

    for code in range(4):
        assert close((grades[:, 0] == code).mean(), exact.grades[code]), code
    failed = grades[:, 0] == INADEQUATE
    assert close((grades[failed, 1] < INADEQUATE).mean(), exact.better_next(), failed.sum())
    assert close((grades[failed, 1] <= 1).mean(), exact.good_next(), failed.sum())
    assert close((failed & (standings < 0)).mean(), exact.mistaken)
    r = exact.reliability
    assert abs(np.corrcoef(shares.T)[0, 1] - r) <= 3 * (1 - r * r) / math.sqrt(DRAWS) * 1.1  # shares are no normal law
    assert shares[:, 0].std() == pytest.approx(exact.seen_spread, rel=0.02)


def test_intervals_are_those_of_the_binomial_law():
    found = lottery()
    grade_distribution = float(found.identical.grades[INADEQUATE])
    mean, low, high = found.inadequate(found.identical)
    assert mean == pytest.approx(150 * grade_distribution)
    assert (low, high) == tuple(stats.binom.ppf([0.05, 0.95], 150, grade_distribution))


def test_the_luckiest_and_the_unluckiest_of_many():
    """Order statistics: half the time the worst of 150 is at or below the median worst, and not at the one before."""
    found = lottery()
    best, worst = found.extremes()
    upto = np.cumsum(found.identical.law)
    k, j = round(worst * 27), round(best * 27)
    assert upto[k] ** 150 >= 0.5 > upto[k - 1] ** 150
    assert 1 - (1 - upto[j]) ** 150 >= 0.5
    assert j == 0


# the question


def test_what_is_not_asked_stays_at_the_defaults():
    assert asked({"cases": None}) == (Inspection(), AuthorityPopulation())
    regime, nation = asked({"cases": 60, "spread": 0.0, "poor": 0.3})
    assert (regime.cases_tracked, regime.poor_share, nation.spread) == (60.0, 0.3, 0.0)


@pytest.mark.parametrize("option", OPTIONS)
def test_every_number_is_checked_against_its_parameter(option):
    item = declaration(option)
    for value in (item.param.low, item.param.high, item.default):
        asked({option: value})
    for wrong in (item.param.low - 1, item.param.high + 1, math.nan, True, "many"):
        with pytest.raises(rb.BadInputError, match=rf"{option} = .*\n *.*\w"):
            asked({option: wrong})


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(rb.BadInputError, match="3 problems") as caught:
        asked({"cases": 27.5, "poor": 7, "colour": 1})
    assert "a whole number is needed, 10 to 400 cases" in str(caught.value)
    assert "unknown number" in str(caught.value)


# the face


def test_the_face_gives_frames_words_and_a_figure():
    found = rb.lottery(cases=30, spread=0.4)
    frame = found.to_frame()
    assert list(frame["grade"]) == ["outstanding", "good", "requires improvement", "inadequate"]
    assert frame["identical"].sum() == pytest.approx(150)
    assert (frame["differing_low"] <= frame["differing"]).all()
    assert frame.attrs["units"]["identical"] == "authorities"
    assert found.curve().shape == (60, 5)
    assert found.next_visit().shape == (4, 5)
    assert len(found.plot().axes) == 3
    html = found._repr_html_()
    assert "150 identical authorities" in html
    assert "Synthetic." in html
    assert "Lottery" in repr(found)
    with pytest.raises(rb.BadInputError, match="outside 10 to 400 cases"):
        rb.lottery(cases=5)


@pytest.mark.parametrize(
    "given",
    [
        {"spread": 0.0, "leniency": 0.0, "transient": 0.0, "clustering": 0.0, "poor": 0.01, "authorities": 2},
        {"poor": 0.9, "cases": 400, "bias": 5},
        {"cases": 10, "nominated": 1.0, "nominated_odds": 0.05, "spread": 1.0},
    ],
)
def test_the_ends_of_the_ranges_can_be_told_and_drawn(given):
    found = rb.lottery(**given)
    assert found.plot().axes
    assert "nan" not in found._repr_html_()
    assert np.isfinite(found.found.differing.reliability)


def test_a_hopeless_nation_has_nobody_to_recover():
    told = rb.lottery(poor=0.01, leniency=0.0, transient=0.0, clustering=0.0, spread=0.0)._repr_html_()
    assert "nobody can be seen to recover" in told
    assert "next time" not in told


def test_python_takes_what_the_command_takes():
    assert list(inspect.signature(rb.lottery).parameters) == list(OPTIONS)
