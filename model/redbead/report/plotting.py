"""Figures: the drawing class, fans of quantiles, and elements that all figures share."""

from __future__ import annotations

import io
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from redbead.scenario.scenario import BANNER, Scenario
from redbead.state.constants import QUARTER, YEAR, Reals
from redbead.storage.atomic_files import csv_text, write_text
from redbead.storage.scenario_runs import ScenarioRuns

BLUE: Final = "#0072B2"
ORANGE: Final = "#D55E00"
GREEN: Final = "#00795A"
PURPLE: Final = "#A8477F"
SKY: Final = "#56B4E9"
AMBER: Final = "#E69F00"
GREY: Final = "#6B7280"
INK: Final = "#1F2933"
RULE: Final = "#D5DAE1"
GRADES: Final = ("#1B5E8C", "#7FB2D6", "#F2B872", "#B5402A")
"""Colours of the four grades, best first."""

_STYLE: Final[Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.formatter.limits": (-4, 5),
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.frameon": True,
    "legend.framealpha": 0.85,
    "legend.edgecolor": "none",
    "legend.borderpad": 0.2,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "redbead",
    "svg.fonttype": "path",
    "path.simplify": True,
    "text.parse_math": False,  # a name with dollar signs is a name, not a formula
}
_NAME_WIDTH: Final = 30
"""Width of the name of a policy in a figure. [characters]"""
_lock = threading.RLock()


@contextmanager
def figure_style() -> Iterator[None]:
    """Apply the style of the project, for one thread at a time because matplotlib settings are global."""
    with _lock, mpl.rc_context():
        # mpl.rcdefaults() would also read the style files of the user.
        mpl.rcParams.update({key: mpl.rcParamsDefault[key] for key in mpl.rcParamsDefault if key != "backend"})
        mpl.rcParams.update(_STYLE)
        yield


class NotebookFigure(Figure):
    """A figure that notebooks display without global plotting state."""

    def _repr_png_(self) -> bytes:
        return png(self)


def new_figure(width: float = 10.0, height: float = 6.4) -> Figure:
    """Return an empty figure with its own canvas; sizes are in inches."""
    figure = NotebookFigure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def png(figure: Figure, dpi: int = 130) -> bytes:
    """Return the figure as PNG with `dpi` dots per inch; equal figures give equal bytes."""
    with figure_style(), _canvas(figure, FigureCanvasAgg, dpi) as canvas:
        stream = io.BytesIO()
        canvas.print_png(stream, metadata={"Software": None})
        return stream.getvalue()


def svg(figure: Figure) -> str:
    """Return the figure as SVG; equal figures give equal bytes."""
    with figure_style(), _canvas(figure, FigureCanvasSVG, figure.dpi) as canvas:
        stream = io.StringIO()
        canvas.print_svg(stream, metadata={"Date": None, "Creator": None})
        return stream.getvalue()


def wrapped(name: str) -> str:
    """Return a name on at most three lines, for the labels of a figure; the rest of a longer name is omitted."""
    return textwrap.fill(name, _NAME_WIDTH, max_lines=3, placeholder=" …")


def names_height(names: list[str]) -> float:
    """Height of some names one below the other, relative to names of one line; all have the height of the longest."""
    return len(names) * (1 + 0.6 * max((wrapped(name).count("\n") for name in names), default=0))


@contextmanager
def _canvas(figure: Figure, kind: type[Any], dpi: float) -> Iterator[Any]:
    """A canvas that draws the figure once; ``Figure.savefig`` first draws it without output, to compute a layout."""
    canvas, own_dpi = figure.canvas, figure.dpi
    try:
        figure.set_dpi(dpi)
        yield kind(figure)
    finally:
        figure.set_canvas(canvas)
        figure.set_dpi(own_dpi)


LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
MIN_QUARTERS: Final = 2
"""Fewest whole quarters that are drawn as a line; one quarter would be a single point."""
BANDS: Final = "Line: median run. Dark band: middle 50 % of runs. Light band: 90 % of runs."


class Drawing(NamedTuple):
    """A figure with its file name, title, description and data."""

    name: str
    title: str
    figure: Figure
    alt: str
    numbers: pd.DataFrame


class Fan(NamedTuple):
    """Quantiles of a measure across runs: times [years], and ``levels`` [5, times]."""

    name: str
    unit: str
    at: Reals
    levels: Reals
    runs: int

    def frame(self) -> pd.DataFrame:
        """Return the data of the fan: one row per time."""
        data: dict[str, object] = {"series": self.name, "unit": self.unit, "year": self.at}
        return pd.DataFrame(data | {f"p{round(100 * q):02d}": self.levels[i] for i, q in enumerate(LEVELS)})

    def words(self, form: str = ".2f") -> str:
        """Describe the fan in a sentence."""
        low, _, middle, _, high = self.levels
        low_end, high_end = format(low[-1], form), format(high[-1], form)
        text = f"{self.name}: the median run changes from {middle[0]:{form}} to {middle[-1]:{form}} {self.unit}"
        lowest, highest = f"{middle.min():{form}}", f"{middle.max():{form}}"
        text += f" (lowest {lowest}, highest {highest})"
        return text + (f"; at the end 90 % of runs lie between {low_end} and {high_end}." if self.runs > 1 else ".")


def fan(values: Reals, name: str, unit: str) -> Fan:
    """Compute the fan of a weekly measure.

    Parameters
    ----------
    values : array
        Weekly values. [runs, weeks]
    name, unit : str
        Name and unit of the measure.

    Returns
    -------
    Fan
        Quantiles across runs at the end of each week.
    """
    at = np.arange(1, values.shape[1] + 1) / YEAR
    return Fan(name, unit, at, np.quantile(values, LEVELS, axis=0), values.shape[0])


def flow_fan(values: Reals, name: str, events: str) -> Fan:
    """Compute the fan of a flow: totals per quarter of 13 weeks, or per week in a run of less than two quarters.

    Parameters
    ----------
    values : array
        Weekly values. [runs, weeks]
    name : str
        Name of the measure.
    events : str
        What is counted, such as ``errors``.

    Returns
    -------
    Fan
        Quantiles across runs at the middle of each whole quarter, or at the end of each week.
    """
    quarters = values.shape[1] // QUARTER
    if quarters < MIN_QUARTERS:
        return fan(values, name, f"{events} per week")
    totals = values[:, : quarters * QUARTER].reshape(values.shape[0], quarters, QUARTER).sum(axis=2)
    at = (np.arange(quarters) + 0.5) * QUARTER / YEAR
    return Fan(name, f"{events} per quarter", at, np.quantile(totals, LEVELS, axis=0), values.shape[0])


def draw_fan(
    axes: Axes, quantiles: Fan, colour: str, label: str | None = None, style: str = "-", *, bands: bool = True
) -> None:
    """Draw the median, with bands that contain 50 % and 90 % of runs.

    Parameters
    ----------
    axes : Axes
        Axes to draw on.
    quantiles : Fan
        The fan.
    colour : str
        Colour of line and bands.
    label : str, optional
        Label of the line; by default the name of the fan.
    style : str
        Line style.
    bands : bool
        Whether to draw the bands.
    """
    p05, p25, p50, p75, p95 = quantiles.levels
    if bands and quantiles.runs > 1:
        axes.fill_between(quantiles.at, p05, p95, color=colour, alpha=0.16, linewidth=0)
        axes.fill_between(quantiles.at, p25, p75, color=colour, alpha=0.32, linewidth=0)
    marker = marker_of(quantiles)
    axes.plot(quantiles.at, p50, style, color=colour, linewidth=1.8, label=label or quantiles.name, marker=marker)


def marker_of(quantiles: Fan) -> str:
    """Marker of the median: a dot in a run of one week, since a single point has no line."""
    return "o" if quantiles.at.size == 1 else ""


def areas(values: Reals) -> tuple[Reals, Reals]:
    """Return times and weekly values of stacked areas; a single week lasts from its start to its end.

    Parameters
    ----------
    values : array
        One row per area. [areas, weeks]

    Returns
    -------
    tuple of array
        Times, [years]; values with one column per time.
    """
    at = np.arange(1, values.shape[1] + 1) / YEAR
    return (at, values) if at.size > 1 else (np.array([0.0, at[0]]), np.repeat(values, 2, axis=1))


def event_times(scenario: Scenario) -> list[tuple[float, str]]:
    """Return spikes and starts of levers with their times; those of one week are combined. [years]"""
    texts_at: dict[float, list[str]] = {}
    for spike in scenario.spikes:
        texts_at.setdefault(spike.at_week / YEAR, []).append(spike.cause.replace("-", " "))
    for lever in scenario.levers:
        text = f"{lever.kind.replace('-', ' ')}{'' if lever.from_week else ' from the start'}"
        texts_at.setdefault(lever.from_week / YEAR, []).append(text)
    return [(at, " + ".join(dict.fromkeys(texts))) for at, texts in sorted(texts_at.items())]


def draw_event_lines(axes: Axes, scenario: Scenario, *, labels: bool) -> None:
    """Draw a dashed line at each of the `marks` of a scenario.

    Parameters
    ----------
    axes : Axes
        Axes to draw on.
    scenario : Scenario
        Scenario with spikes and levers.
    labels : bool
        Whether to label the lines at the top of the panel.
    """
    last = scenario.weeks / YEAR
    for i, (at, text) in enumerate(event_times(scenario)):
        if at > last:
            continue
        axes.axvline(at, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
        if labels:
            side = "left" if at < 0.6 * last else "right"
            offset = (3 if side == "left" else -3, -3 - 11 * i)
            axes.annotate(
                textwrap.shorten(text, 48, placeholder="…"), (at, 1), xycoords=("data", "axes fraction"), xytext=offset,
                textcoords="offset points", ha=side, va="top", fontsize=8, style="italic", color=INK,
                bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 0.8},
            )  # fmt: skip


def years_axis(axes: Axes, scenario: Scenario, *, label: bool = True) -> None:
    """Set the time axis in years from the end of the warm-up."""
    last = scenario.weeks / YEAR
    step = max(1, round(last / 10))
    axes.set_xlim(0, last)
    if last >= 1:
        axes.set_xticks(np.arange(0, last + 0.01, step))
    if label:
        axes.set_xlabel("Years")


def add_run_captions(figure: Figure, batch: ScenarioRuns, title: str, note: str) -> None:
    """Add title, note, source line of the runs and disclaimer to a figure; see :func:`dress`."""
    add_captions(figure, title, note, source_line(batch))


def add_captions(figure: Figure, title: str, note: str, source: str) -> None:
    """Add title, note, source and disclaimer to any figure, and fix its layout.

    Parameters
    ----------
    figure : Figure
        The finished figure.
    title : str
        Title above the figure.
    note : str
        Explanation below the title.
    source : str
        Source line below the figure.
    """
    width, height = figure.get_size_inches()
    title_width = int(width * 8.6)
    title, note = (text.replace(" %", "\N{NO-BREAK SPACE}%") for text in (title, note))
    title_lines, note_lines = textwrap.wrap(title, title_width), textwrap.wrap(note, int(width * 12))
    footer_lines = [*textwrap.wrap(source, int(width * 13.5)), BANNER]
    top = (0.14 + 0.23 * len(title_lines) + 0.19 * len(note_lines)) / height
    bottom = (0.08 + 0.16 * len(footer_lines)) / height
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(rect=(0.005, bottom, 0.99, 1 - top - bottom))  # type: ignore[call-arg]
    heading = "\n".join(title_lines)
    figure.text(0.012, 1 - 0.1 / height, heading, fontsize=13, fontweight="bold", va="top", linespacing=1.2)
    figure.text(
        0.012, 1 - (0.13 + 0.23 * len(title_lines)) / height, "\n".join(note_lines), fontsize=9.5, color=GREY, va="top"
    )  # fmt: skip
    figure.text(0.012, 0.07 / height, "\n".join(footer_lines), fontsize=8, color=GREY, va="bottom", linespacing=1.3)
    _freeze_layout(figure)


def _freeze_layout(figure: Figure) -> None:
    """Compute the layout once and fix it: the last digits of the solver vary between calls, but images must not."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(float(edge), 4) for edge in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))


def source_line(batch: ScenarioRuns) -> str:
    """Return scenario, number of runs and seeds."""
    good, requested = len(batch.good), len(batch.runs)
    runs = f"{good} run{'s' * (good != 1)}" + (f" of {requested} (the others failed)" if good < requested else "")
    last = batch.seed + requested - 1
    seeds = f"seed {batch.seed}" if requested == 1 else f"seeds {batch.seed} to {last}"
    return f"Red Bead, scenario '{textwrap.shorten(batch.scenario.name, 60)}', {runs}, {seeds}."


def runs_words(batch: ScenarioRuns) -> str:
    """Return the number of runs as text, such as "30 simulated runs" or "one simulated run"."""
    good = len(batch.good)
    return "one simulated run" if good == 1 else f"{good} simulated runs"


def write_figures(folder: Path, drawings: list[Drawing]) -> dict[str, str]:
    """Write each figure as NAME.png, NAME.svg, NAME.txt (description) and NAME.csv (data); return the SVG by name."""
    svg_by_name = {}
    for drawing in drawings:
        stem = folder / drawing.name
        svg_by_name[drawing.name] = svg(drawing.figure)
        write_text(stem.with_suffix(".svg"), svg_by_name[drawing.name])  # creates the folder
        stem.with_suffix(".png").write_bytes(png(drawing.figure))
        write_text(stem.with_suffix(".txt"), f"{drawing.title}\n\n{drawing.alt}\n\n{BANNER}\n")
        write_text(stem.with_suffix(".csv"), csv_text(drawing.numbers))
    return svg_by_name
