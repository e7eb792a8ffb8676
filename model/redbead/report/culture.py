"""Fear, and what it does to what people say: workers, managers, the director."""

from __future__ import annotations

import pandas as pd
from matplotlib.ticker import PercentFormatter

from redbead.report.drawing import BANDS, Drawing, draw_fan, fan, finish, mark, runs_words, years_axis
from redbead.report.style import BLUE, GREEN, ORANGE, PURPLE, look, sheet
from redbead.study.runs import Batch

TITLE = "Fear, and the chance that bad news travels upwards"
_LINES_ONLY = ("managers", "director")


def culture(batch: Batch) -> Drawing:
    """Two panels: fear of workers, managers and director; willingness to report and to pass reports up."""
    fear = [
        (fan(batch.values("fear"), "Fear of workers", "(0 to 1)"), ORANGE, "workers", "-"),
        (fan(batch.values("manager_fear"), "Fear of managers", "(0 to 1)"), PURPLE, "managers", "--"),
        (fan(batch.values("leader_fear"), "Fear of the director", "(0 to 1)"), BLUE, "director", ":"),
    ]
    voice = [
        (fan(batch.values("passing_up"), "Chance that a manager passes a report up", "(0 to 1)"), PURPLE,
         "a manager passes a report up", "--"),
        (fan(batch.values("willingness_to_report"), "Chance that a worker tells of an error", "(0 to 1)"), GREEN,
         "a worker tells of an error she has recognised", "-"),
    ]  # fmt: skip
    with look():
        figure = sheet(10, 7.0)
        above, below = figure.subplots(2, 1, sharex=True)
        above.set_title("Mean fear (0 none, 1 complete)")
        above.set_ylabel("Fear (0 to 1)")
        below.set_title("Chance that …")
        below.set_ylabel("Chance, %")
        below.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        for axes, shown in ((above, fear), (below, voice)):
            for line, colour, label, style in shown:
                draw_fan(axes, line, colour, label, style, bands=label not in _LINES_ONLY)
            axes.set_ylim(0, 1)
            axes.legend(loc="upper right", ncols=3)
            mark(axes, batch.scenario, labels=axes is above)
            years_axis(axes, batch.scenario, label=axes is below)
        note = f"{BANDS} Managers' and director's fear: median only." if len(batch.good) > 1 else "One run: no bands."
        finish(figure, batch, TITLE, note)
    every = [line for line, *_ in (*fear, *voice)]
    alt = f"Two line charts from {runs_words(batch)}. " + " ".join(line.words() for line in every)
    return Drawing("fear", TITLE, figure, alt, pd.concat([line.frame() for line in every]))
