"""A whole study of a stand-in for the model: it finds what was planted, resumes, and says what to find out."""

import numpy as np
import pytest

from redbead.exceptions import BadInputError, IntegrityError
from redbead.execution.executors import ExecutionTarget
from redbead.parameters import register
from redbead.studies.sensitivity.inputs import ask
from redbead.studies.sensitivity.key_drivers import key_drivers, sign_changes, widest
from redbead.studies.sensitivity.results import all_tables
from redbead.studies.sensitivity.spec import factor_of, in_proportion, logarithms
from redbead.studies.sensitivity.study import analyse, carry_out, inputs_hash


class Planted:
    """In place of runs: errors follow fear.blame, hidden errors reporting.fear; a just culture helps below 0.5."""

    def __init__(self):
        self.made = 0

    def carry(self, part, scenarios, runs, seed, reduce, note=""):
        self.made += len(scenarios)
        return [self._one(scenario, runs) for scenario in scenarios]

    def _one(self, scenario, runs):
        blame, fear = scenario.value("fear.blame"), scenario.value("reporting.fear")
        helped = (blame - 0.5) * 30.0 if scenario.levers else 0.0
        luck = np.random.Generator(np.random.Philox(3)).standard_normal(runs)
        levels = [100.0 * blame + helped, 10.0 * fear, 0.15, 1.0]
        return [[[level + 0.01 * k for _ in range(3)] for level in levels] for k in luck]


@pytest.fixture
def study():
    return ask(
        "baseline", rivals=["just-culture"], parameters_=["fear.blame", "reporting.fear", "fear.floor"],
        trajectories=4, samples=128, runs=3,
    )  # fmt: skip


def test_what_was_planted_is_found(study):
    found = analyse(study, Planted())
    assert {factor.path for factor in found.leading} == {"fear.blame", "reporting.fear"}
    totals = {(s.path, s.outcome): s.total for s in found.shares if s.period == found.last}
    assert totals["fear.blame", 0] == pytest.approx(1.0, abs=0.1)
    assert totals["reporting.fear", 1] == pytest.approx(1.0, abs=0.1)


def test_what_is_above_zero_is_weighed_in_proportion():
    """Two services, ten times apart: the same tenth more of either moves the logarithm alike; what may be 0 stays."""
    answers = np.array([[[[10.0], [0.0]]], [[[11.0], [1.0]]], [[[100.0], [0.0]]], [[[110.0], [1.0]]]])
    assert in_proportion(answers) == (True, False)
    told = logarithms(answers, in_proportion(answers))[:, 0, :, 0]
    assert told[1, 0] - told[0, 0] == pytest.approx(told[3, 0] - told[2, 0]) == pytest.approx(np.log(1.1))
    assert told[:, 1].tolist() == [0.0, 1.0, 0.0, 1.0]
    assert np.isfinite(logarithms(answers, (True, True))).all()


def test_a_tornado_is_of_paired_differences(study):
    """Over 0 to 0.8 with 0.55 in between: errors fall by 55 and rise by 25, in every pair of runs alike."""
    found = analyse(study, Planted())
    (path, low, high), *_ = widest(found, 0)
    assert path == "fear.blame"
    assert (low.difference.mean, high.difference.mean) == pytest.approx((-55.0, 25.0))
    assert low.difference.high - low.difference.low == pytest.approx(0.0, abs=1e-9)


def test_where_a_policy_turns_round_is_said(study):
    """A just culture adds errors at 0.55 and takes them away at 0."""
    turned = [f for f in sign_changes(analyse(study, Planted())) if f.outcome == "errors_generated"]
    assert [(f.path, f.end, f.policy) for f in turned] == [("fear.blame", "low", "just-culture")]
    assert turned[0].advantage > 0 > turned[0].flipped


def test_assumed_numbers_come_first_in_what_to_find_out(study):
    found = key_drivers(analyse(study, Planted()))
    assert [c.basis for c in found] == sorted((c.basis for c in found), key=lambda basis: basis != "assumed")


def test_every_table_has_its_rows(study):
    tables = all_tables(analyse(study, Planted()))
    assert len(tables["screening.csv"]) == 3 * 4
    assert len(tables["tornado.csv"]) == 2 * 2 * 2 * 4
    assert set(tables["over_time.csv"]["period"]) == {"year 1", "year 2"}


def test_a_causal_link_is_varied_over_its_whole_range_and_the_rest_over_a_tenth():
    blame, memory = register()["fear.blame"], register()["publicity.memory"]
    assert factor_of("fear.blame", blame, 0.55)[2:] == (0.0, 0.8)
    low, high = memory.param.span()
    found = factor_of("publicity.memory", memory, memory.default)
    assert found.low == pytest.approx(memory.default + 0.1 * (low - memory.default))
    assert found.high == pytest.approx(memory.default + 0.1 * (high - memory.default))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"parameters_": ["fear.blam"]}, "did you mean 'fear.blame'"),
        ({"outcomes": ["turnovr"]}, "did you mean 'turnover'"),
        ({"samples": 1}, "at least 2"),
        ({"rivals": ["just-cultur"]}, "did you mean 'just-culture'"),
    ],
)
def test_bad_requests_say_what_to_do(more, said):
    with pytest.raises(BadInputError, match=said):
        ask("baseline", **more)


@pytest.mark.slow
def test_jobs_change_no_bit_and_a_finished_point_is_never_run_again(tmp_path):
    small = ask(
        "baseline", parameters_=["reporting.fear", "fear.blame"], trajectories=2, samples=4, runs=2, tornado_runs=4
    )
    first = carry_out(small, tmp_path / "one", ExecutionTarget(1))
    second = carry_out(small, tmp_path / "two", ExecutionTarget(2))
    for name, table in all_tables(first).items():
        assert table.equals(all_tables(second)[name]), name
    told: list[int] = []
    carry_out(small, tmp_path / "one", ExecutionTarget(1), lambda progress: told.append(progress.done))
    assert told == []


@pytest.mark.slow
def test_a_study_that_was_cut_short_goes_on(tmp_path):
    small = ask(
        "baseline", parameters_=["reporting.fear", "fear.blame"], trajectories=2, samples=4, runs=2, tornado_runs=4
    )
    whole = carry_out(small, tmp_path / "whole", ExecutionTarget(1))
    journal = tmp_path / "whole" / "points.jsonl"
    cut = tmp_path / "cut"
    cut.mkdir()
    lines = journal.read_bytes().splitlines(keepends=True)
    (cut / "points.jsonl").write_bytes(b"".join(lines[:7]) + lines[7][:20])
    again = carry_out(small, cut, ExecutionTarget(1))
    assert all_tables(again)["tornado.csv"].equals(all_tables(whole)["tornado.csv"])
    other = ask("baseline", parameters_=["reporting.fear"], trajectories=2, samples=4, runs=2)
    assert inputs_hash(other) != inputs_hash(small)
    with pytest.raises(IntegrityError, match="other inputs"):
        carry_out(other, cut, ExecutionTarget(1))
