"""Outcomes of runs, against their definitions."""

import numpy as np
import pytest

from redbead.analysis.outcomes import LATE, WHOLE_RUN, find_outcome, outcomes_of
from redbead.measures import MEASURES
from redbead.scenario.scenario import Scenario
from redbead.studies.comparison.results import summary


def test_flows_become_yearly_totals_and_other_measures_means(batch):
    leavers, turnover = batch.values("leavers"), batch.values("turnover")
    assert find_outcome(batch, "leavers").unit == "people/year"
    np.testing.assert_allclose(find_outcome(batch, "leavers").values, leavers.sum(axis=1) / 3)
    np.testing.assert_allclose(find_outcome(batch, "turnover", LATE).values, turnover[:, -104:].mean(axis=1))


def test_derived_outcomes_match_their_definitions(batch):
    gap = batch.values("visible_quality") - batch.values("service_quality")
    np.testing.assert_allclose(find_outcome(batch, "illusion_gap").values, gap.mean(axis=1))
    assert set(find_outcome(batch, "taken_over").values) <= {0.0, 1.0}
    with pytest.raises(KeyError):
        find_outcome(batch, "nonsense")


def test_the_summary_lists_every_measure_in_both_periods(results):
    table = results.summary()
    for period in (WHOLE_RUN, LATE):
        names = table.loc[table["period"] == period, "measure"].tolist()
        assert names[: len(MEASURES)] == [m.name for m in MEASURES]
    assert table["difference"].isna().all()
    assert (table["p05"] <= table["p95"]).all()
    columns = [item.column for item in outcomes_of(results.batch)]
    assert len(columns) == len(set(columns))


def test_a_flow_is_a_yearly_total_and_a_level_a_mean(runs_with):
    """Two weeks with 3 and 5 errors: 4 per week, 208 per year. Fear of 0.2 and 0.4: 0.3 on average."""
    runs = runs_with({"errors_generated": [[3.0, 5.0]], "fear": [[0.2, 0.4]]})
    errors, fear = find_outcome(runs, "errors_generated"), find_outcome(runs, "fear")
    assert (errors.values.tolist(), errors.unit) == ([208.0], "errors/year")
    assert errors.meaning.endswith(", per year")
    assert (fear.values.tolist(), fear.unit) == ([pytest.approx(0.3)], "0-1")
    assert fear.meaning.endswith(", mean over the weeks")


def test_the_late_period_is_the_last_104_weeks_and_the_whole_run_if_it_is_shorter(runs_with):
    """Fear of 1 in the first of 105 weeks: the last two years do not contain it. In 50 weeks they do."""
    fear = np.zeros((1, 105))
    fear[0, 0] = 1.0
    assert find_outcome(runs_with({"fear": fear}), "fear", LATE).values.tolist() == [0.0]
    assert find_outcome(runs_with({"fear": fear[:, :50]}), "fear", LATE).values.tolist() == [0.02]
    assert find_outcome(runs_with({"fear": fear[:, :50]}), "fear").values.tolist() == [0.02]


def test_ratios_divide_totals_and_are_0_without_errors(runs_with):
    """Two weeks with 4 and 6 errors, of which 1 and 3 are reported and 5 recorded; then a run without errors."""
    runs = runs_with({
        "errors_generated": [[4, 6], [0, 0]], "errors_reported": [[1, 3], [0, 0]],
        "recorded_incidents": [[0, 5], [0, 0]],
    })  # fmt: skip
    assert find_outcome(runs, "reported_share").values.tolist() == [0.4, 0.0]
    assert find_outcome(runs, "recorded_share").values.tolist() == [0.5, 0.0]


def test_events_of_a_run_are_shares_of_runs_with_wilsons_interval(runs_with):
    """Grade 3 is inadequate. It counts once however long it lasts; a takeover in any week counts."""
    runs = runs_with({"grade": [[1, 3, 3], [2, 2, 2], [-1, -1, 3]], "takeovers": [[0, 0, 2], [0, 0, 0], [0, 0, 0]]})
    inadequate, taken_over = find_outcome(runs, "ever_inadequate"), find_outcome(runs, "taken_over")
    assert inadequate.values.tolist() == [1.0, 0.0, 1.0]
    assert taken_over.values.tolist() == [1.0, 0.0, 0.0]
    assert "Wilson" in inadequate.interval().kind
    assert "t-interval" in find_outcome(runs, "fear").interval().kind


def test_a_row_of_the_summary_has_mean_interval_and_percentiles(results_with):
    """Fear of 0, 0.1, ..., 1.0 in eleven runs: mean 0.5, 5th percentile 0.05, 95th percentile 0.95."""
    table = summary(results_with({"fear": [[k / 10] for k in range(11)]}, scenario=Scenario(name="two-strikes")))
    row = table[(table["measure"] == "fear") & (table["period"] == WHOLE_RUN)].iloc[0]
    assert (row["mean"], row["p05"], row["p95"]) == pytest.approx((0.5, 0.05, 0.95))
    assert (row["runs"], row["policy"], row["unit"], row["better"]) == (11, "two-strikes", "0-1", "down")
    assert row["mean_low"] < 0.5 < row["mean_high"]
    assert np.isnan(row["p_better"])
