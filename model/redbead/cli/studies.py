"""Commands ``redbead sensitivity``, ``redbead calibrate``, ``redbead twins`` and ``redbead lottery``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from redbead.cli import console, options
from redbead.exceptions import BadInputError, Exit, Problem

if TYPE_CHECKING:
    from redbead.execution.runs import RunOptions
    from redbead.studies.calibration.history_matching import CalibrationFit
    from redbead.studies.lottery.study import Lottery
    from redbead.studies.sensitivity.spec import Study
    from redbead.studies.sensitivity.study import SensitivityFindings
    from redbead.studies.twins.study import Twins


_Number = Annotated[float | None, typer.Option()]


class _LotteryCommand(TyperCommand):
    """Command whose options take help and default from the declarations of the parameters."""

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401 - a context and parameters of typer
        """Complete the help of the options. The declarations are imported only when this command is called."""
        from redbead.studies.lottery.study import OPTIONS, declaration

        options = super().get_params(ctx)
        for option in options:
            if option.name in OPTIONS:
                item = declaration(option.name)
                meaning = item.param.meaning[0].upper() + item.param.meaning[1:]
                option.help = f"{meaning}. [default: {item.default:g}; range: {item.param.range_text()}]"  # type: ignore[attr-defined]
        return options


def register(app: typer.Typer) -> None:
    """Add the commands."""
    _add_sensitivity(app)
    _add_calibrate(app)
    _add_twins(app)
    _add_lottery(app)


def _add_sensitivity(app: typer.Typer) -> None:
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
        return _sensitivity(study, options.run_options(jobs, cluster, timeout), out, json=json)


def _add_calibrate(app: typer.Typer) -> None:
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


def _add_twins(app: typer.Typer) -> None:
    @app.command()
    def twins(
        first: Annotated[str, typer.Argument(metavar="A", help="First scenario, by name or path.")],
        second: Annotated[str, typer.Argument(metavar="B", help="Second scenario, by name or path.")],
        seed: Annotated[int, typer.Option(help="Seed of both runs.")] = 1,
        worker: Annotated[
            int | None, typer.Option(help="Post to follow, from 0; by default the one with the largest difference.")
        ] = None,
        error: Annotated[
            str, typer.Option(metavar="POST:NUMBER", help="Error to follow; it must occur in both runs.")
        ] = "",
        set_: Annotated[
            list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Setting for both; repeatable.")
        ] = None,
        out: options.OutOnRequest = None,
        json: console.JsonOption = False,
    ) -> int:
        """Follow the same worker and the same error through two policies, and show when and why they diverge."""
        from redbead.report.twins import write_pages
        from redbead.scenario.loader import load, parse_settings
        from redbead.studies.twins.study import run_twins

        settings = parse_settings(set_ or [])
        before, after = (load(name).set(settings) if settings else load(name) for name in (first, second))
        arguments = {"seed": seed, "worker": worker, "error": _parse_error(error)}
        execution = options.run_options(progress=False)
        finished = run_twins((before, after), arguments, execution, out, options.command(), write_pages)
        options.print_folder(finished)
        return _print_twins(finished.results, first, second, json=json)


def _add_lottery(app: typer.Typer) -> None:
    @app.command(cls=_LotteryCommand)
    def lottery(
        cases: _Number = None, bias: _Number = None, nominated: _Number = None, nominated_odds: _Number = None,
        leniency: _Number = None, transient: _Number = None, clustering: _Number = None, stratified: _Number = None,
        snapshots: _Number = None, spread: _Number = None, authorities: _Number = None, poor: _Number = None,
        figure: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Write a figure to FILE.png or FILE.svg.")
        ] = None,
        out: options.OutOnRequest = None,
        json: console.JsonOption = False,
    ) -> None:  # fmt: skip
        """Estimate the effect of chance alone on inspection grades, without simulation."""
        settings = {
            "cases": cases, "bias": bias, "nominated": nominated, "nominated_odds": nominated_odds,
            "leniency": leniency, "transient": transient, "clustering": clustering, "stratified": stratified,
            "snapshots": snapshots, "spread": spread, "authorities": authorities, "poor": poor,
        }  # fmt: skip
        _lottery(settings, figure, out, json=json)


def _sensitivity(study: Study, execution: RunOptions, out: Path | None, *, json: bool) -> int:
    from redbead.report.sensitivity import write_pages
    from redbead.studies.sensitivity.results import place, run_sensitivity

    target = place(study, out)
    console.print_status(
        f"Varying {len(study.factors)} parameters of {1 + len(study.rivals)} policies, {study.runs} runs per point.\n"
        f"Folder: {target}"
    )
    finished = run_sensitivity(study, target, execution, command=options.command(), pages=write_pages)
    return _print_sensitivity(finished.results, target, finished.digest, json=json)


def _print_sensitivity(findings: SensitivityFindings, target: Path, digest: str, *, json: bool) -> int:
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


def _calibrate(file: str, execution: RunOptions, out: Path | None, *, json: bool) -> int:
    from redbead.report.calibration import write_pages
    from redbead.studies.calibration import study
    from redbead.studies.calibration.spec import find_calibration, read_calibration

    c = read_calibration(find_calibration(file))
    target = study.place(c, out)
    console.print_status(
        f"Fitting {len(c.free)} parameters to {len(c.targets.fitted)} published levels: {c.waves} "
        f"wave{'s' * (c.waves != 1)} of {c.points} points with {c.runs} runs each.\nFolder: {target}"
    )
    finished = study.run_calibration(c, target, execution, command=options.command(), pages=write_pages)
    return _print_calibration(finished.results, target, finished.digest, json=json)


def _print_calibration(fit: CalibrationFit, target: Path, digest: str, *, json: bool) -> int:
    """Print the answer, the fitted parameters and the targets; return the exit code."""
    from redbead.report import calibration
    from redbead.studies.calibration.study import FITTED, central_target_results, posterior_summaries
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


def _parse_error(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    post, _, number = text.partition(":")
    if not (post.isdigit() and number.isdigit()):
        hint = "For example, --error 14:15616."
        raise BadInputError([Problem("--error", key=text, what="must be POST:NUMBER", hint=hint)])
    return int(post), int(number)


def _print_twins(results: Twins, first: str, second: str, *, json: bool) -> int:
    from redbead.report.twins import quarters, sentences
    from redbead.studies.twins.study import as_data

    if json:
        weekly = [frame.to_dict(orient="list") for frame in results.traces]
        console.print_json(as_data(results) | {"weekly": weekly, "sentences": sentences(results)})
        return Exit.GOOD
    for line in sentences(results):
        console.print_text(line)
    table = quarters(results)
    if results.service is not None and len(table):
        typer.echo(f"\nFear and willingness to report in '{results.names[0]}' and '{results.names[1]}'")
        console.print_table(_yearly_rows(table, results))
    names = f"{shlex.quote(first)} {shlex.quote(second)}"
    console.print_next_steps(f"redbead twins {names} --seed {results.seed + 1}", f"redbead compare {names}")
    return Exit.GOOD


def _yearly_rows(table: Any, results: Twins) -> list[tuple[str, ...]]:  # noqa: ANN401 - a data frame
    """One row per year, with the values of its first quarter."""
    rows: list[tuple[str, ...]] = [("year", "fear", "", "willingness", "")]
    for _, quarter in table[table["year"] % 1 == 0].iterrows():
        cells = (quarter.get(f"{c} in {n}") for c in ("fear", "willingness") for n in results.names)
        rows.append((f"{quarter['year']:.0f}", *("left" if c is None or c != c else f"{c:.2f}" for c in cells)))
    return rows


def _lottery(settings: dict[str, float | None], figure: Path | None, out: Path | None, *, json: bool) -> None:
    from redbead.studies.lottery import study

    if figure is not None:
        _check_suffix(figure)
    results = study.lottery(*study.parse_options(settings)) if out is None else _write_lottery_folder(settings, out)
    if figure is not None:
        _write_figure(results, figure)
    if json:
        console.print_json(results.as_dict() | ({"figure": str(figure)} if figure else {}))
        return
    _print_lottery(results, figure)


def _write_lottery_folder(settings: dict[str, float | None], out: Path) -> Lottery:
    """Compute the lottery and write its folder."""
    from redbead.report.grades import write_lottery_pages
    from redbead.studies.lottery.study import run_lottery

    finished = run_lottery(settings, options.run_options(progress=False), out, options.command(), write_lottery_pages)
    options.print_folder(finished)
    return finished.results


def _print_lottery(results: Lottery, figure: Path | None) -> None:
    from redbead.report import lottery

    console.print_text(f"{lottery.title(results)}.\n")
    console.print_text("\n".join(lottery.sentences(results)))
    typer.echo(f"\nNumber of authorities per grade, of {results.population.authorities:g} (90 % of replications):")
    console.print_table(lottery.rows(results))
    console.print_text(f"\n{lottery.LEFT_OUT}")
    console.print_text(f"Command: {lottery.command(results)}")
    if figure is not None:
        console.print_text(f"Figure: {figure}")
        console.print_next_steps("redbead lottery --cases 120")
    else:
        console.print_next_steps("redbead lottery --cases 120", "redbead lottery --figure lottery.png")


def _check_suffix(path: Path) -> None:
    if path.suffix.lower() not in (".png", ".svg"):
        what, hint = "is not a supported figure format", "Choose a file name that ends in .png or .svg."
        raise BadInputError([Problem("--figure", key=str(path), what=what, hint=hint)])


def _write_figure(results: Lottery, path: Path) -> None:
    from redbead.report.grades import lottery_figure
    from redbead.report.plotting import png, svg
    from redbead.storage.atomic_files import os_errors_as_problems
    from redbead.storage.manifest import require_outside

    require_outside(path, "--figure")
    drawn = lottery_figure(results).figure
    picture = svg(drawn).encode() if path.suffix.lower() == ".svg" else png(drawn)
    with os_errors_as_problems(path, "--figure"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
