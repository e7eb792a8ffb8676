"""Tables of workers, managers and leaders: one row per post.

A person is identified by post and spell, so a successor in the same post has independent random numbers.
"""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple

import numpy as np

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Column
from redbead.state.constants import Reals, Whole
from redbead.state.practice_errors import MISCONDUCT, VIOLATION

EMPTY: Final = 0
PERMANENT: Final = 1
AGENCY: Final = 2


class Workers(NamedTuple):
    """Case-holding posts of social workers; the posts of an authority form one block of rows."""

    status: Annotated[Whole, Column("code", 0, 2, "0 empty, 1 permanent, 2 agency")]
    spell: Annotated[Whole, Column("count", 0, 1e6, "number of people who have left this post")]
    team: Annotated[Whole, Column("row", 0, 1e6, "row of the manager")]
    experience: Annotated[Reals, Column("weeks", 0, 1e4, "weeks of practice since qualifying")]
    tenure: Annotated[Reals, Column("weeks", 0, 3e3, "weeks in this post")]
    skill: Annotated[Reals, Column("0-1", 0, 1, "share of the skill that experience can give")]
    fear: Annotated[Reals, Column("0-1", 0, 1, "fear: expected personal cost of an error that becomes known")]
    peer_fear: Annotated[Reals, Column("0-1", 0, 1, "mean fear of team-mates and informal contacts")]
    burnout: Annotated[Reals, Column("0-1", 0, 1, "exhaustion, as an index")]
    commitment: Annotated[Reals, Column("sd", -8, 8, "commitment to the work, relative to the average")]
    caseload: Annotated[Whole, Column("cases", 0, 1e4, "open cases of the worker")]
    spare_capacity: Annotated[Reals, Column("cases", 0, 1e4, "additional cases the worker can take")]
    hours: Annotated[Reals, Column("hours/week", 0, 1e6, "hours for direct work, weighted by skill")]
    pressure: Annotated[Reals, Column("ratio", 0, 1e6, "work pressure: hours needed over hours available")]
    log_pressure: Annotated[Reals, Column("log", -3, 20, "natural logarithm of work pressure, at least ln 0.05")]
    time_per_case: Annotated[Reals, Column("ratio", 0, 1.5, "time per case, relative to the full standard")]
    throughput: Annotated[Reals, Column("ratio", 0, 2, "closures, relative to full throughput")]
    error_rate: Annotated[Reals, Column("errors/case/week", 0, 1e4, "errors per open case expected this week")]
    recognition_chance: Annotated[Reals, Column("0-1", 0, 1, "probability of recognising an error at once")]
    errors_made: Annotated[Whole, Column("errors", 0, 1e4, "errors made this week")]
    willingness: Annotated[Reals, Column("0-1", 0, 1, "probability of raising a recognised error, by severity")]
    chance_of_leaving: Annotated[Reals, Column("0-1", 0, 1, "probability of leaving this week")]
    uniform: Annotated[Reals, Column("0-1", 0, 1, "uniform random number for the current decision")]
    dismissed: Annotated[Whole, Column("flag", 0, 1, "1 if dismissed this week")]
    proneness: Annotated[Reals, Column("ratio", 0, 1e4, "lasting proneness to violate, 1 on average; 0: not drawn")]
    perceived_detection: Annotated[Reals, Column("0-1", 0, 1, "perceived chance that an error is detected")]
    perceived_sanction: Annotated[
        Reals, Column("0-1", 0, 1, "perceived chance of a sanction, by conduct and disclosure of the error")
    ]
    conduct_ratio: Annotated[Reals, Column("ratio", 0, 1e6, "error rate relative to that without violations")]
    violation_share: Annotated[Reals, Column("share", 0, 1, "share of violations among the worker's errors this week")]
    last_strike: Annotated[
        Whole,
        Column(
            "week",
            -1e6,
            1e6,
            "week of the last strike: an error that became known or, where formal action has a duration, a finding",
        ),
    ]
    last_sanction: Annotated[Whole, Column("week", -1e6, 1e6, "week of the last sanction")]
    last_just_sanction: Annotated[
        Whole, Column("week", -1e6, 1e6, "week of the last sanction for a violation or misconduct")
    ]
    last_withheld: Annotated[Whole, Column("week", -1e6, 1e6, "week in which the worker last concealed an error")]
    trust: Annotated[Reals, Column("0-1", 0, 1, "trust in colleagues")]
    witnessed: Annotated[Whole, Column("week", -1e6, 1e6, "week of the last report about a colleague")]
    peer_action: Annotated[Reals, Column("0-1", 0, 1, "probability of acting on an error of a colleague, by severity")]
    peer_candour: Annotated[Reals, Column("0-1", 0, 1, "probability of speaking with the colleague, by severity")]
    accusation: Annotated[Reals, Column("reports", 0, 1e6, "reports about the worker this week, weighted")]
    witnessing: Annotated[Reals, Column("reports", 0, 1e6, "reports about colleagues this week, weighted")]
    accusing: Annotated[Reals, Column("reports", 0, 1e6, "reports by the worker this week, weighted")]
    action: Annotated[Whole, Column("flag", 0, 1, "1 while the worker faces formal action")]
    charge: Annotated[Whole, Column("code", 0, 3, "conduct that formal action is about; 3: the worker made no error")]
    charge_severity: Annotated[Whole, Column("code", 0, 2, "severity of the error or incident that it is about")]
    absence: Annotated[Reals, Column("share", 0, 1, "hours lost to formal action; 1 while suspended")]
    sick: Annotated[Whole, Column("flag", 0, 1, "1 during sickness absence")]
    last_incident: Annotated[Whole, Column("week", -1e6, 1e6, "week of the last serious incident in the caseload")]
    incident_conduct: Annotated[Whole, Column("code", 0, 3, "conduct behind it; 3: the worker made no error")]
    in_scandal: Annotated[Whole, Column("flag", 0, 1, "1 if that incident became a scandal")]
    accused: Annotated[Whole, Column("week", -1e6, 1e6, "week of the last accusation of a worker who made no error")]
    reproaches: Annotated[Whole, Column("count", 0, 1e4, "reproaches by the manager this week")]
    experienced: Annotated[Reals, Column("sanctions", 0, 1e4, "sanctions and reproaches that the worker remembers")]
    fear_from_experience: Annotated[Reals, Column("0-1", 0, 1, "contribution of these to the target of fear")]


class Managers(NamedTuple):
    """Team managers, one per team; the teams of an authority form one block of rows."""

    spell: Annotated[Whole, Column("count", 0, 1e6, "number of managers who have left this team")]
    tenure: Annotated[Reals, Column("weeks", 0, 3e3, "weeks in this post")]
    fear: Annotated[Reals, Column("0-1", 0, 1, "fear: expected personal cost of bad news from the team")]
    own_blame: Annotated[Reals, Column("0-1", 0, 1, "personal propensity to respond to errors with blame")]
    blame: Annotated[Reals, Column("0-1", 0, 1, "current propensity to respond to errors with blame")]
    own_support: Annotated[Reals, Column("0-1", 0, 1, "personal propensity to support the team")]
    norm: Annotated[Reals, Column("0-1", 0, 1, "share of recognised errors that the team raised, smoothed")]
    local_improvement: Annotated[Reals, Column("log", -9, 9, "reduction of the team's error rate by local improvement")]
    escalation_chance: Annotated[
        Reals, Column("0-1", 0, 1, "probability that the manager escalates a report, by severity")
    ]
    sanction_chance: Annotated[Reals, Column("0-1", 0, 1, "probability that an honest error is sanctioned")]
    sanction_ratio: Annotated[
        Reals, Column("ratio", 0, 1e6, "relative probability of a sanction, by severity, disclosure and outcome")
    ]
    staff: Annotated[Whole, Column("people", 0, 1e4, "workers in the team this week")]
    team_fear: Annotated[Reals, Column("0-1", 0, 1, "mean fear of the team")]
    team_burnout: Annotated[Reals, Column("0-1", 0, 1, "mean burnout of the team")]
    recognised: Annotated[Whole, Column("errors", 0, 1e6, "errors recognised in the team this week")]
    raised: Annotated[Whole, Column("errors", 0, 1e6, "errors raised in the team this week")]
    sanctions: Annotated[Whole, Column("people", 0, 1e6, "sanctions in the team this week")]
    just_sanctions: Annotated[Whole, Column("people", 0, 1e6, "sanctions of violations and misconduct this week")]
    reproaches: Annotated[Whole, Column("count", 0, 1e6, "reproaches in the team this week")]
    last_scandal: Annotated[Whole, Column("week", -1e6, 1e6, "week of the last scandal in the team")]
    judged: Annotated[Whole, Column("errors", 0, 1e6, "known errors of the week, by conduct and disclosure")]
    sanctioned: Annotated[Whole, Column("errors", 0, 1e6, "those of them that led to a sanction")]
    ended: Annotated[Whole, Column("errors", 0, 1e6, "hidden errors of the team that ended this week")]
    detected: Annotated[Whole, Column("errors", 0, 1e6, "those of them that others discovered")]
    observed: Annotated[
        Reals,
        Column(
            "share", 0, 1, "share with a sanction among observed errors, by kind, and share detected of hidden ones"
        ),
    ]
    moved: Annotated[
        Reals, Column("share", 0, 1, "share of the way that perceptions move towards what was observed, by kind")
    ]
    last_sanction: Annotated[Whole, Column("week", -1e6, 1e6, "week of the manager's last sanction for blaming")]
    remembered: Annotated[Reals, Column("events", 0, 1e6, "events in the team that the manager remembers, weighted")]
    load: Annotated[Reals, Column("log", -3, 20, "mean natural logarithm of work pressure in the team")]
    supervision: Annotated[Reals, Column("0-1", 0, 1, "supervision relative to a monthly meeting with each worker")]
    recognition_kept: Annotated[Reals, Column("ratio", 0, 1, "recognition of errors relative to full supervision")]
    support_lost: Annotated[Reals, Column("0-1", 0, 1, "support lost for want of supervision")]
    fear_from_team: Annotated[Reals, Column("0-1", -1, 25, "contribution of the team and peers to the target of fear")]
    vacant: Annotated[Whole, Column("flag", 0, 1, "1 while another manager stands in")]
    covered: Annotated[Reals, Column("cases/worker", 0, 1e6, "cases of absent colleagues, per worker at work")]
    handed_over: Annotated[Whole, Column("cases", 0, 1e6, "cases of this week's leavers and suspended workers")]


class Leaders(NamedTuple):
    """Directors of children's services, one per authority."""

    spell: Annotated[Whole, Column("count", 0, 1e6, "number of directors who have left")]
    tenure: Annotated[Reals, Column("weeks", 0, 3e3, "weeks in post")]
    interim: Annotated[Reals, Column("weeks", 0, 1e3, "remaining weeks of an interim director")]
    fear: Annotated[Reals, Column("0-1", 0, 1, "fear: expected personal cost of a poor grade or a scandal")]
    commitment: Annotated[Reals, Column("sd", -8, 8, "commitment to practice rather than compliance")]
    integrity: Annotated[Reals, Column("sd", -8, 8, "honesty with inspectors")]
    hiring_chance: Annotated[Reals, Column("0-1", 0, 1, "probability that a vacant post is filled this week")]
    attention: Annotated[Reals, Column("0-1", 0, 1, "share of attention on compliance with inspection")]
    for_staff: Annotated[Reals, Column("0-1", 0, 1, "share of attention on staff and their practice")]


@rule
def at_work(workers: Workers, w: int) -> bool:
    """Whether post ``w`` is filled by a worker who is not absent."""
    return bool(workers.status[w] != EMPTY and workers.absence[w] < 1.0 and workers.sick[w] == 0)


@kernel
def staff_at_work(workers: Workers, first: int, end: int) -> int:
    """Number of workers at work in the rows from ``first`` to ``end - 1``, including agency staff. [people]"""
    staff = 0
    for w in range(first, end):
        staff += at_work(workers, w)
    return staff


@kernel
def record_charge(workers: Workers, w: int, conduct: int, severity: int, week: int) -> None:
    """Record a sanction of worker ``w`` and, unless formal action is under way, what it is about."""
    workers.last_sanction[w] = week
    if conduct in (VIOLATION, MISCONDUCT):
        workers.last_just_sanction[w] = week
    if workers.action[w] == 0:
        workers.charge[w] = conduct
        workers.charge_severity[w] = severity


@kernel
def name_case_holder(workers: Workers, w: int, conduct: int, week: int) -> None:
    """Record a serious incident in the caseload of worker ``w``; ``conduct`` is the conduct behind it, if any."""
    workers.last_incident[w] = week
    workers.incident_conduct[w] = conduct
    workers.in_scandal[w] = 0


@kernel
def draw_for_workers(workers: Workers, seed: np.uint64, name: int, week: int, first: int, end: int) -> None:
    """Draw a uniform random number for every worker of a block, for the decision ``name``.

    Writes ``workers.uniform``. The loop is short so that the compiler can vectorise it.
    """
    spell, uniform = workers.spell[first:end], workers.uniform[first:end]
    for w in range(spell.size):
        uniform[w] = rng.uniform(seed, name, week, rng.person(first + w, spell[w]))
