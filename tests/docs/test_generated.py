"""Generated documents are up to date, and the ODD description is complete."""

import re
from pathlib import Path

import pytest

from redbead import parameters, rng
from redbead.levers import LEVERS
from redbead.measures import MEASURES
from redbead.report import documents
from redbead.report.documents import DOCUMENTS

ROOT = Path(__file__).parents[2]


@pytest.mark.cases("name", DOCUMENTS)
def test_document_is_up_to_date(name):
    stored = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert stored == DOCUMENTS[name].make(), "python docs/build.py"


def test_description_names_every_rule_phase_measure_lever_family_and_column():
    text = DOCUMENTS["odd"].make()
    names = [rule.name for rule in documents.rules()]
    names += [phase.name for phase in documents.phases()]
    names += [m.name for m in MEASURES]
    names += list(LEVERS)
    names += list(parameters.FAMILIES)
    names += [column for _, _, columns in documents.tables() for column, _ in columns]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_draws_are_listed_once():
    numbers = [number for number, _ in documents.draws()]
    assert len(numbers) == len(set(numbers))
    assert rng.INTERIM in numbers


def test_phases_follow_the_order_of_week_py():
    """The description reads the phases from week.py, so their order must be that of the code."""
    parts = list(dict.fromkeys(phase.part for phase in documents.phases()))
    assert parts == [
        "work_phase", "conduct_phase", "error_phase", "noticing_phase", "reporting_phase", "response_phase",
        "climate_phase", "leaving_phase", "hiring_phase", "incident_phase", "oversight_phase",
    ]  # fmt: skip
    assert documents.phases()[0].name == "reset_weekly_counts"
    assert documents.phases()[-1].name == "book_oversight_cost"


def test_assumptions_name_existing_checks_and_tests():
    checks = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "checks").glob("*.yaml"))
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for line in DOCUMENTS["assumptions"].make().splitlines():
        if line.startswith("| A"):
            last_cell = line.rsplit("|", 2)[1]
            for name in re.findall(r"`([\w-]+)`", last_cell):
                assert name in checks or name in tests, name
