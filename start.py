"""Set up Red Bead in this folder, then run it. Needs Python 3.11 or newer and nothing else.

    python3 start.py                     set up, then run the baseline: `redbead run baseline`
    python3 start.py test                set up, then run the tests, but for the slow ones (CI runs those too)
    python3 start.py test WORDS          the same with words of your own for pytest: `tests` runs all, slow or not
    python3 start.py ANYTHING ELSE       set up, then `redbead ANYTHING ELSE`, such as `python3 start.py scenarios`

The environment lives in `.venv`; delete that folder and nothing is left. Exit codes pass through.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "redbead-is-installed"
BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)  # not .venv's own, which may be about to go
OLDEST = (3, 11)
ENVIRONMENT = 5
INTERRUPTED = 130
QUICK = ["-m", "not slow"]

USUAL_CAUSES = """Setting up stopped; the message above says where.
Usual causes: no connection to a package index, a full disk. The same command starts again from nothing."""
NO_VENV = """This Python cannot make virtual environments. On Debian and Ubuntu, first:
    sudo apt-get install python3-venv"""


def main(words: list[str]) -> int:
    """Set up if need be, then do what the words ask; gives the exit code."""
    if sys.version_info < OLDEST:
        return complain(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    try:
        if not is_ready():
            set_up()
    except subprocess.CalledProcessError:
        return complain(USUAL_CAUSES)
    except OSError as error:
        return complain(f"Setting up stopped: {error}")
    except KeyboardInterrupt:
        complain("Interrupted; the same command starts again.")
        return INTERRUPTED
    if words[:1] == ["test"]:
        os.chdir(ROOT)
        say("Running the tests: a few minutes.")
        return become(["-m", "pytest", *(words[1:] or QUICK)])
    if not words:
        os.chdir(ROOT)
        say("Running the baseline. From here on, `redbead` is short for `python3 start.py`.")
    return become(["-m", "redbead.cli", *(words or ["run", "baseline"])])


def is_ready() -> bool:
    """Whether `.venv` was made whole, from exactly these files."""
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted()


def wanted() -> str:
    """A digest of all that an environment depends on: two files, this Python, this folder."""
    digest = hashlib.sha256(f"{sys.version}\0{ROOT}\0".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes() + b"\0")
    return digest.hexdigest()


def set_up() -> None:
    """Make `.venv` anew; a half-made or outdated one is never mended."""
    say(f"Setting up in {VENV}: once, one to five minutes, about 1.2 GB. Nothing is installed anywhere else.")
    started = time.monotonic()
    uv = shutil.which("uv")
    if not (uv and set_up_with_uv(uv)):
        set_up_with_pip()
    STAMP.write_text(wanted(), encoding="utf-8")
    say(f"Set up in {time.monotonic() - started:.0f} s.")


def set_up_with_uv(uv: str) -> bool:
    """Use uv, which is quicker; False where it cannot (it reads none of pip's settings)."""
    clear()
    try:
        subprocess.run([uv, "venv", "--quiet", "--python", BASE_PYTHON, str(VENV)], check=True)
        install([uv, "pip", "install", "--quiet", "--python", str(PYTHON)])
    except subprocess.CalledProcessError:
        say("uv could not do it; trying pip.")
        return False
    return True


def set_up_with_pip() -> None:
    """Use what comes with Python.

    Raises
    ------
    CalledProcessError
        It did not work; the reason has been printed.
    """
    clear()
    if subprocess.run([BASE_PYTHON, "-c", "import ensurepip"], check=False, stderr=subprocess.DEVNULL).returncode:
        say(NO_VENV)
        raise subprocess.CalledProcessError(1, "ensurepip")
    subprocess.run([BASE_PYTHON, "-m", "venv", str(VENV)], check=True)
    install([str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"])


def clear() -> None:
    """Remove what an earlier attempt left."""
    if VENV.exists():
        shutil.rmtree(VENV)


def install(command: list[str]) -> None:
    """Install the package where it stands, with everything at the versions of `constraints.txt`."""
    subprocess.run([*command, "-c", str(ROOT / "constraints.txt"), "-e", f"{ROOT}[dev]"], check=True)


def become(words: list[str]) -> int:
    """Let the environment's Python take over, so that Ctrl-C and exit codes are its own."""
    command = [str(PYTHON), *words]
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606 - the point is to run without a shell
    return subprocess.run(command, check=False).returncode


def complain(text: str) -> int:
    """Say what is wrong; gives the exit code of a problem with the environment."""
    say(text)
    return ENVIRONMENT


def say(text: str) -> None:
    """Tell the person, not the pipe."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
