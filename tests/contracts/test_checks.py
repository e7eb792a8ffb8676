"""The library of behaviour checks: each says what it claims, and every test of the science notes is held somewhere."""

import ast
import re
from pathlib import Path

import pytest

from redbead.analysis.series import DERIVED_SERIES
from redbead.exceptions import Exit
from redbead.scenario.library import check_library
from redbead.scenario.reader_base import SIDE_KEYS
from redbead.studies.behaviour_checks import spec
from redbead.studies.behaviour_checks.reader import read_checks, shipped_checks
from redbead.studies.behaviour_checks.study import exit_code, plan_checks, run_checks
from redbead.studies.behaviour_checks.verdicts import CheckVerdict

ROOT = Path(__file__).parents[2]
README = ROOT / "checks" / "README.md"

# The tests of section 4 of the science notes, T1 to T67; numbers that the notes leave out do not exist.
NOTES = (
    *(1, 2, 3, 5, *range(8, 28), 29, 30, 32, 33, 34, 35, 37, 38, 40, 42, 43, 45, 46, 47, 48, 50, 51, 52),
    *(*range(54, 62), 63, 64, 65, 67),
)

CHECKS = {check.name: check for check in shipped_checks()}
HELD = dict(re.findall(r"^\| (T\d+) \| (`.*`) \|$", README.read_text(encoding="utf-8"), flags=re.MULTILINE))


def test_every_test_of_the_notes_is_held_by_a_check_or_a_test():
    assert [f"T{number}" for number in NOTES if f"T{number}" not in HELD] == []
    assert [test for test in HELD if int(test[1:]) not in NOTES] == []


@pytest.mark.parametrize("test", HELD)
def test_what_holds_it_is_there(test):
    for place in re.findall(r"`([^`]+)`", HELD[test]):
        path, _, name = place.rpartition("::")
        if path:
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, place
        else:
            assert test in CHECKS[place].tests, place


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_that_names_a_test_is_in_its_row(name):
    for test in CHECKS[name].tests:
        assert f"`{name}`" in HELD[test]


@pytest.mark.parametrize("name", CHECKS)
def test_it_says_whose_claim_it_is_and_moves_a_system(name):
    check = CHECKS[name]
    assert check.claim.endswith(".")
    assert check.systems
    for item in check.expect:
        assert item.source or check.source


def test_what_is_known_to_fall_short_is_recorded_where_it_says():
    for check in CHECKS.values():
        for item in check.expect:
            for path in re.findall(r"(?:docs|checks)/[\w./-]+\.md", item.known):
                assert (ROOT / path).is_file()
            assert not item.known or re.search(r"\.md", item.known), check.name


def test_the_library_is_found_in_the_checkout():
    assert check_library() == ROOT / "checks"


def test_a_handful_runs_in_seconds():
    """The rest runs in CI, by `redbead check`."""
    few = [
        CHECKS[name] for name in ("serious-incidents-are-rare", "stakes-widen-the-illusion-gap", "credit-for-candour")
    ]
    results = run_checks(plan_checks(few, runs=6))
    assert [len(result.findings) for result in results] == [1, 1, 1]
    assert exit_code(results) is Exit.GOOD


HOW_TO = (ROOT / "docs" / "how-to" / "behaviour-checks.md").read_text(encoding="utf-8")


def test_the_example_of_the_how_to_is_a_good_check(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(re.search(r"^```yaml\n(.*?)^```$", HOW_TO, flags=re.MULTILINE | re.DOTALL)[1], encoding="utf-8")
    assert [check.name for check in read_checks([file])] == ["time-to-improve-builds-defences"]


def test_the_how_to_explains_the_whole_vocabulary():
    known = {*spec.EXPECT_KEYS, *SIDE_KEYS, *spec.STATISTICS, *spec.DIRECTIONS, *spec.OVER, *spec.EACH}
    assert [key for key in known - {"theory"} if f"`{key}`" not in HOW_TO] == []
    assert [str(verdict) for verdict in CheckVerdict if f"| {verdict} |" not in HOW_TO] == []
    assert [name for name in DERIVED_SERIES if f"`{name}`" not in HOW_TO] == []
