"""Template of a new study: a scenario, a batch of policies, and a page on the sources of its figures."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from redbead import parameters
from redbead.exceptions import BadInputError, Problem, printable
from redbead.scenario import authorities
from redbead.scenario.authorities import Published
from redbead.scenario.keywords import PUBLISHED, implied_values
from redbead.scenario.scenario import BANNER
from redbead.storage.atomic_files import os_errors_as_problems, write_text
from redbead.storage.manifest import require_outside

SCENARIO: Final = "today.yaml"
BATCH: Final = "policies.yaml"
PAGE: Final = "README.md"


def find_authority(name: str) -> Published:
    """Find the published figures of an authority, ignoring the case of its name.

    Raises
    ------
    BadInputError
        There is no such authority, or its figures are not published; the message suggests the nearest name.
    """
    names = {known.casefold(): known for known in authorities.rows()}
    known = names.get(name.strip().casefold())
    if known is None:
        close = difflib.get_close_matches(name.strip().casefold(), names, 1, 0.5)
        meant = f"Did you mean {names[close[0]]}? " if close else ""
        hint = f"{meant}'redbead authorities' lists all authorities."
        raise BadInputError([Problem("--authority", key=printable(name), what="is not a known authority", hint=hint)])
    if reason := authorities.missing(known):
        hint = "Start from the scenario 'baseline', and set the figures that you know."
        raise BadInputError([Problem("--authority", key=known, what=reason, hint=hint)])
    return authorities.published(known)


def write_project(folder: Path, name: str = "") -> list[Path]:
    """Write a new study into a folder.

    Parameters
    ----------
    folder : Path
        The folder; it must be empty or not exist.
    name : str
        English authority to start from; by default a median authority.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    BadInputError
        The folder is not empty, or the authority has no published figures.
    EnvironmentProblemError
        The folder cannot be written.
    """
    authority = find_authority(name) if name else None
    require_outside(folder, "redbead init DIR")
    with os_errors_as_problems(folder, "another folder"):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            hint = "Choose a new name. Nothing was changed."
            raise BadInputError([Problem(str(folder), what="exists and is not empty", hint=hint)])
        contents = {SCENARIO: _scenario_text(authority), BATCH: _batch_text(authority), PAGE: _page_text(authority)}
        for file, text in contents.items():
            write_text(folder / file, text)
    return [folder / file for file in contents]


def published_figures(p: Published) -> list[tuple[str, str]]:
    """Return the published figures of an authority as text."""
    known = [
        ("case-holding workers", f"{p.case_holders:g} full-time equivalents, including agency staff"),
        ("cases per worker", f"{p.caseload:g}"),
        ("turnover", f"{100 * p.turnover:.1f} % per year"),
        ("vacancy rate", f"{100 * p.vacancy:.1f} %"),
        ("agency rate", f"{100 * p.agency:.1f} %"),
    ]
    unknown = "not published; the model uses the figure for England"
    known.append(("re-referrals", unknown if p.rereferral is None else f"{100 * p.rereferral:.1f} % of referrals"))
    if p.children is not None:
        known.append(("children", f"{p.children:,.0f}"))
    return known


def starting_parameters(p: Published) -> Mapping[str, float]:
    """The parameters that a starting point sets."""
    return implied_values(PUBLISHED, p.name)


def _title(p: Published | None) -> str:
    return f"{p.name}, from its published figures" if p else "A median authority"


def _scenario_text(p: Published | None) -> str:
    known = "".join(f"#   {what}: {value}\n" for what, value in published_figures(p)) if p else ""
    comments = (
        f"# Published figures for {authorities.YEAR}, the start of this scenario:\n{known}# {authorities.CAUTION}\n"
        if p else ""
    )  # fmt: skip
    quoted_name = f'"{p.name}"' if p else ""
    authority_line = f"authority: {{published: {quoted_name}}}" if p else "authority: {preset: median}"
    source = authorities.ATTRIBUTION if p else "The baseline of Red Bead, calibrated to figures published for England."
    return (
        f"{comments}format: 1\ntitle: \"{_title(p)}\"\n"
        "question: How do errors, staff and the service develop without a new policy?\n"
        f"source: >-\n  {source}\nextends: baseline\n{authority_line}\n"
    )  # fmt: skip


def _batch_text(p: Published | None) -> str:
    return (
        f"# Policies to compare: redbead compare {BATCH}. To add policies, see redbead levers.\n"
        f"format: 1\ntitle: \"Which policy? {_title(p)}\"\n"
        "question: Do fewer errors occur if errors are punished, or if staff learn from them?\n"
        f"policies:\n  today: ./{SCENARIO}\n"
        "  just culture:\n    levers: [{kind: just-culture, from_week: 52, ramp_weeks: 26, adherence: 0.8}]\n"
        "  two strikes:\n    levers: [{kind: two-strikes, from_week: 52, ramp_weeks: 8}]\n"
        "baseline: today\nruns: 100\n"
    )  # fmt: skip


def _page_text(p: Published | None) -> str:
    register = parameters.register()
    lines = [f"# {_title(p)}", "", f"**{BANNER}**", ""]
    if p:
        lines += [authorities.CAUTION, "", f"## Published figures for {authorities.YEAR}", "", "| | |", "|---|---|"]
        lines += [f"| {what} | {value} |" for what, value in published_figures(p)]
        lines += ["", authorities.ATTRIBUTION, "", "## Parameters derived from these figures", "",
                  "Derived from steady-state equations, relative to the baseline, which is calibrated to England.", "",
                  "| parameter | value | baseline |", "|---|---|---|"]  # fmt: skip
        lines += [
            f"| `{path}` | {value:g} {register[path].param.unit} | {register[path].default:g} |"
            for path, value in starting_parameters(p).items()
        ]
        lines += ["", "All other parameters, including those of culture, have their baseline values.", ""]
    lines += ["## Next", "", "```", f"redbead run {SCENARIO}", f"redbead compare {BATCH}",
              f"redbead check --targets --scenario {SCENARIO}", "```", ""]  # fmt: skip
    return "\n".join(lines)
