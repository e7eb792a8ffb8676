"""Money: what the service costs, and what the budget still pays for (loop L-R8)."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from redbead.jit import kernel, rule
from redbead.quantities import Param
from redbead.state.authority import Cases, Oversight, Service, WeeklyCounts
from redbead.state.constants import YEAR
from redbead.state.people import AGENCY, PERMANENT, Workers
from redbead.state.world import WeekContext


class Cost(NamedTuple):
    """What the service costs."""

    worker: Annotated[
        float,
        Param(
            "pounds/year", 3e4, 1e5, "cost of an employed social worker", "measured", "unit costs uprated: PSSRU 2014"
        ),
    ] = 54000.0
    agency: Annotated[
        float,
        Param(
            "pounds/year",
            5e4,
            2e5,
            "cost of an agency social worker",
            "measured",
            "agency spend per worker: MHCLG RO3 2024-25",
        ),
    ] = 85000.0
    manager: Annotated[float, Param("pounds/year", 4e4, 1.5e5, "cost of a team manager")] = 70000.0
    policies: Annotated[
        float,
        Param("pounds/post/year", 0, 100000, "cost of the policies in force, for each post the authority starts with"),
    ] = 0.0
    inspection: Annotated[float, Param("pounds/visit", 0, 1e6, "cost of one visit to the authority")] = 150000.0
    takeover: Annotated[
        float,
        Param(
            "share of yearly budget",
            0,
            0.1,
            "cost of setting up a takeover",
            "measured",
            "4.6 of 77 million: Worcestershire, CYP Now 2018",
        ),
    ] = 0.02
    within_budget: Annotated[
        float,
        Param(
            "0-1",
            0,
            1,
            "how far agency premiums, policies and prevention are paid for from posts (0 cuts the loop)",
            "assumed",
            "0: the money is found elsewhere, as councils that overspend do",
        ),
    ] = 0.0


@rule
def posts_given_up(spent: float, c: Cost) -> float:
    """Posts that cannot be paid for when so many pounds a year are spent on other things. [posts]

    >>> posts_given_up(108000.0, Cost()), posts_given_up(108000.0, Cost(within_budget=1.0))
    (0.0, 2.0)
    """
    return c.within_budget * spent / c.worker


@rule
def spent_otherwise(agency: float, posts: float, prevention: float, c: Cost) -> float:
    """Yearly cost of agency premiums, policies and prevention. [pounds/year]

    `prevention` is its share of what the posts cost.

    >>> spent_otherwise(1.0, 100.0, 0.0, Cost()), spent_otherwise(0.0, 100.0, 0.1, Cost())
    (31000.0, 540000.0)
    """
    return max(0.0, c.agency - c.worker) * agency + (c.policies + prevention * c.worker) * posts


@kernel
def set_establishment(
    workers: Workers, cases: Cases, service: Service, oversight: Oversight, base_posts: int,
    extra_posts: float, attention_money: float, prevention: float, c: Cost, now: WeekContext,
) -> None:  # fmt: skip
    """Set the number of posts that the budget pays for, as far as there are desks.

    `attention_money` is the share of posts that one unit of public attention brings while it lasts.
    """
    a = now.authority
    agency = 0
    if c.within_budget > 0.0:  # otherwise nobody asks what agency staff cost on top
        for w in range(now.first_post, now.end_post):
            agency += workers.status[w] == AGENCY
    share = 1.0 + extra_posts + oversight.extra_funding[a] + attention_money * service.publicity[a]
    lost = posts_given_up(spent_otherwise(float(agency), float(base_posts), prevention, c), c)
    posts = max(0, int(base_posts * share - lost + 0.5))
    cases.established[a] = min(now.end_post - now.first_post, posts)


@kernel
def book_cost(
    workers: Workers, service: Service, counts: WeeklyCounts, cases: Cases, base_posts: int, prevention: float,
    c: Cost, now: WeekContext,
) -> None:  # fmt: skip
    """Cost of the week: staff, policies, prevention, visits, takeovers, reorganisations."""
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
    once = c.takeover * counts.takeovers[a] + service.change_cost[a]
    service.cost[a] = staff / YEAR + c.inspection * counts.inspections[a] + once * budget
