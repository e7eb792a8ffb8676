"""Published figures of English authorities, and the starting point that the model makes of them.

A starting point copies staffing and demand: how many case holders, their caseload, turnover, vacancies and agency
staff, and re-referrals. It says nothing of the culture of a place, and places are never put in order.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from redbead.scenario.home import data_file

YEAR: Final = 2025
ATTRIBUTION: Final = (
    "Contains public sector information licensed under the Open Government Licence v3.0. Sources: Department for "
    "Education, Children's social work workforce 2025 and Children in need 2025."
)
CAUTION: Final = "A starting point copies published staffing and demand, not the culture of a place."
FEWEST_POSTS: Final = 20
"""In a smaller authority one leaver moves the published rates by a twentieth and more."""

MARKS: Final = {"x": "not available", "z": "not applicable", "u": "of low reliability", "c": "suppressed"}
"""What the publisher writes in place of a figure."""
LOW: Final = "low"
"""What the publisher writes for a rate that is above 0 and rounds to it."""

_NEEDED: Final = {
    "case_holders": "workers who hold cases", "caseload": "caseload", "turnover": "turnover",
    "vacancy": "vacancy rate", "agency": "agency rate",
}  # fmt: skip


class Published(NamedTuple):
    """What is published of one authority: people [full-time equivalents], cases for each of them, rates [share]."""

    name: str
    code: str
    region: str
    case_holders: float
    caseload: float
    turnover: float
    vacancy: float
    agency: float
    rereferral: float | None
    referrals: float | None
    children: float | None


class Reference(NamedTuple):
    """The levels that the calibrated baseline comes to; published figures are taken relative to them."""

    turnover_yearly: float
    vacancy_rate: float
    agency_rate: float
    caseload: float
    returning_share: float


@functools.cache
def rows() -> Mapping[str, Mapping[str, str]]:
    """The table as it is published, by name, in alphabetical order."""
    with data_file("authorities.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


@functools.cache
def reference() -> Reference:
    """The levels of the baseline, as `docs/make_targets.py` measured them."""
    with data_file("baseline_levels.csv").open(encoding="utf-8", newline="") as file:
        found = {row["level"]: float(row["value"]) for row in csv.DictReader(file) if row["value"]}
    return Reference(*(found[name] for name in Reference._fields))


@functools.cache
def missing(name: str) -> str:
    """Why there is no starting point for an authority; '' where there is one."""
    row = rows()[name]
    marks = sorted({row[column] for column in _NEEDED} & set(MARKS))
    if marks:
        told = ", ".join(said for column, said in _NEEDED.items() if row[column] in MARKS)
        why = " and ".join(f"'{mark}', {MARKS[mark]}" for mark in marks)
        return f"no {told} published for {YEAR} ({why}); nothing is made up in its place"
    if float(row["case_holders"]) < FEWEST_POSTS:
        return f"only {row['case_holders']} workers hold cases there; rates of so few people say little"
    return ""


def authorities() -> Iterator[str]:
    """The names of the authorities that give a starting point, in alphabetical order."""
    return (name for name in rows() if not missing(name))


@functools.cache
def published(name: str) -> Published:
    """What is published of an authority.

    Raises
    ------
    KeyError
        There is no such authority.
    ValueError
        Figures that are needed are not published.
    """
    row = rows()[name]
    if why := missing(name):
        raise ValueError(why)
    shares = {column: _number(row[column]) / 100.0 for column in ("turnover", "vacancy", "agency")}
    rest = {column: _maybe(row[column]) for column in ("rereferral", "referrals", "children")}
    return Published(
        name, row["code"], row["region"], float(row["case_holders"]), float(row["caseload"]), **shares,
        rereferral=None if rest["rereferral"] is None else rest["rereferral"] / 100.0,
        referrals=rest["referrals"], children=rest["children"],
    )  # fmt: skip


def _number(text: str) -> float:
    return 0.0 if text == LOW else float(text)


def _maybe(text: str) -> float | None:
    return None if text in MARKS else _number(text)
