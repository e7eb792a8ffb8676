"""Compare the baseline with published figures; write docs/targets.md and the table of baseline levels.

    python docs/make_targets.py      500 runs, half a minute

Starting points of authorities (`authority: {published: NAME}`) are computed relative to
model/redbead/data/baseline_levels.csv.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from redbead.api import run
from redbead.studies.targets.format import markdown, ordered
from redbead.studies.targets.levels import levels_of
from redbead.studies.targets.results import compare_with_targets
from redbead.studies.targets.spec import read_targets

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "targets.md"
LEVELS: Final = ROOT / "model" / "redbead" / "data" / "baseline_levels.csv"
RUNS_FOR_PAGE: Final = 100
RUNS_FOR_LEVELS: Final = 400
HEAD: Final = f"""# The baseline and published figures

This page compares {RUNS_FOR_PAGE} ten-year runs of `baseline` (seeds 1 to {RUNS_FOR_PAGE}) with published figures for England. `redbead check --targets`
repeats the comparison. Definitions and sources are below the tables; [calibration.md](calibration.md) describes which
parameters were fitted and how. `docs/make_targets.py` writes this page.

"""


def page() -> str:
    """Return docs/targets.md as Markdown."""
    targets = read_targets()
    results = compare_with_targets(targets, run("baseline", runs=RUNS_FOR_PAGE).batch.values)
    return HEAD + markdown(ordered(results), targets, RUNS_FOR_PAGE)


def levels() -> str:
    """Return the levels of the baseline with their standard errors as CSV."""
    estimates = levels_of(run("baseline", runs=RUNS_FOR_LEVELS).batch.values)
    rows = [f"{name},{level.value:.6g},{level.error:.3g}" for name, level in estimates.items()]
    return "\n".join(["level,value,error", *rows]) + "\n"


if __name__ == "__main__":
    LEVELS.write_text(levels(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.name}, {LEVELS.name}")
