"""Set up Red Bead in this folder, then run it. Requires Python 3.11 or newer with pip.

    python3 start.py                     set up, then run the baseline: `redbead run baseline`
    python3 start.py test                set up, then run all tests except slow ones and those in a browser
    python3 start.py test ARGUMENTS      the same with arguments for pytest: `tests` runs all tests
    python3 start.py ARGUMENTS           set up, then `redbead ARGUMENTS`, such as `python3 start.py scenarios`

The environment is in `.venv`; delete that folder to uninstall. Exit codes are those of the command.
"""

from __future__ import annotations

import sys

if __name__ == "__main__" and not getattr(sys.flags, "safe_path", False):
    del sys.path[0]  # this folder: a file there, such as shutil.py, must not replace a module of Python

import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "redbead-is-installed"
BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)  # not the Python in .venv, which may be deleted
OLDEST = (3, 11)
ENVIRONMENT = 5
INTERRUPTED = 130
QUICK = ["-m", "not slow and not rendering", "-n", "2", "--dist", "worksteal"]

USUAL_CAUSES = """The set-up failed; see the message above.
Usual causes: no connection to a package index, or a full disk. Run the same command to start again."""
NO_VENV = """This Python cannot create virtual environments. On Debian and Ubuntu, run:
    sudo apt-get install python3-venv"""


def main(arguments: list[str]) -> int:
    """Set up if necessary, then run the command; return the exit code."""
    if sys.version_info < OLDEST:
        return report_problem(f"Python 3.11 or newer is required; this is {sys.version.split()[0]}.")
    try:
        if not is_ready():
            set_up()
    except subprocess.CalledProcessError:
        return report_problem(USUAL_CAUSES)
    except OSError as error:
        return report_problem(f"The set-up failed: {error}")
    except KeyboardInterrupt:
        report_problem("Interrupted. Run the same command to start again.")
        return INTERRUPTED
    if arguments[:1] == ["test"]:
        os.chdir(ROOT)
        show("Running the tests; this takes a few minutes.")
        return run_in_environment(["-P", "-m", "pytest", *(arguments[1:] or QUICK)])
    if not arguments:
        os.chdir(ROOT)
        show("Running the baseline. In messages, `redbead` stands for `python3 start.py`.")
    # With -P, a file such as queue.py in the current folder is not imported in place of a module of Python.
    return run_in_environment(["-P", "-m", "redbead.cli", *(arguments or ["run", "baseline"])])


def is_ready() -> bool:
    """Whether `.venv` is complete and was created from these files."""
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8") == environment_digest()


def environment_digest() -> str:
    """Digest of everything an environment depends on: two files, this Python and this folder."""
    digest = hashlib.sha256(f"{sys.version}\0{ROOT}\0".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes() + b"\0")
    return digest.hexdigest()


def set_up() -> None:
    """Create `.venv` from scratch; an incomplete or outdated one is never repaired."""
    show(f"Setting up in {VENV}: once, a few minutes, about 1.2 GB. Nothing is installed elsewhere.")
    started = time.monotonic()
    uv = shutil.which("uv")
    if not (uv and set_up_with_uv(uv)):
        set_up_with_pip()
    STAMP.write_text(environment_digest(), encoding="utf-8")
    show(f"Set up in {time.monotonic() - started:.0f} s.")


def set_up_with_uv(uv: str) -> bool:
    """Set up with uv, which is faster; return False if it fails (uv does not read pip's settings)."""
    clear()
    try:
        subprocess.run([uv, "venv", "--quiet", "--python", BASE_PYTHON, str(VENV)], check=True)
        install([uv, "pip", "install", "--quiet", "--python", str(PYTHON)])
    except subprocess.CalledProcessError:
        show("uv failed; trying pip.")
        return False
    return True


def set_up_with_pip() -> None:
    """Set up with the venv and pip modules of Python.

    Raises
    ------
    CalledProcessError
        The set-up failed; the reason has been printed.
    """
    clear()
    if subprocess.run([BASE_PYTHON, "-c", "import ensurepip"], check=False, stderr=subprocess.DEVNULL).returncode:
        show(NO_VENV)
        raise subprocess.CalledProcessError(1, "ensurepip")
    subprocess.run([BASE_PYTHON, "-m", "venv", str(VENV)], check=True)
    install([str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"])


def clear() -> None:
    """Remove the remains of an earlier attempt."""
    if VENV.exists():
        shutil.rmtree(VENV)


def install(command: list[str]) -> None:
    """Install the package in editable mode, with the versions of `constraints.txt`."""
    subprocess.run([*command, "-c", str(ROOT / "constraints.txt"), "-e", f"{ROOT}[dev]"], check=True)


def run_in_environment(arguments: list[str]) -> int:
    """Replace this process with the Python of the environment, so that Ctrl-C and exit codes pass through."""
    command = [str(PYTHON), *arguments]
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - runs without a shell
    return subprocess.run(command, check=False).returncode


def report_problem(text: str) -> int:
    """Print a problem; return the exit code of a problem with the environment."""
    show(text)
    return ENVIRONMENT


def show(text: str) -> None:
    """Print to standard error, so that standard output contains only results."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
