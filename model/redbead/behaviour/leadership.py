"""Directors of children's services: tenure, attention, compliance and gaming.

Each director divides attention between inspection, staff, budget and incidents. Compliance and gaming of the
organisation follow that attention with a delay. Directors leave at random or are dismissed; an interim director or
a successor with a new commitment and integrity takes over.
"""

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
    """Tenure, attention and candour of directors."""

    # fmt: off
    leaving: Annotated[float, Param("1/week", 0, 0.05, "hazard of voluntary departure of a director", "calibrated",
        "mean time in post 33 months: ADCS 2024", ("adcs-2024",), symbol="h_L")] = 0.00586
    after_inadequate: Annotated[float, Param("log", 0, 3, "log hazard of departure added while graded inadequate",
        "calibrated", "2.2 to 2.9 directors in 6 years by grade: CYP Now", ("cyp-now-directors",), symbol="gamma_L",
        processing="matched")] = 0.3
    poached: Annotated[float, Param("log", 0, 3,
        "additional log hazard of departure to a better post while the authority is graded outstanding")] = 0.3
    after_scandal: Annotated[float, Param("0-1", 0, 1, "chance that a scandal removes a permanent director",
        causal_link=True)] = 0.5
    interim: Annotated[float, Param("weeks", 0, 104, "duration of an interim appointment", "measured",
        "interim directors 8 months: ADCS 2024", ("adcs-2024",))] = 35.0
    interim_chance: Annotated[float, Param("0-1", 0, 1,
        "chance that an interim director covers a vacancy; otherwise a successor starts at once", "calibrated",
        "mean months in post: 33, permanent 35, interim 8: ADCS 2024", ("adcs-2024",), likely=(0.2, 0.6))] = 0.167
    commitment_mean: Annotated[float, Param(
        "sd", -2, 2, "mean commitment of directors to practice rather than compliance")] = 0.0
    commitment_spread: Annotated[float, Param("sd", 0, 2, "standard deviation of directors' commitment", "measured",
        "no effect of chief executives on hospital performance: Janke, Propper and Sadun 2019", ("janke-2019",))] = 0.5
    compliance_base: Annotated[float, Param("0-1", 0, 1, "attention to compliance without any stakes")] = 0.1
    compliance_stakes: Annotated[float, Param(
        "0-1/unit", 0, 1, "increase in attention to compliance per unit of stakes", causal_link=True)] = 0.5
    compliance_inadequate: Annotated[float, Param("0-1", 0, 1,
        "additional attention to compliance while the authority is graded inadequate", causal_link=True)] = 0.3
    compliance_commitment: Annotated[float, Param("0-1/sd", 0, 1,
        "reduction in attention to compliance per standard deviation of commitment", causal_link=True)] = 0.2
    compliance_reward: Annotated[float, Param("0-1", 0, 1,
        "reduction in attention to compliance from rewards for good practice", distribution="policy")] = 0.0
    compliance_pace: Annotated[float, Param(
        "weeks", 4, 104, "time constant with which the organisation follows the director's attention")] = 26.0
    compliance_ref: Annotated[float, Param("0-1", 0, 1, "reference compliance", distribution="reference")] = 0.5
    staff_pull: Annotated[float, Param(
        "log", -3, 3, "log weight of staff and practice among a director's competing goals (0: equal weights)",
        distribution="policy")] = 0.0
    budget_pull: Annotated[float, Param(
        "log", -3, 3, "log weight of the budget among a director's competing goals (0: equal weights)")] = 0.0
    survival: Annotated[float, Param(
        "share", 0, 1, "share of an announced culture that survives a change of director (1 removes this link)")] = 0.7
    rebuilding: Annotated[float, Param(
        "weeks", 13, 208, "time constant with which a new director re-establishes that culture")] = 52.0
    gaming_base: Annotated[float, Param("log-odds", -6, 6, "log-odds of gaming without stakes", "assumed",
        "one report of 2017 describes discrepancies", ("mills-blog",), likely=(-4, -2))] = -3.0
    gaming_stakes: Annotated[float, Param(
        "log-odds", 0, 6, "increase in gaming per unit of stakes times the director's fear", causal_link=True)] = 4.0
    gaming_integrity: Annotated[float, Param(
        "log-odds/sd", 0, 3, "reduction in gaming per standard deviation of the director's integrity")] = 0.5
    candour_credit: Annotated[float, Param(
        "0-1", 0, 1, "credit that inspectors give for problems disclosed openly", distribution="policy")] = 0.0
    gaming_credit: Annotated[float, Param("log-odds", 0, 3, "reduction in gaming per unit of candour credit")] = 1.0
    # fmt: on


@rule
def attention(stakes: float, report_severity: float, commitment: float, c: Leadership) -> float:
    r"""Share of a director's attention that goes to compliance with inspection.

    Parameters
    ----------
    stakes : float
        Consequences of inspection for the authority and its director. [0-1]
    report_severity : float
        Severity of the last inspection report; 1 is an inadequate grade. [0-1]
    commitment : float
        The director's commitment to practice rather than compliance. [sd]
    c : Leadership
        Coefficients.

    Returns
    -------
    float
        Share of attention, limited to 0-1.

    Notes
    -----
    Equation E27:

    .. math:: K^* = \mathrm{clip}_{01}(k_0 + k_s S - k_J J + k_g R - k_r)

    where :math:`S` is ``stakes``, :math:`J` is ``commitment``, :math:`R` is ``report_severity``, and :math:`k_0`,
    :math:`k_s`, :math:`k_J`, :math:`k_g` and :math:`k_r` are ``compliance_base``, ``compliance_stakes``,
    ``compliance_commitment``, ``compliance_inadequate`` and ``compliance_reward``. Without stakes, commitment, severe
    report and reward, attention is :math:`k_0`.

    References
    ----------
    bevan-hood-2006, janke-2019

    Examples
    --------
    >>> round(attention(0.7, 0.0, 0.0, Leadership()), 2), attention(0.0, 0.0, 0.0, Leadership())
    (0.45, 0.1)
    """
    target = c.compliance_base + c.compliance_stakes * stakes - c.compliance_commitment * commitment
    return clip01(target + c.compliance_inadequate * report_severity - c.compliance_reward)


@rule
def attention_to_staff(inspection: float, incidents: float, debate: float, c: Leadership) -> float:
    r"""Share of a director's attention that remains for staff and practice.

    Parameters
    ----------
    inspection : float
        Share of attention that goes to inspection. [0-1]
    incidents : float
        Recent serious incidents, discounted by their age. [count]
    debate : float
        Share of attention that a debate about outsourcing takes. [0-1]
    c : Leadership
        Coefficients.

    Returns
    -------
    float
        Share of attention. [0-1]

    Notes
    -----
    Equation E141: staff, budget and incidents share the remaining attention by their weights.

    .. math:: A_S = \max(0,\, 1 - A_I - d) \, \frac{e^{w_S}}{e^{w_S} + e^{w_B} + n}

    where :math:`A_I` is ``inspection``, :math:`d` is ``debate``, :math:`n` is ``incidents``, and :math:`w_S` and
    :math:`w_B` are ``staff_pull`` and ``budget_pull``. With equal weights and no incidents, staff receive half.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> attention_to_staff(0.4, 0.0, 0.0, Leadership())
    0.3
    >>> attention_to_staff(0.4, 1.0, 0.0, Leadership()) < 0.3
    True
    """
    staff = math.exp(c.staff_pull)
    return max(0.0, 1.0 - inspection - debate) * staff / (staff + math.exp(c.budget_pull) + incidents)


@rule
def gaming_target(stakes: float, fear: float, integrity: float, c: Leadership) -> float:
    r"""Target level of gaming: the extent to which evidence for inspectors is embellished.

    Parameters
    ----------
    stakes : float
        Consequences of inspection for the authority and its director. [0-1]
    fear : float
        The director's fear. [0-1]
    integrity : float
        The director's honesty with inspectors. [sd]
    c : Leadership
        Coefficients.

    Returns
    -------
    float
        Target level of gaming. [0-1]

    Notes
    -----
    Equation E28:

    .. math:: G^* = \sigma(g_0 + g_s S F_L - g_i I - g_c C), \quad \sigma(z) = 1 / (1 + e^{-z})

    where :math:`S` is ``stakes``, :math:`F_L` is ``fear``, :math:`I` is ``integrity``, :math:`C` is
    ``candour_credit``, and :math:`g_0`, :math:`g_s`, :math:`g_i` and :math:`g_c` are ``gaming_base``,
    ``gaming_stakes``, ``gaming_integrity`` and ``gaming_credit``. Without stakes or fear, and with average integrity
    and no credit, gaming is :math:`\sigma(g_0)`.

    References
    ----------
    bevan-hood-2006, mills-blog

    Examples
    --------
    >>> round(gaming_target(0.7, 0.5, 0.0, Leadership()), 3)
    0.168
    >>> gaming_target(0.7, 0.9, 0.0, Leadership()) > gaming_target(0.7, 0.1, 0.0, Leadership())
    True
    """
    log_odds = c.gaming_base + c.gaming_stakes * stakes * fear - c.gaming_integrity * integrity
    return logistic(log_odds - c.gaming_credit * c.candour_credit)


@kernel
def compute_attention(leaders: Leaders, oversight: Oversight, stakes: float, c: Leadership, now: WeekContext) -> None:
    """Compute the share of the director's attention that goes to inspection this week.

    Reads ``leaders.commitment`` and ``oversight.report_severity``; writes ``leaders.attention``.
    """
    a = now.authority
    leaders.attention[a] = attention(stakes, oversight.report_severity[a], leaders.commitment[a], c)


@kernel
def update_compliance_and_gaming(
    leaders: Leaders, service: Service, stakes: float, debate: float, c: Leadership, now: WeekContext
) -> None:
    r"""Adjust compliance and gaming to the director's attention and fear, and re-establish the announced culture.

    Reads ``leaders.attention``, ``leaders.fear``, ``leaders.integrity``, ``service.incident_memory`` and
    ``service.debated``. Writes ``leaders.for_staff``, ``service.embedded``, ``service.compliance`` and
    ``service.gaming``. Each stock closes a share :math:`1 - e^{-1/\tau}` of its gap per week.

    Parameters
    ----------
    stakes : float
        Consequences of inspection for the authority and its director. [0-1]
    debate : float
        Share of the director's attention that a full debate about outsourcing takes. [0-1]
    """
    a = now.authority
    debate_share = debate * service.debated[a]
    leaders.for_staff[a] = attention_to_staff(leaders.attention[a], service.incident_memory[a], debate_share, c)
    service.embedded[a] += (1.0 - service.embedded[a]) * approach(c.rebuilding)
    step = approach(c.compliance_pace)
    service.compliance[a] += (leaders.attention[a] - service.compliance[a]) * step
    target = gaming_target(stakes, leaders.fear[a], leaders.integrity[a], c)
    service.gaming[a] += (target - service.gaming[a]) * step


@kernel
def apply_leader_turnover(
    leaders: Leaders,
    service: Service,
    oversight: Oversight,
    counts: WeeklyCounts,
    event_log: EventLog,
    c: Leadership,
    now: WeekContext,
) -> None:
    r"""Advance the director's tenure by one week; the director may leave or hand over to a successor.

    Reads ``oversight.grade``, ``oversight.report_severity`` and ``counts.prominent``. Writes ``leaders.tenure`` and
    ``leaders.interim``, and calls :func:`remove_director` or :func:`appoint_director`. Interim directors stay until
    their appointment ends.

    Notes
    -----
    Equation E13, the weekly probability that a permanent director leaves:

    .. math:: p = 1 - (1 - p_S)^n \exp(-h_L \, e^{\gamma_L R + \gamma_P O})

    where :math:`h_L` is ``leaving``, :math:`R` is the severity of the last report, :math:`O` is 1 while the authority
    is graded outstanding and 0 otherwise, :math:`n` counts this week's scandals, and :math:`\gamma_L`,
    :math:`\gamma_P` and :math:`p_S` are ``after_inadequate``, ``poached`` and ``after_scandal``.

    References
    ----------
    adcs-2024, cyp-now-directors
    """
    a = now.authority
    leaders.tenure[a] += 1.0
    if leaders.interim[a] > 0.0:
        leaders.interim[a] -= 1.0
        if leaders.interim[a] <= 0.0:
            appoint_director(leaders, c, now)
        return
    poached = c.poached if oversight.grade[a] == 0 else 0.0
    log_hazard_ratio = c.after_inadequate * oversight.report_severity[a] + poached
    u = rng.uniform(now.seed, rng.LEADER_LEAVING, now.week, rng.person(a, leaders.spell[a]))
    p = chance(c.leaving * math.exp(log_hazard_ratio))
    if c.after_scandal > 0.0:
        p = 1.0 - (1.0 - p) * math.pow(1.0 - c.after_scandal, counts.prominent[a])
    if u < p:
        remove_director(leaders, service, counts, event_log, c, now)


@kernel
def remove_director(
    leaders: Leaders, service: Service, counts: WeeklyCounts, event_log: EventLog, c: Leadership, now: WeekContext
) -> None:
    """End the director's appointment and start an interim director or a successor.

    The announced culture keeps only the share ``survival`` of what has been embedded. An interim director has average
    commitment and integrity (0). Writes one ``LEADER_LEFT`` event, ``counts.leaders_left``, ``service.embedded`` and
    the director's row of ``leaders``.
    """
    a = now.authority
    service.embedded[a] *= c.survival
    log_event(event_log, now, world.LEADER_LEFT, -1, -1, leaders.spell[a], -1, int(leaders.tenure[a]))
    counts.leaders_left[a] += 1
    leaders.spell[a] += 1
    leaders.tenure[a] = 0.0
    if rng.uniform(now.seed, rng.INTERIM, now.week, a) >= c.interim_chance:
        appoint_director(leaders, c, now)
        return
    leaders.interim[a] = max(1.0, c.interim)
    leaders.commitment[a] = 0.0
    leaders.integrity[a] = 0.0


@kernel
def appoint_director(leaders: Leaders, c: Leadership, now: WeekContext) -> None:
    """Appoint a permanent director with a newly drawn commitment and integrity.

    Commitment is normal with mean ``commitment_mean`` and standard deviation ``commitment_spread``; integrity is
    standard normal. Writes the director's row of ``leaders``.
    """
    a = now.authority
    leaders.interim[a] = 0.0
    leaders.tenure[a] = 0.0
    u, v = rng.pair(now.seed, rng.LEADER_PERSON, now.week, rng.person(a, leaders.spell[a]))
    leaders.commitment[a] = c.commitment_mean + c.commitment_spread * rng.normal(u)
    leaders.integrity[a] = rng.normal(v)
