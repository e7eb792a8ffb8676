"""Directors who come and go, and what they attend to (E13, E27, E28)."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state import world
from redbead.state.authority import Oversight, Service, WeeklyCounts
from redbead.state.maths import approach, chance, clip01, logistic
from redbead.state.people import Leaders
from redbead.state.world import EventLog, WeekContext, log_event


class Leadership(NamedTuple):
    """How long directors stay, what they care for, and how candid they are."""

    leaving: Annotated[
        float,
        Param(
            "1/week",
            0,
            0.05,
            "hazard that a director leaves of her own accord",
            "calibrated",
            "mean time in post 33 months: ADCS 2024",
        ),
    ] = 0.00586
    after_inadequate: Annotated[
        float,
        Param(
            "log",
            0,
            3,
            "extra hazard while the authority is inadequate",
            "calibrated",
            "2.2 to 2.9 directors in 6 years by grade: CYP Now",
        ),
    ] = 0.3
    poached: Annotated[
        float, Param("log", 0, 3, "extra hazard while the authority is outstanding: better jobs elsewhere")
    ] = 0.3
    interim: Annotated[
        float,
        Param("weeks", 0, 104, "time until a successor is found", "measured", "interim directors 8 months: ADCS 2024"),
    ] = 35.0
    interim_chance: Annotated[
        float,
        Param(
            "0-1",
            0,
            1,
            "chance that an interim director stands in when one goes; otherwise a successor starts at once",
            "calibrated",
            "mean time in post 33 months, 35 of permanent and 8 of interim directors: ADCS 2024",
            likely=(0.2, 0.6),
        ),
    ] = 0.167
    commitment_mean: Annotated[
        float, Param("sd", -2, 2, "mean commitment of directors to practice before compliance")
    ] = 0.0
    commitment_spread: Annotated[
        float,
        Param(
            "sd",
            0,
            2,
            "spread of that commitment",
            "measured",
            "no effect of chief executives on hospital performance: Janke, Propper and Sadun 2019",
        ),
    ] = 0.5
    compliance_base: Annotated[float, Param("0-1", 0, 1, "attention to compliance without any stake")] = 0.1
    compliance_stakes: Annotated[
        float, Param("0-1/unit", 0, 1, "how attention follows the stakes (0 cuts the loop)")
    ] = 0.5
    compliance_inadequate: Annotated[
        float, Param("0-1", 0, 1, "extra attention while the authority is inadequate (0 cuts the loop)")
    ] = 0.3
    compliance_commitment: Annotated[
        float, Param("0-1/sd", 0, 1, "how a director's commitment resists (0 cuts the loop)")
    ] = 0.2
    compliance_reward: Annotated[
        float, Param("0-1", 0, 1, "how far reward for true practice takes attention off compliance")
    ] = 0.0
    compliance_pace: Annotated[
        float, Param("weeks", 4, 104, "time in which the organisation follows its director's attention")
    ] = 26.0
    compliance_ref: Annotated[float, Param("0-1", 0, 1, "reference compliance")] = 0.5
    staff_pull: Annotated[
        float, Param("log", -3, 3, "weight of staff and practice among a director's other goals (0 is one of equals)")
    ] = 0.0
    budget_pull: Annotated[float, Param("log", -3, 3, "weight of the budget among them")] = 0.0
    survival: Annotated[
        float,
        Param("share", 0, 1, "what of an announced culture survives a change of leader (1 cuts the loop)"),
    ] = 0.7
    rebuilding: Annotated[float, Param("weeks", 13, 208, "time in which a successor makes that culture her own")] = 52.0
    gaming_base: Annotated[
        float,
        Param(
            "log-odds",
            -6,
            6,
            "dressing up of what inspectors see, without stakes",
            "assumed",
            "one report of 2017 speaks of discrepancies",
            likely=(-4, -2),
        ),
    ] = -3.0
    gaming_stakes: Annotated[float, Param("log-odds", 0, 6, "how stakes and fear add to it (0 cuts the loop)")] = 4.0
    gaming_integrity: Annotated[float, Param("log-odds/sd", 0, 3, "how a director's integrity resists")] = 0.5
    candour_credit: Annotated[float, Param("0-1", 0, 1, "credit that inspectors give for problems shown openly")] = 0.0
    gaming_credit: Annotated[float, Param("log-odds", 0, 3, "how that credit takes away from dressing up")] = 1.0


@rule
def attention(stakes: float, sting: float, commitment: float, c: Leadership) -> float:
    """Share of a director's attention that goes to what inspectors look for (E27). [0-1]

    `stakes` is how much hangs on inspection [0-1], `sting` how hard the last report bites (1 is an inadequate label)
    [0-1], `commitment` her commitment to practice [sd].

    >>> round(attention(0.7, 0.0, 0.0, Leadership()), 2), attention(0.0, 0.0, 0.0, Leadership())
    (0.45, 0.1)
    """
    aim = c.compliance_base + c.compliance_stakes * stakes - c.compliance_commitment * commitment
    return clip01(aim + c.compliance_inadequate * sting - c.compliance_reward)


@rule
def attention_to_staff(inspection: float, incidents: float, debate: float, c: Leadership) -> float:
    """Share of a director's attention that is left for staff and practice: rival goals share the rest (C2). [0-1]

    `inspection` is the share on what inspectors look for and `debate` what a debate takes [0-1]; `incidents` recent
    serious incidents, faded [count]. The rest goes to staff, budget and incidents by their weights.

    >>> attention_to_staff(0.4, 0.0, 0.0, Leadership())
    0.3
    >>> attention_to_staff(0.4, 1.0, 0.0, Leadership()) < 0.3
    True
    """
    staff = math.exp(c.staff_pull)
    return max(0.0, 1.0 - inspection - debate) * staff / (staff + math.exp(c.budget_pull) + incidents)


@rule
def gaming_target(stakes: float, fear: float, integrity: float, c: Leadership) -> float:
    """How far what inspectors see is dressed up (E28), by stakes [0-1] and the leader's fear [0-1]. [0-1]

    >>> gaming_target(0.7, 0.9, 0.0, Leadership()) > gaming_target(0.7, 0.1, 0.0, Leadership())
    True
    """
    z = c.gaming_base + c.gaming_stakes * stakes * fear - c.gaming_integrity * integrity
    return logistic(z - c.gaming_credit * c.candour_credit)


@kernel
def compute_attention(leaders: Leaders, oversight: Oversight, stakes: float, c: Leadership, now: WeekContext) -> None:
    """What the director attends to this week."""
    a = now.authority
    leaders.attention[a] = attention(stakes, oversight.report_severity[a], leaders.commitment[a], c)


@kernel
def update_commitment_and_gaming(
    leaders: Leaders, service: Service, stakes: float, debate: float, c: Leadership, now: WeekContext
) -> None:
    """Let compliance and gaming follow the director's attention and fear; let her make the culture her own.

    `debate` is the attention that a full debate about outsourcing takes. [0-1]
    """
    a = now.authority
    taken = debate * service.debated[a]
    leaders.for_staff[a] = attention_to_staff(leaders.attention[a], service.incident_memory[a], taken, c)
    service.embedded[a] += (1.0 - service.embedded[a]) * approach(c.rebuilding)
    step = approach(c.compliance_pace)
    service.compliance[a] += (leaders.attention[a] - service.compliance[a]) * step
    aim = gaming_target(stakes, leaders.fear[a], leaders.integrity[a], c)
    service.gaming[a] += (aim - service.gaming[a]) * step


@kernel
def leader_moves_on(
    leaders: Leaders,
    service: Service,
    oversight: Oversight,
    counts: WeeklyCounts,
    event_log: EventLog,
    c: Leadership,
    now: WeekContext,
) -> None:
    """The director stays, leaves, or an interim one hands over to a successor (E13)."""
    a = now.authority
    leaders.tenure[a] += 1.0
    if leaders.interim[a] > 0.0:
        leaders.interim[a] -= 1.0
        if leaders.interim[a] <= 0.0:
            appoint(leaders, c, now)
        return
    push = c.after_inadequate * oversight.report_severity[a] + (c.poached if oversight.grade[a] == 0 else 0.0)
    u = rng.uniform(now.seed, rng.LEADER_LEAVING, now.week, rng.person(a, leaders.spell[a]))
    if u < chance(c.leaving * math.exp(push)):
        remove_director(leaders, service, counts, event_log, c, now)


@kernel
def remove_director(
    leaders: Leaders, service: Service, counts: WeeklyCounts, event_log: EventLog, c: Leadership, now: WeekContext
) -> None:
    """The director leaves or is dismissed; a successor starts, or an interim one, of average leanings, stands in.

    Of the culture that she announced, only the part that has become the organisation's own survives (C12).
    """
    a = now.authority
    service.embedded[a] *= c.survival
    log_event(event_log, now, world.LEADER_LEFT, -1, -1, leaders.spell[a], -1, int(leaders.tenure[a]))
    counts.leaders_left[a] += 1
    leaders.spell[a] += 1
    leaders.tenure[a] = 0.0
    if rng.uniform(now.seed, rng.INTERIM, now.week, a) >= c.interim_chance:
        appoint(leaders, c, now)
        return
    leaders.interim[a] = max(1.0, c.interim)
    leaders.commitment[a] = 0.0
    leaders.integrity[a] = 0.0


@kernel
def appoint(leaders: Leaders, c: Leadership, now: WeekContext) -> None:
    """A new director with her own commitment and integrity."""
    a = now.authority
    leaders.interim[a] = 0.0
    leaders.tenure[a] = 0.0
    u, v = rng.pair(now.seed, rng.LEADER_PERSON, now.week, rng.person(a, leaders.spell[a]))
    leaders.commitment[a] = c.commitment_mean + c.commitment_spread * rng.normal(u)
    leaders.integrity[a] = rng.normal(v)
