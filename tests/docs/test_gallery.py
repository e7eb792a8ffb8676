"""The gallery: every picture is there, belongs to a scenario, and is small; its sentences take figures from results."""

import dataclasses
import importlib.util
import re
import struct
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from redbead.analysis.series import names
from redbead.execution.runs import RunRecord, ScenarioRuns, measure_index
from redbead.measures import MEASURES
from redbead.report import plotting
from redbead.scenario.catalogue import FOLDERS, catalogue
from redbead.scenario.loader import load

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "gallery.md").read_text(encoding="utf-8")
SCENARIOS = {entry.name: entry for entry in catalogue()}


def script():
    """docs/make_gallery.py as a module."""
    spec = importlib.util.spec_from_file_location("make_gallery", DOCS / "make_gallery.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


gallery = script()
PLAN = gallery.plan()
every = pytest.mark.parametrize("picture", PLAN, ids=lambda picture: picture.name)


def looks(picture):
    return [look for view in picture.views for look in view.looks]


def test_at_least_twelve_scenarios_have_a_picture():
    assert len({picture.name for picture in PLAN}) == len(PLAN) >= 12


def test_the_page_shows_the_pictures_of_the_plan_and_no_other():
    shown = re.findall(r"\]\(images/gallery/([\w-]+)\.png\)", PAGE)
    assert sorted(shown) == sorted(picture.name for picture in PLAN)
    assert sorted(path.stem for path in (DOCS / "images" / "gallery").iterdir()) == sorted(shown)


def test_the_page_follows_the_folders():
    shown = re.findall(r"\]\(images/gallery/([\w-]+)\.png\)", PAGE)
    order = [list(FOLDERS).index(SCENARIOS[name].folder) for name in shown]
    assert order == sorted(order)


def test_the_page_names_scenarios_that_there_are():
    named = re.findall(r"\.\./scenarios/(?:[\w-]+/)?([\w-]+)\.yaml", PAGE) + re.findall(
        r"^redbead run (.+)$", PAGE, re.M
    )
    assert len(named) == 2 * len(PLAN)
    assert set(named) == {picture.name for picture in PLAN} <= set(SCENARIOS)


@every
def test_each_picture_is_small_and_of_a_readable_width(picture):
    data = (gallery.IMAGES / f"{picture.name}.png").read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert len(data) < 80_000
    assert 1000 <= width <= 1200
    assert 300 <= height <= 600


@every
def test_each_picture_compares_scenarios_and_series_that_there_are(picture):
    sides = {picture.name, picture.against} | {name for look in looks(picture) for name in (look.of, look.against)}
    assert {side.partition(" --set ")[0] for side in sides if side} <= set(SCENARIOS)
    assert {look.series for look in looks(picture)} <= set(names())
    assert all(hasattr(plotting, look.colour.upper()) for look in looks(picture))


@every
def test_no_sentence_of_the_plan_holds_a_figure_that_should_be_computed(picture):
    rest = gallery.MARKER.sub("", picture.teaches)
    assert "[" not in rest
    assert len(gallery.MARKER.findall(picture.teaches)) >= 2
    assert set(re.findall(r"\d+", rest)) <= {"120"}  # the 120 cases of a larger sample are its definition


@every
def test_every_marker_names_a_line_or_a_series(picture):
    keys = {look.key for look in looks(picture)} | set(names())
    assert {key for key, _, _ in gallery.MARKER.findall(picture.teaches)} <= keys


@every
def test_the_page_says_the_title_and_the_question(picture):
    assert f"![{picture.title}. " in PAGE
    assert " ".join(SCENARIOS[picture.name].question.split()) in PAGE


def batch(name, hidden):
    """Runs of a scenario made by hand: `hidden` errors in every week, a number for each run."""
    scenario = dataclasses.replace(load("baseline"), name=name)
    weekly = np.zeros((len(hidden), scenario.weeks, 1, len(MEASURES)))
    weekly[..., measure_index("hidden_errors")] = np.array(hidden)[:, None, None]
    runs = tuple(RunRecord(f"{name}-{k}", k, k + 1, "done", 0.0) for k in range(len(hidden)))
    return ScenarioRuns(scenario, 1, runs, weekly, (None,) * len(hidden), datetime.now(UTC), 0.0, 1, name)


def told(teaches):
    """What becomes of a sentence where the differences are 1, 2 and 6: mean 3, interval 3 -/+ 4.303 sqrt(7 / 3)."""
    picture = gallery.Picture("policy", "other", "Title", teaches, ())
    return gallery.sentence(picture, {"policy": batch("policy", [11, 22, 36]), "other": batch("other", [10, 20, 30])})


def test_a_sentence_is_given_its_figures():
    text, wrong = told("So: [hidden_errors late], [hidden_errors early with], [hidden_errors whole below].")
    assert text == "So: +3 (−4 to +10), 23, 0 of 3."
    assert wrong == []


@pytest.mark.parametrize("claim", ["up", "down"])
def test_a_claim_that_the_figures_do_not_bear_out_is_told(claim):
    _, wrong = told(f"[hidden_errors late {claim}]")
    assert wrong == [f"[hidden_errors late {claim}] is +3 (−4 to +10)"]
