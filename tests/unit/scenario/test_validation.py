"""Validation of data against a tree of keys: each type of key, its messages, and the places that stay valid."""

import math

import pytest

from redbead.exceptions import BadInputError
from redbead.scenario.content import FileContent
from redbead.scenario.keys import (
    Choice,
    Either,
    FileType,
    Flag,
    FormatNumber,
    Items,
    Kinds,
    Named,
    Number,
    Pair,
    Section,
    Text,
)
from redbead.scenario.validation import check_content
from redbead.scenario.yaml_reader import parse

RUNS = Number("runs", 2, 100, "number of runs", whole=True)
KINDS = {
    "circle": Section(
        "a circle.", {"kind": Text("kind"), "radius": Number("m", 0, 9, "radius", open=True)}, ("radius",)
    ),
    "square": Section("a square.", {"kind": Text("kind"), "side": Number("m", 0, 9, "side")}),
}


def check_sum(content: FileContent) -> None:
    """A contradiction that depends on two values."""
    if content.valid("low", default=0) > content.valid("high", default=math.inf):
        content.wrong(("low",), "is above 'high'", "Exchange the two.", shown=True)


TREE = Section(
    "an example",
    {
        "format": FormatNumber(1),
        "name": Text("name of the file", "[a-z]+", "lower-case letters"),
        "note": Text("any note", blank=True),
        "runs": Either("number of runs", "a whole number or 'auto'", (RUNS, Choice("automatic", ("auto",))), "20"),
        "fitted": Flag("whether it is fitted"),
        "theory": Choice("a theory", ("blame", "learning")),
        "band": Pair("a band", Number("", -1, 1, "end of the band"), "band: [0.1, 0.2]"),
        "years": Pair("years", Number("years", 1, 9, "year", whole=True), "years: [2, 2]", equal=True),
        "tests": Items("tests", Text("a test"), unique=True),
        "mix": Named("mixes", Items("parts", Text("a part")), "names to parts", "mix: {both: [a, b]}"),
        "shapes": Items("shapes", Kinds("a shape", "shape", KINDS, "circle"), filled=False),
        "part": Section("a part", {"low": RUNS, "high": RUNS}, check=check_sum),
    },
    ("name",),
)
FILE = FileType("example", "test file", TREE, "", "example.yaml")


def checked(text):
    return check_content(parse(text, "x.yaml"), FILE)


def problems(text):
    """Line, column, key and fault of each problem."""
    listed = sorted(checked(text).document.problems)
    return [(p.line, p.column, p.key, p.what) for p in listed]


VALID = """\
format: 1
name: mine
note: ""
runs: auto
fitted: false
theory: blame
band: [-0.5, 0.5]
years: [2, 2]
tests: [a, b]
mix: {both: [a]}
shapes: [{kind: circle, radius: 1}, {kind: square}]
part: {low: 2, high: 3}
"""


def test_a_file_with_every_type_of_key_is_valid():
    assert problems(VALID) == []


@pytest.mark.cases(
    ("line", "column", "key", "what"),
    [
        ("format: true", 9, "format = true", "must be the number 1"),
        ("format: '1'", 9, "format = '1'", "must be the number 1"),
        ("format: 1.5", 9, "format = 1.5", "is not supported; this version of redbead reads format 1"),
        ("name: Mine", 7, "name = 'Mine'", "must be lower-case letters"),
        ("name: 7", 7, "name = 7", "must be text; put it in quotes"),
        ("name: ' '", 7, "name = ' '", "must not be empty"),
        ("runs: 1", 7, "runs = 1", "is outside the range 2 to 100 runs"),
        ("runs: 2.5", 7, "runs = 2.5", "must be a whole number"),
        ("runs: many", 7, "runs = 'many'", "must be a whole number or 'auto'"),
        ("runs: [1]", 7, "runs = a list", "must be a whole number or 'auto'"),
        ("fitted: no", 9, "fitted = 'no'", "must be true or false"),
        ("theory: blam", 9, "theory = 'blam'", "must be one of blame, learning"),
        ("band: [0.5]", 7, "band = a list", "must be two numbers in brackets"),
        ("band: [0.5, 0.5]", 7, "band", "must be in ascending order, but 0.5 is not below 0.5"),
        ("band: [0, 2]", 11, "band = 2", "is outside the range -1 to 1"),
        ("years: [3, 2]", 8, "years", "must be in ascending order, but 3 is not below 2"),
        ("years: [1.5, 2]", 9, "years = 1.5", "must be a whole number"),
        ("tests: []", 8, "tests = an empty list", "must be a list with at least one item"),
        ("tests: [a, b, a]", 15, "tests = 'a'", "appears twice"),
        ("mix: {}", 6, "mix = an empty mapping", "must be a mapping of names to parts"),
        ("mix: {both: a}", 13, "mix.both = 'a'", "must be a list with at least one item"),
        ("shapes: circle", 9, "shapes = 'circle'", "must be a list"),
        ("shapes: [circle]", 10, "shapes = 'circle'", "must be a mapping of keys to values"),
        ("shapes: [{kind: cirle}]", 17, "shapes.kind = 'cirle'", "is not a known shape"),
        ("shapes: [{radius: 1}]", 10, "shapes", "needs the key 'kind', such as kind: circle"),
        ("shapes: [{kind: circle}]", 10, "shapes.circle", "needs the key 'radius'"),
        ("shapes: [{kind: circle, radius: 0}]", 33, "shapes.circle.radius = 0", "is outside the range above 0 to 9 m"),
        ("part: {low: 5, high: 4}", 13, "low = 5", "is above 'high'"),
        ("part: {lo: 5}", 8, "lo", "is not a known key"),
        ("part: 7", 7, "part = 7", "must be a mapping of keys to values"),
        ("notes: x", 1, "notes", "is not a known key"),
    ],
)
def test_a_fault_is_reported_at_its_place(line, column, key, what):
    text = line if line.startswith("name") else f"name: a\n{line}"
    assert problems(text) == [(len(text.splitlines()), column, key, what)]


def test_a_required_key_that_is_missing_is_reported_with_its_meaning():
    (problem,) = checked("format: 1").document.problems
    assert (problem.line, problem.what, problem.hint) == (1, "needs the key 'name'", "Meaning: name of the file.")


@pytest.mark.parametrize(("text", "kind"), [("- 1", "a list"), ("7", "7"), ("x", "'x'")])
def test_a_file_that_is_not_a_mapping_is_refused_with_an_example(text, kind):
    (problem,) = checked(text).document.problems
    assert problem.what == f"a test file must be a mapping of keys to values, not {kind}"
    assert problem.hint == "example.yaml shows an example."


def test_places_without_a_problem_stay_valid():
    content = checked("name: mine\nruns: 1\nshapes: [{kind: circle, radius: 1}, {kind: square, side: x}]\n")
    assert content.is_valid("name")
    assert not content.is_valid("runs")
    assert content.is_valid("shapes", 0)
    assert not content.is_valid("shapes", 1)
    assert not content.is_valid("shapes"), "a list is not valid if one of its items is not"
    assert (content.text("name"), content.valid("runs", default=9), content.get("runs")) == ("mine", 9, 1)
    assert list(content.places("shapes")) == [("shapes", 0), ("shapes", 1)]
    assert list(content.places("name")) == list(content.places("nothing")) == []
    with pytest.raises(BadInputError):
        content.raise_problems()


def test_a_missing_or_unknown_key_does_not_make_the_other_keys_invalid():
    content = checked("note: x\nnotes: y\n")
    assert content.is_valid("note")
    assert not content.is_valid("name")
    assert content.text("note") == "x"


def test_a_fault_in_a_part_is_reported_at_the_line_of_the_whole_file():
    assert problems("name: a\npart:\n  low: 1\n") == [(3, 8, "low = 1", "is outside the range 2 to 100 runs")]
