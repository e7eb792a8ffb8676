"""Policies over time: what happened above what was recorded, and the advantage as it comes and goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from redbead.analysis.outcomes import OUTCOMES, is_flow
from redbead.analysis.pairs import band, by_quarter
from redbead.analysis.pairs import shown as scaled
from redbead.analysis.series import unit_of
from redbead.execution.runs import measure_index
from redbead.report.comparison.forest import colour_of, finish, legend, shown, zero
from redbead.report.comparison.text import label, low, turn
from redbead.report.plotting import LEVELS, Drawing, Fan, look, mark, sheet, years_axis
from redbead.scenario.scenario import Scenario
from redbead.state.constants import QUARTER
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import BLOCK, sign

_FEW: Final = 4
"""So many bands in one picture can still be told apart."""

PANELS: Final = (("errors_generated", "Happened: errors made"), ("recorded_incidents", "Recorded: errors on record"))


def happened_and_recorded(found: ReportData) -> Drawing:
    """Fans of all policies on shared axes: errors made, and below them errors on record."""
    return _fans(found, "happened-and-recorded", "What happened, above what was recorded", PANELS)


def measure_over_time(found: ReportData, measure: str) -> Drawing:
    """One measure of all policies over time, on shared axes.

    Raises
    ------
    BadInputError
        There is no such measure.
    """
    measure_index(measure)
    return _fans(found, measure.replace("_", "-"), f"{label(measure)} over time", ((measure, label(measure)),))


def _fans(found: ReportData, name: str, title: str, panels: Sequence[tuple[str, str]]) -> Drawing:
    """Fans of all policies, a panel a measure."""
    colours, names = colour_of(found), [found.results.comparison.baseline, *shown(found)]
    fans = {(measure, policy): _fan(found, policy, measure) for measure, _ in panels for policy in names}
    with look():
        figure = sheet(10.0, 1.4 + 2.6 * len(panels))
        axes_of = np.atleast_1d(figure.subplots(len(panels), 1, sharex=True))
        for axes, (measure, head) in zip(axes_of, panels, strict=True):
            axes.set_title(head, fontsize=10.5)
            for policy in names:
                _draw(axes, fans[measure, policy], colours[policy], bands=len(names) <= _FEW or policy in names[:2])
            axes.set_ylim(min(0.0, axes.get_ylim()[0]))
            axes.set_ylabel(fans[measure, names[0]].unit.capitalize())
            mark(axes, _marked(found), labels=False)
            years_axis(axes, _scenario(found), label=axes is axes_of[-1])
        legend(axes_of[0], found, names)
        finish(figure, found, title, "Lines: median run. Bands: middle half of the runs. Dashed: when policies start.")
    alt = " ".join(f"'{policy}': {fan.words('.3g')}" for (_, policy), fan in fans.items())
    numbers = pd.concat([fan.frame().assign(policy=policy, measure=m) for (m, policy), fan in fans.items()])
    return Drawing(name, title, figure, f"{title}, over {_scenario(found).years:g} years. {alt}", numbers)


def _fan(found: ReportData, name: str, measure: str) -> Fan:
    """Quantiles over runs, quarter by quarter (totals of flows, means of levels), put together some runs at a time."""
    results = found.results
    view = results.view(name, found.theory)
    runs = results.finished(view)
    unit = unit_of(measure)
    scale = QUARTER if is_flow(unit) else 1
    parts = [by_quarter(results.weekly(view, measure, runs[k : k + BLOCK])) for k in range(0, len(runs), BLOCK)]
    values = scale * np.concatenate([means for means, _ in parts])
    words = unit.replace("/week", " a quarter")
    return Fan(label(measure), words, parts[0][1], np.quantile(values, LEVELS, axis=0), len(runs))


def _draw(axes: Axes, fan: Fan, colour: str, *, bands: bool) -> None:
    _, p25, p50, p75, _ = fan.levels
    if bands and fan.runs > 1:
        axes.fill_between(fan.at, p25, p75, color=colour, alpha=0.18, linewidth=0)
    axes.plot(fan.at, p50, color=colour, linewidth=1.9)


def crossover(found: ReportData) -> Drawing | None:
    """The advantage of every policy over the baseline, quarter by quarter, on the first outcome that is weekly."""
    outcome = next((o for o in found.outcomes if any(key[1] == o for key in found.turns)), None)
    if outcome is None:
        return None
    results, base, how = found.results, found.results.comparison.baseline, scaled(outcome)
    direction = sign(OUTCOMES[outcome].better)
    colours, names = colour_of(found), shown(found)
    title = f"When it turns: advantage over '{base}' on {low(outcome)}"
    frames = []
    with look():
        figure = sheet(10.0, 4.6)
        axes = figure.subplots()
        for name in names:
            views = [results.view(n, found.theory) for n in (name, base)]
            both = sorted(set(results.finished(views[0])) & set(results.finished(views[1])))
            mine, other = (results.weekly(view, outcome, both) for view in views)
            means, at = by_quarter(direction * how.scale * (mine - other))
            middle, low_end, high_end = band(means)
            axes.fill_between(at, low_end, high_end, color=colours[name], alpha=0.2, linewidth=0)
            axes.plot(at, middle, color=colours[name], linewidth=1.9)
            columns = {"year": at, "advantage": middle, "low": low_end, "high": high_end}
            frames.append(pd.DataFrame({"policy": name, **columns}))
        zero(axes, vertical=False)
        years_axis(axes, _scenario(found))
        mark(axes, _marked(found), labels=False)
        axes.set_ylabel(f"Better by, {how.gap}")
        legend(axes, found, names)
        note = f"Above 0 a policy is better than '{base}' in the same runs. Lines: means. Bands: 95 % intervals."
        finish(figure, found, title, note)
    alt = " ".join(turn(item) for (_, o), item in found.turns.items() if o == outcome)
    return Drawing("crossover", title, figure, f"{title}. {alt}", pd.concat(frames).assign(unit=how.unit))


def _scenario(found: ReportData) -> Scenario:
    return found.results.comparison.policies[0].scenario


def _marked(found: ReportData) -> Scenario:
    """The policy whose start is marked: the first besides the baseline."""
    others = found.results.comparison.others
    return found.results.comparison.policy(others[0]).scenario if others else _scenario(found)
