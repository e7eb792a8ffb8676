"""Batch files: what they may say, and what is told of everything that is wrong, with line and column."""

import pytest

from redbead.exceptions import BadInputError
from redbead.scenario.library import shipped_batches
from redbead.studies.comparison.arms import arms_of, points_of
from redbead.studies.comparison.inputs import gather, targets, with_runs
from redbead.studies.comparison.reader import read_batch
from redbead.studies.comparison.spec import DecidingOutcome

GOOD = """
format: 1
title: A batch
baseline: today
policies:
  today: baseline
  strikes: two-strikes
  cautious:
    levers: [{kind: just-culture, dose: 0.5}]
    change: {reporting.fear: 2.0}
  sample: ./larger.yaml
mix: {both: [strikes, sample]}
theories: [balanced, blame-deters]
uncertainty: {parameters: [fear.blame, "reporting.fea?"], draws: 4}
time: {years: 2, warm_up_years: 1}
runs: auto
seed: 7
over: whole run
intervals: bootstrap
measures: {hidden_errors: 5 %, turnover: 0.02}
limits: {runs: 60, minutes: 5, seconds_per_run: 9}
package: {policy: both, runs: 10}
switching: {policy: cautious, parameters: [fear.blame], points: 3, runs: 8}
"""


@pytest.fixture
def batch(tmp_path):
    """Writes a batch file beside a scenario; gives its path."""
    (tmp_path / "larger.yaml").write_text("format: 1\nextends: baseline\nlevers: [{kind: larger-sample}]\n")

    def write(text):
        path = tmp_path / "batch.yaml"
        path.write_text(text)
        return path

    return write


def test_everything_that_a_batch_may_say(batch):
    found = read_batch(batch(GOOD))
    assert found.names == ("today", "strikes", "cautious", "sample", "both")
    assert found.baseline == "today"
    assert found.runs is None
    assert found.targets == (DecidingOutcome("hidden_errors", 0.05, relative=True), DecidingOutcome("turnover", 0.02))
    assert found.uncertainty.parameters == ("fear.blame", "reporting.fear")
    assert {policy.scenario.years for policy in found.policies} == {2.0}
    assert {lever.kind for lever in found.policy("both").scenario.levers} == {"two-strikes", "larger-sample"}
    assert found.policy("cautious").scenario.value("reporting.fear") == 2.0
    assert (found.seed, found.over, found.intervals) == (7, "whole run", "bootstrap")
    assert (found.limits.runs, found.limits.seconds_per_run) == (60, 9.0)


def test_every_scenario_runs_once_whatever_asks_for_it(batch):
    arms = arms_of(read_batch(batch(GOOD)))
    policies = 5 * 2
    subsets = 2**2
    values = len(points_of("fear.blame", 3, 0.55)) * 2
    assert len(arms.views) == policies + subsets + values
    assert len({arm.identity() for arm in arms.arms}) == len(arms.arms) < len(arms.views)


def test_what_a_policy_sets_itself_is_neither_drawn_nor_taken_by_a_theory(batch):
    found = read_batch(batch(GOOD))
    arms = arms_of(found)
    view = next(v for v in arms.main() if v.policy == "cautious" and v.theory == "blame-deters")
    drawn = [arms.scenario(view.arm, run) for run in range(4)]
    assert {scenario.value("reporting.fear") for scenario in drawn} == {2.0}
    assert len({scenario.value("fear.blame") for scenario in drawn}) == 4
    assert {scenario.value("practice.deterrence") for scenario in drawn} == {0.8}
    base = next(v for v in arms.main() if v.policy == "today" and v.theory == "blame-deters")
    assert [arms.scenario(base.arm, run).value("fear.blame") for run in range(4)] == [
        scenario.value("fear.blame") for scenario in drawn
    ], "all policies meet the same draws"
    assert arms.scenario(base.arm, 1) == arms.scenario(base.arm, 5)


MANY = [k / 1e4 for k in range(1000)]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("policies: {a: baseline, b: nowhere}", "1:28", "no scenario of this name"),
        ("policies: {a: baseline, b: {levers: [{kind: just-cultur}]}}", "1:45", "did you mean 'just-culture'"),
        ("policies: {a: baseline, b: {scenario: ./gone.yaml}}", "", "gone.yaml"),
        ("policies: {a: baseline}", "1:11", "nothing to compare"),
        ("policies: {a: baseline, a: two-strikes}", "1:25", "given twice"),
        ("policies: {a: baseline, A: two-strikes}", "", "too much like 'a'"),
        ("policies: {a: baseline, b: two-strikes}\nbaseline: c", "2:11", "none of the policies"),
        ("policies: {a: baseline, b: two-strikes}\nmix: {c: [b, d]}", "2:10", "'d' is none of the policies"),
        ("policies: {a: baseline, b: two-strikes}\nmix: {b: [a, b]}", "2:10", "there already"),
        (
            "policies: {a: baseline, b: {inspection: {stakes: 0.1}}, c: {inspection: {stakes: 0.2}}}\nmix: {d: [b, c]}",
            "2:10", "'b' sets inspection.stakes to 0.1, 'c' to 0.2",
        ),
        (
            "policies: {a: baseline, b: two-strikes, c: {levers: [{kind: two-strikes, dose: 0.4, from_week: 60}]}}\n"
            "mix: {d: [b, c]}", "2:10", "given twice, and twice in force",
        ),
        (
            f"policies: {{a: baseline, b: two-strikes}}\ngrid: {{values: {{fear.blame: {MANY}, fear.floor: {MANY}}}}}",
            "2:7", "1,000,000 combinations; 200 policies",
        ),
        ("policies: {a: baseline, b: two-strikes}\ngrid: {policy: b, values: {fear.blam: [0.1]}}", "2:39", "fear.blam"),
        ("policies: {a: baseline, b: two-strikes}\ngrid: {policy: b, values: {fear.blame: [9]}}", "", "outside"),
        (
            "policies: {a: baseline, b: two-strikes}\ngrid: {policy: b, values: {levers.just-culture.dose: [1]}}",
            "2:54", "no such lever",
        ),
        ("policies: {a: baseline, b: two-strikes}\nmeasures: {blame: 1}", "2:19", "cannot decide"),
        ("policies: {a: baseline, b: two-strikes}\nmeasures: {turnover: 0}", "2:22", "above 0"),
        ("policies: {a: baseline, b: two-strikes}\nruns: 1.5", "2:7", "whole number"),
        ("policies: {a: baseline, b: two-strikes}\nruns: .nan", "2:7", "whole number"),
        ("policies: {a: baseline, b: two-strikes}\ntheories: [balanced, balanced]", "2:22", "given twice"),
        ("policies: {a: baseline, b: {theory: blame-deters}}\ntheories: all", "1:28", "takes the theory"),
        ("policies: {a: baseline, b: two-strikes}\nuncertainty: {parameters: [x.*]}", "2:28", "no such parameter"),
        ("policies: {a: baseline, b: two-strikes}\npackage: {policy: b}", "2:19", "adds 1 lever"),
        (
            "policies: {a: baseline, b: two-strikes}\nswitching: {policy: a, parameters: [fear.blame]}",
            "2:21", "its own rival",
        ),
        ("policies: [a, b]", "1:11", "must be a mapping"),
        ("policies: {a: baseline, b: two-strikes}\ntime: {years: 1000}", "2:7", "outside"),
        (
            "policies: {a: baseline, b: ./longer.yaml}", "1:28", "set 'time' for all of them",
        ),
        ("- a list", "1:1", "must be a mapping"),
        ("policies: {a: baseline, b: two-strikes}\nformat: true", "2:9", "reads format 1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(batch, tmp_path, text, where, what):
    (tmp_path / "longer.yaml").write_text("extends: baseline\ntime: {years: 20}\n")
    with pytest.raises(BadInputError) as caught:
        read_batch(batch(text))
    told = str(caught.value)
    assert what in told
    assert not where or f":{where}:" in told


def test_a_problem_inside_a_policys_file_is_told_with_its_own_line(batch, tmp_path):
    (tmp_path / "sick.yaml").write_text("extends: baseline\ninspection: {stakes: 7}\n")
    with pytest.raises(BadInputError, match=r"sick\.yaml:2:22"):
        read_batch(batch("policies: {a: baseline, b: ./sick.yaml}"))


@pytest.mark.parametrize("name", shipped_batches())
def test_shipped_batches_are_good(name):
    found = gather([name])
    assert found.question
    assert found.source
    assert found.looks
    assert found.runs == 100
    assert len(found.policies) >= 4


def test_a_grid_is_a_policy_for_each_combination(batch):
    text = "policies: {a: baseline, b: just-culture}\ngrid: {policy: b, values: "
    text += "{levers.just-culture.dose: [0.5, 1], inspection.cases_tracked: [27, 60]}}"
    found = read_batch(batch(text))
    assert found.names == (
        "a",
        "b: dose 0.5, cases_tracked 27", "b: dose 0.5, cases_tracked 60",
        "b: dose 1, cases_tracked 27", "b: dose 1, cases_tracked 60",
    )  # fmt: skip
    assert found.policies[1].scenario.levers[0].dose == 0.5


def test_from_names_on_the_command_line():
    found = with_runs(gather(["baseline", "two-strikes"], world={"authority.posts": 60.0}), "12")
    assert found.names == ("baseline", "two-strikes")
    assert found.runs == 12
    assert {p.scenario.value("authority.posts") for p in found.policies} == {60.0}
    assert with_runs(found, "auto").runs is None


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (["baseline", "baseline"], "given twice"),
        (["baseline", "twostrikes"], "did you mean 'two-strikes'"),
        (["two-strikes"], "nothing to compare it with"),
        (["blame-or-learnin"], "did you mean 'blame-or-learning'"),
        (["nowhere.yaml"], "no batch of this name, and no file"),
        (["baseline", "gone.yaml"], "cannot be read"),
    ],
)
def test_names_that_lead_nowhere(given, what):
    with pytest.raises(BadInputError, match=what):
        gather(given)


@pytest.mark.parametrize(
    "text", ["hidden_error=5%", "blame", "turnover=x", "turnover=-1", "turnover=nan", "turnover=0"]
)
def test_measures_that_cannot_decide(text):
    with pytest.raises(BadInputError):
        targets([text])
