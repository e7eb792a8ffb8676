"""Dose-response of a sweep: table, sentences and figure of every outcome against the value of one number.

A step is the paired difference between two neighbouring values. Whether it is clear follows from the same tests as the
verdicts of the page, which are corrected for all pairs of policies and all outcomes (Holm).
"""

from __future__ import annotations

import itertools
import math
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from redbead.analysis.intervals import Interval
from redbead.analysis.outcomes import OUTCOMES
from redbead.report.comparison.text import format_with_interval, label, source
from redbead.report.plotting import BLUE, GREY, Drawing, add_captions, figure_style, new_figure
from redbead.report.text import PERCENT, display_scale, number, period_text, unit_words
from redbead.studies.comparison.findings import Ranking
from redbead.studies.comparison.report_data import ReportData
from redbead.studies.comparison.results import sign
from redbead.studies.comparison.sweep import Sweep, sweep_of

_FEWEST_VALUES: Final = 3
"""Fewest values of a comparison for which the page shows the response."""
_COLUMNS: Final = 3
_STEPS: Final = {1: "rise", -1: "fall", 0: "not distinguishable"}


class Step(NamedTuple):
    """Change of an outcome from one value to a larger one.

    Attributes
    ----------
    change : Interval
        Paired difference with its corrected interval, in the unit of the outcome.
    direction : int
        1 for a clear rise, -1 for a clear fall, and 0 if the runs do not distinguish the two values.
    """

    change: Interval
    direction: int


def sweep_shown(data: ReportData) -> Sweep | None:
    """The sweep of a comparison that the page shows: one of at least three values with finished runs."""
    sweep = sweep_of(data.results.comparison) if data.complete else None
    return sweep if sweep and len(sweep.values) >= _FEWEST_VALUES else None


def _step(ranking: Ranking, lower: str, upper: str) -> Step:
    """Change from the policy with the lower value to that with the upper one."""
    test = ranking.test(lower, upper)
    forward = ranking.policies[test.first] == upper
    turn = (1.0 if forward else -1.0) * sign(OUTCOMES[ranking.outcome].better)
    mean, low, high, kind = test.interval
    ends = (low, high) if turn > 0 else (-high, -low)
    return Step(Interval(turn * mean, *ends, kind), int(np.sign(turn * mean)) if test.significant else 0)


def _steps(ranking: Ranking, sweep: Sweep) -> list[Step]:
    """Changes between neighbouring values, in ascending order."""
    return [_step(ranking, lower, upper) for lower, upper in itertools.pairwise(sweep.values)]


def dose_response(data: ReportData) -> pd.DataFrame:
    """One row per outcome and value: mean, difference from the reference, and step from the value below.

    Only the first theory is listed. There are no rows if the comparison is not a sweep.
    """
    sweep = sweep_of(data.results.comparison) if data.complete else None
    if sweep is None:
        return pd.DataFrame()
    rows = [
        row
        for outcome in data.outcomes
        if (ranking := data.rankings.get((data.theory, outcome))) is not None
        for row in _rows(data, sweep, ranking)
    ]
    frame = pd.DataFrame(rows)
    frame.attrs["units"] = {"value": sweep.unit}
    return frame


def _rows(data: ReportData, sweep: Sweep, ranking: Ranking) -> list[dict[str, object]]:
    """Rows of one outcome."""
    outcome, unknown = ranking.outcome, Interval(math.nan, math.nan, math.nan, "")
    steps: list[Step | None] = [None, *_steps(ranking, sweep)]
    rows: list[dict[str, object]] = []
    for (name, value), step in zip(sweep.values.items(), steps, strict=True):
        effect = data.effects.get((data.theory, name, outcome))
        mean = effect.mean if effect else data.mean(name, outcome)
        difference, change = effect.difference if effect else unknown, step.change if step else unknown
        rows.append(
            {
                "measure": outcome, "unit": OUTCOMES[outcome].unit, "parameter": sweep.key, "value": value,
                "parameter_unit": sweep.unit, "policy": name, "reference": effect is None,
                "mean": mean.mean, "mean_low": mean.low, "mean_high": mean.high,
                "difference": difference.mean, "difference_low": difference.low, "difference_high": difference.high,
                "verdict": str(data.verdict(effect)) if effect else "", "step": change.mean, "step_low": change.low,
                "step_high": change.high, "step_direction": _STEPS[step.direction] if step else "",
            }
        )  # fmt: skip
    return rows


def sentences(data: ReportData) -> list[str]:
    """State for each outcome whether it rises or falls with the value, and whether every step is clear."""
    sweep = sweep_shown(data)
    if sweep is None:
        return []
    rankings = (data.rankings.get((data.theory, outcome)) for outcome in data.outcomes)
    return [_sentence(ranking, sweep) for ranking in rankings if ranking is not None]


def _sentence(ranking: Ranking, sweep: Sweep) -> str:
    """Direction and shape of the response of one outcome."""
    names, values = list(sweep.values), list(sweep.values.values())
    subject = f"{label(ranking.outcome)} with {sweep.key} from {values[0]:g} to {values[-1]:g}"
    if all(test.identical for test in ranking.pairs):
        return f"{subject}: equal in every run."
    steps, unit = _steps(ranking, sweep), OUTCOMES[ranking.outcome].unit
    whole = _step(ranking, names[0], names[-1])
    base = float(ranking.means[ranking.policies.index(names[0])])
    after, unit_text = (" points", "") if unit in PERCENT else ("", f" {unit_words(unit)}")
    size = f"{format_with_interval(whole.change, unit, base, after)}{unit_text}"
    clear = "" if whole.direction else ", not distinguishable from 0"
    return f"{subject}: {size}{clear}. {_shape(steps, values)}"


def _shape(steps: list[Step], values: list[float]) -> str:
    """Whether the response is monotone, as far as the steps are clear.

    >>> up, flat = Step(Interval(1.0, 0.5, 1.5, ""), 1), Step(Interval(0.1, -0.5, 0.7, ""), 0)
    >>> _shape([up, up], [0, 0.5, 1])
    'The response is monotone: every step is a clear rise.'
    >>> _shape([up, flat], [0, 0.5, 1])
    'No clear step contradicts a monotone rise, but 1 of 2 steps is not distinguishable from 0 (0.5 to 1).'
    """
    spans: dict[int, list[str]] = {direction: [] for direction in _STEPS}
    for step, (low, high) in zip(steps, itertools.pairwise(values), strict=True):
        spans[step.direction].append(f"{low:g} to {high:g}")
    rises, falls, unclear = (spans[direction] for direction in (1, -1, 0))
    if rises and falls:
        return f"The response is not monotone: it rises ({', '.join(rises)}) and falls ({', '.join(falls)})."
    if not rises and not falls:
        return "No step between neighbouring values is distinguishable from 0, so the shape is inconclusive."
    word = "rise" if rises else "fall"
    if not unclear:
        return f"The response is monotone: every step is a clear {word}."
    count = f"{len(unclear)} of {len(steps)} steps {'is' if len(unclear) == 1 else 'are'}"
    return (
        f"No clear step contradicts a monotone {word}, but {count} not distinguishable from 0 ({', '.join(unclear)})."
    )


def response(data: ReportData) -> Drawing | None:
    """Mean of every outcome against the value, with 95 % intervals and the reference; None without a sweep."""
    sweep = sweep_of(data.results.comparison) if data.complete else None
    if sweep is None:
        return None
    table = dose_response(data)
    title = f"Response to {sweep.key}"
    outcomes = list(dict.fromkeys(table["measure"]))
    columns = min(_COLUMNS, len(outcomes))
    rows = math.ceil(len(outcomes) / columns)
    with figure_style():
        figure = new_figure(10.5, 1.2 + 2.7 * rows)
        for position, axes in enumerate(figure.subplots(rows, columns, squeeze=False).flat):
            if position >= len(outcomes):
                axes.set_axis_off()
                continue
            _draw_panel(axes, table[table["measure"] == outcomes[position]], sweep)
        period = period_text(data.results.comparison.over, data.results.comparison.weeks)
        note = (
            f"Dots: means over the {period}, with 95 % intervals. Grey square and dashed lines: "
            "the reference. Differences between values are paired, so more precise than these intervals suggest."
        )
        add_captions(figure, title, note, source(data.results))
    return Drawing("dose-response", title, figure, f"{title}. {' '.join(_described(table))}", table)


def _draw_panel(axes: Axes, rows: pd.DataFrame, sweep: Sweep) -> None:
    """One outcome against the value."""
    outcome = str(rows["measure"].iloc[0])
    unit = OUTCOMES[outcome].unit
    mean, low, high = (display_scale(unit) * rows[name].to_numpy() for name in ("mean", "mean_low", "mean_high"))
    low, high = np.where(np.isnan(low), mean, low), np.where(np.isnan(high), mean, high)
    values = rows["value"].to_numpy()
    axes.plot(values, mean, color=BLUE, linewidth=1.2)
    axes.errorbar(values, mean, yerr=(mean - low, high - mean), fmt="o", color=BLUE, markersize=5, capsize=3)
    reference = rows["reference"].to_numpy()
    axes.axhline(mean[reference][0], color=GREY, linewidth=1, linestyle=(0, (4, 3)))
    axes.axvline(values[reference][0], color=GREY, linewidth=1, linestyle=(0, (4, 3)))
    axes.plot(values[reference], mean[reference], "s", color=GREY, markersize=8, zorder=5)
    axes.set_title(label(outcome), fontsize=10)
    axes.set_ylabel(unit_words(unit))
    axes.set_xlabel(f"{sweep.key.rpartition('.')[2]} ({sweep.unit})" if sweep.unit else sweep.key.rpartition(".")[2])


def _described(table: pd.DataFrame) -> list[str]:
    """Means of every outcome in words, for the alternative text."""
    described = []
    for outcome, rows in table.groupby("measure", sort=False):
        unit, scale = OUTCOMES[str(outcome)].unit, float(rows["mean"].abs().max())
        means = (
            f"{number(unit, scale, mean)} at {value:g}" for mean, value in zip(rows["mean"], rows["value"], strict=True)
        )
        described.append(f"{label(str(outcome))} in {unit_words(unit)}: {', '.join(means)}.")
    return described
