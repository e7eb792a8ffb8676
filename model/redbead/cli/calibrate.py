"""Command ``redbead calibrate``: fit free parameters to published figures."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redbead.cli import console, options
from redbead.exceptions import Exit

if TYPE_CHECKING:
    from redbead.execution.runs import RunOptions
    from redbead.studies.calibration.history_matching import CalibrationFit


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def calibrate(
        file: Annotated[
            str, typer.Argument(metavar="FILE", help="A calibration file, or 'england' for the shipped one.")
        ],
        jobs: options.Jobs = None,
        cluster: options.Cluster = "",
        timeout: options.Timeout = 0.0,
        out: options.Out = None,
        json: console.JsonOption = False,
    ) -> int:
        """Fit free parameters to published figures. The same command resumes an interrupted calibration."""
        return _calibrate(file, options.run_options(jobs, cluster, timeout), out, json=json)


def _calibrate(file: str, execution: RunOptions, out: Path | None, *, json: bool) -> int:
    from redbead.report.calibration import write_pages
    from redbead.studies.calibration import study
    from redbead.studies.calibration.reader import find_calibration, read_calibration

    c = read_calibration(find_calibration(file))
    target = study.place(c, out)
    console.print_status(
        f"Fitting {len(c.free)} parameters to {len(c.targets.fitted)} published levels: {c.waves} waves of {c.points} "
        f"points with {c.runs} runs each.\nFolder: {target}"
    )
    finished = study.run_calibration(c, target, execution, command=options.command(), pages=write_pages)
    return _print_results(finished.results, target, finished.digest, json=json)


def _print_results(fit: CalibrationFit, target: Path, digest: str, *, json: bool) -> int:
    """Print the answer, the fitted parameters and the targets; return the exit code."""
    from redbead.report import calibration
    from redbead.studies.calibration.results import posterior_summaries
    from redbead.studies.calibration.study import FITTED, central_target_results
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
