"""Measures: outcomes recorded each week.

Each group of measures is followed by the kernel that writes their values in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from redbead.dynamics.quality import annual_turnover
from redbead.jit import kernel
from redbead.quantities import Measure
from redbead.state import practice_errors
from redbead.state.authority import Cases, Learning, Oversight, Service, WeeklyCounts
from redbead.state.constants import YEAR, Reals
from redbead.state.people import EMPTY, PERMANENT, Leaders, Managers, Workers
from redbead.state.practice_errors import DISCLOSURES, VIOLATION, Errors, first_row
from redbead.state.world import WeekContext
from redbead.team_measures import MANAGEMENT, PEERS

STAFF: Final = (
    Measure("leavers", "people/week", "permanent workers who left", "down", observable=True, whole=True),
    Measure("turnover", "1/year", "leavers in the last 52 weeks divided by mean permanent staff", "down", observable=True, headline=True),
    Measure("vacancy_rate", "share", "posts of the establishment without a permanent worker", "down", observable=True),
    Measure("agency_rate", "share", "agency workers among all workers", "down", observable=True),
    Measure("staff", "people", "workers in post, including agency staff", "up", observable=True, whole=True),
    Measure("skill", "0-1", "mean share of the skill that experience can give", "up", observable=False),
    Measure("caseload", "cases/worker", "mean number of open cases per worker", "down", observable=True),
    Measure("waiting", "cases", "open cases not yet allocated to a worker", "down", observable=True, whole=True),
    Measure("work_pressure", "ratio", "hours needed for all cases divided by the hours available", "down", observable=False),
    Measure("burnout", "0-1", "mean burnout", "down", observable=False),
    Measure("commitment", "sd", "mean commitment of workers, relative to new starters", "up", observable=False),
)  # fmt: skip


@kernel
def record_staff(
    workers: Workers, cases: Cases, service: Service, counts: WeeklyCounts, row: Reals, now: WeekContext
) -> None:
    """Write the measures of ``STAFF`` into one row of the output, in the same order."""
    a = now.authority
    staff = 0
    permanent = 0
    established = 0
    allocated = 0
    skill = 0.0
    burnout = 0.0
    commitment = 0.0
    needed = 0.0
    hours = 0.0
    end = now.first_post + cases.established[a]
    for w in range(now.first_post, now.end_post):
        filled = 1 if workers.status[w] != EMPTY else 0
        is_permanent = 1 if workers.status[w] == PERMANENT else 0
        staff += filled
        permanent += is_permanent
        established += is_permanent if w < end else 0
        allocated += workers.caseload[w]
        skill += workers.skill[w]
        burnout += workers.burnout[w]
        commitment += workers.commitment[w]
        needed += workers.pressure[w] * workers.hours[w]
        hours += workers.hours[w]
    people = max(1, staff)
    row[0] = counts.leavers[a]
    row[1] = annual_turnover(service, a)
    row[2] = 1.0 - established / max(1, cases.established[a])
    row[3] = (staff - permanent) / people
    row[4] = staff
    row[5] = skill / people
    row[6] = allocated / people
    row[7] = cases.waiting[a]
    row[8] = needed / hours if hours > 0.0 else 0.0
    row[9] = burnout / people
    row[10] = commitment / people


CULTURE: Final = (
    Measure("fear", "0-1", "mean fear of workers", "down", observable=False),
    Measure("willingness_to_report", "0-1", "mean probability that a worker raises a recognised ordinary error", "up", observable=False, headline=True),
    Measure("withholders", "share", "workers who concealed an error at least once in the last 52 weeks", "down", observable=False),
    Measure("manager_fear", "0-1", "mean fear of managers", "down", observable=False),
    Measure("passing_up", "0-1", "mean probability that a manager escalates a report of an ordinary error", "up", observable=False),
    Measure("blame", "0-1", "mean propensity of managers to respond to errors with blame", "neither", observable=False),
    Measure("leader_fear", "0-1", "fear of the director", "down", observable=False),
    Measure("usefulness", "0-1", "perceived usefulness of reporting", "up", observable=False),
    Measure("defences", "0-1", "share of possible lessons that are part of practice", "up", observable=False),
    Measure("compliance", "0-1", "orientation of the work towards compliance with inspection", "neither", observable=False),
    Measure("gaming", "0-1", "extent to which evidence shown to inspectors is embellished", "down", observable=False),
    Measure("threat", "0-1", "perceived threat of the next judgement", "neither", observable=False),
    Measure("sanctions", "people/week", "workers sanctioned", "neither", observable=True, whole=True),
)  # fmt: skip


@kernel
def record_culture(
    workers: Workers, managers: Managers, leaders: Leaders, learning: Learning, service: Service,
    oversight: Oversight, counts: WeeklyCounts, row: Reals, now: WeekContext,
) -> None:  # fmt: skip
    """Write the measures of ``CULTURE`` into one row of the output, in the same order."""
    a = now.authority
    staff = 0
    fear = 0.0
    willing = 0.0
    deciding = 0
    withholders = 0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            staff += 1
            fear += workers.fear[w]
            deciding += workers.tenure[w] > 0.0  # workers who started this week have not made a decision yet
            willing += workers.willingness[w, 1]
            withholders += now.week - workers.last_withheld[w] < YEAR
    people = max(1, staff)
    manager_fear = 0.0
    escalation = 0.0
    blame = 0.0
    for t in range(now.first_team, now.end_team):
        manager_fear += managers.fear[t]
        escalation += managers.escalation_chance[t, 1]
        blame += managers.blame[t]
    teams = max(1, now.end_team - now.first_team)
    row[0] = fear / people
    row[1] = willing / max(1, deciding)
    row[2] = withholders / people
    row[3] = manager_fear / teams
    row[4] = escalation / teams
    row[5] = blame / teams
    row[6] = leaders.fear[a]
    row[7] = learning.usefulness[a]
    row[8] = learning.defences[a]
    row[9] = service.compliance[a]
    row[10] = service.gaming[a]
    row[11] = oversight.threat[a]
    row[12] = counts.sanctions[a]


ERROR_COUNTS: Final = (
    Measure("errors_generated", "errors/week", "practice errors made", "down", observable=False, whole=True, headline=True),
    Measure("errors_recognised", "errors/week", "errors recognised by the worker who made or inherited them", "up", observable=False, whole=True),
    Measure("errors_reported", "errors/week", "errors raised by workers and escalated by managers", "neither", observable=True, whole=True),
    Measure("errors_analysed", "errors/week", "reports analysed", "up", observable=True, whole=True),
    Measure("hidden_errors", "errors", "errors that are not put right and unknown to the organisation", "down", observable=False, whole=True, headline=True),
    Measure("errors_unrecognised", "errors", "hidden errors that no worker has recognised", "down", observable=False, whole=True),
    Measure("errors_withheld", "errors", "hidden errors concealed by a worker", "down", observable=False, whole=True),
    Measure("errors_held_back", "errors", "hidden errors suppressed by a manager", "down", observable=False, whole=True),
    Measure("report_queue", "reports", "reports waiting for analysis", "down", observable=True, whole=True),
    Measure("errors_repaired", "errors/week", "hidden errors put right without a report", "neither", observable=False, whole=True),
    Measure("errors_expired", "errors/week", "errors that expired without effect", "neither", observable=False, whole=True),
    Measure("errors_discovered", "errors/week", "hidden errors discovered by others", "neither", observable=True, whole=True),
    Measure("errors_harmful", "errors/week", "errors that caused harm", "down", observable=True, whole=True),
    Measure("recorded_incidents", "errors/week", "errors that appear in records: reported, discovered by others, or harmful", "neither", observable=True, whole=True),
    Measure("serious_incidents", "incidents/week", "harm classified as a serious incident", "down", observable=True, whole=True, headline=True),
    Measure("confidential_reports", "reports/week", "concealed errors reported to a confidential system", "up", observable=True, whole=True),
)  # fmt: skip


@kernel
def record_error_counts(errors: Errors, counts: WeeklyCounts, row: Reals, now: WeekContext) -> None:
    """Write the measures of ``ERROR_COUNTS`` into one row of the output, in the same order."""
    a = now.authority
    unrecognised = 0
    concealed = 0
    suppressed = 0
    queue = 0
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        unrecognised += errors.state[e] == practice_errors.UNRECOGNISED
        concealed += errors.state[e] == practice_errors.CONCEALED_BY_WORKER
        suppressed += errors.state[e] == practice_errors.SUPPRESSED_BY_MANAGER
        queue += errors.state[e] == practice_errors.REPORTED
    row[0] = counts.generated[a]
    row[1] = counts.recognised[a]
    row[2] = counts.reported[a]
    row[3] = counts.analysed[a]
    row[4] = unrecognised + concealed + suppressed
    row[5] = unrecognised
    row[6] = concealed
    row[7] = suppressed
    row[8] = queue
    row[9] = counts.repaired[a]
    row[10] = counts.expired[a]
    row[11] = counts.discovered[a]
    row[12] = counts.harmed[a]
    row[13] = counts.reported[a] + counts.discovered[a] + counts.harmed[a] - counts.harmed_known[a]
    row[14] = counts.serious[a]
    row[15] = counts.confidential[a]


SERVICE: Final = (
    Measure("referrals", "cases/week", "referrals accepted", "neither", observable=True, whole=True),
    Measure("turned_away", "cases/week", "referrals rejected because the threshold was raised", "down", observable=True, whole=True),
    Measure("closures", "cases/week", "cases closed", "neither", observable=True, whole=True),
    Measure("service_quality", "ratio", "true quality of service, 1 at the reference", "up", observable=False, headline=True),
    Measure("visible_quality", "ratio", "quality as visible in records and at visits", "neither", observable=True),
    Measure("families_view", "ratio", "quality reported by families, 0 without feedback", "neither", observable=True),
    Measure("public_view", "ratio", "quality perceived by people who hear only of failures", "neither", observable=True),
    Measure("grade", "code", "published grade: 0 outstanding, 1 good, 2 requires improvement, 3 inadequate, -1 none yet", "neither", observable=True, whole=True),
    Measure("inspections", "visits/week", "visits completed", "neither", observable=True, whole=True),
    Measure("takeovers", "takeovers/week", "takeovers started", "neither", observable=True, whole=True),
    Measure("disruption", "index", "disruption of the work by change", "down", observable=False),
    Measure("unit_model", "0-1", "extent to which the service works in units", "neither", observable=True),
    Measure("cost", "pounds/week", "cost of staff, policies, prevention, visits, takeovers and reorganisations", "down", observable=True, headline=True),
    Measure("appeals", "appeals/week", "judgements challenged before publication", "neither", observable=True, whole=True),
    Measure("appeals_upheld", "appeals/week", "challenged judgements whose grade improved", "neither", observable=True, whole=True),
)  # fmt: skip


@kernel
def record_service(service: Service, oversight: Oversight, counts: WeeklyCounts, row: Reals, now: WeekContext) -> None:
    """Write the measures of ``SERVICE`` into one row of the output, in the same order."""
    a = now.authority
    row[0] = counts.referrals[a]
    row[1] = counts.turned_away[a]
    row[2] = counts.closures[a]
    row[3] = service.quality[a]
    row[4] = service.visible[a]
    row[5] = service.families_view[a]
    row[6] = service.public_view[a]
    row[7] = oversight.grade[a]
    row[8] = counts.inspections[a]
    row[9] = counts.takeovers[a]
    row[10] = service.disruption[a]
    row[11] = service.unit[a]
    row[12] = service.cost[a]
    row[13] = counts.appeals[a]
    row[14] = counts.appeals_upheld[a]


PUBLISHED: Final = (
    Measure("early_leavers", "people/week", "permanent workers who left with less than five years in post", "down", observable=True, whole=True),
    Measure("returning", "cases/week", "accepted referrals of families known before", "down", observable=True),
    Measure("judgements", "judgements/week", "judgements published", "neither", observable=True, whole=True),
    Measure("director_weeks", "weeks", "time in post of the director, permanent or interim", "neither", observable=True),
    Measure("interim_director", "0-1", "1 while an interim director is in post", "down", observable=True, whole=True),
)  # fmt: skip


@kernel
def record_published(leaders: Leaders, cases: Cases, counts: WeeklyCounts, row: Reals, now: WeekContext) -> None:
    """Write the measures of ``PUBLISHED`` into one row of the output, in the same order."""
    a = now.authority
    row[0] = counts.early_leavers[a]
    row[1] = cases.returning[a]
    row[2] = counts.judgements[a]
    row[3] = leaders.tenure[a]
    row[4] = 1.0 if leaders.interim[a] > 0.0 else 0.0


ERROR_LIFE: Final = (
    Measure("errors_raised", "errors/week", "errors raised with a manager", "up", observable=False, whole=True),
    Measure("errors_put_right", "errors/week", "errors put right, regardless of who knew", "up", observable=False, whole=True),
    Measure("known_errors", "errors", "errors known to the organisation and not yet put right", "down", observable=True, whole=True),
    Measure("violations", "errors/week", "errors that are routine violations", "down", observable=False, whole=True),
    Measure("violations_sanctioned", "people/week", "sanctions for violations and misconduct", "neither", observable=True, whole=True),
    Measure("perceived_certainty", "0-1", "mean perceived chance that a violation is found and sanctioned", "neither", observable=False),
    Measure("harm_after_report", "errors/week", "errors that caused harm after the organisation knew of them", "down", observable=True, whole=True),
    Measure("expired_after_report", "errors/week", "errors that expired after the organisation knew of them", "neither", observable=True, whole=True),
)  # fmt: skip


@kernel
def record_error_life(
    workers: Workers, managers: Managers, errors: Errors, counts: WeeklyCounts, row: Reals, now: WeekContext
) -> None:
    """Write the measures of ``ERROR_LIFE`` into one row of the output, in the same order."""
    a = now.authority
    known = 0
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        known += (errors.at_risk[e] == 1) & (errors.state[e] >= practice_errors.REPORTED)
    row[0] = counts.raised[a]
    row[1] = counts.put_right[a]
    row[2] = known
    just = 0
    for t in range(now.first_team, now.end_team):
        just += managers.just_sanctions[t]
    certainty = 0.0
    staff = 0
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            staff += 1
            certainty += workers.perceived_detection[w] * workers.perceived_sanction[w, VIOLATION * DISCLOSURES]
    row[3] = counts.violations[a]
    row[4] = just
    row[5] = certainty / max(1, staff)
    row[6] = counts.harmed_known[a]
    row[7] = counts.expired_known[a]


FORMAL_ACTION: Final = (
    Measure("dismissals", "people/week", "permanent workers dismissed", "neither", observable=True, whole=True),
    Measure("resignations", "people/week", "permanent workers who left without a dismissal", "down", observable=True, whole=True),
    Measure("under_formal_action", "people", "workers who face formal action", "neither", observable=True, whole=True),
    Measure("suspended", "people", "workers suspended from casework", "down", observable=True, whole=True),
    Measure("findings", "people/week", "formal actions that ended with a finding", "neither", observable=True, whole=True),
    Measure("sanctions_without_error", "people/week", "sanctions of workers who made no error", "down", observable=False, whole=True),
    Measure("incidents_without_error", "incidents/week", "serious incidents that no error caused", "neither", observable=False, whole=True),
    Measure("reproaches", "reproaches/week", "reproaches by managers for known errors", "neither", observable=False, whole=True),
)  # fmt: skip


@kernel
def record_formal_action(workers: Workers, counts: WeeklyCounts, row: Reals, now: WeekContext) -> None:
    """Write the measures of ``FORMAL_ACTION`` into one row of the output, in the same order."""
    a = now.authority
    under_action = 0
    suspended = 0
    for w in range(now.first_post, now.end_post):
        under_action += workers.action[w]
        suspended += workers.absence[w] >= 1.0
    row[0] = counts.dismissals[a]
    row[1] = counts.leavers[a] - counts.dismissals[a]
    row[2] = under_action
    row[3] = suspended
    row[4] = counts.findings[a]
    row[5] = counts.without_error[a]
    row[6] = counts.unavoidable[a]
    row[7] = counts.reproaches[a]


BY_CHANNEL: Final = (
    Measure("found_by_audit", "errors/week", "hidden errors that audits revealed", "neither", observable=True, whole=True),
    Measure("found_by_supervision", "errors/week", "hidden errors that supervision revealed to the manager", "neither", observable=True, whole=True),
    Measure("found_by_successor", "errors/week", "hidden errors that a successor of the worker revealed", "neither", observable=True, whole=True),
    Measure("found_by_partner", "errors/week", "hidden errors that a partner agency revealed", "neither", observable=True, whole=True),
    Measure("found_by_family", "errors/week", "hidden errors that complaints of families revealed", "neither", observable=True, whole=True),
    Measure("found_by_court", "errors/week", "hidden errors that courts revealed", "neither", observable=True, whole=True),
    Measure("raised_outside", "errors/week", "suppressed errors that workers raised outside the service", "neither", observable=True, whole=True),
)  # fmt: skip


@kernel
def record_channels(service: Service, row: Reals, now: WeekContext) -> None:
    """Write the measures of ``BY_CHANNEL`` into one row of the output, in the same order."""
    for channel in range(row.size):
        row[channel] = service.by_channel[now.authority, channel]


MEASURES: Final[tuple[Measure, ...]] = (
    STAFF + CULTURE + ERROR_COUNTS + SERVICE + PUBLISHED + ERROR_LIFE + FORMAL_ACTION + BY_CHANNEL + PEERS + MANAGEMENT
)
"""All measures, in the order of the columns of the output."""

MeasureLookup: TypeAlias = Callable[[str], Reals]
"""Function that returns the values of a measure by its name, of shape [runs, weeks]."""
