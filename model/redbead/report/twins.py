"""One story told in both cultures: sentences and a figure of twins."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from redbead.report.plotting import BLUE, INK, ORANGE, Drawing, dress, look, sheet
from redbead.state.constants import QUARTER, YEAR
from redbead.state.world import LEFT, SANCTION
from redbead.studies.twins.divergence import ChangedParameter, Divergence, ObservedDifference
from redbead.studies.twins.error_histories import SEVERITIES, told
from redbead.studies.twins.study import Twins

FEW: Final = 3
"""So many columns or parameters are named; more would bury the reason."""

_PANELS: Final = (("fear", "Her fear (0 to 1)"), ("willingness", "Chance that she tells of an error"))


def sentences(found: Twins) -> list[str]:
    """The story in sentences: where the services part, where her paths part and why, the error, and how it ended."""
    a, b = found.names
    if found.service is None:
        return [f"'{a}' and '{b}' never part: every value is equal in every week."]
    lines = [f"In '{a}' and '{b}' the same people live with the same dice (seed {found.seed})."]
    lines.append(f"The two services part {_when(found.service)}: {_why(found.service, found.names)}.")
    who = f"The worker in post {found.post}"
    if found.hers is None:
        lines.append(f"{who} never notices: her paths do not part.")
    else:
        lines.append(f"{who}: her paths part {_when(found.hers)}: {_why(found.hers, found.names)}.")
    lines += _error(found)
    lines += [_life(found, side) for side in (0, 1)]
    return lines


def _when(where: Divergence) -> str:
    year = where.week // YEAR + 1
    return f"in week {where.week} (year {year})" if where.week >= 0 else "in the warm-up"


def _why(where: Divergence, names: tuple[str, str]) -> str:
    """The phase, what differs after it, and what was different before; what is in force where no phase is known."""
    if not where.phase:
        return f"in force that week: {_listed([_bent(b, names) for b in where.bent[:FEW]])}"
    does = where.does.rstrip(".")
    after = _listed(
        [_seen(s, names) for s in where.after[: 1 if where.after[0].whose.startswith(("worker ", "manager ")) else FEW]]
    )
    crowd = sum(s.name == where.after[0].name for s in where.after)
    after = f"{after} (and so for {crowd - 1} more)" if crowd > 1 else after
    text = f"in the phase '{where.phase}' ({does[:1].lower()}{does[1:]}): {after}"
    causes = [_bent(b, names) for b in where.bent[:FEW]]
    if where.before:
        text += f"; before it, {_listed([_seen(s, names) for s in where.before[:FEW]])}"
    if causes:
        text += f"; in force that week: {_listed(causes)}"
    return text


def _seen(seen: ObservedDifference, names: tuple[str, str]) -> str:
    whose = "her" if seen.whose == "she" else f"{seen.whose}'s"
    return f"{whose} {seen.name.replace('_', ' ')} is {_both(seen.first, seen.second, names)}"


def _both(first: float, second: float, names: tuple[str, str]) -> str:
    """Two values with as many digits as tell them apart."""
    digits = next((d for d in range(3, 16) if f"{first:.{d}g}" != f"{second:.{d}g}"), 17)
    return f"{first:.{digits}g} in '{names[0]}' and {second:.{digits}g} in '{names[1]}'"


def _bent(bent: ChangedParameter, names: tuple[str, str]) -> str:
    by = f" ({bent.by})" if bent.by else ""
    return f"{bent.path} is {_both(bent.first, bent.second, names)}{by}"


def _error(found: Twins) -> list[str]:
    if found.error is None:
        return ["No error of hers is made in both and ends differently."]
    made = found.stories[0][0]
    what = SEVERITIES[made.value] if 0 <= made.value < len(SEVERITIES) else "an error"
    post, _, number = found.error
    head = f"In week {made.week} the worker in post {post} makes {what} in both (error {post}:{number})."
    sides = zip(found.names, found.stories, strict=True)
    return [head, *(f"In '{name}': {told(story)}." for name, story in sides)]


def _life(found: Twins, side: int) -> str:
    """What befell her in one policy."""
    life = found.lives[side]
    sanctions = [event.week for event in life if event.kind == SANCTION]
    left = next((event.week for event in life if event.kind == LEFT), None)
    parts = [f"she is sanctioned {_times(len(sanctions))}"] if sanctions else ["she is never sanctioned"]
    parts.append(f"and leaves in week {left}" if left is not None else "and is still there at the end")
    return f"In '{found.names[side]}' {' '.join(parts)}."


def _times(many: int) -> str:
    return {1: "once", 2: "twice"}.get(many, f"{many} times")


def _listed(items: list[str]) -> str:
    if len(items) < 2:
        return items[0] if items else "nothing that is seen"
    return f"{', '.join(items[:-1])} and {items[-1]}"


def quarters(found: Twins) -> pd.DataFrame:
    """Means of each quarter in both policies, side by side, while she is there: one row a quarter."""
    sides = []
    for name, frame in zip(found.names, found.traces, strict=True):
        means = frame.groupby(frame["week"] // QUARTER).mean().drop(columns="week")
        sides.append(means.add_suffix(f" in {name}"))
    both = pd.concat(sides, axis=1, sort=True)
    both.insert(0, "year", both.index * QUARTER / YEAR)
    return both


def twins_figure(found: Twins) -> Drawing:
    """Her fear and her willingness to tell in both policies, with what befell her."""
    title = f"The same worker in '{found.names[0]}' and in '{found.names[1]}'"
    with look():
        figure = sheet(10.0, 5.2)
        axes_of = figure.subplots(2, 1, sharex=True)
        for axes, (column, head) in zip(axes_of, _PANELS, strict=True):
            axes.set_title(head, fontsize=10.5)
            for name, frame, colour in zip(found.names, found.traces, (ORANGE, BLUE), strict=True):
                axes.plot(frame["week"] / YEAR, frame[column], color=colour, linewidth=1.6, label=name)
            axes.set_ylim(0, 1)
        _marks(axes_of[0], found)
        axes_of[1].set_xlabel("Years")
        axes_of[1].set_xlim(0, max(1.0, *(frame["week"].max() / YEAR for frame in found.traces if len(frame))))
        axes_of[0].legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
        note = "Lines end where she leaves. Crosses: she is sanctioned. Dashed: the week in which her paths part."
        dress(figure, title, note, f"Red Bead, one run, seed {found.seed}, post {found.post}: a story, not evidence.")
    return Drawing("twins", title, figure, f"{title}. {' '.join(sentences(found))}", quarters(found))


def _marks(axes: Any, found: Twins) -> None:  # noqa: ANN401 - matplotlib
    if found.hers is not None and found.hers.week >= 0:
        axes.axvline(found.hers.week / YEAR, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
    for life, frame, colour in zip(found.lives, found.traces, (ORANGE, BLUE), strict=True):
        weeks = [event.week for event in life if event.kind == SANCTION]
        at = frame[frame["week"].isin(weeks)]
        axes.plot(at["week"] / YEAR, at["fear"], "x", color=colour, markersize=8, markeredgewidth=2)
