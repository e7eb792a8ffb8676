"""Folder of a lottery: number of authorities per grade, operating curve, and grades at the next visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from redbead.execution.runs import RunOptions
from redbead.storage.atomic_files import csv_text
from redbead.storage.point_store import Finished, run_points
from redbead.storage.study_folder import StudyFiles, header_of, inputs_digest, named_folder
from redbead.studies.lottery.study import Lottery, lottery, parse_options

PageWriter = Callable[[Path, Lottery], None]
"""Writes sentences and figure into a folder."""


def run_lottery(
    settings: Mapping[str, float | None], options: RunOptions, out: Path | None, command: list[str], pages: PageWriter
) -> Finished[Lottery]:
    """Compute a lottery, which needs no runs, and write a folder if `out` is given.

    Parameters
    ----------
    settings : mapping
        Values of the options; None for the default.
    options : RunOptions
        Not used, since nothing is run; its number of jobs is recorded.
    out : Path or None
        Folder to write.
    command : list of str
        Command line, for the manifest.
    pages : callable
        Writes sentences and figure.

    Raises
    ------
    BadInputError
        A number is outside its range, or the folder contains anything else.
    """
    regime, population = parse_options(settings)
    header = header_of("lottery", inputs_digest({"regime": regime._asdict(), "population": population._asdict()}))
    folder = named_folder(header, out)
    return run_points(
        folder, header, options, lambda _points: lottery(regime, population),
        lambda results: files_of(results, pages), command=command,
    )  # fmt: skip


def files_of(results: Lottery, pages: PageWriter) -> StudyFiles:
    """Tables of a lottery, with its sentences and figure."""
    frames = {"grades": results.to_frame(), "curve": results.curve_frame(), "next_visit": results.next_frame()}
    tables = {f"{name}.csv": csv_text(frame) for name, frame in frames.items()}
    return StudyFiles(tables, pages=lambda folder, _digest: pages(folder, results))
