"""The overview: turnover, hidden errors, what happened above what was recorded, true quality beside visible quality."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from redbead.analysis.outcomes import is_flow
from redbead.execution.runs import ScenarioRuns, measure_index
from redbead.measures import MEASURES
from redbead.report.plotting import (
    AMBER,
    BANDS,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    Drawing,
    Fan,
    draw_fan,
    fan,
    finish,
    look,
    mark,
    marks,
    quarterly,
    runs_words,
    sheet,
    years_axis,
)


def overview(batch: ScenarioRuns) -> Drawing:
    """Four panels on one axis of time."""
    fans = {
        "turnover": fan(batch.values("turnover"), "Turnover of workers", "a year"),
        "hidden": fan(batch.values("hidden_errors"), "Hidden errors", "errors"),
        "made": quarterly(batch.values("errors_generated"), "Errors made", "errors a quarter"),
        "recorded": quarterly(batch.values("recorded_incidents"), "Errors on record", "errors a quarter"),
        "true": fan(batch.values("service_quality"), "True quality", "(1 is the reference)"),
        "visible": fan(batch.values("visible_quality"), "Visible quality", "(1 is the reference)"),
    }
    title = f"{batch.scenario.years:g} years of turnover, errors and quality: what happened, and what could be seen"
    with look():
        figure = sheet(10, 7.2)
        (a, b), (c, d) = figure.subplots(2, 2, sharex=True)
        _turnover(a, fans["turnover"])
        a.set_ylim(0, a.get_ylim()[1] * (1 + 0.06 * len(marks(batch.scenario))))  # room for the labels of the marks
        _hidden(b, fans["hidden"])
        _pair(c, fans["made"], fans["recorded"], "Errors made, and errors on record", "Errors a quarter", ORANGE, BLUE)
        _pair(d, fans["visible"], fans["true"], "Quality that can be seen, and true quality", "Ratio", AMBER, GREEN)
        _quality_scale(d)
        for axes in (a, b, c, d):
            mark(axes, batch.scenario, labels=axes is a)
            years_axis(axes, batch.scenario, label=axes in (c, d))
        finish(figure, batch, title, BANDS if len(batch.good) > 1 else "One run: no bands.")
    forms = {"hidden": ".0f", "made": ".0f", "recorded": ".0f"}
    words = " ".join(shown.words(forms.get(key, ".2f")) for key, shown in fans.items())
    alt = f"Four line charts over {batch.scenario.years:g} years from {runs_words(batch)}, bands across runs. {words}"
    return Drawing("overview", title, figure, alt, pd.concat([f.frame() for f in fans.values()]))


def _turnover(axes: Axes, shown: Fan) -> None:
    axes.set_title("Turnover of social workers")
    draw_fan(axes, shown, PURPLE)
    axes.set_ylabel("Leavers of a year, % of staff")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_ylim(0, None)


def _hidden(axes: Axes, shown: Fan) -> None:
    axes.set_title("Hidden errors: unresolved and unknown")
    draw_fan(axes, shown, ORANGE)
    axes.set_ylabel("Errors at the end of each week")
    axes.set_ylim(0, None)


def _pair(axes: Axes, upper: Fan, lower: Fan, title: str, unit: str, first: str, second: str) -> None:
    axes.set_title(title)
    draw_fan(axes, upper, first)
    draw_fan(axes, lower, second, style="--")
    axes.set_ylabel(unit)
    axes.set_ylim(0, None)
    axes.legend(loc="best", ncols=2)


def _quality_scale(axes: Axes) -> None:
    low, high = axes.dataLim.y0, axes.dataLim.y1
    axes.set_ylim(min(0.9, low - 0.02), max(1.1, high + 0.06))
    axes.axhline(1, color="#9AA3AE", linewidth=0.8)
    axes.set_ylabel("Ratio (1 is the reference)")


def fan_of(batch: ScenarioRuns, measure: str) -> Drawing:
    """The fan chart of any measure; flows as totals of 13 weeks.

    Raises
    ------
    BadInputError
        There is no such measure.
    """
    found = MEASURES[measure_index(measure)]
    values, name = batch.values(measure), measure.replace("_", " ").capitalize()
    flow = is_flow(found.unit) and values.shape[1] >= 26
    unit = found.unit.replace("/week", " a quarter") if flow else found.unit
    unit = unit.replace("0-1", "0 to 1")
    shown = quarterly(values, name, unit) if flow else fan(values, name, unit)
    with look():
        figure = sheet(10, 4.8)
        axes = figure.subplots()
        draw_fan(axes, shown, BLUE)
        axes.set_ylabel(unit[:1].upper() + unit[1:])
        mark(axes, batch.scenario, labels=True)
        years_axis(axes, batch.scenario)
        bands = BANDS if len(batch.good) > 1 else "One run: no bands."
        note = f"{found.meaning[:1].upper()}{found.meaning[1:]}. {bands}"
        finish(figure, batch, name, note)
    return Drawing(measure, name, figure, f"Line chart from {runs_words(batch)}. {shown.words()}", shown.frame())


TITLE = "Fear, and the chance that bad news travels upwards"
_LINES_ONLY = ("managers", "director")


def culture(batch: ScenarioRuns) -> Drawing:
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
