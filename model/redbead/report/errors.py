"""Figure of errors: outcomes per 100 errors made, errors by year, and the stock of hidden errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from redbead.report.plotting import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    SKY,
    Drawing,
    add_run_captions,
    areas,
    draw_event_lines,
    figure_style,
    new_figure,
    runs_words,
    years_axis,
)
from redbead.state.constants import YEAR, Reals, Whole
from redbead.storage.scenario_runs import ScenarioRuns

_GENERATED, _RECOGNISED, _STILL_HIDDEN = "errors_generated", "errors_recognised", "left_hidden"
_FATES = (
    ("errors_reported", "reported and escalated", BLUE),
    ("errors_discovered", "discovered by others", GREEN),
    ("errors_repaired", "repaired without a report", GREY),
    ("errors_expired", "expired, unknown to the organisation", GREY),
    ("errors_harmful", "caused harm while unknown to the organisation", ORANGE),
)
_AFTER_REPORT = {"errors_expired": "expired_after_report", "errors_harmful": "harm_after_report"}
"""Measures of what happened to errors after they were reported or discovered, which are counted in those rows."""
_ROWS = (
    (_GENERATED, "made", "#9AA3AE"),
    (_RECOGNISED, "recognised by the worker", SKY),
    *_FATES,
    (_STILL_HIDDEN, "still hidden at the end (net change)", AMBER),
)
_STOCK = (
    ("errors_unrecognised", "unrecognised", GREY),
    ("errors_withheld", "concealed by a worker", ORANGE),
    ("errors_held_back", "suppressed by a manager", AMBER),
)


def errors(batch: ScenarioRuns) -> Drawing:
    """Draw three panels: outcomes per 100 errors, errors by year, and hidden errors by state."""
    selected = middle_half(batch)
    per_hundred, by_year, stock = (
        _errors_per_hundred(batch, selected),
        _errors_by_year(batch, selected),
        _hidden_stock(batch, selected),
    )
    title = f"Of every 100 errors made, {_format(per_hundred['errors_reported'])} were reported"
    is_subset = selected.size < len(batch.good)
    note = "Mean of the middle 50 % of runs, ordered by hidden errors." if is_subset else "Mean of the runs."
    with figure_style():
        figure = new_figure(10, 7.4)
        upper, left, right = _panels(figure)
        _draw_per_hundred(upper, per_hundred)
        _draw_years(left, by_year)
        _draw_stock(right, stock, batch)
        add_run_captions(figure, batch, title, f"{note} Each event counts in the year in which it occurs.")
    return Drawing("errors", title, figure, _alt(batch, per_hundred, stock), _numbers(per_hundred, by_year, stock))


def middle_half(batch: ScenarioRuns) -> Whole:
    """Positions of the middle 50 % of finished runs by hidden errors, so that outliers do not dominate the figure."""
    order = np.argsort(batch.values("hidden_errors").mean(axis=1), kind="stable")
    cut = order.size // 4
    return np.sort(order[cut : order.size - cut])


def _panels(figure: Figure) -> tuple[Axes, Axes, Axes]:
    grid = figure.add_gridspec(2, 2, height_ratios=(1, 1.25))
    return (figure.add_subplot(grid[0, :]), figure.add_subplot(grid[1, 0]), figure.add_subplot(grid[1, 1]))


def _errors_per_hundred(batch: ScenarioRuns, selected: Whole) -> dict[str, float]:
    """Errors in each row per 100 made over the whole run; mean of the selected runs."""
    generated = np.maximum(1.0, batch.values(_GENERATED)[selected].sum(axis=1))
    names = [_GENERATED, _RECOGNISED, *(name for name, _, _ in _FATES)]

    def per_hundred(name: str) -> float:
        return float((100 * batch.values(name)[selected].sum(axis=1) / generated).mean())

    shares = {name: per_hundred(name) for name in names}
    for name, known in _AFTER_REPORT.items():
        shares[name] -= per_hundred(known)
    return shares | {_STILL_HIDDEN: 100 - sum(shares[name] for name, _, _ in _FATES)}


def _errors_by_year(batch: ScenarioRuns, selected: Whole) -> dict[str, Reals]:
    """Errors made per year: reported, recognised but not reported, and not recognised.

    A run of less than a year has one value, at its yearly rate.
    """
    span = min(YEAR, batch.weeks)
    years = batch.weeks // span

    def total(name: str) -> Reals:
        values = batch.values(name)[selected, : years * span].reshape(selected.size, years, span)
        return np.asarray(values.sum(axis=2).mean(axis=0) * (YEAR / span))

    generated, recognised, reported = total(_GENERATED), total(_RECOGNISED), total("errors_reported")
    return {
        "reported": reported,
        "recognised, not reported": np.maximum(0.0, recognised - reported),
        "not recognised": np.maximum(0.0, generated - recognised),
    }


def _hidden_stock(batch: ScenarioRuns, selected: Whole) -> dict[str, Reals]:
    return {name: np.asarray(batch.values(name)[selected].mean(axis=0)) for name, _, _ in _STOCK}


def _format(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 10 or value == 0 else f"{value:.1f}"


def _draw_per_hundred(axes: Axes, shares: dict[str, float]) -> None:
    axes.set_title("Of every 100 errors made")
    for i, (name, text, colour) in enumerate(_ROWS):
        value = max(0.0, shares[name])
        axes.barh(i, value, color=colour, height=0.74)
        axes.text(value + 0.8, i, f"{_format(shares[name])}  {text}", va="center", fontsize=9.5)
    axes.set_yticks([])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.12 * max(100.0, *shares.values()))
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("Errors per 100 made (the last six rows add up to 100)")


def _draw_years(axes: Axes, parts: dict[str, Reals]) -> None:
    axes.set_title("Errors made per year")
    base = np.zeros_like(next(iter(parts.values())))
    for (name, values), colour in zip(parts.items(), (BLUE, ORANGE, "#C3CAD3"), strict=True):
        axes.bar(np.arange(1, values.size + 1), values, bottom=base, color=colour, label=name, width=0.78)
        base = base + values
    axes.set_xlabel("Year")
    axes.set_ylabel("Errors per year")
    axes.set_xticks(np.arange(1, base.size + 1, max(1, round(base.size / 10))))
    axes.set_ylim(0, base.max() * 1.32 + 1)
    axes.grid(visible=False, axis="x")
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], labels[::-1], loc="upper left", ncols=2, columnspacing=1.2, handlelength=1.3)


def _draw_stock(axes: Axes, stock: dict[str, Reals], batch: ScenarioRuns) -> None:
    axes.set_title("Hidden errors by state")
    at, values = areas(np.stack(list(stock.values())))
    colours = ["#C3CAD3", ORANGE, AMBER]
    axes.stackplot(at, *values, colors=colours, labels=[text for _, text, _ in _STOCK], linewidth=0)
    axes.set_ylabel("Errors at the end of the week")
    axes.set_ylim(0, float(np.sum(values, axis=0).max()) * 1.32 + 1)
    draw_event_lines(axes, batch.scenario, labels=False)
    years_axis(axes, batch.scenario)
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], labels[::-1], loc="upper left", ncols=2, columnspacing=1.2, handlelength=1.3)


def _alt(batch: ScenarioRuns, shares: dict[str, float], stock: dict[str, Reals]) -> str:
    fates = "; ".join(f"{_format(shares[name])} {text}" for name, text, _ in _ROWS[1:])
    hidden = "; ".join(f"{stock[name][-1]:.0f} {text}" for name, text, _ in _STOCK)
    source = f"Bars and areas from {runs_words(batch)}."
    return f"{source} Of every 100 errors made: {fates}. Hidden errors at the end: {hidden}."


def _numbers(shares: dict[str, float], by_year: dict[str, Reals], stock: dict[str, Reals]) -> pd.DataFrame:
    hundred = pd.DataFrame({"series": list(shares), "unit": "per 100 errors made", "value": list(shares.values())})
    years = [
        pd.DataFrame({"series": name, "unit": "errors/year", "year": np.arange(1, v.size + 1), "value": v})
        for name, v in by_year.items()
    ]
    weeks = [
        pd.DataFrame({"series": name, "unit": "errors", "year": np.arange(1, v.size + 1) / YEAR, "value": v})
        for name, v in stock.items()
    ]
    return pd.concat([hundred, *years, *weeks])[["series", "unit", "year", "value"]]
