"""Commands ``redbead report``, ``redbead export`` and ``redbead replay`` for finished folders."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from redbead.cli import console
from redbead.exceptions import BadInputError, Exit, Problem

if TYPE_CHECKING:
    import pandas as pd

    from redbead.execution.runs import Progress
    from redbead.studies.replay import StoredRun

_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A run folder.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def report(
        folder: _Folder,
        kind: Annotated[
            str, typer.Option(metavar="brief|full", help="Summary on one A4 page, or the full report.")
        ] = "full",
        out: Annotated[
            Path | None, typer.Option(metavar="FILE", help="HTML file to write; DIR-report.html by default.")
        ] = None,
        json: console.JsonOption = False,
    ) -> int:
        """Write the report of a finished batch as one HTML file."""
        return _report(folder, kind, out, json=json)

    @app.command()
    def export(
        folder: _Folder,
        to: Annotated[str, typer.Option(metavar="csv|xlsx|parquet", help="File format.")],
        out: Annotated[
            Path | None, typer.Option(metavar="DIR", help="Folder to write; next to the run folder by default.")
        ] = None,
        weekly: Annotated[
            bool, typer.Option("--weekly", help="Also export the weekly values of all runs, to csv or parquet.")
        ] = False,
        breakdown: Annotated[
            list[str] | None,
            typer.Option(
                metavar="team|experience|agency", help="Also repeat all runs, and export rates by group; repeatable."
            ),
        ] = None,
        json: console.JsonOption = False,
    ) -> int:
        """Export summary tables and yearly means of a folder to a spreadsheet or another program."""
        return _export(folder, (to, weekly), out, breakdown or [], json=json)

    @app.command()
    def replay(
        folder: _Folder,
        key: Annotated[str, typer.Argument(metavar="KEY", help="Key of a run, from the column 'key' of runs.parquet.")],
        trace: Annotated[str, typer.Option(metavar="worker:POST", help="Print the weeks of one worker.")] = "",
        agents: Annotated[
            list[str] | None,
            typer.Option("--agents", metavar="MODULE:CLASS", help="Custom agent classes of the original runs."),
        ] = None,
        json: console.JsonOption = False,
    ) -> int:
        """Repeat one run of a folder and compare it with the stored result, or trace one of its workers."""
        return _replay(folder, key, trace, agents or [], json=json)


def _export(folder: Path, content: tuple[str, bool], out: Path | None, breakdowns: list[str], *, json: bool) -> int:
    from redbead.studies import export

    to, weekly = content
    tables = _breakdowns(folder, breakdowns)

    printer = console.ProgressPrinter()

    def show(now: Progress) -> None:
        if now.done:
            printer(now)
        else:
            console.print_status(f"Writing {now.total:,} weekly rows, {now.note}.")

    target = export.export(folder, to, out, weekly=weekly, report=show, tables=tables)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    if json:
        console.print_json({"folder": str(target), "bytes": size})
        return Exit.GOOD
    typer.echo(f"Exported to {target} ({size / 1e6:.1f} MB).")
    shown = shlex.quote(str(folder))
    weekly_command = () if weekly else (f"redbead export {shown} --to parquet --weekly",)
    console.print_next_steps(f"redbead report {shown}", *weekly_command)
    return Exit.GOOD


def _breakdowns(folder: Path, names: list[str]) -> dict[str, pd.DataFrame]:
    """Repeat the runs of a folder once per breakdown, and return the table of each."""
    from redbead.storage.manifest import require_intact
    from redbead.studies.comparison.breakdown import breakdown, check_breakdown
    from redbead.studies.stored_runs import load_results

    if not names:
        return {}
    for name in names:
        check_breakdown(name, None)
    require_intact(folder, "nothing was exported")
    results = load_results(folder)
    console.print_status("Repeating all runs, because stored runs contain no values of single workers.")
    return {f"breakdown-{name}": breakdown(results, name) for name in dict.fromkeys(names)}


def _report(folder: Path, kind: str, out: Path | None, *, json: bool) -> int:
    from redbead.report.comparison.page import KINDS, one_file
    from redbead.scenario.messages import suggest_name
    from redbead.storage.atomic_files import beside, replace_text
    from redbead.storage.manifest import require_intact, require_outside
    from redbead.studies.stored_runs import load_results

    if kind not in KINDS:
        what = "is not a known kind of report"
        raise BadInputError([Problem("--kind", key=kind, what=what, hint=suggest_name(kind, KINDS))])
    target = out or beside(folder, "-report.html")
    require_outside(target)
    require_intact(folder, "no report was written")
    replace_text(target, one_file(load_results(folder), kind))
    console.print_json({"report": str(target)}) if json else typer.echo(f"Report: {target}")
    if not json:
        console.print_next_steps(f"redbead export {shlex.quote(str(folder))} --to xlsx")
    return Exit.GOOD


def _replay(folder: Path, key: str, trace: str, agents: list[str], *, json: bool) -> int:
    from redbead.execution.jobs import classes
    from redbead.storage.manifest import require_intact
    from redbead.studies import replay

    require_intact(folder, "no run was repeated")
    run = replay.find_run(folder, key)
    if trace:
        replay.check_trace(folder)
        return _print_trace(run, trace, json=json)
    custom = classes(agents) or None
    replay.check_agents(folder, custom)
    repeated = replay.repeat_run(run, custom)
    finished = repeated.weekly is not None
    stored = replay.weekly_of(folder, run)
    same = finished and stored is not None and replay.is_identical(folder, run, repeated.weekly)  # type: ignore[arg-type]
    if json:
        console.print_json({
            "key": key, "seed": run.seed, "was": run.status, "is": "done" if finished else "failed",
            "cause": repeated.cause, "same": bool(same),
        })  # fmt: skip
    elif not finished:
        typer.echo(f"{key} failed again: {repeated.cause}\n\n{repeated.trace}".rstrip())
    elif run.status == "failed":
        typer.echo(f"{key} finished. The original run failed: {run.cause}")
    elif same:
        typer.echo(f"{key} was repeated: the results are identical.")
    else:
        reason = (
            "the folder contains no results of this run to compare with" if stored is None else "the results differ"
        )
        typer.echo(f"{key} was repeated: {reason}.")
    if not json:
        shown = shlex.quote(str(folder))
        trace_worker = f"redbead replay {shown} {shlex.quote(key)} --trace worker:0"
        console.print_next_steps(f"redbead verify {shown}" if custom else trace_worker)
    if not finished:
        return Exit.SOME_RUNS_FAILED
    return Exit.GOOD if same or run.status == "failed" or stored is None else Exit.CHECK_FAILED


def _print_trace(run: StoredRun, option: str, *, json: bool) -> int:
    """Print the state of one worker in every 13th week, or in every week as JSON, and events with colleagues."""
    from redbead.engine.simulate import prepare
    from redbead.studies.twins.study import events_with_colleagues, trace

    kind, _, post = option.partition(":")
    posts = int(run.scenario.value("authority.posts"))
    if kind != "worker" or not post.isdigit() or int(post) >= posts:
        hint = f"For example, --trace worker:14. Posts are numbered from 0 to {posts - 1}."
        raise BadInputError([Problem("--trace", key=option, what="must be worker:POST", hint=hint)])
    plan = prepare(run.scenario)
    frame, events = trace(plan, run.seed, int(post)), events_with_colleagues(plan, run.seed, int(post))
    if json:
        parts = {"weeks": frame.to_dict(orient="records"), "colleagues": events.to_dict(orient="records")}
        console.print_json({"key": run.key, "post": int(post), **parts})
        return Exit.GOOD
    rows = [(*frame.columns, "")]
    rows += [(f"{r[0]:.0f}", *(f"{x:.3g}" for x in r[1:]), "") for r in frame.iloc[::13].itertuples(index=False)]
    console.print_table(rows)
    if not events.empty:
        typer.echo("\nErrors noticed and reports among colleagues:")
        console.print_table([tuple(events.columns), *(tuple(map(str, r)) for r in events.itertuples(index=False))])
    console.print_next_steps("the same command with --json prints every week")
    return Exit.GOOD
