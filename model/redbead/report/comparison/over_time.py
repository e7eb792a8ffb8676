"""Figures of policies over time: actual and recorded errors, any measure, and the advantage over the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from redbead.analysis.means import draw_means
from redbead.analysis.outcomes import is_flow
from redbead.analysis.pairs import by_quarter, display_unit, unit_of
from redbead.analysis.simultaneous import simultaneous_band
from redbead.execution.runs import require_measures
from redbead.report.comparison.forest import (
    add_title_and_note,
    draw_zero_line,
    legend,
    policies_shown,
    policy_colours,
)
from redbead.report.comparison.text import crossover_sentence, label, lower_label
from redbead.report.plotting import (
    LEVELS,
    MIN_QUARTERS,
    Drawing,
    Fan,
    draw_event_lines,
    fan,
    figure_style,
    marker_of,
    names_height,
    new_figure,
    years_axis,
)
from redbead.scenario.scenario import Scenario, years_text
from redbead.state.constants import QUARTER
from redbead.studies.comparison.decision_analysis import advantages
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import BLOCK

_MAX_BANDS: Final = 4
"""Largest number of bands that can be distinguished in one panel."""

ACTUAL_AND_RECORDED: Final = (
    ("errors_generated", "Actual: errors made"),
    ("recorded_incidents", "Recorded: errors on record"),
)


def actual_and_recorded(data: ReportData) -> Drawing:
    """Fan charts of all policies: errors made, and below them errors on record."""
    return _fans(data, "happened-and-recorded", "Actual and recorded errors", ACTUAL_AND_RECORDED)


def measures_over_time(data: ReportData, *measures: str) -> Drawing:
    """Fan charts of some measures for all policies, one panel per measure.

    Raises
    ------
    BadInputError
        There is no such measure, or none is given.
    """
    panels = [(measure, label(measure)) for measure in require_measures(measures)]
    title = f"{panels[0][1]} over time" if len(panels) == 1 else f"{len(panels)} measures over time"
    return _fans(data, "-".join(measures).replace("_", "-"), title, panels)


def _fans(data: ReportData, name: str, title: str, panels: Sequence[tuple[str, str]]) -> Drawing:
    """Fan charts of all policies, one panel per measure."""
    colours, names = policy_colours(data), [data.results.comparison.baseline, *policies_shown(data)]
    fans = {(measure, policy): _fan_of(data, policy, measure) for measure, _ in panels for policy in names}
    with figure_style():
        figure = new_figure(10.0, 1.4 + max(2.6 * len(panels), 0.25 * names_height(names)))
        all_axes = np.atleast_1d(figure.subplots(len(panels), 1, sharex=True))
        for axes, (measure, heading) in zip(all_axes, panels, strict=True):
            axes.set_title(heading, fontsize=10.5)
            for policy in names:
                _draw(
                    axes, fans[measure, policy], colours[policy], bands=len(names) <= _MAX_BANDS or policy in names[:2]
                )
            axes.set_ylim(min(0.0, axes.get_ylim()[0]))
            axes.set_ylabel(fans[measure, names[0]].unit.capitalize())
            draw_event_lines(axes, _scenario_with_start(data), labels=False)
            years_axis(axes, _scenario(data), label=axes is all_axes[-1])
        legend(all_axes[0], data, names)
        add_title_and_note(
            figure,
            data,
            title,
            "Lines: medians across runs. Bands: middle half of the runs. Dashed: start of the policies.",
        )
    alt = " ".join(f"'{policy}': {quantiles.words('.3g')}" for (_, policy), quantiles in fans.items())
    numbers = pd.concat([item.frame().assign(policy=policy, measure=m) for (m, policy), item in fans.items()])
    return Drawing(name, title, figure, f"{title}, over {years_text(_scenario(data).years)}. {alt}", numbers)


def _fan_of(data: ReportData, name: str, measure: str) -> Fan:
    """Quantiles across runs per quarter (totals of flows, means of other measures), read in blocks of runs.

    Runs of less than two quarters are shown per week.
    """
    results = data.results
    role = results.role(name, data.theory)
    runs = results.finished(role)
    unit = unit_of(measure)
    weekly = (results.weekly(role, measure, runs[k : k + BLOCK]) for k in range(0, len(runs), BLOCK))
    if _is_short(data):
        return fan(np.concatenate(list(weekly)), label(measure), unit.replace("/week", " per week"))
    scale = QUARTER if is_flow(unit) else 1
    blocks = [by_quarter(values) for values in weekly]
    values = scale * np.concatenate([means for means, _ in blocks])
    unit_text = unit.replace("/week", " per quarter")
    return Fan(label(measure), unit_text, blocks[0][1], np.quantile(values, LEVELS, axis=0), len(runs))


def _is_short(data: ReportData) -> bool:
    """Whether the runs have too few quarters for a line."""
    return data.results.comparison.weeks < MIN_QUARTERS * QUARTER


def _draw(axes: Axes, quantiles: Fan, colour: str, *, bands: bool) -> None:
    """Draw the median, and the middle half of the runs if `bands`."""
    _, p25, p50, p75, _ = quantiles.levels
    if bands and quantiles.runs > 1:
        axes.fill_between(quantiles.at, p25, p75, color=colour, alpha=0.18, linewidth=0)
    axes.plot(quantiles.at, p50, color=colour, linewidth=1.9, marker=marker_of(quantiles))


def crossover(data: ReportData) -> Drawing | None:
    """Advantage of every policy over the baseline per quarter, on the first outcome with a weekly series.

    None if there is no such outcome, or the runs have too few quarters for a line.
    """
    outcome = next((measure for measure in data.outcomes if any(key[1] == measure for key in data.crossovers)), None)
    if outcome is None or _is_short(data):
        return None
    results, base, display = data.results, data.results.comparison.baseline, display_unit(outcome)
    colours, policies = policy_colours(data), policies_shown(data)
    title = f"Advantage over '{base}' on {lower_label(outcome)}"
    tables = []
    with figure_style():
        figure = new_figure(10.0, max(4.6, 1.4 + 0.25 * names_height(policies)))
        axes = figure.subplots()
        for name, advantage, draw in advantages(results, outcome, data.theory, policies):
            means, at = by_quarter(display.scale * advantage)
            band = simultaneous_band(draw_means(means.T, draw))
            mean, low_end, high_end = band.mean, *(np.where(np.isnan(end), band.mean, end) for end in band[1:3])
            axes.fill_between(at, low_end, high_end, color=colours[name], alpha=0.2, linewidth=0)
            axes.plot(at, mean, color=colours[name], linewidth=1.9)
            columns = {"year": at, "advantage": mean, "low": low_end, "high": high_end}
            tables.append(pd.DataFrame({"policy": name, **columns}))
        draw_zero_line(axes, vertical=False)
        years_axis(axes, _scenario(data))
        draw_event_lines(axes, _scenario_with_start(data), labels=False)
        axes.set_ylabel(f"Advantage, {display.difference_unit}")
        legend(axes, data, policies)
        note = (
            f"Above 0 a policy is better than '{base}'. Lines: mean paired differences. Bands: 95 %, for all quarters "
            "of a policy together."
        )
        add_title_and_note(figure, data, title, note)
    alt = " ".join(crossover_sentence(result) for (_, measure), result in data.crossovers.items() if measure == outcome)
    return Drawing("crossover", title, figure, f"{title}. {alt}", pd.concat(tables).assign(unit=display.unit))


def _scenario(data: ReportData) -> Scenario:
    """Scenario that defines the time axis."""
    return data.results.comparison.policies[0].scenario


def _scenario_with_start(data: ReportData) -> Scenario:
    """Scenario whose start is marked: that of the first policy besides the baseline."""
    others = data.results.comparison.others
    return data.results.comparison.policy(others[0]).scenario if others else _scenario(data)
