"""Comparison of one scenario with a set of targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from redbead.analysis.estimates import Estimate
from redbead.execution.runs import RunOptions, check_numbers
from redbead.measures import MeasureLookup
from redbead.scenario.scenario import Scenario
from redbead.storage.atomic_files import csv_text
from redbead.storage.point_store import Finished, Point, Points, run_points
from redbead.storage.study_folder import StudyFiles, header_of, inputs_digest, named_folder
from redbead.studies.targets.format import frame, ordered
from redbead.studies.targets.levels import levels_of
from redbead.studies.targets.results import TargetResult, target_results
from redbead.studies.targets.spec import TargetSet


def run_targets(
    targets: TargetSet, scenario: Scenario, numbers: tuple[int, int], options: RunOptions, out: Path | None,
    command: list[str],
) -> Finished[list[TargetResult]]:  # fmt: skip
    """Compare a scenario with published figures.

    Parameters
    ----------
    targets : TargetSet
        The published figures.
    scenario : Scenario
        The scenario.
    numbers : tuple of int
        Number of runs, and seed of the first run; run k uses ``seed + k``.
    options : RunOptions
        How the runs are executed.
    out : Path or None
        Folder to write; None to write nothing.
    command : list of str
        Command line, for the manifest.

    Returns
    -------
    Finished
        One result per target, in order.

    Raises
    ------
    BadInputError
        If a number is out of range, or the folder contains anything else.
    RunsFailedError
        If runs failed.
    """
    runs, seed = numbers
    check_numbers(runs, seed, None)
    inputs = {"scenario": scenario.digest(), "targets": targets.figures(), "runs": runs, "seed": seed}
    header = header_of("targets", inputs_digest(inputs))
    folder = named_folder(header, out)

    def evaluate(points: Points) -> list[TargetResult]:
        point = Point(scenario, runs, seed, lambda get: levels_as_data(get, targets.levels))
        return target_results(targets, levels_from_data(points.evaluate("targets", [point])[0]))

    def files(results: list[TargetResult]) -> StudyFiles:
        return StudyFiles({"targets.csv": csv_text(frame(ordered(results)))})

    return run_points(folder, header, options, evaluate, files, command=command)


def levels_as_data(get: MeasureLookup, names: Sequence[str]) -> dict[str, list[float | None]]:
    """Levels of some runs as data that JSON can represent; a level that could not be estimated is null."""
    levels = levels_of(get, tuple(names))
    return {name: [None if np.isnan(v) else float(v) for v in level] for name, level in levels.items()}


def levels_from_data(data: Mapping[str, Sequence[float | None]]) -> dict[str, Estimate]:
    """Levels from the data of :func:`levels_as_data`."""
    return {name: _estimate(values) for name, values in data.items()}


def _estimate(values: Sequence[float | None]) -> Estimate:
    value, low, high, error, observations = (np.nan if number is None else float(number) for number in values)
    return Estimate(value, low, high, error, int(observations))
