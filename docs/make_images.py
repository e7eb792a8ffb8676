"""Draw the figures of the README and of the lottery guide.

python docs/make_images.py
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure

import redbead as rb

IMAGES: Final = Path(__file__).parent / "images"


def draw() -> dict[str, bytes]:
    """Return PNG figures by file name: 30 runs of two strikes, and the default lottery."""
    figures = {"first-look.png": rb.run("two-strikes", runs=30).plot(), "lottery.png": rb.lottery().plot()}
    return {name: png_of(figure) for name, figure in figures.items()}


def png_of(figure: Figure) -> bytes:
    """Return a figure as PNG without the version of the software, so that its bytes are reproducible."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=110, metadata={"Software": None})
    return stream.getvalue()


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    for name, picture in draw().items():
        (IMAGES / name).write_bytes(picture)
        print(f"images/{name}")
