"""``redbead calibrate``: which values of the free parameters do the published figures leave standing?"""

from __future__ import annotations

import shlex
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from redbead.cli import show
from redbead.problems import Exit


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def calibrate(
        file: Annotated[str, typer.Argument(metavar="FILE", help="A calibration file, or 'england' as it is shipped.")],
        jobs: Annotated[int | None, typer.Option(help="Threads; they change no bit of a result.")] = None,
        out: Annotated[Path | None, typer.Option(metavar="DIR", help="The folder of the calibration.")] = None,
        json: show.AsJson = False,
    ) -> int:
        """Fit free parameters to published figures; the same command again goes on where it stopped."""
        return _calibrate(file, jobs, out, json=json)


def _calibrate(file: str, jobs: int | None, out: Path | None, *, json: bool) -> int:
    from datetime import UTC, datetime

    from redbead.cli.progress import Meter
    from redbead.report.calibration import write_pages
    from redbead.study.calibrating import folder
    from redbead.study.calibrating.read import find_calibration, read_calibration
    from redbead.study.calibrating.trials import Trials
    from redbead.study.calibrating.waves import calibrate
    from redbead.study.running.places import Place
    from redbead.study.runs import check_numbers, default_jobs

    check_numbers(1, 0, jobs)
    calibration = read_calibration(find_calibration(file))
    target = folder.place(calibration, out)
    c = calibration
    work = f"{c.waves} waves of {c.points} x {c.runs} runs"
    show.err(f"{len(c.free)} parameters, {len(c.targets.fitted)} levels, {work}; in {target}.")
    started, clock = datetime.now(UTC), time.perf_counter()
    width = jobs or default_jobs()
    fitted = calibrate(calibration, Trials(calibration, target, Place(width), Meter()))
    digest = folder.write(
        fitted, target, command=["redbead", *sys.argv[1:]], started=started, seconds=time.perf_counter() - clock,
        jobs=width, pages=write_pages,
    )  # fmt: skip
    return _told(fitted, target, digest, json=json)


def _told(fitted: object, target: Path, digest: str, *, json: bool) -> int:
    from redbead.report import calibration as telling
    from redbead.study.calibrating.folder import FITTED, held_at_centre
    from redbead.study.calibrating.found import narrowed
    from redbead.study.calibrating.waves import Fitted
    from redbead.study.targets import tell
    from redbead.study.targets.judge import missed

    assert isinstance(fitted, Fitted)
    held = held_at_centre(fitted)
    code = Exit.CHECK_FAILED if missed(held) else Exit.GOOD
    if json:
        show.as_json({
            "targets": [tell.as_data(item) for item in held],
            "parameters": [item._asdict() for item in narrowed(fitted)],
            "plausible": len(fitted.ensemble), "confirmed": len(fitted.confirmed),
            "digest": digest, "exit_code": int(code),
        })  # fmt: skip
        return code
    for sentence in telling.answer(fitted):
        show.say(sentence)
    typer.echo()
    show.table(telling.row(item) for item in narrowed(fitted))
    typer.echo()
    show.table(tell.rows(tell.ordered(held)))
    typer.echo(f"\nDigest: {digest}\nFolder: {target}\nReport: {target / 'report.html'}")
    show.next_step(f"redbead run {shlex.quote(str(target / FITTED))}", f"redbead verify {shlex.quote(str(target))}")
    return code
