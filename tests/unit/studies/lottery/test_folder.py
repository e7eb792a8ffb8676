"""Results of the lottery as numbers of authorities, tables and files."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from redbead.exceptions import BadInputError, IntegrityError
from redbead.execution.runs import run_options
from redbead.oversight.inspection import Inspection
from redbead.studies.lottery.folder import files_of, run_lottery
from redbead.studies.lottery.study import OPTIONS, lottery, parse_options


@pytest.fixture(scope="module")
def usual():
    return lottery()


def run(settings, out):
    return run_lottery(settings, run_options(jobs=1), out, ["redbead", "lottery"], lambda *_: None)


@given(st.floats(0.0, 1.0))
def test_numbers_of_authorities_are_quantiles_of_the_binomial_distribution(usual, chance):
    mean, low, high = usual.expected(chance)
    assert mean == pytest.approx(150 * chance)
    assert low <= high
    for number, level in ((low, 0.05), (high, 0.95)):
        assert stats.binom.cdf(number, 150, chance) >= level - 1e-9
        assert number == 0 or stats.binom.cdf(number - 1, 150, chance) < level + 1e-9


def test_the_true_range_contains_90_per_cent_of_authorities(usual):
    """5th and 95th percentile of a normal distribution of log-odds with standard deviation 0.6."""
    middle = math.log(usual.regime.poor_share / (1 - usual.regime.poor_share))
    expected = [1 / (1 + math.exp(-(middle + usual.population.spread * z))) for z in stats.norm.ppf([0.05, 0.95])]
    assert usual.true_range() == pytest.approx(expected, abs=1e-6)


def test_numbers_of_grades_sum_to_all_authorities(usual):
    frame = usual.to_frame()
    assert frame["identical"].sum() == pytest.approx(150.0)
    assert frame["differing"].sum() == pytest.approx(150.0)
    for name in ("identical", "differing"):
        assert (frame[f"{name}_low"] <= frame[f"{name}_high"]).all()


def test_the_curve_has_one_probability_per_grade_at_each_share(usual):
    frame = usual.curve_frame()
    assert list(frame.columns) == ["true_share_poor", "outstanding", "good", "requires_improvement", "inadequate"]
    assert frame.drop(columns="true_share_poor").sum(axis=1).to_numpy() == pytest.approx(np.ones(60))
    assert frame["true_share_poor"].is_monotonic_increasing


def test_next_grades_have_one_row_per_grade_now(usual):
    frame = usual.next_frame()
    assert list(frame["grade_now"]) == ["outstanding", "good", "requires improvement", "inadequate"]
    assert frame.drop(columns="grade_now").sum(axis=1).to_numpy() == pytest.approx(np.ones(4))


def test_settings_are_listed_by_option(usual):
    assert set(usual.settings()) == set(OPTIONS)
    assert usual.settings()["cases"] == Inspection().cases_tracked
    assert parse_options(usual.settings()) == (usual.regime, usual.population)


def test_data_can_be_written_as_json_even_if_a_grade_never_occurs():
    """400 excellent authorities without noise: none is inadequate, so that its next grade is undefined."""
    result = lottery(*parse_options({"poor": 0.01, "leniency": 0, "transient": 0, "clustering": 0, "cases": 400}))
    data = result.as_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == json.loads(json.dumps(data))


def test_authorities_without_spread_are_not_better_than_the_median():
    data = lottery(*parse_options({"spread": 0.0})).as_dict()
    assert "inadequate_but_above_median" not in data["differing"]
    assert "inadequate_but_above_median" in lottery().as_dict()["differing"]


def test_without_a_folder_nothing_is_written():
    finished = run({"cases": 30}, None)
    assert (finished.folder, finished.digest) == (None, "")
    assert finished.results.regime.cases_tracked == 30


def test_the_folder_contains_the_tables_of_the_result(tmp_path):
    finished = run({"cases": 30}, tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "grades.csv")
    assert table["identical"].to_numpy() == pytest.approx(finished.results.to_frame()["identical"].to_numpy())
    assert set(files_of(finished.results, lambda *_: None).tables) == {"grades.csv", "curve.csv", "next_visit.csv"}
    assert run({"cases": 30}, tmp_path / "out").digest == finished.digest


def test_other_settings_need_another_folder(tmp_path):
    run({"cases": 30}, tmp_path / "out")
    with pytest.raises(IntegrityError, match="other inputs"):
        run({"cases": 31}, tmp_path / "out")


def test_an_option_out_of_range_writes_nothing(tmp_path):
    with pytest.raises(BadInputError, match="cases"):
        run({"cases": 5}, tmp_path / "out")
    assert not (tmp_path / "out").exists()
