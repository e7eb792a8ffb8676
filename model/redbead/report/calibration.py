"""Report of a calibration: sentences, tables, two figures and a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from redbead import parameters
from redbead.quantities import MINUS
from redbead.report.comparison.text import format_value
from redbead.report.plotting import BLUE, GREY, ORANGE, RULE, Drawing, add_captions, figure_style, new_figure
from redbead.report.run_page import command_line, figure_for, render, write_figures
from redbead.report.text import citation
from redbead.scenario.scenario import BANNER
from redbead.storage.atomic_files import write_text
from redbead.studies.calibration.history_matching import CENTRAL_RUNS, CalibrationFit
from redbead.studies.calibration.study import (
    PosteriorSummary,
    central_target_results,
    correlated_pairs,
    posterior_summaries,
)
from redbead.studies.targets import format
from redbead.studies.targets.results import TargetResult, TargetVerdict, unmet


def write_pages(folder: Path, fitted: CalibrationFit, digest: str, command: list[str]) -> None:
    """Write ``report.html`` and ``figures/`` into `folder`."""
    drawings = [ranges(fitted), levels(fitted)]
    pictures = write_figures(folder / "figures", drawings)
    page = render(
        "study.html.j2", kind="calibration", banner=BANNER, title=fitted.calibration.title, source=source(fitted),
        answer=answer(fitted), figures=[figure_for(d, pictures[d.name]) for d in drawings], tables=tables(fitted),
        command=command_line(command), digest=digest, cite=citation(source(fitted), digest),
    )  # fmt: skip
    write_text(folder / "report.html", page)


def source(fitted: CalibrationFit) -> str:
    """Return the source line: scenario, number of trials and runs, and seed."""
    c = fitted.calibration
    return (
        f"Red Bead, scenario '{c.scenario.name}', {len(fitted.trials)} trials of {c.runs} runs in {c.waves} "
        f"wave{'s' * (c.waves != 1)}, {len(fitted.confirmed)} confirmed with {c.confirm} runs each, seed {c.seed}."
    )


_MOST_PATHS: Final = 6
"""Most parameters that the answer names."""


def answer(fitted: CalibrationFit) -> list[str]:
    """Summarise the calibration in sentences; unmet targets come first."""
    results = central_target_results(fitted)
    missed = unmet(results)
    targets = [item for item in results if item.target.fitted]
    first = (
        "Unmet targets: " + "; ".join(f"{i.target.name} {format.interval(i.estimate, i.target.unit)}, band "
                                      f"{format.band(i.target)}" for i in missed) + "."
        if missed else f"In {CENTRAL_RUNS} runs of the fitted scenario, all {len(targets)} published levels lie inside "
        "their bands at once."
    )  # fmt: skip
    plausible = (
        f"Runs confirmed {len(fitted.ensemble)} of the {len(fitted.confirmed)} parameter sets that the emulators "
        "considered plausible: every level lies inside its band, within sampling error. The data cannot distinguish "
        "between these sets, so all of them are used."
    )
    summaries = posterior_summaries(fitted)
    identified = [item.path for item in summaries if item.verdict == "identified"]
    unidentified = [item.path for item in summaries if item.verdict == "not identified"]
    return [
        first, plausible,
        f"Parameters identified by the data: {_list_paths(identified)}. Not identified: {_list_paths(unidentified)}.",
    ]  # fmt: skip


def _list_paths(paths: list[str]) -> str:
    """Paths, or their number if there are many."""
    many = f"{len(paths)} parameters (listed in the table)"
    return many if len(paths) > _MOST_PATHS else ", ".join(paths) or "none"


def tables(fitted: CalibrationFit) -> list[dict[str, Any]]:
    """Return the tables of the page: targets, parameters, correlated pairs."""
    results = format.ordered(central_target_results(fitted))
    correlations = [(p.first, p.second, f"{p.correlation:+.2f}".replace("-", MINUS)) for p in correlated_pairs(fitted)]
    all_tables = [
        ("Published levels and the fitted scenario", ("Level", "Verdict", "Model", "Band"), format.page_rows(results),
         "* Reported only, not used for calibration."),
        ("Parameters", ("Parameter", "Prior range", "Fitted", "Plausible", "Remaining sd", "Verdict"),
         [row(item) for item in posterior_summaries(fitted)],
         "Plausible: the middle 95 % of the plausible sets. Remaining sd: their standard deviation divided by that of "
         "the prior range; 100 % means that the data contain no information on the parameter."),
        ("Parameters that the data constrain only in combination", ("Parameter", "Second parameter", "Correlation"),
         correlations, "Correlation of the values in the plausible sets."),
    ]  # fmt: skip
    return [dict(zip(("title", "head", "rows", "note"), table, strict=True)) for table in all_tables if table[2]]


def row(item: PosteriorSummary) -> tuple[str, str, str, str, str, str]:
    """Return the table row of one parameter."""
    unit = parameters.register()[item.path].param.unit
    return (
        f"{item.path} [{unit}]", f"{item.low:g} to {item.high:g}".replace("-", MINUS), format_value(item.centre),
        f"{format_value(item.after_low)} to {format_value(item.after_high)}",
        f"{100 * item.remaining_sd:.0f} %", item.verdict,
    )  # fmt: skip


def ranges(fitted: CalibrationFit) -> Drawing:
    """Draw every free parameter: its prior range and its plausible range."""
    title = "Plausible ranges of the free parameters"
    summaries = posterior_summaries(fitted)
    with figure_style():
        figure = new_figure(9.5, 1.6 + 0.27 * len(summaries))
        axes = figure.subplots()
        for place, item in enumerate(summaries):
            ends = [(end - item.low) / (item.high - item.low) for end in (item.after_low, item.after_high, item.median)]
            axes.plot([0, 1], [place, place], color=RULE, linewidth=7, solid_capstyle="butt", zorder=1)
            axes.plot(ends[:2], [place, place], color=BLUE, linewidth=7, solid_capstyle="butt", zorder=2)
            axes.plot(ends[2], place, "o", color="white", markeredgecolor=BLUE, markersize=6, zorder=3)
        axes.set_yticks(range(len(summaries)), [item.path for item in summaries])
        axes.set_ylim(len(summaries) - 0.4, -0.6)
        axes.set_xticks([0, 0.5, 1], ["lower end of the range", "middle", "upper end of the range"])
        axes.grid(visible=False)
        note = "Grey: prior range. Blue: middle 95 % of the plausible sets. Dot: median."
        add_captions(figure, title, note, source(fitted))
    alt = "; ".join(
        f"{i.path} {format_value(i.after_low)} to {format_value(i.after_high)} of {i.low:g} to {i.high:g}"
        for i in summaries
    )
    return Drawing("ranges", title, figure, f"{title}: {alt}.", pd.DataFrame([i.as_row() for i in summaries]))


def levels(fitted: CalibrationFit) -> Drawing:
    """Draw every published level: its band, the fitted scenario, and the plausible sets."""
    title = "Published levels and the model"
    results = [item for item in central_target_results(fitted) if item.target.fitted]
    with figure_style():
        figure = new_figure(9.5, 1.6 + 0.27 * len(results))
        axes = figure.subplots()
        for place, item in enumerate(results):
            _draw_level(axes, fitted, item, place)
        axes.axvspan(-1, 1, color=RULE, alpha=0.6, linewidth=0, zorder=0)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_yticks(range(len(results)), [item.target.name for item in results])
        axes.set_ylim(len(results) - 0.4, -0.6)
        axes.set_xlim(-2, 2)
        axes.set_xticks([-1, 0, 1], ["lower end", "published", "upper end of the band"])
        axes.grid(visible=False, axis="y")
        note = "Grey: band. Dot and line: fitted scenario with its 95 % interval. Small dots: plausible sets."
        add_captions(figure, title, note, source(fitted))
    alt = "; ".join(
        f"{i.target.name} {format.interval(i.estimate, i.target.unit)}, band {format.band(i.target)}" for i in results
    )
    return Drawing("levels", title, figure, f"{title}: {alt}.", format.frame(results))


def _draw_level(axes: Axes, fitted: CalibrationFit, item: TargetResult, place: int) -> None:
    def scaled(value: float) -> float:
        t = item.target
        side = t.high - t.value if value >= t.value else t.value - t.low
        return float(np.clip((value - t.value) / side, -2, 2))

    colour = BLUE if item.verdict is TargetVerdict.INSIDE else ORANGE
    cloud = [scaled(t.levels[item.target.level].value) for t in fitted.ensemble]
    axes.plot(cloud, np.full(len(cloud), place), ".", color=GREY, alpha=0.35, markersize=3)
    axes.plot([scaled(item.estimate.low), scaled(item.estimate.high)], [place, place], color=colour, linewidth=2.4)
    axes.plot(scaled(item.estimate.value), place, "o", color=colour, markersize=6)
