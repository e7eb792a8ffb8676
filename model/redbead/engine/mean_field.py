"""The mean-field twin: the same scalar rules on the average worker, with expectations in place of draws.

It is the pure system-dynamics reading of the model: stocks, flows and a step that can be made smaller. It checks the
numerics (halving the step must change little) and the aggregation (it must agree with the mean of the agents). Visits
come exactly once a cycle and publish no grade; scandals, which are rare, are left out, and so are structural changes,
prevention, what single teams try out and what is lost when directors leave.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np

from redbead.behaviour import (
    blame,
    burnout,
    error_generation,
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
from redbead.state.constants import REFERENCE_POSTS
from redbead.state.maths import log_pressure, spread_over
from redbead.state.types import Reals


@dataclass
class Means:
    """Stocks and levels of the average authority; rates are per week."""

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
    withheld: float
    held_back: float
    queue: float
    improving: float = 0.0
    known: float = 0.0
    standard: float = 1.0
    recent_closures: float = 0.0
    quality: float = 1.0
    visible: float = 1.0
    work_pressure: float = 1.0
    care: float = 1.0
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
        return self.unrecognised + self.withheld + self.held_back


def mean_field(scenario: Scenario, dt: float = 1.0) -> dict[str, Reals]:
    """Weekly means after the warm-up, one array [weeks] for each stock, level or flow of :class:`Means`.

    Parameters
    ----------
    scenario
        The resolved scenario.
    dt
        Step of integration: 1, or a fraction with a whole number of steps in a week. [weeks]
    """
    bent = schedule(scenario)
    steps = round(1.0 / dt)
    m = _start(coefficients(bent.rows[bent.of_week[0]]))
    weeks = []
    for t, row in enumerate(bent.of_week):
        c = coefficients(bent.rows[row])
        lived = []
        for k in range(steps):
            _step(m, c, t + k * dt, dt)
            lived.append([*asdict(m).values(), m.staff, m.hidden])
        weeks.append(np.mean(lived, axis=0))
    table = np.array(weeks[scenario.warm_up_weeks :])
    names = [*asdict(m), "staff", "hidden"]
    found = {name: table[:, k] for k, name in enumerate(names)}
    found["turnover"] = found["leavers"] * 52.0 / found["permanent"]
    found["caseload"] = found["cases"] / found["staff"]
    return found


def _start(c: Coefficients) -> Means:
    posts = c.authority.posts
    filled = staffing.initial_filled_share(c.staffing)
    return Means(
        cases=c.authority.caseload * posts, permanent=filled * posts,
        agency=c.staffing.agency_cover * (1.0 - filled) * posts, skill=c.staffing.skill_ref,
        burnout=c.burnout.reference, fear=c.fear.reference, manager_fear=c.fear.reference,
        leader_fear=c.fear.reference, blame=c.blame.own, usefulness=c.reporting.usefulness_ref,
        defences=c.lessons.defences_ref, norm=c.reporting.norm_ref, compliance=c.leadership.compliance_ref,
        gaming=c.inspection.gaming_ref, disruption=0.0, incidents=0.0, reports=1.0, answers=1.0, unrecognised=0.0,
        withheld=0.0, held_back=0.0, queue=0.0, recent_closures=c.demand.arrivals * posts,
    )  # fmt: skip


def _part(tau: float, dt: float) -> float:
    """Share of a gap closed in a step by first-order smoothing."""
    return 1.0 - math.exp(-dt / tau)


def _step(m: Means, c: Coefficients, t: float, dt: float) -> None:
    """One step of `dt` weeks, in the order of the week."""
    threatened = threat(math.fmod(t, c.inspection.cycle_weeks), False, c.inspection)
    strain = _work(m, c, dt)
    known = _errors(m, c, threatened, strain, dt)
    _sanction(m, c, known)
    _learn(m, c, dt)
    _frighten(m, c, threatened, dt)
    _staff(m, c, strain, dt)
    _lead(m, c, dt)


def _work(m: Means, c: Coefficients, dt: float) -> float:
    """Demand, pressure, care and closures; the log of work pressure."""
    m.improving = workload.improvement_share(m.work_pressure, c.workload)
    share = workload.share_for_families(
        m.compliance - c.leadership.compliance_ref, m.disruption, 0.0, m.improving, c.workload
    )
    agency = m.agency / max(1e-9, m.staff)
    output = workload.output(m.skill, agency, c.workload)
    hours = c.workload.hours * share * (1.0 - c.lessons.capacity) * output * m.staff
    m.work_pressure = c.workload.hours_per_case * m.standard * m.cases / max(1e-9, hours)
    strain = log_pressure(m.work_pressure)
    short = workload.shortfall(strain, c.workload)
    m.care = workload.time_per_case(short, m.standard, c.workload)
    closed = m.cases * workload.throughput(short, c.workload) / c.demand.duration
    arrived = referral_rate(c.authority.posts, c.demand.planned_surge, 0.0, m.recent_closures, m.quality, c.demand)
    m.cases += dt * (arrived - closed)
    m.recent_closures += (closed - m.recent_closures) * _part(c.demand.return_delay, dt)
    gone = workload.step_standard(m.standard, m.care, c.workload) - m.standard
    m.standard += gone * dt
    return strain


def _errors(m: Means, c: Coefficients, threatened: float, strain: float, dt: float) -> float:
    """Errors made, recognised, told, passed up and settled; the rate at which errors become known. [errors/week]"""
    climate = error_generation.error_climate(
        m.disruption, m.defences - c.lessons.defences_ref, threatened - c.inspection.threat_ref,
        m.blame - c.blame.reference, c.practice,
    )  # fmt: skip
    climate -= error_generation.strike_deterrence(c.response.second_strike, _struck(m, c), m.blame, c.practice)
    rate = error_generation.error_rate(
        m.care / m.standard, m.burnout - c.practice.burnout_ref, m.skill - c.staffing.skill_ref,
        m.fear - c.practice.fear_ref, 0.0, climate, c.practice,
    )  # fmt: skip
    made = rate * m.cases
    seen = error_generation.recognised_share(m.compliance - c.leadership.compliance_ref, 0.0, c.practice)
    later = c.practice.later * m.unrecognised
    weighed = made * seen + later
    shares = (c.practice.near_misses, 1.0 - c.practice.near_misses - c.practice.serious, c.practice.serious)
    chances = [
        reporting.willingness_to_report(m.fear, m.usefulness, strain, m.norm, s, c.reporting) for s in (0.0, 1.0, 2.0)
    ]
    telling = sum(a * b for a, b in zip(shares, chances, strict=True))
    told = weighed * telling
    up = told * manager_response.escalates(m.manager_fear, m.usefulness, c.response)
    ends = c.aftermath.harm + c.aftermath.found + c.aftermath.expires
    lost = (
        staffing.chance_of_leaving(m.burnout, m.fear, 0.0, m.disruption, c.staffing.newcomer_weeks, c.staffing)
        * m.withheld
    )
    known = told + (c.aftermath.found + c.aftermath.harm) * m.hidden
    serious = c.aftermath.harm * c.aftermath.grave * m.hidden * REFERENCE_POSTS / c.authority.posts
    m.incidents += dt * serious - m.incidents * _part(c.publicity.incident_memory, dt)
    m.unrecognised += dt * (made * (1.0 - seen) - later - ends * m.unrecognised + lost)
    m.withheld += dt * (weighed - told - (ends + c.aftermath.repaired) * m.withheld - lost)
    m.held_back += dt * (told - up - (ends + c.aftermath.repaired) * m.held_back)
    m.norm += (telling - m.norm) * dt / c.reporting.norm_memory
    m.willingness_to_report, m.errors_generated, m.errors_reported = chances[1], made, up
    return known


def _struck(m: Means, c: Coefficients) -> float:
    """Share of staff with an error that became known within the window."""
    return 1.0 - math.exp(-m.known / max(1e-9, m.staff) * c.response.strike_window)


def _sanction(m: Means, c: Coefficients, known: float) -> None:
    """Sanctions a week: honest errors by blame, culpable ones by their own chance, more after a first strike."""
    blaming = manager_response.responds_with_blame(m.blame, c.response)
    m.known = known
    struck = _struck(m, c)
    chances = [
        (1.0 - struck) * manager_response.chance_of_sanction(blaming, culpable, False, c.response)
        + struck * manager_response.chance_of_sanction(blaming, culpable, True, c.response)
        for culpable in (False, True)
    ]
    m.sanctions = known * ((1.0 - c.practice.culpable) * chances[0] + c.practice.culpable * chances[1])


def _learn(m: Means, c: Coefficients, dt: float) -> None:
    """Reports are analysed as far as the hours go; lessons are built in and forgotten."""
    able = c.lessons.capacity * c.workload.hours * m.staff / c.lessons.hours_per_report
    analysed = min(m.errors_reported + m.queue / dt, able)
    m.queue += dt * (m.errors_reported - analysed)
    quality = learning.analysis_quality(m.blame, c.lessons)
    time = m.improving * m.staff / c.authority.posts
    info = c.inspection.information * c.inspection.visits / c.inspection.cycle_weeks
    reviewed = m.incidents / c.publicity.incident_memory
    gain = learning.learning_rate(analysed, reviewed, quality, 0.0, c.authority.posts, time, info, c.lessons)
    loss = learning.forgetting_rate(m.leavers / max(1e-9, m.permanent), c.lessons)
    m.defences += dt * ((1.0 - m.defences) * gain - m.defences * loss)
    m.reports += (m.errors_reported - m.reports) * _part(c.lessons.answer_memory, dt)
    m.answers += (analysed - m.answers) * _part(c.lessons.answer_memory, dt)
    aim = learning.usefulness_target(quality, (m.answers + 1e-9) / (m.reports + 1e-9), c.lessons)
    m.usefulness += (aim - m.usefulness) * dt / c.lessons.useful_memory


def _frighten(m: Means, c: Coefficients, threatened: float, dt: float) -> None:
    """Fear of workers, managers and the leader; managers' blame."""
    rise, fall = _part(c.fear.rise, dt), _part(c.fear.fall, dt)
    believed = m.blame * (1.0 - c.fear.belief * c.blame.just)
    aim = fear.fear_target(believed, threatened, 0.0, m.disruption, 0.0, c.fear.rhetoric + c.fear.accusation, c.fear)
    m.fear = fear.step_fear(m.fear, aim, rise, fall)
    team = c.authority.team_size * m.staff / c.authority.posts
    kick = c.fear.kick_self + c.fear.kick_team * (team - 1.0)
    kick += c.fear.kick_others * spread_over(REFERENCE_POSTS, c.authority.posts) * (m.staff - team)
    m.fear = min(1.0, m.fear + dt * m.sanctions * kick / max(1e-9, m.staff))
    above = fear.manager_fear_target(m.leader_fear, threatened, m.disruption, 0.0, c.fear)
    m.manager_fear = fear.step_fear(m.manager_fear, above, rise, fall)
    m.leader_fear = fear.step_fear(m.leader_fear, fear.leader_fear_target(threatened, 0.0, c.fear), rise, fall)
    aim = blame.blame_target(c.blame.own, m.manager_fear, m.incidents, 1.0, c.blame)
    m.blame += (aim - m.blame) * _part(c.blame.pace, dt)


def _staff(m: Means, c: Coefficients, strain: float, dt: float) -> None:
    """Burnout, leaving, hiring, agency cover and the skill of those in post."""
    aimed = attention(effective_stakes(c.inspection), 0.0, c.leadership.commitment_mean, c.leadership)
    from_above = attention_to_staff(aimed, m.incidents, 0.0, c.leadership) - c.burnout.leader_ref
    helped = burnout.support(c.burnout.support_ref, m.blame - c.blame.reference, from_above, c.burnout)
    aim = burnout.burnout_target(strain, m.fear, helped, 0.0, m.disruption, c.burnout)
    m.burnout += (aim - m.burnout) * _part(c.burnout.pace, dt)
    posts = c.authority.posts * (1.0 + c.authority.extra_posts)
    span = c.staffing.newcomer_weeks
    old, new = (staffing.chance_of_leaving(m.burnout, m.fear, 0.0, m.disruption, w, c.staffing) for w in (span, 0.0))
    stayed = math.exp(-new * span)
    newcomers = (1.0 - stayed) / (1.0 - stayed + stayed * new / old)
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


def _lead(m: Means, c: Coefficients, dt: float) -> None:
    """Compliance, gaming and both qualities."""
    step = _part(c.leadership.compliance_pace, dt)
    stakes = effective_stakes(c.inspection)
    m.compliance += (attention(stakes, 0.0, c.leadership.commitment_mean, c.leadership) - m.compliance) * step
    m.gaming += (gaming_target(stakes, m.leader_fear, 0.0, c.leadership) - m.gaming) * step
    kept = continuity(m.leavers * 52.0 / max(1e-9, m.permanent), m.agency / max(1e-9, m.staff), c.quality)
    m.quality = true_quality(m.care, m.skill, kept, m.disruption, c.quality)
    m.visible = visible_quality(m.quality, c.inspection.weight_of_records, m.compliance, m.gaming, 0.0, c.quality)
    m.disruption -= m.disruption * _part(c.quality.disruption_decay, dt)
