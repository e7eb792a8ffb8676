"""``redbead check``: does the model behave as the sources claim? Figures against directions and bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from redbead.cli import console
from redbead.exceptions import BadInputError, Exit, Problem

if TYPE_CHECKING:
    from redbead.studies.behaviour_checks.spec import Check
    from redbead.studies.behaviour_checks.study import CheckResult


TARGET_RUNS: Final = 100
"""Runs that a scenario is held against published figures with, where nobody says otherwise. [runs]"""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def check(
        names: Annotated[
            list[str] | None,
            typer.Argument(metavar="[NAME...]", help="Names or files of checks; with --targets, a file of targets."),
        ] = None,
        targets: Annotated[
            bool, typer.Option("--targets", help="Hold a scenario against the figures published for England.")
        ] = False,
        scenario: Annotated[str, typer.Option(help="With --targets: which scenario.")] = "baseline",
        test: Annotated[str, typer.Option(metavar="T29", help="Only checks of this test of the notes.")] = "",
        system: Annotated[str, typer.Option(metavar="S18", help="Only checks of this system.")] = "",
        theory: Annotated[
            str, typer.Option(metavar="THEORY", help="Only its claims, and under it the claims of any theory.")
        ] = "",
        runs: Annotated[int, typer.Option(help="Pairs of runs; 0 leaves each check its own.")] = 0,
        seed: Annotated[int, typer.Option(help="Seed of the first run; run k uses seed + k.")] = 1,
        jobs: Annotated[int | None, typer.Option(help="Threads; they change no bit of a result.")] = None,
        list_: Annotated[bool, typer.Option("--list", help="Only list the checks.")] = False,
        json: console.AsJson = False,
    ) -> int:
        """Check that the model behaves as its sources claim: direction, size, and what falls short."""
        if targets:
            return _targets(names or [], scenario, (runs or TARGET_RUNS, seed, jobs), list_=list_, json=json)
        from redbead.studies.behaviour_checks.reader import select_checks

        found = select_checks(names or [], test=test, system=system, theory=theory)
        if list_:
            return _list(found, json=json)
        return _run(found, theory, (runs, seed, jobs), json=json)


def _list(found: list[Check], *, json: bool) -> int:
    rows = [(c.name, " ".join(c.tests), " ".join(c.systems), c.theory, c.claim) for c in found]
    if json:
        keys = ("name", "tests", "systems", "theory", "claim")
        console.as_json([dict(zip(keys, row, strict=True)) for row in rows])
        return Exit.GOOD
    console.table((name, tests, claim) for name, tests, _, _, claim in rows)
    console.next_step(f"redbead check {found[0].name}", "redbead check")
    return Exit.GOOD


def _run(found: list[Check], theory: str, numbers: tuple[int, int, int | None], *, json: bool) -> int:
    from redbead.cli.console import Meter
    from redbead.execution.runs import check_numbers
    from redbead.studies.behaviour_checks import study

    runs, seed, jobs = numbers
    check_numbers(runs or 2, seed, jobs)
    plan = study.plan_checks(found, theory=theory, runs=runs)
    typer.echo(f"Checks: {len(found)}. Scenarios: {len(plan.requests)}. Runs: {plan.total}.", err=True)
    results = study.run_checks(plan, seed=seed, jobs=jobs, progress=Meter())
    code = study.exit_code(results)
    _json(results, code) if json else _told(results, code)
    return code


def _json(results: list[CheckResult], code: Exit) -> None:
    from redbead.studies.behaviour_checks.format import as_data, count_verdicts

    counted = {str(verdict): number for verdict, number in count_verdicts(results).items()}
    console.as_json({"checks": [as_data(result) for result in results], "summary": counted, "exit_code": int(code)})


def _told(results: list[CheckResult], code: Exit) -> None:
    """Print the table, the sentence below it, and where to go from there."""
    from redbead.studies.behaviour_checks.format import format_finding, summarise

    for result in results:
        check = result.check
        typer.echo(f"{check.name}  [{', '.join((*check.tests, *check.systems, check.theory))}]")
        console.say(check.claim)
        console.table((str(finding.verdict), format_finding(finding)) for finding in result.findings)
        typer.echo()
    console.say(f"{summarise(results)}.")
    console.next_step(*_next(results, code))


def _next(results: list[CheckResult], code: Exit) -> tuple[str, ...]:
    """The next useful command: more runs for what is open, the data of what fails."""
    from redbead.studies.behaviour_checks.format import FAILING

    for verdict in FAILING:
        for result in results:
            items = [f for f in result.findings if f.verdict is verdict and not f.expectation.known]
            if items and code == Exit.UNDECIDED:
                return (f"redbead check {result.check.name} --runs {result.runs + max(f.more_runs for f in items)}",)
            if items:
                return (f"redbead check {result.check.name} --json", "redbead check --list")
    return ("redbead check --list", "redbead scenarios")


def _targets(names: list[str], scenario: str, numbers: tuple[int, int, int | None], *, list_: bool, json: bool) -> int:
    """Hold a scenario against a file of published figures."""
    from redbead.studies.targets.reader import ENGLAND, read_targets

    if len(names) > 1:
        raise BadInputError([Problem("redbead check --targets", key=names[1], what="one file of targets at a time")])
    targets = read_targets(names[0] if names else ENGLAND)
    if list_:
        from redbead.studies.targets.levels import LEVELS

        console.table((level.name, level.unit, level.meaning) for level in LEVELS.values())
        console.next_step("redbead check --targets")
        return Exit.GOOD
    from redbead.cli.console import Meter
    from redbead.execution.runs import run_many
    from redbead.scenario.loader import load
    from redbead.studies.targets import format
    from redbead.studies.targets.results import compare_runs_with_targets, unmet

    runs, seed, jobs = numbers
    held = compare_runs_with_targets(
        targets, run_many(load(scenario), runs=runs, seed=seed, jobs=jobs, progress=Meter())
    )
    code = Exit.CHECK_FAILED if unmet(held) else Exit.GOOD
    if json:
        console.as_json({"targets": [format.as_data(item) for item in held], "runs": runs, "exit_code": int(code)})
        return code
    console.say(f"{scenario} against: {targets.title}")
    console.table(format.rows(format.ordered(held)))
    console.say(f"\n{format.summary(held, runs)}")
    console.next_step(f"redbead check --targets --scenario {scenario} --runs {4 * runs}", "redbead calibrate england")
    return code
