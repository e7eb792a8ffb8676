"""JSON Schemas of trees of keys: what an independent validator accepts, and what an editor shows."""

import math

import jsonschema
import pytest

from redbead.quantities import Param
from redbead.scenario.keys import (
    Choice,
    Either,
    FileType,
    Flag,
    FormatNumber,
    Items,
    Keyword,
    Kinds,
    Named,
    Number,
    Pair,
    Section,
    Text,
)
from redbead.studies.file_types import json_schema

STAKES = Param("0-1", 0, 1, "importance of the grade", "measured", "a survey")
KEYS = {
    "format": FormatNumber(1),
    "name": Text("name of the file", "[a-z]+", "lower-case letters"),
    "note": Text("any note", blank=True),
    "title": Text("a title"),
    "fitted": Flag("whether it is fitted"),
    "theory": Choice("a theory", lambda: ("blame", "learning")),
    "regime": Keyword("a regime", {"graded": {}, "none": {}}, "graded"),
    "size": Number("", 0, math.inf, "smallest difference", open=True),
    "runs": Either("runs", "a number or 'auto'", (Number("runs", 2, 9, "runs", whole=True), Choice("", ("auto",)))),
    "band": Pair("a band", Number("", -1, 1, "end"), "band: [0, 1]"),
    "tests": Items("tests", Text("a test"), unique=True),
    "mix": Named("mixes", Text("a part"), "names to parts", "mix: {a: b}"),
    "inspection": Section("inspection", {"stakes": STAKES}, name="inspection", defaults={"stakes": 0.7}),
    "shapes": Items(
        "shapes",
        Kinds("a shape", "shape", {"a": Section("a.", {"kind": Choice("", ("a",))}, ("kind",), "kind-a")}, "a"),
        filled=False,
    ),
}
SCHEMA = json_schema(FileType("example", "test file", Section("an example", KEYS, ("format",)), "", ""))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
VALID = {
    "format": 1, "name": "mine", "note": "", "title": "T", "fitted": True, "theory": "blame", "regime": "none",
    "size": 0.1, "runs": "auto", "band": [0, 1], "tests": ["a"], "mix": {"x": "y"}, "inspection": {"stakes": 1},
    "shapes": [{"kind": "a"}],
}  # fmt: skip


def test_a_valid_file_is_accepted():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    VALIDATOR.validate(VALID)


@pytest.mark.cases(
    ("key", "value"),
    [
        ("format", 2), ("name", "Mine"), ("note", 7), ("title", ""), ("fitted", "no"), ("theory", "blam"),
        ("regime", "other"), ("size", 0), ("runs", 1), ("runs", 2.5), ("runs", "many"), ("band", [0]), ("band", [0, 2]),
        ("tests", []), ("tests", ["a", "a"]), ("mix", {}), ("mix", {"x": 1}), ("inspection", {"stakes": 2}),
        ("inspection", {"steaks": 1}), ("shapes", [{"kind": "b"}]), ("shapes", [{}]), ("other", 1),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused(key, value):
    assert not VALIDATOR.is_valid(VALID | {key: value})


def test_a_required_key_must_be_present():
    assert not VALIDATOR.is_valid({key: value for key, value in VALID.items() if key != "format"})


def test_a_parameter_is_described_with_unit_range_default_and_evidence():
    assert SCHEMA["properties"]["inspection"]["$ref"] == "#/$defs/inspection"
    assert SCHEMA["$defs"]["inspection"]["properties"]["stakes"] == {
        "type": "number",
        "description": "importance of the grade [0-1]. 0 to 1, default 0.7. measured: a survey",
        "default": 0.7,
        "minimum": 0,
        "maximum": 1,
    }
