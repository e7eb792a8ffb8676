"""The manifest of a folder: every file with its SHA-256, and every way in which a folder can differ from it."""

import json

import pytest

from redbead.exceptions import BadInputError, IntegrityError
from redbead.storage import manifest
from redbead.storage.atomic_files import json_text, sha256, write_text

CONTENT = {"runs": {"asked": 2, "done": 2, "failed": []}, "command": ["redbead", "run", "baseline"]}


@pytest.fixture
def folder(tmp_path):
    """A folder with three files and its manifest; the lock of a store is no part of it."""
    write_text(tmp_path / "summary.csv", "measure,mean\nfear,0.5\n")
    write_text(tmp_path / "figures" / "fear.csv", "week,fear\n0,0.5\n")
    write_text(tmp_path / "empty.txt", "")
    write_text(tmp_path / "store" / "lock", "")
    write_text(tmp_path / manifest.NAME, json_text(manifest.compose(tmp_path, CONTENT)))
    return tmp_path


def problems_in(folder):
    return {problem.file: problem.what for problem in manifest.verify(folder)}


def test_every_file_is_listed_with_its_hash_and_size(folder):
    content = manifest.read(folder)
    assert set(content["files"]) == {"empty.txt", "figures/fear.csv", "summary.csv"}
    for name, entry in content["files"].items():
        assert entry == {"sha256": sha256(folder / name), "bytes": (folder / name).stat().st_size}
    assert content["command"] == CONTENT["command"]
    assert content["status"] == "complete"
    assert {"python", "system", "machine"} == set(content["platform"])
    assert content["versions"]["numpy"].count(".") == 2


def test_failed_runs_are_part_of_the_status(tmp_path):
    content = manifest.compose(tmp_path, {"runs": {"failed": ["today-7"]}})
    assert content["status"] == "complete, some runs failed"


def test_a_known_hash_is_not_computed_again(folder):
    content = manifest.compose(folder, CONTENT, {"summary.csv": "f" * 64})
    assert content["files"]["summary.csv"]["sha256"] == "f" * 64
    assert content["files"]["empty.txt"]["sha256"] == sha256(folder / "empty.txt")


def test_a_library_that_is_not_installed_has_no_version():
    assert manifest._version("no-such-library-here") == "unknown"


# damage of the manifest itself


def test_an_unchanged_folder_verifies(folder):
    assert manifest.verify(folder) == []


DAMAGE = {
    "one digit of a hash": lambda text: text.replace('"sha256": "', '"sha256": "0', 1),
    "a number": lambda text: text.replace('"asked": 2', '"asked": 3'),
    "written again without a line feed": lambda text: json.dumps(json.loads(text), indent=2),
    "no line feed at the end": lambda text: text.rstrip("\n"),
    "cut": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "a list": lambda text: "[]\n",
    "nested too deeply": lambda text: "[" * 100_000,
    "without its own hash": lambda text: json_text({k: v for k, v in json.loads(text).items() if k != "self"}),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_manifest_is_refused(folder, damage):
    path = folder / manifest.NAME
    text = path.read_text(encoding="utf-8")
    assert damage(text) != text, "the example must damage something"
    path.write_text(damage(text), encoding="utf-8")
    with pytest.raises(IntegrityError, match="does not match its own SHA-256"):
        manifest.read(folder)


def test_a_folder_without_a_manifest_is_no_run_folder(tmp_path):
    with pytest.raises(IntegrityError, match=r"is not a run folder: manifest\.json is missing"):
        manifest.read(tmp_path)


def test_a_manifest_of_another_format_is_refused_with_both_formats(folder):
    content = manifest.read(folder)
    newer = manifest.with_hash(content | {"format": 99})
    write_text(folder / manifest.NAME, json_text(newer))
    with pytest.raises(IntegrityError, match=r"has format 99, but this version of redbead reads formats 1 and 2"):
        manifest.read(folder)


# damage of the files


def test_a_changed_file_is_reported(folder):
    write_text(folder / "summary.csv", "measure,mean\nfear,0.6\n")
    assert problems_in(folder) == {"summary.csv": "the file was changed after it was written: its SHA-256 differs"}


def test_a_missing_file_is_reported(folder):
    (folder / "figures" / "fear.csv").unlink()
    assert problems_in(folder) == {"figures/fear.csv": "the file is missing"}


def test_a_renamed_file_is_reported_with_its_new_name_once(folder):
    (folder / "summary.csv").rename(folder / "moved.csv")
    assert problems_in(folder) == {"summary.csv": "the file was renamed to moved.csv"}


def test_a_copy_of_a_file_is_not_a_part_of_the_run(folder):
    write_text(folder / "copy.csv", (folder / "summary.csv").read_text(encoding="utf-8"))
    write_text(folder / "notes.txt", "mine")
    assert set(problems_in(folder)) == {"copy.csv", "notes.txt"}
    assert all("the manifest does not list it" in what for what in problems_in(folder).values())


def test_a_link_is_reported_even_if_its_target_has_the_right_content(folder, tmp_path):
    content = (folder / "summary.csv").read_bytes()
    target = tmp_path.parent / f"{tmp_path.name}-target.csv"
    target.write_bytes(content)
    (folder / "summary.csv").unlink()
    (folder / "summary.csv").symlink_to(target)
    assert problems_in(folder) == {"summary.csv": "the file is a link, not a file of this run"}


def test_several_problems_are_listed_in_the_order_of_their_files(folder):
    (folder / "empty.txt").unlink()
    write_text(folder / "summary.csv", "x")
    write_text(folder / "a.txt", "x")
    assert [problem.file for problem in manifest.verify(folder)] == ["a.txt", "empty.txt", "summary.csv"]


# Plug-ins

RECORDED = {"plugins": [{"module": "my_levers", "sha256": "a" * 64}, "an entry of another program"]}


def test_entries_about_plugins_that_redbead_did_not_write_are_ignored():
    assert manifest.plugin_digests(RECORDED) == {"my_levers": "a" * 12}
    assert manifest.plugin_digests({"plugins": "none"}) == manifest.plugin_digests({}) == {}


def test_a_conflict_names_the_plugins_of_both_sides():
    text = manifest.plugin_conflict(RECORDED, {})
    assert text.endswith(f"my_levers (SHA-256 {'a' * 12}) in the folder, none now")


def test_a_folder_is_read_only_with_the_plugins_that_it_was_made_with():
    with pytest.raises(BadInputError, match="made with the plug-in my_levers") as caught:
        manifest.require_plugins(RECORDED, "mine")
    assert "add --plugins my_levers to the command" in str(caught.value)
    manifest.require_plugins({}, "mine")


def test_a_plugin_whose_source_changed_is_refused(monkeypatch, tmp_path):
    monkeypatch.setitem(
        manifest.plugins.LOADED, "my_levers", manifest.plugins.Plugin("my_levers", "my_levers.py", "b" * 64)
    )
    assert len(manifest.plugin_differences(RECORDED)) == 1
    with pytest.raises(IntegrityError, match=r"differs: SHA-256 a{12} in the folder, b{12} here"):
        manifest.require_plugins(RECORDED, tmp_path / "mine")
