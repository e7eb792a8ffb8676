"""Write docs/sensitivity.md and its figures from the result folder of a sensitivity study.

redbead sensitivity baseline --versus just-culture --versus two-strikes
python docs/make_sensitivity.py FOLDER
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
from pathlib import Path
from typing import Final

from redbead.analysis.outcomes import OUTCOMES
from redbead.report.comparison.text import label

DOCS: Final = Path(__file__).resolve().parent
FIGURES: Final = {
    "tornado-just-culture": "Effect of each assumption on the advantage of a just culture, by outcome.",
    "tornado-two-strikes": "Effect of each assumption on the advantage of two strikes, by outcome.",
    "over_time": "Shares of the variance of each year's outcomes that the key parameters explain.",
}
HEAD: Final = """# What the results depend on

This study screens all uncertain parameters, computes variance shares for those with an effect, and moves each key parameter alone to both ends of its range.
The command below repeats the study (digest of its tables: `{digest}`). [Find out which assumptions matter](how-to/sensitivity.md) explains the method and how to
apply it to your own scenario. `docs/make_sensitivity.py` writes this page.

```
{command}
```

Of {total} parameters, {significant} change at least one outcome by more than chance. For the others, these runs cannot distinguish the effect from chance; this does
not show that they have no effect.
"""
REVERSALS: Final = """
## Parameter values that reverse an advantage

The advantage is the difference from the baseline; a negative difference means fewer errors.

| parameter | value | policy | outcome | difference at the default | difference at this value |
|---|---|---|---|---|---|
"""
NO_REVERSAL: Final = """
## Parameter values that reverse an advantage

In these runs, no single parameter reverses an advantage of either policy.
"""
DRIVERS: Final = """
## Key drivers

Assumed parameters come first, in order of their share of the variance (total Sobol' index).

| parameter | evidence | share of variance | outcome | source |
|---|---|---|---|---|
"""


def main(folder: Path) -> None:
    """Copy the figures and write the page."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in FIGURES:
        shutil.copyfile(folder / "figures" / f"{name}.png", DOCS / "images" / f"sensitivity-{name}.png")
    tables = [read_rows(folder / f"{name}.csv") for name in ("screening", "flips", "next")]
    (DOCS / "sensitivity.md").write_text(page(manifest, *tables), encoding="utf-8")
    print("sensitivity.md")


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV table as one dictionary per row."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def page(
    manifest: dict[str, object],
    screening: list[dict[str, str]],
    reversals: list[dict[str, str]],
    drivers: list[dict[str, str]],
) -> str:
    """Return the page as Markdown."""
    command = manifest["command"]
    assert isinstance(command, list)
    head = HEAD.format(
        digest=str(manifest["results_digest"])[:16],
        command=" ".join(["redbead", *command[1:]]),
        total=len({row["path"] for row in screening}),
        significant=len({row["path"] for row in screening if is_significant(row)}),
    )
    table = REVERSALS + "".join(map(reversal_row, reversals)) if reversals else NO_REVERSAL
    figures = "".join(f"\n![{alt}](images/sensitivity-{name}.png)\n" for name, alt in FIGURES.items())
    return head + table + DRIVERS + "".join(map(driver_row, drivers)) + figures


def is_significant(row: dict[str, str]) -> bool:
    """Whether the effect exceeds chance, from the only Boolean column of the table."""
    return "True" in row.values()


def reversal_row(row: dict[str, str]) -> str:
    """One parameter value at which a policy loses its advantage."""
    outcome = f"{label(row['outcome']).lower()} [{OUTCOMES[row['outcome']].unit}]"
    differences = f"{float(row['advantage']):+.3g} | {float(row['flipped']):+.3g}"
    return f"| `{row['path']}` | {float(row['value']):.3g} | {row['policy']} | {outcome} | {differences} |\n"


def driver_row(row: dict[str, str]) -> str:
    """One key driver with its variance share and source."""
    share = f"{100 * float(row['net']):.0f} % ± {100 * float(row['half']):.0f}" if is_significant(row) else "uncertain"
    source = row["source"] or "none"
    return f"| `{row['path']}` | {row['basis']} | {share} | {label(row['outcome']).lower()} | {source} |\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
