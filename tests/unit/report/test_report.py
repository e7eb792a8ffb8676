"""Figures and the page: descriptions, numbers, no network, no injection, the same bytes twice."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from redbead.exceptions import BadInputError
from redbead.execution.runs import measure_index, run_many
from redbead.report import plotting
from redbead.report.errors import middle_half
from redbead.report.page import FIGURES, draw_all, fan_of, page, policy, snippet, write_figures
from redbead.report.plotting import fan, quarterly
from redbead.report.text import answer, found

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> $\\frac{ {{7*7}} =cmd()"


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        self.text.append(data)


def written(batch, tmp_path, command=("redbead", "run", "x")):
    drawings = draw_all(batch)
    return page(batch, drawings, write_figures(tmp_path / "f", drawings), results="0" * 64, command=list(command))


def read(html):
    reader = _Reader()
    reader.feed(html)
    return reader


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    """The page of the first batch that asks for it, and its drawings; drawn once for all who only look at it."""
    made = {}

    def of(batch):
        if not made:
            folder = tmp_path_factory.mktemp("sheet")
            drawings = draw_all(batch)
            texts = write_figures(folder, drawings)
            command = ["redbead", "run", "two-strikes"]
            made["page"] = page(batch, drawings, texts, results="0" * 64, command=command)
            made["drawings"], made["folder"] = drawings, folder
        return made

    return of


def test_the_page_needs_no_network_and_runs_nothing(batch, sheet):
    html = sheet(batch)["page"]
    reader = read(html)
    assert "http://" not in html
    assert "https://" not in html
    assert not {"script", "iframe", "object", "embed", "link", "img", "form", "base"} & set(reader.tags)
    assert not [a for a in reader.attributes if a[1].startswith("on") or a[1] == "style"]
    targets = [value for _, name, value in reader.attributes if name in ("href", "src", "xlink:href")]
    assert targets
    assert all(target.startswith("#") for target in targets)


def test_the_policy_allows_the_one_style_sheet_only(batch, sheet):
    html = sheet(batch)["page"]
    css = re.search("<style>(.*?)</style>", html, re.DOTALL).group(1)
    said = re.search('http-equiv="Content-Security-Policy" content="(.*?)"', html).group(1).replace("&#39;", "'")
    assert said == policy(css)
    assert said.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in said


def test_text_of_a_scenario_is_text(renamed, tmp_path):
    html = written(renamed(title=EVIL, question=EVIL), tmp_path, ["redbead", EVIL])
    reader = read(html)
    assert not {"script", "img"} & set(reader.tags)
    assert not [a for a in reader.attributes if a[1].startswith("on")]
    assert EVIL in reader.text
    assert "49" not in "".join(reader.text).split("cmd")[0]
    assert "<script" not in snippet(renamed(title=EVIL))


def test_the_first_screen_has_answer_table_limits_command_and_banner(batch, sheet):
    html = sheet(batch)["page"]
    text = " ".join(read(html.partition("<body>")[2]).text)
    order = ["Synthetic.", "Two strikes after a tragedy", "What happens to hidden errors?", "6 simulated runs"]
    order += [
        "Two ledgers",
        "The last 2 years in numbers",
        "What the model cannot say",
        "How to reproduce",
        "redbead run two-strikes",
        "Next",
    ]
    places = [text.find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)
    assert "0" * 64 in text


def test_identifiers_are_unique(batch, sheet):
    identifiers = [value for _, name, value in read(sheet(batch)["page"]).attributes if name == "id"]
    assert len(identifiers) == len(set(identifiers))


def test_every_figure_has_title_words_numbers_and_banner(batch, sheet):
    drawings, folder = sheet(batch)["drawings"], sheet(batch)["folder"]
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


def test_pictures_and_page_come_out_the_same_to_the_byte(batch, tmp_path):
    pages = [written(batch, tmp_path) for _ in range(2)]
    assert pages[0] == pages[1]
    for make in FIGURES:
        assert plotting.png(make(batch).figure) == plotting.png(make(batch).figure)


@pytest.mark.parametrize("runs", [1, 2])
def test_one_or_two_runs_are_shown_for_what_they_are(engine, scenario, tmp_path, runs):
    text = " ".join(read(written(run_many(scenario, runs=runs), tmp_path)).text)
    assert ("One run is a story" in text) == (runs == 1)
    assert ("In one simulated run" in text) == (runs == 1)


def test_with_no_good_run_the_page_says_so(engine, scenario, tmp_path):
    engine.update({1, 2})
    text = " ".join(read(written(run_many(scenario, runs=2), tmp_path)).text)
    assert "No run finished." in text
    assert "2 runs failed" in text
    assert "ArithmeticError" in text


def test_a_short_scenario_can_be_drawn(engine, scenario, tmp_path):
    written(run_many(scenario.set({"time.years": 0.5}), runs=3), tmp_path)


@pytest.mark.parametrize("measure", ["turnover", "hidden_errors", "leavers", "grade"])
def test_any_measure_can_be_drawn(batch, measure):
    drawing = fan_of(batch, measure)
    assert drawing.name == measure
    assert len(drawing.numbers) > 5
    with pytest.raises(BadInputError, match="unknown measure"):
        fan_of(batch, "happiness")


def test_fans_hold_the_quantiles():
    values = np.random.default_rng(1).normal(size=(101, 52))
    np.testing.assert_allclose(fan(values, "x", "u").levels[2], np.median(values, axis=0))
    assert quarterly(np.ones((3, 30)), "x", "u").levels.tolist() == [[13.0, 13.0]] * 5


def test_no_sign_is_claimed_where_runs_cannot_tell(batch):
    noise = np.random.default_rng(3).normal(0, 0.1, batch.weekly.shape[:3])
    batch.weekly[..., measure_index("visible_quality")] = batch.weekly[..., measure_index("service_quality")] + noise
    assert "cannot tell" in answer(batch, found(batch))[1]
    batch.weekly[..., measure_index("visible_quality")] += 0.5
    assert "looked better than it was" in answer(batch, found(batch))[1]


def test_the_middle_half_leaves_out_runaways(batch):
    chosen = middle_half(batch)
    means = batch.values("hidden_errors").mean(axis=1)
    assert chosen.size == 4
    assert means.argmax() not in chosen
    assert means.argmin() not in chosen
