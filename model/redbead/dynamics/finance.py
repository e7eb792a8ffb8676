"""Finance: the weekly cost of the service and the number of posts that its budget funds."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Cases, Oversight, Service, WeeklyCounts
from redbead.state.constants import YEAR
from redbead.state.people import AGENCY, PERMANENT, Workers
from redbead.state.world import WeekContext


class Cost(NamedTuple):
    """Unit costs of staff, policies, inspections and takeovers."""

    # fmt: off
    worker: Annotated[float, Param("pounds/year", 3e4, 1e5, "cost of an employed social worker", "measured",
        "unit costs uprated: PSSRU 2014", ("pssru-2014",), distribution="price",
        processing="55 pounds per hour in 2013-14, uprated: 45 to 70 thousand per year")] = 54000.0
    agency: Annotated[float, Param("pounds/year", 5e4, 2e5, "cost of an agency social worker", "measured",
        "agency spend per worker: MHCLG RO3 2024-25", ("mhclg-ro3-2025",),
        processing="below the quartiles of agency spending, which include other staff", distribution="price")] = 85000.0
    manager: Annotated[float, Param(
        "pounds/year", 4e4, 1.5e5, "cost of a team manager", distribution="price")] = 70000.0
    policies: Annotated[float, Param(
        "pounds/post/year", 0, 100000, "cost of the policies in force, per initial post", distribution="policy")] = 0.0
    inspection: Annotated[float, Param(
        "pounds/visit", 0, 1e6, "cost of one visit to the authority", distribution="price")] = 150000.0
    takeover: Annotated[float, Param("share of yearly budget", 0, 0.1, "cost of setting up a takeover", "measured",
        "4.6 of 77 million: Worcestershire, CYP Now 2018", ("cyp-now-worcestershire-2018",),
        distribution="price")] = 0.02
    within_budget: Annotated[float, Param(
        "0-1", 0, 1, "share of agency premiums, policies and prevention funded by giving up posts", "assumed",
        "0: funded from outside the service, as in councils that overspend", causal_link=True)] = 0.0
    # fmt: on


@rule
def displaced_posts(spending: float, c: Cost) -> float:
    r"""Posts given up to fund other spending within a fixed budget.

    Parameters
    ----------
    spending : float
        Annual spending on agency premiums, policies and prevention. [pounds/year]
    c : Cost
        Coefficients.

    Returns
    -------
    float
        Posts given up. [posts]

    Notes
    -----
    Equation E147:

    .. math:: n = \beta S / k_w

    where :math:`S` is ``spending``, :math:`\beta` is ``within_budget`` and :math:`k_w` is ``worker``. With
    :math:`\beta = 0` other spending is funded from outside the service.

    References
    ----------
    pssru-2014

    Examples
    --------
    >>> displaced_posts(108000.0, Cost()), displaced_posts(108000.0, Cost(within_budget=1.0))
    (0.0, 2.0)
    """
    return c.within_budget * spending / c.worker


@rule
def non_post_spending(agency: float, posts: float, prevention: float, c: Cost) -> float:
    r"""Annual spending on agency premiums, policies and prevention.

    Parameters
    ----------
    agency : float
        Agency workers in post. [people]
    posts : float
        Posts that the authority starts with. [posts]
    prevention : float
        Spending on prevention, as a share of the cost of posts. [share]
    c : Cost
        Coefficients.

    Returns
    -------
    float
        Spending. [pounds/year]

    Notes
    -----
    Equation E148:

    .. math:: S = \max(0, k_a - k_w) \, n_a + (k_p + P k_w) N

    where :math:`n_a` is ``agency``, :math:`N` is ``posts``, :math:`P` is ``prevention``, and :math:`k_w`, :math:`k_a`
    and :math:`k_p` are ``worker``, ``agency`` and ``policies``. Agency staff who cost less than employees save nothing.

    References
    ----------
    pssru-2014, mhclg-ro3-2025

    Examples
    --------
    >>> non_post_spending(1.0, 100.0, 0.0, Cost()), non_post_spending(0.0, 100.0, 0.1, Cost())
    (31000.0, 540000.0)
    """
    return max(0.0, c.agency - c.worker) * agency + (c.policies + prevention * c.worker) * posts


@kernel
def set_establishment(
    workers: Workers, cases: Cases, service: Service, oversight: Oversight, base_posts: int,
    extra_posts: float, attention_funding: float, prevention: float, c: Cost, now: WeekContext,
) -> None:  # fmt: skip
    r"""Set the number of posts that the budget funds, up to the number of posts in the tables.

    Reads ``workers.status``, ``oversight.extra_funding`` and ``service.publicity``; writes ``cases.established``.

    Parameters
    ----------
    base_posts : int
        Posts that the authority starts with. [posts]
    extra_posts : float
        Additional posts funded by policy, as a share of base posts. [share]
    attention_funding : float
        Additional posts per unit of public attention while it lasts, as a share of base posts. [share]
    prevention : float
        Spending on prevention, as a share of the cost of posts. [share]

    Notes
    -----
    Equation E154:

    .. math:: N_e = \min(N_{max}, \max(0, \lfloor N (1 + x + x_t + \mu M) - n + 1/2 \rfloor))

    where :math:`N` is ``base_posts``, :math:`x` is ``extra_posts``, :math:`x_t` is funding after a takeover,
    :math:`\mu M` is ``attention_funding`` times publicity and :math:`n` is :func:`displaced_posts`.
    """
    a = now.authority
    agency = 0
    if c.within_budget > 0.0:  # agency premiums matter only within a fixed budget
        for w in range(now.first_post, now.end_post):
            agency += workers.status[w] == AGENCY
    share = 1.0 + extra_posts + oversight.extra_funding[a] + attention_funding * service.publicity[a]
    displaced = displaced_posts(non_post_spending(float(agency), float(base_posts), prevention, c), c)
    posts = max(0, int(base_posts * share - displaced + 0.5))
    cases.established[a] = min(now.end_post - now.first_post, posts)


@kernel
def book_cost(
    workers: Workers, service: Service, counts: WeeklyCounts, cases: Cases, base_posts: int, prevention: float,
    c: Cost, now: WeekContext,
) -> None:  # fmt: skip
    r"""Record the cost of the week: staff, policies, prevention, visits, takeovers and reorganisations.

    Reads ``workers.status``, ``cases.established``, ``service.change_cost`` and this week's counts; writes
    ``service.cost``.

    Parameters
    ----------
    base_posts : int
        Posts that the authority starts with. [posts]
    prevention : float
        Spending on prevention, as a share of the cost of posts. [share]

    Notes
    -----
    Equation E155:

    .. math:: C = \frac{k_w n_w + k_a n_a + k_m n_m + (k_p + P k_w) N}{52} + k_i v + (k_t t + k_c)(k_w N_e + k_m n_m)

    where :math:`n_w`, :math:`n_a` and :math:`n_m` count employed workers, agency workers and managers, :math:`N` and
    :math:`N_e` are base and established posts, :math:`v` and :math:`t` count visits and takeovers, and :math:`k_c` is
    the cost of this week's reorganisation as a share of the annual budget.
    """
    a = now.authority
    employed = 0
    agency = 0
    for w in range(now.first_post, now.end_post):
        employed += workers.status[w] == PERMANENT
        agency += workers.status[w] == AGENCY
    teams = now.end_team - now.first_team
    staff = c.worker * employed + c.agency * agency + c.manager * teams
    staff += (c.policies + prevention * c.worker) * base_posts
    budget = c.worker * cases.established[a] + c.manager * teams
    one_off = c.takeover * counts.takeovers[a] + service.change_cost[a]
    service.cost[a] = staff / YEAR + c.inspection * counts.inspections[a] + one_off * budget
