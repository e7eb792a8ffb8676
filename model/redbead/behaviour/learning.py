"""From reports to defences: the analysis queue, lessons, usefulness, forgetting (E20 to E22)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import practice_errors, world
from redbead.state.authority import Learning, Oversight, Service, WeeklyCounts
from redbead.state.constants import REFERENCE_POSTS, YEAR
from redbead.state.maths import approach, clip01
from redbead.state.people import EMPTY, PERMANENT, Managers, Workers, in_post
from redbead.state.practice_errors import Errors, first_row, number_of
from redbead.state.world import EventLog, WeekContext, log_event


class Lessons(NamedTuple):
    """How reports become defences, and how those fade."""

    # fmt: off
    hours_per_report: Annotated[float, Param("hours", 1, 20, "time needed to analyse one report")] = 5.0
    capacity: Annotated[float, Param(
        "share", 0, 0.05, "share of staff hours reserved for analysis (0 stops analysis)")] = 0.015
    per_report: Annotated[float, Param(
        "1/report", 0, 0.003, "gain in defences per well-analysed report in an authority of 120 posts", "assumed",
        "45 % of reports to CIRAS led to change")] = 0.0025
    per_incident: Annotated[float, Param(
        "1/incident", 0, 0.05,
        "gain in defences per reviewed serious incident in an authority of 120 posts (0 cuts the loop)", "assumed",
        "organisations learn from serious errors and forget again: Haunschild et al. 2015")] = 0.01
    improvement: Annotated[float, Param("1/week/share", 0, 0.5, "gain in defences per unit of improvement time")] = 0.10
    pool_share: Annotated[float, Param(
        "1/report", 0, 0.01, "gain in defences per novel lesson pooled nationally")] = 0.0006
    pool_authorities: Annotated[float, Param(
        "authorities", 1, 153, "number of authorities that pool their confidential reports", "measured",
        "153 local authorities in England", whole=True)] = 1.0
    pool_novelty: Annotated[float, Param(
        "share", 0, 1, "share of confidential reports with new information", "measured", "33 % at CIRAS")] = 0.33
    pool_transfer: Annotated[float, Param(
        "share", 0, 1, "share of a lesson from another authority that applies locally")] = 0.5
    asked: Annotated[float, Param("0-1", 0, 1, "share of families asked for feedback")] = 0.0
    used: Annotated[float, Param("0-1", 0, 1, "share of family feedback used in planning")] = 1.0
    feedback: Annotated[float, Param(
        "1/week", 0, 0.02,
        "gain in defences when all families are asked and all their feedback is used (0 cuts the loop)")] = 0.006
    autonomy: Annotated[float, Param("0-1", 0, 1, "extent to which teams may test their own ways of working")] = 0.0
    autonomy_gain: Annotated[float, Param(
        "log/week", 0, 0.005, "mean reduction in the log error rate from local improvement at full autonomy")] = 0.0005
    autonomy_spread: Annotated[float, Param(
        "log", 0, 0.05, "standard deviation of the weekly effect of local improvement; some changes do harm")] = 0.01
    participation: Annotated[float, Param(
        "ratio", 0, 2, "multiplier for the participation of practitioners in analysis")] = 1.0
    blame_blindness: Annotated[float, Param(
        "share", 0, 0.9, "reduction in analysis quality under full blame (0 cuts the loop)")] = 0.7
    memory: Annotated[float, Param(
        "weeks", 52, 300, "time constant with which defences decay", "assumed",
        "lessons decay and errors recur: Cooke 2003; Haunschild et al. 2015")] = 156.0
    memory_in_people: Annotated[float, Param(
        "share", 0, 1, "share of defences lost per share of staff who leave (0 cuts the loop)")] = 0.3
    defences_ref: Annotated[float, Param("0-1", 0, 1, "reference defences")] = 0.30
    useful_floor: Annotated[float, Param("0-1", 0, 0.5, "usefulness of reporting when no report is analysed")] = 0.1
    useful_span: Annotated[float, Param(
        "0-1", 0, 0.9, "gain in usefulness when every report is well analysed (0 cuts the loop)")] = 0.8
    useful_memory: Annotated[float, Param(
        "weeks", 4, 104, "time constant with which usefulness follows feedback")] = 26.0
    answer_memory: Annotated[float, Param(
        "weeks", 4, 52, "time constant over which staff perceive the share of reports that are analysed")] = 13.0
    # fmt: on


@rule
def analysis_quality(blame: float, c: Lessons) -> float:
    """How much an analysis looks at the system and not at the person, for mean blame [0-1]. [0-1]

    >>> analysis_quality(0.0, Lessons())
    1.0
    """
    return 1.0 - c.blame_blindness * blame


@rule
def usefulness_target(quality: float, answered: float, c: Lessons) -> float:
    """Where the usefulness of reporting tends to (E22), for analysis quality and share of reports answered. [0-1]

    >>> usefulness_target(1.0, 0.0, Lessons()), round(usefulness_target(1.0, 1.0, Lessons()), 3)
    (0.1, 0.9)
    """
    return clip01(c.useful_floor + c.useful_span * quality * min(1.0, answered))


@rule
def learning_rate(
    analysed: float,
    reviewed: float,
    quality: float,
    confidential: float,
    posts: float,
    improvement_time: float,
    information: float,
    c: Lessons,
) -> float:
    """Lessons of a week, as a share of what is still to be learnt (E21). [1/week]

    `analysed` and `confided` are reports of this week, `reviewed` serious incidents whose review ends in
    it, counted as in an authority of 120 posts, `time` the share of hours kept for improvement, `info` what a
    visit of inspectors taught.

    >>> learning_rate(0.0, 0.0, 1.0, 0.0, 120.0, 0.0, 0.0, Lessons())
    0.0
    """
    known = c.per_report * analysed * REFERENCE_POSTS / posts + c.per_incident * reviewed
    reports = known * quality * c.participation
    pooled = c.pool_share * confidential * c.pool_authorities * c.pool_novelty * c.pool_transfer
    return reports + c.improvement * improvement_time + c.feedback * c.asked * c.used + pooled + information


@rule
def forgetting_rate(leaver_share: float, c: Lessons) -> float:
    """Share of defences lost in a week to time and to leavers (E21). [1/week]

    >>> round(forgetting_rate(0.0, Lessons()), 5)
    0.00641
    """
    return 1.0 / c.memory + c.memory_in_people * leaver_share


@kernel
def analyse_reports(
    workers: Workers, errors: Errors, learning: Learning, counts: WeeklyCounts, event_log: EventLog,
    hours: float, c: Lessons, now: WeekContext,
) -> None:  # fmt: skip
    """Analyse reports, oldest error first, as far as the hours go (E20); `hours` is a worker's week."""
    a = now.authority
    learning.hours[a] += c.capacity * hours * in_post(workers, now.first_post, now.end_post)
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        if errors.state[e] == practice_errors.REPORTED and learning.hours[a] >= c.hours_per_report:
            learning.hours[a] -= c.hours_per_report
            errors.state[e] = practice_errors.ANALYSED
            errors.since[e] = now.week
            counts.analysed[a] += 1
            w = errors.author[e]
            log_event(
                event_log,
                now,
                world.ANALYSED,
                workers.team[w],
                w,
                errors.spell[e],
                number_of(errors, e),
                errors.severity[e],
            )
    learning.hours[a] = min(learning.hours[a], c.hours_per_report)  # hours without a report are not saved up


@kernel
def update_learning(
    workers: Workers, managers: Managers, learning: Learning, service: Service, oversight: Oversight, counts: WeeklyCounts,
    posts: int, information: float, review_weeks: float, c: Lessons, now: WeekContext,
) -> None:  # fmt: skip
    """Move defences and usefulness by what was analysed, answered and forgotten.

    `info` is what a visit that has just ended teaches [share]; `review_weeks` the time that a review takes [weeks].
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
        float(counts.analysed[a]), reviewed, quality, confidential, float(posts), improvement_time, visit_information, c
    )
    loss = forgetting_rate(service.leavers_ring[a, (now.week - 1) % YEAR] / max(1, staff), c)
    known = learning.defences[a]
    learning.defences[a] = clip01(known + (1.0 - known) * min(1.0, gain) - min(1.0, loss) * known)
    step = approach(c.answer_memory)
    learning.reports_rate[a] += (counts.reported[a] - learning.reports_rate[a]) * step
    learning.answers_rate[a] += (counts.analysed[a] - learning.answers_rate[a]) * step
    answered = (learning.answers_rate[a] + 1e-9) / (learning.reports_rate[a] + 1e-9)
    learning.usefulness[a] += (usefulness_target(quality, answered, c) - learning.usefulness[a]) / c.useful_memory


@rule
def step_local_improvement(improvement: float, draw: float, c: Lessons) -> float:
    """A team's own ways of working after a week: what it tried out, less what it forgot. [log]

    `luck` is standard normal.

    >>> step_local_improvement(0.0, 0.0, Lessons()), round(step_local_improvement(0.0, 0.0, Lessons(autonomy=1.0)), 6)
    (0.0, 0.0005)
    """
    return improvement + c.autonomy * (c.autonomy_gain + c.autonomy_spread * draw) - improvement / c.memory


@kernel
def update_local_improvement(managers: Managers, c: Lessons, now: WeekContext) -> None:
    """Let each team find, keep and lose ways of working of its own."""
    for t in range(now.first_team, now.end_team):
        draw = 0.0
        if c.autonomy > 0.0:
            draw = rng.normal(rng.uniform(now.seed, rng.CRAFT, now.week, t))
        managers.craft[t] = step_local_improvement(managers.craft[t], draw, c)
