"""The journal: a record is on the disk or was never acknowledged, and no changed line is read as a record."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redbead.exceptions import IntegrityError
from redbead.storage import journal

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
)
records = st.dictionaries(st.text(), st.recursive(scalars, st.lists, max_leaves=5), max_size=4)
HEADER = {"inputs": "ô", "kind": "comparison"}
RECORD = {"chunk": 1, "sha256": "f" * 64, "runs": [[0, 3, 0.25]], "note": "ô"}
FAILED = {"failed": "stopped", "trace": "", "arm": 0, "run": 1, "seconds": 0.5}


@given(records)
def test_a_record_is_read_back_equal_from_one_line(record):
    line = journal.encode(record)
    assert journal.decode(line) == record
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1


@given(records)
def test_the_order_of_keys_does_not_change_the_line(record):
    assert journal.encode(dict(reversed(record.items()))) == journal.encode(record)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_json_does_not_allow_are_refused(value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        journal.encode({"value": value})


@pytest.mark.cases("bit", range(8))
def test_no_single_flipped_bit_is_read_as_a_record(bit):
    """Each of the eight bits of each byte, except the final line feed, whose loss makes the line incomplete."""
    line = journal.encode(RECORD)
    for place in range(len(line) - 1):
        damaged = line[:place] + bytes([line[place] ^ 1 << bit]) + line[place + 1 :]
        assert journal.decode(damaged) is None, place


@given(st.binary(max_size=80))
def test_no_other_bytes_are_a_record(content):
    assert journal.decode(content + b"\n") is None


@pytest.mark.cases(
    "line",
    [
        b'"fact"', b"[]", b"{}", b'{"fact": 1, "sha256": 2}', b"\xff\xfe", b"[" * 100_000,
        journal.encode(RECORD).replace(b":", b": ", 1), b" " + journal.encode(RECORD),
    ],
    ids=["text", "list", "no keys", "no text", "not utf-8", "nested too deeply", "a space inside", "a space before"],
)  # fmt: skip
def test_lines_of_another_form_are_not_records(line):
    """Even a space that changes no value: the same record always has the same bytes."""
    assert journal.decode(line) is None


def test_a_forged_record_needs_a_forged_hash():
    """The hash detects damage, not an attack: a line made by the same rule is accepted."""
    outer = json.loads(journal.encode(RECORD))
    outer["fact"] = outer["fact"].replace("0.25", "0.75")
    assert journal.decode(json.dumps(outer, separators=(",", ":")).encode() + b"\n") is None


# files


def write(path, *items):
    for record in items:
        journal.append(path, record)
    return path


def test_records_are_read_in_the_order_of_their_lines(tmp_path):
    path = write(tmp_path / journal.NAME, HEADER, FAILED, RECORD)
    assert journal.read(path) == [HEADER, FAILED, RECORD]


def test_a_line_cut_anywhere_loses_only_its_own_record(tmp_path):
    path = write(tmp_path / journal.NAME, HEADER, RECORD)
    whole = path.read_bytes()
    first = len(journal.encode(HEADER))
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert journal.read(path) == ([] if length < first else [HEADER])


def test_repair_removes_an_incomplete_line_and_nothing_else(tmp_path):
    path = write(tmp_path / journal.NAME, HEADER, RECORD)
    whole = path.read_bytes()
    journal.repair(path)
    assert path.read_bytes() == whole
    path.write_bytes(whole + b'{"fact":')
    journal.repair(path)
    assert path.read_bytes() == whole
    write(path, FAILED)
    assert journal.read(path)[-1] == FAILED


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_damaged_line_is_refused_with_its_number(tmp_path, number):
    lines = [journal.encode(record | {"k": 1}) for record in (HEADER, FAILED, RECORD)]
    lines[number - 1] = lines[number - 1].replace(b'\\"k\\":1', b'\\"k\\":9')
    path = tmp_path / journal.NAME
    path.write_bytes(b"".join(lines))
    with pytest.raises(IntegrityError, match=rf"line {number} is damaged or was edited"):
        journal.read(path)


def test_a_killed_append_leaves_all_earlier_records(changes_of):
    """The line is in the file before it is forced to the disk, so a kill at that moment may or may not keep it."""

    def check(folder):
        journal.repair(folder / journal.NAME)
        assert journal.read(folder / journal.NAME) in ([HEADER], [HEADER, RECORD])

    path = journal.NAME
    assert changes_of(lambda f: write(f / path, HEADER), lambda f: journal.append(f / path, RECORD), check) == 1
