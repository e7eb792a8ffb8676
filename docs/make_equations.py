"""Write docs/equations.md: every numbered equation with its rules, then loops, behaviour tests and claims.

python docs/make_equations.py

The formula of a rule is read from its docstring, its numerical form from ``docs/equations/*.yaml``.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml

DOCS = Path(__file__).parent
FOLDER = DOCS / "equations"
PAGE = DOCS / "equations.md"
sys.path.insert(0, str(DOCS.parent / "model"))

from redbead.report.documents import docstring_sections, math_of, rules  # noqa: E402

HEAD = """# Numbered equations, loops, tests and claims

Code, tests, checks and scenarios refer to these numbers: `E14` is an equation, `L-R16` a causal loop, `T29` a behaviour
test, `C12` a claim of the source documents. Written by `docs/make_equations.py`; do not edit by hand.

**Conventions.** One step is one week. First-order adjustment moves a stock by the share 1 - exp(-1/tau) of its distance
to the target per week. A hazard h per week is a probability 1 - exp(-h) per week. Each effect equals 1 (in a logit, 0) at its
reference, and has a strength that can be 0. `c` stands for the coefficients of the rule's family, documented in
[parameters.md](parameters.md) with unit, range, grade and source.

**Symbols in loops and tests.** F fear, B propensity to blame, V usefulness of reporting, D defences, K compliance
orientation, G gaming, P work pressure, b burnout, Dis disruption, Q true quality, VQ visible quality, Hk recognised and
hidden errors, Hu unrecognised errors, S working standard, q time per case relative to the reference.
"""


class Entry(NamedTuple):
    """One rule in the list of equations."""

    id: str
    rule: str
    expression: str
    lets: dict[str, str]
    points: list[dict[str, Any]]

    @property
    def number(self) -> str:
        """The number without the letter that distinguishes several rules of one equation."""
        return re.fullmatch(r"(E\d+)[a-z]?", self.id)[1]  # type: ignore[index]


def entries() -> list[Entry]:
    """Every rule that the files list, by number."""
    listed = [
        Entry(item["id"], item["rule"], str(item["expression"]), item.get("lets", {}), item["at"])
        for path in sorted(FOLDER.glob("*.yaml"))
        if path.name not in ("notes.yaml", "numbered.yaml")
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]
    return sorted(listed, key=lambda entry: (int(entry.number[1:]), entry.id))


def function_of(path: str) -> Any:
    """The Python function behind the dotted path of a rule."""
    module, _, name = path.rpartition(".")
    rule = getattr(importlib.import_module(module), name)
    return getattr(rule, "py_func", rule)


def summary(path: str) -> str:
    """The first paragraph of a rule's docstring."""
    return " ".join((inspect.getdoc(function_of(path)) or "").split("\n\n")[0].split())


def formulas(path: str) -> list[str]:
    """The display equations in a rule's docstring, as LaTeX."""
    return list(math_of(docstring_sections(function_of(path).__doc__ or "").get("Notes", "")))


def kernels() -> dict[str, list[str]]:
    """Weekly kernels with an equation in their docstring, by the last number before the equation."""
    listed = {entry.rule for entry in entries()}
    by_number: dict[str, list[str]] = {}
    for path in sorted(f"{rule.module}.{rule.name}" for rule in rules() if rule.equations):
        if path not in listed:
            before = (function_of(path).__doc__ or "").partition(".. math::")[0]
            numbers = re.findall(r"\bE\d+\b", before)
            assert numbers, f"{path} has an equation without a number"
            by_number.setdefault(numbers[-1], []).append(path)
    return by_number


def section_of_kernel(path: str) -> list[str]:
    """The lines of one kernel: where it is, what it updates, and its formulas."""
    lines = [f"`{path.removeprefix('redbead.')}`: {summary(path)}", ""]
    for formula in formulas(path):
        lines += ["$$", formula, "$$", ""]
    return lines


def section_of_rule(entry: Entry) -> list[str]:
    """The lines of one rule: where it is, what it gives, its formula and its numerical form."""
    where = entry.rule.removeprefix("redbead.")
    lines = [f"**{entry.id}** `{where}`: {summary(entry.rule)}", ""]
    for formula in formulas(entry.rule):
        lines += ["$$", formula, "$$", ""]
    lets = "".join(f"{name} = {expression}\n" for name, expression in entry.lets.items())
    return [*lines, "```", f"{lets}{entry.expression}", "```", ""]


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """A Markdown table; the first column is an anchor."""
    cells = [tuple(cell.replace("|", "\\|") for cell in row) for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in (head, tuple("---" for _ in head), *cells)]
    return [*lines, ""]


def page() -> str:
    """The whole page."""
    numbered = yaml.safe_load((FOLDER / "numbered.yaml").read_text(encoding="utf-8"))
    notes = yaml.safe_load((FOLDER / "notes.yaml").read_text(encoding="utf-8"))
    by_number: dict[str, list[Entry]] = {}
    for entry in entries():
        by_number.setdefault(entry.number, []).append(entry)
    weekly = kernels()
    lines = [HEAD, "## Equations", ""]
    for number, item in numbered.items():
        lines += [f"### {number} {item['title']}", "", item["text"], ""]
        for entry in by_number.pop(number, []):
            lines += section_of_rule(entry)
        for kernel in weekly.pop(number, []):
            lines += section_of_kernel(kernel)
    lines += [
        "## Further rules",
        "",
        "Rules and weekly kernels that no numbered equation of the list above covers.",
        "",
    ]
    for entry in (entry for rest in by_number.values() for entry in rest):
        lines += section_of_rule(entry)
    for number, paths in sorted(weekly.items(), key=lambda item: int(item[0][1:])):
        for path in paths:
            lines += [f"**{number}** {text}" if k == 0 else text for k, text in enumerate(section_of_kernel(path))]
    loops = [
        (f"**{x['id']}**", x["name"], x["path"], "reinforcing" if x["type"] == "R" else "balancing")
        for x in notes["loops"]
    ]
    lines += ["## Causal loops", "", *table(("number", "name", "variables in order", "type"), loops)]
    tests = [(f"**{x['id']}**", x["kind"], x["setup"], x["expected"], x["source"]) for x in notes["tests"]]
    about = (
        "Expected directions and sizes. *Prototype* marks a band around a throw-away numerical prototype: plausibility, not evidence. "
        "Comparisons use paired seeds."
    )
    lines += ["## Behaviour tests", "", about, "", *table(("number", "kind", "set-up", "expected", "source"), tests)]
    claims = [(f"**{x['id']}**", x["mechanism"], x["feature"]) for x in notes["claims"]]
    about = "Claims of the source documents as mechanisms, each with the feature, the lever and the output that represent it."
    lines += ["## Claims", "", about, "", *table(("number", "mechanism", "feature → lever → output"), claims)]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
