"""Write docs/results-history.md: the answers of the shipped batches after each change of the model, with the cause.

    python docs/make_history.py                 run the batches (a few minutes), replace the answers of the last change
    python docs/make_history.py --show          write the page from the stored answers only

Answers are stored in docs/results-history.csv. Those of earlier changes were computed by the version of that time and
are not computed again. A change of the model that changes results gets a new entry in ``CHANGES``.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Final

import redbead as rb

DOCS: Final = Path(__file__).parent
STORE: Final = DOCS / "results-history.csv"
PAGE: Final = DOCS / "results-history.md"
BATCHES: Final = tuple(sorted(path.stem for path in (DOCS.parent / "scenarios" / "batches").glob("*.yaml")))
CHANGES: Final = {
    "0060": "before decision 0061: a report repairs, fear and deterrence follow attitude",
    "0061": "errors, repair, sanctions, fear and incidents as in [decision 0061](decisions/0061-defaults.md)",
}
"""Changes that changed results, by decision record, oldest first, with their cause."""
HEAD: Final = """# Results after each change of the model

Answers of the shipped batches after each change that changed results, with its cause. `python docs/make_history.py` runs the
batches with the present model and replaces the last entry of each. A folder of runs of an earlier model opens and exports;
extending it is refused with the command that starts anew.
"""


def answers() -> dict[str, str]:
    """Answer of each shipped batch with the present model, with its own number of runs."""
    return {name: " ".join(rb.compare(name).answer().split()) for name in BATCHES}


def stored() -> dict[tuple[str, str], str]:
    """Stored answers by change and batch."""
    with STORE.open(encoding="utf-8", newline="") as file:
        return {(row["change"], row["batch"]): row["answer"] for row in csv.DictReader(file)}


def write(answered: dict[tuple[str, str], str]) -> None:
    """Store the answers, oldest change first."""
    with STORE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("change", "batch", "answer"))
        for change in CHANGES:
            writer.writerows((change, name, answered[change, name]) for name in BATCHES if (change, name) in answered)


def page(answered: dict[tuple[str, str], str]) -> str:
    """Return the page as Markdown."""
    lines = [HEAD]
    for name in BATCHES:
        lines += [f"## `redbead compare {name}`", "", "| model | cause of the change | answer |", "|---|---|---|"]
        for change, cause in reversed(CHANGES.items()):
            if (change, name) in answered:
                lines.append(f"| {change} | {cause} | {answered[change, name]} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    known = stored()
    if "--show" not in sys.argv:
        known |= {(list(CHANGES)[-1], name): answer for name, answer in answers().items()}
        write(known)
    PAGE.write_text(page(known), encoding="utf-8")
    print(PAGE.name)
