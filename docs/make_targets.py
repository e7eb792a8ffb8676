"""Hold the baseline against England and write what depends on it.

    python docs/make_targets.py      writes docs/targets.md and model/redbead/data/baseline_levels.csv (half a minute)

The table of levels is what published figures of an authority are taken relative to (`authority: {published: ...}`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from redbead.execution.runs import run_many
from redbead.scenario.loader import load
from redbead.studies.targets.format import markdown, ordered
from redbead.studies.targets.levels import levels_of
from redbead.studies.targets.reader import read_targets
from redbead.studies.targets.results import compare_runs_with_targets

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "targets.md"
LEVELS: Final = ROOT / "model" / "redbead" / "data" / "baseline_levels.csv"
RUNS: Final = 100
MANY: Final = 400
HEAD: Final = f"""# The baseline against England

{RUNS} runs of `baseline` on seeds 1 to {RUNS}, each ten years; `redbead check --targets` makes this table again. Where
a figure comes from and how its publisher counts it stands below; what was fitted, and how, in
[calibration.md](calibration.md). Made by `docs/make_targets.py`.

"""


def page() -> str:
    """The page docs/targets.md."""
    targets = read_targets()
    held = ordered(compare_runs_with_targets(targets, run_many(load("baseline"), runs=RUNS)))
    return HEAD + markdown(held, targets, RUNS)


def levels() -> str:
    """The levels of the baseline from more runs, as a table."""
    found = levels_of(run_many(load("baseline"), runs=MANY).values)
    rows = [f"{name},{level.value:.6g},{level.error:.3g}" for name, level in found.items()]
    return "\n".join(["level,value,error", *rows]) + "\n"


if __name__ == "__main__":
    LEVELS.write_text(levels(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.name}, {LEVELS.name}")
