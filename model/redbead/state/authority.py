"""Stocks and flows of an authority: every array has one entry an authority (and a second axis where it says so)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead.quantities import Column
from redbead.state.types import Reals, Whole


class Cases(NamedTuple):
    """Children and families known to the service."""

    established: Annotated[Whole, Column("posts", 0, 1e6, "posts that the budget pays for this week")]
    waiting: Annotated[Whole, Column("cases", 0, 1e9, "open cases that nobody holds yet")]
    recent_closures: Annotated[Reals, Column("cases/week", 0, 1e9, "closures, delayed by the time to come back")]
    returning: Annotated[Reals, Column("cases/week", 0, 1e9, "of the week's accepted cases, those known before")]
    surge: Annotated[Reals, Column("share", 0, 1e4, "extra referrals after publicity that still rise or decay")]
    surge_rise: Annotated[Reals, Column("share", 0, 1e4, "part of the surge that has not yet arrived")]
    surge_kept: Annotated[Reals, Column("share", 0, 1e4, "extra referrals that outlast the first years")]
    surge_kept_rise: Annotated[Reals, Column("share", 0, 1e4, "part of the lasting surge that has not yet arrived")]


class Learning(NamedTuple):
    """What the organisation knows about its own errors."""

    defences: Annotated[Reals, Column("0-1", 0, 1, "share of what could be learnt that is built into the work")]
    usefulness: Annotated[Reals, Column("0-1", 0, 1, "how useful staff find it to report")]
    hours: Annotated[Reals, Column("hours", 0, 1e6, "analysis hours saved up for the next report")]
    reports_rate: Annotated[Reals, Column("reports/week", 0, 1e6, "reports of late, smoothed")]
    answers_rate: Annotated[Reals, Column("reports/week", 0, 1e6, "analysed reports of late, smoothed")]


class Service(NamedTuple):
    """How the service stands: quality, disruption, attention to compliance, publicity."""

    standard: Annotated[Reals, Column("ratio", 0, 1, "working standard of time per case")]
    quality: Annotated[Reals, Column("ratio", 0, 100, "true quality, 1 at the reference")]
    visible: Annotated[Reals, Column("ratio", -100, 100, "quality as records and visits show it")]
    disruption: Annotated[Reals, Column("index", 0, 50, "how far change and upheaval disturb the work")]
    compliance: Annotated[Reals, Column("0-1", 0, 1, "how far work is aimed at inspection")]
    gaming: Annotated[Reals, Column("0-1", 0, 1, "how far what inspectors are shown is dressed up")]
    publicity: Annotated[Reals, Column("index", 0, 1e4, "public attention to the authority's failures")]
    incident_memory: Annotated[Reals, Column("index", 0, 1e4, "recent serious incidents, fading")]
    broken_promise: Annotated[Whole, Column("flag", 0, 1, "1 once an announced just culture has been broken")]
    cost: Annotated[Reals, Column("pounds", 0, 1e12, "cost of the week")]
    pressure: Annotated[Reals, Column("ratio", 0, 1e6, "hours needed over hours there were, last week")]
    improving: Annotated[Reals, Column("share", 0, 1, "staff hours that really go into improvement")]
    embedded: Annotated[Reals, Column("share", 0, 1, "what of an announced culture has survived changes of leader")]
    prevention: Annotated[Reals, Column("share", 0, 1, "budget share of prevention that has begun to work")]
    families_view: Annotated[Reals, Column("ratio", -100, 100, "quality as families tell it, 0 where nobody asks")]
    public_view: Annotated[Reals, Column("ratio", 0, 100, "quality as it looks from failures in the news alone")]
    unit: Annotated[Reals, Column("0-1", 0, 1, "how far the service works in units")]
    abandoned: Annotated[Whole, Column("flag", 0, 1, "1 once the units have been given up after a bad grade")]
    reorganised: Annotated[Reals, Column("0-1", 0, 1, "extent of a reorganisation")]
    redesigned: Annotated[Reals, Column("0-1", 0, 1, "extent of a redesign")]
    outsourced: Annotated[Reals, Column("0-1", 0, 1, "extent to which another provider runs the service")]
    debated: Annotated[Reals, Column("0-1", 0, 1, "how loud the debate about outsourcing is")]
    efficiency: Annotated[Reals, Column("ratio", 0, 10, "output of the same people in the structures in force")]
    design: Annotated[Reals, Column("log", -9, 9, "fall of the error rate by the design in force")]
    change_cost: Annotated[Reals, Column("share of yearly budget", 0, 1, "cost of this week's reorganisation")]
    leavers_ring: Annotated[Whole, Column("people", 0, 1e6, "leavers of each of the last 52 weeks")]
    staff_ring: Annotated[
        Whole, Column("people", -1, 1e6, "permanent staff in each of the last 52 weeks, -1 before the start")
    ]


class Oversight(NamedTuple):
    """Where the authority stands with its inspectors and its government."""

    grade: Annotated[Whole, Column("code", -1, 3, "0 outstanding to 3 inadequate, -1 none yet")]
    pending: Annotated[Whole, Column("code", -1, 3, "grade given but not published yet, -1 none")]
    next_visit: Annotated[Whole, Column("week", -1e6, 1e9, "week in which the next visit starts")]
    last_visit: Annotated[Whole, Column("week", -1e6, 1e9, "week in which the last visit started")]
    publish_at: Annotated[Whole, Column("week", -1e6, 1e9, "week in which the pending grade is published")]
    inadequate_at: Annotated[Whole, Column("week", -1e6, 1e9, "week of publication of the present inadequate grade")]
    test_at: Annotated[Whole, Column("week", -1e6, 1e9, "week of the takeover test")]
    visible_then: Annotated[
        Reals, Column("ratio", -100, 100, "visible quality when the inadequate grade was published")
    ]
    imposing: Annotated[Whole, Column("flag", 0, 1, "1 while a grade is imposed, so that it is published once")]
    controlled: Annotated[Whole, Column("code", 0, 2, "0 council, 1 commissioner, 2 trust")]
    threat: Annotated[Reals, Column("0-1", 0, 1, "how near and how dangerous the next judgement is")]
    preparing: Annotated[Whole, Column("flag", 0, 1, "1 in weeks of notice and of the visit")]
    transient: Annotated[Reals, Column("logit", -9, 9, "passing state of the service that a snapshot would catch")]
    poor_seen: Annotated[Reals, Column("share", 0, 1, "share of poor cases on which the last judgement rests")]
    report_severity: Annotated[Reals, Column("0-1", 0, 1, "how hard the last report bites: 1 is an inadequate label")]
    narrated: Annotated[Reals, Column("0-1", 0, 1, "how far the last report spoke in words instead of a label")]
    monitor_at: Annotated[Whole, Column("week", -1e6, 1e9, "week of the next monitoring visit")]
    monitored: Annotated[Reals, Column("share", 0, 1, "share of poor cases at the latest monitoring visit")]
    extra_funding: Annotated[Reals, Column("share", 0, 1, "posts added since a takeover")]
    borrowed: Annotated[Reals, Column("share", 0, 1, "hours that donor authorities lend, over those of own staff")]


class WeeklyCounts(NamedTuple):
    """What happened this week, in whole numbers; emptied every Monday."""

    referrals: Annotated[Whole, Column("cases", 0, 1e9, "cases accepted")]
    turned_away: Annotated[Whole, Column("cases", 0, 1e9, "families turned away by a raised threshold")]
    closures: Annotated[Whole, Column("cases", 0, 1e9, "cases closed")]
    generated: Annotated[Whole, Column("errors", 0, 1e9, "errors made")]
    recognised: Annotated[Whole, Column("errors", 0, 1e9, "errors recognised by those who made them")]
    raised: Annotated[Whole, Column("errors", 0, 1e9, "errors told to a manager")]
    concealed: Annotated[Whole, Column("errors", 0, 1e9, "errors kept back by a worker")]
    reported: Annotated[Whole, Column("errors", 0, 1e9, "errors that a manager passed up")]
    suppressed: Annotated[Whole, Column("errors", 0, 1e9, "errors that a manager kept back")]
    confidential: Annotated[Whole, Column("reports", 0, 1e9, "withheld errors told to a confidential system")]
    analysed: Annotated[Whole, Column("errors", 0, 1e9, "reports analysed")]
    repaired: Annotated[Whole, Column("errors", 0, 1e9, "hidden errors put right on the quiet")]
    expired: Annotated[Whole, Column("errors", 0, 1e9, "hidden errors that ceased to matter")]
    discovered: Annotated[Whole, Column("errors", 0, 1e9, "hidden errors found by others")]
    harmed: Annotated[Whole, Column("errors", 0, 1e9, "hidden errors that did harm")]
    serious: Annotated[Whole, Column("incidents", 0, 1e9, "serious incidents")]
    prominent: Annotated[Whole, Column("incidents", 0, 1e9, "serious incidents that became public scandals")]
    sanctions: Annotated[Whole, Column("people", 0, 1e9, "workers sanctioned")]
    leavers: Annotated[Whole, Column("people", 0, 1e9, "permanent workers who left")]
    early_leavers: Annotated[Whole, Column("people", 0, 1e9, "leavers who had been in post for less than five years")]
    departures: Annotated[Whole, Column("people", 0, 1e9, "workers of any kind who left their post")]
    hires: Annotated[Whole, Column("people", 0, 1e9, "permanent workers who started")]
    managers_left: Annotated[Whole, Column("people", 0, 1e9, "managers who left")]
    leaders_left: Annotated[Whole, Column("people", 0, 1e9, "directors who left")]
    inspections: Annotated[Whole, Column("visits", 0, 1e9, "visits that ended")]
    judgements: Annotated[Whole, Column("judgements", 0, 1e9, "judgements published")]
    takeovers: Annotated[Whole, Column("takeovers", 0, 1e9, "takeovers that began")]
    monitoring_visits: Annotated[Whole, Column("visits", 0, 1e9, "monitoring visits")]
    appeals: Annotated[Whole, Column("appeals", 0, 1e9, "judgements challenged before publication")]
    appeals_upheld: Annotated[Whole, Column("appeals", 0, 1e9, "challenged judgements whose grade rose")]
