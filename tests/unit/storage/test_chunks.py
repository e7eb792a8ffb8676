"""Chunk files: complete or absent, and every damaged byte is noticed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from redbead.exceptions import IntegrityError
from redbead.storage import chunks
from redbead.storage.atomic_files import sha256


def blocks(runs=3, shape=(2, 1, 4)):
    """Weekly tables, [measures, authorities, weeks], in which every number is different."""
    size = int(np.prod(shape))
    return [np.arange(run * size, (run + 1) * size, dtype=float).reshape(shape) for run in range(runs)]


@given(st.data())
def test_tables_are_read_back_bit_by_bit(tmp_path_factory, data):
    """NaN, infinity and minus zero included; the second axis of the file is the run."""
    shape = data.draw(array_shapes(min_dims=3, max_dims=3, max_side=3))
    tables = data.draw(st.lists(arrays(np.float64, shape), min_size=1, max_size=3))
    folder = tmp_path_factory.mktemp("chunk")
    chunks.write(folder, 1, tables)
    stored = chunks.table_of(folder, 1)
    assert stored.shape == (shape[0], len(tables), *shape[1:])
    for run, table in enumerate(tables):
        assert stored[:, run].tobytes() == table.tobytes()


def record_of(number, digest, runs=3):
    """Record of a chunk in a journal."""
    return {"chunk": number, "sha256": digest, "runs": [[0, run, 0.1] for run in range(runs)]}


def test_the_hash_is_that_of_the_file(tmp_path):
    digest = chunks.write(tmp_path, 7, blocks())
    assert digest == sha256(tmp_path / "chunk-000007.npy")
    chunks.check(tmp_path, record_of(7, digest), 2)


def test_equal_tables_give_equal_bytes(tmp_path):
    assert chunks.write(tmp_path, 1, blocks()) == chunks.write(tmp_path, 2, blocks())
    changed = blocks()
    changed[1][0, 0, 0] = np.nextafter(changed[1][0, 0, 0], 99.0)
    assert chunks.write(tmp_path, 3, changed) != chunks.write(tmp_path, 4, blocks())


def test_a_file_is_in_the_numpy_format_that_other_programs_read(tmp_path):
    chunks.write(tmp_path, 1, blocks())
    np.testing.assert_array_equal(np.load(tmp_path / chunks.name_of(1)), np.stack(blocks(), axis=1))


def test_one_measure_can_be_read_without_the_others(tmp_path):
    """The table is a memory map: its last measure is at the end of the file, and the rest is not read."""
    chunks.write(tmp_path, 1, blocks())
    last = chunks.table_of(tmp_path, 1)[-1]
    assert last.base is not None
    np.testing.assert_array_equal(last, np.stack([block[-1] for block in blocks()]))


DAMAGE = {
    "magic number": lambda content: b"X" + content[1:],
    "version": lambda content: content[:6] + b"\x02" + content[7:],
    "length of the header": lambda content: content[:8] + b"\x01" + content[9:],
    "shape in the header": lambda content: content.replace(b"(2, 3, 1, 4)", b"(3, 2, 1, 4)"),
    "order in the header": lambda content: content.replace(b"False", b"True "),
    "first number": lambda content: content[:-192] + b"\x01" + content[-191:],
    "last byte": lambda content: content[:-1] + bytes([content[-1] ^ 0x80]),
    "cut": lambda content: content[:-1],
    "empty": lambda content: b"",
    "longer": lambda content: content + b"\0",
    "two bytes exchanged": lambda content: content[:-2] + content[-1:] + content[-2:-1],
}
"""Each kind of damage of a file of 24 numbers (192 bytes) after a header of 128 bytes."""


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_every_kind_of_damage_is_noticed(tmp_path, damage):
    digest = chunks.write(tmp_path, 1, blocks())
    path = tmp_path / chunks.name_of(1)
    whole = path.read_bytes()
    assert len(whole) == 128 + 192
    assert damage(whole) != whole, "the example must damage something"
    path.write_bytes(damage(whole))
    with pytest.raises(IntegrityError, match=r"chunk-000001\.npy: the file is damaged or was edited"):
        chunks.check(tmp_path, record_of(1, digest), 2)


def test_a_killed_write_leaves_a_complete_chunk_or_none(changes_of):
    """Three changes: the file is forced to the disk, gets its name, and the folder is forced. A kill loses only it."""

    def check(folder):
        if (folder / chunks.name_of(2)).exists():
            np.testing.assert_array_equal(chunks.table_of(folder, 2), np.stack(blocks(), axis=1))
        np.testing.assert_array_equal(chunks.table_of(folder, 1), np.stack(blocks(1), axis=1))
        chunks.remove_unacknowledged(folder, {chunks.name_of(1)})
        assert [path.name for path in folder.iterdir()] == [chunks.name_of(1)]

    kills = changes_of(
        lambda folder: chunks.write(folder, 1, blocks(1)), lambda folder: chunks.write(folder, 2, blocks()), check
    )
    assert kills == 3


def test_only_temporary_files_and_unacknowledged_chunks_are_removed(tmp_path):
    for name in (
        "chunk-000001.npy",
        "chunk-000002.npy",
        ".chunk-000003.npy.tmp",
        "journal.jsonl",
        "lock",
        "notes.npy",
        "events-000001.npy",
    ):
        (tmp_path / name).touch()
    chunks.remove_unacknowledged(tmp_path, {chunks.name_of(2), chunks.events_name_of(2)})
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "chunk-000002.npy",
        "journal.jsonl",
        "lock",
        "notes.npy",
    ]
