"""Rendered pages: accessibility (WCAG 2.2 AA), narrow screens, keyboard, print."""

import io
import re
import unicodedata
from pathlib import Path

import pytest

pytestmark = pytest.mark.rendering

PAGES = ("run", "run brief", "comparison", "comparison brief", "sensitivity", "calibration", "twins")
MANY = ("forty", "forty brief")
"""Pages of a comparison of 40 policies."""
WIDTHS = (1280, 768, 390)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST_TEXT = 11.0
"""Smallest text of a chart. [CSS pixels]"""
GLYPHS = 100.0
"""Matplotlib draws glyphs at this size and scales them. [units]"""
PRINTED_WIDTH = 680
"""Width of the text of a printed page: 180 mm. [CSS pixels]"""
SMALLEST_PRINTED = 4.0 / 0.75
"""Smallest text of a chart in print: 4 points. [CSS pixels]"""
A4 = {"format": "A4", "print_background": True, "prefer_css_page_size": True}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation(opened, name, width):
    import axe_playwright_python

    page = opened(name, width)
    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text())
    results = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    assert [(item["id"], item["nodes"][0]["html"]) for item in results["violations"]] == []
    assert len(results["passes"]) > 20, "the rules were applied"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_never_wider_than_the_screen(opened, name, width):
    assert opened(name, width).evaluate("document.documentElement.scrollWidth") <= width


def smallest_text(page):
    """Smallest text of the charts: the scale of a glyph on the screen times the size at which glyphs are drawn."""
    sizes = page.eval_on_selector_all(
        'figure svg g[transform*="scale(0."]',
        """glyphs => glyphs.map(glyph => {
            const m = glyph.getScreenCTM();
            return Math.sqrt(Math.abs(m.a * m.d - m.b * m.c));
        })""",
    )
    assert sizes
    return GLYPHS * min(sizes)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_the_smallest_text_of_a_chart_is_legible(opened, name, width):
    assert smallest_text(opened(name, width)) >= SMALLEST_TEXT


@pytest.mark.parametrize("name", [*PAGES, *MANY])
def test_the_smallest_text_of_a_printed_chart_is_legible(opened, name):
    page = opened(name, PRINTED_WIDTH)
    page.emulate_media(media="print")
    assert smallest_text(page) >= SMALLEST_PRINTED


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_chart_that_scrolls_says_so(opened, name, width):
    """A chart that is wider than the screen has a visible hint, and a region with a name that the keyboard reaches."""
    for figure in opened(name, width).locator("figure").all():
        region = figure.locator(".scroll")
        scrolls = region.evaluate("item => item.scrollWidth > item.clientWidth")
        assert figure.locator(".hint").is_visible() or not scrolls
        assert scrolls == (width < 1100)
        assert (region.get_attribute("role"), region.get_attribute("tabindex")) == ("region", "0")
        assert len(region.get_attribute("aria-label")) > len("Figure: ")


@pytest.mark.parametrize("name", PAGES)
def test_values_are_beside_their_names_on_a_phone(opened, name):
    """Each row is a list there, so a number that is aligned to the right would be far from its name."""
    alignments = opened(name, 390).eval_on_selector_all(
        "main td", "cells => cells.map(cell => getComputedStyle(cell).textAlign)"
    )
    assert set(alignments) <= {"left", "start"}


@pytest.mark.parametrize("label", ["Paired difference from 'today'", "Verdict"])
def test_difference_interval_and_verdict_are_visible_on_a_phone(opened, label):
    page = opened("comparison", 390)
    cells = page.locator(f'#numbers td[data-label="{label}"]:not(:empty)')
    assert cells.count() == 15, "three policies and five outcomes"
    for box in (cells.nth(k).bounding_box() for k in range(cells.count())):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_reaches_everything_in_the_order_of_the_page(opened, name):
    page = opened(name)
    count = page.evaluate(
        """() => { let k = 0;
        for (const item of document.querySelectorAll('a[href], summary, [tabindex="0"]'))
            if (item.checkVisibility()) item.dataset.place = k++;
        return k; }"""
    )
    places = []
    for _ in range(count):
        page.keyboard.press("Tab")
        places.append(page.evaluate("document.activeElement.dataset.place"))
    assert places == [str(k) for k in range(count)]


@pytest.mark.parametrize("name", PAGES)
def test_descriptions_of_charts_carry_their_figures(opened, name):
    labels = opened(name).eval_on_selector_all("figure svg", "items => items.map(x => x.getAttribute('aria-label'))")
    assert labels
    for label in labels:
        assert len(re.findall(r"\d", label)) > 3
        assert len(label.split()) > 12


def printed(opened, name):
    """Texts of the A4 pages, without spaces, the headings and the visible cells; charts have no text but a mark."""
    from pypdf import PdfReader

    page = opened(name)
    page.evaluate("document.querySelectorAll('.unseen').forEach(item => item.remove())")
    page.evaluate("document.querySelectorAll('figure').forEach(figure => figure.append('(figure)'))")
    headings = [squeeze(text) for text in page.locator("h2").all_inner_texts()]
    cells = [squeeze(text) for text in page.locator("main table:visible td").all_inner_texts()]
    texts = [squeeze(sheet.extract_text()) for sheet in PdfReader(io.BytesIO(page.pdf(**A4))).pages]
    return texts, headings, cells


def squeeze(text):
    """Text without white space, which depends on where lines break, and without ligatures."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("name", [*PAGES, *MANY])
def test_no_printed_page_ends_with_a_heading_and_nothing_is_cut_off(opened, name):
    texts, headings, cells = printed(opened, name)
    assert not [(text[-30:], h) for text in texts for h in headings if text.endswith(h)]
    everything = "".join(texts)
    assert [cell for cell in cells if cell not in everything] == []


@pytest.mark.parametrize(
    ("name", "most"),
    [("comparison", 8), ("comparison brief", 1), ("run", 5), ("run brief", 1), ("forty", 7), ("forty brief", 1)],
)
def test_printed_pages_are_few(opened, name, most):
    assert 1 <= len(printed(opened, name)[0]) <= most


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_of_forty_policies_is_never_wider_than_the_screen(opened, width):
    assert opened("forty", width).evaluate("document.documentElement.scrollWidth") <= width


def test_the_printed_matrix_of_forty_policies_has_one_line_per_cell(opened):
    page = opened("forty", PRINTED_WIDTH)
    page.emulate_media(media="print")
    cells = page.locator(".matrix td")
    assert cells.count() == 40 * 5, "policies and outcomes"
    line = cells.first.evaluate("cell => 1.5 * parseFloat(getComputedStyle(cell).lineHeight)")
    heights = cells.evaluate_all(
        """cells => cells.map(cell => {
            const text = document.createRange();
            text.selectNodeContents(cell);
            return text.getBoundingClientRect().height;
        })"""
    )
    assert max(heights) <= line
    size = cells.first.evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
    assert 0.75 * size >= 7.0, "points"
