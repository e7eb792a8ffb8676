"""Run the scenarios of the gallery in pairs, draw them, and write docs/gallery.md.

python docs/make_gallery.py              everything: a few minutes
python docs/make_gallery.py two-strikes  only this picture, to look at; the page is left alone

Which pictures there are, and what is said of them, stands in docs/gallery.yaml. No sentence holds a figure by hand:
`[errors_generated late up]` becomes the estimate with its interval, and the script ends with an error when a direction
that a sentence claims is no longer in the results.
"""

from __future__ import annotations

import dataclasses
import io
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from PIL import Image

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "model"))


from paired_figure import Kind, Line, Panel, paired  # noqa: E402

from redbead.analysis.intervals import Interval  # noqa: E402
from redbead.analysis.pairs import PairedRuns, display_unit, estimate  # noqa: E402
from redbead.execution.runs import ScenarioRuns, run_many  # noqa: E402
from redbead.report import plotting  # noqa: E402
from redbead.report.plotting import Drawing  # noqa: E402
from redbead.scenario.catalogue import FOLDERS, Entry, catalogue  # noqa: E402
from redbead.scenario.loader import load  # noqa: E402

RUNS = 60
PLAN = DOCS / "gallery.yaml"
PAGE = DOCS / "gallery.md"
IMAGES = DOCS / "images" / "gallery"
MARKER = re.compile(r"\[([\w.-]+) (early|late|whole)(?: (up|down|with|without|below))?\]")

HEAD = """\
# Gallery

What some of the scenarios show, each in one picture. Every picture compares a scenario with what stands in its
`against` line, in {runs} pairs of runs: the two runs of a pair have the same seed and live in the same world, so that
most of chance cancels when one is taken from the other. A line is the mean of the pairs and a band its 95 % interval;
where a band lies clear of 0, the difference is more than chance. Dashed lines mark what happens, and when. Intervals
say how far runs differ by chance, not how far the model is from the world.

All of it is the balanced model, in which each side of the debate is right about something, unless a scenario takes the
position of one side ([theories](theories.md)). This page and its pictures are made by `python docs/make_gallery.py`.
"""


class Look(NamedTuple):
    """One line of a picture: a series, its label, its colour; `of` and `against` where the pair is another."""

    series: str
    label: str = ""
    colour: str = "orange"
    of: str = ""
    against: str = ""
    row: str = ""

    @property
    def key(self) -> str:
        """How a sentence calls it."""
        return f"{self.of.replace(' --set theory=', '.')}.{self.series}" if self.of else self.series


class View(NamedTuple):
    """One panel of a picture."""

    title: str
    looks: tuple[Look, ...]
    kind: Kind = "difference"
    without: str = "without"
    zero: bool = False


class Picture(NamedTuple):
    """One scenario of the gallery."""

    name: str
    against: str
    title: str
    teaches: str
    views: tuple[View, ...]


def plan() -> list[Picture]:
    """What docs/gallery.yaml asks for."""
    told: list[dict[str, Any]] = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    return [Picture(views=tuple(map(_view, item.pop("panels"))), **item) for item in told]


def _view(told: dict[str, Any]) -> View:
    return View(looks=tuple(Look(**look) for look in told.pop("lines")), **told)


def main(wanted: list[str]) -> int:
    """Draw what is wanted, all when nothing is said; 1 where a sentence is not borne out."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    batches: dict[str, ScenarioRuns] = {}
    entries = {entry.name: entry for entry in catalogue()}
    chosen = [picture for picture in plan() if not wanted or picture.name in wanted]
    sections, broken = [], []
    for number, picture in enumerate(chosen, 1):
        print(f"{number} of {len(chosen)}: {picture.name}", file=sys.stderr)
        drawing = draw(picture, batches)
        (IMAGES / f"{picture.name}.png").write_bytes(small(drawing))
        text, wrong = sentence(picture, batches)
        broken += [f"{picture.name}: {claim}" for claim in wrong]
        sections.append((entries[picture.name], section(entries[picture.name], picture, drawing, text, batches)))
    if not wanted:
        PAGE.write_text(page(sections), encoding="utf-8")
    for claim in broken:
        print(f"not borne out: {claim}", file=sys.stderr)
    return 1 if broken else 0


def small(drawing: Drawing) -> bytes:
    """The figure as PNG in 96 colours: a picture of lines needs no more, and takes a third of the room."""
    stream = io.BytesIO()
    picture = Image.open(io.BytesIO(plotting.png(drawing.figure, dpi=100))).convert("RGB")
    picture.quantize(96, dither=Image.Dither.NONE).save(stream, format="PNG", optimize=True)
    return stream.getvalue()


def batch_of(name: str, batches: dict[str, ScenarioRuns]) -> ScenarioRuns:
    """The runs of a scenario, made once; "baseline --set theory=blame-deters" is the baseline under that theory."""
    if name not in batches:
        plain, _, setting = name.partition(" --set ")
        scenario = load(plain)
        if setting:
            path, _, value = setting.partition("=")
            scenario = dataclasses.replace(scenario.set({path: value}), name=f"{plain}.{value}")
        batches[name] = run_many(scenario, runs=RUNS)
        print(f"    {RUNS} runs of {name}", file=sys.stderr)
    return batches[name]


def pair_of(look: Look, picture: Picture, batches: dict[str, ScenarioRuns]) -> PairedRuns:
    """The two sides of one line."""
    names = (look.of or picture.name, look.against or picture.against)
    return PairedRuns(*(batch_of(name, batches) for name in names))


def line_of(look: Look, picture: Picture, batches: dict[str, ScenarioRuns]) -> Line:
    """The line, in the house's colours."""
    return Line(pair_of(look, picture, batches), look.series, look.label, getattr(plotting, look.colour.upper()))


def draw(picture: Picture, batches: dict[str, ScenarioRuns]) -> Drawing:
    """The figure of one scenario."""
    panels = [
        Panel(
            view.title,
            tuple(line_of(look, picture, batches) for look in view.looks),
            view.kind, view.without, view.zero,
        )
        for view in picture.views
    ]  # fmt: skip
    return paired(picture.name, picture.title, panels)


def found(key: str, window: str, picture: Picture, batches: dict[str, ScenarioRuns]) -> tuple[PairedRuns, str, slice]:
    """The pair, the series and the weeks that a marker means: "series", or "label.series" of another pair."""
    looks = {look.key: look for view in picture.views for look in view.looks}
    look = looks.get(key) or Look(key)
    pair = pair_of(look, picture, batches)
    early, late = pair.windows()
    return pair, look.series, {"early": early, "late": late, "whole": slice(pair.start, late.stop)}[window]


def sentence(picture: Picture, batches: dict[str, ScenarioRuns]) -> tuple[str, list[str]]:
    """What the picture teaches, with figures in it; and the claims that the figures do not bear out."""
    wrong: list[str] = []

    def fill(marker: re.Match[str]) -> str:
        pair, series, weeks = found(marker[1], marker[2], picture, batches)
        how, form = display_unit(series), marker[3]
        if form in ("with", "without"):
            return how.number(float(pair.sides(series)[form == "without"][:, weeks].mean()))
        values = pair.difference(series)
        if form == "below":
            return f"{int((values[:, weeks].mean(axis=1) < 0).sum())} of {len(values)}"
        result = estimate(values, weeks)
        if (form == "up" and not result.low > 0) or (form == "down" and not result.high < 0):
            wrong.append(f"{marker[0]} is {told(result, series)}")
        return told(result, series)

    return MARKER.sub(fill, picture.teaches), wrong


def told(result: Interval, series: str) -> str:
    """An estimate with its interval. "+66 (+54 to +78)"."""
    how = display_unit(series)
    mean, low, high = (how.number(value, sign=True) for value in (result.mean, result.low, result.high))
    return f"{mean} ({low} to {high})"


def table(picture: Picture, batches: dict[str, ScenarioRuns]) -> Iterator[str]:
    """Every line of the picture in figures."""
    yield "| difference, with its 95 % interval | unit | first two years of it | last two years of the run |"
    yield "|---|---|---|---|"
    done = set()
    for view in picture.views:
        for look in view.looks:
            pair = pair_of(look, picture, batches)
            early, late = (told(estimate(pair.difference(look.series), w), look.series) for w in pair.windows())
            name = look.row or ", ".join(filter(None, (view.title, look.label)))
            row = f"| {name[:1].lower() + name[1:]} | {display_unit(look.series).difference_unit} | {early} | {late} |"
            if row not in done:
                yield row
            done.add(row)


def section(entry: Entry, picture: Picture, drawing: Drawing, text: str, batches: dict[str, ScenarioRuns]) -> str:
    """The scenario's question, its picture, what it teaches, its figures and the command."""
    folder = f"{entry.folder}/" if entry.folder else ""
    question = " ".join(entry.question.split())
    against = picture.against.partition(" --set ")
    versus = f"`{against[0]}`" + (f" with `--set {against[2]}`" if against[2] else "")
    return "\n".join([
        f"### {entry.title}", "",
        f"[`{entry.name}`](../scenarios/{folder}{entry.name}.yaml), against {versus}. *{question}*", "",
        f"![{drawing.title}. {drawing.alt}](images/gallery/{picture.name}.png)", "",
        textwrap.fill(text, 118, break_long_words=False, break_on_hyphens=False), "", *table(picture, batches), "",
        "```", f"redbead run {entry.name}", "```", "",
    ])  # fmt: skip


def page(sections: list[tuple[Entry, str]]) -> str:
    """The whole page, in the order of the folders."""
    parts = [HEAD.format(runs=RUNS)]
    for folder, title in FOLDERS.items():
        inside = [text for entry, text in sections if entry.folder == folder]
        if inside:
            parts += [f"## {title}\n", *inside]
    return "\n".join(parts).rstrip("\n") + "\n"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
