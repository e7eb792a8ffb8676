"""Report of a sensitivity study: sentences, tables, figures and a page."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from redbead.analysis.outcomes import OUTCOMES
from redbead.quantities import three_digits
from redbead.report.comparison.text import label
from redbead.report.plotting import (
    AMBER,
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    RULE,
    SKY,
    Drawing,
    add_captions,
    figure_style,
    new_figure,
)
from redbead.report.run_page import command_line, figure_for, render, write_figures
from redbead.report.text import citation, display_scale, unit_words
from redbead.scenario.scenario import banner
from redbead.storage.atomic_files import write_text
from redbead.studies.sensitivity.results import SignChange, is_improvement, key_drivers, sign_changes, tornado_order
from redbead.studies.sensitivity.study import SensitivityFindings

COLOURS: Final = (BLUE, ORANGE, GREEN, PURPLE, SKY, AMBER, GREY, INK)


def write_pages(folder: Path, findings: SensitivityFindings, digest: str, command: list[str]) -> None:
    """Write ``report.html`` and ``figures/`` into `folder`."""
    drawings = [over_time(findings), tornado(findings)] if findings.leading else []
    drawings += [tornado(findings, name) for name, _ in findings.study.rivals if findings.leading]
    pictures = write_figures(folder / "figures", drawings)
    sides = (findings.study.scenario, *(scenario for _, scenario in findings.study.rivals))
    page = render(
        "study.html.j2", banner=banner(sides), cite=citation(source(findings), digest),
        title=f"Sensitivity of '{findings.study.name}'",
        source=source(findings), answer=answer(findings), tables=tables(findings), digest=digest,
        figures=[figure_for(d, pictures[d.name]) for d in drawings],
        command=command_line(command),
    )  # fmt: skip
    write_text(folder / "report.html", page)


def source(findings: SensitivityFindings) -> str:
    """Return the source line: scenario, design sizes and seed."""
    s = findings.study
    return (
        f"Red Bead, '{s.name}': {len(s.factors)} parameters screened in {s.trajectories} trajectories; Sobol' indices "
        f"of {len(findings.leading)} from {s.samples} samples; {s.runs} runs per point, seed {s.seed}."
    )


def answer(findings: SensitivityFindings) -> list[str]:
    """Summarise the findings in sentences."""
    count = len({item.path for item in findings.screening})
    significant = {item.path for item in findings.screening if item.significant}
    lines = [
        f"{len(significant)} of {count} parameters have a significant effect on at least one outcome in "
        f"{findings.study.runs} runs; for the other {count - len(significant)} the runs are inconclusive."
    ]
    if not findings.leading:
        return [*lines, "No parameter was selected for variance shares; increase the number of runs per point."]
    drivers = [item for item in key_drivers(findings) if item.significant]
    first = [c for c in drivers if c.basis == "assumed"][:3]
    lines += [
        f"'{c.path}' is assumed and explains {100 * c.net:.0f} % (± {100 * c.half_width:.0f}) of the variance of "
        f"{label(c.outcome).lower()}: better evidence on it has the greatest value."
        for c in first
    ]
    changes = list(sign_changes(findings))
    lines += [
        f"At {f.path} = {three_digits(f.value)}, '{f.policy}' is {_comparative(f)} than "
        f"'{findings.study.scenario.name}' on {label(f.outcome).lower()}; at the default the ranking is reversed."
        for f in changes[:6]
    ]
    if findings.study.rivals and not changes:
        lines.append(
            "No single parameter reverses any advantage significantly at an end of its range "
            "(5 % over all comparisons)."
        )
    return lines


def _comparative(change: SignChange) -> str:
    return "better" if is_improvement(change.outcome, change.flipped) else "worse"


def tables(findings: SensitivityFindings) -> list[dict[str, Any]]:
    """Return the tables of the page: key drivers and screening."""
    all_tables: list[tuple[str, tuple[str, ...], list[tuple[str, ...]], str]] = [
        ("Key drivers", ("Parameter", "Evidence", "Share of variance", "Outcome", "Source"), next_rows(findings),
         "Share of variance: total-order Sobol' index, the variance that would remain if all other parameters were "
         "known, less the share that is sampling error of the runs (in next.csv: total and chance). Assumed parameters "
         "come first."),
        ("Screening: the strongest effects", ("Parameter", "Outcome", "Effect", "Threshold", "Verdict"),
         screening_rows(findings), "Effect: mean absolute elementary effect (mu*) over the whole range, as a factor "
         "for log-scaled outcomes. Threshold: effect that is needed so that at most one in twenty of the parameters "
         "named is expected to have no effect (random signs, corrected over all parameters and outcomes)."),
    ]  # fmt: skip
    keys = ("title", "head", "rows", "note")
    return [dict(zip(keys, table, strict=True)) for table in all_tables if table[2]]


def next_rows(findings: SensitivityFindings) -> list[tuple[str, ...]]:
    """Return the table of key drivers."""
    return [
        (c.path, c.basis, f"{100 * c.net:.0f} % ± {100 * c.half_width:.0f}" if c.significant else "inconclusive",
         label(c.outcome), c.source)
        for c in key_drivers(findings)
    ]  # fmt: skip


def screening_rows(findings: SensitivityFindings, limit: int = 8) -> list[tuple[str, ...]]:
    """Return the strongest effects per outcome; inconclusive effects are marked."""
    rows: list[tuple[str, ...]] = []
    for outcome, name in enumerate(findings.study.outcomes):
        unit = findings.unit(outcome)
        strongest = sorted((i for i in findings.screening if i.outcome == outcome), key=lambda i: -i.mu_star)[:limit]
        rows += [
            (i.path, label(name), _format_effect(i.mu_star, unit), _format_effect(i.noise_floor, unit),
             "significant" if i.significant else "inconclusive")
            for i in strongest
        ]  # fmt: skip
    return rows


def _format_effect(size: float, unit: str) -> str:
    """Format an effect: a factor if it is in logarithms, otherwise a value with its unit.

    >>> _format_effect(0.0953, "log"), _format_effect(0.02, "ratio"), _format_effect(0.02, "share")
    ('× 1.1', '0.02 (reference 1)', '2 %')
    """
    if unit == "log":
        return f"× {three_digits(math.exp(min(size, 99.0)))}"
    return f"{three_digits(size * display_scale(unit))} {unit_words(unit)}"


def over_time(findings: SensitivityFindings) -> Drawing:
    """Draw the total-order indices of the leading factors by year, with one panel per outcome."""
    title = "Share of variance explained by each parameter, by year"
    names = [factor.path for factor in findings.leading]
    with figure_style():
        figure = new_figure(10.0, 1.6 + 2.3 * ((len(findings.study.outcomes) + 1) // 2))
        grid = np.atleast_1d(figure.subplots((len(findings.study.outcomes) + 1) // 2, 2, squeeze=False)).ravel()
        frames = []
        for place, axes in enumerate(grid):
            if place >= len(findings.study.outcomes):
                axes.set_axis_off()
                continue
            frames.append(_draw_indices(axes, findings, place, names))
        handles = [grid[0].plot([], [], color=COLOURS[k % 8], label=name)[0] for k, name in enumerate(names)]
        figure.legend(handles=handles, loc="outside right upper", fontsize=8)
        add_captions(
            figure,
            title,
            "Total-order Sobol' indices per year less the share of chance, of logarithms if the outcome is positive. "
            "Bands: 95 % intervals.",
            source(findings),
        )
    alt = "; ".join(_describe_indices(frame) for frame in frames if len(frame))
    return Drawing("over_time", title, figure, f"{title}: {alt}.", pd.concat(frames))


def _describe_indices(frame: pd.DataFrame) -> str:
    """Largest shares of one outcome in the first and the last year, for the alternative text."""
    parts = []
    for year in (frame["year"].min(), frame["year"].max()):
        largest = frame[frame["year"] == year].nlargest(2, "net")
        shares = " and ".join(
            f"{path} {100 * net:.0f} %" for path, net in zip(largest["path"], largest["net"], strict=True)
        )
        parts.append(f"year {year:.0f}, {shares}")
    return f"{label(frame['outcome'].iloc[0])}: {'; '.join(dict.fromkeys(parts))}"


def _draw_indices(axes: Axes, findings: SensitivityFindings, outcome: int, names: list[str]) -> pd.DataFrame:
    rows = []
    for k, path in enumerate(names):
        indices = sorted(
            (
                s
                for s in findings.indices
                if (s.path, s.outcome) == (path, outcome) and s.period != findings.final_period
            ),
            key=lambda s: s.period,
        )
        years, colour = [s.period + 1 for s in indices], COLOURS[k % 8]
        low, high = [max(0.0, s.net - s.total_half) for s in indices], [s.net + s.total_half for s in indices]
        axes.fill_between(years, low, high, color=colour, alpha=0.12, linewidth=0)
        axes.plot(years, [max(0.0, s.net) for s in indices], color=colour, linewidth=1.8)
        name = findings.study.outcomes[outcome]
        rows += [
            {"outcome": name, "path": path, "year": s.period + 1, "net": s.net, "half": s.total_half, "total": s.total}
            for s in indices
        ]
    axes.set_title(label(findings.study.outcomes[outcome]), fontsize=10)
    axes.set_ylim(0.0, 1.05)
    if rows:
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.set_xlabel("Year")
    else:
        axes.set_xticks([])
        axes.text(0.5, 0.5, "Equal at all points of the study: no shares.", ha="center", transform=axes.transAxes)
    return pd.DataFrame(rows)


def tornado(findings: SensitivityFindings, rival: str = "") -> Drawing:
    """Draw the paired difference at either end of each factor's range, with one panel per outcome."""
    subject = f"the advantage of '{rival}'" if rival else f"'{findings.study.scenario.name}'"
    title = f"Effect of one parameter at a time on {subject}"
    count = len(findings.study.outcomes)
    frames = []
    with figure_style():
        figure = new_figure(10.5, 1.5 + ((count + 1) // 2) * (0.7 + 0.3 * len(findings.leading)))
        grid = np.atleast_1d(figure.subplots((count + 1) // 2, 2, squeeze=False)).ravel()
        for place, axes in enumerate(grid):
            if place >= count:
                axes.set_axis_off()
                continue
            frames.append(_draw_effects(axes, findings, place, rival))
        note = "Blue: low end of the range. Orange: high end. Lines: 95 % intervals of paired differences."
        add_captions(figure, title, note, source(findings))
    rows = pd.concat(frames)
    ranges = zip(rows["outcome"], rows["path"], rows["low"], rows["high"], strict=True)
    alt = "; ".join(f"{label(outcome)}: {path} {low:+.3g} to {high:+.3g}" for outcome, path, low, high in ranges)
    return Drawing(f"tornado-{rival}" if rival else "tornado", title, figure, f"{title}: {alt}.", rows)


def _draw_effects(axes: Axes, findings: SensitivityFindings, outcome: int, rival: str) -> pd.DataFrame:
    name = findings.study.outcomes[outcome]
    ordered = tornado_order(findings, outcome, rival)
    unit = OUTCOMES[name].unit
    rows = []
    for place, (path, low, high) in enumerate(ordered):
        for bar, colour in ((low, BLUE), (high, ORANGE)):
            mean, low_end, high_end = (display_scale(unit) * value for value in bar.difference[:3])
            axes.barh(place, mean, color=colour, alpha=0.75, height=0.6)
            axes.plot([low_end, high_end], [place, place], color=INK, linewidth=1.0)
        rows.append({"outcome": name, "path": path, "low": low.difference.mean, "high": high.difference.mean})
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_yticks(range(len(ordered)), [path for path, _, _ in ordered], fontsize=8)
    axes.set_ylim(len(ordered) - 0.4, -0.6)
    axes.set_title(label(name), fontsize=10)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 3, 4, 5, 10]))  # more or longer numbers would overlap
    axes.set_xlabel(f"Difference, {unit_words(unit)}")
    axes.grid(visible=False, axis="y")
    axes.set_facecolor("white")
    axes.spines["left"].set_color(RULE)
    return pd.DataFrame(rows)
