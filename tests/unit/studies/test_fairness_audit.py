"""Fairness audit: hand calculations, invalid requests, and a small audit of the real model."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binom

from redbead.analysis.draw_effects import DrawShares
from redbead.analysis.intervals import Interval
from redbead.analysis.parameter_draws import PLAUSIBLE, is_plausible
from redbead.exceptions import BadInputError
from redbead.execution.runs import run_options
from redbead.storage.point_store import Points
from redbead.studies import fairness_audit
from redbead.studies.fairness_audit import (
    JUDGED,
    AuditResult,
    Verdict,
    audit,
    audit_result,
    is_beyond_chance,
    plausible_draws,
)

NO_RUNS = None
"""In place of points, where nothing may be run."""


def in_memory(progress=None):
    return Points(None, [], run_options(progress=progress))


BASE = [50.0, 100.0, 0.8, 0.15]
"""Errors made, hidden errors, quality and turnover of one run."""
NOISE = np.array([[-1.0], [1.0]]) * [0.001, 0.01, 0.0001, 0.0001]
"""Differences between the two runs of a draw, which are small."""


def result_of(*rows):
    """Result for draws of two runs that were all equal without the lever; `rows` are the means with the lever."""
    without = np.array([[BASE] * 2] * len(rows))
    return audit_result("prayer", without, np.array(rows)[:, None, :] + NOISE)


def test_shares_of_draws_match_hand_calculation():
    """Fewer errors, better quality and less turnover help; draws without a difference are undecided."""
    result = result_of(
        [49.0, 90.0, 0.7, 0.15],
        [50.0, 110.0, 0.9, 0.15],
        [51.0, 100.0, 0.9, 0.15],
        [49.0, 80.0, 0.9, 0.15],
    )
    assert {name: (s.better.mean, s.worse.mean, s.undecided.mean) for name, s in result.shares.items()} == {
        "errors_generated": (0.5, 0.25, 0.25),
        "hidden_errors": (0.5, 0.25, 0.25),
        "service_quality": (0.75, 0.25, 0.0),
        "turnover": (0.0, 0.0, 1.0),
    }


def test_effects_match_hand_calculation():
    """-20, -10, 0 and +10 %: the median lies between the middle two, the 10th percentile 0.3 of the way up the first
    step, the 90th 0.7 of the way up the last."""
    result = result_of(*([50.0, hidden, 0.8, 0.15] for hidden in (90.0, 110.0, 100.0, 80.0)))
    assert result.effects["hidden_errors"] == pytest.approx((-0.05, -0.17, 0.07), abs=1e-12)
    assert result.effects["turnover"] == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)


def test_an_effect_is_relative_to_its_own_draw():
    """Ten more of 100 and one more of 10 are both 10 %."""
    without = np.array([[[50.0, 100.0, 0.8, 0.15]] * 2, [[50.0, 10.0, 0.8, 0.15]] * 2])
    change = np.array([[[0.0, 10.0, 0.0, 0.0]], [[0.0, 1.0, 0.0, 0.0]]])
    result = audit_result("prayer", without, without + change + NOISE)
    assert result.effects["hidden_errors"] == pytest.approx((0.1, 0.1, 0.1))
    assert result.shares["hidden_errors"].worse.mean == 1.0


def shares(better, worse, low=0.4, high=0.6):
    """Shares of 100 draws, with this interval of the share with chance removed."""
    parts = (Interval(part, 0.0, 1.0, "") for part in (better, worse, 1.0 - better - worse))
    return DrawShares(100, *parts, Interval((low + high) / 2, low, high, ""))


UNCLEAR, ALL, NONE = shares(0.02, 0.03, 0.0, 1.0), shares(0.9, 0.0, 0.99, 1.0), shares(0.0, 0.9, 0.0, 0.01)


@pytest.mark.cases(
    ("outcomes", "verdict"),
    [
        ((UNCLEAR,) * 4, Verdict.UNDECIDED),  # no effect
        ((ALL,) * 4, Verdict.ONE_SIDED),
        ((ALL, NONE, ALL, NONE), Verdict.ONE_SIDED),  # each outcome always changes in the same direction
        ((ALL, ALL, ALL, UNCLEAR), Verdict.UNDECIDED),
        ((ALL, ALL, ALL, shares(0.5, 0.0)), Verdict.UNDECIDED),
        # 8 of 100 draws at a rate of 2.5 % have the probability 0.4 %, 7 have 1.4 %; the limit is 5 / 4 %
        ((ALL, ALL, ALL, shares(0.5, 0.08)), Verdict.FAIR),
        ((ALL, ALL, ALL, shares(0.5, 0.07)), Verdict.UNDECIDED),
        ((shares(0.07, 0.5), ALL, ALL, ALL), Verdict.UNDECIDED),
    ],
)
def test_a_lever_is_fair_if_more_draws_than_chance_explains_go_each_way(outcomes, verdict):
    assert AuditResult("prayer", dict(zip(JUDGED, outcomes, strict=True)), {}).verdict is verdict


def test_one_run_per_draw_is_refused():
    with pytest.raises(ValueError, match="at least 2 runs per draw"):
        audit_result("prayer", np.array([[BASE]] * 3), np.array([[BASE]] * 3))


# invalid requests


@pytest.mark.parametrize(
    ("kinds", "draws", "message"),
    [
        (["two-strike"], 10, "audit: two-strike is not a known lever.\n    Did you mean two-strikes ("),
        (["xyzzy"], 10, "audit: xyzzy is not a known lever.\n    Choose from: adaptive-sample, "),
        ([], 1, "audit: draws = 1 is outside the range 2 to 10000 draws"),
        ([], 10_001, "audit: draws = 10001 is outside the range 2 to 10000 draws"),
    ],
)
def test_unknown_levers_and_invalid_numbers_are_refused_before_any_run(kinds, draws, message):
    with pytest.raises(BadInputError) as caught:
        audit(NO_RUNS, kinds, draws=draws)
    assert message in str(caught.value)


@pytest.mark.parametrize("runs", [1, 1001])
def test_a_number_of_runs_out_of_range_is_refused(runs):
    with pytest.raises(BadInputError, match=f"runs = {runs} is outside the range 2 to 1000 runs per draw"):
        audit(NO_RUNS, draws=10, runs=runs)


def test_all_problems_are_reported_at_once():
    with pytest.raises(BadInputError) as caught:
        audit(NO_RUNS, ["two-strike", "just-cultures", "targets"], draws=0)
    assert sorted(problem.key for problem in caught.value.problems) == ["draws = 0", "just-cultures", "two-strike"]


# selection of plausible draws, without runs

PLAUSIBLE_OUTCOMES = {name: sum(bounds) / 2 for name, bounds in PLAUSIBLE.items()}


def replace_runs(monkeypatch, plausible):
    """Make every draw whose seed is in `plausible` plausible; returns the list of seeds that were run."""
    tried = []

    def run_all(_points, _part, _scenarios, sample):
        seeds, runs = sample
        tried.extend(seeds)
        return [
            {
                name: [value] * runs
                for name, value in (
                    dict.fromkeys(JUDGED, 1.0)
                    | (PLAUSIBLE_OUTCOMES if seed in plausible else dict.fromkeys(PLAUSIBLE, 9.0))
                ).items()
            }
            for seed in seeds
        ]

    monkeypatch.setattr(fairness_audit, "_mean_outcomes", run_all)
    return tried


def test_draws_continue_until_enough_are_plausible(monkeypatch):
    tried = replace_runs(monkeypatch, plausible={12, 14, 20, 24})
    draws, number = plausible_draws(NO_RUNS, 3, 2, 10)
    assert [draw.seed for draw in draws] == [12, 14, 20]
    assert tried == list(range(10, 22, 2)), "two batches of three; no two draws share one of their two seeds"
    assert number == 6
    assert len({draw.scenario.values for draw in draws}) == 3


def test_the_audit_stops_if_too_few_draws_are_plausible(monkeypatch):
    tried = replace_runs(monkeypatch, plausible={10})
    with pytest.raises(BadInputError, match="only 1 of 60 draws are plausible for an English authority"):
        plausible_draws(NO_RUNS, 3, 2, 10)
    assert len(tried) == 60


# the real model


KINDS = ("just-culture", "two-strikes")


@pytest.fixture(scope="module")
def small_audit():
    """Two levers in four draws of two runs, and the progress reports."""
    reports = []
    return audit(in_memory(reports.append), KINDS, draws=4, runs=2, seed=2), reports


def test_a_small_audit_counts_every_lever_in_every_draw(small_audit):
    result, reports = small_audit
    assert [item.kind for item in result.results] == list(KINDS)
    assert (result.draws, result.tried % 4) == (4, 0)
    for first in result.results:
        assert list(first.shares) == list(first.effects) == list(JUDGED)
        assert all(4 * share.better.mean == int(4 * share.better.mean) for share in first.shares.values()), "quarters"
        assert all(low <= middle <= high for middle, low, high in first.effects.values())
    assert (reports[-1].done, reports[-1].total) == (16, 16), "two levers in four draws of two runs"


def test_the_same_seed_gives_the_same_audit(small_audit):
    assert audit(in_memory(), KINDS, draws=4, runs=2, seed=2) == small_audit[0]


def test_a_result_does_not_depend_on_the_other_levers(small_audit):
    """`redbead audit two-strikes` gives the same result as the complete audit."""
    assert audit(in_memory(), ["two-strikes"], draws=4, runs=2, seed=2).results == small_audit[0].results[1:]


def test_another_seed_gives_other_draws():
    first, other = (plausible_draws(in_memory(), 2, 2, seed)[0] for seed in (2, 300))
    assert all(is_plausible(fairness_audit._means(draw.outcomes)) for draw in [*first, *other])
    assert not {draw.scenario.values for draw in first} & {draw.scenario.values for draw in other}


# outcomes of one run, and the table, without runs


def weekly(**series):
    """A lookup of one run of four years; all other measures are 0."""
    return lambda name: np.asarray(series.get(name, np.zeros(208)), dtype=float)[None, :]


def test_outcomes_are_means_over_years_2_to_4():
    """The first year is 9 throughout; the others are 1, 2 and 3."""
    years = np.repeat([9.0, 1.0, 2.0, 3.0], 52)
    observed = fairness_audit._run_outcomes(weekly(turnover=years, errors_generated=years, errors_reported=years / 4))
    assert observed["turnover"] == pytest.approx([2.0])
    assert observed["reported_share"] == pytest.approx([0.25])
    assert set(observed) == {*JUDGED, *PLAUSIBLE}


def test_without_errors_none_are_reported():
    assert fairness_audit._run_outcomes(weekly())["reported_share"] == [0.0]


def test_the_reported_share_is_a_ratio_of_totals():
    """1 of 10 errors is reported in one week and 9 of 10 in another, of weeks with 10 and 90 errors: 82 of 100."""
    made, reported = np.zeros(208), np.zeros(208)
    made[100], made[150], reported[100], reported[150] = 10, 90, 1, 81
    observed = fairness_audit._run_outcomes(weekly(errors_generated=made, errors_reported=reported))
    assert observed["reported_share"] == pytest.approx([0.82])


@given(
    arrays(np.float64, (3, 2, 4), elements=st.floats(0.1, 10)),
    arrays(np.float64, (3, 2, 4), elements=st.floats(0.1, 10)),
)
def test_a_lever_helps_exactly_as_often_as_its_absence_harms(without, with_it):
    forward, backward = audit_result("prayer", without, with_it), audit_result("prayer", with_it, without)
    for name in JUDGED:
        assert forward.shares[name].better == backward.shares[name].worse
        assert forward.shares[name].undecided == backward.shares[name].undecided


@given(arrays(np.float64, (3, 2, 4), elements=st.floats(0.1, 10)), st.floats(0.01, 100))
def test_shares_and_relative_effects_do_not_depend_on_units(without, unit):
    with_it = without[::-1]
    plain, scaled = audit_result("prayer", without, with_it), audit_result("prayer", unit * without, unit * with_it)
    for name in JUDGED:
        assert scaled.effects[name] == pytest.approx(plain.effects[name], rel=1e-9, abs=1e-9)


def test_the_table_has_one_row_per_lever_and_outcome():
    results = [result_of([49.0, 90.0, 0.7, 0.15], [49.0, 110.0, 0.7, 0.15])._replace(kind=k) for k in ("prayer", "x")]
    files = fairness_audit.files_of(fairness_audit.Audit(results, 2, 3, 2))
    rows = list(csv.DictReader(files.tables["audit.csv"].splitlines()))
    assert [(row["lever"], row["outcome"]) for row in rows] == [
        (kind, name) for kind in ("prayer", "x") for name in JUDGED
    ]
    assert [float(row["better"]) for row in rows[:4]] == [1.0, 0.5, 0.0, 0.0]
    assert [float(row["worse"]) for row in rows[:4]] == [0.0, 0.5, 1.0, 0.0]
    assert 0.0 < float(rows[0]["better_low"]) < float(rows[0]["better_high"]) == 1.0
    assert rows[0]["positive"] == "", "two draws are too few for the share with chance removed"
    assert {row["verdict"] for row in rows} == {"undecided"}
    assert files.facts == {"draws": {"plausible": 2, "tried": 3, "runs": 2}}


def test_the_identity_of_an_audit_depends_on_levers_draws_runs_and_seed():
    first = (["targets"], 9, 5, 1)
    others = ((["prayer"], 9, 5, 1), (["targets"], 8, 5, 1), (["targets"], 9, 4, 1), (["targets"], 9, 5, 2))
    identities = [fairness_audit.header(*arguments)["inputs"] for arguments in (first, *others, ([], 9, 5, 1))]
    assert len(set(identities)) == 6


def test_the_seed_of_a_lever_does_not_depend_on_the_order_of_levers(monkeypatch):
    replace_runs(monkeypatch, plausible=set(range(100)))
    seeds = {}

    def record(_points, kind, _plausible, seed):
        seeds.setdefault(kind, set()).add(seed)
        return result_of(BASE, BASE)

    monkeypatch.setattr(fairness_audit, "_audit_lever", record)
    for kinds in (["two-strikes", "just-culture"], ["just-culture"], ["two-strikes"], []):
        audit(in_memory(), kinds, draws=2, runs=2, seed=5)
    assert all(len(observed) == 1 for observed in seeds.values())
    assert len(seeds) == len(set().union(*seeds.values())), "each lever has its own seed"


def test_every_draw_is_run_with_the_lever_and_its_own_seed(monkeypatch):
    """The scenario and seed of a draw stay the same, so that only the lever differs."""
    plausible = {10, 12}
    replace_runs(monkeypatch, plausible)
    draws, _ = plausible_draws(NO_RUNS, 2, 2, 10)
    runs = []

    def record(_points, part, scenarios, sample):
        runs.append((part, scenarios, sample))
        return [{name: [1.999, 2.001] for name in JUDGED} for _ in scenarios]

    monkeypatch.setattr(fairness_audit, "_mean_outcomes", record)
    result = fairness_audit._audit_lever(NO_RUNS, "two-strikes", draws, 1)
    ((part, scenarios, sample),) = runs
    assert (part, sample) == ("two-strikes", ([10, 12], 2))
    assert [scenario.values for scenario in scenarios] == [draw.scenario.values for draw in draws]
    assert [[lever.kind for lever in scenario.levers] for scenario in scenarios] == [["two-strikes"]] * 2
    assert [share.better.mean for share in result.shares.values()] == [0.0, 0.0, 1.0, 0.0]


@pytest.mark.parametrize("draws", [20, 60, 100])
def test_more_draws_than_the_error_rate_gives_are_beyond_chance(draws):
    """The smallest count whose binomial probability is at most 0.05 / 4."""
    smallest = next(k for k in range(draws) if binom.sf(k - 1, draws, 0.025) <= 0.0125)
    beyond = [is_beyond_chance(Interval(k / draws, 0.0, 1.0, ""), draws, 4) for k in range(draws + 1)]
    assert beyond == [k >= smallest for k in range(draws + 1)]
