"""T1 to T3, T5, T24 to T26: samples and grades of inspections compared with their exact distributions."""

import dataclasses
import math
from functools import partial

import numpy as np
import pytest
from scipy import stats

from redbead import rng
from redbead.engine.initial_state import allocate_tables
from redbead.jit import kernel
from redbead.oversight.inspection import Inspection, grade_of, judge, poor_share, sampled_share
from redbead.parameters import Authority
from redbead.scenario.loader import load
from redbead.state.constants import INADEQUATE
from redbead.state.world import WeekContext

published_regime = partial(
    Inspection, poor_share=0.20, clustering=0.05, gaming_ref=0.20, threat_ref=0.36, again_weeks=91.0
)  # fmt: skip
"""The inspection regime before calibration; the expected figures below were computed for these values."""

FAIR = published_regime(leniency_spread=0.0, clustering=0.0, odds_of_poor=1.0)
DRAWS = 100_000


@kernel
def draw_samples(seed, n, p, c, shares, grades):
    """Share and grade of independent samples, one per week."""
    for i in range(shares.size):
        shares[i] = sampled_share(seed, rng.SAMPLE, i, 0, n, p, p, c)
        grades[i] = grade_of(shares[i], c)


def shares_and_grades(n, p, c=FAIR, draws=DRAWS):
    shares, grades = np.empty(draws), np.empty(draws, dtype=np.int64)
    draw_samples(np.uint64(4), n, p, c, shares, grades)
    return shares, grades


def tail_by_inversion(n, p, k):
    """P(X >= k) of the generator: 1 minus the largest uniform number that gives fewer than k poor cases."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rng.binomial(middle, n, p) < k else (low, middle)
    return 1.0 - low


def within_3_standard_errors(share, expected, draws=DRAWS):
    """Whether a share of draws lies within 3 standard errors of its expectation."""
    return abs(share - expected) <= 3 * math.sqrt(expected * (1 - expected) / draws)


T1 = [(0.10, 0.001), (0.15, 0.014), (0.20, 0.074), (0.25, 0.214), (0.30, 0.423), (0.35, 0.642)]


@pytest.mark.cases(("poor", "fails"), T1)
def test_t1_a_sample_of_27_cases_fails_at_9_poor_cases(poor, fails):
    exact = stats.binom.sf(8, 27, poor)
    assert round(exact, 3) == fails
    assert tail_by_inversion(27, poor, 9) == pytest.approx(exact, abs=1e-12)
    shares, grades = shares_and_grades(27, poor)
    assert within_3_standard_errors((grades == INADEQUATE).mean(), exact)
    assert ((grades == INADEQUATE) == (shares * 27 > 8.5)).all(), "9 of 27 is the first failing sample"


@pytest.mark.cases(("n", "fails"), [(30, 0.129), (60, 0.043), (100, 0.011), (200, 0.000), (25, 0.109), (27, 0.074)])
def test_t2_risk_of_failing_at_thirty_per_cent_by_sample_size(n, fails):
    first = math.ceil(0.30 * n - 1e-9)
    exact = stats.binom.sf(first - 1, n, 0.20)
    assert round(exact, 3) == fails
    assert tail_by_inversion(n, 0.20, first) == pytest.approx(exact, abs=1e-12)
    _, grades = shares_and_grades(n, 0.20, FAIR._replace(limit_inadequate=0.30))
    assert within_3_standard_errors((grades == INADEQUATE).mean(), exact)


def test_t2_the_risk_of_failing_is_not_monotone_in_the_sample_size():
    """8 of 25, 9 of 27, 9 of 30: the number of poor cases is whole, so the risk falls and rises again."""
    risk = {n: tail_by_inversion(n, 0.20, math.ceil(0.30 * n)) for n in (25, 27, 30)}
    assert risk[27] < risk[25] < risk[30]


@pytest.mark.parametrize(("n", "spread"), [(25, 0.080), (27, 0.077), (30, 0.073), (100, 0.040)])
def test_t3_standard_deviation_of_the_sample_share(n, spread):
    exact = math.sqrt(0.2 * 0.8 / n)
    assert round(exact, 3) == spread
    shares, _ = shares_and_grades(n, 0.20)
    assert abs(shares.std() - exact) <= 3 * exact / math.sqrt(2 * DRAWS) * 1.1  # a binomial's 4th moment, at most
    assert abs(shares.mean() - 0.20) <= 3 * exact / math.sqrt(DRAWS)


def test_clustering_raises_the_variance_by_the_design_effect():
    """Kish: the variance of the share is p q (1 + (n - 1) icc) / n; 27 cases at icc 0.05 are worth 11.7."""
    shares, _ = shares_and_grades(27, 0.20, FAIR._replace(clustering=0.05))
    exact = math.sqrt(0.2 * 0.8 / 27 * (1 + 26 * 0.05))
    assert shares.std() == pytest.approx(exact, rel=0.015)


@pytest.mark.cases(("odds", "fails"), [(0.5, 0.002), (1.0, 0.074), (1.5, 0.30), (2.0, 0.57), (3.0, 0.89)])
def test_t5_oversampling_of_poor_cases_raises_the_risk_of_failing(odds, fails):
    """Odds 0.25 of a poor case times the odds ratio, then the binomial tail of T1 (0.8850 at a ratio of 3)."""
    poor = poor_share(1.0, 0.0, 0.0, odds, 0.0, FAIR)
    assert poor == pytest.approx(0.25 * odds / (1 + 0.25 * odds), abs=1e-12)
    exact = stats.binom.sf(8, 27, poor)
    assert exact == pytest.approx(fails, abs=0.006 if fails > 0.01 else 0.0005)
    assert tail_by_inversion(27, poor, 9) == pytest.approx(exact, abs=1e-12)
    _, grades = shares_and_grades(27, poor)
    assert within_3_standard_errors((grades == INADEQUATE).mean(), exact)


# the same distributions in runs of the model

SIMPLE_SAMPLE = {
    "inspection.leniency_spread": 0.0, "inspection.clustering": 0.0, "inspection.disclosure": 0.0,
    "inspection.exposure": 0.0, "inspection.transient_spread": 0.0, "inspection.publish_weeks": 0.0,
    "inspection.cycle_spread": 0.0, "inspection.notice_weeks": 0.0, "inspection.visit_weeks": 1.0,
    "inspection.poor_share": 0.20,
}  # fmt: skip


def small_authority(**settings):
    """An authority of 12 posts, visited every half year."""
    defaults = {"authority.posts": 12, "time.years": 20, "time.warm_up_years": 0, "inspection.cycle_weeks": 26}
    return load("baseline").set({**defaults, "inspection.again_weeks": 26, **settings})


def published_grades(runs):
    """Grades of all visits, published in the week in which the visit ends. [visits]"""
    return runs["grade"][runs["inspections"] == 1].astype(int)


def test_t1_in_the_running_model(recorded):
    """Without an effect of quality (poor_slope 0), each visit is a sample of 27 cases at 0.20: 7.4 % fail."""
    grades = published_grades(recorded(small_authority(), 60, {**SIMPLE_SAMPLE, "inspection.poor_slope": 0.0}))
    exact = stats.binom.sf(8, 27, 0.20)
    assert grades.size > 1500
    assert within_3_standard_errors((grades == INADEQUATE).mean(), exact, grades.size)


def test_t25_a_complete_unbiased_sample_makes_the_grade_a_function_of_quality(recorded):
    """With a million cases and no weight on records, the grade follows the true share, except close to a limit."""
    complete_sample = {
        **SIMPLE_SAMPLE, "inspection.cases_tracked": 1e6, "inspection.weight_of_records": 0.0,
        "quality.gaming_gain": 0.0, "quality.preparation_gain": 0.0, "inspection.poor_slope": 8.0,
    }  # fmt: skip
    runs = recorded(small_authority(), 20, complete_sample)
    ended = runs["inspections"] == 1
    c = FAIR._replace(poor_slope=8.0)
    unambiguous = 0
    for quality, grade in zip(runs["service_quality"][ended], published_grades(runs), strict=True):
        share = poor_share(quality, 0.0, 0.0, 1.0, 0.0, c)
        if min(abs(share - limit) for limit in (0.02, 0.15, 0.33)) > 0.002:
            unambiguous += 1
            assert grade == grade_of(share, c)
    assert unambiguous > 0.9 * ended.sum()
    assert len(set(published_grades(runs))) >= 2, "quality must differ enough for two grades"


def test_t26_without_stakes_gaming_is_minimal_and_chance_still_fails_authorities(recorded):
    """Gaming at its minimum sigma(-3) = 0.0474, compliance at k_0 = 0.1, no threat; 7.4 % fail, as in T1."""
    runs = recorded(
        small_authority(), 60,
        {**SIMPLE_SAMPLE, "inspection.poor_slope": 0.0, "inspection.stakes": 0.0, "leadership.gaming_integrity": 0.0,
         "leadership.commitment_spread": 0.0, "leadership.compliance_inadequate": 0.0},
    )  # fmt: skip
    assert runs["gaming"][:, -1] == pytest.approx(1 / (1 + math.exp(3)), abs=1e-6)
    assert runs["compliance"][:, -1] == pytest.approx(0.1, abs=1e-6)
    assert not runs["threat"].any()
    grades = published_grades(runs)
    assert within_3_standard_errors((grades == INADEQUATE).mean(), stats.binom.sf(8, 27, 0.20), grades.size)


def test_t24_without_inspection_there_is_no_grade_no_threat_and_no_takeover(recorded):
    """Compliance falls to k_0 = 0.1 where the commitment of directors does not vary."""
    no_inspection = dataclasses.replace(load("no-inspection"), years=8.0).set({"takeover.rule": "automatic"})
    runs = recorded(no_inspection, 10, {"leadership.commitment_spread": 0.0})
    assert (runs["grade"] == -1).all()
    for measure in ("threat", "inspections", "takeovers", "disruption"):
        assert not runs[measure].any(), measure
    assert runs["compliance"][:, -1] == pytest.approx(0.1, abs=1e-6)


# other sampling designs, each compared with its exact distribution


@kernel
def draw_judgements(world, c, shares, grades, upheld):
    """Share, grade and upheld appeals of visits to an authority that does not change, one per week."""
    for i in range(shares.size):
        world.counts.appeals_upheld[0] = 0
        grades[i] = judge(
            world.oversight, world.service, world.counts, c, 0.0, WeekContext(i, np.uint64(4), 0, 0, 6, 0, 2)
        )
        shares[i] = world.oversight.poor_seen[0]
        upheld[i] = world.counts.appeals_upheld[0]


def judgements(**changes):
    """Shares, grades and upheld appeals of 100,000 visits where 0.2 of the cases are poor."""
    world = allocate_tables(Authority(posts=6.0, team_size=3.0, friends=0.0), 6)
    world.service.visible[:] = 1.0
    shares, grades, upheld = np.empty(DRAWS), np.empty(DRAWS, dtype=np.int64), np.empty(DRAWS, dtype=np.int64)
    draw_judgements(world, FAIR._replace(disclosure=0.0, exposure=0.0, **changes), shares, grades, upheld)
    return shares, grades, upheld


def risk_with_two_samples(n, additional, is_extended, fails):
    """Exact probability of a failing grade when a first sample of ``n`` cases may be extended.

    ``is_extended`` states whether a first count leads to additional cases, ``fails`` whether both counts fail.
    """
    first, second = stats.binom.pmf(range(n + 1), n, 0.20), stats.binom.pmf(range(additional + 1), additional, 0.20)
    return sum(
        first[x] * (sum(second[y] * fails(x, y) for y in range(additional + 1)) if is_extended(x) else fails(x, None))
        for x in range(n + 1)
    )


@pytest.mark.parametrize(("stratified", "effect"), [(0.0, 2.3), (0.5, 1.65), (1.0, 1.0)])
def test_stratification_removes_the_design_effect(stratified, effect):
    """Kish: 1 + 26 x 0.05 (1 - stratified), within 3 standard errors of the standard deviation."""
    shares, _, _ = judgements(clustering=0.05, stratified=stratified)
    exact = math.sqrt(0.2 * 0.8 / 27 * effect)
    kurtosis = ((shares - shares.mean()) ** 4).mean() / shares.var() ** 2
    assert abs(shares.std() - exact) <= 3 * exact * math.sqrt((kurtosis - 1) / (4 * DRAWS))
    assert abs(shares.mean() - 0.20) <= 3 * exact / math.sqrt(DRAWS)


@pytest.mark.parametrize("additional", [15, 30, 100])
def test_adaptive_samples_agree_with_their_exact_distribution(additional):
    """First counts within 0.05 of a limit (0.02, 0.15, 0.33), which are 0, 1, 3, 4, 5, 8, 9 and 10, are extended."""
    near_a_limit = {0, 1, 3, 4, 5, 8, 9, 10}
    exact = risk_with_two_samples(
        27,
        additional,
        near_a_limit.__contains__,
        lambda x, y: x / 27 >= 0.33 if y is None else x + y >= 0.33 * (27 + additional),
    )
    _, grades, _ = judgements(adaptive_cases=float(additional))
    assert within_3_standard_errors((grades == INADEQUATE).mean(), exact)
    assert exact < stats.binom.sf(8, 27, 0.20), "fewer average authorities fail by chance"


@pytest.mark.parametrize("visits", [1, 3, 9])
def test_leniency_averages_out_over_several_visits(visits):
    """With ten thousand cases, the standard deviation of the logit of the share is 0.3 / sqrt(visits).

    Sampling of cases adds 1 / (10,000 x 0.2 x 0.8) to the variance on the logit scale (delta method).
    """
    shares, _, _ = judgements(leniency_spread=0.3, cases_tracked=1e4, snapshots=float(visits))
    logits = np.log(shares / (1.0 - shares))
    exact = math.sqrt(0.09 / visits + 1 / 1600)
    assert abs(logits.std() - exact) <= 3 * exact / math.sqrt(2 * DRAWS) + 1e-4 * exact


@pytest.mark.parametrize("appeal_share", [0.0, 0.5, 1.0])
def test_appeals_agree_with_their_exact_distribution(appeal_share):
    """9 or more of 27 fail, unless the grade is appealed and fewer than 0.33 x 54 = 17.82 of both samples are poor."""
    failing_after_appeal = risk_with_two_samples(27, 27, lambda x: x >= 9, lambda x, y: y is not None and x + y >= 18)
    exact = appeal_share * failing_after_appeal + (1.0 - appeal_share) * stats.binom.sf(8, 27, 0.20)
    _, grades, _ = judgements(appeals=appeal_share)
    assert within_3_standard_errors((grades == INADEQUATE).mean(), exact)


def test_appeals_only_ever_raise_grades():
    """With common random numbers, no grade is worse with appeals, and better grades are those of upheld appeals."""
    _, without_appeals, _ = judgements()
    _, with_appeals, upheld = judgements(appeals=1.0)
    assert (with_appeals <= without_appeals).all()
    assert ((with_appeals < without_appeals) == (upheld == 1)).all()


@pytest.mark.parametrize(("share", "odds"), [(0.0, 0.5), (0.3, 0.5), (1.0, 0.25)])
def test_nominated_cases_follow_the_sum_of_two_binomials(share, odds):
    """Of 27 cases, int(27 nu + 0.5) are nominated and poor at odds of 0.25 times ``odds``."""
    nominated = int(27 * share + 0.5)
    p = 0.25 * odds / (1 + 0.25 * odds)
    shares, _, _ = judgements(nominated=share, nominated_odds=odds)
    mean = ((27 - nominated) * 0.2 + nominated * p) / 27
    spread = math.sqrt((27 - nominated) * 0.16 + nominated * p * (1 - p)) / 27
    assert abs(shares.mean() - mean) <= 3 * spread / math.sqrt(DRAWS)


def test_identical_authorities_receive_all_four_grades():
    """C67, the red bead problem: at equal quality, 0.2, 35, 58 and 7 % receive grades 0 to 3."""
    exact = np.diff(stats.binom.cdf([-1, 0, 4, 8, 27], 27, 0.20))
    _, grades, _ = judgements()
    assert [round(100 * p, 1) for p in exact] == [0.2, 34.6, 57.8, 7.4]
    for grade in range(4):
        assert within_3_standard_errors((grades == grade).mean(), exact[grade])


def test_appeals_in_the_running_model(recorded):
    """The same distribution in runs without an effect of quality; both measures of appeals are counted."""
    runs = recorded(small_authority(), 60, {**SIMPLE_SAMPLE, "inspection.poor_slope": 0.0, "inspection.appeals": 1.0})
    grades = published_grades(runs)
    exact = risk_with_two_samples(27, 27, lambda x: x >= 9, lambda x, y: y is not None and x + y >= 18)
    assert within_3_standard_errors((grades == INADEQUATE).mean(), exact, grades.size)
    below_good = stats.binom.sf(4, 27, 0.20)  # 5 or more poor cases: requires improvement or inadequate
    assert within_3_standard_errors(runs["appeals"].sum() / grades.size, below_good, grades.size)
    assert 0 < runs["appeals_upheld"].sum() < runs["appeals"].sum()


def test_settings_of_unused_features_do_not_change_the_run(recorded):
    base = {"inspection.clustering": 0.0, "inspection.monitoring_weeks": 13.0}
    unused = {
        "inspection.stratified": 1.0, "inspection.adaptive_margin": 0.2, "inspection.narrative_full": 0.9,
        "takeover.donor_weeks": 200.0, "inspection.nominated_odds": 0.1, "takeover.clock_weeks": 26.0,
    }  # fmt: skip
    one, other = recorded(small_authority(), 10, base), recorded(small_authority(), 10, {**base, **unused})
    for measure in one:
        assert np.array_equal(one[measure], other[measure]), measure
