"""The figures of a comparison, in the order of the report."""

from __future__ import annotations

from redbead.report.comparing.forest import differences, ranks, theories, trade_off
from redbead.report.comparing.over_time import crossover, happened_and_recorded
from redbead.report.drawing import Drawing
from redbead.study.comparing.found import Found


def draw_all(found: Found) -> list[Drawing]:
    """Every figure that this comparison has something for."""
    drawings = [happened_and_recorded(found), differences(found), crossover(found), ranks(found), trade_off(found)]
    if len(found.results.theories) > 1:
        drawings.insert(2, theories(found))
    return [drawing for drawing in drawings if drawing is not None]
