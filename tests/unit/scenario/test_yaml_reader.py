"""The strict YAML reader: types, positions, duplicates, and broken or hostile files."""

import os
from pathlib import Path

import pytest

from redbead.exceptions import BadInputError
from redbead.scenario.yaml_reader import MAX_BYTES, parse, read


def error_message(text: str) -> str:
    with pytest.raises(BadInputError) as caught:
        parse(text, "x.yaml")
    return str(caught.value)


@pytest.mark.cases(
    ("text", "value"),
    [
        ("0", 0),
        ("-12", -12),
        ("+3", 3),
        ("0.5", 0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1E-3", 0.001),
        ("1.5e+2", 150.0),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
    ],
)
def test_numbers_and_truth_values_follow_json(text, value):
    parsed = parse(f"a: {text}", "x.yaml").data["a"]
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.cases(
    "text", ["012", "0x1F", "0o7", "1_000", "12:30", "1:30:45", "no", "yes", "on", "off", "No", "TRUE", "NULL", ".nan",
             ".inf", "-.inf", "2026-11-21", "1e", "--1", "1,5", "="]
)  # fmt: skip
def test_all_other_values_are_read_as_text(text):
    assert parse(f"a: {text}", "x.yaml").data["a"] == text


def test_quoted_values_are_text():
    assert parse("a: '12'\nb: \"true\"\nc: |\n  7\n", "x.yaml").data == {"a": "12", "b": "true", "c": "7\n"}


def test_positions_of_values_and_keys_are_recorded():
    document = parse("a:\n  - b: 1\n    c: {d: 2}\n", "x.yaml")
    assert document.marks[("a", 0, "b")] == (2, 8)
    assert document.keys[("a", 0, "c", "d")] == (3, 9)
    assert document.mark_of(("a", 0, "missing")) == (2, 5)


def test_a_duplicate_key_is_reported_with_both_lines():
    document = parse("weeks: 1\nother: 2\nweeks: 3\n", "x.yaml")
    assert [str(p) for p in document.problems] == [
        "x.yaml:3:1: weeks appears twice (first at line 1).\n    Keep one of the two."
    ]
    assert document.data["weeks"] == 1


def test_problems_inside_a_duplicate_key_are_reported():
    document = parse("a: {b: {c: 1}, b: {d: &x 2}}", "x.yaml")
    assert len(document.problems) == 2
    assert document.data == {"a": {"b": {"c": 1}}}


@pytest.mark.cases(
    ("text", "message"),
    [
        ("a: &x 1\nb: *x\n", "anchors"),
        ("a: *x\n", "aliases"),
        ("a: !!bool x\n", "tags"),
        ("a: !!python/object:os.system x\n", "tags"),
        ("!x {a: 1}\n", "tags"),
        ("a:\n  <<: {b: 1}\n", "merges"),
    ],
)
def test_anchors_aliases_merges_and_tags_are_refused(text, message):
    assert any(message in problem.what for problem in parse(text, "x.yaml").problems)


@pytest.mark.cases(
    ("text", "message"),
    [
        ("a: 1\n---\nb: 2\n", "second document"),
        ("? [a]\n: 1\n", "keys must be plain text"),
        ("? {a: 1}\n: 1\n", "keys must be plain text"),
        ("a: [1\n", "not valid YAML"),
        ("a: 1\n\tb: 2\n", "not valid YAML"),
        ("a: b: c\n", "not valid YAML"),
        ("a: \0\n", "U+0000"),
        ("a: 1\nb: \x07\n", "x.yaml:2:4: character U+0007"),
        ("%YAML 7.7\n---\na: 1", "not valid YAML"),
        ("[" * 100_000, "nested more than 20 levels deep"),
        ("a: " + "{b: " * 30, "nested more than 20 levels deep"),
        ("- " * 5000, "nested more than 20 levels deep"),
        ("[" + "1," * 60_000 + "]", "more than 50,000 values"),
        ("a: [*x, &x 1", "not valid YAML"),
    ],
)
def test_broken_or_hostile_text_is_refused_with_a_message(text, message):
    assert message in error_message(text)


@pytest.mark.cases("text", ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "~", "\ufeff"])
def test_an_empty_file_is_reported(text):
    assert [problem.what for problem in parse(text, "x.yaml").problems] == ["the file is empty"]


def test_numbers_that_overflow_are_refused():
    assert "too large" in parse("a: 1e999", "x.yaml").problems[0].what
    assert parse("a: " + "9" * 30, "x.yaml").data["a"] == pytest.approx(1e30)
    assert "too large" in parse("a: " + "9" * 5000, "x.yaml").problems[0].what


def test_control_characters_are_refused():
    assert "control characters" in parse('a: "\\e[31m"', "x.yaml").problems[0].what


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    document = read(path)
    assert document.data == {"a": 1, "b": 2}
    assert document.marks[("b",)] == (2, 4)


@pytest.mark.parametrize("content", [b"\xff\xfea\x00", b"a: \xe9\n", b"a: \xed\xa0\x80\n"])
def test_other_encodings_are_refused(tmp_path, content):
    (tmp_path / "x.yaml").write_bytes(content)
    with pytest.raises(BadInputError, match="not UTF-8"):
        read(tmp_path / "x.yaml")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="this is a folder"):
        read(tmp_path)


def test_a_device_is_refused():
    with pytest.raises(BadInputError, match="not a regular file"):
        read(Path(os.devnull))


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(BadInputError, match="cannot be read: No such file"):
        read(tmp_path / "x.yaml")


def test_a_file_without_read_permission_is_reported(tmp_path, monkeypatch):
    path = tmp_path / "x.yaml"
    path.write_text("a: 1")

    def refuse(*_args, **_more):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BadInputError, match="cannot be read: Permission denied"):
        read(path)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_an_impossible_file_name_is_reported(name):
    with pytest.raises(BadInputError, match="cannot be read"):
        read(Path(name))


def test_a_large_file_is_refused(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("#" * (MAX_BYTES + 1))
    with pytest.raises(BadInputError, match="larger than 1,000 kB"):
        read(path)
