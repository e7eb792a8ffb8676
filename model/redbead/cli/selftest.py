"""``redbead selftest``: does this installation work, with the same bits in another process and without compiling?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Final

import typer

from redbead.cli import show
from redbead.problems import Exit

_CODE: Final = "from redbead.cli.selftest import small_digest; print(small_digest())"
_LIMIT: Final = 300


def small_digest() -> str:
    """The digest of three runs of two years of a small authority. [hexadecimal]"""
    from redbead.scenario.spec import Scenario
    from redbead.study.digest import digest_of
    from redbead.study.runs import run_many

    changes: dict[str, float | str] = {
        "time.years": 2,
        "time.warm_up_years": 1,
        "authority.posts": 24,
        "takeover.rule": "automatic",
    }
    return digest_of(run_many(Scenario(name="selftest").set(changes), runs=3, seed=2026))


def selftest(*, json: bool) -> int:
    """Compute the small digest here, in a fresh process with other hash seeds, and uncompiled, and compare."""
    clock = time.perf_counter()
    here, there, plain = small_digest(), _elsewhere(), _elsewhere(REDBEAD_JIT="0")
    good = here == there == plain
    seconds = round(time.perf_counter() - clock, 1)
    if json:
        show.as_json({"good": good, "digest": here, "other_process": there, "uncompiled": plain, "seconds": seconds})
    else:
        typer.echo(f"{'PASS' if good else 'FAIL'} {here} ({seconds} s)")
        if not good:
            typer.echo(f"Another process gave {there}\nUncompiled gave      {plain}", err=True)
            typer.echo("Please report it, with this machine and its versions.", err=True)
        show.next_step("redbead run baseline")
    return Exit.GOOD if good else Exit.CHECK_FAILED


def _elsewhere(**more: str) -> str:
    """The same digest from a process of its own, or what went wrong there; `more` adds to its environment."""
    paths = os.pathsep.join(p for p in sys.path if p)
    environment = os.environ | {"PYTHONHASHSEED": "2026", "PYTHONPATH": paths, "TZ": "Pacific/Chatham"} | more
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own code
        [sys.executable, "-c", _CODE], capture_output=True, text=True, env=environment, timeout=_LIMIT, check=False
    )
    return done.stdout.strip() or f"an error: {done.stderr.strip().splitlines()[-1:]}"
