"""The face for Python: names, frames, figures, folders; and an import that stays cheap."""

import subprocess
import sys

import pytest

import redbead as rb
from redbead.storage.manifest import verify


def test_one_run_is_a_story(engine, scenario):
    run = rb.run(scenario, seed=4)
    assert run.weekly["hidden_errors"].shape == (156,)
    assert run.runs["seed"].tolist() == [4]
    assert "turnover" in set(run.summary()["measure"])
    assert "two-strikes" in repr(run)
    assert run.events.empty


def test_plots_are_figures(engine, scenario):
    run = rb.run(scenario, runs=3)
    assert len(run.plot().axes) == 4
    assert len(run.plot("fear").axes) == 1
    with pytest.raises(rb.BadInputError, match="unknown measure"):
        run.plot("joy")


def test_notebooks_show_the_answer(engine, scenario):
    html = rb.run(scenario, runs=3)._repr_html_()
    assert "In 3 simulated runs" in html
    assert "Synthetic." in html


def test_a_run_can_be_saved_with_its_story(engine, scenario, tmp_path):
    run = rb.run(scenario, runs=2, events=True)
    folder = run.save(tmp_path / "mine")
    assert verify(folder) == []
    assert (folder / "events.parquet").exists()
    with pytest.raises(rb.BadInputError):
        rb.run(scenario, runs=2, seed=9).save(folder)


def test_a_scenario_can_be_given_by_name(engine):
    assert rb.run("baseline").scenario == rb.load("baseline")


def test_public_names_exist_and_others_do_not():
    assert set(rb.__all__) <= set(dir(rb))
    assert rb.__version__
    assert rb.MEASURES
    with pytest.raises(AttributeError, match="happiness"):
        _ = rb.happiness


def test_import_is_cheap():
    heavy = ("numpy", "numba", "pandas", "mesa", "matplotlib")
    code = f"import redbead, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
