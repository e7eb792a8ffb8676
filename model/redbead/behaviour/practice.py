"""Practice errors: made, recognised, put right on the quiet, expired, found by others, harmful (E14, E15, E18, E19)."""

from __future__ import annotations

import math
from typing import Annotated, Final, NamedTuple

from redbead import dice
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import errors as story
from redbead.state import world as log
from redbead.state.authority import Cases, Learning, Ledger, Oversight, Service
from redbead.state.errors import Errors, error_key, first_row, number_of, roll_errors
from redbead.state.maths import chance
from redbead.state.people import EMPTY, Managers, Workers, in_post, roll_workers
from redbead.state.world import Diary, Now, note

SWEEP_WEEKS: Final = 4


class Practice(NamedTuple):
    """How often work goes wrong, and what becomes of it."""

    errors_per_case: Annotated[
        float,
        Param(
            "errors/case/week",
            0,
            0.05,
            "practice errors of all severities at the reference",
            "assumed",
            "no English count exists; about 8 a worker a year; near misses frequent: SCIE report 6",
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
    fear: Annotated[
        float,
        Param("log/unit", -1, 2, "how fear impedes thinking and adds errors (negative: a fearful team is careful)"),
    ] = 0.0
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
    near_misses: Annotated[float, Param("share", 0, 1, "errors that are near misses")] = 0.60
    serious: Annotated[float, Param("share", 0, 0.4, "errors that are serious")] = 0.07
    culpable: Annotated[float, Param("share", 0, 0.2, "errors made by reckless conduct")] = 0.05
    recognised: Annotated[
        float,
        Param(
            "share",
            0,
            1,
            "errors that their author recognises at once",
            "calibrated",
            "most unreported events were never identified: OIG 2012",
        ),
    ] = 0.35
    eyes: Annotated[float, Param("people", 1, 3, "pairs of eyes on each case (1.6 in a unit)")] = 1.0
    training: Annotated[float, Param("log", 0, 1, "gain in recognition from human-factors training")] = 0.0
    compliance_blind: Annotated[
        float, Param("log/unit", 0, 2, "loss of recognition for each unit of compliance above its reference")
    ] = 0.0
    later: Annotated[float, Param("1/week", 0, 0.1, "hazard that an error is recognised later")] = 0.016667
    repaired: Annotated[
        float,
        Param("1/week", 0, 0.2, "hazard that a hidden but known error is put right on the quiet (0 cuts the loop)"),
    ] = 0.0375
    expires: Annotated[float, Param("1/week", 0, 0.1, "hazard that a hidden error ceases to matter")] = 0.019231
    found: Annotated[float, Param("1/week", 0, 0.05, "hazard that others find a hidden error")] = 0.009615
    harm: Annotated[float, Param("1/week", 0, 0.01, "hazard that a hidden error does harm")] = 0.002
    grave: Annotated[
        float,
        Param(
            "share",
            0,
            1,
            "harm that is a serious incident",
            "calibrated",
            "1 to 3 serious incidents a year: DfE notifications 2018-24",
        ),
    ] = 0.04


@rule
def error_rate(care: float, burnout: float, skill: float, fear: float, climate: float, c: Practice) -> float:
    """Expected errors of one worker for each of her cases (E14). [errors/case/week]

    `care` is time per case over the full standard; `burnout`, `fear` are differences from their references and `skill`
    the difference from the reference skill; `climate` is :func:`error_climate`, the same for the whole authority.

    >>> error_rate(1.0, 0.0, 0.0, 0.0, 0.0, Practice())
    0.01
    """
    exponent = climate + c.exhaustion * burnout - c.experience * skill + c.fear * fear
    return c.errors_per_case * math.exp(exponent - c.haste * math.log(min(1.0, max(0.05, care))))


@rule
def error_climate(disruption: float, defences: float, pressed: float, blame: float, c: Practice) -> float:
    """The authority's share of the log error rate (E14): all arguments are differences from their references. [log]

    >>> error_climate(0.0, 0.0, 0.0, 0.0, Practice())
    0.0
    """
    return c.disruption * disruption - c.defences * defences - c.accountability * pressed - c.deterrence * blame


@rule
def recognised_share(compliance_excess: float, c: Practice) -> float:
    """Chance that an error is recognised as it is made (E15): one pair of eyes or more. [0-1]

    >>> round(recognised_share(0.0, Practice()), 4)
    0.35
    """
    one = min(0.95, c.recognised * math.exp(c.training - c.compliance_blind * compliance_excess))
    if c.recognised >= 1.0:
        return 1.0
    return 1.0 - math.pow(1.0 - one, c.eyes)


@kernel
def weather(
    managers: Managers, learning: Learning, service: Service, oversight: Oversight,
    defences_ref: float, threat_ref: float, blame_ref: float, compliance_ref: float, c: Practice, now: Now,
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
    return climate, recognised_share(service.compliance[a] - compliance_ref, c)


@kernel
def make_errors(
    workers: Workers, cases: Cases, errors: Errors, ledger: Ledger, diary: Diary,
    climate: float, seen: float, skill_ref: float, c: Practice, now: Now,
) -> None:  # fmt: skip
    """Let the week's errors happen; some are recognised at once. `seen` is the recognised share [0-1]."""
    a = now.authority
    duty = cases.waiting[a] / max(1, in_post(workers, now.first_post, now.end_post))
    roll_workers(workers, now.seed, dice.ERRORS, now.week, now.first_post, now.end_post)
    for w in range(now.first_post, now.end_post):
        workers.made[w] = 0
        if workers.status[w] == EMPTY:
            continue
        rate = error_rate(
            workers.care[w],
            workers.burnout[w] - c.burnout_ref,
            workers.skill[w] - skill_ref,
            workers.fear[w] - c.fear_ref,
            climate,
            c,
        )
        workers.made[w] = min(story.MOST_ERRORS, dice.poisson(workers.roll[w], rate * (workers.caseload[w] + duty)))
    made = 0
    recognised = 0
    first = first_row(errors, a)
    for w in range(now.first_post, now.end_post):
        for k in range(workers.made[w]):
            e = first + errors.live[a]
            errors.live[a] += 1
            made += 1
            errors.author[e] = w
            errors.spell[e] = workers.spell[w]
            errors.born[e] = now.week
            errors.since[e] = now.week
            who = error_key(w, now.week, k)
            errors.key[e] = who
            kind, conduct = dice.pair(now.seed, dice.SEVERITY, now.week, who)
            errors.severity[e] = 0 if kind < c.near_misses else (2 if kind > 1.0 - c.serious else 1)
            errors.culpable[e] = 1 if conduct < c.culpable else 0
            known = dice.uniform(now.seed, dice.RECOGNITION, now.week, who) < seen
            errors.state[e] = story.RECOGNISED if known else story.UNRECOGNISED
            number = now.week * 256 + k
            note(diary, now, log.MADE, workers.team[w], w, workers.spell[w], number, errors.severity[e])
            if known:
                recognised += 1
                note(diary, now, log.RECOGNISED, workers.team[w], w, workers.spell[w], number, errors.severity[e])
    ledger.generated[a] = made
    ledger.recognised[a] = recognised


@kernel
def recognise_later(workers: Workers, errors: Errors, ledger: Ledger, diary: Diary, c: Practice, now: Now) -> None:
    """Let older errors come to light in the mind of whoever holds the post now."""
    a = now.authority
    p = chance(c.later)
    first = first_row(errors, a)
    roll_errors(errors, now.seed, dice.RECOGNITION, now.week, first, first + errors.live[a])
    for e in range(first, first + errors.live[a]):
        if errors.roll[e] < p and errors.state[e] == story.UNRECOGNISED and errors.born[e] < now.week:
            w = errors.author[e]
            if workers.status[w] != EMPTY:
                errors.state[e] = story.RECOGNISED
                errors.since[e] = now.week
                ledger.recognised[a] += 1
                number = number_of(errors, e)
                note(diary, now, log.RECOGNISED, workers.team[w], w, errors.spell[e], number, errors.severity[e])


@kernel
def take_along(workers: Workers, errors: Errors, ledger: Ledger, now: Now) -> None:
    """Whoever leaves takes her knowledge along: the errors she withheld are again errors that nobody knows of."""
    a = now.authority
    if ledger.departures[a] == 0:
        return
    first = first_row(errors, a)
    for e in range(first, first + errors.live[a]):
        gone = errors.spell[e] != workers.spell[errors.author[e]]
        errors.state[e] = story.UNRECOGNISED if gone and errors.state[e] == story.WITHHELD else errors.state[e]


@kernel
def fates(
    workers: Workers, errors: Errors, ledger: Ledger, diary: Diary, extra_found: float, c: Practice, now: Now
) -> None:
    """Settle what becomes of hidden errors: one draw a row decides between harm, discovery, expiry and quiet repair."""
    found = c.found + extra_found
    base = c.harm + found + c.expires
    p_unseen = chance(base)
    p_known = chance(base + c.repaired)
    first = first_row(errors, now.authority)
    roll_errors(errors, now.seed, dice.FATE, now.week, first, first + errors.live[now.authority])
    for e in range(first, first + errors.live[now.authority]):
        u = errors.roll[e]
        if u >= p_known:  # the usual case comes first: nothing happens
            continue
        state = errors.state[e]
        if state == story.UNRECOGNISED:
            if u < p_unseen:
                _settle(workers, errors, ledger, diary, e, u / p_unseen * base, found, c, now)
        elif state == story.WITHHELD or state == story.HELD_BACK:
            _settle(workers, errors, ledger, diary, e, u / p_known * (base + c.repaired), found, c, now)


@kernel
def _settle(
    workers: Workers, errors: Errors, ledger: Ledger, diary: Diary, e: int, mark: float,
    found: float, c: Practice, now: Now,
) -> None:  # fmt: skip
    """Give error `e` the fate that `mark` points at on the line of hazards harm, found, expires, repaired."""
    a = now.authority
    if mark < c.harm:
        errors.state[e] = story.HARMED
        ledger.harmed[a] += 1
        kind = log.HARMED
        if dice.uniform(now.seed, dice.GRAVITY, now.week, errors.key[e]) < c.grave:
            ledger.serious[a] += 1
            kind = log.SERIOUS
    elif mark < c.harm + found:
        errors.state[e] = story.DISCOVERED
        ledger.discovered[a] += 1
        kind = log.DISCOVERED
    elif mark < c.harm + found + c.expires:
        errors.state[e] = story.EXPIRED
        ledger.expired[a] += 1
        kind = log.EXPIRED
    else:
        errors.state[e] = story.REPAIRED
        ledger.repaired[a] += 1
        kind = log.REPAIRED
    errors.since[e] = now.week
    w = errors.author[e]
    number = number_of(errors, e)
    note(diary, now, kind, workers.team[w], w, errors.spell[e], number, errors.severity[e])


@kernel
def sweep(errors: Errors, now: Now) -> None:
    """Every fourth week, clear away the rows whose story has ended, keeping the others in order of birth.

    Until then every other rule passes over them by their state.
    """
    if now.week % SWEEP_WEEKS != 0:
        return
    a = now.authority
    first = first_row(errors, a)
    kept = first
    for e in range(first, first + errors.live[a]):
        if errors.state[e] < story.ANALYSED:
            if kept < e:
                errors.author[kept] = errors.author[e]
                errors.spell[kept] = errors.spell[e]
                errors.born[kept] = errors.born[e]
                errors.key[kept] = errors.key[e]
                errors.severity[kept] = errors.severity[e]
                errors.culpable[kept] = errors.culpable[e]
                errors.state[kept] = errors.state[e]
                errors.since[kept] = errors.since[e]
            kept += 1
    errors.live[a] = kept - first
