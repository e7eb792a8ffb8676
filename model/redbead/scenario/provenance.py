"""Provenance of parameters: symbol, sources, and how the published figure was processed."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Final

from redbead import parameters
from redbead.exceptions import IntegrityError
from redbead.quantities import DISTRIBUTIONS, Declared
from redbead.scenario.library import reference_file

BASES: Final = {
    "measured": "counted in England or a close analogue",
    "calibrated": "fitted so that the model reproduces a counted figure",
    "elicited": "estimated by experts",
    "assumed": "a guess: never measured, or only its direction is known",
}
"""Meanings of the grades of evidence."""

_BRACES: Final = re.compile(r"[{}]|\\`|\\")


@functools.cache
def references() -> Mapping[str, str]:
    """Author, year, title and note of every source, by its key."""
    from pybtex.database import parse_string

    bibliography = parse_string(reference_file().read_text(encoding="utf-8"), "bibtex")
    return {key: _format_reference(entry) for key, entry in bibliography.entries.items()}


def references_of(item: Declared) -> list[str]:
    """Author, year, title and note of the sources of a parameter.

    Raises
    ------
    IntegrityError
        If the bibliography has no entry for a key.
    """
    missing = [key for key in item.param.keys if key not in references()]
    if missing:
        msg = (
            f"{reference_file()}: no entry for {', '.join(missing)}, a source of the parameter {item.name}.\n    Add "
            "the entry, or correct `keys` in the declaration of the parameter, then run the same command again."
        )
        raise IntegrityError(msg)
    return [references()[key] for key in item.param.keys]


def _format_reference(entry: object) -> str:
    fields = {name: _BRACES.sub("", str(value)) for name, value in entry.fields.items()}  # type: ignore[attr-defined]
    people = [_BRACES.sub("", " ".join(p.last_names)) for p in entry.persons.get("author", ())]  # type: ignore[attr-defined]
    authors = people if len(people) <= 2 else [people[0], "others"]
    return f"{' and '.join(authors)} ({fields['year']}): {fields['title']} [{fields['note']}]"


def law(item: Declared) -> str:
    """Describe the distribution of a parameter, and whether audits draw it from less than this.

    Examples
    --------
    >>> from redbead.parameters import register
    >>> law(register()["experience.effect"])
    'triangular from 0 to 0.8, mode 0.6'
    >>> law(register()["fear.reference"])
    'triangular from 0 to 1, mode 0.5; fixed in audits: effects are defined relative to it'
    """
    low, high = item.param.span()
    mode = min(high, max(low, item.default))
    text = f"triangular from {low:g} to {high:g}, mode {mode:g}"
    text = f"{text}, rounded" if item.param.whole else text
    return "; ".join(filter(None, (text, DISTRIBUTIONS[item.param.drawn])))


def markdown() -> str:
    """Text of the page ``docs/parameters.md``: numbers per grade of evidence, then all parameters by family."""
    numbers = parameters.register()
    counts = {basis: sum(item.param.basis == basis for item in numbers.values()) for basis in BASES}
    guesses = sum(item.param.basis == "assumed" and item.param.source == "assumed" for item in numbers.values())
    lines = [
        "# Parameters", "",
        f"The model has {len(numbers)} parameters. Most are guesses: {counts['assumed']} are assumed, {guesses} of "
        "them without a source for their size. `redbead audit` and `redbead sensitivity` show which results depend on "
        "them.", "",
        "| grade | meaning | parameters |", "|---|---|---|",
        *(f"| {basis} | {meaning} | {counts[basis]} |" for basis, meaning in BASES.items()), "",
        "Keys refer to [references.bib](references.bib). The range is what a scenario may set; the distribution is "
        "what a comparison with uncertain parameters draws from. Audits (`redbead audit` and `redbead sensitivity`) "
        "vary all uncertain parameters at once: causal links over the whole range, all others over a tenth of it, and "
        "some not at all ([decision 0027](decisions/0027-fairness-audit.md)).", "",
    ]  # fmt: skip
    for family, kind in parameters.FAMILIES.items():
        about = (kind.__doc__ or "").partition("\n")[0]
        lines += [f"## {family}", "", about, "",
                  "| symbol | name | meaning | unit | default | range | distribution | basis | source | processing |",
                  "|---|---|---|---|---|---|---|---|---|---|"]  # fmt: skip
        lines += [_row(item) for path, item in numbers.items() if path.partition(".")[0] == family]
        lines.append("")
    return "\n".join(lines)


def _row(item: Declared) -> str:
    p = item.param
    keys = " ".join(f"`{key}`" for key in p.keys)
    source = f"{p.source} {keys}".strip() if p.source != "assumed" or keys else "none"
    cells = (
        f"`{p.symbol}`", f"`{item.name}`", p.description, p.unit, f"{item.default:g}",
        f"{p.low:g} to {p.high:g}", law(item), p.basis, source, p.processing_text,
    )  # fmt: skip
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
