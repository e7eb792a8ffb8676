"""What a result depends on: switching values of single parameters, draws of uncertain parameters, and regret."""

from __future__ import annotations

import math

from redbead import parameters
from redbead.analysis import scenario_discovery
from redbead.analysis.draw_effects import DrawShares
from redbead.analysis.intervals import RESAMPLES
from redbead.analysis.outcomes import OUTCOMES
from redbead.analysis.switching_values import SwitchingValue, SwitchingValues, TriedValue
from redbead.report.comparison.text import format_value, lower_label
from redbead.report.text import format_share, number, percent, resampled_probability, unit_words
from redbead.studies.comparison.decision_analysis import ParametricUncertainty
from redbead.studies.comparison.report_data import ReportData

_WITHOUT_UNIT = ("0-1", "ratio", "share")


def describe_switching_values(values: SwitchingValues, meaning: str, unit: str) -> str:
    """Describe over which part of the range of a parameter a result holds, reverses or is inconclusive.

    Parameters
    ----------
    values : SwitchingValues
        Result of the search, with an advantage that is clear of 0 at the assumed value.
    meaning, unit : str
        Meaning and unit of the parameter.
    """
    span = f"{format_value(values.lowest)} to {format_value(values.highest)}{_unit(unit)}"
    if values.holds:
        return f'this holds for all values of "{meaning}" in its range ({span})'
    reversals, reversed_values = _reversals(values)
    inconclusive = _inconclusive(values, reversed_values)
    if not reversals:
        return f'this is not shown for all values of "{meaning}" in its range ({span}): {inconclusive}'
    return f'this reverses if "{meaning}" is {" or ".join(reversals)}' + (f"; {inconclusive}" if inconclusive else "")


def describe_other_values(values: SwitchingValues, policy: str) -> str:
    """Describe where a policy is better or worse if the runs are inconclusive at the assumed value."""
    others = [item for item in values.tried if item.corrected and item.value != values.assumed]
    better = _list([item for item in others if item.advantage > 0.0])
    worse = _list([item for item in others if item.advantage < 0.0])
    parts = [f"{word} at {text}" for word, text in (("better", better), ("worse", worse)) if text]
    if not parts:
        return f"nor at any other tried value ({format_value(values.lowest)} to {format_value(values.highest)})"
    return f"of the other tried values, '{policy}' is {' and '.join(parts)}"


def _reversals(values: SwitchingValues) -> tuple[list[str], set[float]]:
    """Conditions under which the result reverses, and the tried values that they include."""
    parts, included = [], set()
    down = [item for item in reversed(values.tried) if item.value < values.assumed]
    up = [item for item in values.tried if item.value > values.assumed]
    for word, side, beyond, share in (
        ("below", values.below, down, values.share_below), ("above", values.above, up, values.share_above)
    ):  # fmt: skip
        if side is None or not side.significant:
            continue
        region = _region(side.value, beyond, values)
        included |= {item.value for item in region}
        again = [
            item for item in beyond
            if item.value not in included and item.corrected and item.advantage * values.advantage < 0.0
        ]  # fmt: skip
        included |= {item.value for item in again}
        parts.append(_condition(word, side, values.assumed, share) + _until(region, beyond) + _again(again))
    return parts, included


def _region(switching_value: float, beyond: list[TriedValue], values: SwitchingValues) -> list[TriedValue]:
    """Tried values of the other sign that follow the switching value without interruption."""
    region: list[TriedValue] = []
    for item in beyond:
        if abs(item.value - values.assumed) < abs(switching_value - values.assumed):
            continue
        if item.advantage * values.advantage > 0.0:
            break
        region.append(item)
    return region


def _condition(word: str, side: SwitchingValue, assumed: float, share: float) -> str:
    """One switching value with its interval and the share of resamples that have it."""
    ratio = f"{side.value / assumed:.2g} times the assumed {format_value(assumed)}; " if assumed > 0.0 else ""
    resamples = percent(resampled_probability(share, RESAMPLES))
    interval = f"{format_value(side.low)} to {format_value(side.high)}"
    return f"{word} {format_value(side.value)} ({ratio}95 % interval {interval}; in {resamples} of resamples)"


def _until(region: list[TriedValue], beyond: list[TriedValue]) -> str:
    """The last tried value of a region that ends before the range does."""
    return "" if not region or region[-1] == beyond[-1] else f" as far as {format_value(region[-1].value)}"


def _again(items: list[TriedValue]) -> str:
    """Further values of the other sign, beyond the region next to the assumed value."""
    return f" and again at {_list(items)}" if items else ""


def _inconclusive(values: SwitchingValues, reversed_values: set[float]) -> str:
    """The tried values at which the runs show neither this result nor its reversal; empty if there are none."""
    spans: list[list[float]] = []
    consecutive = False
    for item in values.tried:
        shown = item.value in reversed_values or (item.clear and item.advantage * values.advantage > 0.0)
        if not shown and consecutive:
            spans[-1].append(item.value)
        elif not shown:
            spans.append([item.value])
        consecutive = not shown
    where = [
        f"at {format_value(s[0])}" if len(s) == 1 else f"from {format_value(s[0])} to {format_value(s[-1])}"
        for s in spans
    ]
    return f"{' and '.join(where)} the runs are inconclusive" if where else ""


def _list(items: list[TriedValue]) -> str:
    """Values of a list in words: "0.5, 0.75 and 1"."""
    words = [f"{format_value(item.value)}" for item in items]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _unit(unit: str) -> str:
    """The unit after a number, unless the number has none."""
    return "" if unit.startswith(_WITHOUT_UNIT) else f" {unit}"


def switching_sentences(data: ReportData) -> list[str]:
    """Describe the switching values of each parameter: the result, and the condition under which it reverses."""
    search = data.results.comparison.switching
    if search is None:
        return []
    sentences = []
    for path, values in data.switching_values:
        param = parameters.register()[path].param
        measure = lower_label(search.measure)
        if values.clear:
            side = "better" if values.advantage > 0 else "worse"
            result = f"'{search.policy}' is {side} than '{search.rival}' on {measure}"
            condition = describe_switching_values(values, param.meaning, param.unit)
        else:
            result = (
                f'At the assumed value of "{param.meaning}" ({format_value(values.assumed)}) the runs do not '
                f"distinguish '{search.policy}' from '{search.rival}' on {measure}"
            )
            condition = describe_other_values(values, search.policy)
        sentences.append(f"{result}; {condition} [{path}].")
    return sentences


def uncertainty_sentences(item: ParametricUncertainty, base: str) -> list[str]:
    """Describe the parametric share of the variance, the shares of draws, and the ranges in which the policy fails."""
    sentences = []
    if math.isfinite(item.components.share):
        ends = f" ({100 * item.components.low:.0f} to {100 * item.components.high:.0f} %)"
        sentences.append(
            f"Parametric uncertainty explains {100 * item.components.share:.0f} %{ends} of the variance of the "
            f"difference between '{item.policy}' and '{base}' on {lower_label(item.outcome)}; the rest is stochastic."
        )
    if item.shares:
        sentences.append(_draw_sentence(item, item.shares, base))
    if item.box:
        where = scenario_discovery.describe_box(item.box, f"is expected to be worse than '{base}'")
        sentences.append(f"'{item.policy}' {where}.")
    else:
        sentences.append(f"No range of the uncertain parameters stands out in which '{item.policy}' is worse.")
    return sentences


def _draw_sentence(item: ParametricUncertainty, shares: DrawShares, base: str) -> str:
    """Describe the shares of draws in three parts, and the share with chance removed."""
    better, worse, undecided = map(format_share, (shares.better, shares.worse, shares.undecided))
    parts = (
        f"On {lower_label(item.outcome)}, the runs show '{item.policy}' to be better than '{base}' in {better} of "
        f"draws and worse in {worse}; {undecided} are undecided (a test at 5 % in each draw)"
    )
    if not math.isfinite(shares.positive.mean):
        return f"{parts}."
    return f"{parts}. With chance removed, it is better in {format_share(shares.positive)} of draws."


def regret_rows(data: ReportData) -> list[tuple[str, str, str, str]]:
    """Maximum and mean regret of each policy on the main outcome, and what varies between futures."""
    unit = OUTCOMES[data.outcomes[0]].unit
    rows = []
    for name in data.results.comparison.names:
        item = data.regrets.get((name, data.outcomes[0]))
        if item:
            scale = max(abs(item.maximum), abs(item.mean))
            most, mean = (f"{number(unit, scale, size)} {unit_words(unit)}" for size in (item.maximum, item.mean))
            rows.append((name, most, mean, item.futures))
    return rows
