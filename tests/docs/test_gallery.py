"""The gallery: pictures exist, belong to scenarios and are small; figures in the text come from results."""

import dataclasses
import importlib.util
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from redbead.analysis.pairs import names
from redbead.report import plotting
from redbead.scenario.library import FOLDERS, catalogue
from redbead.scenario.loader import load

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "gallery.md").read_text(encoding="utf-8")
SCENARIOS = {entry.name: entry for entry in catalogue()}


def load_script():
    """Import docs/make_gallery.py as a module."""
    spec = importlib.util.spec_from_file_location("make_gallery", DOCS / "make_gallery.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


gallery = load_script()
PLAN = gallery.read_plan()
each_picture = pytest.mark.cases("picture", PLAN, ids=[picture.name for picture in PLAN])


def lines(picture):
    """All line specifications of a picture."""
    return [line for panel in picture.panels for line in panel.lines]


def test_at_least_twelve_scenarios_have_a_picture():
    assert len({picture.name for picture in PLAN}) == len(PLAN) >= 12


def test_page_shows_exactly_the_planned_pictures():
    shown = re.findall(r"\]\(images/gallery/([\w-]+)\.png\)", PAGE)
    assert sorted(shown) == sorted(picture.name for picture in PLAN)
    assert sorted(path.stem for path in (DOCS / "images" / "gallery").iterdir()) == sorted(shown)


def test_page_follows_the_order_of_the_scenario_folders():
    shown = re.findall(r"\]\(images/gallery/([\w-]+)\.png\)", PAGE)
    order = [list(FOLDERS).index(SCENARIOS[name].folder) for name in shown]
    assert order == sorted(order)


def test_page_names_existing_scenarios():
    named = re.findall(r"\.\./scenarios/(?:[\w-]+/)?([\w-]+)\.yaml", PAGE) + re.findall(
        r"^redbead run (.+)$", PAGE, re.M
    )
    assert len(named) == 2 * len(PLAN)
    assert set(named) == {picture.name for picture in PLAN} <= set(SCENARIOS)


@each_picture
def test_picture_has_a_small_file_and_a_readable_size(picture):
    data = (gallery.IMAGES / f"{picture.name}.png").read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert len(data) < 80_000
    assert 1000 <= width <= 1200
    assert 300 <= height <= 600


@each_picture
def test_picture_uses_existing_scenarios_series_and_colours(picture):
    sides = {picture.name, picture.against} | {name for line in lines(picture) for name in (line.of, line.against)}
    assert {side.partition(" --set ")[0] for side in sides if side} <= set(SCENARIOS)
    assert {line.series for line in lines(picture)} <= set(names())
    assert all(hasattr(plotting, line.colour.upper()) for line in lines(picture))


@each_picture
def test_text_contains_no_typed_estimates(picture):
    rest = gallery.MARKER.sub("", picture.teaches)
    assert "[" not in rest
    assert len(gallery.MARKER.findall(picture.teaches)) >= 2
    assert set(re.findall(r"\d+", rest)) <= {"120"}  # the sample size that defines the scenario


@each_picture
def test_every_marker_names_a_line_or_a_series(picture):
    keys = {line.key for line in lines(picture)} | set(names())
    assert {key for key, _, _ in gallery.MARKER.findall(picture.teaches)} <= keys


@each_picture
def test_page_contains_the_title_and_the_question(picture):
    assert f"![{picture.title}. " in PAGE
    assert " ".join(SCENARIOS[picture.name].question.split()) in PAGE


@pytest.fixture
def filled(runs_with):
    """Fill a text with paired differences of 1, 2 and 6: mean 3, interval 3 -/+ 4.303 sqrt(7 / 3)."""

    def constant_runs(name, hidden):
        scenario = dataclasses.replace(load("baseline"), name=name)
        hidden_errors = np.repeat(np.array(hidden)[:, None], scenario.weeks, axis=1)
        return runs_with({"hidden_errors": hidden_errors}, scenario=scenario)

    def fill(teaches):
        picture = gallery.Picture("policy", "other", "Title", teaches, ())
        runs = {"policy": constant_runs("policy", [11, 22, 36]), "other": constant_runs("other", [10, 20, 30])}
        return gallery.fill_markers(picture, runs)

    return fill


def test_markers_are_replaced_by_estimates(filled):
    text, false_claims = filled("So: [hidden_errors late], [hidden_errors early with], [hidden_errors whole below].")
    assert text == "So: +3 (−4 to +10), 23, 0 of 3."
    assert false_claims == []


@pytest.mark.parametrize("claim", ["up", "down"])
def test_a_claim_contradicted_by_the_results_is_reported(filled, claim):
    _, false_claims = filled(f"[hidden_errors late {claim}]")
    assert false_claims == [f"[hidden_errors late {claim}] is +3 (−4 to +10)"]
