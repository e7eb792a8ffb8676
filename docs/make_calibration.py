"""Write docs/calibration.md and its figures from the folder that ``redbead calibrate england`` has made.

python docs/make_calibration.py FOLDER
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
DATA = DOCS.parent / "model" / "redbead" / "data"

HEAD = """# How the baseline was fitted

`redbead calibrate england` makes this again; digest of its tables: `{digest}`. Method: [decision 0040](decisions/0040-calibrated-baseline.md); the
levels that were aimed at, and what is not reached: [targets.md](targets.md). Made by `docs/make_calibration.py`.

{plausible} of {confirmed} sets of values that looked possible proved plausible when they were run: every level inside its band, as far as the runs can tell.
They travel with the package (`uncertainty: {{ensemble: england}}`); the baseline is the fitted scenario, in which assumed strengths of links keep the value of the notes.

![Where the plausible sets lie within the range looked in: the time to fill a post and the share of returning cases are pinned down; the strengths of burnout, haste and fear are not told.](images/calibration-ranges.png)

![The baseline's levels beside their bands, with the plausible sets around them: all inside.](images/calibration-levels.png)

## What the figures pin down, and what they do not

Spread left: the standard deviation of the plausible sets over that of the range looked in. 100 % says that the figures tell nothing.

| parameter | unit | looked for in | baseline | plausible (95 %) | spread left | |
|---|---|---|---|---|---|---|
"""


def main(folder: Path) -> None:
    """Copy figures and ensemble, write the page."""
    facts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    with (folder / "parameters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    text = HEAD.format(
        digest=facts["results_digest"][:16], plausible=facts["plausible"], confirmed=facts["runs"]["confirmed"]
    )
    for r in rows:
        looked = f"{float(r['low']):g} to {float(r['high']):g}"
        after = f"{float(r['after_low']):.3g} to {float(r['after_high']):.3g}"
        cells = (
            f"`{r['path']}`",
            r["unit"],
            looked,
            f"{float(r['centre']):.3g}",
            after,
            f"{100 * float(r['left']):.0f} %",
        )
        text += f"| {' | '.join(cells)} | {r['verdict']} |\n"
    (DOCS / "calibration.md").write_text(text, encoding="utf-8")
    for name in ("ranges", "levels"):
        shutil.copyfile(folder / "figures" / f"{name}.png", DOCS / "images" / f"calibration-{name}.png")
    shutil.copyfile(folder / "ensemble.csv", DATA / "england_ensemble.csv")
    print("calibration.md")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
