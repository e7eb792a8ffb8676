"""``redbead sensitivity``: which of the numbers that nobody knows matter, and what to find out next?"""

from __future__ import annotations

import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redbead.cli import console
from redbead.exceptions import Exit

if TYPE_CHECKING:
    from redbead.studies.sensitivity.spec import Study
    from redbead.studies.sensitivity.study import SensitivityFindings


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def sensitivity(
        file: Annotated[str, typer.Argument(metavar="FILE", help="A scenario or a batch: a shipped name or a path.")],
        versus: Annotated[
            list[str] | None, typer.Option(metavar="SCENARIO", help="A policy to hold against it; may come again.")
        ] = None,
        parameter: Annotated[
            list[str] | None, typer.Option(metavar="PATTERN", help="What is varied, such as 'fear.*'; else all.")
        ] = None,
        outcome: Annotated[list[str] | None, typer.Option(metavar="NAME", help="What is looked at.")] = None,
        trajectories: Annotated[int, typer.Option(help="Trajectories of the screening.")] = 10,
        keep: Annotated[int, typer.Option(help="How many parameters are shared out.")] = 8,
        samples: Annotated[int, typer.Option(help="Samples for the shares of variance; a power of two.")] = 128,
        runs: Annotated[int, typer.Option(help="Runs of every point, on the same seeds.")] = 8,
        seed: Annotated[int, typer.Option(help="Seed of the first run and of the designs.")] = 1,
        jobs: Annotated[int | None, typer.Option(help="Threads; they change no bit of a result.")] = None,
        out: Annotated[Path | None, typer.Option(metavar="DIR", help="The folder of the study.")] = None,
        json: console.AsJson = False,
    ) -> int:
        """Screen what is uncertain, share out what matters, and say what to find out next; resumes."""
        from redbead.execution.runs import check_numbers
        from redbead.studies.sensitivity.inputs import build_study

        check_numbers(runs, seed, jobs)
        study = build_study(
            file, rivals=versus or (), parameters_=parameter or (), outcomes=outcome or (), trajectories=trajectories,
            keep=keep, samples=samples, runs=runs, seed=seed,
        )  # fmt: skip
        return _carry_out(study, jobs, out, json=json)


def _carry_out(study: Study, jobs: int | None, out: Path | None, *, json: bool) -> int:
    from datetime import UTC, datetime

    from redbead.cli.console import Meter
    from redbead.execution.executors import ExecutionTarget
    from redbead.execution.runs import default_jobs
    from redbead.report.sensitivity import write_pages
    from redbead.studies.sensitivity import folder
    from redbead.studies.sensitivity.study import run_study

    target, width = folder.place(study, out), jobs or default_jobs()
    console.err(f"{len(study.factors)} parameters, {len(study.rivals)} rivals, {study.runs} runs a point; in {target}.")
    started, clock = datetime.now(UTC), time.perf_counter()
    found = run_study(study, target, ExecutionTarget(width), Meter())
    digest = folder.write(
        found, target, command=["redbead", *sys.argv[1:]], started=started, seconds=time.perf_counter() - clock,
        jobs=width, pages=write_pages,
    )  # fmt: skip
    return _told(found, target, digest, json=json)


def _told(found: SensitivityFindings, target: Path, digest: str, *, json: bool) -> int:
    from redbead.report import sensitivity
    from redbead.studies.sensitivity.key_drivers import key_drivers, sign_changes
    from redbead.studies.sensitivity.results import as_row

    if json:
        console.as_json({
            "answer": sensitivity.answer(found), "next": [as_row(item) for item in key_drivers(found)],
            "flips": [item._asdict() for item in sign_changes(found)], "digest": digest, "exit_code": int(Exit.GOOD),
        })  # fmt: skip
        return Exit.GOOD
    for sentence in sensitivity.answer(found):
        console.say(sentence)
    typer.echo("\nWhat to find out next")
    console.table(sensitivity.next_rows(found))
    typer.echo(f"\nDigest: {digest}\nFolder: {target}\nReport: {target / 'report.html'}")
    first = found.leading[0].path if found.leading else "reporting.fear"
    console.next_step(f"redbead parameters {first}", f"redbead verify {shlex.quote(str(target))}")
    return Exit.GOOD
