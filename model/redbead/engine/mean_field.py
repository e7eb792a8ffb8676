"""Mean-field model: the system-dynamics form of the model, with expectations in place of random draws.

The same scalar rules are applied to an average worker, manager and leader. The model has stocks, flows and a step of
integration that can be reduced. It tests the numerical integration (halving the step must change little) and the
aggregation (results must agree with the mean of the agents).

Simplifications: visits take place exactly once per cycle and publish no grade. Scandals, structural change, prevention,
local improvement by teams, peer reports, channels of discovery, and the loss of culture when directors leave are not
included. Perceptions of sanctions equal the true chances.
"""

from __future__ import annotations

import math
from dataclasses import asdict

import numpy as np

from redbead.behaviour import blame, burnout, experience, fear, staffing, workload
from redbead.behaviour.leadership import attention, attention_to_staff, gaming_target
from redbead.dynamics.demand import referral_rate
from redbead.dynamics.quality import continuity, true_quality, visible_quality
from redbead.engine.mean_field_errors import step_errors, step_learning, update_sanctions
from redbead.engine.mean_field_stocks import Means, initial_means, smoothing
from redbead.oversight.inspection import effective_stakes, threat
from redbead.parameters import Coefficients, coefficients
from redbead.scenario.scenario import Scenario
from redbead.scenario.schedule import schedule
from redbead.state.constants import REFERENCE_POSTS, Reals
from redbead.state.maths import log_pressure, spread_over


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
    m = initial_means(coefficients(parameters.rows[parameters.of_week[0]]))
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


def _step(m: Means, c: Coefficients, t: float, dt: float) -> None:
    """Advance all stocks by one step of ``dt`` weeks, in the order of the week."""
    perceived = threat(math.fmod(t, c.inspection.cycle_weeks), 0.0, c.inspection)
    pressure = _step_work(m, c, dt)
    raised = step_errors(m, c, perceived, pressure, dt)
    update_sanctions(m, c, raised)
    step_learning(m, c, dt)
    _step_experience(m, c, dt)
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
    working = m.staff - c.formal.suspended * m.under_action
    hours = c.workload.hours * share * (1.0 - c.lessons.capacity) * output * working
    m.work_pressure = c.workload.hours_per_case * m.standard * m.cases / max(1e-9, hours)
    pressure = log_pressure(m.work_pressure)
    short = workload.shortfall(pressure, c.workload)
    m.time_per_case = workload.time_per_case(pressure, short, m.standard, c.workload)
    closed = m.cases * workload.throughput(pressure, short, c.workload) / c.demand.duration
    arrived = referral_rate(c.authority.posts, c.demand.planned_surge, 0.0, m.recent_closures, m.quality, c.demand)
    m.cases += dt * (arrived - closed)
    m.recent_closures += (closed - m.recent_closures) * smoothing(c.demand.return_delay, dt)
    change = workload.step_standard(m.standard, m.time_per_case, c.workload) - m.standard
    m.standard += change * dt
    return pressure


def _step_experience(m: Means, c: Coefficients, dt: float) -> None:
    """Update what workers remember of sanctions and reproaches (E237), and their trust in an announcement (E238).

    Fear saturates with what is remembered (E235), so the mean of exp(-R) is needed. An event of weight w multiplies it
    by exp(-w), so the stock rises by 1 - exp(-w) per event. Those who leave take their memory with them.
    """
    e = c.experience
    staff = max(1e-9, m.staff)
    team = c.authority.team_size * m.staff / c.authority.posts
    others = min(e.team, e.others * REFERENCE_POSTS / c.authority.posts)
    observers = ((1.0, 1.0), (e.team, team - 1.0), (e.contacts, c.authority.friends), (others, m.staff - team))
    honest = m.sanctions - m.just_sanctions
    seen = 0.0
    for k, (closeness, people) in enumerate(observers):
        just = 1.0 if k == 0 else 1.0 - e.fairness
        for events, weight in ((honest, 1.0), (m.just_sanctions, just), (m.reproaches, e.reproach)):
            seen += events / staff * people * (1.0 - math.exp(-closeness * weight))
    lost = 1.0 / e.memory + m.leavers / max(1e-9, m.permanent)
    m.remembered += (seen / lost - m.remembered) * (1.0 - math.exp(-lost * dt))
    if c.blame.just <= 0.0:
        m.trust, m.remembered_then = 1.0, m.remembered
    else:
        m.trust -= (
            m.trust * (1.0 - experience.confirmation(m.remembered, m.remembered_then)) * smoothing(e.words_fade, dt)
        )


def _step_fear_and_blame(m: Means, c: Coefficients, perceived: float, dt: float) -> None:
    """Update the fear of workers, managers and the leader, and the blame of managers."""
    rise, fall = smoothing(c.fear.rise, dt), smoothing(c.fear.fall, dt)
    believed = m.blame * (1.0 - c.fear.belief * c.blame.just)
    added = c.fear.rhetoric + experience.fear_from_experience(m.remembered, c.experience)
    added -= c.experience.words * m.trust * c.blame.just
    target = fear.fear_target(believed, perceived, 0.0, m.disruption, 0.0, added, c.fear)
    m.fear = fear.step_fear(m.fear, target, rise, fall)
    team = c.authority.team_size * m.staff / c.authority.posts
    shock = c.fear.kick_self + c.fear.kick_team * (team - 1.0)
    shock += c.fear.kick_others * spread_over(REFERENCE_POSTS, c.authority.posts) * (m.staff - team)
    m.fear = min(1.0, m.fear + dt * m.sanctions * shock / max(1e-9, m.staff))
    target = fear.manager_fear_target(m.leader_fear, perceived, m.disruption, 0.0, 0.0, c.fear)
    m.manager_fear = fear.step_fear(m.manager_fear, target, rise, fall)
    m.leader_fear = fear.step_fear(m.leader_fear, fear.leader_fear_target(perceived, 0.0, c.fear), rise, fall)
    target = blame.blame_target(c.blame.own, m.manager_fear, m.incidents, 1.0, c.blame)
    m.blame += (target - m.blame) * smoothing(c.blame.pace, dt)


def _step_workforce(m: Means, c: Coefficients, pressure: float, dt: float) -> None:
    """Update burnout, permanent and agency staff, and their mean skill."""
    compliance = attention(effective_stakes(c.inspection), 0.0, c.leadership.commitment_mean, c.leadership)
    from_above = attention_to_staff(compliance, m.incidents, 0.0, c.leadership) - c.burnout.leader_ref
    supported = burnout.support(c.burnout.support_ref, m.blame - c.blame.reference, from_above, c.burnout)
    target = burnout.burnout_target(pressure, m.fear, supported, 0.0, m.disruption, c.burnout)
    m.burnout += (target - m.burnout) * smoothing(c.burnout.pace, dt)
    posts = c.authority.posts * (1.0 + c.authority.extra_posts)
    span = c.staffing.newcomer_weeks
    old, new = (staffing.chance_of_leaving(m.burnout, m.fear, 0.0, m.disruption, w, c.staffing) for w in (span, 0.0))
    retained = math.exp(-new * span)
    newcomers = (1.0 - retained) / (1.0 - retained + retained * new / old)
    leaving = (1.0 - newcomers) * old + newcomers * new
    m.leavers = leaving * (m.permanent + _step_formal_action(m, c, leaving, dt))
    vacant = max(0.0, posts - m.permanent)
    hired = vacant * math.exp(-m.disruption) / c.staffing.time_to_fill
    covered = m.agency / max(1e-9, vacant)
    hiring = math.exp(-m.disruption) / c.staffing.time_to_fill
    lost = c.staffing.agency_leaving + hiring
    wanted = c.staffing.agency_cover * vacant * (1.0 + c.staffing.agency_speed * lost)
    joined = max(0.0, wanted - m.agency) / c.staffing.agency_speed
    ended = m.sanctions * m.agency / max(1e-9, m.staff) if c.formal.duration > 0.0 else 0.0
    m.agency += dt * (joined - c.staffing.agency_leaving * m.agency - hired * covered - ended)
    years = c.staffing.experienced_years * 52.0
    fresh = (1.0 - c.staffing.newly_qualified) * years / (years + c.staffing.learning_time)
    m.skill += dt * ((1.0 - m.skill) / c.staffing.learning_time + hired / max(1e-9, m.permanent) * (fresh - m.skill))
    m.permanent += dt * (hired - m.leavers)


def _step_formal_action(m: Means, c: Coefficients, leaving: float, dt: float) -> float:
    """Update the workers under formal action; return by how many workers more they leave (E232). [people]"""
    if c.formal.duration <= 0.0:
        return 0.0
    ratio = math.exp(c.formal.leaving * (1.0 - c.formal.support))
    started = m.sanctions * m.permanent / max(1e-9, m.staff)
    ends = 1.0 / c.formal.duration + leaving * ratio
    m.under_action += (started / ends - m.under_action) * (1.0 - math.exp(-ends * dt))
    return m.under_action * (ratio - 1.0)


def _step_leadership(m: Means, c: Coefficients, dt: float) -> None:
    """Update compliance, gaming, true and visible quality, and disruption."""
    step = smoothing(c.leadership.compliance_pace, dt)
    stakes = effective_stakes(c.inspection)
    m.compliance += (attention(stakes, 0.0, c.leadership.commitment_mean, c.leadership) - m.compliance) * step
    m.gaming += (gaming_target(stakes, m.leader_fear, 0.0, c.leadership) - m.gaming) * step
    kept = continuity(m.leavers * 52.0 / max(1e-9, m.permanent), m.agency / max(1e-9, m.staff), c.quality)
    m.quality = true_quality(m.time_per_case, m.skill, kept, m.disruption, c.quality)
    m.visible = visible_quality(m.quality, c.inspection.weight_of_records, m.compliance, m.gaming, 0.0, c.quality)
    m.disruption -= m.disruption * smoothing(c.quality.disruption_decay, dt)
