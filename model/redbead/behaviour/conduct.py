"""Conduct: slips, routine violations and misconduct, and the certainty of a sanction as workers perceive it.

An error is a slip or lapse, a routine violation (a required step left out) or misconduct. Persons differ lastingly in
how often they violate, and violate more under work pressure and where violations go unanswered. Each worker holds a
perceived chance that an error is found and a perceived chance of a sanction, learnt from what happens to herself, in
her team and elsewhere. Violations, and on request slips, respond to these perceptions and not to attitudes.
"""

from __future__ import annotations

import math
from typing import Annotated, Final, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.maths import clip01
from redbead.state.people import EMPTY, Managers, Workers
from redbead.state.practice_errors import CONDUCTS, DISCLOSURES, NOT_DISCLOSED, SLIP, VIOLATION
from redbead.state.world import WeekContext

KINDS: Final = CONDUCTS * DISCLOSURES
"""Number of perceived chances of a sanction: for each conduct and for each disclosure."""

MOST_RATIO: Final = 1e6
"""Upper limit of the effect of conduct on the error rate of a worker. [ratio]"""


class Conduct(NamedTuple):
    """Routine violations, and the response to the perceived certainty of a sanction."""

    # fmt: off
    violations: Annotated[float, Param("share", 0, 0.3, "share of errors that are routine violations at the reference",
        "assumed", "violations are one kind of unsafe act: Reason 1990", ("reason-1990",), symbol="v_0",
        causal_link=True)] = 0.15
    spread: Annotated[float, Param("log", 0, 1.5, "standard deviation of the logarithm of proneness between workers",
        "assumed", "3 % of doctors, 49 % of complaints: Bismark et al. 2013", ("bismark-2013",), symbol="sigma_v",
        causal_link=True)] = 0.8
    pressure: Annotated[float, Param(
        "exponent", 0, 2, "elasticity of violations to work pressure", causal_link=True)] = 0.5
    unanswered: Annotated[float, Param("log/unit", 0, 2,
        "increase of violations where they are seen to go without a sanction", causal_link=True)] = 0.5
    certainty_ref: Annotated[float, Param("0-1", 0, 1,
        "reference of the perceived chance of a sanction for a known violation", distribution="reference")] = 0.03
    deter_violations: Annotated[float, Param("log/unit", 0, 3, "reduction of violations per unit of deterrent",
        "assumed", "certainty deters more than severity: Nagin 2017", ("nagin-2017",), symbol="eta_v",
        causal_link=True)] = 1.0
    deter_slips: Annotated[float, Param("log/unit", 0, 1, "reduction of slips and lapses per unit of deterrent",
        "assumed", "slips are not chosen: Reason 1990", ("reason-1990",), symbol="eta_s",
        causal_link=True)] = 0.0
    certainty_weight: Annotated[float, Param(
        "exponent", 0.2, 2, "weight of the certainty of a sanction in deterrence")] = 1.0
    severity_weight: Annotated[float, Param("exponent", 0, 1,
        "weight of the severity of a sanction in deterrence", causal_link=True)] = 0.3
    delay_weight: Annotated[float, Param("exponent", 0, 1,
        "weight of the delay of a sanction in deterrence", causal_link=True)] = 0.2
    severity: Annotated[float, Param("ratio", 0, 5,
        "severity of sanctions relative to those of the reference", distribution="definition")] = 1.0
    delay: Annotated[float, Param(
        "weeks", 1, 156, "time from an error that becomes known to its sanction")] = 26.0
    delay_ref: Annotated[float, Param(
        "weeks", 1, 156, "reference delay of a sanction", distribution="reference")] = 26.0
    memory: Annotated[float, Param("errors", 2, 200,
        "observed errors after which a perception has moved by 63 % towards what was observed")] = 20.0
    own: Annotated[float, Param(
        "errors", 0, 20, "weight of the worker's case, in cases of team-mates")] = 5.0
    others: Annotated[float, Param(
        "share", 0, 1, "weight of a case in another team, in cases of team-mates")] = 0.1
    # fmt: on


@rule
def deterrent(detected: float, sanctioned: float, c: Conduct) -> float:
    r"""Perceived certainty of a sanction, weighted by its severity and delay.

    Parameters
    ----------
    detected : float
        Perceived chance that an error is detected. [0-1]
    sanctioned : float
        Perceived chance of a sanction for an error that is found. [0-1]
    c : Conduct
        Coefficients.

    Returns
    -------
    float
        Deterrent, equal to the perceived certainty at the reference severity and delay. [0-1 at the reference]

    Notes
    -----
    Equation E223, for perceived chances :math:`\phi` and :math:`p`, severity :math:`s` and delay :math:`d`:

    .. math:: D = (\phi p)^{w_c} \, s^{w_s} \, (d / d_0)^{-w_d}

    A chance of zero does not deter, regardless of the severity. With the default weights, twice the certainty deters
    more than twice the severity.

    References
    ----------
    nagin-2017

    Examples
    --------
    >>> deterrent(0.5, 0.2, Conduct()), deterrent(0.5, 0.0, Conduct(severity=5.0))
    (0.1, 0.0)
    """
    return _power_of_certainty(detected * sanctioned, c) * _severity_and_delay(c)


@rule
def _power_of_certainty(certainty: float, c: Conduct) -> float:
    """Factor of E223 that differs between workers. A chance of zero stays zero."""
    if certainty <= 0.0 or c.certainty_weight == 1.0:
        return max(0.0, certainty)
    return math.pow(certainty, c.certainty_weight)


@rule
def _severity_and_delay(c: Conduct) -> float:
    """Factor of E223 that is the same for all workers."""
    return math.pow(c.severity, c.severity_weight) * math.pow(c.delay / c.delay_ref, -c.delay_weight)


@rule
def violation_ratio(
    proneness: float, log_work_pressure: float, sanctioned: float, deterred: float, c: Conduct
) -> float:
    r"""Rate of violations of one worker relative to the reference.

    Parameters
    ----------
    proneness : float
        Lasting proneness of the worker, 1 on average. [ratio]
    log_work_pressure : float
        Natural logarithm of work pressure. [log]
    sanctioned : float
        Perceived chance of a sanction for a violation that is found. [0-1]
    deterred : float
        Deterrent for violations (:func:`deterrent`). [0-1]
    c : Conduct
        Coefficients.

    Returns
    -------
    float
        Ratio. [ratio]

    Notes
    -----
    Equation E224, for proneness :math:`z`, work pressure :math:`P`, perceived chance :math:`p` and deterrent :math:`D`:

    .. math:: m = z \, P^{k_P} \exp[k_u (p_0 - p) - \eta_v D]

    where :math:`k_P`, :math:`k_u`, :math:`\eta_v` and :math:`p_0` are ``pressure``, ``unanswered``,
    ``deter_violations`` and ``certainty_ref``.

    References
    ----------
    reason-1990, nagin-2017

    Examples
    --------
    >>> violation_ratio(1.0, 0.0, 0.03, 0.0, Conduct())
    1.0
    >>> violation_ratio(1.0, 0.0, 0.02, 0.5, Conduct()) < 1.0 < violation_ratio(1.0, 0.3, 0.0, 0.0, Conduct())
    True
    """
    log_ratio = c.pressure * log_work_pressure + c.unanswered * (c.certainty_ref - sanctioned)
    return proneness * math.exp(log_ratio - c.deter_violations * deterred)


@rule
def share_learnt(cases: float, c: Conduct) -> float:
    r"""Share of the way that a perceived chance moves towards what was observed.

    Parameters
    ----------
    cases : float
        Number of observed cases, weighted by how close they are. [errors]
    c : Conduct
        Coefficients.

    Returns
    -------
    float
        Share. [0-1]

    Notes
    -----
    Equation E225b, for :math:`n` cases and the memory :math:`m`:

    .. math:: s = 1 - e^{-n / m}

    References
    ----------
    Assumed.

    Examples
    --------
    >>> share_learnt(0.0, Conduct()), round(share_learnt(20.0, Conduct()), 4)
    (0.0, 0.6321)
    """
    return 1.0 - math.exp(-cases / c.memory)


@rule
def learn(belief: float, observed: float, share: float) -> float:
    r"""Perceived chance after a number of observed cases.

    Parameters
    ----------
    belief : float
        Perceived chance before. [0-1]
    observed : float
        Share of the cases in which the event occurred. [0-1]
    share : float
        Share of the way from the first to the second (:func:`share_learnt`). [0-1]

    Returns
    -------
    float
        Perceived chance, between ``belief`` and ``observed``. [0-1]

    Notes
    -----
    Equation E225:

    .. math:: b' = b + (q - b) \, s

    where :math:`b` is ``belief``, :math:`q` is ``observed`` and :math:`s` is ``share``. Without cases, the perception
    stays.

    References
    ----------
    Assumed.

    Examples
    --------
    >>> learn(0.3, 0.0, 0.0), round(learn(0.3, 0.0, share_learnt(20.0, Conduct())), 4)
    (0.3, 0.1104)
    """
    return belief + (observed - belief) * share


@kernel
def update_perceptions(workers: Workers, managers: Managers, c: Conduct, now: WeekContext) -> None:
    """Move the perceptions of all workers towards what happened last week in the team and elsewhere.

    Reads and resets ``judged``, ``sanctioned``, ``ended`` and ``detected`` of the teams. Writes ``perceived_detection``
    and ``perceived_sanction`` of the workers by equation E225, and ``observed`` and ``moved`` of the teams.
    """
    for kind in range(KINDS + 1):
        _observe(managers, kind, c, now)
    for w in range(now.first_post, now.end_post):
        t = workers.team[w]
        for kind in range(KINDS):
            workers.perceived_sanction[w, kind] = learn(
                workers.perceived_sanction[w, kind], managers.observed[t, kind], managers.moved[t, kind]
            )
        workers.perceived_detection[w] = learn(
            workers.perceived_detection[w], managers.observed[t, KINDS], managers.moved[t, KINDS]
        )
    for t in range(now.first_team, now.end_team):
        managers.ended[t] = 0
        managers.detected[t] = 0
        managers.judged[t, :] = 0
        managers.sanctioned[t, :] = 0


@kernel
def _observe(managers: Managers, kind: int, c: Conduct, now: WeekContext) -> None:
    """Compute for each team the share of observed cases with the event, and how far it moves perceptions.

    Events are the sanctions of known errors of one ``kind``. For the kind ``KINDS`` they are detections of hidden
    errors.
    """
    cases = 0
    events = 0
    for t in range(now.first_team, now.end_team):
        cases += managers.ended[t] if kind == KINDS else managers.judged[t, kind]
        events += managers.detected[t] if kind == KINDS else managers.sanctioned[t, kind]
    seen_elsewhere = c.others * cases
    observed_elsewhere = c.others * events / seen_elsewhere if seen_elsewhere > 0.0 else 0.0
    moved_elsewhere = share_learnt(seen_elsewhere, c) if cases > 0 else 0.0
    for t in range(now.first_team, now.end_team):
        managers.observed[t, kind] = observed_elsewhere
        managers.moved[t, kind] = moved_elsewhere
        of_team = managers.ended[t] if kind == KINDS else managers.judged[t, kind]
        if of_team > 0:
            with_event = managers.detected[t] if kind == KINDS else managers.sanctioned[t, kind]
            seen = of_team + c.others * (cases - of_team)
            managers.observed[t, kind] = (with_event + c.others * (events - with_event)) / seen
            managers.moved[t, kind] = share_learnt(seen, c)


@kernel
def compute_conduct(workers: Workers, c: Conduct, now: WeekContext) -> None:
    r"""Compute how conduct changes each worker's error rate, and the share of violations among this week's errors.

    Reads the perceptions and ``log_pressure`` of the workers. Writes ``proneness`` of new workers, drawn once per
    person, ``conduct_ratio`` and ``violation_share``.

    Notes
    -----
    Equation E227, for the reference share :math:`v`, the ratio :math:`m` of E224 and the deterrent :math:`D_s` for
    slips:

    .. math:: r = (1 - v) e^{-\eta_s D_s} + v m, \qquad q = v m / r

    multiplies the error rate of E14. Without violations and deterrence of slips, :math:`r = 1` and :math:`q = 0`.
    """
    for_all = _severity_and_delay(c)
    for w in range(now.first_post, now.end_post):
        workers.conduct_ratio[w] = 1.0
        workers.violation_share[w] = 0.0
        if workers.status[w] == EMPTY or (c.violations == 0.0 and c.deter_slips == 0.0):
            continue
        if workers.proneness[w] == 0.0:
            z = rng.normal(rng.uniform(now.seed, rng.PRONENESS, 0, rng.person(w, workers.spell[w])))
            workers.proneness[w] = math.exp(c.spread * z - 0.5 * c.spread * c.spread)
        known = workers.perceived_sanction[w, VIOLATION * DISCLOSURES + NOT_DISCLOSED]
        detected = workers.perceived_detection[w]
        deterred = _power_of_certainty(detected * known, c) * for_all
        violations = c.violations * violation_ratio(workers.proneness[w], workers.log_pressure[w], known, deterred, c)
        slips = 1.0 - c.violations
        if c.deter_slips != 0.0:
            slip = workers.perceived_sanction[w, SLIP * DISCLOSURES + NOT_DISCLOSED]
            slips *= math.exp(-c.deter_slips * _power_of_certainty(detected * slip, c) * for_all)
        workers.conduct_ratio[w] = min(MOST_RATIO, slips + violations)
        workers.violation_share[w] = clip01(violations / (slips + violations))
