"""Write docs/calibration.md and its figures from the result folder of ``redbead calibrate england``.

python docs/make_calibration.py FOLDER
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
from pathlib import Path
from typing import Any, Final

DOCS: Final = Path(__file__).resolve().parent
DATA: Final = DOCS.parent / "model" / "redbead" / "data"
VERDICTS: Final = {"pinned down": "identified", "narrowed": "narrowed"}
"""Verdicts by their value in parameters.csv; all other parameters are not identified."""

HEAD: Final = """# Calibration of the baseline

`redbead calibrate england` repeats this calibration (digest of its tables: `{digest}`). [Decision 0040](decisions/{record}) describes the
method, and [targets.md](targets.md) lists the published levels and those that the model does not reach. `docs/make_calibration.py` writes this page.

Of {confirmed} candidate parameter sets that were run, {plausible} are plausible: no level lies outside its band by more than the sampling error of the runs.
The package includes these sets (`uncertainty: {{ensemble: england}}`). The baseline keeps its earlier fit; [decision 0061](decisions/0061-defaults.md) matched
escalation, sanctions and serious incidents again, and levels that miss their band since are in [targets.md](targets.md).

![Plausible sets within the range of each parameter. The time to fill a post and the share of returning cases are identified; the effects of burnout, haste and fear are not.](images/calibration-ranges.png)

![Levels of the baseline and of the plausible sets, with the published bands.](images/calibration-levels.png)

## Which parameters the published levels identify

Remaining spread is the standard deviation of the plausible sets divided by that of the search range. At 100 %, the published levels carry no
information about the parameter.

| parameter | unit | search range | baseline | plausible (95 %) | remaining spread | |
|---|---|---|---|---|---|---|
"""


def main(folder: Path) -> None:
    """Copy the figures and the ensemble, and write the page."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    with (folder / "parameters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (DOCS / "calibration.md").write_text(page(manifest, rows), encoding="utf-8")
    for name in ("ranges", "levels"):
        shutil.copyfile(folder / "figures" / f"{name}.png", DOCS / "images" / f"calibration-{name}.png")
    shutil.copyfile(folder / "ensemble.csv", DATA / "england_ensemble.csv")
    print("calibration.md")


def page(manifest: dict[str, Any], rows: list[dict[str, str]]) -> str:
    """Return the page as Markdown."""
    head = HEAD.format(
        digest=manifest["results_digest"][:16],
        plausible=manifest["plausible"],
        confirmed=manifest["runs"]["confirmed"],
        record=next((DOCS / "decisions").glob("0040-*.md")).name,
    )
    return head + "".join(map(parameter_row, rows))


def parameter_row(row: dict[str, str]) -> str:
    """One calibrated parameter: search range, fitted value and plausible range."""
    cells = (
        f"`{row['path']}`",
        row["unit"],
        f"{float(row['low']):g} to {float(row['high']):g}",
        f"{float(row['centre']):.3g}",
        f"{float(row['after_low']):.3g} to {float(row['after_high']):.3g}",
        f"{100 * float(row['left']):.0f} %",
        VERDICTS.get(row["verdict"], "not identified"),
    )
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
