"""The visit: announced, carried out, judged, challenged, published, and followed by monitoring visits."""

from __future__ import annotations

import math

from redbead import rng
from redbead.jit import kernel
from redbead.oversight.inspection.parameters import Inspection
from redbead.oversight.inspection.rules import (
    grade_of,
    lowest_share,
    near_a_limit,
    noise_left,
    pooled,
    poor_share,
    report_severity,
    sampled_share,
    threat,
)
from redbead.state import world
from redbead.state.authority import Oversight, Service, WeeklyCounts
from redbead.state.constants import INADEQUATE, NEVER, NONE_YET, REQUIRES_IMPROVEMENT
from redbead.state.maths import approach
from redbead.state.world import EventLog, WeekContext, log_event


@kernel
def update_threat(oversight: Oversight, c: Inspection, now: WeekContext) -> None:
    """How threatening the next judgement is this week, and whether people prepare for it."""
    a = now.authority
    since = float(now.week - oversight.last_visit[a])
    oversight.threat[a] = threat(since, oversight.report_severity[a], c)
    begin = oversight.next_visit[a]
    busy = begin - c.notice_weeks <= now.week < begin + c.visit_weeks or now.week == oversight.monitor_at[a]
    oversight.preparing[a] = 1 if busy and c.visits > 0.0 else 0
    u = rng.uniform(now.seed, rng.TRANSIENT, now.week, a)
    step = approach(c.transient_memory)
    keep = 1.0 - step
    shock = c.transient_spread * math.sqrt(1.0 - keep * keep) * rng.normal(u)
    oversight.transient[a] = keep * oversight.transient[a] + shock


@kernel
def inspect(
    oversight: Oversight,
    service: Service,
    counts: WeeklyCounts,
    event_log: EventLog,
    c: Inspection,
    candour: float,
    now: WeekContext,
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
        log_event(event_log, now, world.NOTICE, -1, -1, -1, -1, oversight.next_visit[a])
    if now.week < oversight.next_visit[a] + int(c.visit_weeks) - 1:
        return
    oversight.last_visit[a] = now.week
    counts.inspections[a] += 1
    if c.graded > 0.0:
        oversight.pending[a] = judge(oversight, service, counts, c, candour, now)
        oversight.publish_at[a] = now.week + int(c.publish_weeks)
    u = rng.uniform(now.seed, rng.VISIT_DATE, now.week, a)
    wait = c.cycle_weeks + c.cycle_spread * max(-2.0, min(2.0, rng.normal(u)))
    if oversight.pending[a] == INADEQUATE:
        wait = c.again_weeks
    oversight.next_visit[a] = now.week + max(int(c.visit_weeks) + int(c.publish_weeks) + 1, int(wait))


@kernel
def as_seen(
    oversight: Oversight,
    service: Service,
    strictness: float,
    snapshots: float,
    candour: float,
    c: Inspection,
    now: WeekContext,
) -> tuple[float, float]:
    """Chance that a drawn case, and a nominated one, is judged poor by inspectors of a `strictness` [sd]. [0-1]

    A judgement that rests on several `snapshots` [visits] averages leniency and passing states over them.
    """
    a = now.authority
    noise = noise_left(snapshots)
    leniency = c.leniency_spread * noise * strictness
    shown = c.disclosure * ((1.0 - candour) * (1.0 - service.gaming[a]) - (1.0 - c.gaming_ref))
    moved = oversight.transient[a] * noise
    usual = poor_share(service.visible[a], moved, leniency, c.odds_of_poor, shown, c)
    return usual, poor_share(service.visible[a], moved, leniency, c.nominated_odds, shown, c)


@kernel
def look_at_cases(
    oversight: Oversight, service: Service, name: int, n: int, candour: float, c: Inspection, now: WeekContext
) -> float:
    """Share of poor cases that inspectors of their own leniency see in a sample of `n` on one visit. [0-1]"""
    strictness = rng.normal(rng.uniform(now.seed, rng.INSPECTOR, now.week, now.authority))
    usual, nominated = as_seen(oversight, service, strictness, 1.0, candour, c, now)
    return sampled_share(now.seed, name, now.week, now.authority, n, usual, nominated, c)


@kernel
def judge(
    oversight: Oversight, service: Service, counts: WeeklyCounts, c: Inspection, candour: float, now: WeekContext
) -> int:
    """Draw the sample and give the grade; exposed dressing up is inadequate whatever the sample says. [code]

    Near the limit of a grade the same inspectors look at further cases, where the regime asks for it, and the pooled
    share decides.
    """
    a = now.authority
    strictness = rng.normal(rng.uniform(now.seed, rng.INSPECTOR, now.week, a))
    usual, nominated = as_seen(oversight, service, strictness, c.snapshots, candour, c, now)
    n = int(c.cases_tracked)
    more = int(c.adaptive_cases)
    share = sampled_share(now.seed, rng.SAMPLE, now.week, a, n, usual, nominated, c)
    if more > 0 and near_a_limit(share, c):
        further = sampled_share(now.seed, rng.MORE_CASES, now.week, a, more, usual, nominated, c)
        share = pooled(share, n, further, more)
        n += more
    oversight.poor_seen[a] = share
    if rng.uniform(now.seed, rng.EXPOSURE, now.week, a) < c.exposure * service.gaming[a]:
        return INADEQUATE
    oversight.poor_seen[a] = hear_appeal(oversight, service, counts, share, n, candour, c, now)
    return grade_of(oversight.poor_seen[a], c)


@kernel
def hear_appeal(
    oversight: Oversight, service: Service, counts: WeeklyCounts,
    share: float, n: int, candour: float, c: Inspection, now: WeekContext,
) -> float:  # fmt: skip
    """Share of poor cases on which the judgement rests once the authority has, or has not, challenged it. [0-1]

    Before publication an authority may challenge a judgement of requires improvement or worse. Other inspectors, in the
    same weeks, look at a fresh sample of the usual size; both samples count together, and the outcome can only be
    milder. It is upheld where the grade rises.
    """
    a = now.authority
    u, v = rng.pair(now.seed, rng.APPEAL, now.week, a)
    before = grade_of(share, c)
    if u >= c.appeals or before < REQUIRES_IMPROVEMENT:
        return share
    more = int(c.cases_tracked)
    usual, nominated = as_seen(oversight, service, rng.normal(v), c.snapshots, candour, c, now)
    further = sampled_share(now.seed, rng.APPEAL_SAMPLE, now.week, a, more, usual, nominated, c)
    after = min(share, pooled(share, n, further, more))
    counts.appeals[a] += 1
    counts.appeals_upheld[a] += grade_of(after, c) < before
    return after


@kernel
def publish(
    oversight: Oversight, service: Service, counts: WeeklyCounts, event_log: EventLog, c: Inspection, now: WeekContext
) -> float:
    """Publish a pending grade when its week has come; gives how much harder it bites than the last report. [0-1]

    Under a label that is 1 where the authority has just become inadequate, and otherwise 0. An imposed grade stands for
    a sample at its lowest share of poor cases.
    """
    a = now.authority
    if c.imposed >= 0.0 and oversight.imposing[a] == 0:
        oversight.pending[a] = int(c.imposed)
        oversight.poor_seen[a] = lowest_share(oversight.pending[a], c)
        oversight.publish_at[a] = now.week
        wait = c.again_weeks if oversight.pending[a] == INADEQUATE else c.cycle_weeks
        oversight.next_visit[a] = now.week + int(wait)
    oversight.imposing[a] = 1 if c.imposed >= 0.0 else 0
    if oversight.pending[a] == NONE_YET or now.week < oversight.publish_at[a]:
        return 0.0
    before = oversight.grade[a]
    bitten = float(oversight.report_severity[a])
    counts.judgements[a] += 1
    oversight.grade[a] = oversight.pending[a]
    oversight.pending[a] = NONE_YET
    oversight.report_severity[a] = report_severity(oversight.grade[a], oversight.poor_seen[a], c)
    oversight.narrated[a] = c.narrative
    log_event(event_log, now, world.GRADED, -1, -1, -1, -1, oversight.grade[a])
    if oversight.grade[a] != INADEQUATE:
        oversight.inadequate_at[a] = NEVER
        oversight.test_at[a] = NEVER
        oversight.monitor_at[a] = NEVER
    else:
        oversight.visible_then[a] = service.visible[a]
        if before != INADEQUATE:
            oversight.inadequate_at[a] = now.week
    return max(0.0, float(oversight.report_severity[a]) - bitten)


@kernel
def monitor(
    oversight: Oversight,
    service: Service,
    counts: WeeklyCounts,
    cases: int,
    candour: float,
    c: Inspection,
    now: WeekContext,
) -> None:
    """A monitoring visit, when one is due: its small sample of `cases` is the latest word on an inadequate service."""
    a = now.authority
    if now.week != oversight.monitor_at[a]:
        return
    oversight.monitor_at[a] = now.week + int(c.monitoring_weeks)
    if c.visits > 0.0:
        oversight.monitored[a] = look_at_cases(oversight, service, rng.MONITORING, cases, candour, c, now)
        counts.monitoring_visits[a] += 1
