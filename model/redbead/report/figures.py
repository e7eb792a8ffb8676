"""All figures of a report, and how they are written: PNG, SVG, a description in words, the numbers behind."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from redbead.report import style
from redbead.report.culture import culture
from redbead.report.drawing import Drawing
from redbead.report.errors import errors
from redbead.report.grades import grades
from redbead.report.overview import fan_of, overview
from redbead.study.files import csv_text, write_text
from redbead.study.runs import Batch

__all__ = ["FIGURES", "draw_all", "fan_of", "overview", "write_figures"]

FIGURES: Final = (overview, errors, culture, grades)
"""The figures of a report, in order."""


def draw_all(batch: Batch) -> list[Drawing]:
    """Every figure of the report; none when no run finished."""
    return [figure(batch) for figure in FIGURES] if batch.good else []


def write_figures(folder: Path, drawings: list[Drawing]) -> dict[str, str]:
    """Write each figure as NAME.png, NAME.svg, NAME.txt (in words) and NAME.csv (numbers); gives the SVG by name."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {}
    for drawing in drawings:
        stem = folder / drawing.name
        pictures[drawing.name] = style.svg(drawing.figure)
        stem.with_suffix(".png").write_bytes(style.png(drawing.figure))
        write_text(stem.with_suffix(".svg"), pictures[drawing.name])
        write_text(stem.with_suffix(".txt"), f"{drawing.title}\n\n{drawing.alt}\n\n{style.BANNER}\n")
        write_text(stem.with_suffix(".csv"), csv_text(drawing.numbers))
    return pictures
