"""Report of twins: sentences and a figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

from redbead.report.plotting import (
    BLUE,
    INK,
    ORANGE,
    Drawing,
    add_captions,
    figure_style,
    new_figure,
    wrapped,
    write_figures,
)
from redbead.report.run_page import command_line, figure_for, render
from redbead.report.text import citation
from redbead.scenario.scenario import BANNER
from redbead.state.constants import QUARTER, YEAR
from redbead.state.world import SANCTION
from redbead.storage.atomic_files import write_text
from redbead.studies.twins.divergence import (
    SEVERITIES,
    ChangedParameter,
    Divergence,
    ObservedDifference,
    describe_history,
)
from redbead.studies.twins.study import Twins

MOST_NAMED: Final = 3
"""Largest number of columns or parameters named in a sentence."""

_PANELS: Final = (("fear", "Fear of the worker (0 to 1)"), ("willingness", "Probability of reporting an error"))


def sentences(twins: Twins) -> list[str]:
    """Describe the twins in sentences: where services and worker diverge and why, the error, and the outcomes."""
    a, b = twins.names
    if twins.service is None:
        return [f"'{a}' and '{b}' never diverge: every value is equal in every week."]
    lines = [f"'{a}' and '{b}' start with the same workers and use common random numbers (seed {twins.seed})."]
    lines.append(f"The two services diverge {_describe_week(twins.service)}: {_explain(twins.service, twins.names)}.")
    subject = f"The worker in post {twins.post}"
    if twins.worker is None:
        lines.append(f"{subject} is not affected: the two paths do not diverge.")
    else:
        lines.append(f"{subject} diverges {_describe_week(twins.worker)}: {_explain(twins.worker, twins.names)}.")
    lines += _describe_error(twins)
    lines += [_describe_career(twins, side) for side in (0, 1)]
    return lines


def _describe_week(divergence: Divergence) -> str:
    year = divergence.week // YEAR + 1
    return f"in week {divergence.week} (year {year})" if divergence.week >= 0 else "in the warm-up"


def _explain(divergence: Divergence, names: tuple[str, str]) -> str:
    """The phase and the differences after and before it; the changed parameters only if no phase is known."""
    changed = _join([_describe_parameter(parameter, names) for parameter in divergence.changed[:MOST_NAMED]])
    if not divergence.phase:
        return f"parameters that differ in that week: {changed}"
    does = divergence.does.rstrip(".")
    shown = 1 if divergence.after[0].whose.startswith(("worker ", "manager ")) else MOST_NAMED
    after = _join([_describe_difference(difference, names) for difference in divergence.after[:shown]])
    affected = sum(s.name == divergence.after[0].name for s in divergence.after)
    after = f"{after} (and likewise for {affected - 1} more)" if affected > 1 else after
    text = f"in the phase '{divergence.phase}' ({does[:1].lower()}{does[1:]}): {after}"
    if divergence.before:
        text += (
            f"; before this phase, {_join([_describe_difference(s, names) for s in divergence.before[:MOST_NAMED]])}"
        )
    if divergence.changed:
        text += f"; parameters that differ in that week: {changed}"
    return text


def _describe_difference(difference: ObservedDifference, names: tuple[str, str]) -> str:
    values = _values_in_both(difference.first, difference.second, names)
    return f"{difference.name.replace('_', ' ')} of {difference.whose} is {values}"


def _values_in_both(first: float, second: float, names: tuple[str, str]) -> str:
    """Two values, with enough digits to distinguish them."""
    digits = next((d for d in range(3, 16) if f"{first:.{d}g}" != f"{second:.{d}g}"), 17)
    return f"{first:.{digits}g} in '{names[0]}' and {second:.{digits}g} in '{names[1]}'"


def _describe_parameter(parameter: ChangedParameter, names: tuple[str, str]) -> str:
    by = f" ({parameter.by})" if parameter.by else ""
    return f"{parameter.path} is {_values_in_both(parameter.first, parameter.second, names)}{by}"


def _describe_error(twins: Twins) -> list[str]:
    if twins.error is None:
        return ["No error made by this worker under both policies has different histories."]
    error = twins.stories[0][0]
    severity = SEVERITIES[error.value] if 0 <= error.value < len(SEVERITIES) else "an error"
    post, _, number = twins.error
    head = (
        f"In week {error.week} the worker in post {post} makes {severity} under both policies (error {post}:{number})."
    )
    sides = zip(twins.names, twins.stories, twins.left, strict=True)
    return [head, *(f"In '{name}': {describe_history(story, left)}." for name, story, left in sides)]


def _describe_career(twins: Twins, side: int) -> str:
    """Sanctions and leaving of the worker under one policy."""
    life = twins.lives[side]
    sanctions = [event.week for event in life if event.kind == SANCTION]
    left = twins.left[side]
    parts = [f"the worker is sanctioned {_times(len(sanctions))}" if sanctions else "the worker is never sanctioned"]
    parts.append(f"and leaves in week {left}" if left is not None else "and is still in post at the end")
    return f"In '{twins.names[side]}' {' '.join(parts)}."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _join(items: list[str]) -> str:
    if len(items) < 2:
        return items[0] if items else "no visible difference"
    return f"{', '.join(items[:-1])} and {items[-1]}"


def quarters(twins: Twins) -> pd.DataFrame:
    """Return quarterly means of the traces of both policies, with one row per quarter while the worker is in post."""
    sides = []
    for name, frame in zip(twins.names, twins.traces, strict=True):
        means = frame.groupby(frame["week"] // QUARTER).mean().drop(columns="week")
        sides.append(means.add_suffix(f" in {name}"))
    table = pd.concat(sides, axis=1, sort=True)
    table.insert(0, "year", table.index * QUARTER / YEAR)
    return table


def twins_figure(twins: Twins) -> Drawing:
    """Draw fear and willingness to report of the worker under both policies, with sanctions."""
    title = f"The same worker in '{twins.names[0]}' and in '{twins.names[1]}'"
    with figure_style():
        figure = new_figure(10.0, 5.2)
        axes_of = figure.subplots(2, 1, sharex=True)
        for axes, (column, head) in zip(axes_of, _PANELS, strict=True):
            axes.set_title(head, fontsize=10.5)
            for name, frame, colour in zip(twins.names, twins.traces, (ORANGE, BLUE), strict=True):
                axes.plot(frame["week"] / YEAR, frame[column], color=colour, linewidth=1.6, label=wrapped(name))
            axes.set_ylim(0, 1)
        _mark_sanctions(axes_of[0], twins)
        axes_of[1].set_xlabel("Years")
        axes_of[1].set_xlim(0, max(1.0, *(frame["week"].max() / YEAR for frame in twins.traces if len(frame))))
        axes_of[0].legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
        note = (
            f"Orange: '{twins.names[0]}'. Blue: '{twins.names[1]}'. Lines begin when the worker starts "
            "and end when the worker leaves. Crosses: sanctions. Dashed line: week in which the paths diverge."
        )
        source = f"Red Bead, one run, seed {twins.seed}, post {twins.post}: an illustration, not evidence."
        add_captions(figure, title, note, source)
    return Drawing("twins", title, figure, f"{title}. {' '.join(sentences(twins))}", quarters(twins))


def _mark_sanctions(axes: Any, twins: Twins) -> None:  # noqa: ANN401 - matplotlib
    if twins.worker is not None and twins.worker.week >= 0:
        axes.axvline(twins.worker.week / YEAR, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
    for life, frame, colour in zip(twins.lives, twins.traces, (ORANGE, BLUE), strict=True):
        weeks = [event.week for event in life if event.kind == SANCTION]
        at = frame[frame["week"].isin(weeks)]
        axes.plot(at["week"] / YEAR, at["fear"], "x", color=colour, markersize=8, markeredgewidth=2)


def write_pages(folder: Path, twins: Twins, digest: str, command: list[str]) -> None:
    """Write ``report.html``, ``twins.txt`` with the sentences, and the figure."""
    lines, drawing = sentences(twins), twins_figure(twins)
    write_text(folder / "twins.txt", "\n".join([*lines, "", BANNER]) + "\n")
    pictures = write_figures(folder / "figures", [drawing])
    source = f"Red Bead, '{twins.names[0]}' and '{twins.names[1]}', one run of each, seed {twins.seed}."
    page = render(
        "study.html.j2", banner=BANNER, title=drawing.title, source=source, answer=lines, tables=[],
        figures=[figure_for(drawing, pictures[drawing.name])], digest=digest, cite=citation(source, digest),
        command=command_line(command),
    )  # fmt: skip
    write_text(folder / "report.html", page)
