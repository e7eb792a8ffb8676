"""Stocks and flows of an authority: every array has one entry per authority, and some have a second axis."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead.quantities import Column
from redbead.state.constants import Reals, Whole


class Cases(NamedTuple):
    """Children and families known to the service, and the demand from referrals."""

    established: Annotated[Whole, Column("posts", 0, 1e6, "posts funded by the budget this week")]
    waiting: Annotated[Whole, Column("cases", 0, 1e9, "open cases not yet allocated to a worker")]
    recent_closures: Annotated[Reals, Column("cases/week", 0, 1e9, "closures, smoothed with the delay of re-referrals")]
    returning: Annotated[Reals, Column("cases/week", 0, 1e9, "accepted cases of the week that were known before")]
    surge: Annotated[Reals, Column("share", 0, 1e4, "additional referrals after publicity: the part that decays")]
    surge_rise: Annotated[Reals, Column("share", 0, 1e4, "part of that surge that has not yet built up")]
    surge_kept: Annotated[Reals, Column("share", 0, 1e4, "additional referrals after publicity: the lasting part")]
    surge_kept_rise: Annotated[Reals, Column("share", 0, 1e4, "part of the lasting surge that has not yet built up")]


class Learning(NamedTuple):
    """Organisational learning from errors."""

    defences: Annotated[Reals, Column("0-1", 0, 1, "share of possible lessons that are part of practice")]
    usefulness: Annotated[Reals, Column("0-1", 0, 1, "perceived usefulness of reporting")]
    hours: Annotated[Reals, Column("hours", 0, 1e6, "hours available for the analysis of the next report")]
    worth: Annotated[Reals, Column("reports/week", 0, 1e6, "errors analysed this week, weighted by what they teach")]
    misled: Annotated[Reals, Column("reports/week", 0, 1e6, "errors analysed wrongly this week, weighted likewise")]
    reports_rate: Annotated[Reals, Column("reports/week", 0, 1e6, "rate of reports, smoothed")]
    answers_rate: Annotated[Reals, Column("reports/week", 0, 1e6, "rate of analysed reports, smoothed")]


class Service(NamedTuple):
    """Quality, disruption, compliance and publicity of the service, and structural change."""

    standard: Annotated[
        Reals, Column("ratio", 0, 1, "working standard: accepted time per case, 1 at the full standard")
    ]
    quality: Annotated[Reals, Column("ratio", 0, 100, "true quality, 1 at the reference")]
    visible: Annotated[Reals, Column("ratio", -100, 100, "quality as visible in records and at visits")]
    disruption: Annotated[Reals, Column("index", 0, 50, "disruption of the work by change")]
    compliance: Annotated[Reals, Column("0-1", 0, 1, "orientation of the work towards compliance with inspection")]
    gaming: Annotated[Reals, Column("0-1", 0, 1, "gaming: extent to which evidence shown to inspectors is embellished")]
    publicity: Annotated[Reals, Column("index", 0, 1e4, "public attention to failures of the authority")]
    incident_memory: Annotated[Reals, Column("index", 0, 1e6, "recent serious incidents, decaying")]
    announced_trust: Annotated[Reals, Column("0-1", 0, 1, "trust of staff in an announced just culture")]
    experienced_then: Annotated[Reals, Column("sanctions", 0, 1e4, "what staff remembered when it was announced")]
    error_climate: Annotated[Reals, Column("log", -20, 20, "log error rate that all workers share this week")]
    recognition_chance: Annotated[Reals, Column("0-1", 0, 1, "usual probability of recognising an error at once")]
    serious_share: Annotated[Reals, Column("share", 0, 1, "share of serious errors among errors made this week")]
    discovery_share: Annotated[Reals, Column("share", 0, 1, "hours that audit, supervision and inquiries take")]
    by_channel: Annotated[Whole, Column("errors/week", 0, 1e6, "hidden errors revealed by each channel of discovery")]
    reassurance: Annotated[Reals, Column("0-1", 0, 1, "reduction of fear by the announcement")]
    broken_promise: Annotated[Whole, Column("flag", 0, 1, "1 after the promise of a just culture has been broken")]
    cost: Annotated[Reals, Column("pounds", 0, 1e12, "cost of the week")]
    pressure: Annotated[Reals, Column("ratio", 0, 1e6, "work pressure: hours needed over hours available, last week")]
    improving: Annotated[Reals, Column("share", 0, 1, "staff hours actually spent on improvement")]
    embedded: Annotated[
        Reals, Column("share", 0, 1, "share of an announced culture that has survived changes of leader")
    ]
    prevention: Annotated[Reals, Column("share", 0, 1, "budget share of prevention that has become effective")]
    families_view: Annotated[Reals, Column("ratio", -100, 100, "quality reported by families, 0 without feedback")]
    public_view: Annotated[Reals, Column("ratio", 0, 100, "quality perceived from reported failures alone")]
    unit: Annotated[Reals, Column("0-1", 0, 1, "extent to which the service works in units")]
    abandoned: Annotated[
        Whole, Column("flag", 0, 1, "1 after the unit model has been abandoned following a poor grade")
    ]
    reorganised: Annotated[Reals, Column("0-1", 0, 1, "extent of a reorganisation")]
    redesigned: Annotated[Reals, Column("0-1", 0, 1, "extent of a redesign")]
    outsourced: Annotated[Reals, Column("0-1", 0, 1, "extent to which another provider runs the service")]
    debated: Annotated[Reals, Column("0-1", 0, 1, "intensity of the debate about outsourcing")]
    efficiency: Annotated[Reals, Column("ratio", 0, 10, "output of the same staff under the current structures")]
    design: Annotated[Reals, Column("log", -9, 9, "reduction of the error rate by the current design")]
    change_cost: Annotated[Reals, Column("share of yearly budget", 0, 1, "cost of the reorganisation in this week")]
    leavers_ring: Annotated[Whole, Column("people", 0, 1e6, "leavers in each of the last 52 weeks")]
    staff_ring: Annotated[
        Whole, Column("people", -1, 1e6, "permanent staff in each of the last 52 weeks, -1 before the start")
    ]


class Oversight(NamedTuple):
    """Inspection, grade and government control of the authority."""

    grade: Annotated[Whole, Column("code", -1, 3, "0 outstanding to 3 inadequate, -1 none yet")]
    pending: Annotated[Whole, Column("code", -1, 3, "grade not yet published, -1 none")]
    next_visit: Annotated[Whole, Column("week", -1e6, 1e9, "week in which the next visit starts")]
    last_visit: Annotated[Whole, Column("week", -1e6, 1e9, "week in which the last visit started")]
    publish_at: Annotated[Whole, Column("week", -1e6, 1e9, "week in which the pending grade is published")]
    inadequate_at: Annotated[Whole, Column("week", -1e6, 1e9, "week of publication of the current inadequate grade")]
    test_at: Annotated[Whole, Column("week", -1e6, 1e9, "week of the takeover test")]
    visible_then: Annotated[Reals, Column("ratio", -100, 100, "visible quality at publication of the inadequate grade")]
    imposing: Annotated[Whole, Column("flag", 0, 1, "1 while a grade is imposed, so that it is published only once")]
    controlled: Annotated[Whole, Column("code", 0, 2, "0 council, 1 commissioner, 2 trust")]
    threat: Annotated[Reals, Column("0-1", 0, 1, "perceived threat of the next judgement")]
    preparing: Annotated[Whole, Column("flag", 0, 1, "1 in the weeks of notice and of the visit")]
    transient: Annotated[Reals, Column("logit", -9, 9, "passing state of the service that affects a visit")]
    poor_seen: Annotated[Reals, Column("share", 0, 1, "share of poor cases on which the last judgement is based")]
    report_severity: Annotated[Reals, Column("0-1", 0, 1, "severity of the last report: 1 is the label inadequate")]
    narrated: Annotated[Reals, Column("0-1", 0, 1, "extent to which the last report used words instead of a grade")]
    monitor_at: Annotated[Whole, Column("week", -1e6, 1e9, "week of the next monitoring visit")]
    monitored: Annotated[Reals, Column("share", 0, 1, "share of poor cases at the latest monitoring visit")]
    extra_funding: Annotated[Reals, Column("share", 0, 1, "additional posts funded since a takeover")]
    borrowed: Annotated[
        Reals, Column("share", 0, 1, "hours lent by donor authorities, relative to those of the authority's staff")
    ]


class WeeklyCounts(NamedTuple):
    """Counts of the events of one week, reset at the start of each week."""

    referrals: Annotated[Whole, Column("cases", 0, 1e9, "cases accepted")]
    turned_away: Annotated[Whole, Column("cases", 0, 1e9, "referrals rejected because the threshold was raised")]
    closures: Annotated[Whole, Column("cases", 0, 1e9, "cases closed")]
    generated: Annotated[Whole, Column("errors", 0, 1e9, "errors made")]
    violations: Annotated[Whole, Column("errors", 0, 1e9, "errors made that are routine violations")]
    recognised: Annotated[Whole, Column("errors", 0, 1e9, "errors recognised by a worker")]
    raised: Annotated[Whole, Column("errors", 0, 1e9, "errors raised with a manager")]
    concealed: Annotated[Whole, Column("errors", 0, 1e9, "errors concealed by a worker")]
    reported: Annotated[Whole, Column("errors", 0, 1e9, "errors escalated by a manager")]
    suppressed: Annotated[Whole, Column("errors", 0, 1e9, "errors suppressed by a manager")]
    transferred: Annotated[Whole, Column("cases", 0, 1e9, "cases that moved between workers of a team")]
    confidential: Annotated[Whole, Column("reports", 0, 1e9, "concealed errors reported to a confidential system")]
    analysed: Annotated[Whole, Column("errors", 0, 1e9, "reports and discovered errors analysed")]
    answered: Annotated[Whole, Column("errors", 0, 1e9, "reports analysed")]
    repaired: Annotated[Whole, Column("errors", 0, 1e9, "hidden errors repaired without a report")]
    expired: Annotated[Whole, Column("errors", 0, 1e9, "errors that expired without effect")]
    discovered: Annotated[Whole, Column("errors", 0, 1e9, "hidden errors discovered by others")]
    harmed: Annotated[Whole, Column("errors", 0, 1e9, "errors that caused harm")]
    harmed_known: Annotated[
        Whole, Column("errors", 0, 1e9, "errors that caused harm after the organisation knew of them")
    ]
    expired_known: Annotated[Whole, Column("errors", 0, 1e9, "errors that expired after the organisation knew of them")]
    put_right: Annotated[Whole, Column("errors", 0, 1e9, "errors put right, hidden or known")]
    serious: Annotated[Whole, Column("incidents", 0, 1e9, "serious incidents")]
    prominent: Annotated[Whole, Column("incidents", 0, 1e9, "serious incidents that became public scandals")]
    sanctions: Annotated[Whole, Column("people", 0, 1e9, "workers sanctioned")]
    peer_reports: Annotated[Whole, Column("reports", 0, 1e9, "reports about colleagues")]
    wrong_peer_reports: Annotated[Whole, Column("reports", 0, 1e9, "reports about colleagues who made no such error")]
    managers_sanctioned: Annotated[Whole, Column("people", 0, 1e9, "managers sanctioned for blaming")]
    without_error: Annotated[Whole, Column("people", 0, 1e9, "workers sanctioned who made no error")]
    findings: Annotated[Whole, Column("people", 0, 1e9, "formal actions that ended with a finding")]
    reproaches: Annotated[Whole, Column("count", 0, 1e9, "reproaches by managers")]
    unavoidable: Annotated[Whole, Column("incidents", 0, 1e9, "serious incidents without an error")]
    dismissals: Annotated[Whole, Column("people", 0, 1e9, "permanent workers dismissed")]
    leavers: Annotated[Whole, Column("people", 0, 1e9, "permanent workers who left")]
    early_leavers: Annotated[Whole, Column("people", 0, 1e9, "leavers with less than five years in post")]
    departures: Annotated[Whole, Column("people", 0, 1e9, "permanent and agency workers who left their post")]
    hires: Annotated[Whole, Column("people", 0, 1e9, "permanent workers who started")]
    managers_left: Annotated[Whole, Column("people", 0, 1e9, "managers who left")]
    leaders_left: Annotated[Whole, Column("people", 0, 1e9, "directors who left")]
    inspections: Annotated[Whole, Column("visits", 0, 1e9, "visits completed")]
    judgements: Annotated[Whole, Column("judgements", 0, 1e9, "judgements published")]
    takeovers: Annotated[Whole, Column("takeovers", 0, 1e9, "takeovers started")]
    monitoring_visits: Annotated[Whole, Column("visits", 0, 1e9, "monitoring visits")]
    appeals: Annotated[Whole, Column("appeals", 0, 1e9, "judgements challenged before publication")]
    appeals_upheld: Annotated[Whole, Column("appeals", 0, 1e9, "challenged judgements whose grade improved")]
