"""Command ``redbead calibrate``: fit free parameters to published figures."""

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
    from redbead.studies.calibration.history_matching import CalibrationFit


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def calibrate(
        file: Annotated[
            str, typer.Argument(metavar="FILE", help="A calibration file, or 'england' for the shipped one.")
        ],
        jobs: Annotated[int | None, typer.Option(help="Number of threads. Results do not depend on it.")] = None,
        out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the calibration.")] = None,
        json: console.JsonOption = False,
    ) -> int:
        """Fit free parameters to published figures. The same command resumes an interrupted calibration."""
        return _calibrate(file, jobs, out, json=json)


def _calibrate(file: str, jobs: int | None, out: Path | None, *, json: bool) -> int:
    from datetime import UTC, datetime

    from redbead.cli.console import ProgressPrinter
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
    console.print_status(
        f"Fitting {len(c.free)} parameters to {len(c.targets.fitted)} published levels: {c.waves} waves of {c.points} "
        f"points with {c.runs} runs each.\nFolder: {target}"
    )
    started, clock = datetime.now(UTC), time.perf_counter()
    threads = jobs or default_jobs()
    fit = calibrate(calibration, Trials(calibration, target, ExecutionTarget(threads), ProgressPrinter()))
    digest = folder.write(
        fit, target, command=["redbead", *sys.argv[1:]], started=started, seconds=time.perf_counter() - clock,
        jobs=threads, pages=write_pages,
    )  # fmt: skip
    return _print_results(fit, target, digest, json=json)


def _print_results(fit: CalibrationFit, target: Path, digest: str, *, json: bool) -> int:
    """Print the answer, the fitted parameters and the targets; return the exit code."""
    from redbead.report import calibration
    from redbead.studies.calibration.folder import FITTED, central_target_results
    from redbead.studies.calibration.results import posterior_summaries
    from redbead.studies.targets import format
    from redbead.studies.targets.results import unmet

    results = central_target_results(fit)
    code = Exit.CHECK_FAILED if unmet(results) else Exit.GOOD
    if json:
        console.print_json({
            "targets": [format.as_data(item) for item in results],
            "parameters": [item.as_row() for item in posterior_summaries(fit)],
            "plausible": len(fit.ensemble), "confirmed": len(fit.confirmed),
            "digest": digest, "exit_code": int(code),
        })  # fmt: skip
        return code
    for sentence in calibration.answer(fit):
        console.print_text(sentence)
    typer.echo()
    console.print_table(calibration.row(item) for item in posterior_summaries(fit))
    typer.echo()
    console.print_table(format.rows(format.ordered(results)))
    typer.echo(f"\nDigest: {digest}\nFolder: {target}\nReport: {target / 'report.html'}")
    console.print_next_steps(
        f"redbead run {shlex.quote(str(target / FITTED))}", f"redbead verify {shlex.quote(str(target))}"
    )
    return code
