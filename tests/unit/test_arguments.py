"""Arguments of all public functions: what users pass is converted or refused with a message, never with a traceback."""

import inspect
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import redbead as rb
from redbead.rng import MAX_SEED
from redbead.scenario.messages import plain_number, whole_number
from redbead.scenario.validation import check_arguments

NUMBERS = {
    "integer": 3, "int64": np.int64(3), "uint8": np.uint8(3), "float64": np.float64(3.0), "float32": np.float32(3.0),
    "without dimensions": np.array(3), "pandas": pd.Series([3], dtype="Int64").iloc[0], "fraction": Fraction(6, 2),
    "decimal": Decimal("3.0"),
}  # fmt: skip
"""The number 3 in all types."""

NO_NUMBERS = {
    "true": True, "NumPy true": np.bool_(True), "text": "3", "none": None, "list": [3], "array": np.array([3, 4]),
    "series": pd.Series([3]), "not available": pd.NA, "complex": 3j, "signalling": Decimal("sNaN"),
}  # fmt: skip


def functions():
    """All public functions with parameters, and methods of the result classes that take arguments."""
    public = {name: getattr(rb, name) for name in rb.__all__ if inspect.isfunction(getattr(rb, name))}
    classes = (rb.RunResults, rb.ComparisonResults, rb.SensitivityResults, rb.ChildrensService)
    methods = {
        f"{kind.__name__}.{name}": item
        for kind in classes
        for name, item in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_") and item.__module__.startswith("redbead")
    }
    return {name: item for name, item in {**public, **methods}.items() if arguments_of(item)}


def arguments_of(function):
    return {name: p for name, p in inspect.signature(function).parameters.items() if name != "self"}


FUNCTIONS = functions()
VALID = {
    "scenario": "baseline", "first": "baseline", "second": "just-culture", "policies": ["baseline", "just-culture"],
    "parameters": ["fear.blame"], "file": "england", "name": "baseline", "folder": "results", "weeks": 1, "worker": 1,
    "error": 1, "parameter": "reporting.fear", "values": [1, 2], "by": "team", "unit": "errors",
    "modules": ["my_module"],
}  # fmt: skip
"""A valid value of every required argument."""


def call(public_name, /, **given):
    """Call a public function with valid values of all other required arguments; a method of an empty object."""
    function = FUNCTIONS[public_name]
    required = {
        key: VALID[key]
        for key, parameter in arguments_of(function).items()
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    }
    owner, dot, _ = public_name.partition(".")
    return function(*([object.__new__(getattr(rb, owner))] if dot else []), **{**required, **given})


def parts_of(annotation):
    return re.split(r" \| (?![^\[]*\])", annotation)


def annotated(kind):
    """Functions and their arguments whose annotation contains a kind."""
    return [
        (name, key)
        for name, function in FUNCTIONS.items()
        for key, parameter in arguments_of(function).items()
        if kind in parts_of(parameter.annotation) and parameter.kind is not parameter.VAR_KEYWORD
    ]


def refused(kind, values):
    """Every argument of a kind with every value that none of the kinds in its annotation accepts."""

    def is_accepted(name, key, value):
        parts = parts_of(arguments_of(FUNCTIONS[name])[key].annotation)
        return any(accepts(value) for part in parts if (accepts := ALSO_ACCEPTED.get(part)))

    return [
        (name, key, value) for name, key in annotated(kind) for value in values if not is_accepted(name, key, value)
    ]


ALSO_ACCEPTED = {
    "None": lambda value: value is None,
    "str": lambda value: isinstance(value, str),
    "int": lambda value: type(value) is int,
    "Sequence[str]": lambda value: isinstance(value, str) or (type(value) is list and value == ["a"]),
    "Sequence[str | Path | Scenario]": lambda value: isinstance(value, list | tuple),
    "Mapping[str, str | Path | Scenario]": lambda value: isinstance(value, dict),
}  # fmt: skip


@pytest.fixture(autouse=True)
def ran(monkeypatch):
    """Nothing runs: the comparisons and options that would be executed, in order."""
    started = []

    def record(comparison, options, out=None):
        started.append((comparison, options, out))

    monkeypatch.setattr("redbead.results.run_comparison", record)
    return started


def test_every_public_function_converts_its_arguments():
    without = [name for name, function in FUNCTIONS.items() if not hasattr(function, "__wrapped__")]
    assert set(without) <= {"load", "ChildrensService.step"}, "rb.load is checked where scenarios are loaded"
    assert len(FUNCTIONS) >= 15


@pytest.mark.cases(("name", "key", "value"), refused("int", NO_NUMBERS.values()))
def test_a_whole_number_is_refused_in_any_other_type(name, key, value):
    with pytest.raises(rb.BadInputError, match=rf"rb\.{name}: {key} must be a whole number.*, not "):
        call(name, **{key: value})


NOT_WHOLE = {"half": 3.5, "NumPy": np.float64(3.5), "fraction": Fraction(7, 2), "nan": np.nan, "large": 2.0**60}


@pytest.mark.cases(("name", "key", "value"), refused("int", NOT_WHOLE.values()))
def test_a_number_that_is_not_whole_or_not_exact_is_refused(name, key, value):
    with pytest.raises(rb.BadInputError, match=f"{key} must be a whole number.*, not "):
        call(name, **{key: value})


@pytest.mark.cases(("name", "key", "value"), refused("float", NO_NUMBERS.values()))
def test_a_number_is_refused_in_any_other_type(name, key, value):
    with pytest.raises(rb.BadInputError, match=f"{key} must be a number, not "):
        call(name, **{key: value})


WRONG = {
    "str": [3, True, b"x", ["a"], {"a": 1}],
    "Path": [3, True, b"x", ["a"], {"a": 1}, object()],
    "bool": [1, "yes", [True]],
    "Sequence[str]": [3, frozenset({"a", "b"}), [1, 2], [None], b"fear", [["a"]], np.array([[1.5]])],
    "Mapping[str, float | str]": [3, {"fear": None}, {"fear": True}, {3: 4}, {"fear": [1]}, ("fear", 1)],
    "tuple[int, int]": [3, "ab", (1,), (1, 2, 3), (1.5, 2), {1, 2}, {1: 2}, (True, 1)],
    "Scenario": [3, b"baseline", True, object()],
    "Sequence[str | Path | Scenario]": [3, {"baseline", "just-culture"}, b"baseline", rb.Scenario()],
}
"""Values that a kind of argument does not accept."""


@pytest.mark.cases(
    ("name", "key", "value"),
    [case for kind, values in WRONG.items() for case in refused(kind, values)],
)
def test_values_of_a_wrong_type_are_refused_by_the_name_of_the_argument(name, key, value):
    with pytest.raises(rb.BadInputError, match=rf"rb\.{name}: {key} must be .*, not "):
        call(name, **{key: value})


@pytest.mark.cases(
    ("name", "key"),
    [
        (name, key)
        for name, function in FUNCTIONS.items()
        for key, parameter in arguments_of(function).items()
        if "None" not in parts_of(parameter.annotation) and parameter.kind is not parameter.VAR_KEYWORD
    ],
)
def test_none_is_refused_where_it_has_no_meaning(name, key):
    with pytest.raises(rb.BadInputError, match=f"{key} must be .*, not None"):
        call(name, **{key: None})


def test_all_problems_are_listed_together():
    with pytest.raises(rb.BadInputError) as caught:
        rb.run(None, seed="1", runs=True, events="no", out=3)
    assert [problem.key for problem in caught.value.problems] == ["events", "out", "runs", "scenario", "seed"]


# what is accepted


@pytest.mark.cases("value", NUMBERS.values(), ids=NUMBERS)
def test_every_type_of_number_is_the_plain_number(value):
    assert type(plain_number(value)) in (int, float)
    assert (plain_number(value), whole_number(value), type(whole_number(value))) == (3, 3, int)


@pytest.mark.parametrize("value", NUMBERS.values(), ids=NUMBERS)
def test_runs_seeds_jobs_and_time_limits_may_be_numbers_of_another_package(ran, value):
    rb.run("baseline", seed=value, runs=value, jobs=value, timeout=value)
    rb.compare(["baseline", "just-culture"], seed=value, runs=value, jobs=value, timeout=value)
    for comparison, options, _ in ran:
        assert (comparison.seed, comparison.runs, options.target.jobs, options.target.limit) == (3, 3, 3, 3)
        assert {type(comparison.seed), type(comparison.runs), type(options.target.jobs)} == {int}


@pytest.mark.parametrize("value", NUMBERS.values(), ids=NUMBERS)
def test_parameters_settings_and_sizes_may_be_numbers_of_another_package(ran, value):
    assert rb.load("baseline").set({"time.years": value}) == rb.load("baseline").set({"time.years": 3})
    assert rb.Scenario(years=value, values=(("reporting.fear", value),)).value("reporting.fear") == 3
    policies = ["baseline", "just-culture"]
    rb.compare(policies, settings={"time.years": value}, measures={"hidden_errors": value})
    rb.compare(policies, settings={"time.years": 3.0}, measures={"hidden_errors": 3.0})
    assert ran[0][0] == ran[1][0]
    assert rb.lottery(snapshots=value, cases=10).to_frame().equals(rb.lottery(snapshots=3, cases=10).to_frame())
    problem = rb.to_salib("baseline", ["fear.blame"], runs=value, seed=value)
    assert (problem.runs, problem.seed) == (3, 3)


def test_seeds_are_read_from_our_own_results(ran):
    frame = pd.DataFrame({"seed": np.array([5, MAX_SEED], dtype=np.uint64), "status": "done"})
    for seed in (frame["seed"].iloc[0], frame.iloc[0]["seed"], *frame["seed"].tolist(), frame["seed"].to_numpy()[1]):
        rb.run("baseline", seed=seed)
    assert [comparison.seed for comparison, _, _ in ran] == [5, 5, 5, MAX_SEED, MAX_SEED]


NAMES = ["baseline", "just-culture"]
ITERABLES = {
    "tuple": tuple, "generator": lambda names: (name for name in names), "index": pd.Index, "series": pd.Series,
    "array": np.array, "keys": lambda names: dict.fromkeys(names).keys(),
    "values": lambda names: dict(enumerate(names)).values(),
}  # fmt: skip


@pytest.mark.parametrize("kind", ITERABLES.values(), ids=ITERABLES)
def test_lists_may_be_any_iterable_with_an_order(ran, kind):
    rb.compare(kind(NAMES), theories=kind(["blame-deters", "balanced"]), measures=kind(["turnover", "hidden_errors"]))
    rb.compare(NAMES, theories=["blame-deters", "balanced"], measures=["turnover", "hidden_errors"])
    assert ran[0][0] == ran[1][0]
    paths = ["reporting.fear", "fear.blame"]
    assert rb.to_salib("baseline", kind(paths), outcomes=kind(["burnout", "cost"])).problem["names"] == paths


def test_one_name_is_a_list_of_one_name(ran):
    rb.compare(NAMES, theories="blame-deters", measures="turnover")
    assert ran[0][0].theories == ("blame-deters",)
    assert [outcome.measure for outcome in ran[0][0].deciding_outcomes] == ["turnover"]
    assert rb.to_salib("baseline", "fear.blame").problem["names"] == ["fear.blame"]


class TextLike:
    """A path of another package."""

    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return str(self.path)


@pytest.mark.parametrize("kind", [str, Path, np.str_, TextLike])
def test_paths_may_have_any_type(ran, tmp_path, kind):
    (tmp_path / "mine.yaml").write_text("extends: baseline\ntime: {years: 1}\n")
    rb.run(kind(tmp_path / "mine.yaml"), out=kind(tmp_path / "out"))
    rb.compare([kind(tmp_path / "mine.yaml"), rb.Scenario(years=1.0)], out=kind(tmp_path / "out"))
    assert rb.load(kind(tmp_path / "mine.yaml")).years == 1.0
    assert [Path(out) for _, _, out in ran] == [tmp_path / "out"] * 2
    assert [type(comparison.policies[0].name) for comparison, _, _ in ran] == [str, str]


@pytest.mark.cases(
    ("policies", "message"),
    [
        ({1: "baseline", 2: "just-culture"}, "1 is not text"),
        ({"today": None, "b": "just-culture"}, "today must be a scenario, the name of one, or a path, not empty"),
        ({"today": "baseline", "b": {"levers": []}}, "b must be a scenario, .* not a mapping"),
        ([None, "baseline"], "None must be a scenario"),
        (["baseline", 3], "3 must be a scenario"),
        (["baseline", "just-cultur"], "Did you mean just-culture"),
        ([], "at least two policies"),
        ((name for name in []), "at least two policies"),
    ],
)
def test_policies_that_are_none_are_refused_with_a_message(policies, message):
    with pytest.raises(rb.BadInputError, match=message):
        rb.compare(policies)


@pytest.mark.cases("timeout", [-1, np.float64(-0.5), float("nan"), float("inf"), Decimal("1e300")])
def test_a_time_limit_is_above_zero(timeout):
    for function in (rb.run, rb.compare):
        with pytest.raises(rb.BadInputError, match="is not a time limit"):
            function(NAMES if function is rb.compare else "baseline", timeout=timeout)


def test_a_time_limit_of_zero_is_the_default(ran):
    rb.run("baseline", timeout=0)
    assert ran[0][1].target.limit == 600.0


@pytest.mark.parametrize(
    ("agents", "message"),
    [
        ([rb.SocialWorker], "must be a mapping of classes"),
        ({"SocialWorker": rb.SocialWorker}, "cannot replace"),
        ({rb.SocialWorker: rb.Leader}, "cannot replace"),
        ({int: bool}, "cannot replace"),
    ],
)
def test_agents_are_classes_that_replace_others(agents, message):
    with pytest.raises(rb.BadInputError, match=message):
        rb.run("baseline", agents=agents)
    with pytest.raises(rb.BadInputError, match=message):
        rb.compare(NAMES, agents=agents)


def test_options_of_a_sensitivity_study_are_checked():
    with pytest.raises(rb.BadInputError, match="Did you mean trajectories"):
        rb.sensitivity("baseline", trajectory=4)
    with pytest.raises(rb.BadInputError, match="must be at least 2"):
        rb.sensitivity("baseline", runs=np.int64(1))
    with pytest.raises(rb.BadInputError, match="seed"):
        rb.sensitivity("baseline", seed=-1)
    with pytest.raises(rb.BadInputError, match="runs must be a whole number, not True"):
        rb.sensitivity("baseline", runs=True)


def test_a_call_with_other_arguments_is_a_type_error_that_names_the_function():
    for arguments in ((), ("baseline", "just-culture")):
        with pytest.raises(TypeError, match=r"run\(\): "):
            rb.run(*arguments)
    with pytest.raises(TypeError, match="sed"):
        rb.run("baseline", sed=1)


def test_the_fields_of_a_scenario_are_checked():
    for fields, message in (
        ({"name": 3}, "must be a valid name"),
        ({"years": True}, "must be a number"),
        ({"years": None}, "must be a number"),
        ({"values": (("fear.blame", "high"),)}, "must be a number"),
    ):
        with pytest.raises(rb.BadInputError, match=message):
            rb.Scenario(**fields)
    with pytest.raises(rb.BadInputError, match="changes must be a mapping"):
        rb.Scenario().set([("fear.blame", 1)])
    with pytest.raises(rb.BadInputError, match="is not a known parameter"):
        rb.Scenario().value(["fear.blame"])


def test_annotations_of_a_module_name_its_classes():
    @check_arguments
    def described(scenario: "Path | None", size: "float | str" = 1.0, **more: "int"):
        return scenario, size, more

    assert described("x" and Path("x"), np.float32(0.5), runs=np.int8(2)) == (Path("x"), 0.5, {"runs": 2})
    assert described(None, "5 %") == (None, "5 %", {})
    with pytest.raises(rb.BadInputError, match=r"rb\.described: runs must be a whole number, not 'two'"):
        described(None, runs="two")
