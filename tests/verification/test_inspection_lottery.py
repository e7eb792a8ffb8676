"""T1, T2, T3, T5, T25: the sample of an inspection against the binomial law (science notes, section 4)."""

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

as_noted = partial(
    Inspection, poor_share=0.20, clustering=0.05, gaming_ref=0.20, threat_ref=0.36, again_weeks=91.0
)  # fmt: skip
"""The regime with the values of the science notes, on which the figures by hand rest; the baseline is fitted anew."""

FAIR = as_noted(leniency_spread=0.0, clustering=0.0, odds_of_poor=1.0)
DRAWS = 100_000


@kernel
def many_samples(seed, n, p, c, shares, grades):
    """Share and grade of many independent samples: one a week."""
    for i in range(shares.size):
        shares[i] = sampled_share(seed, rng.SAMPLE, i, 0, n, p, p, c)
        grades[i] = grade_of(shares[i], c)


def samples(n, p, c=FAIR, draws=DRAWS):
    shares, grades = np.empty(draws), np.empty(draws, dtype=np.int64)
    many_samples(np.uint64(4), n, p, c, shares, grades)
    return shares, grades


def tail_by_inversion(n, p, k):
    """P(X >= k) of the dice themselves: 1 minus the largest uniform that still gives fewer than k poor cases."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rng.binomial(middle, n, p) < k else (low, middle)
    return 1.0 - low


def close(share, expected, draws=DRAWS):
    """Within 3 standard errors of the oracle, as the notes ask."""
    return abs(share - expected) <= 3 * math.sqrt(expected * (1 - expected) / draws)


T1 = [(0.10, 0.001), (0.15, 0.014), (0.20, 0.074), (0.25, 0.214), (0.30, 0.423), (0.35, 0.642)]


@pytest.mark.parametrize(("poor", "fails"), T1)
def test_t1_27_cases_fail_at_9(poor, fails):
    exact = stats.binom.sf(8, 27, poor)
    assert round(exact, 3) == fails
    assert tail_by_inversion(27, poor, 9) == pytest.approx(exact, abs=1e-12)
    shares, grades = samples(27, poor)
    assert close((grades == INADEQUATE).mean(), exact)
    assert ((grades == INADEQUATE) == (shares * 27 > 8.5)).all(), "9 of 27 is the first failing sample"


@pytest.mark.parametrize(
    ("n", "fails"), [(30, 0.129), (60, 0.043), (100, 0.011), (200, 0.000), (25, 0.109), (27, 0.074)]
)
def test_t2_thirty_per_cent_poor(n, fails):
    first = math.ceil(0.30 * n - 1e-9)
    exact = stats.binom.sf(first - 1, n, 0.20)
    assert round(exact, 3) == fails
    assert tail_by_inversion(n, 0.20, first) == pytest.approx(exact, abs=1e-12)
    _, grades = samples(n, 0.20, FAIR._replace(limit_inadequate=0.30))
    assert close((grades == INADEQUATE).mean(), exact)


def test_t2_more_cases_are_not_always_kinder():
    """8 of 25, 9 of 27, 9 of 30: the threshold is lumpy, so the risk falls and rises again."""
    risk = {n: tail_by_inversion(n, 0.20, math.ceil(0.30 * n)) for n in (25, 27, 30)}
    assert risk[27] < risk[25] < risk[30]


@pytest.mark.parametrize(("n", "spread"), [(25, 0.080), (27, 0.077), (30, 0.073), (100, 0.040)])
def test_t3_spread_of_the_sample_share(n, spread):
    exact = math.sqrt(0.2 * 0.8 / n)
    assert round(exact, 3) == spread
    shares, _ = samples(n, 0.20)
    assert abs(shares.std() - exact) <= 3 * exact / math.sqrt(2 * DRAWS) * 1.1  # a binomial's 4th moment, at most
    assert abs(shares.mean() - 0.20) <= 3 * exact / math.sqrt(DRAWS)


def test_clustered_cases_spread_more_as_the_design_effect_says():
    """Kish: variance of the share is p q (1 + (n - 1) icc) / n; 27 cases at icc 0.05 are worth 11.7."""
    shares, _ = samples(27, 0.20, FAIR._replace(clustering=0.05))
    exact = math.sqrt(0.2 * 0.8 / 27 * (1 + 26 * 0.05))
    assert shares.std() == pytest.approx(exact, rel=0.015)


@pytest.mark.parametrize(("odds", "fails"), [(0.5, 0.002), (1.0, 0.074), (1.5, 0.30), (2.0, 0.57), (3.0, 0.89)])
def test_t5_unrepresentative_selection(odds, fails):
    """Odds 0.25 of a poor case times the odds ratio, then T1's binomial tail (0.8850 at 3, which the notes round
    up)."""
    poor = poor_share(1.0, 0.0, 0.0, odds, 0.0, FAIR)
    assert poor == pytest.approx(0.25 * odds / (1 + 0.25 * odds), abs=1e-12)
    exact = stats.binom.sf(8, 27, poor)
    assert exact == pytest.approx(fails, abs=0.006 if fails > 0.01 else 0.0005)
    assert tail_by_inversion(27, poor, 9) == pytest.approx(exact, abs=1e-12)
    _, grades = samples(27, poor)
    assert close((grades == INADEQUATE).mean(), exact)


# the same lottery, inside the running model

BARE = {
    "inspection.leniency_spread": 0.0, "inspection.clustering": 0.0, "inspection.disclosure": 0.0,
    "inspection.exposure": 0.0, "inspection.transient_spread": 0.0, "inspection.publish_weeks": 0.0,
    "inspection.cycle_spread": 0.0, "inspection.notice_weeks": 0.0, "inspection.visit_weeks": 1.0,
    "inspection.poor_share": 0.20,
}  # fmt: skip


def small(**numbers):
    """An authority of 12 posts, visited every half year."""
    times = {"authority.posts": 12, "time.years": 20, "time.warm_up_years": 0, "inspection.cycle_weeks": 26}
    return load("baseline").set({**times, "inspection.again_weeks": 26, **numbers})


def visits(runs):
    """Grades of all visits, [n]; published in the week in which the visit ends."""
    return runs["grade"][runs["inspections"] == 1].astype(int)


def test_t1_in_the_running_model(recorded):
    """Quality has no say (poor_slope 0), so every visit is a draw of 27 cases at 0.20: 7.4 % fail."""
    grades = visits(recorded(small(), 60, {**BARE, "inspection.poor_slope": 0.0}))
    exact = stats.binom.sf(8, 27, 0.20)
    assert grades.size > 1500
    assert close((grades == INADEQUATE).mean(), exact, grades.size)


def test_t25_all_cases_without_bias_make_the_grade_a_function_of_quality(recorded):
    """A million cases, practice alone looked at: the grade is that of the true share, but for 0.002 at a threshold."""
    everything = {
        **BARE, "inspection.cases_tracked": 1e6, "inspection.weight_of_records": 0.0, "quality.gaming_gain": 0.0,
        "quality.preparation_gain": 0.0, "inspection.poor_slope": 8.0,
    }  # fmt: skip
    runs = recorded(small(), 20, everything)
    ended = runs["inspections"] == 1
    c = FAIR._replace(poor_slope=8.0)
    clear = 0
    for quality, grade in zip(runs["service_quality"][ended], visits(runs), strict=True):
        share = poor_share(quality, 0.0, 0.0, 1.0, 0.0, c)
        if min(abs(share - limit) for limit in (0.02, 0.15, 0.33)) > 0.002:
            clear += 1
            assert grade == grade_of(share, c)
    assert clear > 0.9 * ended.sum()
    assert len(set(visits(runs))) >= 2, "quality must differ enough for two grades"


def test_t26_without_stakes_nobody_dresses_up_and_the_lottery_stays(recorded):
    """Stakes 0: G at its floor sigma(-3) = 0.0474, K = k_0 = 0.1, no threat; and still T1's 7.4 %."""
    runs = recorded(
        small(), 60,
        {**BARE, "inspection.poor_slope": 0.0, "inspection.stakes": 0.0, "leadership.gaming_integrity": 0.0,
         "leadership.commitment_spread": 0.0, "leadership.compliance_inadequate": 0.0},
    )  # fmt: skip
    assert runs["gaming"][:, -1] == pytest.approx(1 / (1 + math.exp(3)), abs=1e-6)
    assert runs["compliance"][:, -1] == pytest.approx(0.1, abs=1e-6)
    assert not runs["threat"].any()
    grades = visits(runs)
    assert close((grades == INADEQUATE).mean(), stats.binom.sf(8, 27, 0.20), grades.size)


def test_t24_without_inspection_there_is_no_grade_no_threat_no_takeover(recorded):
    """And attention falls back to k_0 = 0.1 where no director's commitment moves it."""
    off = dataclasses.replace(load("no-inspection"), years=8.0).set({"takeover.rule": "automatic"})
    runs = recorded(off, 10, {"leadership.commitment_spread": 0.0})
    assert (runs["grade"] == -1).all()
    for nothing in ("threat", "inspections", "takeovers", "disruption"):
        assert not runs[nothing].any(), nothing
    assert runs["compliance"][:, -1] == pytest.approx(0.1, abs=1e-6)


# samples of other kinds, each against its own law


@kernel
def many_judgements(world, c, shares, grades, lifted):
    """Share, grade and upheld appeals of many visits to one authority that never changes: one a week."""
    for i in range(shares.size):
        world.counts.appeals_upheld[0] = 0
        grades[i] = judge(
            world.oversight, world.service, world.counts, c, 0.0, WeekContext(i, np.uint64(4), 0, 0, 6, 0, 2)
        )
        shares[i] = world.oversight.poor_seen[0]
        lifted[i] = world.counts.appeals_upheld[0]


def judgements(**changes):
    """Shares, grades and upheld appeals of 100,000 visits where 0.2 of the cases are poor."""
    world = allocate_tables(Authority(posts=6.0, team_size=3.0, friends=0.0), 6)
    world.service.visible[:] = 1.0
    shares, grades, lifted = np.empty(DRAWS), np.empty(DRAWS, dtype=np.int64), np.empty(DRAWS, dtype=np.int64)
    many_judgements(world, FAIR._replace(disclosure=0.0, exposure=0.0, **changes), shares, grades, lifted)
    return shares, grades, lifted


def law_of_two(n, more, again, decide):
    """Exact chance of a failing grade when a first sample of `n` may be followed by `more` cases.

    `again` says for a first count whether more cases are drawn, `decide` whether the counts of both fail.
    """
    first, further = stats.binom.pmf(range(n + 1), n, 0.20), stats.binom.pmf(range(more + 1), more, 0.20)
    return sum(
        first[x] * (sum(further[y] * decide(x, y) for y in range(more + 1)) if again(x) else decide(x, None))
        for x in range(n + 1)
    )


@pytest.mark.parametrize(("spread", "effect"), [(0.0, 2.3), (0.5, 1.65), (1.0, 1.0)])
def test_strata_take_the_design_effect_away(spread, effect):
    """Kish again: 1 + 26 x 0.05 (1 - stratified); within 3 s.e. of a standard deviation, kurtosis included."""
    shares, _, _ = judgements(clustering=0.05, stratified=spread)
    exact = math.sqrt(0.2 * 0.8 / 27 * effect)
    fourth = ((shares - shares.mean()) ** 4).mean() / shares.var() ** 2
    assert abs(shares.std() - exact) <= 3 * exact * math.sqrt((fourth - 1) / (4 * DRAWS))
    assert abs(shares.mean() - 0.20) <= 3 * exact / math.sqrt(DRAWS)


@pytest.mark.parametrize("more", [15, 30, 100])
def test_an_adaptive_sample_against_its_exact_law(more):
    """A first count of 0, 1, 3, 4, 5, 8, 9 or 10 in 27 lies within 0.05 of 0.02, 0.15 or 0.33; then both count."""
    near = {0, 1, 3, 4, 5, 8, 9, 10}
    exact = law_of_two(
        27, more, near.__contains__, lambda x, y: x / 27 >= 0.33 if y is None else x + y >= 0.33 * (27 + more)
    )
    _, grades, _ = judgements(adaptive_cases=float(more))
    assert close((grades == INADEQUATE).mean(), exact)
    assert exact < stats.binom.sf(8, 27, 0.20), "an ordinary authority is failed by chance less often"


@pytest.mark.parametrize("visits", [1, 3, 9])
def test_several_visits_against_the_spread_of_a_mean(visits):
    """Ten thousand cases show the share that inspectors see: its logit spreads by 0.3 / sqrt(visits).

    The cases themselves add 1 / (10,000 x 0.2 x 0.8) to that variance on the logit scale (delta method).
    """
    shares, _, _ = judgements(leniency_spread=0.3, cases_tracked=1e4, snapshots=float(visits))
    logits = np.log(shares / (1.0 - shares))
    exact = math.sqrt(0.09 / visits + 1 / 1600)
    assert abs(logits.std() - exact) <= 3 * exact / math.sqrt(2 * DRAWS) + 1e-4 * exact


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_appeals_against_their_exact_law(chance):
    """9 or more of 27 fail, unless challenged and fewer than 0.33 x 54 = 17.82 of both samples are poor."""
    stands = law_of_two(27, 27, lambda x: x >= 9, lambda x, y: y is not None and x + y >= 18)
    exact = chance * stands + (1.0 - chance) * stats.binom.sf(8, 27, 0.20)
    _, grades, _ = judgements(appeals=chance)
    assert close((grades == INADEQUATE).mean(), exact)


def test_appeals_only_ever_raise_grades():
    """The same dice with and without: no visit ends worse, and those that end better are those upheld."""
    _, without, _ = judgements()
    _, challenged, lifted = judgements(appeals=1.0)
    assert (challenged <= without).all()
    assert ((challenged < without) == (lifted == 1)).all()


@pytest.mark.parametrize(("share", "odds"), [(0.0, 0.5), (0.3, 0.5), (1.0, 0.25)])
def test_nominated_cases_against_a_mixture(share, odds):
    """Of 27 cases int(27 nu + 0.5) are poor at odds 0.25 times `odds`: two binomials, added."""
    chosen = int(27 * share + 0.5)
    p = 0.25 * odds / (1 + 0.25 * odds)
    shares, _, _ = judgements(nominated=share, nominated_odds=odds)
    mean = ((27 - chosen) * 0.2 + chosen * p) / 27
    spread = math.sqrt((27 - chosen) * 0.16 + chosen * p * (1 - p)) / 27
    assert abs(shares.mean() - mean) <= 3 * spread / math.sqrt(DRAWS)


def test_identical_authorities_get_all_four_grades():
    """C67, the red beads: one quality, 0.2 poor, and yet 0.2 / 35 / 58 / 7 %."""
    exact = np.diff(stats.binom.cdf([-1, 0, 4, 8, 27], 27, 0.20))
    _, grades, _ = judgements()
    assert [round(100 * p, 1) for p in exact] == [0.2, 34.6, 57.8, 7.4]
    for grade in range(4):
        assert close((grades == grade).mean(), exact[grade])


def test_appeals_in_the_running_model(recorded):
    """The same law, visit by visit, in runs where quality has no say; and both measures count."""
    runs = recorded(small(), 60, {**BARE, "inspection.poor_slope": 0.0, "inspection.appeals": 1.0})
    grades = visits(runs)
    exact = law_of_two(27, 27, lambda x: x >= 9, lambda x, y: y is not None and x + y >= 18)
    assert close((grades == INADEQUATE).mean(), exact, grades.size)
    wanting = stats.binom.sf(4, 27, 0.20)  # 5 or more poor cases: requires improvement or worse
    assert close(runs["appeals"].sum() / grades.size, wanting, grades.size)
    assert 0 < runs["appeals_upheld"].sum() < runs["appeals"].sum()


def test_neutral_settings_change_no_bit(recorded):
    """What is not used has no effect, whatever its other numbers say."""
    base = {"inspection.clustering": 0.0, "inspection.monitoring_weeks": 13.0}
    idle = {
        "inspection.stratified": 1.0, "inspection.adaptive_margin": 0.2, "inspection.narrative_full": 0.9,
        "takeover.donor_weeks": 200.0, "inspection.nominated_odds": 0.1, "takeover.clock_weeks": 26.0,
    }  # fmt: skip
    one, other = recorded(small(), 10, base), recorded(small(), 10, {**base, **idle})
    for measure in one:
        assert np.array_equal(one[measure], other[measure]), measure
