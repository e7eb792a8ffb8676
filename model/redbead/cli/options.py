"""Options that several commands share, and the execution of a comparison with progress."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer

from redbead.cli import console

if TYPE_CHECKING:
    from redbead.execution.runs import Progress, RunOptions
    from redbead.storage.point_store import Finished
    from redbead.studies.comparison.report_data import ReportData
    from redbead.studies.comparison.results import ComparisonRuns
    from redbead.studies.comparison.spec import Comparison

Out: TypeAlias = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Folder for the results; under runs/ by default.")
]
OutOnRequest: TypeAlias = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Also write a folder that 'redbead verify' can check; none by default."),
]
Jobs: TypeAlias = Annotated[
    int | None, typer.Option("--jobs", help="Number of threads or processes. Results do not depend on it.")
]
Cluster: TypeAlias = Annotated[
    str, typer.Option("--cluster", metavar="ADDRESS", help="Address of a Dask scheduler, such as tcp://127.0.0.1:8786.")
]
Timeout: TypeAlias = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", help="Time limit per run; 0 uses the default.")
]
AgentClasses: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--agents", metavar="MODULE:CLASS", help="Custom class that replaces an agent; repeatable."),
]
_Plugins: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--plugins", metavar="MODULE", help="Import a module with own levers or measures; repeatable."),
]


def plugins_option() -> Any:  # noqa: ANN401 - an option of typer
    """Option --plugins of all commands that read scenarios or results. It imports modules before the command runs."""
    app = typer.Typer(add_completion=False)

    @app.command(cls=console.PlainCommand)
    def declare(plugins: _Plugins = None) -> None:
        """Declare the option."""

    def load(_context: object, names: Sequence[str] | None) -> None:
        """Import the modules. Without names, nothing is imported or converted, so that commands start quickly."""
        if names:
            from redbead.scenario.plugins import load_plugins

            load_plugins(*names)

    option: Any = typer.main.get_command(app).params[0]
    option.expose_value, option.is_eager, option.process_value = False, True, load
    return option


def run_options(
    jobs: int | None = None, cluster: str = "", timeout: float = 0.0, agents: list[str] | None = None, *,
    events: bool = False, progress: bool = True,
) -> RunOptions:  # fmt: skip
    """Convert options of a command; a time limit of 0 is the default of the package."""
    from redbead.execution import runs
    from redbead.execution.jobs import classes

    return runs.run_options(
        jobs=jobs, agents=classes(agents or []) or None, cluster=cluster, limit=timeout or runs.TIME_LIMIT,
        progress=console.ProgressPrinter() if progress else None, events=events,
    )  # fmt: skip


_MOST_WARNINGS: Final = 10
ARGUMENTS: Final[list[str]] = []
"""Arguments of the command that runs, after the name of the program."""


def print_warnings(warnings: Sequence[str]) -> None:
    """Print warnings on standard error, one paragraph each; with many, the first ones and their number."""
    for warning in warnings[:_MOST_WARNINGS]:
        console.print_status(console.wrap(f"Warning: {warning}", "    "))
    if len(warnings) > _MOST_WARNINGS:
        console.print_status(f"Warning: {len(warnings) - _MOST_WARNINGS} more values beyond the range of a parameter.")


def command() -> list[str]:
    """Command line with the name of the program instead of its path."""
    return ["redbead", *ARGUMENTS]


def run_with_progress(
    comparison: Comparison, options: RunOptions, out: Path | None, message: str
) -> ReportData:  # fmt: skip
    """Run a comparison in its folder with progress on standard error, and say if nothing had to be done.

    The report and the output of the command share the findings, which are computed once.

    Parameters
    ----------
    comparison : Comparison
        What to run.
    options : RunOptions
        How to run it.
    out : Path or None
        Folder that the user named.
    message : str
        First line to print.
    """
    from redbead.studies.comparison import folder
    from redbead.studies.comparison.arms import arms_of
    from redbead.studies.comparison.inputs import range_warnings
    from redbead.studies.comparison.study import compare

    work: list[str] = []
    shared: list[ReportData] = []

    def report_progress(progress: Progress) -> None:
        work.append("runs")
        if options.progress:
            options.progress(progress)

    def announce_writing() -> None:
        work.append("files")
        console.print_status("Writing tables, figures and report.")

    def write_report(folder: Path, results: ComparisonRuns, digest: str, words: list[str]) -> None:
        """Write the report. Its libraries are imported after the runs, so that the first run starts earlier."""
        from redbead.report.comparison.page import write_pages
        from redbead.studies.comparison.report_data import ReportData

        shared.append(ReportData(results))
        write_pages(folder, results, digest, words, shared[0])

    target = folder.place(comparison, arms_of(comparison), options.agents, out)
    console.print_status(f"{message}\nFolder: {target}")
    print_warnings(range_warnings(comparison))
    results = compare(
        comparison, target, options._replace(progress=report_progress), command=command(), pages=write_report,
        writing=announce_writing,
    )  # fmt: skip
    if not work:
        console.print_status("The folder already contains these runs, so nothing was run.")
    if not shared:
        from redbead.studies.comparison.report_data import ReportData

        shared.append(ReportData(results))
    return shared[0]


def print_folder(finished: Finished[Any]) -> None:
    """Print folder and digest of a study on standard error, if it wrote a folder."""
    if finished.folder is not None:
        target = shlex.quote(str(finished.folder))
        console.print_status(f"Folder: {target}\nDigest: {finished.digest}\nTo check it: redbead verify {target}")


_MOST_CAUSES: Final = 5
_MOST_SEEDS: Final = 3


def verify_command(results: ComparisonRuns) -> str:
    """Command that verifies a folder. Runs of custom agents are repeated by ``redbead replay`` only."""
    rerun = "" if results.store.header.get("agents") else " --rerun 2"
    return f"redbead verify {shlex.quote(str(results.folder))}{rerun}"


_ANY_NUMBER: Final = re.compile(r"(?<![A-Za-z_])[-+\u2212]?(?:\d[\d,_]*\.?\d*(?:[eE][-+]?\d+)?|\.\d+|nan\b|inf\b)")


def group_causes(failures: Sequence[tuple[str, str]]) -> list[tuple[list[str], list[str]]]:
    """Group failures whose causes differ in numbers only, the largest group first.

    Parameters
    ----------
    failures : sequence of (str, str)
        Cause and seed of each failed run.

    Returns
    -------
    list of (list of str, list of str)
        Causes and seeds of each group.

    Examples
    --------
    >>> group_causes([("x = 0.3", "1"), ("x = -4e5", "2"), ("y", "3")])
    [(['x = 0.3', 'x = -4e5'], ['1', '2']), (['y'], ['3'])]
    """
    groups: dict[str, tuple[list[str], list[str]]] = {}
    for cause, seed in failures:
        causes, seeds = groups.setdefault(_ANY_NUMBER.sub("#", cause), ([], []))
        causes.append(cause)
        seeds.append(seed)
    return sorted(groups.values(), key=lambda group: -len(group[1]))


def print_failures(results: ComparisonRuns) -> None:
    """Print the causes of failed runs with their seeds, and how to see and to repeat them; nothing if none failed."""
    from redbead.studies.comparison.folder import replay_command

    failed = results.failed()
    if not failed:
        return
    groups = group_causes([
        (results.store.runs[arm, run].cause, str(results.comparison.seed + run)) for arm, run in failed
    ])  # fmt: skip
    lines = [f"{len(failed)} of {results.progress[1]} runs failed."]
    for causes, all_seeds in groups[:_MOST_CAUSES]:
        seeds = list(dict.fromkeys(all_seeds))
        more = f" and {len(seeds) - _MOST_SEEDS} more" if len(seeds) > _MOST_SEEDS else ""
        count = f"{len(all_seeds)} run{'s' * (len(all_seeds) != 1)}"
        numbers = " with different numbers" if len(set(causes)) > 1 else ""
        lines.append(f"    {causes[0]} ({count}{numbers}; seed {', '.join(seeds[:_MOST_SEEDS])}{more})")
    if len(groups) > _MOST_CAUSES:
        others = len(groups) - _MOST_CAUSES
        lines.append(f"    and {others} other cause{'s' * (others != 1)}")
    lines += [
        f"    To repeat one of them with its traceback: {replay_command(results, failed[0])}",
        f"    All are described in {results.folder / 'failures'}. To repeat all, run the same command again.",
    ]
    console.print_status("\n".join(lines))
