"""Checks: the weeks, pairs and series that they need, the identity of a plan, and reading of files."""

import dataclasses

import pytest

from redbead.analysis.pairs import names
from redbead.exceptions import BadInputError
from redbead.scenario.scenario import Scenario
from redbead.studies.behaviour_checks.spec import (
    CHECK_KEYS,
    CHECKS,
    DIRECTIONS,
    EXPECT_KEYS,
    Check,
    Expectation,
    ScenarioPair,
    read_checks,
    shipped_checks,
)
from redbead.studies.behaviour_checks.study import header, plan_checks
from redbead.studies.reader_base import ScenarioPart

CALM, TODAY = ScenarioPart(Scenario().set({"fear.floor": 0.0}), {}), ScenarioPart(Scenario(), {})
FEAR = Expectation(measure="fear", first=0, last=52, statistic="ratio", direction="down")
CHECK = Check(name="calm", claim="Calm.", source="notes", pair=ScenarioPair(CALM, TODAY), expect=(FEAR,))


def identity(check=CHECK, *, seed=1, **options):
    return header(plan_checks([check], **options), seed)


def test_a_check_needs_runs_until_the_end_of_its_latest_window():
    later = dataclasses.replace(FEAR, first=104, last=130)
    assert dataclasses.replace(CHECK, expect=(later, FEAR)).weeks == 130


def test_an_expectation_needs_all_series_that_it_names():
    e = dataclasses.replace(FEAR, per="staff", partner="caseload", where="takeovers")
    assert e.series == ("fear", "staff", "caseload", "takeovers")
    assert FEAR.series == ("fear",)


def test_a_second_pair_follows_the_pair_under_test():
    assert CHECK.pairs == (CHECK.pair,)
    second = ScenarioPair(TODAY, None)
    assert dataclasses.replace(CHECK, beyond=second).pairs == (CHECK.pair, second)


def test_every_measure_and_derived_series_can_be_expected():
    for key in ("measure", "per", "with", "where"):
        assert EXPECT_KEYS[key].known() == names()
    assert EXPECT_KEYS["direction"].known() == tuple(DIRECTIONS)
    assert CHECKS.mark == "checks"


@pytest.mark.cases(
    "check",
    [
        dataclasses.replace(CHECK, runs=41),
        dataclasses.replace(CHECK, claim="Another claim."),
        dataclasses.replace(CHECK, expect=(dataclasses.replace(FEAR, direction="up"),)),
        dataclasses.replace(CHECK, expect=(dataclasses.replace(FEAR, tolerance=0.1),)),
        dataclasses.replace(CHECK, expect=(FEAR, dataclasses.replace(FEAR, measure="turnover"))),
        dataclasses.replace(CHECK, pair=ScenarioPair(CALM, None)),
        dataclasses.replace(CHECK, beyond=ScenarioPair(TODAY, None)),
    ],
)
def test_the_identity_of_checks_depends_on_everything_that_changes_their_results(check):
    assert identity(check) != identity()


def test_the_identity_depends_on_seed_runs_and_theory():
    identities = [identity(), identity(seed=2), identity(runs=9), identity(theory="blame-deters")]
    assert len({item["inputs"] for item in identities}) == 4


def test_a_file_can_be_moved_without_changing_the_identity():
    assert identity(dataclasses.replace(CHECK, file="elsewhere.yaml")) == identity()


def test_scenarios_of_a_second_pair_are_planned():
    other = ScenarioPart(Scenario().set({"fear.floor": 0.2}), {})
    plan = plan_checks([dataclasses.replace(CHECK, beyond=ScenarioPair(other, TODAY))])
    assert len(plan.requests) == 3, "the comparator is shared"
    assert plan.total == 3 * 40


def test_the_number_of_runs_of_a_plan_replaces_that_of_each_check():
    assert plan_checks([CHECK], runs=7).runs_of(CHECK) == 7
    assert plan_checks([CHECK]).runs_of(CHECK) == 40


VALID = """\
checks:
  - name: strikes-hide
    claim: >-
      Two strikes
      hides errors.
    source: T34
    tests: [T34]
    systems: [S17, S42]
    theory: balanced
    setup: {scenario: two-strikes, inspection: {stakes: 0.5}, change: {fear.floor: 0.2}}
    against:
      levers: [{kind: just-culture, from_week: 60}]
    runs: 12
    expect:
      - {measure: hidden_errors, weeks: [104, 156], direction: up, between: [0.1, 0.3], tolerance: 0.01, source: notes}
      - {measure: errors_reported, per: errors_generated, years: [2, 3], each: year, direction: down}
      - {measure: turnover, with: caseload, years: [1, 3], statistic: level, between: [-0.1, 0.1], known: see X}
"""


@pytest.fixture
def checks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def read_texts(*texts):
        files = []
        for number, text in enumerate(texts):
            (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
            files.append((tmp_path / f"{number}.yaml").relative_to(tmp_path))
        return read_checks(files)

    return read_texts


def test_a_valid_file_is_read_completely(checks):
    (check,) = checks(VALID)
    assert (check.name, check.claim, check.runs, check.theory) == (
        "strikes-hide", "Two strikes hides errors.", 12, "balanced",
    )  # fmt: skip
    assert (check.tests, check.systems, check.weeks) == (("T34",), ("S17", "S42"), 156)
    assert [lever.kind for lever in check.pair.setup.scenario.levers] == ["two-strikes"]
    assert check.pair.setup.scenario.value("inspection.stakes") == 0.5
    assert check.pair.setup.own == {"inspection.stakes": 0.5, "fear.floor": 0.2}
    assert check.pair.against is not None
    assert [lever.kind for lever in check.pair.against.scenario.levers] == ["just-culture"]
    assert check.pair.against.scenario.value("inspection.stakes") == 0.7


def test_windows_are_split_and_default_statistics_set(checks):
    (check,) = checks(VALID)
    assert [(e.measure, e.first, e.last, e.statistic) for e in check.expect] == [
        ("hidden_errors", 104, 156, "ratio"),
        ("errors_reported", 52, 104, "ratio"),
        ("errors_reported", 104, 156, "ratio"),
        ("turnover", 0, 156, "level"),
    ]
    assert check.expect[0].band == (0.1, 0.3)
    assert check.expect[0].tolerance == 0.01
    assert (check.expect[3].partner, check.expect[3].known) == ("caseload", "see X")


@pytest.mark.cases(
    ("old", "new", "line", "what", "hint"),
    [
        ("    claim: >-", "    |clam: >-", 3, "is not a known key", "Did you mean claim"),
        ("source: T34", "source: |7", 6, "must be text", ""),
        ("tests: [T34]", "tests: [|34]", 7, "must be text; put it in quotes", "Write a test such as T29"),
        ("tests: [T34]", "tests: [|X34]", 7, "must be a test such as T29", ""),
        ("[S17, S42]", "[S17, |S46]", 8, "must be one of S1 to S45", ""),
        ("theory: balanced", "theory: |balance", 9, "must be one of any, blame-deters", "Did you mean balanced"),
        ("scenario: two-strikes", "scenario: |two-strike", 10, "is not a known name", "Did you mean two-strikes"),
        ("stakes: 0.5", "stakes: |5", 10, "is outside the range 0 to 1", ""),
        ("stakes: 0.5", "|stake: 0.5", 10, "is not a known key", "Did you mean stakes"),
        ("fear.floor: 0.2", "|fear.flor: 0.2", 10, "is not a known parameter", "Did you mean fear.floor"),
        ("{scenario: two-strikes,", "{|time: {years: 2},", 10, "is not a known key", "Choose from: scenario"),
        ("kind: just-culture", "kind: |just-cultur", 12, "is not a known lever", "Did you mean just-culture"),
        ("from_week: 60", "from_week: 60, until_week: |50", 12, "not after the start", ""),
        ("runs: 12", "runs: |1", 13, "is outside the range 2 to 1000 runs", "number of pairs of runs"),
        ("runs: 12", "runs: |12.5", 13, "must be a whole number", "Allowed: 2 to 1000 runs"),
        ("measure: hidden_errors", "measure: |hiden_errors", 15, "is not a known name", "Did you mean hidden_errors"),
        ("weeks: [104, 156]", "weeks: |[156, 104]", 15, "156 is not below 104", ""),
        ("weeks: [104, 156]", "weeks: [104, |5201]", 15, "is outside the range 0 to 5200 weeks", ""),
        ("weeks: [104, 156]", "weeks: |[104]", 15, "two whole numbers", ""),
        ("{measure: hidden_errors,", "|{measure: hidden_errors, years: [1, 2],", 15, "either weeks or years", ""),
        ("direction: up", "direction: |sideways", 15, "must be one of up, down, flat", "expected direction"),
        ("between: [0.1, 0.3]", "between: |[0.3, 0.1]", 15, "0.3 is not below 0.1", ""),
        ("tolerance: 0.01", "tolerance: |-1", 15, "is outside the range 0 or more", ""),
        ("years: [2, 3], each: year", "weeks: [1, 60], each: |year", 16, "are not a whole number of years", ""),
        ("with: caseload", "with: |caseload, per: staff", 17, "cannot be combined with 'per'", ""),
        ("with: caseload, years: [1, 3], statistic: level", "with: |caseload, years: [1, 3], statistic: ratio", 17,
         "needs a level or a difference", ""),
        ("statistic: level", "over: |dispersion", 17, "to a single measure", ""),
    ],
)  # fmt: skip
def test_an_error_is_reported_with_line_column_and_hint(checks, old, new, line, what, hint):
    """The bar in `new` marks the place that the message should report."""
    assert old in VALID
    marked = VALID.replace(old, new, 1)
    column = marked.splitlines()[line - 1].index("|") + 1
    with pytest.raises(BadInputError) as caught:
        checks(marked.replace("|", "", 1))
    matches = [p for p in caught.value.problems if what in p.what and hint in p.hint]
    assert [(p.file, p.line, p.column) for p in matches[:1]] == [("0.yaml", line, column)], str(caught.value)


@pytest.mark.cases(
    ("text", "what"),
    [
        ("checks: []", "must be a list with at least one item"),
        ("checks: {}", "must be a list with at least one item"),
        ("- 1", "a check file must be a mapping of keys to values"),
        ("cheks: []", "needs the key 'checks'"),
        ("checks:\n  - {name: a}", "needs the key 'claim'"),
        ("checks:\n  - 7", "must be a mapping of keys to values"),
        (VALID.replace(", direction: up, between: [0.1, 0.3]", ""), "has no expected value"),
        (VALID.replace("direction: up, between: [0.1, 0.3]", "direction: flat"), "needs a band if it is flat"),
        (VALID.replace("    against:\n      levers: [{kind: just-culture, from_week: 60}]\n", "").replace(
            "weeks: [104, 156]", "weeks: [104, 156], statistic: ratio"), "needs the key 'against' for a ratio"),
        (VALID.replace("weeks: [104, 156]", "weeks: [104, 110], over: peak"), "needs at least 13 weeks for peak"),
        (VALID.replace("    against:\n      levers: [{kind: just-culture, from_week: 60}]\n", "").replace(
            "direction: up, between: [0.1, 0.3]", "direction: up"), "is not possible for a level"),
        (VALID.replace("scenario: two-strikes", "scenario: where-blame-deters"), "uses another theory (blame-deters)"),
        (VALID.replace("theory: balanced", "theory: just-culture").replace(
            "scenario: two-strikes", "scenario: two-strikes, theory: blame-deters"), "is just-culture, but a scenario"),
        (VALID.replace("name: strikes-hide", "name: Strikes hide"), "lower-case letters, digits and hyphens"),
    ],
)  # fmt: skip
def test_incomplete_or_contradictory_checks_are_refused(checks, text, what):
    with pytest.raises(BadInputError, match="Nothing was run"):
        checks(text)
    with pytest.raises(BadInputError) as caught:
        checks(text)
    assert any(what in problem.what for problem in caught.value.problems), str(caught.value)


def test_problems_of_all_files_are_reported_at_once(checks):
    with pytest.raises(BadInputError) as caught:
        checks(VALID.replace("runs: 12", "runs: 0").replace("T34]", "34]"), VALID.replace("balanced", "balance"))
    assert {(p.file, p.line) for p in caught.value.problems} == {("0.yaml", 7), ("0.yaml", 13), ("1.yaml", 9)}


def test_two_checks_cannot_share_a_name(checks):
    with pytest.raises(BadInputError, match=r"is already the name of a check in 0\.yaml"):
        checks(VALID, VALID)


def test_shipped_checks_are_valid():
    assert len(shipped_checks()) >= 30


# every key of a wrong type

WRONG_VALUES = {
    "check": {
        "name": "7", "claim": "[1]", "source": "{a: 1}", "tests": "T34", "systems": "7", "theory": "[any]",
        "setup": "5", "against": "[1]", "beyond": "text", "runs": "many", "expect": "7",
    },
    "expectation": {
        "measure": "7", "per": "nothing", "with": "[fear]", "where": "fears", "weeks": "52", "years": "{a: 1}",
        "over": "middle", "each": "month", "statistic": "median", "direction": "left", "between": "0.1",
        "tolerance": "wide", "source": "7", "known": "true", "undecided": "true",
    },
}  # fmt: skip
MINIMAL = {
    "check": {"name": "calm", "claim": "Calm.", "source": "notes", "setup": "{scenario: baseline}",
              "expect": "[{measure: fear, weeks: [0, 52], between: [0, 1]}]"},
    "expectation": {"measure": "fear", "weeks": "[0, 52]", "between": "[0, 1]"},
}  # fmt: skip


def written(kind, **changes):
    """A file with one minimal check, of which some keys are changed."""
    keys = MINIMAL[kind] | changes
    inner = ", ".join(f"{key}: {value}" for key, value in keys.items())
    if kind == "check":
        return f"checks:\n  - {{{inner}}}\n"
    return written("check", expect=f"[{{{inner}}}]")


def test_the_keys_with_wrong_values_are_all_keys_of_the_file():
    assert set(WRONG_VALUES["check"]) == set(CHECK_KEYS)
    assert set(WRONG_VALUES["expectation"]) == set(EXPECT_KEYS)


def test_a_minimal_check_has_the_documented_defaults(checks):
    (check,) = checks(written("check"))
    (e,) = check.expect
    assert (check.runs, check.theory, check.tests, check.systems, check.beyond) == (40, "any", (), (), None)
    assert (e.statistic, e.over, e.direction, e.tolerance, e.band) == ("level", "mean", "", 0.0, (0.0, 1.0))
    assert (e.first, e.last, e.series) == (0, 52, ("fear",))


@pytest.mark.cases(("kind", "key"), [(kind, key) for kind, keys in WRONG_VALUES.items() for key in keys])
def test_each_key_refuses_a_wrong_value_and_is_named_in_the_message(checks, kind, key):
    with pytest.raises(BadInputError) as caught:
        checks(written(kind, **{key: WRONG_VALUES[kind][key]}))
    assert any(key in problem.key or key in problem.what for problem in caught.value.problems), str(caught.value)
    assert all(problem.file == "0.yaml" and problem.line == 2 for problem in caught.value.problems)


@pytest.mark.cases(("kind", "key"), [(kind, key) for kind, keys in WRONG_VALUES.items() for key in keys])
def test_each_misspelt_key_is_reported_with_the_right_one(checks, kind, key):
    with pytest.raises(BadInputError) as caught:
        checks(written(kind, **{f"{key}x": "1"}))
    assert f"Did you mean {key}" in str(caught.value)


@pytest.mark.cases(
    ("window", "parts"),
    [
        ("weeks: [0, 26], each: quarter", [(0, 13), (13, 26)]),
        ("weeks: [5, 18], each: quarter", [(5, 18)]),
        ("years: [1, 1], each: quarter", [(0, 13), (13, 26), (26, 39), (39, 52)]),
        ("years: [3, 5]", [(104, 260)]),
        ("years: [3, 5], each: year", [(104, 156), (156, 208), (208, 260)]),
    ],
)
def test_a_window_is_divided_into_consecutive_parts(checks, window, parts):
    (check,) = checks(written("check", expect=f"[{{measure: fear, {window}, between: [0, 1]}}]"))
    assert [(e.first, e.last) for e in check.expect] == parts
    assert check.weeks == parts[-1][1]


def test_the_second_pair_is_part_of_the_check(checks):
    (check,) = checks(written("check", beyond="{setup: {change: {fear.floor: 0.2}}}"))
    assert len(check.pairs) == 2
    assert check.beyond.setup.scenario.value("fear.floor") == 0.2
    assert check.beyond.against is None


def test_an_empty_list_of_expectations_is_refused(checks):
    with pytest.raises(BadInputError, match="at least one item"):
        checks(written("check", expect="[]"))
