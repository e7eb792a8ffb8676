"""YAML without surprises: what looks like a number is one, what does not is text."""

import os
from pathlib import Path

import pytest

from redbead.exceptions import BadInputError
from redbead.scenario.yaml_reader import MAX_BYTES, parse, read


def what(text: str) -> str:
    with pytest.raises(BadInputError) as caught:
        parse(text, "x.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
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
def test_numbers_and_truth_values_are_those_of_json(text, value):
    found = parse(f"a: {text}", "x.yaml").data["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text", ["012", "0x1F", "0o7", "1_000", "12:30", "1:30:45", "no", "yes", "on", "off", "No", "TRUE", "NULL", ".nan",
             ".inf", "-.inf", "2026-11-21", "1e", "--1", "1,5", "="]
)  # fmt: skip
def test_nothing_else_is_ever_turned_into_something_it_does_not_look_like(text):
    assert parse(f"a: {text}", "x.yaml").data["a"] == text


def test_quotes_keep_text():
    assert parse("a: '12'\nb: \"true\"\nc: |\n  7\n", "x.yaml").data == {"a": "12", "b": "true", "c": "7\n"}


def test_every_value_and_key_knows_its_place():
    document = parse("a:\n  - b: 1\n    c: {d: 2}\n", "x.yaml")
    assert document.marks[("a", 0, "b")] == (2, 8)
    assert document.keys[("a", 0, "c", "d")] == (3, 9)
    assert document.mark_of(("a", 0, "missing")) == (2, 5)


def test_a_key_given_twice_names_both_lines():
    document = parse("weeks: 1\nother: 2\nweeks: 3\n", "x.yaml")
    assert [str(p) for p in document.problems] == ["x.yaml:3:1: weeks: given twice (first at line 1)"]
    assert document.data["weeks"] == 1


def test_keys_given_twice_deep_inside_hide_nothing():
    document = parse("a: {b: {c: 1}, b: {d: &x 2}}", "x.yaml")
    assert len(document.problems) == 2
    assert document.data == {"a": {"b": {"c": 1}}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x 1\nb: *x\n", "anchors"),
        ("a: *x\n", "aliases"),
        ("a: !!bool x\n", "tags"),
        ("a: !!python/object:os.system x\n", "tags"),
        ("!x {a: 1}\n", "tags"),
        ("a:\n  <<: {b: 1}\n", "merges"),
    ],
)
def test_anchors_aliases_merges_and_tags_are_refused(text, said):
    assert any(said in problem.what for problem in parse(text, "x.yaml").problems)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\n---\nb: 2\n", "second document"),
        ("? [a]\n: 1\n", "keys must be plain text"),
        ("? {a: 1}\n: 1\n", "keys must be plain text"),
        ("a: [1\n", "not YAML"),
        ("a: 1\n\tb: 2\n", "not YAML"),
        ("a: b: c\n", "not YAML"),
        ("a: \0\n", "U+0000"),
        ("a: 1\nb: \x07\n", "x.yaml:2:4: character U+0007"),
        ("%YAML 7.7\n---\na: 1", "not YAML"),
        ("[" * 100_000, "nested more than 20 deep"),
        ("a: " + "{b: " * 30, "nested more than 20 deep"),
        ("- " * 5000, "nested more than 20 deep"),
        ("[" + "1," * 60_000 + "]", "more than 50,000 values"),
        ("a: [*x, &x 1", "not YAML"),
    ],
)
def test_broken_or_hostile_text_gives_a_problem(text, said):
    assert said in what(text)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "~", "\ufeff"])
def test_an_empty_file_is_told_so(text):
    assert [problem.what for problem in parse(text, "x.yaml").problems] == ["the file is empty"]


def test_numbers_too_large_for_a_number_are_refused():
    assert "too large" in parse("a: 1e999", "x.yaml").problems[0].what
    assert parse("a: " + "9" * 30, "x.yaml").data["a"] == pytest.approx(1e30)
    assert "too large" in parse("a: " + "9" * 5000, "x.yaml").problems[0].what


def test_escapes_cannot_smuggle_control_characters_into_a_terminal():
    assert "control characters" in parse('a: "\\e[31m"', "x.yaml").problems[0].what


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
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


def test_a_folder_is_not_a_file(tmp_path):
    with pytest.raises(BadInputError, match="this is a folder"):
        read(tmp_path)


def test_a_device_is_not_read():
    with pytest.raises(BadInputError, match="not an ordinary file"):
        read(Path(os.devnull))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BadInputError, match="cannot be read: No such file"):
        read(tmp_path / "x.yaml")


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = tmp_path / "x.yaml"
    path.write_text("a: 1")

    def refuse(*_args, **_more):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BadInputError, match="cannot be read: Permission denied"):
        read(path)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_a_name_that_no_file_can_have(name):
    with pytest.raises(BadInputError, match="cannot be read"):
        read(Path(name))


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("#" * (MAX_BYTES + 1))
    with pytest.raises(BadInputError, match="larger than 1,000 kB"):
        read(path)
