"""Folders that were changed by hand: every command refuses them with exit code 4, unread, and names the file.

Hashes of the manifest and the journal are made anew after each change, so that only the content can be noticed.
"""

import os
import pickle
import shutil
import socket
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from redbead.cli import main
from redbead.exceptions import Exit
from redbead.measures import MEASURES
from redbead.storage import chunks, journal, manifest
from redbead.storage.atomic_files import json_text, sha256

pytestmark = pytest.mark.usefixtures("engine", "no_report")

SMALL = "time: {years: 1, warm_up_years: 0.5}\nauthority: {posts: 24}\n"
RUN = ("run", "small.yaml", "--runs", "3", "--events", "--out", "a")
COMMANDS = {
    "verify": ("verify", "a"),
    "report": ("report", "a", "--out", "report.html"),
    "export": ("export", "a", "--to", "csv"),
    "digest": ("digest", "a"),
    "replay": ("replay", "a", "small-1"),
    "resuming": RUN,
}
CHUNK, EVENTS = chunks.name_of(1), chunks.events_name_of(1)
SHAPE = (len(MEASURES), 3, 1, 52)
SHAPE_TEXT = f"{SHAPE}, }}".encode()
"""The shape as it ends the header of a table."""


@pytest.fixture(scope="module")
def original(synthetic_engine, tmp_path_factory):
    """Three runs with events, made once for all tests."""
    home = tmp_path_factory.mktemp("integrity")
    with synthetic_engine(), pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setattr("redbead.report.comparison.page.write_pages", lambda *_: None)
        Path("small.yaml").write_text(SMALL)
        assert main(list(RUN)) == Exit.GOOD
    return home


@pytest.fixture
def folder(original, tmp_path, monkeypatch):
    """A copy of these runs, which a test may change, in the current folder."""
    home = tmp_path / "here"
    shutil.copytree(original, home)
    monkeypatch.chdir(home)
    return home / "a"


def hash_anew(folder):
    """Make the hashes of a folder anew: of the files in the journal, of all files in the manifest, of the manifest."""
    path = folder / "store" / journal.NAME
    lines = [journal.decode(line) for line in path.read_bytes().splitlines(keepends=True)]
    for record in lines:
        if "chunk" in record:
            record["sha256"] = sha256(folder / "store" / chunks.name_of(record["chunk"]))
            record["events"] = sha256(folder / "store" / chunks.events_name_of(record["chunk"]))
    path.write_bytes(b"".join(map(journal.encode, lines)))
    manifest_anew(folder)


def manifest_anew(folder, **changes):
    record = manifest.read(folder)
    for name, entry in record["files"].items():
        if (folder / name).is_file():
            entry |= {"sha256": sha256(folder / name), "bytes": (folder / name).stat().st_size}
    (folder / manifest.NAME).write_text(json_text(manifest.with_hash(record | changes)), encoding="utf-8")


def refused(capsys, words, path):
    """Whether a command ends with exit code 4 and a sentence that names the path."""
    capsys.readouterr()
    code = main(list(words))
    output = capsys.readouterr()
    assert "Traceback" not in output.err
    assert code == Exit.INTEGRITY, output
    return path in output.err


class Trap:
    """An object that writes a file when it is unpickled."""

    def __reduce__(self):
        return Path.touch, (Path("unpickled"),)


def table(shape=SHAPE, value=0.5, dtype="<f8", order="C"):
    return np.full(shape, value, dtype, order)


def saved(path, values):
    with path.open("wb") as file:
        np.save(file, values)


def archived(path, values):
    with path.open("wb") as file:
        np.savez(file, values=values)


def replaced(path, old, new):
    content = path.read_bytes()
    assert content.count(old) >= 1
    path.write_bytes(content.replace(old, new, 1))


def with_one(value):
    values = table()
    values[7, 2, 0, 51] = value
    return values


def with_kind(log, kind):
    log = log.copy()
    log[0, 2] = kind
    return log


FORGED_TABLES = {
    "Python objects": lambda path: saved(path, np.array([Trap()] * 24, dtype=object)),
    "Python objects of the right shape": lambda path: saved(path, np.full(SHAPE, Trap(), dtype=object)),
    "a pickle": lambda path: path.write_bytes(pickle.dumps(Trap())),
    "an archive": lambda path: path.write_bytes(chunks.archive_of({"values": table()})),
    "an archive of Python objects": lambda path: archived(path, np.array([Trap()], dtype=object)),
    "one run too few": lambda path: saved(path, table((SHAPE[0], 2, 1, 52))),
    "one week too few": lambda path: saved(path, table((*SHAPE[:3], 51))),
    "two authorities": lambda path: saved(path, table((*SHAPE[:2], 2, 26))),
    "one measure too few": lambda path: saved(path, table((SHAPE[0] - 1, *SHAPE[1:]))),
    "three dimensions": lambda path: saved(path, table(SHAPE[:3])),
    "no dimension": lambda path: saved(path, np.array(0.5)),
    "no value": lambda path: saved(path, table((*SHAPE[:3], 0))),
    "a negative length": lambda path: replaced(path, SHAPE_TEXT + b"  ", SHAPE_TEXT.replace(b"3, 1", b"-3, -1")),
    "single precision": lambda path: saved(path, table(dtype="<f4")),
    "whole numbers": lambda path: saved(path, table(value=1, dtype="<i8")),
    "complex numbers": lambda path: saved(path, table(dtype="<c16")),
    "text": lambda path: saved(path, np.full(SHAPE, "x")),
    "fields": lambda path: saved(path, np.zeros(SHAPE, dtype=[("a", "<f8")])),
    "another order of bytes": lambda path: saved(path, table(dtype=">f8")),
    "another order of axes": lambda path: saved(path, table(order="F")),
    "NaN": lambda path: saved(path, table(value=np.nan)),
    "one NaN": lambda path: saved(path, with_one(np.nan)),
    "one infinite value": lambda path: saved(path, with_one(np.inf)),
    "half of the file": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "a longer file": lambda path: path.write_bytes(path.read_bytes() + bytes(8)),
    "an empty file": lambda path: path.write_bytes(b""),
    "a header only": lambda path: path.write_bytes(path.read_bytes()[:128]),
    "a header of code": lambda path: replaced(path, b"'<f8'", b"ex()#"),
    "a header of brackets": lambda path: path.write_bytes(b"\x93NUMPY\x01\x00\x00\x20" + b"[" * 8192),
    "version 3": lambda path: replaced(path, b"NUMPY\x01", b"NUMPY\x03"),
}  # fmt: skip
FORGED_LOGS = {
    "Python objects": lambda path: saved(path, np.full((4, 9), Trap(), dtype=object)),
    "real numbers": lambda path: saved(path, np.load(path).astype(float)),
    "a column too few": lambda path: saved(path, np.load(path)[:, :-1]),
    "a run that does not exist": lambda path: saved(path, np.load(path) + np.array([9] + [0] * 8)),
    "an unknown kind of event": lambda path: saved(path, with_kind(np.load(path), 99)),
    "a negative kind of event": lambda path: saved(path, with_kind(np.load(path), -1)),
    "another order of runs": lambda path: saved(path, np.load(path)[::-1]),
    "one dimension": lambda path: saved(path, np.load(path).ravel()),
    "half of the file": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
}  # fmt: skip
FORGED = {f"table: {name}": (CHUNK, change) for name, change in FORGED_TABLES.items()} | {
    f"events: {name}": (EVENTS, change) for name, change in FORGED_LOGS.items()
}


def test_the_folder_is_good_before_it_is_changed(folder):
    hash_anew(folder)
    for words in COMMANDS.values():
        assert main(list(words)) == Exit.GOOD


def two_in_turn(kinds, commands=tuple(COMMANDS)):
    """Each kind of damage with two commands in turn, so that several kinds meet each command; with all: slow."""
    pairs = list(combinations(commands, 2))
    return [(kind, pairs[place % len(pairs)]) for place, kind in enumerate(kinds)] + [
        pytest.param(kind, commands, marks=pytest.mark.slow) for kind in kinds
    ]


@pytest.mark.parametrize(("kind", "commands"), two_in_turn(FORGED))
def test_a_file_of_the_store_with_other_content_is_refused_by_every_command(folder, capsys, kind, commands):
    name, change = FORGED[kind]
    change(folder / "store" / name)
    hash_anew(folder)
    for command in commands:
        assert refused(capsys, COMMANDS[command], f"store/{name}"), command
    assert not Path("unpickled").exists()
    assert not Path("report.html").exists()


@pytest.mark.parametrize("shape", [(*SHAPE[:3], 51), (*SHAPE[:3], 53), (*SHAPE[:3], 1)], ids=str)
def test_runs_of_another_length_are_refused_if_the_journal_does_not_state_it(folder, capsys, shape):
    """As in a folder of an earlier version."""
    saved(folder / "store" / CHUNK, table(shape))
    path = folder / "store" / journal.NAME
    header, record = (journal.decode(line) for line in path.read_bytes().splitlines(keepends=True))
    del record["shape"]
    path.write_bytes(journal.encode(header) + journal.encode(record))
    hash_anew(folder)
    for name in ("report", "resuming"):
        assert refused(capsys, COMMANDS[name], "the stored runs do not have the 52 weeks")


def last(lines, **changes):
    """The journal with a changed last record."""
    return [*lines[:-1], {name: value for name, value in (lines[-1] | changes).items() if value != "no"}]


WRONG_JOURNALS = {
    "no header": lambda lines: lines[1:],
    "a header without inputs": lambda lines: [{"kind": "comparison"}, *lines[1:]],
    "a header with a list as its kind": lambda lines: [lines[0] | {"kind": []}, *lines[1:]],
    "a header with numbers as measures": lambda lines: [lines[0] | {"measures": [1, 2]}, *lines[1:]],
    "fewer measures than the table": lambda lines: [lines[0] | {"measures": ["fear"]}, *lines[1:]],
    "the header twice": lambda lines: [lines[0], *lines],
    "an unknown record": lambda lines: [*lines, {"x": 1}],
    "a point of another study": lambda lines: [*lines, {"part": "a", "point": 0, "found": 1}],
    "the chunk of text": lambda lines: last(lines, chunk="1"),
    "a negative chunk": lambda lines: last(lines, chunk=-1),
    "true as a chunk": lambda lines: last(lines, chunk=True),
    "no hash": lambda lines: last(lines, sha256="no"),
    "an empty hash": lambda lines: last(lines, sha256=""),
    "no runs": lambda lines: last(lines, runs="no"),
    "runs of text": lambda lines: last(lines, runs="abc"),
    "a run without time": lambda lines: last(lines, runs=[[0, 0], [0, 1], [0, 2]]),
    "a negative run": lambda lines: last(lines, runs=[[0, -1, 0.1], [0, 1, 0.1], [0, 2, 0.1]]),
    "more runs than the table": lambda lines: last(lines, runs=[[0, run, 0.1] for run in range(4)]),
    "another shape": lambda lines: last(lines, shape=[1, 2, 3, 4]),
    "a failed run without a cause": lambda lines: [*lines, {"failed": None, "trace": "", "arm": 0, "run": 0,
                                                            "seconds": 1}],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "commands"), two_in_turn(WRONG_JOURNALS))
def test_a_journal_with_wrong_lines_is_refused_by_every_command(folder, capsys, kind, commands):
    path = folder / "store" / journal.NAME
    lines = [journal.decode(line) for line in path.read_bytes().splitlines(keepends=True)]
    path.write_bytes(b"".join(map(journal.encode, WRONG_JOURNALS[kind](lines))))
    manifest_anew(folder)
    for command in commands:
        assert refused(capsys, COMMANDS[command], "store/"), command


@pytest.mark.parametrize(
    "changes",
    [
        {"files": []}, {"files": {"summary.csv": "x"}}, {"files": {"summary.csv": {"bytes": 1}}}, {"program": {}},
        {"program": "redbead"}, {"command": "redbead"}, {"command": [1]}, {"runs": None}, {"results_digest": 1},
        {"batch": []}, {"kind": []},
    ],
    ids=str,
)  # fmt: skip
def test_a_manifest_without_what_commands_read_is_refused_by_every_command(folder, capsys, changes):
    record = manifest.read(folder) | changes
    (folder / manifest.NAME).write_text(json_text(manifest.with_hash(record)), encoding="utf-8")
    for name in ("verify", "report", "export", "digest", "replay"):
        assert refused(capsys, COMMANDS[name], "manifest.json does not contain what redbead writes")


def test_the_original_command_writes_a_damaged_manifest_again(folder):
    record = manifest.read(folder) | {"files": []}
    (folder / manifest.NAME).write_text(json_text(manifest.with_hash(record)), encoding="utf-8")
    assert main(list(RUN)) == Exit.GOOD
    assert main(["verify", "a"]) == Exit.GOOD


# everything that does not belong to a folder


def listening(path):
    """A socket in the file system."""
    server = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(path.parent)  # the address of a socket is limited to about 100 characters
    try:
        server.bind(path.name)
    finally:
        os.chdir(here)
        server.close()


ALIENS = {
    "text": lambda path: path.write_text("mine"),
    "a hidden file": lambda path: path.with_name(".hidden").write_text("mine"),
    "an empty folder": Path.mkdir,
    "a file in a subfolder": lambda path: (path.mkdir(), (path / "notes.txt").write_text("mine")),
    "a folder in a folder": lambda path: (path / "inner").mkdir(parents=True),
    "a link to a file": lambda path: path.symlink_to(path.parent / manifest.NAME),
    "a link to a folder": lambda path: path.symlink_to(path.parent),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "a pipe": os.mkfifo,
    "a socket": listening,
    "a name with control characters": lambda path: path.with_name("a\nb\x1b[31m").write_text("mine"),
    "a name that is no text": lambda path: Path(os.fsdecode(bytes(path.parent) + b"/\xff\xfe")).write_text("mine"),
}  # fmt: skip
posix = pytest.mark.skipif(os.name == "nt", reason="needs the file system of Linux or macOS")


IN_A_SUBFOLDER = ("text", "an empty folder", "a link to nothing", "a pipe")
ALIEN_PLACES = [(kind, "") for kind in ALIENS] + [
    (kind, name) for name in ("policies", "store") for kind in IN_A_SUBFOLDER
]


@posix
@pytest.mark.parametrize(("kind", "place"), ALIEN_PLACES)
def test_everything_that_does_not_belong_to_a_folder_is_reported_with_its_path(folder, capsys, kind, place):
    """Only resuming may accept a file outside the store: it writes everything there again."""
    make = ALIENS[kind]
    before = set(folder.rglob("*"))
    make(folder / place / "alien")
    added = {path.relative_to(folder).as_posix() for path in set(folder.rglob("*")) - before}
    assert added
    capsys.readouterr()
    assert main(["verify", "a"]) == Exit.INTEGRITY
    printed = capsys.readouterr().err
    assert all((name if name.isprintable() else repr(name)) in printed for name in added)
    for name in ("report", "export", "digest", "replay") if not place else ():
        assert refused(capsys, COMMANDS[name], "does not match its manifest")
    if place == "store":
        assert refused(capsys, RUN, "Move it elsewhere, then run the same command again")
        assert added <= {path.relative_to(folder).as_posix() for path in folder.rglob("*")}, "nothing is removed"
    else:
        assert main(list(RUN)) == Exit.GOOD
        assert main(["verify", "a"]) == Exit.GOOD


READERS = ("verify", "report", "export", "digest", "replay")
REPLACED = [
    (kind, name)
    for name in ("summary.csv", f"store/{CHUNK}", f"store/{journal.NAME}", "store/lock", "weekly.parquet")
    for kind in ("a pipe", "a socket", "a link to nothing", "an empty folder", "a link to a folder")
]


@posix
@pytest.mark.parametrize(("replaced", "commands"), two_in_turn(REPLACED, READERS))
def test_a_file_replaced_by_something_else_is_refused_and_never_opened(folder, capsys, replaced, commands):
    kind, name = replaced
    (folder / name).unlink()
    ALIENS[kind](folder / name)
    for command in commands:
        assert refused(capsys, COMMANDS[command], name)
    if name.startswith("store/"):
        assert refused(capsys, RUN, name)


@posix
@pytest.mark.parametrize("kind", ["a pipe", "a socket", "a link to a file", "an empty folder"])
def test_a_manifest_that_is_not_a_regular_file_is_refused_and_never_opened(folder, capsys, kind):
    (folder / manifest.NAME).rename(folder.with_name("elsewhere.json"))
    path = folder / manifest.NAME
    path.symlink_to(folder.with_name("elsewhere.json")) if kind == "a link to a file" else ALIENS[kind](path)
    for command in ("verify", "report", "export", "digest", "replay"):
        assert refused(capsys, COMMANDS[command], "manifest.json is a ")


@posix
def test_a_store_that_is_a_link_is_refused(folder, capsys):
    (folder / "store").rename(folder.with_name("elsewhere"))
    (folder / "store").symlink_to(folder.with_name("elsewhere"))
    for words in COMMANDS.values():
        assert refused(capsys, words, "store")


def test_a_file_of_the_store_that_only_the_manifest_lists_is_reported(folder, capsys):
    (folder / "store" / "chunk-000009.npy").write_bytes((folder / "store" / CHUNK).read_bytes())
    record = manifest.read(folder)
    record["files"]["store/chunk-000009.npy"] = record["files"][f"store/{CHUNK}"]
    (folder / manifest.NAME).write_text(json_text(manifest.with_hash(record)), encoding="utf-8")
    assert refused(capsys, COMMANDS["verify"], "store/chunk-000009.npy: the file is not part of this run")


@pytest.mark.parametrize("text", ["mine", "\n", "12", "12\nhost", "twelve\nhost\n", "1\na\nb\nc\n", "\0" * 9])
def test_text_in_the_lock_file_is_reported(folder, capsys, text):
    (folder / "store" / "lock").write_text(text)
    for words in COMMANDS.values():
        assert refused(capsys, words, "store/lock")


@pytest.mark.parametrize("text", ["", "4711\nhost\n", "4711\nhost\n183029\n"])
def test_a_lock_file_as_the_program_writes_it_is_not_reported(folder, text):
    """Where the system has no locks, the file names the process that holds it, its computer and its start."""
    (folder / "store" / "lock").write_text(text)
    assert main(["verify", "a"]) == Exit.GOOD


def test_a_lock_that_another_command_holds_or_that_is_missing_is_not_reported(folder):
    from redbead.storage.study_folder import locked

    with locked(folder):
        assert main(["verify", "a"]) == Exit.GOOD
    (folder / "store" / "lock").unlink()
    assert main(["verify", "a"]) == Exit.GOOD


def test_a_chunk_of_runs_that_were_repeated_is_not_reported(folder):
    """A removed chunk stays in the journal, and its runs are in another chunk."""
    (folder / "store" / CHUNK).unlink()
    assert main(list(RUN)) == Exit.GOOD
    assert not (folder / "store" / CHUNK).exists()
    assert main(["verify", "a"]) == Exit.GOOD


def test_a_folder_that_cannot_be_read_is_a_problem_of_the_computer(folder, monkeypatch, capsys):
    def fail(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("redbead.storage.manifest.kind_of", fail)
    assert main(["verify", "a"]) == Exit.ENVIRONMENT
    assert "You do not have permission" in capsys.readouterr().err
