"""Write docs/validation.md and its figure: what was fitted, what was not, what fails; and how starting points come back.

python docs/make_validation.py      some two minutes: every authority is run
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np

from redbead.execution.runs import run_many
from redbead.report.plotting import BLUE, GREY, dress, look, png, sheet
from redbead.scenario.authorities import authorities, published
from redbead.scenario.disclaimer import BANNER
from redbead.scenario.keywords import PUBLISHED
from redbead.scenario.scenario import Scenario
from redbead.studies.behaviour_checks.format import describe_estimate, describe_expectation
from redbead.studies.behaviour_checks.reader import shipped_checks
from redbead.studies.targets.levels import levels_of

DOCS: Final = Path(__file__).resolve().parent
RUNS: Final = 8
LEVELS: Final = {
    "turnover_yearly": ("turnover", "Turnover", 100.0, "% a year"),
    "vacancy_rate": ("vacancy", "Vacancy rate", 100.0, "%"),
    "agency_rate": ("agency", "Agency rate", 100.0, "%"),
    "caseload": ("caseload", "Caseload", 1.0, "cases a worker"),
}


def compared() -> dict[str, np.ndarray]:
    """Published and simulated figures of every authority, by level: [authorities, 2]."""
    names = list(authorities())
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(_levels, names))
    return {
        level: np.array(
            [[getattr(published(name), column), one[level]] for name, one in zip(names, found, strict=True)]
        )
        for level, (column, *_) in LEVELS.items()
    }


def _levels(name: str) -> dict[str, float]:
    scenario = Scenario(name="one").set({PUBLISHED: name})
    return {
        key: found.value
        for key, found in levels_of(run_many(scenario, runs=RUNS, jobs=1).values, tuple(LEVELS)).items()
    }


def draw(table: dict[str, np.ndarray]) -> bytes:
    """Published against simulated, a panel a level."""
    with look():
        figure = sheet(9.0, 8.0)
        for axes, (level, (_, title, scale, unit)) in zip(figure.subplots(2, 2).flat, LEVELS.items(), strict=True):
            x, y = scale * table[level].T
            ends = [0.9 * min(x.min(), y.min()), 1.05 * max(x.max(), y.max())]
            axes.plot(ends, ends, color=GREY, linewidth=1)
            axes.plot(x, y, "o", color=BLUE, alpha=0.5, markersize=4)
            axes.set_title(title, fontsize=10)
            axes.set_xlabel(f"published [{unit}]")
            axes.set_ylabel(f"simulated [{unit}]")
        many = len(next(iter(table.values())))
        dress(figure, "Do starting points come back?", "Each dot is an authority without its name; on the line, the model "
              "gives what is published.", f"Red Bead, {many} authorities, {RUNS} runs of each.")  # fmt: skip
        return png(figure)


def page(table: dict[str, np.ndarray]) -> str:
    """The page docs/validation.md."""
    checks = shipped_checks()
    lines = [
        "# Validation", "", f"**{BANNER}**", "",
        "What fails comes first. `redbead check` runs all claims again; made by `docs/make_validation.py`.", "",
        "## Claims of the sources that the model does not meet", "",
        "| check | looked at | expected | found |", "|---|---|---|---|",
        *(f"| `{c.name}` | {describe_estimate(e)} | {describe_expectation(e)} | {_linked(e.known)} |" for c in checks for e in c.expect if e.known), "",
        "## Published levels", "",
        "[targets.md](targets.md) has every level, what is out, and what is not modelled. They were fitted: that they are met corroborates nothing.", "",
        "![The baseline's levels beside their bands.](images/calibration-levels.png)", "",
        "## Starting points", "",
        f"Every authority with enough figures, run {RUNS} times from its starting point:", "",
        "| level | published, mean | simulated, mean | correlation | median distance |", "|---|---|---|---|---|",
        *(_row(level, table[level]) for level in LEVELS), "",
        "![Published against simulated turnover, vacancies, agency and caseload of every authority: near the line, but for agency rates above one worker a vacancy.](images/starting-points.png)", "",
        "Agency staff beyond one a vacancy have no desk in the model ([0038](decisions/0038-starting-points.md)).", "",
        "## Claims that hold", "",
        "| check | claim |", "|---|---|",
        *(f"| `{c.name}` | {c.claim} |" for c in checks if not any(e.known for e in c.expect)), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _linked(known: str) -> str:
    """A shortfall as it is noted, with its paths made links."""
    return re.sub(r"docs/(decisions/(\d{4})[\w-]*\.md)", r"[\2](\1)", known).replace(
        "checks/README.md", "[checks](../checks/README.md)"
    )


def _row(level: str, pair: np.ndarray) -> str:
    _, title, scale, unit = LEVELS[level]
    x, y = scale * pair.T
    r = np.corrcoef(x, y)[0, 1]
    cells = (f"{title} [{unit}]", f"{x.mean():.1f}", f"{y.mean():.1f}", f"{r:.2f}", f"{np.median(np.abs(x - y)):.1f}")
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    found = compared()
    (DOCS / "images" / "starting-points.png").write_bytes(draw(found))
    (DOCS / "validation.md").write_text(page(found), encoding="utf-8")
    print("validation.md")
