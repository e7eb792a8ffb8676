"""Inspection: when visits come, what sample they draw, which grade falls (E30 to E33)."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from redbead import dice
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import world as log
from redbead.state.authority import (
    GOOD,
    INADEQUATE,
    NONE_YET,
    OUTSTANDING,
    REQUIRES_IMPROVEMENT,
    Ledger,
    Oversight,
    Service,
)
from redbead.state.maths import approach, logistic, logit
from redbead.state.types import NEVER
from redbead.state.world import Diary, Now, note


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
            likely=(52, 130),
        ),
    ] = 91.0
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
        float, Param("share", 0.01, 0.9, "share of poor cases at visible quality 1", likely=(0.1, 0.3))
    ] = 0.20
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
    clustering: Annotated[float, Param("icc", 0, 0.2, "correlation of the cases of one sample")] = 0.05
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
    ] = 0.20
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
    ] = 0.36


@rule
def stakes_in_force(c: Inspection) -> float:
    """Stakes where there are visits, otherwise 0. [0-1]"""
    return c.stakes * c.visits


@rule
def threat(weeks_since: float, inadequate: bool, c: Inspection) -> float:
    """How near and how dangerous the next judgement is (E30). [0-1]

    >>> threat(156.0, True, Inspection(stakes=0.0))
    0.0
    >>> threat(200.0, False, Inspection()) > threat(10.0, False, Inspection())
    True
    """
    due = logistic((weeks_since - 0.7 * c.cycle_weeks) / 13.0)
    return stakes_in_force(c) * (0.4 + 0.3 * due + (0.3 if inadequate else 0.0))


@rule
def poor_share(
    visible: float, transient: float, leniency: float, odds: float, disclosed: float, c: Inspection
) -> float:
    """Chance that a tracked case is judged poor (E31). [0-1]

    `visible` is visible quality [ratio]; `transient`, `leniency` and `disclosed` add on the logit scale; `odds` is the
    selection odds ratio of poor cases.

    >>> round(poor_share(1.0, 0.0, 0.0, 1.0, 0.0, Inspection()), 6)
    0.2
    """
    z = logit(c.poor_share) - c.poor_slope * (visible - 1.0) + math.log(odds)
    return logistic(z + transient + leniency + disclosed)


@rule
def grade_of(share: float, c: Inspection) -> int:
    """The grade for a share of poor cases (E32): 0 outstanding to 3 inadequate. [code]

    >>> [grade_of(s, Inspection()) for s in (0.0, 0.1, 0.2, 0.5)]
    [0, 1, 2, 3]
    """
    if share < c.limit_outstanding:
        return OUTSTANDING
    if share < c.limit_good:
        return GOOD
    return REQUIRES_IMPROVEMENT if share < c.limit_inadequate else INADEQUATE


@rule
def sampled_share(
    seed: np.uint64, name: int, week: int, who: int, n: int, usual: float, nominated: float, c: Inspection
) -> float:
    """Share of poor cases in a sample of `n`, for the draw `name`. [0-1]

    Drawn cases are poor with chance `usual`, those that the authority nominates with chance `nominated` [0-1].
    """
    chosen = int(c.nominated * n + 0.5)
    u, v = dice.pair(seed, name, week, who)
    poor = dice.beta_binomial(u, n - chosen, usual, c.clustering)
    if chosen > 0:
        poor += dice.beta_binomial(v, chosen, nominated, c.clustering)
    return poor / n


@kernel
def feel_threat(oversight: Oversight, c: Inspection, now: Now) -> None:
    """How threatening the next judgement is this week, and whether people prepare for it."""
    a = now.authority
    since = float(now.week - oversight.last_visit[a])
    oversight.threat[a] = threat(since, oversight.grade[a] == INADEQUATE, c)
    begin = oversight.next_visit[a]
    busy = begin - c.notice_weeks <= now.week < begin + c.visit_weeks
    oversight.preparing[a] = 1 if busy and c.visits > 0.0 else 0
    u = dice.uniform(now.seed, dice.TRANSIENT, now.week, a)
    step = approach(c.transient_memory)
    keep = 1.0 - step
    shock = c.transient_spread * math.sqrt(1.0 - keep * keep) * dice.normal(u)
    oversight.transient[a] = keep * oversight.transient[a] + shock


@kernel
def inspect(
    oversight: Oversight, service: Service, ledger: Ledger, diary: Diary, c: Inspection, candour: float, now: Now
) -> None:
    """Announce, carry out and judge a visit when it is due.

    `candour` is the credit that inspectors give for problems shown openly [0-1].
    """
    a = now.authority
    if c.visits <= 0.0:
        if oversight.next_visit[a] <= now.week:
            oversight.next_visit[a] = now.week + int(c.cycle_weeks)
        return
    if now.week == oversight.next_visit[a] - int(c.notice_weeks):
        note(diary, now, log.NOTICE, -1, -1, -1, -1, oversight.next_visit[a])
    if now.week < oversight.next_visit[a] + int(c.visit_weeks) - 1:
        return
    oversight.last_visit[a] = now.week
    ledger.inspections[a] += 1
    if c.graded > 0.0:
        oversight.pending[a] = judge(oversight, service, c, candour, now)
        oversight.publish_at[a] = now.week + int(c.publish_weeks)
    u = dice.uniform(now.seed, dice.VISIT_DATE, now.week, a)
    wait = c.cycle_weeks + c.cycle_spread * max(-2.0, min(2.0, dice.normal(u)))
    if oversight.pending[a] == INADEQUATE:
        wait = c.again_weeks
    oversight.next_visit[a] = now.week + max(int(c.visit_weeks) + int(c.publish_weeks) + 1, int(wait))


@kernel
def look_at_cases(
    oversight: Oversight, service: Service, name: int, n: int, candour: float, c: Inspection, now: Now
) -> float:
    """Share of poor cases that inspectors of their own leniency see in a sample of `n` (draw `name`). [0-1]"""
    a = now.authority
    leniency = c.leniency_spread * dice.normal(dice.uniform(now.seed, dice.INSPECTOR, now.week, a))
    shown = c.disclosure * ((1.0 - candour) * (1.0 - service.gaming[a]) - (1.0 - c.gaming_ref))
    moved = oversight.transient[a]
    usual = poor_share(service.visible[a], moved, leniency, c.odds_of_poor, shown, c)
    nominated = poor_share(service.visible[a], moved, leniency, c.nominated_odds, shown, c)
    return sampled_share(now.seed, name, now.week, a, n, usual, nominated, c)


@kernel
def judge(oversight: Oversight, service: Service, c: Inspection, candour: float, now: Now) -> int:
    """Draw the sample and give the grade; exposed dressing up is inadequate whatever the sample says. [code]"""
    a = now.authority
    share = look_at_cases(oversight, service, dice.SAMPLE, int(c.cases_tracked), candour, c, now)
    oversight.poor_seen[a] = share
    exposed = dice.uniform(now.seed, dice.EXPOSURE, now.week, a) < c.exposure * service.gaming[a]
    return INADEQUATE if exposed else grade_of(share, c)


@kernel
def publish(oversight: Oversight, service: Service, diary: Diary, c: Inspection, now: Now) -> bool:
    """Publish a pending grade when its week has come; True where the authority has just become inadequate."""
    a = now.authority
    if c.imposed >= 0.0 and oversight.imposing[a] == 0:
        oversight.pending[a] = int(c.imposed)
        oversight.publish_at[a] = now.week
        wait = c.again_weeks if oversight.pending[a] == INADEQUATE else c.cycle_weeks
        oversight.next_visit[a] = now.week + int(wait)
    oversight.imposing[a] = 1 if c.imposed >= 0.0 else 0
    if oversight.pending[a] == NONE_YET or now.week < oversight.publish_at[a]:
        return False
    before = oversight.grade[a]
    oversight.grade[a] = oversight.pending[a]
    oversight.pending[a] = NONE_YET
    note(diary, now, log.GRADED, -1, -1, -1, -1, oversight.grade[a])
    if oversight.grade[a] != INADEQUATE:
        oversight.inadequate_at[a] = NEVER
        oversight.test_at[a] = NEVER
        return False
    oversight.visible_then[a] = service.visible[a]
    if before != INADEQUATE:
        oversight.inadequate_at[a] = now.week
    return bool(before != INADEQUATE)
