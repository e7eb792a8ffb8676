"""What every figure is made of: a picture, its numbers, its description in words; and the pieces they share."""

from __future__ import annotations

import io
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from redbead.execution.runs import ScenarioRuns
from redbead.scenario.disclaimer import BANNER
from redbead.scenario.scenario import Scenario
from redbead.state.constants import QUARTER, YEAR
from redbead.state.types import Reals

__all__ = ["BANNER"]

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
"""The four grades, best first."""

_LOOK: Final[Any] = {
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
_lock = threading.RLock()


@contextmanager
def look() -> Iterator[None]:
    """The house style, for one thread at a time: matplotlib's settings belong to the whole process."""
    with _lock, mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_LOOK)
        yield


class Picture(Figure):
    """A figure that a notebook shows by itself: no global plotting state is needed."""

    def _repr_png_(self) -> bytes:
        return png(self)


def sheet(width: float = 10.0, height: float = 6.4) -> Figure:
    """An empty figure on a canvas of its own. [inches]"""
    figure = Picture(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def png(figure: Figure, dpi: int = 130) -> bytes:
    """The figure as PNG at `dpi` dots an inch; the same figure gives the same bytes."""
    with look():
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=dpi, metadata={"Software": None})
        return stream.getvalue()


def svg(figure: Figure) -> str:
    """The figure as SVG; the same figure gives the same bytes."""
    with look():
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
        return stream.getvalue()


LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
BANDS: Final = "Line: median run. Dark band: middle half of the runs. Light band: 90 % of the runs."


class Drawing(NamedTuple):
    """A figure, its file name, its title, what it shows in words, and the numbers behind it."""

    name: str
    title: str
    figure: Figure
    alt: str
    numbers: pd.DataFrame


class Fan(NamedTuple):
    """Quantiles of a measure across runs over time: `at` in years, `levels` is [5, times]."""

    name: str
    unit: str
    at: Reals
    levels: Reals
    runs: int

    def frame(self) -> pd.DataFrame:
        """The numbers behind the fan: one row a point in time."""
        data: dict[str, object] = {"series": self.name, "unit": self.unit, "year": self.at}
        return pd.DataFrame(data | {f"p{round(100 * q):02d}": self.levels[i] for i, q in enumerate(LEVELS)})

    def words(self, form: str = ".2f") -> str:
        """What the fan shows, in a sentence."""
        low, _, middle, _, high = self.levels
        low_end, high_end = format(low[-1], form), format(high[-1], form)
        text = f"{self.name}: the median run goes from {middle[0]:{form}} to {middle[-1]:{form}} {self.unit}"
        lowest, highest = f"{middle.min():{form}}", f"{middle.max():{form}}"
        text += f" (lowest {lowest}, highest {highest})"
        return text + (f"; at the end 90 % of runs lie between {low_end} and {high_end}." if self.runs > 1 else ".")


def fan(values: Reals, name: str, unit: str) -> Fan:
    """The fan of weekly values [runs, weeks]; the time is the end of each week. [years]"""
    at = np.arange(1, values.shape[1] + 1) / YEAR
    return Fan(name, unit, at, np.quantile(values, LEVELS, axis=0), values.shape[0])


def quarterly(values: Reals, name: str, unit: str) -> Fan:
    """The fan of totals of whole quarters of 13 weeks; the time is the middle of each. [years]"""
    whole = values.shape[1] // QUARTER
    totals = values[:, : whole * QUARTER].reshape(values.shape[0], whole, QUARTER).sum(axis=2)
    at = (np.arange(whole) + 0.5) * QUARTER / YEAR
    return Fan(name, unit, at, np.quantile(totals, LEVELS, axis=0), values.shape[0])


def draw_fan(
    axes: Axes, shown: Fan, colour: str, label: str | None = None, style: str = "-", *, bands: bool = True
) -> None:
    """Median line, with bands of half and of 90 % of the runs."""
    p05, p25, p50, p75, p95 = shown.levels
    if bands and shown.runs > 1:
        axes.fill_between(shown.at, p05, p95, color=colour, alpha=0.16, linewidth=0)
        axes.fill_between(shown.at, p25, p75, color=colour, alpha=0.32, linewidth=0)
    axes.plot(shown.at, p50, style, color=colour, linewidth=1.8, label=label or shown.name)


def marks(scenario: Scenario) -> list[tuple[float, str]]:
    """What happens from outside and when: spikes and the start of levers, those of one week together. [years]"""
    found: dict[float, list[str]] = {}
    for spike in scenario.spikes:
        found.setdefault(spike.at_week / YEAR, []).append(spike.cause.replace("-", " "))
    for lever in scenario.levers:
        text = f"{lever.kind.replace('-', ' ')}{'' if lever.from_week else ' from the start'}"
        found.setdefault(lever.from_week / YEAR, []).append(text)
    return [(at, " + ".join(dict.fromkeys(texts))) for at, texts in sorted(found.items())]


def mark(axes: Axes, scenario: Scenario, *, labels: bool) -> None:
    """A dashed line at each of the `marks`, with its label at the top of the panel if asked for."""
    last = scenario.weeks / YEAR
    for i, (at, text) in enumerate(marks(scenario)):
        if at > last:
            continue
        axes.axvline(at, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
        if labels:
            side = "left" if at < 0.6 * last else "right"
            place = (3 if side == "left" else -3, -3 - 11 * i)
            axes.annotate(
                textwrap.shorten(text, 48, placeholder="…"), (at, 1), xycoords=("data", "axes fraction"), xytext=place,
                textcoords="offset points", ha=side, va="top", fontsize=8, style="italic", color=INK,
                bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 0.8},
            )  # fmt: skip


def years_axis(axes: Axes, scenario: Scenario, *, label: bool = True) -> None:
    """Time in years from the end of the warm-up, whole years marked."""
    last = scenario.weeks / YEAR
    step = max(1, round(last / 10))
    axes.set_xlim(0, last)
    if last >= 1:
        axes.set_xticks(np.arange(0, last + 0.01, step))
    if label:
        axes.set_xlabel("Years")


def finish(figure: Figure, batch: ScenarioRuns, title: str, note: str) -> None:
    """Title, note, source line and banner of a figure of runs, with room kept for them."""
    dress(figure, title, note, source_line(batch))


def dress(figure: Figure, title: str, note: str, source: str) -> None:
    """Title, note, source line and banner of any figure, with room kept for them."""
    width, height = figure.get_size_inches()
    letters = int(width * 8.6)
    title, note = (text.replace(" %", "\N{NO-BREAK SPACE}%") for text in (title, note))
    head, small = textwrap.wrap(title, letters), textwrap.wrap(note, int(width * 12))
    tail = [*textwrap.wrap(source, int(width * 13.5)), BANNER]
    top = (0.14 + 0.23 * len(head) + 0.19 * len(small)) / height
    bottom = (0.08 + 0.16 * len(tail)) / height
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(rect=(0.005, bottom, 0.99, 1 - top - bottom))  # type: ignore[call-arg]
    figure.text(0.012, 1 - 0.1 / height, "\n".join(head), fontsize=13, fontweight="bold", va="top", linespacing=1.2)
    figure.text(
        0.012, 1 - (0.13 + 0.23 * len(head)) / height, "\n".join(small), fontsize=9.5, color=GREY, va="top"
    )  # fmt: skip
    figure.text(0.012, 0.07 / height, "\n".join(tail), fontsize=8, color=GREY, va="bottom", linespacing=1.3)
    _settle(figure)


def _settle(figure: Figure) -> None:
    """Lay out once and keep it: the solver's last digits vary from call to call, and pictures must not."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(float(edge), 4) for edge in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))


def source_line(batch: ScenarioRuns) -> str:
    """Which scenario, how many runs, which seeds."""
    good, asked = len(batch.good), len(batch.runs)
    many = f"{good} run{'s' * (good != 1)}" + (f" of {asked} (the others failed)" if good < asked else "")
    last = batch.seed + asked - 1
    seeds = f"seed {batch.seed}" if asked == 1 else f"seeds {batch.seed} to {last}"
    return f"Red Bead, scenario '{textwrap.shorten(batch.scenario.name, 60)}', {many}, {seeds}."


def runs_words(batch: ScenarioRuns) -> str:
    """The number of runs, for a sentence. "30 simulated runs" or "one simulated run"."""
    good = len(batch.good)
    return "one simulated run" if good == 1 else f"{good} simulated runs"
