"""Draw the pictures of the documents: `python docs/make_images.py`."""

from __future__ import annotations

from pathlib import Path

import redbead as rb

IMAGES = Path(__file__).parent / "images"


def main() -> None:
    """Two strikes in 30 runs, as the report shows it; the lottery at its defaults."""
    IMAGES.mkdir(exist_ok=True)
    figure = rb.run("two-strikes", runs=30).plot()
    figure.savefig(IMAGES / "first-look.png", dpi=110, metadata={"Software": None})
    rb.lottery().plot().savefig(IMAGES / "lottery.png", dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()
