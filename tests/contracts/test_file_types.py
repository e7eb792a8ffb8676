"""Contracts of all types of files: schemas, recognition, and messages for damaged files."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redbead.exceptions import BadInputError
from redbead.parameters import DATA_FOLDER
from redbead.scenario.library import calibration_library, check_library, library, shipped, shipped_batches
from redbead.scenario.loader import load
from redbead.scenario.yaml_reader import parse, read
from redbead.studies.behaviour_checks.spec import read_checks
from redbead.studies.calibration.spec import read_calibration
from redbead.studies.comparison.reader import read_batch
from redbead.studies.file_types import file_types, json_schema, recognise
from redbead.studies.targets.spec import read_targets

TYPES = {kind.name: kind for kind in file_types()}
FILES = {
    "scenario": list(shipped().values()),
    "batch": list(shipped_batches().values()),
    "checks": sorted(check_library().rglob("*.yaml")),
    "targets": [DATA_FOLDER / "england.yaml"],
    "calibration": sorted(calibration_library().rglob("*.yaml")),
}
READERS = {
    "scenario": load,
    "batch": read_batch,
    "checks": lambda path: read_checks([path]),
    "targets": read_targets,
    "calibration": read_calibration,
}
VALIDATORS = {name: jsonschema.Draft202012Validator(json_schema(kind)) for name, kind in TYPES.items()}

each_type = pytest.mark.parametrize("name", TYPES)
each_file = pytest.mark.cases(("name", "path"), [(name, path) for name, paths in FILES.items() for path in paths])


@each_type
def test_the_schema_of_a_type_is_valid_and_its_file_is_up_to_date(name):
    schema = json_schema(TYPES[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    written = json.loads((library() / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(schema)), f"python docs/build.py --only schema-{name}"


@each_file
def test_a_shipped_file_is_recognised_and_accepted_by_its_schema(name, path):
    document = read(path)
    assert recognise(document).name == name
    VALIDATORS[name].validate(document.data)


def test_shipped_files_refer_to_their_schema_for_editors():
    for name, path in ((name, path) for name, paths in FILES.items() for path in paths):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        schema = re.fullmatch(r"# yaml-language-server: \$schema=(.+)", first)
        assert schema, (path, first)
        assert (path.parent / schema[1]).resolve() == (library() / f"{name}.schema.json").resolve(), path


def test_the_types_have_names_and_marks_of_their_own():
    assert len({kind.mark for kind in TYPES.values()}) == len(TYPES)
    for kind in TYPES.values():
        assert not kind.mark or kind.mark in kind.tree.required


TARGET = (
    "{name: a, level: caseload, unit: cases/worker, value: 16, band: [15, 17], years: 2025, basis: measured, key: k"
)


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("scenario", "levers: [{kind: prayer}]", "is not a known lever"),
        ("batch", "policies: {a: baseline, b: two-strikes}\nruns: 0", "is outside the range 1 to 1000000 runs"),
        ("batch", "policies: {a: baseline, b: 7}", "must be the name or path of a scenario, or differences"),
        ("batch", "policies: {a: baseline, b: {levers: [{kind: x}]}}", "is not a known lever"),
        ("batch", "policies: {}", "must be a mapping of names to scenarios"),
        ("checks", "checks: [{name: a, claim: b, source: c, setup: {}, expect: []}]", "must be a list with at least"),
        ("checks", "checks: [{name: a, claim: b, source: c, setup: {levers: {}}, expect: 1}]", "must be a list"),
        ("targets", "format: 1\ntargets: [{name: a}]", "needs the key 'level'"),
        ("targets", f"format: 1\ntargets: [{TARGET}, definition: 5}}]", "must be text; put it in quotes"),
        ("calibration", "format: 1\nparameters: {staffing.leavin: likely}", "is not a known parameter"),
        ("calibration", "format: 1\nparameters: {staffing.leaving: [0.1]}", "must be two numbers in brackets"),
        ("calibration", "format: 1\nparameters: {staffing.leaving: [0.1, 9000]}", "is outside the range"),
        ("calibration", "format: 1\nparameters: {authority.posts: likely}", "is a whole number and cannot be fitted"),
        ("calibration", "format: 1\nparameters: {staffing.leaving: likely}\nwaves: 1.5", "must be a whole number"),
    ],
)
def test_the_reader_and_the_schema_refuse_the_same_files(tmp_path, name, text, what):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError) as caught:
        READERS[name](path)
    assert any(what in problem.what for problem in caught.value.problems), str(caught.value)
    assert not VALIDATORS[name].is_valid(read(path).data)


SAME_FAULTS = {
    "an unknown key": (
        "is not a known key",
        {"scenario": "titel: x", "batch": "titel: x\npolicies: {a: baseline, b: two-strikes}", "checks": "cheks: 1",
         "targets": "format: 1\ntitel: x", "calibration": "format: 1\ntitel: x"},
    ),
    "text where a list is required": (
        "must be a list",
        {"scenario": "levers: x", "batch": "policies: {a: baseline, b: {levers: x}}", "checks": "checks: x",
         "targets": "format: 1\ntargets: x", "calibration": "format: 1\nparameters: {}\nheld: x"},
    ),
    "a number where text is required": (
        "must be text; put it in quotes",
        {"scenario": "title: 7", "batch": "title: 7\npolicies: {}", "checks": "checks: [{claim: 7}]",
         "targets": "format: 1\ntitle: 7", "calibration": "format: 1\ntitle: 7"},
    ),
    "an unknown format": (
        "is not supported; this version of redbead reads format 1",
        {"scenario": "format: 2", "batch": "format: 2\npolicies: {}", "targets": "format: 2\ntargets: []",
         "calibration": "format: 2\nparameters: {}"},
    ),
    "a missing key": (
        "needs the key '",
        {"scenario": "levers: [{}]", "batch": "package: {}\npolicies: {}", "checks": "checks: [{}]",
         "targets": "format: 1", "calibration": "format: 1"},
    ),
    "a number outside its range": (
        "is outside the range",
        {"scenario": "time: {years: 1000}", "batch": "policies: {}\ntime: {years: 1000}",
         "checks": "checks: [{runs: 0}]", "calibration": "format: 1\nparameters: {}\nruns: 0"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", SAME_FAULTS)
def test_the_same_fault_has_the_same_message_in_every_type_of_file(tmp_path, fault):
    what, texts = SAME_FAULTS[fault]
    path = tmp_path / "mine.yaml"
    for name, text in texts.items():
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadInputError) as caught:
            READERS[name](path)
        assert any(what in problem.what for problem in caught.value.problems), (name, str(caught.value))


def test_problems_of_structure_and_of_meaning_are_reported_together(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "policies: {a: baseline, b: nowhere, c: {levers: [{kind: just-culture}, {kind: just-culture}]}}\nruns: x\n",
        encoding="utf-8",
    )
    with pytest.raises(BadInputError) as caught:
        read_batch(path)
    assert [(problem.line, problem.column) for problem in caught.value.problems] == [(1, 28), (1, 79), (2, 7)]


@pytest.mark.cases(
    ("text", "name"),
    [("title: x", "scenario"), ("policies: {}", "batch"), ("polices: {}\nruns: 3", "batch"), ("checks: 1", "checks"),
     ("targets: england\nparameters: {}", "calibration"), ("targets: []", "targets"), ("inspectoin: {}", "scenario")],
)  # fmt: skip
def test_the_type_is_recognised_by_the_keys(text, name):
    assert recognise(parse(text, "x.yaml")).name == name


@pytest.mark.parametrize(
    ("text", "what"),
    [("foo: 1\nbar: 2", "has no key of a known type of file"),
     ("policies: {}\nchecks: []", "has keys of several types of files (batch, checks)")],
)  # fmt: skip
def test_an_unknown_or_ambiguous_file_is_refused_with_all_types(text, what):
    with pytest.raises(BadInputError) as caught:
        recognise(parse(text, "x.yaml"))
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (1, 1)
    assert what in problem.what
    assert all(name in problem.hint for name in TYPES)


ODD = (
    *("null", "[]", "{}", "-1", "1e9", ".nan", "true", "x", "'5 %'", "[1, 2]", "{a: b}", "''", "012", "0.5", "7", "no"),
    *("[0.2, 0.1]", "[a, b]", "{kind: two-strikes}", "[{kind: x}]", "baseline", "all", "auto", "likely", "9" * 400),
)
CHANGES = ("drop a line", "repeat a line", "replace a value", "replace an item", "misspell a key", "swap two lines")


def damaged(lines, change, position, odd):
    """Apply one change to the lines of a file."""
    here = position % len(lines)
    match change:
        case "drop a line":
            return lines[:here] + lines[here + 1 :]
        case "repeat a line":
            return [*lines[: here + 1], *lines[here:]]
        case "replace a value":
            line = re.sub(r"(: ).*", rf"\g<1>{odd}", lines[here], count=1)
        case "replace an item":
            items = [*re.finditer(r"(?<=[\[{,:] )[^,\]}]+|(?<=\[)[^,\]}]+", lines[here])]
            item = items[position % len(items)] if items else None
            line = lines[here][: item.start()] + odd + lines[here][item.end() :] if item else lines[here]
        case "misspell a key":
            line = re.sub(r"(\w)(\w*): ", r"\2\1: ", lines[here], count=1 + position % 2)
        case _:
            other = (position // 7) % len(lines)
            swapped = list(lines)
            swapped[here], swapped[other] = swapped[other], swapped[here]
            return swapped
    return [*lines[:here], line, *lines[here + 1 :]]


def problems_of(name, path):
    """All problems of a file; none if it is valid."""
    try:
        READERS[name](path)
    except BadInputError as error:
        return error.problems
    return []


def test_the_damage_gives_valid_and_refused_files(tmp_path):
    path = tmp_path / "mine.yaml"
    lines = FILES["scenario"][3].read_text(encoding="utf-8").splitlines()
    outcomes = set()
    for position in range(len(lines)):
        for change in CHANGES:
            path.write_text("\n".join(damaged(lines, change, position, "7")), encoding="utf-8")
            outcomes.add(bool(problems_of("scenario", path)))
    assert outcomes == {True, False}


@each_type
@settings(max_examples=30)
@given(
    changes=st.lists(
        st.tuples(st.sampled_from(CHANGES), st.integers(0, 10_000), st.sampled_from(ODD)), min_size=1, max_size=3
    ),
    number=st.integers(0, 1000),
)
def test_a_damaged_file_is_valid_or_refused_with_file_and_line(tmp_path_factory, name, changes, number):
    """The schema for editors accepts every file that the reader accepts."""
    lines = FILES[name][number % len(FILES[name])].read_text(encoding="utf-8").splitlines()
    for change in changes:
        lines = damaged(lines, *change)
    path: Path = tmp_path_factory.getbasetemp() / "damaged.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    problems = problems_of(name, path)
    for problem in problems:
        assert problem.what
        assert problem.file == str(path), problem
        assert problem.line > 0, problem
    if not problems:
        VALIDATORS[name].validate(read(path).data)
