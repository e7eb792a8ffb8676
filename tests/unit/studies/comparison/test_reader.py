"""Batch files: all keys, and messages with line and column for everything that is wrong."""

import pytest

from redbead.exceptions import BadInputError
from redbead.scenario.library import shipped_batches
from redbead.studies.comparison.arms import arms_of, search_points
from redbead.studies.comparison.inputs import gather, parse_deciding_outcomes, with_runs
from redbead.studies.comparison.reader import read_batch
from redbead.studies.comparison.spec import DecidingOutcome

FULL_BATCH = """
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
uncertainty: {parameters: [experience.effect, "reporting.fea?"], draws: 4}
time: {years: 2, warm_up_years: 1}
runs: auto
seed: 7
over: whole run
intervals: bootstrap
measures: {hidden_errors: 5 %, turnover: 0.02}
limits: {runs: 60, minutes: 5, seconds_per_run: 9}
package: {policy: both, runs: 10}
switching: {policy: cautious, parameters: [experience.effect], points: 3, runs: 8}
"""


@pytest.fixture
def batch(tmp_path):
    """Write a batch file beside a scenario and return its path."""
    (tmp_path / "larger.yaml").write_text("format: 1\nextends: baseline\nlevers: [{kind: larger-sample}]\n")

    def write(text):
        path = tmp_path / "batch.yaml"
        path.write_text(text)
        return path

    return write


def test_a_batch_with_all_keys_is_read(batch):
    comparison = read_batch(batch(FULL_BATCH))
    assert comparison.names == ("today", "strikes", "cautious", "sample", "both")
    assert comparison.baseline == "today"
    assert comparison.runs is None
    assert comparison.deciding_outcomes == (
        DecidingOutcome("hidden_errors", 0.05, relative=True),
        DecidingOutcome("turnover", 0.02),
    )
    assert comparison.uncertainty.parameters == ("experience.effect", "reporting.fear")
    assert {policy.scenario.years for policy in comparison.policies} == {2.0}
    assert {lever.kind for lever in comparison.policy("both").scenario.levers} == {"two-strikes", "larger-sample"}
    assert comparison.policy("cautious").scenario.value("reporting.fear") == 2.0
    assert (comparison.seed, comparison.over, comparison.intervals) == (7, "whole run", "bootstrap")
    assert (comparison.limits.runs, comparison.limits.seconds_per_run) == (60, 9.0)


def test_roles_with_equal_scenarios_share_one_arm(batch):
    arms = arms_of(read_batch(batch(FULL_BATCH)))
    policies = 5 * 2
    subsets = 2**2
    values = len(search_points("experience.effect", 3, 0.6)) * 2
    assert len(arms.roles) == policies + subsets + values
    assert len({arm.identity() for arm in arms.arms}) == len(arms.arms) < len(arms.roles)


def test_values_set_by_a_policy_take_precedence_over_draws_and_theories(batch):
    comparison = read_batch(batch(FULL_BATCH))
    arms = arms_of(comparison)
    role = next(role for role in arms.main() if role.policy == "cautious" and role.theory == "blame-deters")
    drawn = [arms.scenario(role.arm, run) for run in range(4)]
    assert {scenario.value("reporting.fear") for scenario in drawn} == {2.0}
    assert len({scenario.value("experience.effect") for scenario in drawn}) == 4
    assert {scenario.value("conduct.deter_violations") for scenario in drawn} == {3.0}
    baseline_role = next(role for role in arms.main() if role.policy == "today" and role.theory == "blame-deters")
    assert [arms.scenario(baseline_role.arm, run).value("experience.effect") for run in range(4)] == [
        scenario.value("experience.effect") for scenario in drawn
    ], "all policies use the same draws"
    assert arms.scenario(baseline_role.arm, 1) == arms.scenario(baseline_role.arm, 5)


MANY_VALUES = [k / 1e4 for k in range(1000)]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("policies: {a: baseline, b: nowhere}", "1:28", "no scenario has this name"),
        ("policies: {a: baseline, b: {levers: [{kind: just-cultur}]}}", "1:45", "Did you mean just-culture"),
        ("policies: {a: baseline, b: {scenario: ./gone.yaml}}", "", "gone.yaml"),
        ("policies: {a: baseline}", "1:11", "at least two policies"),
        ("policies: {a: baseline, a: two-strikes}", "1:25", "appears twice"),
        ("policies: {a: baseline, A: two-strikes}", "", "too similar to 'a'"),
        ("policies: {a: baseline, b: two-strikes}\nbaseline: c", "2:11", "not one of the policies"),
        ("policies: {a: baseline, b: two-strikes}\nmix: {c: [b, d]}", "2:10", "'d' is not one of the policies"),
        ("policies: {a: baseline, b: two-strikes}\nmix: {b: [a, b]}", "2:10", "already the name of a policy"),
        (
            "policies: {a: baseline, b: {inspection: {stakes: 0.1}}, c: {inspection: {stakes: 0.2}}}\nmix: {d: [b, c]}",
            "2:10", "'b' sets inspection.stakes to 0.1, 'c' to 0.2",
        ),
        (
            "policies: {a: baseline, b: two-strikes, c: {levers: [{kind: two-strikes, dose: 0.4, from_week: 60}]}}\n"
            "mix: {d: [b, c]}", "2:10", "appears twice and is in force twice",
        ),
        (
            "policies: {a: baseline, b: two-strikes}\n"
            f"grid: {{values: {{fear.blame: {MANY_VALUES}, fear.floor: {MANY_VALUES}}}}}",
            "2:7", "1,000,000 combinations, but a comparison has at most 200 policies",
        ),
        ("policies: {a: baseline, b: two-strikes}\ngrid: {policy: b, values: {fear.blam: [0.1]}}", "2:39", "fear.blam"),
        ("policies: {a: baseline, b: two-strikes}\ngrid: {policy: b, values: {fear.blame: [9]}}", "", "outside"),
        (
            "policies: {a: baseline, b: two-strikes}\ngrid: {policy: b, values: {levers.just-culture.dose: [1]}}",
            "2:54", "no such lever",
        ),
        ("policies: {a: baseline, b: two-strikes}\nmeasures: {blame: 1}", "2:12", "cannot decide"),
        ("policies: {a: baseline, b: two-strikes}\nmeasures: {turnover: 0}", "2:22", "above 0"),
        ("policies: {a: baseline, b: two-strikes}\nruns: 1.5", "2:7", "whole number"),
        ("policies: {a: baseline, b: two-strikes}\nruns: .nan", "2:7", "whole number"),
        ("policies: {a: baseline, b: two-strikes}\ntheories: [balanced, balanced]", "2:22", "appears twice"),
        ("policies: {a: baseline, b: {theory: blame-deters}}\ntheories: all", "1:28", "sets its own theory"),
        (
            "policies: {a: baseline, b: two-strikes}\nuncertainty: {parameters: [x.*]}",
            "2:28", "is not a known parameter",
        ),
        ("policies: {a: baseline, b: two-strikes}\npackage: {policy: b}", "2:19", "adds 1 lever"),
        (
            "policies: {a: baseline, b: two-strikes}\nswitching: {policy: a, parameters: [fear.blame]}",
            "2:21", "compared with itself",
        ),
        ("policies: [a, b]", "1:11", "must be a mapping"),
        (
            "policies: {a: baseline, b: two-strikes}\ntime: {years: 1000}",
            "2:15", "is outside the range 0.02 to 100 years",
        ),
        (
            "policies: {a: baseline, b: ./longer.yaml}", "1:28", "Set the duration of all policies",
        ),
        ("- a list", "1:1", "must be a mapping"),
        ("policies: {a: baseline, b: two-strikes}\nformat: true", "2:9", "must be the number 1"),
    ],
)  # fmt: skip
def test_problems_are_reported_with_line_and_column(batch, tmp_path, text, where, what):
    (tmp_path / "longer.yaml").write_text("extends: baseline\ntime: {years: 20}\n")
    with pytest.raises(BadInputError) as caught:
        read_batch(batch(text))
    message = str(caught.value)
    assert what in message
    assert not where or f":{where}:" in message


def test_a_problem_in_a_policy_file_is_reported_with_its_own_line(batch, tmp_path):
    (tmp_path / "sick.yaml").write_text("extends: baseline\ninspection: {stakes: 7}\n")
    with pytest.raises(BadInputError, match=r"sick\.yaml:2:22"):
        read_batch(batch("policies: {a: baseline, b: ./sick.yaml}"))


@pytest.mark.parametrize("name", shipped_batches())
def test_shipped_batches_are_valid_and_documented(name):
    comparison = gather([name])
    assert comparison.question
    assert comparison.source
    assert comparison.looks
    assert comparison.runs == 100
    assert len(comparison.policies) >= 4


def test_a_grid_gives_one_policy_per_combination(batch):
    text = "policies: {a: baseline, b: just-culture}\ngrid: {policy: b, values: "
    text += "{levers.just-culture.dose: [0.5, 1], inspection.cases_tracked: [27, 60]}}"
    comparison = read_batch(batch(text))
    assert comparison.names == (
        "a",
        "b: dose 0.5, cases_tracked 27", "b: dose 0.5, cases_tracked 60",
        "b: dose 1, cases_tracked 27", "b: dose 1, cases_tracked 60",
    )  # fmt: skip
    assert comparison.policies[1].scenario.levers[0].dose == 0.5


def test_a_comparison_is_built_from_names_of_scenarios():
    comparison = with_runs(gather(["baseline", "two-strikes"], settings={"authority.posts": 60.0}), "12")
    assert comparison.names == ("baseline", "two-strikes")
    assert comparison.runs == 12
    assert {p.scenario.value("authority.posts") for p in comparison.policies} == {60.0}
    assert with_runs(comparison, "auto").runs is None


@pytest.mark.cases(
    ("given", "what"),
    [
        (["baseline", "baseline"], "appears twice"),
        (["baseline", "twostrikes"], "Did you mean two-strikes"),
        (["two-strikes"], "a comparison needs at least two scenarios"),
        (["blame-or-learnin"], "Did you mean blame-or-learning"),
        (["nowhere.yaml"], "no shipped batch or file has this name"),
        (["baseline", "gone.yaml"], "cannot be read"),
    ],
)
def test_unknown_or_duplicate_names_are_refused(given, what):
    with pytest.raises(BadInputError, match=what):
        gather(given)


@pytest.mark.cases("text", ["hidden_error=5%", "blame", "turnover=x", "turnover=-1", "turnover=nan", "turnover=0"])
def test_invalid_deciding_outcomes_are_refused(text):
    with pytest.raises(BadInputError):
        parse_deciding_outcomes([text])
