"""Mean-field model: the system-dynamics form of the model, with expectations in place of random draws.

The same scalar rules are applied to an average worker, manager and leader. The model has stocks, flows and a step of
integration that can be reduced. It tests the numerical integration (halving the step must change little) and the
aggregation (results must agree with the mean of the agents).

Simplifications: visits take place exactly once per cycle and publish no grade. Scandals, structural change, prevention,
local improvement by teams, and the loss of culture when directors leave are not included. Violations count in the
error rate, at perceptions equal to the true chances; their harm, concealment and sanctions are those of slips.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np

from redbead.behaviour import (
    blame,
    burnout,
    conduct,
    error_generation,
    error_outcomes,
    fear,
    learning,
    manager_response,
    reporting,
    staffing,
    workload,
)
from redbead.behaviour.leadership import attention, attention_to_staff, gaming_target
from redbead.dynamics.demand import referral_rate
from redbead.dynamics.quality import continuity, true_quality, visible_quality
from redbead.oversight.inspection import effective_stakes, threat
from redbead.parameters import Coefficients, coefficients
from redbead.scenario.scenario import Scenario
from redbead.scenario.schedule import schedule
from redbead.state.constants import REFERENCE_POSTS, Reals
from redbead.state.maths import log_pressure, spread_over
from redbead.state.practice_errors import CONCEALED, DISCLOSED, MISCONDUCT, NOT_DISCLOSED, SLIP, VIOLATION


@dataclass
class Means:
    """Stocks, levels and flows of an average authority; flows are per week."""

    cases: float
    permanent: float
    agency: float
    skill: float
    burnout: float
    fear: float
    manager_fear: float
    leader_fear: float
    blame: float
    usefulness: float
    defences: float
    norm: float
    compliance: float
    gaming: float
    disruption: float
    incidents: float
    reports: float
    answers: float
    unrecognised: float
    concealed: float
    suppressed: float
    queue: float
    unrepaired: float = 0.0
    improving: float = 0.0
    known: float = 0.0
    discovered: float = 0.0
    errors_harmful: float = 0.0
    standard: float = 1.0
    recent_closures: float = 0.0
    quality: float = 1.0
    visible: float = 1.0
    work_pressure: float = 1.0
    time_per_case: float = 1.0
    willingness_to_report: float = 0.0
    errors_generated: float = 0.0
    errors_reported: float = 0.0
    sanctions: float = 0.0
    leavers: float = 0.0

    @property
    def staff(self) -> float:
        """People in post. [people]"""
        return self.permanent + self.agency

    @property
    def hidden(self) -> float:
        """Hidden errors. [errors]"""
        return self.unrecognised + self.concealed + self.suppressed


def mean_field(scenario: Scenario, dt: float = 1.0) -> dict[str, Reals]:
    """Solve the mean-field model of a scenario.

    Parameters
    ----------
    scenario : Scenario
        Resolved scenario.
    dt : float, optional
        Step of integration: 1, or a fraction with a whole number of steps per week. [weeks]

    Returns
    -------
    dict of str to numpy.ndarray
        Weekly means after the warm-up for each field of :class:`Means`, and for ``staff``, ``hidden``, ``turnover`` and
        ``caseload``. Shape [weeks].

    Examples
    --------
    >>> from redbead.scenario.loader import load
    >>> means = mean_field(load("baseline").set({"time.years": 1, "time.warm_up_years": 0}))
    >>> means["fear"].shape
    (52,)
    """
    parameters = schedule(scenario)
    steps = round(1.0 / dt)
    m = _initial_means(coefficients(parameters.rows[parameters.of_week[0]]))
    weeks = []
    for t, row in enumerate(parameters.of_week):
        c = coefficients(parameters.rows[row])
        steps_of_week = []
        for k in range(steps):
            _step(m, c, t + k * dt, dt)
            steps_of_week.append([*asdict(m).values(), m.staff, m.hidden])
        weeks.append(np.mean(steps_of_week, axis=0))
    table = np.array(weeks[scenario.warm_up_weeks :])
    names = [*asdict(m), "staff", "hidden"]
    means = {name: table[:, k] for k, name in enumerate(names)}
    means["turnover"] = means["leavers"] * 52.0 / means["permanent"]
    means["caseload"] = means["cases"] / means["staff"]
    return means


def _initial_means(c: Coefficients) -> Means:
    posts = c.authority.posts
    filled = staffing.initial_filled_share(c.staffing)
    return Means(
        cases=c.authority.caseload * posts, permanent=filled * posts,
        agency=c.staffing.agency_cover * (1.0 - filled) * posts, skill=c.staffing.skill_ref,
        burnout=c.burnout.reference, fear=c.fear.reference, manager_fear=c.fear.reference,
        leader_fear=c.fear.reference, blame=c.blame.own, usefulness=c.reporting.usefulness_ref,
        defences=c.lessons.defences_ref, norm=c.reporting.norm_ref, compliance=c.leadership.compliance_ref,
        gaming=c.inspection.gaming_ref, disruption=0.0, incidents=0.0, reports=1.0, answers=1.0, unrecognised=0.0,
        concealed=0.0, suppressed=0.0, queue=0.0, recent_closures=c.demand.arrivals * posts,
    )  # fmt: skip


def _smoothing(tau: float, dt: float) -> float:
    """Return the share of a gap that first-order smoothing closes in one step."""
    return 1.0 - math.exp(-dt / tau)


def _step(m: Means, c: Coefficients, t: float, dt: float) -> None:
    """Advance all stocks by one step of ``dt`` weeks, in the order of the week."""
    perceived = threat(math.fmod(t, c.inspection.cycle_weeks), 0.0, c.inspection)
    pressure = _step_work(m, c, dt)
    raised = _step_errors(m, c, perceived, pressure, dt)
    _update_sanctions(m, c, raised)
    _step_learning(m, c, dt)
    _step_fear_and_blame(m, c, perceived, dt)
    _step_workforce(m, c, pressure, dt)
    _step_leadership(m, c, dt)


def _step_work(m: Means, c: Coefficients, dt: float) -> float:
    """Update demand, work pressure, time per case and closures; return the logarithm of work pressure."""
    m.improving = workload.improvement_share(m.work_pressure, c.workload)
    share = workload.share_for_families(
        m.compliance - c.leadership.compliance_ref, m.disruption, 0.0, m.improving, c.workload
    )
    agency = m.agency / max(1e-9, m.staff)
    output = workload.output(m.skill, agency, c.workload)
    hours = c.workload.hours * share * (1.0 - c.lessons.capacity) * output * m.staff
    m.work_pressure = c.workload.hours_per_case * m.standard * m.cases / max(1e-9, hours)
    pressure = log_pressure(m.work_pressure)
    short = workload.shortfall(pressure, c.workload)
    m.time_per_case = workload.time_per_case(short, m.standard, c.workload)
    closed = m.cases * workload.throughput(short, c.workload) / c.demand.duration
    arrived = referral_rate(c.authority.posts, c.demand.planned_surge, 0.0, m.recent_closures, m.quality, c.demand)
    m.cases += dt * (arrived - closed)
    m.recent_closures += (closed - m.recent_closures) * _smoothing(c.demand.return_delay, dt)
    change = workload.step_standard(m.standard, m.time_per_case, c.workload) - m.standard
    m.standard += change * dt
    return pressure


def _step_errors(m: Means, c: Coefficients, perceived: float, pressure: float, dt: float) -> list[float]:
    """Update the stocks of errors; return the rates at which errors of each severity are raised. [errors/week]"""
    climate = error_generation.error_climate(
        m.disruption, m.defences - c.lessons.defences_ref, perceived - c.inspection.threat_ref,
        m.blame - c.blame.reference, c.practice,
    )  # fmt: skip
    climate -= error_generation.strike_deterrence(
        c.response.second_strike, _share_with_strike(m, c), m.blame, c.practice
    )
    rate = error_generation.error_rate(
        m.time_per_case / m.standard, m.burnout - c.practice.burnout_ref, m.skill - c.staffing.skill_ref,
        m.fear - c.practice.fear_ref, 0.0, climate, c.practice,
    )  # fmt: skip
    generated = rate * _conduct_ratio(c, m.blame, pressure) * m.cases
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


def _conduct_ratio(c: Coefficients, blaming: float, pressure: float) -> float:
    """Return the error rate relative to that without violations, where perceptions equal the true chances."""
    detected = error_outcomes.first_chance_of_detection(c.aftermath)
    honest = manager_response.responds_with_blame(blaming, c.response)
    ratio = manager_response.sanction_ratio(1, NOT_DISCLOSED, False, c.response)
    slip, known = (
        manager_response.chance_of_sanction(honest, kind, ratio, False, c.response) for kind in (SLIP, VIOLATION)
    )
    violations = conduct.violation_ratio(1.0, pressure, known, conduct.deterrent(detected, known, c.conduct), c.conduct)
    deterred = math.exp(-c.conduct.deter_slips * conduct.deterrent(detected, slip, c.conduct))
    return (1.0 - c.conduct.violations) * deterred + c.conduct.violations * violations


def _severity_shares(m: Means, c: Coefficients) -> tuple[float, float, float]:
    """Return the shares of near misses, ordinary errors and serious errors."""
    serious = error_generation.serious_share(m.defences - c.lessons.defences_ref, c.practice)
    return c.practice.near_misses, 1.0 - c.practice.near_misses - serious, serious


def _resolve_errors(m: Means, c: Coefficients, inflows: tuple[float, float, float], pressure: float, dt: float) -> None:
    """Add the inflows to the stocks of hidden errors, and let errors cause harm, be discovered, end and be put right.

    All stocks have the mix of severities with which errors are made.
    """
    shares = _severity_shares(m, c)
    each = [error_outcomes.hazards_of(s, 0, 0, 0.0, 0.0, c.aftermath) for s in range(3)]
    harm = sum(share * h.harm for share, h in zip(shares, each, strict=True))
    discovery = sum(share * h.discovery for share, h in zip(shares, each, strict=True))
    grave = sum(
        share * h.harm * error_outcomes.share_of_serious_incidents(s, c.aftermath)
        for s, (share, h) in enumerate(zip(shares, each, strict=True))
    )
    m.errors_harmful = harm * (m.hidden + m.unrepaired)
    serious = grave * (m.hidden + m.unrepaired) * REFERENCE_POSTS / c.authority.posts
    m.incidents += dt * serious - m.incidents * _smoothing(c.publicity.incident_memory, dt)
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
    """Return the share of staff with a known error within the strike window."""
    return 1.0 - math.exp(-m.known / max(1e-9, m.staff) * c.response.strike_window)


def _known_errors(m: Means, c: Coefficients, raised: list[float]) -> tuple[float, float]:
    """Return the rate at which errors become known to managers [errors/week] and their mean ratio of sanctions."""
    known = weighted = 0.0
    for s, share in enumerate(_severity_shares(m, c)):
        h = error_outcomes.hazards_of(s, 0, 0, 0.0, 0.0, c.aftermath)
        events = [(raised[s], DISCLOSED, False)]
        for stock, disclosure in ((m.unrecognised, NOT_DISCLOSED), (m.concealed, CONCEALED), (m.suppressed, DISCLOSED)):
            events += [(share * h.discovery * stock, disclosure, False), (share * h.harm * stock, disclosure, True)]
        for rate, disclosure, harmed in events:
            known += rate
            weighted += rate * manager_response.sanction_ratio(s, disclosure, harmed, c.response)
    return known, weighted / max(1e-12, known)


def _update_sanctions(m: Means, c: Coefficients, raised: list[float]) -> None:
    """Update the sanctions per week: for honest errors, for culpable errors, and after a first strike."""
    blaming = manager_response.responds_with_blame(m.blame, c.response)
    known, ratio = _known_errors(m, c, raised)
    m.known = known
    repeated = _share_with_strike(m, c)
    chances = [
        (1.0 - repeated) * manager_response.chance_of_sanction(blaming, kind, ratio, False, c.response)
        + repeated * manager_response.chance_of_sanction(blaming, kind, ratio, True, c.response)
        for kind in (SLIP, MISCONDUCT)
    ]
    m.sanctions = known * ((1.0 - c.practice.culpable) * chances[0] + c.practice.culpable * chances[1])


def _step_learning(m: Means, c: Coefficients, dt: float) -> None:
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
    m.reports += (m.errors_reported - m.reports) * _smoothing(c.lessons.answer_memory, dt)
    m.answers += (analysed * reports - m.answers) * _smoothing(c.lessons.answer_memory, dt)
    target = learning.usefulness_target(quality, (m.answers + 1e-9) / (m.reports + 1e-9), c.lessons)
    m.usefulness += (target - m.usefulness) * dt / c.lessons.useful_memory


def _step_fear_and_blame(m: Means, c: Coefficients, perceived: float, dt: float) -> None:
    """Update the fear of workers, managers and the leader, and the blame of managers."""
    rise, fall = _smoothing(c.fear.rise, dt), _smoothing(c.fear.fall, dt)
    believed = m.blame * (1.0 - c.fear.belief * c.blame.just)
    target = fear.fear_target(believed, perceived, 0.0, m.disruption, 0.0, c.fear.rhetoric + c.fear.accusation, c.fear)
    m.fear = fear.step_fear(m.fear, target, rise, fall)
    team = c.authority.team_size * m.staff / c.authority.posts
    shock = c.fear.kick_self + c.fear.kick_team * (team - 1.0)
    shock += c.fear.kick_others * spread_over(REFERENCE_POSTS, c.authority.posts) * (m.staff - team)
    m.fear = min(1.0, m.fear + dt * m.sanctions * shock / max(1e-9, m.staff))
    target = fear.manager_fear_target(m.leader_fear, perceived, m.disruption, 0.0, c.fear)
    m.manager_fear = fear.step_fear(m.manager_fear, target, rise, fall)
    m.leader_fear = fear.step_fear(m.leader_fear, fear.leader_fear_target(perceived, 0.0, c.fear), rise, fall)
    target = blame.blame_target(c.blame.own, m.manager_fear, m.incidents, 1.0, c.blame)
    m.blame += (target - m.blame) * _smoothing(c.blame.pace, dt)


def _step_workforce(m: Means, c: Coefficients, pressure: float, dt: float) -> None:
    """Update burnout, permanent and agency staff, and their mean skill."""
    compliance = attention(effective_stakes(c.inspection), 0.0, c.leadership.commitment_mean, c.leadership)
    from_above = attention_to_staff(compliance, m.incidents, 0.0, c.leadership) - c.burnout.leader_ref
    supported = burnout.support(c.burnout.support_ref, m.blame - c.blame.reference, from_above, c.burnout)
    target = burnout.burnout_target(pressure, m.fear, supported, 0.0, m.disruption, c.burnout)
    m.burnout += (target - m.burnout) * _smoothing(c.burnout.pace, dt)
    posts = c.authority.posts * (1.0 + c.authority.extra_posts)
    span = c.staffing.newcomer_weeks
    old, new = (staffing.chance_of_leaving(m.burnout, m.fear, 0.0, m.disruption, w, c.staffing) for w in (span, 0.0))
    retained = math.exp(-new * span)
    newcomers = (1.0 - retained) / (1.0 - retained + retained * new / old)
    m.leavers = m.permanent * ((1.0 - newcomers) * old + newcomers * new)
    vacant = max(0.0, posts - m.permanent)
    hired = vacant * math.exp(-m.disruption) / c.staffing.time_to_fill
    covered = m.agency / max(1e-9, vacant)
    hiring = math.exp(-m.disruption) / c.staffing.time_to_fill
    lost = c.staffing.agency_leaving + hiring
    wanted = c.staffing.agency_cover * vacant * (1.0 + c.staffing.agency_speed * lost)
    joined = max(0.0, wanted - m.agency) / c.staffing.agency_speed
    m.agency += dt * (joined - c.staffing.agency_leaving * m.agency - hired * covered)
    years = c.staffing.experienced_years * 52.0
    fresh = (1.0 - c.staffing.newly_qualified) * years / (years + c.staffing.learning_time)
    m.skill += dt * ((1.0 - m.skill) / c.staffing.learning_time + hired / max(1e-9, m.permanent) * (fresh - m.skill))
    m.permanent += dt * (hired - m.leavers)


def _step_leadership(m: Means, c: Coefficients, dt: float) -> None:
    """Update compliance, gaming, true and visible quality, and disruption."""
    step = _smoothing(c.leadership.compliance_pace, dt)
    stakes = effective_stakes(c.inspection)
    m.compliance += (attention(stakes, 0.0, c.leadership.commitment_mean, c.leadership) - m.compliance) * step
    m.gaming += (gaming_target(stakes, m.leader_fear, 0.0, c.leadership) - m.gaming) * step
    kept = continuity(m.leavers * 52.0 / max(1e-9, m.permanent), m.agency / max(1e-9, m.staff), c.quality)
    m.quality = true_quality(m.time_per_case, m.skill, kept, m.disruption, c.quality)
    m.visible = visible_quality(m.quality, c.inspection.weight_of_records, m.compliance, m.gaming, 0.0, c.quality)
    m.disruption -= m.disruption * _smoothing(c.quality.disruption_decay, dt)
