"""Run the scenarios of the gallery in pairs, draw the pictures, and write docs/gallery.md.

python docs/make_gallery.py              all pictures and the page: a few minutes
python docs/make_gallery.py two-strikes  one picture as a preview; the page is not written

`docs/gallery.yaml` lists the pictures and their text. Estimates are never typed by hand: `[errors_generated late up]` is
replaced by the estimate with its interval. The script exits with code 1 if the results contradict a direction that a
sentence claims.
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
from redbead.api import run  # noqa: E402
from redbead.report import plotting  # noqa: E402
from redbead.report.plotting import Drawing  # noqa: E402
from redbead.scenario.library import FOLDERS, Entry, catalogue  # noqa: E402
from redbead.scenario.loader import load  # noqa: E402
from redbead.storage.scenario_runs import ScenarioRuns  # noqa: E402

RUNS = 60
PLAN = DOCS / "gallery.yaml"
PAGE = DOCS / "gallery.md"
IMAGES = DOCS / "images" / "gallery"
MARKER = re.compile(r"\[([\w.-]+) (early|late|whole)(?: (up|down|with|without|below))?\]")

HEAD = """\
# Gallery

Each section shows one scenario in one picture. It compares the scenario with another, named at the top of the section,
in {runs} pairs of runs. Both runs of a pair use the same random numbers, so most of the noise cancels in their
difference. Lines are means over the pairs, and bands are 95 % intervals. Where a band excludes 0, the difference is
distinguishable from chance. Dashed lines mark events. Intervals describe the variation between runs, not the difference
between the model and reality.

All scenarios use the balanced theory, in which each side of the debate is partly right, unless a scenario takes the
position of one side ([theories](theories.md)). `python docs/make_gallery.py` writes this page and its pictures.
"""

COMPARED = "compared with"
FIRST_WINDOW = "first two years of the difference"


class LineSpec(NamedTuple):
    """One line of a picture: series, label and colour; `of` and `against` if its pair differs from the picture's."""

    series: str
    label: str = ""
    colour: str = "orange"
    of: str = ""
    against: str = ""
    row: str = ""

    @property
    def key(self) -> str:
        """Name of the line in markers: ``series``, or ``scenario.series`` for another pair."""
        return f"{self.of.replace(' --set theory=', '.')}.{self.series}" if self.of else self.series


class PanelSpec(NamedTuple):
    """One panel of a picture."""

    title: str
    lines: tuple[LineSpec, ...]
    kind: Kind = "difference"
    without: str = "without"
    zero: bool = False


class Picture(NamedTuple):
    """One picture of the gallery, as `docs/gallery.yaml` describes it."""

    name: str
    against: str
    title: str
    teaches: str
    panels: tuple[PanelSpec, ...]


def read_plan() -> list[Picture]:
    """Read the pictures from `docs/gallery.yaml`."""
    items: list[dict[str, Any]] = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    return [Picture(panels=tuple(map(_panel_spec, item.pop("panels"))), **item) for item in items]


def _panel_spec(item: dict[str, Any]) -> PanelSpec:
    """Convert one panel of the YAML file."""
    return PanelSpec(lines=tuple(LineSpec(**line) for line in item.pop("lines")), **item)


def main(names: list[str]) -> int:
    """Draw the named pictures (default: all) and write the page.

    Parameters
    ----------
    names : list of str
        Scenarios to draw. With any name, only pictures are written, not the page.

    Returns
    -------
    int
        Exit code: 1 if the results contradict a claimed direction, otherwise 0.
    """
    IMAGES.mkdir(parents=True, exist_ok=True)
    batches: dict[str, ScenarioRuns] = {}
    entries = {entry.name: entry for entry in catalogue()}
    pictures = [picture for picture in read_plan() if not names or picture.name in names]
    sections, contradictions = [], []
    for number, picture in enumerate(pictures, 1):
        print(f"{number} of {len(pictures)}: {picture.name}", file=sys.stderr)
        drawing = draw(picture, batches)
        (IMAGES / f"{picture.name}.png").write_bytes(reduced_png(drawing))
        text, false_claims = fill_markers(picture, batches)
        contradictions += [f"{picture.name}: {claim}" for claim in false_claims]
        sections.append((entries[picture.name], section(entries[picture.name], picture, drawing, text, batches)))
    if not names:
        PAGE.write_text(page(sections), encoding="utf-8")
    for claim in contradictions:
        print(f"contradicted by the results: {claim}", file=sys.stderr)
    return 1 if contradictions else 0


def reduced_png(drawing: Drawing) -> bytes:
    """Render the figure as PNG in 96 colours, which takes a third of the space of full colour."""
    stream = io.BytesIO()
    image = Image.open(io.BytesIO(plotting.png(drawing.figure, dpi=100))).convert("RGB")
    image.quantize(96, dither=Image.Dither.NONE).save(stream, format="PNG", optimize=True)
    return stream.getvalue()


def runs_of(name: str, batches: dict[str, ScenarioRuns]) -> ScenarioRuns:
    """Simulate a scenario once and cache its runs in `batches`.

    "baseline --set theory=blame-deters" is the baseline under that theory.
    """
    if name not in batches:
        scenario_name, _, setting = name.partition(" --set ")
        scenario = load(scenario_name)
        if setting:
            path, _, value = setting.partition("=")
            scenario = dataclasses.replace(scenario.set({path: value}), name=f"{scenario_name}.{value}")
        batches[name] = run(scenario, runs=RUNS).batch
        print(f"    {RUNS} runs of {name}", file=sys.stderr)
    return batches[name]


def pair_of(line: LineSpec, picture: Picture, batches: dict[str, ScenarioRuns]) -> PairedRuns:
    """Paired runs of one line."""
    names = (line.of or picture.name, line.against or picture.against)
    return PairedRuns(*(runs_of(name, batches) for name in names))


def plot_line(line: LineSpec, picture: Picture, batches: dict[str, ScenarioRuns]) -> Line:
    """Line for the figure, in a colour of the shared palette."""
    return Line(pair_of(line, picture, batches), line.series, line.label, getattr(plotting, line.colour.upper()))


def draw(picture: Picture, batches: dict[str, ScenarioRuns]) -> Drawing:
    """Draw the figure of one picture."""
    panels = [
        Panel(
            panel.title,
            tuple(plot_line(line, picture, batches) for line in panel.lines),
            panel.kind, panel.without, panel.zero,
        )
        for panel in picture.panels
    ]  # fmt: skip
    return paired(picture.name, picture.title, panels)


def resolve_marker(
    key: str, window: str, picture: Picture, batches: dict[str, ScenarioRuns]
) -> tuple[PairedRuns, str, slice]:
    """Pair, series and weeks of a marker; `key` is a series, or ``scenario.series`` for another pair."""
    lines = {line.key: line for panel in picture.panels for line in panel.lines}
    line = lines.get(key) or LineSpec(key)
    pair = pair_of(line, picture, batches)
    early, late = pair.windows()
    return pair, line.series, {"early": early, "late": late, "whole": slice(pair.start, late.stop)}[window]


def fill_markers(picture: Picture, batches: dict[str, ScenarioRuns]) -> tuple[str, list[str]]:
    """Replace every marker of the text by its estimate.

    Returns
    -------
    text : str
        The text with figures.
    false_claims : list of str
        Markers whose claimed direction the results contradict, with their estimates.
    """
    false_claims: list[str] = []

    def fill(marker: re.Match[str]) -> str:
        pair, series, weeks = resolve_marker(marker[1], marker[2], picture, batches)
        style, form = display_unit(series), marker[3]
        if form in ("with", "without"):
            return style.number(float(pair.sides(series)[form == "without"][:, weeks].mean()))
        values = pair.difference(series)
        if form == "below":
            return f"{int((values[:, weeks].mean(axis=1) < 0).sum())} of {len(values)}"
        result = estimate(values, weeks)
        if (form == "up" and not result.low > 0) or (form == "down" and not result.high < 0):
            false_claims.append(f"{marker[0]} is {format_estimate(result, series)}")
        return format_estimate(result, series)

    return MARKER.sub(fill, picture.teaches), false_claims


def format_estimate(result: Interval, series: str) -> str:
    """An estimate with its interval, such as "+66 (+54 to +78)"."""
    style = display_unit(series)
    mean, low, high = (style.number(value, sign=True) for value in (result.mean, result.low, result.high))
    return f"{mean} ({low} to {high})"


def table(picture: Picture, batches: dict[str, ScenarioRuns]) -> Iterator[str]:
    """Rows of the table below a picture, one row per line of the figure."""
    yield f"| difference, with its 95 % interval | unit | {FIRST_WINDOW} | last two years of the run |"
    yield "|---|---|---|---|"
    written = set()
    for panel in picture.panels:
        for line in panel.lines:
            pair = pair_of(line, picture, batches)
            early, late = (
                format_estimate(estimate(pair.difference(line.series), w), line.series) for w in pair.windows()
            )
            name = line.row or ", ".join(filter(None, (panel.title, line.label)))
            row = f"| {name[:1].lower() + name[1:]} | {display_unit(line.series).difference_unit} | {early} | {late} |"
            if row not in written:
                yield row
            written.add(row)


def section(entry: Entry, picture: Picture, drawing: Drawing, text: str, batches: dict[str, ScenarioRuns]) -> str:
    """Question, picture, text, table and command of one scenario."""
    folder = f"{entry.folder}/" if entry.folder else ""
    question = " ".join(entry.question.split())
    against = picture.against.partition(" --set ")
    versus = f"`{against[0]}`" + (f" with `--set {against[2]}`" if against[2] else "")
    return "\n".join([
        f"### {entry.title}", "",
        f"[`{entry.name}`](../scenarios/{folder}{entry.name}.yaml), {COMPARED} {versus}. *{question}*", "",
        f"![{drawing.title}. {drawing.alt}](images/gallery/{picture.name}.png)", "",
        textwrap.fill(text, 118, break_long_words=False, break_on_hyphens=False), "", *table(picture, batches), "",
        "```", f"redbead run {entry.name}", "```", "",
    ])  # fmt: skip


def page(sections: list[tuple[Entry, str]]) -> str:
    """The whole page, in the order of the scenario folders."""
    parts = [HEAD.format(runs=RUNS)]
    for folder, title in FOLDERS.items():
        texts = [text for entry, text in sections if entry.folder == folder]
        if texts:
            parts += [f"## {title}\n", *texts]
    return "\n".join(parts).rstrip("\n") + "\n"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
