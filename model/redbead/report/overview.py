"""Overview figures: turnover, hidden errors, errors made and recorded, true and visible quality, and culture."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from redbead.analysis.outcomes import is_flow
from redbead.execution.runs import find_measure, require_measures
from redbead.report.plotting import (
    AMBER,
    BANDS,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    Drawing,
    Fan,
    add_run_captions,
    draw_event_lines,
    draw_fan,
    event_times,
    fan,
    figure_style,
    flow_fan,
    new_figure,
    runs_words,
    years_axis,
)
from redbead.scenario.scenario import years_text
from redbead.storage.scenario_runs import ScenarioRuns


def overview(batch: ScenarioRuns) -> Drawing:
    """Draw four panels on a common time axis."""
    fans = {
        "turnover": fan(batch.values("turnover"), "Turnover of workers", "per year"),
        "hidden": fan(batch.values("hidden_errors"), "Hidden errors", "errors"),
        "made": flow_fan(batch.values("errors_generated"), "Errors made", "errors"),
        "recorded": flow_fan(batch.values("recorded_incidents"), "Errors recorded", "errors"),
        "true": fan(batch.values("service_quality"), "True quality", "(reference 1)"),
        "visible": fan(batch.values("visible_quality"), "Visible quality", "(reference 1)"),
    }
    title = f"Turnover, errors and quality over {years_text(batch.scenario.years)}: actual and visible"
    with figure_style():
        figure = new_figure(10, 7.2)
        (a, b), (c, d) = figure.subplots(2, 2, sharex=True)
        _draw_turnover(a, fans["turnover"])
        a.set_ylim(0, a.get_ylim()[1] * (1 + 0.06 * len(event_times(batch.scenario))))  # space for the labels of events
        _draw_hidden(b, fans["hidden"])
        unit = fans["made"].unit.capitalize()
        _draw_pair(c, fans["made"], fans["recorded"], "Errors made and recorded", unit, ORANGE, BLUE)
        _draw_pair(d, fans["visible"], fans["true"], "Visible and true quality", "Ratio", AMBER, GREEN)
        _set_quality_scale(d)
        for axes in (a, b, c, d):
            draw_event_lines(axes, batch.scenario, labels=axes is a)
            years_axis(axes, batch.scenario, label=axes in (c, d))
        add_run_captions(figure, batch, title, BANDS if len(batch.good) > 1 else "One run: no bands.")
    forms = {"hidden": ".0f", "made": ".0f", "recorded": ".0f"}
    words = " ".join(quantiles.words(forms.get(key, ".2f")) for key, quantiles in fans.items())
    source = f"{years_text(batch.scenario.years)} from {runs_words(batch)}"
    alt = f"Four line charts over {source}, bands across runs. {words}"
    return Drawing("overview", title, figure, alt, pd.concat([f.frame() for f in fans.values()]))


def _draw_turnover(axes: Axes, quantiles: Fan) -> None:
    axes.set_title("Turnover of social workers")
    draw_fan(axes, quantiles, PURPLE)
    axes.set_ylabel("Leavers per year, % of staff")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.set_ylim(0, None)


def _draw_hidden(axes: Axes, quantiles: Fan) -> None:
    axes.set_title("Hidden errors")
    draw_fan(axes, quantiles, ORANGE)
    axes.set_ylabel("Errors at the end of the week")
    axes.set_ylim(0, None)


def _draw_pair(
    axes: Axes, upper: Fan, lower: Fan, title: str, unit: str, first_colour: str, second_colour: str
) -> None:
    axes.set_title(title)
    draw_fan(axes, upper, first_colour)
    draw_fan(axes, lower, second_colour, style="--")
    axes.set_ylabel(unit)
    axes.set_ylim(0, None)
    axes.legend(loc="best", ncols=2)


def _set_quality_scale(axes: Axes) -> None:
    low, high = axes.dataLim.y0, axes.dataLim.y1
    axes.set_ylim(min(0.9, low - 0.02), max(1.1, high + 0.06))
    axes.axhline(1, color="#9AA3AE", linewidth=0.8)
    axes.set_ylabel("Ratio (reference 1)")


def fan_of(batch: ScenarioRuns, *measures: str) -> Drawing:
    """Draw the fan chart of each measure in its own panel; flows are totals of 13 weeks.

    Raises
    ------
    BadInputError
        There is no such measure, or none is given.
    """
    fans = {measure: _measure_fan(batch, measure) for measure in require_measures(measures)}
    names = [quantiles.name for quantiles in fans.values()]
    with figure_style():
        figure = new_figure(10, 2.2 + 2.6 * len(fans))
        all_axes = np.atleast_1d(figure.subplots(len(fans), 1, sharex=True))
        for axes, quantiles in zip(all_axes, fans.values(), strict=True):
            if len(fans) > 1:
                axes.set_title(quantiles.name)
            draw_fan(axes, quantiles, BLUE)
            axes.set_ylabel(quantiles.unit[:1].upper() + quantiles.unit[1:])
            draw_event_lines(axes, batch.scenario, labels=axes is all_axes[0])
            years_axis(axes, batch.scenario, label=axes is all_axes[-1])
        bands = BANDS if len(batch.good) > 1 else "One run: no bands."
        meaning = find_measure(next(iter(fans))).meaning
        note = bands if len(fans) > 1 else f"{meaning[:1].upper()}{meaning[1:]}. {bands}"
        title = names[0] if len(fans) == 1 else f"{len(fans)} measures over time"
        add_run_captions(figure, batch, title, note)
    kind = "Line chart" if len(fans) == 1 else f"{len(fans)} line charts"
    alt = f"{kind} from {runs_words(batch)}. " + " ".join(quantiles.words() for quantiles in fans.values())
    return Drawing("-".join(fans), title, figure, alt, pd.concat([quantiles.frame() for quantiles in fans.values()]))


def _measure_fan(batch: ScenarioRuns, measure: str) -> Fan:
    """Quantiles of a measure across runs; flows are totals of 13 weeks."""
    values, name = batch.values(measure), measure.replace("_", " ").capitalize()
    unit = find_measure(measure).unit
    if is_flow(unit):
        return flow_fan(values, name, unit.removesuffix("/week"))
    return fan(values, name, unit.replace("0-1", "0 to 1"))


TITLE = "Fear, and the probability that errors are reported and escalated"
_LINES_ONLY = ("managers", "director")


def culture(batch: ScenarioRuns) -> Drawing:
    """Draw two panels: fear of workers, managers and director; probability of reporting and of escalation."""
    fear = [
        (fan(batch.values("fear"), "Fear of workers", "(0 to 1)"), ORANGE, "workers", "-"),
        (fan(batch.values("manager_fear"), "Fear of managers", "(0 to 1)"), PURPLE, "managers", "--"),
        (fan(batch.values("leader_fear"), "Fear of the director", "(0 to 1)"), BLUE, "director", ":"),
    ]
    reporting = [
        (fan(batch.values("passing_up"), "Probability that a manager escalates a report", "(0 to 1)"), PURPLE,
         "a manager escalates a report", "--"),
        (fan(batch.values("willingness_to_report"), "Probability that a worker reports a recognised error", "(0 to 1)"),
         GREEN, "a worker reports a recognised error", "-"),
    ]  # fmt: skip
    with figure_style():
        figure = new_figure(10, 7.0)
        above, below = figure.subplots(2, 1, sharex=True)
        above.set_title("Mean fear (0 none, 1 complete)")
        above.set_ylabel("Fear (0 to 1)")
        below.set_title("Probability of reporting and escalation")
        below.set_ylabel("Probability, %")
        below.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        for axes, quantiles in ((above, fear), (below, reporting)):
            for line, colour, label, style in quantiles:
                draw_fan(axes, line, colour, label, style, bands=label not in _LINES_ONLY)
            axes.set_ylim(0, 1)
            axes.legend(loc="upper right", ncols=3)
            draw_event_lines(axes, batch.scenario, labels=axes is above)
            years_axis(axes, batch.scenario, label=axes is below)
        note = f"{BANDS} Managers' and director's fear: median only." if len(batch.good) > 1 else "One run: no bands."
        add_run_captions(figure, batch, TITLE, note)
    all_fans = [line for line, *_ in (*fear, *reporting)]
    alt = f"Two line charts from {runs_words(batch)}. " + " ".join(line.words() for line in all_fans)
    return Drawing("fear", TITLE, figure, alt, pd.concat([line.frame() for line in all_fans]))
