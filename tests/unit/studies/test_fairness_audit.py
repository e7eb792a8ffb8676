"""The fairness audit: counting by hand, what is refused, and one small audit of the real model."""

import numpy as np
import pytest

from redbead.analysis.parameter_draws import PLAUSIBLE, is_plausible
from redbead.exceptions import BadInputError
from redbead.execution.progress import Counter
from redbead.studies import fairness_audit
from redbead.studies.fairness_audit import JUDGED, AuditResult, audit, plausible_worlds, verdict

PLAIN = [50.0, 100.0, 0.8, 0.15]
"""Errors made, hidden errors, quality, turnover of one draw."""


def judged(*rows):
    """The verdict on draws that were all alike without the lever."""
    return verdict("prayer", np.array([PLAIN] * len(rows)), np.array(rows))


def test_counting_by_hand():
    """Fewer errors, better quality and less turnover are help; no difference is half of it."""
    found = judged(
        [49.0, 90.0, 0.7, 0.15],
        [50.0, 110.0, 0.9, 0.15],
        [51.0, 100.0, 0.9, 0.15],
        [49.0, 80.0, 0.9, 0.15],
    )
    assert found.helped == {"errors_generated": 0.625, "hidden_errors": 0.625, "service_quality": 0.75, "turnover": 0.5}


def test_effects_by_hand():
    """-20, -10, 0 and +10 %: the median lies between the middle two, the 10th percentile 0.3 of the way up the first
    step, the 90th 0.7 of the way up the last."""
    found = judged(*([50.0, hidden, 0.8, 0.15] for hidden in (90.0, 110.0, 100.0, 80.0)))
    assert found.effects["hidden_errors"] == pytest.approx((-0.05, -0.17, 0.07), abs=1e-12)
    assert found.effects["turnover"] == (0.0, 0.0, 0.0)


def test_an_effect_is_relative_to_its_own_draw():
    """Ten more of 100 and one more of 10 are both a tenth."""
    without = np.array([[50.0, 100.0, 0.8, 0.15], [50.0, 10.0, 0.8, 0.15]])
    found = verdict("prayer", without, without + np.array([[0.0, 10.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]]))
    assert found.effects["hidden_errors"] == pytest.approx((0.1, 0.1, 0.1))
    assert found.helped["hidden_errors"] == 0.0


@pytest.mark.parametrize(
    ("shares", "fair"),
    [
        ((1.0, 1.0, 1.0, 1.0), False),
        ((0.0, 0.0, 0.0, 0.0), False),
        ((1.0, 0.0, 1.0, 0.0), False),  # always the same way, though better here and worse there
        ((1.0, 1.0, 1.0, 0.98), True),
        ((1.0, 1.0, 1.0, 0.981), False),
        ((0.02, 0.0, 0.0, 0.0), True),
        ((0.019, 0.0, 0.0, 0.0), False),
    ],
)
def test_fair_is_what_neither_wins_nor_loses_in_every_draw_on_every_outcome(shares, fair):
    assert AuditResult("prayer", dict(zip(JUDGED, shares, strict=True)), {}).fair is fair


# what is refused


@pytest.mark.parametrize(
    ("kinds", "draws", "said"),
    [
        (["two-strike"], 10, "audit: two-strike: unknown lever\n    did you mean 'two-strikes' ("),
        (["xyzzy"], 10, "audit: xyzzy: unknown lever\n    known levers: adaptive-sample, "),
        ([], 1, "audit: draws = 1: outside 2 to 10000 draws"),
        ([], 10_001, "audit: draws = 10001: outside 2 to 10000 draws"),
    ],
)
def test_unknown_levers_and_senseless_numbers_are_refused_before_anything_runs(monkeypatch, kinds, draws, said):
    monkeypatch.setattr(fairness_audit, "simulate", None)
    with pytest.raises(BadInputError) as caught:
        audit(kinds, draws=draws)
    assert said in str(caught.value)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(BadInputError) as caught:
        audit(["two-strike", "just-cultures", "targets"], draws=0)
    assert sorted(problem.key for problem in caught.value.problems) == ["draws = 0", "just-cultures", "two-strike"]


# which draws are kept; with outcomes made up, so that nothing runs

GOOD = {name: sum(bounds) / 2 for name, bounds in PLAUSIBLE.items()}


def made_up(monkeypatch, good):
    """Let every draw whose number is in `good` look like an English authority; gives the numbers of all draws."""
    tried = []

    def run_all(scenarios, seeds, meter):
        tried.extend(seeds)
        return [
            dict.fromkeys(JUDGED, 1.0) | (GOOD if seed in good else dict.fromkeys(PLAUSIBLE, 9.0)) for seed in seeds
        ]

    monkeypatch.setattr(fairness_audit, "_run_all", run_all)
    return tried


def test_draws_are_tried_until_enough_are_plausible(monkeypatch):
    tried = made_up(monkeypatch, good={11, 12, 15, 17})
    worlds, number = plausible_worlds(3, 10, Counter(9, None))
    assert [world.seed for world in worlds] == [11, 12, 15]
    assert tried == list(range(10, 16)), "two batches of three, each draw on dice of its own"
    assert number == 6
    assert len({world.scenario.values for world in worlds}) == 3


def test_it_gives_up_where_hardly_any_draw_is_plausible(monkeypatch):
    tried = made_up(monkeypatch, good={10})
    with pytest.raises(BadInputError, match="only 1 of 60 draws look like an English authority"):
        plausible_worlds(3, 10, Counter(9, None))
    assert len(tried) == 60


# the real model


KINDS = ("just-culture", "two-strikes")


@pytest.fixture(scope="module")
def small():
    """Two levers in four draws, and what was told on the way."""
    told = []
    return audit(KINDS, draws=4, seed=2, progress=told.append), told


def test_a_small_audit_counts_every_lever_in_every_draw(small):
    found, told = small
    assert [one.kind for one in found.verdicts] == list(KINDS)
    assert (found.draws, found.tried % 4) == (4, 0)
    for one in found.verdicts:
        assert list(one.helped) == list(one.effects) == list(JUDGED)
        assert all(8 * share == int(8 * share) for share in one.helped.values()), "halves of quarters"
        assert all(low <= middle <= high for middle, low, high in one.effects.values())
    assert (told[-1].done, told[-1].total) == (12, 12)


def test_the_same_seed_gives_the_same_audit(small):
    assert audit(KINDS, draws=4, seed=2) == small[0]


def test_a_verdict_does_not_depend_on_who_else_is_judged(small):
    """`redbead audit two-strikes` says of two strikes what the whole table says."""
    assert audit(["two-strikes"], draws=4, seed=2).verdicts == small[0].verdicts[1:]


def test_another_seed_gives_another():
    one, other = (plausible_worlds(2, seed, Counter(2, None))[0] for seed in (2, 300))
    assert all(is_plausible(world.means) for world in [*one, *other])
    assert not {world.scenario.values for world in one} & {world.scenario.values for world in other}
