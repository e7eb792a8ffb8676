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
from redbead.state.people import EMPTY, PERMANENT, Managers, Workers, staff_in_post
from redbead.state.practice_errors import Errors, error_number, first_row
from redbead.state.world import EventLog, WeekContext, log_event


class Lessons(NamedTuple):
    """How reports become defences, and how those fade."""

    hours_per_report: Annotated[float, Param("hours", 1, 20, "time to analyse one report")] = 5.0
    capacity: Annotated[
        float, Param("share", 0, 0.05, "share of staff hours set aside for analysis (0 stops analysis)")
    ] = 0.015
    per_report: Annotated[
        float,
        Param(
            "1/report",
            0,
            0.003,
            "gain in defences from one well analysed report in an authority of 120 posts",
            "assumed",
            "45 % of reports to CIRAS led to change",
        ),
    ] = 0.0025
    per_incident: Annotated[
        float,
        Param(
            "1/incident",
            0,
            0.05,
            "gain in defences from the review of a serious incident in an authority of 120 posts (0 cuts the loop)",
            "assumed",
            "organisations learn from grave errors, and forget again: Haunschild et al. 2015",
        ),
    ] = 0.01
    improvement: Annotated[float, Param("1/week/share", 0, 0.5, "gain in defences from improvement time")] = 0.10
    pool_share: Annotated[
        float, Param("1/report", 0, 0.01, "gain in defences from one novel lesson pooled nationally")
    ] = 0.0006
    pool_authorities: Annotated[
        float,
        Param(
            "authorities",
            1,
            153,
            "authorities whose confidential reports are pooled",
            "measured",
            "153 local authorities in England",
            whole=True,
        ),
    ] = 1.0
    pool_novelty: Annotated[
        float, Param("share", 0, 1, "confidential reports that say something new", "measured", "33 % at CIRAS")
    ] = 0.33
    pool_transfer: Annotated[float, Param("share", 0, 1, "how much of a lesson from elsewhere applies here")] = 0.5
    asked: Annotated[float, Param("0-1", 0, 1, "how far families are asked for their experience")] = 0.0
    used: Annotated[float, Param("0-1", 0, 1, "how far what they say is used in planning")] = 1.0
    feedback: Annotated[
        float,
        Param(
            "1/week",
            0,
            0.02,
            "gain in defences from what families say, where all are asked and heard (0 cuts the loop)",
        ),
    ] = 0.006
    autonomy: Annotated[float, Param("0-1", 0, 1, "how far teams may try out ways of working of their own")] = 0.0
    autonomy_gain: Annotated[
        float, Param("log/week", 0, 0.005, "mean fall of the error rate that a free team finds in a week")
    ] = 0.0005
    autonomy_spread: Annotated[
        float, Param("log", 0, 0.05, "spread of what it finds: some of what teams try makes things worse")
    ] = 0.01
    participation: Annotated[float, Param("ratio", 0, 2, "how far those who do the work take part in analysis")] = 1.0
    blame_blindness: Annotated[
        float, Param("share", 0, 0.9, "how blame narrows analysis to persons (0 cuts the loop)")
    ] = 0.7
    memory: Annotated[
        float,
        Param(
            "weeks",
            52,
            300,
            "time in which defences wear away",
            "assumed",
            "lessons decay and errors recur: Cooke 2003; Haunschild et al. 2015",
        ),
    ] = 156.0
    memory_in_people: Annotated[
        float, Param("share", 0, 1, "how much of the defences leavers take along (0 cuts the loop)")
    ] = 0.3
    defences_ref: Annotated[float, Param("0-1", 0, 1, "reference defences")] = 0.30
    useful_floor: Annotated[float, Param("0-1", 0, 0.5, "usefulness where no report is answered")] = 0.1
    useful_span: Annotated[
        float, Param("0-1", 0, 0.9, "gain in usefulness where every report is well analysed (0 cuts the loop)")
    ] = 0.8
    useful_memory: Annotated[float, Param("weeks", 4, 104, "time over which usefulness follows feedback")] = 26.0
    answer_memory: Annotated[float, Param("weeks", 4, 52, "time over which staff count answered reports")] = 13.0


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
    confided: float,
    posts: float,
    time: float,
    info: float,
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
    pooled = c.pool_share * confided * c.pool_authorities * c.pool_novelty * c.pool_transfer
    return reports + c.improvement * time + c.feedback * c.asked * c.used + pooled + info


@rule
def forgetting_rate(leaver_share: float, c: Lessons) -> float:
    """Share of defences lost in a week to time and to leavers (E21). [1/week]

    >>> round(forgetting_rate(0.0, Lessons()), 5)
    0.00641
    """
    return 1.0 / c.memory + c.memory_in_people * leaver_share


@kernel
def analyse(
    workers: Workers, errors: Errors, learning: Learning, counts: WeeklyCounts, event_log: EventLog,
    hours: float, c: Lessons, now: WeekContext,
) -> None:  # fmt: skip
    """Analyse reports, oldest error first, as far as the hours go (E20); `hours` is a worker's week."""
    a = now.authority
    learning.hours[a] += c.capacity * hours * staff_in_post(workers, now.first_post, now.end_post)
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
                error_number(errors, e),
                errors.severity[e],
            )
    learning.hours[a] = min(learning.hours[a], c.hours_per_report)  # hours without a report are not saved up


@kernel
def learn(
    workers: Workers, managers: Managers, learning: Learning, service: Service, oversight: Oversight,
    counts: WeeklyCounts, posts: int, info: float, review_weeks: float, c: Lessons, now: WeekContext,
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
    taught = info if oversight.last_visit[a] == now.week - 1 else 0.0
    time = service.improving[a] * present / max(1, posts)
    confided = float(counts.confidential[a])
    reviewed = service.incident_memory[a] * approach(review_weeks)
    gain = learning_rate(float(counts.analysed[a]), reviewed, quality, confided, float(posts), time, taught, c)
    loss = forgetting_rate(service.leavers_ring[a, (now.week - 1) % YEAR] / max(1, staff), c)
    known = learning.defences[a]
    learning.defences[a] = clip01(known + (1.0 - known) * min(1.0, gain) - min(1.0, loss) * known)
    step = approach(c.answer_memory)
    learning.reports_rate[a] += (counts.reported[a] - learning.reports_rate[a]) * step
    learning.answers_rate[a] += (counts.analysed[a] - learning.answers_rate[a]) * step
    answered = (learning.answers_rate[a] + 1e-9) / (learning.reports_rate[a] + 1e-9)
    learning.usefulness[a] += (usefulness_target(quality, answered, c) - learning.usefulness[a]) / c.useful_memory


@rule
def step_local_improvement(craft: float, luck: float, c: Lessons) -> float:
    """A team's own ways of working after a week: what it tried out, less what it forgot. [log]

    `luck` is standard normal.

    >>> step_local_improvement(0.0, 0.0, Lessons()), round(step_local_improvement(0.0, 0.0, Lessons(autonomy=1.0)), 6)
    (0.0, 0.0005)
    """
    return craft + c.autonomy * (c.autonomy_gain + c.autonomy_spread * luck) - craft / c.memory


@kernel
def try_out(managers: Managers, c: Lessons, now: WeekContext) -> None:
    """Let each team find, keep and lose ways of working of its own."""
    for t in range(now.first_team, now.end_team):
        luck = 0.0
        if c.autonomy > 0.0:
            luck = rng.normal(rng.uniform(now.seed, rng.CRAFT, now.week, t))
        managers.local_improvement[t] = step_local_improvement(managers.local_improvement[t], luck, c)
