"""Write docs/sensitivity.md and its figures from the folder of a sensitivity study of the two claims.

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
    "tornado-just-culture": "What one assumption alone does to the advantage of a just culture, by outcome.",
    "tornado-two-strikes": "What one assumption alone does to the advantage of two strikes, by outcome.",
    "over_time": "Shares of variance of each year's outcomes that hang on each of the leading numbers.",
}
HEAD: Final = """# What the answer hangs on

Every uncertain number of the model was screened, those that move something shared out, and each of the leading ones moved alone to the ends of its range. The same command makes this again
(digest of its tables: `{digest}`); how to read it, and to ask it of your own scenario: [how-to](how-to/sensitivity.md). Made by `docs/make_sensitivity.py`.

```
{command}
```

Of {many} parameters, {told} move at least one outcome by more than chance does; of the others these runs cannot tell. That is no proof that they are harmless.
"""


def main(folder: Path) -> None:
    """Copy the figures, write the page."""
    facts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    screened = _rows(folder / "screening.csv")
    text = HEAD.format(
        digest=facts["results_digest"][:16],
        command=" ".join(["redbead", *facts["command"][1:]]),
        many=len({row["path"] for row in screened}),
        told=len({row["path"] for row in screened if row["told"] == "True"}),
    )
    text += _turns(_rows(folder / "flips.csv")) + _next(_rows(folder / "next.csv"))
    for name, alt in FIGURES.items():
        shutil.copyfile(folder / "figures" / f"{name}.png", DOCS / "images" / f"sensitivity-{name}.png")
        text += f"\n![{alt}](images/sensitivity-{name}.png)\n"
    (DOCS / "sensitivity.md").write_text(text, encoding="utf-8")
    print("sensitivity.md")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _turns(flips: list[dict[str, str]]) -> str:
    text = "\n## What turns an advantage round\n\n"
    if not flips:
        return text + "As far as these runs tell, no single number turns any advantage of either policy round.\n"
    text += "| where | is | policy | outcome | advantage at the default | there |\n|---|---|---|---|---|---|\n"
    for f in flips:
        cells = (
            f"`{f['path']}`",
            f"{float(f['value']):.3g}",
            f["policy"],
            f"{label(f['outcome']).lower()} [{OUTCOMES[f['outcome']].unit}]",
        )
        text += f"| {' | '.join(cells)} | {float(f['advantage']):+.3g} | {float(f['flipped']):+.3g} |\n"
    return text


def _next(carriers: list[dict[str, str]]) -> str:
    text = "\n## What to find out next\n\nAssumed numbers first, by the share of what is uncertain that they carry (total Sobol' index).\n\n"
    text += "| parameter | how known | share | in | source |\n|---|---|---|---|---|\n"
    for c in carriers:
        share = f"{100 * float(c['total']):.0f} % ± {100 * float(c['half']):.0f}"
        told = share if c["told"] == "True" else "cannot tell"
        text += f"| `{c['path']}` | {c['basis']} | {told} | {label(c['outcome']).lower()} | {c['source'] or 'none'} |\n"
    return text


if __name__ == "__main__":
    main(Path(sys.argv[1]))
