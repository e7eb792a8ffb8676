"""Policies over time: what happened above what was recorded, and the advantage as it comes and goes."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from redbead.report.comparing.ink import colour_of, finish, legend, shown, zero
from redbead.report.comparing.sentences import label, low, turn
from redbead.report.drawing import Drawing, Fan, mark, quarterly, years_axis
from redbead.report.style import look, sheet
from redbead.scenario.spec import Scenario
from redbead.state.authority import QUARTER
from redbead.state.types import Reals
from redbead.study.comparing.found import Found
from redbead.study.comparing.results import BLOCK
from redbead.study.outcomes import OUTCOMES
from redbead.study.pairs import band, by_quarter
from redbead.study.pairs import shown as scaled

PANELS: Final = (("errors_generated", "Happened: errors made"), ("recorded_incidents", "Recorded: errors on record"))


def happened_and_recorded(found: Found) -> Drawing:
    """Fans of all policies on shared axes: errors made, and below them errors on record."""
    colours, names = colour_of(found), [found.results.comparison.baseline, *shown(found)]
    fans = {(measure, name): _fan(found, name, measure) for measure, _ in PANELS for name in names}
    title = "What happened, above what was recorded"
    with look():
        figure = sheet(10.0, 6.6)
        axes_of = figure.subplots(2, 1, sharex=True)
        for axes, (measure, head) in zip(axes_of, PANELS, strict=True):
            axes.set_title(head, fontsize=10.5)
            for name in names:
                _draw(axes, fans[measure, name], colours[name], bands=len(names) <= 4 or name in names[:2])
            axes.set_ylim(0)
            axes.set_ylabel("Errors a quarter")
            mark(axes, _marked(found), labels=False)
        years_axis(axes_of[0], _scenario(found), label=False)
        years_axis(axes_of[1], _scenario(found))
        legend(axes_of[0], found, names)
        finish(figure, found, title, "Lines: median run. Bands: middle half of the runs. Dashed: when policies start.")
    alt = f"{title}: two charts over {_scenario(found).years:g} years. " + " ".join(
        f"'{name}': {fan.words('.0f')}" for (_, name), fan in fans.items()
    )
    numbers = pd.concat([fan.frame().assign(policy=name, measure=m) for (m, name), fan in fans.items()])
    return Drawing("happened-and-recorded", title, figure, alt, numbers)


def _fan(found: Found, name: str, measure: str) -> Fan:
    """Quantiles over runs of quarterly totals, put together some runs at a time."""
    results = found.results
    view = results.view(name, found.theory)
    runs = results.finished(view)
    parts = [_totals(results.weekly(view, measure, runs[k : k + BLOCK])) for k in range(0, len(runs), BLOCK)]
    return quarterly(np.repeat(np.concatenate(parts), QUARTER, axis=1) / QUARTER, label(measure), "errors a quarter")


def _totals(weekly: Reals) -> Reals:
    whole = weekly.shape[1] // QUARTER
    return np.asarray(weekly[:, : whole * QUARTER].reshape(len(weekly), whole, QUARTER).sum(axis=2))


def _draw(axes: Axes, fan: Fan, colour: str, *, bands: bool) -> None:
    _, p25, p50, p75, _ = fan.levels
    if bands and fan.runs > 1:
        axes.fill_between(fan.at, p25, p75, color=colour, alpha=0.18, linewidth=0)
    axes.plot(fan.at, p50, color=colour, linewidth=1.9)


def crossover(found: Found) -> Drawing | None:
    """The advantage of every policy over the baseline, quarter by quarter, on the first outcome that is weekly."""
    outcome = next((o for o in found.outcomes if any(key[1] == o for key in found.turns)), None)
    if outcome is None:
        return None
    results, base, how = found.results, found.results.comparison.baseline, scaled(outcome)
    direction = 1.0 if OUTCOMES[outcome].better == "up" else -1.0
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


def _scenario(found: Found) -> Scenario:
    return found.results.comparison.policies[0].scenario


def _marked(found: Found) -> Scenario:
    """The policy whose start is marked: the first besides the baseline."""
    others = found.results.comparison.others
    return found.results.comparison.policy(others[0]).scenario if others else _scenario(found)
