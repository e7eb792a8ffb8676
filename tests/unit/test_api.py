"""The Python API: public names, data frames, figures, folders, and import time."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import redbead as rb
from redbead import api, api_studies, results, results_studies
from redbead.storage.manifest import verify
from redbead.studies.lottery.study import OPTIONS


def test_a_single_run_returns_weekly_measures_and_outcomes(engine, scenario):
    run = rb.run(scenario, seed=4)
    assert run.weekly["hidden_errors"].shape == (156,)
    assert run.runs["seed"].tolist() == [4]
    assert "turnover" in set(run.summary()["measure"])
    assert "two-strikes" in repr(run)
    assert run.events.empty


def test_plot_returns_a_figure_and_refuses_unknown_measures(engine, scenario):
    run = rb.run(scenario, runs=3)
    assert len(run.plot().axes) == 4
    assert len(run.plot("fear").axes) == 1
    with pytest.raises(rb.BadInputError, match="joy is not a known measure"):
        run.plot("joy")


@pytest.fixture
def run_and_pair(engine, scenario):
    """Results of one scenario, and of two policies."""
    pair = rb.compare({"a": scenario, "b": scenario.set({"fear.blame": 0.1})}, runs=2, measures=["turnover"])
    return rb.run(scenario, runs=2), pair


@pytest.mark.cases(
    ("measures", "panels"),
    [
        (["errors_generated", "turnover"], 2),
        (("fear",), 1),
        ((name for name in ("fear", "burnout", "cost")), 3),
        (pd.Index(["fear", "burnout"]), 2),
        (["fear", "fear"], 1),
    ],
)
def test_several_measures_are_plotted_in_panels(run_and_pair, measures, panels):
    measures = list(measures)
    for item in run_and_pair:
        assert len(item.plot(iter(measures)).axes) == panels


@pytest.mark.cases(
    ("measures", "message"),
    [
        ([], "needs at least one name"),
        (["fear", "joy"], "joy is not a known measure"),
        ({"fear", "burnout"}, "A set has no order"),
        (3, "measure must be text or a list of names, not 3"),
    ],
)
def test_measures_that_cannot_be_plotted_are_refused(run_and_pair, measures, message):
    for item in run_and_pair:
        with pytest.raises(rb.BadInputError, match=message):
            item.plot(measures)


def test_the_notebook_display_shows_the_answer(engine, scenario):
    html = rb.run(scenario, runs=3)._repr_html_()
    assert "In 3 simulated runs" in html
    assert "Synthetic." in html


def test_saved_runs_verify_and_contain_events(engine, no_report, scenario, tmp_path):
    run = rb.run(scenario, runs=2, events=True)
    folder = run.save(tmp_path / "mine")
    assert verify(folder) == []
    assert (folder / "events.parquet").exists()
    with pytest.raises(rb.BadInputError):
        rb.run(scenario, runs=2, seed=9).save(folder)


def test_run_accepts_the_name_of_a_scenario(engine):
    assert rb.run("baseline").scenario == rb.load("baseline")


def imports_for_type_checking():
    """Names that ``redbead/__init__.py`` imports for type checkers, by module."""
    tree = ast.parse(Path(rb.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    return {
        node.module.removeprefix("redbead."): tuple(alias.name for alias in node.names)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
    }


def test_all_lists_of_public_names_are_equal():
    assert imports_for_type_checking() == rb._PUBLIC
    assert sorted([*rb._MODULE_OF, "__version__"]) == sorted(rb.__all__)
    assert len(set(rb.__all__)) == len(rb.__all__)
    for name, module in rb._MODULE_OF.items():
        assert getattr(rb, name) is getattr(sys.modules[f"redbead.{module}"], name)
    assert rb.__version__


def test_all_public_functions_and_result_classes_are_exported():
    def public(module, kind):
        return {
            name for name, item in vars(module).items()
            if kind(item) and item.__module__ == module.__name__ and not name.startswith("_")
        }  # fmt: skip

    assert public(api, inspect.isfunction) - {"as_scenario"} == set(rb._PUBLIC["api"])
    assert public(api_studies, inspect.isfunction) == set(rb._PUBLIC["api_studies"])
    assert public(results, inspect.isclass) == set(rb._PUBLIC["results"])
    assert public(results_studies, inspect.isclass) == set(rb._PUBLIC["results_studies"])


@pytest.mark.cases("name", [*rb._PUBLIC["api"], *rb._PUBLIC["api_studies"]])
def test_public_functions_document_their_parameters_and_results(name):
    function = getattr(rb, name)
    text = inspect.getdoc(function)
    assert "\nReturns\n-------\n" in text
    for parameter in inspect.signature(function).parameters.values():
        prefix = "**" if parameter.kind is parameter.VAR_KEYWORD else ""
        assert f"{prefix}{parameter.name}" in text.partition("\nReturns\n")[0], parameter.name


def test_unknown_names_raise_attribute_error():
    with pytest.raises(AttributeError, match="happiness"):
        _ = rb.happiness


def test_the_lottery_has_one_argument_per_option():
    assert list(inspect.signature(rb.lottery).parameters) == list(OPTIONS)


def test_importing_the_package_imports_no_heavy_package():
    heavy = ("numpy", "numba", "pandas", "mesa", "matplotlib")
    code = f"import redbead, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
