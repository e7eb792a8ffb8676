"""Starting points from published figures of English authorities.

Closed forms of a steady state convert published staffing and demand into parameters, relative to the calibrated
baseline. Figures that are not published are never estimated.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from redbead import parameters
from redbead.behaviour.staffing import steady_state_turnover
from redbead.parameters import DATA_FOLDER

YEAR: Final = 2025
ATTRIBUTION: Final = (
    "Contains public sector information licensed under the Open Government Licence v3.0. Sources: Department for "
    "Education, Children's social work workforce 2025 and Children in need 2025."
)
CAUTION: Final = "A starting point copies published staffing and demand, not the culture of a place."
MIN_CASE_HOLDERS: Final = 20
"""Smallest authority with a starting point: below this size, one leaver changes the published rates by 5 % or more."""

MARKS: Final = {"x": "not available", "z": "not applicable", "u": "of low reliability", "c": "suppressed"}
"""Marks that the publisher uses in place of a figure."""
LOW: Final = "low"
"""Mark that the publisher uses for a positive rate that rounds to 0."""

_REQUIRED: Final = {
    "case_holders": "workers who hold cases", "caseload": "caseload", "turnover": "turnover",
    "vacancy": "vacancy rate", "agency": "agency rate",
}  # fmt: skip


class Published(NamedTuple):
    """Published figures of one authority: workers [full-time equivalents], cases per worker, rates [share]."""

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
    """Levels that the calibrated baseline reaches. Published figures are converted relative to them."""

    turnover_yearly: float
    vacancy_rate: float
    agency_rate: float
    caseload: float
    returning_share: float


@functools.cache
def rows() -> Mapping[str, Mapping[str, str]]:
    """Rows of the published table by name of authority, in alphabetical order."""
    with (DATA_FOLDER / "authorities.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


@functools.cache
def reference() -> Reference:
    """Levels of the baseline, as measured by `docs/make_targets.py`."""
    with (DATA_FOLDER / "baseline_levels.csv").open(encoding="utf-8", newline="") as file:
        levels = {row["level"]: float(row["value"]) for row in csv.DictReader(file) if row["value"]}
    return Reference(*(levels[name] for name in Reference._fields))


@functools.cache
def missing(name: str) -> str:
    """Reason why an authority has no starting point; empty if it has one."""
    row = rows()[name]
    marks = sorted({row[column] for column in _REQUIRED} & set(MARKS))
    if marks:
        figures = ", ".join(meaning for column, meaning in _REQUIRED.items() if row[column] in MARKS)
        reasons = " and ".join(f"'{mark}': {MARKS[mark]}" for mark in marks)
        return f"{figures} not published for {YEAR} ({reasons}); missing figures are not estimated"
    if float(row["case_holders"]) < MIN_CASE_HOLDERS:
        return f"only {row['case_holders']} workers hold cases; at least {MIN_CASE_HOLDERS} are needed for stable rates"
    return ""


def authorities() -> Iterator[str]:
    """Names of the authorities that have a starting point, in alphabetical order."""
    return (name for name in rows() if not missing(name))


@functools.cache
def published(name: str) -> Published:
    """Published figures of an authority.

    Parameters
    ----------
    name : str
        Name of the authority, as the Department for Education writes it.

    Raises
    ------
    KeyError
        If no authority has this name.
    ValueError
        If a required figure is not published. The message gives the reason.
    """
    row = rows()[name]
    if why := missing(name):
        raise ValueError(why)
    shares = {column: _number(row[column]) / 100.0 for column in ("turnover", "vacancy", "agency")}
    optional = {column: _optional_number(row[column]) for column in ("rereferral", "referrals", "children")}
    return Published(
        name, row["code"], row["region"], float(row["case_holders"]), float(row["caseload"]), **shares,
        rereferral=None if optional["rereferral"] is None else optional["rereferral"] / 100.0,
        referrals=optional["referrals"], children=optional["children"],
    )  # fmt: skip


def _number(text: str) -> float:
    return 0.0 if text == LOW else float(text)


def _optional_number(text: str) -> float | None:
    return None if text in MARKS else _number(text)


SMALLEST_RATE: Final = 0.005
"""Lower limit of turnover and vacancy rates: a year without leavers does not mean that none ever leave. [share]"""


def agency_per_vacancy(agency: float, vacancy: float) -> float:
    r"""Agency workers per vacant post. [ratio]

    Parameters
    ----------
    agency : float
        Agency workers as a share of all workers. [share]
    vacancy : float
        Vacant posts as a share of all posts. [share]

    Notes
    -----
    Employees fill :math:`1 - v` of the posts, and there are :math:`a / (1 - a)` agency workers per employee:

    .. math:: \frac{a}{1 - a} \cdot \frac{1 - v}{v}

    Examples
    --------
    >>> round(agency_per_vacancy(0.16, 0.17), 2)
    0.93
    """
    return agency / (1.0 - agency) * (1.0 - vacancy) / vacancy


def weeks_to_fill(turnover: float, vacancy: float) -> float:
    r"""Mean time that a post stays vacant when as many workers start as leave. [weeks]

    Parameters
    ----------
    turnover : float
        Leavers per employee. [1/year]
    vacancy : float
        Vacant posts as a share of all posts. [share]

    Notes
    -----
    .. math:: 52 \cdot \frac{v}{(1 - v) \, \theta}

    Examples
    --------
    >>> round(weeks_to_fill(0.145, 0.17), 1)
    73.5
    """
    return 52.0 * vacancy / (1.0 - vacancy) / turnover


HAZARDS: Final = (1e-6, 2.0)
"""Range of hazards of leaving. [1/year]"""


def hazard_for(turnover: float, newcomers: float, years: float) -> float:
    """Hazard of leaving of established workers that results in a given turnover. [1/year]

    Parameters
    ----------
    turnover : float
        Leavers per employee. [1/year]
    newcomers : float
        Extra hazard of newcomers, as a share of the hazard of established workers. [share]
    years : float
        Time for which workers count as newcomers. [years]

    Examples
    --------
    >>> round(hazard_for(steady_state_turnover(0.1, 1.0, 5.0), 1.0, 5.0), 6)
    0.1
    """
    from scipy.optimize import brentq

    def excess(hazard: float) -> float:
        """Turnover at a hazard, beyond the given one."""
        return steady_state_turnover(hazard, newcomers, years) - turnover

    low, high = HAZARDS
    if excess(low) >= 0.0 or excess(high) <= 0.0:
        return low if excess(low) >= 0.0 else high
    return float(brentq(excess, low, high, xtol=1e-15))


def staffing_ratio(vacancy: float, cover: float) -> float:
    """Workers per post, including agency workers. [ratio]

    Parameters
    ----------
    vacancy : float
        Vacant posts as a share of all posts. [share]
    cover : float
        Agency workers per vacant post. [ratio]

    Examples
    --------
    >>> round(staffing_ratio(0.2, 0.75), 2)
    0.95
    """
    return 1.0 - vacancy * (1.0 - cover)


def mean_output(agency: float, employee_output: float, agency_output: float) -> float:
    """Mean output per worker, given the agency workers' share of all workers. [ratio]

    Examples
    --------
    >>> round(mean_output(0.5, 0.94, 0.84), 2)
    0.89
    """
    return (1.0 - agency) * employee_output + agency * agency_output


def starting_point(p: Published, base: Reference) -> dict[str, float]:
    """Parameters that reproduce the published staffing and demand of an authority (decision 0038).

    Parameters
    ----------
    p : Published
        Published figures of the authority.
    base : Reference
        Levels of the calibrated baseline.

    Returns
    -------
    dict of str to float
        Values by parameter path, limited to the allowed ranges.

    Notes
    -----
    The hazard of leaving follows turnover. The time to fill a post follows turnover and vacancies. Agency cover is the
    published one, limited to one worker per vacancy. Referrals and hours per case follow the caseload, so that work and
    staff balance as in the baseline: across English authorities, caseload hardly predicts turnover.
    """
    vacancy, turnover = max(SMALLEST_RATE, p.vacancy), max(SMALLEST_RATE, p.turnover)
    cover = min(1.0, agency_per_vacancy(p.agency, vacancy))
    usual_cover = agency_per_vacancy(base.agency_rate, base.vacancy_rate)
    staffing = staffing_ratio(vacancy, cover)
    load = p.caseload / base.caseload
    filling = weeks_to_fill(turnover, vacancy) / weeks_to_fill(base.turnover_yearly, base.vacancy_rate)
    base_staffing = staffing_ratio(base.vacancy_rate, usual_cover)
    values = {
        "authority.posts": round(p.case_holders / staffing),
        "authority.caseload": p.caseload,
        "staffing.leaving": _default("staffing.leaving") * _hazard_ratio(turnover, base.turnover_yearly),
        "staffing.time_to_fill": _default("staffing.time_to_fill") * filling,
        "staffing.agency_cover": min(1.0, cover),
        "demand.arrivals": _default("demand.arrivals") * load * staffing / base_staffing,
        "workload.hours_per_case": _default("workload.hours_per_case")
        / load
        * _output_ratio(p.agency, base.agency_rate),
    }
    if p.rereferral is not None:
        values["demand.return_share"] = _default("demand.return_share") * p.rereferral / base.returning_share
    return {path: _limit(path, value) for path, value in values.items()}


def _hazard_ratio(turnover: float, reference_turnover: float) -> float:
    """Hazard of leaving at one turnover, relative to the hazard at the reference turnover. [ratio]"""
    newcomers, years = _default("staffing.newcomers"), _default("staffing.newcomer_weeks") / 52.0
    return hazard_for(turnover, newcomers, years) / hazard_for(reference_turnover, newcomers, years)


def _output_ratio(agency: float, reference_agency: float) -> float:
    """Mean output at one share of agency workers, relative to the output at the reference share. [ratio]"""
    novice = _default("workload.novice_output")
    employees = novice + (1.0 - novice) * _default("staffing.skill_ref")
    agency_staff = (novice + (1.0 - novice) * _default("staffing.agency_skill")) * _default("workload.agency_output")
    return mean_output(agency, employees, agency_staff) / mean_output(reference_agency, employees, agency_staff)


def _default(path: str) -> float:
    return parameters.register()[path].default


def _limit(path: str, value: float) -> float:
    """Limit a value to the range of its parameter and round it to four significant figures."""
    param = parameters.register()[path].param
    limited = min(param.high, max(param.low, value))
    return float(f"{limited:.4g}")
