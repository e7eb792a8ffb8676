"""Commands ``redbead compare``, ``sweep`` and ``plan``: compare policies or values, and plan the runs."""

from __future__ import annotations

import itertools
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from redbead.cli import console, options
from redbead.exceptions import BadInputError, Exit, Problem

if TYPE_CHECKING:
    from redbead.execution.runs import RunOptions
    from redbead.studies.comparison.report_data import ReportData
    from redbead.studies.comparison.spec import Comparison

_Policies = Annotated[
    list[str],
    typer.Argument(metavar="POLICIES", help="One batch file, or two or more scenarios, by name or path."),
]
_Baseline = Annotated[str, typer.Option(metavar="NAME", help="Policy that all others are compared with.")]
_Runs = Annotated[
    str, typer.Option(metavar="N|auto", help="Runs per policy; auto adds runs until intervals are narrow enough.")
]
_Seed = Annotated[int | None, typer.Option(help="Seed of the first run; run k uses seed + k.")]
_Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Setting for all policies; repeatable.")
]
_Scenario = Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario, by name or path.")]
_Key = Annotated[str, typer.Argument(metavar="KEY", help="Path of a parameter, or levers.KIND.NUMBER of a lever.")]
_Values = Annotated[
    list[str], typer.Argument(metavar="VALUES", help="Numbers, or LOW:HIGH:COUNT for evenly spaced values.")
]
_Reference = Annotated[float | None, typer.Option(metavar="VALUE", help="Value that all others are compared with.")]
_SetForOne = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Setting for the scenario; repeatable.")
]
_Theories = Annotated[str, typer.Option(metavar="all|A,B", help="Rival theories to run all policies under.")]
_Measures = Annotated[
    list[str] | None,
    typer.Option(
        "--measure", metavar="NAME=SIZE", help="Deciding outcome and smallest important difference; repeatable."
    ),
]
_Intervals = Annotated[str, typer.Option(metavar="t|bootstrap", help="Method for confidence intervals.")]


class _Definition(NamedTuple):
    """Options that define a comparison."""

    policies: list[str]
    baseline: str
    runs: str
    seed: int | None
    settings: list[str] | None
    theories: str
    measures: list[str] | None
    intervals: str

    def comparison(self) -> Comparison:
        """Build the comparison."""
        from redbead.studies.comparison.inputs import gather

        return self.with_runs(gather(self.policies, baseline=self.baseline, **self.fields()))

    def fields(self) -> dict[str, Any]:
        """Options besides policies, baseline and runs."""
        from redbead.scenario.loader import parse_settings
        from redbead.studies.comparison.inputs import given_outcomes

        return {
            "settings": parse_settings(self.settings or []), "seed": self.seed,
            "intervals": _parse_intervals(self.intervals), "theories": _parse_theories(self.theories),
            "deciding_outcomes": given_outcomes(self.measures),
        }  # fmt: skip

    def with_runs(self, comparison: Comparison) -> Comparison:
        """Return the comparison with the number of runs of the options."""
        from redbead.studies.comparison.inputs import with_runs

        return with_runs(comparison, self.runs)


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def compare(
        policies: _Policies, baseline: _Baseline = "", runs: _Runs = "", seed: _Seed = None, set_: _Set = None,
        theories: _Theories = "", measure: _Measures = None, intervals: _Intervals = "",
        jobs: options.Jobs = None, cluster: options.Cluster = "", agents: options.AgentClasses = None,
        timeout: options.Timeout = 0.0, out: options.Out = None, json: console.JsonOption = False,
    ) -> int:  # fmt: skip
        """Compare policies on common random numbers. The same command resumes an interrupted comparison."""
        definition = _Definition(policies, baseline, runs, seed, set_, theories, measure, intervals)
        comparison = definition.comparison()
        limit = timeout or comparison.limits.seconds_per_run
        return _compare(comparison, options.run_options(jobs, cluster, limit, agents), out, json=json)

    @app.command(context_settings={"ignore_unknown_options": True})
    def sweep(
        scenario: _Scenario, key: _Key, values: _Values, reference: _Reference = None, runs: _Runs = "",
        seed: _Seed = None, set_: _SetForOne = None, theories: _Theories = "", measure: _Measures = None,
        intervals: _Intervals = "", jobs: options.Jobs = None, cluster: options.Cluster = "",
        timeout: options.Timeout = 0.0, out: options.Out = None, json: console.JsonOption = False,
    ) -> int:  # fmt: skip
        """Compare values of one parameter or one number of a lever, and report the response to it."""
        from redbead.scenario.loader import load
        from redbead.studies.comparison.sweep import build_sweep, parse_values

        definition = _Definition([scenario], "", runs, seed, set_, theories, measure, intervals)
        comparison = definition.with_runs(
            build_sweep(load(scenario), key, parse_values(values), reference=reference, **definition.fields())
        )
        limit = timeout or comparison.limits.seconds_per_run
        return _compare(comparison, options.run_options(jobs, cluster, limit), out, json=json)

    @app.command()
    def plan(
        policies: _Policies, baseline: _Baseline = "", runs: _Runs = "", seed: _Seed = None, set_: _Set = None,
        theories: _Theories = "", measure: _Measures = None, intervals: _Intervals = "",
        agents: options.AgentClasses = None,
        trial: Annotated[bool, typer.Option("--trial", help="Measure the speed of this machine.")] = False,
        protocol: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Also write the analysis protocol, with its hash.")
        ] = None,
        out: options.Out = None, json: console.JsonOption = False,
    ) -> int:  # fmt: skip
        """Estimate the runs, time and disk space of a comparison, and the runs that are already done."""
        definition = _Definition(policies, baseline, runs, seed, set_, theories, measure, intervals)
        comparison = definition.comparison()
        if protocol is not None:
            _write_protocol(comparison, protocol)
        return _plan(comparison, (agents or [], trial), out, json=json)


def _parse_intervals(word: str) -> str | None:
    if word and word not in ("t", "bootstrap"):
        raise BadInputError([Problem("--intervals", key=word, what="must be t or bootstrap")])
    return word or None


def _parse_theories(text: str) -> tuple[str, ...] | None:
    from redbead.scenario.messages import suggest_name
    from redbead.scenario.theories import THEORIES
    from redbead.studies.comparison.spec import ALL_THEORIES

    if not text:
        return None
    names = ALL_THEORIES if text == "all" else tuple(part.strip() for part in text.split(",") if part.strip())
    problems = [
        Problem("--theories", key=name, what="is not a known theory", hint=suggest_name(name, THEORIES))
        for name in names
        if name not in THEORIES
    ]
    if problems:
        raise BadInputError(problems)
    return tuple(dict.fromkeys(names))


def _compare(comparison: Comparison, execution: RunOptions, out: Path | None, *, json: bool) -> int:
    from redbead.studies.comparison.arms import arms_of

    runs = "as many runs as needed" if comparison.runs is None else f"{comparison.runs} runs each"
    scenarios = len(arms_of(comparison).arms)
    message = f"Comparing {len(comparison.policies)} policies: {scenarios} scenarios, {runs}."
    return print_results(options.run_with_progress(comparison, execution, out, message), json=json)


def print_results(data: ReportData, *, json: bool) -> int:
    """Print the results of a comparison and return its exit code, which shows whether all runs finished."""
    from redbead.report.comparison import tables

    results = data.results
    code = Exit.SOME_RUNS_FAILED if results.failed() else Exit.GOOD
    if json:
        console.print_json(tables.as_data(data) | {"exit_code": int(code)})
        return code
    for line in tables.lines(data):
        console.print_text(line) if isinstance(line, str) else console.print_table(line)
    options.print_failures(results)
    typer.echo(f"\nDigest: {tables.digest(data)}\nFolder: {results.folder}\nReport: {results.folder / 'report.html'}")
    console.print_next_steps(*tables.next_commands(data, options.command()), options.verify_command(results))
    return code


def _write_protocol(comparison: Comparison, file: Path) -> None:
    """Write the protocol and print its hash, which the report of the comparison states too."""
    from redbead.storage.atomic_files import replace_text
    from redbead.storage.manifest import require_outside
    from redbead.studies.comparison import forecast

    require_outside(file, "--protocol")
    text = forecast.protocol(comparison)
    replace_text(file, text)
    console.print_status(f"Protocol: {file}\n{text.splitlines()[-1]}")


def _plan(comparison: Comparison, speed: tuple[list[str], bool], out: Path | None, *, json: bool) -> int:
    from redbead.execution.jobs import classes
    from redbead.studies.comparison import folder, forecast
    from redbead.studies.comparison.arms import arms_of
    from redbead.studies.comparison.inputs import range_warnings

    agents, trial = speed
    custom = classes(agents) or None
    arms = arms_of(comparison)
    target = folder.place(comparison, arms, custom, out)
    estimate = forecast.forecast(comparison, arms, target, custom, trial=trial)
    options.print_warnings(range_warnings(comparison))
    if json:
        console.print_json(forecast.as_data(estimate))
        return Exit.GOOD
    console.print_table(forecast.rows(estimate))
    for reason in estimate.reasons:
        console.print_text(reason)
    console.print_next_steps(shlex.join(["redbead", "compare", *_arguments_of_compare(options.command()[2:])]))
    return Exit.GOOD


def _arguments_of_compare(words: list[str]) -> list[str]:
    """Arguments of a plan that ``redbead compare`` takes, too: all except ``--trial`` and ``--protocol FILE``."""
    return [
        word
        for before, word in itertools.pairwise(["", *words])
        if before != "--protocol" and word not in ("--protocol", "--trial") and not word.startswith("--protocol=")
    ]
