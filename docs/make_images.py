"""Draw the figures of the README and the lottery how-to: `python docs/make_images.py`."""

from __future__ import annotations

import io
from pathlib import Path

from matplotlib.figure import Figure

import redbead as rb

IMAGES = Path(__file__).parent / "images"


def draw() -> dict[str, bytes]:
    """Draw 30 runs of two strikes and the lottery with its defaults; return PNG data by file name."""
    figures = {"first-look.png": rb.run("two-strikes", runs=30).plot(), "lottery.png": rb.lottery().plot()}
    return {name: _png(figure) for name, figure in figures.items()}


def _png(figure: Figure) -> bytes:
    """Render a figure as PNG without metadata that varies between versions."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=110, metadata={"Software": None})
    return stream.getvalue()


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    for name, picture in draw().items():
        (IMAGES / name).write_bytes(picture)
