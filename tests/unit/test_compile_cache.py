"""Digests of the sources, and the folder of compiled code, which other users cannot change."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import redbead
from redbead import compile_cache

MODEL = Path(redbead.__file__).parents[1]


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A small package in place of the sources of the model."""
    package = tmp_path / "package"
    (package / "behaviour").mkdir(parents=True)
    (package / "behaviour" / "fear.py").write_text("x = 1\n")
    (package / "week.py").write_text("y = 2\n")
    monkeypatch.setattr(compile_cache, "_PACKAGE", package)
    return package


def digest():
    return compile_cache.source_digest.__wrapped__()


# The cache is named after a digest of the sources, because numba does not detect edits of imported files.


def test_every_edit_changes_the_source_digest(sources):
    before = digest()
    assert digest() == before
    (sources / "behaviour" / "fear.py").write_text("x = 3\n")
    assert digest() != before


def test_new_and_renamed_files_change_the_source_digest(sources):
    digests = {digest()}
    (sources / "new.py").write_text("")
    digests.add(digest())
    (sources / "new.py").rename(sources / "newer.py")
    digests.add(digest())
    assert len(digests) == 3


def test_other_files_do_not_change_the_source_digest(sources):
    before = digest()
    (sources / "notes.txt").write_text("hello")
    assert digest() == before


def test_source_digest_is_independent_of_the_location(sources, tmp_path, monkeypatch):
    before = digest()
    shutil.copytree(sources, tmp_path / "elsewhere")
    monkeypatch.setattr(compile_cache, "_PACKAGE", tmp_path / "elsewhere")
    assert digest() == before


def test_layers_above_the_engine_do_not_change_the_model_digest(sources):
    """Reports and commands may change during a batch, but rules may not."""
    model, everything = compile_cache.model_digest.__wrapped__(), digest()
    (sources / "report").mkdir()
    (sources / "report" / "page.py").write_text("z = 1\n")
    assert compile_cache.model_digest.__wrapped__() == model
    assert digest() != everything
    (sources / "week.py").write_text("y = 3\n")
    assert compile_cache.model_digest.__wrapped__() != model


def test_layers_above_the_engine_match_the_import_contract():
    """The layers above the engine are the same as in the contract of the import linter."""
    text = (MODEL.parent / "pyproject.toml").read_text()
    layers = re.findall(r"redbead\.(\w+)", text[text.index("layers = [") : text.index('"redbead.engine"')])
    upper = {name.removesuffix(".py") for name in compile_cache.LAYERS_ABOVE_ENGINE} - {"__init__"}
    assert set(layers) == upper


def folder(monkeypatch, **places):
    for name in ("REDBEAD_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, place in places.items():
        monkeypatch.setenv(name, str(place))
    return compile_cache.cache_folder.__wrapped__()


def test_cache_folder_is_named_after_digest_and_python_version(tmp_path, monkeypatch):
    cache = folder(monkeypatch, REDBEAD_CACHE=tmp_path)
    assert cache.is_relative_to(tmp_path)
    assert cache.name == f"{compile_cache.model_digest()[:16]}-py{sys.version_info.major}{sys.version_info.minor}"


def test_redbead_cache_takes_precedence_over_xdg_cache(tmp_path, monkeypatch):
    cache = folder(monkeypatch, REDBEAD_CACHE=tmp_path / "ours", XDG_CACHE_HOME=tmp_path / "system")
    assert cache.is_relative_to(tmp_path / "ours")
    assert folder(monkeypatch, XDG_CACHE_HOME=tmp_path / "system").is_relative_to(tmp_path / "system")


@pytest.fixture
def unwritable(tmp_path):
    """A path below a file, where no user can create a folder."""
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "cache"


def test_unwritable_cache_falls_back_to_the_temporary_folder(tmp_path, monkeypatch, unwritable):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    assert folder(monkeypatch, REDBEAD_CACHE=unwritable).is_relative_to(tmp_path / "temporary")


def test_no_cache_folder_without_a_writable_place(monkeypatch, unwritable):
    monkeypatch.setattr(tempfile, "tempdir", str(unwritable))
    assert folder(monkeypatch, REDBEAD_CACHE=unwritable) is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")
@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o770, 0o702])
@pytest.mark.parametrize("level", ["redbead", "digest"])
def test_a_cache_folder_into_which_others_can_write_is_not_used(tmp_path, monkeypatch, mode, level):
    """numba runs what lies in its cache. A shared parent, such as the temporary folder, is allowed."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    cache = folder(monkeypatch, REDBEAD_CACHE=tmp_path / "ours")
    assert cache.is_relative_to(tmp_path / "ours")
    (cache.parent if level == "redbead" else cache).chmod(mode)
    assert folder(monkeypatch, REDBEAD_CACHE=tmp_path / "ours").is_relative_to(tmp_path / "temporary")
    assert not folder(monkeypatch, REDBEAD_CACHE=tmp_path / "ours").stat().st_mode & 0o077


def test_a_link_in_place_of_the_cache_folder_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "ours").mkdir(mode=0o700)
    (tmp_path / "ours" / "redbead").symlink_to(tmp_path / "elsewhere")
    assert folder(monkeypatch, REDBEAD_CACHE=tmp_path / "ours").is_relative_to(tmp_path / "temporary")


def open_to_others(base, how):
    """Let other users change the content of a folder."""
    if how == "owner":
        if os.getuid() != 0:
            pytest.skip("only the administrator can give a folder to another user")
        os.chown(base, 12345, -1)
    else:
        base.chmod(how)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")
@pytest.mark.parametrize("how", [0o777, 0o770, 0o702, "owner"])
def test_a_base_folder_that_others_can_change_is_not_used(tmp_path, monkeypatch, how):
    """Others could replace the folder below by another, after it was checked."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    assert folder(monkeypatch, REDBEAD_CACHE=tmp_path / "ours").is_relative_to(tmp_path / "ours")
    open_to_others(tmp_path / "ours", how)
    assert folder(monkeypatch, REDBEAD_CACHE=tmp_path / "ours").is_relative_to(tmp_path / "temporary")


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")
@pytest.mark.parametrize("how", [0o777, 0o770, 0o702, "owner"])
def test_a_new_private_folder_is_used_if_others_can_change_all_bases(tmp_path, monkeypatch, capsys, how):
    """Such as a folder that another user created in the temporary folder, under the name that ours would have."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    taken = tmp_path / f"cache-{os.getuid()}"
    for base in (tmp_path / "ours", taken):
        base.mkdir()
        open_to_others(base, how)
    cache = folder(monkeypatch, REDBEAD_CACHE=tmp_path / "ours")
    private = cache.parents[1]
    assert private.parent == tmp_path
    assert private not in (tmp_path / "ours", taken)
    assert (private.stat().st_uid, private.stat().st_mode & 0o077) == (os.getuid(), 0)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"{tmp_path / 'ours'} cannot be written, or can be changed by other users" in printed.err
    assert "Set REDBEAD_CACHE" in printed.err
    assert os.environ["REDBEAD_CACHE"] == str(private)  # for the processes that this one starts
    assert compile_cache.cache_folder.__wrapped__() == cache


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")
def test_a_new_private_folder_is_deleted_at_the_end(tmp_path):
    (tmp_path / f"cache-{os.getuid()}").mkdir(mode=0o700)
    (tmp_path / f"cache-{os.getuid()}").chmod(0o777)
    code = "from redbead.compile_cache import cache_folder; print(cache_folder())"
    environment = os.environ | {
        "PYTHONPATH": str(MODEL), "TMPDIR": str(tmp_path), "REDBEAD_CACHE": str(tmp_path / f"cache-{os.getuid()}")
    }  # fmt: skip
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert Path(result.stdout.strip()).parents[2] == tmp_path
    assert [path.name for path in tmp_path.iterdir()] == [f"cache-{os.getuid()}"]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")
def test_a_shared_base_folder_with_the_sticky_bit_is_used(tmp_path, monkeypatch):
    """As in the temporary folder, others cannot replace a folder of this user there."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)
    assert folder(monkeypatch, REDBEAD_CACHE=tmp_path / "shared").is_relative_to(tmp_path / "shared")
