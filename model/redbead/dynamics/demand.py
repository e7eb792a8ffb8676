"""Demand: referrals, surges after a child's death, re-referrals and the acceptance threshold."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from redbead import rng
from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Cases, Service, WeeklyCounts
from redbead.state.maths import approach
from redbead.state.world import WeekContext


class Demand(NamedTuple):
    """Referrals, duration of cases, re-referrals, prevention and the acceptance threshold."""

    # fmt: off
    arrivals: Annotated[float, Param("cases/post/week", 0, 2, "accepted referrals per established post", "calibrated",
        "DfE workforce and children in need 2025: 15-16 cases per worker, 40 weeks open",
        ("dfe-workforce-2025", "dfe-cin-2025"), symbol="lambda_0", likely=(0.33, 0.41))] = 0.357
    duration: Annotated[float, Param(
        "weeks", 26, 60, "mean time that a case stays open at full throughput", "calibrated",
        "DfE children in need: stock over flow", ("dfe-cin-2025",), symbol="tau_c", likely=(42, 49))] = 45.1
    return_share: Annotated[float, Param("share", 0, 0.5, "share of cases re-referred within a year", "calibrated",
        "DfE children in need 2014: 23.4 %", ("dfe-cin-2014",), symbol="r_re")] = 0.221
    return_exponent: Annotated[float, Param(
        "exponent", 0, 1, "effect of poor quality on re-referrals", symbol="eta_re", causal_link=True)] = 0.5
    return_delay: Annotated[float, Param("weeks", 4, 104, "mean time until re-referral", symbol="tau_re")] = 26.0
    prevention: Annotated[float, Param(
        "share of budget", 0, 0.3, "spending on prevention in addition to posts", distribution="policy")] = 0.0
    prevention_effect: Annotated[float, Param(
        "share", 0, 0.25, "share of referrals eventually prevented by a tenth of the budget", "assumed",
        "no defensible point estimate found", symbol="e_pv", causal_link=True)] = 0.10
    prevention_lag: Annotated[float, Param(
        "weeks", 13, 260, "time constant with which prevention takes effect")] = 104.0
    threshold: Annotated[float, Param("exponent", 0, 3, "rise of the acceptance threshold as families wait", "assumed",
        "a third of referrals ended without a service in 2021-22: DfE children in need; loop L-B14", ("dfe-cin-2025",),
        causal_link=True)] = 1.0
    threshold_from: Annotated[float, Param(
        "families/post", 0, 5, "families waiting per post above which the threshold rises")] = 0.25
    planned_surge: Annotated[float, Param(
        "share", 0, 5, "additional referrals from the scenario's spikes this week", distribution="policy")] = 0.0
    # fmt: on


@rule
def surge(age: float, size: float, rise: float, decay: float, lasting: float, fade: float) -> float:
    r"""Additional referrals some time after an event, as a share of baseline referrals.

    Parameters
    ----------
    age : float
        Time since the event; negative before it. [weeks]
    size : float
        Height of the surge. [share]
    rise, decay, fade : float
        Time constants of the rise, of the temporary part and of the lasting part. [weeks]
    lasting : float
        Lasting part, as a share of the surge. [0-1]

    Returns
    -------
    float
        Additional referrals. [share]

    Notes
    -----
    Equation E2:

    .. math:: s = a [(1 - \rho) e^{-t/\tau_s} + \rho e^{-t/\tau_f}] [1 - e^{-t/\tau_r}] \quad (t \ge 0)

    where :math:`a` is ``size``, :math:`\rho` is ``lasting``, and :math:`\tau_r`, :math:`\tau_s` and :math:`\tau_f` are
    ``rise``, ``decay`` and ``fade``. Before the event it is 0.

    References
    ----------
    victoria-2014, coventry-2014, cafcass-2013

    Examples
    --------
    >>> surge(-1.0, 0.25, 4.0, 52.0, 0.5, 364.0), round(surge(364.0, 0.25, 4.0, 52.0, 0.5, 364.0), 3)
    (0.0, 0.046)
    """
    if age < 0.0:
        return 0.0
    temporary, persistent = (1.0 - lasting) * math.exp(-age / decay), lasting * math.exp(-age / fade)
    return size * (temporary + persistent) * (1.0 - math.exp(-age / rise))


@rule
def re_referral_rate(closures: float, quality: float, c: Demand) -> float:
    r"""Expected re-referrals of families whose cases were closed before.

    Parameters
    ----------
    closures : float
        Closures one return delay ago. [cases/week]
    quality : float
        True quality, 1 at the reference. [ratio]
    c : Demand
        Coefficients.

    Returns
    -------
    float
        Re-referrals. [cases/week]

    Notes
    -----
    Equation E1b:

    .. math:: r = r_{re} X \, \max(0.05, Q)^{-\eta_{re}}

    where :math:`X` is ``closures``, :math:`Q` is ``quality``, and :math:`r_{re}` and :math:`\eta_{re}` are
    ``return_share`` and ``return_exponent``. At reference quality a share :math:`r_{re}` of closed cases returns.

    References
    ----------
    dfe-cin-2014

    Examples
    --------
    >>> c = Demand(return_share=0.25)
    >>> re_referral_rate(40.0, 1.0, c), re_referral_rate(40.0, 0.25, c)
    (10.0, 20.0)
    """
    return c.return_share * closures * math.pow(1.0 / max(0.05, quality), c.return_exponent)


@rule
def referral_rate(
    posts: float, surge_share: float, prevention: float, closures: float, quality: float, c: Demand
) -> float:
    r"""Expected referrals, before the acceptance threshold applies.

    Parameters
    ----------
    posts : float
        Posts that the authority starts with. [posts]
    surge_share : float
        Additional referrals from surges. [share]
    prevention : float
        Spending on prevention that has taken effect, as a share of the budget. [share]
    closures : float
        Closures one return delay ago. [cases/week]
    quality : float
        True quality, 1 at the reference. [ratio]
    c : Demand
        Coefficients.

    Returns
    -------
    float
        Referrals. [cases/week]

    Notes
    -----
    Equation E1:

    .. math:: \lambda = \max\left(0,\, \lambda_0 N (1 + s) \max\left(0, 1 - e_{pv} \frac{P}{0.1}\right)
       + r(X, Q) - r(X, 1)\right)

    where :math:`\lambda_0` is ``arrivals``, :math:`N` is ``posts``, :math:`s` is ``surge_share``, :math:`P` is
    ``prevention``, :math:`e_{pv}` is ``prevention_effect`` and :math:`r` is :func:`re_referral_rate`. Average
    re-referrals are part of :math:`\lambda_0`; the difference is failure demand, which is 0 at reference quality.

    References
    ----------
    dfe-workforce-2025, dfe-cin-2025

    Examples
    --------
    >>> referral_rate(120.0, 0.0, 0.0, 44.6, 1.0, Demand(arrivals=0.5))
    60.0
    >>> referral_rate(120.0, 0.0, 0.1, 44.6, 1.0, Demand(arrivals=0.5))
    54.0
    """
    baseline = c.arrivals * posts * (1.0 + surge_share) * max(0.0, 1.0 - c.prevention_effect * prevention / 0.10)
    failure_demand = re_referral_rate(closures, quality, c) - re_referral_rate(closures, 1.0, c)
    return max(0.0, baseline + failure_demand)


@rule
def accepted_share(waiting: float, c: Demand) -> float:
    r"""Share of referrals that the service accepts, given the number of waiting families.

    Parameters
    ----------
    waiting : float
        Families waiting per post. [families/post]
    c : Demand
        Coefficients.

    Returns
    -------
    float
        Accepted share. [0-1]

    Notes
    -----
    Equation E146:

    .. math:: a = (1 + \max(0, w - w_0))^{-\theta}

    where :math:`w` is ``waiting``, :math:`w_0` is ``threshold_from`` and :math:`\theta` is ``threshold``. Up to
    :math:`w_0` every referral is accepted. The needs of families that are turned away remain unmet.

    References
    ----------
    dfe-cin-2025

    Examples
    --------
    >>> accepted_share(0.1, Demand()), accepted_share(1.25, Demand())
    (1.0, 0.5)
    """
    return math.pow(1.0 + max(0.0, waiting - c.threshold_from), -c.threshold)


@kernel
def receive_referrals(
    cases: Cases, service: Service, counts: WeeklyCounts, base_posts: int, c: Demand, now: WeekContext
) -> None:
    """Draw this week's referrals, and add those accepted to the families waiting for a worker.

    Referrals are Poisson with mean :func:`referral_rate`; the number turned away is binomial. Reads surges, delayed
    closures and quality. Writes ``service.prevention``, ``cases.returning``, ``cases.waiting``, ``counts.referrals``
    and ``counts.turned_away``.

    Parameters
    ----------
    base_posts : int
        Posts that the authority starts with. [posts]
    """
    a = now.authority
    surge_share = (
        c.planned_surge + cases.surge[a] - cases.surge_rise[a] + cases.surge_kept[a] - cases.surge_kept_rise[a]
    )
    service.prevention[a] += (c.prevention - service.prevention[a]) * approach(c.prevention_lag)
    rate = referral_rate(
        float(base_posts), surge_share, service.prevention[a], cases.recent_closures[a], service.quality[a], c
    )
    u, v = rng.pair(now.seed, rng.REFERRALS, now.week, a)
    referrals = rng.poisson(u, rate)
    accepted = accepted_share(cases.waiting[a] / base_posts, c)
    turned_away = rng.binomial(v, referrals, 1.0 - accepted)
    cases.returning[a] = accepted * min(rate, re_referral_rate(cases.recent_closures[a], service.quality[a], c))
    cases.waiting[a] += referrals - turned_away
    counts.referrals[a] = referrals - turned_away
    counts.turned_away[a] = turned_away


@kernel
def update_recent_closures(cases: Cases, counts: WeeklyCounts, c: Demand, now: WeekContext) -> None:
    """Update the first-order delay of closures that produces re-referrals.

    Reads ``counts.closures``; writes ``cases.recent_closures``.
    """
    a = now.authority
    cases.recent_closures[a] += (counts.closures[a] - cases.recent_closures[a]) * approach(c.return_delay)
