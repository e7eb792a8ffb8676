"""Fairness audit: hand calculations, invalid requests, and a small audit of the real model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from redbead.analysis.parameter_draws import PLAUSIBLE, is_plausible
from redbead.exceptions import BadInputError
from redbead.execution.runs import run_options
from redbead.storage.point_store import Points
from redbead.studies import fairness_audit
from redbead.studies.fairness_audit import JUDGED, AuditResult, audit, audit_result, plausible_draws

NO_RUNS = None
"""In place of points, where nothing may be run."""


def in_memory(progress=None):
    return Points(None, [], run_options(progress=progress))


BASE = [50.0, 100.0, 0.8, 0.15]
"""Errors made, hidden errors, quality and turnover of one draw."""


def result_of(*rows):
    """Result for draws that were all equal without the lever."""
    return audit_result("prayer", np.array([BASE] * len(rows)), np.array(rows))


def test_shares_of_wins_match_hand_calculation():
    """Fewer errors, better quality and less turnover are wins; no difference counts half."""
    result = result_of(
        [49.0, 90.0, 0.7, 0.15],
        [50.0, 110.0, 0.9, 0.15],
        [51.0, 100.0, 0.9, 0.15],
        [49.0, 80.0, 0.9, 0.15],
    )
    assert result.helped == {
        "errors_generated": 0.625,
        "hidden_errors": 0.625,
        "service_quality": 0.75,
        "turnover": 0.5,
    }


def test_effects_match_hand_calculation():
    """-20, -10, 0 and +10 %: the median lies between the middle two, the 10th percentile 0.3 of the way up the first
    step, the 90th 0.7 of the way up the last."""
    result = result_of(*([50.0, hidden, 0.8, 0.15] for hidden in (90.0, 110.0, 100.0, 80.0)))
    assert result.effects["hidden_errors"] == pytest.approx((-0.05, -0.17, 0.07), abs=1e-12)
    assert result.effects["turnover"] == (0.0, 0.0, 0.0)


def test_an_effect_is_relative_to_its_own_draw():
    """Ten more of 100 and one more of 10 are both 10 %."""
    without = np.array([[50.0, 100.0, 0.8, 0.15], [50.0, 10.0, 0.8, 0.15]])
    result = audit_result("prayer", without, without + np.array([[0.0, 10.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]]))
    assert result.effects["hidden_errors"] == pytest.approx((0.1, 0.1, 0.1))
    assert result.helped["hidden_errors"] == 0.0


@pytest.mark.parametrize(
    ("shares", "fair"),
    [
        ((1.0, 1.0, 1.0, 1.0), False),
        ((0.0, 0.0, 0.0, 0.0), False),
        ((1.0, 0.0, 1.0, 0.0), False),  # each outcome always changes in the same direction
        ((1.0, 1.0, 1.0, 0.98), True),
        ((1.0, 1.0, 1.0, 0.981), False),
        ((0.02, 0.0, 0.0, 0.0), True),
        ((0.019, 0.0, 0.0, 0.0), False),
    ],
)
def test_a_lever_is_fair_if_it_can_win_and_lose_on_an_outcome(shares, fair):
    assert AuditResult("prayer", dict(zip(JUDGED, shares, strict=True)), {}).fair is fair


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


def test_all_problems_are_reported_at_once():
    with pytest.raises(BadInputError) as caught:
        audit(NO_RUNS, ["two-strike", "just-cultures", "targets"], draws=0)
    assert sorted(problem.key for problem in caught.value.problems) == ["draws = 0", "just-cultures", "two-strike"]


# selection of plausible draws, without runs

PLAUSIBLE_OUTCOMES = {name: sum(bounds) / 2 for name, bounds in PLAUSIBLE.items()}


def replace_runs(monkeypatch, plausible):
    """Make every draw whose seed is in `plausible` plausible; returns the list of seeds that were run."""
    tried = []

    def run_all(_points, _part, _scenarios, seeds):
        tried.extend(seeds)
        return [
            dict.fromkeys(JUDGED, 1.0) | (PLAUSIBLE_OUTCOMES if seed in plausible else dict.fromkeys(PLAUSIBLE, 9.0))
            for seed in seeds
        ]

    monkeypatch.setattr(fairness_audit, "_mean_outcomes", run_all)
    return tried


def test_draws_continue_until_enough_are_plausible(monkeypatch):
    tried = replace_runs(monkeypatch, plausible={11, 12, 15, 17})
    draws, number = plausible_draws(NO_RUNS, 3, 10)
    assert [draw.seed for draw in draws] == [11, 12, 15]
    assert tried == list(range(10, 16)), "two batches of three, each draw with its own seed"
    assert number == 6
    assert len({draw.scenario.values for draw in draws}) == 3


def test_the_audit_stops_if_too_few_draws_are_plausible(monkeypatch):
    tried = replace_runs(monkeypatch, plausible={10})
    with pytest.raises(BadInputError, match="only 1 of 60 draws are plausible for an English authority"):
        plausible_draws(NO_RUNS, 3, 10)
    assert len(tried) == 60


# the real model


KINDS = ("just-culture", "two-strikes")


@pytest.fixture(scope="module")
def small_audit():
    """Two levers in four draws, and the progress reports."""
    reports = []
    return audit(in_memory(reports.append), KINDS, draws=4, seed=2), reports


def test_a_small_audit_counts_every_lever_in_every_draw(small_audit):
    result, reports = small_audit
    assert [item.kind for item in result.verdicts] == list(KINDS)
    assert (result.draws, result.tried % 4) == (4, 0)
    for first in result.verdicts:
        assert list(first.helped) == list(first.effects) == list(JUDGED)
        assert all(8 * share == int(8 * share) for share in first.helped.values()), "halves of quarters"
        assert all(low <= middle <= high for middle, low, high in first.effects.values())
    assert (reports[-1].done, reports[-1].total) == (8, 8), "two levers in four draws"


def test_the_same_seed_gives_the_same_audit(small_audit):
    assert audit(in_memory(), KINDS, draws=4, seed=2) == small_audit[0]


def test_a_result_does_not_depend_on_the_other_levers(small_audit):
    """`redbead audit two-strikes` gives the same result as the complete audit."""
    assert audit(in_memory(), ["two-strikes"], draws=4, seed=2).verdicts == small_audit[0].verdicts[1:]


def test_another_seed_gives_other_draws():
    first, other = (plausible_draws(in_memory(), 2, seed)[0] for seed in (2, 300))
    assert all(is_plausible(draw.means) for draw in [*first, *other])
    assert not {draw.scenario.values for draw in first} & {draw.scenario.values for draw in other}


# outcomes of one run, and the table, without runs


def weekly(**series):
    """A lookup of one run of four years; all other measures are 0."""
    return lambda name: np.asarray(series.get(name, np.zeros(208)), dtype=float)[None, :]


def test_outcomes_are_means_over_years_2_to_4():
    """The first year is 9 throughout; the others are 1, 2 and 3."""
    years = np.repeat([9.0, 1.0, 2.0, 3.0], 52)
    observed = fairness_audit._run_outcomes(weekly(turnover=years, errors_generated=years, errors_reported=years / 4))
    assert observed["turnover"] == pytest.approx(2.0)
    assert observed["reported_share"] == pytest.approx(0.25)
    assert set(observed) == {*JUDGED, *PLAUSIBLE}


def test_without_errors_none_are_reported():
    assert fairness_audit._run_outcomes(weekly())["reported_share"] == 0.0


def test_the_reported_share_is_a_ratio_of_totals():
    """1 of 10 errors is reported in one week and 9 of 10 in another, of weeks with 10 and 90 errors: 82 of 100."""
    made, reported = np.zeros(208), np.zeros(208)
    made[100], made[150], reported[100], reported[150] = 10, 90, 1, 81
    observed = fairness_audit._run_outcomes(weekly(errors_generated=made, errors_reported=reported))
    assert observed["reported_share"] == pytest.approx(0.82)


@given(arrays(np.float64, (5, 4), elements=st.floats(0.1, 10)), arrays(np.float64, (5, 4), elements=st.floats(0.1, 10)))
def test_a_lever_helps_exactly_as_often_as_its_absence_harms(without, with_it):
    forward, backward = audit_result("prayer", without, with_it), audit_result("prayer", with_it, without)
    for name in JUDGED:
        assert forward.helped[name] + backward.helped[name] == pytest.approx(1.0)


@given(arrays(np.float64, (5, 4), elements=st.floats(0.1, 10)), st.floats(0.01, 100))
def test_shares_and_relative_effects_do_not_depend_on_units(without, unit):
    with_it = without[::-1]
    plain, scaled = audit_result("prayer", without, with_it), audit_result("prayer", unit * without, unit * with_it)
    for name in JUDGED:
        assert scaled.effects[name] == pytest.approx(plain.effects[name], rel=1e-9, abs=1e-9)


def test_the_table_has_one_row_per_lever_and_outcome():
    verdicts = [result_of([49.0, 90.0, 0.7, 0.15])._replace(kind=kind) for kind in ("prayer", "targets")]
    files = fairness_audit.files_of(fairness_audit.Audit(verdicts, 1, 3))
    lines = [line.split(",") for line in files.tables["audit.csv"].splitlines()]
    assert lines[0] == ["lever", "outcome", "helped", "effect", "effect_p10", "effect_p90", "fair"]
    assert [line[:2] for line in lines[1:]] == [[kind, name] for kind in ("prayer", "targets") for name in JUDGED]
    assert [float(line[2]) for line in lines[1:5]] == [1.0, 1.0, 0.0, 0.5]
    assert {line[6] for line in lines[1:]} == {"True"}, "no difference in turnover counts half"
    assert files.facts == {"draws": {"plausible": 1, "tried": 3}}


def test_the_identity_of_an_audit_depends_on_levers_draws_and_seed():
    identities = [
        fairness_audit.header(*arguments)["inputs"]
        for arguments in ((["targets"], 9, 1), (["prayer"], 9, 1), (["targets"], 8, 1), (["targets"], 9, 2), ([], 9, 1))
    ]
    assert len(set(identities)) == 5


def test_the_seed_of_a_lever_does_not_depend_on_the_order_of_levers(monkeypatch):
    replace_runs(monkeypatch, plausible=set(range(100)))
    seeds = {}

    def record(_points, kind, _plausible, seed):
        seeds.setdefault(kind, set()).add(seed)
        return result_of(BASE)

    monkeypatch.setattr(fairness_audit, "_audit_lever", record)
    for kinds in (["two-strikes", "just-culture"], ["just-culture"], ["two-strikes"], []):
        audit(in_memory(), kinds, draws=2, seed=5)
    assert all(len(observed) == 1 for observed in seeds.values())
    assert len(seeds) == len(set().union(*seeds.values())), "each lever has its own seed"


def test_every_draw_is_run_with_the_lever_and_its_own_seed(monkeypatch):
    """The scenario and seed of a draw stay the same, so that only the lever differs."""
    plausible = {11, 12}
    replace_runs(monkeypatch, plausible)
    draws, _ = plausible_draws(NO_RUNS, 2, 10)
    runs = []

    def record(_points, part, scenarios, seeds):
        runs.append((part, scenarios, seeds))
        return [dict.fromkeys(JUDGED, 2.0) for _ in scenarios]

    monkeypatch.setattr(fairness_audit, "_mean_outcomes", record)
    result = fairness_audit._audit_lever(NO_RUNS, "two-strikes", draws, 1)
    ((part, scenarios, seeds),) = runs
    assert (part, seeds) == ("two-strikes", [11, 12])
    assert [scenario.values for scenario in scenarios] == [draw.scenario.values for draw in draws]
    assert [[lever.kind for lever in scenario.levers] for scenario in scenarios] == [["two-strikes"]] * 2
    assert result.helped == {"errors_generated": 0.0, "hidden_errors": 0.0, "service_quality": 1.0, "turnover": 0.0}
