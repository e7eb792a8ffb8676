"""Figures and the report page: descriptions, data, no network access, no injection, reproducible bytes."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from redbead.api import run
from redbead.exceptions import BadInputError
from redbead.report import plotting
from redbead.report.errors import errors, middle_half
from redbead.report.plotting import areas, fan, flow_fan
from redbead.report.run_page import (
    FIGURES,
    Origin,
    brief,
    command_line,
    draw_all,
    fan_of,
    page,
    policy,
    render,
    snippet,
    template,
    write_figures,
)
from redbead.report.text import HEADLINE, answer, citation, headline, outcomes_by_name
from redbead.scenario.library import version
from redbead.scenario.scenario import Scenario

MALICIOUS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> $\\frac{ {{7*7}} =cmd()"


class _TextCollector(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        self.text.append(data)


def render_page(batch, command=("redbead", "run", "x"), drawings=None):
    drawings = draw_all(batch) if drawings is None else drawings
    pictures = {drawing.name: plotting.svg(drawing.figure) for drawing in drawings}
    return page(batch, drawings, pictures, Origin("0" * 64, list(command)))


def parse(html):
    reader = _TextCollector()
    reader.feed(html)
    return reader


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """The page and figures of the first batch that needs them, rendered once for all tests that only read them."""
    cache = {}

    def render(batch):
        if not cache:
            folder = tmp_path_factory.mktemp("sheet")
            drawings = draw_all(batch)
            texts = write_figures(folder, drawings)
            command = ["redbead", "run", "two-strikes"]
            cache["page"] = page(batch, drawings, texts, Origin("0" * 64, command))
            cache["drawings"], cache["folder"] = drawings, folder
        return cache

    return render


def test_the_page_needs_no_network_and_no_scripts(batch, rendered):
    html = rendered(batch)["page"]
    reader = parse(html)
    assert "http://" not in html
    assert "https://" not in html
    assert not {"script", "iframe", "object", "embed", "link", "img", "form", "base"} & set(reader.tags)
    assert not [a for a in reader.attributes if a[1].startswith("on") or a[1] == "style"]
    targets = [value for _, name, value in reader.attributes if name in ("href", "src", "xlink:href")]
    assert targets
    assert all(target.startswith("#") for target in targets)


def test_the_content_policy_allows_only_the_style_sheet(batch, rendered):
    html = rendered(batch)["page"]
    css = re.search("<style>(.*?)</style>", html, re.DOTALL).group(1)
    policy_of_page = (
        re.search('http-equiv="Content-Security-Policy" content="(.*?)"', html).group(1).replace("&#39;", "'")
    )
    assert policy_of_page == policy(css)
    assert policy_of_page.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy_of_page


def test_text_of_a_scenario_is_escaped(renamed):
    batch = renamed(title=MALICIOUS, question=MALICIOUS)
    html = render_page(batch, ["redbead", MALICIOUS], [FIGURES[0](batch)])
    reader = parse(html)
    assert not {"script", "img"} & set(reader.tags)
    assert not [a for a in reader.attributes if a[1].startswith("on")]
    assert MALICIOUS in reader.text
    assert "49" not in "".join(reader.text).split("cmd")[0]
    assert "<script" not in snippet(renamed(title=MALICIOUS))


def test_the_page_has_its_sections_in_order(batch, rendered):
    html = rendered(batch)["page"]
    before, _, after = html.partition("<body>")[2].partition('<nav class="contents"')
    text = " ".join(parse(before + after.partition("</nav>")[2]).text)
    order = ["Synthetic.", "Two strikes after a tragedy", "What happens to hidden errors?", "6 simulated runs"]
    order += [
        "Actual and recorded",
        "Outcomes in the last 2 years",
        "Limits of the model",
        "How to reproduce",
        "redbead run two-strikes",
        "How to cite it",
    ]
    places = [text.find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)
    assert "0" * 64 in text


def test_the_list_of_contents_links_to_every_section(batch, rendered):
    html = rendered(batch)["page"]
    links = re.findall(r'<a href="#([^"]+)">', html)
    assert links == re.findall(r'<section id="([^"]+)"', html)
    assert len(links) >= 6


def test_the_citation_names_version_design_and_digest(batch, rendered):
    html = rendered(batch)["page"]
    text = " ".join(parse(html).text)
    assert f"We simulated the scenario 'two-strikes' in 6 runs of {batch.scenario.years:g} years" in text
    assert f"Red Bead {version()} (Python " in text
    assert f"results is {'0' * 64}" in text
    assert "@software{redbead," in text


def test_the_brief_has_answer_two_tables_one_figure_and_doubts(batch):
    html = brief(batch, "0" * 64)
    assert html.count("<table") == 2
    assert html.count('role="img"') == 1
    assert re.findall(r"<h2>(.*?)</h2>", html)[-2:] == ["Doubts", "What was simulated"]
    assert 'class="contents"' not in html


def test_identifiers_are_unique(batch, rendered):
    identifiers = [value for _, name, value in parse(rendered(batch)["page"]).attributes if name == "id"]
    assert len(identifiers) == len(set(identifiers))


def test_every_figure_has_title_description_data_and_disclaimer(batch, rendered):
    drawings, folder = rendered(batch)["drawings"], rendered(batch)["folder"]
    assert len(drawings) == len(FIGURES)
    for drawing in drawings:
        words = (folder / f"{drawing.name}.txt").read_text()
        assert drawing.title in words
        assert plotting.BANNER in words
        assert re.search(r"\d", drawing.alt)
        assert len(drawing.alt) > 80
        assert len((folder / f"{drawing.name}.csv").read_text().splitlines()) == len(drawing.numbers) + 1
        texts = " ".join(text.get_text() for text in drawing.figure.texts)
        assert plotting.BANNER in texts
        assert "6 runs, seeds 11 to 16" in texts
        assert all(axes.get_xlabel() or axes.get_ylabel() or axes.get_title() for axes in drawing.figure.axes)


def test_figures_and_page_are_reproducible_byte_for_byte(batch, rendered):
    """The page rendered once for all tests equals one rendered again from equal runs, and so does every figure."""
    first, again = rendered(batch), draw_all(batch)
    assert render_page(batch, ["redbead", "run", "two-strikes"], again) == first["page"]
    assert [drawing.name for drawing in again] == [drawing.name for drawing in first["drawings"]]
    for drawing in again:
        assert plotting.png(drawing.figure) == (first["folder"] / f"{drawing.name}.png").read_bytes()


@pytest.mark.parametrize("runs", [1, 2])
def test_a_single_run_is_marked_as_an_illustration(engine, scenario, runs):
    batch = run(scenario, runs=runs).batch
    text = " ".join(parse(render_page(batch, drawings=None if runs == 1 else [])).text)
    assert ("A single run is an illustration" in text) == (runs == 1)
    assert ("In one simulated run" in text) == (runs == 1)


def test_a_page_without_a_finished_run_reports_the_failures(engine, scenario):
    engine.update({1, 2})
    text = " ".join(parse(render_page(run(scenario, runs=2).batch)).text)
    assert "No run finished." in text
    assert "2 runs failed" in text
    assert "ArithmeticError" in text


SHORT = [0.02, *(pytest.param(years, marks=pytest.mark.slow) for years in (0.1, 0.25, 0.3, 0.5))]
"""One week; less than a quarter, one quarter, less than two quarters, two quarters. [years]"""


@pytest.mark.parametrize("years", SHORT)
def test_a_short_run_has_all_figures_and_measures(engine, scenario, years):
    batch = run(scenario.set({"time.years": years}), runs=2).batch
    assert "Outcomes in the whole run" in " ".join(parse(render_page(batch)).text)
    assert "last 2 years" not in brief(batch, "0" * 64) + snippet(batch)
    drawing = fan_of(batch, "errors_generated", "fear", "cost")
    assert len(drawing.numbers) >= 3
    assert all(line.get_xydata().size for axes in drawing.figure.axes for line in axes.lines)


@pytest.mark.parametrize("weeks", [4, 13, 52, 60])
def test_errors_per_year_are_rates_also_in_a_run_of_less_than_a_year(runs_with, weeks):
    """Two errors per week are 104 per year."""
    batch = runs_with({"errors_generated": np.full((2, weeks), 2.0)})
    numbers = errors(batch).numbers
    made = numbers[numbers["unit"] == "errors/year"].groupby("year")["value"].sum()
    assert made.tolist() == [104.0]


@pytest.mark.parametrize("measure", ["turnover", "hidden_errors", "leavers", "grade"])
def test_any_measure_can_be_drawn(batch, measure):
    drawing = fan_of(batch, measure)
    assert drawing.name == measure
    assert len(drawing.numbers) > 5
    with pytest.raises(BadInputError, match="is not a known measure"):
        fan_of(batch, "happiness")


def test_fans_contain_the_quantiles():
    values = np.random.default_rng(1).normal(size=(101, 52))
    np.testing.assert_allclose(fan(values, "x", "u").levels[2], np.median(values, axis=0))
    assert flow_fan(np.ones((3, 30)), "x", "errors").levels.tolist() == [[13.0, 13.0]] * 5


@pytest.mark.parametrize(
    ("weeks", "unit"), [(1, "errors per week"), (25, "errors per week"), (26, "errors per quarter")]
)
def test_a_flow_is_shown_per_week_in_a_run_of_less_than_two_quarters(weeks, unit):
    """One quarter would be a single point, which a line cannot show."""
    fan_of_flow = flow_fan(np.ones((3, weeks)), "x", "errors")
    assert fan_of_flow.unit == unit
    assert fan_of_flow.levels.tolist() == ([[13.0, 13.0]] * 5 if weeks == 26 else [[1.0] * weeks] * 5)


def test_areas_of_a_single_week_last_from_its_start_to_its_end():
    at, values = areas(np.array([[3.0], [4.0]]))
    assert at.tolist() == [0.0, 1 / 52]
    assert values.tolist() == [[3.0, 3.0], [4.0, 4.0]]


def test_no_direction_is_reported_if_runs_are_inconclusive(batch, with_values):
    quality = batch.values("service_quality")
    visible = quality + np.random.default_rng(3).normal(0, 0.1, quality.shape)
    unclear = with_values(batch, {"visible_quality": visible})
    assert "inconclusive" in answer(unclear, outcomes_by_name(unclear))[1]
    clear = with_values(batch, {"visible_quality": visible + 0.5})
    assert "looked better than it was" in answer(clear, outcomes_by_name(clear))[1]


def test_the_middle_half_excludes_outliers(batch):
    selected = middle_half(batch)
    means = batch.values("hidden_errors").mean(axis=1)
    assert selected.size == 4
    assert means.argmax() not in selected
    assert means.argmin() not in selected


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (["redbead", "twins", "a b", "c"], "<pre><code>redbead twins &#39;a b&#39; c</code></pre>"),
        (["python", "redbead"], "A Python program made these results."),
    ],
)
def test_the_page_of_a_study_states_a_command_only_if_there_is_one(command, text):
    html = render(
        "study.html.j2", banner="", title="t", source="s", answer=["a"], figures=[], tables=[], digest="0",
        cite=citation("d", "0"), command=command_line(command),
    )  # fmt: skip
    assert text in html
    assert ("This command gives the same results" in html) == (command[0] == "redbead")


def test_text_keeps_percentages_and_intervals_on_one_line_but_commands_keep_their_spaces():
    cells = {"heading": "95 % interval", "cell": "+8.4 % (+6.1 to +10.6)", "text": "1.5 to 2 years"}
    html = str(
        template("macros.html.j2").module.table("t", ["", cells["heading"]], [("", [(cells["text"], cells["cell"])])])
    )
    assert "95\N{NO-BREAK SPACE}% interval" in html
    assert "+8.4\N{NO-BREAK SPACE}% (+6.1\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}+10.6)" in html
    assert "1.5 to 2 years" in html
    html = str(template("macros.html.j2").module.commands([("redbead run '5 % (1 to 2).yaml'", "why")]))
    assert "redbead run &#39;5 % (1 to 2).yaml&#39;" in html


@pytest.mark.parametrize(
    ("looks", "labels"),
    [
        ("", []),
        ("Fear and turnover.", []),  # in the table anyway
        ("Violations, and harm after a report", ["Violations", "Harm after report"]),
        (
            "compare known_errors with the violations sanctioned",
            ["Known errors", "Violations", "Violations sanctioned"],
        ),
        ("The grade and its stability", []),  # a mean of codes has no meaning
        ("violationsx, xviolations", []),
    ],
)
def test_the_headline_table_has_the_measures_that_a_scenario_names(runs_with, looks, labels):
    batch = runs_with({"violations": np.full((3, 52), 2.0)}, scenario=Scenario(name="own", looks=looks))
    rows = headline(outcomes_by_name(batch), batch.scenario.looks)
    assert [row.label for row in rows[len(HEADLINE) :]] == labels
    assert [(row.value, row.unit) for row in rows if row.label == "Violations"] == [
        ("104", "errors per year")
    ] * labels.count("Violations")


def test_outcomes_of_errors_add_up_where_errors_can_do_harm_after_a_report(runs_with):
    """Of 100 errors made, 40 are reported; 3 of these cause harm and 2 expire. 10 of the 12 expired were unknown.

    100 = 40 reported + 5 discovered + 20 repaired + 10 expired + 7 harmful + 18 hidden at the end.
    """
    weekly = {
        "errors_generated": 100, "errors_reported": 40, "errors_discovered": 5, "errors_repaired": 20,
        "errors_expired": 12, "expired_after_report": 2, "errors_harmful": 10, "harm_after_report": 3,
    }  # fmt: skip
    batch = runs_with({name: np.full((1, 1), value) for name, value in weekly.items()})
    numbers = errors(batch).numbers
    shares = numbers[numbers["unit"] == "per 100 errors made"].set_index("series")["value"]
    assert shares["errors_expired"] == pytest.approx(10)
    assert shares["errors_harmful"] == pytest.approx(7)
    assert shares["left_hidden"] == pytest.approx(18)
