"""Folders of earlier versions: unknown parameters are left out, tables replace a store, other studies are refused."""

import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.analysis.outcomes import OUTCOMES
from redbead.exceptions import IntegrityError
from redbead.execution.runs import measure_index, run_options
from redbead.measures import MEASURES
from redbead.rng import MAX_SEED
from redbead.scenario.loader import to_yaml
from redbead.scenario.scenario import Scenario
from redbead.storage import manifest
from redbead.storage.atomic_files import json_text
from redbead.storage.parquet import read_parquet, write_parquet
from redbead.studies.comparison.inputs import gather, single
from redbead.studies.comparison.study import compare
from redbead.studies.stored_runs import TableStore, load_results, read_comparison

COMMAND = ["redbead", "run", "two-strikes"]
NAMES = [measure.name for measure in MEASURES]
PROGRAM = {"name": "redbead", "version": "0.1.0", "model_digest": "m"}


def write_manifest(folder, record):
    (folder / "manifest.json").write_text(json_text(manifest.with_hash(record)))


def change_manifest(folder, **changes):
    write_manifest(folder, manifest.read(folder) | changes)


@pytest.fixture(scope="module")
def original(synthetic_engine, tmp_path_factory):
    """Folder of two policies with three runs each, made once for all tests."""
    base = Scenario(name="base", years=2.0, warm_up_years=0.0)
    policies = {"today": base, "lower": base.set({"inspection.stakes": 0.2})}
    target = tmp_path_factory.mktemp("stored") / "made"
    with synthetic_engine():
        compare(gather(policies, runs=3, seed=4), target, run_options(jobs=1), command=COMMAND)
    return target


@pytest.fixture
def folder(engine, original, tmp_path):
    """A copy of this folder, which a test may change."""
    return shutil.copytree(original, tmp_path / "made")


# folders of other versions


def test_a_folder_is_read_as_it_was_written(folder):
    results = load_results(folder)
    assert results.comparison.names == ("today", "lower")
    assert (results.runs, results.comparison.seed, results.folder) == (3, 4, folder)
    weekly = read_parquet(folder / "weekly.parquet", ("policy", "run", "week"))
    for role in results.arms.main():
        rows = weekly[weekly.policy == role.key]
        expected = rows.groupby("run")["turnover"].mean().to_numpy()
        np.testing.assert_allclose(results.values(role, "turnover", "whole run"), expected)


@pytest.mark.parametrize("policy", ["today", "lower"])
@pytest.mark.parametrize("section", ["inspection", "authority", "time"])
def test_a_parameter_that_no_longer_exists_is_left_out(folder, policy, section):
    path = folder / "policies" / f"{policy}.yaml"
    path.write_text(path.read_text().replace(f"\n{section}:\n", f"\n{section}:\n  no_such: 1\n"))
    assert "no_such" in path.read_text()
    before = path.read_bytes()
    results = load_results(folder)
    assert results.comparison.policy("lower").scenario.value("inspection.stakes") == 0.2
    assert results.comparison.policy("today").scenario.years == 2.0
    assert path.read_bytes() == before, "the folder itself is not changed"


def test_unknown_parameters_of_several_policies_and_sections_are_left_out_together(folder):
    for path in (folder / "policies").glob("*.yaml"):
        text = path.read_text().replace("\nchange:\n", "\nchange:\n  fear.no_such: 1\n  nothing.like_it: 0.5\n")
        path.write_text(text.replace("\nlevers: []", "\nno_such_section: 3\nlevers: []"))
    assert load_results(folder).comparison.policy("lower").scenario.value("inspection.stakes") == 0.2


def test_a_value_out_of_range_is_refused_with_the_version_that_can_read_it(folder):
    path = folder / "policies" / "lower.yaml"
    path.write_text(path.read_text().replace("stakes: 0.2", "stakes: 7"))
    change_manifest(folder, program=PROGRAM)
    with pytest.raises(IntegrityError) as caught:
        load_results(folder)
    message = str(caught.value)
    assert "was written by redbead 0.1.0, and this version cannot read its scenarios" in message
    assert "inspection.stakes = 7 is outside the range" in message
    assert "Use redbead 0.1.0" in message


def test_an_unknown_parameter_does_not_hide_another_problem(folder):
    path = folder / "policies" / "lower.yaml"
    path.write_text(path.read_text().replace("  stakes: 0.2", "  no_such: 1\n  stakes: 7"))
    with pytest.raises(IntegrityError, match="is outside the range"):
        load_results(folder)


def test_a_folder_of_another_study_is_refused_by_its_name(folder):
    record = {key: value for key, value in manifest.read(folder).items() if key != "batch"}
    for kind, words in (("calibration", "a calibration"), ("lottery", "a lottery"), ("unheard of", "another study")):
        write_manifest(folder, record | {"kind": kind})
        with pytest.raises(IntegrityError, match=f"contains {words}, not runs of scenarios") as caught:
            load_results(folder)
        assert "redbead export" in str(caught.value)


def test_a_store_of_other_inputs_is_refused(folder):
    change_manifest(folder, inputs_hash="0" * 64)
    with pytest.raises(IntegrityError, match="written for different inputs"):
        load_results(folder)


def test_the_number_of_runs_is_that_of_the_manifest(folder):
    record = manifest.read(folder)
    write_manifest(folder, record | {"runs": record["runs"] | {"asked": 2}})
    results = load_results(folder)
    assert results.runs == 2
    assert results.finished(results.role("lower")) == [0, 1]


# folders of format 1


WEEKS, AUTHORITIES = 3, 2


def value(run, authority, week, measure):
    """A value that identifies its place: hundreds for the run, tens for the authority, units for the week."""
    return 100.0 * run + 10.0 * authority + week + 0.01 * measure


def write_format_1(folder, *, runs=4, failed=(), missing=(), shuffled=False):
    """Write a folder of a single scenario as format 1 did; `missing` measures have no column."""
    folder.mkdir()
    scenario = Scenario(name="old", years=WEEKS / 52, warm_up_years=0.0)
    rows = [
        {"policy": "old", "run": run, "authority": authority, "week": week}
        | {name: value(run, authority, week, place) for place, name in enumerate(NAMES) if name not in missing}
        for run in range(runs)
        if run not in failed
        for authority in range(AUTHORITIES)
        for week in range(WEEKS)
    ]
    weekly = pd.DataFrame(rows)
    status = pd.DataFrame(
        {
            "key": [f"old-{7 + run}" for run in range(runs)], "policy": "old", "run": range(runs),
            "seed": [7 + run for run in range(runs)],
            "status": ["failed" if run in failed else "done" for run in range(runs)],
            "seconds": [0.5 * run for run in range(runs)],
            "cause": ["stopped" if run in failed else "" for run in range(runs)],
        }
    )  # fmt: skip
    if shuffled:
        weekly, status = weekly.sample(frac=1.0, random_state=1), status.sample(frac=1.0, random_state=2)
    write_parquet(folder / "weekly.parquet", weekly)
    write_parquet(folder / "runs.parquet", status)
    (folder / "scenario.resolved.yaml").write_text(to_yaml(scenario))
    write_manifest(
        folder,
        {
            "format": 1, "program": PROGRAM, "scenario": {"name": "old"}, "inputs_hash": "i" * 64, "command": COMMAND,
            "runs": {"asked": runs, "first_seed": 7, "failed": list(failed)}, "files": {},
        },
    )  # fmt: skip
    return folder


def test_a_folder_of_format_1_has_the_runs_of_its_tables(tmp_path):
    results = load_results(write_format_1(tmp_path / "old"))
    assert results.comparison.names == ("old",)
    assert (results.runs, results.comparison.seed, results.comparison.weeks) == (4, 7, WEEKS)
    role = results.role("old")
    place = measure_index("turnover")
    expected = [100.0 * run + 5.0 + 1.0 + 0.01 * place for run in range(4)]
    np.testing.assert_allclose(results.values(role, "turnover", "whole run"), expected)
    np.testing.assert_allclose(
        results.weekly(role, "turnover")[2], [205 + week + 0.01 * place for week in range(WEEKS)]
    )


def test_a_measure_that_did_not_exist_has_no_values_and_all_others_are_read(tmp_path):
    results = load_results(write_format_1(tmp_path / "old", missing=("appeals", "fear")))
    role = results.role("old")
    assert np.isnan(results.values(role, "appeals")).all()
    assert np.isnan(results.weekly(role, "fear")).all()
    without = [name for name in OUTCOMES if np.isnan(results.values(role, name)).any()]
    assert without == ["fear", "appeals"]
    place = measure_index("cost")
    np.testing.assert_allclose(results.weekly(role, "cost")[0], [5.0 + week + 0.01 * place for week in range(WEEKS)])


def test_failed_runs_of_format_1_keep_their_cause(tmp_path):
    results = load_results(write_format_1(tmp_path / "old", failed=(1, 3)))
    assert results.finished(results.role("old")) == [0, 2]
    assert results.failed() == [(0, 1), (0, 3)]
    assert {results.store.runs[key].cause for key in results.failed()} == {"stopped"}
    assert results.store.runs[0, 2].seconds == 1.0


def test_the_order_of_rows_in_the_tables_does_not_matter(tmp_path):
    ordered = load_results(write_format_1(tmp_path / "a"))
    shuffled = load_results(write_format_1(tmp_path / "b", shuffled=True))
    np.testing.assert_array_equal(ordered.outcomes, shuffled.outcomes)


def test_an_unknown_parameter_of_format_1_is_left_out(tmp_path):
    folder = write_format_1(tmp_path / "old")
    path = folder / "scenario.resolved.yaml"
    path.write_text(path.read_text().replace("\ndemand:\n", "\ndemand:\n  no_such: 1\n"))
    assert load_results(folder).comparison.names == ("old",)


@pytest.fixture(scope="module")
def table_store(tmp_path_factory):
    """Sixty runs, more than are read per block."""
    folder = write_format_1(tmp_path_factory.mktemp("format-1") / "old", runs=60, missing=("fear",))
    return TableStore(folder, manifest.read(folder))


@given(st.lists(st.integers(0, 59), min_size=1, max_size=6, unique=True))
def test_tables_have_the_requested_order(table_store, runs):
    tables = list(table_store.tables([(0, run) for run in runs]))
    assert [table.shape for table in tables] == [(len(MEASURES), AUTHORITIES, WEEKS)] * len(runs)
    for run, table in zip(runs, tables, strict=True):
        assert table[0].tolist() == [[value(run, a, week, 0) for week in range(WEEKS)] for a in range(AUTHORITIES)]
        assert table[-1, 1, 2] == value(run, 1, 2, len(MEASURES) - 1)


def test_blocks_contain_every_run_once_in_order(table_store):
    blocks = list(table_store.by_chunk(table_store.done))
    assert [len(keys) for keys, _ in blocks] == [50, 10]
    assert [key for keys, _ in blocks for key in keys] == [(0, run) for run in range(60)]
    for keys, block in blocks:
        assert block.shape == (len(MEASURES), len(keys), AUTHORITIES, WEEKS)
        assert block[0, :, 0, 0].tolist() == [value(run, 0, 0, 0) for _, run in keys]


def test_one_measure_is_read_for_the_requested_runs(table_store):
    place = measure_index("cost")
    tables = list(table_store.measure([(0, 55), (0, 2)], "cost"))
    assert [table[1, 1] for table in tables] == [value(55, 1, 1, place), value(2, 1, 1, place)]
    assert np.isnan(next(table_store.measure([(0, 3)], "fear"))).all()


def test_folders_of_format_1_have_no_event_logs(table_store):
    assert table_store.with_events == set()
    assert len(table_store.done) == 60


def test_the_scenario_of_a_folder_is_its_comparison(engine, tmp_path):
    """A folder that this version wrote, converted to format 1, contains the same comparison and the same outcomes."""
    scenario = Scenario(name="old", years=2.0, warm_up_years=0.0).set({"fear.blame": 0.3})
    new, old = tmp_path / "new", tmp_path / "old"
    compare(single(scenario, runs=3, seed=5), new, run_options(jobs=1), command=COMMAND)
    old.mkdir()
    for name in ("weekly.parquet", "runs.parquet"):
        shutil.copy(new / name, old / name)
    shutil.copy(new / "policies" / "old.yaml", old / "scenario.resolved.yaml")
    record = manifest.read(new)
    write_manifest(old, {k: v for k, v in record.items() if k not in ("batch", "kind")} | {"format": 1, "scenario": {}})
    assert read_comparison(old, manifest.read(old)) == read_comparison(new, record)
    np.testing.assert_array_equal(load_results(old).outcomes, load_results(new).outcomes)


def test_a_folder_with_the_largest_seed_is_read_again(engine, tmp_path):
    """Every seed that a command accepts can be read from the folder that it writes."""
    scenario = Scenario(name="base", years=1.0, warm_up_years=0.0)
    for seed in (2**53 + 1, MAX_SEED - 1):
        target = tmp_path / str(seed)
        compare(single(scenario, runs=2, seed=seed), target, run_options(jobs=1), command=COMMAND)
        results = load_results(target)
        assert results.comparison.seed == seed
        assert [record.seed for record in results.scenario_runs(results.arms.main()[0]).runs] == [seed, seed + 1]
