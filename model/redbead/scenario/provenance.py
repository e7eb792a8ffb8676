"""Where each parameter's number comes from: its symbol, the keys of its sources, what was done to the figure."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from redbead import parameters
from redbead.quantities import Declared
from redbead.scenario.library import data_file, reference_file

BASES: Final = {
    "measured": "counted in England or a close analogue",
    "calibrated": "fitted, so that the model meets a counted figure",
    "elicited": "judged by people who know",
    "assumed": "a guess: nobody has measured it, or only its direction",
}
"""What the grades mean."""

_BRACES: Final = re.compile(r"[{}]|\\`|\\")


class Provenance(NamedTuple):
    """One row of the register: symbol, keys of `docs/references.bib` (none for a plain guess), what was done."""

    symbol: str
    keys: tuple[str, ...]
    done: str


@functools.cache
def register() -> Mapping[str, Provenance]:
    """The row of every parameter, by path."""
    with data_file("register.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["path"]: Provenance(row["symbol"], tuple(row["key"].split()), row["done"])
            for row in csv.DictReader(file)
        }


@functools.cache
def references() -> Mapping[str, str]:
    """Author, title, year and how it was seen, of every source by its key."""
    from pybtex.database import parse_string

    found = parse_string(reference_file().read_text(encoding="utf-8"), "bibtex")
    return {key: _told(entry) for key, entry in found.entries.items()}


def _told(entry: object) -> str:
    fields = {name: _BRACES.sub("", str(value)) for name, value in entry.fields.items()}  # type: ignore[attr-defined]
    people = [_BRACES.sub("", " ".join(p.last_names)) for p in entry.persons.get("author", ())]  # type: ignore[attr-defined]
    shown = people if len(people) <= 2 else [people[0], "others"]
    return f"{' and '.join(shown)} ({fields['year']}): {fields['title']} [{fields['note']}]"


def law(item: Declared) -> str:
    """The distribution that uncertain runs draw the parameter from, in words.

    >>> from redbead.parameters import register as numbers
    >>> law(numbers()["fear.blame"])
    'triangle from 0 to 0.8, most likely 0.55'
    """
    low, high = item.param.span()
    mode = min(high, max(low, item.default))
    text = f"triangle from {low:g} to {high:g}, most likely {mode:g}"
    return f"{text}, rounded" if item.param.whole else text


def markdown() -> str:
    """The page docs/parameters.md: how many numbers are of which grade, then every parameter, family by family."""
    numbers = parameters.register()
    counts = {basis: sum(item.param.basis == basis for item in numbers.values()) for basis in BASES}
    guesses = sum(item.param.basis == "assumed" and item.param.source == "assumed" for item in numbers.values())
    lines = [
        "# Parameters", "",
        f"{len(numbers)} numbers. Most are guesses: {counts['assumed']} are assumed, {guesses} of them without any "
        "source for their size. `redbead audit` and `redbead sensitivity` show what hangs on them.", "",
        "| grade | means | numbers |", "|---|---|---|",
        *(f"| {basis} | {said} | {counts[basis]} |" for basis, said in BASES.items()), "",
        "Keys are those of [references.bib](references.bib). Ranges are what is allowed; distributions what "
        "uncertain runs draw from ([decision 0027](decisions/0027-fairness-audit.md)).", "",
    ]  # fmt: skip
    for family, kind in parameters.FAMILIES.items():
        about = (kind.__doc__ or "").partition("\n")[0]
        lines += [f"## {family}", "", about, "",
                  "| symbol | name | meaning | unit | default | range | distribution | basis | source | done |",
                  "|---|---|---|---|---|---|---|---|---|---|"]  # fmt: skip
        lines += [_row(path, item) for path, item in numbers.items() if path.partition(".")[0] == family]
        lines.append("")
    return "\n".join(lines)


def _row(path: str, item: Declared) -> str:
    p, told = item.param, register()[path]
    keys = " ".join(f"`{key}`" for key in told.keys)
    source = f"{p.source} {keys}".strip() if p.source != "assumed" or keys else "none"
    cells = (
        f"`{told.symbol}`", f"`{item.name}`", p.meaning, p.unit, f"{item.default:g}", f"{p.low:g} to {p.high:g}",
        law(item), p.basis, source, told.done,
    )  # fmt: skip
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
