"""Comparison of a scenario with targets: storage of levels, identity of the study, and its folder."""

import dataclasses
import json
import math

import numpy as np
import pandas as pd
import pytest

from redbead.analysis.estimates import Estimate
from redbead.exceptions import BadInputError, IntegrityError
from redbead.execution.runs import run_options
from redbead.scenario.scenario import Scenario
from redbead.studies.targets.spec import Target, TargetSet
from redbead.studies.targets.study import levels_as_data, levels_from_data, run_targets

VACANCIES = Target("vacancies", "vacancy_rate", "share", 0.6, 0.5, 0.7, "", "measured", "k", "d")
WORKLOAD = Target("pressure", "work_pressure", "ratio", 9.0, 8.0, 10.0, "", "measured", "k", "d")
TARGETS = TargetSet("t", "t", (VACANCIES, WORKLOAD))
SCENARIO = Scenario(name="today", years=2.0, warm_up_years=0.5)


def compare(out=None, *, targets=TARGETS, scenario=SCENARIO, runs=4, seed=1):
    return run_targets(targets, scenario, (runs, seed), run_options(jobs=1), out, ["redbead", "check"])


# levels as data


def series(**tables):
    shape = next(iter(tables.values())).shape
    return lambda name: tables.get(name, np.zeros(shape))


def test_levels_are_stored_as_numbers_that_json_can_represent():
    get = series(vacancy_rate=np.array([[0.1, 0.3], [0.4, 0.4]]))
    data = levels_as_data(get, ["vacancy_rate", "first_good"])
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["vacancy_rate"][0] == pytest.approx(0.3)
    assert data["first_good"] == [None, None, None, None, 0.0], "no judgement was published"


def test_stored_levels_are_read_back_unchanged():
    level = Estimate(0.3, 0.2, 0.4, 0.05, 17)
    unknown = Estimate(math.nan, math.nan, math.nan, math.nan, 0)
    read = levels_from_data({"a": list(level), "b": [None, None, None, None, 0.0]})
    assert read["a"] == level
    assert all(math.isnan(x) for x in read["b"][:4])
    assert read["b"].observations == unknown.observations
    assert isinstance(read["a"].observations, int)


def test_only_the_requested_levels_are_computed():
    asked = []

    def get(name):
        asked.append(name)
        return np.full((2, 104), 0.25)

    assert set(levels_as_data(get, ["agency_rate"])) == {"agency_rate"}
    assert asked == ["agency_rate"]


# study with synthetic runs: all shares are uniform between 0.2 and 1, with mean 0.6


def test_levels_of_the_runs_are_compared_with_the_targets(engine):
    finished = compare()
    inside, outside = finished.results
    assert inside.estimate.value == pytest.approx(0.6, abs=0.05)
    assert (str(inside.verdict), str(outside.verdict)) == ("in", "out")
    assert (finished.folder, finished.digest) == (None, "")


def test_runs_use_consecutive_seeds(engine):
    """Seeds 5 to 8 are the last four of seeds 1 to 8."""
    engine.update(range(1, 5))
    assert len(compare(seed=5).results) == 2


def test_the_folder_contains_unmet_targets_first(engine, tmp_path):
    finished = compare(tmp_path / "out")
    table = pd.read_csv(finished.folder / "targets.csv")
    assert list(table["name"]) == ["pressure", "vacancies"]
    assert table.loc[1, "value"] == pytest.approx(finished.results[0].estimate.value)
    assert len(finished.digest) == 64


def test_a_repeated_comparison_reuses_stored_levels(engine, tmp_path):
    first = compare(tmp_path / "out")
    engine.update(range(1, 5))  # any run would fail now
    again = compare(tmp_path / "out")
    assert again.results == first.results
    assert again.digest == first.digest


@pytest.mark.parametrize(("runs", "seed", "what"), [(0, 1, "--runs"), (4, -1, "--seed")])
def test_numbers_out_of_range_are_refused(engine, runs, seed, what):
    with pytest.raises(BadInputError, match=what):
        compare(runs=runs, seed=seed)


@pytest.mark.parametrize(
    "change",
    [
        {"runs": 5}, {"seed": 2}, {"scenario": SCENARIO.set({"fear.floor": 0.3})},
        {"targets": TargetSet("t", "t", (VACANCIES,))},
        {"targets": TargetSet("t", "t", (dataclasses.replace(VACANCIES, high=0.8), WORKLOAD))},
        {"targets": TargetSet("t", "t", (dataclasses.replace(VACANCIES, fitted=False), WORKLOAD))},
    ],
)  # fmt: skip
def test_another_comparison_cannot_continue_in_the_same_folder(engine, tmp_path, change):
    compare(tmp_path / "out")
    with pytest.raises(IntegrityError, match="contains results of other inputs"):
        compare(tmp_path / "out", **change)
