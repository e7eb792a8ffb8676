"""Errors of the mean-field model: made, raised, put right, sanctioned and learnt from."""

from __future__ import annotations

import math

from redbead.behaviour import (
    conduct,
    error_generation,
    error_outcomes,
    formal_action,
    incidents,
    learning,
    manager_response,
    reporting,
    staffing,
)
from redbead.engine.mean_field_stocks import Means, smoothing
from redbead.parameters import Coefficients
from redbead.state.constants import REFERENCE_POSTS
from redbead.state.practice_errors import CONCEALED, DISCLOSED, MISCONDUCT, NOT_DISCLOSED, SLIP, VIOLATION


def step_errors(m: Means, c: Coefficients, perceived: float, pressure: float, dt: float) -> list[float]:
    """Update the stocks of errors; return the rates at which errors of each severity are raised. [errors/week]"""
    climate = error_generation.error_climate(
        m.disruption, m.defences - c.lessons.defences_ref, perceived - c.inspection.threat_ref,
        m.blame - c.blame.reference, c.practice,
    )  # fmt: skip
    rate = error_generation.error_rate(
        m.time_per_case / m.standard, m.burnout - c.practice.burnout_ref, m.skill - c.staffing.skill_ref,
        m.fear - c.practice.fear_ref, 0.0, climate, c.practice,
    )  # fmt: skip
    ratio, m.violation_share = _conduct(c, m.blame, pressure)
    generated = rate * ratio * m.cases
    recognised = error_generation.recognised_share(m.compliance - c.leadership.compliance_ref, 0.0, c.practice)
    later = c.practice.later * m.unrecognised
    decisions = generated * recognised + later
    shares = _severity_shares(m, c)
    chances = [
        reporting.willingness_to_report(m.fear, m.usefulness, pressure, m.norm, s, c.reporting) for s in (0.0, 1.0, 2.0)
    ]
    raised = [decisions * a * b for a, b in zip(shares, chances, strict=True)]
    escalated = [manager_response.escalates(m.manager_fear, m.usefulness, s, c.response) for s in (0.0, 1.0, 2.0)]
    reported = sum(a * b for a, b in zip(raised, escalated, strict=True))
    lost = (
        staffing.chance_of_leaving(m.burnout, m.fear, 0.0, m.disruption, c.staffing.newcomer_weeks, c.staffing)
        * m.concealed
    )
    m.willingness_to_report, m.errors_generated, m.errors_reported = chances[1], generated, reported
    inflows = (generated * (1.0 - recognised) - later + lost, decisions - sum(raised) - lost, sum(raised) - reported)
    _resolve_errors(m, c, inflows, pressure, dt)
    m.norm += (sum(raised) / max(1e-12, decisions) - m.norm) * dt / c.reporting.norm_memory
    return raised


def _conduct(c: Coefficients, blaming: float, pressure: float) -> tuple[float, float]:
    """Return the error rate relative to that without violations, and the share of violations among errors.

    Perceptions equal the true chances.
    """
    detected = error_outcomes.first_chance_of_detection(c.aftermath)
    honest = manager_response.responds_with_blame(blaming, c.response)
    ratio = manager_response.sanction_ratio(1, NOT_DISCLOSED, False, c.response)
    slip, known = (
        manager_response.chance_of_sanction(honest, kind, ratio, False, c.response) for kind in (SLIP, VIOLATION)
    )
    violations = c.conduct.violations * conduct.violation_ratio(
        1.0, pressure, known, conduct.deterrent(detected, known, c.conduct), c.conduct
    )
    deterred = math.exp(-c.conduct.deter_slips * conduct.deterrent(detected, slip, c.conduct))
    total = (1.0 - c.conduct.violations) * deterred + violations
    return total, violations / total


def _conduct_shares(m: Means, c: Coefficients) -> tuple[float, float, float]:
    """Return the shares of slips, violations and misconduct among errors."""
    careful = 1.0 - c.practice.culpable
    return careful * (1.0 - m.violation_share), careful * m.violation_share, c.practice.culpable


def _hazards(m: Means, c: Coefficients) -> list[error_outcomes.Hazards]:
    """Return the hazards of hidden errors of each severity, averaged over their conduct."""
    shares = _conduct_shares(m, c)
    by_severity = []
    for s in range(3):
        each = [error_outcomes.hazards_of(s, k, 0, 0.0, 0.0, c.aftermath) for k in range(3)]
        harm = sum(share * h.harm for share, h in zip(shares, each, strict=True))
        by_severity.append(each[0]._replace(harm=harm))
    return by_severity


def _severity_shares(m: Means, c: Coefficients) -> tuple[float, float, float]:
    """Return the shares of near misses, ordinary errors and serious errors."""
    serious = error_generation.serious_share(m.defences - c.lessons.defences_ref, c.practice)
    return c.practice.near_misses, 1.0 - c.practice.near_misses - serious, serious


def _resolve_errors(m: Means, c: Coefficients, inflows: tuple[float, float, float], pressure: float, dt: float) -> None:
    """Add the inflows to the stocks of hidden errors, and let errors cause harm, be discovered, end and be put right.

    All stocks have the mix of severities with which errors are made.
    """
    shares = _severity_shares(m, c)
    each = _hazards(m, c)
    harm = sum(share * h.harm for share, h in zip(shares, each, strict=True))
    discovery = sum(share * h.discovery for share, h in zip(shares, each, strict=True))
    grave = sum(
        share * h.harm * error_outcomes.share_of_serious_incidents(s, c.aftermath)
        for s, (share, h) in enumerate(zip(shares, each, strict=True))
    )
    m.errors_harmful = harm * (m.hidden + m.unrepaired)
    posts, usual = c.authority.posts, c.authority.caseload * c.authority.posts
    m.serious = grave * (m.hidden + m.unrepaired) * (1.0 - c.incidents.without_error)
    m.serious += incidents.expected_without_error(m.cases, usual, posts, c.incidents)
    m.incidents += dt * m.serious * REFERENCE_POSTS / posts - m.incidents * smoothing(c.publicity.incident_memory, dt)
    m.discovered = discovery * m.hidden
    repair = [error_outcomes.repair_hazard(k, pressure, c.aftermath) for k in range(4)]
    left = [min(1.0, dt * (harm + discovery + c.aftermath.expires + pace)) for pace in repair]
    m.unrecognised += dt * inflows[0] - left[0] * m.unrecognised
    m.concealed += dt * inflows[1] - left[1] * m.concealed
    m.suppressed += dt * inflows[2] - left[2] * m.suppressed
    if repair[3] >= error_outcomes.AT_ONCE:
        m.unrepaired = 0.0
    else:
        pace = harm + c.aftermath.expires + repair[3]
        known = m.errors_reported + m.discovered
        m.unrepaired += (known / pace - m.unrepaired) * (1.0 - math.exp(-pace * dt))


def _share_with_strike(m: Means, c: Coefficients) -> float:
    """Return the share of staff with a strike within the window: a known error, or a finding of formal action."""
    strikes = m.known
    if c.formal.duration > 0.0:
        upheld = (formal_action.chance_of_finding(kind, c.formal) for kind in (SLIP, VIOLATION))
        strikes = sum(n * p for n, p in zip((m.sanctions - m.just_sanctions, m.just_sanctions), upheld, strict=True))
    return 1.0 - math.exp(-strikes / max(1e-9, m.staff) * c.response.strike_window)


def _known_errors(m: Means, c: Coefficients, raised: list[float]) -> tuple[float, float]:
    """Return the rate at which errors become known to managers [errors/week] and their mean ratio of sanctions."""
    known = weighted = 0.0
    hazards = _hazards(m, c)
    for s, share in enumerate(_severity_shares(m, c)):
        h = hazards[s]
        events = [(raised[s], DISCLOSED, False)]
        for stock, disclosure in ((m.unrecognised, NOT_DISCLOSED), (m.concealed, CONCEALED), (m.suppressed, DISCLOSED)):
            events += [(share * h.discovery * stock, disclosure, False), (share * h.harm * stock, disclosure, True)]
        for rate, disclosure, harmed in events:
            known += rate
            weighted += rate * manager_response.sanction_ratio(s, disclosure, harmed, c.response)
    return known, weighted / max(1e-12, known)


def update_sanctions(m: Means, c: Coefficients, raised: list[float]) -> None:
    """Update the sanctions and reproaches per week: for known errors, and for case holders after an incident."""
    blaming = manager_response.responds_with_blame(m.blame, c.response)
    m.known, ratio = _known_errors(m, c, raised)
    repeated = _share_with_strike(m, c)
    by_conduct = [
        m.known * share * (
            (1.0 - repeated) * manager_response.chance_of_sanction(blaming, kind, ratio, False, c.response)
            + repeated * manager_response.chance_of_sanction(blaming, kind, ratio, True, c.response)
        )
        for kind, share in zip((SLIP, VIOLATION, MISCONDUCT), _conduct_shares(m, c), strict=True)
    ]  # fmt: skip
    m.just_sanctions = by_conduct[1] + by_conduct[2]
    m.reproaches = (m.known - sum(by_conduct)) * c.response.reproach * m.blame
    with_case_holder = m.serious - c.incidents.not_open * c.incidents.without_error * m.serious
    after_incident = with_case_holder * formal_action.chance_after_incident(m.blame, False, c.formal)
    m.sanctions = sum(by_conduct) + after_incident


def step_learning(m: Means, c: Coefficients, dt: float) -> None:
    """Analyse reports within the available hours; update defences and the usefulness of reporting."""
    capacity = c.lessons.capacity * c.workload.hours * m.staff / c.lessons.hours_per_report
    shares = _severity_shares(m, c)
    discovered = m.discovered if c.lessons.discovered > 0.0 else 0.0
    arriving = m.errors_reported + discovered
    capacity /= shares[0] * c.lessons.hours_near_miss + 1.0 - shares[0]
    analysed = min(arriving + m.queue / dt, capacity)
    m.queue += dt * (arriving - analysed)
    worth = sum(share * learning.worth_of_lesson(s, True, c.lessons) for s, share in enumerate(shares))
    reports = m.errors_reported / max(1e-12, arriving)
    worth *= reports + (1.0 - reports) * c.lessons.discovered
    quality = learning.analysis_quality(m.blame, c.lessons)
    time = m.improving * m.staff / c.authority.posts
    info = c.inspection.information * c.inspection.visits / c.inspection.cycle_weeks
    reviewed = m.incidents / c.publicity.incident_memory
    gain = learning.learning_rate(analysed * worth, reviewed, quality, 0.0, c.authority.posts, time, info, c.lessons)
    loss = learning.forgetting_rate(m.leavers / max(1e-9, m.permanent), c.lessons)
    m.defences += dt * ((1.0 - m.defences) * gain - m.defences * loss)
    m.reports += (m.errors_reported - m.reports) * smoothing(c.lessons.answer_memory, dt)
    m.answers += (analysed * reports - m.answers) * smoothing(c.lessons.answer_memory, dt)
    target = learning.usefulness_target(quality, (m.answers + 1e-9) / (m.reports + 1e-9), c.lessons)
    m.usefulness += (target - m.usefulness) * dt / c.lessons.useful_memory
