"""From published figures to parameters: closed forms of a steady state, relative to the calibrated baseline."""

from __future__ import annotations

from typing import Final

from redbead import parameters
from redbead.behaviour.staffing import steady_turnover
from redbead.scenario.published import Published, Reference

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

    >>> round(hazard_for(steady_turnover(0.1, 1.0, 5.0), 1.0, 5.0), 6)
    0.1
    """
    low, high = 1e-6, 2.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if steady_turnover(middle, newcomers, years) < turnover else (low, middle)
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
