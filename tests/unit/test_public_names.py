"""Public names of the package and of its result classes: exactly these, none more and none less.

A name that is added, removed or renamed changes the interface. These lists are written by hand, so that such a change
is seen in the review of this file.
"""

import inspect
import subprocess
import sys

import pytest

import redbead as rb

PUBLIC_NAMES = [
    "MEASURES", "BadInputError", "CalibrationResults", "ChildrensService", "ComparisonResults",
    "EnvironmentProblemError", "IntegrityError", "Leader", "Lever", "LotteryResults", "Manager", "Param",
    "ParameterEffect", "RedBeadError", "RunResults", "RunsFailedError", "Scenario", "SensitivityResults",
    "SocialWorker", "YearlyCost", "__version__", "authorities", "calibrate", "compare", "init", "load",
    "load_plugins", "lottery", "measure", "read_results", "run", "sensitivity", "sweep", "targets", "to_ema",
    "to_salib", "twins",
]  # fmt: skip

ATTRIBUTES = {
    "RunResults": {
        "batch", "breakdown", "digest", "events", "folder", "interim", "plot", "runs", "save", "scenario", "summary",
        "weekly",
    },
    "ComparisonResults": {
        "answer", "breakdown", "crossover", "differences", "digest", "dose_response", "events", "folder", "interim",
        "matrix", "plot", "plot_dose_response", "ranking", "report_data", "runs", "save", "summary", "table", "weekly",
    },
    "CalibrationResults": {"answer", "digest", "ensemble", "fit", "folder", "parameters"},
    "SensitivityResults": {"answer", "digest", "findings", "folder", "table"},
    "LotteryResults": {"curve", "lottery", "next_visit", "plot", "to_frame"},
    "Lever": {
        "all_effects", "annual_cost", "as_dict", "audience", "date_error", "decay_weeks", "dose", "effects", "excludes",
        "fidelity", "from_week", "in_force", "kind", "numbers", "proponents", "ramp_weeks", "summary", "systems",
        "until_week", "yearly_cost",
    },
    "Param": {
        "accepts", "basis", "causal_link", "description", "distribution", "drawn", "has_source", "high", "keys",
        "likely", "low", "meaning", "processing", "processing_text", "range_text", "source", "span", "symbol", "unit",
        "whole", "with_symbol",
    },
    "ParameterEffect": {"at_once", "factor", "path", "shift", "towards"},
    "Scenario": {
        "as_dict", "digest", "levers", "looks", "name", "preset", "published", "question", "row", "set", "source",
        "spikes", "systems", "theory", "title", "value", "values", "warm_up_weeks", "warm_up_years", "weeks", "words",
        "years",
    },
    "ChildrensService": {
        "agents", "agents_by_type", "biography", "coefficients", "datacollector", "events", "leaders", "managers",
        "organisation", "outcome", "run_for_weeks", "step", "week", "weekly", "workers",
    },
    "SocialWorker": {
        "agency", "burnout", "care", "caseload", "chance_of_leaving", "commitment", "errors", "experience", "fear",
        "friends", "hours", "last_sanction", "last_withheld", "manager", "model", "present", "pressure", "skill",
        "spell", "status", "strain", "team", "tenure", "willingness_to_report",
        "accused", "acts_on_error", "speaks_with_colleague", "trust",
        "chance_of_recognition", "conduct_ratio", "error_rate", "last_strike", "violation_share",
    },
    "Manager": {
        "blame", "escalates", "fear", "model", "norm", "own_blame", "own_support", "responds_with_blame", "spell",
        "staff", "tenure", "workers",
        "last_sanction", "local_improvement", "sanction_ratio",
    },
    "Leader": {
        "attention", "chance_of_hiring", "commitment", "fear", "integrity", "interim", "model", "spell", "tenure",
    },
    "BadInputError": {"exit_code", "problems", "state"},
    "EnvironmentProblemError": {"exit_code"},
    "IntegrityError": {"exit_code"},
    "RedBeadError": {"exit_code"},
    "RunsFailedError": {"exit_code"},
}  # fmt: skip
"""Public attributes of each public class that the package itself declares, not those of Mesa or Python."""


def own_attributes(kind):
    """Public attributes declared by a class or by its base classes in this package."""
    classes = [base for base in kind.__mro__ if base.__module__.startswith("redbead")]
    names = {name for base in classes for name in (*vars(base), *inspect.get_annotations(base))}
    return {name for name in names if not name.startswith("_")}


def test_all_lists_exactly_the_public_names():
    assert rb.__all__ == PUBLIC_NAMES


def test_dir_lists_exactly_the_public_names():
    """Completion shows ``dir``: imports of the module itself, such as ``importlib``, are no part of the interface."""
    assert dir(rb) == sorted(PUBLIC_NAMES)


def test_dir_lists_the_same_names_before_and_after_names_are_used():
    code = "import redbead as rb; before = dir(rb); rb.load; rb.RunResults; assert dir(rb) == before"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_public_class_has_a_list_of_attributes():
    classes = {name for name in PUBLIC_NAMES if isinstance(getattr(rb, name), type)}
    assert classes == set(ATTRIBUTES)


@pytest.mark.cases("name", ATTRIBUTES)
def test_a_public_class_has_exactly_these_attributes(name):
    assert own_attributes(getattr(rb, name)) == ATTRIBUTES[name]


@pytest.mark.parametrize(("name", "near"), [("comparee", "compare"), ("SocialWorkr", "SocialWorker"), ("qqqq", "")])
def test_an_unknown_name_is_reported_with_the_nearest_public_one(name, near):
    with pytest.raises(AttributeError) as caught:
        getattr(rb, name)
    assert str(caught.value) == f"module 'redbead' has no attribute '{name}'" + f". Did you mean {near}?" * bool(near)
