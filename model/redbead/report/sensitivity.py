"""How a sensitivity study is told: sentences, tables, three figures, a page."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from redbead.analysis.outcomes import OUTCOMES
from redbead.report.comparison.text import label
from redbead.report.page import figure_for, policy, template, write_figures
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
    dress,
    look,
    sheet,
)
from redbead.scenario.disclaimer import banner
from redbead.storage.atomic_files import write_text
from redbead.studies.sensitivity.key_drivers import better, key_drivers, sign_changes, widest
from redbead.studies.sensitivity.study import SensitivityFindings

_HERE: Final = Path(__file__).parent
COLOURS: Final = (BLUE, ORANGE, GREEN, PURPLE, SKY, AMBER, GREY, INK)


def write_pages(folder: Path, found: SensitivityFindings, digest: str) -> None:
    """Write ``report.html`` and ``figures/`` into `folder`."""
    drawings = [over_time(found), tornado(found)] if found.leading else []
    drawings += [tornado(found, name) for name, _ in found.study.rivals if found.leading]
    pictures = write_figures(folder / "figures", drawings)
    css = (_HERE / "page.css").read_text(encoding="utf-8")
    sides = (found.study.scenario, *(scenario for _, scenario in found.study.rivals))
    page = template("calibration.html.j2").render(
        policy=policy(css), css=css, banner=banner(sides), title=f"What matters in '{found.study.name}'?",
        source=source(found), answer=answer(found), tables=tables(found), digest=digest,
        figures=[figure_for(d, pictures[d.name]) for d in drawings],
        command=f"redbead sensitivity {found.study.name}",
    )  # fmt: skip
    write_text(folder / "report.html", page)


def source(found: SensitivityFindings) -> str:
    """How much was run."""
    s = found.study
    return (
        f"Red Bead, '{s.name}': {len(s.factors)} parameters screened in {s.trajectories} trajectories, "
        f"{len(found.leading)} shared out over {s.samples} samples, {s.runs} runs of each point, seed {s.seed}."
    )


def answer(found: SensitivityFindings) -> list[str]:
    """What was found, in sentences."""
    many = len({item.path for item in found.screened})
    told = {item.path for item in found.screened if item.told}
    said = [
        f"Of {many} parameters, {len(told)} move at least one outcome by more than chance does in {found.study.runs} "
        f"runs; of the other {many - len(told)} these runs cannot tell."
    ]
    if not found.leading:
        return [*said, "Nothing could be shared out: more runs of each point would tell."]
    carrying = [item for item in key_drivers(found) if item.told]
    first = [c for c in carrying if c.basis == "assumed"][:3]
    said += [
        f"'{c.path}' is assumed and carries {100 * c.total:.0f} % (give or take {100 * c.half:.0f}) of what is "
        f"uncertain in {label(c.outcome).lower()}: find out about it first."
        for c in first
    ]
    turned = list(sign_changes(found))
    said += [
        f"At {f.path} = {f.value:.3g} '{f.policy}' is {'better' if better(f.outcome, f.flipped) else 'worse'} than "
        f"'{found.study.scenario.name}' on {label(f.outcome).lower()}; at the default it is the other way round."
        for f in turned[:6]
    ]
    if found.study.rivals and not turned:
        said.append("As far as the runs tell, no single parameter turns any advantage round at an end of its range.")
    return said


def tables(found: SensitivityFindings) -> list[dict[str, Any]]:
    """The tables of the page: what to find out next, the screening, the shares."""
    made: list[tuple[str, tuple[str, ...], list[tuple[str, ...]], str]] = [
        ("What to find out next", ("parameter", "how known", "share of variance", "in", "source"), next_rows(found),
         "Total share: the variance that would be left if everything else were known. Assumed figures come first."),
        ("Screening: the strongest effects", ("outcome", "parameter", "effect", "chance alone", ""),
         screening_rows(found), "Effect over the whole range: mean absolute elementary effect (mu*), as a factor where"
         " it is one of the logarithm. Chance alone: what it exceeds once in twenty."),
    ]  # fmt: skip
    keys = ("title", "head", "rows", "note")
    return [dict(zip(keys, table, strict=True)) for table in made if table[2]]


def next_rows(found: SensitivityFindings) -> list[tuple[str, ...]]:
    """The leading factors as the tables show them."""
    return [
        (c.path, c.basis, f"{100 * c.total:.0f} % ± {100 * c.half:.0f}" if c.told else "cannot tell",
         label(c.outcome), c.source)
        for c in key_drivers(found)
    ]  # fmt: skip


def screening_rows(found: SensitivityFindings, most: int = 8) -> list[tuple[str, ...]]:
    """The strongest effects of each outcome; what chance could have made says so."""
    rows: list[tuple[str, ...]] = []
    for outcome, name in enumerate(found.study.outcomes):
        here = sorted((i for i in found.screened if i.outcome == outcome), key=lambda i: -i.mu_star)[:most]
        rows += [
            (label(name), i.path, _effect(i.mu_star, found.unit(outcome)), _effect(i.floor, found.unit(outcome)),
             "" if i.told else f"cannot tell; {i.more:,} more runs of each point would" if i.more else "cannot tell")
            for i in here
        ]  # fmt: skip
    return rows


def _effect(size: float, unit: str) -> str:
    """An effect as people read it: a factor where it is one of a logarithm, else in its unit.

    >>> _effect(0.0953, "log"), _effect(0.02, "ratio")
    ('x 1.1', '0.02 ratio')
    """
    return f"x {math.exp(min(size, 99.0)):.3g}" if unit == "log" else f"{size:.3g} {unit}"


def over_time(found: SensitivityFindings) -> Drawing:
    """Total shares of the leading factors year by year, a panel an outcome."""
    title = "What each year's outcome hangs on"
    names = [factor.path for factor in found.leading]
    with look():
        figure = sheet(10.0, 1.6 + 2.3 * ((len(found.study.outcomes) + 1) // 2))
        grid = np.atleast_1d(figure.subplots((len(found.study.outcomes) + 1) // 2, 2, squeeze=False)).ravel()
        frames = []
        for place, axes in enumerate(grid):
            if place >= len(found.study.outcomes):
                axes.set_axis_off()
                continue
            frames.append(_years(axes, found, place, names))
        handles = [grid[0].plot([], [], color=COLOURS[k % 8], label=name)[0] for k, name in enumerate(names)]
        figure.legend(handles=handles, loc="outside right upper", fontsize=8)
        dress(
            figure,
            title,
            "Total-order shares of variance (Sobol'), of logarithms where above zero; "
            "each year by itself. Bands: 95 %.",
            source(found),
        )
    alt = "; ".join(f"{label(name)} by year" for name in found.study.outcomes)
    return Drawing("over_time", title, figure, f"{title}: {alt}.", pd.concat(frames))


def _years(axes: Axes, found: SensitivityFindings, outcome: int, names: list[str]) -> pd.DataFrame:
    rows = []
    for k, path in enumerate(names):
        here = sorted(
            (s for s in found.shares if (s.path, s.outcome) == (path, outcome) and s.period != found.last),
            key=lambda s: s.period,
        )
        years, colour = [s.period + 1 for s in here], COLOURS[k % 8]
        low, high = [max(0.0, s.total - s.total_half) for s in here], [s.total + s.total_half for s in here]
        axes.fill_between(years, low, high, color=colour, alpha=0.12, linewidth=0)
        axes.plot(years, [s.total for s in here], color=colour, linewidth=1.8)
        name = found.study.outcomes[outcome]
        rows += [
            {"outcome": name, "path": path, "year": s.period + 1, "total": s.total, "half": s.total_half} for s in here
        ]
    axes.set_title(label(found.study.outcomes[outcome]), fontsize=10)
    axes.set_ylim(0.0, 1.05)
    axes.set_xlabel("Year")
    return pd.DataFrame(rows)


def tornado(found: SensitivityFindings, rival: str = "") -> Drawing:
    """One factor at a time: the paired difference at either end of its range, a panel an outcome."""
    what = f"the advantage of '{rival}'" if rival else f"'{found.study.scenario.name}'"
    title = f"What one assumption alone does to {what}"
    many = len(found.study.outcomes)
    frames = []
    with look():
        figure = sheet(10.5, 1.5 + ((many + 1) // 2) * (0.7 + 0.3 * len(found.leading)))
        grid = np.atleast_1d(figure.subplots((many + 1) // 2, 2, squeeze=False)).ravel()
        for place, axes in enumerate(grid):
            if place >= many:
                axes.set_axis_off()
                continue
            frames.append(_bars(axes, found, place, rival))
        note = "Blue: low end of its range. Orange: high end. Lines: 95 % intervals of paired differences."
        dress(figure, title, note, source(found))
    rows = pd.concat(frames)
    told = zip(rows["outcome"], rows["path"], rows["low"], rows["high"], strict=True)
    alt = "; ".join(f"{outcome}: {path} {low:+.3g} to {high:+.3g}" for outcome, path, low, high in told)
    return Drawing(f"tornado-{rival}" if rival else "tornado", title, figure, f"{title}: {alt}.", rows)


def _bars(axes: Axes, found: SensitivityFindings, outcome: int, rival: str) -> pd.DataFrame:
    name = found.study.outcomes[outcome]
    listed = widest(found, outcome, rival)
    rows = []
    for place, (path, low, high) in enumerate(listed):
        for bar, colour in ((low, BLUE), (high, ORANGE)):
            d = bar.difference
            axes.barh(place, d.mean, color=colour, alpha=0.75, height=0.6)
            axes.plot([d.low, d.high], [place, place], color=INK, linewidth=1.0)
        rows.append({"outcome": name, "path": path, "low": low.difference.mean, "high": high.difference.mean})
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_yticks(range(len(listed)), [path for path, _, _ in listed], fontsize=8)
    axes.set_ylim(len(listed) - 0.4, -0.6)
    axes.set_title(label(name), fontsize=10)
    axes.set_xlabel(OUTCOMES[name].unit)
    axes.grid(visible=False, axis="y")
    axes.set_facecolor("white")
    axes.spines["left"].set_color(RULE)
    return pd.DataFrame(rows)
