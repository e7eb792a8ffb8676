"""Parameters of the inspection regime, each with its unit, range, evidence and source."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead.quantities import Param


class Inspection(NamedTuple):
    """Parameters of inspection: frequency, notice, sample, stakes, and the form of the judgement."""

    # fmt: off
    visits: Annotated[float, Param("0-1", 0, 1, "1 if inspectors visit at all", whole=True)] = 1.0
    graded: Annotated[float, Param("0-1", 0, 1, "1 if visits end in a published grade", whole=True)] = 1.0
    cycle_weeks: Annotated[float, Param("weeks", 26, 520, "time between visits", "measured",
        "about every 3 years: LGA pages", ("lga-inspection",), symbol="T_c", likely=(104, 208))] = 156.0
    cycle_spread: Annotated[float, Param("weeks", 0, 52, "standard deviation of the time between visits", "measured",
        "plus or minus 6 months: LGA pages", ("lga-inspection",))] = 13.0
    again_weeks: Annotated[float, Param(
        "weeks", 13, 260, "time to the next visit after an inadequate grade", "calibrated",
        "DfE and Ofsted outcomes to 2025", ("ofsted-outcomes-2025",), symbol="T_I", likely=(104, 195))] = 157.0
    notice_weeks: Annotated[float, Param("weeks", 0, 26, "notice of a visit", "assumed", "5 working days, from memory",
        symbol="n_w", processing="memory")] = 1.0
    visit_weeks: Annotated[float, Param("weeks", 1, 8, "length of a visit", "measured",
        "5 to 12 days: spans of 150 reports", ("ofsted-outcomes-2025",))] = 2.0
    publish_weeks: Annotated[float, Param("weeks", 0, 26, "time from visit to publication", "measured",
        "median 52 days: Ofsted reports", ("ofsted-outcomes-2025",), processing="rounded to whole weeks")] = 8.0
    cases_tracked: Annotated[float, Param("cases", 10, 400, "number of cases that inspectors track", "measured",
        "25 to 30: inspection handbook 2017", ("ofsted-handbook-2017",), symbol="n", whole=True)] = 27.0
    weight_of_records: Annotated[float, Param("0-1", 0, 1,
        "weight of records, compared with observed practice, in the evidence of inspectors", symbol="w_rec")] = 0.5
    stakes: Annotated[float, Param("0-1", 0, 1, "importance of the judgement for leaders", symbol="stakes")] = 0.7
    information: Annotated[float, Param("0-1", 0, 0.3, "share of possible lessons that a visit teaches", "assumed",
        "largest where internal learning is weak: Castro-Avila et al. 2019", ("castro-avila-2019",),
        symbol="info")] = 0.03
    discovery: Annotated[float, Param(
        "1/week", 0, 0.1, "additional hazard of discovery of a hidden error during a visit")] = 0.01
    poor_share: Annotated[float, Param("share", 0.01, 0.9, "share of poor cases at visible quality 1", "calibrated",
        "grades 2014-17: 2/34/43/22 %", ("science-notes",), symbol="pi_ref", likely=(0.1, 0.3))] = 0.219
    poor_slope: Annotated[float, Param(
        "logit/unit", 0, 8, "decrease of that share as visible quality rises", symbol="k_Q")] = 4.0
    odds_of_poor: Annotated[float, Param("ratio", 0.2, 5, "odds ratio of sampling a poor case (1 is representative)",
        symbol="OR_s", likely=(0.5, 2))] = 1.0
    nominated: Annotated[float, Param(
        "share", 0, 1, "share of the sample that the authority nominates", distribution="policy")] = 0.0
    nominated_odds: Annotated[float, Param("ratio", 0.05, 1, "odds ratio of a nominated case being poor")] = 0.5
    leniency_spread: Annotated[float, Param("logit", 0, 0.6, "standard deviation of leniency between inspectors",
        "calibrated", "4.5 against 5.9 % inadequate by inspector: Bokhove, Jerrim and Sims 2023", ("bokhove-2023",),
        symbol="sd_insp", processing="matched")] = 0.3
    clustering: Annotated[float, Param("icc", 0, 0.2, "correlation between the cases of one sample", "calibrated",
        "grades 2014-17: 2/34/43/22 %", ("science-notes",), symbol="icc")] = 0.033
    stratified: Annotated[float, Param(
        "0-1", 0, 1, "share of the correlation removed by stratifying the sample over teams", "assumed",
        "'practitioner and team': inspection handbook 2017", ("ofsted-handbook-2017",), distribution="policy")] = 0.0
    adaptive_cases: Annotated[float, Param(
        "cases", 0, 100, "additional cases tracked if the first sample is near a grade limit (0 is never)", "assumed",
        "'may need to exceed 30': inspection handbook 2017", ("ofsted-handbook-2017",), whole=True)] = 0.0
    adaptive_margin: Annotated[float, Param(
        "share", 0, 0.2, "largest distance from a grade limit at which additional cases are tracked")] = 0.05
    snapshots: Annotated[float, Param("visits", 1, 12,
        "visits on different days, by different inspectors, on which one judgement is based", whole=True)] = 1.0
    appeals: Annotated[float, Param(
        "0-1", 0, 1, "chance that an authority challenges a judgement of requires improvement or worse", "assumed",
        "'to challenge any findings': Ofsted's reply of 2017", ("ofsted-reply-2017",), distribution="policy")] = 0.0
    narrative: Annotated[float, Param("0-1", 0, 1,
        "extent to which words replace the grade: 0 grade only, 1 words only", distribution="policy")] = 0.0
    narrative_full: Annotated[float, Param(
        "share", 0.34, 1, "share of poor cases at which a report in words is as severe as 'inadequate'")] = 0.5
    monitoring_weeks: Annotated[float, Param(
        "weeks", 4, 52, "time between monitoring visits while the grade is inadequate", "measured",
        "quarterly: a public log of reports after inadequate grades, 2016", ("edyourself-2016",), whole=True)] = 13.0
    transient_spread: Annotated[float, Param(
        "logit", 0, 0.6, "standard deviation of passing states of the service at a visit")] = 0.2
    transient_memory: Annotated[float, Param("weeks", 2, 52, "time constant of a passing state")] = 8.0
    disclosure: Annotated[float, Param("logit", 0, 1, "effect of openly disclosed problems on the judgement")] = 0.3
    exposure: Annotated[float, Param("share", 0, 0.5, "chance that complete gaming is exposed at a visit")] = 0.1
    limit_outstanding: Annotated[float, Param(
        "share", 0, 1, "upper limit of the share of poor cases for outstanding", "calibrated",
        "grades 2014-17: 2/34/43/22 %", ("ofsted-outcomes-2025",), processing="matched", distribution="limit")] = 0.02
    limit_good: Annotated[float, Param("share", 0, 1, "upper limit of the share of poor cases for good", "calibrated",
        "grades 2014-17: 2/34/43/22 %", ("ofsted-outcomes-2025",), processing="matched", distribution="limit")] = 0.15
    limit_inadequate: Annotated[float, Param(
        "share", 0, 1, "lower limit of the share of poor cases for inadequate", "calibrated",
        "grades 2014-17: 2/34/43/22 %", ("ofsted-outcomes-2025",), processing="matched", distribution="limit")] = 0.33
    imposed: Annotated[float, Param(
        "code", -1, 3, "grade published regardless of the evidence, for experiments (-1 none)", whole=True)] = -1.0
    gaming_ref: Annotated[float, Param(
        "0-1", 0, 1, "reference level of gaming", "calibrated", "mean of the baseline's steady state",
        ("science-notes",), processing="steady-state", distribution="reference")] = 0.21
    threat_ref: Annotated[float, Param("0-1", 0, 1, "reference threat: the mean under the default regime", "calibrated",
        "mean threat in the baseline's steady state", ("science-notes",), processing="steady-state",
        distribution="reference")] = 0.39
    # fmt: on
