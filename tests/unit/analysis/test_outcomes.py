"""Outcomes of runs, against their definitions."""

import numpy as np
import pytest

from redbead.analysis.outcomes import LATE, WHOLE_RUN, find_outcome, outcomes_of, summary
from redbead.measures import MEASURES


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


def test_the_summary_lists_every_measure_in_both_periods(batch):
    table = summary(batch)
    for period in (WHOLE_RUN, LATE):
        names = table.loc[table["period"] == period, "measure"].tolist()
        assert names[: len(MEASURES)] == [m.name for m in MEASURES]
    assert table["difference"].isna().all()
    assert (table["p05"] <= table["p95"]).all()
    columns = [item.column for item in outcomes_of(batch)]
    assert len(columns) == len(set(columns))
