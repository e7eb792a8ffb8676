"""Figures of paired comparisons: differences and intervals by hand, labels, marks and descriptions."""

import dataclasses

import numpy as np
import pytest
from paired_figure import Line, Panel, comparison, grade_shares, numbers, paired

from redbead.analysis.pairs import PairedRuns, band, by_quarter, display_unit, estimate
from redbead.api import run
from redbead.exceptions import BadInputError
from redbead.report import plotting

T_OF_2 = 4.302652729911275  # 97.5 % point of Student's t with two degrees of freedom, from tables


@pytest.fixture
def without(scenario):
    return dataclasses.replace(scenario, name="without", levers=())


@pytest.fixture
def pair(engine, scenario, without, with_values):
    """Three pairs with hidden errors set by hand: the differences are 1, 2 and 6 in every week."""
    hidden = ([11.0, 22.0, 36.0], [10.0, 20.0, 30.0])
    return PairedRuns(
        *(
            with_values(run(scenario_, runs=3, seed=11).batch, {"hidden_errors": np.array(values)[:, None]})
            for scenario_, values in zip((scenario, without), hidden, strict=True)
        )
    )


def test_the_interval_of_a_paired_difference_matches_hand_calculation(pair):
    result = estimate(pair.difference("hidden_errors"), slice(60, 156))
    half = T_OF_2 * np.sqrt(7.0 / 3.0)  # mean 3; squared deviations 4 + 1 + 9 over 2 make a variance of 7
    assert result.mean == pytest.approx(3)
    assert (result.low, result.high) == pytest.approx((3 - half, 3 + half))
    middle, low, high = band(pair.difference("hidden_errors"))
    assert np.allclose([middle[0], low[0], high[0]], [3, 3 - half, 3 + half])


def test_a_paired_difference_has_less_variance_than_each_batch(pair):
    first, second = pair.sides("hidden_errors")
    assert pair.difference("hidden_errors").std(axis=0, ddof=1)[0] < first.std(axis=0, ddof=1)[0]
    assert second[:, 0].tolist() == [10, 20, 30]


def test_flows_are_shown_as_yearly_totals_and_shares_in_per_cent(pair):
    errors = pair.policy.values("errors_generated")
    assert np.allclose(pair.sides("errors_generated")[0], 52 * errors)
    flow = display_unit("errors_generated")
    assert (flow.unit, flow.difference_unit) == ("errors per year", "errors per year")
    turnover = display_unit("turnover")
    assert (turnover.scale, turnover.unit, turnover.difference_unit) == (
        100,
        "% per year",
        "percentage points",
    )
    assert display_unit("cost").number(-0.046, sign=True) == "−0.05"


def test_quarters_are_means_of_13_weeks():
    means, at = by_quarter(np.arange(30.0)[None, :])
    assert means.tolist() == [[6.0, 19.0]]
    assert at.tolist() == [0.125, 0.375]


def test_only_seeds_that_finished_in_both_batches_are_compared(engine, scenario, without):
    engine.update({12})
    policy = run(scenario, runs=4, seed=11).batch
    engine.clear()
    engine.update({14})
    other = run(without, runs=4, seed=11).batch
    pair = PairedRuns(policy, other)
    assert pair.seeds == [11, 13]
    assert np.array_equal(pair.sides("hidden_errors")[0], policy.values("hidden_errors")[[0, 1]])
    assert np.array_equal(pair.sides("hidden_errors")[1], other.values("hidden_errors")[[0, 2]])


def test_without_a_common_seed_there_is_no_comparison(engine, scenario, without):
    pair = PairedRuns(run(scenario, runs=2, seed=1).batch, run(without, runs=2, seed=5).batch)
    with pytest.raises(BadInputError, match="no seed finished in both scenarios"):
        pair.difference("hidden_errors")


def test_the_difference_starts_with_the_first_event_of_one_batch_only(pair, engine, without):
    assert pair.start == 60  # the lever; the spike of week 52 is on both sides
    assert pair.windows() == (slice(60, 156), slice(52, 156))
    without_events = dataclasses.replace(without, spikes=())
    assert PairedRuns(run(without_events, runs=2).batch, run(without_events, runs=2).batch).start == 0


def test_a_comparison_draws_each_measure_and_names_both_scenarios(pair):
    drawing = comparison(pair, ["hidden_errors", "turnover"], "A title that is a sentence")
    assert drawing.name == "two-strikes-against-without"
    assert [axes.get_title(loc="left") for axes in drawing.figure.axes] == ["Hidden errors", "Turnover"]
    texts = " ".join(text.get_text() for text in drawing.figure.texts)
    assert "A title that is a sentence" in texts
    assert "'two-strikes' against 'without'; 3 pairs of runs, seeds 11 to 13" in texts
    assert plotting.BANNER.split(".")[0] in texts
    assert "hidden errors +3 (−4 to +10) errors" in drawing.alt
    first = drawing.figure.axes[0]
    assert np.allclose(first.lines[1].get_ydata(), 3)
    assert any("two strikes" in text.get_text() for text in first.texts)


def test_the_data_contain_both_means_and_the_difference(pair):
    frame = numbers(Panel("Hidden errors", (Line(pair, "hidden_errors", "two strikes"),)))
    assert len(frame) == 12  # quarters of three years
    assert frame.iloc[0][["with", "without", "difference"]].tolist() == pytest.approx([23, 20, 3])


def test_every_kind_of_panel_is_reproducible_byte_for_byte(pair):
    line = Line(pair, "hidden_errors", "two strikes")
    panels = [
        Panel("Difference", (line, Line(pair, "errors_withheld", "kept back", plotting.AMBER))),
        Panel("Levels", (line,), "levels", "without", zero=True),
        Panel("Pairs", (line,), "pairs"),
        Panel("Grades", (Line(pair, "inadequate", "two strikes"),), "grades"),
    ]
    drawings = [paired("all", "All kinds of panels", panels) for _ in range(2)]
    assert plotting.png(drawings[0].figure) == plotting.png(drawings[1].figure)
    levels, dots = drawings[0].figure.axes[1:3]
    assert levels.get_ylim()[0] == 0
    assert {"two strikes", "without"} <= {text.get_text() for text in levels.texts}
    assert dots.lines[1].get_ydata().tolist() == [1, 2, 6]
    assert any("below 0 in 0 of 3" in text.get_text() for text in dots.texts)


def test_a_single_pair_has_a_line_and_no_band(engine, scenario, without):
    pair = PairedRuns(run(scenario, runs=1).batch, run(without, runs=1).batch)
    assert np.isnan(band(pair.difference("hidden_errors"))[1]).all()
    assert "(" not in comparison(pair, ["hidden_errors"], "One pair").alt.rpartition("hidden errors")[2]


def test_shares_of_grades_match_hand_calculation(pair, with_values):
    grade = np.full((3, 156), -1.0)
    grade[0, :100] = 1
    grade[1, :60] = 3
    policy = with_values(pair.policy, {"grade": grade})
    assert grade_shares(policy).tolist() == [0, 62.5, 0, 37.5]
