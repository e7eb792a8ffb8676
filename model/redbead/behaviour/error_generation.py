"""Practice errors: how often they are made, and whether anybody notices (E14, E15)."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import practice_errors, world
from redbead.state.authority import Cases, Learning, Oversight, Service, WeeklyCounts
from redbead.state.maths import chance
from redbead.state.people import EMPTY, Managers, Workers, draw_for_workers, staff_in_post
from redbead.state.practice_errors import Errors, draw_for_errors, error_key, error_number, first_row
from redbead.state.world import EventLog, WeekContext, log_event


class Practice(NamedTuple):
    """How often work goes wrong, and how much of it is noticed."""

    errors_per_case: Annotated[
        float,
        Param(
            "errors/case/week",
            0,
            0.05,
            "practice errors of all severities at the reference",
            "assumed",
            "no English count exists; about 8 a worker a year; near misses frequent: SCIE report 6",
            likely=(0.003, 0.03),
        ),
    ] = 0.010
    haste: Annotated[float, Param("exponent", 0, 2, "how errors grow as time per case shrinks (0 cuts the loop)")] = 1.0
    exhaustion: Annotated[float, Param("log/unit", 0, 2, "how errors grow with burnout (0 cuts the loop)")] = 1.0
    experience: Annotated[float, Param("log/unit", 0, 2, "how errors fall with skill (0 cuts the loop)")] = 0.8
    disruption: Annotated[float, Param("log/unit", 0, 2, "how errors grow with disruption (0 cuts the loop)")] = 0.7
    defences: Annotated[
        float,
        Param(
            "log/unit",
            0,
            1.5,
            "how errors fall as defences grow (0 cuts the loop)",
            "assumed",
            "10 to 20 % fewer errors in 3 years",
        ),
    ] = 0.7
    accountability: Annotated[
        float,
        Param(
            "log/unit",
            -0.1,
            0.6,
            "how errors fall under pressure to perform from outside (0 cuts the loop)",
            "assumed",
            "gains in schools and hospitals: Allen and Burgess 2012; Bevan and Wilson 2013",
        ),
    ] = 0.10
    deterrence: Annotated[
        float,
        Param(
            "log/unit",
            0,
            1,
            "how errors fall as blame rises: moral hazard (0 cuts the loop)",
            "assumed",
            "no direct estimate",
        ),
    ] = 0.25
    strike_deterrence: Annotated[
        float,
        Param(
            "0-1",
            0,
            1,
            "how far deterrence also follows the harder sanction of a second strike (0 cuts the loop)",
            "assumed",
            "0: E14 of the notes lets deterrence follow managers' blame alone; believers in sanctions say 1",
        ),
    ] = 0.0
    fear: Annotated[
        float,
        Param(
            "log/unit",
            -1,
            2,
            "how fear impedes thinking and adds errors; below 0 it makes people careful (0 cuts the loop)",
            "assumed",
            "0: the claims contradict each other; bullying impedes thinking: Safer Safeguarding Group 2015",
        ),
    ] = 0.0
    commitment: Annotated[float, Param("log/sd", 0, 0.5, "how errors fall with commitment (0 cuts the loop)")] = 0.1
    burnout_ref: Annotated[float, Param("0-1", 0, 1, "reference burnout")] = 0.40
    fear_ref: Annotated[float, Param("0-1", 0, 1, "reference fear")] = 0.5
    visit_care: Annotated[
        float,
        Param(
            "share",
            0,
            0.1,
            "fewer errors in weeks of notice and of a visit",
            "measured",
            "deaths 7.03 against 7.21 % in survey weeks: Barnett et al. 2017",
        ),
    ] = 0.02
    near_misses: Annotated[float, Param("share", 0, 1, "errors that are near misses", likely=(0.4, 0.8))] = 0.60
    serious: Annotated[float, Param("share", 0, 0.4, "errors that are serious", likely=(0.02, 0.15))] = 0.07
    culpable: Annotated[float, Param("share", 0, 0.2, "errors made by reckless conduct", likely=(0.02, 0.1))] = 0.05
    recognised: Annotated[
        float,
        Param(
            "share",
            0,
            1,
            "errors that their author recognises at once",
            "calibrated",
            "most unreported events were never identified: OIG 2012",
            likely=(0.15, 0.6),
        ),
    ] = 0.35
    eyes: Annotated[float, Param("people", 1, 3, "pairs of eyes on each case (1.6 in a unit)")] = 1.0
    training: Annotated[float, Param("log", 0, 1, "gain in recognition from human-factors training")] = 0.0
    feedback: Annotated[float, Param("log", 0, 1, "gain in recognition from what families say")] = 0.0
    compliance_blind: Annotated[
        float, Param("log/unit", 0, 2, "loss of recognition for each unit of compliance above its reference")
    ] = 0.0
    later: Annotated[
        float, Param("1/week", 0, 0.1, "hazard that an error is recognised later", likely=(0.005, 0.05))
    ] = 0.016667


@rule
def error_rate(
    care: float, burnout: float, skill: float, fear: float, commitment: float, climate: float, c: Practice
) -> float:
    """Expected errors of one worker for each of her cases (E14). [errors/case/week]

    `care` is time per case over the full standard; `burnout`, `fear` are differences from their references and `skill`
    the difference from the reference skill; `commitment` counts in standard deviations from the mean; `climate` is
    :func:`error_climate` less the craft of her team, the same for all of the team.

    >>> error_rate(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, Practice())
    0.01
    """
    exponent = climate + c.exhaustion * burnout - c.experience * skill + c.fear * fear - c.commitment * commitment
    return c.errors_per_case * math.exp(exponent - c.haste * math.log(min(1.0, max(0.05, care))))


@rule
def error_climate(disruption: float, defences: float, pressed: float, blame: float, c: Practice) -> float:
    """The authority's share of the log error rate (E14): all arguments are differences from their references. [log]

    >>> error_climate(0.0, 0.0, 0.0, 0.0, Practice())
    0.0
    """
    return c.disruption * disruption - c.defences * defences - c.accountability * pressed - c.deterrence * blame


@rule
def strike_deterrence(escalation: float, struck: float, blame: float, c: Practice) -> float:
    """Fall of the error rate where the harder sanction of a second strike deters as well. [log]

    `escalation` is how much likelier the second strike makes a sanction [ratio], `struck` 1 for whoever has a first one
    against her, or the share of staff who have; `blame` is her manager's [0-1].

    >>> strike_deterrence(1.0, 1.0, 0.5, Practice()), strike_deterrence(1.0, 1.0, 0.5, Practice(strike_deterrence=1.0))
    (0.0, 0.125)
    """
    return c.deterrence * c.strike_deterrence * escalation * struck * blame


@rule
def recognised_share(compliance_excess: float, more_eyes: float, c: Practice) -> float:
    """Chance that an error is recognised as it is made (E15): one pair of eyes or more. [0-1]

    `more_eyes` are those that working in units adds. [people]

    >>> round(recognised_share(0.0, 0.0, Practice()), 4), round(recognised_share(0.0, 1.0, Practice()), 4)
    (0.35, 0.5775)
    """
    one = min(0.95, c.recognised * math.exp(c.training + c.feedback - c.compliance_blind * compliance_excess))
    if c.recognised >= 1.0:
        return 1.0
    return 1.0 - math.pow(1.0 - one, c.eyes + more_eyes)


@kernel
def shared_error_climate(
    managers: Managers, learning: Learning, service: Service, oversight: Oversight,
    defences_ref: float, threat_ref: float, blame_ref: float, compliance_ref: float, more_eyes: float,
    c: Practice, now: WeekContext,
) -> tuple[float, float]:  # fmt: skip
    """What all workers share this week: the log of the error rate's climate, and the recognised share."""
    a = now.authority
    blame = 0.0
    for t in range(now.first_team, now.end_team):
        blame += managers.blame[t]
    blame /= max(1, now.end_team - now.first_team)
    climate = error_climate(
        service.disruption[a], learning.defences[a] - defences_ref, oversight.threat[a] - threat_ref,
        blame - blame_ref, c,
    )  # fmt: skip
    if oversight.preparing[a] == 1:
        climate += math.log(1.0 - c.visit_care)
    return climate - service.design[a], recognised_share(service.compliance[a] - compliance_ref, more_eyes, c)


@kernel
def make_errors(
    workers: Workers, managers: Managers, cases: Cases, errors: Errors, counts: WeeklyCounts, event_log: EventLog,
    climate: float, seen: float, skill_ref: float, escalation: float, window: float, c: Practice, now: WeekContext,
) -> None:  # fmt: skip
    """Let the week's errors happen; some are recognised at once. `seen` is the recognised share [0-1].

    Whoever has a strike against her, an error that became known in the last `window` weeks, faces `escalation` times
    more of a sanction on top [ratio], and deterrence, where it works that way, works on her by as much.
    """
    a = now.authority
    duty = cases.waiting[a] / max(1, staff_in_post(workers, now.first_post, now.end_post))
    draw_for_workers(workers, now.seed, rng.ERRORS, now.week, now.first_post, now.end_post)
    for w in range(now.first_post, now.end_post):
        workers.errors_made[w] = 0
        if workers.status[w] == EMPTY:
            continue
        struck = 1.0 if now.week - workers.last_known[w] <= window else 0.0
        t = workers.team[w]
        own = climate - managers.local_improvement[t] - strike_deterrence(escalation, struck, managers.blame[t], c)
        rate = error_rate(
            workers.time_per_case[w],
            workers.burnout[w] - c.burnout_ref,
            workers.skill[w] - skill_ref,
            workers.fear[w] - c.fear_ref,
            workers.commitment[w],
            own,
            c,
        )
        workers.errors_made[w] = min(
            practice_errors.MOST_ERRORS, rng.poisson(workers.uniform[w], rate * (workers.caseload[w] + duty))
        )
    made = 0
    recognised = 0
    first = first_row(errors, a)
    for w in range(now.first_post, now.end_post):
        for k in range(workers.errors_made[w]):
            e = first + errors.live[a]
            errors.live[a] += 1
            made += 1
            errors.author[e] = w
            errors.spell[e] = workers.spell[w]
            errors.born[e] = now.week
            errors.since[e] = now.week
            who = error_key(w, now.week, k)
            errors.key[e] = who
            kind, conduct = rng.pair(now.seed, rng.SEVERITY, now.week, who)
            errors.severity[e] = 0 if kind < c.near_misses else (2 if kind > 1.0 - c.serious else 1)
            errors.culpable[e] = 1 if conduct < c.culpable else 0
            known = rng.uniform(now.seed, rng.RECOGNITION, now.week, who) < seen
            errors.state[e] = practice_errors.RECOGNISED if known else practice_errors.UNRECOGNISED
            number = now.week * 256 + k
            log_event(event_log, now, world.MADE, workers.team[w], w, workers.spell[w], number, errors.severity[e])
            if known:
                recognised += 1
                log_event(
                    event_log, now, world.RECOGNISED, workers.team[w], w, workers.spell[w], number, errors.severity[e]
                )
    counts.generated[a] = made
    counts.recognised[a] = recognised


@kernel
def recognise_later(
    workers: Workers, errors: Errors, counts: WeeklyCounts, event_log: EventLog, c: Practice, now: WeekContext
) -> None:
    """Let older errors come to light in the mind of whoever holds the post now."""
    a = now.authority
    p = chance(c.later)
    first = first_row(errors, a)
    draw_for_errors(errors, now.seed, rng.RECOGNITION, now.week, first, first + errors.live[a])
    for e in range(first, first + errors.live[a]):
        if errors.uniform[e] < p and errors.state[e] == practice_errors.UNRECOGNISED and errors.born[e] < now.week:
            w = errors.author[e]
            if workers.status[w] != EMPTY:
                errors.state[e] = practice_errors.RECOGNISED
                errors.since[e] = now.week
                counts.recognised[a] += 1
                number = error_number(errors, e)
                log_event(
                    event_log, now, world.RECOGNISED, workers.team[w], w, errors.spell[e], number, errors.severity[e]
                )
