"""Channels by which hidden errors come to light other than by the worker who made them.

Audit and supervision take hours and cover a share of cases or staff. A worker who takes over a case, a partner agency,
a family, a court and a worker who goes outside the service find errors without effort by the service, but each such
discovery takes hours to look into. All are off by default: ``aftermath.found`` is the hazard of all other channels.
"""

from __future__ import annotations

import math
from typing import Annotated, Final, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import practice_errors, world
from redbead.state.authority import Service, WeeklyCounts
from redbead.state.maths import chance
from redbead.state.people import EMPTY, Managers, Workers, at_work
from redbead.state.practice_errors import Errors, draw_for_errors, error_number, first_row
from redbead.state.world import EventLog, WeekContext, log_event

AUDIT: Final = 0
SUPERVISION: Final = 1
HANDOVER: Final = 2
PARTNER: Final = 3
FAMILY: Final = 4
COURT: Final = 5
OUTSIDE: Final = 6
CHANNELS: Final = 7
"""Channels of discovery, in the order of the weekly counts."""


class Discovery(NamedTuple):
    """Rates and costs of the channels of discovery."""

    # fmt: off
    audits: Annotated[float, Param("1/week", 0, 0.1, "share of open cases audited in a week", causal_link=True,
        distribution="off")] = 0.0
    audit_finds: Annotated[float, Param("0-1", 0, 1, "chance that an audit finds a hidden ordinary error in the case",
        distribution="off")] = 0.3
    audit_hours: Annotated[float, Param("hours", 0.5, 10, "hours that one audit takes", distribution="off")] = 3.0
    supervision: Annotated[float, Param("1/week", 0, 1, "sessions of supervision per worker in a week",
        causal_link=True, distribution="off")] = 0.0
    supervision_finds: Annotated[float, Param("0-1", 0, 1, "chance that a session reveals a hidden ordinary error",
        "assumed", "effects of supervision on practice are weak: Carpenter et al. 2013", ("carpenter-2013",),
        distribution="off")] = 0.05
    supervision_hours: Annotated[float, Param(
        "hours", 0.5, 5, "hours of the worker that one session takes", distribution="off")] = 1.5
    handover: Annotated[float, Param("1/week", 0, 0.2,
        "hazard that a successor finds an ordinary error of a worker who has left", causal_link=True,
        distribution="off")] = 0.0
    partner: Annotated[float, Param("1/week", 0, 0.05, "hazard that a partner agency finds an ordinary error",
        causal_link=True, distribution="off")] = 0.0
    family: Annotated[float, Param("1/week", 0, 0.05, "hazard that a complaint reveals an ordinary error",
        causal_link=True, distribution="off")] = 0.0
    court: Annotated[float, Param("1/week", 0, 0.05, "hazard that a court or guardian finds an ordinary error",
        causal_link=True, distribution="off")] = 0.0
    outside: Annotated[float, Param("1/week", 0, 0.2,
        "hazard that a worker without fear raises a suppressed error outside the service", causal_link=True,
        distribution="off")] = 0.0
    retaliation: Annotated[float, Param("0-1", 0, 1,
        "chance that a worker who did so is accused, under full blame", causal_link=True, distribution="off")] = 0.0
    inquiry_hours: Annotated[float, Param("hours", 0, 40,
        "hours to look into one error that a channel outside the service revealed", distribution="off")] = 8.0
    severity: Annotated[float, Param("log/step", 0, 2, "increase of all these hazards with severity",
        causal_link=True, distribution="off")] = 0.0
    # fmt: on


class ChannelHazards(NamedTuple):
    """Hazards of one hidden error, by channel. [1/week]"""

    audit: float
    supervision: float
    handover: float
    partner: float
    family: float
    court: float
    outside: float


@rule
def channel_hazards(
    severity: int, author_has_left: bool, is_suppressed: bool, fear: float, c: Discovery
) -> ChannelHazards:
    r"""Hazards that a hidden error is revealed, by channel.

    Parameters
    ----------
    severity : int
        0 for a near miss, 1 for an ordinary error, 2 for a serious error.
    author_has_left : bool
        Whether the worker who made the error has left the post.
    is_suppressed : bool
        Whether the worker raised the error and the manager suppressed it.
    fear : float
        The worker's fear. [0-1]
    c : Discovery
        Coefficients.

    Returns
    -------
    ChannelHazards
        Hazards. [1/week]

    Notes
    -----
    Equation E239, all multiplied by :math:`e^{\kappa (s - 1)}` for severity :math:`s` and ``severity`` :math:`\kappa`:

    .. math:: h_a = n_a q_a, \quad h_s = n_s q_s, \quad h_h = \eta [\text{left}],
       \quad h_o = \omega (1 - F) [\text{suppressed}]

    for audits :math:`n_a` and sessions of supervision :math:`n_s` per week and the chance :math:`q` that each finds the
    error; partner agencies, families and courts have constant hazards. Supervision requires a worker in post who made
    the error.

    References
    ----------
    carpenter-2013

    Examples
    --------
    >>> channel_hazards(1, False, False, 0.5, Discovery(audits=0.02)).audit
    0.006
    >>> channel_hazards(1, False, True, 0.5, Discovery(outside=0.1)).outside
    0.05
    """
    ratio = math.exp(c.severity * (severity - 1.0))
    return ChannelHazards(
        ratio * c.audits * c.audit_finds,
        0.0 if author_has_left else ratio * c.supervision * c.supervision_finds,
        ratio * c.handover if author_has_left else 0.0,
        ratio * c.partner,
        ratio * c.family,
        ratio * c.court,
        ratio * c.outside * (1.0 - fear) if is_suppressed and not author_has_left else 0.0,
    )


@rule
def share_of_hours(caseload: float, hours: float, c: Discovery) -> float:
    r"""Share of contracted hours that audits and supervision take.

    Parameters
    ----------
    caseload : float
        Open cases per worker. [cases]
    hours : float
        Contracted hours of one worker. [hours/week]
    c : Discovery
        Coefficients.

    Returns
    -------
    float
        Share. [0-1]

    Notes
    -----
    Equation E239b:

    .. math:: x = \min(1, (n_a h_a N + n_s h_s) / h)

    where :math:`N` is ``caseload``, :math:`h` is ``hours``, and :math:`h_a` and :math:`h_s` are ``audit_hours`` and
    ``supervision_hours``.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> share_of_hours(16.0, 40.0, Discovery()), share_of_hours(16.0, 40.0, Discovery(audits=0.05, audit_hours=2.5))
    (0.0, 0.05)
    """
    needed = c.audits * c.audit_hours * caseload + c.supervision * c.supervision_hours
    return min(1.0, needed / hours)


@kernel
def discover_by_channel(
    workers: Workers, managers: Managers, errors: Errors, service: Service, counts: WeeklyCounts, event_log: EventLog,
    contracted: float, c: Discovery, now: WeekContext,
) -> None:  # fmt: skip
    """Reveal hidden errors by channel, and compute the hours that the channels take from next week.

    Writes ``state``, ``since`` and ``source`` of the errors, ``service.discovery_share``, ``service.by_channel``,
    ``counts.discovered``, the teams' counts of hidden errors that ended and were found, one event per error, and
    ``workers.accused`` of those who meet retaliation. What supervision reveals becomes known to the manager, who
    decides on it this week as on an error that was raised. Random numbers are keyed by error.

    Parameters
    ----------
    contracted : float
        Contracted hours of one worker. [hours/week]
    """
    a = now.authority
    service.discovery_share[a] = 0.0
    service.by_channel[a, :] = 0
    hazards = c.audits + c.supervision + c.handover + c.partner + c.family + c.court + c.outside
    if hazards <= 0.0:
        return
    first = first_row(errors, a)
    outside = 0
    draw_for_errors(errors, now.seed, rng.CHANNEL, now.week, first, first + errors.live[a])
    for e in range(first, first + errors.live[a]):
        state = errors.state[e]
        is_decided_on = state == practice_errors.RAISED_WITH_MANAGER  # by the manager, this week
        if is_decided_on or state >= practice_errors.REPORTED or errors.at_risk[e] == 0:
            continue
        w = errors.author[e]
        has_left = errors.spell[e] != workers.spell[w]
        h = channel_hazards(
            errors.severity[e], has_left, state == practice_errors.SUPPRESSED_BY_MANAGER, workers.fear[w], c
        )
        total = h.audit + h.supervision + h.handover + h.partner + h.family + h.court + h.outside
        p = chance(total)
        if errors.uniform[e] < p:
            channel = _channel_at(errors.uniform[e] / p * total, h)
            outside += channel >= PARTNER
            service.by_channel[a, channel] += 1
            _reveal(workers, managers, errors, counts, event_log, e, channel, c, now)
    _book_hours(workers, service, outside, contracted, c, now)


@rule
def _channel_at(position: float, h: ChannelHazards) -> int:
    """Channel in which ``position`` lies among the cumulated hazards."""
    channel = 0
    for hazard in h:
        position -= hazard
        if position >= 0.0:
            channel += 1
    return min(channel, OUTSIDE)


@kernel
def _reveal(
    workers: Workers, managers: Managers, errors: Errors, counts: WeeklyCounts, event_log: EventLog, e: int,
    channel: int, c: Discovery, now: WeekContext,
) -> None:  # fmt: skip
    """Record that error ``e`` was revealed by ``channel``; draw retaliation against a worker who went outside."""
    a = now.authority
    w = errors.author[e]
    t = workers.team[w]
    errors.since[e] = now.week
    number, severity = error_number(errors, e), errors.severity[e]
    if channel == SUPERVISION:
        errors.state[e] = practice_errors.RAISED_WITH_MANAGER
        log_event(event_log, now, world.RAISED, t, w, errors.spell[e], number, severity)
        return
    errors.state[e] = practice_errors.DISCOVERED
    errors.source[e] = practice_errors.BY_DISCOVERY
    counts.discovered[a] += 1
    managers.ended[t] += 1
    managers.detected[t] += 1
    log_event(event_log, now, world.DISCOVERED, t, w, errors.spell[e], number, severity)
    if channel == OUTSIDE:
        u = rng.uniform(now.seed, rng.RETALIATION, now.week, errors.key[e])
        if u < c.retaliation * managers.blame[t]:
            workers.accused[w] = now.week


@kernel
def _book_hours(
    workers: Workers, service: Service, outside: int, contracted: float, c: Discovery, now: WeekContext
) -> None:
    """Compute the share of hours that audits, supervision and inquiries take from next week."""
    cases = 0
    staff = 0
    for w in range(now.first_post, now.end_post):
        cases += workers.caseload[w] if workers.status[w] != EMPTY else 0
        staff += at_work(workers, w)
    staff = max(1, staff)
    share = share_of_hours(cases / staff, contracted, c) + outside * c.inquiry_hours / (staff * contracted)
    service.discovery_share[now.authority] = min(1.0, share)
