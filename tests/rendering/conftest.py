"""Pages of small studies, and a browser that renders them.

These tests need Chromium and the packages of the extra `rendering`; `.ci/run` installs both. Without them they fail.
"""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from redbead.analysis.estimates import Estimate
from redbead.cli import main
from redbead.report.calibration import write_pages
from redbead.scenario.library import shipped, shipped_batches
from redbead.studies.calibration.emulators import TrialPoint
from redbead.studies.calibration.history_matching import CalibrationFit
from redbead.studies.calibration.spec import find_calibration, read_calibration

SMALL = ["--set", "authority.posts=24", "--set", "time.years=2", "--set", "time.warm_up_years=0.5"]
FOLDERS = ("run", "comparison", "sensitivity", "twins", "forty")
CALIBRATION = "calibration"
BRIEFS = ("run brief", "comparison brief", "forty brief")


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """Pages by name, as files: real runs of a small authority over two years."""
    folder, before = tmp_path_factory.mktemp("pages"), Path.cwd()
    os.chdir(folder)
    try:
        commands = [
            ["run", "two-strikes", *SMALL, "--runs", "6", "--out", "run"],
            ["report", "run", "--kind", "brief", "--out", "run brief.html"],
            ["compare", str(small_batch(folder)), "--out", "comparison"],
            ["report", "comparison", "--kind", "brief", "--out", "comparison brief.html"],
            ["sensitivity", "small.yaml", "--parameter", "practice.*", "--trajectories", "10", "--samples", "8",
             "--runs", "4", "--out", "sensitivity"],
            ["twins", "baseline", "two-strikes", *SMALL, "--out", "twins"],
            ["compare", str(batch_of_forty(folder)), "--out", "forty"],
            ["report", "forty", "--kind", "brief", "--out", "forty brief.html"],
        ]  # fmt: skip
        for words in commands:
            assert main(words) == 0, words
    finally:
        os.chdir(before)
    reports = {name: folder / name / "report.html" for name in FOLDERS}
    write_calibration(folder / CALIBRATION)
    reports[CALIBRATION] = folder / CALIBRATION / "report.html"
    return reports | {name: folder / f"{name}.html" for name in BRIEFS}


def write_calibration(folder):
    """Write the page of a constructed calibration to England, which would take an hour to compute."""
    plan = read_calibration(find_calibration("england"))
    levels = {
        target.level: Estimate(target.value, target.low, target.high, (target.high - target.low) / 4, 60)
        for target in plan.targets.targets
    }
    sets = tuple(TrialPoint(np.full(len(plan.free), unit), levels) for unit in (0.2, 0.5, 0.8))
    folder.mkdir()
    write_pages(folder, CalibrationFit(plan, sets, (), sets, sets[1]), "0" * 64, ["redbead", "calibrate", "england"])


def small_batch(folder):
    """The batch 'blame-or-learning' with few runs of a small authority, so that the page has every section."""
    text = shipped_batches()["blame-or-learning"].read_text()
    text = text.replace("runs: 100}", "runs: 6}").replace("runs: 100", "runs: 8").replace("runs: 40", "runs: 6")
    for policy in ("baseline", "two-strikes", "just-culture", "just-culture-and-improvement"):
        text = text.replace(f": {policy}\n", f": {{scenario: {policy}, authority: {{posts: 24}}}}\n", 1)
    path = folder / "batch.yaml"
    path.write_text(f"{text}\ntime: {{years: 2, warm_up_years: 0.5}}\n")
    (folder / "small.yaml").write_text(
        "format: 1\nextends: baseline\ntime: {years: 2, warm_up_years: 0.5}\nauthority: {posts: 24}\n"
    )
    return path


def batch_of_forty(folder):
    """A batch of forty shipped scenarios in a small authority."""
    names = [name for name in shipped() if name != "baseline"][:40]
    lines = [f"  {name.replace('-', ' ')}: {{scenario: {name}, authority: {{posts: 24}}}}" for name in names]
    path = folder / "forty.yaml"
    path.write_text(
        "format: 1\ntitle: Forty policies\nbaseline: today\nruns: 4\ntime: {years: 2, warm_up_years: 0.5}\n"
        "policies:\n  today: {scenario: baseline, authority: {posts: 24}}\n" + "\n".join(lines) + "\n"
    )
    return path


@pytest.fixture(scope="session")
def browser():
    """Chromium of the system."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def opened(browser, pages):
    """Return a function that opens a page at a width in CSS pixels."""
    contexts = []

    def open_page(name, width=1280):
        context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(pages[name].as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
