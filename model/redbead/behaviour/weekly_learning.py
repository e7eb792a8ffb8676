"""Weekly kernels of learning: analysis of reports and discovered errors, defences, and local improvement."""

from __future__ import annotations

from redbead import rng
from redbead.behaviour.learning import (
    Lessons,
    analysis_accuracy,
    analysis_quality,
    forgetting_rate,
    learning_rate,
    step_local_improvement,
    usefulness_target,
    worth_of_lesson,
)
from redbead.jit import kernel
from redbead.state import practice_errors, world
from redbead.state.authority import Learning, Oversight, Service, WeeklyCounts
from redbead.state.constants import REFERENCE_POSTS, YEAR
from redbead.state.maths import approach, clip01
from redbead.state.people import EMPTY, PERMANENT, Managers, Workers, staff_at_work
from redbead.state.practice_errors import Errors, error_number, first_row
from redbead.state.world import EventLog, WeekContext, log_event


@kernel
def analyse_reports(
    workers: Workers, errors: Errors, learning: Learning, counts: WeeklyCounts, event_log: EventLog,
    hours: float, c: Lessons, now: WeekContext,
) -> None:  # fmt: skip
    r"""Analyse escalated reports and discovered errors, oldest first, as far as the reserved hours allow.

    Reads the staff at work. Writes ``hours``, ``worth`` and ``misled`` of learning, ``errors.state``,
    ``errors.since``, ``counts.analysed``, ``counts.answered`` and one ``ANALYSED`` event per error. Errors that exceed
    the hours wait; unused hours beyond one report expire.

    Parameters
    ----------
    hours : float
        Contracted hours of one worker. [hours/week]

    Notes
    -----
    Equation E20, hours gained per week and reports analysed with them:

    .. math:: H \leftarrow H + \kappa \, h \, N_{staff}, \qquad n = \min(I, \lfloor H / h_I \rfloor)

    where :math:`\kappa` is ``capacity``, :math:`h` is ``hours``, :math:`h_I` is ``hours_per_report`` and :math:`I` is
    the number of errors in the queue. A near miss takes ``hours_near_miss`` times these hours.
    """
    a = now.authority
    learning.hours[a] += c.capacity * hours * staff_at_work(workers, now.first_post, now.end_post)
    learning.worth[a] = 0.0
    learning.misled[a] = 0.0
    backlog = 0.0
    if c.accuracy_backlog > 0.0:
        backlog = _reports_waiting(errors, now) * c.hours_per_report / max(1e-9, learning.hours[a])
    accuracy = analysis_accuracy(backlog, c)
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        if errors.state[e] != practice_errors.REPORTED:
            continue
        needed = c.hours_per_report * (c.hours_near_miss if errors.severity[e] == 0 else 1.0)
        if learning.hours[a] >= needed:
            learning.hours[a] -= needed
            errors.state[e] = practice_errors.ANALYSED
            errors.since[e] = now.week
            is_report = errors.source[e] == practice_errors.BY_REPORT
            worth = worth_of_lesson(errors.severity[e], is_report, c)
            if rng.uniform(now.seed, rng.ANALYSIS, now.week, errors.key[e]) < accuracy:
                learning.worth[a] += worth
            else:
                learning.misled[a] += worth
            counts.analysed[a] += 1
            counts.answered[a] += is_report
            w = errors.author[e]
            number, severity = error_number(errors, e), errors.severity[e]
            log_event(event_log, now, world.ANALYSED, workers.team[w], w, errors.spell[e], number, severity)
    learning.hours[a] = min(learning.hours[a], c.hours_per_report)


@kernel
def _reports_waiting(errors: Errors, now: WeekContext) -> int:
    """Number of reports and discovered errors that wait for analysis. [errors]"""
    waiting = 0
    first = first_row(errors, now.authority)
    for e in range(first, first + errors.live[now.authority]):
        waiting += errors.state[e] == practice_errors.REPORTED
    return waiting


@kernel
def update_learning(
    workers: Workers, managers: Managers, learning: Learning, service: Service, oversight: Oversight,
    counts: WeeklyCounts, posts: int, information: float, review_weeks: float, c: Lessons, now: WeekContext,
) -> None:  # fmt: skip
    r"""Update defences and the usefulness of reporting with this week's lessons and losses.

    Reads managers' blame, staff in post, last week's leavers and this week's counts. Writes ``learning.defences``,
    ``learning.reports_rate``, ``learning.answers_rate`` and ``learning.usefulness``.

    Parameters
    ----------
    posts : int
        Established posts. [posts]
    information : float
        Lessons from a visit, applied in the week after it. [share]
    review_weeks : float
        Time constant of incident reviews. [weeks]

    Notes
    -----
    Equation E21, the weekly step of defences, with :math:`\lambda` from :func:`learning_rate` and :math:`\phi` from
    :func:`forgetting_rate`, to which wrong lessons add :math:`w_w l_R m N_0 / N`, where :math:`m` are the errors of
    which the analysis went wrong and :math:`w_w` is ``wrong_lesson``:

    .. math:: D \leftarrow \mathrm{clip}_{01}(D + (1 - D) \min(1, \lambda) - \min(1, \phi) D)

    Usefulness follows its target (E22) by Euler steps of one week with time constant ``useful_memory``.
    """
    a = now.authority
    blame = 0.0
    for t in range(now.first_team, now.end_team):
        blame += managers.blame[t]
    quality = analysis_quality(blame / max(1, now.end_team - now.first_team), c)
    staff = 0
    present = 0
    for w in range(now.first_post, now.end_post):
        staff += workers.status[w] == PERMANENT
        present += workers.status[w] != EMPTY
    visit_information = information if oversight.last_visit[a] == now.week - 1 else 0.0
    improvement_time = service.improving[a] * present / max(1, posts)
    confidential = float(counts.confidential[a])
    reviewed = service.incident_memory[a] * approach(review_weeks)
    gain = learning_rate(
        learning.worth[a], reviewed, quality, confidential, float(posts), improvement_time, visit_information, c
    )
    loss = forgetting_rate(service.leavers_ring[a, (now.week - 1) % YEAR] / max(1, staff), c)
    loss += c.wrong_lesson * c.per_report * learning.misled[a] * REFERENCE_POSTS / posts
    defences = learning.defences[a]
    learning.defences[a] = clip01(defences + (1.0 - defences) * min(1.0, gain) - min(1.0, loss) * defences)
    step = approach(c.answer_memory)
    learning.reports_rate[a] += (counts.reported[a] - learning.reports_rate[a]) * step
    learning.answers_rate[a] += (counts.answered[a] - learning.answers_rate[a]) * step
    answered = (learning.answers_rate[a] + 1e-9) / (learning.reports_rate[a] + 1e-9)
    learning.usefulness[a] += (usefulness_target(quality, answered, c) - learning.usefulness[a]) / c.useful_memory


@kernel
def update_local_improvement(managers: Managers, c: Lessons, now: WeekContext) -> None:
    """Update each team's local improvement, which lowers or raises its error rate from next week.

    Writes ``managers.local_improvement``. When teams have autonomy, draws one standard normal number per team and week;
    the order of teams does not matter.
    """
    for t in range(now.first_team, now.end_team):
        draw = 0.0
        if c.autonomy > 0.0:
            draw = rng.normal(rng.uniform(now.seed, rng.CRAFT, now.week, t))
        managers.local_improvement[t] = step_local_improvement(managers.local_improvement[t], draw, c)
