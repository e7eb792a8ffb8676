"""The library of behaviour checks: claims, systems, and coverage of the numbered tests in checks/README.md."""

import ast
import re
from pathlib import Path

import pytest

from redbead.analysis.pairs import DERIVED_SERIES
from redbead.exceptions import Exit
from redbead.execution.runs import run_options
from redbead.scenario.library import check_library
from redbead.storage.point_store import Points
from redbead.studies.behaviour_checks import spec
from redbead.studies.behaviour_checks.spec import read_checks, shipped_checks
from redbead.studies.behaviour_checks.study import exit_code, plan_checks, run_checks
from redbead.studies.behaviour_checks.verdicts import CheckVerdict

ROOT = Path(__file__).parents[2]
README = ROOT / "checks" / "README.md"

# Numbers of the tests in checks/README.md. Missing numbers are not used.
TEST_NUMBERS = (
    *(1, 2, 3, 5, *range(8, 28), 29, 30, 32, 33, 34, 35, 37, 38, 40, 42, 43, 45, 46, 47, 48, 50, 51, 52),
    *(*range(54, 62), 63, 64, 65, 67),
)

CHECKS = {check.name: check for check in shipped_checks()}
COVERAGE = dict(re.findall(r"^\| (T\d+) \| (`.*`) \|$", README.read_text(encoding="utf-8"), flags=re.MULTILINE))


def test_every_numbered_test_is_covered_by_a_check_or_a_test_function():
    assert [f"T{number}" for number in TEST_NUMBERS if f"T{number}" not in COVERAGE] == []
    assert [test for test in COVERAGE if int(test[1:]) not in TEST_NUMBERS] == []


@pytest.mark.cases("test", COVERAGE)
def test_the_check_or_test_function_in_the_table_exists(test):
    for reference in re.findall(r"`([^`]+)`", COVERAGE[test]):
        path, _, name = reference.rpartition("::")
        if path:
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, reference
        else:
            assert test in CHECKS[reference].tests, reference


@pytest.mark.cases("name", CHECKS)
def test_a_check_is_listed_in_the_row_of_each_of_its_tests(name):
    for test in CHECKS[name].tests:
        assert f"`{name}`" in COVERAGE[test]


@pytest.mark.cases("name", CHECKS)
def test_a_check_has_a_claim_a_source_and_a_system(name):
    check = CHECKS[name]
    assert check.claim.endswith(".")
    assert check.systems
    for item in check.expect:
        assert item.source or check.source


def test_known_shortfalls_and_stated_doubts_refer_to_an_existing_page():
    for check in CHECKS.values():
        for item in check.expect:
            for text in filter(None, (item.known, item.undecided)):
                paths = re.findall(r"(?:docs|checks)/[\w./-]+\.md", text)
                assert paths, check.name
                assert all((ROOT / path).is_file() for path in paths)


def test_the_library_of_a_checkout_is_at_its_root():
    assert check_library() == ROOT / "checks"


def test_a_few_checks_pass():
    """CI runs all checks with ``redbead check``."""
    few = [
        CHECKS[name] for name in ("serious-incidents-are-rare", "stakes-widen-the-illusion-gap", "credit-for-candour")
    ]
    results = run_checks(plan_checks(few, runs=6), Points(None, [], run_options()))
    assert [len(result.findings) for result in results] == [1, 1, 1]
    assert exit_code(results) is Exit.GOOD


HOW_TO = (ROOT / "docs" / "how-to" / "behaviour-checks.md").read_text(encoding="utf-8")


def test_the_example_of_the_how_to_is_a_valid_check(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(re.search(r"^```yaml\n(.*?)^```$", HOW_TO, flags=re.MULTILINE | re.DOTALL)[1], encoding="utf-8")
    assert [check.name for check in read_checks([file])] == ["time-to-improve-builds-defences"]


def test_the_how_to_explains_all_keys_and_verdicts():
    known = {*spec.EXPECT_KEYS, *spec.SIDE_KEYS, *spec.STATISTICS, *spec.DIRECTIONS, *spec.OVER, *spec.EACH}
    assert [key for key in known - {"theory"} if f"`{key}`" not in HOW_TO] == []
    assert [str(verdict) for verdict in CheckVerdict if f"| {verdict} |" not in HOW_TO] == []
    assert [name for name in DERIVED_SERIES if f"`{name}`" not in HOW_TO] == []
