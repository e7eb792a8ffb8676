"""Page and figures of a comparison: complete, described, and reproducible byte for byte."""

import dataclasses
import html
import re

import pytest

from redbead.analysis.power import FurtherUnits
from redbead.execution.runs import run_options
from redbead.levers.culture import JustCulture
from redbead.report.comparison import page, tables
from redbead.report.comparison.forest import COLOURS, MAX_POLICIES, policies_shown
from redbead.report.comparison.over_time import actual_and_recorded, measures_over_time
from redbead.report.comparison.page import draw_all
from redbead.report.comparison.text import describe_further, format_difference, label, source
from redbead.report.plotting import svg
from redbead.studies.comparison.findings import EffectVerdict
from redbead.studies.comparison.forecast import protocol_hash
from redbead.studies.comparison.inputs import gather, with_runs
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.spec import ALL_THEORIES
from redbead.studies.comparison.study import run_only


def run_policies(scenario, tmp_path, others=1, **fields):
    """Run a comparison on the substitute engine."""
    base = dataclasses.replace(scenario, levers=())
    policies = {"today": base}
    for k in range(others):
        policies[f"policy {k}"] = dataclasses.replace(base, levers=(JustCulture(from_week=60 + k),))
    comparison = with_runs(gather(policies, **fields), "6")
    return ReportData(run_only(comparison, tmp_path / "batch", run_options(jobs=2)))


@pytest.fixture(scope="module")
def data(synthetic_engine, scenario, tmp_path_factory):
    """Three policies under all theories, run once for all tests that only read them."""
    with synthetic_engine():
        return run_policies(scenario, tmp_path_factory.mktemp("comparison"), others=2, theories=ALL_THEORIES)


@pytest.fixture(scope="module")
def drawings(data):
    return draw_all(data)


@pytest.fixture(scope="module")
def full_page(data, drawings):
    return render_page(data, drawings)


def render_page(data, drawings):
    pictures = {drawing.name: svg(drawing.figure) for drawing in drawings}
    return page.page(data, drawings, pictures, None, digest="d" * 64, command=["redbead", "compare"])


@pytest.mark.parametrize(
    "years", [0.02, 0.5, *(pytest.param(years, marks=pytest.mark.slow) for years in (0.1, 0.25, 0.3))]
)
def test_short_runs_have_all_figures_for_which_they_are_long_enough(engine, scenario, tmp_path, years):
    """One week, two quarters; less than a quarter, one quarter, less than two quarters."""
    data = run_policies(scenario.set({"time.years": years}), tmp_path)
    drawings = draw_all(data)
    assert ("crossover" in [drawing.name for drawing in drawings]) == (years == 0.5)
    assert "In numbers: whole run" in render_page(data, drawings)
    assert page.brief(data, "d" * 64)
    errors, fear = measures_over_time(data, "errors_generated", "fear").figure.axes
    assert errors.get_ylabel() == ("Errors per quarter" if years == 0.5 else "Errors per week")
    assert all(any(line.get_xydata().size for line in axes.lines) for axes in (errors, fear))


@pytest.mark.parametrize(
    ("outcome", "difference", "text"),
    [
        ("cost", 16_543.0, "(0.0165 £ million per year)"),
        ("cost", 2e6, "(2 £ million per year)"),
        ("reported_share", 0.02, "(2 percentage points)"),
        ("errors_generated", 1_234.0, "(1,230 errors per year)"),
        ("service_quality", 0.02, "(0.02; reference 1)"),
        ("fear", 0.02, "(0.02; 0 to 1)"),
    ],
)
def test_a_difference_that_matters_is_stated_in_the_unit_of_the_tables(data, outcome, difference, text):
    for further in (FurtherUnits(0, 0, 0, "runs", 6, difference), FurtherUnits(5, 3, 9, "runs", 11, difference)):
        assert text in describe_further(data.results, further, outcome)


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [(1, "runs", "about 1 more run is needed"), (2, "runs", "about 2 more runs are needed"),
     (1, "draws", "about 1 more draw is needed"), (3, "draws", "about 3 more draws are needed")],
)  # fmt: skip
def test_further_units_are_in_the_singular_or_the_plural(data, number, noun, words):
    assert words in describe_further(data.results, FurtherUnits(number, 1, 9, noun, 11, 1.0), "turnover")


def test_every_figure_has_alternative_text_and_data(drawings):
    assert [drawing.name for drawing in drawings] == [
        "happened-and-recorded", "differences", "theories", "crossover", "ranks", "trade-off"
    ]  # fmt: skip
    for drawing in drawings:
        assert len(drawing.alt) > 60
        assert len(drawing.numbers)
        assert "policy" in drawing.numbers.columns
        assert {"policy 0", "policy 1"} <= set(drawing.numbers["policy"])


def test_the_page_has_its_sections_in_order(full_page):
    text = html.unescape(full_page)
    heads = re.findall(r"<h2>(.*?)</h2>", text)
    expected = [
        "In numbers", "What happened, and what was recorded",
        "When policies overtake the baseline", "What would change the answer", "Why",
        "What the model cannot say", "How to reproduce it",
    ]  # fmt: skip
    places = [next(k for k, head in enumerate(heads) if head.startswith(start)) for start in expected]
    assert places == sorted(places)
    assert text.count("Synthetic. Compares cultures in a stylised service.") == 2, "once at the top and once at the end"
    assert text.count('role="img"') == 6


def test_the_brief_has_answer_two_tables_one_figure_doubts_and_policies(data):
    brief = page.brief(data, "d" * 64)
    assert brief.count('role="img"') == 1
    assert brief.count("<table") == 2
    assert re.findall(r"<h2>(.*?)</h2>", brief)[-2:] == ["Doubts", "What was simulated"]
    assert "When policies overtake" not in brief
    assert all(f"<b>{name}:</b>" in brief for name in data.results.comparison.names)


def test_a_policy_without_a_title_is_described_by_its_differences(data):
    """Both policies add a lever to the baseline and share its title."""
    base, *others = tables.policies(data)
    assert not base[1].startswith("as ")
    for name, description, _ in others:
        week = 60 + int(name.removeprefix("policy "))
        assert description.startswith("as 'today', but: ")
        assert "just-culture" in description
        assert f"week {week}" in description


def test_the_page_states_the_hash_of_the_protocol(data, full_page):
    assert protocol_hash(data.results.comparison) in full_page


def test_equal_runs_give_equal_pages(data, full_page):
    assert render_page(data, draw_all(data)) == full_page


def test_every_mean_and_difference_has_its_interval(data):
    """Every mean and difference in the headline table is followed by its interval, or by why it has none."""
    for row in tables.headline_by_outcome(data)[0][1]:
        assert re.search(r"\(.+ to .+\)", row.level)
        assert not row.difference or re.search(r"\(.+ to .+\)|\(equal in all \d+ runs\)", row.difference)


def test_figures_of_many_policies_show_the_best(engine, scenario, tmp_path):
    data = run_policies(scenario, tmp_path, others=MAX_POLICIES + 3)
    assert len(policies_shown(data)) == MAX_POLICIES == len(COLOURS)
    assert len(actual_and_recorded(data).numbers["policy"].unique()) == MAX_POLICIES + 1


def test_labels_differences_and_source_are_in_words(data):
    assert label("hidden_errors") == "Hidden errors at any time"
    effect = data.effects[data.theory, "policy 0", "turnover"]
    assert " points" in format_difference(effect)
    assert source(data.results).endswith("6 runs of each, seeds 1 to 6.")


def test_a_page_without_finished_runs_lists_the_failures(engine, scenario, tmp_path):
    engine.update(range(20))
    data = run_policies(scenario, tmp_path)
    text = page.page(data, [], {}, None, digest="d" * 64, command=["redbead"])
    assert "nothing can be compared" in text
    assert "12 runs failed" in text


def test_verdicts_have_the_same_words_in_table_file_and_terminal(data, full_page):
    verdicts = {row.verdict for row in tables.headline(data)} - {""}
    assert verdicts
    assert verdicts <= set(map(str, EffectVerdict))
    assert verdicts <= set(tables.differences(data)["verdict"])
    cells = [cell for block in tables.lines(data) if isinstance(block, list) for row in block for cell in row]
    for verdict in verdicts:
        assert any(cell.endswith(f": {verdict}") for cell in cells)
    assert all(html.escape(verdict) in full_page for verdict in verdicts)
