"""Command ``redbead sensitivity``: find the uncertain parameters that drive a result."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redbead.cli import console, options
from redbead.exceptions import Exit

if TYPE_CHECKING:
    from redbead.execution.runs import RunOptions
    from redbead.studies.sensitivity.spec import Study
    from redbead.studies.sensitivity.study import SensitivityFindings


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def sensitivity(
        file: Annotated[str, typer.Argument(metavar="FILE", help="A scenario or batch, by shipped name or path.")],
        versus: Annotated[
            list[str] | None, typer.Option(metavar="SCENARIO", help="Policy to compare with; repeatable.")
        ] = None,
        parameter: Annotated[
            list[str] | None,
            typer.Option(metavar="PATTERN", help="Parameters to vary, such as 'fear.*'; all by default."),
        ] = None,
        outcome: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Outcome to analyse.")] = None,
        trajectories: Annotated[int, typer.Option(help="Trajectories of the Morris screening.")] = 10,
        keep: Annotated[int, typer.Option(help="Number of parameters in the Sobol analysis.")] = 8,
        samples: Annotated[int, typer.Option(help="Samples of the Sobol analysis, a power of two.")] = 128,
        runs: Annotated[int, typer.Option(help="Runs per point, on common random numbers.")] = 8,
        seed: Annotated[int, typer.Option(help="Seed of the first run and of the designs.")] = 1,
        jobs: options.Jobs = None,
        cluster: options.Cluster = "",
        timeout: options.Timeout = 0.0,
        out: options.Out = None,
        json: console.JsonOption = False,
    ) -> int:
        """Find the uncertain parameters that drive a result. The same command resumes an interrupted study."""
        from redbead.execution.runs import check_numbers
        from redbead.studies.sensitivity.spec import build_study

        check_numbers(runs, seed, jobs)
        study = build_study(
            file, rivals=versus or (), parameters_=parameter or (), outcomes=outcome or (), trajectories=trajectories,
            keep=keep, samples=samples, runs=runs, seed=seed,
        )  # fmt: skip
        return _run_study(study, options.run_options(jobs, cluster, timeout), out, json=json)


def _run_study(study: Study, execution: RunOptions, out: Path | None, *, json: bool) -> int:
    from redbead.report.sensitivity import write_pages
    from redbead.studies.sensitivity.folder import place, run_sensitivity

    target = place(study, out)
    console.print_status(
        f"Varying {len(study.factors)} parameters of {1 + len(study.rivals)} policies, {study.runs} runs per point.\n"
        f"Folder: {target}"
    )
    finished = run_sensitivity(study, target, execution, command=options.command(), pages=write_pages)
    return _print_results(finished.results, target, finished.digest, json=json)


def _print_results(findings: SensitivityFindings, target: Path, digest: str, *, json: bool) -> int:
    from redbead.report import sensitivity
    from redbead.studies.sensitivity.results import as_row, key_drivers, sign_changes

    if json:
        console.print_json({
            "answer": sensitivity.answer(findings), "next": [as_row(item) for item in key_drivers(findings)],
            "flips": [as_row(item) for item in sign_changes(findings)], "digest": digest,
            "exit_code": int(Exit.GOOD),
        })  # fmt: skip
        return Exit.GOOD
    for sentence in sensitivity.answer(findings):
        console.print_text(sentence)
    typer.echo("\nKey drivers: assumed parameters to research next")
    console.print_table(sensitivity.next_rows(findings))
    typer.echo(f"\nDigest: {digest}\nFolder: {target}\nReport: {target / 'report.html'}")
    first = findings.leading[0].path if findings.leading else "reporting.fear"
    console.print_next_steps(f"redbead parameters {first}", f"redbead verify {shlex.quote(str(target))}")
    return Exit.GOOD
