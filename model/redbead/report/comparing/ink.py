"""What the figures of a comparison share: one colour a policy, as many policies as a picture can hold."""

from __future__ import annotations

from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from redbead.report.comparing.sentences import source
from redbead.report.drawing import dress
from redbead.report.style import AMBER, BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY
from redbead.study.comparing.found import Found

COLOURS: Final = (ORANGE, BLUE, GREEN, PURPLE, SKY, AMBER, "#7A5C00", "#4B4B9B")
"""Colours of policies that the colour-blind can tell apart; the baseline is grey."""

MOST: Final = len(COLOURS)
"""So many policies besides the baseline can be told apart in one picture."""


def shown(found: Found) -> list[str]:
    """The policies of a picture besides the baseline: all, or the best of them on the first outcome."""
    others = list(found.results.comparison.others)
    if len(others) <= MOST:
        return others
    standing = found.standings[found.theory, found.outcomes[0]]
    rank = {name: standing.ranks[k].mean for k, name in enumerate(standing.policies)}
    best = set(sorted(others, key=lambda name: rank[name])[:MOST])
    return [name for name in others if name in best]


def left_out(found: Found) -> str:
    """What a picture leaves out, for its note; nothing where it shows all."""
    others = len(found.results.comparison.others)
    return f" The best {MOST} of {others} are shown; ranking.csv has all." if others > MOST else ""


def colour_of(found: Found) -> dict[str, str]:
    """The colour of every policy that is shown."""
    return {found.results.comparison.baseline: GREY, **dict(zip(shown(found), COLOURS, strict=False))}


def legend(axes: Axes, found: Found, names: list[str]) -> None:
    """A legend beside the panel."""
    colours = colour_of(found)
    handles = [axes.plot([], [], color=colours[name], linewidth=2.2, label=name)[0] for name in names]
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)


def finish(figure: Figure, found: Found, title: str, note: str) -> None:
    """Title, note, source and banner."""
    dress(figure, title, note + left_out(found), source(found.results))


def zero(axes: Axes, *, vertical: bool) -> None:
    """The line of no difference."""
    (axes.axvline if vertical else axes.axhline)(0, color=INK, linewidth=1)
