"""How a calibration is told: what was reached, what the figures pin down, in sentences, tables, two figures, a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from redbead import parameters
from redbead.report.page import figure_for, policy, template, write_figures
from redbead.report.plotting import BANNER, BLUE, GREY, ORANGE, RULE, Drawing, dress, look, sheet
from redbead.storage.atomic_files import write_text
from redbead.studies.calibration.folder import held_at_centre
from redbead.studies.calibration.history_matching import CENTRAL_RUNS, CalibrationFit
from redbead.studies.calibration.results import PosteriorSummary, pairs, posterior_summaries
from redbead.studies.targets import format
from redbead.studies.targets.results import TargetResult, TargetVerdict, unmet

_HERE: Final = Path(__file__).parent


def write_pages(folder: Path, fitted: CalibrationFit, digest: str) -> None:
    """Write ``report.html`` and ``figures/`` into `folder`."""
    drawings = [ranges(fitted), levels(fitted)]
    pictures = write_figures(folder / "figures", drawings)
    css = (_HERE / "page.css").read_text(encoding="utf-8")
    page = template("calibration.html.j2").render(
        policy=policy(css), css=css, banner=BANNER, title=fitted.calibration.title, source=source(fitted),
        answer=answer(fitted), figures=[figure_for(d, pictures[d.name]) for d in drawings], tables=tables(fitted),
        command=f"redbead calibrate {fitted.calibration.name}", digest=digest,
    )  # fmt: skip
    write_text(folder / "report.html", page)


def source(fitted: CalibrationFit) -> str:
    """How much was tried."""
    c = fitted.calibration
    return (
        f"Red Bead, scenario '{c.scenario.name}', {len(fitted.trials)} trials of {c.runs} runs in {c.waves} waves, "
        f"{len(fitted.confirmed)} confirmed with {c.confirm} runs each, seed {c.seed}."
    )


def answer(fitted: CalibrationFit) -> list[str]:
    """What was found, in sentences: what is not reached comes first."""
    held = held_at_centre(fitted)
    out = unmet(held)
    aimed = [item for item in held if item.target.fitted]
    first = (
        "Not reached: " + "; ".join(f"{i.target.name} {format.interval(i.found, i.target.unit)}, band "
                                    f"{format.band(i.target)}" for i in out) + "."
        if out else f"All {len(aimed)} published levels lie inside their bands at once, in {CENTRAL_RUNS} runs of the "
        "fitted scenario."
    )  # fmt: skip
    kept = (
        f"{len(fitted.ensemble)} of {len(fitted.confirmed)} sets of values that the emulators held possible proved "
        "plausible when they were run: every level inside its band, as far as the runs can tell. They are kept "
        "together, since nothing says which of them England is."
    )
    found = posterior_summaries(fitted)
    pinned = [item.path for item in found if item.verdict == "pinned down"]
    untold = [item.path for item in found if item.verdict.startswith("not told")]
    return [
        first, kept,
        f"Pinned down by the figures: {_listed(pinned)}. They tell nothing of: {_listed(untold)}.",
    ]  # fmt: skip


def _listed(paths: list[str]) -> str:
    return ", ".join(paths) or "none"


def tables(fitted: CalibrationFit) -> list[dict[str, Any]]:
    """The tables of the page: targets, parameters, pairs."""
    held = format.ordered(held_at_centre(fitted))
    linked = [(p.first, p.second, f"{p.correlation:+.2f}") for p in pairs(fitted)]
    made = [
        ("Published levels and the fitted scenario", ("", "level", "model", "band"), format.rows(held),
         "* told, not aimed at."),
        ("What the figures pin down", ("parameter", "looked for in", "fitted", "plausible", "spread left", ""),
         [row(item) for item in posterior_summaries(fitted)],
         "Plausible: the middle 95 % of the plausible sets. Spread left: their standard deviation over that of the "
         "range looked in; 100 % says that the figures tell nothing."),
        ("What they tell only together", ("parameter", "parameter", "correlation"), linked,
         "Correlation of the values in the plausible sets."),
    ]  # fmt: skip
    return [dict(zip(("title", "head", "rows", "note"), table, strict=True)) for table in made if table[2]]


def row(item: PosteriorSummary) -> tuple[str, str, str, str, str, str]:
    """One parameter as the tables show it."""
    unit = parameters.register()[item.path].param.unit
    return (
        f"{item.path} [{unit}]", f"{item.low:g} to {item.high:g}", f"{item.centre:.3g}",
        f"{item.after_low:.3g} to {item.after_high:.3g}", f"{100 * item.left:.0f} %", item.verdict,
    )  # fmt: skip


def ranges(fitted: CalibrationFit) -> Drawing:
    """Every free parameter: the range it was looked for in, and where the plausible sets lie."""
    title = "What the published figures leave standing"
    found = posterior_summaries(fitted)
    with look():
        figure = sheet(9.5, 1.6 + 0.27 * len(found))
        axes = figure.subplots()
        for place, item in enumerate(found):
            ends = [(end - item.low) / (item.high - item.low) for end in (item.after_low, item.after_high, item.median)]
            axes.plot([0, 1], [place, place], color=RULE, linewidth=7, solid_capstyle="butt", zorder=1)
            axes.plot(ends[:2], [place, place], color=BLUE, linewidth=7, solid_capstyle="butt", zorder=2)
            axes.plot(ends[2], place, "o", color="white", markeredgecolor=BLUE, markersize=6, zorder=3)
        axes.set_yticks(range(len(found)), [item.path for item in found])
        axes.set_ylim(len(found) - 0.4, -0.6)
        axes.set_xticks([0, 0.5, 1], ["lowest looked at", "middle", "highest looked at"])
        axes.grid(visible=False)
        note = "Grey: the range looked in. Blue: the middle 95 % of the plausible sets. Dot: their median."
        dress(figure, title, note, source(fitted))
    alt = "; ".join(f"{i.path} {i.after_low:.3g} to {i.after_high:.3g} of {i.low:g} to {i.high:g}" for i in found)
    return Drawing("ranges", title, figure, f"{title}: {alt}.", pd.DataFrame([i._asdict() for i in found]))


def levels(fitted: CalibrationFit) -> Drawing:
    """Every published level: its band, the model at the centre, and the plausible sets around it."""
    title = "Published levels and the model"
    held = [item for item in held_at_centre(fitted) if item.target.fitted]
    with look():
        figure = sheet(9.5, 1.6 + 0.27 * len(held))
        axes = figure.subplots()
        for place, item in enumerate(held):
            _level(axes, fitted, item, place)
        axes.axvspan(-1, 1, color=RULE, alpha=0.6, linewidth=0, zorder=0)
        axes.axvline(0, color=GREY, linewidth=0.8)
        axes.set_yticks(range(len(held)), [item.target.name for item in held])
        axes.set_ylim(len(held) - 0.4, -0.6)
        axes.set_xlim(-2, 2)
        axes.set_xticks([-1, 0, 1], ["lower end", "published", "upper end of the band"])
        axes.grid(visible=False, axis="y")
        note = "Grey: the band. Dot and line: the centre with its 95 % interval. Small dots: the plausible sets."
        dress(figure, title, note, source(fitted))
    alt = "; ".join(
        f"{i.target.name} {format.interval(i.found, i.target.unit)}, band {format.band(i.target)}" for i in held
    )
    return Drawing("levels", title, figure, f"{title}: {alt}.", format.frame(held))


def _level(axes: Axes, fitted: CalibrationFit, item: TargetResult, place: int) -> None:
    def scaled(value: float) -> float:
        t = item.target
        side = t.high - t.value if value >= t.value else t.value - t.low
        return float(np.clip((value - t.value) / side, -2, 2))

    colour = BLUE if item.verdict is TargetVerdict.INSIDE else ORANGE
    cloud = [scaled(t.levels[item.target.level].value) for t in fitted.ensemble]
    axes.plot(cloud, np.full(len(cloud), place), ".", color=GREY, alpha=0.35, markersize=3)
    axes.plot([scaled(item.found.low), scaled(item.found.high)], [place, place], color=colour, linewidth=2.4)
    axes.plot(scaled(item.found.value), place, "o", color=colour, markersize=6)
