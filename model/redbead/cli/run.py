"""``redbead run`` and what goes with a run folder: ``digest``, ``verify``, ``selftest``; and ``measures``."""

from __future__ import annotations

import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from redbead.cli import show
from redbead.problems import Exit

if TYPE_CHECKING:
    from redbead.scenario.spec import Scenario
    from redbead.study.runs import Batch

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
        json: show.AsJson = False,
    ) -> int:
        """Run a scenario many times and write a folder with report, figures and tables."""
        return _run(scenario, set_ or [], _Wish(runs, seed, jobs, out, events, json))

    @app.command()
    def digest(folder: _Folder, json: show.AsJson = False) -> int:
        """Print one SHA-256 over the ordered results of a run folder."""
        from redbead.study import digest as study

        found = study.digest(folder)
        show.as_json({"folder": str(folder), "digest": found}) if json else typer.echo(found)
        return Exit.GOOD

    @app.command()
    def verify(
        folder: _Folder,
        rerun: Annotated[int, typer.Option(metavar="N", help="Also run N runs again and compare every bit.")] = 0,
        json: show.AsJson = False,
    ) -> int:
        """Check every hash of a run folder, then run some of its runs again."""
        return _verify(folder, rerun, json=json)

    @app.command()
    def selftest(json: show.AsJson = False) -> int:
        """Run a small scenario in two processes and compare every bit."""
        from redbead.cli.selftest import selftest as test

        return test(json=json)

    @app.command()
    def measures(
        name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One of them.")] = None,
        json: show.AsJson = False,
    ) -> int:
        """List what is recorded each week: unit, which way is better, whether an authority could observe it."""
        return _measures(name, json=json)


class _Wish:
    """What the command line asks of a run."""

    def __init__(self, runs: int, seed: int, jobs: int | None, out: Path | None, events: bool, json: bool) -> None:
        self.runs, self.seed, self.jobs, self.out, self.events, self.json = runs, seed, jobs, out, events, json


def _run(name: str, changes: list[str], wish: _Wish) -> int:
    from redbead.scenario.load import load
    from redbead.scenario.settings import settings
    from redbead.study import folder, manifest
    from redbead.study.runs import check_numbers

    scenario = load(name)
    if changes:
        scenario = scenario.set(settings(changes))
    check_numbers(wish.runs, wish.seed, wish.jobs)
    target = folder.place(scenario, wish.seed, wish.out)
    if folder.finished(target, scenario, seed=wish.seed, runs=wish.runs, events=wish.events):
        show.err(f"Nothing to compute: {target} already holds these runs, whole and made by this version.")
        if (held := manifest.read(target)["runs"]["done"]) > wish.runs:
            alone = f"for {wish.runs} of them alone, give another --out"
            show.err(f"It holds {held} runs, and all of them are shown; {alone}.")
        return _told(target, name, wish)
    folder.check_place(target)
    batch = _compute(scenario, wish)
    from redbead.ran import write_folder

    show.err("Writing tables, figures and report.")
    write_folder(batch, target, command=_command(), events=wish.events)
    return _told(target, name, wish)


def _compute(scenario: Scenario, wish: _Wish) -> Batch:
    from redbead.cli.progress import Meter
    from redbead.study.runs import run_many

    show.err(f"{wish.runs} run{'s' * (wish.runs != 1)} of '{scenario.name}', {scenario.years:g} years each.")
    return run_many(
        scenario, runs=wish.runs, seed=wish.seed, jobs=wish.jobs, events=wish.events, progress=Meter()
    )  # fmt: skip


def _told(target: Path, name: str, wish: _Wish) -> int:
    """Print what a finished folder holds; its exit code says whether all runs finished."""
    from redbead.study import manifest
    from redbead.study.digest import digest

    record = manifest.read(target)
    failed: list[str] = record["runs"]["failed"]
    code = Exit.SOME_RUNS_FAILED if failed else Exit.GOOD
    report = target / "report.html"
    if wish.json:
        show.as_json(_as_data(target, record) | {"exit_code": int(code)})
        return code
    for what, mean, interval in _headlines(target):
        typer.echo(f"  {what:<33} {mean:<22} {interval}".rstrip())
    if failed:
        show.err(f"{len(failed)} of {record['runs']['asked']} runs failed; their causes are in {target / 'failures'}")
    typer.echo(f"\nDigest: {digest(target)}\nFolder: {target}\nReport: {report}")
    other = "redbead run two-strikes" if name == "baseline" else f"redbead diff baseline {shlex.quote(name)}"
    show.next_step(f"redbead verify {shlex.quote(str(target))} --rerun 2", other)
    return code


def _headlines(target: Path) -> list[tuple[str, str, str]]:
    """The headline table of a folder."""
    from redbead.report.answer import table_rows
    from redbead.study.folder import read_summary

    return table_rows(read_summary(target))


def _as_data(target: Path, record: dict[str, Any]) -> dict[str, Any]:
    from redbead.study.folder import read_summary

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
    from redbead.cli.progress import line
    from redbead.study.progress import Progress
    from redbead.study.rerun import rerun
    from redbead.study.verify import verify

    problems = verify(folder)
    whole = not problems
    if whole and again:
        problems = rerun(folder, again, lambda k, n: show.err(line(Progress(k, n, 0, 0.0, 0.0))))
    if json:
        show.as_json({"folder": str(folder), "good": not problems, "problems": [asdict(p) for p in problems]})
    elif problems:
        typer.echo("\n".join(map(str, problems)), err=True)
        typer.echo(f"{len(problems)} problem{'s' * (len(problems) != 1)} in {folder}.", err=True)
    else:
        typer.echo(f"PASS: every file of {folder} is as it was written." + (_same(again) if again else ""))
        show.next_step(f"redbead digest {shlex.quote(str(folder))}")
    return Exit.INTEGRITY if problems else Exit.GOOD


def _same(again: int) -> str:
    return f" {again} run{'s' * (again != 1)} made again, equal to the last bit."


def _measures(name: str | None, *, json: bool) -> int:
    from redbead.measures import MEASURES
    from redbead.study.runs import position

    found = MEASURES if name is None else (MEASURES[position(name)],)
    if json:
        show.as_json([asdict(measure) for measure in found])
        return Exit.GOOD
    better = {"up": "more is better", "down": "less is better", "neither": ""}
    show.table(
        (m.name, m.unit, better[m.better], "" if m.observable else "not observable", m.meaning) for m in found
    )  # fmt: skip
    show.next_step("redbead run baseline")
    return Exit.GOOD
