"""Conflicts between levers in files, with line and column, and in Python."""

import pytest

from redbead.exceptions import BadInputError
from redbead.levers import LEVERS, LeverPeriod, find_conflicts, overlap
from redbead.scenario.loader import load
from redbead.scenario.scenario import Scenario

TWICE = "levers:\n  - {kind: just-culture, from_week: 0, until_week: 60}\n  - {kind: just-culture, from_week: 52}\n"


@pytest.fixture
def rivals(monkeypatch):
    """Two mutually exclusive kinds, of which only one declares it."""
    monkeypatch.setattr(LEVERS["two-strikes"], "excludes", ("just-culture",))


@pytest.mark.cases(
    ("a", "b", "weeks"),
    [
        ((0, 0), (0, 0), "from week 0"),
        ((0, 10), (9, 0), "weeks 9 to 9"),
        ((0, 10), (10, 0), ""),
        ((30, 0), (0, 40), "weeks 30 to 39"),
        ((30, 0), (0, 30), ""),
    ],
)
def test_overlap_of_two_levers(a, b, weeks):
    assert (
        overlap(LeverPeriod("x", *a), LeverPeriod("y", *b))
        == overlap(LeverPeriod("y", *b), LeverPeriod("x", *a))
        == weeks
    )


def test_three_levers_of_one_kind_are_three_conflicts():
    assert len(list(find_conflicts([LeverPeriod("just-culture", 0)] * 3))) == 3


def test_a_duplicate_lever_is_reported_with_line_and_column(problems):
    (problem,) = problems(TWICE)
    assert (problem.line, problem.column) == (3, 12)
    assert problem.key == "levers.just-culture.kind = 'just-culture'"
    assert problem.what == "appears twice and is in force twice (weeks 52 to 59); the other one is at line 2"
    assert "until_week" in problem.hint


def test_a_duplicate_of_a_lever_in_the_extended_file_is_reported_with_both_positions(write, problems):
    parent = write("levers: [{kind: two-strikes}]", "parent.yaml")
    (problem,) = problems("extends: ./parent.yaml\nlevers:\n  - kind: two-strikes\n    from_week: 9\n")
    assert (problem.file.endswith("mine.yaml"), problem.line, problem.column) == (True, 3, 11)
    assert f"the other one is at {parent}, line 1" in problem.what


def test_consecutive_periods_do_not_conflict(write):
    after = TWICE.replace("from_week: 52", "from_week: 60")
    assert [lever.from_week for lever in load(write(after)).levers] == [0, 60]


def test_a_lever_with_dose_0_does_not_conflict(write):
    assert len(load(write(TWICE.replace("from_week: 52", "dose: 0"))).levers) == 2


def test_mutually_exclusive_levers_conflict_in_either_order(problems, write, rivals):
    for first, second in (("two-strikes", "just-culture"), ("just-culture", "two-strikes")):
        (problem,) = problems(f"levers:\n  - {{kind: {first}}}\n  - {{kind: {second}, from_week: 9}}\n")
        assert (problem.line, problem.column) == (3, 12)
        assert problem.what == f"cannot be in force together with {first} (from week 9); the other one is at line 2"
        assert problem.hint.startswith("Remove")
    apart = "levers: [{kind: two-strikes, until_week: 9}, {kind: just-culture, from_week: 9}]"
    assert len(load(write(apart)).levers) == 2


def test_python_refuses_the_same_conflicts_as_files(rivals):
    just, strikes = LEVERS["just-culture"], LEVERS["two-strikes"]
    with pytest.raises(BadInputError, match="appears twice and is in force twice"):
        Scenario(levers=(just(), just(from_week=9)))
    with pytest.raises(BadInputError, match="cannot be in force together with two-strikes"):
        Scenario(levers=(strikes(), just(from_week=9)))
    assert Scenario(levers=(just(until_week=9), just(from_week=9), strikes(dose=0.0)))


def test_conflicts_are_reported_together_with_other_problems(problems):
    assert [problem.line for problem in problems(TWICE + "inspection: {stakes: 7}\n")] == [3, 4]


@pytest.mark.cases(
    ("text", "place", "what"),
    [
        ("levers:\n  - {kind: just-culture, dose: 1.5}", (2, 32), "outside the range 0 to 1"),
        ("levers:\n  - {kind: just-culture, dose: -0.1}", (2, 32), "outside the range 0 to 1"),
        ("levers:\n  - {kind: just-culture, from_week: 9, until_week: 3}", (2, 52), "the end (week 3) is not after"),
        ("title: x\ntheory: blame-deter", (2, 9), "must be one of blame-deters, just-culture"),
        ("title: x\ntheory: 3", (2, 9), "must be one of blame-deters"),
        ("systems: [S1, S46]", (1, 15), "must be one of S1 to S45"),
        ("systems: [S1, S1]", (1, 15), "appears twice"),
        ("systems: S1", (1, 10), "must be a list"),
        ("systems: [1]", (1, 11), "must be one of S1 to S45"),
    ],
)
def test_invalid_values_are_reported_at_their_position(problems, text, place, what):
    (problem,) = problems(text)
    assert (problem.line, problem.column) == place
    assert what in problem.what


def test_python_refuses_the_same_values_as_files():
    for create, message in (
        (lambda: LEVERS["just-culture"](dose=1.5), "just-culture.dose = 1.5 is outside the range 0 to 1"),
        (lambda: LEVERS["just-culture"](from_week=9, until_week=3), r"the end \(week 3\) is not after the start"),
        (lambda: Scenario(theory="blame"), "theory = 'blame' must be one of"),
        (lambda: Scenario().set({"theory": "blame-deter"}), "Did you mean blame-deters"),
        (lambda: Scenario().set({"theroy": "balanced"}), "Did you mean theory"),
        (lambda: Scenario(systems=("S46",)), "systems = 'S46' must be one of S1 to S45"),
    ):
        with pytest.raises(BadInputError, match=message):
            create()
