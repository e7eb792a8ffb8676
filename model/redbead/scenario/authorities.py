"""From published figures to parameters: closed forms of a steady state, relative to the calibrated baseline."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from redbead import parameters
from redbead.behaviour.staffing import steady_state_turnover
from redbead.scenario.library import data_file

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


SMALLEST_RATE: Final = 0.005
"""Turnover and vacancy below half a percent are taken for that: nobody ever leaving is a matter of one year. [share]"""


def agency_per_vacancy(agency: float, vacancy: float) -> float:
    """Agency workers for each vacant post: a / (1 - a) of the employed, who hold 1 - v of the posts. [ratio]

    >>> round(agency_per_vacancy(0.16, 0.17), 2)
    0.93
    """
    return agency / (1.0 - agency) * (1.0 - vacancy) / vacancy


def weeks_to_fill(turnover: float, vacancy: float) -> float:
    """Mean time that a post stays vacant where as many start as leave: v / (1 - v) over the turnover. [weeks]

    >>> round(weeks_to_fill(0.145, 0.17), 1)
    73.5
    """
    return 52.0 * vacancy / (1.0 - vacancy) / turnover


def hazard_for(turnover: float, newcomers: float, years: float) -> float:
    """The hazard of those who are no newcomers that gives a turnover, by bisection. [1/year]

    >>> round(hazard_for(steady_state_turnover(0.1, 1.0, 5.0), 1.0, 5.0), 6)
    0.1
    """
    low, high = 1e-6, 2.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if steady_state_turnover(middle, newcomers, years) < turnover else (low, middle)
    return (low + high) / 2.0


def staffed(vacancy: float, cover: float) -> float:
    """People in post for each post, agency staff included. [ratio]

    >>> round(staffed(0.2, 0.75), 2)
    0.95
    """
    return 1.0 - vacancy * (1.0 - cover)


def output(agency: float, plain: float, theirs: float) -> float:
    """Mean output of a worker, where `agency` of all are agency staff. [ratio]

    >>> round(output(0.5, 0.94, 0.84), 2)
    0.89
    """
    return (1.0 - agency) * plain + agency * theirs


def starting_point(p: Published, base: Reference) -> dict[str, float]:
    """The parameters that give an authority its published staffing and demand (decision 0038).

    Leaving follows turnover; the time to fill a post follows turnover and vacancies; agency cover is what is published,
    at most one worker a vacancy; referrals and the hours that a case takes follow the caseload, so that the work fits
    the staff as it does in the baseline: between English authorities, caseload says next to nothing about turnover.
    """
    vacancy, turnover = max(SMALLEST_RATE, p.vacancy), max(SMALLEST_RATE, p.turnover)
    cover = min(1.0, agency_per_vacancy(p.agency, vacancy))
    usual_cover = agency_per_vacancy(base.agency_rate, base.vacancy_rate)
    people = staffed(vacancy, cover)
    load = p.caseload / base.caseload
    filling = weeks_to_fill(turnover, vacancy) / weeks_to_fill(base.turnover_yearly, base.vacancy_rate)
    wanted = {
        "authority.posts": round(p.case_holders / people),
        "authority.caseload": p.caseload,
        "staffing.leaving": _default("staffing.leaving") * _hazards(turnover, base.turnover_yearly),
        "staffing.time_to_fill": _default("staffing.time_to_fill") * filling,
        "staffing.agency_cover": min(1.0, cover),
        "demand.arrivals": _default("demand.arrivals") * load * people / staffed(base.vacancy_rate, usual_cover),
        "workload.hours_per_case": _default("workload.hours_per_case") / load * _outputs(p.agency, base.agency_rate),
    }
    if p.rereferral is not None:
        wanted["demand.return_share"] = _default("demand.return_share") * p.rereferral / base.returning_share
    return {path: _allowed(path, value) for path, value in wanted.items()}


def _hazards(turnover: float, usual: float) -> float:
    """The hazard of leaving that gives a turnover over the one that gives the usual turnover. [ratio]"""
    newcomers, years = _default("staffing.newcomers"), _default("staffing.newcomer_weeks") / 52.0
    return hazard_for(turnover, newcomers, years) / hazard_for(usual, newcomers, years)


def _outputs(agency: float, usual: float) -> float:
    """Mean output of staff with that share of agency workers over that with the usual share. [ratio]"""
    novice = _default("workload.novice_output")
    plain = novice + (1.0 - novice) * _default("staffing.skill_ref")
    theirs = (novice + (1.0 - novice) * _default("staffing.agency_skill")) * _default("workload.agency_output")
    return output(agency, plain, theirs) / output(usual, plain, theirs)


def _default(path: str) -> float:
    return parameters.register()[path].default


def _allowed(path: str, value: float) -> float:
    """The value, held within what the parameter allows, to four figures."""
    param = parameters.register()[path].param
    held = min(param.high, max(param.low, value))
    return float(f"{held:.4g}")
