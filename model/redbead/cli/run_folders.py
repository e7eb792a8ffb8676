"""``redbead report | export | replay``: what can be done with a finished folder."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from redbead.cli import console
from redbead.exceptions import BadInputError, Exit, Problem

_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder of runs.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def report(
        folder: _Folder,
        kind: Annotated[str, typer.Option(metavar="brief|full", help="One screen, or everything.")] = "full",
        out: Annotated[Path | None, typer.Option(metavar="FILE", help="The page; else DIR-report.html.")] = None,
        json: console.AsJson = False,
    ) -> int:
        """Tell a finished batch anew, in one page; for a batch, `brief` is one screen."""
        return _report(folder, kind, out, json=json)

    @app.command()
    def export(
        folder: _Folder,
        to: Annotated[str, typer.Option(metavar="csv|xlsx|parquet", help="The form.")],
        out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where; else beside the folder.")] = None,
        json: console.AsJson = False,
    ) -> int:
        """Write the tables of a folder for a spreadsheet or another program."""
        from redbead.studies.export import export as replay

        place = replay(folder, to, out)
        console.as_json({"folder": str(place)}) if json else typer.echo(f"Exported to {place}")
        if not json:
            console.next_step(f"redbead report {shlex.quote(str(folder))}")
        return Exit.GOOD

    @app.command()
    def replay(
        folder: _Folder,
        key: Annotated[str, typer.Argument(metavar="KEY", help="The key of a run, as runs.parquet holds it.")],
        trace: Annotated[str, typer.Option(metavar="worker:POST", help="Follow one worker week by week.")] = "",
        agents: Annotated[
            list[str] | None, typer.Option("--agents", metavar="MODULE:CLASS", help="The classes the runs used.")
        ] = None,
        json: console.AsJson = False,
    ) -> int:
        """Make one run of a folder again: its bytes compared, its failure seen, or one of its workers followed."""
        return _replay(folder, key, trace, agents or [], json=json)


def _report(folder: Path, kind: str, out: Path | None, *, json: bool) -> int:
    from redbead.report.comparison.page import KINDS, one_file
    from redbead.scenario.messages import meant
    from redbead.storage.atomic_files import replace_text
    from redbead.storage.manifest import verify
    from redbead.studies.comparison.folder import load

    if kind not in KINDS:
        raise BadInputError([Problem("--kind", key=kind, what="no such kind", hint=meant(kind, KINDS))])
    if problems := verify(folder):
        console.err("\n".join(map(str, problems)))
        console.err(
            f"{folder} is not what its manifest says: nothing is told from it. The command that made it mends it."
        )
        return Exit.INTEGRITY
    target = out or folder.with_name(f"{folder.name}-report.html")
    replace_text(target, one_file(load(folder), kind))
    console.as_json({"report": str(target)}) if json else typer.echo(f"Report: {target}")
    if not json:
        console.next_step(f"redbead export {shlex.quote(str(folder))} --to xlsx")
    return Exit.GOOD


def _replay(folder: Path, key: str, trace: str, agents: list[str], *, json: bool) -> int:
    from redbead.execution.custom_agents import classes
    from redbead.studies import replay

    run = replay.find_run(folder, key)
    if trace:
        return _trace(run, trace, json=json)
    own = classes(agents) or None
    made = replay.repeat_run(run, own)
    good = made.weekly is not None
    same = good and replay.weekly_of(folder, run) is not None and replay.is_identical(folder, run, made.weekly)  # type: ignore[arg-type]
    if json:
        console.as_json({"key": key, "seed": run.seed, "was": run.status, "is": "done" if good else "failed",
                      "cause": made.cause, "same": bool(same)})  # fmt: skip
    elif not good:
        typer.echo(f"{key} fails again: {made.cause}\n\n{made.trace}".rstrip())
    elif run.status == "failed":
        typer.echo(f"{key} finishes now; it failed then: {run.cause}")
    else:
        typer.echo(
            f"{key} made again: " + ("equal to the last bit." if same else "its results differ, or none are kept.")
        )
    if not json:
        console.next_step(f"redbead replay {shlex.quote(str(folder))} {shlex.quote(key)} --trace worker:0")
    if not good:
        return Exit.SOME_RUNS_FAILED
    return Exit.GOOD if same or run.status == "failed" or replay.weekly_of(folder, run) is None else Exit.CHECK_FAILED


def _trace(run: object, what: str, *, json: bool) -> int:
    from redbead.engine.simulate import prepare
    from redbead.studies.replay import StoredRun
    from redbead.studies.twins.study import trace

    assert isinstance(run, StoredRun)
    kind, _, post = what.partition(":")
    posts = int(run.scenario.value("authority.posts"))
    if kind != "worker" or not post.isdigit() or int(post) >= posts:
        hint = f"such as --trace worker:14; posts go from 0 to {posts - 1}"
        raise BadInputError([Problem("--trace", key=what, what="must be worker:POST", hint=hint)])
    frame = trace(prepare(run.scenario), run.seed, int(post))
    if json:
        console.as_json({"key": run.key, "post": int(post), "weeks": frame.to_dict(orient="records")})
        return Exit.GOOD
    rows = [tuple(frame.columns)]
    rows += [(f"{r[0]:.0f}", *(f"{value:.3g}" for value in r[1:])) for r in frame.iloc[::13].itertuples(index=False)]
    console.table(rows)
    console.next_step("--json prints every week")
    return Exit.GOOD
