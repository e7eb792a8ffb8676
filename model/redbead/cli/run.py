"""Commands ``redbead run``, ``digest``, ``verify``, ``selftest`` and ``measures``."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from redbead.cli import console, options
from redbead.exceptions import Exit, Problem

if TYPE_CHECKING:
    from redbead.execution.runs import RunOptions
    from redbead.studies.comparison.report_data import ReportData
    from redbead.studies.comparison.results import ComparisonRuns
    from redbead.studies.comparison.spec import Comparison

_Scenario = Annotated[str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or a path.")]
_Runs = Annotated[int, typer.Option(help="Number of runs.")]
_Seed = Annotated[int, typer.Option(help="Seed of the first run; run k uses seed + k.")]
_Set = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a parameter; repeatable.")]
_Events = Annotated[bool, typer.Option("--events", help="Also write the history of every error.")]
_Alone = Annotated[bool, typer.Option("--alone", help="Do not run the scenario that this one extends.")]
_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A run folder.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def run(
        scenario: _Scenario, runs: _Runs = 30, seed: _Seed = 1, jobs: options.Jobs = None, set_: _Set = None,
        out: options.Out = None, events: _Events = False, cluster: options.Cluster = "",
        timeout: options.Timeout = 0.0, agents: options.AgentClasses = None, alone: _Alone = False,
        json: console.JsonOption = False,
    ) -> int:  # fmt: skip
        """Simulate a scenario several times and write a folder with report, figures and tables.

        A scenario that extends another is compared with it on the same seeds. The same command resumes an interrupted
        run, and a larger number of runs extends the folder.
        """
        from redbead.scenario.loader import load_chain, parse_settings
        from redbead.studies.comparison import inputs

        changed, *extended = [item.set(parse_settings(set_)) if set_ else item for item in load_chain(scenario)]
        comparison = inputs.single(changed, runs=runs, seed=seed, extended=() if alone else extended)
        execution = options.run_options(jobs, cluster, timeout, agents, events=events)
        return _run(comparison, execution, out, name=scenario, json=json)

    @app.command()
    def digest(folder: _Folder, json: console.JsonOption = False) -> int:
        """Print the SHA-256 of the results in a run folder."""
        from redbead.analysis import digest
        from redbead.storage.manifest import require_intact

        require_intact(folder, "its digest was not computed")
        value = digest.digest(folder)
        console.print_json({"folder": str(folder), "digest": value}) if json else typer.echo(value)
        return Exit.GOOD

    @app.command()
    def verify(
        folder: _Folder,
        rerun: Annotated[int, typer.Option(metavar="N", help="Also repeat N runs and compare their results.")] = 0,
        json: console.JsonOption = False,
    ) -> int:
        """Verify all files of a run folder against its manifest, and optionally repeat some of its runs."""
        return _verify(folder, rerun, json=json)

    @app.command()
    def selftest(json: console.JsonOption = False) -> int:
        """Run a small scenario compiled, uncompiled and in another process, and compare the results."""
        return _selftest(json=json)

    @app.command()
    def measures(
        name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Show one measure.")] = None,
        json: console.JsonOption = False,
    ) -> int:
        """List the weekly measures: unit, better direction, and whether an authority could observe them."""
        return _measures(name, json=json)


def _run(comparison: Comparison, execution: RunOptions, out: Path | None, *, name: str, json: bool) -> int:
    from redbead.scenario.scenario import years_text

    scenario, runs = comparison.policies[0].scenario, comparison.runs or 0
    beside = f" and {comparison.baseline}, which it extends" if comparison.others else ""
    each = " each" if comparison.others else ""
    message = f"Running {scenario.name}{beside}: {runs} run{'s' * (runs != 1)}{each} of {years_text(scenario.years)}."
    return _print_results(options.run_with_progress(comparison, execution, out, message), name, json=json)


def _print_results(data: ReportData, name: str, *, json: bool) -> int:
    """Print the results of a folder and return the exit code, which shows whether all runs finished."""
    from redbead.storage import manifest
    from redbead.studies.comparison.arms import agents_sentence

    results = data.results
    record = manifest.read(results.folder)
    failed: list[str] = record["runs"]["failed"]
    code = Exit.SOME_RUNS_FAILED if failed else Exit.GOOD
    if json:
        console.print_json(_as_data(results, record) | {"exit_code": int(code)})
        return code
    for outcome, mean, interval in _headline_rows(results):
        typer.echo(f"  {outcome:<33} {mean:<22} {interval}".rstrip())
    if results.comparison.others:
        _print_difference(data)
    elif agents := agents_sentence(results.store.header["agents"]):
        console.print_text(f"\n{agents}")
    options.print_failures(results)
    report = results.folder / "report.html"
    typer.echo(f"\nDigest: {record['results_digest']}\nFolder: {results.folder}\nReport: {report}")
    other = "redbead run two-strikes" if name == "baseline" else f"redbead diff baseline {shlex.quote(name)}"
    console.print_next_steps(options.verify_command(results), other)
    return code


def _headline_rows(results: ComparisonRuns) -> list[tuple[str, str, str]]:
    """Rows of the headline table; none if no run finished."""
    from redbead.analysis.outcomes import LATE
    from redbead.report.text import headline, outcomes_by_name, period_text, table_rows

    batch = results.reported_runs
    if batch is None or not batch.good:
        return []
    rows = headline(outcomes_by_name(batch), batch.scenario.looks)
    return table_rows(rows, period_text(LATE, batch.weeks))


def _print_difference(data: ReportData) -> None:
    """Print the difference from the scenario that this one extends."""
    from redbead.report.comparison.page import compared_with_baseline

    if compared := compared_with_baseline(data):
        typer.echo(f"\nPaired difference from {compared.baseline}, {compared.over}:")
        console.print_table(row[:3] for row in compared.rows)
        for sentence in compared.sentences:
            console.print_text(sentence)


def _as_data(results: ComparisonRuns, record: dict[str, Any]) -> dict[str, Any]:
    from redbead.studies.comparison.results import summary

    rows = summary(results).to_dict(orient="records")
    return {
        "folder": str(results.folder),
        "report": str(results.folder / "report.html"),
        "status": record["status"],
        "runs": record["runs"],
        "digest": record["results_digest"],
        "baseline": results.comparison.baseline if results.comparison.others else None,
        "summary": [
            {key: value for key, value in row.items() if value not in ("", None) and value == value} for row in rows
        ],
    }


def _verify(folder: Path, repeats: int, *, json: bool) -> int:
    from redbead.cli.console import progress_line
    from redbead.execution.runs import Progress
    from redbead.storage.manifest import plugin_differences, read, verify
    from redbead.studies.replay import rerun

    problems = verify(folder)
    problems += [Problem(str(folder), what=what) for what in plugin_differences(read(folder))]
    if repeats and not problems:
        problems = rerun(folder, repeats, lambda k, n: console.print_status(progress_line(Progress(k, n, 0, 0.0, 0.0))))
    if json:
        console.print_json({"folder": str(folder), "good": not problems, "problems": [asdict(p) for p in problems]})
    elif problems:
        console.print_status("\n".join(map(str, problems)))
        console.print_status(f"{len(problems)} problem{'s' * (len(problems) != 1)} found in {folder}.")
    else:
        repeated = f" {repeats} run{'s' * (repeats != 1)} repeated with identical results." if repeats else ""
        typer.echo(f"PASS: all files of {folder} match the manifest.{repeated}")
        console.print_next_steps(f"redbead digest {shlex.quote(str(folder))}")
    return Exit.INTEGRITY if problems else Exit.GOOD


def _measures(name: str | None, *, json: bool) -> int:
    from redbead.execution.runs import find_measure
    from redbead.measures import MEASURES
    from redbead.scenario.plugins import OWN_MEASURES

    measures = (*MEASURES, *(own.measure for own in OWN_MEASURES.values())) if name is None else (find_measure(name),)
    if json:
        console.print_json([asdict(measure) for measure in measures])
        return Exit.GOOD
    better = {"up": "higher is better", "down": "lower is better", "neither": ""}
    console.print_table(
        (m.name, m.unit, better[m.better], "" if m.observable else "not observable", m.meaning) for m in measures
    )  # fmt: skip
    console.print_next_steps("redbead run baseline")
    return Exit.GOOD


_CODE: Final = "from redbead.cli.run import small_digest; print(small_digest())"
_TIMEOUT: Final = 300
"""Time limit of the process that repeats the digest. [s]"""


def small_digest() -> str:
    """Digest of three runs of a small authority over two years. [hexadecimal]"""
    from redbead.api import run
    from redbead.scenario.scenario import Scenario

    changes: dict[str, float | str] = {
        "time.years": 2,
        "time.warm_up_years": 1,
        "authority.posts": 24,
        "takeover.rule": "automatic",
    }
    return run(Scenario(name="selftest").set(changes), runs=3, seed=2026).digest()


def _selftest(*, json: bool) -> int:
    """Compare the digest of this process with those of a new process, compiled and uncompiled."""
    clock = time.perf_counter()
    here, other, uncompiled = small_digest(), _digest_in_new_process(), _digest_in_new_process(REDBEAD_JIT="0")
    passed = here == other == uncompiled
    seconds = round(time.perf_counter() - clock, 1)
    if json:
        console.print_json({
            "good": passed, "digest": here, "other_process": other, "uncompiled": uncompiled, "seconds": seconds,
        })  # fmt: skip
    else:
        typer.echo(f"{'PASS' if passed else 'FAIL'} {here} ({seconds} s)")
        if not passed:
            console.print_status(f"Result of another process: {other}\nResult without compiler:   {uncompiled}")
            console.print_status("Report this failure with the type of your computer and 'redbead --version'.")
        console.print_next_steps("redbead run baseline")
    return Exit.GOOD if passed else Exit.CHECK_FAILED


def _digest_in_new_process(**variables: str) -> str:
    """Compute the digest in a new process with other environment variables. Returns the error if it fails."""
    paths = os.pathsep.join(p for p in sys.path if p)
    environment = os.environ | {"PYTHONHASHSEED": "2026", "PYTHONPATH": paths, "TZ": "Pacific/Chatham"} | variables
    process = subprocess.run(  # noqa: S603 - this interpreter and code of this package
        [sys.executable, "-P", "-c", _CODE],
        capture_output=True,
        text=True,
        env=environment,
        timeout=_TIMEOUT,
        check=False,
    )
    return process.stdout.strip() or f"error: {process.stderr.strip().splitlines()[-1:]}"
