"""One look for all figures: colours that the colour-blind can tell apart, no clock, no global state left behind."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from redbead.scenario.banner import BANNER

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
