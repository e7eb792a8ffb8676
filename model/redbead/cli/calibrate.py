"""``redbead calibrate``: which values of the free parameters do the published figures leave standing?"""

from __future__ import annotations

import shlex
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from redbead.cli import console
from redbead.exceptions import Exit


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def calibrate(
        file: Annotated[str, typer.Argument(metavar="FILE", help="A calibration file, or 'england' as it is shipped.")],
        jobs: Annotated[int | None, typer.Option(help="Threads; they change no bit of a result.")] = None,
        out: Annotated[Path | None, typer.Option(metavar="DIR", help="The folder of the calibration.")] = None,
        json: console.AsJson = False,
    ) -> int:
        """Fit free parameters to published figures; the same command again goes on where it stopped."""
        return _calibrate(file, jobs, out, json=json)


def _calibrate(file: str, jobs: int | None, out: Path | None, *, json: bool) -> int:
    from datetime import UTC, datetime

    from redbead.cli.console import Meter
    from redbead.execution.executors import ExecutionTarget
    from redbead.execution.runs import check_numbers, default_jobs
    from redbead.report.calibration import write_pages
    from redbead.studies.calibration import folder
    from redbead.studies.calibration.history_matching import calibrate
    from redbead.studies.calibration.reader import find_calibration, read_calibration
    from redbead.studies.calibration.study import Trials

    check_numbers(1, 0, jobs)
    calibration = read_calibration(find_calibration(file))
    target = folder.place(calibration, out)
    c = calibration
    work = f"{c.waves} waves of {c.points} x {c.runs} runs"
    console.err(f"{len(c.free)} parameters, {len(c.targets.fitted)} levels, {work}; in {target}.")
    started, clock = datetime.now(UTC), time.perf_counter()
    width = jobs or default_jobs()
    fitted = calibrate(calibration, Trials(calibration, target, ExecutionTarget(width), Meter()))
    digest = folder.write(
        fitted, target, command=["redbead", *sys.argv[1:]], started=started, seconds=time.perf_counter() - clock,
        jobs=width, pages=write_pages,
    )  # fmt: skip
    return _told(fitted, target, digest, json=json)


def _told(fitted: object, target: Path, digest: str, *, json: bool) -> int:
    from redbead.report import calibration
    from redbead.studies.calibration.folder import FITTED, central_target_results
    from redbead.studies.calibration.history_matching import CalibrationFit
    from redbead.studies.calibration.results import posterior_summaries
    from redbead.studies.targets import format
    from redbead.studies.targets.results import unmet

    assert isinstance(fitted, CalibrationFit)
    held = central_target_results(fitted)
    code = Exit.CHECK_FAILED if unmet(held) else Exit.GOOD
    if json:
        console.as_json({
            "targets": [format.as_data(item) for item in held],
            "parameters": [item.as_row() for item in posterior_summaries(fitted)],
            "plausible": len(fitted.ensemble), "confirmed": len(fitted.confirmed),
            "digest": digest, "exit_code": int(code),
        })  # fmt: skip
        return code
    for sentence in calibration.answer(fitted):
        console.say(sentence)
    typer.echo()
    console.table(calibration.row(item) for item in posterior_summaries(fitted))
    typer.echo()
    console.table(format.rows(format.ordered(held)))
    typer.echo(f"\nDigest: {digest}\nFolder: {target}\nReport: {target / 'report.html'}")
    console.next_step(f"redbead run {shlex.quote(str(target / FITTED))}", f"redbead verify {shlex.quote(str(target))}")
    return code
