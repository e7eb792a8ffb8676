"""Texts of figures: none overlaps another, none leaves the figure, none is too small to read.

Every figure is drawn from small or constructed data, and every text that matplotlib draws is measured.
"""

import dataclasses
import itertools
import math

import matplotlib.text
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from paired_figure import Line, Panel, paired

from redbead.analysis.estimates import Estimate
from redbead.analysis.intervals import Interval
from redbead.analysis.pairs import PairedRuns
from redbead.api import run
from redbead.execution.runs import run_options
from redbead.levers.culture import JustCulture
from redbead.parameters import register
from redbead.report import calibration, plotting, sensitivity
from redbead.report.comparison import forest, over_time
from redbead.report.comparison.page import draw_all
from redbead.report.errors import errors
from redbead.report.grades import grades, lottery_figure
from redbead.report.overview import culture, fan_of, overview
from redbead.report.run_page import draw_all as draw_run
from redbead.report.twins import twins_figure
from redbead.scenario.scenario import Scenario, Spike
from redbead.studies.calibration.emulators import TrialPoint
from redbead.studies.calibration.history_matching import CalibrationFit
from redbead.studies.calibration.spec import Calibration, FreeParameter
from redbead.studies.comparison.inputs import gather, with_runs
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.spec import ALL_THEORIES
from redbead.studies.comparison.study import run_only
from redbead.studies.lottery.study import lottery, parse_options
from redbead.studies.sensitivity.sobol import SobolIndices
from redbead.studies.sensitivity.spec import Factor, Study
from redbead.studies.sensitivity.study import OneAtATimeEffect, SensitivityFindings
from redbead.studies.targets.spec import Target, TargetSet
from redbead.studies.twins.divergence import Divergence
from redbead.studies.twins.study import Twins

SMALLEST = 8.0
"""Smallest text of a figure, which the pages show with at least 11 CSS pixels. [points]"""
TOUCHING = 0.5
"""Boxes of two texts may share this much, which is less than the space between a glyph and its box. [pixels]"""


def further(*values, **options):
    """Further values of a figure of which other values are tested every time."""
    return pytest.param(*values, marks=pytest.mark.slow, **options)


def drawn_texts(figure):
    """Every text that matplotlib really draws, with its box in pixels, and the box of the figure."""
    drawn = []
    FigureCanvasAgg(figure)
    with pytest.MonkeyPatch.context() as patch:

        def record(text, renderer):
            if text.get_visible() and text.get_text().strip():
                drawn.append((text, text.get_window_extent(renderer)))

        patch.setattr(matplotlib.text.Text, "draw", record)
        with plotting.figure_style():
            figure.draw_without_rendering()  # positions are final, and no pixel is needed
    return drawn, figure.bbox


def faults_of(texts, page):
    """Texts that overlap, leave the figure or are too small, as sentences."""
    assert texts, "the figure has texts"
    drawn = [(text, box.extents.tolist()) for text, box in texts]
    faults = []
    for text, (left, bottom, right, top) in drawn:
        if text.get_fontsize() < SMALLEST:
            faults.append(f"{text.get_text()!r} has {text.get_fontsize()} points")
        if max(page.x0 - left, page.y0 - bottom, right - page.x1, top - page.y1) > TOUCHING:
            faults.append(f"{text.get_text()!r} leaves the figure: {left:.0f} {bottom:.0f} {right:.0f} {top:.0f}")
    for (first, a), (second, b) in itertools.combinations(drawn, 2):
        width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        if min(width, height) > TOUCHING:
            faults.append(f"{first.get_text()!r} overlaps {second.get_text()!r} by {width:.0f} x {height:.0f}")
    return faults


def assert_legible(*drawings):
    assert drawings
    faults = [f"{drawing.name}: {fault}" for drawing in drawings for fault in faults_of(*drawn_texts(drawing.figure))]
    assert not faults, "\n".join(faults)


# --- comparisons of policies ---

SHORT = tuple(f"policy {k}" for k in range(14))
LONG = (
    "no-blame-reviews-of-every-serious-incident-in-all-teams",
    "Reviews of every serious incident, in all teams, by people from outside, without blame",
    "two-strikes-and-you-are-out-for-workers-managers-and-directors",
)
SCRIPTS = ("справедливая культура", "Κουλτούρα δικαιοσύνης", "ثقافة عادلة", "Åpenhet og læring", "Văn hóa công bằng")
SIGNS = ("a $x$ b", "50 % of posts, a_b^c {d}", "line \\n break")


def compared(scenario, names, folder, baseline="today", **fields):
    """Compare some policies with a baseline, on the substitute engine."""
    base = dataclasses.replace(scenario, levers=())
    levers = {name: (JustCulture(from_week=60 + k),) for k, name in enumerate(names)}
    policies = {baseline: base, **{name: dataclasses.replace(base, levers=levers[name]) for name in names}}
    comparison = with_runs(gather(policies, baseline=baseline, **fields), "6")
    return ReportData(run_only(comparison, folder / "batch", run_options(jobs=2)))


@pytest.fixture
def compare(engine, scenario, tmp_path):
    """Return a function that compares some policies with a baseline."""
    return lambda names, baseline="today", **fields: compared(scenario, names, tmp_path, baseline, **fields)


def place(data, points, half=1.0):
    """Give the policies these differences on both axes of the trade-off, as multiples of the baseline's mean."""
    for (_, name, outcome), effect in list(data.effects.items()):
        side = outcome == data.outcomes[0]
        mean = effect.base * points[data.results.comparison.others.index(name)][side]
        width = abs(effect.base) * half
        interval = Interval(mean, mean - width, mean + width, "")
        data.effects[effect.theory, name, outcome] = effect._replace(difference=interval)
    return data


@pytest.mark.parametrize(
    ("names", "baseline"),
    [
        further(SHORT[:1], "x", id="one policy"),
        pytest.param(SHORT, "what happens today in an ordinary service without any new policy", id="many policies"),
        further(LONG, "today", id="long names"),
        pytest.param((*SCRIPTS, *SIGNS), "σήμερα", id="other scripts and signs"),
    ],
)
def test_figures_of_a_comparison_are_legible(compare, names, baseline):
    assert_legible(*draw_all(compare(names, baseline)))


@pytest.mark.parametrize(
    "names",
    [pytest.param(SHORT[:1], id="one policy"), further(SHORT, id="many"),
     pytest.param(LONG, id="long names")],
)  # fmt: skip
def test_the_figure_of_a_brief_has_one_row_of_panels(compare, names):
    drawing = forest.differences(compare(names), forest.COLUMNS_OF_BRIEF)
    assert_legible(drawing)
    assert len({round(axes.get_position().y0, 3) for axes in drawing.figure.axes}) == 1


@pytest.mark.parametrize(
    ("names", "title"),
    [(SHORT[:1], "Difference of 'policy 0' from 'today'"), (SHORT[:2], "Difference of each policy from 'today'")],
)
def test_the_title_names_a_single_policy(compare, names, title):
    assert forest.differences(compare(names)).title == title


@pytest.mark.parametrize("names", [further(SHORT[:8]), LONG])
def test_figures_of_all_theories_are_legible(compare, names):
    data = compare(names, theories=ALL_THEORIES)
    assert_legible(forest.differences_by_theory(data), forest.ranks(data))


def around(radius):
    return [(radius * math.cos(6.3 * k / 8), radius * math.sin(6.3 * k / 8)) for k in range(8)]


POINTS = {
    "all equal": [(0.1, -0.1)] * 8,
    "all on the baseline": [(0.0, 0.0)] * 8,
    "two that touch": [*around(1.0)[:6], (-0.20, -0.22), (-0.19, -0.22)],
    "a row": [(0.01 * k, 0.0) for k in range(8)],
    "a column": [(0.0, 0.01 * k) for k in range(8)],
    "a diagonal": [(0.01 * k, 0.012 * k) for k in range(8)],
    "a circle": around(1.0),
    "a close group and one far away": [*around(1e-4)[:7], (30.0, -40.0)],
    "extreme values": [(1e6, -1e6), (1e-9, 1e-9), (-1e6, 1e6), (1e6, 1e6)] * 2,
    "corners": [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)] * 2,
}
EIGHT = {"short": SHORT[:8], "long": LONG + SCRIPTS}
TYPICAL_POINTS = ("all equal", "two that touch", "extreme values", "corners")


@pytest.fixture(scope="module")
def eight(synthetic_engine, scenario, tmp_path_factory):
    """Runs of eight policies with short names and with long names, which tests do not change."""
    with synthetic_engine():
        return {key: compared(scenario, names, tmp_path_factory.mktemp(key)) for key, names in EIGHT.items()}


@pytest.mark.parametrize(
    ("length", "points"),
    [
        pytest.param(length, points, marks=[pytest.mark.slow] * (points not in TYPICAL_POINTS or length == "short"))
        for length in EIGHT
        for points in POINTS
    ],
)
def test_no_two_policies_share_a_place_in_a_trade_off(eight, points, length):
    drawing = forest.trade_off(place(ReportData(eight[length].results), POINTS[points], 1e-3))
    drawn, page = drawn_texts(drawing.figure)
    assert faults_of(drawn, page) == []
    texts = "".join("".join(text.get_text().split()) for text, _ in drawn)
    shown = ["".join(plotting.wrapped(name).removesuffix("…").split()) in texts for name in EIGHT[length]]
    assert shown == [True] * 8, "each is named"
    beside = {text.get_text() for text in drawing.figure.axes[0].texts}
    named = beside == {plotting.wrapped(name) for name in (*EIGHT[length], "today")}
    numbered = sorted(", ".join(beside).split(", ")) == list("123456789")
    assert named or numbered, "each point has its name or number"


@pytest.mark.parametrize("points", ["two that touch", "a circle"])
def test_equal_trade_offs_are_equal_bytes(eight, points):
    """The place of each label follows from the data; points that touch have numbers instead of names."""
    data = place(ReportData(eight["short"].results), POINTS[points], 1e-3)
    first, second = (plotting.svg(forest.trade_off(data).figure) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "points",
    ["extreme values", *(further(name) for name in POINTS if name.startswith(("all on", "a close")))],
)
def test_differences_of_any_size_are_legible(eight, points):
    assert_legible(forest.differences(place(ReportData(eight["long"].results), POINTS[points], 1e-3)))


def test_a_name_in_a_trade_off_covers_no_interval_if_another_place_is_free(eight):
    """The second policy is 0.05 to the right of the first, so the place on the right of the first is not free.

    The baseline has no interval. It must not count as one that covers the whole figure.
    """
    points = [(-0.2, -0.2), (-0.15, -0.2), *[(0.2 + 0.1 * k, 0.2 + 0.1 * k) for k in range(6)]]
    figure = forest.trade_off(place(ReportData(eight["short"].results), points, 0.08)).figure
    drawn_texts(figure)
    (axes,) = (axes for axes in figure.axes if axes.texts)
    (name,) = (text for text in axes.texts if text.get_text() == "policy 0")
    box = matplotlib.text.Text.get_window_extent(name)
    bars = [line.get_window_extent() for line in axes.lines if np.isfinite(line.get_xydata()).sum() == 4]
    assert len(bars) == 2 * 8 + 2, "two intervals of each policy, and both axes"
    assert box.count_overlaps(bars) == 0


@pytest.mark.parametrize(
    "measures",
    [
        ("fear", "cost", "errors_generated"),
        *(further(m) for m in (("fear",), ("hidden_errors", "grade"))),
    ],
)
def test_measures_of_policies_over_time_are_legible(compare, measures):
    assert_legible(over_time.measures_over_time(compare(LONG), *measures))


# --- runs of one scenario ---


def spikes(*weeks):
    return tuple(Spike(at_week=week, cause="death of a child known to services") for week in weeks)


EVENTS = {  # besides the two of the scenario, and none: the tests below
    "in one week": {"spikes": spikes(10, 10, 11)},
    "five in a row": {"spikes": spikes(20, 30, 40, 50, 60)},
    "at the ends": {"spikes": spikes(0, 1, 154, 155)},
    "from the start": {"levers": (JustCulture(from_week=0),), "spikes": spikes(4)},
}


@pytest.mark.parametrize(
    "events",
    [
        "in one week",
        "at the ends",
        *(further(name) for name in EVENTS if "start" in name or "five" in name),
    ],
)
def test_labels_of_events_are_legible(engine, scenario, events):
    batch = run(dataclasses.replace(scenario, **EVENTS[events]), runs=3, seed=11).batch
    assert_legible(overview(batch), culture(batch), grades(batch))


@pytest.mark.parametrize("count", [further(1), 6])
def test_figures_of_a_run_are_legible(engine, scenario, count):
    batch = run(scenario, runs=count, seed=11).batch
    assert_legible(*draw_run(batch), fan_of(batch, "fear"), fan_of(batch, "errors_generated", "cost", "grade"))


@pytest.mark.parametrize("weeks", [26, further(520), 1040])
def test_figures_of_any_length_are_legible(engine, scenario, weeks):
    short = dataclasses.replace(scenario, years=weeks / 52, spikes=(), levers=())
    batch = run(short, runs=3).batch
    assert_legible(overview(batch), errors(batch))


@pytest.mark.parametrize(
    ("draw", "values"),
    [
        further(overview, dict.fromkeys(("turnover", "hidden_errors", "errors_generated", "recorded_incidents"), 0.0)),
        (overview, {"hidden_errors": 1_234_567.0, "errors_generated": 98_765.0, "turnover": 9.0}),
        (overview, {"service_quality": 0.001, "visible_quality": 40.0}),
        further(errors, {"errors_generated": 0.0}),
        (errors, {"hidden_errors": 1_234_567.0, "errors_generated": 98_765.0}),
        further(culture, {"fear": 1.0, "manager_fear": 1.0, "leader_fear": 1.0, "passing_up": 1.0}),
        (culture, dict.fromkeys(("fear", "manager_fear", "leader_fear", "willingness_to_report", "passing_up"), 0.0)),
        (grades, {"grade": 3.0}),
        further(grades, {"grade": -1.0, "inspections": 1.0}),
    ],
    ids=lambda item: getattr(item, "__name__", ""),
)
def test_figures_of_extreme_values_are_legible(batch, with_values, draw, values):
    assert_legible(draw(with_values(batch, values)))


# --- twins, calibration, sensitivity, lottery ---


@pytest.mark.parametrize(
    ("names", "weeks"),
    [(LONG[:2], 1), (SCRIPTS[:2], 1040)]
    + [further(names, weeks) for names in (("a", "b"), LONG[:2], SCRIPTS[:2]) for weeks in (1, 60, 1040)],
)
def test_the_figure_of_twins_is_legible(names, weeks):
    at = np.arange(weeks)
    trace = pd.DataFrame({"week": at, "fear": 0.5 + 0.4 * np.sin(at), "willingness": 0.5})
    divergence = Divergence(weeks // 2, "", "", (), (), ())
    assert_legible(twins_figure(Twins(names, 7, 3, 0, None, divergence, None, ((), ()), ((), ()), (trace, trace))))


@pytest.mark.parametrize("count", [1, further(4), 30])
def test_figures_of_a_calibration_are_legible(count):
    paths = sorted(register(), key=lambda path: -len(path))[:count]
    free = tuple(FreeParameter(path, 0.1, 0.2) for path in paths)
    targets = tuple(
        Target(f"published level with a long name, number {k}", f"level {k}", "share", 0.18, 0.15, 0.2, "", "measured",
               "k", "d")
        for k in range(count)
    )  # fmt: skip
    plan = Calibration("mine", "Mine", Scenario(), TargetSet("t", "t", targets), free, waves=2, runs=3, seed=9)
    levels = {f"level {k}": Estimate(0.02 * k, 0.02 * k - 0.01, 0.02 * k + 0.01, 0.005, 60) for k in range(count)}
    inside = {f"level {k}": Estimate(0.18, 0.17, 0.19, 0.005, 60) for k in range(count)}
    sets = tuple(TrialPoint(np.full(count, u), inside) for u in (0.2, 0.5, 0.8))
    fitted = CalibrationFit(plan, sets, (), sets, TrialPoint(np.full(count, 0.5), levels))
    assert_legible(calibration.ranges(fitted), calibration.levels(fitted))


OUTCOMES = ("errors_generated", "turnover", "hidden_errors", "service_quality", "cost")


def sensitivity_of(paths, outcomes, difference):
    """Findings of a study in which parameter `p` changes outcome `k` by ``difference(p, k, sign)`` at either end."""
    rival = Scenario(name=LONG[0])
    study = Study("today", Scenario(name="today"), (), ((LONG[0], rival),), OUTCOMES[:outcomes])
    shares = [
        SobolIndices(path, k, period, 0.1, 0.05, 0.9 - 0.1 * p, 0.05, 0.02)
        for p, path in enumerate(paths) for k in range(outcomes) for period in range(11)
    ]  # fmt: skip
    one, base = Interval(1.0, 0.9, 1.1, ""), Interval(0.0, -0.1, 0.1, "")
    effects = [
        OneAtATimeEffect(path, end, 0.5, policy, k, base, one, Interval(mean, mean, mean, ""))
        for p, path in enumerate(paths) for end, sign in (("low", -1), ("high", 1)) for policy in ("", LONG[0])
        for k in range(outcomes) for mean in (difference(p, k, sign),)
    ]  # fmt: skip
    leading = tuple(Factor(path, 0.5, 0.0, 1.0) for path in paths)
    return SensitivityFindings(study, (), leading, tuple(shares), tuple(effects), (False,) * outcomes)


@pytest.mark.parametrize(("count", "outcomes"), [(1, 1), further(2, 4), (8, 5)])
def test_figures_of_a_sensitivity_study_are_legible(count, outcomes):
    longest = sorted(register(), key=lambda path: -len(path))[:count]
    findings = sensitivity_of(longest, outcomes, lambda p, k, sign: sign * (p + 1) * 10.0**k)
    assert_legible(
        sensitivity.over_time(findings), sensitivity.tornado(findings), sensitivity.tornado(findings, LONG[0])
    )


@pytest.mark.parametrize("size", [*(further(size) for size in (1.0, 0.01)), 1e-5])
def test_small_numbers_on_the_axis_of_a_tornado_do_not_overlap(size):
    """From -125 to 50, eight round numbers fit the axis beside short names: with five decimals they overlap."""
    shortest = sorted(register(), key=len)[:8]
    findings = sensitivity_of(shortest, 4, lambda p, k, sign: size * (50 if sign > 0 else -125) / (p + 1))
    assert_legible(sensitivity.tornado(findings))


@pytest.mark.parametrize(
    "options",
    [{}, {"cases": 400, "spread": 0.0, "authorities": 2}]
    + [further(extreme) for extreme in ({"cases": 10, "bias": 3.0}, {"authorities": 1000})],
    ids=str,
)
def test_the_figure_of_the_lottery_is_legible(options):
    assert_legible(lottery_figure(lottery(*parse_options(options))))


# --- pictures of the gallery ---


@pytest.fixture(scope="module")
def sides(synthetic_engine, scenario):
    """Six runs with and without a policy."""
    other = dataclasses.replace(scenario, name="without", levers=())
    with synthetic_engine():
        return [run(item, runs=6, seed=11).batch for item in (scenario, other)]


def make_pair(sides, with_values, factors):
    """Pair in which every series of the policy is a multiple of that without it; the factors repeat."""
    policy, other = sides
    values = {name: factors[k % len(factors)] * other.values(name) for k, name in enumerate(SERIES)}
    return PairedRuns(with_values(policy, values), other)


SERIES = ("hidden_errors", "errors_generated", "recorded_incidents", "fear", "service_quality", "visible_quality")
PANELS = {
    kind: [(kind, label) for label in ("made", "on record", "probability of escalating a report")]
    for kind in ("difference", "levels", "pairs", "grades")
}


@pytest.mark.parametrize(
    "factors",
    [*(further(factors) for factors in ((1.0, 1.01), (5.0, 0.2))), (1e6, 1.0, 1e-6)],
    ids=str,
)
@pytest.mark.parametrize("kind", PANELS)
def test_a_picture_of_the_gallery_is_legible(sides, with_values, kind, factors):
    pair = make_pair(sides, with_values, factors)
    lines = tuple(Line(pair, SERIES[k], label) for k, (_, label) in enumerate(PANELS[kind]))
    panels = [Panel("First", lines[:2], kind, "without", zero=True), Panel("Second", lines, kind, "baseline")]
    assert_legible(paired("picture", "A title that is a sentence", panels))


@pytest.mark.parametrize(
    "shares",
    [(1, 1, 1, 97), (2, 3, 50, 45)] + [further(shares) for shares in ((0, 0, 0, 100), (97, 1, 1, 1), (25, 25, 25, 25))],
)
def test_grades_with_any_shares_are_legible(sides, with_values, shares):
    """Narrow parts of a bar leave no space for the names of grades above it."""
    weeks = sides[0].values("grade").shape[1]
    grade = np.resize(np.repeat(np.arange(4.0), shares), weeks)
    batches = [with_values(side, {"grade": grade}) for side in sides]
    line = Line(PairedRuns(*batches), "inadequate", "stratified\nby team")
    panels = [Panel("Grades", (line,), "grades", "ordinary\nsample"), Panel("Quality", (line,))]
    assert_legible(paired("picture", "A title that is a sentence", panels))


def test_an_outcome_without_shares_has_a_sentence_in_place_of_empty_axes():
    findings = sensitivity_of(sorted(register())[:2], 2, lambda p, k, sign: sign)
    kept = tuple(share for share in findings.indices if share.outcome == 0)
    drawing = sensitivity.over_time(dataclasses.replace(findings, indices=kept))
    first, second = [[text.get_text() for text in axes.texts] for axes in drawing.figure.axes]
    assert (first, second) == ([], ["Equal at all points of the study: no shares."])
    assert [bool(len(axes.get_xticks())) for axes in drawing.figure.axes] == [True, False]
    assert_legible(drawing)


@pytest.mark.parametrize(("count", "shown"), [(0, "none"), (6, "a, a, a, a, a, a"), (7, "7 parameters (listed")])
def test_many_parameters_are_counted_instead_of_named(count, shown):
    assert calibration._list_paths(["a"] * count).startswith(shown)
