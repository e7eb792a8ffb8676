"""Write docs/theories.md: the claim, the proponents and all parameter values of each rival theory.

python docs/make_theories.py
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "model"))

from redbead import parameters  # noqa: E402
from redbead.scenario.theories import THEORIES, Theory, disputed  # noqa: E402

PAGE: Final = ROOT / "docs" / "theories.md"

HEAD: Final = """\
# Rival theories

Arguments about blame, inspection and money are arguments about how people work. The model can take any side: the key `theory: blame-deters` in a scenario
file, or `--set theory=blame-deters` on the command line, sets all disputed parameters to the values of one theory. A theory cuts the loops that it
denies and gives the others the strength that its proponents claim. It differs from the balanced model (the defaults) only in the parameters it disputes,
and a parameter set in the same file takes precedence. All values lie within the ranges of the evidence, and
`tests/behaviour/test_theories.py` asserts that each theory produces the results that its proponents claim.

```
redbead theories
redbead theories blame-deters
redbead diff two-strikes where-blame-deters
```

A result under one theory says nothing about the others. A result that holds under all theories does not depend on how people work. If a result changes its
sign between theories, report it with the theory.

Three results need explanation. Sanctions deter through the certainty that workers perceive, not through the attitude of managers, and by default only routine
violations respond to it. Under `blame-deters` the response is stronger and slips respond as well (`conduct.deter_violations`, `conduct.deter_slips`,
`conduct.certainty_weight`, `conduct.unanswered`), and fear makes people careful (`practice.fear` below 0). Each of the two alone makes a just culture raise
errors there. Two strikes lowers errors there through fear: it hardly changes how many errors are sanctioned, so with `practice.fear` at 0 its effect
disappears. More people leave under two strikes only where fear makes people leave (`staffing.fear`), because few workers are dismissed.
"""
COLUMNS: Final = "| parameter | meaning | balanced | here | range | reason |\n|---|---|---|---|---|---|"


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join([HEAD, *(section(name, theory) for name, theory in THEORIES.items()), comparison_table()])


def section(name: str, theory: Theory) -> str:
    """One theory: its claim, its proponents, the result it must produce, and its parameter values."""
    head = f"## {theory.title} (`{name}`)\n\n{theory.sentence}"
    if not theory.stances:
        return f"{head} Proponents: {theory.proponents}. Possible results: {theory.shows}.\n"
    rows = []
    for path, stance in theory.stances.items():
        item = parameters.register()[path]
        values = (f"{item.default:g}", f"{stance.value:g}", item.param.range_text())
        rows.append("| " + " | ".join([f"`{path}`", item.param.description, *values, stance.why]) + " |")
    claims = f"Proponents: {theory.proponents}. Required result: {theory.shows}."
    return "\n".join([head, "", claims, "", COLUMNS, *rows, ""])


def comparison_table() -> str:
    """All disputed parameters side by side; a dash where a theory keeps the balanced value."""
    head = [
        "## All disputed parameters",
        "",
        f"| parameter | {' | '.join(THEORIES)} |",
        "|---|" + "---|" * len(THEORIES),
    ]
    rows = []
    for path in disputed():
        stances = [theory.stances.get(path) for theory in THEORIES.values()]
        cells = [f"{stance.value:g}" if stance else "-" for stance in stances[:-1]]
        rows.append("| " + " | ".join([f"`{path}`", *cells, f"{parameters.register()[path].default:g}"]) + " |")
    return "\n".join([*head, *rows]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.name)
