"""Command ``redbead check``: compare the model with claims of its sources and with published figures."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from redbead.cli import console, options
from redbead.exceptions import BadInputError, Exit, Problem

if TYPE_CHECKING:
    from redbead.execution.runs import RunOptions
    from redbead.studies.behaviour_checks.spec import Check
    from redbead.studies.behaviour_checks.study import CheckResult
    from redbead.studies.fairness_audit import Audit


TARGET_RUNS: Final = 100
"""Default number of runs for a comparison with published figures. [runs]"""
AUDIT_DRAWS: Final = 100
AUDIT_RUNS: Final = 5
"""Defaults of an audit, equal to those of `redbead.studies.fairness_audit`, whose import would slow the start."""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def check(
        names: Annotated[
            list[str] | None,
            typer.Argument(metavar="[NAME...]", help="Names or files of checks; with --targets, a file of targets."),
        ] = None,
        targets: Annotated[
            bool, typer.Option("--targets", help="Compare a scenario with the figures published for England.")
        ] = False,
        scenario: Annotated[str, typer.Option(help="Scenario to compare with --targets.")] = "baseline",
        test: Annotated[str, typer.Option(metavar="T29", help="Only checks of this test in checks/README.md.")] = "",
        system: Annotated[str, typer.Option(metavar="S18", help="Only checks of this system.")] = "",
        theory: Annotated[
            str,
            typer.Option(metavar="THEORY", help="Only claims of this theory; run claims of any theory under it."),
        ] = "",
        runs: Annotated[int, typer.Option(help="Pairs of runs per check; 0 uses the number in each check.")] = 0,
        seed: Annotated[int, typer.Option(help="Seed of the first run; run k uses seed + k.")] = 1,
        jobs: options.Jobs = None,
        cluster: options.Cluster = "",
        timeout: options.Timeout = 0.0,
        out: options.OutOnRequest = None,
        list_: Annotated[bool, typer.Option("--list", help="List the checks without running them.")] = False,
        json: console.JsonOption = False,
    ) -> int:
        """Check that the model behaves as its sources claim, in direction and size."""
        execution = options.run_options(jobs, cluster, timeout)
        if targets:
            numbers = runs or TARGET_RUNS, seed
            return _check_targets(names or [], scenario, numbers, execution, out, list_=list_, json=json)
        from redbead.studies.behaviour_checks.study import select_checks

        checks = select_checks(names or [], test=test, system=system, theory=theory)
        if list_:
            return _list(checks, names or [], json=json)
        return _run(checks, theory, (runs, seed), execution, out, json=json)

    @app.command()
    def audit(
        levers: Annotated[
            list[str] | None, typer.Argument(metavar="[LEVER]...", help="Levers to test; all by default.")
        ] = None,
        draws: Annotated[int, typer.Option(help="Number of parameter sets.")] = AUDIT_DRAWS,
        runs: Annotated[int, typer.Option(help="Runs of each parameter set.")] = AUDIT_RUNS,
        seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 1,
        jobs: options.Jobs = None,
        cluster: options.Cluster = "",
        timeout: options.Timeout = 0.0,
        out: options.OutOnRequest = None,
        json: console.JsonOption = False,
    ) -> int:
        """Draw all uncertain parameters, run with and without each lever, and count how often the lever helps."""
        return _audit(levers or [], (draws, runs, seed), options.run_options(jobs, cluster, timeout), out, json=json)


def _list(checks: list[Check], names: list[str], *, json: bool) -> int:
    rows = [(c.name, " ".join(c.tests), " ".join(c.systems), c.theory, c.claim) for c in checks]
    if json:
        keys = ("name", "tests", "systems", "theory", "claim")
        console.print_json([dict(zip(keys, row, strict=True)) for row in rows])
        return Exit.GOOD
    console.print_table((name, tests, claim) for name, tests, _, _, claim in rows)
    console.print_next_steps(f"redbead check {shlex.join(names) or checks[0].name}", "redbead check")
    return Exit.GOOD


def _run(
    checks: list[Check], theory: str, numbers: tuple[int, int], execution: RunOptions, out: Path | None, *, json: bool
) -> int:
    from redbead.execution.runs import check_numbers
    from redbead.storage.point_store import run_points
    from redbead.storage.study_folder import named_folder
    from redbead.studies.behaviour_checks import study
    from redbead.studies.behaviour_checks.format import files_of

    runs, seed = numbers
    check_numbers(runs or 2, seed, None)
    plan = study.plan_checks(checks, theory=theory, runs=runs)
    header = study.header(plan, seed)
    console.print_status(f"Running {len(checks)} checks: {plan.total} runs of {len(plan.requests)} scenarios.")
    finished = run_points(
        named_folder(header, out), header, execution,
        lambda points: study.run_checks(plan, points, seed), files_of, command=options.command(),
    )  # fmt: skip
    options.print_folder(finished)
    code = study.exit_code(finished.results)
    _print_json(finished.results, code) if json else _print_results(finished.results, code)
    return code


def _print_json(results: list[CheckResult], code: Exit) -> None:
    from redbead.studies.behaviour_checks.format import as_data, count_verdicts

    counts = {str(verdict): number for verdict, number in count_verdicts(results).items()}
    console.print_json({"checks": [as_data(result) for result in results], "summary": counts, "exit_code": int(code)})


def _print_results(results: list[CheckResult], code: Exit) -> None:
    """Print the findings of each check, the summary and the next command."""
    from redbead.studies.behaviour_checks.format import format_finding, summarise

    for result in results:
        check = result.check
        typer.echo(f"{check.name}  [{', '.join((*check.tests, *check.systems, check.theory))}]")
        console.print_text(check.claim)
        console.print_table((str(finding.verdict), format_finding(finding)) for finding in result.findings)
        typer.echo()
    console.print_text(f"{summarise(results)}.")
    console.print_next_steps(*_next_commands(results, code))


def _next_commands(results: list[CheckResult], code: Exit) -> tuple[str, ...]:
    """Suggest more runs for an undecided check, or the data of a failed one."""
    from redbead.execution.runs import with_option
    from redbead.studies.behaviour_checks.format import FAILING

    for verdict in FAILING:
        for result in results:
            items = [f for f in result.findings if f.verdict is verdict]
            if items and code == Exit.UNDECIDED:
                number = result.runs + max(f.more_runs for f in items)
                return (shlex.join(with_option(options.command(), "--runs", str(number))),)
            if items:
                return (shlex.join([*options.command(), "--json"]), "redbead check --list")
    return ("redbead check --list", "redbead scenarios")


def _check_targets(
    names: list[str], scenario: str, numbers: tuple[int, int], execution: RunOptions, out: Path | None, *,
    list_: bool, json: bool,
) -> int:  # fmt: skip
    """Compare a scenario with a file of published figures."""
    from redbead.studies.targets.spec import ENGLAND, read_targets

    if len(names) > 1:
        hint = "Give one file; run the command again for the next."
        what = "is a second file of targets, but only one is allowed"
        raise BadInputError([Problem("redbead check --targets", key=names[1], what=what, hint=hint)])
    targets = read_targets(names[0] if names else ENGLAND)
    if list_:
        from redbead.studies.targets.levels import LEVELS

        console.print_table((level.name, level.unit, level.meaning) for level in LEVELS.values())
        console.print_next_steps("redbead check --targets")
        return Exit.GOOD
    from redbead.execution.runs import with_option
    from redbead.scenario.loader import load
    from redbead.studies.targets import format
    from redbead.studies.targets.results import unmet
    from redbead.studies.targets.study import run_targets

    runs = numbers[0]
    finished = run_targets(targets, load(scenario), numbers, execution, out, options.command())
    options.print_folder(finished)
    results = finished.results
    code = Exit.CHECK_FAILED if unmet(results) else Exit.GOOD
    if json:
        data = [format.as_data(item) for item in results]
        console.print_json({"targets": data, "runs": runs, "exit_code": int(code)})
        return code
    console.print_text(f"{scenario} compared with: {targets.title}")
    console.print_table(format.rows(format.ordered(results)))
    console.print_text(f"\n{format.summary(results, runs)}")
    console.print_next_steps(
        shlex.join(with_option(options.command(), "--runs", str(4 * runs))), "redbead calibrate england"
    )
    return code


def _audit(
    kinds: list[str], numbers: tuple[int, int, int], execution: RunOptions, out: Path | None, *, json: bool
) -> int:
    from redbead.storage.point_store import run_points
    from redbead.storage.study_folder import named_folder
    from redbead.studies import fairness_audit

    draws, runs, seed = numbers
    header = fairness_audit.header(kinds, draws, runs, seed)
    finished = run_points(
        named_folder(header, out), header, execution,
        lambda points: fairness_audit.audit(points, kinds, draws=draws, runs=runs, seed=seed), fairness_audit.files_of,
        command=options.command(),
    )  # fmt: skip
    options.print_folder(finished)
    _print_audit_json(finished.results) if json else _print_audit(finished.results)
    verdicts = {item.verdict for item in finished.results.results}
    if fairness_audit.Verdict.ONE_SIDED in verdicts:
        return Exit.CHECK_FAILED
    return Exit.UNDECIDED if fairness_audit.Verdict.UNDECIDED in verdicts else Exit.GOOD


def _print_audit_json(results: Audit) -> None:
    from redbead.analysis.parameter_draws import uncertain
    from redbead.studies.fairness_audit import figures_of

    levers = [
        {
            "kind": item.kind, "verdict": str(item.verdict), "effects": item.effects,
            "shares": {name: figures_of(shares) for name, shares in item.shares.items()},
        }
        for item in results.results
    ]  # fmt: skip
    sizes = {"draws": results.draws, "tried": results.tried, "runs": results.runs, "parameters": len(uncertain())}
    console.print_json({**sizes, "levers": levers})


def _print_audit(results: Audit) -> None:
    """Print the shares of draws in which each lever helps and harms, its verdict, and its effect on hidden errors."""
    from redbead.analysis.parameter_draws import uncertain
    from redbead.report.text import format_share
    from redbead.studies.fairness_audit import Verdict

    console.print_text(
        f"{results.draws} of {results.tried} draws of {len(uncertain())} uncertain parameters are plausible for an "
        f"English authority, with {results.runs} runs each. Share of these draws in which the runs show that the lever "
        "helps / harms (years 2 to 4):\n"
    )
    names = list(results.results[0].shares)
    head = ("lever", *(name.replace("_", " ") for name in names))
    rows = [
        (item.kind, *(f"{s.better.mean:.0%} / {s.worse.mean:.0%}" for s in item.shares.values()), str(item.verdict))
        for item in results.results
    ]
    console.print_table([(*head, ""), *rows])
    console.print_text("\nShare of draws in which it helps, with chance removed:\n")
    console.print_table(
        [head, *((item.kind, *(format_share(s.positive) for s in item.shares.values())) for item in results.results)]
    )
    console.print_text("\nRelative effect on hidden errors: median and middle 80 % of draws:\n")
    console.print_table(
        (item.kind, f"{middle:+.1%}", f"{low:+.1%} to {high:+.1%}")
        for item in results.results
        for middle, low, high in (item.effects["hidden_errors"],)
    )
    console.print_text("")
    for verdict, meaning in (
        (Verdict.ONE_SIDED, "Levers that help or harm in nearly all draws, on every outcome"),
        (Verdict.UNDECIDED, "Levers for which these runs do not decide"),
    ):
        kinds = [item.kind for item in results.results if item.verdict is verdict]
        console.print_text(f"{meaning}: {', '.join(kinds) or 'none'}.")
    console.print_next_steps(f"redbead levers {results.results[0].kind}", "redbead parameters")
