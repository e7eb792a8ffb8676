"""The decision to tell of an error: fear, usefulness, workload, norm, severity (E16); confidential routes (E17)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import practice_errors, world
from redbead.state.authority import Learning, WeeklyCounts
from redbead.state.maths import logistic
from redbead.state.people import EMPTY, Managers, Workers
from redbead.state.practice_errors import Errors, error_number, first_row
from redbead.state.world import EventLog, WeekContext, log_event


class Reporting(NamedTuple):
    """Coefficients of the decision to report, on the log-odds scale."""

    base: Annotated[
        float,
        Param(
            "log-odds",
            -6,
            6,
            "willingness to tell of an ordinary error at the reference: 0.25",
            "calibrated",
            "7 to 14 % of events are in reporting systems: trigger-tool review; OIG 2012",
            likely=(-2.2, 0.4),
        ),
    ] = -1.0986
    fear: Annotated[
        float,
        Param(
            "log-odds/unit",
            0,
            6,
            "how fear silences (0 cuts the loop)",
            "assumed",
            "weight not above that of feedback: Burlison et al.",
        ),
    ] = 3.0
    usefulness: Annotated[
        float,
        Param(
            "log-odds/unit",
            0,
            6,
            "how feedback encourages (0 cuts the loop)",
            "assumed",
            "feedback the strongest predictor in 223,412 staff: Burlison et al.",
        ),
    ] = 3.0
    pressure: Annotated[float, Param("log-odds/log", 0, 6, "how work pressure discourages (0 cuts the loop)")] = 1.0
    norm: Annotated[
        float,
        Param(
            "log-odds/unit", 0, 6, "how team-mates' openness encourages (0 cuts the loop; above 4 two norms can hold)"
        ),
    ] = 1.5
    severity: Annotated[
        float,
        Param(
            "log-odds/step",
            0,
            6,
            "how severity moves people to tell",
            "assumed",
            "reporting threshold by severity: Cooke 2003",
        ),
    ] = 0.8
    reward: Annotated[float, Param("log-odds", 0, 6, "push from rewards for reporting")] = 0.0
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear")] = 0.5
    usefulness_ref: Annotated[float, Param("0-1", 0, 1, "reference usefulness")] = 0.4
    norm_ref: Annotated[float, Param("0-1", 0, 1, "reference norm")] = 0.3
    norm_memory: Annotated[
        float, Param("weeks", 4, 104, "time over which a team's norm follows what its members do")
    ] = 26.0
    confidential: Annotated[float, Param("0-1", 0, 1, "how far a confidential route is open to staff")] = 0.0
    confidential_base: Annotated[
        float,
        Param(
            "log-odds",
            -9,
            0,
            "chance that a withheld error is told in confidence, at the reference",
            "measured",
            "about 1 % of staff a year: CIRAS, ASRS",
        ),
    ] = -5.4
    anonymity: Annotated[float, Param("share", 0, 1, "share of fear that confidentiality removes")] = 0.8


@rule
def willingness_to_report(
    fear: float, usefulness: float, strain: float, norm: float, severity: float, c: Reporting
) -> float:
    """Chance that a worker tells of an error she has recognised (E16). [0-1]

    Parameters
    ----------
    fear
        Her expected personal cost of an error that becomes known. [0-1]
    usefulness
        How useful reporting has proved. [0-1]
    strain
        Natural logarithm of work pressure: hours needed over hours there are. [log]
    norm
        Share of recognised errors that her team has lately told. [0-1]
    severity
        0 near miss, 1 ordinary, 2 serious. [step]
    c
        Coefficients. [log-odds]

    Notes
    -----
    .. math:: logit p = a_0 - a_F (F - F_0) + a_V (V - V_0) - a_P ln P + a_N (N - N_0) + a_S (s - 1) + a_R

    Examples
    --------
    >>> round(willingness_to_report(0.5, 0.4, 0.0, 0.3, 1.0, Reporting()), 3)
    0.25
    >>> willingness_to_report(0.9, 0.4, 0.0, 0.3, 1.0, Reporting()) < 0.1
    True
    """
    z = c.base - c.fear * (fear - c.fear_ref) + c.usefulness * (usefulness - c.usefulness_ref)
    z += c.norm * (norm - c.norm_ref) - c.pressure * strain + c.severity * (severity - 1.0)
    return logistic(z + c.reward)


@rule
def willingness_in_confidence(fear: float, usefulness: float, c: Reporting) -> float:
    """Chance that an error withheld from the manager is told to a confidential system (E17). [0-1]

    >>> willingness_in_confidence(0.5, 0.4, Reporting())
    0.0
    """
    z = c.confidential_base - (1.0 - c.anonymity) * c.fear * (fear - c.fear_ref)
    return c.confidential * logistic(z + c.usefulness * (usefulness - c.usefulness_ref))


@kernel
def compute_reporting(
    workers: Workers, managers: Managers, learning: Learning, errors: Errors, c: Reporting, now: WeekContext
) -> None:
    """Everyone's willingness to tell of an ordinary error, and of any other that somebody has to weigh this week."""
    usefulness = learning.usefulness[now.authority]
    for w in range(now.first_post, now.end_post):
        if workers.status[w] != EMPTY:
            workers.willingness[w, 1] = willingness_to_report(
                workers.fear[w], usefulness, workers.log_pressure[w], managers.norm[workers.team[w]], 1.0, c
            )
    first = first_row(errors, now.authority)
    for e in range(first, first + errors.live[now.authority]):
        if errors.state[e] == practice_errors.RECOGNISED and errors.severity[e] != 1:
            w = errors.author[e]
            workers.willingness[w, errors.severity[e]] = willingness_to_report(
                workers.fear[w], usefulness, workers.log_pressure[w], managers.norm[workers.team[w]],
                float(errors.severity[e]), c,
            )  # fmt: skip


@kernel
def decide_reports(
    workers: Workers, managers: Managers, learning: Learning, errors: Errors, counts: WeeklyCounts, event_log: EventLog,
    c: Reporting, now: WeekContext,
) -> None:  # fmt: skip
    """Let those who have just recognised an error tell their manager, or keep it to themselves."""
    a = now.authority
    for t in range(now.first_team, now.end_team):
        managers.recognised[t] = 0
        managers.raised[t] = 0
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        if errors.state[e] != practice_errors.RECOGNISED:
            continue
        w = errors.author[e]
        team = workers.team[w]
        who = errors.key[e]
        u, v = rng.pair(now.seed, rng.REPORT, now.week, who)
        number = error_number(errors, e)
        managers.recognised[team] += 1
        errors.since[e] = now.week
        if u < workers.willingness[w, errors.severity[e]]:
            errors.state[e] = practice_errors.RAISED_WITH_MANAGER
            managers.raised[team] += 1
            counts.raised[a] += 1
            log_event(event_log, now, world.RAISED, team, w, errors.spell[e], number, errors.severity[e])
            continue
        errors.state[e] = practice_errors.CONCEALED_BY_WORKER
        errors.spell[e] = workers.spell[w]  # whoever holds the post now is the one who knows
        workers.last_withheld[w] = now.week
        counts.concealed[a] += 1
        log_event(event_log, now, world.CONCEALED, team, w, errors.spell[e], number, errors.severity[e])
        if v < willingness_in_confidence(workers.fear[w], learning.usefulness[a], c):
            counts.confidential[a] += 1
            log_event(event_log, now, world.CONFIDED, team, w, errors.spell[e], number, errors.severity[e])


@kernel
def update_norms(managers: Managers, c: Reporting, now: WeekContext) -> None:
    """Let each team's norm follow the share of recognised errors that it told (E23)."""
    for t in range(now.first_team, now.end_team):
        if managers.recognised[t] > 0:
            share = managers.raised[t] / managers.recognised[t]
            managers.norm[t] += (share - managers.norm[t]) / c.norm_memory
