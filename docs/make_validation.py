"""Write docs/validation.md and its figure: unmet claims, fitted levels, starting points and met claims.

python docs/make_validation.py      runs every authority; about two minutes
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np

from redbead.api import run
from redbead.report.plotting import BLUE, GREY, add_captions, figure_style, new_figure, png
from redbead.scenario.authorities import authorities, published
from redbead.scenario.keywords import PUBLISHED
from redbead.scenario.scenario import BANNER, Scenario
from redbead.studies.behaviour_checks.format import describe_estimate, describe_expectation
from redbead.studies.behaviour_checks.spec import shipped_checks
from redbead.studies.targets.levels import levels_of

DOCS: Final = Path(__file__).resolve().parent
RUNS: Final = 8
LEVELS: Final = {
    "turnover_yearly": ("turnover", "Turnover", 100.0, "% per year"),
    "vacancy_rate": ("vacancy", "Vacancy rate", 100.0, "%"),
    "agency_rate": ("agency", "Agency rate", 100.0, "%"),
    "caseload": ("caseload", "Caseload", 1.0, "cases per worker"),
}
"""Simulated level: published column, title, factor of the unit, unit."""


def compared() -> dict[str, np.ndarray]:
    """Published and simulated figures of every authority, by level: [authorities, 2]."""
    names = list(authorities())
    with ThreadPoolExecutor(2) as pool:
        simulated = list(pool.map(simulated_levels, names))
    return {
        level: np.array(
            [[getattr(published(name), column), values[level]] for name, values in zip(names, simulated, strict=True)]
        )
        for level, (column, *_) in LEVELS.items()
    }


def simulated_levels(name: str) -> dict[str, float]:
    """Mean levels of an authority, run from its published starting point."""
    scenario = Scenario(name="one").set({PUBLISHED: name})
    estimates = levels_of(run(scenario, runs=RUNS, jobs=1).batch.values, tuple(LEVELS))
    return {level: estimate.value for level, estimate in estimates.items()}


def draw(table: dict[str, np.ndarray]) -> bytes:
    """Plot simulated against published figures, with one panel per level."""
    with figure_style():
        figure = new_figure(9.0, 8.0)
        for axes, (level, (_, title, scale, unit)) in zip(figure.subplots(2, 2).flat, LEVELS.items(), strict=True):
            x, y = scale * table[level].T
            ends = [0.9 * min(x.min(), y.min()), 1.05 * max(x.max(), y.max())]
            axes.plot(ends, ends, color=GREY, linewidth=1)
            axes.plot(x, y, "o", color=BLUE, alpha=0.5, markersize=4)
            axes.set_title(title, fontsize=10)
            axes.set_xlabel(f"published [{unit}]")
            axes.set_ylabel(f"simulated [{unit}]")
        count = len(next(iter(table.values())))
        add_captions(figure, "Does the model reproduce published starting points?", "Each dot is one authority (names are not "
              "shown). On the line, simulated and published figures are equal.",
              f"Red Bead, {count} authorities, {RUNS} runs of each.")  # fmt: skip
        return png(figure)


def page(table: dict[str, np.ndarray]) -> str:
    """Return docs/validation.md as Markdown."""
    checks = shipped_checks()
    lines = [
        "# Validation", "", f"**{BANNER}**", "",
        "Unmet claims come first. `redbead check` runs all checks again. `docs/make_validation.py` writes this page.", "",
        "## Claims of the sources that the model does not meet", "",
        "| check | looked at | expected | found |", "|---|---|---|---|",
        *(f"| `{c.name}` | {describe_estimate(e)} | {describe_expectation(e)} | {with_links(e.known)} |" for c in checks for e in c.expect if e.known), "",
        "## Claims that the runs do not decide", "",
        "| check | looked at | expected | why |", "|---|---|---|---|",
        *(f"| `{c.name}` | {describe_estimate(e)} | {describe_expectation(e)} | {with_links(e.undecided)} |" for c in checks for e in c.expect if e.undecided), "",
        "## Published levels", "",
        "[targets.md](targets.md) lists every published level, the levels outside their bands, and those outside the model. The levels were fitted, so that "
        "meeting them does not corroborate the model.", "",
        "![Levels of the baseline with the published bands.](images/calibration-levels.png)", "",
        "## Starting points", "",
        f"Every authority with enough published figures was run {RUNS} times from its starting point:", "",
        "| level | published, mean | simulated, mean | correlation | median absolute difference |", "|---|---|---|---|---|",
        *(level_row(level, table[level]) for level in LEVELS), "",
        "![Simulated against published turnover, vacancies, agency rate and caseload of every authority. All lie near the line, except agency rates above one agency worker per vacancy.](images/starting-points.png)", "",
        f"The model has no posts for agency staff beyond one per vacancy ([0038](decisions/{record('0038')})).", "",
        "## Claims that the model meets", "",
        "| check | claim |", "|---|---|",
        *(f"| `{c.name}` | {c.claim} |" for c in checks if not any(e.known or e.undecided for e in c.expect)), "",
    ]  # fmt: skip
    return "\n".join(lines)


def record(number: str) -> str:
    """File name of a decision record."""
    return next((DOCS / "decisions").glob(f"{number}-*.md")).name


def with_links(known: str) -> str:
    """Replace paths in the description of a known shortfall with links."""
    linked = re.sub(r"docs/decisions/(\d{4})[\w-]*\.md", lambda m: f"[{m[1]}](decisions/{record(m[1])})", known)
    return linked.replace("checks/README.md", "[checks](../checks/README.md)")


def level_row(level: str, pair: np.ndarray) -> str:
    """Compare published and simulated figures of one level over all authorities."""
    _, title, scale, unit = LEVELS[level]
    x, y = scale * pair.T
    r = np.corrcoef(x, y)[0, 1]
    cells = (f"{title} [{unit}]", f"{x.mean():.1f}", f"{y.mean():.1f}", f"{r:.2f}", f"{np.median(np.abs(x - y)):.1f}")
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    results = compared()
    (DOCS / "images" / "starting-points.png").write_bytes(draw(results))
    (DOCS / "validation.md").write_text(page(results), encoding="utf-8")
    print("validation.md")
