"""Kernels of inspection: notice, visit, judgement, appeal, publication, and monitoring visits.

A visit ends in a pending grade, which is published some weeks later. An authority with an inadequate grade receives
monitoring visits until a better grade is published.
"""

from __future__ import annotations

import math

from redbead import rng
from redbead.jit import kernel
from redbead.oversight.inspection.judgement import grade_of, lowest_share, near_grade_limit, report_severity, threat
from redbead.oversight.inspection.parameters import Inspection
from redbead.oversight.inspection.sampling import averaging_factor, pooled_share, poor_share, sampled_share
from redbead.state import world
from redbead.state.authority import Oversight, Service, WeeklyCounts
from redbead.state.constants import INADEQUATE, NEVER, NONE_YET, REQUIRES_IMPROVEMENT
from redbead.state.maths import approach
from redbead.state.world import EventLog, WeekContext, log_event


@kernel
def update_threat(oversight: Oversight, c: Inspection, now: WeekContext) -> None:
    r"""Update the perceived threat of inspection, the weeks of preparation, and the passing state of the service.

    Writes ``oversight.threat`` (E30), ``oversight.preparing`` and ``oversight.transient``.

    Notes
    -----
    Preparation (E33) lasts from the notice to the end of the visit, and includes the week of a monitoring visit. The
    passing state is a first-order autoregressive process (E190):

    .. math:: \tau_{t+1} = k\,\tau_t + \sigma \sqrt{1 - k^2}\, z, \quad k = e^{-1/m}

    where :math:`m` is the time constant and :math:`z` is standard normal. In the long run, the standard deviation of
    the process is :math:`\sigma`.
    """
    a = now.authority
    since = float(now.week - oversight.last_visit[a])
    oversight.threat[a] = threat(since, oversight.report_severity[a], c)
    start = oversight.next_visit[a]
    busy = start - c.notice_weeks <= now.week < start + c.visit_weeks or now.week == oversight.monitor_at[a]
    oversight.preparing[a] = 1 if busy and c.visits > 0.0 else 0
    u = rng.uniform(now.seed, rng.TRANSIENT, now.week, a)
    step = approach(c.transient_memory)
    kept = 1.0 - step
    innovation = c.transient_spread * math.sqrt(1.0 - kept * kept) * rng.normal(u)
    oversight.transient[a] = kept * oversight.transient[a] + innovation


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
    """Announce and carry out the scheduled visit, judge the service, and schedule the next visit.

    Updates the dates and the pending grade in ``oversight``, and ``counts.inspections``. If inspectors do not visit,
    the date of the next visit is postponed by one cycle.

    Parameters
    ----------
    candour : float
        Credit that inspectors give for openly disclosed problems. [0-1]
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
def poor_case_probabilities(
    oversight: Oversight,
    service: Service,
    strictness: float,
    snapshots: float,
    candour: float,
    c: Inspection,
    now: WeekContext,
) -> tuple[float, float]:
    r"""Probabilities that a case selected by inspectors, and a nominated case, are judged poor.

    Parameters
    ----------
    strictness : float
        Severity of these inspectors compared with the average. [sd]
    snapshots : float
        Number of visits over which leniency and passing states are averaged. [visits]
    candour : float
        Credit that inspectors give for openly disclosed problems. [0-1]

    Returns
    -------
    tuple of float
        Probability for a selected case and for a nominated case. [0-1]

    Notes
    -----
    The effect of disclosure in E31 is

    .. math:: d = \delta \left[(1 - \kappa)(1 - G) - (1 - G_0)\right]

    where :math:`\kappa` is the credit for candour, :math:`G` the level of gaming and :math:`G_0` its reference. It is 0
    without credit at the reference level of gaming.
    """
    a = now.authority
    averaged = averaging_factor(snapshots)
    leniency = c.leniency_spread * averaged * strictness
    disclosed = c.disclosure * ((1.0 - candour) * (1.0 - service.gaming[a]) - (1.0 - c.gaming_ref))
    transient = oversight.transient[a] * averaged
    usual = poor_share(service.visible[a], transient, leniency, c.odds_of_poor, disclosed, c)
    return usual, poor_share(service.visible[a], transient, leniency, c.nominated_odds, disclosed, c)


@kernel
def sample_cases(
    oversight: Oversight, service: Service, name: int, n: int, candour: float, c: Inspection, now: WeekContext
) -> float:
    """Share of poor cases that one team of inspectors observes at one visit.

    Parameters
    ----------
    name : int
        Number of the draw, such as ``rng.MONITORING``.
    n : int
        Cases in the sample. [cases]
    candour : float
        Credit that inspectors give for openly disclosed problems. [0-1]

    Returns
    -------
    float
        Share of poor cases. [0-1]
    """
    strictness = rng.normal(rng.uniform(now.seed, rng.INSPECTOR, now.week, now.authority))
    usual, nominated = poor_case_probabilities(oversight, service, strictness, 1.0, candour, c, now)
    return sampled_share(now.seed, name, now.week, now.authority, n, usual, nominated, c)


@kernel
def judge(
    oversight: Oversight, service: Service, counts: WeeklyCounts, c: Inspection, candour: float, now: WeekContext
) -> int:
    """Draw a sample of cases and return the grade.

    Near a grade limit, an adaptive regime lets the same inspectors draw a second sample, and the pooled share decides.
    Gaming that is exposed leads to an inadequate grade regardless of the sample. The share of poor cases is stored in
    ``oversight.poor_seen``.

    Returns
    -------
    int
        Grade, 0 outstanding to 3 inadequate. [code]
    """
    a = now.authority
    strictness = rng.normal(rng.uniform(now.seed, rng.INSPECTOR, now.week, a))
    usual, nominated = poor_case_probabilities(oversight, service, strictness, c.snapshots, candour, c, now)
    n = int(c.cases_tracked)
    more = int(c.adaptive_cases)
    share = sampled_share(now.seed, rng.SAMPLE, now.week, a, n, usual, nominated, c)
    if more > 0 and near_grade_limit(share, c):
        further = sampled_share(now.seed, rng.MORE_CASES, now.week, a, more, usual, nominated, c)
        share = pooled_share(share, n, further, more)
        n += more
    oversight.poor_seen[a] = share
    if rng.uniform(now.seed, rng.EXPOSURE, now.week, a) < c.exposure * service.gaming[a]:
        return INADEQUATE
    oversight.poor_seen[a] = apply_appeal(oversight, service, counts, share, n, candour, c, now)
    return grade_of(oversight.poor_seen[a], c)


@kernel
def apply_appeal(
    oversight: Oversight, service: Service, counts: WeeklyCounts,
    share: float, n: int, candour: float, c: Inspection, now: WeekContext,
) -> float:  # fmt: skip
    """Share of poor cases on which the judgement is based, after a possible appeal.

    An authority may challenge a judgement of requires improvement or worse before publication. Other inspectors then
    draw a new sample of the usual size in the same weeks. Both samples are pooled, and the appeal cannot worsen the
    outcome. It is upheld if the grade improves. Updates ``counts.appeals`` and ``counts.appeals_upheld``.

    Parameters
    ----------
    share : float
        Share of poor cases in the first sample. [0-1]
    n : int
        Size of the first sample. [cases]

    Returns
    -------
    float
        Share of poor cases. [0-1]
    """
    a = now.authority
    u, v = rng.pair(now.seed, rng.APPEAL, now.week, a)
    before = grade_of(share, c)
    if u >= c.appeals or before < REQUIRES_IMPROVEMENT:
        return share
    more = int(c.cases_tracked)
    usual, nominated = poor_case_probabilities(oversight, service, rng.normal(v), c.snapshots, candour, c, now)
    further = sampled_share(now.seed, rng.APPEAL_SAMPLE, now.week, a, more, usual, nominated, c)
    after = min(share, pooled_share(share, n, further, more))
    counts.appeals[a] += 1
    counts.appeals_upheld[a] += grade_of(after, c) < before
    return after


@kernel
def publish(
    oversight: Oversight, service: Service, counts: WeeklyCounts, event_log: EventLog, c: Inspection, now: WeekContext
) -> float:
    """Publish a pending grade in its scheduled week and return the increase of the report's severity.

    An imposed grade is published once, with the smallest share of poor cases that leads to it. Updates the grade, its
    dates and its severity in ``oversight``, and ``counts.judgements``.

    Returns
    -------
    float
        Increase of the severity since the last report. With grades it is 1 if the authority has just become inadequate
        and 0 otherwise. [0-1]
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
    severity_before = float(oversight.report_severity[a])
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
    return max(0.0, float(oversight.report_severity[a]) - severity_before)


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
    """Carry out a monitoring visit in its scheduled week and schedule the next one.

    Writes the share of poor cases to ``oversight.monitored`` and updates ``counts.monitoring_visits``.

    Parameters
    ----------
    cases : int
        Cases in the sample of a monitoring visit. [cases]
    """
    a = now.authority
    if now.week != oversight.monitor_at[a]:
        return
    oversight.monitor_at[a] = now.week + int(c.monitoring_weeks)
    if c.visits > 0.0:
        oversight.monitored[a] = sample_cases(oversight, service, rng.MONITORING, cases, candour, c, now)
        counts.monitoring_visits[a] += 1
