"""Documents are what the code says: none is stale, and nothing of the code is missing from the description."""

from pathlib import Path

import pytest

from redbead import parameters, rng
from redbead.levers import LEVERS
from redbead.measures import MEASURES
from redbead.report import documents as gather
from redbead.report.documents import DOCUMENTS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_page_is_what_the_code_says(name):
    written = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert written == DOCUMENTS[name].make(), "python docs/make_documents.py"


def test_the_description_names_all_there_is():
    text = DOCUMENTS["odd"].make()
    names = [rule.name for rule in gather.rules()]
    names += [phase.name for phase in gather.phases()]
    names += [m.name for m in MEASURES]
    names += list(LEVERS)
    names += list(parameters.FAMILIES)
    names += [column for _, _, columns in gather.tables() for column, _ in columns]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_draw_is_listed():
    numbers = [number for number, _ in gather.draws()]
    assert len(numbers) == len(set(numbers))
    assert rng.INTERIM in numbers


def test_the_week_has_the_phases_of_the_week():
    """The order is read, not written: the first and last phase of each part stand where week.py has them."""
    parts = list(dict.fromkeys(phase.part for phase in gather.phases()))
    assert parts == ["work_phase", "reporting_phase", "climate_phase", "workforce_phase", "oversight_phase"]
    assert gather.phases()[0].name == "reset_weekly_counts"
    assert gather.phases()[-1].name == "book_oversight_cost"


def test_links_of_assumptions_lead_somewhere():
    import re

    checks = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "checks").glob("*.yaml"))
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for line in DOCUMENTS["assumptions"].make().splitlines():
        if line.startswith("| A"):
            held = line.rsplit("|", 2)[1]
            for name in re.findall(r"`([\w-]+)`", held):
                assert name in checks or name in tests, name
