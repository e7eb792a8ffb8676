"""``redbead run`` and what goes with a run folder: ``digest``, ``verify``, ``selftest``; and ``measures``."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from redbead.cli import console
from redbead.exceptions import Exit

if TYPE_CHECKING:
    from redbead.execution.runs import ScenarioRuns
    from redbead.scenario.scenario import Scenario


_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A run folder.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def run(
        scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="The name of a shipped scenario, or a path.")],
        runs: Annotated[int, typer.Option(help="How many runs.")] = 30,
        seed: Annotated[int, typer.Option(help="Seed of the first run; run k uses seed + k.")] = 1,
        jobs: Annotated[int | None, typer.Option(help="Threads; they change no bit of a result.")] = None,
        set_: Annotated[
            list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a parameter; repeatable.")
        ] = None,
        out: Annotated[Path | None, typer.Option(metavar="DIR", help="The run folder; else one under runs/.")] = None,
        events: Annotated[bool, typer.Option("--events", help="Also write the story of every error.")] = False,
        json: console.AsJson = False,
    ) -> int:
        """Run a scenario many times and write a folder with report, figures and tables."""
        return _run(scenario, set_ or [], _RunOptions(runs, seed, jobs, out, events, json))

    @app.command()
    def digest(folder: _Folder, json: console.AsJson = False) -> int:
        """Print one SHA-256 over the ordered results of a run folder."""
        from redbead.analysis import digest

        found = digest.digest(folder)
        console.as_json({"folder": str(folder), "digest": found}) if json else typer.echo(found)
        return Exit.GOOD

    @app.command()
    def verify(
        folder: _Folder,
        rerun: Annotated[int, typer.Option(metavar="N", help="Also run N runs again and compare every bit.")] = 0,
        json: console.AsJson = False,
    ) -> int:
        """Check every hash of a run folder, then run some of its runs again."""
        return _verify(folder, rerun, json=json)

    @app.command()
    def selftest(json: console.AsJson = False) -> int:
        """Run a small scenario in two processes and compare every bit."""
        from redbead.cli.run import selftest as test

        return test(json=json)

    @app.command()
    def measures(
        name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One of them.")] = None,
        json: console.AsJson = False,
    ) -> int:
        """List what is recorded each week: unit, which way is better, whether an authority could observe it."""
        return _measures(name, json=json)


class _RunOptions:
    """What the command line asks of a run."""

    def __init__(self, runs: int, seed: int, jobs: int | None, out: Path | None, events: bool, json: bool) -> None:
        self.runs, self.seed, self.jobs, self.out, self.events, self.json = runs, seed, jobs, out, events, json


def _run(name: str, changes: list[str], wish: _RunOptions) -> int:
    from redbead.execution.runs import check_numbers
    from redbead.scenario.loader import load, settings
    from redbead.storage import manifest
    from redbead.storage.study_folder import require_writable
    from redbead.studies import single_run

    scenario = load(name)
    if changes:
        scenario = scenario.set(settings(changes))
    check_numbers(wish.runs, wish.seed, wish.jobs)
    target = single_run.place(scenario, wish.seed, wish.out)
    if single_run.is_finished(target, scenario, seed=wish.seed, runs=wish.runs, events=wish.events):
        console.err(f"Nothing to compute: {target} already holds these runs, whole and made by this version.")
        if (held := manifest.read(target)["runs"]["done"]) > wish.runs:
            alone = f"for {wish.runs} of them alone, give another --out"
            console.err(f"It holds {held} runs, and all of them are shown; {alone}.")
        return _told(target, name, wish)
    require_writable(target)
    batch = _compute(scenario, wish)
    from redbead.results import write_folder

    console.err("Writing tables, figures and report.")
    write_folder(batch, target, command=_command(), events=wish.events)
    return _told(target, name, wish)


def _compute(scenario: Scenario, wish: _RunOptions) -> ScenarioRuns:
    from redbead.cli.console import Meter
    from redbead.execution.runs import run_many

    console.err(f"{wish.runs} run{'s' * (wish.runs != 1)} of '{scenario.name}', {scenario.years:g} years each.")
    return run_many(
        scenario, runs=wish.runs, seed=wish.seed, jobs=wish.jobs, events=wish.events, progress=Meter()
    )  # fmt: skip


def _told(target: Path, name: str, wish: _RunOptions) -> int:
    """Print what a finished folder holds; its exit code says whether all runs finished."""
    from redbead.analysis.digest import digest
    from redbead.storage import manifest

    record = manifest.read(target)
    failed: list[str] = record["runs"]["failed"]
    code = Exit.SOME_RUNS_FAILED if failed else Exit.GOOD
    report = target / "report.html"
    if wish.json:
        console.as_json(_as_data(target, record) | {"exit_code": int(code)})
        return code
    for what, mean, interval in _headlines(target):
        typer.echo(f"  {what:<33} {mean:<22} {interval}".rstrip())
    if failed:
        console.err(
            f"{len(failed)} of {record['runs']['asked']} runs failed; their causes are in {target / 'failures'}"
        )
    typer.echo(f"\nDigest: {digest(target)}\nFolder: {target}\nReport: {report}")
    other = "redbead run two-strikes" if name == "baseline" else f"redbead diff baseline {shlex.quote(name)}"
    console.next_step(f"redbead verify {shlex.quote(str(target))} --rerun 2", other)
    return code


def _headlines(target: Path) -> list[tuple[str, str, str]]:
    """The headline table of a folder."""
    from redbead.report.text import table_rows
    from redbead.studies.single_run import read_summary

    return table_rows(read_summary(target))


def _as_data(target: Path, record: dict[str, Any]) -> dict[str, Any]:
    from redbead.studies.single_run import read_summary

    return {
        "folder": str(target),
        "report": str(target / "report.html"),
        "status": record["status"],
        "runs": record["runs"],
        "digest": record["results_digest"],
        "summary": read_summary(target),
    }


def _command() -> list[str]:
    """The command line as it was given, with the program's plain name."""
    return ["redbead", *sys.argv[1:]]


def _verify(folder: Path, again: int, *, json: bool) -> int:
    from redbead.cli.console import line
    from redbead.execution.progress import Progress
    from redbead.storage.manifest import verify
    from redbead.studies.replay import rerun

    problems = verify(folder)
    whole = not problems
    if whole and again:
        problems = rerun(folder, again, lambda k, n: console.err(line(Progress(k, n, 0, 0.0, 0.0))))
    if json:
        console.as_json({"folder": str(folder), "good": not problems, "problems": [asdict(p) for p in problems]})
    elif problems:
        typer.echo("\n".join(map(str, problems)), err=True)
        typer.echo(f"{len(problems)} problem{'s' * (len(problems) != 1)} in {folder}.", err=True)
    else:
        typer.echo(f"PASS: every file of {folder} is as it was written." + (_same(again) if again else ""))
        console.next_step(f"redbead digest {shlex.quote(str(folder))}")
    return Exit.INTEGRITY if problems else Exit.GOOD


def _same(again: int) -> str:
    return f" {again} run{'s' * (again != 1)} made again, equal to the last bit."


def _measures(name: str | None, *, json: bool) -> int:
    from redbead.execution.runs import measure_index
    from redbead.measures import MEASURES

    found = MEASURES if name is None else (MEASURES[measure_index(name)],)
    if json:
        console.as_json([asdict(measure) for measure in found])
        return Exit.GOOD
    better = {"up": "more is better", "down": "less is better", "neither": ""}
    console.table(
        (m.name, m.unit, better[m.better], "" if m.observable else "not observable", m.meaning) for m in found
    )  # fmt: skip
    console.next_step("redbead run baseline")
    return Exit.GOOD


_CODE: Final = "from redbead.cli.run import small_digest; print(small_digest())"
_LIMIT: Final = 300


def small_digest() -> str:
    """The digest of three runs of two years of a small authority. [hexadecimal]"""
    from redbead.analysis.digest import digest_of
    from redbead.execution.runs import run_many
    from redbead.scenario.scenario import Scenario

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
        console.as_json({"good": good, "digest": here, "other_process": there, "uncompiled": plain, "seconds": seconds})
    else:
        typer.echo(f"{'PASS' if good else 'FAIL'} {here} ({seconds} s)")
        if not good:
            typer.echo(f"Another process gave {there}\nUncompiled gave      {plain}", err=True)
            typer.echo("Please report it, with this machine and its versions.", err=True)
        console.next_step("redbead run baseline")
    return Exit.GOOD if good else Exit.CHECK_FAILED


def _elsewhere(**more: str) -> str:
    """The same digest from a process of its own, or what went wrong there; `more` adds to its environment."""
    paths = os.pathsep.join(p for p in sys.path if p)
    environment = os.environ | {"PYTHONHASHSEED": "2026", "PYTHONPATH": paths, "TZ": "Pacific/Chatham"} | more
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own code
        [sys.executable, "-c", _CODE], capture_output=True, text=True, env=environment, timeout=_LIMIT, check=False
    )
    return done.stdout.strip() or f"an error: {done.stderr.strip().splitlines()[-1:]}"
