"""The page and the figures of a comparison: whole, described, and the same bytes each time."""

import dataclasses
import html
import re

import pytest

from redbead.execution.executors import ExecutionTarget
from redbead.levers.just_culture import JustCulture
from redbead.report.comparison import page
from redbead.report.comparison.forest import COLOURS, MOST, shown
from redbead.report.comparison.page import draw_all
from redbead.report.comparison.text import difference, label, source
from redbead.report.plotting import svg
from redbead.studies.comparison.inputs import gather, with_runs
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.spec import ALL_THEORIES
from redbead.studies.comparison.study import RunOptions, run_only


def found_of(scenario, tmp_path, others=1, **rest):
    """A comparison on the stand-in for the engine."""
    base = dataclasses.replace(scenario, levers=())
    policies = {"today": base}
    for k in range(others):
        policies[f"policy {k}"] = dataclasses.replace(base, levers=(JustCulture(from_week=60 + k),))
    comparison = with_runs(gather(policies, **rest), "6")
    return ReportData(run_only(comparison, tmp_path / "batch", RunOptions(ExecutionTarget(2))))


@pytest.fixture
def found(engine, scenario, tmp_path):
    return found_of(scenario, tmp_path, others=2, theories=ALL_THEORIES)


def page_of(found, kind="full"):
    drawings = draw_all(found)
    pictures = {drawing.name: svg(drawing.figure) for drawing in drawings}
    return page.page(found, drawings, pictures, None, digest="d" * 64, command=["redbead", "compare"], kind=kind)


def test_every_figure_is_described_and_has_numbers(found):
    drawings = draw_all(found)
    assert [drawing.name for drawing in drawings] == [
        "happened-and-recorded", "differences", "theories", "crossover", "ranks", "trade-off"
    ]  # fmt: skip
    for drawing in drawings:
        assert len(drawing.alt) > 60
        assert len(drawing.numbers)
        assert "policy" in drawing.numbers.columns
        assert {"policy 0", "policy 1"} <= set(drawing.numbers["policy"])


def test_the_page_has_the_sections_of_the_contract_in_order(found):
    text = html.unescape(page_of(found))
    heads = re.findall(r"<h2>(.*?)</h2>", text)
    wanted = [
        "In numbers", "What happened, and what was recorded", "When it turns", "What would change our mind", "Why",
        "What the model cannot say", "How to reproduce it",
    ]  # fmt: skip
    places = [next(k for k, head in enumerate(heads) if head.startswith(start)) for start in wanted]
    assert places == sorted(places)
    assert text.count("Synthetic. Compares cultures in a stylised service.") == 2, "at the top and at the end"
    assert text.count('role="img"') == 6


def test_brief_is_one_screen(found):
    brief = page_of(found, "brief")
    assert brief.count('role="img"') == 1
    assert "What the model cannot say" in brief
    assert "When it turns" not in brief


def test_the_same_runs_give_the_same_page(found):
    assert page_of(found) == page_of(found)


def test_every_mean_has_its_interval(found):
    """No number stands alone in the table: brackets follow it."""
    for line in page.by_outcome(found)[0][1]:
        assert re.search(r"\(.+ to .+\)", line.level)
        assert not line.difference or re.search(r"\(.+ to .+\)", line.difference)


def test_where_there_are_too_many_policies_the_best_are_shown_and_it_says_so(engine, scenario, tmp_path):
    found = found_of(scenario, tmp_path, others=MOST + 3)
    assert len(shown(found)) == MOST == len(COLOURS)
    assert len(draw_all(found)[0].numbers["policy"].unique()) == MOST + 1


def test_words_for_a_reader(found):
    assert label("hidden_errors") == "Hidden errors at any time"
    effect = found.effects[found.theory, "policy 0", "turnover"]
    assert " points" in difference(effect)
    assert source(found.results).endswith("6 runs of each, seeds 1 to 6.")


def test_with_no_good_run_the_page_says_so(engine, scenario, tmp_path):
    engine.update(range(20))
    found = found_of(scenario, tmp_path)
    text = page.page(found, [], {}, None, digest="d" * 64, command=["redbead"])
    assert "nothing can be compared" in text
    assert "12 runs failed" in text
