"""Parameters of staffing: leaving, hiring, agency cover and skill."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

from redbead.quantities import Param
from redbead.state.constants import YEAR

EARLY_LEAVER_TENURE: Final = 5.0 * YEAR
"""Time in post below which a leaver counts as early: five years, as in the published statistics. [weeks]"""


class Staffing(NamedTuple):
    """Leaving, hiring, agency cover and skill."""

    # fmt: off
    leaving: Annotated[float, Param("1/year", 0, 0.5, "hazard of leaving at the reference", "calibrated",
        "DfE workforce: 15.4 % (2021), 15.9 % (2023), 11.8 % (2025)", ("dfe-workforce-2025",), symbol="h_0",
        likely=(0.07, 0.16))] = 0.085
    burnout: Annotated[float, Param("log/unit", 0, 4, "effect of burnout on the log hazard of leaving", "calibrated",
        "stress and burnout medium to high: Kim and Kao 2014", ("kim-kao-2014",), symbol="gamma_b",
        processing="matched", causal_link=True)] = 2.5
    fear: Annotated[float, Param("log/unit", 0, 1.5, "effect of fear and felt unfairness on the log hazard of leaving",
        "calibrated", "fairness about 0.4: Kim and Kao 2014", ("kim-kao-2014",), symbol="gamma_F", processing="matched",
        causal_link=True)] = 0.5
    disruption: Annotated[float, Param("log/unit", 0, 3, "effect of disruption on the log hazard of leaving",
        symbol="gamma_D", causal_link=True)] = 1.0
    slump: Annotated[float, Param("log/sd/unit", 0, 3,
        "additional effect of disruption on leaving per standard deviation of commitment", "assumed",
        "committed staff leave as morale slumps: Chris Mills, 19 June 2017", ("mills-blog",), causal_link=True)] = 0.8
    newcomers: Annotated[float, Param(
        "log", 0, 1, "additional log hazard of leaving in the first years in post", "calibrated",
        "70 % of leavers have under 5 years: DfE 2021-22", ("community-care-2023",), symbol="gamma_n")] = 0.94
    newcomer_weeks: Annotated[float, Param("weeks", 26, 520, "time in post during which a worker counts as a newcomer",
        "assumed", "five years, the band used in the statistics: Community Care 2023", ("community-care-2023",),
        likely=(104, 260))] = 260.0
    burnout_ref: Annotated[float, Param("0-1", 0, 1, "reference burnout", distribution="reference")] = 0.40
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear", distribution="reference")] = 0.5
    time_to_fill: Annotated[float, Param("weeks", 2, 520, "mean time to fill a vacant post at the reference",
        "calibrated", "17 % vacancy at 14.5 % turnover: DfE 2017-25", ("dfe-workforce-2025",), symbol="tau_h",
        likely=(40, 110))] = 53.8
    pull_outstanding: Annotated[float, Param(
        "ratio", 0.1, 3, "applications after an outstanding grade, relative to good", "calibrated",
        "vacancy by grade: Community Care 2021", ("community-care-2021", "dfe-workforce-2025"), symbol="A_0")] = 2.94
    pull_requires_improvement: Annotated[float, Param(
        "ratio", 0.1, 3, "applications after a requires-improvement grade, relative to good", "calibrated",
        "vacancy by grade: Community Care 2021", ("community-care-2021", "dfe-workforce-2025"), symbol="A_2")] = 0.751
    pull_inadequate: Annotated[float, Param(
        "ratio", 0.1, 3, "applications after an inadequate grade, relative to good (stigma)", "calibrated",
        "vacancy by grade: Community Care 2021", ("community-care-2021", "dfe-workforce-2025"), symbol="A_3")] = 0.278
    newly_qualified: Annotated[float, Param("share", 0, 1, "share of starters who are newly qualified", "assumed",
        "68 % under two years in one authority: Cambridgeshire", ("cambridgeshire",), symbol="nq")] = 0.5
    experienced_years: Annotated[float, Param("years", 1, 20, "mean years of practice of the other starters")] = 5.0
    learning_time: Annotated[float, Param(
        "weeks", 26, 260, "time in which a beginner acquires two thirds of full skill", "assumed",
        "beginner dip: Devaney, Hayes and Spratt 2017", ("devaney-2017",), symbol="tau_e", likely=(52, 208))] = 104.0
    skill_ref: Annotated[float, Param("0-1", 0, 1, "reference skill: the mean in the baseline's steady state",
        "calibrated", "mean skill in the baseline's steady state", ("science-notes",), processing="steady-state",
        distribution="reference")] = 0.855
    agency_cover: Annotated[float, Param("share", 0, 1, "agency staff as a share of vacant posts", "measured",
        "0.85 to 0.95 in 2017 to 2025, 0.91 in 2025: DfE", ("dfe-workforce-2025",), symbol="phi_A",
        likely=(0.85, 0.95))] = 0.91
    agency_speed: Annotated[float, Param("weeks", 1, 26, "mean time to recruit agency staff", symbol="tau_A")] = 6.0
    agency_leaving: Annotated[float, Param(
        "1/week", 0, 0.2, "hazard that an agency worker leaves", symbol="h_A")] = 0.03846
    agency_skill: Annotated[float, Param("0-1", 0, 1, "skill of agency staff")] = 0.8
    manager_leaving: Annotated[float, Param("1/year", 0, 0.5, "hazard that a team manager leaves", "assumed",
        "as workers: DfE", ("dfe-workforce-2025",), likely=(0.05, 0.25))] = 0.13
    manager_scandal: Annotated[float, Param("0-1", 0, 1, "chance that a scandal in the team removes its manager",
        causal_link=True, likely=(0, 0.6))] = 0.3
    # fmt: on
