"""A study of one's own: a folder with a scenario, a batch of policies, and a page on where its figures come from."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from redbead import parameters
from redbead.exceptions import BadInputError, Problem
from redbead.scenario import authorities
from redbead.scenario.authorities import Published
from redbead.scenario.disclaimer import BANNER
from redbead.scenario.keywords import PUBLISHED, implied_values
from redbead.scenario.messages import printable
from redbead.storage.atomic_files import os_errors_as_problems, write_text

SCENARIO: Final = "today.yaml"
BATCH: Final = "policies.yaml"
PAGE: Final = "README.md"


def find(name: str) -> Published:
    """What is published of an authority, whatever the case of its name.

    Raises
    ------
    BadInputError
        There is no such authority, or its figures are not published; names the nearest.
    """
    names = {known.casefold(): known for known in authorities.rows()}
    known = names.get(name.strip().casefold())
    if known is None:
        near = difflib.get_close_matches(name.strip().casefold(), names, 1, 0.5)
        meant = f"did you mean {names[near[0]]!r}? " if near else ""
        hint = f"{meant}redbead authorities lists them all"
        raise BadInputError([Problem("--authority", key=printable(name), what="no such authority", hint=hint)])
    if why := authorities.missing(known):
        hint = "take the scenario 'baseline', or set the numbers that you know yourself"
        raise BadInputError([Problem("--authority", key=known, what=why, hint=hint)])
    return authorities.published(known)


def begin(folder: Path, name: str = "") -> list[Path]:
    """Write a new study into a folder; gives the files.

    Parameters
    ----------
    folder
        The folder; it must be empty or not there yet.
    name
        An English authority to start from; a median one where none is given.

    Raises
    ------
    BadInputError
        The folder holds something, or the authority cannot be started from.
    EnvironmentProblemError
        The folder cannot be written.
    """
    authority = find(name) if name else None
    with os_errors_as_problems(folder, "another folder"):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            hint = "give a new name; nothing there was touched"
            raise BadInputError([Problem(str(folder), what="is there and not empty", hint=hint)])
        texts = {SCENARIO: _scenario(authority), BATCH: _batch(authority), PAGE: _page(authority)}
        for file, text in texts.items():
            write_text(folder / file, text)
    return [folder / file for file in texts]


def figures(p: Published) -> list[tuple[str, str]]:
    """What is published of an authority, in words."""
    known = [
        ("workers who hold cases", f"{p.case_holders:g} full-time equivalents, agency staff included"),
        ("cases for each of them", f"{p.caseload:g}"),
        ("turnover", f"{100 * p.turnover:.1f} % a year"),
        ("vacancy rate", f"{100 * p.vacancy:.1f} %"),
        ("agency rate", f"{100 * p.agency:.1f} %"),
    ]
    unknown = "not published; the model keeps the figure of England"
    known.append(("re-referrals", unknown if p.rereferral is None else f"{100 * p.rereferral:.1f} % of referrals"))
    if p.children is not None:
        known.append(("children", f"{p.children:,.0f}"))
    return known


def numbers(p: Published) -> Mapping[str, float]:
    """The parameters that a starting point sets."""
    return implied_values(PUBLISHED, p.name)


def _title(p: Published | None) -> str:
    return f"{p.name}, from its published figures" if p else "An authority of ordinary size"


def _scenario(p: Published | None) -> str:
    known = "".join(f"#   {what}: {value}\n" for what, value in figures(p)) if p else ""
    above = (
        f"# Published for {authorities.YEAR}, and where this scenario starts from:\n{known}# {authorities.CAUTION}\n"
        if p else ""
    )  # fmt: skip
    quoted = f'"{p.name}"' if p else ""
    start = f"authority: {{published: {quoted}}}" if p else "authority: {preset: median}"
    source = authorities.ATTRIBUTION if p else "The baseline of Red Bead, fitted to figures published for England."
    return (
        f"{above}format: 1\ntitle: \"{_title(p)}\"\n"
        "question: What becomes of errors, of staff and of the service when nothing special is done?\n"
        f"source: >-\n  {source}\nextends: baseline\n{start}\n"
    )  # fmt: skip


def _batch(p: Published | None) -> str:
    return (
        f"# Policies to compare: redbead compare {BATCH}. Add your own: redbead levers lists what there is.\n"
        f"format: 1\ntitle: \"Which policy? {_title(p)}\"\n"
        "question: Does less go wrong where errors are punished, or where they are learnt from?\n"
        f"policies:\n  today: ./{SCENARIO}\n"
        "  just culture:\n    levers: [{kind: just-culture, from_week: 52, ramp_weeks: 26, adherence: 0.8}]\n"
        "  two strikes:\n    levers: [{kind: two-strikes, from_week: 52, ramp_weeks: 8}]\n"
        "baseline: today\nruns: 100\n"
    )  # fmt: skip


def _page(p: Published | None) -> str:
    register = parameters.register()
    lines = [f"# {_title(p)}", "", f"**{BANNER}**", ""]
    if p:
        lines += [authorities.CAUTION, "", f"## Published for {authorities.YEAR}", "", "| | |", "|---|---|"]
        lines += [f"| {what} | {value} |" for what, value in figures(p)]
        lines += ["", authorities.ATTRIBUTION, "", "## What the model makes of it", "",
                  "Relative to the baseline, which is fitted to England; closed forms of a steady state.", "",
                  "| parameter | value | in the baseline |", "|---|---|---|"]  # fmt: skip
        lines += [
            f"| `{path}` | {value:g} {register[path].param.unit} | {register[path].default:g} |"
            for path, value in numbers(p).items()
        ]
        lines += ["", "Everything else, and all that concerns culture, is as in the baseline.", ""]
    lines += ["## Next", "", "```", f"redbead run {SCENARIO}", f"redbead compare {BATCH}",
              f"redbead check --targets --scenario {SCENARIO}", "```", ""]  # fmt: skip
    return "\n".join(lines)
