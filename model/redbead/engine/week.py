"""Order of events within one week.

The functions of this module are used in two ways. Compiled, they form the kernel of a run. In plain Python, they call
one compiled kernel after the other, which supports tracing. With custom agents the week runs in compiled parts, and the
decisions of agents are made between them.
"""

from __future__ import annotations

from typing import Final

from redbead.behaviour.blame import hold_managers_to_account, update_blame
from redbead.behaviour.burnout import update_burnout
from redbead.behaviour.case_allocation import allocate, close_cases, hand_over_cases
from redbead.behaviour.conduct import compute_conduct, share_learnt, update_perceptions
from redbead.behaviour.discovery import discover_by_channel
from redbead.behaviour.error_generation import ErrorReferences
from redbead.behaviour.error_outcomes import resolve_errors
from redbead.behaviour.experience import update_experience, update_trust
from redbead.behaviour.fear import (
    aggregate_teams,
    apply_sanction_shocks,
    perceive_peer_fear,
    update_fear,
    update_manager_fear,
)
from redbead.behaviour.formal_action import continue_formal_action, start_formal_action
from redbead.behaviour.incidents import draw_incidents_without_error, expose_case_holders
from redbead.behaviour.leadership import (
    apply_leader_turnover,
    appoint_director,
    compute_attention,
    remove_director,
    update_compliance_and_gaming,
)
from redbead.behaviour.management import apply_manager_turnover, observe_teams
from redbead.behaviour.manager_response import apply_response, compute_response
from redbead.behaviour.peer_reports import (
    apply_peer_reports,
    compute_acts_on_colleagues_errors,
    notice_errors_of_colleagues,
)
from redbead.behaviour.reporting import compute_reporting, decide_reports, release_leavers_errors, update_norms
from redbead.behaviour.sickness import update_sickness
from redbead.behaviour.staffing import (
    compute_hiring,
    compute_leaving,
    gain_experience,
    hire,
    separate,
)
from redbead.behaviour.weekly import (
    compute_error_rates,
    make_errors,
    recognise_later,
    update_standard,
    work,
)
from redbead.behaviour.weekly_learning import analyse_reports, update_learning, update_local_improvement
from redbead.dynamics.demand import receive_referrals, update_recent_closures
from redbead.dynamics.finance import book_cost, set_establishment
from redbead.dynamics.quality import update_quality
from redbead.dynamics.structural_change import update_structures
from redbead.jit import kernel, sequence
from redbead.measures import (
    BY_CHANNEL,
    CULTURE,
    ERROR_COUNTS,
    ERROR_LIFE,
    FORMAL_ACTION,
    PUBLISHED,
    SERVICE,
    STAFF,
    record_channels,
    record_culture,
    record_error_counts,
    record_error_life,
    record_formal_action,
    record_published,
    record_service,
    record_staff,
)
from redbead.oversight.consequences import (
    apply_grade_consequences,
    book_oversight_cost,
    end_commissioner,
    return_donor_staff,
    start_clock,
    start_takeover,
)
from redbead.oversight.inspection import effective_stakes, inspect, monitor, publish, update_threat
from redbead.oversight.publicity import publicise_incidents
from redbead.parameters import Coefficients
from redbead.state.constants import Reals
from redbead.state.maths import log_pressure
from redbead.state.world import WeekContext, World, compact_rows, reset_weekly_counts
from redbead.team_measures import PEERS, record_management, record_peers


@kernel
def oversee(world: World, c: Coefficients, now: WeekContext) -> None:
    """Carry out inspection and government oversight of one authority.

    The order is: visit and judgement, publication, takeover clock, end of a commissioner's control, consequences of the
    grade, monitoring visit, return of donor staff, takeover.
    """
    managers, leaders, learning = world.managers, world.leaders, world.learning
    service, oversight, counts, event_log = world.service, world.oversight, world.counts, world.event_log
    a = now.authority
    candour = c.leadership.candour_credit
    inspect(oversight, service, counts, event_log, c.inspection, candour, now)
    severity_increase = publish(oversight, service, counts, event_log, c.inspection, now)
    if oversight.inadequate_at[a] == now.week:
        start_clock(oversight, c.takeover.clock_weeks, c.inspection.monitoring_weeks, now)
    end_commissioner(oversight, now)
    if severity_increase > 0.0 and apply_grade_consequences(service, c.consequences, severity_increase, now):
        remove_director(leaders, service, counts, event_log, c.leadership, now)
    monitor(oversight, service, counts, int(c.takeover.monitoring_cases), candour, c.inspection, now)
    failing = oversight.monitored[a] >= c.inspection.limit_inadequate
    return_donor_staff(oversight, c.takeover.donor_weeks, now)
    before = counts.takeovers[a]
    replaced = start_takeover(oversight, service, managers, counts, event_log, failing, c.takeover, now)
    if counts.takeovers[a] > before:
        learning.defences[a] += (1.0 - learning.defences[a]) * c.takeover.lessons
    if replaced:
        remove_director(leaders, service, counts, event_log, c.leadership, now)
        appoint_director(leaders, c.leadership, now)


_STAFF_END = len(STAFF)
_CULTURE_END = _STAFF_END + len(CULTURE)
_ERROR_COUNTS_END = _CULTURE_END + len(ERROR_COUNTS)
_SERVICE_END = _ERROR_COUNTS_END + len(SERVICE)
_PUBLISHED_END = _SERVICE_END + len(PUBLISHED)
_ERROR_LIFE_END = _PUBLISHED_END + len(ERROR_LIFE)
_FORMAL_ACTION_END = _ERROR_LIFE_END + len(FORMAL_ACTION)
_BY_CHANNEL_END = _FORMAL_ACTION_END + len(BY_CHANNEL)
_PEERS_END = _BY_CHANNEL_END + len(PEERS)


PARTS: Final = 8
"""Parts of a week. Decisions of agents are made between them (:mod:`redbead.engine.agent_decisions`)."""


@sequence
def week(world: World, c: Coefficients, now: WeekContext, first: int, last: int) -> None:
    """Simulate parts ``first`` to ``last - 1`` of one week of one authority; 0 and ``PARTS`` are the whole week."""
    if first <= 0 < last:
        work_phase(world, c, now)
        conduct_phase(world, c, now)
    if first <= 1 < last:
        error_phase(world, c, now)
    if first <= 2 < last:
        noticing_phase(world, c, now)
    if first <= 3 < last:
        reporting_phase(world, c, now)
    if first <= 4 < last:
        response_phase(world, c, now)
        climate_phase(world, c, now)
    if first <= 5 < last:
        leaving_phase(world, c, now)
    if first <= 6 < last:
        hiring_phase(world, c, now)
        incident_phase(world, c, now)
    if first <= 7 < last:
        oversight_phase(world, c, now)


@sequence
def work_phase(world: World, c: Coefficients, now: WeekContext) -> None:
    """Reset counts and set the budget; receive and allocate referrals; some fall ill; do the work and close cases."""
    workers, cases, service = world.workers, world.cases, world.service
    oversight, counts = world.oversight, world.counts
    base_posts = world.blocks.base_posts[now.authority]
    reset_weekly_counts(counts, now)
    set_establishment(
        workers, cases, service, oversight, base_posts,
        c.authority.extra_posts, c.publicity.money, c.demand.prevention, c.cost, now,
    )  # fmt: skip
    update_structures(service, oversight, c.change, now)
    update_threat(oversight, c.inspection, now)
    receive_referrals(cases, service, counts, base_posts, c.demand, now)
    gain_experience(workers, c.staffing, now)
    update_sickness(workers, world.managers, c.sickness, now)
    allocate(workers, cases, c.workload.novice_output, c.caseload, now)
    unit_hours_gained = (c.change.unit_hours + c.change.unit_attendance) * service.unit[now.authority]
    work(
        workers,
        world.managers,
        cases,
        service,
        oversight,
        c.leadership.compliance_ref,
        c.lessons.capacity,
        unit_hours_gained,
        c.workload,
        now,
    )
    close_cases(workers, counts, c.demand.duration, now)
    update_standard(workers, service, c.workload, now)


@sequence
def conduct_phase(world: World, c: Coefficients, now: WeekContext) -> None:
    """Managers answer for honest errors that they sanctioned; compute conduct and error rates of workers."""
    workers, managers = world.workers, world.managers
    additional_reviewers = c.change.unit_eyes * world.service.unit[now.authority]
    references = ErrorReferences(
        c.lessons.defences_ref, c.inspection.threat_ref, c.blame.reference, c.leadership.compliance_ref,
        c.staffing.skill_ref,
    )  # fmt: skip
    hold_managers_to_account(managers, world.counts, world.event_log, c.blame, now)
    update_perceptions(workers, managers, c.conduct, now)
    compute_conduct(workers, c.conduct, now)
    compute_error_rates(
        workers, managers, world.learning, world.service, world.oversight, references, additional_reviewers,
        c.practice, now,
    )  # fmt: skip


@sequence
def error_phase(world: World, c: Coefficients, now: WeekContext) -> None:
    """Make and recognise errors."""
    workers, errors, counts, event_log = world.workers, world.errors, world.counts, world.event_log
    make_errors(workers, world.managers, world.cases, world.service, errors, counts, event_log, c.practice, now)
    recognise_later(workers, world.managers, errors, counts, event_log, c.practice, now)
    compute_acts_on_colleagues_errors(workers, c.peers, now)


@sequence
def noticing_phase(world: World, c: Coefficients, now: WeekContext) -> None:
    """Workers notice errors of colleagues; compute their willingness to raise errors."""
    workers, managers, errors = world.workers, world.managers, world.errors
    notice_errors_of_colleagues(workers, managers, world.network, errors, world.counts, world.event_log, c.peers, now)
    compute_reporting(workers, managers, world.learning, errors, c.reporting, now)


@sequence
def reporting_phase(world: World, c: Coefficients, now: WeekContext) -> None:
    """Workers raise or conceal errors, and others discover some; compute how managers respond."""
    workers, managers, learning, errors = world.workers, world.managers, world.learning, world.errors
    counts, event_log = world.counts, world.event_log
    decide_reports(workers, managers, learning, errors, counts, event_log, c.reporting, now)
    discover_by_channel(workers, managers, errors, world.service, counts, event_log, c.workload.hours, c.discovery, now)
    compute_response(managers, learning, c.response, now)


@sequence
def response_phase(world: World, c: Coefficients, now: WeekContext) -> None:
    """Managers sanction, escalate or suppress; formal action starts."""
    workers, managers, counts, event_log = world.workers, world.managers, world.counts, world.event_log
    apply_response(
        workers, managers, world.errors, counts, event_log, c.lessons.discovered > 0.0, c.formal.duration > 0.0,
        share_learnt(c.conduct.own, c.conduct), c.response, now,
    )  # fmt: skip
    start_formal_action(workers, managers, counts, event_log, c.formal, now)


@sequence
def climate_phase(world: World, c: Coefficients, now: WeekContext) -> None:
    """Analyse reports and learn; update fear, trust, blame, norms and burnout; compute the chances of leaving."""
    workers, managers, leaders = world.workers, world.managers, world.leaders
    learning, service, oversight, counts = world.learning, world.service, world.oversight, world.counts
    analyse_reports(workers, world.errors, learning, counts, world.event_log, c.workload.hours, c.lessons, now)
    update_learning(
        workers, managers, learning, service, oversight, counts, world.cases.established[now.authority],
        c.inspection.information, c.publicity.incident_memory, c.lessons, now,
    )  # fmt: skip
    update_local_improvement(managers, c.lessons, now)
    aggregate_teams(workers, managers, now)
    observe_teams(workers, managers, c.management, now)
    perceive_peer_fear(workers, managers, world.network, c.fear, now)
    base_posts = world.blocks.base_posts[now.authority]
    update_experience(workers, managers, world.network, counts, base_posts, c.experience, now)
    update_trust(workers, service, c.blame.just, c.experience, now)
    update_fear(workers, managers, service, oversight, c.blame.just, c.fear, now)
    apply_sanction_shocks(workers, managers, counts, base_posts, c.formal.support, c.fear, now)
    apply_peer_reports(workers, c.peers, now)
    update_manager_fear(managers, leaders, service, oversight, c.fear, now)
    update_blame(managers, service, counts, c.blame, now)
    update_norms(managers, c.reporting, now)
    update_burnout(workers, managers, leaders, service, c.blame.reference, c.burnout, now)
    compute_leaving(workers, service, c.staffing, now)


@sequence
def leaving_phase(world: World, c: Coefficients, now: WeekContext) -> None:
    """Formal action continues and workers leave; compute the chance that a vacant post is filled."""
    workers, counts, event_log = world.workers, world.counts, world.event_log
    continue_formal_action(workers, counts, event_log, c.response.dismissal, c.response.strike_window, c.formal, now)
    separate(workers, world.managers, counts, event_log, c.staffing, now)
    compute_hiring(world.leaders, world.service, world.oversight, c.staffing, now)


@sequence
def hiring_phase(world: World, c: Coefficients, now: WeekContext) -> None:
    """Fill posts, pass on cases and replace managers. Errors known only to leavers become unrecognised again."""
    workers, managers, counts, event_log = world.workers, world.managers, world.counts, world.event_log
    hire(workers, managers, world.leaders, world.cases, counts, event_log, c.staffing, now)
    hand_over_cases(workers, managers, world.cases, counts, c.workload.novice_output, c.caseload, now)
    apply_manager_turnover(
        managers, counts, event_log, c.staffing.manager_leaving, c.staffing.manager_scandal, c.blame.own,
        c.blame.spread, c.management, now,
    )  # fmt: skip
    release_leavers_errors(workers, world.errors, counts, now)


@sequence
def incident_phase(world: World, c: Coefficients, now: WeekContext) -> None:
    """Resolve errors and draw incidents; update publicity and replace directors; compute their attention."""
    workers, errors, leaders, cases = world.workers, world.errors, world.leaders, world.cases
    service, oversight, counts, event_log = world.service, world.oversight, world.counts, world.event_log
    resolve_errors(
        workers, world.managers, errors, counts, event_log, oversight.preparing[now.authority] * c.inspection.discovery,
        log_pressure(service.pressure[now.authority]), 1.0 - c.incidents.without_error, c.aftermath, now,
    )  # fmt: skip
    compact_rows(errors, now)
    base_posts = world.blocks.base_posts[now.authority]
    draw_incidents_without_error(workers, cases, counts, event_log, c.authority.caseload, base_posts, c.incidents, now)
    publicise_incidents(cases, service, counts, event_log, base_posts, c.publicity, now)
    expose_case_holders(workers, world.managers, counts, now)
    apply_leader_turnover(leaders, service, oversight, counts, event_log, c.leadership, now)
    compute_attention(leaders, oversight, effective_stakes(c.inspection), c.leadership, now)


@sequence
def oversight_phase(world: World, c: Coefficients, now: WeekContext) -> None:
    """Update leadership and quality; carry out oversight; book costs."""
    workers, leaders, cases = world.workers, world.leaders, world.cases
    service, oversight, counts = world.service, world.oversight, world.counts
    base_posts = world.blocks.base_posts[now.authority]
    update_compliance_and_gaming(
        leaders, service, effective_stakes(c.inspection), c.change.debate_distraction, c.leadership, now
    )
    update_quality(
        workers, service, oversight, counts, c.inspection.weight_of_records, c.lessons.asked,
        c.change.unit_continuity, c.change.unit_misfit, c.quality, now,
    )  # fmt: skip
    oversee(world, c, now)
    update_recent_closures(cases, counts, c.demand, now)
    book_cost(workers, service, counts, cases, base_posts, c.demand.prevention, c.cost, now)
    book_oversight_cost(workers, service, oversight, counts, c.cost.worker, c.takeover, now)


PHASES: Final = (
    work_phase, conduct_phase, error_phase, noticing_phase, reporting_phase, response_phase, climate_phase,
    leaving_phase, hiring_phase, incident_phase, oversight_phase,
)  # fmt: skip
"""Phases of the week, in order."""


@kernel
def record(world: World, row: Reals, now: WeekContext) -> None:
    """Write the measures of the week into one row of the output.

    Parameters
    ----------
    row : numpy.ndarray
        Row with one entry per measure, in the order of ``redbead.measures.MEASURES``.
    """
    workers, errors, cases, counts = world.workers, world.errors, world.cases, world.counts
    service, oversight = world.service, world.oversight
    record_staff(workers, cases, service, counts, row[:_STAFF_END], now)
    record_culture(
        workers,
        world.managers,
        world.leaders,
        world.learning,
        service,
        oversight,
        counts,
        row[_STAFF_END:_CULTURE_END],
        now,
    )
    record_error_counts(errors, counts, row[_CULTURE_END:_ERROR_COUNTS_END], now)
    record_service(service, oversight, counts, row[_ERROR_COUNTS_END:_SERVICE_END], now)
    record_published(world.leaders, cases, counts, row[_SERVICE_END:_PUBLISHED_END], now)
    record_error_life(workers, world.managers, errors, counts, row[_PUBLISHED_END:_ERROR_LIFE_END], now)
    record_formal_action(workers, counts, row[_ERROR_LIFE_END:_FORMAL_ACTION_END], now)
    record_channels(service, row[_FORMAL_ACTION_END:_BY_CHANNEL_END], now)
    record_peers(workers, counts, row[_BY_CHANNEL_END:_PEERS_END], now)
    record_management(workers, world.managers, counts, row[_PEERS_END:], now)
