"""The regime of inspection: every number that a policy could change, with its unit, range and basis."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead.quantities import Param


class Inspection(NamedTuple):
    """The regime: how often, how announced, how many cases, how much depends on it."""

    visits: Annotated[float, Param("0-1", 0, 1, "1 where inspectors visit at all", whole=True)] = 1.0
    graded: Annotated[float, Param("0-1", 0, 1, "1 where visits end in a published grade", whole=True)] = 1.0
    cycle_weeks: Annotated[
        float,
        Param("weeks", 26, 520, "time between visits", "measured", "about every 3 years: LGA pages", likely=(104, 208)),
    ] = 156.0
    cycle_spread: Annotated[
        float, Param("weeks", 0, 52, "spread of that time", "measured", "plus or minus 6 months: LGA pages")
    ] = 13.0
    again_weeks: Annotated[
        float,
        Param(
            "weeks",
            13,
            260,
            "time to the next visit after an inadequate grade",
            "calibrated",
            "DfE and Ofsted outcomes to 2025",
            likely=(104, 195),
        ),
    ] = 157.0
    notice_weeks: Annotated[
        float, Param("weeks", 0, 26, "notice of a visit", "assumed", "5 working days, from memory")
    ] = 1.0
    visit_weeks: Annotated[
        float, Param("weeks", 1, 8, "length of a visit", "measured", "5 to 12 days: spans of 150 reports")
    ] = 2.0
    publish_weeks: Annotated[
        float, Param("weeks", 0, 26, "time from visit to publication", "measured", "median 52 days: Ofsted reports")
    ] = 8.0
    cases_tracked: Annotated[
        float,
        Param(
            "cases",
            10,
            400,
            "how many cases inspectors track",
            "measured",
            "25 to 30: inspection handbook 2017",
            whole=True,
        ),
    ] = 27.0
    weight_of_records: Annotated[
        float, Param("0-1", 0, 1, "weight of records against practice in what inspectors see")
    ] = 0.5
    stakes: Annotated[float, Param("0-1", 0, 1, "how much depends on the judgement for those who lead")] = 0.7
    information: Annotated[
        float,
        Param(
            "0-1",
            0,
            0.3,
            "share of what could be learnt that a visit teaches",
            "assumed",
            "largest where internal learning is weak: Castro-Avila et al. 2019",
        ),
    ] = 0.03
    discovery: Annotated[float, Param("1/week", 0, 0.1, "extra hazard that a hidden error is found during a visit")] = (
        0.01
    )
    poor_share: Annotated[
        float,
        Param(
            "share",
            0.01,
            0.9,
            "share of poor cases at visible quality 1",
            "calibrated",
            "grades 2014-17: 2/34/43/22 %",
            likely=(0.1, 0.3),
        ),
    ] = 0.219
    poor_slope: Annotated[float, Param("logit/unit", 0, 8, "how that share falls as visible quality rises")] = 4.0
    odds_of_poor: Annotated[
        float,
        Param(
            "ratio",
            0.2,
            5,
            "odds that a poor case is sampled, against any other (1 is representative)",
            likely=(0.5, 2),
        ),
    ] = 1.0
    nominated: Annotated[float, Param("share", 0, 1, "share of the sample that the authority nominates")] = 0.0
    nominated_odds: Annotated[
        float, Param("ratio", 0.05, 1, "odds that a nominated case is poor, against any other")
    ] = 0.5
    leniency_spread: Annotated[
        float,
        Param(
            "logit",
            0,
            0.6,
            "spread of leniency between inspectors",
            "calibrated",
            "4.5 against 5.9 % inadequate by inspector: Bokhove, Jerrim and Sims 2023",
        ),
    ] = 0.3
    clustering: Annotated[
        float,
        Param("icc", 0, 0.2, "correlation of the cases of one sample", "calibrated", "grades 2014-17: 2/34/43/22 %"),
    ] = 0.033
    stratified: Annotated[
        float,
        Param(
            "0-1",
            0,
            1,
            "how far the sample is spread evenly over teams: takes that share of the correlation away",
            "assumed",
            "'practitioner and team': inspection handbook 2017",
        ),
    ] = 0.0
    adaptive_cases: Annotated[
        float,
        Param(
            "cases",
            0,
            100,
            "further cases where the first ones lie near the limit of a grade (0 is never)",
            "assumed",
            "'may need to exceed 30': inspection handbook 2017",
            whole=True,
        ),
    ] = 0.0
    adaptive_margin: Annotated[
        float, Param("share", 0, 0.2, "how near to a limit the first cases must lie for that")
    ] = 0.05
    snapshots: Annotated[
        float,
        Param(
            "visits",
            1,
            12,
            "visits on different days, by different inspectors, that one judgement rests on",
            whole=True,
        ),
    ] = 1.0
    appeals: Annotated[
        float,
        Param(
            "0-1",
            0,
            1,
            "chance that an authority challenges a judgement of requires improvement or worse",
            "assumed",
            "'an opportunity to challenge any findings': Ofsted's reply of 2017",
        ),
    ] = 0.0
    narrative: Annotated[
        float,
        Param("0-1", 0, 1, "how far a report in words takes the place of a label: 0 label only, 1 words only"),
    ] = 0.0
    narrative_full: Annotated[
        float,
        Param("share", 0.34, 1, "share of poor cases from which a report in words bites as hard as 'inadequate'"),
    ] = 0.5
    monitoring_weeks: Annotated[
        float,
        Param(
            "weeks",
            4,
            52,
            "time between monitoring visits while the grade is inadequate",
            "measured",
            "quarterly: a public log of reports after inadequate grades, 2016",
            whole=True,
        ),
    ] = 13.0
    transient_spread: Annotated[float, Param("logit", 0, 0.6, "spread of passing states that a snapshot catches")] = 0.2
    transient_memory: Annotated[float, Param("weeks", 2, 52, "how long such a state lasts")] = 8.0
    disclosure: Annotated[float, Param("logit", 0, 1, "how openly shown problems count against the authority")] = 0.3
    exposure: Annotated[float, Param("share", 0, 0.5, "chance that full dressing up is exposed at a visit")] = 0.1
    limit_outstanding: Annotated[
        float,
        Param(
            "share", 0, 1, "below this share of poor cases: outstanding", "calibrated", "grades 2014-17: 2/34/43/22 %"
        ),
    ] = 0.02
    limit_good: Annotated[
        float, Param("share", 0, 1, "below this share: good", "calibrated", "grades 2014-17: 2/34/43/22 %")
    ] = 0.15
    limit_inadequate: Annotated[
        float, Param("share", 0, 1, "from this share on: inadequate", "calibrated", "grades 2014-17: 2/34/43/22 %")
    ] = 0.33
    imposed: Annotated[
        float, Param("code", -1, 3, "a grade published whatever the evidence, for experiments (-1 none)", whole=True)
    ] = -1.0
    gaming_ref: Annotated[
        float,
        Param("0-1", 0, 1, "reference dressing up", "calibrated", "mean of the baseline's steady state"),
    ] = 0.21
    threat_ref: Annotated[
        float,
        Param(
            "0-1",
            0,
            1,
            "reference threat: the mean of the default regime",
            "calibrated",
            "mean threat in the baseline's steady state",
        ),
    ] = 0.39
