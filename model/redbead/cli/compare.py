"""``redbead compare`` and ``redbead plan``: many policies on the same dice, and what that would take."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from redbead.cli import console
from redbead.exceptions import BadInputError, Exit, Problem

if TYPE_CHECKING:
    from redbead.studies.comparison.results import ComparisonRuns
    from redbead.studies.comparison.spec import Comparison
    from redbead.studies.comparison.study import RunOptions

_Policies = Annotated[
    list[str], typer.Argument(metavar="POLICIES", help="A batch file, or two scenarios and more, by name or path.")
]
_Baseline = Annotated[str, typer.Option(metavar="NAME", help="The policy that all others are compared with.")]
_Runs = Annotated[str, typer.Option(metavar="N|auto", help="Runs of each policy; auto stops when they are enough.")]
_Seed = Annotated[int | None, typer.Option(help="Seed of the first run; run k uses seed + k.")]
_Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="A setting for all policies; repeatable.")
]
_Theories = Annotated[str, typer.Option(metavar="all|A,B", help="Rival theories under which everything is run.")]
_Measures = Annotated[
    list[str] | None,
    typer.Option("--measure", metavar="NAME=SIZE", help="What decides, and the smallest difference that matters."),
]
_Intervals = Annotated[str, typer.Option(metavar="t|bootstrap", help="How intervals are made.")]
_Out = Annotated[Path | None, typer.Option(metavar="DIR", help="The folder; else one under runs/.")]
_Agents = Annotated[
    list[str] | None,
    typer.Option("--agents", metavar="MODULE:CLASS", help="A class of yours in place of the model's own; repeatable."),
]


class _CompareOptions(NamedTuple):
    """What the command line asks of a comparison."""

    policies: list[str]
    baseline: str
    runs: str
    seed: int | None
    settings: list[str] | None
    theories: str
    measures: list[str] | None
    intervals: str

    def comparison(self) -> Comparison:
        """The comparison."""
        from redbead.scenario.loader import settings
        from redbead.studies.comparison.inputs import gather, parse_deciding_outcomes, with_runs

        made = gather(
            self.policies, baseline=self.baseline, settings=settings(self.settings or []), seed=self.seed,
            intervals=_interval_word(self.intervals), theories=_theory_words(self.theories),
            deciding_outcomes=parse_deciding_outcomes(self.measures) if self.measures else None,
        )  # fmt: skip
        return with_runs(made, self.runs)


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def compare(
        policies: _Policies, baseline: _Baseline = "", runs: _Runs = "", seed: _Seed = None, set_: _Set = None,
        theories: _Theories = "", measure: _Measures = None, intervals: _Intervals = "",
        jobs: Annotated[int | None, typer.Option(help="Threads or processes; they change no bit of a result.")] = None,
        cluster: Annotated[str, typer.Option(metavar="ADDRESS", help="A Dask scheduler, tcp://127.0.0.1:8786.")] = "",
        agents: _Agents = None,
        timeout: Annotated[float, typer.Option(metavar="SECONDS", help="A run that takes longer is given up.")] = 0.0,
        out: _Out = None, json: console.AsJson = False,
    ) -> int:  # fmt: skip
        """Compare policies on the same dice; the same command again goes on where it stopped."""
        wish = _CompareOptions(policies, baseline, runs, seed, set_, theories, measure, intervals)
        return _compare(wish.comparison(), (jobs, cluster, timeout, agents or []), out, json=json)

    @app.command()
    def plan(
        policies: _Policies, baseline: _Baseline = "", runs: _Runs = "", seed: _Seed = None, set_: _Set = None,
        theories: _Theories = "", measure: _Measures = None, intervals: _Intervals = "", agents: _Agents = None,
        out: _Out = None, json: console.AsJson = False,
    ) -> int:  # fmt: skip
        """Say what a comparison takes: runs, minutes, megabytes, and what of it is done already."""
        wish = _CompareOptions(policies, baseline, runs, seed, set_, theories, measure, intervals)
        return _plan(wish.comparison(), agents or [], out, json=json)


def _interval_word(word: str) -> str | None:
    if word and word not in ("t", "bootstrap"):
        raise BadInputError([Problem("--intervals", key=word, what="must be t or bootstrap")])
    return word or None


def _theory_words(text: str) -> tuple[str, ...] | None:
    from redbead.scenario.messages import meant
    from redbead.scenario.theories import THEORIES
    from redbead.studies.comparison.spec import ALL_THEORIES

    if not text:
        return None
    names = ALL_THEORIES if text == "all" else tuple(part.strip() for part in text.split(",") if part.strip())
    wrong = [
        Problem("--theories", key=name, what="no such theory", hint=meant(name, THEORIES))
        for name in names
        if name not in THEORIES
    ]
    if wrong:
        raise BadInputError(wrong)
    return tuple(dict.fromkeys(names))


def _compare(
    comparison: Comparison, where: tuple[int | None, str, float, list[str]], out: Path | None, *, json: bool
) -> int:
    from redbead.report.comparison.page import write_pages
    from redbead.studies.comparison import folder
    from redbead.studies.comparison.arms import arms_of
    from redbead.studies.comparison.study import compare

    how = _how(comparison, *where)
    arms = arms_of(comparison)
    target = folder.place(comparison, arms, how.agents, out)
    many = "as many runs as it takes" if comparison.runs is None else f"{comparison.runs} runs"
    console.err(f"{len(comparison.policies)} policies, {len(arms.arms)} scenarios, {many} of each; in {target}.")
    results = compare(
        comparison, target, how, command=["redbead", *sys.argv[1:]], pages=write_pages,
        writing=lambda: console.err("Writing tables, figures and report."),
    )  # fmt: skip
    return told(results, json=json)


def _how(comparison: Comparison, jobs: int | None, cluster: str, timeout: float, agents: list[str]) -> RunOptions:
    from redbead.cli.console import Meter
    from redbead.execution.custom_agents import classes
    from redbead.execution.runs import check_numbers, default_jobs, execution_target
    from redbead.studies.comparison.study import RunOptions

    check_numbers(1, 0, jobs)
    own = classes(agents) or None
    limit = timeout or comparison.limits.seconds_per_run
    return RunOptions(execution_target(own, jobs=jobs or default_jobs(), cluster=cluster, limit=limit), own, Meter())


def told(results: ComparisonRuns, *, json: bool) -> int:
    """Print what a comparison found; its exit code says whether all runs finished."""
    from redbead.report.comparison import tables
    from redbead.studies.comparison.report_data import ReportData

    found = ReportData(results)
    failed = results.failed()
    code = Exit.SOME_RUNS_FAILED if failed else Exit.GOOD
    if json:
        console.as_json(tables.as_data(found) | {"exit_code": int(code)})
        return code
    for line in tables.lines(found):
        console.say(line) if isinstance(line, str) else console.table(line)
    if failed:
        console.err(f"{len(failed)} runs failed; their causes are in {results.folder / 'failures'}.")
        console.err("The same command tries them again.")
    target = shlex.quote(str(results.folder))
    typer.echo(f"\nDigest: {tables.digest(found)}\nFolder: {results.folder}\nReport: {results.folder / 'report.html'}")
    console.next_step(*tables.next_commands(found), f"redbead verify {target} --rerun 2")
    return code


def _plan(comparison: Comparison, agents: list[str], out: Path | None, *, json: bool) -> int:
    from redbead.execution.custom_agents import classes
    from redbead.studies.comparison import folder, forecast
    from redbead.studies.comparison.arms import arms_of

    own = classes(agents) or None
    arms = arms_of(comparison)
    found = forecast.forecast(comparison, arms, folder.place(comparison, arms, own, out), own)
    if json:
        console.as_json(forecast.as_data(found))
        return Exit.GOOD
    console.table(forecast.rows(found))
    for reason in found.reasons:
        console.say(reason)
    console.next_step(shlex.join(["redbead", "compare", *sys.argv[2:]]))
    return Exit.GOOD
