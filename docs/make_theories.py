"""Write docs/theories.md: what each theory says, who believes it, what it must show, and every number of it.

python docs/make_theories.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "model"))

from redbead import parameters  # noqa: E402
from redbead.scenario.theories import THEORIES, Theory, disputed  # noqa: E402

PAGE = ROOT / "docs" / "theories.md"

HEAD = """\
# Rival theories

Whoever argues about blame, inspection or money argues about how people work. The model can take either side: a line
`theory: blame-deters` in a scenario file, or `--set theory=blame-deters` on the command line, sets every number on
which the sides disagree. Loops that a theory denies are cut; others are as strong as its advocates say. A theory
differs from the balanced model, which is the defaults, in what it disputes and in nothing else; numbers beside it in a
file win. None is a straw man: each value lies in the range that the science allows, and
`tests/behaviour/test_theories.py` asserts that each theory shows what its advocates say.

```
redbead theories
redbead theories blame-deters
redbead diff two-strikes where-blame-deters
```

What holds under one theory is never asserted of its rivals. A result that holds under all of them does not hang on how
people work; one that changes its sign should be read with the theory beside it.

Two things to know. By default deterrence follows how far managers blame, not which sanctions are threatened, and two
strikes hardly changes how managers blame. Where blame deters, the second strike deters as well
(`practice.strike_deterrence`) and fear makes careful (`practice.fear` below 0): that is how it lowers errors there. And
more people leave under it in every theory, since dismissals are not a matter of opinion.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_section(name, theory) for name, theory in THEORIES.items()), _table()])


def _section(name: str, theory: Theory) -> str:
    """One theory."""
    told = f"Believed in by {theory.proponents}. It must be able to show that {theory.shows}."
    if not theory.stances:
        told = f"Held by {theory.proponents}. It may show {theory.shows}."
        return f"## {theory.title} (`{name}`)\n\n{theory.sentence} {told}\n"
    rows = []
    for path, stance in theory.stances.items():
        item = parameters.register()[path]
        cells = (
            f"`{path}`",
            item.param.meaning,
            f"{item.default:g}",
            f"{stance.value:g}",
            item.param.range_text(),
            stance.why,
        )
        rows.append("| " + " | ".join(cells) + " |")
    head = ["| number | what it is | balanced | here | range | why |", "|---|---|---|---|---|---|"]
    return "\n".join([f"## {theory.title} (`{name}`)", "", theory.sentence, told, "", *head, *rows, ""])


def _table() -> str:
    """All disputed numbers side by side; a dash where a theory leaves the balanced value."""
    head = ["## Side by side", "", "| number | " + " | ".join(THEORIES) + " |", "|---|" + "---|" * len(THEORIES)]
    rows = []
    for path in disputed():
        stances = [theory.stances.get(path) for theory in THEORIES.values()]
        cells = [f"{stance.value:g}" if stance else "-" for stance in stances[:-1]]
        rows.append("| " + " | ".join([f"`{path}`", *cells, f"{parameters.register()[path].default:g}"]) + " |")
    return "\n".join([*head, *rows]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
